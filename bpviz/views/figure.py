"""The network as a matplotlib figure, for static places: papers, slides, exported notebooks."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from ..formula.digits import check_digits
from ..networks.names import parameter
from ..networks.network import Network
from ..steps.notation import Label
from ..steps.trail import Trail
from ..words.catalogue import say
from .geometry import Edge, Geometry, Node, geometry, lines_to_draw
from .image import as_image
from .latex import latex
from .layout import label_box
from .palette import LIGHT, recoloured
from .picture import Picture, find_step, largest_weight, line_width, subject_given

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAPER, PALE, GLOW = LIGHT["paper"], LIGHT["panel"], LIGHT["glow"]
PLUS, MINUS, ACCENT, INK, LINE, DELTA = (LIGHT[name] for name in ("plus", "minus", "accent", "ink", "line", "delta"))

PIXELS_PER_INCH = 96

#: Matplotlib draws a thousand lines in about a second; `diagram` is quicker.
MOST_IN_FIGURE = 1_500

_SETTABLE = re.compile(r"[A-Za-zα-ωΑ-Ω0-9,() ]+")


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches, which shows as the same SVG text every time, whatever the machine.

    Where the place is dark, so is the figure.
    """
    import matplotlib
    from matplotlib.figure import Figure

    class StaticFigure(Figure):
        def _repr_html_(self) -> str:
            with StringIO() as text, matplotlib.rc_context({"svg.hashsalt": "bpviz", "svg.fonttype": "path"}):
                self.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
                svg = text.getvalue()
            following = svg.replace("<defs>", f"<style>{recoloured()}</style><defs>", 1)
            return as_image(following, say("plots.figure"), self.get_figwidth() * PIXELS_PER_INCH)

        def _repr_png_(self) -> bytes:
            with BytesIO() as data:
                self.savefig(data, format="png", dpi=1.5 * PIXELS_PER_INCH)
                return data.getvalue()

    return StaticFigure(figsize=(width, height), dpi=PIXELS_PER_INCH)


def figure(subject: Network | Trail, step: int | str | None = None, digits: int = 4) -> Figure:
    """Draw a network with its values: the same picture as `diagram`, as a matplotlib figure.

    The figure is not registered with pyplot, so a notebook shows it once and it takes no memory afterwards.

    Parameters
    ----------
    subject : Network or Derivation
        A derivation also shows the units' values (of the first sample of a batch).
    step : int or str, optional
        A step of the derivation to light up.
    digits : int
        Significant digits, 1 to 15.

    Examples
    --------
    >>> fig = figure(Network(weights=[[[0.1, 0.2]]]))
    >>> [text.get_text() for text in fig.axes[0].texts[1:4:2]]
    ['$w_{1,1}^{(1)}$: 0.1', '$w_{1,2}^{(1)}$: 0.2']
    """
    digits = check_digits(digits)
    if isinstance(subject, Trail):
        at = find_step(subject, step)
        everything = Picture.of_step(subject, None, digits)
        picture = everything if at is None else replace(everything, nodes=at.nodes, edges=at.edges)
    else:
        picture = Picture.of_network(subject_given(subject, step), digits)
    lines_to_draw(picture.net, MOST_IN_FIGURE)
    places = geometry(picture.net)
    fig = new_figure(places.width / PIXELS_PER_INCH, places.height / PIXELS_PER_INCH)
    axes = fig.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, places.width)
    axes.set_ylim(places.height, 0)
    axes.axis("off")
    pen = _Pen(picture, places, axes)
    for edge in places.edges:
        pen.edge(edge)
    for node in places.nodes:
        pen.node(node)
    return fig


class _Pen:
    def __init__(self, picture: Picture, places: Geometry, axes: Any) -> None:
        self.picture, self.radius, self.axes = picture, places.detail.wide, axes
        self.margin = places.detail.margin
        self.largest = largest_weight(picture.net)

    def edge(self, edge: Edge) -> None:
        on = edge.name in self.picture.edges
        value = 0.0 if edge.use is None else self.picture.net.value_at(edge.use)
        colour = ACCENT if on else LINE if edge.use is None else MINUS if value < 0 else PLUS
        width = 1.2 + 0.75 * (line_width(value, self.largest) - 1.5)
        style = (0, (4, 3)) if value < 0 else "solid"
        xs, ys = zip(edge.start, edge.end, strict=True)
        self.axes.plot(xs, ys, color=colour, linewidth=width, linestyle=style, alpha=1 if on else 0.6, zorder=1)
        if edge.has_label and edge.parameter is not None and (on or not edge.crowded):
            said = f": {self.picture.number(parameter(edge.parameter))}"
            self._write(*edge.label, self.picture.label(edge.parameter), said, halo=True, bold=on)

    def node(self, node: Node) -> None:
        from matplotlib.patches import Circle, FancyBboxPatch

        x, y, r = node.x, node.y, self.radius
        on = node.name in self.picture.nodes
        look: dict[str, Any] = {
            "facecolor": GLOW if on else PALE,
            "edgecolor": ACCENT if on else LINE,
            "linewidth": 2,
            "zorder": 2,
        }
        if node.kind in ("loss", "bias"):
            half, high = (48 - self.margin, 26) if node.kind == "loss" else (r - self.margin, 18)
            self.axes.add_patch(
                FancyBboxPatch((x - half, y - high), 2 * half, 2 * high, boxstyle="round,pad=8", **look)
            )
        else:
            self.axes.add_patch(Circle((x, y), r, **look))
        name, quantity = self.picture.said_in(node)
        number = None if quantity is None else self.picture.number(quantity)
        self._write(x, y - 10 if number else y, name)
        self._write(x, y + 10, Label(""), number or "", bold=True)
        for where, letter, symbol in self.picture.said_beside(node):
            if (text := self.picture.number(symbol)) is not None:
                at = {"above": (x, y - r - 12), "below": (x, y + r + 12), "beside": (x + r + 8, y - 14)}[where]
                colour, align = DELTA if where == "below" else INK, "left" if where == "beside" else "center"
                self._write(*at, letter, f" {text}", halo=True, colour=colour, align=align)

    def _write(
        self,
        x: float,
        y: float,
        label: Label,
        said: str = "",
        *,
        halo: bool = False,
        bold: bool = False,
        colour: str = INK,
        align: str = "center",
    ) -> None:
        from matplotlib.patheffects import Stroke

        plain = label.base + label.sub + label.sup
        # a name with letters that matplotlib's fonts for mathematics lack stays as it is, and so does a word
        set_in_type = (label.sub or label.is_letter) and _SETTABLE.fullmatch(plain)
        text = (f"${latex(label_box(label))}$" if set_in_type else plain) + said
        look: dict[str, Any] = {"ha": align, "va": "center", "fontsize": 10, "color": colour}
        look |= {"fontweight": "bold" if bold else "normal", "parse_math": bool(set_in_type)}
        if text and halo:  # under all of it: what is set in pieces would cover itself
            self.axes.text(x, y, text, zorder=3, path_effects=[Stroke(linewidth=5, foreground=PAPER)], **look)
        if text:
            self.axes.text(x, y, text, zorder=4, **look)
