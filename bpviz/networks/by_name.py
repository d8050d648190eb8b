"""What belongs to each parameter, by its name, read from arrays: its value and places, its gradient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..words.validation import one_of
from .layout import Layout
from .names import Use

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named weight or bias, its value, and every place it is used in (several if it is shared)."""

    name: str
    value: float
    uses: tuple[Use, ...]

    @property
    def is_bias(self) -> bool:
        """Whether every use of it is as a bias."""
        return all(use.source is None for use in self.uses)


class Parameters(Mapping[str, Parameter]):
    """The parameters of a network by name, each made when somebody asks for it."""

    def __init__(self, layout: Layout, weights: Sequence[Array], biases: Sequence[Array | None]) -> None:
        self._layout, self._weights, self._biases = layout, weights, biases

    def __getitem__(self, name: str) -> Parameter:
        uses = self._layout.uses(name)
        return Parameter(name, float(at(self._weights, self._biases, uses[0])), uses)

    def __contains__(self, name: object) -> bool:
        return name in self._layout.first_slot

    def __iter__(self) -> Iterator[str]:
        return iter(self._layout.first_slot)

    def __len__(self) -> int:
        return len(self._layout)


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
        return sum(at(self.weights, self.biases, self.layout.places(slot)[0]) for slot in self.layout.slots(name))

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


def at(weights: Sequence[Array], biases: Sequence[Array | None], use: Use) -> Any:
    """The number that arrays shaped like the weights and biases have for a place."""
    if use.source is not None:
        return weights[use.layer - 1][use.to, use.source]
    bias = biases[use.layer - 1]
    assert bias is not None
    return bias[use.to if bias.ndim else ()]
