"""The world of article 3: the 2-2-1 example."""

from functools import cache

import numpy as np

from ...calculus.passes import run
from ...networks.arrays import columns
from ...networks.network import Network
from ..two_two_one import TWO_TWO_ONE as example
from .tools import World, derivatives, sigmoid


@cache
def two_two_one_world() -> World:
    """The 2-2-1 example, columns for layers, with derivatives from complex steps."""
    net, x, d = example.network, np.array(example.x), np.array(example.target)
    _, a = run(net, columns(x))
    slopes = derivatives(net, x, d)
    down = {l: -example.learning_rate * slopes["dE/dW"][l] for l in (2, 3)}
    moved = Network([net.weights[l - 2] + step for l, step in down.items()])
    after = run(moved, columns(x))[1][-1]
    return {
        "E": float(((d - a[2][:, 0]) ** 2).sum() / 2), "Error": (d[:, None] - a[2]) ** 2 / 2,
        "E_after_1": float(((d - after[:, 0]) ** 2).sum() / 2), "E_of_pass_100": _published_error(100),
        "l0": a[0], "l1": a[1], "l2": a[2], "l2_error": d[:, None] - a[2],
        "l1_delta": columns(-slopes["dE/dnet"][2]), "l2_delta": columns(-slopes["dE/dnet"][3]),
        "W0": net.weights[0], "W1": net.weights[1], "W0_new": moved.weights[0], "W1_new": moved.weights[1],
    }  # fmt: skip


def _published_error(n_passes: int) -> float:
    """The error that the published program prints in that pass, row times column and all."""
    V, W = (np.array(weights) for weights in example.network.weights)
    x, target = columns(np.array(example.x)), np.array(example.target)
    for _ in range(n_passes):
        h = sigmoid(V @ x)
        o = sigmoid(W @ h)
        delta = (target - o) * o * (1 - o)
        V, W = V + x.T @ (delta * W * h * (1 - h)), W + delta * h.T
    return float(((target - o) ** 2 / 2)[0, 0])
