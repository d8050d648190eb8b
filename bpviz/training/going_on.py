"""Epoch after epoch, with a bar where it takes long, until it ends or somebody interrupts it."""

from contextlib import closing

from ..words.catalogue import say
from ..words.progress import with_bar
from ..words.validation import positive_number
from .run import Run


def in_bytes(memory: float) -> float:
    """So many megabytes; more than a million are no more than that."""
    return min(positive_number(memory, "memory"), 1e6) * 1e6


def go_on(run: Run, epochs: int, unit: str) -> str:
    """Up to so many epochs; why it ended before, or an empty text."""
    try:
        with closing(with_bar(range(epochs), unit)) as counted:
            for _ in counted:
                if run.stopped:
                    break
                run.go_on()
    except KeyboardInterrupt:
        return say("training.interrupted", epochs=len(run.losses) - 1)
    return run.stopped
