"""LaTeX: for notebooks, GitHub and papers."""

import re
from collections.abc import Sequence

from ..formula.digits import check_digits
from ..steps.notation import BEFORE, HAT, HATTED
from ..steps.step import Step, one_by_one
from ..steps.trail import Trail
from ..words.catalogue import say
from .boxes import BigSum, Box, Brackets, Choice, Figure, Fraction, Grid, Operator, Reference, Root, Row, Script, Word
from .sides import equation
from .text import text

_OPERATORS = {"·": r"\cdot ", "∂": r"\partial ", "≥": r"\ge ", "≤": r"\le ", "∘": r"\circ "}
_LETTERS = {
    "δ": r"\delta",
    "η": r"\eta",
    "σ": r"\sigma",
    "α": r"\alpha",
    "β": r"\beta",
    "μ": r"\mu",
    "ε": r"\varepsilon",
    "Δ": r"\Delta",
    "∞": r"\infty",
    "→": r"\to ",
    "⋯": r"\cdots ",
    BEFORE: BEFORE,
}
_SPECIAL = {
    "\\": r"\backslash ",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "_": r"\_",
    "^": r"\wedge ",
    "~": r"\sim ",
    "<": r"\lt ",
    ">": r"\gt ",
    " ": r"\ ",
}


#: So much plain text is, set in type, as wide as a notebook on a laptop.
WIDE = 92


def latex(box: Box) -> str:
    """A laid-out formula as LaTeX."""
    match box:
        case Word(text=word):
            return latex_word(word)
        case Operator(text=sign, prefix=prefix):
            spelled = _OPERATORS.get(sign, sign)
            return spelled if prefix or not spelled else f" {spelled} "
        case Figure():
            return _figure(box)
        case Row(boxes=boxes):
            return "".join(map(latex, boxes))
        case Fraction(above=above, below=below):
            return rf"\frac{{{latex(above)}}}{{{latex(below)}}}"
        case Script(base=base, sub=sub, sup=sup):
            written = latex(base) + (f"_{{{latex(sub)}}}" if sub else "")
            return written + (f"^{{{latex(sup)}}}" if sup else "")
        case Root(inner=inner):
            return rf"\sqrt{{{latex(inner)}}}"
        case Brackets(inner=inner):
            return rf"\left({latex(inner)}\right)"
        case Choice(rows=rows):
            lines = r" \\ ".join(
                rf"{latex(value)} & \text{{{say('language.if')} }} {latex(when)}" for value, when in rows
            )
            return rf"\begin{{cases}} {lines} \end{{cases}}"
        case BigSum(under=under, over=over):
            return rf"\sum_{{{latex(under)}}}^{{{latex(over)}}} "
        case Grid(rows=rows):
            lines = r" \\ ".join(" & ".join(map(latex, row)) for row in rows)
            return rf"\begin{{bmatrix}} {lines} \end{{bmatrix}}"
        case Reference(inner=inner):
            return latex(inner)
    raise TypeError(f"no LaTeX for {type(box).__name__}")


def latex_word(word: str) -> str:
    r"""A name as LaTeX that cannot break out: letters and digits as they are, all else escaped.

    Examples
    --------
    >>> latex_word("w"), latex_word("net"), latex_word("h1"), latex_word("$\\frac")
    ('w', '\\mathrm{net}', 'h1', '\\mathrm{\\$\\backslash frac}')
    """
    if word in _LETTERS:
        return _LETTERS[word]
    if word in HATTED:
        return rf"\hat{{{latex_word(word.removesuffix(HAT))}}}"
    if re.fullmatch(r"[A-Za-z]?[0-9,()]*|\([A-Za-z]?[+-]?[0-9]*\)", word):
        return word
    inner = "".join(_LETTERS.get(c) or _SPECIAL.get(c) or c for c in word)
    return rf"\mathrm{{{inner}}}"


def _figure(box: Figure) -> str:
    digits = box.digits
    mantissa = {"∞": r"\infty", "undefined": r"\text{undefined}"}.get(digits.mantissa, digits.mantissa)
    power = "" if digits.exponent is None else rf" \cdot 10^{{{digits.exponent}}}"
    number = ("-" if digits.negative else "") + mantissa + power
    return rf"\left({number}\right)" if box.needs_brackets else number


def names_latex(trail: Trail, steps: Sequence[Step]) -> str:
    """The formulas of these steps in names alone, in one ``aligned`` block, a line each."""
    sides = [[latex(side) for side in equation(trail, step, 6)[:2]] for step in steps]
    lines = [f"{name} &= {formula}" for name, formula in sides]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def steps_latex(trail: Trail, steps: Sequence[Step], digits: int) -> str:
    """These steps in one ``aligned`` block, a line each, or several where it would be too wide."""
    digits = check_digits(digits)
    lines = [equation_latex(*equation(trail, step, digits)) for step in one_by_one(steps)]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def equation_latex(name: Box, *sides: Box) -> str:
    """A row of an ``aligned`` block; a side that would be beyond `WIDE` begins another one."""
    start = used = len(text(name)) + 3
    lines: list[list[str]] = [[]]
    for side in sides:
        length = len(text(side)) + 3
        if lines[-1] and used + length > WIDE:
            lines.append([])
            used = start
        lines[-1].append(latex(side))
        used += length
    return f"{latex(name)} " + " \\\\\n".join(f"&= {' = '.join(line)}" for line in lines)
