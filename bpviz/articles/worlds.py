"""The worlds that the articles' claims are tried in: networks under the articles' names, with true derivatives.

Every derivative, f' included, comes from complex steps through the forward pass or a part of it, one number at a time,
so no world knows what an article says of them, nor how the backward pass works.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from ..calculus.passes import run, twin
from ..networks.activations import activation
from ..networks.arrays import columns
from ..networks.initialising import min_max
from ..networks.network import Network

World = Mapping[str, Any]

STEP = 1e-30


def sigmoid(x: Any) -> Any:
    """The activation of the worlds."""
    return 1 / (1 + np.exp(-x))


def slope_of(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The derivative of a function of one number, by a complex step."""
    return lambda x: f(np.asarray(x) + STEP * 1j).imag / STEP


slope = slope_of(sigmoid)


def jacobian(function: Callable[[Any], Any], at: Any) -> Any:
    """How fast each entry of a function changes with each entry of its argument, by complex steps.

    Its shape is that of the values, then that of the argument.
    """
    at = np.asarray(at)
    columns_of = []
    for place in np.ndindex(*at.shape):
        moved = at.astype(complex)
        moved[place] += STEP * 1j
        columns_of.append(np.asarray(function(moved)).imag / STEP)
    return np.stack(columns_of, axis=-1).reshape(*columns_of[0].shape, *at.shape)


def layer_jacobians(net: Network, layer: int, below: Any) -> dict[str, Any]:
    """The derivatives within one layer (from 1), given the outputs below it.

    da/dz, dz/dW, dz/db, dz/da by the outputs below, and dz/dz by the net inputs below where `below` is made from them.
    """
    f, weights, biases = net.activations[layer - 1], net.weights[layer - 1], _bias(net, layer)

    def net_inputs(outputs: Any, W: Any = weights, b: Any = biases) -> Any:
        return W @ outputs + b

    return {
        "da/dz": jacobian(lambda z: f(columns(z))[:, 0], net_inputs(below)),
        "dz/dW": jacobian(lambda W: net_inputs(below, W), weights),
        "dz/db": jacobian(lambda b: net_inputs(below, b=b), biases),
        "dz/da": jacobian(net_inputs, below),
    }


def across(net: Network, layer: int, z_below: Any) -> Any:
    """dz/dz: the net inputs of a layer (from 2) by those of the layer below."""
    f, weights, biases = net.activations[layer - 2], net.weights[layer - 1], _bias(net, layer)
    return jacobian(lambda z: weights @ f(columns(z))[:, 0] + biases, z_below)


@cache
def network_world(sizes: tuple[int, ...], seed: int) -> World:
    """A random sigmoid network under the names of articles 1 and 5: layer 1 is the input, layer L the output.

    Derivatives come from complex steps through the forward pass, one parameter at a time.
    """
    rng = np.random.default_rng(seed)
    net = Network(
        [rng.uniform(-1, 1, (n, m)) for m, n in pairwise(sizes)],
        [rng.uniform(-1, 1, n) for n in sizes[1:]],
    )
    x, d = rng.uniform(-1, 1, sizes[0]), rng.uniform(0.1, 0.9, sizes[-1])
    z, a = run(net, columns(x))
    L = len(sizes)
    net_in = {l + 2: z[l][:, 0] for l in range(L - 1)}
    h = {l + 1: a[l][:, 0] for l in range(L)}
    W = {l + 2: net.weights[l] for l in range(L - 1)}
    b = {l + 2: net.biases[l] for l in range(L - 1)}
    derivatives = _derivatives(net, x, d)
    y = h[L]
    within = {l: layer_jacobians(net, l - 1, h[l - 1]) for l in W}
    own, own_output, by_a = ({l: within[l][key] for l in W} for key in ("dz/dW", "da/dz", "dz/da"))
    by_output = jacobian(lambda out: np.array(((d - out) ** 2).sum() / 2), y)
    return {
        "L": L, "layers": range(2, L + 1), "layers_hidden": range(2, L), "n": sizes[-1],
        "s": {l + 1: size for l, size in enumerate(sizes)},
        "h": h, "a": h, "net": net_in, "z": net_in, "W": W, "w": W, "b": b, "d": d, "y": y, "x": x,
        "f": sigmoid, "f'": slope, "σ": sigmoid, "σ'": slope,
        "E": float(((d - y) ** 2).sum() / 2), "C": float(((d - y) ** 2).sum() / 2), "t": d,
        "dE/dy": by_output, "dC/da": {L: by_output}, "dy/dnet": {L: own_output[L]}, "da/dz": own_output,
        "dz/dz": {l: across(net, l - 1, net_in[l - 1]) for l in W if l - 1 in net_in},
        "dz/da": by_a, "dnet/dW": own, "dz/dw": own,
        **derivatives,
        "da/dw": {L: derivatives["dy/dW"][L]},
    }  # fmt: skip


def _bias(net: Network, layer: int) -> Any:
    """The biases of a layer (from 1) that has some."""
    biases = net.biases[layer - 1]
    assert biases is not None
    return np.asarray(biases)


def _derivatives(net: Network, x: Any, d: Any) -> dict[str, Any]:
    """dE, dy and dnet of the last layer by every weight and bias, and dE by every net input, by complex steps."""
    L = len(net.sizes)
    found: dict[str, dict[int, Any]] = {key: {} for key in ("dE/dW", "dE/db", "dy/dW", "dnet+/dW")}
    values = {name: complex(p.value) for name, p in net.parameters.items()}

    def step(name: str) -> tuple[Any, Any, Any]:
        moved = twin(net, {**values, name: values[name] + STEP * 1j}, complex)
        z, a = run(moved, columns(x).astype(complex))
        out = a[-1][:, 0]
        return ((d - out) ** 2).sum().imag / 2 / STEP, out.imag / STEP, z[-1][:, 0].imag / STEP

    for l in range(2, L + 1):
        shape = net.weights[l - 2].shape
        dE, dy, dnet = np.zeros(shape), np.zeros((net.sizes[-1], *shape)), np.zeros((net.sizes[-1], *shape))
        for j, i in np.ndindex(*shape):
            dE[j, i], dy[:, j, i], dnet[:, j, i] = step(net.weight_name(l - 1, j, i))
        found["dE/dW"][l], found["dy/dW"][l], found["dnet+/dW"][l] = dE, dy, dnet
        if net.biases[l - 2] is not None:
            names = [net.bias_name(l - 1, j) for j in range(shape[0])]
            found["dE/db"][l] = np.array([step(name)[0] for name in names if name is not None])
    # A bias is added to the net input, so both have the same derivative.
    return {
        **found, "dE/dnet": found["dE/db"], "δ": found["dE/db"],
        "dC/dw": found["dE/dW"], "dC/db": found["dE/db"], "dC/dz": found["dE/db"],
    }  # fmt: skip


@cache
def batch_world(seed: int) -> World:
    """A single layer of n sigmoid units with p inputs, a batch of m samples, and what batch learning does to it.

    W_new and b_new are one step down the mean error, with derivatives from complex steps; the ∇ are the gradients of
    the sample at hand, Δ the sum over those before it, Δ_after with it, and Δ_all the sum over all samples.
    """
    rng = np.random.default_rng(seed)
    n, p, m, alpha, at = 3, 2, 4, 0.3, 2
    net = Network([rng.uniform(-1, 1, (n, p))], [rng.uniform(-1, 1, n)])
    x, d = rng.uniform(-1, 1, (m, p)), rng.uniform(0, 1, (m, n))
    each = [_derivatives(net, x[s], d[s]) for s in range(m)]
    W = np.array([one["dE/dW"][2] for one in each])
    b = np.array([one["dE/db"][2] for one in each])
    y = run(net, columns(x))[1][-1]
    return {
        "n": n, "p": p, "m": m, "α": alpha, "d": d.T, "y": y, "E": ((d.T - y) ** 2).sum(axis=0) / 2,
        "E_total": ((d.T - y) ** 2).sum(axis=0).mean() / 2,
        "W": net.weights[0], "b": net.biases[0], "dE/dW": W.mean(axis=0), "dE/db": b.mean(axis=0),
        "W_new": net.weights[0] - alpha * W.mean(axis=0), "b_new": net.biases[0] - alpha * b.mean(axis=0),
        "∇W": W[at], "ΔW": W[:at].sum(axis=0), "ΔW#after": W[: at + 1].sum(axis=0), "ΔW#all": W.sum(axis=0),
        "∇b": b[at], "Δb": b[:at].sum(axis=0), "Δb#after": b[: at + 1].sum(axis=0), "Δb#all": b.sum(axis=0),
    }  # fmt: skip


@cache
def matrix_world(seed: int) -> World:
    """A random 2-3-2-1 net, a column for each layer, under the names of article 2's matrix form."""
    rng = np.random.default_rng(seed)
    sizes = (2, 3, 2, 1)
    net = Network([rng.uniform(-1, 1, (n, m)) for m, n in pairwise(sizes)], [rng.uniform(-1, 1, n) for n in sizes[1:]])
    x, t = rng.uniform(-1, 1, 2), rng.uniform(0, 1, 1)
    z, a = run(net, columns(x))
    slopes = _derivatives(net, x, t)
    b = {k + 1: columns(np.asarray(bias)) for k, bias in enumerate(net.biases)}
    within = {k: layer_jacobians(net, k, a[k - 1][:, 0]) for k in (1, 2, 3)}
    values: dict[str, Any] = {"x1": x[0], "x2": x[1]}
    names = [["x1", "x2"], ["1", "2", "3"], ["4", "5"], ["6"]]
    for k in (1, 2, 3):
        for j, own in enumerate(names[k]):
            values |= {f"z_{own}": z[k - 1][j, 0], f"n_{own}": a[k][j, 0], f"b_{own}": b[k][j, 0]}
            values |= {f"w_({source},{own})": net.weights[k - 1][j, i] for i, source in enumerate(names[k - 1])}
    return {
        **values, "layers": (1, 2, 3), "layers_hidden": (1, 2), "two": 2, "three": 3, "x": x,
        "s": dict(enumerate(sizes)),
        "W": {k: net.weights[k - 1] for k in (1, 2, 3)}, "b": b, "f": sigmoid, "f'": slope,
        "z": {k: z[k - 1] for k in (1, 2, 3)}, "n": {k: a[k] for k in (0, 1, 2, 3)},
        "δ": {k: columns(slopes["dE/db"][k + 1]) for k in (1, 2, 3)},
        "dL/dz": {k: slopes["dE/db"][k + 1] for k in (1, 2, 3)},
        "dL/dW": {k: slopes["dE/dW"][k + 1] for k in (1, 2, 3)},
        "dL/dW#whole": {k: slopes["dE/dW"][k + 1] for k in (1, 2, 3)},
        "dL/db#whole": {k: columns(slopes["dE/db"][k + 1]) for k in (1, 2, 3)},
        "dL/db": {k: slopes["dE/db"][k + 1] for k in (1, 2, 3)},
        "dn/dz": {k: within[k]["da/dz"] for k in within},
        "dz/dW": {k: within[k]["dz/dW"] for k in within}, "dz/db": {k: within[k]["dz/db"] for k in within},
    }  # fmt: skip


@cache
def two_layer_world(seed: int) -> World:
    """The last two layers of a random net with f(x) = A/(1 + e^(-x/B)), under the names of article 2's index form."""
    rng = np.random.default_rng(seed)
    A, B, eta = 1.6, 0.7, 0.3

    def scaled(v: Any) -> Any:
        return A / (1 + np.exp(-v / B))

    f = activation("scaled_sigmoid", A=A, B=B)
    net = Network(
        [rng.uniform(-1, 1, (3, 2)), rng.uniform(-1, 1, (2, 3))], [rng.uniform(-1, 1, 3), rng.uniform(-1, 1, 2)], f
    )
    x, d = rng.uniform(-1, 1, 2), rng.uniform(0, 1, 2)
    z, a = run(net, columns(x))
    slopes = _derivatives(net, x, d)
    w, b = net.weights[1].T, net.biases[1]
    assert b is not None
    dE_dw, dE_db = slopes["dE/dW"][3].T, slopes["dE/db"][3]
    dy_dw = np.swapaxes(slopes["dy/dW"][3], 1, 2)
    return {
        "A": A, "B": B, "η": eta, "n": 2, "p": 3, "r": 2, "S": z[1][:, 0], "S#hidden": z[0][:, 0], "y": a[2][:, 0],
        "d": d, "x": a[1][:, 0], "x#below": x, "w": w, "b": b, "E": float(((d - a[2][:, 0]) ** 2).sum() / 2),
        "f": scaled, "f'": slope_of(scaled),
        "dE/dw": dE_dw, "dE/db": dE_db, "dE/dw#below": slopes["dE/dW"][2].T, "dy/dw": dy_dw,
        "dd/dw": np.zeros_like(dy_dw),
        "Δw": -eta * dE_dw, "w_new": w - eta * dE_dw, "b_new": b - eta * dE_db,
    }  # fmt: skip


@cache
def example_world() -> World:
    """Article 2's 2-3-2 example, its gradient of w7 from a complex step."""
    from ..derivation.witnesses import by_complex_step
    from .two_three_two import TWO_THREE_TWO as example

    net = example.network
    z, a = run(net, columns(np.array(example.x)))
    values: dict[str, Any] = {
        "f'": slope,
        "η": example.learning_rate,
        "target_o1": 0.01,
        "target_o2": 0.99,
    }
    for n in range(3):
        values |= {f"net_h{n + 1}": z[0][n, 0], f"out_h{n + 1}": a[1][n, 0]}
    values |= {f"w{n}": net[f"w{n}"] for n in range(1, 13)}
    values |= {"b1": net["b1"], "b2": net["b2"], "I1": example.x[0], "I2": example.x[1]}
    for n in range(2):
        values |= {f"net_o{n + 1}": z[1][n, 0], f"out_o{n + 1}": a[2][n, 0]}
    gradient = by_complex_step(net, example.x, example.target, "w7")
    values |= {"dE_total/dw7": gradient, "w7_new": net["w7"] - example.learning_rate * gradient}
    return {**values, "E_total": float(((np.array(example.target) - a[2][:, 0]) ** 2).sum() / 2)}


@cache
def class_world(seed: int) -> World:
    """One sample on its way through article 2's training class, gradients from complex steps."""
    rng = np.random.default_rng(seed)
    net = Network(
        [rng.uniform(-1, 1, (3, 2)), rng.uniform(-1, 1, (2, 3))], [rng.uniform(-1, 1, 3), rng.uniform(-1, 1, 2)]
    )
    x, y = rng.uniform(0, 1, 2), rng.uniform(0, 1, 2)
    _, a = run(net, columns(x))
    slopes = _derivatives(net, x, y)
    rate, rows = 0.9, rng.uniform(-3, 5, (2, 4))
    scaling = min_max(rows.T, 0, 1)
    stepped = {f"weight{l - 1}_new": net.weights[l - 2] - rate * slopes["dE/dW"][l] for l in (2, 3)}
    stepped |= {f"b{l - 1}_new": columns(_bias(net, l - 1) - rate * slopes["dE/db"][l]) for l in (2, 3)}
    return {
        **stepped, "learningrata": rate, "weight1": net.weights[0], "b1": columns(_bias(net, 1)),
        "b2": columns(_bias(net, 2)), "trainx": rows[0], "normalized": scaling.apply(rows.T)[:, 0],
        "minx": rows[0].min(), "maxx": rows[0].max(), "error": np.array([[((a[2][:, 0] - y) ** 2).sum() / 2]]),
        "y": columns(y), "data1": columns(x), "outdata2": a[1], "outdata3": a[2], "weight2": net.weights[1],
        "e": np.array([[((a[2][:, 0] - y) ** 2).sum()]]), "sigma3": columns(slopes["dE/db"][3]),
        "sigma2": columns(slopes["dE/db"][2]), "w_derivative2": slopes["dE/dW"][3], "w_derivative1": slopes["dE/dW"][2],
        "b_derivative2": columns(slopes["dE/db"][3]), "b_derivative1": columns(slopes["dE/db"][2]),
    }  # fmt: skip


@cache
def two_three_two_world(seed: int) -> World:
    """A random 2-3-2 net with a bias for each unit, under the names of article 4, derivatives from complex steps."""
    rng = np.random.default_rng(seed)
    net = Network(
        [rng.uniform(-1, 1, (3, 2)), rng.uniform(-1, 1, (2, 3))], [rng.uniform(-1, 1, 3), rng.uniform(-1, 1, 2)]
    )
    x, t = rng.uniform(-1, 1, 2), rng.uniform(0, 1, 2)
    z, a = run(net, columns(x))
    slopes = _derivatives(net, x, t)
    part = [_derivatives(net, x, np.where(np.arange(2) == j, t, a[2][:, 0])) for j in (0, 1)]  # the other part is 0
    hidden = net.biases[0]
    assert hidden is not None
    # dE/dOut_h is dE/dnet_h over the slope there, both by complex steps
    by_h = [d["dE/db"][2] / slope(z[0][:, 0]) for d in (slopes, *part)]
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
    gradient, by_bias = slopes["dE/dW"][3][0, 0], slopes["dE/db"][3][0]
    values |= {"W#1": net.weights[0], "W#2": net.weights[1], "b#1": hidden[None, :], "b#2": output[None, :]}
    values |= {"a#row": x[None, :], "net#1": z[0], "net#2": z[1], "Out#row": a[1].T}
    return {
        **values, "E_total": float(((t - a[2][:, 0]) ** 2).sum() / 2),
        "dE_total/dW5": gradient, "dE_total/dnet_o1": by_bias, "δ_o1": by_bias, "dE_total/db_4": by_bias,
        "dE_total/dOut_o1": by_bias / slope(z[1][0, 0]), "dOut_o1/dnet_o1": slope(z[1][0, 0]),
        "dnet_o1/dW5": gradient / by_bias, "W5_new": net.weights[1][0, 0] - eta_1 * gradient,
        "b_4_new": output[0] - eta_2 * by_bias, "dE_total/dW1": slopes["dE/dW"][2][0, 0],
        "dE_total/dOut_h1": by_h[0][0], "dE_o1/dOut_h1": by_h[1][0], "dE_o2/dOut_h1": by_h[2][0],
        "dOut_h1/dnet_h1": slope(z[0][0, 0]), "dnet_h1/dW1": slopes["dE/dW"][2][0, 0] / slopes["dE/db"][2][0],
    }  # fmt: skip


@cache
def chain_world(seed: int) -> World:
    """A chain of single units: f_1 is the input, f_2 and f_3 the outputs of two layers, w_2 and w_3 their weights."""
    rng = np.random.default_rng(seed)
    net = Network(
        [rng.uniform(-1, 1, (1, 1)), rng.uniform(-1, 1, (1, 1))], [rng.uniform(-1, 1, 1), rng.uniform(-1, 1, 1)]
    )
    x, t = rng.uniform(-1, 1, 1), rng.uniform(0, 1, 1)
    z, a = run(net, columns(x))
    slopes = _derivatives(net, x, t)
    net_2, net_3 = (float(slopes["dE/db"][l][0]) for l in (2, 3))
    slope_2, slope_3 = (float(slope(z[l][0, 0])) for l in (0, 1))
    return {
        "f": sigmoid, "f_1": a[0][0, 0], "f_2": a[1][0, 0], "f_3": a[2][0, 0], "f'_3": slope_3,
        "w_2": net.weights[0][0, 0], "w_3": net.weights[1][0, 0], "b_2": net["b1[1]"], "b_3": net["b2[1]"],
        "dLoss/dw_3": slopes["dE/dW"][3][0, 0], "dLoss/df_3": net_3 / slope_3, "dLoss/df_2": net_2 / slope_2,
        "df_3/dw_3": slopes["dE/dW"][3][0, 0] / (net_3 / slope_3), "df_3/df_2": net_2 / slope_2 / (net_3 / slope_3),
    }  # fmt: skip


@cache
def training_world() -> World:
    """What article 4 says of training, tried out: a start from zeros, a run that stops early, cross-entropies."""
    from ..calculus.training import train
    from ..networks.initialising import initialise

    rng = np.random.default_rng(5)
    x, t = rng.uniform(-1, 1, (6, 2)), rng.uniform(0, 1, (6, 1))
    zeros = train(initialise((2, 2, 1), "zeros"), x, t, epochs=50).network
    hidden = run(zeros, columns(x))[1][1]
    line = Network([[[0.0]]], activations="linear")
    stopped = train(line, [[1.0]], [[1.0]], learning_rate=0.1, epochs=500, validation=([[1.0]], [[0.5]]))
    V = rng.uniform(-1, 1, (3, 2)), rng.uniform(-1, 1, (2, 3))
    linear = Network(list(V), activations="linear")
    scores, wanted = rng.uniform(-1, 1, (3, 1)), np.array([[0.2], [0.5], [0.3]])
    shares = np.exp(scores) / np.exp(scores).sum()
    return {
        "zero_start_h1": hidden[0], "zero_start_h2": hidden[1], "lowest_logistic": float(np.round(sigmoid(-700.0), 12)),
        "highest_logistic": float(np.round(sigmoid(700.0), 12)), "lowest_bipolar": float(np.tanh(-350.0)),
        "highest_bipolar": float(np.tanh(350.0)),
        "V_1": V[0], "V_2": V[1], "x_column": columns(x[0]), "linear_net": run(linear, columns(x[0]))[1][-1],
        "rises_when_stopped": 6.0, "rises_of_training_error": float(_rises(stopped.losses)),
        "rises_of_validation_error": float(_rises(stopped.validation_losses)), "t": wanted,
        "Out_sigmoid": sigmoid(scores), "Out_softmax": shares,
        "δ_cross_entropy": _by_complex_step(_binary_cross_entropy, scores, wanted),
        "δ_softmax": _by_complex_step(_categorical_cross_entropy, scores, wanted),
    }  # fmt: skip


def _rises(errors: tuple[float, ...]) -> int:
    """How many times in a row the errors rose at the end."""
    count = 0
    for before, after in reversed(list(pairwise(errors))):
        if after <= before:
            break
        count += 1
    return count


def _binary_cross_entropy(scores: Any, t: Any) -> Any:
    out = sigmoid(scores)
    return -(t * np.log(out) + (1 - t) * np.log(1 - out)).sum()


def _categorical_cross_entropy(scores: Any, t: Any) -> Any:
    return -(t * np.log(np.exp(scores) / np.exp(scores).sum())).sum()


def _by_complex_step(loss: Callable[[Any, Any], Any], scores: Any, t: Any) -> Any:
    """The derivative of a loss by each score."""
    slopes = np.zeros_like(scores)
    for j in range(len(scores)):
        moved = scores.astype(complex)
        moved[j] += STEP * 1j
        slopes[j] = loss(moved, t).imag / STEP
    return slopes


@cache
def two_two_one_world() -> World:
    """The 2-2-1 example, columns for layers, with derivatives from complex steps."""
    from .two_two_one import TWO_TWO_ONE as example

    net, x, d = example.network, np.array(example.x), np.array(example.target)
    z, a = run(net, columns(x))
    slopes = _derivatives(net, x, d)
    moved = Network([W - example.learning_rate * slopes["dE/dW"][l] for l, W in enumerate(net.weights, start=2)])
    after = run(moved, columns(x))[1][-1]
    delta = [slopes["dE/dW"][l][:, :1] / a[l - 2][:1] for l in (2, 3)]  # dE/dw = delta times what w multiplies
    return {
        "out_h1": a[1][0, 0], "out_h2": a[1][1, 0], "out_o1": a[2][0, 0],
        "E": float(((d - a[2][:, 0]) ** 2).sum() / 2),
        "Error": (d[:, None] - a[2]) ** 2 / 2,
        "E_after_1": float(((d - after[:, 0]) ** 2).sum() / 2), "l2_error": d[:, None] - a[2], "f'_2": slope(z[1]),
        "f'_1": slope(z[0]), "δ_1": delta[0], "δ_2": delta[1], "W1": net.weights[1], "x_column": columns(x),
        "out_column": a[1], "dE/dW0": slopes["dE/dW"][2], "dE/dW1": slopes["dE/dW"][3],
    }  # fmt: skip


def _batches() -> list[World]:
    return [batch_world(1), batch_world(2)]


def _networks() -> list[World]:
    return [network_world((3, 4, 2, 3), 1), network_world((2, 2, 2, 2), 2)]


@cache
def _functions() -> list[World]:
    return [{"x": np.float64(x), "A": np.float64(1.7), "B": np.float64(0.6)} for x in (-2.3, -0.4, 0.7, 1.9)]


WORLDS: dict[str, Callable[[], list[World]]] = {
    "networks": _networks,
    "functions": _functions,
    "batches": _batches,
    "2-2-1": lambda: [two_two_one_world()],
    "2-3-2": lambda: [two_three_two_world(1), two_three_two_world(2)],
    "2-3-2-1": lambda: [matrix_world(1), matrix_world(2)],
    "two layers": lambda: [two_layer_world(1), two_layer_world(2)],
    "example": lambda: [example_world()],
    "class": lambda: [class_world(1), class_world(2)],
    "chain": lambda: [chain_world(1), chain_world(2)],
    "training": lambda: [training_world()],
}
