"""Proofs in the same three views as derivations."""

from collections.abc import Mapping
from dataclasses import replace
from textwrap import indent

from ..formula.indexed import Apply, Entry, Layer, SumOver
from ..formula.tree import Expression, Quantity, mapped
from ..proofs.lines import Argument
from .boxes import Box
from .latex import latex
from .layout import lay_out, plain_leaf
from .mathml import aligned, display, equals, mathml
from .text import text


def sides(proof: Argument, n: int) -> tuple[Box, Box]:
    """Both sides of a line, in the letters of the proof's notation."""
    line = proof.lines[n]
    left, right = (lay_out(in_letters(side, dict(proof.letters)), plain_leaf) for side in (line.left, line.right))
    return left, right


def in_letters(x: Expression, letters: Mapping[str, str]) -> Expression:
    """The same formula in other letters.

    Examples
    --------
    >>> from bpviz.formula.indexed import Entry, Partial
    >>> in_letters(Partial(Entry("C"), Entry("z", ("j",))), {"C": "E", "z": "net"}).key
    'dE/dnet'
    """
    if not letters:
        return x
    match x:
        case Entry(base=base, layer=layer):
            return replace(x, base=letters.get(base, base), layer=_in_letters(layer, letters))
        case Apply(function=function, argument=argument):
            return Apply(letters.get(function, function), in_letters(argument, letters))
        case SumOver(count=count, body=body, layer=layer):
            where = _in_letters(layer, letters)
            return replace(x, count=letters.get(count, count), body=in_letters(body, letters), layer=where)
        case Quantity(name=name):
            return Quantity(letters.get(name, name))
    return mapped(x, lambda part: in_letters(part, letters))


def _in_letters(layer: Layer | None, letters: Mapping[str, str]) -> Layer | None:
    return layer and (letters.get(layer[0], layer[0]), layer[1])


def _sides(proof: Argument) -> list[tuple[Box, Box]]:
    return [sides(proof, n) for n in range(len(proof.lines))]


def line_text(proof: Argument, n: int) -> str:
    """One line of a proof as plain text."""
    left, right = sides(proof, n)
    return f"{text(left)} = {text(right)}"


def proof_text(proof: Argument) -> str:
    """Each line with the sentence that says why."""
    lines = [f"{proof.name}. {proof.statement}"]
    for line, (left, right) in zip(proof.lines, _sides(proof), strict=True):
        lines.append(indent(f"{text(left)} = {text(right)}    ({line.sentence})", "  "))
    return "\n".join(lines)


def proof_latex(proof: Argument) -> str:
    """One ``aligned`` block; the sentences stand at the right."""
    lines = [
        rf"{latex(left)} &= {latex(right)} && \text{{{line.sentence}}}"
        for line, (left, right) in zip(proof.lines, _sides(proof), strict=True)
    ]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def proof_mathml(proof: Argument) -> str:
    """One table, a row for each line."""
    rows = (
        equals(mathml(left), mathml(right), f"<mtd><mtext>{line.sentence}</mtext></mtd>")
        for line, (left, right) in zip(proof.lines, _sides(proof), strict=True)
    )
    return display(aligned(rows))
