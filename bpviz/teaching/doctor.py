"""The doctor: which mistake leads to this answer?

An answer is held against the right number and against the number of every mistake.  How near it must be is a matter of
digits: right to three significant ones, and a mistake's to as many as were typed, up to four.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import floor, log10
from typing import Any

import numpy as np

from ..calculus.mistakes import MISTAKES, OF_THE_UPDATE, NotApplicable, describe, situation
from ..networks.network import Network
from ..formula.digits import round_number
from ..words.validation import one_of, real_number

RIGHT = "That is right."
NOT_NEAR = "That is not the number, and no mistake of the list leads to it."
NEARLY = "That is close, but not right to three digits."
SHORT = "As far as it goes that is right; give at least three significant digits."
ALIKE = "As far as it goes that is right, but to so few digits a mistake looks the same; give {digits} digits."

#: So many significant digits are enough for an answer, and more than so many nobody types.
ENOUGH, MOST_DIGITS = 3, 13

#: A mistake's number must agree to as many digits as were typed, but no more than so many: people round on the way.
MOST_COMPARED = 4

#: Closer than this part of the right number, an answer is called close.
CLOSE = 0.02


class Ruler:
    """How near an answer must be to the right number, and to the wrong ones.

    Parameters
    ----------
    expected : float
        The right number.
    wrong : sequence of float
        The mistakes' numbers.
    likely : sequence of float, optional
        Those of the wrong numbers from which an answer must be told by its digits; all of them unless told otherwise.
    moved : float
        For an updated parameter how far it has moved: its digits are those of the step.
    """

    def __init__(
        self, expected: float, wrong: Sequence[float], moved: float = 0.0, likely: Sequence[float] | None = None
    ) -> None:
        self.expected, self.wrong, self.moved = expected, wrong, moved
        self.likely = wrong if likely is None else likely

    def within(self, value: float, digits: int = ENOUGH) -> float:
        """One unit in the last of so many significant digits of a number."""
        size = self.moved or abs(value)
        return float(10.0 ** (floor(log10(size)) - digits + 1)) if size > 1e-300 else 1e-12

    def near(self, value: float, unit: float) -> float:
        """How near an answer whose last digit counts `unit` must be to a mistake's number."""
        rounding = 0.6 * unit
        return min(self.within(value), max(self.within(value, MOST_COMPARED), rounding))

    @cached_property
    def digits(self) -> int:
        """How many significant digits an answer needs: three, or as many as tell it from every mistake."""
        for digits in range(ENOUGH, MOST_DIGITS):
            short = str(round_number(self.expected, digits))
            if all(str(round_number(value, digits)) != short for value in self.likely):
                return digits
        return MOST_DIGITS

    @cached_property
    def rounded(self) -> dict[float, str]:
        """The right number rounded to 1, 2, ... digits, and what is said to it.

        From three digits on it is right, unless a mistake's number looks the same to so few digits.
        """
        found: dict[float, str] = {}
        exactly = set(self.likely)
        for digits in range(1, MOST_DIGITS):
            short = float(str(round_number(self.expected, digits)))
            if short and short not in exactly:  # of several roundings to one number the one to most digits counts
                alike = ALIKE.format(digits=self.digits)
                found[short] = SHORT if digits < ENOUGH else alike if digits < self.digits else RIGHT
        return found

    def judge(self, number: float, unit: float | None = 0.0) -> tuple[bool, str, list[int]]:
        """Whether an answer is right, what to say (where no mistake explains it), and which of `wrong` it is.

        `unit` is what the last digit that was typed counts; None for the value of a formula, which is not rounded.
        """
        if abs(number - self.expected) <= 1e-9 * max(abs(self.expected), 1e-12):
            return True, RIGHT, []
        if unit is None:
            which = [n for n, value in enumerate(self.wrong) if abs(number - value) <= 1e-7 * max(abs(value), 1e-12)]
            return False, "" if which else NOT_NEAR, which
        said = self.rounded.get(number)
        if said not in (None, SHORT):
            return said == RIGHT, said or "", []
        off = [(abs(number - value), n) for n, value in enumerate(self.wrong)]
        off = [(distance, n) for distance, n in off if distance <= self.near(self.wrong[n], unit)]
        away = abs(number - self.expected)
        best = min((distance for distance, _ in off), default=np.inf)
        if away <= min(best, self.within(self.expected)):
            return True, RIGHT, []
        if off:
            return False, "", [n for distance, n in off if distance <= best + 1e-9 * max(abs(number), 1e-3)]
        return False, said or (NEARLY if away <= CLOSE * (self.moved or abs(self.expected)) else NOT_NEAR), []


def typed_unit(text: str) -> float:
    """What the last digit of a number counts, as it is written.

    Examples
    --------
    >>> typed_unit("-0.0780"), typed_unit("2,5e-3"), typed_unit("12")
    (0.0001, 0.0001, 1.0)
    """
    mantissa, _, power = text.strip().lower().replace(",", ".").partition("e")
    return float(f"1e{int(power or 0) - len(mantissa.partition('.')[2])}")


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
    found = outcomes(net, x, target, wrt, quantity=quantity, learning_rate=learning_rate, reduction=reduction)
    expected = found["correct"][0][1]
    causes = [(name, where, value) for name, values in found.items() for where, value in values]
    harmful = [(name, where, value) for name, where, value in causes if not same(value, expected)]
    moved = abs(expected - net[wrt]) if quantity == "updated" else 0.0
    ruler = Ruler(expected, [value for _, _, value in harmful], moved)
    correct, sentence, which = ruler.judge(number, typed_unit(repr(number)))
    groups = indistinguishable(found)
    if not which:
        return Diagnosis(correct, expected, (), sentence, groups)
    chosen = {harmful[n][0]: harmful[n][1] for n in reversed(which)}
    names = tuple(name for name in MISTAKES if name in chosen)
    return Diagnosis(False, expected, names, not_quite([sentence_of(name, chosen[name]) for name in names]), groups)


def sentence_of(name: str, where: str) -> str:
    """What a mistake is, and where it was made."""
    sentence = describe(name)
    return f"{sentence.removesuffix('.')} ({where})." if where else sentence


def not_quite(sentences: list[str]) -> str:
    """What to tell the learner whose answer these mistakes lead to."""
    if len(sentences) > 1:
        return "Not quite. Several mistakes lead to this number: " + " Or: ".join(sentences)
    return f"Not quite: {going_on(sentences[0])}"


def going_on(sentence: str) -> str:
    """A sentence as it goes on after a colon: a name at its beginning keeps its letters."""
    word = sentence.split(" ", 1)[0].rstrip(".,:")
    plain = word == "A" or (len(word) > 1 and word.isalpha() and word[1:].islower())
    return sentence[0].lower() + sentence[1:] if plain else sentence


def outcomes(
    net: Network,
    x: Any,
    target: Any,
    wrt: str,
    *,
    quantity: str = "gradient",
    learning_rate: float = 0.5,
    reduction: str = "mean",
) -> dict[str, list[tuple[str, float]]]:
    """Every mistake's number for one parameter, with the right one under "correct".

    A mistake that there is no way to make here is left out; `not_applicable` says why.
    """
    s = situation(net, x, target, wrt, learning_rate, reduction)
    net = s.net
    one_of(quantity, "quantity", ("gradient", "updated"))

    def told(gradient: float) -> float:
        return gradient if quantity == "gradient" else net[wrt] - s.rate * gradient

    found = {"correct": [("", told(float(s.right[wrt])))]}
    for name, mistake in MISTAKES.items():
        if quantity == "gradient" and name in OF_THE_UPDATE:
            continue
        try:
            values = [(where, told(float(wrong[wrt]))) for where, wrong in mistake(s)]
        except NotApplicable:
            continue
        values = [(where, value) for where, value in values if np.isfinite(value)]
        harmful = [(where, value) for where, value in values if not same(value, found["correct"][0][1])]
        if values:
            found[name] = _distinct(harmful or values[:1])
    return found


def _distinct(values: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Each number once, with the first of its descriptions."""
    kept: list[tuple[str, float]] = []
    for where, value in values:
        if not any(same(value, other) for _, other in kept):
            kept.append((where, value))
    return kept


def same(a: float, b: float) -> bool:
    """Whether two numbers differ by no more than rounding."""
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-12)


def not_applicable(net: Network, x: Any, target: Any, wrt: str, *, reduction: str = "mean") -> dict[str, str]:
    """The mistakes that nobody can make on this parameter of this network, and why."""
    s = situation(net, x, target, wrt, 0.5, reduction)
    reasons = {}
    for name, mistake in MISTAKES.items():
        try:
            if not any(np.isfinite(wrong[wrt]) for _, wrong in mistake(s)):
                reasons[name] = "there is no unit of that number to take by mistake"
        except NotApplicable as reason:
            reasons[name] = str(reason)
    return reasons


def indistinguishable(found: Mapping[str, list[tuple[str, float]]]) -> tuple[tuple[str, ...], ...]:
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
