"""What the articles claim, formula by formula, and the machine's verdict on each.

A claim is an equation as printed, kept as a tree: the tree that is shown is the tree that is checked.  Its left side is
evaluated on random networks by someone who does not know the article (complex steps through the forward pass), its
right side as the article has it, for every unit that its indices may mean.  Where both are equal in every such world,
the claim holds; where they differ, or the right side asks for something that is not there, it slips, and then the
corrected form must hold.  What an article lays down, an update rule or what it calls delta, is a definition: of that
only one thing can be asked, whether it is what the article's other formulas take it for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from itertools import product
from typing import Any

import numpy as np

from ..formula.arithmetic import evaluate
from ..formula.indexed import Layer, Undefined
from ..formula.tree import Expression, names_in
from ..views.boxes import Box
from ..views.latex import latex
from ..views.layout import lay_out, plain_leaf
from ..views.mathml import mathml
from ..views.table import Table
from ..views.text import text
from ..words.catalogue import heads
from ..words.validation import whole_number
from .errata import Errata, Erratum
from .example import rounds_to
from .worlds.catalogue import WORLDS
from .worlds.tools import World

#: An index that a claim leaves free, and what it counts: the name of a number, perhaps of a layer.
Free = tuple[str, str, Layer | None]

#: What can be found of a claim.
VERDICTS = ("holds", "definition", "slips")

#: How far two sides may be apart, relative to the larger.
TOLERANCE = 1e-8


@dataclass(frozen=True)
class Claim:
    """One equation of an article, as printed.

    It speaks of the worlds of one kind and must hold there for every way to give its `free` indices a value.  Where it
    slips, `correction` is the right side that should stand there, and `mistake` the named mistake that it is.  `digits`
    is the printed number, where the right side is one: it must be equal to its last digit.  A claim that `defines` what
    stands on its left is a definition where it does not slip; one that only leaves something out may be the
    abbreviation of a formula that `stands_for` it.
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
    defines: bool = False
    stands_for: Expression | None = None

    @property
    def verdict(self) -> str:
        """``"holds"``, ``"definition"`` or ``"slips"``, computed."""
        if self.stands_for is not None:
            return "definition" if self._abbreviates(self.stands_for) else "slips"
        return "slips" if not self._true(self.right) else "definition" if self.defines else "holds"

    @property
    def corrected(self) -> str | None:
        """The corrected equation as text, for a claim that slips; None where it holds."""
        return None if self.verdict != "slips" or self.correction is None else self._text(self.correction)

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
        shown = self.digits if self.digits is not None and not corrected else latex(self._boxes(right))
        return f"{latex(lay_out(self.left, plain_leaf))} = {shown}"

    def html(self, corrected: bool = False) -> str:
        """The equation, as printed or as corrected, in MathML."""
        right = self.correction if corrected and self.correction is not None else self.right
        left = mathml(lay_out(self.left, plain_leaf))
        shown = f"<mn>{self.digits}</mn>" if self.digits is not None and not corrected else mathml(self._boxes(right))
        return f'<math displaystyle="true" style="font-size:112%"><mrow>{left}<mo>=</mo>{shown}</mrow></math>'

    def with_printed(self, right: Expression, digits: str | None = None) -> Claim:
        """The same claim with another printed form, to see the verdict follow."""
        return replace(self, right=right, digits=digits)

    def _text(self, right: Expression, digits: str | None = None) -> str:
        shown = digits if digits is not None else text(self._boxes(right))
        return f"{text(lay_out(self.left, plain_leaf))} = {shown}"

    def _boxes(self, right: Expression) -> Box:
        """A right side, laid out; in the place of a printed number one of as many digits."""
        digits = 15 if self.digits is None else len(self.digits.partition("e")[0].replace(".", "").lstrip("-0"))
        return lay_out(right, plain_leaf, digits)

    def _abbreviates(self, whole: Expression) -> bool:
        """Whether the printed form is the whole one, of which it says no more than some of its names."""
        left_out = dict.fromkeys(set(names_in(whole)) - set(names_in(self.right)), 0.0)
        try:
            same = all(
                _equal(evaluate(self.right, {**world, **left_out}), evaluate(whole, {**world, **left_out}))
                for world in WORLDS[self.worlds]()
            )
        except (Undefined, KeyError):  # it speaks of something that is not there
            return False
        return bool(left_out) and same and self._true(whole)

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

    def html(self, corrected: bool = False) -> str:
        """The same as HTML, as it is or put right."""
        return escape(_listed(self.correction if corrected and self.correction is not None else self.meanings))

    @property
    def corrected(self) -> str | None:
        """The same, put right; None where it holds."""
        return None if self.correction is None or self.verdict == "holds" else _listed(self.correction)


def _unambiguous(meanings: Mapping[str, tuple[str, ...]]) -> bool:
    return all(len(set(uses)) == 1 for uses in meanings.values())


def _listed(meanings: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{letter}: {', and also '.join(uses)}" for letter, uses in meanings.items())


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
        """How many claims each article makes, how many hold, are definitions, and slip."""
        rows = []
        for article in sorted({claim.article for claim in self.claims}):
            verdicts = [claim.verdict for claim in self.claims if claim.article == article]
            rows.append((str(article), str(len(verdicts)), *(str(verdicts.count(verdict)) for verdict in VERDICTS)))
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

    def errata(self) -> Errata:
        """Those that slip as an errata sheet: what is printed, and under it what is right."""
        slips = self.slips()
        return Errata(
            [Erratum(c.article, c.place, c.printed, c.corrected or "", c.html(), c.html(corrected=True)) for c in slips]
        )

    def held(self) -> Errata:
        """Those that hold, and what the articles lay down, as a list of the same look."""
        held = [claim for claim in self.claims if claim.verdict != "slips"]
        return Errata([Erratum(c.article, c.place, c.printed, "", c.html(), "", c.verdict) for c in held])

    def of(self, article: int) -> Ledger:
        """Those of one article, 1 to 5; ValueError or TypeError with one sentence for another."""
        whole_number(article, "article", 1, 5)
        return Ledger(tuple(claim for claim in self.claims if claim.article == article))

    def __repr__(self) -> str:
        return f"<Ledger of {len(self)} claims>"
