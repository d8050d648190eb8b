"""What a link to an exported page may hold, and what a teacher hides with it; the page reads it by these rules."""

from collections.abc import Mapping, Sequence
from typing import Any

#: The first part of a link; another form of links would have another one.
VERSION = "1"

#: How a whole number is written in it, and a changed number: iteration, place, number.
WHOLE, CHANGE = r"^\d{1,9}$", r"^(\d{1,9}):(\d{1,9}):([-+.\de]{1,30})$"

#: What stands for changed numbers where all are those of the start.
NONE = "none"

#: Of a part that is refused so many signs are said again.
LONGEST = 60

#: A whole number in a link: its key, its trait, the least and the most (None: as many as the page has).  Where a link
#: does not say it, it is as the page was exported.
Row = tuple[str, str, int, int | None]


def link_rules(hide: Mapping[str, str], own: Sequence[str], *rows: Row) -> dict[str, Any]:
    """The rules of a page's link.

    Parameters
    ----------
    hide : mapping
        What can be hidden, each with the fold that it is, or an empty text.
    own : sequence of str
        The keys that the page itself reads.
    *rows : tuple
        The whole numbers in it.

    Examples
    --------
    >>> link_rules({"code": "away"}, ["wrt"], ("at", "iteration", 0, 100))["keys"]
    ['v', 'hide', 'wrt', 'at']
    """
    forms = {"version": VERSION, "whole": WHOLE, "change": CHANGE, "none": NONE, "longest": LONGEST}
    keys = ["v", "hide", *own, *(row[0] for row in rows)]
    return {**forms, "keys": keys, "hide": dict(hide), "rows": [list(row) for row in rows]}
