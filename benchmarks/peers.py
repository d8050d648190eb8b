"""A training step, beside what people would write by hand and beside other libraries.

Each library makes the same step: forward, the gradient of the half squared error, and the update.  Those that are not
installed (the extra `peers`) get a row that says so.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from statistics import median
from typing import Any

import numpy as np

import bpviz as bp

from .timing import Measured, Work, in_rounds, shown, times_of

RATE = 0.5
HAND, ALL = "NumPy, written by hand", "forward, backward, update"
LOOP = "NumPy, a training loop by hand"

Data = tuple[bp.Network, Any, Any]


def data(sizes: tuple[int, ...], n_samples: int) -> Data:
    rng = np.random.default_rng(0)
    return (
        bp.initialise(sizes, seed=1),
        rng.uniform(size=(n_samples, sizes[0])),
        rng.uniform(size=(n_samples, sizes[-1])),
    )


def by_hand(net: bp.Network, x: Any, target: Any) -> Work:
    (V, W), (b, c) = (map(np.array, part) for part in (net.weights, net.biases))

    def sigmoid(z: Any) -> Any:
        return 1 / (1 + np.exp(-z))

    def one() -> Any:
        h = sigmoid(V @ x[0] + b)
        o = sigmoid(W @ h + c)
        d = (o - target[0]) * o * (1 - o)
        e = (W.T @ d) * h * (1 - h)
        return V - RATE * np.outer(e, x[0]), b - RATE * e, W - RATE * np.outer(d, h), c - RATE * d

    def many() -> Any:
        n = len(x)
        h = sigmoid(x @ V.T + b)
        o = sigmoid(h @ W.T + c)
        d = (o - target) * o * (1 - o) / n
        e = (d @ W) * h * (1 - h)
        return V - RATE * (e.T @ x), b - RATE * e.sum(axis=0), W - RATE * (d.T @ h), c - RATE * d.sum(axis=0)

    return one if len(x) == 1 else many


def loop_by_hand(net: bp.Network, x: Any, target: Any, steps: int) -> Work:
    """Training as it is written by hand: shuffled batches, and the error after each epoch."""
    batch, copies = len(x), 20
    (V, W), (b, c) = (list(map(np.array, part)) for part in (net.weights, net.biases))
    xs, targets = np.tile(x, (copies, 1)), np.tile(target, (copies, 1))
    rng = np.random.default_rng(0)

    def sigmoid(z: Any) -> Any:
        return 1 / (1 + np.exp(-z))

    def loop() -> None:
        nonlocal V, W, b, c
        for _ in range(steps // copies):
            order = rng.permutation(len(xs))
            for first in range(0, len(xs), batch):
                chosen = order[first : first + batch]
                some = xs[chosen]
                h = sigmoid(some @ V.T + b)
                o = sigmoid(h @ W.T + c)
                d = (o - targets[chosen]) * o * (1 - o) / batch
                e = (d @ W) * h * (1 - h)
                V, b = V - RATE * (e.T @ some), b - RATE * e.sum(axis=0)
                W, c = W - RATE * (d.T @ h), c - RATE * d.sum(axis=0)
            _ = ((sigmoid(sigmoid(xs @ V.T + b) @ W.T + c) - targets) ** 2).sum() / 2 / len(xs)

    return loop


def passes(net: bp.Network, x: Any, target: Any) -> Work:
    x, target = (x[0], target[0]) if len(x) == 1 else (x, target)
    return lambda: bp.update(net, bp.backward(net, bp.forward(net, x), target), RATE)


def trained(net: bp.Network, x: Any, target: Any, steps: int) -> Work:
    """So many steps at once, an epoch being several of them, as in any training."""
    batch, copies = len(x), 20
    xs, targets = np.tile(x, (copies, 1)), np.tile(target, (copies, 1))
    return lambda: bp.train(net, xs, targets, learning_rate=RATE, batch_size=batch, epochs=steps // copies)


def autograd(net: bp.Network, x: Any, target: Any) -> Work:
    import autograd.numpy as anp
    from autograd import grad

    def loss(p: Any) -> Any:
        a = x
        for W, b in p:
            a = 1 / (1 + anp.exp(-(anp.dot(a, W.T) + b)))
        return anp.sum((target - a) ** 2) / 2 / len(x)

    parameters, slope = [(np.array(W), np.array(b)) for W, b in zip(net.weights, net.biases, strict=True)], grad(loss)

    def step() -> Any:
        return [(W - RATE * dW, b - RATE * db) for (W, b), (dW, db) in zip(parameters, slope(parameters), strict=True)]

    return step


def micrograd(net: bp.Network, x: Any, target: Any) -> Work:
    from micrograd.engine import Value

    parameters = {name: Value(value) for name, value in net.numbers.items()}
    layers = [
        [([parameters[w] for w in row], parameters[b]) for row, b in zip(rows, biases, strict=True)]
        for rows, biases in zip(net.weight_names, net.bias_names, strict=True)
    ]
    inputs, wanted = x[0].tolist(), target[0].tolist()

    def step() -> Any:
        a: list[Any] = [Value(v) for v in inputs]
        for layer in layers:
            nets = [sum((w * v for w, v in zip(ws, a, strict=True)), b) for ws, b in layer]
            a = [(_exp(-n) + 1) ** -1 for n in nets]
        loss = sum(((o - t) ** 2 for o, t in zip(a, wanted, strict=True)), Value(0)) * 0.5
        for p in parameters.values():
            p.grad = 0
        loss.backward()
        return [p.data - RATE * p.grad for p in parameters.values()]

    return step


def _exp(v: Any) -> Any:
    """The exponential, which micrograd lacks, in its own style."""
    from math import exp

    out = type(v)(exp(v.data), (v,), "exp")

    def back() -> None:
        v.grad += out.data * out.grad

    out._backward = back
    return out


def jax(net: bp.Network, x: Any, target: Any) -> Work:
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    @jax.jit
    def step(p: Any, xs: Any, ts: Any) -> Any:
        def loss(p: Any) -> Any:
            a = xs
            for W, b in p:
                a = jax.nn.sigmoid(a @ W.T + b)
            return ((ts - a) ** 2).sum() / 2 / len(xs)

        return jax.tree_util.tree_map(lambda w, dw: w - RATE * dw, p, jax.grad(loss)(p))

    parameters = [(jnp.array(W), jnp.array(b)) for W, b in zip(net.weights, net.biases, strict=True)]
    xs, ts = jnp.array(x), jnp.array(target)
    return lambda: jax.block_until_ready(step(parameters, xs, ts))


def pytorch(net: bp.Network, x: Any, target: Any) -> Work:
    import torch

    module = torch.nn.Sequential(
        *itertools.chain.from_iterable(
            (torch.nn.Linear(m, n, dtype=torch.float64), torch.nn.Sigmoid()) for m, n in itertools.pairwise(net.sizes)
        )
    )
    optimiser = torch.optim.SGD(module.parameters(), lr=RATE)
    xs, ts = torch.tensor(x), torch.tensor(target)

    def step() -> Any:
        optimiser.zero_grad()
        (((ts - module(xs)) ** 2).sum() / 2 / len(xs)).backward()
        optimiser.step()

    return step


def scikit_learn(net: bp.Network, x: Any, target: Any) -> Work:
    from sklearn.neural_network import MLPRegressor

    model = MLPRegressor(
        hidden_layer_sizes=net.sizes[1:-1],
        activation="logistic",
        solver="sgd",
        learning_rate_init=RATE,
        momentum=0,
        alpha=0,
        batch_size=len(x),
    )
    return lambda: model.partial_fit(x, target)


#: By the name that a row has: what it needs, and who makes the step.
OTHERS: dict[str, tuple[str, Callable[..., Work]]] = {
    "JAX, jit": ("jax", jax),
    "PyTorch, eager": ("torch", pytorch),
    "autograd": ("autograd", autograd),
    "micrograd": ("micrograd", micrograd),
    "scikit-learn, partial_fit": ("sklearn", scikit_learn),
}


def compared(title: str, sizes: tuple[int, ...], n_samples: int, steps: int, without: tuple[str, ...] = ()) -> Measured:
    """One table: seconds a step, and as ratios to the step that is written by hand."""
    given = data(sizes, n_samples)
    works: dict[str, Work] = {
        HAND: by_hand(*given),
        f"bpviz, {ALL}": passes(*given),
        LOOP: loop_by_hand(*given, steps),
        "bpviz, train": trained(*given, steps),
    }
    missing = []
    for name, (module, make) in OTHERS.items():
        if name in without:
            continue
        if find_spec(module) is None:
            missing.append(name)
            continue
        works[name] = make(*given)
    took = in_rounds(works, rounds=31, about=0.02)
    for name in (LOOP, "bpviz, train"):
        took[name] = [each / steps for each in took[name]]
    table = Measured(title, ("who", "a step", "times NumPy by hand"))
    for name, each in sorted(took.items(), key=lambda named: median(named[1])):
        table.rows.append((name, shown(median(each)), f"{times_of(each, took[HAND]):.2f}"))
    table.rows += [(name, "not installed", "") for name in missing]
    return table


def tables() -> Iterator[Measured]:
    yield compared("2-3-2, one online step", (2, 3, 2), 1, 2_000)
    yield compared("784-128-10, a batch of 64", (784, 128, 10), 64, 400, without=("micrograd",))
