"""Settings of a training, checked."""

from __future__ import annotations

from ..networks.optimisers import Adam, Momentum, optimiser_given
from ..networks.optimisers import share as carried_on
from ..words.validation import wrong_type
from .adaptive_rate import AdaptiveRate


def share(momentum: object) -> float:
    """How much of the last step is carried on: from 0 up to but not including 1."""
    return carried_on(momentum, "momentum")


def carried(momentum: object, optimiser: object) -> tuple[float, Adam | None]:
    """How much of the last step is carried on, and Adam where it does the updating."""
    keep, rule = share(momentum), optimiser_given(optimiser)
    if rule is not None and keep:
        raise ValueError(f"momentum = {keep:g} and an optimiser are two ways to update; give one of them")
    if isinstance(rule, Momentum):
        return rule.momentum, None
    return keep, rule if isinstance(rule, Adam) else None


def adaptive_given(adaptive: object) -> AdaptiveRate | None:
    """`adaptive` if it is an AdaptiveRate or None."""
    if adaptive is not None and not isinstance(adaptive, AdaptiveRate):
        raise wrong_type(adaptive, "adaptive", "an AdaptiveRate or None")
    return adaptive
