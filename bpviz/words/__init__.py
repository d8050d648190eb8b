"""What people are told: the catalogue of sentences, and the refusals of what may not come in."""
