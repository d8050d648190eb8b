"""Losses: each one is a single entry, a sum of one part per output unit.

The cross-entropies need the logarithm of an output that may have rounded to 0 or 1.  Together with the
activation that makes the output, the two cancel: ``dE/dnet = out - target`` (article 4), and the loss is
computed from the net input.  Those pairs are the `Fused` entries.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..formula.arithmetic import exactly
from ..formula.tree import Expression, Number, Quantity, Stable, add_all, exp, log, log_sum_exp, over, softplus
from ..words.validation import one_of
from . import stable
from .activation import Activation, Array

Several = Sequence[Expression]

#: Targets that must sum to 1 may be so far from it.
SUM = 1e-6


@dataclass(frozen=True)
class Loss:
    """The error of one sample: a sum over the outputs.

    Attributes
    ----------
    name : str
    part : callable
        (out, target, n_outputs) -> the formula of one output's part.
    derivative : callable
        (out, target, n_outputs) -> the formula of that part's derivative by the output.
    function, slope : callable
        The NumPy forms of the two, elementwise on arrays.
    targets_sum_to_one : bool
    partner : str or None
        The activation that the outputs need, if any will not do: that of probabilities.
    """

    name: str
    part: Callable[[Expression, Expression, int], Expression]
    derivative: Callable[[Expression, Expression, int], Expression]
    function: Callable[[Array, Array, int], Array]
    slope: Callable[[Array, Array, int], Array]
    targets_sum_to_one: bool = False
    partner: str | None = None

    @property
    def probabilities(self) -> bool:
        """Whether outputs must lie strictly between 0 and 1 and targets in [0, 1]."""
        return self.partner is not None

    def check_output_activation(self, activation: Activation) -> None:
        """Raise ValueError unless outputs of this activation have this loss."""
        if not self.probabilities or fused(self, activation) is not None:
            return
        scaled = " (or 'scaled_sigmoid' with A = 1)" if self.partner == "sigmoid" else ""
        raise ValueError(
            f"loss: {self.name} takes the logarithm of the outputs, so the last layer needs {self.partner!r}{scaled}, "
            f"not {activation}"
        )

    def check_target(self, target: Array) -> None:
        """Raise ValueError unless these targets, of shape (n_outputs, n_samples), suit this loss."""
        if not self.probabilities:
            return
        outside = target[(target < 0) | (target > 1)]
        if outside.size:
            raise ValueError(f"target must lie in [0, 1] for {self.name}, but it has {outside[0]:g}")
        if self.targets_sum_to_one:
            totals = target.sum(axis=0)
            wrong = totals[np.abs(totals - 1) > SUM]
            if wrong.size:
                raise ValueError(f"target must sum to 1 for {self.name}, but it sums to {wrong[0]:g}")

    def value(self, activation: Activation, z: Array, a: Array, target: Array) -> Array:
        """The loss of each sample, shape (n_samples,); the other arrays have shape (n_outputs, n_samples)."""
        pair = fused(self, activation)
        n = a.shape[0]
        if a.dtype == object:
            parts = exactly(self.part(Quantity("out"), Quantity("target"), n), out=a, target=target)
        elif pair is not None:
            parts = pair.function(z, target)
        else:
            parts = self.function(a, target, n)
        return np.asarray(np.add.reduce(parts))

    def gradient(self, a: Array, target: Array) -> Array:
        """dC/da, shape (n_outputs, n_samples)."""
        n = a.shape[0]
        if a.dtype == object:
            return exactly(self.derivative(Quantity("out"), Quantity("target"), n), out=a, target=target)
        return self.slope(a, target, n)

    def delta(self, activation: Activation, z: Array, a: Array, target: Array) -> Array:
        """dC/dz of the output layer, shape (n_outputs, n_samples): dC/da pulled back through f (BP1)."""
        pair = fused(self, activation)
        if pair is not None and a.dtype != object:
            return pair.delta(z, a, target)
        return activation.pull_back(self.gradient(a, target), z, a)

    def __reduce__(self) -> tuple[Any, ...]:
        return loss, (self.name,)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Fused:
    """A loss and an output activation whose product is simpler than its factors.

    Of output j, given (nets, targets, j), `part_of` is the stable formula of its part and `slope_of` that of dE/dout_j;
    given (nets, outs, targets, j), `delta_of` is the simplified formula of dE/dnet_j.  `function(z, target)` and
    `delta(z, a, target)` are the NumPy forms of the first and the last.
    """

    part_of: Callable[[Several, Several, int], Expression]
    slope_of: Callable[[Several, Several, int], Expression]
    delta_of: Callable[[Several, Several, Several, int], Expression]
    function: Callable[[Array, Array], Array]
    delta: Callable[[Array, Array, Array], Array]


def fused(loss: Loss, activation: Activation) -> Fused | None:
    """The simplified pair for this loss and output activation, or None if there is none."""
    if loss.partner is None:
        return None
    if loss.name == "binary_cross_entropy" and _is_sigmoid(activation):
        return _binary_on_sigmoid(activation.parameters.get("B", 1.0))
    if loss.name == "categorical_cross_entropy" and activation.name == "softmax":
        return _categorical_on_softmax()
    return None


def _is_sigmoid(activation: Activation) -> bool:
    return activation.name in ("sigmoid", "scaled_sigmoid") and activation.high == 1


def _binary_on_sigmoid(B: float) -> Fused:
    def part_of(nets: Several, targets: Several, j: int) -> Expression:
        net = over(nets[j], B)
        return targets[j] * softplus(-net) + (1 - targets[j]) * softplus(net)

    def slope_of(nets: Several, targets: Several, j: int) -> Expression:
        net = over(nets[j], B)
        return (1 - targets[j]) * (1 + exp(net)) - targets[j] * (1 + exp(-net))

    def delta_of(nets: Several, outs: Several, targets: Several, j: int) -> Expression:
        one_minus_out = 1 / (1 + exp(over(nets[j], B)))
        keeps_digits = (1 - targets[j]) * outs[j] - targets[j] * one_minus_out
        return Stable(over(outs[j] - targets[j], B), over(keeps_digits, B))

    @np.errstate(over="ignore")
    def delta(z: Array, a: Array, t: Array) -> Array:
        return np.asarray(((1 - t) * a - t * stable.sigmoid(-z / B)) / B)

    return Fused(
        part_of,
        slope_of,
        delta_of,
        function=lambda z, t: t * stable.softplus(-z / B) + (1 - t) * stable.softplus(z / B),
        delta=delta,
    )


def _categorical_on_softmax() -> Fused:
    def part_of(nets: Several, targets: Several, j: int) -> Expression:
        return targets[j] * log_sum_exp(*(Number(0) if k == j else net - nets[j] for k, net in enumerate(nets)))

    def slope_of(nets: Several, targets: Several, j: int) -> Expression:
        return -(targets[j] * exp(log_sum_exp(*nets) - nets[j]))

    def delta_of(nets: Several, outs: Several, targets: Several, j: int) -> Expression:
        # t_j out_j stands on both sides of the minus sign; without it nothing cancels where out_j rounds to 1.
        shown = outs[j] * add_all(list(targets)) - targets[j]
        others = [k for k in range(len(outs)) if k != j]
        if not others:
            return Stable(shown, Number(0))
        other_targets = add_all([targets[k] for k in others])
        other_outs = add_all([outs[k] for k in others])
        return Stable(shown, outs[j] * other_targets - targets[j] * other_outs)

    def function(z: Array, t: Array) -> Array:
        return np.asarray(t * (stable.log_sum_exp_beyond(z) + (stable.where_highest(z, z) - z)))

    def delta(z: Array, a: Array, t: Array) -> Array:
        sum_of_others = np.ones((len(a), len(a)), dtype=a.dtype) - np.eye(len(a), dtype=a.dtype)
        return np.asarray(a * (sum_of_others @ t) - t * (sum_of_others @ a))

    return Fused(part_of, slope_of, delta_of, function, delta)


def _square(error: Array) -> Array:
    return error * error  # of a few numbers quicker than **


def half_squared_error() -> Loss:
    """The sum over outputs of 1/2 (target - out)^2 (articles 1 to 5)."""
    return Loss(
        "half_squared_error",
        part=lambda out, target, n: Number(1) / Number(2) * (target - out) ** 2,
        derivative=lambda out, target, n: -(target - out),
        function=lambda a, t, n: np.asarray(_square(t - a) / 2),
        slope=lambda a, t, n: np.asarray(a - t),
    )


def mean_squared_error() -> Loss:
    """The mean over outputs of (target - out)^2 (article 4)."""
    return Loss(
        "mean_squared_error",
        part=lambda out, target, n: (target - out) ** 2 if n == 1 else Number(1) / Number(n) * (target - out) ** 2,
        derivative=lambda out, target, n: -(over(Number(2), n) * (target - out)),
        function=lambda a, t, n: np.asarray(_square(t - a) / n),
        slope=lambda a, t, n: np.asarray(2 * (a - t) / n),
    )


def binary_cross_entropy() -> Loss:
    """The sum over outputs of -(target ln out + (1 - target) ln(1 - out)) (article 4)."""
    return Loss(
        "binary_cross_entropy",
        part=lambda out, target, n: -(target * log(out) + (1 - target) * log(1 - out)),
        derivative=lambda out, target, n: (out - target) / (out * (1 - out)),
        function=lambda a, t, n: np.asarray(-(t * np.log(a) + (1 - t) * stable.log1p(-a))),
        slope=lambda a, t, n: np.asarray((a - t) / (a * (1 - a))),
        partner="sigmoid",
    )


def categorical_cross_entropy() -> Loss:
    """The sum over outputs of -target ln out, for targets that sum to 1 (article 4)."""
    return Loss(
        "categorical_cross_entropy",
        part=lambda out, target, n: -(target * log(out)),
        derivative=lambda out, target, n: -(target / out),
        function=lambda a, t, n: np.asarray(-t * np.log(a)),
        slope=lambda a, t, n: np.asarray(-t / a),
        targets_sum_to_one=True,
        partner="softmax",
    )


_ALL = (half_squared_error, mean_squared_error, binary_cross_entropy, categorical_cross_entropy)
#: Every loss by the name it is chosen by.
LOSSES: dict[str, Callable[[], Loss]] = {make().name: make for make in _ALL}


def loss(name: str | Loss) -> Loss:
    """The loss of that name.

    Examples
    --------
    >>> loss("mean_squared_error").name
    'mean_squared_error'
    """
    return name if isinstance(name, Loss) else LOSSES[one_of(name, "loss", LOSSES)]()
