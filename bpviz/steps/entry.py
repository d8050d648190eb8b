"""The scalar steps of one parameter of a large network, beside its derivation in whole layers.

What lies before and behind is known from the layers: the outputs that come in, and the deltas of the layer ahead.
"""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np

from ..formula.arithmetic import evaluate
from ..formula.tree import MOST_WRITTEN, Sum
from ..networks.exercise import Exercise
from ..networks.names import Symbol, Use, parameter, ratio
from .book import Book
from .deltas import delta, gradient_from_deltas
from .layer_trail import LayerTrail
from .rules import write_update
from .step import Step
from .story import write_batch_gradient, write_net, write_out
from .trail import Trail
from .whole import Whole

#: Of a sum that is not written out so many of the largest terms are named.
NAMED = 3


class EntryBook(Book):
    """A book in which some quantities are known without a step."""

    def __init__(self, exercise: Exercise, known: Mapping[Symbol, float]) -> None:
        super().__init__(exercise)
        self.known = {self.net.name_of(symbol): float(value) for symbol, value in known.items()}
        self.values.update({name: np.float64(value) for name, value in self.known.items()})
        self.symbols.update({self.net.name_of(symbol): symbol for symbol in known})

    def _begun(self) -> tuple[MutableMapping[str, Symbol], MutableMapping[str, Any]]:
        """The same, without a copy: one entry of a large network speaks of few of its numbers."""
        given = self.exercise
        return ChainMap({}, given.symbols), ChainMap({}, given.float64s)

    def has(self, symbol: Symbol) -> bool:
        name = self.net.name_of(symbol)
        return name in self.known or super().has(symbol)

    def forget(self, *symbols: Symbol) -> None:
        """What is to be written itself."""
        for symbol in symbols:
            self.known.pop(self.net.name_of(symbol), None)


Kind = TypeVar("Kind", bound=Trail)


def entry_trail(kind: type[Kind], layers: LayerTrail, name: str, sample: int = 0) -> Kind:
    """The steps that lead to the gradient of one parameter, in one sample of a batch."""
    given, net = layers.exercise, layers.network
    uses = net.layout.uses(name)
    layer = uses[0].layer
    column = sample if given.is_batch else 0
    index = sample if given.is_batch else None
    book = EntryBook(given, _known(layers, layer, column, index))
    book.about(index)
    with np.errstate(all="ignore"):
        for use in uses:
            symbols = [book.symbol(kind, layer, use.to) for kind in ("net", "out", "delta")]
            book.forget(*symbols)
            write_net(book, layer, use.to)
            write_out(book, layer, use.to)
            delta(book, layer, use.to)
        known = net.parameters[name]
        gradient_from_deltas(book, known)
        book.about(None)
        if given.is_batch:
            _each_sample(layers, book, name, uses, sample)
            write_batch_gradient(book, known)
        if given.learning_rate is not None:
            write_update(book, known)
    steps = tuple(_with_largest(book, step) for step in book.steps)
    return kind(given, name, steps, MappingProxyType(book.symbols), (), layers.notation, book.known)


def _known(layers: LayerTrail, layer: int, column: int, sample: int | None) -> dict[Symbol, float]:
    """The numbers of the layers beside: what comes in, the layer itself, and the deltas ahead."""
    depth = layers.network.depth
    found: dict[Symbol, float] = {}
    wanted = [("out", layer - 1), ("net", layer), ("out", layer), ("delta", layer + 1)]
    for kind, l in wanted:
        if (kind == "out" and l == 0) or l > depth:
            continue
        values = layers.values[Whole(kind, l).name]
        found |= {Symbol(kind, l, j, sample): float(value) for j, value in enumerate(values[:, column])}
    return found


def _each_sample(layers: LayerTrail, book: EntryBook, name: str, uses: tuple[Use, ...], written: int) -> None:
    """The gradient in every sample but the one that is written, from the layers."""
    l = uses[0].layer
    deltas = layers.values[Whole("delta", l).name]
    below = layers.values[Whole("out", l - 1).name if l > 1 else Whole("input").name]
    for s in range(layers.exercise.n_samples):
        if s == written:
            continue
        value = sum(deltas[use.to, s] * (1.0 if use.source is None else below[use.source, s]) for use in uses)
        symbol = ratio(Symbol("sample_loss", sample=s), parameter(name))
        key = book.net.name_of(symbol)
        book.known[key], book.values[key], book.symbols[key] = float(value), np.float64(value), symbol


def _with_largest(book: Book, step: Step) -> Step:
    """The step with a note that names the largest terms of its long sum."""
    x = step.expression
    if not isinstance(x, Sum) or len(x.terms) <= MOST_WRITTEN:
        return step
    values = [float(evaluate(term, book.values)) for term in x.terms]
    order = sorted(range(len(values)), key=lambda n: -abs(values[n]))[:NAMED]
    return replace(step, largest=tuple((x.terms[n], values[n]) for n in order))
