"""The same exercise with other numbers: friendly ones, drawn from a seed, so that every student gets their own."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from ..articles.example import Example
from ..calculus.passes import forward, gradients
from ..networks.exercise import Exercise, exercise
from ..networks.names import RATE
from ..words.validation import of_type, whole_number

#: A formula must be right with so many other numbers at least, drawn from these seeds; more are kept that show more.
LEAST_ELSEWHERE, FIRST_SEED, DRAWS_ELSEWHERE = 4, 101, 100

#: So many draws are tried for one in which the first update moves every parameter by at least this much.
DRAWS, LEAST_MOVED = 60, 1e-3


def variant(example: Example, seed: int) -> Example:
    """An example with friendly numbers in place of the article's: tenths, and none of them zero.

    Parameters
    ----------
    example : Example
        As ``articles.example("2-3-2")`` returns it.
    seed : int
        The same seed gives the same numbers.

    Examples
    --------
    >>> from bpviz import articles
    >>> other = variant(articles.example("2-3-2"), seed=1)
    >>> other.network["w7"], other.x, other.target, other.learning_rate
    (-0.9, (0.7, 0.2), (0.5, 0.8), 2.0)
    """
    of_type(example, Example, "example", "an Example")
    start = exercise(example.network, example.x, example.target, example.learning_rate)
    given = friendly(start.in_float64(), seed)
    return replace(
        example,
        name=f"{example.name}, variant {seed}",
        network=given.network,
        x=tuple(map(float, given.x)),
        target=tuple(map(float, given.target)),
        learning_rate=given.rate,
        printed={},
    )


def friendly(given: Exercise, seed: int) -> Exercise:
    """What is given, with friendly numbers in every place.

    They are drawn again while some parameter would hardly move, as where a ReLU lets nothing through: such an exercise
    asks for nothing.  If none of the draws moves all, the one that comes closest is taken.
    """
    return _friendly(given, whole_number(seed, "seed", 0, 2**63 - 1))


@lru_cache(maxsize=16)
def _friendly(given: Exercise, seed: int) -> Exercise:
    """The same; questions of one seed share the exercise, and with it what is derived from it."""
    rng = np.random.default_rng(seed)
    best, reached = given, -1.0
    for _ in range(DRAWS):
        drawn = given.with_numbers(_draw(given, rng))
        slopes = gradients(drawn)
        moved = drawn.rate * min(abs(slopes[name]) for name in drawn.network.parameters)
        if moved > reached:
            best, reached = drawn, moved
        if moved >= LEAST_MOVED:
            break
    return best


def _draw(given: Exercise, rng: np.random.Generator) -> dict[str, float]:
    """Tenths for every number; no input is 1 or like another, and no rate is 1, so that leaving one out shows."""
    net = given.network

    def tenths(low: int, high: int) -> float:
        return float(rng.integers(low, high + 1)) / 10

    inputs = iter(np.concatenate([rng.permutation(np.arange(2, 10)) for _ in range(len(given.numbers) // 8 + 1)]))
    numbers: dict[str, float] = {}
    for name, symbol in given.symbols.items():
        if symbol.kind == "parameter":
            numbers[name] = tenths(1, 9) * (1 if rng.random() < 0.7 else -1)
        elif symbol.kind == "rate":
            numbers[name] = float(rng.choice([0.2, 0.5, 2.0]))
        elif symbol.kind == "target":
            numbers[name] = tenths(1, 9)
        else:
            numbers[name] = float(next(inputs)) / 10
    if net.loss.targets_sum_to_one:
        numbers |= _one_hot(given, rng)
    return numbers


@lru_cache(maxsize=16)
def elsewhere(given: Exercise) -> tuple[Exercise, ...]:
    """The exercise with other numbers, several times, where a formula must be right too.

    The rate stays, as the question says it, so that it may be written out.  Where an activation is put together of two
    formulas, there are draws on both sides, unit by unit, and some with two units of a layer on different sides: or a
    formula that forgets the slope would be right at all of them.
    """
    found: list[Exercise] = []
    seen: set[tuple[int, ...]] = set()
    for seed in range(FIRST_SEED, FIRST_SEED + DRAWS_ELSEWHERE):
        drawn = _scattered(given, seed).with_numbers({given.network.name_of(RATE): given.rate})
        sides = _sides(drawn)
        if len(found) < LEAST_ELSEWHERE or not sides <= seen:
            found.append(drawn)
            seen |= sides
        elif not seen:
            break
    return tuple(found)


def _sides(given: Exercise) -> set[tuple[int, ...]]:
    """On which side of its kink each unit is, in each sample, and which neighbours are on different sides."""
    net = given.network
    sides: set[tuple[int, ...]] = set()
    for layer, (z, f) in enumerate(zip(forward(net, given.x).z, net.activations, strict=True)):
        if not f.two_sided:
            continue
        for sample, row in enumerate(np.atleast_2d(z) > 0):
            sides |= {(layer, sample, unit, int(side)) for unit, side in enumerate(row)}
            sides |= {(layer, sample, unit) for unit in range(1, len(row)) if row[unit] != row[unit - 1]}
    return sides


def _scattered(given: Exercise, seed: int) -> Exercise:
    """What is given, with numbers in every place that have nothing to do with one another."""
    rng = np.random.default_rng(seed)
    numbers: dict[str, float] = {}
    for name, symbol in given.symbols.items():
        positive = symbol.kind in ("rate", "target")
        numbers[name] = float(rng.uniform(0.05, 0.95) if positive else rng.uniform(0.1, 1.2) * rng.choice([-1, 1]))
    if given.network.loss.targets_sum_to_one:
        for names in _target_names(given):
            total = sum(numbers[name] for name in names)
            numbers |= {name: numbers[name] / total for name in names}
    return given.with_numbers(numbers)


def _target_names(given: Exercise) -> list[list[str]]:
    """The names of the targets, sample by sample."""
    names = [name for name, symbol in given.symbols.items() if symbol.kind == "target"]
    size = given.network.sizes[-1]
    return [names[first : first + size] for first in range(0, len(names), size)]


def _one_hot(given: Exercise, rng: np.random.Generator) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for names in _target_names(given):
        chosen = int(rng.integers(len(names)))
        numbers |= {name: float(n == chosen) for n, name in enumerate(names)}
    return numbers
