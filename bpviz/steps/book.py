"""Where the steps are written: each once, under the name of its symbol, and evaluated at once."""

from collections.abc import Iterable, Iterator, MutableMapping
from itertools import chain
from typing import Any

from ..formula.arithmetic import evaluate
from ..formula.tree import Expression, Quantity
from ..networks.exercise import Exercise
from ..networks.losses import fused
from ..networks.names import LOSS, Symbol
from .step import Step


class Book:
    """The steps of one derivation as they come, and what is known so far: what every name means, and its value.

    `sample` is the sample of a batch that is being written about.
    """

    def __init__(self, exercise: Exercise) -> None:
        self.exercise, self.net = exercise, exercise.network
        self.steps: list[Step] = []
        self.symbols, self.values = self._begun()
        self.sample: int | None = None
        self.pair = fused(self.net.loss, self.net.activations[-1])
        self._written: dict[str, Step] = {}
        self._units: dict[tuple[str, int], tuple[list[Symbol], list[Expression]]] = {}

    def _begun(self) -> tuple[MutableMapping[str, Symbol], MutableMapping[str, Any]]:
        """What every name of what is given means, and its value; more are written into it."""
        return dict(self.exercise.symbols), dict(self.exercise.float64s)

    def samples(self) -> Iterator[int]:
        """The samples one after the other; what is written meanwhile is about that sample."""
        for s in range(self.exercise.n_samples):
            self.about(s if self.exercise.is_batch else None)
            yield s
        self.about(None)

    def about(self, sample: int | None) -> None:
        """Turn to a sample, or away from all of them."""
        if sample != self.sample:
            self.sample = sample
            self._units.clear()

    # --- quantities by what they are ---

    def symbol(self, kind: str, layer: int, unit: int) -> Symbol:
        """The symbol of a unit's quantity, of the sample at hand."""
        return self._of_layer(kind, layer)[0][unit]

    @property
    def loss(self) -> Symbol:
        """The loss that this sample's factors belong to."""
        return LOSS if self.sample is None else Symbol("sample_loss", sample=self.sample)

    def quantity(self, symbol: Symbol) -> Quantity:
        """A symbol's name as a formula."""
        return Quantity(self.net.name_of(symbol))

    def of(self, kind: str, layer: int, unit: int) -> Expression:
        """A unit's quantity, of the sample at hand, as a formula."""
        return self._of_layer(kind, layer)[1][unit]

    def out(self, layer: int, unit: int) -> Expression:
        """The output of a unit; that of layer 0 is an input."""
        return self.outs(layer)[unit]

    def outs(self, layer: int) -> list[Expression]:
        """The outputs of all units of a layer; those of layer 0 are the inputs."""
        return self.layer("out" if layer else "input", layer)

    def layer(self, kind: str, layer: int) -> list[Expression]:
        """That quantity of every unit of a layer."""
        return self._of_layer(kind, layer)[1]

    def _of_layer(self, kind: str, layer: int) -> tuple[list[Symbol], list[Expression]]:
        """The symbols and names of a layer's quantities: made once, and not once for every formula that has them."""
        if (kind, layer) not in self._units:
            symbols = [Symbol(kind, layer, j, self.sample) for j in range(self.net.sizes[layer])]
            self._units[kind, layer] = symbols, [self.quantity(symbol) for symbol in symbols]
        return self._units[kind, layer]

    def coupled(self, layer: int, j: int) -> list[int]:
        """The outputs of a layer that net_j changes: its own, or in softmax all of them."""
        return [j] if self.net.activations[layer - 1].elementwise else list(range(self.net.sizes[layer]))

    # --- writing ---

    def add(self, symbol: Symbol, kind: str, expression: Expression, sentence: str, **more: Any) -> Quantity:
        """Write a step and return its name as a formula; a step written before is not written again."""
        name = self.net.name_of(symbol)
        if name not in self._written:
            self.symbols[name] = symbol
            self.values[name] = value = evaluate(expression, self.values)
            self._written[name] = Step(symbol, name, kind, expression, float(value), sentence, **more)
            self.steps.append(self._written[name])
        assert self._written[name].expression == expression, f"two formulas for {name}"
        return Quantity(name)

    def has(self, symbol: Symbol) -> bool:
        """Whether that step is written."""
        return self.net.name_of(symbol) in self._written

    def touched(self, quantities: Iterable[Expression]) -> dict[str, tuple[str, ...]]:
        """The nodes and edges of some earlier steps together."""
        steps = [self._written[q.name] for q in quantities if isinstance(q, Quantity)]
        return {
            "nodes": tuple(dict.fromkeys(chain.from_iterable(step.nodes for step in steps))),
            "edges": tuple(dict.fromkeys(chain.from_iterable(step.edges for step in steps))),
        }
