"""What a page needs to show derivations: formulas without digits, the steps' order, and the program of the numbers.

Everything is made here, from the steps; the page puts labels and numbers into the formulas and runs the program.
Where a label or a number belongs, a formula has ``<q 12>`` for the label of quantity 12, ``<v 12>`` for its value,
``<g 12>`` for its value in brackets if it needs them, and ``<u 12>`` for its label with the value under it.  A name
that a person chose cannot imitate this: in a name, ``<`` is escaped.
"""

from __future__ import annotations

from math import ceil, floor, log10
from typing import Any

from ...steps.trail import Derivation
from ...views.geometry import bias_node
from ...views.javascript import program
from ...views.layout import EQUALS, TIMES, Leaf, Slot, equation_with, label_box, lay_out, reference
from ...views.mathml import mathml
from ...views.text import text
from ...steps.step import PHASES, Step, edge_name
from ...calculus.timeline import Given

_PHASES = list(PHASES)

#: No slider reaches further.
LARGEST = 1e300


class Script:
    """The derivations that a page has, as one numbered list of quantities.

    Parameters
    ----------
    derivation : Derivation
        The first one.
    """

    def __init__(self, derivation: Derivation) -> None:
        self.given = list(derivation.given)
        self.names = list(self.given)
        self.place = {name: n for n, name in enumerate(self.names)}
        self.labels = [mathml(label_box(derivation.label(name))) for name in self.names]
        self.steps: list[Step] = []
        self.rows: list[dict[str, Any]] = []
        self.scripts: dict[str, dict[str, Any]] = {}
        self.touched = _touched(derivation)
        self.add(derivation)

    def add(self, derivation: Derivation) -> None:
        """Take in the derivation of one more parameter; steps that it shares with others are there once."""
        for step in derivation.steps:
            known = self.place.get(step.name)
            if known is not None and self.steps[known - len(self.given)].expression != step.expression:
                raise ValueError(f"net has a parameter whose name makes {step.name!r} mean two things; rename it")
            if known is None:
                self.place[step.name] = len(self.names)
                self.names.append(step.name)
                self.labels.append(mathml(label_box(derivation.label(step.name))))
                self.steps.append(step)
                self.rows.append(self._row(derivation, step))
        assert derivation.wrt is not None
        self.scripts[derivation.wrt] = {
            "steps": [self.place[step.name] for step in derivation.steps],
            "start": next(n for n, step in enumerate(derivation.steps) if step.phase == "chain"),
            "chain": self._chain(derivation),
        }

    def state(self, everything: Derivation) -> dict[str, Any]:
        """What the page gets.  `everything` is the derivation of all parameters, for updates."""
        return {
            "_names": self.names,
            "_labels": self.labels,
            "_rows": self.rows,
            "_scripts": dict(self.scripts),
            "_touched": self.touched,
            "_program": program(derive=(self.given, self.steps), advance=(self.given, everything.steps)),
            "_advance": advance(everything),
        }

    def _leaf(self, label: Any, is_value: bool) -> Leaf:
        def leaf(name: str, guard: bool) -> Any:
            kind = "q" if not is_value else "g" if guard else "v"
            return Slot(kind, self.place[name], label(name))

        return leaf

    def _row(self, derivation: Derivation, step: Step) -> dict[str, Any]:
        """One step as the page shows it."""

        def label(name: str) -> Any:
            return label_box(derivation.label(name))

        names, values = self._leaf(label, is_value=False), self._leaf(label, is_value=True)
        sides = [mathml(side) for side in equation_with(step, names, values)]
        shown = text(reference(derivation, step.name))
        row: dict[str, Any] = {
            "phase": _PHASES.index(step.phase),
            "kind": step.kind,
            "sentence": step.sentence,
            "sides": _shortened(sides),
            "nodes": step.nodes,
            "edges": step.edges,
        }
        if step.sample is not None:
            row["sample"] = step.sample
        if shown != step.name:
            row["text"] = shown
        if step.kind in ("net", "out"):  # pointed at, a unit's own value lights up the unit alone
            row["own"] = step.nodes[-1:]
        if step.kink is not None:
            row["kink"] = [self.place[step.kink[0]], step.kink[1]]
        elif step.note is not None:
            row["note"] = step.note
        return row

    def _chain(self, derivation: Derivation) -> str:
        """The whole chain rule for the parameter: each factor with its value under it, a line for each path.

        A batch has such lines for each sample, and then the gradient of the batch.
        """
        gradients = [step for step in derivation.steps if step.kind == "gradient"]
        samples = [step for step in gradients if step.sample is not None] or gradients
        each = len(derivation.paths) // len(samples)
        equals, times, plus = mathml(EQUALS), mathml(TIMES), "<mo>+</mo>"
        names = self._leaf(lambda name: label_box(derivation.label(name)), is_value=False)
        whole = '<mtd columnspan="40"><mrow>{}</mrow></mtd>'
        rows = []
        for n, step in enumerate(samples):
            name = f"<q {self.place[step.name]}>"
            if not each:
                rows.append((name, equals, whole.format(mathml(lay_out(step.expression, names)))))
            for k, path in enumerate(derivation.paths[n * each : (n + 1) * each]):
                factors = [f"<u {self.place[factor]}>" for factor in path]  # a column each, so that paths line up
                cells = [f"<mtd><mrow>{times if k else ''}{factor}</mrow></mtd>" for k, factor in enumerate(factors)]
                rows.append(("" if k else name, plus if k else equals, "".join(cells)))
        for step in gradients[len(samples) :]:
            formula = mathml(lay_out(step.expression, names))
            rows.append((f"<q {self.place[step.name]}>", equals, whole.format(formula)))
        table = "".join(f"<mtr><mtd>{a}</mtd><mtd>{b}</mtd>{c}</mtr>" for a, b, c in rows)
        return f'<mtable class="bpv-eq" displaystyle="true">{table}</mtable>'


def _shortened(sides: list[str]) -> list[str]:
    """The sides of an equation; one that is the next one in names instead of numbers is left empty."""
    as_names = [side.replace("<v ", "<q ").replace("<g ", "<q ") for side in sides]
    return ["" if n + 1 < len(sides) and side == as_names[n + 1] else side for n, side in enumerate(sides)]


def advance(everything: Derivation) -> dict[str, Any]:
    """Where the program that updates keeps what a page needs of it."""
    given = list(everything.given)
    place = {name: n for n, name in enumerate([*given, *(step.name for step in everything.steps)])}
    watched = ("out", "loss", "gradient", "update")
    return {
        "size": len(place),
        "next": {str(place[name]): place[f"{name}_new"] for name in everything.network.parameters},
        "loss": place["E_total"],
        "finite": [place[step.name] for step in everything.steps if step.kind in watched],
    }


def gradient_places(everything: Derivation) -> dict[str, int]:
    """Where the program that updates keeps the gradient of each parameter."""
    names = [*everything.given, *(step.name for step in everything.steps)]
    return {name: names.index(f"dE_total/d{name}") for name in everything.network.parameters}


def _touched(derivation: Derivation) -> list[dict[str, Any]]:
    """For every given quantity the parts of the diagram that light up with it."""
    net = derivation.network
    found: list[dict[str, Any]] = []
    for name in derivation.given:
        nodes: list[str] = []
        edges: list[str] = []
        if name in net.parameters:
            uses = net.parameters[name].uses
            nodes = sorted({bias_node(use.layer) for use in uses if use.source is None})
            edges = [edge_name(use) for use in uses]
        elif name != "learning_rate":
            nodes = [name.removeprefix("target_").split("(")[0]]
        found.append({"nodes": nodes, "edges": edges})
    return found


def limits(given: Given) -> list[dict[str, Any]]:
    """For every given number its group, the ends and step of its slider, and what it may not pass.

    Targets that must sum to one are marked as shares: when one changes, the others of its sample make room.
    """
    net = given.network
    last = net.activations[-1]
    parameters = [abs(parameter.value) for parameter in net.parameters.values()]
    targets = [abs(float(value)) for value in given.target.flat]
    groups: dict[str, dict[str, Any]] = {
        "input": _slider(_span([abs(float(value)) for value in given.x.flat])),
        "parameter": _slider(_span(parameters)),
        "target": _slider(_span(targets)),
        "rate": {"low": 0, "high": _nice(min(max(1.0, 2 * given.learning_rate), LARGEST)), "above": 0},
    }
    if net.loss.probabilities:
        groups["target"] = {"low": 0, "high": 1, "least": 0, "most": 1}
    elif last.low > -float("inf") and last.high < float("inf"):
        groups["target"] = {"low": last.low, "high": last.high}
    found = []
    for name in given.numbers:
        group = (
            "parameter"
            if name in net.parameters
            else "rate"
            if name == "learning_rate"
            else "target"
            if name.startswith("target_")
            else "input"
        )
        slider = groups[group]
        entry = {"group": group, **slider, "step": 10.0 ** floor(log10((slider["high"] - slider["low"]) / 250))}
        if group == "target" and net.loss.targets_sum_to_one:
            entry["shares"] = name.partition("(")[2]
        found.append(entry)
    return found


def _slider(span: float) -> dict[str, Any]:
    return {"low": -span, "high": span}


def _span(sizes: list[float]) -> float:
    return _nice(min(max(1.0, 2 * max(sizes, default=0.0)), LARGEST))


def _nice(value: float) -> float:
    """The least of 1, 2, 5, 10, 20, ... and their fractions that is not below a positive value."""
    power: float = 10.0 ** floor(log10(value))
    return next((n * power for n in (1, 2, 5) if n * power >= value * (1 - 1e-9)), 10.0 ** (ceil(log10(power)) + 1))
