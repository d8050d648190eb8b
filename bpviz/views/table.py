"""Small tables that print as text and show as HTML."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, repr=False)
class Table:
    """A heading, rows of cells, and sentences under them.

    Examples
    --------
    >>> Table(("weight", "value"), (("w7", "0.4"),))
    weight  value
    -------------
    w7      0.4
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        lines = (self.head, *self.rows)
        widths = [max(len(row[n]) for row in lines) for n in range(len(self.head))]
        padded = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in lines]
        first, *rest = ["  ".join(row).rstrip() for row in padded]
        return "\n".join([first, "-" * len(first), *rest, *self.notes])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        def row(cells: Sequence[str], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

        body = "".join(row(cells, "td") for cells in self.rows)
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return f"<table><thead>{row(self.head, 'th')}</thead><tbody>{body}</tbody></table>{notes}"


class Tabled(ABC):
    """Something that shows itself as a table."""

    @abstractmethod
    def table(self) -> Table:
        """The rows as a table."""

    def __str__(self) -> str:
        return str(self.table())

    def __repr__(self) -> str:
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()
