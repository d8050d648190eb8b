"""What NumPy calls differently; a printed program brings the text of these along."""

import numpy as np


def softplus(x):  # type: ignore[no-untyped-def]
    return np.logaddexp(0, x)


def log_sum_exp(*xs):  # type: ignore[no-untyped-def]
    return np.logaddexp.reduce(np.broadcast_arrays(*xs))
