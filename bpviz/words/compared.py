"""Results that hold arrays, compared by what they hold."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


class Compared:
    """A dataclass with ``eq=False`` that is equal to another one where all that is compared is equal, arrays too.

    Examples
    --------
    >>> from bpviz import forward, initialise
    >>> net = initialise((2, 1))
    >>> forward(net, [[1, 2], [0, 1]]) == forward(net, [[1, 2], [0, 1]]), forward(net, [1, 2]) == forward(net, [1, 3])
    (True, False)
    """

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or _same_fields(self, other)


def _same_fields(one: Any, other: Any) -> bool:
    names = [field.name for field in fields(one) if field.compare]
    return all(_alike(getattr(one, name), getattr(other, name)) for name in names)


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        same = isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and one.dtype == other.dtype
        return same and np.array_equal(one, other)
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    if is_dataclass(one) and type(one) is type(other):
        return one is other or _same_fields(one, other)
    return bool(one == other)
