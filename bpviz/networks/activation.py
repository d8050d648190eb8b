"""What an activation function is: every form of itself in one entry, and the softmax, which needs a whole layer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..formula.arithmetic import exactly
from ..formula.tree import Expression, Number, Quantity, Stable, add_all, exp, has_cases, log_sum_exp
from ..words.catalogue import say
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
        The NumPy forms of the two: of the net input, for real and (for the complex-step witness) complex arrays, and of
        net input and output.
    low, high : float
        The open range of the outputs, or the two between which they jump.
    corner : str or None
        The key of the words that say why it has no derivative at 0; None if it has one everywhere.
    general : callable or None
        For those with constants: (net, constants by name) -> the formulas of output and derivative, the constants as
        names instead of numbers.

    Examples
    --------
    >>> from bpviz import activation
    >>> f = activation("sigmoid")
    >>> print(f(np.array([0.0, 1000.0, -1000.0])))
    [0.5 1.  0. ]
    """

    name: str
    formula: Callable[[Expression], Expression]
    derivative: Callable[[Expression, Expression], Expression]
    function: Callable[[Array], Array]
    slope: Callable[[Array, Array], Array]
    low: float = -np.inf
    high: float = np.inf
    corner: str | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    general: Callable[..., tuple[Expression, Expression]] | None = None

    #: Whether each output depends on its own net input alone.
    elementwise = True

    @np.errstate(over="ignore")
    def __call__(self, z: Array) -> Array:
        """The outputs for net inputs `z` of shape (n_units, n_samples), in floats or SymPy objects."""
        return self.through(z)

    def through(self, z: Array) -> Array:
        """The same, where NumPy is told already to be silent about what overflows on the way."""
        if z.dtype == object:
            return exactly(self.formula(Quantity("net")), net=z)
        return self.function(z)

    @np.errstate(over="ignore")
    def f_prime(self, z: Array, a: Array) -> Array:
        """d(out)/d(net), unit by unit; `z` and `a` have shape (n_units, n_samples)."""
        return self._slopes(z, a)

    def _slopes(self, z: Array, a: Array) -> Array:
        if z.dtype == object:
            return exactly(self.derivative(Quantity("net"), Quantity("out")), net=z, out=a)
        return self.slope(z, a)

    def pull_back(self, dC_da: Array, z: Array, a: Array) -> Array:
        """dC/dz from dC/da: for a function of each unit by itself, the product with f'(z)."""
        return dC_da * (self._slopes(z, a) if z.dtype == object else self.slope(z, a))

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

    @property
    def two_sided(self) -> bool:
        """Whether it is one formula above a net input of 0 and another one below."""
        return has_cases(self.output([Quantity("net")], 0))

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

    def through(self, z: Array) -> Array:
        if z.dtype == object:
            e = exactly(exp(Quantity("net")), net=z)
            return np.asarray(e / e.sum(axis=0))
        e = np.exp(z - z.real.max(axis=0))
        return np.asarray(e / e.sum(axis=0))

    def pull_back(self, dC_da: Array, z: Array, a: Array) -> Array:
        """dC/dz_j is the sum over i of dC/da_i a_i (delta_ij - a_j).

        As the a_i add up to 1, any number may be taken off every dC/da_i: with that of the largest a_i nothing cancels.
        """
        if a.dtype == object:
            return np.asarray(a * (dC_da - (a * dC_da).sum(axis=0)))
        beyond = dC_da - stable.where_highest(dC_da, a)
        return np.asarray(a * (beyond - (a * beyond).sum(axis=0)))

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
