"""One update by an optimiser, on arrays of parameters: momentum (article 4) and Adam (Kingma and Ba 2015)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..networks.exercise import Exercise
from ..networks.optimisers import Adam, Momentum, Optimiser
from .passes import gradients, update

#: What is remembered, by kind: an array with a number for each parameter, or one number.
Memory = dict[str, Any]


def change(optimiser: Optimiser, gradient: Any, rate: Any, memory: Memory) -> tuple[Any, Memory]:
    """What is added to the parameters, and what is remembered from here on."""
    if isinstance(optimiser, Momentum):
        velocity = optimiser.momentum * memory["velocity"] - rate * gradient
        return velocity, {"velocity": velocity}
    assert isinstance(optimiser, Adam)
    beta_1, beta_2 = optimiser.beta_1, optimiser.beta_2
    power_1, power_2 = memory["power_1"] * beta_1, memory["power_2"] * beta_2
    first = beta_1 * memory["first"] + (1 - beta_1) * gradient
    second = beta_2 * memory["second"] + (1 - beta_2) * gradient**2
    step = -rate * (first / (1 - power_1)) / (np.sqrt(second / (1 - power_2)) + optimiser.epsilon)
    return step, {"first": first, "second": second, "power_1": power_1, "power_2": power_2}


def updated(exercise: Exercise) -> Exercise:
    """The next iteration: every parameter that is not frozen moved by its gradient, as the optimiser has it.

    Raises
    ------
    ValueError
        If the numbers grow too large, what is remembered included.
    """
    slopes = gradients(exercise)
    if exercise.optimiser is None:
        return replace(exercise, network=update(exercise.network, slopes, exercise.rate, exercise.frozen))
    net = exercise.network
    names = [name for name in net.parameters if name not in exercise.frozen]
    if not names:
        return exercise
    gradient = np.array([slopes[name] for name in names], dtype=float)
    with np.errstate(all="ignore"):
        step, later = change(exercise.optimiser, gradient, exercise.rate, memory_of(exercise))
    if not all(np.isfinite(made).all() for made in (step, *later.values())):
        raise ValueError("optimiser: with its next step the numbers grow beyond what a float holds")
    after = net.with_values({name: net[name] + by for name, by in zip(names, step.tolist(), strict=True)})
    place = {name: n for n, name in enumerate(names)}
    memory = tuple(
        (one, float(later[one.kind][place[one.parameter]] if one.parameter else later[one.kind]))
        for one, _ in exercise.memory
    )
    return replace(exercise, network=after, memory=memory)


def memory_of(exercise: Exercise) -> Memory:
    """What is remembered in an exercise, as arrays over the parameters that are not frozen."""
    found: dict[str, list[float]] = {}
    single: Memory = {}
    for one, value in exercise.memory:
        if one.parameter:
            found.setdefault(one.kind, []).append(value)
        else:
            single[one.kind] = value
    return {**single, **{kind: np.array(values) for kind, values in found.items()}}
