"""Measuring side by side: everything in one run, interleaved, so that a slow moment is slow for all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Work = Callable[[], Any]


@dataclass
class Measured:
    """A table of results."""

    title: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def markdown(self) -> str:
        """The table as Markdown."""
        lines = [f"## {self.title}", "", f"| {' | '.join(self.head)} |", f"|{'---|' * len(self.head)}"]
        lines += [f"| {' | '.join(row)} |" for row in self.rows]
        return "\n".join([*lines, *(f"\n{note}" for note in self.notes)]) + "\n"


def once(work: Work) -> float:
    """Seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def seconds(work: Work, least: int = 3) -> float:
    """The best of a few runs."""
    return min(once(work) for _ in range(least))


def side_by_side(works: Mapping[str, Work], rounds: int = 9, about: float = 0.05) -> dict[str, float]:
    """For each piece of work the median of its seconds, round by round one after the other.

    In a round each is repeated for about so many seconds.
    """
    repeats = {}
    for name, work in works.items():
        work()
        repeats[name] = max(1, int(about / max(once(work), 1e-7)))
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start = time.perf_counter()
            for _ in range(repeats[name]):
                work()
            found[name].append((time.perf_counter() - start) / repeats[name])
    return {name: statistics.median(times) for name, times in found.items()}


def shown(took: float) -> str:
    """Seconds as a person reads them."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if took >= size:
            return f"{took / size:.3g} {unit}"
    return f"{took / 1e-6:.3g} µs"
