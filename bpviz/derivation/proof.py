"""A proof with its views, and with the rules that check it."""

from typing import Self

from ..proofs.lines import Argument
from ..proofs.rules import holds
from ..views.proofs import line_text, proof_latex, proof_mathml, proof_text


class ProofError(AssertionError):
    """A line of a proof does not follow from the lines before it."""


class Proof(Argument):
    """A theorem and its lines.

    Examples
    --------
    >>> from bpviz import proof
    >>> bp2 = proof("BP2")
    >>> bp2.check() is bp2
    True
    >>> print(bp2.lines[-1].rule)
    substitute
    """

    def check(self) -> Self:
        """Check every line; raise `ProofError` at the first that does not follow.  Returns the proof itself."""
        for n, line in enumerate(self.lines):
            if not self.holds(n):
                shown = line_text(self, n)
                raise ProofError(f"{self.name}, line {n + 1}: {shown} does not follow by the rule {line.rule!r}")
        return self

    def holds(self, n: int) -> bool:
        """Whether line `n` (from 0) follows from the lines it uses by its rule."""
        return holds(self, n)

    def text(self) -> str:
        """The proof as plain text: each line with its sentence."""
        return proof_text(self)

    def latex(self) -> str:
        """The proof as one LaTeX ``aligned`` block."""
        return proof_latex(self)

    def mathml(self) -> str:
        """The proof as native MathML."""
        return proof_mathml(self)

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"$${self.latex()}$$"
