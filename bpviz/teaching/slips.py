"""Wrong numbers and what leads to them: the small slips within one quantity, beside the named mistakes.

A quantity is taken apart into the factors it is made of, down to outputs, weights and inputs; each slip alters one of
them.  What alters nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..networks.activations import activation
from ..steps.trail import Derivation, derive
from .doctor import going_on, outcomes, same, sentence_of
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
    evaluate,
    multiply_all,
    names_in,
    renamed,
)
from ..calculus.mistakes import MISTAKES, describe
from ..networks.network import Network, Use
from ..views.layout import lay_out, name_leaf
from ..views.text import text
from ..steps.step import Step
from ..calculus.timeline import Given

#: Mistakes of sharing and updating say nothing about a single delta.
_NOT_OF_A_DELTA = ("bias_not_updated", "shared_bias_not_summed", "gradient_added")

#: Activations whose output or slope is taken for another's.
_CONFUSED = ("sigmoid", "tanh", "bipolar_sigmoid")

SIGN = "The sign is the wrong way round."
AND_SIGN = " And the sign is the wrong way round."


@dataclass(frozen=True)
class Slip:
    """A wrong number and what leads to it.

    Attributes
    ----------
    value : float
    sentence : str
    mistake : str
        Its name, if it is one of `MISTAKES`.
    kin : tuple of str
        The mistakes that it is only another word for.
    rare : bool
        Whether few make it: then it makes nobody give more digits.
    """

    value: float
    sentence: str
    mistake: str = ""
    kin: tuple[str, ...] = ()
    rare: bool = False


def find_slips(quantity: str, given: Given, derivation: Derivation) -> tuple[Slip, ...]:
    """Every wrong number that is recognised for a quantity, each with what leads to it; none that does no harm."""
    found = _Finder(quantity, given, derivation)
    kept: list[Slip] = []
    for slip in (*found.named(), *found.small()):
        if np.isfinite(slip.value) and not same(slip.value, found.step.value) and not _told(slip, kept):
            kept.append(slip)
    return tuple(kept)


def _told(slip: Slip, kept: Iterable[Slip]) -> bool:
    """Whether the same number is explained already: by a kin mistake, or by another small slip that came first."""
    return not slip.mistake and any(
        same(slip.value, other.value) and (not other.mistake or other.mistake in slip.kin) for other in kept
    )


class _Finder:
    def __init__(self, quantity: str, given: Given, derivation: Derivation) -> None:
        self.quantity, self.given, self.derivation = quantity, given, derivation
        self.net, self.step = given.network, derivation.by_name[quantity]

    @cached_property
    def everything(self) -> Derivation:
        """The derivation of all parameters: it gathers every gradient from deltas."""
        given = self.given
        return derive(given.network, given.x, given.target, None, given.learning_rate, reduction=given.reduction)

    @cached_property
    def values(self) -> Mapping[str, float]:
        return {**self.everything.values, **self.derivation.values}

    # --- the named mistakes ---

    def named(self) -> Iterator[Slip]:
        """The mistakes of `MISTAKES`, for gradients, updated parameters and deltas."""
        given, kind, net = self.given, self.step.kind, self.net
        left_out: tuple[str, ...] = ()
        if kind in ("gradient", "gathered"):
            wrt, quantity = self.parameter, "gradient"
        elif kind == "update":
            wrt, quantity = self.parameter, "updated"
        elif self.quantity.startswith("delta_"):
            net, wrt = with_own_biases(net, self.quantity.removeprefix("delta_"))
            quantity, left_out = "gradient", _NOT_OF_A_DELTA
        else:
            return
        rate, reduction = given.learning_rate, given.reduction
        found = outcomes(net, given.x, given.target, wrt, quantity=quantity, learning_rate=rate, reduction=reduction)
        for name in MISTAKES:
            if name not in left_out:
                for where, value in found.get(name, ()):
                    yield Slip(value, sentence_of(name, where), name)

    @property
    def parameter(self) -> str:
        """The parameter whose gradient or new value the quantity is."""
        return self.quantity.removeprefix("dE_total/d").removesuffix("|δ").removesuffix("_new")

    # --- the small slips ---

    def small(self) -> Iterator[Slip]:
        """What goes wrong within one quantity."""
        own: Callable[[], Iterator[Slip]] | None = {
            "net": self.of_a_net,
            "out": self.of_an_output,
            "loss_part": self.of_a_part,
            "loss": self.of_the_loss,
            "update": self.of_an_update,
        }.get(self.step.kind)
        if own is not None:
            yield from own()
        else:
            yield from self.of_a_derivative()
        whole = _shown(self.step.expression)
        if isinstance(whole, Sum):
            terms = whole.terms
            for n, term in enumerate(terms):
                rest = add_all([other for k, other in enumerate(terms) if k != n])
                yield from self.slip(rest, f"The term {self.written(term)} is left out.", kin=("forgotten_path",))
        if self.step.value:
            yield Slip(-self.step.value, SIGN, kin=("sign",))

    def slip(self, x: Expression, sentence: str, kin: tuple[str, ...] = (), rare: bool = False) -> Iterator[Slip]:
        """The value of a formula as a slip, if it has one."""
        value = value_of(x, self.values)
        if value is not None:
            yield Slip(value, sentence, "", kin, rare)

    def written(self, x: Expression) -> str:
        """A part of a formula as text, a sum in brackets."""
        shown = text(lay_out(x, name_leaf(self.derivation)))
        return f"({shown})" if isinstance(x, Sum) else shown.lstrip("-").strip()

    def of_a_net(self) -> Iterator[Slip]:
        layer, j = self.place(self.quantity.removeprefix("net_"))
        expression = self.step.expression
        terms = expression.terms if isinstance(expression, Sum) else (expression,)
        products: list[Expression] = [term for term in terms if isinstance(term, Product)]
        bias = [term for term in terms if not isinstance(term, Product)]  # none, or one
        weights, sources = ([term.factors[n] for term in products if isinstance(term, Product)] for n in (0, 1))
        for a in range(len(products)):
            for b in range(a):
                order = list(sources)
                order[a], order[b] = order[b], order[a]
                swapped = [weight * source for weight, source in zip(weights, order, strict=True)]
                sentence = f"{self.written(sources[b])} and {self.written(sources[a])} are exchanged."
                yield from self.slip(add_all([*swapped, *bias]), sentence, rare=True)
        W = self.net.weights[layer - 1]
        if j < W.shape[1] and len(W) >= W.shape[1]:
            column = [Quantity(self.net.weight_name(layer, i, j)) * source for i, source in enumerate(sources)]
            yield from self.slip(
                add_all([*column, *bias]), "The weights are read from a column of the matrix; they stand in a row."
            )
        if bias:
            yield from self.slip(add_all(products) - bias[0], "The bias is taken off where it is added.")
        for other in range(1, self.net.depth + 1):
            name = None if self.net.biases[other - 1] is None or other == layer else self.net.bias_name(other, 0)
            if name is not None and bias:
                elsewhere = add_all(products) + Quantity(name)
                yield from self.slip(elsewhere, f"{name} is the bias of another layer.", rare=True)
        unit = self.quantity.removeprefix("net_")
        yield Slip(self.values[f"out_{unit}"], "This is the output; the net input comes before the activation.")
        yield from self.neighbours()

    def of_an_output(self) -> Iterator[Slip]:
        unit = self.quantity.removeprefix("out_")
        layer, _ = self.place(unit)
        f, net = self.net.activations[layer - 1], self.values[f"net_{unit}"]
        z = np.array([[net]])
        yield Slip(net, "The activation is left out: this is the net input.")
        if f.elementwise:
            yield Slip(float(f(-z)[0, 0]), "The activation is taken at -net; the sign of the net input is turned.")
            yield Slip(float(f.f_prime(z, f(z))[0, 0]), "This is the slope of the activation, not its value.")
            for name in _CONFUSED:
                other = float(activation(name)(z)[0, 0])
                yield Slip(other, f"This is {name} of the net input, and the activation here is {f}.", rare=True)
        else:
            yield Slip(float(np.exp(net)), "The exponential still has to be divided by the sum of all of them.")
        yield from self.neighbours()

    def of_a_part(self) -> Iterator[Slip]:
        unit = self.quantity.removeprefix("E_")
        out, target = self.values[f"out_{unit}"], self.values[f"target_{unit}"]
        if self.halved:
            yield Slip(2 * self.step.value, "The factor 1/2 in front of the square is left out.")
            yield Slip((target - out) / 2, "The difference is not squared.")
            yield Slip((out - target) / 2, "The difference is not squared.")
        if self.squared:
            yield Slip(target - out, "The difference is not squared.")
            yield Slip(out - target, "The difference is not squared.")
            yield Slip(
                self.step.value * ((target + out) / (target - out)) ** 2 if target != out else np.nan,
                "Target and output are added where they are subtracted.",
            )
        yield Slip(self.values["E_total"], "This is the error of all outputs together.")
        yield from self.neighbours()

    def of_the_loss(self) -> Iterator[Slip]:
        if self.halved:
            yield Slip(2 * self.step.value, "The factor 1/2 in front of the squares is left out.")
        n = self.net.sizes[-1]
        if n > 1:
            yield Slip(self.step.value / n, "The errors of the outputs are added, not averaged.")

    def of_an_update(self) -> Iterator[Slip]:
        gradient, old = self.values[f"dE_total/d{self.parameter}"], self.values[self.parameter]
        moved = self.given.learning_rate * gradient
        yield Slip(old, "This is the old value; nothing is taken off it yet.", kin=("bias_not_updated",))
        yield Slip(old - gradient, "The learning rate is left out.")
        yield Slip(gradient, "This is the gradient; it still has to be taken off the old value.")
        for value in (moved, -moved):
            yield Slip(
                value, "This is the learning rate times the gradient; it still has to be taken off the old value."
            )
        yield Slip(old * (1 - moved), "The step is multiplied with the old value; it is only taken off.")
        for factors, sentence, kin in self.altered(f"dE_total/d{self.parameter}"):
            wrong = value_of(multiply_all(factors), self.values)
            if wrong is not None:
                new = old - self.given.learning_rate * wrong
                yield Slip(new, f"In the gradient: {going_on(sentence)}", "", kin, rare=True)

    def of_a_derivative(self) -> Iterator[Slip]:
        """Factors, deltas, paths and gradients."""
        if self.step.kind in ("gradient", "gathered"):
            yield from self.of_a_gradient()
        for factors, sentence, kin in self.altered(self.quantity):
            product = multiply_all(factors)
            yield from self.slip(product, sentence, kin, "left out" not in sentence)
            yield from self.slip(-product, sentence + AND_SIGN, rare=True)
        own = _shown(self.step.expression)
        if isinstance(own, Product):
            for n, factor in enumerate(own.factors):
                rest = multiply_all([other for k, other in enumerate(own.factors) if k != n])
                slope = self.written(factor).startswith("dout_")
                kin = ("missing_activation_derivative",) if slope else ()
                yield from self.slip(rest, f"The factor {self.written(factor)} is left out.", kin=kin)
                yield from self.slip(-rest, f"The factor {self.written(factor)} is left out.{AND_SIGN}", rare=True)
        if self.halved:
            yield Slip(2 * self.step.value, "The 2 that the square brings down is kept; the 1/2 in front cancels it.")
        if self.quantity.startswith("delta_"):
            yield from self.of_a_delta(self.quantity.removeprefix("delta_"))
        elif self.quantity.startswith("dE_total/dout"):
            yield from self.of_the_first_factor()
        elif self.quantity.startswith("dout_"):
            yield from self.of_a_slope(self.quantity.partition("/dnet_")[2])
        elif self.step.kind == "local":
            yield from self.of_what_is_multiplied()
        yield from self.neighbours()

    def of_a_gradient(self) -> Iterator[Slip]:
        rate, gradient, wrt = self.given.learning_rate, self.step.value, self.parameter
        yield Slip(rate * gradient, "This is the learning rate times the gradient, what the update takes off.")
        yield Slip(self.net[wrt] - rate * gradient, "This is the updated parameter, not its gradient.")
        uses = self.net.parameters[wrt].uses
        if len(uses) == 1 and uses[0].source is not None:
            unit, source = self.net.unit(uses[0].layer, uses[0].to), self.net.unit(uses[0].layer - 1, uses[0].source)
            multiplied = source if uses[0].layer == 1 else f"out_{source}"
            delta = self.values[f"delta_{unit}"]
            yield Slip(delta, f"This is delta_{unit}; it still has to be multiplied by {multiplied}.")
            yield Slip(
                delta * self.net[wrt], f"The delta is multiplied by {wrt} itself; what {wrt} multiplies belongs there."
            )

    def of_a_delta(self, unit: str) -> Iterator[Slip]:
        layer, _ = self.place(unit)
        delta = self.step.value
        for i in range(self.net.sizes[layer - 1]):
            below = self.net.unit(layer - 1, i)
            source = below if layer == 1 else f"out_{below}"
            yield Slip(
                delta * self.values[source], f"This is the gradient of a weight: {source} is no part of the delta."
            )
        slope = self.values.get(f"dout_{unit}/dnet_{unit}")
        if slope is not None:
            yield Slip(slope, "This is the slope of the activation alone.")

    def of_the_first_factor(self) -> Iterator[Slip]:
        unit = self.quantity.removeprefix("dE_total/dout_")
        if self.squared:
            yield Slip(-self.step.value, describe("sign"), "sign")
            yield Slip(self.values.get(f"E_{unit}", np.nan), "This is the error itself, not how fast it changes.")
        if self.halved:
            yield Slip(self.step.value / 2, describe("half_kept"), "half_kept")

    def of_a_slope(self, unit: str) -> Iterator[Slip]:
        layer, _ = self.place(unit)
        f, out = self.net.activations[layer - 1], np.array([[self.values[f"out_{unit}"]]])
        if f.elementwise:
            yield Slip(float(f.f_prime(out, f(out))[0, 0]), describe("derivative_at_output"), "derivative_at_output")
        yield Slip(1.0, describe("missing_activation_derivative"), "missing_activation_derivative")
        yield Slip(float(out[0, 0]), "This is the output itself, not the slope of the activation there.")

    def of_what_is_multiplied(self) -> Iterator[Slip]:
        """d(net)/d(weight) taken for the weight, and the other way round; net where out is meant."""
        above, below = self.quantity.split("/", 1)
        if below.startswith("dout_"):
            out = self.values[f"out_{below.removeprefix('dout_')}"]
            yield Slip(out, "This is what the weight multiplies, not the weight.")
            return
        if below.removeprefix("d") in self.net.parameters:
            yield Slip(self.net[below.removeprefix("d")], "This is the weight, not what it multiplies.")
        for name in self.step.uses:
            if name.startswith("out_"):
                yield Slip(self.values[f"net_{name.removeprefix('out_')}"], describe("net_for_out"), "net_for_out")
        yield Slip(self.values[above.removeprefix("d")], "This is the net input itself, not how fast it changes.")

    def neighbours(self) -> Iterator[Slip]:
        """The same quantity of another unit of the layer, or of another parameter of the layer."""
        if self.step.kind == "update":
            return
        prefix = next(
            (p for p in ("net_", "out_", "E_", "delta_", "dE_total/dout_") if self.quantity.startswith(p)), ""
        )
        if prefix and self.quantity != "E_total":
            layer, j = self.place(self.quantity.removeprefix(prefix))
            others = [f"{prefix}{self.net.unit(layer, k)}" for k in range(self.net.sizes[layer]) if k != j]
        elif self.step.kind in ("gradient", "gathered"):
            others = [f"dE_total/d{name}" for name in self.beside(self.parameter)]
        else:
            others = []
        for other in others:
            if other in self.values:
                yield Slip(self.values[other], f"This is {other}.", rare=True)

    def beside(self, wrt: str) -> list[str]:
        """The weights that share a unit with this one on one side."""
        found: dict[str, None] = {}
        for use in self.net.parameters[wrt].uses:
            for name, parameter in self.net.parameters.items():
                for other in parameter.uses:
                    if other.layer == use.layer and (other.to == use.to or other.source == use.source):
                        found[name] = None
        return [name for name in found if name != wrt]

    # --- the factors, and what is done to them ---

    def factors(self, x: Expression) -> list[Expression]:
        """A formula as the factors it comes down to: outputs, weights, inputs, and sums."""
        if isinstance(x, Stable):
            return self.factors(x.shown)
        if isinstance(x, Product):
            return [part for factor in x.factors for part in self.factors(factor)]
        if isinstance(x, Quantity) and (step := self.made(x.name)) is not None:
            return self.factors(step.expression)
        return [x]

    def made(self, name: str) -> Step | None:
        """The step behind a name, if it is a derivative."""
        for derivation in (self.everything, self.derivation):
            step = derivation.by_name.get(name)
            if step is not None and step.kind in ("local", "delta", "gradient", "gathered", "path"):
                return step
        return None

    def altered(self, name: str) -> Iterator[tuple[list[Expression], str, tuple[str, ...]]]:
        """The factors of a derivative with one of them altered, and the sentence that says which."""
        factors = self.factors(Quantity(name))
        if len(factors) > 1:
            for n, factor in enumerate(factors):
                alone = self.is_slope(factor) and not isinstance(factor, Quantity)
                missing: tuple[str, ...] = ("missing_activation_derivative",) if alone else ()
                yield factors[:n] + factors[n + 1 :], f"The factor {self.written(factor)} is left out.", missing
        for n, factor in enumerate(factors):
            for other, sentence, kin in self.variations(factor):
                yield [*factors[:n], other, *factors[n + 1 :]], sentence, kin
        yield from self.other_slopes(factors)

    def is_slope(self, factor: Expression) -> bool:
        """Whether a factor is a whole slope by itself, as 1 - out² is."""
        known = (self.made(f"dout_{unit}/dnet_{unit}") for unit in self.units())
        return any(step is not None and _shown(step.expression) == factor for step in known)

    def units(self) -> Iterator[str]:
        """The names of all units but the inputs."""
        for layer in range(1, self.net.depth + 1):
            yield from (self.net.unit(layer, j) for j in range(self.net.sizes[layer]))

    def variations(self, factor: Expression) -> Iterator[tuple[Expression, str, tuple[str, ...]]]:
        """What one factor is taken for."""
        if isinstance(factor, Quantity) and factor.name in self.same_layer:
            for other in self.same_layer[factor.name]:
                yield Quantity(other), f"{other} is used where {factor.name} belongs.", ()
        inner = factor.of if isinstance(factor, Negative) else factor
        if not isinstance(inner, Sum):
            return
        if any(isinstance(term, Negative) for term in inner.terms):
            plus = Sum(tuple(term.of if isinstance(term, Negative) else term for term in inner.terms))
            yield plus, f"In {self.written(inner)} a plus stands for the minus.", ()
        products = [term for term in inner.terms if isinstance(term, Product) and len(term.factors) == 2]
        if len(products) == len(inner.terms) > 1:
            weights, deltas = [p.factors[0] for p in products], [p.factors[1] for p in products]
            yield add_all(deltas), "The weights are left out where the deltas are gathered.", ()
            yield add_all(weights), "The deltas ahead are left out; the weights alone are added.", ()
            turned = [w * d for w, d in zip(weights, reversed(deltas), strict=True)]
            yield (
                add_all(turned),
                "The weights are exchanged: each delta needs the weight that leads to its own unit.",
                (),
            )
            for delta in deltas:
                every = add_all([w * delta for w in weights])
                yield every, f"{self.written(delta)} is used for every path.", ()
            yield Product(tuple(products)), "The paths are multiplied where they are added.", ()

    @cached_property
    def same_layer(self) -> dict[str, list[str]]:
        """For each input, output and weight the others that it may be taken for."""
        found: dict[str, list[str]] = {}
        for layer in range(self.net.depth + 1):
            units = [self.net.unit(layer, j) for j in range(self.net.sizes[layer])]
            names = units if layer == 0 else [f"out_{unit}" for unit in units]
            found |= {name: [other for other in names if other != name] for name in names}
        return found | {name: self.beside(name) for name, p in self.net.parameters.items() if not p.is_bias}

    def other_slopes(self, factors: list[Expression]) -> Iterator[tuple[list[Expression], str, tuple[str, ...]]]:
        """The slope of another activation, or the right one's formula with the net input in it."""
        for unit in self.units():
            step = self.made(f"dout_{unit}/dnet_{unit}")
            own = [] if step is None else self.factors(step.expression)
            if not own or not all(factor in factors for factor in own):
                continue
            rest = [factor for factor in factors if factor not in own]
            out, net = Quantity(f"out_{unit}"), Quantity(f"net_{unit}")
            shown = _shown(step.expression) if step is not None else own[0]
            if f"out_{unit}" in names_in(shown):
                names = {name: name for name in all_names(shown)}  # the stable form has more of them than are shown
                at_net = renamed(shown, {**names, f"out_{unit}": f"net_{unit}"})
                yield (
                    [*rest, at_net],
                    f"The slope is written with the net input {net.name}; {out.name} belongs there.",
                    (),
                )
            for wrong, words in ((1 - Power(out, 2), "tanh"), (out * (1 - out), "sigmoid")):
                if wrong != shown:
                    yield (
                        [*rest, wrong],
                        f"This takes the slope of {words}, {self.written(wrong)}.",
                        ("tanh_derivative",),
                    )

    # --- where things are ---

    def place(self, unit: str) -> tuple[int, int]:
        """The layer and the number of a unit."""
        for layer in range(self.net.depth + 1):
            for j in range(self.net.sizes[layer]):
                if self.net.unit(layer, j) == unit:
                    return layer, j
        raise KeyError(unit)

    @property
    def halved(self) -> bool:
        return self.net.loss.name == "half_squared_error"

    @property
    def squared(self) -> bool:
        return self.net.loss.name.endswith("squared_error")


def with_own_biases(net: Network, unit: str) -> tuple[Network, str]:
    """The network with a bias of its own for every unit, and the name of this unit's: its gradient is the delta."""
    biases, names = [], []
    for layer, bias in enumerate(net.biases, start=1):
        size = net.sizes[layer]
        biases.append([0.0 if bias is None else net.value_at(Use(layer, j, None)) for j in range(size)])
        names.append([f"bias of {net.unit(layer, j)}" for j in range(size)])
    own = Network(net.weights, biases, list(net.activations), net.loss, net.weight_names, names)
    return own, f"bias of {unit}"


def value_of(x: Expression, values: Mapping[str, float]) -> float | None:
    """The value of a formula in floats; None where it has none."""
    with np.errstate(all="ignore"):
        try:
            value = float(evaluate(x, {name: np.float64(number) for name, number in values.items()}))
        except OverflowError:
            return None
    return value if np.isfinite(value) else None


def _shown(x: Expression) -> Expression:
    return x.shown if isinstance(x, Stable) else x
