"""Mistakes that are made with momentum and with Adam, as named wrong updates of one parameter.

The gradient is right.  Each mistake yields the new value of the parameter that it leads to; its sentence stands in the
catalogue under its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from ..networks.arrays import Array
from ..networks.exercise import Exercise
from ..networks.optimisers import Adam, Momentum
from ..words.catalogue import say
from .optimise import Memory, change

#: The words that say what was done, and the wrong step.
Step = tuple[str, float]


def remembered(exercise: Exercise, wrt: str) -> Memory:
    """What the optimiser remembers of one parameter."""
    return {one.kind: np.float64(value) for one, value in exercise.memory if one.parameter in ("", wrt)}


def moved(exercise: Exercise, wrt: str, gradient: float) -> float:
    """The parameter after the update, with this gradient."""
    old = float(exercise.network[wrt])
    if exercise.optimiser is None:
        return old - exercise.rate * gradient
    if wrt in exercise.frozen:
        return old
    with np.errstate(all="ignore"):
        step, _ = change(exercise.optimiser, np.float64(gradient), exercise.rate, remembered(exercise, wrt))
    return old + float(step)


def weights_moved(exercise: Exercise, layer: int, gradient: Array) -> Array:
    """The weights of a layer (from 1) after the update, with this gradient of each place."""
    net = exercise.network
    if exercise.optimiser is None:
        return np.asarray(net.weights[layer - 1] - exercise.rate * gradient)
    return np.array(
        [
            [moved(exercise, net.weight_name(layer, j, i), float(slope)) for i, slope in enumerate(row)]
            for j, row in enumerate(gradient)
        ]
    )


def wrong_updates(exercise: Exercise, wrt: str, gradient: float) -> Iterator[tuple[str, str, float]]:
    """For each mistake of this optimiser its name, the words that say what was done, and the new value."""
    old, memory = float(exercise.network[wrt]), remembered(exercise, wrt)
    rule = exercise.optimiser
    if rule is None or wrt in exercise.frozen:
        return
    made = OF_ADAM if isinstance(rule, Adam) else OF_MOMENTUM
    for name, mistake in made.items():
        with np.errstate(all="ignore"):
            for where, step in mistake(rule, np.float64(gradient), exercise.rate, memory):
                if np.isfinite(step):
                    yield name, where, old + float(step)


def _means(rule: Adam, gradient: float, memory: Memory) -> tuple[float, float]:
    first = rule.beta_1 * memory["first"] + (1 - rule.beta_1) * gradient
    return first, rule.beta_2 * memory["second"] + (1 - rule.beta_2) * gradient**2


def _no_bias_correction(rule: Adam, gradient: float, rate: float, memory: Memory) -> Iterator[Step]:
    first, second = _means(rule, gradient, memory)
    yield "", -rate * first / (np.sqrt(second) + rule.epsilon)


def _betas_swapped(rule: Adam, gradient: float, rate: float, memory: Memory) -> Iterator[Step]:
    powers = {"power_1": memory["power_2"], "power_2": memory["power_1"]}
    swapped = replace(rule, beta_1=rule.beta_2, beta_2=rule.beta_1)
    yield "", change(swapped, gradient, rate, {**memory, **powers})[0]


def _epsilon_inside_root(rule: Adam, gradient: float, rate: float, memory: Memory) -> Iterator[Step]:
    first, second = _means(rule, gradient, memory)
    power_1, power_2 = memory["power_1"] * rule.beta_1, memory["power_2"] * rule.beta_2
    yield "", -rate * (first / (1 - power_1)) / np.sqrt(second / (1 - power_2) + rule.epsilon)


def _step_count_off_by_one(rule: Adam, gradient: float, rate: float, memory: Memory) -> Iterator[Step]:
    first, second = _means(rule, gradient, memory)
    for where, off in (("early", 0), ("late", 2)):
        power_1, power_2 = memory["power_1"] * rule.beta_1**off, memory["power_2"] * rule.beta_2**off
        step = -rate * (first / (1 - power_1)) / (np.sqrt(second / (1 - power_2)) + rule.epsilon)
        yield say(f"where.{where}"), step


def _velocity_forgotten(rule: Momentum, gradient: float, rate: float, memory: Memory) -> Iterator[Step]:
    yield "", -rate * gradient


def _velocity_subtracted(rule: Momentum, gradient: float, rate: float, memory: Memory) -> Iterator[Step]:
    yield "", -change(rule, gradient, rate, memory)[0]


OF_ADAM: dict[str, Callable[..., Iterator[Step]]] = {
    "no_bias_correction": _no_bias_correction,
    "betas_swapped": _betas_swapped,
    "epsilon_inside_root": _epsilon_inside_root,
    "step_count_off_by_one": _step_count_off_by_one,
}
OF_MOMENTUM: dict[str, Callable[..., Iterator[Step]]] = {
    "velocity_forgotten": _velocity_forgotten,
    "velocity_subtracted": _velocity_subtracted,
}
