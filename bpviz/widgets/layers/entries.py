"""The derivation of any entry as a pattern, so that a page can write that of each of a hundred thousand.

A pattern is the derivation of one entry in which the units are left open: ``{i}`` is the unit that a parameter leads
to, ``{j}`` the one it comes from, ``{s}`` the sample, ``{k}`` a term of a sum, counted from 1.  Where a number belongs
there is ``<v name:row:column>``, an entry of a matrix counted from 0 with the same letters for what is open, or a
product of two, with ``*`` between them; ``<g ...>`` is one in brackets if it needs them.  Where the name that a person
gave to a weight or bias belongs there is ``<l name:row:column>``, and ``<n ...>`` where it is that of its new value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from ...derivation.derive import Derivation
from ...derivation.derive_layers import LayerDerivation
from ...formula.tree import FIRST_WRITTEN, MOST_WRITTEN, Expression, Sum, names_in
from ...networks.layout import ONE
from ...networks.names import Symbol, Use, bias_name, weight_name
from ...steps.layers import held
from ...steps.notation import AnyLabel, Label, Ratio, parameter_label, updated_label
from ...steps.step import Step
from ...steps.whole import Whole
from ...views.boxes import TIMES, Box, Row, Slot
from ...views.layout import Leaf, label_box
from ...views.mathml import mathml
from ...views.sides import equation_with

#: Units so far out that no network has them stand for those that are left open.
OPEN = {"i": 70_000_001, "j": 70_000_002, "s": 70_000_003, "k": 70_000_004}

#: Where a name of a person's own belongs; the letters round it are in no name that is typed.
_MARKED = "\ue000{} {}\ue001"
_NAMED = re.compile(r"<mtext>\ue000([^\ue001]*)\ue001</mtext>")


def entry_name(layers: LayerDerivation, kind: str, layer: int) -> str:
    """What any parameter of a matrix is called where nobody chose names, with its place left open."""
    if kind == "weights":
        name = weight_name(layer, OPEN["i"], OPEN["j"])
    else:
        name = bias_name(layer, None if layers.network.layout.biases[layer - 1] == ONE else OPEN["i"])
    return _opened(name)


def _opened(written: str) -> str:
    """Text with letters for what is left open."""
    for letter, unit in OPEN.items():
        written = written.replace(str(unit + 1), f"{{{letter}}}")
    return written


@dataclass
class Patterns:
    """The patterns of a derivation in whole layers."""

    layers: LayerDerivation

    def __post_init__(self) -> None:
        self.net, self.given = self.layers.network, self.layers.exercise

    def all(self) -> dict[str, Any]:
        """For each matrix of parameters its patterns: of most units, and of those that have one of their own."""
        found: dict[str, Any] = {}
        for l in range(1, self.net.depth + 1):
            for kind in ("weights", "biases"):
                name = Whole(kind, l).name
                if name not in self.layers.values:
                    continue
                frozen = set(held(self.given, kind, l, self.layers.values[name].shape))
                found[name] = {}
                for unit in (None, *self.special(l)):
                    for is_frozen in (False, True):
                        if (use := self.one_of(kind, l, unit, frozen, is_frozen)) is not None:
                            key = f"{'any' if unit is None else unit}{' frozen' if is_frozen else ''}"
                            found[name][key] = self.pattern(use, unit)
        return found

    def special(self, l: int) -> list[int]:
        """The units of a layer whose derivation is not like that of the others: where sums go over their own layer."""
        n = self.net.sizes[l]
        if self.net.activations[l - 1].elementwise:
            return []
        return list(range(n)) if n <= MOST_WRITTEN else [*range(FIRST_WRITTEN), n - 1]

    def one_of(self, kind: str, l: int, unit: int | None, frozen: set[tuple[int, int]], is_frozen: bool) -> Use | None:
        """A parameter of that unit, or of any that is like most, that is frozen or not; None if there is none."""
        units = [unit] if unit is not None else [j for j in range(self.net.sizes[l]) if j not in self.special(l)]
        sources: list[int | None] = [None] if kind == "biases" else list(range(self.net.sizes[l - 1]))
        rows = len(self.layers.values[Whole(kind, l).name])
        places = (Use(l, j, k) for j in units for k in sources)
        if is_frozen and not frozen:
            return None
        return next((u for u in places if ((u.to if rows > 1 else 0, u.source or 0) in frozen) == is_frozen), None)

    def pattern(self, use: Use, unit: int | None) -> list[dict[str, Any]]:
        """The pattern of a parameter, for its own unit alone or for any."""
        shared = use.source is None and self.layers.shares_bias(use.layer)
        return _Writer(self, self.layers.entry(self.net.name_at(use)), use, unit is not None, shared).lines()


class _Writer:
    """Writes one entry's derivation with its units left open."""

    def __init__(self, patterns: Patterns, trail: Derivation, use: Use, keeps_unit: bool, shared: bool) -> None:
        self.layers, self.net = patterns.layers, patterns.net
        self.trail, self.use, self.shared = trail, use, shared
        self.keeps_unit = keeps_unit or shared
        self.step = trail.steps[0]

    def lines(self) -> list[dict[str, Any]]:
        """The steps that can be written, and the terms of the sums that are not written out."""
        rows: list[dict[str, Any]] = []
        for step in self.trail.steps:
            self.step = step
            about_one_of_many = self.shared and step.kind not in ("gradient", "update")
            if about_one_of_many or (value := self.value(step.name)) is None:
                continue
            row: dict[str, Any] = {"label": self.markup(self.label_box(step.symbol)), "sides": self.sides(step)}
            if (
                isinstance(step.expression, Sum)
                and len(step.expression.terms) > MOST_WRITTEN
                and (terms := self.terms())
            ):
                row["terms"] = terms
            rows.append({"phase": step.phase, "whole": self.whole(step, value), **row})
        return rows

    @staticmethod
    def whole(step: Step, value: str) -> str:
        """The step of whole layers that it is an entry of; empty for what one sample adds to a gradient."""
        above = step.symbol.numerator
        is_part = step.kind == "gradient" and above is not None and above.kind != "loss"
        return "" if is_part else value.partition(":")[0]

    def sides(self, step: Step) -> list[str]:
        """The sides of a step, without what the page has no numbers for."""
        if step.before is not None and not self.is_known(step.before):
            step = replace(step, before=None)
        boxes = equation_with(step, self.leaf(False), self.leaf(True))
        if not self.is_known(step.expression) and len(boxes) > 2:
            del boxes[-2]
        return list(map(self.markup, boxes))

    def terms(self) -> dict[str, Any] | None:
        """What the terms of this step's sum are: a weight times an output below, or a delta ahead times a weight."""
        symbol = self.step.symbol
        if symbol.kind == "net":
            l, kind, beside, count = symbol.layer, "out", symbol.layer - 1, self.net.sizes[symbol.layer - 1]
            use = Use(l, symbol.unit, OPEN["k"])
        elif symbol.denominator is not None and symbol.denominator.kind == "out":
            l, kind, beside = symbol.denominator.layer + 1, "delta", symbol.denominator.layer + 1
            use, count = Use(l, OPEN["k"], symbol.denominator.unit), self.net.sizes[l]
        else:
            return None
        sample = symbol.sample if symbol.denominator is None else symbol.denominator.sample
        other = Symbol("input" if (kind, beside) == ("out", 0) else kind, beside, OPEN["k"], sample)
        factors = [label_box(self.parameter(use)), TIMES, self.label_box(other)]
        return {
            "label": self.markup(Row(tuple(factors))),
            "value": f"{self.place(use)}*{self.value_of(other)}",
            "count": count,
        }

    def is_known(self, x: Expression) -> bool:
        """Whether the page has all numbers of a formula."""
        return all(self.value(name) is not None for name in names_in(x))

    # --- labels ---

    @staticmethod
    def markup(box: Box) -> str:
        """A formula with letters for what is left open."""
        return _NAMED.sub(r"<\1>", _opened(mathml(box)))

    def leaf(self, is_value: bool) -> Leaf:
        def leaf(name: str, guard: bool) -> Box:
            label = self.label_box(self.trail.symbols[name])
            value = self.value(name) if is_value else None
            return label if value is None else Slot("g" if guard else "v", value, label)

        return leaf

    def label_box(self, symbol: Symbol) -> Box:
        return label_box(self.label(symbol))

    def label(self, symbol: Symbol) -> AnyLabel:
        """How a quantity is written, with its units left open."""
        if symbol.numerator is None or symbol.denominator is None:
            return self.plain(symbol)
        return Ratio(self.plain(symbol.numerator), self.plain(symbol.denominator))

    def plain(self, symbol: Symbol) -> Label:
        if symbol.kind in ("parameter", "updated"):
            use = self.net.layout.first_use(symbol.parameter)
            return self.parameter(use) if symbol.kind == "parameter" else self.updated(use)
        sample = None if symbol.sample is None else self.sample(symbol.sample)
        unit = self.unit(symbol.layer, symbol.unit)
        return self.layers.notation.label(replace(symbol, unit=unit, sample=sample), self.net.sizes)

    def parameter(self, use: Use) -> Label:
        """The label of a weight or bias, by its place; one that a person named is looked up by the page."""
        layout = self.net.layout
        if not layout.is_default:
            return Label(_MARKED.format("l", self.place(use)))
        to = self.unit(use.layer, use.to)
        if use.source is not None:
            name = weight_name(use.layer, to, self.source(use))
        else:
            name = bias_name(use.layer, None if layout.biases[use.layer - 1] == ONE else to)
        return parameter_label(name, self.layers.notation.first_layer)

    def updated(self, use: Use) -> Label:
        """The label of its new value."""
        if not self.net.layout.is_default:
            return Label(_MARKED.format("n", self.place(use)))
        return updated_label(self.parameter(use))

    # --- values ---

    def value(self, name: str) -> str | None:
        """Where the page has the number of a quantity."""
        return self.value_of(self.trail.symbols[name])

    def value_of(self, symbol: Symbol) -> str | None:
        if symbol.numerator is not None and symbol.denominator is not None:
            return self.ratio(symbol.numerator, symbol.denominator)
        match symbol.kind:
            case "parameter":
                return self.place(self.net.layout.first_use(symbol.parameter))
            case "updated":
                return self.place(self.net.layout.first_use(symbol.parameter), "_new")
            case "input" | "net" | "out" | "delta" | "target":
                whole = Whole(symbol.kind, 0 if symbol.kind == "target" else symbol.layer)
                return self.entry(whole, self.unit(symbol.layer, symbol.unit), symbol.sample)
            case "rate":
                return f"{Whole('rate').name}:0:0"
        return None

    def ratio(self, above: Symbol, below: Symbol) -> str | None:
        """A derivative: a gradient, or a factor that the page's program computes too."""
        if below.kind == "parameter" and above.kind == "loss":
            return self.place(self.use, gradient=True)
        if below.kind == "parameter":
            if self.shared:
                return None
            delta = self.entry(Whole("delta", self.use.layer), self.unit(self.use.layer, self.use.to), above.sample)
            if self.use.source is None:
                return delta
            under = Whole("out", self.use.layer - 1) if self.use.layer > 1 else Whole("input")
            return f"{delta}*{self.entry(under, OPEN['j'], above.sample)}"
        kind = {"out": "slope", "loss": "by_output", "sample_loss": "by_output"}[above.kind]
        if kind == "by_output" and below.layer < self.net.depth:
            kind = "sent_back"  # the page has it, though it is no step where functions work entry by entry
        elif Whole(kind, below.layer).name not in self.layers.values:
            return None
        return self.entry(Whole(kind, below.layer), self.unit(below.layer, below.unit), below.sample)

    def place(self, use: Use, more: str = "", gradient: bool = False) -> str:
        """The entry of a weight or bias, or what is computed for it."""
        kind = "biases" if use.source is None else "weights"
        of = Whole(f"{kind.removesuffix('s').removesuffix('e')}_gradient" if gradient else f"{kind}{more}", use.layer)
        row = self.unit(use.layer, use.to) if len(self.layers.values[Whole(kind, use.layer).name]) > 1 else 0
        return f"{of.name}:{_written(row)}:{0 if use.source is None else _written(self.source(use))}"

    def entry(self, of: Whole, unit: int, sample: int | None) -> str:
        return f"{of.name}:{_written(unit)}:{0 if sample is None else _written(self.sample(sample))}"

    # --- what is left open ---

    def unit(self, layer: int, unit: int) -> int:
        if layer == self.use.layer and unit == self.use.to and not self.keeps_unit:
            return OPEN["i"]
        in_the_gradient = self.step.kind in ("gradient", "update")
        return OPEN["j"] if layer == self.use.layer - 1 and unit == self.use.source and in_the_gradient else unit

    def source(self, use: Use) -> int:
        assert use.source is not None
        return self.unit(use.layer - 1, use.source)

    def sample(self, sample: int) -> int:
        """The sample that is written; where all are gathered each stands for itself."""
        gathers = self.step.symbol.numerator is not None and self.step.symbol.numerator.kind == "loss"
        return OPEN["s"] if sample == 0 and not gathers else sample


def _written(unit: int) -> str:
    return next((letter for letter, number in OPEN.items() if number == unit), str(unit))
