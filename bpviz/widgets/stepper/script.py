"""What a page needs to show derivations: formulas without digits, the steps' order, and the program of the numbers.

Everything is made here, from the steps; the page puts labels and numbers into the formulas and runs the program.
It knows quantities by their numbers.  Where a label or a value belongs, a formula has ``<q 12>`` for the label of
quantity 12, ``<v 12>`` for its value, ``<g 12>`` for its value in brackets if it needs them, and ``<u 12>`` for its
label with the value under it.  A name that a person chose cannot imitate this: in a name, ``<`` is escaped.
"""

from typing import Any

from ...networks.names import Symbol, bias_node, edge_name
from ...steps.step import PHASES, Step
from ...steps.trail import Trail
from ...views.boxes import EQUALS, PLUS, TIMES, Slot
from ...views.decisions import QUOTIENT, ROOM
from ...views.inline import in_sentences
from ...views.javascript import program
from ...views.layout import Leaf, label_box, lay_out
from ...views.mathml import aligned, mathml
from ...views.picture import LINES
from ...views.sides import equation_with, reference, sum_of_paths
from ...views.text import text
from .program import Places, advance, drawn

_PHASES = list(PHASES)


class Script:
    """The derivations that a page has, as one numbered list of quantities.

    Parameters
    ----------
    trail : Trail
        The first one.
    """

    def __init__(self, trail: Trail) -> None:
        self.given = list(trail.given)
        self.names = list(self.given)
        self.place: Places = {name: n for n, name in enumerate(self.names)}
        self.labels = [mathml(label_box(trail.label(name))) for name in self.names]
        self.steps: list[Step] = []
        self.rows: list[dict[str, Any]] = []
        self.scripts: dict[str, dict[str, Any]] = {}
        self.touched = [_touched(trail, symbol) for symbol in trail.exercise.symbols.values()]
        self.add(trail)

    def add(self, trail: Trail) -> None:
        """Take in the derivation of one more parameter; steps that it shares with others are there once."""
        for step in trail.steps:
            known = self.place.get(step.name)
            if known is not None and self.steps[known - len(self.given)].symbol != step.symbol:
                raise ValueError(f"net has a parameter whose name makes {step.name!r} mean two things; rename it")
            if known is None:
                self.place[step.name] = len(self.names)
                self.names.append(step.name)
                self.labels.append(mathml(label_box(trail.label(step.name))))
                self.steps.append(step)
                self.rows.append(self._row(trail, step))
        assert trail.wrt is not None
        self.scripts[trail.wrt] = {
            "steps": [self.place[step.name] for step in trail.steps],
            "start": next(n for n, step in enumerate(trail.steps) if step.phase == "chain"),
            "chain": self._chain(trail),
        }

    def state(self, everything: Trail) -> dict[str, Any]:
        """What the page gets.  `everything` is the derivation of all parameters, for updates."""
        given = everything.exercise
        return {
            "_names": self.names,
            "_labels": self.labels,
            "_rows": self.rows,
            "_written": in_sentences((name, everything.label(name)) for name in everything.network.parameters),
            "_scripts": dict(self.scripts),
            "_touched": self.touched,
            "_drawn": drawn(everything.network, self.place, given.n_samples if given.is_batch else None),
            "_program": program(
                {**LINES, **ROOM, **QUOTIENT}, derive=(self.given, self.steps), advance=(self.given, everything.steps)
            ),
            "_advance": advance(everything),
        }

    def _leaf(self, label: Any, is_value: bool) -> Leaf:
        def leaf(name: str, guard: bool) -> Any:
            kind = "q" if not is_value else "g" if guard else "v"
            return Slot(kind, self.place[name], label(name))

        return leaf

    def _row(self, trail: Trail, step: Step) -> dict[str, Any]:
        """One step as the page shows it."""

        def label(name: str) -> Any:
            return label_box(trail.label(name))

        names, values = self._leaf(label, is_value=False), self._leaf(label, is_value=True)
        sides = [mathml(side) for side in equation_with(step, names, values)]
        if (short := sum_of_paths(trail, step, values)) is not None:
            sides[:-1] = map(mathml, short)
        shown = text(reference(trail, step.name))
        row: dict[str, Any] = {
            "phase": _PHASES.index(step.phase),
            "kind": step.kind,
            "sentence": step.sentence,
            "sides": _shortened(sides),
            "nodes": step.nodes,
            "edges": step.edges,
        }
        if (sample := trail.samples[step.name]) is not None:
            row["sample"] = sample
        if shown != step.name:
            row["text"] = shown
        if step.kind in ("net", "out"):  # pointed at, a unit's own value lights up the unit alone
            row["own"] = step.nodes[-1:]
        if step.kink is not None:
            row["kink"] = [self.place[step.kink[0]], step.kink[1]]
        elif step.note is not None:
            row["note"] = step.note
        return row

    def _chain(self, trail: Trail) -> str:
        """The whole chain rule for the parameter: each factor with its value under it, a line for each path.

        A batch has such lines for each sample, and then the gradient of the batch.
        """
        gradients = [step for step in trail.steps if step.kind == "gradient"]
        samples = [step for step in gradients if step.sample is not None] or gradients
        each = len(trail.paths) // len(samples)
        equals, times, plus = mathml(EQUALS), mathml(TIMES), mathml(PLUS)
        names = self._leaf(lambda name: label_box(trail.label(name)), is_value=False)
        whole = '<mtd columnspan="40"><mrow>{}</mrow></mtd>'
        rows = []
        for n, step in enumerate(samples):
            name = f"<q {self.place[step.name]}>"
            if not each:
                rows.append((name, equals, whole.format(mathml(lay_out(step.expression, names)))))
            for k, path in enumerate(trail.paths[n * each : (n + 1) * each]):
                factors = [f"<u {self.place[factor]}>" for factor in path]  # a column each, so that paths line up
                cells = [f"<mtd><mrow>{times if k else ''}{factor}</mrow></mtd>" for k, factor in enumerate(factors)]
                rows.append(("" if k else name, plus if k else equals, "".join(cells)))
        for step in gradients[len(samples) :]:
            formula = mathml(lay_out(step.expression, names))
            rows.append((f"<q {self.place[step.name]}>", equals, whole.format(formula)))
        return aligned(f"<mtr><mtd>{a}</mtd><mtd>{b}</mtd>{c}</mtr>" for a, b, c in rows)


def _shortened(sides: list[str]) -> list[str]:
    """The sides of an equation; one that is the next one in names instead of numbers is left empty."""
    as_names = [side.replace("<v ", "<q ").replace("<g ", "<q ") for side in sides]
    return ["" if n + 1 < len(sides) and side == as_names[n + 1] else side for n, side in enumerate(sides)]


def _touched(trail: Trail, symbol: Symbol) -> dict[str, Any]:
    """The parts of the diagram that light up with a given quantity."""
    net = trail.network
    nodes: list[str] = []
    edges: list[str] = []
    if symbol.parameter in net.parameters:  # it, or what is remembered of it
        uses = net.parameters[symbol.parameter].uses
        nodes = sorted({bias_node(use.layer) for use in uses if use.source is None})
        edges = [edge_name(use) for use in uses]
    elif symbol.kind in ("input", "target"):
        nodes = [net.unit(symbol.layer, symbol.unit)]
    return {"nodes": nodes, "edges": edges}
