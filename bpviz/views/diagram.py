"""The network as an SVG drawing whose nodes and edges follow a step."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from ..formula.digits import check_digits
from ..networks.names import Symbol, edge_name, parameter
from ..networks.network import Network
from ..steps.notation import Label
from ..steps.step import Step
from ..steps.trail import Trail
from ..words.catalogue import say
from ..words.validation import truth, whole_number
from .details import DETAILS, LINES, Detail
from .geometry import Edge, Geometry, Node, geometry, is_apart
from .image import as_image
from .palette import follow_screen
from .picture import PER_SAMPLE, Picture, find_step, largest_weight, line_width, subject_given
from .written import written

#: A drawing that stands alone brings its own paper: it cannot know the colour of the page.
ALONE = f"{follow_screen('.bpv-svg')} .bpv-svg {{ background: var(--paper); border-radius: 8px; max-width: 760px; }}"

#: A drawing that needs more pixels than this is not for a page.
LARGEST_SCREEN = 2400

#: Numbers of more characters than this are squeezed to fit their node.
MOST_CHARACTERS = 8


#: Units of larger layers are boxes that stand close when a drawing stands alone, and those of still larger ones dots.
MOST_IN_FULL, MOST_BOXES = 10, 100


class Diagram(str):
    """SVG text that a notebook shows as a picture."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<Diagram, {len(self)} characters of SVG>"

    def _repr_html_(self) -> str:
        """As an image: notebooks that are not trusted show no bare SVG, and its style stays inside."""
        return as_image(self, say("picture.alone"))


def diagram(
    subject: Network | Trail,
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
        Which sample of a batch to show where no step is lit; a step shows its own, or the last one before it.
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
    digits = check_digits(digits)
    truth(styled, "styled")
    truth(before, "before")
    whole_number(sample, "sample", 0, subject.exercise.n_samples - 1 if isinstance(subject, Trail) else 0)
    if isinstance(subject, Trail):
        picture = Picture.of_step(subject, find_step(subject, step), digits, sample, before)
    else:
        picture = Picture.of_network(subject_given(subject, step), digits)
    return Diagram(_draw(picture, styled))


def drawings(trail: Trail, digits: int, apart: bool = True) -> list[dict[str, Any]]:
    """What a page chooses from, the most detailed first: each drawing, its size, the smallest scale at which it can be
    read, and how many characters a number has before it is squeezed to fit its node.

    Of a large network only what says less is there: nobody has a screen for the rest.  Where lines carry no factors and
    numbers are short, as in a film, outputs and error need not stand `apart`.
    """
    picture = Picture.of_step(trail, None, digits)
    found = []
    for detail in _details(picture.net, apart):
        places = geometry(picture.net, detail)
        too_large = max(places.width, places.height) * detail.least > LARGEST_SCREEN
        only_crowded = detail.labels and not detail.round and all(edge.crowded for edge in places.edges if edge.use)
        if detail.name == DETAILS[-1].name or not (too_large or only_crowded):
            svg = _svg(picture, places, style="")
            size = {"width": places.width, "height": places.height, "least": detail.least}
            found.append({"svg": svg, **size, "squeezed": MOST_CHARACTERS})
    return found


def _details(net: Network, apart: bool) -> Iterator[Detail]:
    """What a page chooses from; where there is no room for words beside the outputs, rather without it than labels."""
    if not apart:
        yield from (replace(detail, apart=False) for detail in DETAILS)
        return
    for labels in (True, False):
        some = [detail for detail in DETAILS if detail.labels == labels]
        yield from some
        yield from (replace(detail, apart=False) for detail in some if is_apart(net, detail))


def fitted(trail: Trail, step: Step, digits: int) -> str:
    """The most detailed of these drawings as it stands before a step, for paper."""
    picture = Picture.of_step(trail, step, digits, before=True)
    return _svg(picture, geometry(picture.net, DETAILS[0]), style="")


def seen(trail: Trail, step: Step, digits: int, before: bool) -> dict[str, Any]:
    """What a page puts into the drawings of a network at a step, where it computes nothing itself.

    The numbers by their names in the drawing, the width of each line and whether its weight is negative, and what is
    lit.
    """
    picture = Picture.of_step(trail, step, digits, before=before)
    net, largest = picture.net, largest_weight(picture.net)
    symbols = [parameter(name) for name in net.parameters]
    for node in geometry(net, DETAILS[-1]).nodes:
        symbols += [symbol for _, _, symbol in picture.said_beside(node)]
        if (inside := picture.said_in(node)[1]) is not None:
            symbols.append(inside)
    texts = {net.name_of(symbol): picture.number(symbol) for symbol in symbols}
    values = {edge_name(use): net.value_at(use) for use in net.uses()}
    return {
        "texts": {name: text for name, text in texts.items() if text is not None},
        "lines": {edge: [round(line_width(value, largest), 2), value < 0] for edge, value in values.items()},
        "nodes": picture.nodes,
        "edges": picture.edges,
        "wrt": trail.wrt,
    }


@cache
def style_sheet(name: str = "diagram") -> str:
    """The style sheet of the drawing, or that of drawings which fit their place."""
    return Path(__file__).with_name(f"{name}.css").read_text(encoding="utf-8")


def _draw(picture: Picture, styled: bool) -> str:
    """A drawing that stands alone: one whose layers are tall is closer than one that is shown in full."""
    tallest = max(picture.net.sizes)
    places = geometry(picture.net, None if tallest <= MOST_IN_FULL else LINES if tallest <= MOST_BOXES else DETAILS[-1])
    if not styled:
        return _svg(picture, places, "")
    sheets = style_sheet() if places.detail.name == "full" else style_sheet() + style_sheet("fitted")
    return _svg(picture, places, f"<style>{sheets}\n{ALONE}</style>")


def _svg(picture: Picture, places: Geometry, style: str) -> str:
    pen = _Pen(picture, places)
    shapes = [pen.edge(edge) for edge in places.edges]
    shapes += [pen.node(node) for node in places.nodes]
    labelled = [edge for edge in places.edges if edge.has_label and places.detail.labels]
    shapes += [pen.label(edge, behind) for behind in (True, False) for edge in labelled]
    title = say("picture.title", sizes="-".join(map(str, picture.net.sizes)))
    looks = f'class="{places.detail.classes}" viewBox="0 0 {places.width:g} {places.height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {looks} '
        f'role="img" aria-label="{title}">{style}{"".join(shapes)}</svg>'
    )


class _Pen:
    def __init__(self, picture: Picture, places: Geometry) -> None:
        self.picture, self.net, self.detail = picture, picture.net, places.detail
        self.largest = largest_weight(picture.net)

    def edge(self, edge: Edge) -> str:
        (x1, y1), (x2, y2) = edge.start, edge.end
        points = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        width, sign, title = 2.0, "bpv-none", ""
        if edge.use is not None and edge.parameter is not None:
            value = self.net.value_at(edge.use)
            width = round(line_width(value, self.largest), 2)
            sign = "bpv-minus" if value < 0 else "bpv-plus"
            title = f"<title>{escape(edge.parameter)}</title>"
        classes = self._classes("bpv-edge", sign, *self._lit(edge))
        return (
            f'<g class="{classes}" data-edge="{edge.name}"{_of(edge.parameter)}>{title}'
            f'<line class="bpv-hit" {points}/><line class="bpv-line" {points} stroke-width="{width}"/></g>'
        )

    def label(self, edge: Edge, behind: bool) -> str:
        """The name and value at a line, or the halo behind them: it is under all of it, and under all other labels."""
        name = edge.parameter or ""
        x, y = edge.label
        classes = self._classes("bpv-edge", edge.crowded and "bpv-crowded", *self._lit(edge))
        label, back = written(self.picture.short_label(name))
        value = f"<tspan {self._data(parameter(name))}{back}>{self.picture.number(parameter(name))}</tspan>"
        look = f'x="{x:.1f}" y="{y + 5:.1f}"><tspan class="bpv-name">{label}</tspan> {value}</text>'
        if behind:
            inner = f'<text class="bpv-behind" aria-hidden="true" {look}'
        else:
            inner = f'<g class="bpv-label"><text {look}</g>'
        return f'<g class="{classes}" data-edge="{edge.name}"{_of(name)}>{inner}</g>'

    def node(self, node: Node) -> str:
        x, y, detail = node.x, node.y, self.detail
        name, quantity = self.picture.said_in(node)
        if detail.round and node.kind not in ("loss", "bias"):
            shape = f'<circle class="bpv-node-shape" cx="{x:.1f}" cy="{y:.1f}" r="{detail.wide:g}"/>'
        else:
            shape = self._box(node)
        inner = self._texts(x, y, name, quantity)
        for where, letter, symbol in self.picture.said_beside(node):
            if where in detail.says:
                above, below = y - detail.high - detail.above, y + detail.high + detail.below
                at = {"above": (x, above), "below": (x, below), "beside": (x + detail.wide + 8, y - 10)}[where]
                inner += self._aside(*at, where, letter, symbol)
        classes = self._classes("bpv-node", f"bpv-{node.kind}", node.name in self.picture.nodes and "bpv-on")
        shared = quantity.parameter if quantity is not None and quantity.kind == "parameter" else None
        return f'<g class="{classes}" data-node="{escape(node.name)}"{_of(shared)}>{shape}{inner}</g>'

    def _lit(self, edge: Edge) -> tuple[str | bool, ...]:
        is_wrt = edge.parameter is not None and edge.parameter == self.picture.wrt
        return edge.name in self.picture.edges and "bpv-on", is_wrt and "bpv-wrt"

    def _box(self, node: Node) -> str:
        """The error and the biases are boxes, and all units of a drawing that has no room for circles."""
        detail = self.detail
        wide = detail.loss_wide if node.kind == "loss" else detail.wide
        high = {"loss": detail.loss_high, "bias": detail.bias_high}.get(node.kind, detail.high)
        corner = (12 if node.kind == "loss" else 10) if detail.round else high if node.kind != "bias" else 4
        place = f'x="{node.x - wide:.1f}" y="{node.y - high:.1f}" width="{2 * wide:.1f}" height="{2 * high:g}"'
        return f'<rect class="bpv-node-shape" {place} rx="{min(corner, high):g}"/>'

    def _texts(self, x: float, y: float, name: Label, quantity: Symbol | None) -> str:
        """A name with its value under it, squeezed to fit the node; a bias has no value of its own where it is 1."""
        detail = self.detail
        start, end = (x - detail.wide + 8, x + detail.wide - 8) if detail.in_line else (x, x)
        lines = [f'x="{at:.1f}" y="{y + below:.1f}"' for at, below in zip((start, end), detail.baselines, strict=False)]
        top = "".join(f'<text class="bpv-name" {at}>{written(name)[0]}</text>' for at in lines[:1])
        if len(lines) < 2:
            return top
        at = lines[1]
        if quantity is None:
            return f"{top}<text {at}>1</text>"
        text = self.picture.number(quantity) or ""
        room = f"{detail.room:g}"
        fit = f' textLength="{room}" lengthAdjust="spacingAndGlyphs"' if len(text) > MOST_CHARACTERS else ""
        size = "bpv-out" if detail.wide > 40 else "bpv-out bpv-small"
        return f'{top}<text class="{size}" {self._data(quantity)} data-room="{room}" {at}{fit}>{text}</text>'

    def _aside(self, x: float, y: float, where: str, letter: Label, quantity: Symbol) -> str:
        """A small letter and value beside a node, hidden until the value is computed."""
        text = self.picture.number(quantity)
        kind = "bpv-delta" if where == "below" else "bpv-aside"
        classes = self._classes("bpv-halo", kind, text is None and "bpv-pending")
        anchor = ' style="text-anchor: start"' if where == "beside" else ""
        value = f"<tspan {self._data(quantity)}>{text or ''}</tspan>"
        return f'<text class="{classes}" x="{x:.1f}" y="{y:.1f}"{anchor}>{written(letter)[0]} {value}</text>'

    def _data(self, quantity: Symbol) -> str:
        """What a page needs to put another number in: the name of the quantity, whatever the sample."""
        per_sample = ' data-per-sample=""' if quantity.kind in PER_SAMPLE else ""
        return f'data-n="{escape(self.net.name_of(quantity))}"{per_sample}'

    @staticmethod
    def _classes(*names: str | bool) -> str:
        return " ".join(name for name in names if name and isinstance(name, str))


def _of(name: str | None) -> str:
    return "" if name is None else f' data-parameter="{escape(name)}"'
