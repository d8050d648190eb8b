"""Where the parts of a network stand in a picture; the SVG diagram and the matplotlib figure share it.

Units are pixels at scale 1; y grows downwards.  How closely everything stands is a `Detail`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..networks.names import LOSS_NODE, Use, bias_node, edge_name, loss_edge
from ..networks.network import Network
from .details import Detail, full

LONGEST = 14  # longer names are cut

#: Between layers with more labels than this they show only where something happens.
MOST_LABELS = 20


#: A label is tried at so many spots of its line, and all labels are placed anew at most so many times.
SPOTS, SWEEPS = 41, 8

Array = NDArray[Any]


@dataclass(frozen=True)
class Node:
    """A unit, a bias or the error; `kind` is input, unit, output, bias or loss."""

    name: str
    kind: str
    x: float
    y: float
    layer: int
    unit: int


@dataclass(frozen=True)
class Edge:
    """A line between two nodes, with the place of its label; `use` is None for a line to the error."""

    name: str
    parameter: str | None
    start: tuple[float, float]
    end: tuple[float, float]
    label: tuple[float, float]
    use: Use | None
    has_label: bool
    crowded: bool


@dataclass(frozen=True)
class Geometry:
    """The whole picture."""

    width: float
    height: float
    detail: Detail
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def label_width(net: Network, detail: Detail) -> float:
    """The room that the longest label of a network takes: a name and a value of six digits."""
    if not detail.labels:
        return 0.0
    longest = max((len(name) for name in net.parameters), default=0)
    raised = detail.raised if net.layout.is_default else 0
    return detail.character * (min(longest, LONGEST) + raised + 9)


#: So many times as wide as its type is high a target is: a word, a number of six digits, and the space around them.
LONGEST_WORDS = 10.0


#: A network of more lines is not drawn unit by unit: it would take seconds, and be a grey surface.
MOST_LINES = 15_000


def lines_to_draw(net: Network, most: int) -> int:
    """How many weights and biases a drawing has; ValueError if they are more than this."""
    count = sum(W.size for W in net.weights) + sum(net.sizes[l] for l, b in enumerate(net.biases, 1) if b is not None)
    if count > most:
        raise ValueError(f"net must have at most {most:,} lines to be drawn, not {count:,}")
    return count


def geometry(net: Network, detail: Detail | None = None) -> Geometry:
    """Place every node, edge and label of a network, in full detail unless told otherwise.

    Raises
    ------
    ValueError
        If it has more than 15,000 lines.
    """
    count = lines_to_draw(net, MOST_LINES)
    tallest = max(net.sizes)
    detail = detail or full(tallest, count)
    pitch = detail.pitch
    has_bias = any(b is not None for b in net.biases)
    middle = detail.top + detail.high + (tallest - 1) * pitch / 2
    floor = middle + (tallest - 1) * pitch / 2 + (pitch * detail.to_bias[1] if has_bias else 0)
    heights = [[middle + (j - (size - 1) / 2) * pitch for j in range(size)] for size in net.sizes]
    bias_heights = [min(floor, column[-1] + pitch * detail.to_bias[0]) for column in heights]
    uses = list(net.uses())
    gaps = _gaps(net, uses, heights, bias_heights, detail)
    columns = [detail.margin + detail.wide]
    for gap in gaps:
        columns.append(columns[-1] + gap.width)
    nodes: dict[str, Node] = {}
    for layer, column in enumerate(heights):
        kind = "input" if layer == 0 else "output" if layer == net.depth else "unit"
        for j, y in enumerate(column):
            nodes[net.unit(layer, j)] = Node(net.unit(layer, j), kind, columns[layer], y, layer, j)
    for layer, bias in enumerate(net.biases, start=1):
        if bias is not None:
            nodes[bias_node(layer)] = Node(
                bias_node(layer), "bias", columns[layer - 1], bias_heights[layer - 1], layer, 0
            )
    nodes[LOSS_NODE] = Node(LOSS_NODE, "loss", columns[-1] + _to_loss(net, detail), middle, net.depth + 1, 0)
    edges = []
    for use in uses:
        source = nodes[bias_node(use.layer) if use.source is None else net.unit(use.layer - 1, use.source)]
        to, gap = nodes[net.unit(use.layer, use.to)], gaps[use.layer - 1]
        start, end = _between(source, to, detail, detail.wide)
        label = gap.places.get((use.to, use.source), (gap.width / 2, (source.y + to.y) / 2))
        edges.append(
            Edge(
                edge_name(use),
                net.name_at(use),
                start,
                end,
                (source.x + label[0], label[1]),
                use,
                _labelled(net, use),
                gap.crowded,
            )
        )
    for j in range(net.sizes[-1]):
        start, end = _between(nodes[net.unit(net.depth, j)], nodes[LOSS_NODE], detail, detail.loss_wide)
        label = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        edges.append(Edge(loss_edge(j), None, start, end, label, None, False, False))
    width = nodes[LOSS_NODE].x + detail.loss_wide + detail.margin
    return Geometry(width, floor + detail.high + detail.bottom, detail, tuple(nodes.values()), tuple(edges))


def is_apart(net: Network, detail: Detail) -> bool:
    """Whether the error is farther away: for a middle one's target, or for what belongs to the lines of flat units."""
    words = net.sizes[-1] % 2 == 1 if "beside" in detail.says else net.sizes[-1] != 2 and "below" in detail.says
    return detail.apart and words


def _to_loss(net: Network, detail: Detail) -> float:
    """From the middle of the outputs to that of the error."""
    between = LONGEST_WORDS * detail.type if is_apart(net, detail) else 0
    return max(detail.to_loss, detail.wide + between + detail.loss_wide)


def _between(source: Node, to: Node, detail: Detail, end_gap: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ends of a line between two nodes, outside both: round ones are left on the straight way, others sideways."""
    if not detail.round:
        return (source.x + detail.wide, source.y), (to.x - end_gap, to.y)
    gap = detail.wide
    size = hypot(to.x - source.x, to.y - source.y)
    ux, uy = (to.x - source.x) / size, (to.y - source.y) / size
    if source.kind == "bias":  # a box, which the line leaves at its side or at its top
        gap = min(detail.wide / max(abs(ux), 1e-9), detail.bias_high / max(abs(uy), 1e-9))
    return (source.x + ux * gap, source.y + uy * gap), (to.x - ux * end_gap, to.y - uy * end_gap)


def _labelled(net: Network, use: Use) -> bool:
    """A bias that its layer shares says its name and value in its node."""
    return use.source is not None or not isinstance(net.bias_names[use.layer - 1], str)


#: A line by the unit that it leads to and the one that it comes from, which a bias has not.
Line = tuple[int, int | None]


@dataclass(frozen=True)
class _Gap:
    """What lies between two layers: its width from centre to centre, and where the label of each line is in it."""

    width: float
    places: Mapping[Line, tuple[float, float]]
    crowded: bool


def _gaps(
    net: Network, uses: list[Use], heights: list[list[float]], bias_heights: list[float], detail: Detail
) -> list[_Gap]:
    """The gaps between layers."""
    by_layer: dict[int, list[Use]] = {layer: [] for layer in range(1, net.depth + 1)}
    for use in uses:
        by_layer[use.layer].append(use)
    wide = label_width(net, detail)
    gaps = []
    for layer, here in by_layer.items():
        lines = tuple((use.to, use.source) for use in here)
        labelled = tuple((use.to, use.source) for use in here if _labelled(net, use))
        sources, targets = tuple(heights[layer - 1]), tuple(heights[layer])
        gaps.append(_gap(lines, labelled, layer == 1, sources, bias_heights[layer - 1], targets, wide, detail))
    return gaps


@lru_cache(maxsize=500)
def _gap(
    lines: tuple[Line, ...],
    labelled: tuple[Line, ...],
    is_first: bool,
    sources: tuple[float, ...],
    bias: float,
    targets: tuple[float, ...],
    wide: float,
    detail: Detail,
) -> _Gap:
    """As narrow as its labels allow; where they would cover each other even in a wide one, they are crowded.

    `sources`, `bias` and `targets` are the heights of the nodes on either side, `wide` the room of a label.  Layers
    that are alike, in one network or several, are worked out once.
    """
    narrow = 2 * detail.wide + detail.free + wide
    if len(labelled) > MOST_LABELS or not detail.labels:
        return _Gap(narrow, {}, True)
    ends = {(to, source): (bias if source is None else sources[source], targets[to]) for to, source in lines}
    left = sources if all(source is not None for _, source in lines) else (*sources, bias)
    beside = () if is_first else sources  # inputs have nothing above and below
    for extra in detail.wider:
        width = narrow + extra * wide
        places, covered = _place_labels(labelled, ends, left, beside, targets, width, wide, detail)
        if not covered:
            return _Gap(width, places, False)
    return _Gap(narrow, {}, True)


def _place_labels(
    labelled: tuple[Line, ...],
    lines: Mapping[Line, tuple[float, float]],
    left: tuple[float, ...],
    beside: tuple[float, ...],
    right: tuple[float, ...],
    width: float,
    wide: float,
    detail: Detail,
) -> tuple[dict[Line, tuple[float, float]], bool]:
    """Where on its line each label covers the least, and whether any still covers another.

    One is placed after the other, then each again beside all others, until none moves.
    """
    apart, high = wide + 8, detail.line
    nearest = (detail.wide + wide / 2) / width  # closer to a node, and the label would cover it
    t = np.linspace(nearest, 1 - nearest, SPOTS)
    start = 0.0 if detail.round else detail.wide  # where a line leaves the height of its source
    along = (t * width - start) / (width - 2 * start)
    heights = {line: (1 - along) * ends[0] + along * ends[1] for line, ends in lines.items()}
    alone = {}
    for line in labelled:
        alone[line] = t / 2
        for x, columns in ((t * width, left), ((1 - t) * width, right)):
            for y in columns:
                covers = _near(x, wide / 2 + detail.wide) * _near(heights[line] - y, high / 2 + detail.high)
                alone[line] += 10 * covers
        for x, columns in ((t * width, beside), ((1 - t) * width, right)):
            for y in columns:
                for aside in detail.asides(y):  # net above the unit, δ below it
                    alone[line] += 4.0 * ((x < wide / 2 + detail.aside_wide) & (np.abs(heights[line] - aside) < high))
        for other in lines:
            if other != line:
                alone[line] += 0.06 * _near(heights[line] - heights[other], 1.2 * high)
    spots: dict[Line, int] = {}
    for _ in range(SWEEPS):
        before = dict(spots)
        for line in labelled:
            cost = alone[line].copy()
            for other, spot in spots.items():
                if other != line:
                    over = _near((t - t[spot]) * width, apart) * _near(heights[line] - heights[other][spot], high)
                    cost += 10 * over + 2 * (over > 0)
            spots[line] = int(np.argmin(cost))
        if spots == before:
            break
    placed = {line: (float(t[spot] * width), float(heights[line][spot])) for line, spot in spots.items()}
    points = list(placed.values())
    covered = any(
        abs(x - other_x) < apart and abs(y - other_y) < high
        for n, (x, y) in enumerate(points)
        for other_x, other_y in points[:n]
    )
    return placed, covered


def _near(distance: Array, reach: float) -> Array:
    """From 1 at no distance down to 0 at `reach`."""
    return np.maximum(0.0, 1 - np.abs(distance) / reach)
