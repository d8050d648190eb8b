"""The worlds of article 4: its 2-3-2 network, and what it says of training."""

from functools import cache
from typing import Any

import numpy as np

from ...calculus.passes import run
from ...networks.arrays import columns
from ...networks.initialising import initialise
from ...networks.network import Network
from ...training.train import train
from .tools import World, derivatives, jacobian, layer_jacobians, random_network, sigmoid, slope_of


@cache
def two_three_two_world(seed: int) -> World:
    """A random 2-3-2 net with a bias for each unit, under the names of article 4, derivatives from complex steps."""
    rng = np.random.default_rng(seed)
    net = random_network(rng, 2, 3, 2)
    x, t = rng.uniform(-1, 1, 2), rng.uniform(0, 1, 2)
    z, a = run(net, columns(x))
    slopes = derivatives(net, x, t)
    part = [derivatives(net, x, np.where(np.arange(2) == j, t, a[2][:, 0])) for j in (0, 1)]  # the other part is 0
    hidden = net.biases[0]
    assert hidden is not None
    by_h = [d["dE/dout"][2] for d in (slopes, *part)]
    own = [layer_jacobians(net, l, a[l - 1][:, 0]) for l in (1, 2)]
    eta_1, eta_2 = 0.3, 0.2
    values: dict[str, Any] = {"x1": x[0], "x2": x[1], "η1": eta_1, "η2": eta_2, "f": sigmoid}
    for j in range(3):
        values |= {f"net_h{j + 1}": z[0][j, 0], f"Out_h{j + 1}": a[1][j, 0], f"b_{j + 1}": hidden[j]}
        values |= {f"w_(x{i + 1},{j + 1})": net.weights[0][j, i] for i in range(2)}
        values |= {f"w_({j + 1},{k + 1})": net.weights[1][k, j] for k in range(2)}
        values[f"W{j + 5}"] = net.weights[1][0, j]
    output = net.biases[1]
    assert output is not None
    for k in range(2):
        values |= {f"net_o{k + 1}": z[1][k, 0], f"Out_o{k + 1}": a[2][k, 0], f"target_o{k + 1}": t[k]}
        values |= {f"b_{k + 4}": output[k], f"E_o{k + 1}": (t[k] - a[2][k, 0]) ** 2 / 2}
    gradient, by_net, by_bias = slopes["dE/dW"][3][0, 0], slopes["dE/dnet"][3][0], slopes["dE/db"][3][0]
    values |= {"W#1": net.weights[0], "W#2": net.weights[1], "b#1": hidden[None, :], "b#2": output[None, :]}
    values |= {"a#row": x[None, :], "net#1": z[0], "net#2": z[1], "Out#row": a[1].T}
    return {
        **values, "E_total": float(((t - a[2][:, 0]) ** 2).sum() / 2),
        "dE_total/dW5": gradient, "dE_total/dnet_o1": by_net, "δ_o1": by_net, "dE_total/db_4": by_bias,
        "dE_total/dOut_o1": slopes["dE/dout"][3][0],
        "dE_total/dE_Out_o1": slopes["dE/dout"][3][0],
        "dOut_o1/dnet_o1": own[1]["da/dz"][0, 0],
        "dnet_o1/dW5": own[1]["dz/dW"][0, 0, 0], "W5_new": net.weights[1][0, 0] - eta_1 * gradient,
        "b_4_new": output[0] - eta_2 * by_bias, "dE_total/dW1": slopes["dE/dW"][2][0, 0],
        "dE_total/dOut_h1": by_h[0][0], "dE_o1/dOut_h1": by_h[1][0], "dE_o2/dOut_h1": by_h[2][0],
        "dOut_h1/dnet_h1": own[0]["da/dz"][0, 0], "dnet_h1/dW1": own[0]["dz/dW"][0, 0, 0],
    }  # fmt: skip


@cache
def training_world() -> World:
    """What article 4 says of training, tried out: a start from zeros, a run that stops early, cross-entropies."""
    rng = np.random.default_rng(5)
    x, t = rng.uniform(-1, 1, (6, 2)), rng.uniform(0, 1, (6, 1))
    zeros = train(initialise((2, 2, 1), "zeros"), x, t, epochs=50).network
    hidden = run(zeros, columns(x))[1][1]
    V = rng.uniform(-1, 1, (3, 2)), rng.uniform(-1, 1, (2, 3))
    linear = Network(list(V), activations="linear")
    scores, wanted = rng.uniform(-1, 1, (3, 1)), np.array([[0.2], [0.5], [0.3]])
    shares, above = np.exp(scores) / np.exp(scores).sum(), np.abs(scores)  # for an output below 0 there is no logarithm
    return {
        "zero_start_h1": hidden[0], "zero_start_h2": hidden[1], **_ends(),
        "V_1": V[0], "V_2": V[1], "x_column": columns(x[0]), "linear_net": run(linear, columns(x[0]))[1][-1],
        "ReLU'(0-)": float(slope_of(_relu)(-1e-9)), "ReLU'(0+)": float(slope_of(_relu)(1e-9)), "t": wanted,
        "Out_sigmoid": sigmoid(scores), "Out_softmax": shares,
        "δ_cross_entropy": jacobian(lambda z: _binary_cross_entropy(z, wanted), scores),
        "δ_softmax": jacobian(lambda z: _categorical_cross_entropy(z, wanted), scores),
        "δ_tanh": jacobian(lambda z: _cross_entropy_of(np.tanh(z), wanted), above), "Out_tanh": np.tanh(above),
    }  # fmt: skip


def _ends() -> dict[str, float]:
    """Where the S-shaped functions tend to, as SymPy finds it."""
    import sympy as sp

    x = sp.Symbol("x", real=True)
    logistic, bipolar = 1 / (1 + sp.exp(-x)), (1 - sp.exp(-x)) / (1 + sp.exp(-x))
    far = {"-∞": -sp.oo, "∞": sp.oo}
    each = {"logistic": logistic, "bipolar": bipolar, "tanh": sp.tanh(x)}
    return {f"{name}({end})": float(sp.limit(f, x, at)) for name, f in each.items() for end, at in far.items()}


def _relu(x: Any) -> Any:
    return np.where(np.real(x) > 0, x, 0)


def _binary_cross_entropy(scores: Any, t: Any) -> Any:
    return _cross_entropy_of(sigmoid(scores), t)


def _cross_entropy_of(out: Any, t: Any) -> Any:
    return -(t * np.log(out) + (1 - t) * np.log(1 - out)).sum()


def _categorical_cross_entropy(scores: Any, t: Any) -> Any:
    return -(t * np.log(np.exp(scores) / np.exp(scores).sum())).sum()
