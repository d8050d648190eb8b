"""Three witnesses for every gradient, none of which knows the derivation.

* the backward pass (BP1 to BP4 on arrays),
* ``sympy.diff`` of the loss, composed with one parameter left as a symbol and evaluated to 30 digits,
* the complex step, ``Im E(w + ih) / h`` with h = 1e-30 (Squire and Trapp, SIAM Review 40, 1998), which has no
  cancellation and so no step size to choose.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..calculus.passes import gradients, over_samples, run
from ..calculus.twin import twin
from ..formula.arithmetic import evaluate, exact
from ..formula.tree import Quantity
from ..networks.arrays import Array
from ..networks.by_name import ByName
from ..networks.exercise import Exercise
from ..networks.names import Use
from ..steps.trail import Trail
from ..views.table import Table, Tabled
from ..words.catalogue import heads, say

#: How far witnesses may be apart, relative to the largest of them.  Where terms cancel, a thousandth of it relative
#: to the size of the terms, of which the rounding of floats takes its share.
TOLERANCE = 1e-9

#: With more paths than this to the error, the composed loss would fill the memory; it is then differentiated formula
#: by formula, from the parameter to the error.
MOST_COMPOSED = 8

STEP = 1e-30

#: Below this a complex step's imaginary part is too small for a float, and a witness may say 0.
SMALLEST = 1e-270

#: Digits that SymPy computes with, one after the other, until two agree.
PRECISIONS = (40, 60, 120, 500, 1500)


class WitnessError(AssertionError):
    """A gradient and one of its witnesses disagree."""


@dataclass(frozen=True)
class Testimony:
    """What the derivation says of one gradient, and what each witness says."""

    parameter: str
    product_of_factors: float
    backward: float
    sympy_diff: float
    complex_step: float
    agree: bool


@dataclass(frozen=True, repr=False)
class Check(Tabled):
    """The table that `Derivation.check` returns: a row for each parameter.

    Attributes
    ----------
    rows : tuple of Testimony
    notes : tuple of str
        What to know about corners and jumps in this network.
    """

    rows: tuple[Testimony, ...]
    notes: tuple[str, ...]

    @property
    def largest_difference(self) -> float:
        """The largest difference between a gradient and a witness."""
        return max(
            abs(row.product_of_factors - other)
            for row in self.rows
            for other in (row.backward, row.sympy_diff, row.complex_step)
        )

    def table(self) -> Table:
        """The rows as a table."""
        rows = [
            (
                row.parameter,
                *(f"{v + 0.0:.10g}" for v in (row.product_of_factors, row.backward, row.sympy_diff, row.complex_step)),
                say("tables.yes" if row.agree else "tables.no"),
            )
            for row in self.rows
        ]
        return Table(heads("check"), rows, self.notes)


def check(trail: Trail) -> Check:
    """Ask the witnesses about every gradient of a trail.

    Raises
    ------
    WitnessError
        If one disagrees; the message shows the whole table.

    Examples
    --------
    >>> from bpviz import Network, derive
    >>> net = Network(weights=[[[0.5]]], weight_names=[[["w"]]])
    >>> derive(net, [1.0], [0.0], wrt="w").check().rows[0].agree
    True
    """
    given = trail.exercise
    grads, sizes = gradients(given), _sizes(given)
    tolerance = TOLERANCE if given.network.dtype == np.float64 else 1e-4
    rounding = 1e-3 * tolerance
    rows = []
    for name, value in trail.gradients.items():
        back, step = float(grads[name]), by_complex_step(given, name)
        told = back, by_sympy(given, name, max(map(abs, (value, back, step)))), step
        allowed = tolerance * max(map(abs, (value, *told))) + rounding * sizes[name] + SMALLEST
        rows.append(Testimony(name, value, *told, agree=all(abs(value - other) <= allowed for other in told)))
    result = Check(tuple(rows), trail.notes)
    wrong = [row.parameter for row in rows if not row.agree]
    if wrong:
        raise WitnessError(f"the witnesses disagree about {', '.join(wrong)}\n{result}")
    return result


def _sizes(exercise: Exercise) -> ByName:
    """How large each gradient would be if nothing in it cancelled: the backward pass on absolute values."""
    net, (x, t) = exercise.network, exercise.columns
    z, a = run(net, x)
    size = [z[-1]] * net.depth
    upstream = np.abs(a[-1]) + np.abs(t)
    for l in reversed(range(net.depth)):
        f = net.activations[l]
        if f.elementwise and not (l == net.depth - 1 and net.loss.probabilities):
            size[l] = upstream * np.abs(f.f_prime(z[l], a[l + 1]))
        else:
            size[l] = upstream + (np.abs(a[l + 1]) * upstream).sum(axis=0)
        upstream = np.abs(net.weights[l]).T @ size[l]
    dW = [s @ np.abs(a[l]).T for l, s in enumerate(size)]
    return ByName(net.layout, *over_samples(net, dW, size, exercise.share))


def loss_of(given: Exercise, values: Mapping[str, Any], dtype: type) -> Any:
    """The loss with other values for the parameters: SymPy objects, complex numbers, ..."""
    net, (inputs, targets) = given.network, (_as(array, dtype) for array in given.columns)
    with np.errstate(all="ignore"):
        z, a = run(twin(net, values, dtype), inputs)
        return net.loss.value(net.activations[-1], z[-1], a[-1], targets).sum() / given.share


def by_sympy(given: Exercise, name: str, about: float = 0.0) -> float:
    """The gradient by one parameter, from ``sympy.diff`` of the loss, or, where that is huge, of each formula.

    `about` is how large others say it is: a tiny one is looked for with very many digits.
    """
    import sympy as sp

    net = given.network
    if sum(net.paths_from(use.layer) for use in net.parameters[name].uses) > MOST_COMPOSED:
        return _settled(lambda digits: _forwards_to(digits, given, name), about)
    symbol = sp.Symbol(name, real=True)
    values = {other: sp.Rational(p.value) for other, p in net.parameters.items()}
    loss = loss_of(given, {**values, name: symbol}, object)
    slope = sp.diff(loss, symbol).subs(symbol, values[name])
    return _settled(lambda digits: slope.evalf(digits, maxn=2 * digits), about)


def _settled(value: Callable[[int], Any], about: float) -> float:
    """A number to more and more digits until two runs agree: where terms cancel, or 1 - out is 1e-400, it takes many.

    What is still 0 to a hundred digits is 0, unless `about` says that it is just so small.
    """
    before: Any = None
    for digits in PRECISIONS:
        now = value(digits)
        if before is not None and now.is_finite and before.is_finite and abs(now - before) < 1e-20 * abs(now):
            return float(now)
        if digits > 100 and now.is_finite and abs(now) < 1e-100 and not 0 < about < 1e-40:
            return float(now)
        before = now
    return float(before) if before.is_finite else float("nan")


def _forwards_to(digits: int, given: Exercise, name: str) -> Any:
    """The same, one formula after the other: ``sympy.diff`` of each, times how fast its arguments change."""
    import sympy as sp

    net, (xs, targets) = given.network, given.columns
    places = {(use.layer, use.to, use.source) for use in net.parameters[name].uses}
    total = sp.Float(0, digits)
    for s in range(xs.shape[1]):
        a = [sp.Float(float(value), digits) for value in xs[:, s]]
        speed = [sp.Integer(0)] * len(a)
        for l, (W, f) in enumerate(zip(net.weights, net.activations, strict=True), start=1):
            nets, rates = [], []
            for j, row in enumerate(W):
                bias = net.value_at(Use(l, j, None)) if net.biases[l - 1] is not None else 0.0
                nets.append(
                    sum((sp.Float(float(w), digits) * v for w, v in zip(row, a, strict=True)), sp.Float(bias, digits))
                )
                own = sum((v for i, v in enumerate(a) if (l, j, i) in places), sp.Integer((l, j, None) in places))
                rates.append(own + sum(sp.Float(float(w), digits) * v for w, v in zip(row, speed, strict=True)))
            symbols = [sp.Symbol(f"net{j}", real=True) for j in range(len(nets))]
            at = dict(zip(symbols, nets, strict=True))
            named = {symbol.name: symbol for symbol in symbols}
            outs = [evaluate(f.output([Quantity(n) for n in named], j), named, exact()) for j in range(len(nets))]
            a = [out.subs(at).evalf(digits) for out in outs]
            speed = [
                sum(
                    sp.diff(out, symbol).subs(at).evalf(digits) * rate
                    for symbol, rate in zip(symbols, rates, strict=True)
                )
                for out in outs
            ]
        out, wanted = sp.Symbol("out", real=True), sp.Symbol("target", real=True)
        part = evaluate(
            net.loss.part(Quantity("out"), Quantity("target"), len(a)), {"out": out, "target": wanted}, exact()
        )
        for j, value in enumerate(a):
            put = {out: value, wanted: sp.Float(float(targets[j, s]), digits)}
            total += sp.diff(part, out).subs(put) * speed[j]
    return total / given.share


def by_complex_step(given: Exercise, name: str) -> float:
    """The gradient by one parameter, from a forward pass a tiny imaginary step away."""
    values = {other: complex(p.value) for other, p in given.network.parameters.items()}
    loss = loss_of(given, {**values, name: values[name] + STEP * 1j}, complex)
    return float(loss.imag / STEP)


def _as(array: Array, dtype: type) -> Array:
    if dtype is not object:
        return array.astype(dtype)
    import sympy as sp

    return np.asarray(np.frompyfunc(lambda value: sp.Rational(float(value)), 1, 1)(array))
