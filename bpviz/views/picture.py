"""What stands where in a picture of a network, whoever draws it: the numbers of nodes, the width of lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..formula.arithmetic import evaluate
from ..formula.digits import shown_number
from ..formula.tree import Cases, Expression, Number, Quantity, size
from ..networks.names import LOSS, Symbol, parameter
from ..networks.network import Network
from ..steps.notation import NET_OUT, Label, Labels, Notation
from ..steps.step import Step
from ..steps.trail import Trail
from ..words.catalogue import say
from ..words.validation import of_type, one_of, whole_number
from .geometry import LONGEST, Node

_value, _largest = Quantity("value"), Quantity("largest")

#: How wide the line of a weight is, in pixels, where `largest` is the size of the largest weight: the larger the
#: thicker, and none thicker than that one.  A page draws by the same formula, as SymPy prints it.
LINE_WIDTH: Expression = Cases(
    size(_value) - _largest, Number(5.5), Cases(_largest, Number(1.5) + 4 * (size(_value) / _largest), Number(1.5))
)
LINES = {"lineWidth": (LINE_WIDTH, ("value", "largest"))}

#: What a drawing shows of one sample at a time.
PER_SAMPLE = ("input", "target", "net", "out", "delta")


def line_width(value: float, largest: float) -> float:
    """The width of the line of a weight or bias.

    Examples
    --------
    >>> line_width(0.5, 1.0), line_width(100.0, 0.1), line_width(0.0, 0.0)
    (3.5, 5.5, 1.5)
    """
    with np.errstate(all="ignore"):  # a case that does not hold is evaluated too
        return float(evaluate(LINE_WIDTH, {"value": np.float64(value), "largest": np.float64(largest)}))


def largest_weight(net: Network) -> float:
    """The size of the largest weight; biases do not count."""
    return max(float(abs(W).max()) for W in net.weights)


@dataclass(frozen=True)
class Picture:
    """A network with its numbers by their names, in one notation; those that are not in `known` are not shown yet."""

    net: Network
    values: Mapping[str, float]
    known: frozenset[str]
    digits: int
    sample: int | None = None
    notation: Notation = NET_OUT
    wrt: str | None = None
    nodes: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()

    @classmethod
    def of_network(cls, net: Network, digits: int) -> Picture:
        """A network without a derivation: its weights and biases."""
        values = {name: known.value for name, known in net.parameters.items()}
        return cls(net, values, frozenset(values), digits)

    @classmethod
    def of_step(cls, trail: Trail, step: Step | None, digits: int, sample: int = 0, before: bool = False) -> Picture:
        """A derivation at one of its steps: what comes later is not known; without a step everything is."""
        known = set(trail.given)
        for earlier in trail.steps:
            if earlier is step and before:
                break
            known.add(earlier.name)
            if earlier is step:
                break
        here = sample if step is None else trail.samples[step.name] or 0
        return cls(
            trail.network,
            trail.values,
            frozenset(known),
            digits,
            here if trail.exercise.is_batch else None,
            trail.notation,
            trail.wrt,
            () if step is None else step.nodes,
            () if step is None else step.edges,
        )

    def number(self, symbol: Symbol) -> str | None:
        """A quantity's value as text, or None where it has none yet."""
        name = self.net.name_of(self.here(symbol))
        if name not in self.known:
            return None
        return shown_number(self.values[name], self.digits)

    def has(self, symbol: Symbol) -> bool:
        """Whether a quantity will ever have a value."""
        return self.net.name_of(self.here(symbol)) in self.values

    def here(self, symbol: Symbol) -> Symbol:
        """The quantity of the sample that is shown."""
        return replace(symbol, sample=self.sample) if symbol.kind in PER_SAMPLE else symbol

    @cached_property
    def _labels(self) -> Labels:
        return Labels(self.notation, self.net)

    def label(self, name: str) -> Label:
        """How a parameter is written."""
        return self._labels.parameter(name)

    def short_label(self, name: str) -> Label:
        """How a parameter is written where there is little room."""
        return self.label(name) if len(name) <= LONGEST else Label(short(name))

    def letter(self, kind: str) -> Label:
        """The letter or word of a kind of quantity."""
        return Label(self.notation.table[kind][0])

    def said_in(self, node: Node) -> tuple[Label, Symbol | None]:
        """What stands in a node: its name, and the quantity whose value it shows."""
        if node.kind == "loss":
            return self.letter("loss"), LOSS
        if node.kind == "bias":
            names = self.net.bias_names[node.layer - 1]
            if isinstance(names, str):
                return self.short_label(names), parameter(names)
            return Label(say("picture.bias")), None
        kind = "out" if node.layer else "input"
        return Label(self.net.drawn_unit(node.layer, node.unit)), Symbol(kind, node.layer, node.unit)

    def said_beside(self, node: Node) -> Iterator[tuple[str, Label, Symbol]]:
        """What stands above, below and beside a unit: where, a letter, and the quantity whose value it shows."""
        if node.kind in ("unit", "output"):
            yield "above", self.letter("net"), Symbol("net", node.layer, node.unit)
            yield "below", self.letter("delta"), Symbol("delta", node.layer, node.unit)
        target = Symbol("target", node.layer, node.unit)
        if node.kind == "output" and self.has(target):
            yield "beside", self.letter("target"), target


def short(name: str) -> str:
    """A name that fits on a label."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def subject_given(subject: object, step: object) -> Network:
    """`subject` if it is a network and no step is asked of it."""
    net = of_type(subject, Network, "subject", "a Network or a Derivation")
    if step is not None:
        raise ValueError("step needs a Derivation as subject; a Network alone has no steps")
    return net


def find_step(trail: Trail, step: int | str | None) -> Step | None:
    """A step by number or name, None for none; ValueError if there is none of that number or name."""
    if step is None:
        return None
    if isinstance(step, str):
        return trail.by_name[one_of(step, "step", trail.by_name)]
    return trail.steps[whole_number(step, "step", 0, len(trail.steps) - 1)]
