"""Networks that several tests use: the worked example, and random ones for properties."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

import bpviz as bp

#: With BPVIZ_THOROUGH set (``make test-thorough``) properties are tried on many examples, else on a few.
THOROUGH = bool(os.environ.get("BPVIZ_THOROUGH"))

#: For what takes long and seldom breaks.
only_thorough = pytest.mark.skipif(not THOROUGH, reason="only in make test-thorough")

HIDDEN = [name for name in bp.ACTIVATIONS if name != "hard_limit"]


#: Names that are text and nothing else, wherever they go: markup, code, paths, formulas, what JavaScript's objects have.
HOSTILE = (
    "<img src=x onerror=window.hacked=1>", "</svg><script>window.hacked=1</script>", "</script><script>window.hacked=1</script>",
    "</style><style>*{display:none}", "'\"><svg onload=window.hacked=1>", "--><iframe src=//x.test>", "]]><b>", "&lt;i",
    "javascript:window.hacked=1", "$\\frac{1}{x}$", "\\input{/etc/passwd}", "a&b;\"'`", "%d {0} {name} \\q", "${window.hacked=1}",
    "__proto__", "constructor", "toString", "hasOwnProperty", "__import__('os').system('x')", "lambda: 0", "../../etc/passwd", "CON",
    "file:///etc/passwd", "w1\u202egnp", "w\u0301\u0302", "𝒘", "🙂", "Å", "null", "NaN", "true", "1e5x", "#ff0000", "url(//x.test)",
)  # fmt: skip
HOSTILE = tuple(name for name in HOSTILE if name.isprintable())

#: Of these, what is tried where there is little time.
SOME_HOSTILE = HOSTILE if THOROUGH else HOSTILE[::5]


def hostile_network(name: str) -> bp.Network:
    """A network in which everything that can have a name has this one, with a number."""
    return bp.Network(
        [[[0.5, -0.25]], [[0.75]]],
        [[0.1], 0.2],
        "sigmoid",
        weight_names=[[[f"{name}{n}" for n in (1, 2)]], [[name]]],
        bias_names=[[f"b{name}"], f"{name}b"],
    )


def often(many: int) -> int:
    """So many times where there is time, an eighth of them elsewhere."""
    return many if THOROUGH else max(4, many // 8)


def examples(many: int) -> Any:
    """So many examples of a property, or an eighth of them."""
    return settings(max_examples=often(many), deadline=None)


@dataclass
class Case:
    """A network with a sample or batch that suits its loss."""

    net: bp.Network
    x: Any
    target: Any


def output_activations(loss: str) -> list[str]:
    partner = bp.LOSSES[loss]().partner
    return HIDDEN if partner is None else [partner]


@st.composite
def cases(draw: Any, batches: bool = True, max_units: int = 3, max_layers: int = 3) -> Case:
    """Random architectures, activations, losses, biases (own, shared, none), tied weights, samples and batches."""
    sizes = draw(st.lists(st.integers(1, max_units), min_size=2, max_size=max_layers + 1))
    loss = draw(st.sampled_from(sorted(bp.LOSSES)))
    functions = [draw(st.sampled_from(HIDDEN)) for _ in sizes[2:]] + [draw(st.sampled_from(output_activations(loss)))]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weights = [rng.uniform(-1.5, 1.5, (n, m)).round(3) for m, n in itertools.pairwise(sizes)]
    biases = [draw(st.sampled_from([None, "shared", "own"])) for _ in weights]
    numbers = [
        None if b is None else float(rng.uniform(-1, 1)) if b == "shared" else rng.uniform(-1, 1, n)
        for b, n in zip(biases, sizes[1:], strict=True)
    ]
    names = None
    if draw(st.booleans()):  # tie the first weight of every layer
        for W in weights:
            W[0, 0] = weights[0][0, 0]
        names = [
            [["tied" if (i, j) == (0, 0) else f"v{l}{j}{i}" for i in range(W.shape[1])] for j in range(W.shape[0])]
            for l, W in enumerate(weights)
        ]
    net = bp.Network(weights, numbers, functions, loss, weight_names=names)
    n_samples = draw(st.integers(1, 3)) if batches else 0
    shape = (n_samples,) if n_samples else ()
    x = rng.uniform(-2, 2, (*shape, sizes[0]))
    target = rng.uniform(0.05, 0.95, (*shape, sizes[-1]))
    if loss == "categorical_cross_entropy":
        target = target / target.sum(axis=-1, keepdims=True)
    return Case(net, x, target)


def two_three_two() -> Any:
    return bp.articles.example("2-3-2")


def size_of_terms(net: bp.Network, x: Any, target: Any) -> float:
    """How large a gradient could be if nothing in it cancelled: sizes of outputs and targets, sent back through sizes.

    What floats lose goes by that, and not by the gradients themselves, which may cancel to nothing.
    """
    trace = bp.forward(net, x)
    outs, nets = [np.atleast_2d(a) for a in trace.a], [np.atleast_2d(z) for z in trace.z]
    coming, largest = np.abs(outs[-1]) + np.abs(np.atleast_2d(target)), 0.0
    for l in reversed(range(net.depth)):
        f = net.activations[l]
        if f.elementwise and not (l == net.depth - 1 and net.loss.probabilities):
            coming = coming * np.abs(f.f_prime(nets[l].T, outs[l + 1].T)).T
        else:
            coming = coming + coming.sum(axis=1, keepdims=True)
        largest = max(largest, coming.max() * max(1.0, np.abs(outs[l]).max()))
        coming = coming @ np.abs(net.weights[l])
    return float(largest) * len(outs[0])
