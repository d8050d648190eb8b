"""Badges that open the notebooks on Binder, once the project has a public place: ``make badges AT=owner/name``.

The README and the first cell of every notebook get one each, which takes the place of an earlier one; ``AT=`` alone takes
them out again.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).parent.parent
IMAGE = "https://mybinder.org/badge_logo.svg"
BADGE = re.compile(rf"\n*\[!\[[^]]*\]\({re.escape(IMAGE)}\)\]\([^)]*\)\n*")
PLACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+")


def with_badge(text: str, place: str, path: str) -> str:
    """A text with the badge under its first line; without a place, with none."""
    head, _, rest = BADGE.sub("\n\n", text, count=1).partition("\n")
    badge = f"\n\n[![Binder]({IMAGE})](https://mybinder.org/v2/gh/{place}/HEAD?urlpath=lab/tree/{path})\n"
    return f"{head}{badge if place else chr(10)}{rest}" if rest or place else head


def write(place: str, root: Path = ROOT) -> None:
    """Give the README and all notebooks their badges.

    Raises
    ------
    ValueError
        Unless the place is written owner/name, or empty.
    """
    if place and not PLACE.fullmatch(place):
        raise ValueError(f"AT must be owner/name, as on GitHub, not {place!r}")
    readme = root / "README.md"
    readme.write_text(with_badge(readme.read_text(encoding="utf-8"), place, "notebooks/00_start_here.ipynb"), "utf-8")
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        first = notebook.cells[0]
        first.source = with_badge(first.source, place, f"notebooks/{path.name}")
        nbformat.write(notebook, path)


if __name__ == "__main__":
    try:
        write(sys.argv[1] if len(sys.argv) > 1 else "")
    except ValueError as error:
        sys.exit(str(error))
