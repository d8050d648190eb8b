"""How far something has come that takes long: a bar, which whoever does not wait for it never sees."""

import sys
import time
from collections.abc import Collection, Generator
from typing import Any, TypeVar

#: After so many seconds a bar shows how far it has come.
PATIENCE = 2.0

Item = TypeVar("Item")


def with_bar(items: Collection[Item], unit: str, large: bool = True) -> Generator[Item, None, None]:
    """One item after the other, and a bar from the moment on when that has taken longer than `PATIENCE`.

    What is not `large` has none, however slow the machine: a notebook would keep it as an output.

    Examples
    --------
    >>> list(with_bar(range(3), "epoch"))
    [0, 1, 2]
    """
    began, bar = time.monotonic(), None
    try:
        for done, item in enumerate(items):
            if bar is not None:
                bar.update()
            elif large and time.monotonic() - began > PATIENCE:
                bar = _bar(done, len(items), unit)
            yield item
    finally:
        if bar is not None:
            bar.close()


def _bar(done: int, total: int, unit: str) -> Any:
    from tqdm import tqdm  # not the notebooks' own bar: that is an output, which nbval would compare

    if sys.platform == "emscripten":
        tqdm.monitor_interval = 0  # no thread looks after a bar where there are no threads
    return tqdm(total=total, initial=done, unit=unit, leave=False, file=sys.stderr)
