"""The network as a matplotlib figure, for static places: papers, slides, exported notebooks."""

from __future__ import annotations

from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from ..steps.trail import Derivation
from ..networks.network import Network
from .diagram import find_step, subject_given
from .geometry import MARGIN, Edge, Geometry, Node, geometry
from ..formula.digits import check_digits, round_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Okabe and Ito's colours, which the colour-blind can tell apart; sign shows in the dashes too.
PLUS, MINUS, ACCENT, INK, PALE, LINE, DELTA = (
    "#0072B2",
    "#D55E00",
    "#b3261e",
    "#1d2433",
    "#f4f6fb",
    "#c3cad8",
    "#7a3db8",
)

PIXELS_PER_INCH = 96


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches, which shows as the same SVG text every time, whatever the machine."""
    import matplotlib
    from matplotlib.figure import Figure

    class StaticFigure(Figure):
        def _repr_svg_(self) -> str:
            with StringIO() as text, matplotlib.rc_context({"svg.hashsalt": "bpviz", "svg.fonttype": "path"}):
                self.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
                return text.getvalue()

        def _repr_png_(self) -> bytes:
            with BytesIO() as data:
                self.savefig(data, format="png", dpi=1.5 * PIXELS_PER_INCH)
                return data.getvalue()

    return StaticFigure(figsize=(width, height), dpi=PIXELS_PER_INCH)


def figure(subject: Network | Derivation, step: int | str | None = None, digits: int = 4) -> Figure:
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
    >>> [text.get_text() for text in fig.axes[0].texts][:2]
    ['w1[1,1] 0.1', 'w1[1,2] 0.2']
    """
    check_digits(digits)
    values: dict[str, float] = {}
    nodes: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    if isinstance(subject, Derivation):
        net, values = subject.network, dict(subject.values)
        if step is not None:
            current = find_step(subject, step)
            nodes, edges = current.nodes, current.edges
    else:
        subject_given(subject, step)
        net = subject
    values |= {name: parameter.value for name, parameter in net.parameters.items()}
    picture = geometry(net)
    fig = new_figure(picture.width / PIXELS_PER_INCH, picture.height / PIXELS_PER_INCH)
    axes = fig.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, picture.width)
    axes.set_ylim(picture.height, 0)
    axes.axis("off")
    pen = _Pen(net, values, digits, axes, picture)
    for edge in picture.edges:
        pen.edge(edge, edge.name in edges)
    for node in picture.nodes:
        pen.node(node, node.name in nodes)
    return fig


class _Pen:
    def __init__(self, net: Network, values: dict[str, float], digits: int, axes: Any, picture: Geometry) -> None:
        self.net, self.values, self.digits, self.axes, self.picture = net, values, digits, axes, picture
        self.largest = max(float(abs(W).max()) for W in net.weights)

    def edge(self, edge: Edge, on: bool) -> None:
        value = 0.0 if edge.use is None else self.net.value_at(edge.use)
        colour = ACCENT if on else LINE if edge.use is None else MINUS if value < 0 else PLUS
        width = 1.2 + (3 * abs(value) / self.largest if self.largest else 0)
        style = (0, (4, 3)) if value < 0 else "solid"
        xs, ys = zip(edge.start, edge.end, strict=True)
        self.axes.plot(xs, ys, color=colour, linewidth=width, linestyle=style, alpha=1 if on else 0.6, zorder=1)
        if edge.has_label and edge.parameter is not None and (on or not edge.crowded):
            self._write(*edge.label, f"{edge.parameter} {self._number(edge.parameter)}", halo=True, bold=on)

    def node(self, node: Node, on: bool) -> None:
        from matplotlib.patches import Circle, FancyBboxPatch

        x, y, r = node.x, node.y, self.picture.radius
        look: dict[str, Any] = {
            "facecolor": "#ffe3df" if on else PALE,
            "edgecolor": ACCENT if on else LINE,
            "linewidth": 2,
            "zorder": 2,
        }
        if node.kind in ("loss", "bias"):
            half, high = (48 - MARGIN, 26) if node.kind == "loss" else (r - MARGIN, 18)
            self.axes.add_patch(
                FancyBboxPatch((x - half, y - high), 2 * half, 2 * high, boxstyle="round,pad=8", **look)
            )
        else:
            self.axes.add_patch(Circle((x, y), r, **look))
        name, quantity = self._caption(node)
        number = self._number(quantity)
        self._write(x, y - 10 if number else y, name)
        self._write(x, y + 10, number, bold=True)
        if node.kind in ("unit", "output"):
            for text, offset, colour in ((f"net_{node.name}", -r - 12, INK), (f"delta_{node.name}", r + 12, DELTA)):
                if number := self._number(text):
                    self._write(x, y + offset, f"{'net' if offset < 0 else 'δ'} {number}", halo=True, colour=colour)
        if node.kind == "output" and (number := self._number(f"target_{node.name}")):
            self._write(x + r + 8, y - 14, f"target {number}", halo=True, align="left")

    def _caption(self, node: Node) -> tuple[str, str]:
        """What stands in a node: its name, and the quantity whose value it shows."""
        if node.kind == "loss":
            return "E", "E_total"
        if node.kind == "bias":
            names = self.net.bias_names[node.layer - 1]
            return (names, names) if isinstance(names, str) else ("bias", "")
        return node.name.replace("_", ","), node.name if node.layer == 0 else f"out_{node.name}"

    def _number(self, quantity: str) -> str:
        value = self.values.get(quantity, self.values.get(f"{quantity}(1)"))
        return "" if value is None else str(round_number(value, self.digits)).replace("-", "−")

    def _write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        halo: bool = False,
        bold: bool = False,
        colour: str = INK,
        align: str = "center",
    ) -> None:
        from matplotlib.patheffects import withStroke

        if text:
            self.axes.text(
                x,
                y,
                text,
                ha=align,
                va="center",
                fontsize=10,
                color=colour,
                zorder=4,
                parse_math=False,
                fontweight="bold" if bold else "normal",
                path_effects=[withStroke(linewidth=4, foreground="white")] if halo else [],
            )
