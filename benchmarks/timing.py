"""Measuring side by side: everything in one run, interleaved, so that a slow moment is slow for all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
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


def in_rounds(works: Mapping[str, Work], rounds: int, about: float) -> dict[str, list[float]]:
    """For each piece of work its seconds in each round, one after the other; each is repeated for about so long."""
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
    return found


def times_of(times: Sequence[float], base: Sequence[float]) -> float:
    """How many times as long as another one: the median of the rounds, as a machine is faster now and slower then."""
    return statistics.median(each / other for each, other in zip(times, base, strict=True))


def shown(took: float) -> str:
    """Seconds as a person reads them."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if took >= size:
            return f"{took / size:.3g} {unit}"
    return f"{took / 1e-6:.3g} µs"
