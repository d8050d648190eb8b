"""Every item of the five articles, a formula, picture, program, number or piece of advice, and where it is treated."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from ..views.table import Table
from ..words.catalogue import heads, say
from ..words.validation import one_of, whole_number

#: What separates several claims or places of one item.
_BETWEEN = " | "


@dataclass(frozen=True)
class Place:
    """A section of a notebook: the notebook's number, as in ``"04"``, and the section's heading."""

    notebook: str
    heading: str

    @property
    def plain(self) -> str:
        """The heading without the marks of Markdown's code."""
        return self.heading.replace("`", "")


@dataclass(frozen=True)
class Item:
    """One item of an article, in our words.

    Attributes
    ----------
    article : int
    what : str
    claims : tuple of str
        How the places of its claims in the ledger begin.
    places : tuple of Place
    why_not : str
        Where something of it cannot be shown, why.
    """

    article: int
    what: str
    claims: tuple[str, ...]
    places: tuple[Place, ...]
    why_not: str


@dataclass(frozen=True, repr=False)
class Coverage:
    """Items and where they are.  ``bp.articles.coverage()`` gives it.

    Examples
    --------
    >>> from bpviz.articles import coverage
    >>> coverage().of(5).summary()
    article  items  with claims  not whole
    --------------------------------------
    5        27     26           0
    """

    items: tuple[Item, ...]

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def of(self, article: int) -> Coverage:
        """Those of one article, 1 to 5; ValueError or TypeError with one sentence for another."""
        whole_number(article, "article", 1, 5)
        return Coverage(tuple(item for item in self.items if item.article == article))

    def seen_in(self, notebook: str) -> Coverage:
        """Those that one notebook treats, by its number such as ``"04"``, at its places only.

        Raises
        ------
        ValueError, TypeError
            If no item is treated in a notebook of that number.
        """
        known = sorted({place.notebook for item in self.items for place in item.places})
        if not known:
            raise ValueError("notebook: there are no items here, so no notebook treats one")
        one_of(notebook, "notebook", known)
        here = [
            Item(item.article, item.what, item.claims, own, item.why_not)
            for item in self.items
            if (own := tuple(place for place in item.places if place.notebook == notebook))
        ]
        return Coverage(tuple(here))

    def summary(self) -> Table:
        """How many items each article has, with how many of them claims are tried, and how many lack something."""
        rows = []
        for article in sorted({item.article for item in self.items}):
            own = [item for item in self.items if item.article == article]
            with_claims, lacking = sum(bool(item.claims) for item in own), sum(bool(item.why_not) for item in own)
            rows.append((str(article), str(len(own)), str(with_claims), str(lacking)))
        return Table(heads("coverage"), rows)

    def by_section(self) -> dict[tuple[int, Place], list[Item]]:
        """The items under each article and section, in the order in which they come in the articles."""
        found: dict[tuple[int, Place], list[Item]] = {}
        for item in self.items:
            for place in item.places:
                found.setdefault((item.article, place), []).append(item)
        return dict(sorted(found.items(), key=lambda entry: entry[0][0]))

    def __str__(self) -> str:
        lines: list[str] = []
        for title, sections in self._titled():
            lines += [title, *(f"  {heading}: {'; '.join(told)}" for heading, told in sections)]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = []
        for title, sections in self._titled():
            rows.append(f'<tr><th colspan="2" scope="rowgroup" style="text-align:left">{escape(title)}</th></tr>')
            for heading, told in sections:
                cells = (escape(heading), escape("; ".join(told)))
                look = "text-align:left;vertical-align:top"
                rows.append("<tr>" + "".join(f'<td style="{look}">{cell}</td>' for cell in cells) + "</tr>")
        return f'<table style="width:100%"><tbody>{"".join(rows)}</tbody></table>'

    def _titled(self) -> Iterator[tuple[str, list[tuple[str, list[str]]]]]:
        """Article by article its title, and its sections with what is told of their items."""
        sections = self.by_section()
        several = len({place.notebook for _, place in sections}) > 1
        for article in sorted({article for article, _ in sections}):
            told = [
                (
                    f"{place.notebook} {place.plain}" if several else place.plain,
                    [f"{item.what} ({item.why_not})" if item.why_not else item.what for item in items],
                )
                for (owner, place), items in sections.items()
                if owner == article
            ]
            yield say("titles.article", article=article), told


@cache
def coverage() -> Coverage:
    """Every item of the five articles, and where it is treated."""
    with Path(__file__).with_name("items.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return Coverage(tuple(_item(*row) for row in rows))


def _item(article: str, what: str, claims: str, places: str, why_not: str) -> Item:
    split = [text.partition(" ") for text in places.split(_BETWEEN) if text]
    own = tuple(Place(notebook, heading) for notebook, _, heading in split)
    return Item(int(article), what, tuple(text for text in claims.split(_BETWEEN) if text), own, why_not)
