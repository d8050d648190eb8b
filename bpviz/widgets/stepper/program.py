"""What a page needs beside the printed program: places in it, how it goes on, and how far numbers may be moved."""

from math import ceil, floor, log10
from typing import Any

from ...calculus.passes import gradients
from ...networks.exercise import Exercise
from ...networks.names import LOSS, Symbol, edge_name, gradient, updated
from ...networks.network import Network
from ...networks.optimisers import BOUNDS, after
from ...steps.trail import Trail
from ...views.picture import PER_SAMPLE

#: The largest share of what was before that a page carries on.
MOST_SHARE = 0.99999

#: No slider reaches further.
LARGEST = 1e300

Places = dict[str, int]


def places_in(everything: Trail) -> Places:
    """Where the program that updates keeps each quantity."""
    return {name: n for n, name in enumerate(everything.values)}


def advance(everything: Trail) -> dict[str, Any]:
    """What a page needs of the program that updates."""
    net, place = everything.network, places_in(everything)
    watched = ("out", "loss", "gradient", "memory", "update")
    following = {name: net.name_of(updated(name)) for name in net.parameters}
    following |= {net.name_of(one): net.name_of(after(one)) for one, _ in everything.exercise.memory}
    return {
        "size": len(place),
        "next": {str(place[name]): place[later] for name, later in following.items()},
        "loss": place[net.name_of(LOSS)],
        "finite": [place[step.name] for step in everything.steps if step.kind in watched],
    }


def gradient_places(everything: Trail) -> Places:
    """Where the program that updates keeps the gradient of each parameter."""
    net, place = everything.network, places_in(everything)
    return {name: place[net.name_of(gradient(name))] for name in net.parameters}


def drawn(net: Network, place: Places, n_samples: int | None) -> dict[str, Any]:
    """The numbers of the quantities that stand in the drawing, so that the page need not know what they are called.

    ``places`` has for each name in the drawing a number for every sample (or one, outside a batch); ``lines`` has for
    each weight and bias its number, and whether its size counts when widths are chosen: biases do not.  ``loss`` is the
    number of the error.
    """
    symbols = [Symbol(kind, layer, j) for kind in PER_SAMPLE for layer, n in enumerate(net.sizes) for j in range(n)]
    samples: list[int | None] = [None] if n_samples is None else list(range(n_samples))
    places: dict[str, list[int | None]] = {}
    for symbol in symbols:
        names = [net.name_of(Symbol(symbol.kind, symbol.layer, symbol.unit, sample)) for sample in samples]
        if any(name in place for name in names):
            places[net.name_of(symbol)] = [place.get(name) for name in names]
    for name in (*net.parameters, net.name_of(LOSS)):
        places[name] = [place[name]] * len(samples)
    lines = {edge_name(use): [place[net.name_at(use)], use.source is not None] for use in net.uses()}
    return {"places": places, "lines": lines, "loss": place[net.name_of(LOSS)]}


def limits(given: Exercise) -> list[dict[str, Any]]:
    """For every given number its group, the ends and step of its slider, and what it may not pass.

    Targets that must sum to one are marked as shares: when one changes, the others of its sample make room.
    """
    net = given.network
    last = net.activations[-1]
    targets = _slider([abs(float(value)) for value in given.target.flat])
    if net.loss.probabilities:
        targets = {"low": 0, "high": 1, "least": 0, "most": 1}
    elif last.low > -float("inf") and last.high < float("inf"):
        targets = {"low": last.low, "high": last.high}
    groups: dict[str, dict[str, Any]] = {
        "input": _slider([abs(float(value)) for value in given.x.flat]),
        "parameter": _slider([abs(known.value) for known in net.parameters.values()]),
        "target": targets,
        "rate": {"low": 0, "high": _nice(min(max(1.0, 2 * given.rate), LARGEST)), "above": 0},
    }
    slopes = gradients(given)
    steepest = max(abs(float(slopes[name])) for name in net.parameters)
    found = []
    for symbol in given.symbols.values():
        group, slider = (symbol.kind, groups.get(symbol.kind, {}))
        if symbol.kind not in groups:
            group, slider = _of_optimisers(symbol, given, steepest)
        step = 10.0 ** floor(log10((slider["high"] - slider["low"]) / 250))
        entry = {"group": group, "step": step, **slider}
        if symbol.kind == "target" and net.loss.targets_sum_to_one:
            entry["shares"] = symbol.sample or 0
        found.append(entry)
    return found


def _of_optimisers(symbol: Symbol, given: Exercise, steepest: float) -> tuple[str, dict[str, Any]]:
    """The group and the limits of an optimiser's setting, or of what it remembers, which is of the gradient's size."""
    value = given.numbers[given.network.name_of(symbol)]
    if symbol.kind == "setting" and symbol.parameter == "epsilon":
        return "rate", {"low": 0, "high": _nice(min(100 * value, LARGEST)), "above": 0}
    if symbol.kind == "setting":
        step = 10.0 ** floor(log10(max(1 - value, 1e-6) / 10))
        return "rate", {"low": 0, "high": MOST_SHARE, "least": 0, "most": MOST_SHARE, "step": step}
    least, most = BOUNDS.get(symbol.kind, (None, None))
    if symbol.kind in ("power_1", "power_2"):
        return "memory", {"low": least, "high": most, "least": least, "most": most}
    size = {"velocity": given.rate * steepest, "first": steepest, "second": min(steepest, 1e150) ** 2}[symbol.kind]
    span = _nice(min(max(2 * size, 1e-12), LARGEST))
    return "memory", {"low": -span, "high": span} if least is None else {"low": least, "high": span, "least": least}


def _slider(sizes: list[float]) -> dict[str, Any]:
    span = _nice(min(max(1.0, 2 * max(sizes, default=0.0)), LARGEST))
    return {"low": -span, "high": span}


def _nice(value: float) -> float:
    """The least of 1, 2, 5, 10, 20, ... and their fractions that is not below a positive value."""
    power: float = 10.0 ** floor(log10(value))
    return next((n * power for n in (1, 2, 5) if n * power >= value * (1 - 1e-9)), 10.0 ** (ceil(log10(power)) + 1))
