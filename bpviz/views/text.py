"""Plain text: for ``print``, for logs, and wherever nothing else survives."""

from collections.abc import Sequence

from ..formula.digits import check_digits, round_number
from ..formula.tree import parts
from ..steps.step import Step, one_by_one
from ..steps.trail import Trail
from ..words.catalogue import say
from .boxes import (
    TIMES,
    BigSum,
    Box,
    Brackets,
    Choice,
    Figure,
    Fraction,
    Grid,
    Operator,
    Reference,
    Root,
    Row,
    Script,
    Word,
)
from .layout import lay_out
from .sides import equation, name_leaf


def text(box: Box) -> str:
    """A laid-out formula as one line of text."""
    match box:
        case Word(text=word):
            return word
        case Operator(text=sign, prefix=prefix):
            return ("d" if sign == "∂" else sign) if prefix else sign if sign == "·" else f" {sign} " if sign else " "
        case Figure(digits=digits):
            return f"({digits})" if box.needs_brackets and digits.negative else str(digits)
        case Row(boxes=boxes):
            airy = any(isinstance(b, Reference) and "/" in b.text for b in boxes)  # a/b · c/d, but w·x
            parts = [" · " if airy and b == TIMES else text(b) for b in boxes]
            return "".join(f" {part}" if _side_by_side(boxes[n - 1 : n + 1]) else part for n, part in enumerate(parts))
        case Fraction(above=above, below=below):
            return f"{_compact(above)}/{_compact(below)}"
        case Script(base=base, sub=sub, sup=sup):
            root = text(base)
            if isinstance(base, Figure) and base.digits.exponent is not None and not base.digits.negative:
                root = f"({root})"
            written = root + (f"_{text(sub)}" if sub else "")
            return written + (f"^{_compact(sup)}" if sup else "")
        case Root(inner=inner):
            return f"sqrt({text(inner)})"
        case Brackets(inner=inner):
            return f"({text(inner)})"
        case Choice(rows=rows):
            return "{" + "; ".join(f"{text(value)} {say('language.if')} {text(when)}" for value, when in rows) + "}"
        case BigSum(under=under):
            return f"Σ_{{{text(under).split(' ')[0]}}} "
        case Grid(rows=rows):
            return "[" + "; ".join(", ".join(map(text, row)) for row in rows) + "]"
        case Reference(text=name):
            return name
    raise TypeError(f"no text for {type(box).__name__}")


def _side_by_side(pair: tuple[Box, ...]) -> bool:
    """Whether two boxes are factors without a sign between them, as matrices are."""
    alone = (Script, Reference, Grid, Brackets, Figure)
    if len(pair) != 2 or not isinstance(pair[0], alone):
        return False
    called = isinstance(pair[1], Row) and isinstance(pair[1].boxes[0], Word) and len(pair[1].boxes) == 2
    return isinstance(pair[1], alone) or called


def _compact(box: Box) -> str:
    """Text that holds together on either side of a slash or after a caret."""
    sign = Operator("∂", prefix=True)
    if box == sign or (isinstance(box, Row) and box.boxes[:1] == (sign,)):
        return text(box)
    single = isinstance(box, (Word, Brackets, Reference, Script)) or (
        isinstance(box, Figure) and not box.digits.negative
    )
    return text(box) if single else f"({text(box)})"


def side_texts(trail: Trail, step: Step, digits: int) -> list[str]:
    """The sides of a step's equation after its name."""
    return [text(side) for side in equation(trail, step, digits)[1:]]


def step_text(trail: Trail, step: Step, digits: int) -> str:
    """One step as one line."""
    return " = ".join(text(side) for side in equation(trail, step, digits))


def largest_text(trail: Trail, step: Step, digits: int) -> str:
    """The largest terms of a step's long sum, in one sentence."""
    names, count = name_leaf(trail), len(parts(step.expression))
    terms = [f"{text(lay_out(term, names))} = {round_number(value, digits)}" for term, value in step.largest]
    return say("steps.largest", count=count, terms=", ".join(terms))


def steps_text(trail: Trail, steps: Sequence[Step], digits: int) -> str:
    """These steps, a line each, with a heading for each phase and the notes at the end."""
    digits = check_digits(digits)
    lines: list[str] = []
    phase = None
    for step in one_by_one(steps):
        if step.phase != phase:
            phase = step.phase
            lines += ["", say(f"phases.{phase}")]
        lines.append(f"  {step_text(trail, step, digits)}")
        if step.largest:
            lines.append(f"      {largest_text(trail, step, digits)}")
    notes = dict.fromkeys(step.note for step in steps if step.note)
    lines += ["", *notes] if notes else []
    return "\n".join(lines).strip("\n")
