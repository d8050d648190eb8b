"""One exercise: a network, a sample or batch, a learning rate, and how they are to be worked with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..words.validation import one_of, positive_number, real_number
from .arrays import Array, columns, frozen_names, network_given, samples, shape_like
from .names import RATE, Symbol, parameter
from .network import Network
from .optimisers import LETTERS, Optimiser, after, check_memory, corrected, optimiser_given

#: What an optimiser remembers has a name of its own, for so many parameters at most.
MOST_REMEMBERED = 20_000


@dataclass(frozen=True, eq=False)
class Exercise:
    """Everything that a derivation starts from.  It never changes, and is passed down whole.

    `exercise` checks it where a person hands it over; from there on it is right.

    Attributes
    ----------
    network : Network
    x, target : arrays of shape (n_in,) and (n_out,), or (n_samples, n_in) and (n_samples, n_out)
    learning_rate : float or None
        None where nothing is updated.
    reduction : "mean" or "sum"
        How the errors of a batch make one error.
    frozen : frozenset of str
        Parameters that updates leave as they are.
    optimiser : Optimiser or None
        What updates with the gradient; None is gradient descent.
    memory : tuple of (Symbol, float)
        What the optimiser remembers.

    Examples
    --------
    >>> given = exercise(Network([[[0.5]]], weight_names=[[["w"]]]), [1], [0], 0.5)
    >>> given.numbers
    {'i1': 1.0, 'target_o1': 0.0, 'w': 0.5, 'learning_rate': 0.5}
    >>> given.with_numbers({"w": 0.25}).network["w"]
    0.25
    """

    network: Network
    x: Array
    target: Array
    learning_rate: float | None = None
    reduction: str = "mean"
    frozen: frozenset[str] = frozenset()
    optimiser: Optimiser | None = None
    memory: tuple[tuple[Symbol, float], ...] = ()

    @property
    def is_batch(self) -> bool:
        """Whether there are several samples, or a batch of one."""
        return self.x.ndim == 2

    @property
    def n_samples(self) -> int:
        """How many samples there are."""
        return len(self.x) if self.is_batch else 1

    @property
    def share(self) -> int:
        """What a sum over the samples is divided by."""
        return self.n_samples if self.reduction == "mean" else 1

    @property
    def rate(self) -> float:
        """The learning rate of an exercise that has one."""
        assert self.learning_rate is not None
        return self.learning_rate

    @property
    def columns(self) -> tuple[Array, Array]:
        """Inputs and targets with a column for each sample."""
        return columns(self.x), columns(self.target)

    def _given(self) -> Iterator[tuple[Symbol, float]]:
        x, target = self.columns
        for s in range(self.n_samples):
            sample = s if self.is_batch else None
            yield from ((Symbol("input", 0, i, sample), float(x[i, s])) for i in range(len(x)))
            last = self.network.depth
            yield from ((Symbol("target", last, j, sample), float(target[j, s])) for j in range(len(target)))
        yield from ((parameter(name), value) for name, value in self.network.numbers.items())
        if self.learning_rate is not None:
            yield RATE, self.learning_rate
        if self.optimiser is not None:
            yield from ((Symbol("setting", parameter=name), value) for name, value in self.optimiser.settings.items())
            yield from self.memory

    @cached_property
    def _by_name(self) -> dict[str, tuple[Symbol, float]]:
        return {self.network.name_of(symbol): (symbol, value) for symbol, value in self._given()}

    @cached_property
    def symbols(self) -> dict[str, Symbol]:
        """What each given number is, by the name that `derive` gives it, in `derive`'s order."""
        return {name: symbol for name, (symbol, _) in self._by_name.items()}

    @cached_property
    def numbers(self) -> dict[str, float]:
        """Every given number by its name."""
        return {name: value for name, (_, value) in self._by_name.items()}

    @cached_property
    def float64s(self) -> dict[str, Any]:
        """The same as NumPy's numbers, which go on where Python's raise an error."""
        return {name: np.float64(value) for name, value in self.numbers.items()}

    def with_numbers(self, changed: Mapping[str, Any]) -> Exercise:
        """The same with some numbers changed.

        Raises
        ------
        ValueError, TypeError
            With one sentence naming the number.
        """
        known = self.numbers
        for name, value in changed.items():
            if name not in known:
                raise ValueError(f"there is no given number named {name!r}")
            real_number(value, name)
        numbers = {**known, **changed}
        x, target = (np.array(array) for array in self.columns)
        for name, symbol in self.symbols.items():
            if symbol.kind in ("input", "target"):
                (x if symbol.kind == "input" else target)[symbol.unit, symbol.sample or 0] = numbers[name]
        net = self.network.with_values({name: numbers[name] for name in self.network.parameters})
        net.loss.check_target(target)
        rate = None
        if self.learning_rate is not None:
            name = self.network.name_of(RATE)
            rate = positive_number(numbers[name], name)
        given = replace(
            self, network=net, x=shape_like(self.x, x), target=shape_like(self.target, target), learning_rate=rate
        )
        return given if self.optimiser is None else given._remembering(self.optimiser, numbers)

    def _remembering(self, optimiser: Optimiser, numbers: Mapping[str, Any]) -> Exercise:
        """The same with an optimiser's settings and memory among these numbers."""
        settings = {name: float(numbers[name]) for name in optimiser.settings}
        name_of = self.network.name_of
        memory = [(one, check_memory(one, name_of(one), float(numbers[name_of(one)]))) for one, _ in self.memory]
        return replace(self, optimiser=replace(optimiser, **settings), memory=tuple(memory))

    def in_float64(self) -> Exercise:
        """The same in float64, as a page computes: itself, unless it is in float32."""
        net = self.network.in_float64()
        if net is self.network:
            return self
        return replace(self, network=net, x=self.x.astype(float), target=self.target.astype(float))


def exercise(
    net: Network,
    x: Any,
    target: Any,
    learning_rate: float | None = None,
    *,
    reduction: str = "mean",
    frozen: Collection[str] = (),
    optimiser: Optimiser | None = None,
) -> Exercise:
    """An exercise from what a person gives: the one place where it is checked.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.
    """
    network_given(net)
    xs = samples(x, "x", net.sizes[0], net.dtype)
    targets = samples(target, "target", net.sizes[-1], net.dtype)
    if xs.shape[:-1] != targets.shape[:-1]:
        raise ValueError(f"target has shape {targets.shape}, but it must fit x, of shape {xs.shape}")
    net.loss.check_target(columns(targets))
    rate = None if learning_rate is None else positive_number(learning_rate, "learning_rate")
    one_of(reduction, "reduction", ("mean", "sum"))
    held = frozen_names(net, frozen)
    given = Exercise(net, xs, targets, rate, reduction, held, optimiser_given(optimiser))
    return given if optimiser is None else _with_memory(given, optimiser)


def _with_memory(given: Exercise, optimiser: Optimiser) -> Exercise:
    """The same where nothing is remembered yet."""
    if given.learning_rate is None:
        raise ValueError("optimiser needs a learning_rate, which is None")
    if (count := len(given.network.layout)) > MOST_REMEMBERED:
        raise ValueError(f"net must have at most {MOST_REMEMBERED:,} parameters with an optimiser, not {count:,}")
    names = [name for name in given.network.parameters if name not in given.frozen]
    given = replace(given, memory=tuple(optimiser.memory(names)))
    made = [symbol for one, _ in given.memory for symbol in (one, after(one), corrected(one))]
    taken: dict[str, Symbol] = {}
    for symbol in made:
        name = given.network.name_of(symbol)
        if taken.setdefault(name, symbol) != symbol:
            raise ValueError(f"net has parameters whose names make {name!r} mean two things; rename one of them")
    for name in given.network.parameters:
        if name in taken or name in optimiser.settings or name in LETTERS:
            raise ValueError(f"net has a parameter named {name!r}, which is a quantity of the optimiser; rename it")
    return given
