"""The doctor: which mistake leads to this answer?

An answer is held against the right number and against the number of every mistake.  How near it must be is a matter of
digits: right to three significant ones, and a mistake's to as many as were typed, up to four.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..calculus.mistakes import MISTAKES, OF_THE_UPDATE, NotApplicable, Situation, describe
from ..calculus.passes import gradients
from ..calculus.rule_mistakes import moved as after_update
from ..calculus.rule_mistakes import wrong_updates
from ..calculus.timeline import Timeline
from ..networks.exercise import Exercise, exercise
from ..networks.network import Network
from ..networks.optimisers import Optimiser
from ..words.catalogue import say
from ..words.validation import one_of, positive_number, real_number, whole_number
from .verdict import Ruler, Slip, at_place, judge_given, same, wrong_numbers

#: So many updates may have been made before the one that is asked for.
MOST_UPDATES = 1_000

#: By mistake, with the right number under "correct": the words that say where, and the number.
Outcomes = Mapping[str, list[tuple[str, float]]]


@dataclass(frozen=True)
class Diagnosis:
    """What `diagnose` found.

    Attributes
    ----------
    correct : bool
    expected : float
        The right number.
    mistakes : tuple of str
        The names of those that produce this answer; empty if it is right or none explains it.
    sentence : str
        What to tell the learner.
    indistinguishable : tuple of tuples of str
        Mistakes that cannot be told apart here: each group produces the same number on this network for this
        parameter.  A group with "correct" in it does no harm here.
    """

    correct: bool
    expected: float
    mistakes: tuple[str, ...]
    sentence: str
    indistinguishable: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        return self.sentence


def diagnose(
    net: Network,
    x: Any,
    target: Any,
    wrt: str,
    answer: float,
    *,
    quantity: str = "gradient",
    learning_rate: float = 0.5,
    reduction: str = "mean",
    optimiser: Optimiser | None = None,
    updates: int = 0,
) -> Diagnosis:
    """Which mistake leads to this answer?

    Parameters
    ----------
    net, x, target, wrt
        The exercise, as for `derive`.
    answer : float
        The learner's number, to three significant digits or more.
    quantity : "gradient" or "updated"
        What was asked for: dE/dwrt, or the parameter after the update.
    learning_rate : float
        For the update, and for the mistake of updating too early.
    reduction : "mean" or "sum"
        For a batch.
    optimiser : Momentum or Adam, optional
        What updates with the gradient; its own mistakes are known, too.
    updates : int
        How many updates were made before, up to 1,000: the answer is about the next one.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> from bpviz import articles
    >>> ex = articles.example("2-3-2")
    >>> diagnose(ex.network, ex.x, ex.target, "w7", -0.0780639).mistakes
    ('sign',)
    """
    number = real_number(answer, "answer")
    rate = positive_number(learning_rate, "learning_rate")
    given = exercise(net, x, target, rate, reduction=reduction, optimiser=optimiser)
    given = Timeline(given).at(whole_number(updates, "updates", 0, MOST_UPDATES))
    found = outcomes(given, wrt, quantity)
    expected = found["correct"][0][1]
    moved = abs(expected - given.network[wrt]) if quantity == "updated" else 0.0
    harmful = [slip for slip in named_slips(found) if not same(slip.value, expected)]
    row = judge_given(Ruler(expected, wrong_numbers(harmful), moved).rows, number)
    return Diagnosis(row.correct, expected, row.mistakes, row.sentence, indistinguishable(found))


def named_slips(found: Outcomes) -> list[Slip]:
    """Every mistake's number with the sentence that names it and says where it was made."""
    return [
        Slip(value, at_place(describe(name), where), name)
        for name, values in found.items()
        if name != "correct"
        for where, value in values
    ]


def outcomes(given: Exercise, wrt: str, quantity: str = "gradient") -> Outcomes:
    """Every mistake's number for one parameter, with the right one under "correct".

    The exercise has a learning rate.  A mistake that there is no way to make here is left out; `not_applicable` says
    why.
    """
    one_of(wrt, "wrt", given.network.parameters)
    one_of(quantity, "quantity", ("gradient", "updated"))
    s = Situation(given)
    _ = gradients(s.exercise)  # refuses numbers that grow too large

    def told(gradient: float) -> float:
        return gradient if quantity == "gradient" else after_update(s.exercise, wrt, gradient)

    right = told(float(s.right[wrt]))
    found: dict[str, list[tuple[str, float]]] = {"correct": [("", right)]}
    for name in MISTAKES:
        if quantity == "gradient" and name in OF_THE_UPDATE:
            continue
        try:
            values = [(where, told(value)) for where, value in _numbers(s, name, wrt)]
            if name in OF_THE_UPDATE:  # whatever the rule: the step that is right, taken the other way
                values = [(where, 2 * s.net[wrt] - right) for where, _ in values]
        except NotApplicable:
            continue
        if values:
            harmful = [(where, value) for where, value in values if not same(value, right)]
            found[name] = _distinct(harmful or values[:1])
    if quantity == "updated":
        for name, where, value in wrong_updates(s.exercise, wrt, float(s.right[wrt])):
            found[name] = _distinct([*found.get(name, ()), (where, value)])
    return found


def _numbers(s: Situation, name: str, wrt: str) -> Iterator[tuple[str, float]]:
    """The finite numbers that a mistake makes of a parameter's gradient."""
    for where, wrong in MISTAKES[name](s):
        if np.isfinite(wrong[wrt]):
            yield where, float(wrong[wrt])


def _distinct(values: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Each number once, with the first of its descriptions."""
    kept: list[tuple[str, float]] = []
    for where, value in values:
        if not any(same(value, other) for _, other in kept):
            kept.append((where, value))
    return kept


def not_applicable(given: Exercise, wrt: str) -> dict[str, str]:
    """The mistakes that nobody can make on this parameter of this network, and why."""
    s = Situation(given)
    reasons = {}
    for name in MISTAKES:
        try:
            if not any(True for _ in _numbers(s, name, wrt)):
                reasons[name] = say("not_applicable.no_such_unit")
        except NotApplicable as reason:
            reasons[name] = str(reason)
    return reasons


def indistinguishable(found: Outcomes) -> tuple[tuple[str, ...], ...]:
    """The groups of mistakes that share a number; "correct" is among those that do no harm."""
    numbers: list[tuple[float, list[str]]] = []
    for name, values in found.items():
        for _, value in values:
            group = next((names for known, names in numbers if same(known, value)), None)
            if group is None:
                numbers.append((value, [name]))
            elif name not in group:
                group.append(name)
    return tuple(dict.fromkeys(tuple(names) for _, names in numbers if len(names) > 1))
