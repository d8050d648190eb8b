"""Where the parts of a network stand in a picture; the SVG diagram and the matplotlib figure share it.

Units are pixels at scale 1; y grows downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from ..network import Network, Use
from ..steps import edge_name, loss_edge

MARGIN = 8
CHARACTER = 8.6  # the width of a character on a label
HIGH = 24  # and the height of a label
LONGEST = 14  # longer names are cut

#: Between layers with more weights than this, labels show only where something happens.
MOST_LABELS = 12


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
    radius: float
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def label_width(net: Network) -> float:
    """The room that the longest label of a network takes: a name and a value of six digits."""
    longest = max((len(name) for name in net.parameters), default=0)
    return CHARACTER * (min(longest, LONGEST) + 9)


def bias_node(layer: int) -> str:
    """The diagram's name for the bias of a layer."""
    return f"bias:{layer}"


def geometry(net: Network) -> Geometry:
    """Place every node, edge and label of a network."""
    tallest = max(net.sizes)
    pitch, radius = (140.0, 42.0) if tallest <= 4 else (104.0, 34.0)
    column = 2 * radius + 72 + label_width(net)
    has_bias = any(b is not None for b in net.biases)
    middle = 26 + radius + (tallest - 1) * pitch / 2
    floor = middle + (tallest - 1) * pitch / 2 + (pitch * 0.9 if has_bias else 0)
    nodes: dict[str, Node] = {}
    for layer, size in enumerate(net.sizes):
        kind = "input" if layer == 0 else "output" if layer == net.depth else "unit"
        for j in range(size):
            x = MARGIN + radius + layer * column
            y = middle + (j - (size - 1) / 2) * pitch
            nodes[net.unit(layer, j)] = Node(net.unit(layer, j), kind, x, y, layer, j)
    for layer, bias in enumerate(net.biases, start=1):
        if bias is not None:
            x = MARGIN + radius + (layer - 1) * column
            lowest = max(node.y for node in nodes.values() if node.layer == layer - 1 and node.kind != "bias")
            y = min(floor, lowest + pitch * 0.95)
            nodes[bias_node(layer)] = Node(bias_node(layer), "bias", x, y, layer, 0)
    loss_x = MARGIN + radius + net.depth * column + 178
    nodes["E"] = Node("E", "loss", loss_x, middle, net.depth + 1, 0)
    lines: list[tuple[str, Use | None, Node, Node]] = []
    for use in net.uses():
        source = bias_node(use.layer) if use.source is None else net.unit(use.layer - 1, use.source)
        lines.append((edge_name(use), use, nodes[source], nodes[net.unit(use.layer, use.to)]))
    for j in range(net.sizes[-1]):
        lines.append((loss_edge(j), None, nodes[net.unit(net.depth, j)], nodes["E"]))
    edges = _place_labels(net, lines, list(nodes.values()), radius)
    return Geometry(loss_x + 48 + MARGIN, floor + radius + 24, radius, tuple(nodes.values()), tuple(edges))


def _place_labels(
    net: Network, lines: list[tuple[str, Use | None, Node, Node]], nodes: list[Node], radius: float
) -> list[Edge]:
    """Give each label the spot on its line where it covers the least; one after the other."""
    placed: list[tuple[float, float]] = []
    wide = label_width(net)
    edges = []
    for name, use, source, to in lines:
        size = hypot(to.x - source.x, to.y - source.y)
        ux, uy = (to.x - source.x) / size, (to.y - source.y) / size
        gap = 48 if to.kind == "loss" else radius
        start = (source.x + ux * radius, source.y + uy * radius)
        end = (to.x - ux * gap, to.y - uy * gap)
        shared_bias = use is not None and use.source is None and isinstance(net.bias_names[use.layer - 1], str)
        crowded = use is not None and net.sizes[use.layer] * net.sizes[use.layer - 1] > MOST_LABELS
        label = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        if use is not None and not shared_bias and not crowded:
            others = [(a, b) for other, _, a, b in lines if other != name and abs(a.x - source.x) < 1]
            spots = {}
            nearest = (radius + wide / 2) / (to.x - source.x)  # closer to a node, and the label would cover it
            for t in (nearest + n / 40 * (1 - 2 * nearest) for n in range(41)):
                point = (source.x + t * (to.x - source.x), source.y + t * (to.y - source.y))
                spots[point] = t / 2 + _cost(point, wide, placed, others, nodes, radius)
            label = min(spots, key=lambda point: spots[point])
            placed.append(label)
        parameter = None if use is None else net.name_at(use)
        edges.append(Edge(name, parameter, start, end, label, use, use is not None and not shared_bias, crowded))
    return edges


def _cost(
    point: tuple[float, float],
    wide: float,
    placed: list[tuple[float, float]],
    others: list[tuple[Node, Node]],
    nodes: list[Node],
    radius: float,
) -> float:
    """How much a label at this point would cover: other labels most, then nodes, then other lines."""
    x, y = point
    cost = 0.0
    for px, py in placed:
        cost += 10 * max(0.0, 1 - abs(x - px) / wide) * max(0.0, 1 - abs(y - py) / HIGH)
    for node in nodes:
        cost += (
            10
            * max(0.0, 1 - abs(x - node.x) / (wide / 2 + radius))
            * max(0.0, 1 - abs(y - node.y) / (HIGH / 2 + radius))
        )
    for a, b in others:
        t = (x - a.x) / (b.x - a.x)
        line_y = a.y + t * (b.y - a.y)
        cost += 0.06 * max(0.0, 1 - abs(y - line_y) / HIGH)
    return cost
