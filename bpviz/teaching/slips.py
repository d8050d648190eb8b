"""Wrong numbers and what leads to them: the small slips within one quantity, beside the named mistakes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from ..calculus.mistakes import describe
from ..derivation.derive import Derivation
from ..formula.tree import Expression, Product, Quantity, Sum, add_all, multiply_all
from ..networks.activations import activation
from ..networks.names import LOSS, Symbol, Use, gradient, parameter, ratio
from ..networks.network import Network
from ..words.catalogue import say
from .altered import Workings, shown, value_of
from .doctor import named_slips, outcomes
from .verdict import Slip, going_on, same

#: Mistakes of sharing and updating say nothing about a single delta.
_NOT_OF_A_DELTA = ("bias_not_updated", "shared_bias_not_summed", "gradient_added")

#: Activations whose output or slope is taken for another's.
_CONFUSED = ("sigmoid", "tanh", "bipolar_sigmoid")


Slips = Iterator[Slip]


def find_slips(quantity: str, derivation: Derivation) -> tuple[Slip, ...]:
    """Every wrong number that is recognised for a quantity, each with what leads to it; none that does no harm."""
    w = Workings(quantity, derivation)
    kept: list[Slip] = []
    for slip in (*_named(w), *_small(w)):
        if np.isfinite(slip.value) and not same(slip.value, w.step.value) and not _told(slip, kept):
            kept.append(slip)
    return tuple(kept)


def _told(slip: Slip, kept: Iterable[Slip]) -> bool:
    """Whether the same number is explained already: by a kin mistake, or by another small slip that came first."""
    return not slip.mistake and any(
        same(slip.value, other.value) and (not other.mistake or other.mistake in slip.kin) for other in kept
    )


def _slip(w: Workings, x: Expression, sentence: str, kin: tuple[str, ...] = (), rare: bool = False) -> Slips:
    """The value of a formula as a slip, if it has one."""
    value = value_of(x, w.values)
    if value is not None:
        yield Slip(value, sentence, "", kin, rare)


# --- the named mistakes ---


def _named(w: Workings) -> Slips:
    """The mistakes of `MISTAKES`, for gradients, updated parameters and deltas."""
    if (wrt := _parameter(w)) is not None:
        yield from named_slips(outcomes(w.exercise, wrt, "updated" if w.symbol.kind == "updated" else "gradient"))
    elif w.symbol.kind == "delta":
        net, wrt = _with_own_biases(w.net, w.symbol)
        found = named_slips(outcomes(replace(w.exercise, network=net), wrt))
        yield from (slip for slip in found if slip.mistake not in _NOT_OF_A_DELTA)


def _parameter(w: Workings) -> str | None:
    """The parameter whose gradient or new value the quantity is, if it is one."""
    if w.symbol.kind == "updated":
        return w.symbol.parameter
    if w.step.kind in ("gradient", "gathered") and w.symbol.denominator is not None:
        return w.symbol.denominator.parameter
    return None


def _with_own_biases(net: Network, delta: Symbol) -> tuple[Network, str]:
    """The network with a bias of its own for every unit, and the name of this unit's: its gradient is the delta."""

    def name(layer: int, j: int) -> str:
        return say("slips.bias_of", unit=net.unit(layer, j))

    biases, names = [], []
    for layer, bias in enumerate(net.biases, start=1):
        units = range(net.sizes[layer])
        biases.append([0.0 if bias is None else net.value_at(Use(layer, j, None)) for j in units])
        names.append([name(layer, j) for j in units])
    own = Network(net.weights, biases, list(net.activations), net.loss, net.weight_names, names)
    return own, name(delta.layer, delta.unit)


# --- the small slips ---


def _small(w: Workings) -> Slips:
    """What goes wrong within one quantity."""
    yield from _BY_KIND.get(w.step.kind, _of_a_derivative)(w)
    whole = shown(w.step.expression)
    if isinstance(whole, Sum):
        for n, term in enumerate(whole.terms):
            rest = add_all([other for k, other in enumerate(whole.terms) if k != n])
            yield from _slip(w, rest, say("slips.term", term=w.written(term)), ("forgotten_path",))
    if w.step.value:
        yield Slip(-w.step.value, say("slips.sign"), kin=("sign",))


def _of_a_net(w: Workings) -> Slips:
    net, layer, j = w.net, w.symbol.layer, w.symbol.unit
    expression = w.step.expression
    terms = expression.terms if isinstance(expression, Sum) else (expression,)
    products = [term for term in terms if isinstance(term, Product)]
    bias = [term for term in terms if not isinstance(term, Product)]  # none, or one
    weights, sources = ([term.factors[n] for term in products] for n in (0, 1))
    summed = add_all(list(products))
    for a in range(len(products)):
        for b in range(a):
            order = list(sources)
            order[a], order[b] = order[b], order[a]
            swapped = [weight * source for weight, source in zip(weights, order, strict=True)]
            sentence = say("slips.exchanged", first=w.written(sources[b]), second=w.written(sources[a]))
            yield from _slip(w, add_all([*swapped, *bias]), sentence, rare=True)
    n_out, n_in = net.sizes[layer], net.sizes[layer - 1]
    if j < n_in <= n_out:
        column = [Quantity(net.weight_name(layer, i, j)) * source for i, source in enumerate(sources)]
        yield from _slip(w, add_all([*column, *bias]), say("slips.column"))
    if bias:
        yield from _slip(w, summed - bias[0], say("slips.bias_off"))
        for other in range(1, net.depth + 1):
            name = net.bias_name(other, 0)
            if name is not None and other != layer:
                yield from _slip(w, summed + Quantity(name), say("slips.other_bias", name=name), rare=True)
    yield Slip(w.value(Symbol("out", layer, j)), say("slips.already_out"))
    yield from _neighbours(w)


def _of_an_output(w: Workings) -> Slips:
    layer, j = w.symbol.layer, w.symbol.unit
    f, net = w.net.activations[layer - 1], w.value(Symbol("net", layer, j))
    z = np.array([[net]])
    yield Slip(net, say("slips.no_activation"))
    if f.elementwise:
        yield Slip(float(f(-z)[0, 0]), say("slips.minus_net"))
        yield Slip(float(f.f_prime(z, f(z))[0, 0]), say("slips.slope_not_value"))
        for name in _CONFUSED:
            other = float(activation(name)(z)[0, 0])
            yield Slip(other, say("slips.other_activation", other=name, activation=f), rare=True)
    else:
        yield Slip(float(np.exp(net)), say("slips.not_divided"))
    yield from _neighbours(w)


def _of_a_part(w: Workings) -> Slips:
    layer, j = w.symbol.layer, w.symbol.unit
    out, target = w.value(Symbol("out", layer, j)), w.value(Symbol("target", layer, j))
    if _halved(w):
        yield Slip(2 * w.step.value, say("slips.no_half"))
    if _squared(w):
        for wrong in (target - out, out - target):
            yield from (Slip(wrong / part, say("slips.not_squared")) for part in ((2, 1) if _halved(w) else (1,)))
        added = w.step.value * ((target + out) / (target - out)) ** 2 if target != out else np.nan
        yield Slip(added, say("slips.added"))
    yield Slip(w.value(LOSS), say("slips.whole_error"))
    yield from _neighbours(w)


def _of_the_loss(w: Workings) -> Slips:
    if _halved(w):
        yield Slip(2 * w.step.value, say("slips.no_halves"))
    if w.net.sizes[-1] > 1:
        yield Slip(w.step.value / w.net.sizes[-1], say("slips.averaged"))


def _of_an_update(w: Workings) -> Slips:
    name, rate = w.symbol.parameter, w.exercise.rate
    slope, old = w.value(gradient(name)), w.value(parameter(name))
    moved = rate * slope
    yield Slip(old, say("slips.old_value"), kin=("bias_not_updated",))
    yield Slip(old - slope, say("slips.no_rate"))
    yield Slip(slope, say("slips.only_gradient"))
    yield from (Slip(value, say("slips.only_step")) for value in (moved, -moved))
    yield Slip(old * (1 - moved), say("slips.multiplied_step"))
    for one in w.altered(gradient(name)):
        wrong = value_of(multiply_all(one.factors), w.values)
        if wrong is not None:
            sentence = say("slips.in_gradient", sentence=going_on(one.sentence))
            yield Slip(old - rate * wrong, sentence, "", one.kin, rare=True)


def _of_a_derivative(w: Workings) -> Slips:
    """Factors, deltas, paths and gradients."""
    and_sign = say("slips.and_sign")
    if w.step.kind in ("gradient", "gathered"):
        yield from _of_a_gradient(w)
    for one in w.altered(w.symbol):
        product = multiply_all(one.factors)
        yield from _slip(w, product, one.sentence, one.kin, rare=not one.likely)
        yield from _slip(w, -product, one.sentence + and_sign, rare=True)
    own = shown(w.step.expression)
    if isinstance(own, Product):
        for n, factor in enumerate(own.factors):
            rest = multiply_all([other for k, other in enumerate(own.factors) if k != n])
            meant = w.meaning(factor)
            is_slope = meant is not None and meant.numerator is not None and meant.numerator.kind == "out"
            sentence = say("slips.factor", factor=w.written(factor))
            yield from _slip(w, rest, sentence, ("missing_activation_derivative",) if is_slope else ())
            yield from _slip(w, -rest, sentence + and_sign, rare=True)
    if _halved(w):
        yield Slip(2 * w.step.value, say("slips.two_kept"))
    of, by = w.symbol.numerator, w.symbol.denominator
    if w.symbol.kind == "delta":
        yield from _of_a_delta(w)
    elif of is not None and by is not None:
        if of == LOSS and by.kind == "out":
            yield from _of_the_first_factor(w, by)
        elif of.kind == "out":
            yield from _of_a_slope(w, by)
        elif w.step.kind == "local":
            yield from _of_what_is_multiplied(w, of, by)
    yield from _neighbours(w)


def _of_a_gradient(w: Workings) -> Slips:
    name, rate, slope = _parameter(w) or "", w.exercise.rate, w.step.value
    yield Slip(rate * slope, say("slips.taken_off"))
    yield Slip(w.net[name] - rate * slope, say("slips.updated_already"))
    (use, *others) = w.net.parameters[name].uses
    if not others and use.source is not None:
        source, delta = w.out(use.layer - 1, use.source), Symbol("delta", use.layer, use.to)
        yield Slip(w.value(delta), say("slips.only_delta", delta=w.name(delta), source=w.name(source)))
        yield Slip(w.value(delta) * w.net[name], say("slips.delta_times_weight", name=name))


def _of_a_delta(w: Workings) -> Slips:
    layer, j = w.symbol.layer, w.symbol.unit
    for i in w.units(layer - 1):
        source = w.out(layer - 1, i)
        yield Slip(w.step.value * w.value(source), say("slips.weight_gradient", source=w.name(source)))
    yield Slip(w.value(w.slope(layer, j)), say("slips.slope_alone"))


def _of_the_first_factor(w: Workings, out: Symbol) -> Slips:
    if _squared(w):
        yield Slip(-w.step.value, describe("sign"), "sign")
        yield Slip(w.value(Symbol("loss_part", out.layer, out.unit)), say("slips.error_itself"))
    if _halved(w):
        yield Slip(w.step.value / 2, describe("half_kept"), "half_kept")


def _of_a_slope(w: Workings, net: Symbol) -> Slips:
    f, out = w.net.activations[net.layer - 1], np.array([[w.value(Symbol("out", net.layer, net.unit))]])
    if f.elementwise:
        yield Slip(float(f.f_prime(out, f(out))[0, 0]), describe("derivative_at_output"), "derivative_at_output")
    yield Slip(1.0, describe("missing_activation_derivative"), "missing_activation_derivative")
    yield Slip(float(out[0, 0]), say("slips.output_itself"))


def _of_what_is_multiplied(w: Workings, net: Symbol, by: Symbol) -> Slips:
    """d(net)/d(weight) taken for the weight, and the other way round; net where out is meant."""
    if by.kind == "out":
        yield Slip(w.value(by), say("slips.multiplies"))
        return
    yield Slip(w.value(by), say("slips.weight_itself"))
    for name in w.step.uses:
        meant = w.derivation.symbols[name]
        if meant.kind == "out":
            yield Slip(w.value(Symbol("net", meant.layer, meant.unit)), describe("net_for_out"), "net_for_out")
    yield Slip(w.value(net), say("slips.net_itself"))


def _neighbours(w: Workings) -> Slips:
    """The same quantity of another unit of the layer, or of another parameter of the layer."""
    symbol, by = w.symbol, w.symbol.denominator
    others: list[Symbol] = []
    if symbol.kind in ("net", "out", "loss_part", "delta"):
        others = [replace(symbol, unit=k) for k in w.units(symbol.layer) if k != symbol.unit]
    elif symbol.numerator == LOSS and by is not None and by.kind == "out":
        others = [ratio(LOSS, replace(by, unit=k)) for k in w.units(by.layer) if k != by.unit]
    elif w.step.kind in ("gradient", "gathered"):
        others = [gradient(name) for name in w.beside(_parameter(w) or "")]
    for other in others:
        if w.name(other) in w.values:
            yield Slip(w.value(other), say("slips.neighbour", name=w.name(other)), rare=True)


def _halved(w: Workings) -> bool:
    return w.net.loss.name == "half_squared_error"


def _squared(w: Workings) -> bool:
    return w.net.loss.name in ("half_squared_error", "mean_squared_error")


_BY_KIND: dict[str, Callable[[Workings], Slips]] = {
    "net": _of_a_net,
    "out": _of_an_output,
    "loss_part": _of_a_part,
    "loss": _of_the_loss,
    "update": _of_an_update,
}
