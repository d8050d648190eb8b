"""How the worlds are made: true derivatives, one number at a time, by complex steps.

Every derivative, f' included, comes from complex steps through the forward pass or a part of it, so no world knows what
an article says of them, nor how the backward pass works.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from ...calculus.passes import run
from ...calculus.twin import twin
from ...networks.arrays import columns
from ...networks.network import Network

World = Mapping[str, Any]

STEP = 1e-30


def sigmoid(x: Any) -> Any:
    """The activation of the worlds."""
    return 1 / (1 + np.exp(-x))


def random_network(rng: np.random.Generator, *sizes: int, activations: Any = "sigmoid") -> Network:
    """A network with weights and biases from -1 to 1."""
    weights = [rng.uniform(-1, 1, (n, m)) for m, n in pairwise(sizes)]
    return Network(weights, [rng.uniform(-1, 1, n) for n in sizes[1:]], activations)


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

    da/dz, dz/dW, dz/db, and dz/da by the outputs below.
    """
    f, weights, biases = net.activations[layer - 1], net.weights[layer - 1], bias_of(net, layer)

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
    f, weights, biases = net.activations[layer - 2], net.weights[layer - 1], bias_of(net, layer)
    return jacobian(lambda z: weights @ f(columns(z))[:, 0] + biases, z_below)


def bias_of(net: Network, layer: int) -> Any:
    """The biases of a layer (from 1) that has some."""
    biases = net.biases[layer - 1]
    assert biases is not None
    return np.asarray(biases)


def derivatives(net: Network, x: Any, d: Any) -> dict[str, Any]:
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
