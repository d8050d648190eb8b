"""Figures of what a network computes: its activations, its fit, its decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..calculus.passes import forward
from ..networks.activation import Activation
from ..networks.activations import ACTIVATIONS, activation_called
from ..networks.arrays import batch, network_given
from ..networks.datasets import Classes
from ..networks.initialising import MinMax
from ..networks.network import Network
from ..words.catalogue import heads, say
from ..words.validation import listed, of_type, positive_number, text_given, whole_number
from .curves import LOOKS
from .figure import INK, new_figure
from .table import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARKS = ("o", "^", "s", "D", "v")


#: Nobody sees anything of an activation that is drawn from farther away.
FARTHEST = 1_000


def _check_classes(net: Network, data: Classes, scaling: MinMax) -> None:
    network_given(net)
    of_type(data, Classes, "data", "samples of classes, as iris() returns them")
    of_type(scaling, MinMax, "scaling", "what min_max() returns")
    if (net.sizes[0], net.sizes[-1]) != (data.x.shape[1], len(data.names)):
        raise ValueError(
            f"net must have {data.x.shape[1]} inputs and {len(data.names)} outputs, as the data has features and "
            f"classes, not {net.sizes[0]} and {net.sizes[-1]}"
        )


def plot_activations(*functions: str | Activation, reach: float = 6.0) -> Figure:
    """Draw activations (left) and their derivatives (right) from -reach to reach.

    Parameters
    ----------
    functions : str or Activation
        Up to five that work unit by unit.
    reach : float
        Above 0, at most 1,000.

    Examples
    --------
    >>> len(plot_activations("sigmoid", "tanh").axes)
    2
    """
    chosen = [f if isinstance(f, Activation) else activation_called(f, {}, "functions") for f in functions]
    if not 1 <= len(chosen) <= len(LOOKS):
        raise ValueError(f"functions must be 1 to {len(LOOKS)} activations, not {len(chosen)}")
    if not all(f.elementwise for f in chosen):
        raise ValueError("functions must work unit by unit; softmax does not")
    far = positive_number(reach, "reach")
    if far > FARTHEST:
        raise ValueError(f"reach must be at most {FARTHEST:,}, not {far:g}")
    z = np.linspace(-far, far, 601)[None]
    fig = new_figure(9, 3.8)
    for left, (title, forms) in enumerate((("f(net)", False), ("f'(net)", True))):
        axes = fig.add_axes((0.07 + 0.49 * left, 0.16, 0.42, 0.72))
        for f, (colour, style) in zip(chosen, LOOKS, strict=False):
            y = f.f_prime(z, f(z)) if forms else f(z)
            axes.plot(z[0], y[0], color=colour, linestyle=style, linewidth=2.2, label=str(f))
        _dress(axes, "net", "", title)
        if not left:
            axes.legend(fontsize=10, frameon=False)
    return fig


def plot_fit(net: Network, x: Any, target: Any, *, title: str = "") -> Figure:
    """Draw a network with one input and one output as a curve through its samples.

    Examples
    --------
    >>> from bpviz import initialise
    >>> fig = plot_fit(initialise((1, 3, 1), activations="tanh"), [[-1.0], [1.0]], [[0.2], [0.4]])
    """
    network_given(net)
    if (net.sizes[0], net.sizes[-1]) != (1, 1):
        raise ValueError(f"net must have one input and one output, not {net.sizes[0]} and {net.sizes[-1]}")
    text_given(title, "title")
    xs, targets = batch(net, x, target)
    line = np.linspace(xs.min(), xs.max(), 400)[:, None]
    fig = new_figure(7.5, 3.8)
    axes = fig.add_axes((0.13, 0.15, 0.84, 0.74))
    axes.plot(
        line[:, 0],
        forward(net, line).output[:, 0].round(3),
        color=LOOKS[0][0],
        linewidth=2.4,
        label=say("plots.network"),
    )
    axes.plot(xs[:, 0], targets[:, 0], "o", color=LOOKS[1][0], markersize=5, label=say("plots.samples"))
    axes.legend(fontsize=11, frameon=False)
    _dress(axes, "x", "y", title)
    return fig


def plot_regions(net: Network, data: Classes, scaling: MinMax, features: Sequence[int] = (2, 3)) -> Figure:
    """Draw which class a network chooses over two features, the others at their means, with the samples.

    Examples
    --------
    >>> from bpviz import initialise, iris, min_max
    >>> flowers = iris()
    >>> net = initialise((4, 2, 3), activations=["tanh", "softmax"], loss="categorical_cross_entropy")
    >>> fig = plot_regions(net, flowers, min_max(flowers.x))
    """
    _check_classes(net, data, scaling)
    places = [
        whole_number(n, "features", 0, len(data.features) - 1)
        for n in listed(features, "features", "the places of two features")
    ]
    if len(places) != 2:
        raise ValueError(f"features must be the places of two features, not of {len(places)}")
    across, up = places
    low, high = data.x.min(axis=0) - 0.3, data.x.max(axis=0) + 0.3
    grid = np.tile(data.x.mean(axis=0), (200 * 200, 1))
    xs, ys = np.linspace(low[across], high[across], 200), np.linspace(low[up], high[up], 200)
    grid[:, across], grid[:, up] = np.tile(xs, 200), np.repeat(ys, 200)
    chosen = forward(net, scaling.apply(grid)).output.argmax(axis=1).reshape(200, 200)
    fig = new_figure(7, 4.6)
    axes = fig.add_axes((0.1, 0.13, 0.87, 0.8))
    colours = [colour for colour, _ in LOOKS[: len(data.names)]]
    axes.contourf(xs, ys, chosen, levels=np.arange(len(data.names) + 1) - 0.5, colors=colours, alpha=0.18)
    for n, (name, mark) in enumerate(zip(data.names, MARKS, strict=False)):
        own = data.x[data.labels == n]
        axes.plot(own[:, across], own[:, up], mark, color=colours[n], markersize=6, markeredgecolor="white", label=name)
    axes.legend(fontsize=11, frameon=True, loc="upper left")
    _dress(axes, f"{data.features[across]} (cm)", f"{data.features[up]} (cm)", "")
    return fig


def confusion(net: Network, data: Classes, scaling: MinMax) -> Table:
    """How often each class is taken for each: rows are what it is, columns what the network says.

    Examples
    --------
    >>> from bpviz import initialise, iris, min_max
    >>> flowers = iris()
    >>> net = initialise((4, 2, 3), "zeros", activations=["tanh", "softmax"], loss="categorical_cross_entropy")
    >>> confusion(net, flowers, min_max(flowers.x)).rows[0]
    ('setosa', '50', '0', '0')
    """
    _check_classes(net, data, scaling)
    said = forward(net, scaling.apply(data.x)).output.argmax(axis=1)
    counts = np.zeros((len(data.names),) * 2, dtype=int)
    np.add.at(counts, (data.labels, said), 1)
    rows = [(name, *map(str, counts[n])) for n, name in enumerate(data.names)]
    right, count = np.trace(counts), counts.sum()
    told = say("tables.right", right=right, count=count, share=right / count)
    return Table((*heads("confusion"), *data.names), rows, (told,))


def activation_table() -> Table:
    """Every activation with its formula, its derivative in terms of the output, and its range."""
    from ..formula.tree import Quantity
    from .layout import lay_out, plain_leaf
    from .text import text

    rows = []
    for name, make in ACTIVATIONS.items():
        f = make()
        nets, outs = [Quantity("net")], [Quantity("out")]
        if not f.elementwise:
            nets, outs = [Quantity("net_1"), Quantity("net_2")], [Quantity("out_1"), Quantity("out_2")]
        formula, derivative = lay_out(f.output(nets, 0), plain_leaf), lay_out(f.local(nets, outs, 0, 0), plain_leaf)
        rows.append(
            (name, text(formula), text(derivative), say("tables.range", low=_bound(f.low), high=_bound(f.high)))
        )
    return Table(heads("activations"), rows)


def _bound(value: float) -> str:
    return f"{value:g}".replace("inf", "∞")


def _dress(axes: Any, across: str, up: str, title: str) -> None:
    """The suite's look: labelled, light grid, no box."""
    axes.set_xlabel(across, fontsize=12, color=INK)
    axes.set_ylabel(up, fontsize=12, color=INK)
    axes.tick_params(labelsize=11)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    if title:
        axes.set_title(title, fontsize=13, parse_math=False)
