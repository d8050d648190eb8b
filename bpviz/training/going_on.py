"""Epoch after epoch, with a bar where it takes long, until it ends or somebody interrupts it."""

import sys
import time

from ..words.catalogue import say
from .run import Run

#: After so many seconds a bar shows how far it has come.
PATIENCE = 2.0


def go_on(run: Run, epochs: int, unit: str) -> str:
    """Up to so many epochs; why it ended before, or an empty text."""
    began, bar = time.monotonic(), None
    try:
        for epoch in range(1, epochs + 1):
            if run.stopped:
                break
            run.go_on()
            if bar is not None:
                bar.update()
            elif time.monotonic() - began > PATIENCE:
                bar = _bar(epoch, epochs, unit)
    except KeyboardInterrupt:
        return say("training.interrupted", epochs=len(run.losses) - 1)
    finally:
        if bar is not None:
            bar.close()
    return run.stopped


def _bar(done: int, epochs: int, unit: str):  # type: ignore[no-untyped-def]
    from tqdm import tqdm

    return tqdm(total=epochs, initial=done, unit=unit, leave=False, file=sys.stderr)
