"""A step as the sides of its equation: its name, its formula, the numbers put in, its value."""

from dataclasses import replace

from ..formula.digits import Digits, round_number
from ..formula.tree import Number, Quantity, Sum, shortened
from ..steps.notation import Ratio
from ..steps.step import Step
from ..steps.trail import Trail
from ..words.catalogue import say
from .boxes import EQUALS, PLUS, BigSum, Box, Figure, Reference, Row, Word
from .layout import Leaf, label_box, label_text, lay_out


def name_leaf(trail: Trail) -> Leaf:
    """Writes each quantity as its label."""

    def leaf(name: str, guard: bool) -> Box:
        return reference(trail, name)

    return leaf


def reference(trail: Trail, name: str) -> Box:
    """A quantity's label, ready to be lit."""
    label = trail.label(name)
    return Reference(name, label_box(label), name if trail.notation.name == "net_out" else label_text(label))


def number_leaf(trail: Trail, digits: int) -> Leaf:
    """Writes each quantity as its value."""

    def leaf(name: str, guard: bool) -> Box:
        return Figure(round_number(trail.values[name], digits), name, guard)

    return leaf


def equation(trail: Trail, step: Step, digits: int) -> list[Box]:
    """A step as the sides of its equation: the name, its formula(s), the numbers put in, the value."""
    names, numbers = name_leaf(trail), number_leaf(trail, digits)
    return [names(step.name, False), *equation_with(step, names, numbers)]


def equation_with(step: Step, names: Leaf, numbers: Leaf) -> list[Box]:
    """The sides of a step's equation after its name, with these leaves for labels and values."""
    shown = shortened(step.expression)
    sides = [lay_out(shown, names)]
    if step.before is not None:
        sides.insert(0, lay_out(shortened(step.before), names))
    if step.uses and not isinstance(step.expression, Quantity):
        sides.append(lay_out(shown, numbers))
    if not isinstance(step.expression, Number):
        sides.append(numbers(step.name, False))
    return sides


#: Where there is little room, a sum of more paths than this is told by a summation sign; each path has its own step.
MOST_NAMED = 8

#: And of more numbers than this so many of the first and of the last are written.
MOST_ADDED, WRITTEN = 16, 6


def sum_of_paths(trail: Trail, step: Step, numbers: Leaf) -> list[Box] | None:
    """The sides after the name of a gradient that adds up many paths, but for its value; None for any other step."""
    label = trail.label(step.name)
    if step.kind != "gradient" or not isinstance(label, Ratio) or not isinstance(step.expression, Sum):
        return None
    terms = [term.name for term in step.expression.terms if isinstance(term, Quantity)]
    if len(terms) <= MOST_NAMED or len(terms) < len(step.expression.terms):
        return None
    path = say("language.path")
    under = Row((Word(path), EQUALS, Figure(Digits(False, "1"))))
    named = Row((BigSum(under, Figure(Digits(False, str(len(terms))))), label_box(replace(label, route=path))))
    if len(terms) <= MOST_ADDED:
        return [named, lay_out(step.expression, numbers)]
    first, last = terms[:WRITTEN], terms[-WRITTEN:]
    added = [
        *(numbers(name, n > 0) for n, name in enumerate(first)),
        Word("⋯"),
        *(numbers(name, True) for name in last),
    ]
    return [named, Row((added[0], *(part for box in added[1:] for part in (PLUS, box))))]
