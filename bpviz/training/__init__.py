"""What learns: a network trained by its own derivation where it is small, and by the four array lines where not."""
