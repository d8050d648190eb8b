"""What a link to an exported page may hold, and what a teacher hides with it; the page reads it by these rules."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ...formula.digits import MOST_DIGITS

#: The first part of a link; another form of links would have another one.
VERSION = "1"

#: How a whole number is written in it, any number, and a changed number: iteration, place, number.
WHOLE, NUMBER, CHANGE = r"^\d{1,9}$", r"^[-+.\de]{1,30}$", r"^(\d{1,9}):(\d{1,9}):([-+.\de]{1,30})$"

#: What stands for changed numbers where all are those of the start, and for several of which there are none.
NONE = "none"

#: Of a part that is refused so many signs are said again.
LONGEST = 60

#: A whole number in a link: its key, its trait, the least and the most (None: as many as the page has).  Where a link
#: does not say it, it is as the page was exported.
Row = tuple[str, str, int, int | None]


def counts(most_iterations: int) -> tuple[Row, Row]:
    """The digits and the iteration, which a link to any stepper holds."""
    return ("digits", "digits", 1, MOST_DIGITS), ("at", "iteration", 0, most_iterations)


class Part(NamedTuple):
    """A part of a link that is no whole number: its key, the trait that it sets, and what it may hold.

    That is `values`, of which it holds one, or several with commas where it has `several`; or else so many numbers
    with commas as `numbers` says, each from `least` to `most`.
    """

    key: str
    trait: str
    values: Sequence[str | int] = ()
    several: bool = False
    numbers: int = 0
    least: float = 0.0
    most: float = 0.0


def link_rules(hide: Mapping[str, str], own: Sequence[str], *rows: Row, parts: Sequence[Part] = ()) -> dict[str, Any]:
    """The rules of a page's link.

    Parameters
    ----------
    hide : mapping
        What can be hidden, each with the fold that it is, or an empty text.
    own : sequence of str
        The keys that the page itself reads.
    *rows : tuple
        The whole numbers in it.
    parts : sequence of Part
        What else it sets.

    Examples
    --------
    >>> link_rules({"code": "away"}, ["wrt"], ("at", "iteration", 0, 100))["keys"]
    ['v', 'hide', 'wrt', 'at']
    """
    forms = {"version": VERSION, "whole": WHOLE, "number": NUMBER, "change": CHANGE, "none": NONE, "longest": LONGEST}
    keys = ["v", "hide", *own, *(row[0] for row in rows), *(part.key for part in parts)]
    read = [part._asdict() for part in parts]
    return {**forms, "keys": keys, "hide": dict(hide), "rows": [list(row) for row in rows], "parts": read}
