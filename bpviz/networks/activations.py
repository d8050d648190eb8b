"""Activation functions: each one is a single entry holding every form of itself.

An entry has the formula and the derivative that a learner reads (the derivative "in terms of the output",
as articles 1, 2 and 4 write it, where there is one), and the NumPy forms that stay finite at +-1000 in
float64 and float32.  The tests hold the forms against each other and against ``sympy.diff``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..formula.arithmetic import exactly
from ..formula.tree import (
    Cases,
    Expression,
    Number,
    Quantity,
    Stable,
    add_all,
    exp,
    log,
    log_sum_exp,
    over,
    softplus,
    tanh,
)
from ..words.catalogue import say
from ..words.validation import one_of, positive_number, real_number, shorten
from . import stable

Array = NDArray[Any]


@dataclass(frozen=True)
class Activation:
    """An activation that works on each unit by itself.

    Attributes
    ----------
    name : str
        The name it is chosen and saved by.
    parameters : mapping of str to float
        Its fixed constants, such as ``alpha``.
    formula : callable
        The output as a formula of the net input.
    derivative : callable
        d(out)/d(net) as a formula of the net input and the output.
    function, slope : callable
        The NumPy forms of the two, for real and (for the complex-step witness) complex arrays.
    low, high : float
        The open range of the outputs; `steps` is True if the outputs jump between its ends instead.
    corner : str or None
        The key of the words that say why it has no derivative at 0; None if it has one everywhere.
    general : callable or None
        For those with constants: (net, constants by name) -> the formulas of output and derivative, the constants as
        names instead of numbers.

    Examples
    --------
    >>> f = activation("sigmoid")
    >>> print(f(np.array([0.0, 1000.0, -1000.0])))
    [0.5 1.  0. ]
    """

    name: str
    formula: Callable[[Expression], Expression]
    derivative: Callable[[Expression, Expression], Expression]
    function: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    low: float = -np.inf
    high: float = np.inf
    steps: bool = False
    corner: str | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    general: Callable[..., tuple[Expression, Expression]] | None = None

    #: Whether each output depends on its own net input alone.
    elementwise = True

    def __call__(self, z: Array) -> Array:
        """The outputs for net inputs `z` of shape (n_units, n_samples), in floats or SymPy objects."""
        if z.dtype == object:
            return exactly(self.formula(Quantity("net")), net=z)
        return self.function(z)

    def f_prime(self, z: Array, a: Array) -> Array:
        """d(out)/d(net), unit by unit; `z` and `a` have shape (n_units, n_samples)."""
        if z.dtype == object:
            return exactly(self.derivative(Quantity("net"), Quantity("out")), net=z, out=a)
        return self.slope(z)

    def pull_back(self, dC_da: Array, z: Array, a: Array) -> Array:
        """dC/dz from dC/da: for a function of each unit by itself, the product with f'(z)."""
        return dC_da * self.f_prime(z, a)

    def output(self, nets: Sequence[Expression], j: int) -> Expression:
        """The formula of output j of a layer with these net inputs."""
        return self.formula(nets[j])

    def local(self, nets: Sequence[Expression], outs: Sequence[Expression], i: int, j: int) -> Expression:
        """The formula of d(out_i)/d(net_j)."""
        return self.derivative(nets[j], outs[j]) if i == j else Number(0)

    @property
    def kink(self) -> str | None:
        """Where and why it has no derivative, as a part of a sentence; None if it has one everywhere."""
        constants = {name: f"{value:g}" for name, value in self.parameters.items()}
        return None if self.corner is None else say(f"kinks.{self.corner}", **constants)

    def to_dict(self) -> dict[str, str | float]:
        """Name and constants, as they are saved."""
        return {"name": self.name, **self.parameters}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Activation) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.name, *self.parameters.items()))

    def __str__(self) -> str:
        constants = ", ".join(f"{key}={value:g}" for key, value in self.parameters.items())
        return f"{self.name}({constants})" if constants else self.name


class Softmax(Activation):
    """exp(net_j) over the sum of them all: every output depends on every net input of its layer."""

    elementwise = False

    def __call__(self, z: Array) -> Array:
        if z.dtype == object:
            e = exactly(exp(Quantity("net")), net=z)
            return np.asarray(e / e.sum(axis=0))
        e = np.exp(z - z.real.max(axis=0))
        return np.asarray(e / e.sum(axis=0))

    def pull_back(self, dC_da: Array, z: Array, a: Array) -> Array:
        """dC/dz_j is the sum over i of dC/da_i a_i (delta_ij - a_j)."""
        return np.asarray(a * (dC_da - (a * dC_da).sum(axis=0)))

    def output(self, nets: Sequence[Expression], j: int) -> Expression:
        shown = exp(nets[j]) / add_all([exp(net) for net in nets])
        return Stable(shown, exp(nets[j] - log_sum_exp(*nets)))

    def local(self, nets: Sequence[Expression], outs: Sequence[Expression], i: int, j: int) -> Expression:
        if i != j:
            return -(outs[i] * outs[j])
        if len(outs) == 1:
            return Stable(outs[j] * (1 - outs[j]), Number(0))
        others = add_all([out for k, out in enumerate(outs) if k != j])
        return Stable(outs[j] * (1 - outs[j]), outs[j] * others)


def sigmoid() -> Activation:
    """1 / (1 + exp(-net)), with f' = f (1 - f) (articles 1 to 5)."""
    return Activation(
        "sigmoid",
        formula=lambda net: 1 / (1 + exp(-net)),
        derivative=lambda net, out: Stable(out * (1 - out), out * (1 / (1 + exp(net)))),
        function=stable.sigmoid,
        slope=stable.sigmoid_slope,
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
        slope=lambda z: np.asarray(A / B * stable.sigmoid_slope(z / B)),
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
        slope=lambda z: np.asarray(2 * stable.sigmoid_slope(z)),
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
        slope=lambda z: np.asarray(4 * stable.sigmoid_slope(2 * z)),
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
        slope=lambda z: np.where(z.real > 0, 1, 0).astype(z.dtype),
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
        slope=lambda z: np.where(z.real > 0, 1, alpha).astype(z.dtype),
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
        slope=lambda z: np.where(z.real > 0, 1, alpha * np.exp(stable.below_zero(z))).astype(z.dtype),
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
        slope=stable.sigmoid,
        low=0,
    )


def linear() -> Activation:
    """The net input itself; f' = 1."""
    return Activation(
        "linear",
        formula=lambda net: net,
        derivative=lambda net, out: Number(1),
        function=lambda z: z,
        slope=np.ones_like,
    )


def hard_limit() -> Activation:
    """1 where net >= 0 and 0 elsewhere: flat on both sides, so f' = 0 and nothing is learnt through it."""
    return Activation(
        "hard_limit",
        formula=lambda net: Cases(net, Number(1), Number(0), inclusive=True),
        derivative=lambda net, out: Number(0),
        function=lambda z: np.where(z.real >= 0, 1, 0).astype(z.dtype),
        slope=np.zeros_like,
        low=0,
        high=1,
        steps=True,
        corner="hard_limit",
    )


def softmax() -> Activation:
    """exp(net_j) / sum of exp(net_k) over the layer, with d(out_i)/d(net_j) = out_i ([i = j] - out_j)."""
    return Softmax(
        "softmax",
        formula=lambda net: net,
        derivative=lambda net, out: out,
        function=lambda z: z,
        slope=lambda z: z,
        low=0,
        high=1,
    )


#: Every activation by the name it is chosen by.
ACTIVATIONS: dict[str, Callable[..., Activation]] = {
    "sigmoid": sigmoid,
    "bipolar_sigmoid": bipolar_sigmoid,
    "tanh": hyperbolic_tangent,
    "relu": relu,
    "softplus": softplus_activation,
    "softmax": softmax,
    "elu": elu,
    "prelu": parametric_relu,
    "linear": linear,
    "hard_limit": hard_limit,
    "scaled_sigmoid": scaled_sigmoid,
}


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
    make = ACTIVATIONS[one_of(name, "activations", ACTIVATIONS)]
    takes = make().parameters
    for key in parameters:
        if key not in takes:
            has = "the constants " + ", ".join(takes) if takes else "no constants"
            raise ValueError(f"activations: {name} has {has}, not {shorten(key)}")
    return make(**parameters)
