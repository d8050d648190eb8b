"""Questions, marked at once."""
