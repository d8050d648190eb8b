"""What computes: the passes in numbers and symbols, mistakes as wrong passes, iterations, training."""
