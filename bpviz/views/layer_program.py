"""A derivation in whole layers as a JavaScript program: a line for each matrix.

A page runs it to follow a drawn input or an update without Python.  A matrix is ``{rows, columns, data}``, and the
program keeps all of them by their names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from ..formula.indexed import Hadamard, Matmul, Transposed
from ..formula.tree import Expression, Negative, Number, Product, Quantity, Quotient, Sum
from ..networks.losses import fused
from ..steps.layer_trail import LayerTrail
from ..steps.layers import held
from ..steps.whole import LayerStep, Whole
from .code import JAVASCRIPT, Code, code
from .javascript import PRELUDE

#: What matrices are made from, and what finds their largest entries.
MATRICES = Path(__file__).with_name("matrices.js").read_text(encoding="utf-8")


def layer_program(trail: LayerTrail) -> str:
    """A module whose ``derive(m)`` takes what is given, matrices by their names, and adds all others.

    ``forward(m)`` adds those of the forward pass and the error.  What a hidden layer is sent back is there too, though
    its delta is one step.

    Examples
    --------
    >>> from bpviz import Network, derive_layers
    >>> net = Network([[[0.5, 1.0]]], activations="linear")
    >>> print(layer_program(derive_layers(net, [1, 2], [0])).removeprefix(PRELUDE + MATRICES))
    export function forward(m) {
      m["net 1"] = product(m["weights 1"], m["input"]);
      m["out 1"] = each((net) => net, m["net 1"]);
      m["loss"] = by_column(total, each((out, target) => 1/2*(target - out)**2, m["out 1"], m["target"]));
    }
    export function derive(m) {
      forward(m);
      m["by_output 1"] = each((out, target) => -(target - out), m["out 1"], m["target"]);
      m["slope 1"] = each((net, out) => 1, m["net 1"], m["out 1"]);
      m["delta 1"] = each((a, b) => a*b, m["by_output 1"], m["slope 1"]);
      m["weight_gradient 1"] = product(m["delta 1"], transposed(m["input"]));
    }
    <BLANKLINE>
    """
    writer = _Writer(trail)
    ahead = [step for step in trail.steps if step.phase in ("forward", "loss")]
    behind = [step for step in trail.steps if step.phase not in ("forward", "loss")]
    parts = {"forward": map(writer.line, ahead), "derive": ["  forward(m);\n", *map(writer.line, behind)]}
    functions = (f"export function {name}(m) {{\n{''.join(lines)}}}\n" for name, lines in parts.items())
    return "".join((PRELUDE, MATRICES, *functions))


def _m(kind: str, layer: int = 0) -> str:
    name = Whole("input").name if (kind, layer) == ("out", 0) else Whole(kind, layer).name
    return f"m[{json.dumps(name)}]"


def _each(x: Expression, names: Sequence[str], *matrices: str) -> str:
    """A formula of single entries, done for every entry."""
    written = code(x, {name: Code(name) for name in names}, JAVASCRIPT)
    return f"each(({', '.join(names)}) => {written}, {', '.join(matrices)})"


class _Writer:
    """Writes the steps of one trail."""

    def __init__(self, trail: LayerTrail) -> None:
        self.trail, self.given, self.net = trail, trail.exercise, trail.network
        self.pair = fused(self.net.loss, self.net.activations[-1])
        own: dict[str, Callable[[int], str]] = {
            "out": self.out, "errors": self.errors, "by_output": self.by_output, "slope": self.slope,
            "delta": self.delta, "bias_gradient": self.bias_gradient,
        }  # fmt: skip
        self.own = own if self.given.is_batch else {**own, "loss": self.errors}

    def line(self, step: LayerStep) -> str:
        """The statement that computes a step, and before it what only the entries of its matrix need."""
        kind, l = step.of.kind, step.of.layer
        value = self.own[kind](l) if kind in self.own else self.matrix(step.expression)
        if kind.endswith("_new") and (places := held(self.given, kind.removesuffix("_new"), l, step.shape)):
            value = f"kept({_m(kind.removesuffix('_new'), l)}, {value}, {json.dumps(places)})"
        more = ""
        if kind == "delta" and l < self.net.depth and self.net.activations[l - 1].elementwise:
            more = f"  {_m('sent_back', l)} = product(transposed({_m('weights', l + 1)}), {_m('delta', l + 1)});\n"
        return f"{more}  m[{json.dumps(step.name)}] = {value};\n"

    # --- lines that are formulas of matrices ---

    def matrix(self, x: Expression) -> str:
        """A formula of matrices."""
        match x:
            case Quantity(name=name):
                return f"m[{json.dumps(name)}]"
            case Transposed(of=of):
                return f"transposed({self.matrix(of)})"
            case Matmul(factors=(first, *more)):
                written = self.matrix(first)
                for factor in more:
                    written = f"product({written}, {self.matrix(factor)})"
                return written
            case Hadamard(factors=factors) | Product(factors=factors) if not any(
                isinstance(f, Number) for f in factors
            ):
                return self.entries("*", [self.matrix(factor) for factor in factors])
            case Sum(terms=(first, *more)):
                written = self.matrix(first)
                for term in more:
                    sign, other = ("-", term.of) if isinstance(term, Negative) else ("+", term)
                    written = self.entries(sign, [written, self.matrix(other)])
                return written
            case Quotient(above=above, below=Number(value=value)):
                return f"each((a) => a/{value!r}, {self.matrix(above)})"
        raise TypeError(f"no program for {type(x).__name__}")

    @staticmethod
    def entries(sign: str, matrices: list[str]) -> str:
        """Two matrices, or more, entry by entry."""
        letters = "abcdefgh"[: len(matrices)]
        between = sign if sign == "*" else f" {sign} "
        return f"each(({', '.join(letters)}) => {between.join(letters)}, {', '.join(matrices)})"

    # --- lines that are functions of single entries, in the forms that keep their digits ---

    def out(self, l: int) -> str:
        f, net = self.net.activations[l - 1], _m("net", l)
        if f.elementwise:
            return _each(f.formula(Quantity("net")), ["net"], net)
        return f"each((net, all) => Math.exp(net - all), {net}, by_column((xs) => log_sum_exp(...xs), {net}))"

    def errors(self, _: int) -> str:
        L, n = self.net.depth, self.net.sizes[-1]
        names = [Quantity("net")], [Quantity("target")]
        if self.pair is None:
            part = self.net.loss.part(Quantity("out"), Quantity("target"), n)
            parts = _each(part, ["out", "target"], _m("out", L), _m("target"))
        elif self.net.activations[-1].elementwise:
            parts = _each(self.pair.part_of(*names, 0), ["net", "target"], _m("net", L), _m("target"))
        else:
            everything = f"by_entry((xs, x) => log_sum_exp(...xs.map((other) => other - x)), {_m('net', L)})"
            parts = f"each((all, target) => target*all, {everything}, {_m('target')})"
        return f"by_column(total, {parts})"

    def by_output(self, l: int) -> str:
        slope = self.net.loss.derivative(Quantity("out"), Quantity("target"), self.net.sizes[-1])
        return _each(slope, ["out", "target"], _m("out", l), _m("target"))

    def slope(self, l: int) -> str:
        steepness = self.net.activations[l - 1].derivative(Quantity("net"), Quantity("out"))
        return _each(steepness, ["net", "out"], _m("net", l), _m("out", l))

    def delta(self, l: int) -> str:
        is_last = l == self.net.depth
        f = self.net.activations[l - 1]
        if is_last and self.pair is not None:
            if f.elementwise:
                x = self.pair.delta_of([Quantity("net")], [Quantity("out")], [Quantity("target")], 0)
                return _each(x, ["net", "out", "target"], _m("net", l), _m("out", l), _m("target"))
            out, target = _m("out", l), _m("target")
            formula = "out*others_t - target*others_o"
            arguments = "out, target, others_t, others_o"
            return f"each(({arguments}) => {formula}, {out}, {target}, others({target}), others({out}))"
        back = _m("by_output" if is_last else "sent_back", l)
        if f.elementwise:
            return self.entries("*", [back, _m("slope", l)])
        beyond = f"beyond_largest({back}, {_m('out', l)})"
        weighted = self.entries("*", [_m("out", l), beyond])
        return f"each((a, e, sum) => a*(e - sum), {_m('out', l)}, {beyond}, by_column(total, {weighted}))"

    def bias_gradient(self, l: int) -> str:
        summed = f"row_sums({_m('delta', l)})" if self.given.is_batch else _m("delta", l)
        if self.trail.shares_bias(l):
            rows = f"by_column(total, {summed})"
            summed = f"each((a, b) => b, {_m('biases', l)}, {rows})"
        return summed if self.given.share == 1 else f"each((a) => a/{self.given.share}, {summed})"
