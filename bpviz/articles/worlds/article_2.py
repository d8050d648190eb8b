"""The worlds of article 2: its matrix form, its index form, its example, and its training class."""

from functools import cache
from typing import Any

import numpy as np

from ...calculus.passes import run
from ...derivation.witnesses import by_complex_step
from ...networks.activations import activation
from ...networks.arrays import columns
from ...networks.exercise import exercise
from ...networks.initialising import min_max
from ..two_three_two import TWO_THREE_TWO as example
from .tools import (
    STEP,
    World,
    bias_of,
    derivatives,
    jacobian,
    layer_jacobians,
    outputs_a_step_away,
    random_network,
    sigmoid,
    slope,
    slope_of,
)


@cache
def matrix_world(seed: int) -> World:
    """A random 2-3-2-1 net, a column for each layer, under the names of article 2's matrix form."""
    rng = np.random.default_rng(seed)
    sizes = (2, 3, 2, 1)
    net = random_network(rng, *sizes)
    x, t = rng.uniform(-1, 1, 2), rng.uniform(0, 1, 1)
    z, a = run(net, columns(x))
    slopes = derivatives(net, x, t)
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
        "W": {k: net.weights[k - 1] for k in (1, 2, 3)}, "b": b,
        "b#row": {k: b[k].T for k in b}, "a#row": x[None, :], "f": sigmoid, "f'": slope,
        "z": {k: z[k - 1] for k in (1, 2, 3)}, "n": {k: a[k] for k in (0, 1, 2, 3)},
        "δ": {k: columns(slopes["dE/dnet"][k + 1]) for k in (1, 2, 3)},
        "dL/dz": {k: slopes["dE/dnet"][k + 1] for k in (1, 2, 3)},
        "dL/dW": {k: slopes["dE/dW"][k + 1] for k in (1, 2, 3)},
        "dL/dW#whole": {k: slopes["dE/dW"][k + 1] for k in (1, 2, 3)},
        "dL/db#whole": {k: columns(slopes["dE/db"][k + 1]) for k in (1, 2, 3)},
        "dL/db": {k: slopes["dE/db"][k + 1] for k in (1, 2, 3)},
        "dL/dz#whole": {k: columns(slopes["dE/dnet"][k + 1]) for k in (1, 2, 3)},
        "dn/dz": {k: within[k]["da/dz"] for k in within},
        # as the article lays it out, with the derivatives of one net input below each other
        "dz+/dn": {k - 1: within[k]["dz/da"].T for k in within},
        "dz/dW": {k: within[k]["dz/dW"] for k in within}, "dz/db": {k: within[k]["dz/db"] for k in within},
        "dz#all/db": {k: within[k]["dz/db"] for k in within}, "n#flat": {k: a[k][:, 0] for k in (0, 1, 2, 3)},
        "z#neuron": np.concatenate([columns_of[:, 0] for columns_of in z]),
    }  # fmt: skip


@cache
def two_layer_world(seed: int) -> World:
    """The last two layers of a random net with f(x) = A/(1 + e^(-x/B)), under the names of article 2's index form."""
    rng = np.random.default_rng(seed)
    A, B, eta = 1.6, 0.7, 0.3

    def scaled(v: Any) -> Any:
        return A / (1 + np.exp(-v / B))

    f = activation("scaled_sigmoid", A=A, B=B)
    net = random_network(rng, 2, 3, 2, activations=f)
    x, d = rng.uniform(-1, 1, 2), rng.uniform(0, 1, 2)
    z, a = run(net, columns(x))
    slopes = derivatives(net, x, d)
    w, b = net.weights[1].T, net.biases[1]
    assert b is not None
    dE_dw, dE_db = slopes["dE/dW"][3].T, slopes["dE/db"][3]
    dy_dw = np.swapaxes(slopes["dy/dW"][3], 1, 2)
    to_output, to_hidden = (layer_jacobians(net, l, below) for l, below in ((2, a[1][:, 0]), (1, x)))

    def moved(key: str, _layer: None, place: tuple[int, ...]) -> tuple[dict[str, Any], float]:
        name = net.weight_name(1 if key == "w#below" else 2, *reversed(place))
        return {"y": outputs_a_step_away(net, x, name)}, STEP

    return {
        "A": A, "B": B, "η_1": eta, "η_2": eta / 2, "η": eta, "n": 2, "p": 3, "r": 2, "moved": moved,
        "S": z[1][:, 0], "S#hidden": z[0][:, 0], "y": a[2][:, 0],
        "dS/dw": np.swapaxes(to_output["dz/dW"], 1, 2), "dS/dx": to_output["dz/da"],
        "dx/dS#hidden": to_hidden["da/dz"], "dS#hidden/dw#below": np.swapaxes(to_hidden["dz/dW"], 1, 2),
        "dS/dw#below": np.swapaxes(slopes["dnet+/dW"][2], 1, 2),
        "d": d, "x": a[1][:, 0], "x#below": x, "w": w, "b": b, "E": float(((d - a[2][:, 0]) ** 2).sum() / 2),
        "f": scaled, "f'": slope_of(scaled),
        "dE/dw": dE_dw, "dE/db": dE_db, "dE/dw#below": slopes["dE/dW"][2].T, "dy/dw": dy_dw,
        "dd/dw": np.zeros_like(dy_dw),
        "δ": np.repeat(-slopes["dE/dnet"][3][None, :], 3, axis=0),
        "δ#below": np.repeat(-slopes["dE/dnet"][2][None, :], 2, axis=0), "Δw": -eta * dE_dw,
        "w_new": w - eta * dE_dw, "b_new": b - eta / 2 * dE_db,
    }  # fmt: skip


@cache
def example_world() -> World:
    """Article 2's 2-3-2 example, its gradient of w7 from a complex step."""
    net = example.network
    z, a = run(net, columns(np.array(example.x)))
    values: dict[str, Any] = {"f'": slope, "η": example.learning_rate, "target_o1": 0.01, "target_o2": 0.99}
    for n in range(3):
        values |= {f"net_h{n + 1}": z[0][n, 0], f"out_h{n + 1}": a[1][n, 0]}
    values |= {f"w{n}": net[f"w{n}"] for n in range(1, 13)}
    values |= {"b1": net["b1"], "b2": net["b2"], "I1": example.x[0], "I2": example.x[1]}
    for n in range(2):
        values |= {f"net_o{n + 1}": z[1][n, 0], f"out_o{n + 1}": a[2][n, 0]}
    gradient = by_complex_step(exercise(net, example.x, example.target), "w7")

    def slope_at(w7: float) -> float:
        moved = exercise(net.with_values({"w7": w7}), example.x, example.target)
        return by_complex_step(moved, "w7")

    bend = (slope_at(net["w7"] + 1e-4) - slope_at(net["w7"] - 1e-4)) / 2e-4
    values["sign(d2E_o1/dw7^2)"] = float(np.sign(bend))  # w7 leads to o1 only, so it is E_total's too
    values |= {"dE_total/dw7": gradient, "w7_new": net["w7"] - example.learning_rate * gradient}
    own = layer_jacobians(net, 2, a[1][:, 0])
    wrong = jacobian(lambda out: np.array((0.01 - out) ** 2 / 2), a[2][:1, 0])
    values |= {"dE_o1/dw7": by_complex_step(exercise(net, example.x, (0.01, float(a[2][1, 0]))), "w7")}
    values |= {
        "dE_o1/dout_o1": wrong[0, 0],
        "dout_o1/dnet_o1": own["da/dz"][0, 0],
        "dnet_o1/dw7": own["dz/dW"][0, 0, 0],
    }
    seen = np.round(a[2][:, 0], 5)  # as the article prints them
    values["E_total#rounded"] = float(((np.array(example.target) - seen) ** 2).sum() / 2)
    return {**values, "E_total": float(((np.array(example.target) - a[2][:, 0]) ** 2).sum() / 2)}


@cache
def class_world(seed: int) -> World:
    """One sample on its way through article 2's training class, gradients from complex steps."""
    rng = np.random.default_rng(seed)
    net = random_network(rng, 2, 3, 2)
    x, y = rng.uniform(0, 1, 2), rng.uniform(0, 1, 2)
    _, a = run(net, columns(x))
    slopes = derivatives(net, x, y)
    rate, rows = 0.9, rng.uniform(-3, 5, (2, 4))
    scaling, so_far = min_max(rows.T, 0, 1), np.array([[0.4]])
    stepped = {f"weight{l - 1}_new": net.weights[l - 2] - rate * slopes["dE/dW"][l] for l in (2, 3)}
    stepped |= {f"b{l - 1}_new": columns(bias_of(net, l - 1) - rate * slopes["dE/db"][l]) for l in (2, 3)}
    return {
        **stepped, "learningrata": rate, "weight1": net.weights[0], "b1": columns(bias_of(net, 1)),
        "b2": columns(bias_of(net, 2)), "trainx": rows[0], "normalized": scaling.apply(rows.T)[:, 0],
        "minx": rows[0].min(), "maxx": rows[0].max(), "error": (so_far + ((a[2][:, 0] - y) ** 2).sum()) / 2,
        "y": columns(y), "data1": columns(x), "outdata2": a[1], "outdata3": a[2], "weight2": net.weights[1],
        "e": so_far, "e_new": so_far + ((a[2][:, 0] - y) ** 2).sum(), "sigma3": columns(slopes["dE/dnet"][3]),
        "sigma2": columns(slopes["dE/dnet"][2]), "w_derivative2": slopes["dE/dW"][3],
        "w_derivative1": slopes["dE/dW"][2],
        "b_derivative2": columns(slopes["dE/db"][3]), "b_derivative1": columns(slopes["dE/db"][2]),
    }  # fmt: skip
