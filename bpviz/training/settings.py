"""Settings of a training, checked."""

from __future__ import annotations

from ..words.validation import real_number, wrong_type
from .adaptive_rate import AdaptiveRate


def share(momentum: object) -> float:
    """How much of the last step is carried on: from 0 up to but not including 1."""
    keep = real_number(momentum, "momentum")
    if not 0 <= keep < 1:
        raise ValueError(f"momentum must be from 0 up to but not including 1, not {keep:g}")
    return keep


def adaptive_given(adaptive: object) -> AdaptiveRate | None:
    """`adaptive` if it is an AdaptiveRate or None."""
    if adaptive is not None and not isinstance(adaptive, AdaptiveRate):
        raise wrong_type(adaptive, "adaptive", "an AdaptiveRate or None")
    return adaptive
