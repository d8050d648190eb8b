"""Activations, the error over two parameters, and why gradients vanish."""
