"""The pieces of a laid-out formula; text, LaTeX and MathML are printed from them."""

from dataclasses import dataclass

from ..formula.digits import Digits


class Box:
    """A piece of a laid-out formula."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Word(Box):
    """A letter or a name."""

    text: str


@dataclass(frozen=True, slots=True)
class Operator(Box):
    """An operator: ``+ - · = > ≥ ∂``."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Figure(Box):
    """A number.  With `guard`, brackets go round it where it is negative or has a power of ten.

    `name` is the quantity it is the value of, or "" for a constant.
    """

    digits: Digits
    name: str = ""
    guard: bool = False

    @property
    def needs_brackets(self) -> bool:
        return self.guard and (self.digits.negative or self.digits.exponent is not None)


@dataclass(frozen=True, slots=True)
class Row(Box):
    """Boxes side by side."""

    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Fraction(Box):
    """One box over another."""

    above: Box
    below: Box


@dataclass(frozen=True, slots=True)
class Script(Box):
    """A box with a subscript, a superscript, or both."""

    base: Box
    sub: Box | None = None
    sup: Box | None = None


@dataclass(frozen=True, slots=True)
class Brackets(Box):
    """A box in round brackets."""

    inner: Box


@dataclass(frozen=True, slots=True)
class Root(Box):
    """A square root sign over a box."""

    inner: Box


@dataclass(frozen=True, slots=True)
class Choice(Box):
    """A brace with a row for each case: a value and when it holds."""

    rows: tuple[tuple[Box, Box], ...]


@dataclass(frozen=True, slots=True)
class BigSum(Box):
    """A summation sign with what stands under and over it."""

    under: Box
    over: Box


@dataclass(frozen=True, slots=True)
class Grid(Box):
    """A matrix written out."""

    rows: tuple[tuple[Box, ...], ...]


@dataclass(frozen=True, slots=True)
class Reference(Box):
    """A quantity's label; it lights up together with the diagram.  `text` is its name in plain text."""

    name: str
    inner: Box
    text: str


@dataclass(frozen=True, slots=True)
class Slot(Box):
    """The place of a label or a number that a page puts in; `inner` is the label."""

    kind: str
    number: int | str
    inner: Box


PLUS, MINUS, TIMES, EQUALS = Operator("+"), Operator("-"), Operator("·"), Operator("=")
PARTIAL = Operator("∂", prefix=True)
#: Between matrices that are multiplied.
NOTHING = Operator("")
