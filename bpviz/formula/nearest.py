"""Which name a misspelt one is most likely meant to be; a page finds it by the same lines (``typed.js``)."""

from collections.abc import Collection

from .grammar import LIMITS, loose


def nearest(word: str, names: Collection[str]) -> str | None:
    """The name that a word is most likely meant to be: that of the fewest changed letters, if they are few.

    Examples
    --------
    >>> nearest("outh2", ["net_h2", "out_h2", "w7"]), nearest("rate", ["net_h2", "w7"])
    ('out_h2', None)
    """
    few = min(LIMITS["changed"], len(word) // 2)
    found = sorted((changes(loose(word), loose(name)), name) for name in names)
    return found[0][1] if found and found[0][0] <= few else None


def changes(one: str, other: str) -> int:
    """How many letters must be put in, left out or changed to make one word of another."""
    row = list(range(len(other) + 1))
    for n, letter in enumerate(one):
        before, row = row, [n + 1]
        for k, wanted in enumerate(other):
            row.append(min(before[k] + (letter != wanted), before[k + 1] + 1, row[k] + 1))
    return row[-1]
