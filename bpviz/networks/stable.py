"""NumPy forms that are finite and keep their digits at +-1000; what overflows on the way there, `Activation` silences.

They look at the sign of the real part only, so that they stay analytic and the complex step works on them.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: From here on an output's distance from 1 has lost a digit.
NEAR_ONE = 0.98

#: Of more outputs than these the largest is found in less time than it takes to make their exponentials.
MANY = 30


def decay(z: Array) -> Array:
    """exp(-|z|), which never overflows."""
    return np.exp(np.where(z.real < 0, z, -z)) if z.dtype.kind == "c" else np.exp(-np.abs(z))


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z))."""
    if z.dtype.kind == "c":
        e = decay(z)
        return np.asarray(np.where(z.real < 0, e, 1) / (1 + e))
    e = np.exp(-z)  # where it is too large for a float, its inverse is too small for one
    e += 1
    return np.asarray(1 / e)


def sigmoid_slope_from_output(z: Array, a: Array) -> Array:
    """a (1 - a) for a = sigmoid(z), by way of z where 1 - a would lose more than a digit."""
    if a.size > MANY and a.real.max() < NEAR_ONE:
        return np.asarray(a * (1 - a))
    return np.asarray(a / (1 + np.exp(z)))


def sigmoid_slope(z: Array) -> Array:
    """sigmoid(z) (1 - sigmoid(z)), which keeps its digits where sigmoid(z) rounds to 1."""
    e = decay(z)
    return np.asarray(e / (1 + e) ** 2)


def log1p(e: Array) -> Array:
    """log(1 + e); NumPy's own loses a small e where e is complex."""
    if not np.iscomplexobj(e):
        return np.log1p(e)
    real = np.log1p(e.real * (2 + e.real) + e.imag**2) / 2
    return np.asarray(real + 1j * np.arctan2(e.imag, 1 + e.real))


def softplus(z: Array) -> Array:
    """log(1 + exp(z))."""
    return np.asarray(np.where(z.real >= 0, z, 0) + log1p(decay(z)))


def where_highest(values: Array, of: Array) -> Array:
    """Of each column the entry where the other array has its largest, as one row."""
    return np.take_along_axis(values, of.real.argmax(axis=0)[None, :], axis=0)


def log_sum_exp_beyond(z: Array) -> Array:
    """By how much the logarithm of the sum of exp(z) of each column is above its largest, also where that is little."""
    others = np.exp(z - where_highest(z, z))
    np.put_along_axis(others, z.real.argmax(axis=0)[None, :], 0, axis=0)
    return log1p(others.sum(axis=0))


def below_zero(z: Array) -> Array:
    """z where it is negative and 0 elsewhere, so that exp of it cannot overflow."""
    return np.where(z.real > 0, 0, z)
