"""The numbers of a program."""

from dataclasses import dataclass
from typing import Any

from ..networks.exercise import Exercise


@dataclass(frozen=True)
class Numbers:
    """The numbers of a program, in nested lists: whatever stands there is written by its ``repr``."""

    weights: list[Any]
    biases: list[Any]
    x: list[Any]
    target: list[Any]
    rate: Any


def numbers_of(given: Exercise) -> Numbers:
    """Those of an exercise."""
    net = given.network
    biases = [None if b is None else b.tolist() for b in net.biases]
    return Numbers([W.tolist() for W in net.weights], biases, given.x.tolist(), given.target.tolist(), given.rate)
