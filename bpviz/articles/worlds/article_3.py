"""The world of article 3: the 2-2-1 example."""

from functools import cache

import numpy as np

from ...calculus.passes import run
from ...networks.arrays import columns
from ...networks.network import Network
from ..two_two_one import TWO_TWO_ONE as example
from .tools import World, derivatives, slope


@cache
def two_two_one_world() -> World:
    """The 2-2-1 example, columns for layers, with derivatives from complex steps."""
    net, x, d = example.network, np.array(example.x), np.array(example.target)
    z, a = run(net, columns(x))
    slopes = derivatives(net, x, d)
    moved = Network([W - example.learning_rate * slopes["dE/dW"][l] for l, W in enumerate(net.weights, start=2)])
    after = run(moved, columns(x))[1][-1]
    delta = [columns(slopes["dE/dnet"][l]) for l in (2, 3)]
    return {
        "out_h1": a[1][0, 0], "out_h2": a[1][1, 0], "out_o1": a[2][0, 0],
        "E": float(((d - a[2][:, 0]) ** 2).sum() / 2),
        "Error": (d[:, None] - a[2]) ** 2 / 2,
        "out_after_1": float(after[0, 0]),
        "E_after_1": float(((d - after[:, 0]) ** 2).sum() / 2), "l2_error": d[:, None] - a[2], "f'_2": slope(z[1]),
        "f'_1": slope(z[0]), "δ_1": delta[0], "δ_2": delta[1], "W1": net.weights[1], "x_column": columns(x),
        "out_column": a[1], "dE/dW0": slopes["dE/dW"][2], "dE/dW1": slopes["dE/dW"][3],
    }  # fmt: skip
