"""The network as an SVG drawing whose nodes and edges follow a step."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Mapping
from functools import cache
from html import escape
from pathlib import Path

from ..steps.trail import Derivation
from ..networks.network import Network
from ..steps.notation import NET_OUT, Notation
from ..steps.step import Step
from ..words.validation import one_of, whole_number
from .geometry import LONGEST, Edge, Geometry, Node, geometry
from ..formula.digits import check_digits, round_number

#: A drawing that stands alone brings its own paper: it cannot know the colour of the page.
ALONE = ".bpv-svg { background: var(--paper); border-radius: 8px; max-width: 760px; }"

#: Numbers of more characters than this are squeezed to fit their node.
MOST_CHARACTERS = 8


class Diagram(str):
    """SVG text that a notebook shows as a picture."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<Diagram, {len(self)} characters of SVG>"

    def _repr_html_(self) -> str:
        """As an image: notebooks that are not trusted show no bare SVG, and its style stays inside."""
        return as_image(self, "Drawing of the network")


def as_image(svg: str, alt: str) -> str:
    """An SVG drawing as an HTML image."""
    picture = b64encode(svg.encode()).decode()
    return f'<img alt="{escape(alt)}" width="640" src="data:image/svg+xml;base64,{picture}">'


def diagram(
    subject: Network | Derivation,
    step: int | str | None = None,
    digits: int = 6,
    *,
    sample: int = 0,
    styled: bool = True,
    before: bool = False,
) -> Diagram:
    """Draw a network, or a derivation at one of its steps, as SVG text.

    Parameters
    ----------
    subject : Network or Derivation
    step : int or str, optional
        Which step to light up, by number (from 0) or name; what is computed later is not shown yet.  Without it all
        values are shown and nothing is lit.
    digits : int
        Significant digits, 1 to 15.
    sample : int
        Which sample of a batch to show when no step says so.
    styled : bool
        Whether the drawing carries its own style sheet.
    before : bool
        Whether the step's own number is still left out, as for a question.

    Examples
    --------
    >>> from bpviz import Network
    >>> svg = diagram(Network(weights=[[[0.1, 0.2]]]))
    >>> svg.startswith("<svg"), "w1[1,2]" in svg
    (True, True)
    """
    check_digits(digits)
    if isinstance(subject, Derivation):
        n_samples = len(subject.x) if subject.x.ndim == 2 else 1
        whole_number(sample, "sample", 0, n_samples - 1)
        return Diagram(_draw_step(subject, step, digits, sample, styled, before))
    subject_given(subject, step)
    values = {name: parameter.value for name, parameter in subject.parameters.items()}
    return Diagram(_draw(subject, values, digits, styled, frozenset(values), (), (), None, ""))


@cache
def style_sheet() -> str:
    """The style sheet of the drawing."""
    return Path(__file__).with_name("diagram.css").read_text(encoding="utf-8")


def _draw_step(
    derivation: Derivation, step: int | str | None, digits: int, sample: int, styled: bool, before: bool
) -> str:
    current = None if step is None else find_step(derivation, step)
    shown = set(derivation.given)
    for earlier in derivation.steps:
        if earlier is current:
            if not before:
                shown.add(earlier.name)
            break
        shown.add(earlier.name)
    if current is not None and current.sample is not None:
        sample = current.sample
    suffix = f"({sample + 1})" if derivation.x.ndim == 2 else ""
    nodes, edges = ((), ()) if current is None else (current.nodes, current.edges)
    values = derivation.values
    return _draw(
        derivation.network, values, digits, styled, shown, nodes, edges, derivation.wrt, suffix, derivation.notation
    )


def subject_given(subject: object, step: object) -> None:
    """Raise unless `subject` is a network and no step is asked of it."""
    if not isinstance(subject, Network):
        raise TypeError(f"subject must be a Network or a Derivation, not {type(subject).__name__}")
    if step is not None:
        raise ValueError("step needs a Derivation as subject; a Network alone has no steps")


def find_step(derivation: Derivation, step: int | str) -> Step:
    """A step by number or name; ValueError if there is none."""
    if isinstance(step, str):
        return derivation.by_name[one_of(step, "step", derivation.by_name)]
    return derivation.steps[whole_number(step, "step", 0, len(derivation.steps) - 1)]


def _draw(
    net: Network,
    values: Mapping[str, float],
    digits: int,
    styled: bool,
    shown: Collection[str],
    on_nodes: Collection[str],
    on_edges: Collection[str],
    wrt: str | None,
    suffix: str,
    notation: Notation = NET_OUT,
) -> str:
    picture = geometry(net)
    pen = _Pen(net, values, digits, shown, suffix, picture.radius, notation)
    shapes = [pen.edge(edge, edge.name in on_edges, wrt) for edge in picture.edges]
    shapes += [pen.node(node, picture, node.name in on_nodes) for node in picture.nodes]
    shapes += [pen.label(edge, edge.name in on_edges, wrt) for edge in picture.edges if edge.has_label]
    style = f"<style>{style_sheet()}\n{ALONE}</style>" if styled else ""
    title = f"Network {'-'.join(map(str, net.sizes))}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bpv-svg" viewBox="0 0 {picture.width:g} {picture.height:g}" '
        f'role="img" aria-label="{title}">{style}{"".join(shapes)}</svg>'
    )


def edge_style(value: float, largest: float) -> tuple[float, str]:
    """Stroke width and class of a weight's line: thickness by size, colour and dashes by sign."""
    return round(1.5 + 4 * abs(value) / largest, 2) if largest else 1.5, "bpv-minus" if value < 0 else "bpv-plus"


class _Pen:
    def __init__(
        self,
        net: Network,
        values: Mapping[str, float],
        digits: int,
        shown: Collection[str],
        suffix: str,
        radius: float,
        notation: Notation,
    ) -> None:
        self.letter = {kind: letter for kind, (letter, _, _) in notation.table.items()}
        self.net, self.values, self.digits, self.shown, self.suffix = net, values, digits, shown, suffix
        self.radius = radius
        self.largest = max((abs(float(abs(W).max())) for W in net.weights), default=0.0)

    def edge(self, edge: Edge, on: bool, wrt: str | None) -> str:
        (x1, y1), (x2, y2) = edge.start, edge.end
        if edge.use is None:
            width, sign = 2.0, "bpv-none"
        else:
            width, sign = edge_style(self.net.value_at(edge.use), self.largest)
        classes = self._classes(
            "bpv-edge", sign, on and "bpv-on", edge.parameter is not None and edge.parameter == wrt and "bpv-wrt"
        )
        points = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        parameter = "" if edge.parameter is None else f' data-parameter="{escape(edge.parameter)}"'
        title = "" if edge.parameter is None else f"<title>{escape(edge.parameter)}</title>"
        return (
            f'<g class="{classes}" data-edge="{edge.name}"{parameter}>{title}<line class="bpv-hit" {points}/>'
            f'<line class="bpv-line" {points} stroke-width="{width}"/></g>'
        )

    def label(self, edge: Edge, on: bool, wrt: str | None) -> str:
        parameter = edge.parameter or ""
        x, y = edge.label
        classes = self._classes(
            "bpv-edge", edge.crowded and "bpv-crowded", on and "bpv-on", parameter == wrt and "bpv-wrt"
        )
        name = f'<tspan class="bpv-name">{escape(_short(parameter))}</tspan>'
        value = f"<tspan {self._data(parameter, False)}>{self._number(parameter, False)[0]}</tspan>"
        return (
            f'<g class="{classes}" data-edge="{edge.name}" data-parameter="{escape(parameter)}"><g class="bpv-label">'
            f'<text class="bpv-halo" x="{x:.1f}" y="{y + 5:.1f}">{name} {value}</text></g></g>'
        )

    def node(self, node: Node, picture: Geometry, on: bool) -> str:
        x, y, r = node.x, node.y, picture.radius
        classes = self._classes("bpv-node", f"bpv-{node.kind}", on and "bpv-on")
        parameter = ""
        if node.kind == "loss":
            shape = f'<rect class="bpv-node-shape" x="{x - 48:.1f}" y="{y - 34:.1f}" width="96" height="68" rx="12"/>'
            inner = self._texts(x, y, self.letter["loss"], "E_total", False)
        elif node.kind == "bias":
            names = self.net.bias_names[node.layer - 1]
            box = f'x="{x - r:.1f}" y="{y - 26:.1f}" width="{2 * r:.1f}" height="52" rx="10"'
            shape = f'<rect class="bpv-node-shape" {box}/>'
            if isinstance(names, str):
                inner = self._texts(x, y, _short(names), names, False)
                parameter = f' data-parameter="{escape(names)}"'
            else:
                inner = f'<text class="bpv-name" x="{x:.1f}" y="{y - 4:.1f}">bias</text>'
                inner += f'<text x="{x:.1f}" y="{y + 15:.1f}">1</text>'
        else:
            shape = f'<circle class="bpv-node-shape" cx="{x:.1f}" cy="{y:.1f}" r="{r:g}"/>'
            out = node.name if node.layer == 0 else f"out_{node.name}"
            inner = self._texts(x, y, node.name.replace("_", ","), out, True)
            if node.layer:
                inner += self._aside(x, y - r - 8, "bpv-aside", self.letter["net"], f"net_{node.name}")
                inner += self._aside(x, y + r + 17, "bpv-delta", self.letter["delta"], f"delta_{node.name}")
            if node.kind == "output" and f"target_{node.name}{self.suffix}" in self.values:
                word = self.letter["target"]
                inner += self._aside(x + r + 8, y - 10, "bpv-aside", word, f"target_{node.name}", start=True)
        return f'<g class="{classes}" data-node="{escape(node.name)}"{parameter}>{shape}{inner}</g>'

    def _texts(self, x: float, y: float, name: str, quantity: str, per_sample: bool) -> str:
        """A name with its value under it, squeezed to fit the node."""
        top = f'<text class="bpv-name" x="{x:.1f}" y="{y - 5:.1f}">{escape(name)}</text>'
        text, known = self._number(quantity, per_sample)
        room = f"{2 * self.radius - 12:g}"
        fit = f' textLength="{room}" lengthAdjust="spacingAndGlyphs"' if known and len(text) > MOST_CHARACTERS else ""
        data = f'{self._data(quantity, per_sample)} data-room="{room}"'
        size = "bpv-out" if self.radius > 40 else "bpv-out bpv-small"
        return f'{top}<text class="{size}" {data} x="{x:.1f}" y="{y + 15:.1f}"{fit}>{text if known else ""}</text>'

    def _aside(self, x: float, y: float, kind: str, word: str, quantity: str, start: bool = False) -> str:
        """A small word and value beside a node, hidden until the value is computed."""
        text, known = self._number(quantity, per_sample=True)
        classes = self._classes("bpv-halo", kind, not known and "bpv-pending")
        anchor = ' style="text-anchor: start"' if start else ""
        value = f"<tspan {self._data(quantity, True)}>{text if known else ''}</tspan>"
        return f'<text class="{classes}" x="{x:.1f}" y="{y:.1f}"{anchor}>{word} {value}</text>'

    def _number(self, quantity: str, per_sample: bool) -> tuple[str, bool]:
        """A quantity's value as text, and whether it is computed by now."""
        name = quantity + (self.suffix if per_sample else "")
        if name not in self.values:
            return "", False
        return str(round_number(self.values[name], self.digits)).replace("-", "−"), name in self.shown

    @staticmethod
    def _data(quantity: str, per_sample: bool) -> str:
        """What a page needs to put another number in."""
        return f'data-n="{escape(quantity)}"' + (' data-per-sample=""' if per_sample else "")

    @staticmethod
    def _classes(*names: str | bool) -> str:
        return " ".join(name for name in names if name and isinstance(name, str))


def _short(name: str) -> str:
    """A name that fits on a label."""
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
