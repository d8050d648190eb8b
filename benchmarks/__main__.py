"""Measure everything in one run and write it down: ``make bench``.

Only ratios mean anything; the seconds depend on the machine.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from . import derivation, pages, peers
from .timing import Measured, shown

RESULTS = Path(__file__).with_name("results.md")
CHART = Path(__file__).with_name("results.svg")
LIBRARIES = ("bpviz", "numpy", "sympy", "jax", "torch", "autograd", "micrograd", "scikit-learn")

#: In the chart: how high a bar is, where bars begin, how wide the longest is, and the room for its number.
HIGH, LEFT, WIDE, RIGHT = 26, 250, 330, 90


def machine() -> str:
    """The machine and the versions in words."""
    found = []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    system = f"{platform.system()} on {platform.machine()}, {cores} cores, Python {platform.python_version()}"
    return f"{system}; {', '.join(found)}."


def notebooks() -> Measured:
    """How long all notebooks take from top to bottom, one after the other."""
    table = Measured("Notebooks", ("notebook", "took"))
    folder = Path(__file__).parent.parent / "notebooks"
    for path in sorted(folder.glob("*.ipynb")):
        start = time.perf_counter()
        command = [sys.executable, "-m", "jupyter", "execute", path.name, "--output=/dev/null"]
        ran = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        took = shown(time.perf_counter() - start)
        table.rows.append((path.stem, took if ran.returncode == 0 else "failed"))
    return table


def chart(table: Measured) -> str:
    """A bar for each of the five rows that matter: one online step of 2-3-2, as multiples of the fastest."""
    wanted = [row for row in table.rows if row[2]]
    rows = [row for row in wanted if row[0] in ("bpviz, train", peers.HAND)]
    rows += [row for row in wanted if row[0] in peers.OTHERS][: 5 - len(rows)]
    rows.sort(key=lambda row: float(row[2]))
    longest = max(float(row[2]) for row in rows)
    style = (
        "text { font: 14px sans-serif; fill: #1d2433; } rect { fill: #9aa5bd; } .own { fill: #b3261e; } "
        "@media (prefers-color-scheme: dark) { text { fill: #e8ebf2; } .own { fill: #ff8a80; } }"
    )
    parts = [f"<style>{style}</style>"]
    for n, (name, took, ratio) in enumerate(rows):
        wide = max(3.0, WIDE * float(ratio) / longest)
        y = 8 + n * (HIGH + 8)
        kind = ' class="own"' if name.startswith("bpviz") else ""
        parts.append(f'<text x="{LEFT - 10}" y="{y + 18}" text-anchor="end">{name}</text>')
        parts.append(f'<rect{kind} x="{LEFT}" y="{y}" width="{wide:.1f}" height="{HIGH}"/>')
        parts.append(f'<text x="{LEFT + wide + 8:.1f}" y="{y + 18}">{took}</text>')
    width, height = LEFT + WIDE + RIGHT, 16 + len(rows) * (HIGH + 8)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    label = 'role="img" aria-label="One online training step of the 2-3-2 network"'
    return f"{head} {label}>{''.join(parts)}</svg>\n"


def measured() -> Iterator[Measured]:
    yield from peers.tables()
    yield from derivation.tables()
    yield notebooks()
    yield from pages.tables()


def main() -> None:
    console = Console()
    text = [
        "# What was measured",
        "",
        "`make bench` writes this page: all of it in one run, interleaved.",
        "",
        machine(),
    ]
    for n, table in enumerate(measured()):
        if n == 0:
            CHART.write_text(chart(table), encoding="utf-8")
        shown_table = Table(*table.head, title=table.title)
        for row in table.rows:
            shown_table.add_row(*row)
        console.print(shown_table, *table.notes, sep="\n")
        text += ["", table.markdown().rstrip()]
        RESULTS.write_text("\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
