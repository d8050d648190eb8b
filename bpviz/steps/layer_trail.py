"""A trail in whole layers: the ordered list of matrix steps, and the scalar steps of any one entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

from ..formula.tree import Expression, names_in
from ..networks.arrays import Array
from ..networks.exercise import Exercise
from ..networks.network import Network
from ..words.compared import Compared
from ..words.validation import one_of
from .layers import in_the_way, shares_bias, write_layers
from .notation import AnyLabel, Notation
from .notation import notation as find_notation
from .whole import LayerStep, Whole, whole_label


@dataclass(frozen=True, eq=False)
class LayerTrail(Compared):
    """Backpropagation in whole layers.

    Attributes
    ----------
    exercise : Exercise
    steps : tuple of LayerStep
    values : mapping of str to array of shape (rows, columns)
        Every matrix, given or computed, by its name; a column is a sample.
    notation : Notation
    """

    exercise: Exercise
    steps: tuple[LayerStep, ...] = field(repr=False)
    values: Mapping[str, Array] = field(repr=False)
    wholes: Mapping[str, Whole] = field(repr=False)
    notation: Notation

    @classmethod
    def of(cls, exercise: Exercise, notation: str | Notation = "net_out") -> Self:
        """The trail of an exercise.

        Raises
        ------
        ValueError
            If a parameter stands in several places of the matrices.
        """
        if name := in_the_way(exercise.network.layout):
            raise ValueError(
                f"net shares {name!r} between several places, so that no whole layer moves alike; derive it by unit"
            )
        found = find_notation(notation)
        book = write_layers(exercise, found)
        return cls(exercise, tuple(book.steps), book.values, book.wholes, found)

    @property
    def network(self) -> Network:
        """The network, as given."""
        return self.exercise.network

    @cached_property
    def by_name(self) -> Mapping[str, LayerStep]:
        """The steps by the name of what they compute."""
        return {step.name: step for step in self.steps}

    def label(self, name: str) -> AnyLabel:
        """What a matrix looks like in this notation."""
        return whole_label(self.wholes[one_of(name, "name", self.wholes)], self.notation)

    def shares_bias(self, layer: int) -> bool:
        """Whether all units of a layer share one bias."""
        return shares_bias(self.exercise, layer)

    def uses(self, x: Expression) -> tuple[str, ...]:
        """The matrices that a formula mentions, each once."""
        return tuple(dict.fromkeys(names_in(x)))

    def in_notation(self, name: str | Notation) -> Self:
        """The same written in another notation; the numbers stay."""
        return type(self).of(self.exercise, name)
