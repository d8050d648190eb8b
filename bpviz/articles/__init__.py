"""The five source articles as data: their networks, their samples, and the numbers they print."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ..words.validation import one_of
from .coverage import coverage
from .example import Comparison, Example
from .programs import as_descent, batch_algorithm, broadcasting_slip, training_class
from .two_three_two import TWO_THREE_TWO
from .two_two_one import PRINTED_ERROR_AFTER_UPDATE, TWO_TWO_ONE
from .two_two_two import MAZUR_ERRORS_AFTER, TWO_TWO_TWO

__all__ = [
    "EXAMPLES",
    "MAZUR_ERRORS_AFTER",
    "PRINTED_ERROR_AFTER_UPDATE",
    "Comparison",
    "Example",
    "as_descent",
    "batch_algorithm",
    "broadcasting_slip",
    "claims",
    "coverage",
    "example",
    "training_class",
]

if TYPE_CHECKING:
    from .ledger import Ledger

#: Every worked example by its name.
EXAMPLES = {ex.name: ex for ex in (TWO_THREE_TWO, TWO_TWO_ONE, TWO_TWO_TWO)}


@cache
def claims() -> Ledger:
    """Every claim of the five articles: its place, what is printed, and the verdict the machine comes to.

    Examples
    --------
    >>> claims().of(5).summary()
    article  claims  hold  define  slip
    -----------------------------------
    5        36      25    4       7
    """
    from . import article_1, article_2, article_3, article_4, article_5
    from .ledger import Ledger

    modules = (article_1, article_2, article_3, article_4, article_5)
    return Ledger(tuple(claim for module in modules for claim in module.CLAIMS))


def example(name: str) -> Example:
    """A worked example: its network, sample and learning rate.

    Parameters
    ----------
    name : "2-3-2" (article 2), "2-2-1" (article 3) or "2-2-2" (Matt Mazur's)

    Examples
    --------
    >>> ex = example("2-2-1")
    >>> ex.network
    Network(2-2-1, sigmoid, half_squared_error, 6 parameters)
    """
    return EXAMPLES[one_of(name, "name", EXAMPLES)]
