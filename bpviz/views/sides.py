"""A step as the sides of its equation: its name, its formula, the numbers put in, its value."""

from ..formula.digits import round_number
from ..formula.tree import Number, Quantity
from ..steps.step import Step
from ..steps.trail import Trail
from .boxes import Box, Figure, Reference
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
    sides = [lay_out(step.expression, names)]
    if step.before is not None:
        sides.insert(0, lay_out(step.before, names))
    if step.uses and not isinstance(step.expression, Quantity):
        sides.append(lay_out(step.expression, numbers))
    if not isinstance(step.expression, Number):
        sides.append(numbers(step.name, False))
    return sides
