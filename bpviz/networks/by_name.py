"""Numbers of parameters by name: gradients, right ones and wrong ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..words.validation import one_of
from .layout import Layout
from .names import Use

Array = NDArray[Any]


class ByName(Mapping[str, Any]):
    """A number for every parameter, read from arrays that are shaped like the weights and biases.

    Where several places share a parameter, their numbers are added up.

    Examples
    --------
    >>> layout = Layout((1, 2), ("none",), ((("w",), ("w",)),))
    >>> print(ByName(layout, [np.array([[1.0], [2.0]])], [None])["w"])
    3.0
    """

    def __init__(self, layout: Layout, weights: Sequence[Array], biases: Sequence[Array | None]) -> None:
        self.layout, self.weights, self.biases = layout, weights, biases

    def __getitem__(self, name: str) -> Any:
        if name not in self.layout.first_slot:
            raise KeyError(name)
        return sum(self._at(self.layout.places(slot)[0]) for slot in self.layout.slots(name))

    def _at(self, use: Use) -> Any:
        """The number in the slot of a place."""
        if use.source is not None:
            return self.weights[use.layer - 1][use.to, use.source]
        bias = self.biases[use.layer - 1]
        assert bias is not None
        return bias[use.to if bias.ndim else ()]

    def __iter__(self) -> Iterator[str]:
        return iter(self.layout.first_slot)

    def __len__(self) -> int:
        return len(self.layout)

    def times(self, factor: float) -> ByName:
        """All numbers multiplied by the same one."""
        biases = [None if b is None else np.asarray(b * factor) for b in self.biases]
        return ByName(self.layout, [W * factor for W in self.weights], biases)

    def look_up(self, name: object, argument: str = "name") -> Any:
        """The number of a parameter that somebody names; ValueError if there is none."""
        return self[one_of(name, argument, self.layout.first_slot)]
