"""What the articles claim, formula by formula, and the machine's verdict on each.

A claim is an equation as printed, kept as a tree: the tree that is shown is the tree that is checked.  Its left side is
evaluated on random networks by someone who does not know the article (complex steps through the forward pass), its
right side as the article has it, for every unit that its indices may mean.  Where both are equal in every such world,
the claim holds; where they differ, or the right side asks for something that is not there, it slips, and then the
corrected form must hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from ..formula.arithmetic import evaluate
from ..formula.indexed import Layer, Undefined
from ..formula.tree import Expression
from ..views.latex import latex
from ..views.layout import lay_out, plain_leaf
from ..views.table import Table
from ..views.text import text
from ..words.catalogue import heads
from .example import rounds_to
from .worlds.catalogue import WORLDS
from .worlds.tools import World

#: An index that a claim leaves free, and what it counts: the name of a number, perhaps of a layer.
Free = tuple[str, str, Layer | None]

#: How far two sides may be apart, relative to the larger.
TOLERANCE = 1e-8


@dataclass(frozen=True)
class Claim:
    """One equation of an article, as printed.

    It speaks of the worlds of one kind and must hold there for every way to give its `free` indices a value.  Where it
    slips, `correction` is the right side that should stand there, and `mistake` the named mistake that it is.  `digits`
    is the printed number, where the right side is one: it must be equal to its last digit.
    """

    article: int
    place: str
    left: Expression
    right: Expression
    worlds: str
    free: tuple[Free, ...] = ()
    correction: Expression | None = None
    mistake: str | None = None
    digits: str | None = None

    @property
    def verdict(self) -> str:
        """``"holds"`` or ``"slips"``, computed."""
        return "holds" if self._true(self.right) else "slips"

    @property
    def corrected(self) -> str | None:
        """The corrected equation as text, for a claim that slips; None where it holds."""
        return None if self.verdict == "holds" or self.correction is None else self._text(self.correction)

    @property
    def correction_holds(self) -> bool:
        """Whether the corrected form is true."""
        return self.correction is not None and self._true(self.correction, exact_digits=False)

    @property
    def printed(self) -> str:
        """The equation as printed, in plain text."""
        return self._text(self.right, self.digits)

    def latex(self, corrected: bool = False) -> str:
        """The equation, as printed or as corrected, in LaTeX."""
        right = self.correction if corrected and self.correction is not None else self.right
        shown = self.digits if self.digits is not None and not corrected else latex(lay_out(right, plain_leaf))
        return f"{latex(lay_out(self.left, plain_leaf))} = {shown}"

    def with_printed(self, right: Expression, digits: str | None = None) -> Claim:
        """The same claim with another printed form, to see the verdict follow."""
        return replace(self, right=right, digits=digits)

    def _text(self, right: Expression, digits: str | None = None) -> str:
        shown = digits if digits is not None else text(lay_out(right, plain_leaf))
        return f"{text(lay_out(self.left, plain_leaf))} = {shown}"

    def _true(self, right: Expression, exact_digits: bool = True) -> bool:
        for world in WORLDS[self.worlds]():
            for values in _assignments(world, self.free):
                try:
                    with np.errstate(all="ignore"):
                        one, other = evaluate(self.left, values), evaluate(right, values)
                except Undefined:
                    return False
                if exact_digits and self.digits is not None:
                    if not rounds_to(float(one), self.digits):
                        return False
                elif not _equal(one, other):
                    return False
        return True


@dataclass(frozen=True)
class Wording:
    """A claim about words: what the article uses each of its letters or names for, and the same put right.

    It slips where one letter has two meanings at once, and holds where each has one.
    """

    article: int
    place: str
    meanings: Mapping[str, tuple[str, ...]]
    correction: Mapping[str, tuple[str, ...]] | None = None
    mistake: str | None = "letter_with_two_meanings"

    @property
    def verdict(self) -> str:
        """``"holds"`` or ``"slips"``, computed."""
        return "holds" if _unambiguous(self.meanings) else "slips"

    @property
    def correction_holds(self) -> bool:
        """Whether in the corrected form each letter has one meaning."""
        return self.correction is not None and _unambiguous(self.correction)

    @property
    def printed(self) -> str:
        """The letters and what they stand for."""
        return _listed(self.meanings)

    @property
    def corrected(self) -> str | None:
        """The same, put right; None where it holds."""
        return None if self.correction is None or self.verdict == "holds" else _listed(self.correction)


def _unambiguous(meanings: Mapping[str, tuple[str, ...]]) -> bool:
    return all(len(set(uses)) == 1 for uses in meanings.values())


def _listed(meanings: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{letter}: {' and '.join(uses)}" for letter, uses in meanings.items())


def _equal(one: Any, other: Any) -> bool:
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return False
    return bool((np.abs(a - b) <= TOLERANCE * np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-12)).all())


def _assignments(world: World, free: tuple[Free, ...]) -> Iterator[dict[str, Any]]:
    """Every way to give the free indices a value; an index of layers is given before those that count units in it."""
    layers = [entry for entry in free if entry[1].startswith("layers")]
    units = [entry for entry in free if not entry[1].startswith("layers")]
    for chosen in product(*(world[counted] for _, counted, _ in layers)):
        values = {**world, **{index: n for (index, _, _), n in zip(layers, chosen, strict=True)}}
        ranges = []
        for _, counted, layer in units:
            count = values[counted]
            if layer is not None:
                letter, offset = layer
                count = count[(values[letter] if letter else 0) + offset]
            ranges.append(range(1, int(count) + 1))
        for numbers in product(*ranges):
            yield {**values, **{index: n for (index, _, _), n in zip(units, numbers, strict=True)}}


@dataclass(frozen=True)
class Ledger:
    """Claims, counted and shown.  ``bp.articles.claims()`` gives it."""

    claims: tuple[Claim | Wording, ...]

    def __iter__(self) -> Iterator[Claim | Wording]:
        return iter(self.claims)

    def __len__(self) -> int:
        return len(self.claims)

    def summary(self) -> Table:
        """How many claims each article makes, how many hold, how many slip."""
        rows = []
        for article in sorted({claim.article for claim in self.claims}):
            verdicts = [claim.verdict for claim in self.claims if claim.article == article]
            rows.append((str(article), str(len(verdicts)), str(verdicts.count("holds")), str(verdicts.count("slips"))))
        return Table(heads("ledger"), rows)

    def table(self) -> Table:
        """A row for each claim: where, what is printed, the verdict, what is right."""
        rows = [
            (str(c.article), c.place, c.printed, c.verdict, c.corrected or "", c.mistake or "" if c.corrected else "")
            for c in self.claims
        ]
        return Table(heads("slips"), rows)

    def slips(self) -> Ledger:
        """Those that slip."""
        return Ledger(tuple(claim for claim in self.claims if claim.verdict == "slips"))

    def of(self, article: int) -> Ledger:
        """Those of one article."""
        return Ledger(tuple(claim for claim in self.claims if claim.article == article))

    def __repr__(self) -> str:
        return f"<Ledger of {len(self)} claims>"
