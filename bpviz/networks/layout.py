"""Which parameter works where: the names and places of a network's weights and biases, apart from their values.

Networks that differ in numbers only share one layout, so an update makes arrays from arrays and reads no name.  Names
that nobody chose are made when somebody asks.

A slot is an entry of the arrays: layer by layer the weights, row by row, then the biases.  A bias that a whole layer
shares is one slot that works in every unit; parameters that share a name have several slots.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .names import Use, bias_name, drawn_unit, reading_order, taken_names, unit_name, weight_name

Array = NDArray[Any]
WeightNames = tuple[tuple[tuple[str, ...], ...], ...]
BiasNames = tuple[str | tuple[str, ...] | None, ...]

#: How many biases a layer has: none, one that it shares, or one for each unit.
NONE, ONE, EACH = "none", "one", "each"


class Layout:
    """The names and places of the parameters of a network.

    Parameters
    ----------
    sizes : tuple of int
    biases : tuple of "none", "one" or "each"
        For each layer with weights.
    weight_names, bias_names
        As a `Network` has them; None for the default names.

    Raises
    ------
    ValueError
        If a name already means something else.

    Examples
    --------
    >>> layout = Layout((2, 2, 1), (ONE, NONE))
    >>> layout.names
    ('w1[1,1]', 'w1[1,2]', 'w1[2,1]', 'w1[2,2]', 'b1', 'w2[1,1]', 'w2[1,2]')
    >>> layout.uses("b1")
    (Use(layer=1, to=0, source=None), Use(layer=1, to=1, source=None))
    """

    def __init__(
        self,
        sizes: tuple[int, ...],
        biases: tuple[str, ...],
        weight_names: WeightNames | None = None,
        bias_names: BiasNames | None = None,
    ) -> None:
        self.sizes, self.biases = sizes, biases
        counts = [(n * m, {NONE: 0, ONE: 1, EACH: n}[kind]) for (m, n), kind in zip(_pairs(sizes), biases, strict=True)]
        #: Where each layer's weights begin among the slots, then its biases, and after the last one where all end.
        self.starts = [0, *itertools.accumulate(itertools.chain.from_iterable(counts))]
        self.size = self.starts[-1]
        self._given: tuple[WeightNames, BiasNames] | None = None
        if weight_names is not None or bias_names is not None:
            default = self.weight_names, self.bias_names
            given = weight_names or default[0], bias_names or default[1]
            if given != default:
                self.__dict__["weight_names"], self.__dict__["bias_names"] = self._given = given
                self._check()

    @property
    def is_default(self) -> bool:
        """Whether every parameter has the name that it has when nobody chooses one."""
        return self._given is None

    @cached_property
    def weight_names(self) -> WeightNames:
        """The names of the weights, shaped like them."""
        return tuple(
            tuple(tuple(weight_name(n, j, i) for i in range(size_in)) for j in range(size_out))
            for n, (size_in, size_out) in enumerate(_pairs(self.sizes), start=1)
        )

    @cached_property
    def bias_names(self) -> BiasNames:
        """Per layer the names of the biases, the name of the one bias, or None."""
        names = {NONE: lambda n: None, ONE: lambda n: bias_name(n, None), EACH: self._bias_row}
        return tuple(names[kind](n) for n, kind in enumerate(self.biases, start=1))

    def _bias_row(self, layer: int) -> tuple[str, ...]:
        return tuple(bias_name(layer, j) for j in range(self.sizes[layer]))

    def name_at(self, use: Use) -> str:
        """The name of the parameter used there; KeyError where a layer has no bias."""
        layer, to, source = use.layer, use.to, use.source
        if source is not None:
            return weight_name(layer, to, source) if self.is_default else self.weight_names[layer - 1][to][source]
        kind = self.biases[layer - 1]
        if kind == NONE:
            raise KeyError(f"layer {layer} has no bias")
        if self.is_default:
            return bias_name(layer, None if kind == ONE else to)
        names = self.bias_names[layer - 1]
        return names[to] if isinstance(names, tuple) else str(names)

    @cached_property
    def units(self) -> tuple[tuple[str, ...], ...]:
        """The names of the units, layer by layer, the inputs first."""
        return tuple(tuple(unit_name(self.sizes, l, j) for j in range(n)) for l, n in enumerate(self.sizes))

    @cached_property
    def drawn_units(self) -> tuple[tuple[str, ...], ...]:
        """The same as they are drawn and said."""
        return tuple(tuple(drawn_unit(self.sizes, l, j) for j in range(n)) for l, n in enumerate(self.sizes))

    def all_uses(self) -> Iterator[Use]:
        """Every place of a weight or bias, layer by layer, unit by unit, the bias after the weights."""
        for layer, kind in enumerate(self.biases, start=1):
            for to in range(self.sizes[layer]):
                yield from (Use(layer, to, source) for source in range(self.sizes[layer - 1]))
                if kind != NONE:
                    yield Use(layer, to, None)

    # --- slots ---

    def places(self, slot: int) -> tuple[Use, ...]:
        """Where the number in a slot works."""
        part = bisect_right(self.starts, slot) - 1
        while self.starts[part] == self.starts[part + 1]:  # a layer without biases
            part += 1
        layer, rest = part // 2 + 1, slot - self.starts[part]
        if part % 2 == 0:
            return (Use(layer, *divmod(rest, self.sizes[layer - 1])),)
        if self.biases[layer - 1] == EACH:
            return (Use(layer, rest, None),)
        return tuple(Use(layer, j, None) for j in range(self.sizes[layer]))

    def slot(self, use: Use) -> int:
        """The slot of the number used there."""
        start = self.starts[2 * (use.layer - 1) + (use.source is None)]
        if use.source is not None:
            return start + use.to * self.sizes[use.layer - 1] + use.source
        return start + (use.to if self.biases[use.layer - 1] == EACH else 0)

    @cached_property
    def _slot_names(self) -> tuple[str, ...]:
        """The name of the parameter in each slot."""
        found: list[str] = []
        for rows, biases in zip(self.weight_names, self.bias_names, strict=True):
            found += itertools.chain.from_iterable(rows)
            found += (biases,) if isinstance(biases, str) else biases or ()
        return tuple(found)

    @cached_property
    def first_slot(self) -> Mapping[str, int]:
        """The first slot of each parameter, in the order in which parameters are read."""
        if self.is_default:
            return {name: n for n, name in enumerate(self._slot_names)}
        first: dict[str, int] = {}
        for n, name in enumerate(self._slot_names):
            first.setdefault(name, n)
        places = {name: self.places(slot)[0] for name, slot in first.items()}
        return {name: first[name] for name in sorted(places, key=reading_order(places))}

    @cached_property
    def owners(self) -> Array | None:
        """For each slot the first slot of its parameter; None where no two slots share one."""
        if self.is_default or len(self.first_slot) == self.size:
            return None
        return np.array([self.first_slot[name] for name in self._slot_names])

    def slots(self, name: str) -> tuple[int, ...]:
        """The slots of a parameter."""
        first = self.first_slot[name]
        return (first,) if self.owners is None else tuple(map(int, np.flatnonzero(self.owners == first)))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parameters, in the order in which they are read."""
        return tuple(self.first_slot)

    def __len__(self) -> int:
        """How many parameters there are."""
        return self.size if self.is_default else len(self.first_slot)

    def first_use(self, name: str) -> Use:
        """The first place that a parameter is used in."""
        return self.places(self.first_slot[name])[0]

    def uses(self, name: str) -> tuple[Use, ...]:
        """Every place that a parameter is used in."""
        return tuple(itertools.chain.from_iterable(self.places(slot) for slot in self.slots(name)))

    def shared(self) -> Iterator[tuple[Use, ...]]:
        """The places of each parameter that is used in several."""
        names = self.names if self.owners is not None else ()
        alone = [self.starts[2 * n + 1] for n, kind in enumerate(self.biases) if kind == ONE]
        for name in names or [self.name_at(self.places(slot)[0]) for slot in alone]:
            if len(uses := self.uses(name)) > 1:
                yield uses

    @cached_property
    def in_reading_order(self) -> Array:
        """The first slot of each parameter, as an array."""
        return np.arange(self.size) if self.is_default else np.fromiter(self.first_slot.values(), dtype=int)

    # --- arrays ---

    def slots_of(self, parameters: Array) -> Array:
        """Numbers of all parameters, in the order in which they are read, slot by slot."""
        if self.is_default:
            return parameters.copy()
        vector = np.empty(self.size, dtype=parameters.dtype)
        vector[self.in_reading_order] = parameters
        return vector if self.owners is None else np.asarray(vector[self.owners])

    def vector(self, weights: Sequence[Array], biases: Sequence[Array | None]) -> Array:
        """The numbers of weights and biases slot by slot."""
        parts: list[Array] = []
        for W, b in zip(weights, biases, strict=True):
            parts += [W.ravel()] if b is None else [W.ravel(), np.ravel(b)]
        return np.concatenate(parts)

    def arrays(self, vector: Array) -> tuple[tuple[Array, ...], tuple[Array | None, ...]]:
        """Weights and biases as views of such a vector."""
        weights: list[Array] = []
        biases: list[Array | None] = []
        for n, (size_in, size_out) in enumerate(_pairs(self.sizes)):
            start, middle, end = self.starts[2 * n : 2 * n + 3]
            weights.append(vector[start:middle].reshape(size_out, size_in))
            kind = self.biases[n]
            biases.append(
                None if kind == NONE else vector[middle:end] if kind == EACH else vector[middle:end].reshape(())
            )
        return tuple(weights), tuple(biases)

    def summed(self, vector: Array) -> Array:
        """Numbers slot by slot, each replaced by the sum over the slots of its parameter."""
        if self.owners is None:
            return vector
        totals = np.bincount(self.owners, vector, self.size)[self.owners]
        return np.asarray(totals, dtype=vector.dtype)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Layout) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        return self.sizes, self.biases, self._given

    # --- checks, made once ---

    def _check(self) -> None:
        """Raise ValueError if a name means something else."""
        for name in taken_names(self.names, self.sizes):
            raise ValueError(
                f"{self.argument(self.first_slot[name])}: {name!r} already means another quantity of this network, "
                "a number or a sign of formulas; choose another name"
            )

    def argument(self, slot: int) -> str:
        """The argument that names the parameter in a slot."""
        return "bias_names" if self.places(slot)[0].source is None else "weight_names"

    def check_values(self, vector: Array) -> None:
        """Raise ValueError if a shared parameter has several values."""
        if self.owners is None:
            return
        other = np.flatnonzero(vector != vector[self.owners])
        if other.size:
            name = self._slot_names[int(other[0])]
            slots = self.slots(name)
            values = sorted({float(vector[slot]) for slot in slots})
            raise ValueError(
                f"{self.argument(slots[-1])}: {name!r} names one shared parameter, so it needs one value, "
                f"but it has {values[0]!r} and {values[-1]!r}"
            )


@lru_cache(maxsize=16)
def default_layout(sizes: tuple[int, ...], biases: tuple[str, ...]) -> Layout:
    """The layout in which nobody chose a name; kept, with the names that it has made."""
    return Layout(sizes, biases)


def _pairs(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The numbers of inputs and outputs of each layer with weights."""
    return itertools.pairwise(sizes)
