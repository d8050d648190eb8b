"""What a proof is made of: lines, each an equation and the rule that leads to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from ..formula.tree import Expression


@dataclass(frozen=True)
class Line:
    """One line: an equation, the rule of `rules.RULES` that leads to it, and a sentence.

    It is made from the lines with the numbers `uses` (from 0), by differentiating by `by` where the rule does that; for
    a theorem it is the conclusion of the proof that it cites.
    """

    left: Expression
    right: Expression
    rule: str
    uses: tuple[int, ...] = ()
    by: Expression | None = None
    cites: Argument | None = None
    sentence: str = ""


@dataclass(frozen=True, repr=False)
class Argument:
    """A theorem and the lines that lead to it.

    Attributes
    ----------
    name, statement : str
    lines : tuple of Line
    letters : tuple of pairs of str
        What is shown for the letters of the lines, in another notation; the rules know the lines only.
    """

    name: str
    statement: str
    lines: tuple[Line, ...]
    letters: tuple[tuple[str, str], ...] = ()

    @property
    def conclusion(self) -> Line:
        """The last line."""
        return self.lines[-1]

    def altered(self, n: int, right: Expression | None = None, *, left: Expression | None = None) -> Self:
        """The same with another right or left side in one line, to see it fail."""
        lines = list(self.lines)
        line = lines[n]
        lines[n] = replace(line, left=line.left if left is None else left, right=line.right if right is None else right)
        return replace(self, lines=tuple(lines))
