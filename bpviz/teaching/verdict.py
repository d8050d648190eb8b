"""What is said to a number: rows that say how near it must be to which value, and ten lines that apply them.

A page gets the same rows and applies them by the same ten lines (``verdict.js``), so both say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import floor, log10
from sys import float_info

from ..calculus.mistakes import MISTAKES
from ..formula.digits import round_number
from ..words.catalogue import say

#: So many significant digits are enough for an answer, and more than so many nobody types.
ENOUGH, MOST_TYPED = 3, 13

#: A mistake's number must agree to as many digits as were typed, but no more than so many: people round on the way.
MOST_COMPARED = 4

#: Closer than this part of the right number, an answer is called close.
CLOSE = 0.02

#: How far rounding takes the value of a formula from the number that it is, and from a mistake's, for its size; what is
#: smaller than the smallest counts as large as that.
SAME, ALIKE, SMALLEST = 1e-9, 1e-7, 1e-12

#: So much of what the last typed digit counts may a typed number be away: half of it, and a little.
ROUNDING = 0.6

#: A reach that nothing is within.
NEVER = -1.0


def same(a: float, b: float) -> bool:
    """Whether two numbers differ by no more than rounding."""
    return abs(a - b) <= SAME * max(abs(a), abs(b), SMALLEST)


@dataclass(frozen=True)
class Row:
    """What is said to numbers near a value, and which mistakes lead there.

    A typed number must be as near as its last digit says, but within `least` and `most`; the value of a formula must be
    as near as `exactly`.  Of the rows that a number is within, those of the lowest rank count, and of them the nearest.
    """

    value: float
    least: float
    most: float
    exactly: float
    rank: int
    sentence: str
    correct: bool = False
    mistakes: tuple[str, ...] = ()


def judge(rows: Sequence[Row], number: float, unit: float | None) -> Row:
    """The row that a number falls under.

    `unit` is what the last digit that was typed counts; None for the value of a formula, which is not rounded.
    """
    found = []
    for n, row in enumerate(rows):
        reach = row.exactly if unit is None else min(row.most, max(row.least, ROUNDING * unit))
        away = abs(number - row.value)
        if away <= reach:
            found.append((row.rank, away, n))
    return rows[min(found)[2]]


@dataclass(frozen=True)
class Slip:
    """A wrong number and what leads to it; `mistake` is its name, if it is one of `MISTAKES`.

    `kin` are the mistakes that it is only another word for; `rare` is what few do: it makes nobody give more digits.
    """

    value: float
    sentence: str
    mistake: str = ""
    kin: tuple[str, ...] = ()
    rare: bool = False


@dataclass(frozen=True)
class Wrong:
    """A wrong number that is known, with all that leads to it."""

    value: float
    sentence: str
    mistakes: tuple[str, ...]
    rare: bool


def wrong_numbers(slips: Sequence[Slip]) -> list[Wrong]:
    """Each wrong number once, with the sentences of all slips that lead to it."""
    wrong = []
    for value in dict.fromkeys(slip.value for slip in slips):
        chosen = [slip for slip in slips if same(slip.value, value)]
        told = {slip.mistake for slip in chosen if slip.mistake}
        sentences = dict.fromkeys(slip.sentence for slip in chosen if not told & set(slip.kin))
        names = tuple(name for name in MISTAKES if name in told)
        rare = all(slip.rare for slip in chosen if slip.value == value)
        wrong.append(Wrong(value, not_quite(list(sentences)), names, rare))
    return wrong


class Ruler:
    """How near an answer must be to the right number, and to the wrong ones.

    `moved` is for an updated parameter how far it has moved: its digits are those of the step.
    """

    def __init__(self, expected: float, wrong: Sequence[Wrong], moved: float = 0.0) -> None:
        self.expected, self.wrong, self.moved = expected, wrong, moved

    def within(self, value: float, digits: int = ENOUGH) -> float:
        """One unit in the last of so many significant digits of a number."""
        size = self.moved or abs(value)
        return float(10.0 ** (floor(log10(size)) - digits + 1)) if size > 1e-300 else 1e-12

    @cached_property
    def likely(self) -> tuple[float, ...]:
        """The wrong numbers from which an answer must be told by its digits."""
        return tuple(wrong.value for wrong in self.wrong if not wrong.rare)

    @cached_property
    def digits(self) -> int:
        """How many significant digits an answer needs: three, or as many as tell it from every mistake."""
        for digits in range(ENOUGH, MOST_TYPED):
            short = str(round_number(self.expected, digits))
            if all(str(round_number(value, digits)) != short for value in self.likely):
                return digits
        return MOST_TYPED

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """What is said to any number, from the right one to those that nothing explains."""
        right, near, expected = say("verdicts.right"), self.within(self.expected), self.expected
        exactly = SAME * max(abs(expected), SMALLEST)
        close = CLOSE * (self.moved or abs(expected))
        return (
            Row(expected, exactly, exactly, exactly, 0, right, True),
            *self._rounded(),
            Row(expected, near, near, NEVER, 2, right, True),
            *(self._near(wrong) for wrong in self.wrong),
            Row(expected, close, close, NEVER, 4, say("verdicts.nearly")),
            Row(expected, float_info.max, float_info.max, float_info.max, 5, say("verdicts.not_near")),
        )

    def _near(self, wrong: Wrong) -> Row:
        most = self.within(wrong.value)
        least, exactly = self.within(wrong.value, MOST_COMPARED), ALIKE * max(abs(wrong.value), SMALLEST)
        return Row(wrong.value, least, most, exactly, 2, wrong.sentence, mistakes=wrong.mistakes)

    def _rounded(self) -> list[Row]:
        """The right number rounded to 1, 2, ... digits.

        From three digits on it is right, unless a mistake's number looks the same to so few digits.
        """
        found: dict[float, Row] = {}
        for digits in range(1, MOST_TYPED):
            short = float(str(round_number(self.expected, digits)))
            if short and short not in self.likely:  # of several roundings to one number the one to most digits counts
                if digits < ENOUGH:
                    row = Row(short, 0.0, 0.0, NEVER, 3, say("verdicts.short"))
                elif digits < self.digits:
                    row = Row(short, 0.0, 0.0, NEVER, 1, say("verdicts.alike", digits=self.digits))
                else:
                    row = Row(short, 0.0, 0.0, NEVER, 1, say("verdicts.right"), True)
                found[short] = row
        return list(found.values())


def not_quite(sentences: Sequence[str]) -> str:
    """What to tell the learner whose answer these mistakes lead to."""
    if len(sentences) > 1:
        return say("verdicts.several", sentences=say("verdicts.or").join(sentences))
    return say("verdicts.not_quite", sentence=going_on(sentences[0]))


def going_on(sentence: str) -> str:
    """A sentence as it goes on after a colon: a name at its beginning keeps its letters."""
    word = sentence.split(" ", 1)[0].rstrip(".,:")
    if say("language.after_colon") != "lower":
        return sentence
    plain = word == "A" or (len(word) > 1 and word.isalpha() and word[1:].islower())
    return sentence[0].lower() + sentence[1:] if plain else sentence


def at_place(sentence: str, where: str) -> str:
    """What a mistake is, and where it was made."""
    return say("verdicts.where", sentence=sentence.removesuffix("."), where=where) if where else sentence
