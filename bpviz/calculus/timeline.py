"""What is given at every iteration: a start, updates, and changes by hand between them."""

from __future__ import annotations

from typing import Any

from ..networks.exercise import Exercise
from ..words.validation import whole_number
from .optimise import updated
from .passes import gradients

MOST_ITERATIONS = 100_000


class Timeline:
    """What is given at iterations 0, 1, 2, ...  It never changes, but remembers what it has computed.

    Parameters
    ----------
    start : Exercise
        With a learning rate.

    Examples
    --------
    >>> from bpviz import Network
    >>> from bpviz.networks.exercise import exercise
    >>> net = Network([[[0.5]]], activations="linear", weight_names=[[["w"]]])
    >>> timeline = Timeline(exercise(net, [1], [0], 0.5))
    >>> timeline.at(2).network["w"]
    0.125
    >>> other = timeline.changed(1, timeline.at(1).with_numbers({"w": 4}))
    >>> other.at(2).network["w"], other.at(0).network["w"]
    (2.0, 0.5)
    """

    def __init__(self, start: Exercise) -> None:
        _ = updated(start)  # refuses numbers that no pass can be made with, and a step that leads beyond all floats
        self._anchors: list[tuple[int, Exercise]] = [(0, start)]
        self._known = [start]

    @property
    def start(self) -> Exercise:
        """Iteration 0."""
        return self._known[0]

    @property
    def anchors(self) -> list[list[Any]]:
        """The iterations at which numbers were set, the start first, each with its numbers in order."""
        return [[n, list(given.numbers.values())] for n, given in self._anchors]

    def at(self, iteration: Any) -> Exercise:
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
                following = updated(last)
                _ = gradients(following)
            except ValueError:
                raise ValueError(
                    f"iteration {len(self._known)} is out of reach: with learning_rate = {last.rate:g} the "
                    "numbers grow beyond what a float holds; use a smaller one"
                ) from None
            self._known.append(following)
        return self._known[wanted]

    def changed(self, iteration: int, given: Exercise) -> Timeline:
        """The same up to that iteration, where these numbers are set; what lay ahead of it is forgotten."""
        self.at(iteration)
        _ = updated(given)
        other = Timeline.__new__(Timeline)
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
