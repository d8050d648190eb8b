"""The witness that differentiates: ``sympy.diff`` of the loss, evaluated to many digits.

In a small network the loss is composed, with one parameter left as a symbol, and differentiated whole.  Elsewhere each
formula is differentiated by itself, and how fast it changes is handed on from the parameter to the error.
"""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from math import prod
from typing import Any

import numpy as np

from ..calculus.passes import run
from ..calculus.twin import twin
from ..formula.arithmetic import evaluate, exact
from ..formula.tree import Quantity, names_in
from ..networks.activation import Activation
from ..networks.arrays import Array
from ..networks.exercise import Exercise
from ..networks.losses import Loss
from ..networks.names import Use
from ..networks.network import Network

#: Where a parameter would stand in it more often, or with more weights and biases, the loss is not composed.
MOST_COMPOSED = 8
MOST_IN_COMPOSED = 24

#: And for so many samples at most: each is a loss of its own.
FEW_SAMPLES = 2

#: More products of long numbers than this are not asked for: they would take more than about a second.
MOST_PRODUCTS = 300_000

#: Nor is a softmax of more units differentiated, each output by each net input.
MOST_IN_SOFTMAX = 24

#: Digits that are computed with, one after the other, until two agree.
PRECISIONS = (40, 60, 120, 500, 1500)


def is_asked(given: Exercise, names: Iterable[str]) -> bool:
    """Whether this witness answers for these parameters in about a second."""
    net = given.network
    coupled = [size for size, f in zip(net.sizes[1:], net.activations, strict=True) if not f.elementwise]
    weights = [W.size for W in net.weights]
    products = net.layout.size
    for name in names:
        products += sum(weights[net.layout.first_use(name).layer :])
        if products * given.n_samples > MOST_PRODUCTS:
            return False
    return max(coupled, default=0) <= MOST_IN_SOFTMAX


def by_sympy(given: Exercise, name: str, about: float = 0.0) -> float:
    """The gradient by one parameter, from ``sympy.diff`` of the loss, or, where that is large, of each formula.

    `about` is how large others say it is: a tiny one is looked for with very many digits.
    """
    import mpmath

    net = given.network
    written = sum(net.paths_from(use.layer) * _copies(net, use.layer) for use in net.layout.uses(name))
    if given.n_samples <= FEW_SAMPLES and written <= MOST_COMPOSED and net.layout.size <= MOST_IN_COMPOSED:
        composed = _composed(given, name)
        return _settled(lambda _: composed(mpmath.mpf(net[name])), about)
    return _settled(lambda digits: _chain(given, digits).gradient(name), about)


def _copies(net: Network, layer: int) -> int:
    """How often a net input of a layer stands in the composed output: a ReLU has its own twice, an ELU three times."""
    formulas = [f.formula(Quantity("net")) for f in net.activations[layer - 1 :] if f.elementwise]
    return prod(max(1, sum(1 for _ in names_in(formula))) for formula in formulas)


def _settled(value: Callable[[int], Any], about: float) -> float:
    """A number to more and more digits until two runs agree: where terms cancel, or 1 - out is 1e-400, it takes many.

    What is still 0 to a hundred digits is 0, unless `about` says that it is just so small.
    """
    import mpmath

    before: Any = None
    for digits in PRECISIONS:
        with mpmath.workdps(digits):
            try:
                now = value(digits)
            except (ZeroDivisionError, ValueError):  # a logarithm of 0, or something over it: with too few digits
                continue
            if not mpmath.isfinite(now):
                continue
            if before is not None and abs(now - before) < 1e-20 * abs(now):
                return float(now)
            if digits > 100 and abs(now) < 1e-100 and not 0 < about < 1e-40:
                return float(now)
            before = now
    return float("nan") if before is None else float(before)


def _composed(given: Exercise, name: str) -> Callable[[Any], Any]:
    """The derivative of the whole loss by one parameter, as a function of it."""
    import sympy as sp

    net = given.network
    symbol = sp.Dummy(real=True)
    values = {other: sp.Rational(value) for other, value in net.numbers.items()}
    loss = loss_of(given, {**values, name: symbol})
    slope: Callable[[Any], Any] = sp.lambdify(symbol, sp.diff(loss, symbol), "mpmath")
    return slope


def loss_of(given: Exercise, values: dict[str, Any]) -> Any:
    """The loss as a formula, the parameters being these SymPy objects."""
    net, (inputs, targets) = given.network, map(_rational, given.columns)
    with np.errstate(all="ignore"):
        z, a = run(twin(net, values, object), inputs)
        return net.loss.value(net.activations[-1], z[-1], a[-1], targets).sum() / given.share


def _rational(array: Array) -> Array:
    import sympy as sp

    return np.asarray(np.frompyfunc(lambda value: sp.Rational(float(value)), 1, 1)(array))


# --- formula by formula ---


@lru_cache(maxsize=2 * len(PRECISIONS))
def _chain(given: Exercise, digits: int) -> "_Chain":
    return _Chain(given)


class _Chain:
    """The forward pass of every sample with the digits that mpmath is set to, and how changes are handed on."""

    def __init__(self, given: Exercise) -> None:
        import mpmath

        self.given = given
        net, (xs, targets) = given.network, given.columns
        self.outs: list[list[list[Any]]] = []  # by sample, layer and unit
        self.nets: list[list[list[Any]]] = []
        self.errors: list[list[Any]] = []
        self.slopes: dict[tuple[int, int, int], Any] = {}  # as they are asked for: every parameter below asks again
        by_output = _by_output(net.loss, net.sizes[-1])
        for x, target in zip(xs.T.tolist(), targets.T.tolist(), strict=True):
            outs, nets = [list(map(mpmath.mpf, x))], []
            for l, (W, f) in enumerate(zip(net.weights, net.activations, strict=True), start=1):
                has_bias = net.biases[l - 1] is not None
                biases = [net.value_at(Use(l, j, None)) if has_bias else 0.0 for j in range(len(W))]
                nets.append([mpmath.fdot(row, outs[-1]) + bias for row, bias in zip(W.tolist(), biases, strict=True)])
                outs.append(_outputs(f, nets[-1]))
            self.outs.append(outs)
            self.nets.append(nets)
            self.errors.append([by_output(out, t) for out, t in zip(outs[-1], target, strict=True)])

    def gradient(self, name: str) -> Any:
        """How fast the error changes with one parameter."""
        net = self.given.network
        places: dict[int, list[Use]] = {}
        for use in net.layout.uses(name):
            places.setdefault(use.layer, []).append(use)
        total = 0
        for s, (outs, errors) in enumerate(zip(self.outs, self.errors, strict=True)):
            speeds: dict[int, Any] = {}  # of the outputs of the layer before, where they change at all
            for l in range(min(places), net.depth + 1):
                rates: dict[int, Any] = {}
                if speeds:
                    columns = net.weights[l - 1][:, list(speeds)].tolist()
                    rates = {j: _dot(row, list(speeds.values())) for j, row in enumerate(columns)}
                for use in places.get(l, ()):
                    own = 1 if use.source is None else outs[l - 1][use.source]
                    rates[use.to] = rates.get(use.to, 0) + own
                speeds = self._speeds(s, l, rates)
            total += sum(errors[j] * speed for j, speed in speeds.items())
        return total / self.given.share

    def _speeds(self, s: int, l: int, rates: dict[int, Any]) -> dict[int, Any]:
        """How fast the outputs of a layer change, given how fast its net inputs do."""
        f, nets = self.given.network.activations[l - 1], self.nets[s][l - 1]
        if f.elementwise:
            return {j: self._slope(f, s, l, j) * rate for j, rate in rates.items()}
        everyone = [rates.get(j, 0) for j in range(len(nets))]
        return dict(enumerate(_coupled(f, len(nets))[1](*nets, *everyone)))

    def _slope(self, f: Activation, s: int, l: int, j: int) -> Any:
        if (s, l, j) not in self.slopes:
            self.slopes[s, l, j] = _slope_of(f)[1](self.nets[s][l - 1][j])
        return self.slopes[s, l, j]


def _dot(row: list[float], speeds: list[Any]) -> Any:
    import mpmath

    return mpmath.fdot(row, speeds)


def _outputs(f: Activation, nets: list[Any]) -> list[Any]:
    if f.elementwise:
        return [_slope_of(f)[0](net) for net in nets]
    return list(_coupled(f, len(nets))[0](*nets))


@cache
def _slope_of(f: Activation) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """An activation and ``sympy.diff`` of it, for mpmath."""
    import sympy as sp

    net = sp.Dummy(real=True)
    out = evaluate(f.formula(Quantity("net")), {"net": net}, exact())
    return sp.lambdify(net, out, "mpmath"), sp.lambdify(net, sp.diff(out, net), "mpmath")


@cache
def _coupled(f: Activation, n: int) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The outputs of a layer whose units depend on each other, and how fast they change with their net inputs."""
    import sympy as sp

    nets, rates = sp.symbols(f"net:{n}", real=True), sp.symbols(f"rate:{n}", real=True)
    named = {symbol.name: symbol for symbol in nets}
    outs = [evaluate(f.output([Quantity(name) for name in named], j), named, exact()) for j in range(n)]
    speeds = [sum(sp.diff(out, net) * rate for net, rate in zip(nets, rates, strict=True)) for out in outs]
    return sp.lambdify(nets, outs, "mpmath"), sp.lambdify((*nets, *rates), speeds, "mpmath")


@lru_cache(maxsize=32)
def _by_output(loss: Loss, n: int) -> Callable[..., Any]:
    """``sympy.diff`` of one part of the loss by its output, for mpmath."""
    import sympy as sp

    out, target = sp.Dummy(real=True), sp.Dummy(real=True)
    part = evaluate(loss.part(Quantity("out"), Quantity("target"), n), {"out": out, "target": target}, exact())
    slope: Callable[..., Any] = sp.lambdify((out, target), sp.diff(part, out), "mpmath")
    return slope
