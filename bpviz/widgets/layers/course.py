"""Where a stepper by layer is: a start, updates, and inputs or a rate that are changed on the way.

Of a large network no history of numbers is kept, only what was changed by hand and when: the rest is computed again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ...calculus.optimise import updated
from ...calculus.passes import gradients
from ...networks.arrays import same_shape
from ...networks.exercise import Exercise
from ...words.validation import positive_number, whole_number

#: So many numbers may be computed on the way to an iteration, and so many updates made, which takes about two seconds.
MOST_WORK, MOST_UPDATES = 300_000_000, 30_000

#: What may be changed on the way.
CHANGED = ("x", "target", "learning_rate")


def most_iterations(given: Exercise) -> int:
    """How far an exercise can be followed."""
    return max(10, min(MOST_UPDATES, MOST_WORK // (len(given.network.layout) * given.n_samples)))


@dataclass
class Course:
    """What is given at iterations 0, 1, 2, ...

    Parameters
    ----------
    start : Exercise
        With a learning rate.
    changes : list of [iteration, {"x" or "target" or "learning_rate": value}]
        In order; at each iteration what was changed there holds from there on.
    """

    start: Exercise
    changes: list[Any]

    def __post_init__(self) -> None:
        self._reached: tuple[int, Exercise] | None = None

    def at(self, iteration: Any) -> Exercise:
        """What is given at that iteration.

        Raises
        ------
        ValueError, TypeError
            If it is not a whole number from 0 to `most_iterations`, or the numbers grow too large on the way.
        """
        wanted = whole_number(iteration, "iteration", 0, most_iterations(self.start))
        at, given = 0, self._changed(0, self.start)
        if self._reached is not None and self._reached[0] <= wanted:
            at, given = self._reached
        while at < wanted:
            try:
                given = updated(given)
                _ = gradients(given)
            except ValueError:
                raise ValueError(
                    f"iteration {at + 1} is out of reach: with learning_rate = {given.rate:g} the numbers grow beyond "
                    "what a float holds; use a smaller one"
                ) from None
            at += 1
            given = self._changed(at, given)
        self._reached = at, given
        return given

    def _still_reached(self, changes: list[Any]) -> tuple[int, Exercise] | None:
        """What is computed already, where other changes come to the same up to there."""
        if self._reached is None:
            return None
        at, given = self._reached
        before, after = dict(self.changes), dict(changes)
        if any(before.get(n) != after.get(n) for n in {*before, *after} if n < at):
            return None
        if not set(before.get(at, {})) <= set(after.get(at, {})):
            return None  # what was changed there is as it was before
        return at, Course(self.start, changes)._changed(at, given)

    def _changed(self, iteration: int, given: Exercise) -> Exercise:
        for at, changed in self.changes:
            if at == iteration:
                given = replace(given, **{name: _value(name, value, given) for name, value in changed.items()})
        return given

    def changed(self, iteration: int, **values: Any) -> Course:
        """The same up to that iteration, where these are set; what lay ahead of it is forgotten."""
        before = [[at, change] for at, change in self.changes if at < iteration]
        here: dict[str, Any] = next((change for at, change in self.changes if at == iteration), {})
        plain = {name: value.tolist() if hasattr(value, "tolist") else value for name, value in values.items()}
        return self.following([*before, [iteration, {**here, **plain}]])

    def following(self, changes: Any) -> Course:
        """Another one from the same start.

        Raises
        ------
        ValueError, TypeError
            If they are not such changes, or do not suit the network.
        """
        if not isinstance(changes, list):
            raise ValueError("changes must be a list")
        lowest = 0
        for change in changes:
            if not (isinstance(change, list) and len(change) == 2 and isinstance(change[1], dict)):
                raise ValueError("a change must be an iteration with what is changed there")
            if not set(change[1]) <= set(CHANGED):
                raise ValueError(f"what is changed must be of {', '.join(CHANGED)}")
            lowest = whole_number(change[0], "iteration", lowest, MOST_UPDATES) + 1
        other = Course(self.start, changes)
        other._reached = self._still_reached(changes)
        _ = gradients(other.at(lowest - 1 if changes else 0))
        return other


def _value(name: str, value: Any, given: Exercise) -> Any:
    if name == "learning_rate":
        return positive_number(value, name)
    array = same_shape(value, getattr(given, name), name)
    if name == "target":
        given.network.loss.check_target(array.T)
    return array
