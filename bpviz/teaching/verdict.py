"""What is said to a number: rows that say how near it must be to which value, and ten lines that apply them.

A page gets the same rows and applies them by the same ten lines (``verdict.js``), so both say the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import floor, log10
from sys import float_info

from ..calculus.mistakes import MISTAKES
from ..calculus.rule_mistakes import OF_ADAM, OF_MOMENTUM
from ..formula.digits import round_number
from ..formula.typed import last_digit
from ..steps.step import Step
from ..words.catalogue import say

#: So many significant digits are enough for an answer, and more than so many nobody types.
ENOUGH, MOST_TYPED = 3, 13

#: Two neighbouring digits that are exchanged are looked for in answers of so many digits.
MOST_EXCHANGED = 6

#: Closer than this part of the right number, an answer is called close.
CLOSE = 0.02

#: How far rounding takes the value of a formula from the number that it is, and from a mistake's, for its size; what is
#: smaller than the smallest counts as large as that.
SAME, ALIKE, SMALLEST = 1e-9, 1e-7, 1e-12

#: So much of what the last typed digit counts may a typed number be away: half of it, and what floats lose.
ROUNDING = 0.5 + 1e-9

#: How many places the decimal point may have slipped.
SLIPPED = 3

#: The rank of what mistakes lead to; those before it are of the right number.
DIAGNOSED = 4

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


def judge_given(rows: Sequence[Row], number: float) -> Row:
    """The row that a number falls under that was handed over, and not typed: it may be meant to its last bit."""
    row = judge(rows, number, None)
    return row if row.rank <= DIAGNOSED else judge(rows, number, last_digit(repr(number)))


def wrong_numbers(slips: Sequence[Slip]) -> list[Wrong]:
    """Each wrong number once, with the sentences of all slips that lead to it."""
    wrong = []
    for value in dict.fromkeys(slip.value for slip in slips):
        chosen = [slip for slip in slips if same(slip.value, value)]
        told = {slip.mistake for slip in chosen if slip.mistake}
        sentences = dict.fromkeys(slip.sentence for slip in chosen if not told & set(slip.kin))
        names = tuple(name for name in (*MISTAKES, *OF_ADAM, *OF_MOMENTUM) if name in told)
        rare = all(slip.rare for slip in chosen if slip.value == value)
        wrong.append(Wrong(value, not_quite(list(sentences)), names, rare))
    return wrong


class Ruler:
    """How near an answer must be to the right number, and to the wrong ones.

    `moved` is for an updated parameter how far it has moved: its digits are those of the step.  `noise` is what floats
    may lose of the right number where terms cancel: a 0 is as right as what they leave of it.
    """

    def __init__(self, expected: float, wrong: Sequence[Wrong], moved: float = 0.0, noise: float = 0.0) -> None:
        self.expected, self.wrong, self.moved, self.noise = expected, wrong, moved, noise

    def within(self, value: float) -> float:
        """What the last digit counts that an answer needs."""
        return unit(self.moved or value, ENOUGH)

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
        exactly = max(SAME * max(abs(expected), SMALLEST), self.noise)
        close = CLOSE * (self.moved or abs(expected))
        return (
            Row(expected, exactly, exactly, exactly, 0, right, True),
            *self._rounded(),
            *(self.explained(DIAGNOSED, wrong.value, wrong.sentence, wrong.mistakes) for wrong in self.wrong),
            Row(expected, near, near, NEVER, 5, right, True),
            *self._written_wrongly(),
            Row(expected, close, close, NEVER, 8, say("verdicts.nearly")),
            Row(expected, float_info.max, float_info.max, float_info.max, 9, say("verdicts.not_near")),
        )

    def explained(self, rank: int, value: float, sentence: str, mistakes: tuple[str, ...] = ()) -> Row:
        """A wrong number, which must explain all digits typed: three of the step at least, or four of its own."""
        exactly = ALIKE * max(abs(value), SMALLEST)
        farthest = max(self.within(value), ROUNDING * unit(value, ENOUGH + 1))
        return Row(value, exactly, farthest, exactly, rank, sentence, mistakes=mistakes)

    def _rounded(self) -> list[Row]:
        """The right number, rounded to what was typed: that is looked at before any mistake.

        From three digits on it is right, unless a mistake's number looks the same to so few digits.
        """
        expected, digits = self.expected, self.digits
        reach = {n: ROUNDING * unit(expected, n) for n in (1, ENOUGH, digits)}
        alike = Row(expected, 0.0, reach[ENOUGH], NEVER, 2, say("verdicts.alike", digits=digits))
        return [
            Row(expected, 0.0, reach[digits], NEVER, 1, say("verdicts.right"), True),
            *([alike] if digits > ENOUGH else []),
            Row(expected, 0.0, reach[1], NEVER, 3, say("verdicts.short", digits=digits)),
        ]

    def _written_wrongly(self) -> list[Row]:
        """The right number with its point moved, turned over, or with two neighbouring digits exchanged."""
        expected = self.expected
        if not expected:
            return []
        moved = [
            self.explained(6, expected * 10.0**n, say("verdicts.point")) for n in range(-SLIPPED, SLIPPED + 1) if n
        ]
        turned = [self.explained(6, 1 / expected, say("verdicts.turned_over"))]
        exchanged = []
        for digits in range(ENOUGH, MOST_EXCHANGED + 1):
            for value in _exchanged(str(round_number(expected, digits))):
                exchanged.append(Row(value, 1e-9 * abs(value), 1e-9 * abs(value), NEVER, 7, say("verdicts.exchanged")))
        return [*moved, *turned, *exchanged]


def _exchanged(number: str) -> Iterator[float]:
    """A number with each two neighbouring digits exchanged that are not the same."""
    mantissa, e, power = number.partition("e")
    places = [n for n, sign in enumerate(mantissa) if sign.isdigit()]
    for here, there in pairwise(places):
        if mantissa[here] != mantissa[there]:
            letters = list(mantissa)
            letters[here], letters[there] = letters[there], letters[here]
            yield float("".join(letters) + e + power)


def rows_of_others(steps: Iterable[Step]) -> list[Row]:
    """What is said to the answers of other questions of the same network: each of these steps is one."""
    return [Ruler(step.value, ()).explained(6, step.value, say("verdicts.other", name=step.name)) for step in steps]


def unit(number: float, digits: int) -> float:
    """What the last of so many significant digits of a number counts.

    Examples
    --------
    >>> unit(0.0780639, 3), unit(-12.5, 2)
    (0.0001, 1.0)
    """
    return float(10.0 ** (floor(log10(abs(number))) - digits + 1)) if abs(number) > 1e-300 else 1e-12


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
