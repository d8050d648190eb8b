"""What a worked example is, and how its printed numbers are held against computed ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from ..networks.network import Network
from ..views.table import Table, Tabled
from ..words.catalogue import heads, say
from ..words.validation import of_type, real_number


@dataclass(frozen=True)
class Example:
    """A worked example of an article.

    Attributes
    ----------
    name : str
    article : int or None
        1 to 5; None for an example of none of the five.
    title, source : str
        The article's title and where it stands.
    network : Network
    x, target : tuple of float
    learning_rate : float
    printed : mapping of str to str
        The numbers as the article prints them, by the name of the quantity.
    frozen : frozenset of str
        Parameters that stay as they are in it.
    ours : mapping of str to str
        Numbers that stood in pictures which are lost, worked out and rounded by us.
    """

    name: str
    article: int | None
    title: str
    source: str
    network: Network
    x: tuple[float, ...]
    target: tuple[float, ...]
    learning_rate: float
    printed: Mapping[str, str]
    ours: Mapping[str, str] = field(default_factory=dict)
    frozen: frozenset[str] = frozenset()

    def compare(self, computed: Mapping[str, float]) -> Comparison:
        """The article's numbers beside computed ones, wherever both have the quantity; ours where its own are lost.

        Examples
        --------
        >>> from bpviz import articles, derive
        >>> ex = articles.example("2-2-1")
        >>> print(ex.compare(derive(ex.network, ex.x, ex.target).values))
        quantity  rounded by us, as the article's picture is lost  computed      same to these digits
        ---------------------------------------------------------------------------------------------
        out_h1    0.680                                            0.680267197   yes
        out_h2    0.664                                            0.663738697   yes
        out_o1    0.690                                            0.690283493   yes
        E_total   0.0181                                           0.0181039038  yes
        """
        of_type(computed, Mapping, "computed", "a mapping of names to numbers")
        known = self.printed or self.ours
        rows = [
            (name, text, real_number(computed[name], f"computed[{name!r}]"))
            for name, text in known.items()
            if name in computed
        ]
        return Comparison(tuple(rows), is_printed=bool(self.printed))


@dataclass(frozen=True, repr=False)
class Comparison(Tabled):
    """Rows of (quantity, as printed, computed)."""

    rows: tuple[tuple[str, str, float], ...]
    is_printed: bool = True

    @property
    def all_agree(self) -> bool:
        """Whether every computed number rounds to the printed one."""
        return bool(self.rows) and all(rounds_to(value, printed) for _, printed, value in self.rows)

    def table(self) -> Table:
        """The rows as a table."""
        rows = [
            (name, printed, f"{value:.9g}", say("tables.yes" if rounds_to(value, printed) else "tables.no"))
            for name, printed, value in self.rows
        ]
        return Table(heads("printed" if self.is_printed else "ours"), rows)


def rounds_to(value: float, printed: str) -> bool:
    """Whether a number, rounded to as many decimals as the printed one has, is the printed one.

    Examples
    --------
    >>> rounds_to(0.01656538, "0.0166"), rounds_to(0.01656538, "0.165")
    (True, False)
    """
    wanted = Decimal(printed)
    if not abs(value) < 1e20:  # more digits than anybody prints, or no number
        return False
    return Decimal(value).quantize(Decimal(1).scaleb(int(wanted.as_tuple().exponent)), ROUND_HALF_UP) == wanted
