"""What Adam remembers in a training: the moments of every parameter, and the powers of the betas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..calculus.optimise import change
from ..networks.arrays import Array
from ..networks.optimisers import Adam


@dataclass
class Moments:
    """The running means of the gradients and of their squares, each with a number for every parameter.

    They are kept in float64 also where the network is not: squares leave what a float32 holds long before weights do.
    """

    adam: Adam
    first: Array
    second: Array
    power_1: float = 1.0
    power_2: float = 1.0

    @classmethod
    def none_yet(cls, adam: Adam, theta: Array) -> Moments:
        """Before the first step."""
        return cls(adam, np.zeros(theta.shape), np.zeros(theta.shape))

    def copied(self) -> Moments:
        """The same, which nothing that follows changes."""
        return replace(self, first=self.first.copy(), second=self.second.copy())

    def move(self, theta: Array, gradient: list[Array], rates: Any, parts: Callable[[Array], Sequence[Array]]) -> None:
        """One step of Adam; parameters and moments are changed where they stand."""
        each = [rates] * len(gradient) if isinstance(rates, float) else parts(rates)
        later: dict[str, Any] = {}
        together = zip(parts(theta), gradient, each, parts(self.first), parts(self.second), strict=True)
        for own, slopes, rate, first, second in together:
            known = {"first": first, "second": second, "power_1": self.power_1, "power_2": self.power_2}
            step, later = change(self.adam, slopes.astype(float), rate, known)
            own += step
            first[...], second[...] = later["first"], later["second"]
        self.power_1, self.power_2 = later["power_1"], later["power_2"]
