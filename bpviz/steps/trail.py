"""The derivation: backpropagation as an ordered list of steps, each said by earlier names.

The list is one for every purpose: it is shown (as text, LaTeX, MathML, a diagram), evaluated (in float64,
exactly, to fifty digits) and checked.  It grows linearly with the network; the composed formula, which grows
with every path, is never written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..formula.tree import evaluate, exact, multiprecision
from ..networks.network import Network
from .notation import AnyLabel, Label, Notation, Ratio, Symbol, parameter_label, updated_label
from .notation import notation as find_notation
from ..calculus.passes import backward, columns, forward, frozen_names, network_given, samples
from .step import PHASES, Step, StepWriter
from ..words.validation import one_of, positive_number, whole_number

if TYPE_CHECKING:
    from ..views.table import Table
    from ..derivation.witnesses import Check


@dataclass(frozen=True)
class Derivation:
    """The steps from the inputs to the gradient of one parameter, or of all.  Made by `derive`.

    Attributes
    ----------
    network : Network
    x, target : arrays
        The sample or batch, as given.
    wrt : str or None
        The parameter, or None for all of them.
    learning_rate : float or None
    steps : tuple of Step
    given : mapping of str to float
        The numbers it starts from: inputs, targets, parameters, the learning rate.
    symbols : mapping of str to Symbol, str or tuple
        What each name means; `label` turns it into what it looks like.
    paths : tuple of tuples of str
        The names of the factors along each path from the error to the parameter; empty where they are too many.
    notation : Notation
    reduction : str
    """

    network: Network
    x: Any
    target: Any
    wrt: str | None
    learning_rate: float | None
    steps: tuple[Step, ...]
    given: Mapping[str, float]
    symbols: Mapping[str, Any] = field(repr=False)
    paths: tuple[tuple[str, ...], ...]
    notation: Notation
    reduction: str

    @cached_property
    def by_name(self) -> Mapping[str, Step]:
        """The steps by the name of what they compute."""
        return {step.name: step for step in self.steps}

    @cached_property
    def values(self) -> Mapping[str, float]:
        """Every quantity's value in float64, what is given included."""
        return MappingProxyType({**self.given, **{step.name: step.value for step in self.steps}})

    @cached_property
    def gradients(self) -> Mapping[str, float]:
        """The gradient of the loss by each parameter that was asked for."""
        wanted = self.network.parameters if self.wrt is None else (self.wrt,)
        return {name: self.by_name[f"dE_total/d{name}"].value for name in wanted}

    @property
    def factors(self) -> tuple[Step, ...]:
        """The chain-rule factors, dE/dout, dout/dnet, dnet/dw, ..., each once, in the order they are met."""
        return tuple(step for step in self.steps if step.kind == "local")

    @property
    def value(self) -> float:
        """The gradient of the loss by the parameter asked for."""
        return self.gradients[self._asked("value")]

    @property
    def updated(self) -> float:
        """The parameter's value after the update."""
        name = f"{self._asked('updated')}_new"
        if name not in self.by_name:
            raise ValueError("learning_rate was not given to derive(), so there is no updated value")
        return self.by_name[name].value

    @property
    def notes(self) -> tuple[str, ...]:
        """What a learner has to know about these numbers: corners, jumps."""
        return tuple(dict.fromkeys(step.note for step in self.steps if step.note))

    def _asked(self, what: str) -> str:
        if self.wrt is None:
            raise ValueError(f"wrt was not given to derive(), so {what} has no single answer; use gradients or by_name")
        return self.wrt

    def label(self, name: str) -> AnyLabel:
        """What a quantity looks like in this derivation's notation."""
        return self._label(self.symbols[one_of(name, "name", self.symbols)])

    def _label(self, symbol: Any) -> AnyLabel:
        match symbol:
            case Symbol():
                return self.notation.label(symbol, self.network.sizes)
            case str():
                return self._parameter_labels[symbol]
            case ("updated", str() as name):
                return updated_label(self._parameter_labels[name])
            case ("ratio", of, by, str() as route):
                above, below = self._label(of), self._label(by)
                assert isinstance(above, Label)
                assert isinstance(below, Label)
                return Ratio(above, below, route)
        raise TypeError(f"no label for {symbol!r}")

    @cached_property
    def _parameter_labels(self) -> dict[str, Label]:
        """What each parameter looks like; where two would look alike, as w1 and w_1, the second keeps its bare name."""
        labels: dict[str, Label] = {}
        for name in self.network.parameters:
            label = parameter_label(name, self.notation.first_layer)
            labels[name] = label if label not in labels.values() else Label(name)
        return labels

    def in_notation(self, name: str | Notation) -> Derivation:
        """The same derivation written in another notation; the numbers stay.

        Examples
        --------
        >>> net = Network(weights=[[[0.5]]], weight_names=[[["w1"]]])
        >>> derive(net, [1.0], [0.0], wrt="w1").in_notation("z_a").label("net_o1")
        Label(base='z', sub='1', sup='(1)')
        """
        return replace(self, notation=find_notation(name))

    # --- the same list in other arithmetics ---

    def exact(self) -> dict[str, Any]:
        """Every quantity exactly, as SymPy numbers; each given number is the decimal it is written as.

        Examples
        --------
        >>> net = Network(weights=[[[0.1, 0.2]]], activations="linear", weight_names=[[["u", "v"]]])
        >>> derive(net, [3, 4], [1], wrt="v").exact()["dE_total/dv"]
        2/5
        """
        arithmetic = exact()
        return self._evaluate(arithmetic, {name: arithmetic.number(value) for name, value in self.given.items()})

    def evaluate(self, digits: int = 50) -> dict[str, Any]:
        """Every quantity to `digits` significant digits (up to 10,000), as SymPy Floats, which print them all.

        Examples
        --------
        >>> net = Network(weights=[[[0.5]]], weight_names=[[["w"]]])
        >>> print(derive(net, [1], [0], wrt="w").evaluate(digits=30)["out_o1"])
        0.622459331201854564638900565746
        """
        import mpmath
        import sympy as sp

        whole_number(digits, "digits", 1, 10_000)
        arithmetic = multiprecision()
        earlier: dict[str, Any] = {}
        # Cancellation costs digits, nobody knows how many: more and more are carried until the answer stays.
        for carried in (30 * 2**n for n in range(12)):
            with mpmath.workdps(digits + carried):
                given = {name: arithmetic.number(value) for name, value in self.given.items()}
                found = self._evaluate(arithmetic, given)
                close = mpmath.mpf(10) ** (-digits - 2)
                if earlier and all(abs(v - earlier[name]) <= close * abs(v) for name, v in found.items()):
                    break
                earlier = found
        with mpmath.workdps(digits + 10):
            return {name: sp.Float(value, digits) for name, value in found.items()}

    def sympy(self) -> dict[str, Any]:
        """Every step's formula as a SymPy expression in the symbols of earlier names.

        Examples
        --------
        >>> net = Network(weights=[[[0.5]]], weight_names=[[["w"]]])
        >>> derive(net, [1], [0], wrt="w").sympy()["out_o1"]
        1/(1 + exp(-net_o1))
        """
        import sympy as sp

        symbols = {name: sp.Symbol(name, real=True) for name in self.values}
        return {step.name: evaluate(step.expression, symbols, exact()) for step in self.steps}

    def _evaluate(self, arithmetic: Any, values: dict[str, Any]) -> dict[str, Any]:
        for step in self.steps:
            values[step.name] = evaluate(step.expression, values, arithmetic)
        return values

    # --- views ---

    def check(self) -> Check:
        """Hold every gradient against three independent witnesses; raise `WitnessError` if one disagrees.

        The product of factors is held against the backward pass, ``sympy.diff`` of the loss, and the complex step.
        Print the result, or end a cell with it, to see the table.
        """
        from ..derivation.witnesses import check

        return check(self)

    def text(self, digits: int = 6) -> str:
        """The steps as plain text, a line each; what ``print`` shows."""
        return self.excerpt().text(digits)

    def latex(self, digits: int = 6) -> str:
        """The steps as LaTeX: one ``aligned`` block."""
        return self.excerpt().latex(digits)

    def mathml(self, digits: int = 6) -> str:
        """The steps as native MathML: one table, a row for each equals sign."""
        from ..views.mathml import steps_mathml

        return steps_mathml(self, self.steps, digits)

    def excerpt(self, *which: str) -> Excerpt:
        """Some of the steps, to look at: by phase (forward, loss, chain, update), kind or name; all without any.

        Examples
        --------
        >>> net = Network(weights=[[[0.5]]], activations="linear", weight_names=[[["w"]]])
        >>> print(derive(net, [2], [0], wrt="w").excerpt("local"))
        Chain rule
          dE_total/dout_o1 = -(target_o1 - out_o1) = -(0 - 1) = 1
          dout_o1/dnet_o1 = 1
          dnet_o1/dw = i1 = 2
        """
        kinds = [kind for phase in PHASES.values() for kind in phase]
        for choice in which:
            one_of(choice, "which", dict.fromkeys((*PHASES, *kinds, *self.by_name)))
        steps = (step for step in self.steps if not which or {step.phase, step.kind, step.name} & set(which))
        return Excerpt(self, tuple(steps))

    def table(self, digits: int = 6) -> Table:
        """Every parameter asked for: its value, its gradient and, with a learning rate, its new value."""
        from ..formula.digits import check_digits, round_number
        from ..views.table import Table

        check_digits(digits)
        has_update = self.learning_rate is not None
        names = {name: (name, f"dE_total/d{name}", f"{name}_new") for name in self.gradients}
        head = ("parameter", "value", "gradient", *(("after the update",) if has_update else ()))
        rows = [
            (name, *(str(round_number(self.values[key], digits)) for key in keys[: 3 if has_update else 2]))
            for name, keys in names.items()
        ]
        return Table(head, rows)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        what = "every parameter" if self.wrt is None else self.wrt
        return f"<Derivation of {what} in {self.network!r}, {len(self.steps)} steps>"

    def _repr_latex_(self) -> str:
        return self.excerpt()._repr_latex_()


@dataclass(frozen=True, repr=False)
class Excerpt:
    """Some steps of a derivation, to look at.  Made by `Derivation.excerpt`."""

    derivation: Derivation
    steps: tuple[Step, ...]

    def text(self, digits: int = 6) -> str:
        """The steps as plain text, a line each."""
        from ..views.text import steps_text

        return steps_text(self.derivation, self.steps, digits)

    def latex(self, digits: int = 6) -> str:
        """The steps as one LaTeX ``aligned`` block."""
        from ..views.latex import steps_latex

        return steps_latex(self.derivation, self.steps, digits)

    def mathml(self, digits: int = 6) -> str:
        """The steps as native MathML."""
        from ..views.mathml import steps_mathml

        return steps_mathml(self.derivation, self.steps, digits)

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _repr_latex_(self) -> str:
        return f"$${self.latex()}$$"


def derive(
    net: Network,
    x: Any,
    target: Any,
    wrt: str | None = None,
    learning_rate: float | None = None,
    *,
    frozen: Collection[str] = (),
    reduction: str = "mean",
    notation: str | Notation = "net_out",
) -> Derivation:
    """Derive the gradient of one parameter, or of all, step by step.

    For one parameter every path from it to the error is written as its own product (up to 32 paths), and then
    the delta recursion that gathers them.  For all, the deltas are written once and shared.

    Parameters
    ----------
    net : Network
    x : array of shape (n_in,) or (n_samples, n_in)
    target : array of shape (n_out,) or (n_samples, n_out)
    wrt : str, optional
        The name of a parameter; without it, every parameter is derived.
    learning_rate : float, optional
        With it, the derivation ends with the update ``w_new = w - learning_rate dE/dw``.
    frozen : collection of str, optional
        Parameters that the update leaves as they are.
    reduction : "mean" or "sum"
        How the errors of a batch make one error.
    notation : "net_out" (articles 2 and 4), "z_a" (article 5), "h_d" (article 1), "z_n" or "s_y" (article 2: its
        matrix form and its index form)

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> net = Network(weights=[[[0.4, 0.6]]], weight_names=[[["w1", "w2"]]])
    >>> d = derive(net, [1.0, 2.0], [0.0], wrt="w2", learning_rate=0.5)
    >>> [step.name for step in d.factors]
    ['dE_total/dout_o1', 'dout_o1/dnet_o1', 'dnet_o1/dw2']
    >>> f"{d.value:.6f} {d.updated:.6f}"
    '0.232572 0.483714'
    """
    network_given(net)
    xs = samples(x, "x", net.sizes[0], net.dtype)
    targets = samples(target, "target", net.sizes[-1], net.dtype)
    if xs.shape[:-1] != targets.shape[:-1]:
        raise ValueError(f"target has shape {targets.shape}, but it must fit x, of shape {xs.shape}")
    net.loss.check_target(columns(targets))
    if wrt is not None:
        one_of(wrt, "wrt", net.parameters)
    rate = None if learning_rate is None else positive_number(learning_rate, "learning_rate")
    one_of(reduction, "reduction", ("mean", "sum"))
    exact = net.in_float64()
    backward(exact, forward(exact, xs), targets, reduction)  # refuses numbers that grow beyond a float
    builder = StepWriter(net, xs, targets, rate, frozen_names(net, frozen), reduction)
    with np.errstate(all="ignore"):  # at saturation a factor may be 0 or inf; the step shows it
        builder.write(wrt)
    return Derivation(
        net,
        xs,
        targets,
        wrt,
        rate,
        tuple(builder.steps),
        MappingProxyType(builder.given),
        MappingProxyType(builder.symbols),
        tuple(builder.paths),
        find_notation(notation),
        reduction,
    )
