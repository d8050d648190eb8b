"""One unit by itself: what comes in, its weights, the sum, the activation, and what goes out."""

from __future__ import annotations

from html import escape

from ..formula.digits import check_digits
from ..networks.names import Symbol, parameter
from ..networks.network import Network
from ..steps.notation import Label, Labels
from ..steps.trail import Trail
from ..words.catalogue import say
from ..words.validation import one_of
from .diagram import ALONE, Diagram, style_sheet
from .picture import Picture, largest_weight, line_width, subject_given
from .written import written

#: A unit with more inputs than this shows the first ones and the last.
MOST_INPUTS = 8

#: Where the inputs, the labels of the weights, the sum, the activation and the output stand, from the left.
INPUT, WEIGHT, SUM, ACTIVATION, OUTPUT = 44, 162, 288, 402, 508
PLACES = {"inputs": INPUT, "weights": WEIGHT, "sum": SUM, "activation": ACTIVATION, "output": OUTPUT}
WIDTH, PITCH, TOP, RADIUS = 548, 64, 40, 32


def unit_diagram(subject: Network | Trail, unit: str = "h1", digits: int = 6) -> Diagram:
    """Draw one unit of a network: its inputs and weights, their sum, its activation, its output.

    This is the model of a neuron as articles 2 and 4 draw it (their pictures are lost).

    Parameters
    ----------
    subject : Network or Derivation
        A derivation brings its numbers and its notation; of a batch the first sample is shown.
    unit : str
        A unit behind the inputs, such as ``"h1"`` or ``"o2"``.
    digits : int
        Significant digits, 1 to 15.

    Returns
    -------
    Diagram
        SVG text that a notebook shows as a picture.  Of more than eight inputs the first ones and the last are drawn.

    Raises
    ------
    ValueError, TypeError
        If there is no such unit, or `subject` is neither.

    Examples
    --------
    >>> from bpviz import articles
    >>> ex = articles.example("2-3-2")
    >>> svg = unit_diagram(ex.network, "h2")
    >>> "Σ" in svg, "sigmoid" in svg
    (True, True)
    """
    digits = check_digits(digits)
    if isinstance(subject, Trail):
        picture = Picture.of_step(subject, None, digits)
        labels = Labels(subject.notation, subject.network)
    else:
        picture = Picture.of_network(subject_given(subject, None), digits)
        labels = Labels(picture.notation, picture.net)
    net = picture.net
    units = {net.unit(l, j): (l, j) for l in range(1, net.depth + 1) for j in range(net.sizes[l])}
    return Diagram(_Unit(picture, labels, *units[one_of(unit, "unit", units)]).svg())


class _Unit:
    def __init__(self, picture: Picture, labels: Labels, layer: int, unit: int) -> None:
        self.picture, self.labels, self.net, self.layer, self.unit = picture, labels, picture.net, layer, unit
        count = self.net.sizes[layer - 1]
        shown = range(count) if count <= MOST_INPUTS else (*range(MOST_INPUTS - 2), -1, count - 1)
        #: A unit of the layer before, None for the bias, -1 for those that are left out.
        self.rows: list[int | None] = [*shown, *([] if self.net.biases[layer - 1] is None else [None])]
        self.left_out = count - MOST_INPUTS + 1
        rows = max(len(self.rows), 2)  # the sum needs room for its name
        self.height, self.middle = TOP + PITCH * rows + 8, TOP + PITCH * rows / 2

    def svg(self) -> str:
        name = self.net.unit(self.layer, self.unit)
        shapes = [self._caption(key, x) for key, x in PLACES.items()]
        shapes += [self._line(n, row) for n, row in enumerate(self.rows)]
        shapes += [self._source(n, row) for n, row in enumerate(self.rows)]
        shapes += [self._weight(n, row) for n, row in enumerate(self.rows)]
        shapes += [self._arrow(SUM + RADIUS, ACTIVATION - 50), self._arrow(ACTIVATION + 50, OUTPUT - RADIUS)]
        shapes += [self._sum(), self._activation(), self._output()]
        style = f"<style>{style_sheet()}\n{ALONE}</style>"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="bpv-svg" viewBox="0 0 {WIDTH} {self.height:g}" role="img" '
            f'aria-label="{escape(say("unit.title", unit=name))}">{style}{"".join(shapes)}</svg>'
        )

    def _y(self, n: int) -> float:
        return self.middle + PITCH * (n - (len(self.rows) - 1) / 2)

    def _parameter(self, row: int | None) -> str | None:
        if row is None:
            return self.net.bias_name(self.layer, self.unit)
        return self.net.weight_name(self.layer, self.unit, row)

    def _caption(self, key: str, x: float) -> str:
        return f'<text class="bpv-name" x="{x}" y="22" style="font-size: 14px">{escape(say(f"unit.{key}"))}</text>'

    def _line(self, n: int, row: int | None) -> str:
        if row == -1:
            return ""
        place = f'x1="{INPUT + RADIUS}" y1="{self._y(n):g}" x2="{SUM - RADIUS}" y2="{self.middle:g}"'
        name = self._parameter(row)
        value = self.net[name] if name is not None else 1.0
        sign = "bpv-minus" if value < 0 else "bpv-plus"
        width = round(line_width(float(value), largest_weight(self.net)), 2)
        return f'<g class="bpv-edge {sign}"><line class="bpv-line" {place} stroke-width="{width}"/></g>'

    def _source(self, n: int, row: int | None) -> str:
        y = self._y(n)
        if row == -1:
            return f'<text class="bpv-name" x="{INPUT}" y="{y + 5:g}">{say("unit.more", count=self.left_out)}</text>'
        if row is None:
            return self._node(INPUT, y, Label("1"), None, "bias")
        kind = "out" if self.layer > 1 else "input"
        symbol = Symbol(kind, self.layer - 1, row)
        return self._node(INPUT, y, self._label(symbol), symbol)

    def _weight(self, n: int, row: int | None) -> str:
        name = self._parameter(row) if row != -1 else None
        if name is None:
            return ""
        along = (WEIGHT - INPUT - RADIUS) / (SUM - INPUT - 2 * RADIUS)
        y = self._y(n) + along * (self.middle - self._y(n)) + 5
        label, back = written(self.picture.short_label(name))
        text = f'<tspan class="bpv-name">{label}</tspan><tspan{back}> {self.picture.number(parameter(name))}</tspan>'
        place = f'x="{WEIGHT}" y="{y:.1f}" style="font-size: 15px"'
        return f'<text class="bpv-behind" aria-hidden="true" {place}>{text}</text><text {place}>{text}</text>'

    def _sum(self) -> str:
        symbol = Symbol("net", self.layer, self.unit)
        shape = f'<circle class="bpv-node-shape" cx="{SUM}" cy="{self.middle:g}" r="{RADIUS}"/>'
        sign = f'<text x="{SUM}" y="{self.middle + 8:g}" style="font-size: 24px">Σ</text>'
        return shape + sign + self._beside(SUM, symbol)

    def _activation(self) -> str:
        f = self.net.activations[self.layer - 1]
        box = f'x="{ACTIVATION - 50}" y="{self.middle - 26:g}" width="100" height="52"'
        name = escape(f.name.replace("_", " "))
        fit = ' textLength="92" lengthAdjust="spacingAndGlyphs"' if len(name) > 12 else ""
        return (
            f'<rect class="bpv-node-shape" {box} rx="8"/>'
            f'<text x="{ACTIVATION}" y="{self.middle + 5:g}"{fit} style="font-size: 15px">{name}</text>'
        )

    def _output(self) -> str:
        symbol = Symbol("out", self.layer, self.unit)
        return self._node(OUTPUT, self.middle, self._label(symbol), symbol)

    def _arrow(self, start: float, end: float) -> str:
        y = f"{self.middle:g}"
        head = f"M {end - 9} {self.middle - 5:g} L {end - 1} {y} L {end - 9} {self.middle + 5:g}"
        return (
            f'<g class="bpv-edge bpv-none"><line class="bpv-line" x1="{start}" y1="{y}" x2="{end - 2}" y2="{y}" '
            f'stroke-width="2"/><path class="bpv-line" d="{head}" stroke-width="2"/></g>'
        )

    def _beside(self, x: float, symbol: Symbol) -> str:
        """A quantity's name and value under a shape."""
        label, back = written(self._label(symbol))
        number = self.picture.number(symbol)
        value = "" if number is None else f"<tspan{back}> = {number}</tspan>"
        place = f'x="{x}" y="{self.middle + RADIUS + 20:g}" style="font-size: 15px"'
        behind = f'<text class="bpv-behind" aria-hidden="true" {place}>{label}{value}</text>'
        return f"{behind}<text {place}>{label}{value}</text>"

    def _node(self, x: float, y: float, label: Label, symbol: Symbol | None, kind: str = "unit") -> str:
        if kind == "bias":
            shape = f'<rect class="bpv-node-shape" x="{x - 20}" y="{y - 17:g}" width="40" height="34" rx="8"/>'
        else:
            shape = f'<circle class="bpv-node-shape" cx="{x}" cy="{y:g}" r="{RADIUS - 4}"/>'
        number = None if symbol is None else self.picture.number(symbol)
        text, _ = written(label)
        line = y + (5 if number is None else -3)
        top = f'<text class="bpv-name" x="{x}" y="{line:g}" style="font-size: 15px">{text}</text>'
        value = "" if number is None else self._number(x, y + 15, number)
        return f'<g class="bpv-node">{shape}{top}{value}</g>'

    @staticmethod
    def _number(x: float, y: float, number: str) -> str:
        fit = ' textLength="46" lengthAdjust="spacingAndGlyphs"' if len(number) > 6 else ""
        return f'<text class="bpv-out" x="{x}" y="{y:g}"{fit} style="font-size: 13px">{number}</text>'

    def _label(self, symbol: Symbol) -> Label:
        found = self.labels.of(symbol)
        assert isinstance(found, Label)
        return found
