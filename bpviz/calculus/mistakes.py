"""Mistakes as named wrong backward passes.

The slips of the articles and the wrong answers of students are told by the same list.  Each mistake is a way to
get the gradients wrong; on a given exercise it yields one number or several (which path was forgotten?).  Its sentence
stands in the catalogue under its name, and is its docstring.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from ..networks.activation import Activation
from ..networks.arrays import Array
from ..networks.by_name import ByName
from ..networks.exercise import Exercise
from ..networks.names import Use
from ..words.catalogue import say
from ..words.validation import one_of
from .passes import errors_back, over_samples, run
from .rule_mistakes import OF_ADAM, OF_MOMENTUM, weights_moved
from .twin import Twin

#: The words that say where it went wrong, and a wrong set of gradients.
Wrong = tuple[str, Mapping[str, Any]]


class NotApplicable(Exception):
    """On this network there is nothing to get wrong in this way; the message says why."""


def _unless(there_is: object, key: str) -> None:
    if not there_is:
        raise NotApplicable(say(f"not_applicable.{key}"))


class Situation:
    """An exercise in float64 and the right passes, for mistakes to be made in."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise.in_float64()
        self.net = self.exercise.network
        self.x, self.target = self.exercise.columns
        self.share = self.exercise.share

    @cached_property
    def trace(self) -> tuple[list[Array], list[Array]]:
        """z and a of every layer, in columns."""
        return run(self.net, self.x)

    def name(self, delta: list[Array]) -> ByName:
        """The gradients by name that these deltas lead to."""
        return self.name_all([d @ a.T for d, a in zip(delta, self.trace[1], strict=False)], delta)

    def name_all(self, dC_dW: list[Array], dC_db: list[Array], share: int | None = None) -> ByName:
        """Gradients by array as gradients by name, each summed over the places of its parameter."""
        return ByName(self.net.layout, *over_samples(self.net, dC_dW, dC_db, self.share if share is None else share))

    def back(self, net: Any = None, below: list[Array] | None = None) -> ByName:
        """The backward pass, perhaps of a twin with something wrong in it, perhaps with other values below."""
        z, a = self.trace
        delta, dC_dW, dC_db = errors_back(self.net if net is None else net, z, a, self.target)
        if below is not None:
            dC_dW = [d @ values.T for d, values in zip(delta, below, strict=True)]
        return self.name_all(dC_dW, dC_db)

    def without(self, places: Iterable[Use]) -> ByName:
        """The right gradients, if nothing came from these places."""
        _, dC_dW, dC_db = errors_back(self.net, *self.trace, self.target)
        dC_db = [db.copy() for db in dC_db]  # which the delta is, too
        for use in places:
            if use.source is None:
                dC_db[use.layer - 1][use.to] = 0
            else:
                dC_dW[use.layer - 1][use.to, use.source] = 0
        return self.name_all(dC_dW, dC_db)

    def twin(self, activations: list[Any] | None = None, weights: list[Array] | None = None) -> Twin:
        """The network with other activations or other weights on the way back."""
        net = self.net
        return Twin(
            tuple(weights or net.weights), net.biases, tuple(activations or net.activations), net.loss, net.layout
        )

    def with_slopes(self, layers: list[int], wrong: Callable[[Activation], PullBack | None]) -> ByName:
        """The backward pass with another way back through the activations of these layers (from 0), if there is one."""
        found: list[Any] = list(self.net.activations)
        for l in layers:
            way = wrong(found[l])
            found[l] = found[l] if way is None else _WrongSlope(way)
        return self.back(self.twin(found))

    def layers(self) -> Iterator[tuple[str, list[int]]]:
        """The layers in which a slope may go wrong: the last, the hidden ones, all."""
        last = self.net.depth - 1
        if last:
            yield say("where.output_layer"), [last]
            yield say("where.hidden_layers"), list(range(last))
        yield say("where.every_layer") if last else "", list(range(last + 1))

    @cached_property
    def right(self) -> ByName:
        """The right gradients by name."""
        return self.back()


#: (dC/da, z, a) -> dC/dz.
PullBack = Callable[[Array, Array, Array], Array]


class _WrongSlope:
    """An activation whose way back is wrong; a name of its own keeps a loss from cancelling its slope."""

    name = "wrong"
    elementwise = True
    high = np.inf

    def __init__(self, pull_back: PullBack) -> None:
        self.pull_back = pull_back


Mistake = Callable[[Situation], Iterator[Wrong]]

#: Every mistake by its name.  The names are short and stay.
MISTAKES: dict[str, Mistake] = {}


def mistake(made: Mistake) -> Mistake:
    """Put a mistake on the list, with its sentence."""
    made.__doc__ = say(f"mistakes.{made.__name__}")
    MISTAKES[made.__name__] = made
    return made


@mistake
def sign(s: Situation) -> Iterator[Wrong]:
    yield "", s.right.times(-1)


@mistake
def gradient_added(s: Situation) -> Iterator[Wrong]:
    yield "", s.right.times(-1)


@mistake
def missing_activation_derivative(s: Situation) -> Iterator[Wrong]:
    for where, layers in s.layers():
        yield where, s.with_slopes(layers, lambda f: lambda dC_da, z, a: dC_da)


@mistake
def derivative_at_output(s: Situation) -> Iterator[Wrong]:
    for where, layers in s.layers():
        yield where, s.with_slopes(layers, lambda f: lambda dC_da, z, a: f.pull_back(dC_da, a, f(a)))


@mistake
def wrong_layer_derivative(s: Situation) -> Iterator[Wrong]:
    _unless(s.net.depth > 1, "no_hidden_layer")
    z, a = s.trace
    delta, _, _ = errors_back(s.net, z, a, s.target)
    for l in reversed(range(s.net.depth - 1)):
        ahead = s.net.activations[l + 1].pull_back(delta[l + 1], z[l + 1], a[l + 2])
        delta[l] = s.net.weights[l + 1].T @ ahead
    yield "", s.name(delta)


@mistake
def wrong_layer_activation(s: Situation) -> Iterator[Wrong]:
    _, a = s.trace
    yield "", s.back(below=[_fitted(a[l + 1], a[l].shape) for l in range(s.net.depth)])


@mistake
def net_for_out(s: Situation) -> Iterator[Wrong]:
    _unless(s.net.depth > 1, "inputs_only")
    z, a = s.trace
    yield "", s.back(below=[a[0], *z[:-1]])


@mistake
def wrong_layer_weights(s: Situation) -> Iterator[Wrong]:
    _unless(s.net.depth > 1, "no_hidden_layer")
    W = s.net.weights
    yield "", s.back(s.twin(weights=[W[0], *(_fitted(W[l - 1], W[l].shape) for l in range(1, len(W)))]))


@mistake
def not_transposed(s: Situation) -> Iterator[Wrong]:
    _unless(s.net.depth > 1, "no_hidden_layer")
    first, *others = s.net.weights
    yield "", s.back(s.twin(weights=[first, *(_fitted(W.T, W.shape) for W in others)]))


@mistake
def updated_too_early(s: Situation) -> Iterator[Wrong]:
    net, f = s.net, s.net.activations
    _unless(net.depth > 1, "no_hidden_layer")
    z, a = s.trace
    delta = [z[-1]] * net.depth
    delta[-1] = net.loss.delta(f[-1], z[-1], a[-1], s.target)
    for l in reversed(range(net.depth - 1)):
        ahead = weights_moved(s.exercise, l + 2, delta[l + 1] @ a[l + 1].T / s.share)
        delta[l] = f[l].pull_back(ahead.T @ delta[l + 1], z[l], a[l + 1])
    yield "", s.name(delta)


@mistake
def forgotten_path(s: Situation) -> Iterator[Wrong]:
    net = s.net
    _unless(net.depth > 1 and max(net.sizes[2:]) > 1, "single_paths")
    for layer in range(1, net.depth):
        for k in range(net.sizes[layer + 1]):
            if net.sizes[layer + 1] > 1:
                weights = [W.copy() for W in net.weights]
                weights[layer][k] = 0
                yield say("where.through", unit=net.unit(layer + 1, k)), s.back(s.twin(weights=weights))


@mistake
def shared_bias_not_summed(s: Situation) -> Iterator[Wrong]:
    net = s.net
    shared = list(net.layout.shared())
    _unless(shared, "nothing_shared")
    for n in range(max(map(len, shared))):
        others = [use for uses in shared for use in uses if use != uses[min(n, len(uses) - 1)]]
        yield say("where.place", number=n + 1), s.without(others)


@mistake
def bias_not_updated(s: Situation) -> Iterator[Wrong]:
    biases = [use for use in s.net.uses() if use.source is None and s.net.parameters[s.net.name_at(use)].is_bias]
    _unless(biases, "no_bias")
    yield "", s.without(biases)


@mistake
def batch_not_accumulated(s: Situation) -> Iterator[Wrong]:
    _unless(s.exercise.n_samples > 1, "one_sample")
    x, target = s.x[:, -1:], s.target[:, -1:]
    _, dC_dW, dC_db = errors_back(s.net, *run(s.net, x), target)
    last = s.name_all(dC_dW, dC_db, share=1)
    yield say("where.divided"), last.times(1 / s.share)
    yield say("where.alone"), last


@mistake
def mean_and_sum_confused(s: Situation) -> Iterator[Wrong]:
    _unless(s.exercise.n_samples > 1, "one_sample")
    factor = s.share if s.share > 1 else 1 / s.exercise.n_samples
    yield "", s.right.times(factor)


@mistake
def half_kept(s: Situation) -> Iterator[Wrong]:
    _unless(s.net.loss.name == "half_squared_error", "no_half")
    yield "", s.right.times(0.5)


@mistake
def scalar_derivative(s: Situation) -> Iterator[Wrong]:
    def summed(f: Activation) -> PullBack | None:
        return (lambda dC_da, z, a: dC_da * f.f_prime(z, a).sum(axis=0)) if f.elementwise else None

    for where, layers in s.layers():
        yield where, s.with_slopes(layers, summed)


@mistake
def tanh_derivative(s: Situation) -> Iterator[Wrong]:
    layers = [l for l, f in enumerate(s.net.activations) if f.name == "bipolar_sigmoid"]
    _unless(layers, "no_bipolar_sigmoid")
    yield "", s.with_slopes(layers, lambda f: lambda dC_da, z, a: dC_da * (1 - a**2))


def _fitted(values: Array, shape: tuple[int, ...]) -> Array:
    """An array read as if it had another shape, index for index; not a number where it has no such entry."""
    filled = np.full(shape, np.nan)
    rows, cols = (min(n, m) for n, m in zip(values.shape, shape, strict=True))
    filled[:rows, :cols] = values[:rows, :cols]
    return filled


#: Mistakes of the update; the gradient they start from is right.
OF_THE_UPDATE = frozenset({"gradient_added"})


def describe(name: str) -> str:
    """The sentence that says what a mistake is.

    Examples
    --------
    >>> describe("sign")
    '(target - out) is used where -(target - out) is the derivative.'
    """
    return say(f"mistakes.{one_of(name, 'name', (*MISTAKES, *OF_ADAM, *OF_MOMENTUM))}")
