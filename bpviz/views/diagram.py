"""The network as an SVG drawing whose nodes and edges follow a step."""

from base64 import b64encode
from functools import cache
from html import escape
from pathlib import Path

from ..formula.digits import check_digits
from ..networks.names import Symbol, parameter
from ..networks.network import Network
from ..steps.trail import Trail
from ..words.catalogue import say
from ..words.validation import truth, whole_number
from .geometry import Edge, Geometry, Node, geometry
from .picture import PER_SAMPLE, Picture, find_step, largest_weight, line_width, short, subject_given

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
        return as_image(self, say("drawing.alone"))


def as_image(svg: str, alt: str) -> str:
    """An SVG drawing as an HTML image."""
    picture = b64encode(svg.encode()).decode()
    return f'<img alt="{escape(alt)}" width="640" src="data:image/svg+xml;base64,{picture}">'


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
    check_digits(digits)
    truth(styled, "styled")
    truth(before, "before")
    whole_number(sample, "sample", 0, subject.exercise.n_samples - 1 if isinstance(subject, Trail) else 0)
    if isinstance(subject, Trail):
        picture = Picture.of_step(subject, find_step(subject, step), digits, sample, before)
    else:
        picture = Picture.of_network(subject_given(subject, step), digits)
    return Diagram(_draw(picture, styled))


@cache
def style_sheet() -> str:
    """The style sheet of the drawing."""
    return Path(__file__).with_name("diagram.css").read_text(encoding="utf-8")


def _draw(picture: Picture, styled: bool) -> str:
    places = geometry(picture.net)
    pen = _Pen(picture, places)
    shapes = [pen.edge(edge) for edge in places.edges]
    shapes += [pen.node(node) for node in places.nodes]
    shapes += [pen.label(edge) for edge in places.edges if edge.has_label]
    style = f"<style>{style_sheet()}\n{ALONE}</style>" if styled else ""
    title = say("drawing.title", sizes="-".join(map(str, picture.net.sizes)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bpv-svg" viewBox="0 0 {places.width:g} {places.height:g}" '
        f'role="img" aria-label="{title}">{style}{"".join(shapes)}</svg>'
    )


class _Pen:
    def __init__(self, picture: Picture, places: Geometry) -> None:
        self.picture, self.net, self.radius = picture, picture.net, places.radius
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

    def label(self, edge: Edge) -> str:
        name = edge.parameter or ""
        x, y = edge.label
        classes = self._classes("bpv-edge", edge.crowded and "bpv-crowded", *self._lit(edge))
        value = f"<tspan {self._data(parameter(name))}>{self.picture.number(parameter(name))}</tspan>"
        return (
            f'<g class="{classes}" data-edge="{edge.name}"{_of(name)}><g class="bpv-label">'
            f'<text class="bpv-halo" x="{x:.1f}" y="{y + 5:.1f}"><tspan class="bpv-name">{escape(short(name))}</tspan> '
            f"{value}</text></g></g>"
        )

    def node(self, node: Node) -> str:
        x, y, r = node.x, node.y, self.radius
        name, quantity = self.picture.said_in(node)
        if node.kind == "loss":
            shape = f'<rect class="bpv-node-shape" x="{x - 48:.1f}" y="{y - 34:.1f}" width="96" height="68" rx="12"/>'
        elif node.kind == "bias":
            box = f'x="{x - r:.1f}" y="{y - 26:.1f}" width="{2 * r:.1f}" height="52" rx="10"'
            shape = f'<rect class="bpv-node-shape" {box}/>'
        else:
            shape = f'<circle class="bpv-node-shape" cx="{x:.1f}" cy="{y:.1f}" r="{r:g}"/>'
        if quantity is None:
            inner = f'<text class="bpv-name" x="{x:.1f}" y="{y - 4:.1f}">{name}</text>'
            inner += f'<text x="{x:.1f}" y="{y + 15:.1f}">1</text>'
        else:
            inner = self._texts(x, y, name, quantity)
        for where, letter, symbol in self.picture.said_beside(node):
            at = {"above": (x, y - r - 8), "below": (x, y + r + 17), "beside": (x + r + 8, y - 10)}[where]
            inner += self._aside(*at, where, letter, symbol)
        classes = self._classes("bpv-node", f"bpv-{node.kind}", node.name in self.picture.nodes and "bpv-on")
        shared = quantity.parameter if quantity is not None and quantity.kind == "parameter" else None
        return f'<g class="{classes}" data-node="{escape(node.name)}"{_of(shared)}>{shape}{inner}</g>'

    def _lit(self, edge: Edge) -> tuple[str | bool, ...]:
        is_wrt = edge.parameter is not None and edge.parameter == self.picture.wrt
        return edge.name in self.picture.edges and "bpv-on", is_wrt and "bpv-wrt"

    def _texts(self, x: float, y: float, name: str, quantity: Symbol) -> str:
        """A name with its value under it, squeezed to fit the node."""
        top = f'<text class="bpv-name" x="{x:.1f}" y="{y - 5:.1f}">{escape(name)}</text>'
        text = self.picture.number(quantity) or ""
        room = f"{2 * self.radius - 12:g}"
        fit = f' textLength="{room}" lengthAdjust="spacingAndGlyphs"' if len(text) > MOST_CHARACTERS else ""
        size = "bpv-out" if self.radius > 40 else "bpv-out bpv-small"
        at = f'x="{x:.1f}" y="{y + 15:.1f}"'
        return f'{top}<text class="{size}" {self._data(quantity)} data-room="{room}" {at}{fit}>{text}</text>'

    def _aside(self, x: float, y: float, where: str, letter: str, quantity: Symbol) -> str:
        """A small letter and value beside a node, hidden until the value is computed."""
        text = self.picture.number(quantity)
        kind = "bpv-delta" if where == "below" else "bpv-aside"
        classes = self._classes("bpv-halo", kind, text is None and "bpv-pending")
        anchor = ' style="text-anchor: start"' if where == "beside" else ""
        value = f"<tspan {self._data(quantity)}>{text or ''}</tspan>"
        return f'<text class="{classes}" x="{x:.1f}" y="{y:.1f}"{anchor}>{letter} {value}</text>'

    def _data(self, quantity: Symbol) -> str:
        """What a page needs to put another number in: the name of the quantity, whatever the sample."""
        per_sample = ' data-per-sample=""' if quantity.kind in PER_SAMPLE else ""
        return f'data-n="{escape(self.net.name_of(quantity))}"{per_sample}'

    @staticmethod
    def _classes(*names: str | bool) -> str:
        return " ".join(name for name in names if name and isinstance(name, str))


def _of(name: str | None) -> str:
    return "" if name is None else f' data-parameter="{escape(name)}"'
