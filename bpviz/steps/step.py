"""A step of a derivation: one quantity, said by earlier ones."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from ..formula.tree import Expression, names_in
from ..networks.names import Symbol
from ..words.catalogue import say
from ..words.progress import with_bar

#: Where there are more steps, or numbers that they begin with, a bar shows how far something has come that takes long.
MANY = 2_000

#: The phases of a derivation, in order, and the kinds of step each one has.
PHASES = {
    "forward": ("net", "out"),
    "loss": ("loss_part", "loss"),
    "chain": ("local", "path", "delta", "gradient", "gathered"),
    "update": ("memory", "update"),
}


@dataclass(frozen=True)
class Step:
    """One line of a derivation: a quantity, its formula in names of earlier steps and of what is given, and its value.

    Attributes
    ----------
    symbol, name
        What the quantity is, and what it is called: ``net_h1``, ``E_total``, ``dE_total/dw7``, ``w7_new``, ...; in a
        batch the sample's number in brackets is added.
    kind : str
        One of the kinds in `PHASES`.
    sentence : str
        What happens here, for the learner.
    nodes, edges : tuple of str
        The parts of the diagram it touches.
    before : Expression or None
        The formula before it was simplified.
    note, kink
        What a learner has to know here: a corner, a jump; and a quantity with the note that holds where it is 0.
    largest : tuple of (Expression, float)
        Of a long sum the largest terms by size, each with its value, where somebody looked for them.
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
    largest: tuple[tuple[Expression, float], ...] = ()

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


def one_by_one(steps: Collection[Step], numbers: int = 0) -> Iterator[Step]:
    """These steps, which begin with so many numbers, in their order; where there are many with a bar."""
    return with_bar(steps, say("training.step"), large=len(steps) + numbers > MANY)
