"""What is given at every iteration: a start, updates, and changes by hand between them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..networks.network import Network
from .passes import Array, backward, columns, forward, frozen_names, network_given, samples, update
from ..words.validation import positive_number, real_number, whole_number

MOST_ITERATIONS = 100_000


@dataclass(frozen=True, eq=False)
class Given:
    """A network, a sample or batch, and a learning rate: the numbers that a derivation starts from, in float64.

    Examples
    --------
    >>> given = Given(Network([[[0.5]]], weight_names=[[["w"]]]), [1], [0], 0.5)
    >>> given.numbers
    {'i1': 1.0, 'target_o1': 0.0, 'w': 0.5, 'learning_rate': 0.5}
    >>> given.with_numbers({"w": 0.25}).network["w"]
    0.25
    """

    network: Network
    x: Any
    target: Any
    learning_rate: float
    reduction: str = "mean"

    def __post_init__(self) -> None:
        positive_number(self.learning_rate, "learning_rate")
        network_given(self.network)
        net = self.network.in_float64()  # as a page computes
        object.__setattr__(self, "network", net)
        object.__setattr__(self, "x", samples(self.x, "x", net.sizes[0], net.dtype))
        object.__setattr__(self, "target", samples(self.target, "target", net.sizes[-1], net.dtype))

    @cached_property
    def gradients(self) -> Any:
        """What the backward pass makes of it; ValueError if the numbers grow too large."""
        return backward(self.network, forward(self.network, self.x), self.target, self.reduction)

    @property
    def loss(self) -> float:
        """The error."""
        return float(self.gradients.loss)

    @cached_property
    def numbers(self) -> dict[str, float]:
        """Every number by the name that `derive` gives it, in `derive`'s order."""
        return {name: float(value) for name, value in self._each()}

    def _each(self) -> Iterator[tuple[str, Any]]:
        net = self.network
        x, target = columns(self.x), columns(self.target)
        for s in range(x.shape[1]):
            here = f"({s + 1})" if self.x.ndim == 2 else ""
            yield from ((f"{net.unit(0, i)}{here}", x[i, s]) for i in range(len(x)))
            yield from ((f"target_{net.unit(net.depth, j)}{here}", target[j, s]) for j in range(len(target)))
        yield from ((name, parameter.value) for name, parameter in net.parameters.items())
        yield "learning_rate", self.learning_rate

    def with_numbers(self, changed: Mapping[str, Any]) -> Given:
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
        net = self.network.with_values({name: numbers[name] for name in self.network.parameters})
        names = iter(numbers.values())
        x, target = np.array(columns(self.x)), np.array(columns(self.target))
        for s in range(x.shape[1]):
            x[:, s] = [next(names) for _ in x]
            target[:, s] = [next(names) for _ in target]
        net.loss.check_target(target)
        return Given(net, _like(self.x, x), _like(self.target, target), float(numbers["learning_rate"]), self.reduction)

    def updated(self, frozen: Collection[str] = ()) -> Given:
        """The next iteration: every parameter moved against its gradient."""
        return replace(self, network=update(self.network, self.gradients, self.learning_rate, frozen))


class Timeline:
    """What is given at iterations 0, 1, 2, ...  It never changes, but remembers what it has computed.

    Parameters
    ----------
    start : Given
    frozen : collection of str, optional
        Parameters that updates leave as they are.

    Examples
    --------
    >>> timeline = Timeline(Given(Network([[[0.5]]], activations="linear", weight_names=[[["w"]]]), [1], [0], 0.5))
    >>> timeline.at(2).network["w"]
    0.125
    >>> other = timeline.changed(1, timeline.at(1).with_numbers({"w": 4}))
    >>> other.at(2).network["w"], other.at(0).network["w"]
    (2.0, 0.5)
    """

    def __init__(self, start: Given, frozen: Collection[str] = ()) -> None:
        _ = start.gradients  # refuses numbers that no pass can be made with
        self._frozen = frozen_names(start.network, frozen)
        self._anchors: list[tuple[int, Given]] = [(0, start)]
        self._known = [start]

    @property
    def start(self) -> Given:
        """Iteration 0."""
        return self._known[0]

    @property
    def anchors(self) -> list[list[Any]]:
        """The iterations at which numbers were set, the start first, each with its numbers in order."""
        return [[n, list(given.numbers.values())] for n, given in self._anchors]

    def at(self, iteration: Any) -> Given:
        """What is given at that iteration; the updates that lead there are made.

        Raises
        ------
        ValueError, TypeError
            If it is not a whole number from 0, or the numbers grow too large on the way.
        """
        wanted = whole_number(iteration, "iteration", 0, MOST_ITERATIONS)
        while len(self._known) <= wanted:
            last = self._known[-1]
            try:
                following = last.updated(self._frozen)
                _ = following.gradients
            except ValueError:
                raise ValueError(
                    f"iteration {len(self._known)} is out of reach: with learning_rate = {last.learning_rate:g} the "
                    "numbers grow beyond what a float holds; use a smaller one"
                ) from None
            self._known.append(following)
        return self._known[wanted]

    def changed(self, iteration: int, given: Given) -> Timeline:
        """The same up to that iteration, where these numbers are set; what lay ahead of it is forgotten."""
        self.at(iteration)
        _ = given.gradients
        other = Timeline.__new__(Timeline)
        other._frozen = self._frozen
        other._anchors = [(n, earlier) for n, earlier in self._anchors if n < iteration] + [(iteration, given)]
        other._known = [*self._known[:iteration], given]
        return other

    def following(self, anchors: Any) -> Timeline:
        """Another one of the same network and kind of sample, made from anchors that are shaped like `anchors`.

        Raises
        ------
        ValueError, TypeError
            If they are not such anchors, or their numbers do not suit the network.
        """
        names = list(self.start.numbers)
        if not isinstance(anchors, list) or not anchors:
            raise ValueError("anchors must be a list that begins with the numbers of iteration 0")
        timeline, lowest = self, 0
        for anchor in anchors:
            fits = isinstance(anchor, list) and len(anchor) == 2 and isinstance(anchor[1], list)
            if not fits or len(anchor[1]) != len(names):
                raise ValueError(f"an anchor must be an iteration with {len(names)} numbers")
            iteration = whole_number(anchor[0], "iteration", lowest, MOST_ITERATIONS if lowest else 0)
            numbers = dict(zip(names, anchor[1], strict=True))
            timeline, lowest = timeline.changed(iteration, timeline.at(iteration).with_numbers(numbers)), iteration + 1
        return timeline


def _like(given: Array, array: Array) -> Array:
    return array[:, 0] if given.ndim == 1 else array.T
