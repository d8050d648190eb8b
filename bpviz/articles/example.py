"""What a worked example is, and how its printed numbers are held against computed ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ..networks.network import Network
from ..views.table import Table, Tabled
from ..words.catalogue import heads, say
from ..words.validation import of_type


@dataclass(frozen=True)
class Example:
    """A worked example of an article.

    Attributes
    ----------
    name : str
    article : int
        1 to 5.
    title, source : str
        The article's title and where it stands.
    network : Network
    x, target : tuple of float
    learning_rate : float
    printed : mapping of str to str
        The numbers as the article prints them, by the name of the quantity.
    """

    name: str
    article: int
    title: str
    source: str
    network: Network
    x: tuple[float, ...]
    target: tuple[float, ...]
    learning_rate: float
    printed: Mapping[str, str]

    def compare(self, computed: Mapping[str, float]) -> Comparison:
        """The article's numbers beside computed ones, wherever both have the quantity.

        Examples
        --------
        >>> from bpviz import articles, derive
        >>> ex = articles.example("2-2-1")
        >>> print(ex.compare(derive(ex.network, ex.x, ex.target).values))
        quantity  article prints  computed      same to the printed digits
        ------------------------------------------------------------------
        out_h1    0.680           0.680267197   yes
        out_h2    0.664           0.663738697   yes
        out_o1    0.690           0.690283493   yes
        E_total   0.0181          0.0181039038  yes
        """
        of_type(computed, Mapping, "computed", "a mapping of names to numbers")
        rows = [(name, text, float(computed[name])) for name, text in self.printed.items() if name in computed]
        return Comparison(tuple(rows))


@dataclass(frozen=True, repr=False)
class Comparison(Tabled):
    """Rows of (quantity, as printed, computed)."""

    rows: tuple[tuple[str, str, float], ...]

    @property
    def all_agree(self) -> bool:
        """Whether every computed number rounds to the printed one."""
        return all(rounds_to(value, printed) for _, printed, value in self.rows)

    def table(self) -> Table:
        """The rows as a table."""
        rows = [
            (name, printed, f"{value:.9g}", say("tables.yes" if rounds_to(value, printed) else "tables.no"))
            for name, printed, value in self.rows
        ]
        return Table(heads("printed"), rows)


def rounds_to(value: float, printed: str) -> bool:
    """Whether a number, rounded to as many decimals as the printed one has, is the printed one.

    Examples
    --------
    >>> rounds_to(0.01656538, "0.0166"), rounds_to(0.01656538, "0.165")
    (True, False)
    """
    wanted = Decimal(printed)
    return Decimal(value).quantize(Decimal(1).scaleb(int(wanted.as_tuple().exponent)), ROUND_HALF_UP) == wanted
