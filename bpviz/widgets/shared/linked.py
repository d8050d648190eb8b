"""What a link to an exported page may hold, and what a teacher hides with it; the page reads it by these rules."""

from collections.abc import Sequence
from typing import Any

#: The first part of a link; another form of links would have another one.
VERSION = "1"

#: How a whole number is written in it, and a changed number: iteration, place, number.
WHOLE, CHANGE = r"^\d{1,9}$", r"^(\d{1,9}):(\d{1,9}):([-+.\de]{1,30})$"

#: A whole number in a link: its key, its trait, the least and the most (None: the page's last step), and what it is
#: where the link says nothing (None: as it is).
Row = tuple[str, str, int, int | None, int | None]


def link_rules(hide: Sequence[str], *rows: Row) -> dict[str, Any]:
    """The rules of a page's link: what it may hide, and the whole numbers in it."""
    forms = {"version": VERSION, "whole": WHOLE, "change": CHANGE}
    return {**forms, "hide": list(hide), "rows": [list(row) for row in rows]}
