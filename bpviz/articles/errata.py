"""An article's slips as an errata sheet: where, what is printed, and under it what is right, set in type.

What holds is listed alike, with its verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ..words.catalogue import heads, say

#: Places are narrow, formulas wide; what is too wide for its cell can be moved sideways in it.
_CELL = "text-align:left;vertical-align:top"
_LINE = "overflow-x:auto;overflow-y:hidden;padding:2px 0"


@dataclass(frozen=True)
class Erratum:
    """One slip: printed and right, as text and as HTML; or what holds, which has nothing besides."""

    article: int
    place: str
    printed: str
    right: str
    printed_html: str
    right_html: str
    verdict: str = "slips"

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """What stands under the place: a name, the text and the HTML of each line."""
        if self.verdict != "slips":
            return [(self.verdict, self.printed, self.printed_html)]
        printed, right = heads("errata")[1:]
        return [(printed, self.printed, self.printed_html), (right, self.right, self.right_html)]


@dataclass(frozen=True, repr=False)
class Errata:
    """The slips of some articles.  ``bp.articles.claims().of(1).errata()`` gives it.

    Examples
    --------
    >>> from bpviz.articles import claims
    >>> print(str(claims().of(3).errata()).splitlines()[0])
    Article 3
    """

    entries: Sequence[Erratum]

    def __str__(self) -> str:
        if not self.entries:
            return say("ledger.none")
        lines: list[str] = []
        for article in sorted({entry.article for entry in self.entries}):
            lines += [*([""] if lines else []), say("titles.article", article=article)]
            for entry in self.entries:
                if entry.article == article:
                    lines += [f"  {entry.place}", *(f"    {name}: {text}" for name, text, _ in entry.lines)]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        if not self.entries:
            return f"<p>{escape(say('ledger.none'))}</p>"
        rows = []
        for article in sorted({entry.article for entry in self.entries}):
            title = escape(say("titles.article", article=article))
            rows.append(f'<tr><th scope="rowgroup" style="{_CELL}">{title}</th></tr>')
            rows += [self._row(entry) for entry in self.entries if entry.article == article]
        return f'<table style="table-layout:fixed;width:100%"><tbody>{"".join(rows)}</tbody></table>'

    @staticmethod
    def _row(entry: Erratum) -> str:
        """The place, and under it what is printed and what is right, set in type."""
        lines = "".join(
            f'<div style="{_LINE}"><small>{escape(name)}</small>&ensp;{shown}</div>' for name, _, shown in entry.lines
        )
        return f'<tr><td style="{_CELL}"><b>{escape(entry.place)}</b>{lines}</td></tr>'
