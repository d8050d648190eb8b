"""Activation functions: each one is a single entry holding every form of itself.

An entry has the formula and the derivative that a learner reads (the derivative "in terms of the output",
as articles 1, 2 and 4 write it, where there is one), and the NumPy forms that stay finite at +-1000 in
float64 and float32.  The tests hold the forms against each other and against ``sympy.diff``.
"""

import copyreg
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..formula.tree import Cases, Number, Stable, exp, log, over, softplus, tanh
from ..words.validation import one_of, positive_number, real_number, shorten
from . import stable
from .activation import Activation, Softmax


def sigmoid() -> Activation:
    """1 / (1 + exp(-net)), with f' = f (1 - f) (articles 1 to 5)."""
    return Activation(
        "sigmoid",
        formula=lambda net: 1 / (1 + exp(-net)),
        derivative=lambda net, out: Stable(out * (1 - out), out * (1 / (1 + exp(net)))),
        function=stable.sigmoid,
        slope=stable.sigmoid_slope_from_output,
        low=0,
        high=1,
    )


def scaled_sigmoid(A: float = 1.0, B: float = 1.0) -> Activation:
    """A / (1 + exp(-net/B)), with f' = f (A - f) / (A B) (article 2)."""
    A, B = positive_number(A, "A"), positive_number(B, "B")
    return Activation(
        "scaled_sigmoid",
        formula=lambda net: Number(A) / (1 + exp(-over(net, B))),
        derivative=lambda net, out: Stable(
            out * (A - out) / (Number(A) * Number(B)) if 1 not in (A, B) else over(out * (A - out), A * B),
            out / (B * (1 + exp(over(net, B)))),
        ),
        function=lambda z: np.asarray(A * stable.sigmoid(z / B)),
        slope=lambda z, a: np.asarray(a / (B * (1 + np.exp(z / B)))),
        low=0,
        high=A,
        parameters={"A": A, "B": B},
        general=lambda net, A, B: (A / (1 + exp(-(net / B))), A / B / ((1 + exp(-(net / B))) * (1 + exp(net / B)))),
    )


def bipolar_sigmoid() -> Activation:
    """tanh(net/2) = (1 - exp(-net)) / (1 + exp(-net)), with f' = (1 - f^2) / 2.

    Article 1 calls it tanh and gives it tanh's derivative, 1 - f^2; half of that is right.
    """
    return Activation(
        "bipolar_sigmoid",
        formula=lambda net: Stable((1 - exp(-net)) / (1 + exp(-net)), tanh(net / 2)),
        derivative=lambda net, out: Stable((1 - out**2) / 2, Number(2) * (1 / (1 + exp(-net))) * (1 / (1 + exp(net)))),
        function=lambda z: np.tanh(z / 2),
        slope=lambda z, a: np.asarray(2 * stable.sigmoid_slope(z)),
        low=-1,
        high=1,
    )


def hyperbolic_tangent() -> Activation:
    """tanh(net), with f' = 1 - f^2 (article 4)."""
    return Activation(
        "tanh",
        formula=tanh,
        derivative=lambda net, out: Stable(
            1 - out**2, Number(4) * (1 / (1 + exp(-2 * net))) * (1 / (1 + exp(2 * net)))
        ),
        function=lambda z: np.tanh(z),
        slope=lambda z, a: np.asarray(4 * stable.sigmoid_slope(2 * z)),
        low=-1,
        high=1,
    )


def relu() -> Activation:
    """max(0, net); at the kink, net = 0, the derivative used is 0."""
    return Activation(
        "relu",
        formula=lambda net: Cases(net, net, Number(0)),
        derivative=lambda net, out: Cases(net, Number(1), Number(0)),
        function=lambda z: np.where(z.real > 0, z, 0),
        slope=lambda z, a: np.where(z.real > 0, 1, 0).astype(z.dtype),
        low=0,
        corner="relu",
    )


def parametric_relu(alpha: float = 0.25) -> Activation:
    """Net where it is above 0, alpha net elsewhere (He et al. 2015); alpha is a fixed constant here."""
    alpha = real_number(alpha, "alpha")
    return Activation(
        "prelu",
        formula=lambda net: Cases(net, net, alpha * net),
        derivative=lambda net, out: Cases(net, Number(1), Number(alpha)),
        function=lambda z: np.where(z.real > 0, z, alpha * z),
        slope=lambda z, a: np.where(z.real > 0, 1, alpha).astype(z.dtype),
        corner=None if alpha == 1 else "prelu",
        parameters={"alpha": alpha},
        general=lambda net, alpha: (Cases(net, net, alpha * net), Cases(net, Number(1), alpha)),
    )


def elu(alpha: float = 1.0) -> Activation:
    """Net above 0, alpha (exp(net) - 1) elsewhere, where f' = f + alpha (Clevert et al. 2015)."""
    alpha = positive_number(alpha, "alpha")
    return Activation(
        "elu",
        formula=lambda net: Cases(net, net, exp(net) - 1 if alpha == 1 else alpha * (exp(net) - 1)),
        derivative=lambda net, out: Cases(net, Number(1), Stable(out + alpha, alpha * exp(net))),
        function=lambda z: np.where(z.real > 0, z, alpha * np.expm1(stable.below_zero(z))),
        slope=lambda z, a: np.where(z.real > 0, 1, alpha * np.exp(stable.below_zero(z))).astype(z.dtype),
        low=-alpha,
        corner=None if alpha == 1 else "elu",
        parameters={"alpha": alpha},
        general=lambda net, alpha: (Cases(net, net, alpha * (exp(net) - 1)), Cases(net, Number(1), alpha * exp(net))),
    )


def softplus_activation() -> Activation:
    """ln(1 + exp(net)), whose derivative is the sigmoid."""
    return Activation(
        "softplus",
        formula=lambda net: Stable(log(1 + exp(net)), softplus(net)),
        derivative=lambda net, out: 1 / (1 + exp(-net)),
        function=stable.softplus,
        slope=lambda z, a: stable.sigmoid(z),
        low=0,
    )


def linear() -> Activation:
    """The net input itself; f' = 1."""
    return Activation(
        "linear",
        formula=lambda net: net,
        derivative=lambda net, out: Number(1),
        function=lambda z: z,
        slope=lambda z, a: np.ones_like(z),
    )


def hard_limit() -> Activation:
    """1 where net >= 0 and 0 elsewhere: flat on both sides, so f' = 0 and nothing is learnt through it."""
    return Activation(
        "hard_limit",
        formula=lambda net: Cases(net, Number(1), Number(0), inclusive=True),
        derivative=lambda net, out: Number(0),
        function=lambda z: np.where(z.real >= 0, 1, 0).astype(z.dtype),
        slope=lambda z, a: np.zeros_like(z),
        low=0,
        high=1,
        corner="hard_limit",
    )


def softmax() -> Activation:
    """exp(net_j) / sum of exp(net_k) over the layer, with d(out_i)/d(net_j) = out_i ([i = j] - out_j)."""
    none = _of_no_unit_alone
    return Softmax("softmax", none, none, none, none, low=0, high=1)


def _of_no_unit_alone(*_: object) -> Any:
    """What stands where the other activations have their forms for one unit: softmax has its own for a whole layer."""
    raise TypeError("softmax works on a whole layer, not on a unit by itself")


_ALL: tuple[Callable[..., Activation], ...] = (
    sigmoid, bipolar_sigmoid, hyperbolic_tangent, relu, softplus_activation, softmax, elu, parametric_relu, linear,
    hard_limit, scaled_sigmoid,
)  # fmt: skip
#: Every activation by the name it is chosen by.
ACTIVATIONS = {make().name: make for make in _ALL}


def activation(name: str | Activation, /, **parameters: float) -> Activation:
    """The activation of that name, with its constants.

    Raises
    ------
    ValueError
        If there is no such activation or no such constant.

    Examples
    --------
    >>> str(activation("elu", alpha=0.5))
    'elu(alpha=0.5)'
    """
    if isinstance(name, Activation):
        return name
    return activation_called(name, parameters, "name")


def activation_called(name: object, parameters: Mapping[str, Any], argument: str) -> Activation:
    """The same; a refusal names this argument."""
    make = ACTIVATIONS[one_of(name, argument, ACTIVATIONS)]
    takes = make().parameters
    for key in parameters:
        if key not in takes:
            has = "the constants " + ", ".join(takes) if takes else "no constants"
            raise ValueError(f"{argument}: {name} has {has}, not {shorten(key)}")
    return make(**parameters)


def _made_again(f: Activation) -> tuple[Any, ...]:
    """How one is pickled and copied: by its name and its constants."""
    return activation_called, (f.name, dict(f.parameters), "name")


for _kind in (Activation, Softmax):
    copyreg.pickle(_kind, _made_again)
