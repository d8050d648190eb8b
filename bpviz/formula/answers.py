"""What is answered in a text that says more: the name of what is asked for, and steps on the way."""

from collections.abc import Collection
from itertools import pairwise

from .grammar import LIMITS, loose, loose_names, plain, trimmed
from .typed import refused


def answer_in(text: str, quantity: str, names: Collection[str]) -> str:
    """What is answered, of ``dE/dw7 = 0.078``: the name of what is asked for may stand before it, and steps on the way.

    Raises
    ------
    ValueError
        If it is said of another quantity.

    Examples
    --------
    >>> answer_in("dE/dw7 = 0.078", "dE_total/dw7", ["w7"]), answer_in("= 0.5 * 2 = 1.", "E_total", [])
    ('0.078', '1')
    """
    first, *rest = _between_equals(trimmed(plain(text)), names) if len(text) <= LIMITS["longest"] else [text]
    if not rest:
        return trimmed(text)
    meant = loose_names([*names, quantity]).get(loose(trimmed(first)))
    if meant is not None and meant != quantity:
        raise refused("other", quantity=quantity, name=meant)
    return trimmed(rest[-1])


def _between_equals(text: str, names: Collection[str]) -> list[str]:
    """A text in pieces, cut at each sign of equality that is not in a name."""
    shown = text
    for name in sorted((plain(name) for name in names if "=" in plain(name)), key=len, reverse=True):
        shown = shown.replace(name, " " * len(name))
    cuts = [-1, *(at for at, sign in enumerate(shown) if sign == "="), len(text)]
    return [text[before + 1 : after] for before, after in pairwise(cuts)]
