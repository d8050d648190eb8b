"""The steps of a derivation, and the writer that puts them in teaching order.

A step names one quantity, gives its formula in earlier quantities, its value, the parts of the network it
touches and one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np

from ..words.captions import caption
from ..formula.tree import Expression, Number, Quantity, Stable, add_all, evaluate, multiply_all, names_in
from ..networks.losses import fused
from ..networks.network import Network, Parameter, Use
from .notation import Symbol
from ..calculus.passes import columns

#: The phases of a derivation, in order, and the kinds of step each one has.
PHASES = {
    "forward": ("net", "out"),
    "loss": ("loss_part", "loss"),
    "chain": ("local", "path", "delta", "gradient", "gathered"),
    "update": ("update",),
}

#: More paths than this are not written one by one.
MOST_PATHS = 32


@dataclass(frozen=True)
class Step:
    """One line of a derivation: one quantity, said by earlier ones.

    Attributes
    ----------
    name : str
        ``net_h1``, ``out_h1``, ``E_total``, ``dE_total/dw7``, ``w7_new``, ...; in a batch the sample's number in
        brackets is added.
    kind : str
        One of the kinds in `PHASES`.
    expression : Expression
        The formula, in the names of earlier steps and of what is given.
    value : float
    sentence : str
        What happens here, for the learner.
    nodes, edges : tuple of str
        The parts of the diagram it touches.
    before : Expression or None
        The same before it was simplified.
    note : str or None
        What a learner has to know here: a corner, a jump.
    sample : int or None
        Which sample of a batch it belongs to, from 0.
    kink : (str, str) or None
        A quantity, and the note that holds where that quantity is 0, whatever it is now.
    """

    name: str
    kind: str
    expression: Expression
    value: float
    sentence: str
    nodes: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    before: Expression | None = None
    note: str | None = None
    sample: int | None = None
    kink: tuple[str, str] | None = None

    @property
    def phase(self) -> str:
        """``forward``, ``loss``, ``chain`` or ``update``."""
        return next(phase for phase, kinds in PHASES.items() if self.kind in kinds)

    @property
    def uses(self) -> tuple[str, ...]:
        """The names its formula mentions, each once, in reading order."""
        return tuple(dict.fromkeys(names_in(self.expression)))


def edge_name(use: Use) -> str:
    """The diagram's name for the place of a weight or bias: ``layer:to:source``, with b for a bias."""
    return f"{use.layer}:{use.to}:{'b' if use.source is None else use.source}"


def loss_edge(j: int) -> str:
    """The diagram's name for the line from output j to the error."""
    return f"E:{j}"


class StepWriter:
    """Writes the steps one by one; each is evaluated as it is written."""

    def __init__(
        self, net: Network, xs: Any, targets: Any, rate: float | None, frozen: frozenset[str], reduction: str
    ) -> None:
        self.net, self.rate, self.frozen, self.reduction = net, rate, frozen, reduction
        self.steps: list[Step] = []
        self.given: dict[str, float] = {}
        self.symbols: dict[str, Any] = {}
        self.paths: list[tuple[str, ...]] = []
        self.values: dict[str, Any] = {}
        self.written: dict[str, Expression] = {}
        self.is_batch = xs.ndim == 2
        self.sample: int | None = None
        self.n_samples = len(xs) if self.is_batch else 1
        for s in self._samples():
            for i in range(net.sizes[0]):
                self._give(self._unit_quantity("input", 0, i), float(columns(xs)[i, s]))
            for j in range(net.sizes[-1]):
                self._give(self._unit_quantity("target", net.depth, j), float(columns(targets)[j, s]))
        for name, parameter in net.parameters.items():
            self._give((name, name), parameter.value)
        if rate is not None:
            self._give(("learning_rate", Symbol("rate")), rate)

    # --- bookkeeping ---

    def _samples(self) -> Iterator[int]:
        for s in range(self.n_samples):
            self.sample = s if self.is_batch else None
            yield s
        self.sample = None

    def _unit_quantity(self, kind: str, layer: int, unit: int) -> tuple[str, Symbol]:
        """The name and symbol of a quantity that belongs to a unit."""
        prefix = {"input": "", "loss_part": "E_"}.get(kind, f"{kind}_")
        return self._here(prefix + self.net.unit(layer, unit)), Symbol(kind, layer, unit, self.sample)

    def _here(self, name: str) -> str:
        """A name, with the number of the sample in a batch."""
        return name if self.sample is None else f"{name}({self.sample + 1})"

    def _give(self, quantity: tuple[str, Any], value: float) -> None:
        name, symbol = quantity
        self._claim(name, symbol)
        self.given[name] = value
        self.values[name] = np.float64(value)

    def _claim(self, name: str, symbol: Any) -> None:
        if name in self.symbols:
            raise ValueError(f"net has a parameter named {name!r}, which here means another quantity; rename it")
        self.symbols[name] = symbol

    def _add(
        self, quantity: tuple[str, Any], kind: str, expression: Expression, sentence: str, **more: Any
    ) -> Quantity:
        """Write a step and return its name as a formula; a step written before is not written again."""
        name, symbol = quantity
        if name not in self.written:
            self._claim(name, symbol)
            self.written[name] = expression
            self.values[name] = value = evaluate(expression, self.values)
            self.steps.append(Step(name, kind, expression, float(value), sentence, sample=self.sample, **more))
        assert self.written[name] == expression, f"two formulas for {name}"
        return Quantity(name)

    def _quantity(self, kind: str, layer: int, unit: int) -> Quantity:
        return Quantity(self._unit_quantity(kind, layer, unit)[0])

    def _out(self, layer: int, unit: int) -> Quantity:
        return self._quantity("out" if layer else "input", layer, unit)

    def _outs(self, layer: int) -> list[Expression]:
        return [self._out(layer, j) for j in range(self.net.sizes[layer])]

    def _nets(self, layer: int) -> list[Expression]:
        return [self._quantity("net", layer, j) for j in range(self.net.sizes[layer])]

    def _targets(self) -> list[Expression]:
        return [self._quantity("target", self.net.depth, j) for j in range(self.net.sizes[-1])]

    def _uses_into(self, layer: int, unit: int) -> list[Use]:
        uses = [Use(layer, unit, i) for i in range(self.net.sizes[layer - 1])]
        return uses if self.net.biases[layer - 1] is None else [*uses, Use(layer, unit, None)]

    @property
    def _loss(self) -> tuple[str, Symbol]:
        """The loss that this sample's factors belong to."""
        return (
            ("E_total", Symbol("loss"))
            if self.sample is None
            else (self._here("E"), Symbol("sample_loss", sample=self.sample))
        )

    def _bare(self, name: str, symbol: Any) -> str:
        """A quantity's name without the number of its sample; a parameter's name stays as it is."""
        if self.sample is None or not isinstance(symbol, Symbol) or symbol.sample is None:
            return name
        return name.removesuffix(f"({self.sample + 1})")

    def _ratio(self, of: tuple[str, Any], by: tuple[str, Any], route: str = "") -> tuple[str, Any]:
        """The name and symbol of a partial derivative."""
        above, below = (self._bare(*quantity) for quantity in (of, by))  # the number of the sample is said once
        name = f"d{above}/d{below}" + (f"|{route}" if route else "")
        return (self._here(name) if self.sample is not None else name), ("ratio", of[1], by[1], route)

    # --- the story ---

    def write(self, wrt: str | None) -> None:
        for _ in self._samples():
            self._write_forward()
            self._write_loss()
        if self.is_batch:
            self._write_batch_loss()
        wanted = list(self.net.parameters.values()) if wrt is None else [self.net.parameters[wrt]]
        for _ in self._samples():
            if wrt is None:
                self._write_deltas({layer: set(range(size)) for layer, size in enumerate(self.net.sizes) if layer})
                for parameter in wanted:
                    self._write_gradient_from_deltas(parameter)
            else:
                self._write_one(wanted[0])
        if self.is_batch:
            for parameter in wanted:
                self._write_batch_gradient(parameter)
        if self.rate is not None:
            for parameter in wanted:
                self._write_update(parameter)

    def _write_forward(self) -> None:
        net = self.net
        for layer in range(1, net.depth + 1):
            f = net.activations[layer - 1]
            for j in range(net.sizes[layer]):
                uses = self._uses_into(layer, j)
                terms = [
                    Quantity(net.name_at(use))
                    if use.source is None
                    else Quantity(net.name_at(use)) * self._out(layer - 1, use.source)
                    for use in uses
                ]
                bias = caption("net_bias") if uses[-1].source is None else ""
                self._add(
                    self._unit_quantity("net", layer, j),
                    "net",
                    add_all(terms),
                    caption("net", unit=net.unit(layer, j), bias=bias),
                    nodes=(
                        *(net.unit(layer - 1, use.source) for use in uses if use.source is not None),
                        net.unit(layer, j),
                    ),
                    edges=tuple(edge_name(use) for use in uses),
                )
                if f.elementwise:
                    self._write_out(layer, j)
            if not f.elementwise:
                for j in range(net.sizes[layer]):
                    self._write_out(layer, j)

    def _write_out(self, layer: int, j: int) -> None:
        f, unit = self.net.activations[layer - 1], self.net.unit(layer, j)
        self._add(
            self._unit_quantity("out", layer, j),
            "out",
            f.output(self._nets(layer), j),
            caption("out" if f.elementwise else "out_softmax", unit=unit, activation=f),
            nodes=(unit,) if f.elementwise else tuple(self.net.unit(layer, k) for k in range(self.net.sizes[layer])),
        )

    def _write_loss(self) -> None:
        net, depth = self.net, self.net.depth
        pair = fused(net.loss, net.activations[-1])
        targets, outs, nets = self._targets(), self._outs(depth), self._nets(depth)
        parts: list[Expression] = []
        for j in range(net.sizes[-1]):
            shown = net.loss.part(outs[j], targets[j], net.sizes[-1])
            expression = shown if pair is None else Stable(shown, pair.part_of(nets, outs, targets, j))
            unit = net.unit(depth, j)
            parts.append(
                self._add(
                    self._unit_quantity("loss_part", depth, j),
                    "loss_part",
                    expression,
                    caption("loss_part", unit=unit),
                    nodes=(unit, "E"),
                    edges=(loss_edge(j),),
                )
            )
        sentence = caption("loss") if self.sample is None else caption("sample_loss", sample=self.sample + 1)
        self._add(
            self._loss,
            "loss",
            add_all(parts),
            sentence,
            nodes=("E",),
            edges=tuple(loss_edge(j) for j in range(len(parts))),
        )

    def _over_samples(self, quantity: Callable[[], tuple[str, Any]]) -> Expression:
        """The mean or sum over the batch of a quantity of each sample."""
        total = add_all([Quantity(quantity()[0]) for _ in self._samples()])
        return total / self.n_samples if self.reduction == "mean" else total

    def _write_batch_loss(self) -> None:
        self._add(
            ("E_total", Symbol("loss")),
            "loss",
            self._over_samples(lambda: self._loss),
            caption(f"batch_loss_{self.reduction}", n=self.n_samples),
            nodes=("E",),
        )

    # --- local factors: one arrow of the chain each ---

    def _dE_dout(self, j: int) -> Quantity:
        net, depth = self.net, self.net.depth
        pair = fused(net.loss, net.activations[-1])
        targets, outs, nets = self._targets(), self._outs(depth), self._nets(depth)
        shown = net.loss.derivative(outs[j], targets[j], net.sizes[-1])
        expression = shown if pair is None else Stable(shown, pair.slope_of(nets, outs, targets, j))
        unit = net.unit(depth, j)
        return self._add(
            self._ratio(self._loss, self._unit_quantity("out", depth, j)),
            "local",
            expression,
            caption("dE_dout", unit=unit),
            nodes=(unit, "E"),
            edges=(loss_edge(j),),
        )

    def _coupled(self, layer: int, j: int) -> list[int]:
        """The outputs of a layer that net_j changes: its own, or in softmax all of them."""
        return [j] if self.net.activations[layer - 1].elementwise else list(range(self.net.sizes[layer]))

    def _slope(self, layer: int, i: int, j: int) -> Quantity:
        """d(out_i)/d(net_j)."""
        net, f = self.net, self.net.activations[layer - 1]
        unit, other = net.unit(layer, j), net.unit(layer, i)
        key = "dout_dnet" if i == j else "dout_dnet_across"
        note = caption("flat", unit=unit) if f.name == "hard_limit" else None
        kink = None
        if f.kink:
            kink = self._unit_quantity("net", layer, j)[0], caption("at_kink", unit=unit, reason=f.kink)
            if self.values[kink[0]] == 0:
                note = kink[1]
        return self._add(
            self._ratio(self._unit_quantity("out", layer, i), self._unit_quantity("net", layer, j)),
            "local",
            f.local(self._nets(layer), self._outs(layer), i, j),
            caption(key, unit=unit, other=other, activation=f),
            nodes=tuple(dict.fromkeys((unit, other))),
            note=note,
            kink=kink,
        )

    def _dnet_dout(self, layer: int, k: int, i: int) -> Quantity:
        """d(net_k of layer)/d(out_i of the layer before): the weight between them."""
        use = Use(layer, k, i)
        unit, source = self.net.unit(layer, k), self.net.unit(layer - 1, i)
        return self._add(
            self._ratio(self._unit_quantity("net", layer, k), self._unit_quantity("out", layer - 1, i)),
            "local",
            Quantity(self.net.name_at(use)),
            caption("dnet_dout", unit=unit, source=source),
            nodes=(source, unit),
            edges=(edge_name(use),),
        )

    def _dnet_dparameter(self, parameter: Parameter, layer: int, j: int) -> Quantity:
        """d(net_j)/d(parameter): what the parameter multiplies there, 1 for a bias."""
        uses = [use for use in parameter.uses if (use.layer, use.to) == (layer, j)]
        unit = self.net.unit(layer, j)
        return self._add(
            self._ratio(self._unit_quantity("net", layer, j), (parameter.name, parameter.name)),
            "local",
            add_all([self._multiplied(use) for use in uses]),
            caption("dnet_dbias" if parameter.is_bias else "dnet_dweight", unit=unit, parameter=parameter.name),
            nodes=(*(self.net.unit(layer - 1, use.source) for use in uses if use.source is not None), unit),
            edges=tuple(edge_name(use) for use in uses),
        )

    def _multiplied(self, use: Use) -> Expression:
        """What a parameter multiplies in one of its places."""
        return Number(1) if use.source is None else self._out(use.layer - 1, use.source)

    # --- paths: the chain rule, one product each ---

    def _count_paths(self, places: Sequence[tuple[int, int]]) -> int:
        sizes, functions = self.net.sizes, self.net.activations
        total = 0
        for layer, _ in places:
            n = 1
            for l in range(layer, self.net.depth):
                n *= sizes[l + 1] * (1 if functions[l - 1].elementwise else sizes[l])
            total += n
        return total

    def _routes(self, layer: int, j: int) -> Iterator[list[tuple[int, int, int]]]:
        """Every way from net_j to an output's net, as (layer, net index, out index) stations."""
        if layer == self.net.depth:
            yield [(layer, j, j)]
            return
        for i in self._coupled(layer, j):
            for k in range(self.net.sizes[layer + 1]):
                for rest in self._routes(layer + 1, k):
                    yield [(layer, j, i), *rest]

    def _station(self, layer: int, j: int, i: int) -> str:
        """A stop on a route: the unit, or the two of a softmax layer where the route changes over."""
        unit, other = self.net.unit(layer, j), self.net.unit(layer, i)
        return unit if i == j else f"{unit}⇝{other}"

    def _route_factors(self, route: Sequence[tuple[int, int, int]]) -> list[Quantity]:
        """The factors along a route, from the error back to its first net input."""
        last = self.net.depth
        _, j, _ = route[-1]
        if self.net.activations[-1].elementwise and fused(self.net.loss, self.net.activations[-1]) is None:
            factors = [self._dE_dout(j), self._slope(last, j, j)]
        else:
            factors = [self._delta(last, j)]
        for (layer, j, i), (_, k, _) in reversed(list(pairwise(route))):
            factors += [self._dnet_dout(layer + 1, k, i), self._slope(layer, i, j)]
        return factors

    def _write_one(self, parameter: Parameter) -> None:
        """The derivation of one parameter for one sample: factors, paths, their sum, and the deltas."""
        places = list(dict.fromkeys((use.layer, use.to) for use in parameter.uses))
        name = parameter.name
        gradient = self._ratio(self._loss, (name, name))
        n_paths = self._count_paths(places)
        if n_paths > MOST_PATHS:
            self._write_deltas(self._needed(places))
            self._write_gradient_from_deltas(parameter, caption("gradient_many", n=n_paths, parameter=name))
            return
        terms: list[Expression] = []
        for layer, j in places:
            for route in self._routes(layer, j):
                factors = [*self._route_factors(route), self._dnet_dparameter(parameter, layer, j)]
                self.paths.append(tuple(factor.name for factor in factors))
                product = multiply_all(list(factors))
                nodes, edges = self._touched(factor.name for factor in factors)
                if n_paths == 1:
                    sentence = caption("gradient_product", parameter=name)
                    self._add(gradient, "gradient", product, sentence, nodes=nodes, edges=edges)
                    break
                stations = [self._station(*station) for station in route]
                terms.append(
                    self._add(
                        self._ratio(self._loss, (name, name), "→".join(stations)),
                        "path",
                        product,
                        caption("path", parameter=name, route=f"through {' and '.join(stations)}"),
                        nodes=nodes,
                        edges=edges,
                    )
                )
        if n_paths > 1:
            nodes, edges = self._touched(q.name for q in terms if isinstance(q, Quantity))
            sentence = caption("gradient_paths", parameter=name, n=n_paths)
            self._add(gradient, "gradient", add_all(terms), sentence, nodes=nodes, edges=edges)
        self._write_deltas(self._needed(places))
        units_text = " and ".join(self.net.unit(layer, j) for layer, j in places)
        self._add(
            self._ratio(self._loss, (name, name), "δ"),
            "gathered",
            self._delta_times_input(parameter),
            caption("gathered", units=units_text),
            nodes=tuple(self.net.unit(layer, j) for layer, j in places),
            edges=tuple(edge_name(use) for use in parameter.uses),
        )

    def _touched(self, names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The nodes and edges of some earlier steps together."""
        wanted = set(names)
        steps = [step for step in self.steps if step.name in wanted]
        return (
            tuple(dict.fromkeys(chain.from_iterable(step.nodes for step in steps))),
            tuple(dict.fromkeys(chain.from_iterable(step.edges for step in steps))),
        )

    # --- the delta recursion ---

    def _needed(self, places: Sequence[tuple[int, int]]) -> dict[int, set[int]]:
        """The units whose delta is needed for these places, by layer: all units of every later layer."""
        lowest = min(layer for layer, _ in places)
        needed = {layer: set(range(self.net.sizes[layer])) for layer in range(lowest + 1, self.net.depth + 1)}
        needed[lowest] = {j for layer, j in places if layer == lowest}
        return needed

    def _write_deltas(self, needed: Mapping[int, Collection[int]]) -> None:
        for layer in sorted(needed, reverse=True):
            for j in sorted(needed[layer]):
                self._delta(layer, j)

    def _delta(self, layer: int, j: int) -> Quantity:
        """BP1 for an output, BP2 for a hidden unit, one unit at a time."""
        net, f, unit = self.net, self.net.activations[layer - 1], self.net.unit(layer, j)
        quantity = self._unit_quantity("delta", layer, j)
        if quantity[0] in self.symbols:
            return Quantity(quantity[0])
        is_output = layer == net.depth
        products: list[Expression] = []
        for i in self._coupled(layer, j):
            upstream = self._dE_dout(i) if is_output else self._dE_dout_hidden(layer, i)
            products.append(upstream * self._slope(layer, i, j))
        chain_rule = add_all(products)
        pair = fused(net.loss, f) if is_output else None
        key = (
            "delta_fused"
            if pair
            else "delta_softmax"
            if not f.elementwise
            else "delta_output"
            if is_output
            else "delta_hidden"
        )
        return self._add(
            quantity,
            "delta",
            pair.delta_of(self._nets(layer), self._outs(layer), self._targets(), j) if pair else chain_rule,
            caption(key, unit=unit, activation=f, loss=net.loss),
            nodes=(unit, "E") if is_output else (unit,),
            edges=(loss_edge(j),) if is_output else (),
            before=chain_rule if pair else None,
        )

    def _dE_dout_hidden(self, layer: int, i: int) -> Quantity:
        net, unit = self.net, self.net.unit(layer, i)
        ahead = range(net.sizes[layer + 1])
        uses = [Use(layer + 1, k, i) for k in ahead]
        return self._add(
            self._ratio(self._loss, self._unit_quantity("out", layer, i)),
            "delta",
            add_all([Quantity(net.name_at(use)) * self._delta(layer + 1, use.to) for use in uses]),
            caption("dE_dout_hidden", unit=unit),
            nodes=(unit, *(net.unit(layer + 1, k) for k in ahead)),
            edges=tuple(edge_name(use) for use in uses),
        )

    def _delta_times_input(self, parameter: Parameter) -> Expression:
        """BP3 and BP4: the delta of each place times what the parameter multiplies there, added up."""
        return add_all(
            [
                self._quantity("delta", use.layer, use.to)
                if use.source is None
                else self._quantity("delta", use.layer, use.to) * self._multiplied(use)
                for use in parameter.uses
            ]
        )

    def _write_gradient_from_deltas(self, parameter: Parameter, sentence: str | None = None) -> None:
        units = [self.net.unit(use.layer, use.to) for use in parameter.uses]
        key = "gradient_delta" if len(units) == 1 else "gradient_deltas"
        self._add(
            self._ratio(self._loss, (parameter.name, parameter.name)),
            "gradient",
            self._delta_times_input(parameter),
            sentence or caption(key, units=units[0], n=len(units), parameter=parameter.name),
            nodes=tuple(dict.fromkeys(units)),
            edges=tuple(edge_name(use) for use in parameter.uses),
        )

    def _write_batch_gradient(self, parameter: Parameter) -> None:
        name = (parameter.name, parameter.name)
        self._add(
            (f"dE_total/d{parameter.name}", ("ratio", Symbol("loss"), parameter.name, "")),
            "gradient",
            self._over_samples(lambda: self._ratio(self._loss, name)),
            caption(f"gradient_batch_{self.reduction}", n=self.n_samples),
            edges=tuple(edge_name(use) for use in parameter.uses),
        )

    def _write_update(self, parameter: Parameter) -> None:
        name = parameter.name
        old = Quantity(name)
        moved = old - Quantity("learning_rate") * Quantity(f"dE_total/d{name}")
        is_frozen = name in self.frozen
        self._add(
            (f"{name}_new", ("updated", name)),
            "update",
            old if is_frozen else moved,
            caption("frozen" if is_frozen else "update", parameter=name),
            nodes=(),
            edges=tuple(edge_name(use) for use in parameter.uses),
        )
