"""Training as a film."""
