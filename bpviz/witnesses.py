"""Three witnesses for every gradient, none of which knows the derivation.

* the backward pass (BP1 to BP4 on arrays),
* ``sympy.diff`` of the loss, composed with one parameter left as a symbol and evaluated to 30 digits,
* the complex step, ``Im E(w + ih) / h`` with h = 1e-30 (Squire and Trapp, SIAM Review 40, 1998), which has no
  cancellation and so no step size to choose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .derivation import Derivation
from .network import Network
from .passes import Array, backward, columns, forward, run

if TYPE_CHECKING:
    from .render.table import Table

#: How far witnesses may be apart, relative to the largest of them or of the gradients.
TOLERANCE = 1e-9

STEP = 1e-30


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
class Check:
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
        from .render.table import Table

        head = ("parameter", "product of factors", "backward pass", "sympy.diff", "complex step", "agree")
        rows = [
            (
                row.parameter,
                *(f"{v:.10g}" for v in (row.product_of_factors, row.backward, row.sympy_diff, row.complex_step)),
                "yes" if row.agree else "NO",
            )
            for row in self.rows
        ]
        return Table(head, rows, self.notes)

    def __str__(self) -> str:
        return str(self.table())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def check(derivation: Derivation) -> Check:
    """Ask the witnesses about every gradient of a derivation.

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
    net, x, target, reduction = derivation.network, derivation.x, derivation.target, derivation.reduction
    grads = backward(net, forward(net, x), target, reduction=reduction)
    scale = max(map(abs, derivation.gradients.values()))
    tolerance = TOLERANCE if net.dtype == np.float64 else 1e-4
    rows = []
    for name, value in derivation.gradients.items():
        told = (
            float(grads[name]),
            by_sympy(net, x, target, name, reduction),
            by_complex_step(net, x, target, name, reduction),
        )
        allowed = tolerance * max(scale, *map(abs, told), 1e-290)
        rows.append(Testimony(name, value, *told, agree=all(abs(value - other) <= allowed for other in told)))
    result = Check(tuple(rows), derivation.notes)
    wrong = [row.parameter for row in rows if not row.agree]
    if wrong:
        raise WitnessError(f"the witnesses disagree about {', '.join(wrong)}\n{result}")
    return result


def loss_of(net: Network, values: Mapping[str, Any], x: Any, target: Any, reduction: str, dtype: type) -> Any:
    """The loss with other values for the parameters: SymPy objects, complex numbers, ..."""
    from .symbols import twin

    other = twin(net, values, dtype)
    inputs, targets = _as(columns(np.asarray(x)), dtype), _as(columns(np.asarray(target)), dtype)
    with np.errstate(all="ignore"):
        z, a = run(other, inputs)
        losses = net.loss.value(net.activations[-1], z[-1], a[-1], targets)
    return losses.sum() / (len(losses) if reduction == "mean" else 1)


def by_sympy(net: Network, x: Any, target: Any, name: str, reduction: str = "mean") -> float:
    """The gradient by one parameter, from ``sympy.diff`` of the composed loss."""
    import sympy as sp

    symbol = sp.Symbol(name, real=True)
    values = {other: sp.Float(p.value, 40) for other, p in net.parameters.items()}
    loss = loss_of(net, {**values, name: symbol}, x, target, reduction, object)
    return float(sp.diff(loss, symbol).evalf(30, subs={symbol: values[name]}))


def by_complex_step(net: Network, x: Any, target: Any, name: str, reduction: str = "mean") -> float:
    """The gradient by one parameter, from a forward pass a tiny imaginary step away."""
    values = {other: complex(p.value) for other, p in net.parameters.items()}
    loss = loss_of(net, {**values, name: values[name] + STEP * 1j}, x, target, reduction, complex)
    return float(loss.imag / STEP)


def _as(array: Array, dtype: type) -> Array:
    if dtype is not object:
        return array.astype(dtype)
    import sympy as sp

    return np.asarray(np.frompyfunc(lambda value: sp.Float(float(value), 40), 1, 1)(array))
