"""Questions about a derivation, what is said to an answer, and exercises with other numbers."""
