"""Thousands of random networks against a reference that shares no line with bpviz: ``make witness``.

The reference goes forward in mpmath, with as many digits as it takes, and back by the chain rule on a tape of numbers; it
knows the activations and losses by their textbook definitions.  Errors are told in units in the last place that the
largest terms have, and by how much rounding of a net input is made larger on its way through an exponential function.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np

import bpviz as bp
from bpviz.derivation.witnesses import ComplexSteps
from bpviz.networks.exercise import exercise
from bpviz.networks.names import gradient, name_of
from bpviz.views.javascript import program
from bpviz.views.table import Table
from bpviz.words.progress import with_bar

#: Net inputs beyond this take the reference too many digits.
FARTHEST = 3_000.0


#: So many times the smallest float a gradient must be for an imaginary step to see it.
NOTHING_IMAGINARY = 1e40


class Number:
    """A number on a tape: its value, what it was made from with the slope by each, and what the error changes by it."""

    def __init__(self, value: Any, made_from: tuple[tuple[Number, Any], ...] = ()) -> None:
        self.value, self.made_from, self.slope = mpmath.mpf(value), made_from, mpmath.mpf(0)

    def __add__(self, other: Any) -> Number:
        other = number(other)
        return Number(self.value + other.value, ((self, 1), (other, 1)))

    def __mul__(self, other: Any) -> Number:
        other = number(other)
        return Number(self.value * other.value, ((self, other.value), (other, self.value)))

    def __sub__(self, other: Any) -> Number:
        return self + number(other) * -1

    def __truediv__(self, other: Any) -> Number:
        other = number(other)
        quotient = self.value / other.value
        return Number(quotient, ((self, 1 / other.value), (other, -quotient / other.value)))

    def through(self, function: Callable[[Any], Any], slope: Callable[[Any], Any]) -> Number:
        return Number(function(self.value), ((self, slope(self.value)),))

    def exp(self) -> Number:
        return self.through(mpmath.exp, mpmath.exp)

    def log(self) -> Number:
        return self.through(mpmath.log, lambda v: 1 / v)


def number(value: Any) -> Number:
    return value if isinstance(value, Number) else Number(value)


def total(numbers: list[Number]) -> Number:
    return Number(mpmath.fsum(one.value for one in numbers), tuple((one, 1) for one in numbers))


def send_back(last: Number) -> None:
    """The chain rule, from the last number of a tape to all before it."""
    order: list[Number] = []
    seen: set[int] = set()
    ahead: list[tuple[Number, bool]] = [(last, False)]
    while ahead:
        here, done = ahead.pop()
        if done:
            order.append(here)
        elif id(here) not in seen:
            seen.add(id(here))
            ahead += [(here, True), *((before, False) for before, _ in here.made_from)]
    last.slope = mpmath.mpf(1)
    for here in reversed(order):
        for before, slope in here.made_from:
            before.slope += here.slope * slope


def sigmoid(z: Number) -> Number:
    return Number(1) / (Number(1) + (z * -1).exp())


def above(z: Number, then: Number, otherwise: Number) -> Number:
    return then if z.value > 0 else otherwise


#: Every activation of single units, by its definition.
TEXTBOOK: dict[str, Callable[..., Number]] = {
    "sigmoid": sigmoid,
    "bipolar_sigmoid": lambda z: sigmoid(z) * 2 - 1,
    "tanh": lambda z: sigmoid(z * 2) * 2 - 1,
    "relu": lambda z: above(z, z, Number(0)),
    "softplus": lambda z: (Number(1) + z.exp()).log(),
    "elu": lambda z, alpha: above(z, z, (z.exp() - 1) * alpha),
    "prelu": lambda z, alpha: above(z, z, z * alpha),
    "linear": lambda z: z,
    "scaled_sigmoid": lambda z, A, B: sigmoid(z / B) * A,
}


def activated(f: bp.networks.activation.Activation, nets: list[Number]) -> list[Number]:
    if f.name == "softmax":
        powers = [z.exp() for z in nets]
        return [one / total(powers) for one in powers]
    return [TEXTBOOK[f.name](z, **f.parameters) for z in nets]


def error(loss: str, outs: list[Number], targets: list[float]) -> Number:
    pairs = list(zip(outs, targets, strict=True))
    if loss == "half_squared_error":
        return total([(o - t) * (o - t) * 0.5 for o, t in pairs])
    if loss == "mean_squared_error":
        return total([(o - t) * (o - t) / len(outs) for o, t in pairs])
    kept = [o.log() * -t for o, t in pairs if t]
    if loss == "binary_cross_entropy":
        kept += [(number(1) - o).log() * (t - 1.0) for o, t in pairs if t != 1]
    return total(kept)


@dataclass
class Case:
    """A network, a batch, and the gradient that the reference gives every parameter."""

    net: bp.Network
    x: Any
    target: Any

    def exactly(self) -> tuple[float, dict[str, float]]:
        """The mean error and its gradient, by the reference."""
        net = self.net
        farthest = max(float(np.abs(z).max()) for z in bp.forward(net, self.x).z)
        with mpmath.workdps(60 + int(farthest)):
            known = {name: Number(float(value)) for name, value in net.numbers.items()}
            errors = []
            for row, wanted in zip(self.x.tolist(), self.target.tolist(), strict=True):
                outs = [Number(value) for value in row]
                for W, b, f in zip(net.weight_names, net.bias_names, net.activations, strict=True):
                    names = [None] * len(W) if b is None else [b] * len(W) if isinstance(b, str) else b
                    nets = [
                        total([known[w] * o for w, o in zip(line, outs, strict=True)] + ([known[c]] if c else []))
                        for line, c in zip(W, names, strict=True)
                    ]
                    outs = activated(f, nets)
                errors.append(error(net.loss.name, outs, wanted))
            mean = total(errors) / len(errors)
            send_back(mean)
            return float(mean.value), {name: float(one.slope) for name, one in known.items()}

    def last_places(self) -> dict[str, float]:
        """What a unit in the last place counts of each parameter's gradient, at the size of its terms."""
        net = self.net
        trace = bp.forward(net, self.x)
        outs, nets = [np.abs(a).astype(float) for a in trace.a], trace.z
        grown = 1 + max(float((outs[l] @ np.abs(W).T).max()) for l, W in enumerate(net.weights))
        coming = outs[-1] + np.abs(self.target)
        delta = np.abs(bp.backward(net, trace, self.target).deltas[-1])
        sizes: dict[str, float] = {}
        for l in reversed(range(net.depth)):
            f = net.activations[l]
            if l == net.depth - 1 and net.loss.probabilities:
                here = delta
            elif f.elementwise:
                here = coming * np.abs(f.f_prime(nets[l].T, trace.a[l + 1].T)).T
            else:
                here = outs[l + 1] * (coming + (outs[l + 1] * coming).sum(axis=1, keepdims=True))
            for place in net.uses():
                if place.layer == l + 1:
                    by = 1.0 if place.source is None else outs[l][:, place.source]
                    name = net.name_at(place)
                    sizes[name] = sizes.get(name, 0.0) + float((here[:, place.to] * by).sum()) / len(outs[0])
            coming = here @ np.abs(net.weights[l])
        eps = float(np.finfo(net.dtype).eps)
        return {name: eps * grown * size for name, size in sizes.items()}


def drawn(rng: np.random.Generator) -> Case | None:
    """A random network and batch; None where it cannot be, or its net inputs go too far."""
    sizes = [int(n) for n in rng.integers(1, 4, size=rng.integers(2, 5))]
    loss = str(rng.choice(list(bp.LOSSES)))
    single = [name for name in TEXTBOOK if name != "linear"]
    makers: list[Any] = [bp.activation(name) for name in (*single, "linear", "softmax")]
    makers += [
        bp.activation("elu", alpha=0.3),
        bp.activation("prelu", alpha=-0.5),
        bp.activation("scaled_sigmoid", A=2, B=0.5),
    ]
    activations = [makers[int(rng.integers(len(makers)))] for _ in sizes[1:]]
    if loss.endswith("cross_entropy"):
        activations[-1] = bp.activation("softmax" if loss.startswith("categorical") else "sigmoid")
    dtype = np.float32 if rng.random() < 0.1 else np.float64
    spread = float(rng.choice([0.3, 1.0, 1.0, 5.0, 100.0, 1000.0]))
    weights = [(rng.normal(size=(n, m)) * spread).astype(dtype) for m, n in pairwise(sizes)]
    biases = [
        (None, dtype(rng.normal()), (rng.normal(size=n) * spread).astype(dtype))[int(rng.integers(3))]
        for n in sizes[1:]
    ]
    names = None
    if rng.random() < 0.3 and weights[0].shape[1] > 1:  # the first two weights are one parameter
        weights[0][:, 1] = weights[0][:, 0]
        names = [[[f"v{l}_{j}_{0 if l == 0 and i == 1 else i}" for i in range(m)] for j in range(n)]
                 for l, (m, n) in enumerate(pairwise(sizes))]  # fmt: skip
    n_samples = int(rng.integers(1, 4))
    x = rng.normal(size=(n_samples, sizes[0])).astype(dtype)
    target = rng.uniform(size=(n_samples, sizes[-1]))
    if loss == "categorical_cross_entropy":
        target = np.eye(sizes[-1])[rng.integers(sizes[-1], size=n_samples)] if rng.random() < 0.5 else target
        target /= target.sum(axis=1, keepdims=True)
    try:
        net = bp.Network(weights, biases, activations, loss, names)
        far = max(float(np.abs(z).max()) for z in bp.forward(net, x).z)
        bp.backward(net, bp.forward(net, x), target.astype(dtype))
    except ValueError:
        return None
    return Case(net, x, target.astype(dtype).astype(np.float64)) if far < FARTHEST else None


def answers(case: Case, page: Any = None) -> Iterator[tuple[str, dict[str, float]]]:
    """Every way in which bpviz has the gradients; those of the printed JavaScript where there is a page to run it in."""
    net, x, target = case.net, case.x, case.target
    grads = bp.backward(net, bp.forward(net, x), target)
    yield "backward", {name: float(grads[name]) for name in net.parameters}
    if net.dtype != np.float64:
        return
    derived = bp.derive(net, x, target)
    yield "derive", derived.gradients
    if page is not None:
        yield "javascript program", in_page(page, derived)
    steps = ComplexSteps(exercise(net, x, target))
    yield "complex step", {name: steps.gradient(name) for name in net.parameters}
    values = [*net.numbers.values()]
    for language in ("numpy", "python"):
        if language == "numpy" or len(x) == 1:
            given = (x, target) if language == "numpy" else (x[0].tolist(), target[0].tolist())
            _, slopes = bp.compiled(net, language=language, update=False)(values, *given)
            yield f"{language} program", dict(zip(net.parameters, map(float, slopes), strict=True))


RUN = """async ({ module, given, size }) => {
    const { run } = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
    const values = new Float64Array(size);
    values.set(given);
    run(values);
    return [...values].map((value) => Number.isFinite(value) ? value : String(value));
}"""


def in_page(page: Any, derived: Any) -> dict[str, float]:
    """The gradients that the printed JavaScript computes from what is given."""
    module = program(run=(list(derived.given), derived.steps))
    given = {"module": module, "given": list(derived.given.values()), "size": len(derived.values)}
    numbers = dict(zip(derived.values, page.evaluate(RUN, given), strict=True))
    of = {name: name_of(gradient(name), derived.network.sizes) for name in derived.gradients}
    return {name: float(str(numbers[of[name]]).replace("Infinity", "inf")) for name in derived.gradients}


@dataclass
class Worst:
    """The largest error so far, in units in the last place, and how many networks were tried."""

    units: float = 0.0
    count: int = 0
    where: str = ""


def tried(count: int, seed: int = 0, page: Any = None) -> dict[str, Worst]:
    """The worst errors on so many networks, by way, by activation and by loss."""
    rng = np.random.default_rng(seed)
    worst: dict[str, Worst] = {}
    cases = (case for case in iter(lambda: drawn(rng), 0) if case is not None)
    for _ in with_bar(range(count), "network"):
        case = next(cases)
        _, exact = case.exactly()
        places = case.last_places()
        tiny = float(np.finfo(case.net.dtype).tiny)
        for way, gradients in answers(case, page):
            floor = tiny * (NOTHING_IMAGINARY if way == "complex step" else 1)
            off = [float(abs(gradients[name] - exact[name]) / (places[name] + floor)) for name in exact]
            units = max(off) if all(map(math.isfinite, off)) else math.inf
            kinds = {f"activation: {f.name}" for f in case.net.activations}
            for key in (f"way: {way}", f"loss: {case.net.loss}", f"numbers: {case.net.dtype}", *kinds):
                row = worst.setdefault(key, Worst())
                row.count += 1
                if units > row.units:
                    row.units, row.where = units, f"{case.net!r}: {way}"
    return worst


def table(worst: dict[str, Worst]) -> Table:
    rows = [(key, str(row.count), f"{row.units:.2f}", row.where) for key, row in sorted(worst.items())]
    return Table(("of", "compared", "worst, in last places", "where"), rows)


#: No way may be further off than this, in units in the last place of what is added up.
FARTHEST_OFF = 10_000


def told(worst: dict[str, Worst]) -> int:
    """Print the table; 1 where something is too far off, or no number."""
    print(table(worst))
    return int(max(row.units for row in worst.values()) > FARTHEST_OFF)


def main(count: int) -> int:
    """With a Chromium on this machine, JavaScript too."""
    from tests.browser.conftest import FLAGS, find_chromium

    path = find_chromium()
    if path is None:
        print("no Chromium or Chrome found: without JavaScript")
        return told(tried(count))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=path, args=FLAGS).new_page()
        return told(tried(count, page=page))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
