"""Networks of any depth, a batch, and a chain of single units, under the names of articles 1, 2 and 5."""

from functools import cache
from typing import Any

import numpy as np

from ...calculus.passes import run
from ...networks.arrays import columns
from ...networks.network import Network
from .tools import (
    STEP,
    World,
    across,
    derivatives,
    from_outputs,
    jacobian,
    layer_jacobians,
    outputs_a_step_away,
    random_network,
    sigmoid,
    slope,
)


@cache
def network_world(sizes: tuple[int, ...], seed: int) -> World:
    """A random sigmoid network under the names of articles 1 and 5: layer 1 is the input, layer L the output.

    Derivatives come from complex steps through the forward pass, one parameter at a time.
    """
    rng = np.random.default_rng(seed)
    net = random_network(rng, *sizes)
    x, d = rng.uniform(-1, 1, sizes[0]), rng.uniform(0.1, 0.9, sizes[-1])
    z, a = run(net, columns(x))
    L = len(sizes)
    net_in = {l + 2: z[l][:, 0] for l in range(L - 1)}
    h = {l + 1: a[l][:, 0] for l in range(L)}
    W = {l + 2: net.weights[l] for l in range(L - 1)}
    b = {l + 2: net.biases[l] for l in range(L - 1)}
    slopes = derivatives(net, x, d)
    y = h[L]
    within = {l: layer_jacobians(net, l - 1, h[l - 1]) for l in W}
    own, own_output, by_a = ({l: within[l][key] for l in W} for key in ("dz/dW", "da/dz", "dz/da"))

    def moved(_key: str, layer: int, place: tuple[int, ...]) -> tuple[dict[str, Any], float]:
        return {"y": outputs_a_step_away(net, x, net.weight_name(layer - 1, *place))}, STEP

    by_output = jacobian(lambda out: np.array(((d - out) ** 2).sum() / 2), y)
    return {
        "L": L, "layers": range(2, L + 1), "layers_hidden": range(2, L), "n": sizes[-1],
        "s": {l + 1: size for l, size in enumerate(sizes)},
        "h": h, "a": h, "net": net_in, "z": net_in, "W": W, "ω": W, "b": b, "d": d, "y": y, "x": x,
        "f": sigmoid, "f'": slope, "σ": sigmoid, "σ'": slope,
        "E": float(((d - y) ** 2).sum() / 2), "C": float(((d - y) ** 2).sum() / 2), "y#target": d,
        "dE/dy": by_output, "dC/da": {L: by_output}, "dy/dnet": {L: own_output[L]}, "da/dz": own_output,
        "dz+/dz": {l - 1: across(net, l - 1, net_in[l - 1]) for l in W if l - 1 in net_in},
        "dz+/da": {l - 1: by_a[l] for l in W}, "dnet+/df(net)": {l - 1: by_a[l] for l in W},
        "df(net)/dnet": own_output, "dnet/dW": own, "dz/dω": own,
        **slopes,
        "da/dω": {L: slopes["dy/dW"][L]}, "moved": moved,
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
    each = [derivatives(net, x[s], d[s]) for s in range(m)]
    W = np.array([one["dE/dW"][2] for one in each])
    b = np.array([one["dE/db"][2] for one in each])
    y = run(net, columns(x))[1][-1]
    of_layer_2 = {
        "W": net.weights[0], "b": net.biases[0], "dE#all/dW": W.mean(axis=0), "dE#all/db": b.mean(axis=0),
        "W#new": net.weights[0] - alpha * W.mean(axis=0), "b#new": net.biases[0] - alpha * b.mean(axis=0),
        "∇W": W[at], "ΔW": W[:at].sum(axis=0), "ΔW#after": W[: at + 1].sum(axis=0), "ΔW#all": W.sum(axis=0),
        "∇b": b[at], "Δb": b[:at].sum(axis=0), "Δb#after": b[: at + 1].sum(axis=0), "Δb#all": b.sum(axis=0),
    }  # fmt: skip
    return {
        "n": n,
        "m": m,
        "α": alpha,
        "d": d.T,
        "y": y,
        "E": ((d.T - y) ** 2).sum(axis=0) / 2,
        "E#all": ((d.T - y) ** 2).sum(axis=0).mean() / 2,
        "layers": (2,),
        "s": {1: p, 2: n},
        **{name: {2: value} for name, value in of_layer_2.items()},
    }


@cache
def chain_world(seed: int) -> World:
    """A chain of single units: f_1 is the input, f_2 and f_3 the outputs of two layers, w_2 and w_3 their weights."""
    rng = np.random.default_rng(seed)
    net = random_network(rng, 1, 1, 1)
    x, t = rng.uniform(-1, 1, 1), rng.uniform(0, 1, 1)
    a = run(net, columns(x))[1]
    slopes = derivatives(net, x, t)
    own = layer_jacobians(net, 2, a[1][:, 0])
    out_by_out = jacobian(lambda out: from_outputs(net, 2, out), a[1][:, 0])
    return {
        "f": sigmoid, "f_1": a[0][0, 0], "f_2": a[1][0, 0], "f_3": a[2][0, 0], "f'_3": own["da/dz"][0, 0],
        "w_2": net.weights[0][0, 0], "w_3": net.weights[1][0, 0], "b_2": net["b1[1]"], "b_3": net["b2[1]"],
        "f'_2": slope(net.weights[0] @ x + net["b1[1]"])[0], "dLoss/dw_2": slopes["dE/dW"][2][0, 0],
        "df_2/dw_2": jacobian(lambda w: sigmoid(w * x + net["b1[1]"]), net.weights[0][0])[0, 0],
        "dLoss/dw_3": slopes["dE/dW"][3][0, 0], "dLoss/df_3": slopes["dE/dout"][3][0],
        "dLoss/df_2": slopes["dE/dout"][2][0], "df_3/dw_3": slopes["dy/dW"][3][0, 0, 0], "df_3/df_2": out_by_out[0, 0],
    }  # fmt: skip
