"""Proofs in the same three views as derivations."""

from textwrap import indent

from ..proofs.lines import Argument
from .boxes import Box
from .latex import latex
from .layout import lay_out, plain_leaf
from .mathml import aligned, display, equals, mathml
from .text import text


def _sides(proof: Argument) -> list[tuple[Box, Box]]:
    return [(lay_out(line.left, plain_leaf), lay_out(line.right, plain_leaf)) for line in proof.lines]


def line_text(proof: Argument, n: int) -> str:
    """One line of a proof as plain text."""
    line = proof.lines[n]
    return f"{text(lay_out(line.left, plain_leaf))} = {text(lay_out(line.right, plain_leaf))}"


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
