"""Steps in whole layers, as text, LaTeX and MathML: small matrices written out, large ones told in a few words."""

from collections.abc import Callable, Sequence

import numpy as np

from ..formula.digits import check_digits, round_number
from ..formula.tree import Expression, Quantity
from ..networks.arrays import Array
from ..steps.layer_trail import LayerTrail
from ..steps.whole import LayerStep
from ..words.catalogue import say
from .boxes import Box, Figure, Grid, Reference, Word
from .latex import equation_latex
from .layout import Leaf, label_box, label_text, lay_out
from .mathml import aligned, display, equals, mathml
from .text import text

#: A matrix is written out up to so many rows and columns.
MOST_ROWS, MOST_COLUMNS = 6, 6

#: Of a larger one so many entries are named.
MOST_NAMED = 3


def is_small(value: Array) -> bool:
    """Whether a matrix is written out."""
    rows, columns = value.shape
    return bool(rows <= MOST_ROWS and columns <= MOST_COLUMNS)


def matrix(value: Array, digits: int) -> Box:
    """A matrix written out, or its shape; a single number as it is."""
    if value.size == 1:
        return Figure(round_number(float(value[0, 0]), digits), "", False)
    if not is_small(value):
        return Word(say("layers.matrix", rows=value.shape[0], cols=value.shape[1]))
    return Grid(tuple(tuple(Figure(round_number(float(v), digits)) for v in row) for row in value))


def shape(value: Array) -> str:
    """Rows and columns, as 3×2."""
    return say("layers.shape", rows=value.shape[0], cols=value.shape[1])


def in_words(value: Array, digits: int) -> str:
    """What there is to say of a matrix that is not written out: its range, and its largest entries."""
    low, high = (str(round_number(float(end), digits)) for end in (value.min(), value.max()))
    entries = ", ".join(
        say("layers.largest_entry", value=round_number(float(value[place]), digits), place=place_text(value, place))
        for place in largest(value, MOST_NAMED)
    )
    return f"{say('layers.low_high', low=low, high=high)}; {say('layers.largest', entries=entries)}"


def largest(value: Array, count: int) -> list[tuple[int, int]]:
    """The places of the largest entries by size, the largest first; of equal ones those that are read first."""
    sizes = np.abs(np.nan_to_num(value, nan=np.inf)).ravel()
    order = np.argsort(-sizes, kind="stable")[:count]
    return [(int(n) // value.shape[1], int(n) % value.shape[1]) for n in order]


def place_text(value: Array, place: tuple[int, int]) -> str:
    """Where an entry stands, counted from 1; of a column its row alone."""
    return str(place[0] + 1) if value.shape[1] == 1 else f"[{place[0] + 1},{place[1] + 1}]"


def names_in(trail: LayerTrail) -> Leaf:
    """Writes each matrix as its letter."""

    def leaf(name: str, guard: bool) -> Box:
        label = trail.label(name)
        return Reference(name, label_box(label), label_text(label))

    return leaf


def numbers_in(trail: LayerTrail, digits: int) -> Leaf:
    """Writes each matrix with its numbers, or as its letter where it is too large."""
    names = names_in(trail)

    def leaf(name: str, guard: bool) -> Box:
        value = trail.values[name]
        if value.size == 1:
            return Figure(round_number(float(value[0, 0]), digits), "", guard)
        return matrix(value, digits) if is_small(value) else names(name, guard)

    return leaf


def equation(trail: LayerTrail, step: LayerStep, digits: int) -> list[Box]:
    """A step as the sides of its equation: the letter, the formula, the numbers put in, the value."""
    return [*equation_with(trail, step, numbers_in(trail, digits)), matrix(step.value, digits)]


def equation_with(
    trail: LayerTrail, step: LayerStep, numbers: Leaf, small: Callable[[Array], bool] = is_small
) -> list[Box]:
    """The sides of a step's equation without its value: letters, and with that leaf numbers where all are few."""
    names = names_in(trail)
    formula = lay_out(step.expression, names)
    if step.of.kind == "slope":
        return [formula]
    sides = [names(step.name, False), formula]
    return [*sides, lay_out(step.expression, numbers)] if _all_small(trail, step.expression, small) else sides


def _all_small(trail: LayerTrail, x: Expression, small: Callable[[Array], bool]) -> bool:
    uses = trail.uses(x)
    numbers = [trail.values.get(name) for name in uses]  # a column of a batch has none of its own
    return not isinstance(x, Quantity) and all(value is not None and small(value) for value in numbers)


def layers_text(trail: LayerTrail, steps: Sequence[LayerStep], digits: int) -> str:
    """These steps, a line each with its shapes, under a heading for each phase."""
    digits = check_digits(digits)
    lines: list[str] = []
    phase = ""
    for step in steps:
        if step.phase != phase:
            phase = step.phase
            lines += ["", say(f"phases.{phase}")]
        sides = [text(side) for side in equation(trail, step, digits)]
        lines.append(f"  {' = '.join(sides)}")
        if not is_small(step.value):
            lines.append(f"      {in_words(step.value, digits)}")
    return "\n".join(lines).strip("\n")


def layers_latex(trail: LayerTrail, steps: Sequence[LayerStep], digits: int) -> str:
    """These steps in one ``aligned`` block, a line each."""
    digits = check_digits(digits)
    lines = [equation_latex(*equation(trail, step, digits)) for step in steps]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def layers_mathml(trail: LayerTrail, steps: Sequence[LayerStep], digits: int) -> str:
    """These steps in one table, a row for each equals sign."""
    digits = check_digits(digits)
    rows: list[str] = []
    for step in steps:
        name, *sides = (mathml(side) for side in equation(trail, step, digits))
        rows += [equals("" if n else name, side) for n, side in enumerate(sides)]
    return display(aligned(rows))
