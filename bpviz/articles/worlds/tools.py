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


def outputs_a_step_away(net: Network, x: Any, weight: str) -> Any:
    """The outputs of the network with one weight a complex step away."""
    values = {name: complex(p.value) for name, p in net.parameters.items()}
    values[weight] += STEP * 1j
    return run(twin(net, values, complex), columns(x).astype(complex))[1][-1][:, 0]


def onward(net: Network, layer: int, z: Any) -> Any:
    """The outputs of the network, from the net inputs of one layer (from 2, as layer 1 is the input) on."""
    a = net.activations[layer - 2](columns(z))
    for l in range(layer + 1, len(net.sizes) + 1):
        bias = net.biases[l - 2]
        z = net.weights[l - 2] @ a + (0 if bias is None else np.asarray(bias).reshape(-1, 1))
        a = net.activations[l - 2](z)
    return a[:, 0]


def from_outputs(net: Network, layer: int, a: Any) -> Any:
    """The same, from the outputs of that layer on."""
    if layer == len(net.sizes):
        return a
    bias = net.biases[layer - 1]
    return onward(net, layer + 1, net.weights[layer - 1] @ a + (0 if bias is None else bias))


def derivatives(net: Network, x: Any, d: Any) -> dict[str, Any]:
    """How fast the error changes with every weight, bias, net input and output, each by complex steps of its own.

    Layer 1 is the input.  With each weight change also the outputs (``dy/dW``) and the net inputs of the last layer
    (``dnet+/dW``).  No number here is made from another one.
    """
    L = len(net.sizes)
    found: dict[str, dict[int, Any]] = {key: {} for key in ("dE/dW", "dE/db", "dy/dW", "dnet+/dW")}
    values = {name: complex(p.value) for name, p in net.parameters.items()}

    def error(out: Any) -> Any:
        return ((d - out) ** 2).sum() / 2

    def step(name: str) -> tuple[Any, Any, Any]:
        moved = twin(net, {**values, name: values[name] + STEP * 1j}, complex)
        z, a = run(moved, columns(x).astype(complex))
        out = a[-1][:, 0]
        return error(out).imag / STEP, out.imag / STEP, z[-1][:, 0].imag / STEP

    for l in range(2, L + 1):
        shape = net.weights[l - 2].shape
        dE, dy, dnet = np.zeros(shape), np.zeros((net.sizes[-1], *shape)), np.zeros((net.sizes[-1], *shape))
        for j, i in np.ndindex(*shape):
            dE[j, i], dy[:, j, i], dnet[:, j, i] = step(net.weight_name(l - 1, j, i))
        found["dE/dW"][l], found["dy/dW"][l], found["dnet+/dW"][l] = dE, dy, dnet
        if net.biases[l - 2] is not None:
            names = [net.bias_name(l - 1, j) for j in range(shape[0])]
            found["dE/db"][l] = np.array([step(name)[0] for name in names if name is not None])
    z, a = run(net, columns(x))

    def by_layer(rest: Callable[[Network, int, Any], Any], at: list[Any]) -> dict[int, Any]:
        return {l: jacobian(lambda v: error(rest(net, l, v)), at[l][:, 0]) for l in range(2, L + 1)}  # noqa: B023

    by_net, by_out = by_layer(onward, [None, None, *z]), by_layer(from_outputs, [None, *a])
    return {
        **found, "dE/dnet": by_net, "dE/dout": by_out,
        # what one article calls by other letters than another
        "δ": by_net, "dC/dz": by_net, "dC/dω": found["dE/dW"], "dC/db": found["dE/db"],
    }  # fmt: skip
