"""What a page needs to show derivations step by step: rows of MathML, numbers, and what touches what.

Everything is made here, from the steps; the page only shows, hides and formats.
"""

from __future__ import annotations

import math
from html import escape
from typing import Any

from ..derivation import Derivation
from ..network import Network
from ..render.diagram import edge_style
from ..render.geometry import bias_node
from ..render.layout import EQUALS, TIMES, lay_out, name_leaf, reference
from ..render.mathml import mathml, sides
from ..render.text import HEADINGS, text
from ..steps import Step, edge_name

#: Enough for any number of digits the page may be asked to show; the page rounds for itself.
DIGITS = 6


def row(derivation: Derivation, step: Step) -> dict[str, Any]:
    """One step as the page shows it."""
    name, *rest = sides(derivation, step.name, DIGITS)
    return {
        "name": step.name,
        "text": text(reference(derivation, step.name)),
        "phase": HEADINGS[step.phase],
        "kind": step.kind,
        "sentence": step.sentence,
        "label": name,
        "sides": rest,
        "nodes": step.nodes,
        "edges": step.edges,
        "sample": step.sample,
    }


def outline(derivation: Derivation) -> dict[str, Any]:
    """The order of a derivation's steps, where its chain rule starts, and the chain rule as a whole."""
    start = next(n for n, step in enumerate(derivation.steps) if step.phase == "chain")
    return {"steps": [step.name for step in derivation.steps], "start": start, "chain": chain(derivation)}


def chain(derivation: Derivation) -> str:
    """The whole chain rule for the parameter: each factor with its value under it, a line for each path.

    A batch has such lines for each sample, and then the gradient of the batch.
    """
    gradients = [step for step in derivation.steps if step.kind == "gradient"]
    samples = [step for step in gradients if step.sample is not None] or gradients
    each = len(derivation.paths) // len(samples)
    equals, plus = mathml(EQUALS), "<mo>+</mo>"
    rows = []
    for n, step in enumerate(samples):
        name = mathml(reference(derivation, step.name))
        if not each:
            rows.append((name, equals, mathml(lay_out(step.expression, name_leaf(derivation)))))
        for k, path in enumerate(derivation.paths[n * each : (n + 1) * each]):
            factors = mathml(TIMES).join(_factor(derivation, factor) for factor in path)
            rows.append(("" if k else name, plus if k else equals, f"<mrow>{factors}</mrow>"))
    for step in gradients[len(samples) :]:
        formula = mathml(lay_out(step.expression, name_leaf(derivation)))
        rows.append((mathml(reference(derivation, step.name)), equals, formula))
    table = "".join(f"<mtr><mtd>{a}</mtd><mtd><mrow>{b}{c}</mrow></mtd></mtr>" for a, b, c in rows)
    return f'<math display="block"><mtable class="bpv-eq" displaystyle="true">{table}</mtable></math>'


def _factor(derivation: Derivation, name: str) -> str:
    label = mathml(reference(derivation, name))
    value = f'<mstyle scriptlevel="0"><mrow class="bpv-v bpv-under" data-v="{escape(name)}"></mrow></mstyle>'
    return f"<munder>{label}{value}</munder>"


def touches(derivation: Derivation) -> dict[str, dict[str, Any]]:
    """For every quantity the parts of the diagram that light up with it."""
    net = derivation.network
    found: dict[str, dict[str, Any]] = {}
    for name, parameter in net.parameters.items():
        shared = [bias_node(use.layer) for use in parameter.uses if use.source is None]
        found[name] = {"nodes": sorted(set(shared)), "edges": [edge_name(use) for use in parameter.uses]}
    for name in derivation.given:
        if name in net.parameters or name == "learning_rate":
            continue
        unit = name.removeprefix("target_").split("(")[0]
        found[name] = {"nodes": [unit], "edges": []}
    for step in derivation.steps:
        own = step.nodes[-1:] if step.kind in ("net", "out") else step.nodes
        found[step.name] = {"nodes": own, "edges": () if step.kind in ("net", "out") else step.edges}
    return found


def numbers(derivation: Derivation) -> dict[str, float | str]:
    """Every quantity's value; JSON has no word for what is not finite, so those are texts."""
    return {
        name: float(value) if math.isfinite(value) else str(float(value)) for name, value in derivation.values.items()
    }


def edge_styles(net: Network) -> dict[str, tuple[float, str]]:
    """Stroke width and class of every weight's and bias's line."""
    largest = max(float(abs(W).max()) for W in net.weights)
    return {edge_name(use): edge_style(net.value_at(use), largest) for use in net.uses()}
