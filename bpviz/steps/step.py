"""A step of a derivation: one quantity, said by earlier ones."""

from dataclasses import dataclass
from functools import cached_property

from ..formula.tree import Expression, names_in
from ..networks.names import Symbol

#: The phases of a derivation, in order, and the kinds of step each one has.
PHASES = {
    "forward": ("net", "out"),
    "loss": ("loss_part", "loss"),
    "chain": ("local", "path", "delta", "gradient", "gathered"),
    "update": ("update",),
}


@dataclass(frozen=True)
class Step:
    """One line of a derivation.

    Attributes
    ----------
    symbol : Symbol
        What the quantity is.
    name : str
        ``net_h1``, ``out_h1``, ``E_total``, ``dE_total/dw7``, ``w7_new``, ...; in a batch the sample's number in
        brackets is added.
    kind : str
        One of the kinds in `PHASES`.
    expression : Expression
        The formula, in the names of earlier steps and of what is given.
    value : float
    sentence : str
        What happens here, for the learner.
    nodes, edges : tuple of str
        The parts of the diagram it touches.
    before : Expression or None
        The same before it was simplified.
    note : str or None
        What a learner has to know here: a corner, a jump.
    kink : (str, str) or None
        A quantity, and the note that holds where that quantity is 0, whatever it is now.
    """

    symbol: Symbol
    name: str
    kind: str
    expression: Expression
    value: float
    sentence: str
    nodes: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    before: Expression | None = None
    note: str | None = None
    kink: tuple[str, str] | None = None

    @property
    def phase(self) -> str:
        """``forward``, ``loss``, ``chain`` or ``update``."""
        return next(phase for phase, kinds in PHASES.items() if self.kind in kinds)

    @property
    def sample(self) -> int | None:
        """Which sample of a batch it belongs to, from 0."""
        return self.symbol.sample

    @cached_property
    def uses(self) -> tuple[str, ...]:
        """The names its formula mentions, each once, in reading order."""
        return tuple(dict.fromkeys(names_in(self.expression)))
