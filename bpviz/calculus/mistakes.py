"""Mistakes as named wrong backward passes.

The slips of the articles and the wrong answers of students are told by the same list.  Each mistake is a way to
get the gradients wrong; on a given network it yields one number or several (which path was forgotten?).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..networks.activations import Activation
from ..networks.network import Network, Parameter
from .passes import (
    Array,
    Twin,
    backward,
    columns,
    errors_back,
    forward,
    name_gradients,
    network_given,
    run,
    samples,
)
from ..words.validation import one_of, positive_number

#: A wrong set of gradients and the words that say where it went wrong.
Wrong = tuple[str, Mapping[str, float]]


class NotApplicable(Exception):
    """On this network there is nothing to get wrong in this way; the message says why."""


@dataclass(frozen=True)
class Situation:
    """One exercise: a network, a batch of samples in columns, and the right passes."""

    net: Network
    x: Array
    target: Array
    rate: float
    reduction: str

    @cached_property
    def trace(self) -> tuple[list[Array], list[Array]]:
        """z and a of every layer, in columns."""
        return run(self.net, self.x)

    @property
    def n_samples(self) -> int:
        """How many samples there are."""
        return int(self.x.shape[1])

    def name(self, dC_dW: list[Array], dC_db: list[Array]) -> dict[str, float]:
        """Gradients by array as gradients by name, each summed over the places of its parameter."""
        return name_gradients(self.net, dC_dW, dC_db, self.n_samples if self.reduction == "mean" else 1)

    def back(self, net: Any = None, a_below: list[Array] | None = None) -> dict[str, float]:
        """The backward pass, perhaps of a twin with something wrong in it, perhaps with other values below."""
        z, a = self.trace
        delta, dC_dW, dC_db = errors_back(self.net if net is None else net, z, a, self.target)
        if a_below is not None:
            dC_dW = [d @ below.T for d, below in zip(delta, a_below, strict=True)]
        return self.name(dC_dW, dC_db)

    def twin(self, activations: list[Any] | None = None, weights: list[Array] | None = None) -> Twin:
        """The network with other activations or other weights on the way back."""
        net = self.net
        return Twin(
            tuple(weights or net.weights), net.biases, tuple(activations or net.activations), net.loss, net.parameters
        )

    @cached_property
    def right(self) -> dict[str, float]:
        """The right gradients by name."""
        return self.back()


class _WrongSlope:
    """An activation whose way back is wrong; a name of its own keeps a loss from cancelling its slope."""

    name = "wrong"
    elementwise = True
    high = np.inf

    def __init__(self, pull_back: Callable[[Array, Array, Array], Array]) -> None:
        self.pull_back = pull_back


def _with_slope(s: Situation, layers: list[int], wrong: Callable[[Activation, int], Any]) -> Twin:
    """A twin whose activations are wrong in these layers (from 0)."""
    return s.twin([wrong(f, l) if l in layers else f for l, f in enumerate(s.net.activations)])


def _where(s: Situation) -> Iterator[tuple[str, list[int]]]:
    """The layers in which a slope may go wrong: the last, the hidden ones, all."""
    last = s.net.depth - 1
    if last:
        yield "in the output layer", [last]
        yield "in the hidden layers", list(range(last))
    yield "in every layer" if last else "", list(range(last + 1))


# --- the mistakes ---


def sign(s: Situation) -> Iterator[Wrong]:
    """(target - out) is used where -(target - out) is the derivative."""
    yield "", {name: -g for name, g in s.right.items()}


def missing_activation_derivative(s: Situation) -> Iterator[Wrong]:
    """The factor f'(net) is left out."""
    for where, layers in _where(s):
        yield where, s.back(_with_slope(s, layers, lambda f, l: _WrongSlope(lambda dC_da, z, a: dC_da)))


def derivative_at_output(s: Situation) -> Iterator[Wrong]:
    """f' is taken at the output value instead of the net input: f'(out), out as if it were a net."""
    for where, layers in _where(s):
        yield (
            where,
            s.back(_with_slope(s, layers, lambda f, l: _WrongSlope(lambda dC_da, z, a: f.pull_back(dC_da, a, f(a))))),
        )


def wrong_layer_derivative(s: Situation) -> Iterator[Wrong]:
    """A hidden delta uses f' of the layer after it (article 2: f(S_j) where f(S_i) is needed)."""
    z, a = s.trace
    net = s.net
    if net.depth < 2:
        raise NotApplicable("there is no hidden layer")
    delta, _, _ = errors_back(net, z, a, s.target)
    for l in reversed(range(net.depth - 1)):
        ahead = net.activations[l + 1].pull_back(delta[l + 1], z[l + 1], a[l + 2])
        delta[l] = net.weights[l + 1].T @ ahead
    yield "", s.name([d @ a[l].T for l, d in enumerate(delta)], delta)


def wrong_layer_activation(s: Situation) -> Iterator[Wrong]:
    """The output of the unit's own layer stands where that of the layer below belongs: h^(l) for h^(l-1)."""
    _, a = s.trace
    yield "", s.back(a_below=[_resized(a[l + 1], s.net.sizes[l]) for l in range(s.net.depth)])


def net_for_out(s: Situation) -> Iterator[Wrong]:
    """The net input of the unit below stands where its output belongs."""
    z, a = s.trace
    if s.net.depth < 2:
        raise NotApplicable("the inputs have no net input")
    yield "", s.back(a_below=[a[0], *z[:-1]])


def wrong_layer_weights(s: Situation) -> Iterator[Wrong]:
    """The error flows back through the weights of the layer before instead of those ahead."""
    net = s.net
    if net.depth < 2:
        raise NotApplicable("there is no hidden layer")
    weights = [net.weights[0], *(_fitted(net.weights[l - 1], net.weights[l].shape) for l in range(1, net.depth))]
    yield "", s.back(s.twin(weights=weights))


def not_transposed(s: Situation) -> Iterator[Wrong]:
    """W is used where W^T belongs: unit j takes row j of the weights instead of column j."""
    net = s.net
    if net.depth < 2:
        raise NotApplicable("there is no hidden layer")
    yield "", s.back(s.twin(weights=[net.weights[0], *(_fitted(W.T, W.shape) for W in net.weights[1:])]))


def updated_too_early(s: Situation) -> Iterator[Wrong]:
    """The weights ahead are updated first, and the error flows back through the new ones."""
    net = s.net
    if net.depth < 2:
        raise NotApplicable("there is no hidden layer")
    z, a = s.trace
    f, W = net.activations, [w.copy() for w in net.weights]
    delta = [z[-1]] * net.depth
    delta[-1] = net.loss.delta(f[-1], z[-1], a[-1], s.target)
    share = s.n_samples if s.reduction == "mean" else 1
    for l in reversed(range(net.depth - 1)):
        ahead = W[l + 1] - s.rate * (delta[l + 1] @ a[l + 1].T) / share
        delta[l] = f[l].pull_back(ahead.T @ delta[l + 1], z[l], a[l + 1])
    yield "", s.name([d @ a[l].T for l, d in enumerate(delta)], delta)


def forgotten_path(s: Situation) -> Iterator[Wrong]:
    """One of several paths from a hidden unit to the error is left out."""
    net = s.net
    if net.depth < 2 or max(net.sizes[2:]) < 2:
        raise NotApplicable("no unit has more than one path to the error")
    for layer in range(1, net.depth):
        for k in range(net.sizes[layer + 1]):
            if net.sizes[layer + 1] > 1:
                weights = [W.copy() for W in net.weights]
                weights[layer][k] = 0
                yield f"the one through {net.unit(layer + 1, k)}", s.back(s.twin(weights=weights))


def shared_bias_not_summed(s: Situation) -> Iterator[Wrong]:
    """A shared parameter takes the gradient of one of its places instead of the sum over all."""
    shared = [p for p in s.net.parameters.values() if len(p.uses) > 1]
    if not shared:
        raise NotApplicable("no parameter is shared")
    z, a = s.trace
    _, dC_dW, dC_db = errors_back(s.net, z, a, s.target)
    for n in range(max(len(p.uses) for p in shared)):
        only = {p.name: Parameter(p.name, p.value, (p.uses[min(n, len(p.uses) - 1)],)) for p in shared}
        twin = Twin(s.net.weights, s.net.biases, s.net.activations, s.net.loss, {**s.net.parameters, **only})
        share = s.n_samples if s.reduction == "mean" else 1
        yield f"only its place number {n + 1} is counted", name_gradients(twin, dC_dW, dC_db, share)


def bias_not_updated(s: Situation) -> Iterator[Wrong]:
    """The bias is treated as a constant: its gradient is taken for 0."""
    if not any(p.is_bias for p in s.net.parameters.values()):
        raise NotApplicable("there is no bias")
    yield "", {name: 0.0 if s.net.parameters[name].is_bias else g for name, g in s.right.items()}


def batch_not_accumulated(s: Situation) -> Iterator[Wrong]:
    """Each sample's gradient overwrites the one before, so that only the last one counts (article 1)."""
    if s.n_samples < 2:
        raise NotApplicable("there is only one sample")
    last = Situation(s.net, s.x[:, -1:], s.target[:, -1:], s.rate, "sum").right
    share = s.n_samples if s.reduction == "mean" else 1
    yield "divided by the number of samples", {name: g / share for name, g in last.items()}
    yield "taken alone", last


def mean_and_sum_confused(s: Situation) -> Iterator[Wrong]:
    """The sum over the samples is taken for their mean, or the mean for the sum."""
    if s.n_samples < 2:
        raise NotApplicable("there is only one sample")
    factor = s.n_samples if s.reduction == "mean" else 1 / s.n_samples
    yield "", {name: g * factor for name, g in s.right.items()}


def half_kept(s: Situation) -> Iterator[Wrong]:
    """The 1/2 in front of the square is kept, though the 2 that the square brings down cancels it."""
    if s.net.loss.name != "half_squared_error":
        raise NotApplicable("the loss has no factor 1/2")
    yield "", {name: g / 2 for name, g in s.right.items()}


def scalar_derivative(s: Situation) -> Iterator[Wrong]:
    """f' is summed over the units of a layer to one number, where each unit needs its own (article 2's program)."""
    for where, layers in _where(s):
        yield (
            where,
            s.back(
                _with_slope(
                    s,
                    layers,
                    lambda f, l: (
                        _WrongSlope(lambda dC_da, z, a: dC_da * f.f_prime(z, a).sum(axis=0)) if f.elementwise else f
                    ),
                )
            ),
        )


def tanh_derivative(s: Situation) -> Iterator[Wrong]:
    """tanh(x/2) is given tanh's derivative, 1 - f^2, which is twice its own (article 1)."""
    if all(f.name != "bipolar_sigmoid" for f in s.net.activations):
        raise NotApplicable("no layer has the bipolar sigmoid")
    layers = [l for l, f in enumerate(s.net.activations) if f.name == "bipolar_sigmoid"]
    yield "", s.back(_with_slope(s, layers, lambda f, l: _WrongSlope(lambda dC_da, z, a: dC_da * (1 - a**2))))


def _resized(a: Array, rows: int) -> Array:
    """A layer's values taken for another layer's: unit j for unit j; where there is no such unit, not a number."""
    filled = np.full((rows, a.shape[1]), np.nan)
    n = min(rows, len(a))
    filled[:n] = a[:n]
    return filled


def _fitted(W: Array, shape: tuple[int, ...]) -> Array:
    """A matrix read as if it had another shape, index for index; not a number where it has no such entry."""
    filled = np.full(shape, np.nan)
    rows, cols = min(W.shape[0], shape[0]), min(W.shape[1], shape[1])
    filled[:rows, :cols] = W[:rows, :cols]
    return filled


def gradient_added(s: Situation) -> Iterator[Wrong]:
    """The gradient is added where it is subtracted, so that the step leads uphill; the gradient itself is right."""
    yield "", {name: -g for name, g in s.right.items()}


#: Every mistake by its name.  The names are short and stay.
MISTAKES: dict[str, Callable[[Situation], Iterator[Wrong]]] = {
    mistake.__name__: mistake
    for mistake in (
        sign,
        gradient_added,
        missing_activation_derivative,
        derivative_at_output,
        wrong_layer_derivative,
        wrong_layer_activation,
        net_for_out,
        wrong_layer_weights,
        not_transposed,
        updated_too_early,
        forgotten_path,
        shared_bias_not_summed,
        bias_not_updated,
        batch_not_accumulated,
        mean_and_sum_confused,
        half_kept,
        scalar_derivative,
        tanh_derivative,
    )
}

#: Mistakes of the update; the gradient they start from is right.
OF_THE_UPDATE = frozenset({"gradient_added"})


def describe(name: str) -> str:
    """The sentence that says what a mistake is.

    Examples
    --------
    >>> describe("sign")
    '(target - out) is used where -(target - out) is the derivative.'
    """
    return (MISTAKES[one_of(name, "name", MISTAKES)].__doc__ or "").strip()


def situation(net: Network, x: Any, target: Any, wrt: str, learning_rate: float, reduction: str) -> Situation:
    """The exercise, checked; in float64, as a derivation computes."""
    network_given(net)
    net = net.in_float64()
    trace = forward(net, x)
    backward(net, trace, target, reduction)  # refuses what does not suit
    one_of(wrt, "wrt", net.parameters)
    rate = positive_number(learning_rate, "learning_rate")
    xs = columns(samples(x, "x", net.sizes[0], net.dtype))
    return Situation(net, xs, columns(samples(target, "target", net.sizes[-1], net.dtype)), rate, reduction)
