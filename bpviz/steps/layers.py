"""The same derivation in whole layers: each step one matrix, said by earlier ones.

A column is a sample, so that the lines read like the equations (article 2's matrix form; BP1 to BP4 of article 5).
The values are computed as each line says, and from nothing else.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from ..formula.indexed import Apply, Hadamard, Matmul, Transposed
from ..formula.tree import Expression, Number, Quantity, log
from ..networks.activation import Activation
from ..networks.arrays import Array
from ..networks.exercise import Exercise
from ..networks.layout import EACH, ONE, Layout
from ..networks.losses import fused
from ..networks.names import Use
from ..words.catalogue import say
from .notation import Notation
from .whole import LayerStep, Whole


class LayerBook:
    """The steps as they are written, and every matrix by its name."""

    def __init__(self, exercise: Exercise, notation: Notation) -> None:
        self.exercise, self.net, self.notation = exercise, exercise.network, notation
        self.steps: list[LayerStep] = []
        self.values: dict[str, Array] = {}
        self.wholes: dict[str, Whole] = {}
        net, (x, target) = self.net, exercise.columns
        self.pair = fused(net.loss, net.activations[-1])
        self._give(Whole("input"), x)
        for l, (W, b) in enumerate(zip(net.weights, net.biases, strict=True), start=1):
            self._give(Whole("weights", l), W)
            if b is not None:
                self._give(Whole("biases", l), np.reshape(b, (-1, 1)))
        self._give(Whole("target"), target)
        if exercise.learning_rate is not None:
            self._give(Whole("rate"), np.array([[exercise.learning_rate]]))

    def _give(self, of: Whole, value: Array) -> None:
        self.values[of.name], self.wholes[of.name] = value, of

    def q(self, kind: str, layer: int = 0, column: bool = False) -> Quantity:
        """A whole layer's quantity as a formula, or a column of it; the outputs of layer 0 are the inputs."""
        of = Whole("input" if (kind, layer) == ("out", 0) else kind, layer, column)
        self.wholes.setdefault(of.name, of)
        return Quantity(of.name)

    def add(self, phase: str, kind: str, l: int, x: Expression, value: Any, key: str, /, **blanks: object) -> None:
        """Write a step about layer `l`; `key` is that of its sentence."""
        of = Whole(kind, l)
        matrix = np.atleast_2d(np.asarray(value, dtype=float))
        self._give(of, matrix)
        self.steps.append(LayerStep(of, phase, x, matrix, say(f"layers.{key}", **blanks)))

    def has(self, kind: str, layer: int = 0) -> bool:
        """Whether there is such a quantity."""
        return Whole(kind, layer).name in self.values

    def value(self, kind: str, layer: int = 0) -> Array:
        """Its value."""
        return self.values[self.q(kind, layer).name]


def in_the_way(layout: Layout) -> str:
    """A parameter that stands in several places of the matrices, so that no whole layer moves alike; empty if none."""
    if layout.owners is None:
        return ""
    for name in layout.names:
        uses = layout.uses(name)
        whole_bias = len({use.layer for use in uses}) == 1 and all(use.source is None for use in uses)
        if len(uses) > 1 and not (whole_bias and len(uses) == layout.sizes[uses[0].layer]):
            return name
    return ""


def write_layers(exercise: Exercise, notation: Notation) -> LayerBook:
    """The steps of an exercise in whole layers; no parameter may be `in_the_way`."""
    book = LayerBook(exercise, notation)
    with np.errstate(all="ignore"):
        _forward(book)
        _loss(book)
        _chain(book)
        if exercise.learning_rate is not None:
            _update(book)
    return book


def _forward(book: LayerBook) -> None:
    for l, f in enumerate(book.net.activations, start=1):
        W, a, has_bias = book.q("weights", l), book.q("out", l - 1), book.has("biases", l)
        z: Expression = Matmul((W, a))
        value = book.value("weights", l) @ book.value("out", l - 1)
        bias = ""
        if has_bias:
            z, value, bias = z + book.q("biases", l), value + book.value("biases", l), say("layers.and_bias")
        book.add("forward", "net", l, z, value, "net", layer=l, bias=bias)
        key = "out" if f.elementwise else "out_softmax"
        shown = Apply(book.notation.function if f.elementwise else f.name, book.q("net", l))
        book.add("forward", "out", l, shown, f(book.value("net", l)), key, layer=l, activation=f)


def _loss(book: LayerBook) -> None:
    net, L, given = book.net, book.net.depth, book.exercise
    a, t, n = book.q("out", L, given.is_batch), book.q("target", 0, given.is_batch), net.sizes[-1]
    squared = Matmul((Transposed(t - a), t - a))
    formula: dict[str, Expression] = {
        "half_squared_error": Number(1) / Number(2) * squared,
        "mean_squared_error": Number(1) / Number(n) * squared,
        "binary_cross_entropy": -(Matmul((Transposed(t), log(a))) + Matmul((Transposed(1 - t), log(1 - a)))),
        "categorical_cross_entropy": -Matmul((Transposed(t), log(a))),
    }
    errors = net.loss.value(net.activations[-1], book.value("net", L), book.value("out", L), book.value("target"))
    if not given.is_batch:
        book.add("loss", "loss", 0, formula[net.loss.name], errors, "loss")
        return
    book.add("loss", "errors", 0, formula[net.loss.name], errors, "sample_errors")
    book._give(Whole("ones"), np.ones((given.n_samples, 1)))
    total: Expression = Matmul((book.q("errors"), book.q("ones")))
    total = total if given.share == 1 else total / given.share
    key = "loss_sum" if given.reduction == "sum" else "loss_mean"
    book.add("loss", "loss", 0, total, errors.sum() / given.share, key, n=given.n_samples)


def _chain(book: LayerBook) -> None:
    net = book.net
    for l in reversed(range(1, net.depth + 1)):
        _delta(book, l, net.activations[l - 1])
    for l in range(1, net.depth + 1):
        _gradients(book, l)


def _delta(book: LayerBook, l: int, f: Activation) -> None:
    """BP1 for the last layer, BP2 for the others."""
    net, is_last = book.net, l == book.net.depth
    z, a = book.value("net", l), book.value("out", l)
    t, n = book.q("target"), net.sizes[-1]
    if is_last and book.pair is not None:
        B = f.parameters.get("B", 1.0)
        difference = book.q("out", l) - t
        shown = difference if B == 1 else difference / B
        value = book.pair.delta(z, a, book.value("target"))
        book.add("chain", "delta", l, shown, value, "delta_fused", loss=net.loss, activation=f)
        return
    if is_last:
        slope = t - book.q("out", l)
        shown = -slope if net.loss.name == "half_squared_error" else -(Number(2) / Number(n) * slope)
        book.add("chain", "by_output", l, shown, net.loss.gradient(a, book.value("target")), "by_output")
        upstream: Expression = book.q("by_output", l)
        coming = book.value("by_output", l)
    else:
        upstream = Matmul((Transposed(book.q("weights", l + 1)), book.q("delta", l + 1)))
        coming = book.value("weights", l + 1).T @ book.value("delta", l + 1)
    if not f.elementwise:
        if not is_last:
            book.add("chain", "sent_back", l, upstream, coming, "sent_back")
        is_batch = book.exercise.is_batch
        out, e = book.q("out", l, is_batch), book.q("by_output" if is_last else "sent_back", l, is_batch)
        together = Hadamard((out, e - Matmul((Transposed(out), e))))
        key = "delta_softmax_batch" if is_batch else "delta_softmax"
        book.add("chain", "delta", l, together, f.pull_back(coming, z, a), key, layer=l)
        return
    slope_at = Apply(f"{book.notation.function}'", book.q("net", l))
    steep = f.f_prime(z, a)
    book.add("chain", "slope", l, slope_at, steep, "slope", layer=l, activation=f)
    factors = (slope_at, upstream) if book.notation.slope_first and not is_last else (upstream, slope_at)
    key = "delta_output" if is_last else "delta_hidden"
    book.add("chain", "delta", l, Hadamard(factors), coming * steep, key, layer=l)


def _gradients(book: LayerBook, l: int) -> None:
    """BP3 and BP4."""
    given = book.exercise
    delta, values = book.q("delta", l), book.value("delta", l)
    key = "" if not given.is_batch else "_sum" if given.reduction == "sum" else "_mean"
    product: Expression = Matmul((delta, Transposed(book.q("out", l - 1))))
    shown = product if given.share == 1 else product / given.share
    of_weights = values @ book.value("out", l - 1).T / given.share
    book.add("chain", "weight_gradient", l, shown, of_weights, f"weight_gradient{key}", layer=l, n=given.n_samples)
    if not book.has("biases", l):
        return
    summed = values.sum(axis=1, keepdims=True) / given.share
    over: Expression = Matmul((delta, book.q("ones"))) if given.is_batch else delta
    if shares_bias(book.exercise, l):
        over = Apply("Σ", over)
        summed, key = np.full(book.value("biases", l).shape, summed.sum()), "_shared"
    over = over if given.share == 1 else over / given.share
    book.add("chain", "bias_gradient", l, over, summed, f"bias_gradient{key}", n=given.n_samples)


def shares_bias(exercise: Exercise, l: int) -> bool:
    """Whether all units of a layer share one bias."""
    layout = exercise.network.layout
    kind = layout.biases[l - 1]
    if kind == EACH:
        return layout.owners is not None and len(set(layout.bias_names[l - 1] or ())) == 1 < layout.sizes[l]
    return kind == ONE


def _update(book: LayerBook) -> None:
    given, net = book.exercise, book.net
    rate = book.q("rate")
    for l in range(1, net.depth + 1):
        for kind, gradient in (("weights", "weight_gradient"), ("biases", "bias_gradient")):
            if not book.has(kind, l):
                continue
            old, slopes = book.value(kind, l), book.value(gradient, l)
            new, places = old - given.rate * slopes, held(given, kind, l, old.shape)
            for place in places:
                new[place] = old[place]
            moved = book.q(kind, l) - rate * book.q(gradient, l)
            book.add("update", f"{kind}_new", l, moved, new, f"{kind}_new", layer=l)
            if places:
                step = book.steps[-1]
                book.steps[-1] = replace(step, sentence=f"{step.sentence} {say('layers.frozen')}")


def held(given: Exercise, kind: str, l: int, shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """Which entries of the weights or biases of a layer are frozen."""
    if not given.frozen:
        return []
    return [
        _place(use, shape) for use in _frozen_uses(given.network.layout, given.frozen).get((l, kind == "biases"), ())
    ]


@lru_cache(maxsize=4)
def _frozen_uses(layout: Layout, frozen: frozenset[str]) -> dict[tuple[int, bool], list[Use]]:
    """By layer, and whether as biases, where frozen parameters are used."""
    found: dict[tuple[int, bool], list[Use]] = {}
    for name in sorted(frozen):
        for use in layout.uses(name):
            found.setdefault((use.layer, use.source is None), []).append(use)
    return found


def _place(use: Use, shape: tuple[int, ...]) -> tuple[int, int]:
    """Where a parameter stands in its matrix."""
    if use.source is not None:
        return use.to, use.source
    return (use.to, 0) if shape[0] > 1 else (0, 0)
