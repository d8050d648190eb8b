"""A quantity taken apart into the factors it is made of, down to outputs, weights and inputs; one of them altered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from ..derivation.derive import Derivation, derivation_of
from ..formula.arithmetic import evaluate
from ..formula.tree import (
    Expression,
    Negative,
    Power,
    Product,
    Quantity,
    Stable,
    Sum,
    add_all,
    all_names,
    mapped,
    names_in,
)
from ..networks.names import Symbol, ratio
from ..steps.step import Step
from ..views.layout import lay_out
from ..views.sides import name_leaf
from ..views.text import text
from ..words.catalogue import say

#: The last derivations, as the questions about one exercise share them.
derived = lru_cache(maxsize=64)(derivation_of)


@dataclass(frozen=True)
class Altered:
    """The factors of a derivative with one of them altered, and the sentence that says which.

    `kin` are the mistakes that it is another word for; `likely` is whether many make it.
    """

    factors: list[Expression]
    sentence: str
    kin: tuple[str, ...] = ()
    likely: bool = False


class Workings:
    """How one quantity of a derivation is worked out: its step, and what stands beside it."""

    def __init__(self, quantity: str, derivation: Derivation) -> None:
        self.derivation, self.exercise, self.net = derivation, derivation.exercise, derivation.network
        self.step = derivation.by_name[quantity]
        self.symbol = self.step.symbol

    @cached_property
    def everything(self) -> Derivation:
        """The derivation of all parameters: it gathers every gradient from deltas."""
        return derived(self.exercise, None)

    @cached_property
    def values(self) -> Mapping[str, float]:
        """Every number that any of the two derivations has."""
        return {**self.everything.values, **self.derivation.values}

    def name(self, symbol: Symbol) -> str:
        """What a quantity is called."""
        return self.net.name_of(symbol)

    def value(self, symbol: Symbol) -> float:
        """The value of a quantity, not a number where it has none."""
        return self.values.get(self.name(symbol), np.nan)

    def quantity(self, symbol: Symbol) -> Quantity:
        """A quantity as a formula."""
        return Quantity(self.name(symbol))

    def meaning(self, x: Expression) -> Symbol | None:
        """What a formula that is one quantity stands for."""
        if not isinstance(x, Quantity):
            return None
        return self.everything.symbols.get(x.name) or self.derivation.symbols.get(x.name)

    def made(self, symbol: Symbol | None) -> Step | None:
        """The step behind a quantity, if it is a derivative."""
        for derivation in (self.everything, self.derivation):
            step = None if symbol is None else derivation.step_of(symbol)
            if step is not None and step.phase == "chain":
                return step
        return None

    def written(self, x: Expression) -> str:
        """A part of a formula as text, a sum in brackets."""
        shown = text(lay_out(x, name_leaf(self.derivation)))
        return f"({shown})" if isinstance(x, Sum) else shown.lstrip("-").strip()

    # --- what stands beside what ---

    def units(self, layer: int) -> Iterator[int]:
        """The units of a layer."""
        yield from range(self.net.sizes[layer])

    def out(self, layer: int, unit: int) -> Symbol:
        """What a unit sends on: an input, or an output."""
        return Symbol("out" if layer else "input", layer, unit)

    def slope(self, layer: int, unit: int) -> Symbol:
        """d(out)/d(net) of a unit."""
        return ratio(Symbol("out", layer, unit), Symbol("net", layer, unit))

    def beside(self, name: str) -> list[str]:
        """The parameters that share a unit with this one on one side."""
        found: dict[str, None] = {}
        for use in self.net.parameters[name].uses:
            near = {**self._ends[use.layer, "to", use.to], **self._ends[use.layer, "from", use.source]}
            found |= dict.fromkeys(sorted(near, key=near.__getitem__))
        return [other for other in found if other != name]

    @cached_property
    def _ends(self) -> dict[tuple[int, str, int | None], dict[str, int]]:
        """For each end of a line (a bias has but one) the parameters there, each with its number in their order."""
        found: dict[tuple[int, str, int | None], dict[str, int]] = {}
        for n, (name, known) in enumerate(self.net.parameters.items()):
            for use in known.uses:
                found.setdefault((use.layer, "to", use.to), {})[name] = n
                found.setdefault((use.layer, "from", use.source), {})[name] = n
        return found

    @cached_property
    def same_layer(self) -> dict[str, list[str]]:
        """For each input, output and weight the others that it may be taken for."""
        found: dict[str, list[str]] = {}
        for layer in range(self.net.depth + 1):
            names = [self.name(self.out(layer, j)) for j in self.units(layer)]
            found |= {name: [other for other in names if other != name] for name in names}
        return found | {name: self.beside(name) for name, p in self.net.parameters.items() if not p.is_bias}

    # --- the factors, and what is done to them ---

    def factors(self, x: Expression) -> list[Expression]:
        """A formula as the factors it comes down to: outputs, weights, inputs, and sums."""
        if isinstance(x, Stable):
            return self.factors(x.shown)
        if isinstance(x, Product):
            return [part for factor in x.factors for part in self.factors(factor)]
        step = self.made(self.meaning(x))
        return [x] if step is None else self.factors(step.expression)

    def altered(self, symbol: Symbol) -> Iterator[Altered]:
        """The factors of a derivative with one of them altered."""
        factors = self.factors(self.quantity(symbol))
        if len(factors) > 1:
            for n, factor in enumerate(factors):
                alone = self.is_slope(factor) and not isinstance(factor, Quantity)
                kin = ("missing_activation_derivative",) if alone else ()
                sentence = say("slips.factor", factor=self.written(factor))
                yield Altered(factors[:n] + factors[n + 1 :], sentence, kin, likely=True)
        for n, factor in enumerate(factors):
            for other, sentence, likely in self.variations(factor):
                yield Altered([*factors[:n], other, *factors[n + 1 :]], sentence, likely=likely)
        yield from self.other_slopes(factors)

    def is_slope(self, factor: Expression) -> bool:
        """Whether a factor is a whole slope by itself, as 1 - out² is."""
        steps = (self.made(self.slope(layer, j)) for layer in range(1, self.net.depth + 1) for j in self.units(layer))
        return any(step is not None and shown(step.expression) == factor for step in steps)

    def variations(self, factor: Expression) -> Iterator[tuple[Expression, str, bool]]:
        """What one factor is taken for, the sentence, and whether many do it."""
        if isinstance(factor, Quantity):
            for other in self.same_layer.get(factor.name, ()):
                yield Quantity(other), say("slips.used_for", other=other, name=factor.name), False
        inner = factor.of if isinstance(factor, Negative) else factor
        if not isinstance(inner, Sum):
            return
        if any(isinstance(term, Negative) for term in inner.terms):
            plus = Sum(tuple(term.of if isinstance(term, Negative) else term for term in inner.terms))
            yield plus, say("slips.plus", formula=self.written(inner)), False
        products = [term for term in inner.terms if isinstance(term, Product) and len(term.factors) == 2]
        if not len(products) == len(inner.terms) > 1:
            return
        weights, deltas = [p.factors[0] for p in products], [p.factors[1] for p in products]
        yield add_all(deltas), say("slips.no_weights"), True
        yield add_all(weights), say("slips.no_deltas"), True
        turned = [w * d for w, d in zip(weights, reversed(deltas), strict=True)]
        yield add_all(turned), say("slips.weights_exchanged"), False
        for delta in deltas:
            yield add_all([w * delta for w in weights]), say("slips.one_delta", delta=self.written(delta)), False
        yield Product(tuple(products)), say("slips.paths_multiplied"), False

    def other_slopes(self, factors: list[Expression]) -> Iterator[Altered]:
        """The slope of another activation, or the right one's formula with the net input in it."""
        for layer in range(1, self.net.depth + 1):
            for j in self.units(layer):
                step = self.made(self.slope(layer, j))
                own = [] if step is None else self.factors(step.expression)
                if step is None or not own or not all(factor in factors for factor in own):
                    continue
                rest = [factor for factor in factors if factor not in own]
                out, net = self.quantity(self.out(layer, j)), self.quantity(Symbol("net", layer, j))
                formula = shown(step.expression)
                if out.name in names_in(formula):
                    at_net = put(formula, out.name, net)
                    yield Altered([*rest, at_net], say("slips.slope_at_net", net=net.name, out=out.name))
                for wrong, other in ((1 - Power(out, 2), "tanh"), (out * (1 - out), "sigmoid")):
                    if wrong != formula:
                        sentence = say("slips.other_slope", other=other, formula=self.written(wrong))
                        yield Altered([*rest, wrong], sentence, ("tanh_derivative",))


def put(x: Expression, name: str, other: Expression) -> Expression:
    """A formula with another one in the place of a name."""
    if isinstance(x, Quantity):
        return other if x.name == name else x
    return mapped(x, lambda part: put(part, name, other))


def shown(x: Expression) -> Expression:
    """A formula as it is shown."""
    return x.shown if isinstance(x, Stable) else x


def value_of(x: Expression, values: Mapping[str, float]) -> float | None:
    """The value of a formula in floats; None where it has none."""
    numbers = {name: np.float64(values[name]) for name in all_names(x)}
    with np.errstate(all="ignore"):
        try:
            value = float(evaluate(x, numbers))
        except OverflowError:
            return None
    return value if np.isfinite(value) else None
