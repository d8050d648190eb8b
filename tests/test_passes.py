import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

import bpviz as bp

from .networks import cases, two_three_two


@pytest.fixture
def example():
    return two_three_two()


def run(net, x, target, **more):
    return bp.backward(net, bp.forward(net, x), target, **more)


def test_the_forward_pass_of_article_2(example):
    trace = bp.forward(example.network, example.x)
    assert trace.z[0] == pytest.approx([2.35, 3.85, 5.35], abs=1e-12)
    assert trace.a[1] == pytest.approx([0.9129342, 0.9791637, 0.9952743], abs=5e-8)
    assert trace.z[1] == pytest.approx([2.10192, 2.24629], abs=5e-6)
    assert trace.output == pytest.approx([0.8910896615, 0.9043299248], abs=1e-10)
    assert list(trace.a[0]) == [5, 10]


def test_the_error_and_the_update_of_article_2(example):
    grads = run(example.network, example.x, example.target)
    assert grads.loss == pytest.approx(0.3918291767, abs=5e-11)
    after = bp.update(example.network, grads, learning_rate=0.5)
    assert after["w7"] == pytest.approx(0.3609680622, abs=5e-11)
    assert example.network["w7"] == 0.4


def test_article_3_before_and_after_one_update_and_after_a_hundred():
    ex = bp.articles.example("2-2-1")
    descent = bp.descend(ex.network, ex.x, ex.target, ex.learning_rate, steps=100)
    assert descent.losses[0] == pytest.approx(0.0181039, abs=5e-8)
    assert descent.losses[1] == pytest.approx(0.01656538, abs=5e-9)
    assert descent.losses[100] == pytest.approx(2.918e-07, abs=5e-11)
    assert bp.forward(descent.networks[-1], ex.x).output[0] == pytest.approx(0.50076, abs=5e-6)


def test_a_shared_bias_has_the_sum_of_the_gradients_of_its_units(example):
    grads = run(example.network, example.x, example.target)
    own = bp.Network(example.network.weights, [[0.35] * 3, [0.65] * 2], weight_names=example.network.weight_names)
    each = run(own, example.x, example.target)
    assert grads["b1"] == pytest.approx(sum(each[f"b1[{j}]"] for j in (1, 2, 3)), rel=1e-14)
    assert float(grads.biases[1]) == pytest.approx(each["b2[1]"] + each["b2[2]"], rel=1e-14)


def test_a_tied_weight_has_the_sum_of_the_gradients_of_its_places():
    W = [[[0.5, 0.5]], [[0.25]]]
    tied = bp.Network(W, weight_names=[[["w", "w"]], [["v"]]])
    free = bp.Network(W, weight_names=[[["p", "q"]], [["v"]]])
    each = run(free, [1, 2], [0])
    assert run(tied, [1, 2], [0])["w"] == pytest.approx(each["p"] + each["q"], rel=1e-14)


def test_frozen_parameters_stay_and_the_others_move(example):
    grads = run(example.network, example.x, example.target)
    after = bp.update(example.network, grads, learning_rate=0.5, frozen=("b1", "b2"))
    moved = {name for name in example.network.parameters if after[name] != example.network[name]}
    assert moved == set(example.network.parameters) - {"b1", "b2"}


def by_hand(net, x, target):
    """A second, scalar forward pass: loops and math, no arrays, half squared error and sigmoid only."""
    a = list(x)
    for W, b in zip(net.weights, net.biases, strict=True):
        a = [1 / (1 + math.exp(-(sum(w * v for w, v in zip(row, a, strict=True)) + float(b)))) for row in W]
    return sum((t - o) ** 2 / 2 for t, o in zip(target, a, strict=True))


def test_every_gradient_of_article_2_is_the_central_difference_of_a_scalar_program(example):
    net, grads = example.network, run(example.network, example.x, example.target)
    for name in net.parameters:
        up = by_hand(net.with_values({name: net[name] + 1e-5}), example.x, example.target)
        down = by_hand(net.with_values({name: net[name] - 1e-5}), example.x, example.target)
        assert grads[name] == pytest.approx((up - down) / 2e-5, rel=1e-6, abs=1e-10)


@given(cases())
def test_a_batch_is_the_mean_or_sum_of_its_samples(case):
    each = [run(case.net, x, target) for x, target in zip(case.x, case.target, strict=True)]
    for reduction, n in (("mean", len(each)), ("sum", 1)):
        batch = run(case.net, case.x, case.target, reduction=reduction)
        assert batch.loss == pytest.approx(sum(g.loss for g in each) / n, rel=1e-12, abs=1e-300)
        for name in case.net.parameters:
            assert batch[name] == pytest.approx(sum(g[name] for g in each) / n, rel=1e-11, abs=1e-13)


@given(cases())
def test_arrays_are_shaped_like_the_sample_or_the_batch(case):
    for x, target, lead in ((case.x, case.target, (len(case.x),)), (case.x[0], case.target[0], ())):
        trace = bp.forward(case.net, x)
        grads = bp.backward(case.net, trace, target)
        assert [a.shape for a in trace.a] == [(*lead, n) for n in case.net.sizes]
        assert [d.shape for d in grads.deltas] == [z.shape for z in trace.z]
        assert [g.shape for g in grads.weights] == [W.shape for W in case.net.weights]
        assert [None if g is None else g.shape for g in grads.biases] == [
            None if b is None else b.shape for b in case.net.biases
        ]


@given(cases())
def test_float32_networks_stay_float32_and_close(case):
    single = bp.Network(
        [W.astype(np.float32) for W in case.net.weights],
        [b if b is None or b.ndim == 0 else b.astype(np.float32) for b in case.net.biases],
        case.net.activations,
        case.net.loss,
    )
    trace = bp.forward(single, case.x)
    assert {array.dtype for array in (*trace.a, *trace.z)} == {np.dtype(np.float32)}
    assert trace.output == pytest.approx(bp.forward(case.net, case.x).output, rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", bp.ACTIVATIONS)
@pytest.mark.parametrize("size", [-1000, 1000])
def test_nets_of_a_thousand_give_finite_gradients(name, size, dtype):
    W = [np.full((2, 2), size, dtype=dtype), np.array([[1, -1], [1, 1]], dtype=dtype)]
    for last, loss in (
        ("linear", "half_squared_error"),
        ("softmax", "categorical_cross_entropy"),
        ("sigmoid", "binary_cross_entropy"),
    ):
        net = bp.Network(W, activations=[name, last], loss=loss)
        grads = run(net, [1, 0], [1, 0])
        assert math.isfinite(grads.loss)
        assert all(math.isfinite(grads[p]) for p in net.parameters)


WRONG = [
    (lambda ex: bp.forward("net", ex.x), TypeError, "net must be a Network, not str"),
    (lambda ex: bp.forward(ex.network, [5]), ValueError, "x must have 2 numbers per sample, but it has shape \\(1,\\)"),
    (lambda ex: bp.forward(ex.network, 5), ValueError, "x must be 1-D or 2-D"),
    (lambda ex: bp.forward(ex.network, [5, math.nan]), ValueError, "x must hold finite numbers only, but it has nan"),
    (lambda ex: bp.forward(ex.network, [5, "a"]), TypeError, "x must be a number, not str"),
    (lambda ex: bp.backward(ex.network, 3, ex.target), TypeError, "trace must be what forward\\(\\) returns, not int"),
    (lambda ex: run(ex.network, ex.x, [0.1]), ValueError, "target must have 2 numbers per sample"),
    (lambda ex: run(ex.network, ex.x, [ex.target]), ValueError, "target has shape \\(1, 2\\), but it must fit the output"),
    (lambda ex: run(ex.network, ex.x, ex.target, reduction="avg"), ValueError, "reduction: there is no 'avg'"),
    (lambda ex: bp.update(ex.network, run(ex.network, ex.x, ex.target), 0), ValueError, "learning_rate must be above zero"),
    (lambda ex: bp.update(ex.network, run(ex.network, ex.x, ex.target), "1"), TypeError, "learning_rate must be a number"),
    (lambda ex: bp.update(ex.network, 1, 1), TypeError, "grads must be what backward\\(\\) returns"),
    (lambda ex: bp.update(ex.network, run(ex.network, ex.x, ex.target), 1, frozen="b1"), TypeError, "frozen must be a collection"),
    (lambda ex: bp.update(ex.network, run(ex.network, ex.x, ex.target), 1, frozen=["b3"]), ValueError, "frozen: there is no 'b3'"),
    (lambda ex: run(ex.network, ex.x, ex.target)["w13"], ValueError, "name: there is no 'w13'"),
    (lambda ex: bp.descend(ex.network, ex.x, ex.target, 0.5, -1), ValueError, "steps must be from 0"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), WRONG, ids=[m for _, _, m in WRONG])
def test_bad_input_gets_one_sentence(example, call, kind, message):
    with pytest.raises(kind, match=message):
        call(example)


def test_a_trace_of_another_network_is_refused(example):
    other = bp.articles.example("2-2-1")
    with pytest.raises(ValueError, match="trace must come from this network"):
        bp.backward(example.network, bp.forward(other.network, other.x), example.target)
    with pytest.raises(ValueError, match="grads must come from this network"):
        bp.update(example.network, run(other.network, other.x, other.target), 1)


@pytest.mark.parametrize(
    ("loss", "last", "target", "message"),
    [
        ("binary_cross_entropy", "sigmoid", [1.5, 0], "target must lie in \\[0, 1\\] for binary_cross_entropy, but it has 1.5"),
        ("categorical_cross_entropy", "softmax", [0.5, 0.6], "target must sum to 1 for categorical_cross_entropy, but it sums to 1.1"),
        ("categorical_cross_entropy", "softmax", [-0.5, 1.5], "target must lie in \\[0, 1\\]"),
    ],
)  # fmt: skip
def test_targets_that_are_no_probabilities_are_refused(loss, last, target, message):
    net = bp.Network([[[1.0], [2.0]]], activations=last, loss=loss)
    with pytest.raises(ValueError, match=message):
        run(net, [1.0], target)
    with pytest.raises(ValueError, match=message):
        bp.derive(net, [1.0], target)


def test_importing_a_module_does_not_hide_a_public_name():
    """A submodule named like a public function would replace it on the package once it is imported."""
    import importlib
    import pkgutil

    modules = {module.name for module in pkgutil.iter_modules(importlib.import_module("bpviz").__path__)}
    assert modules & set(bp.__all__) == {"articles"}


def test_numbers_too_large_for_a_float_get_one_sentence():
    net = bp.Network([[[1e200]], [[1e200]]], activations="linear")
    with pytest.raises(ValueError, match="x: with these weights the outputs of layer 2 grow beyond what float64 holds"):
        bp.forward(net, [1.0])
    large = bp.Network([[[1e200]]], activations="linear")
    with pytest.raises(ValueError, match="target: with these weights the errors grow beyond what float64 holds"):
        run(large, [1.0], [0.0])


def large(activation="linear", seed=1):
    """A network with more weights than are looked at one by one."""
    return bp.initialise((120, 100, 3), seed=seed, activations=[activation, "linear"])


@pytest.mark.parametrize("activation", ["linear", "relu", "sigmoid", "tanh"])
def test_no_gradient_of_a_large_network_exceeds_its_bound(activation):
    net, rng = large(activation), np.random.default_rng(2)
    x, target = rng.normal(size=(7, 120)) * 30, rng.normal(size=(7, 3)) * 30
    for reduction in ("mean", "sum"):
        grads = bp.backward(net, bp.forward(net, x), target, reduction)
        assert max(np.abs(dW).max() for dW in grads.weights) <= grads.bound < math.inf


def test_the_weights_of_a_large_network_that_grow_too_large_are_refused():
    net = large()
    grads = bp.backward(net, bp.forward(net, [1.0] * 120), [1e150] * 3)
    with pytest.raises(ValueError, match="learning_rate: with 1e\\+170 the parameters grow beyond what float64 holds"):
        bp.update(net, grads, 1e170)


def test_the_gradients_of_a_large_network_that_grow_too_large_are_refused():
    net = bp.Network([np.full((100, 120), 1e-200), np.full((3, 100), 1e200)], activations="linear")
    with pytest.raises(ValueError, match="target: with these weights the gradients grow beyond what float64 holds"):
        bp.backward(net, bp.forward(net, [1.0] * 120), [1e150] * 3)


def test_gradients_are_not_to_be_written_to_and_others_in_their_place_are_looked_at():
    net = large()
    grads = bp.backward(net, bp.forward(net, [1.0] * 120), [1.0] * 3)
    with pytest.raises(ValueError, match="read-only"):
        grads.weights[0][0, 0] = math.inf
    other = replace(grads, weights=(np.full((100, 120), math.inf), grads.weights[1]))
    with pytest.raises(ValueError, match=r"learning_rate: with 0\.5 the parameters grow beyond what float64 holds"):
        bp.update(net, other, 0.5)


MOST = np.finfo(float).max


def test_a_step_from_the_largest_float_to_beyond_it_is_refused_in_a_large_network():
    """Half of what the last digit of the largest float counts is 2^970; the step is twice that, and no gradient larger."""
    weights = np.zeros((1, 10_001))
    weights[0, 0] = MOST
    net = bp.Network([weights], activations="linear")
    x = np.zeros(10_001)
    x[0] = 2.0**-513
    grads = bp.backward(net, bp.forward(net, x), [2.0**512])
    assert grads.weights[0][0, 0] == grads.weights[0].min() == -0.25
    with pytest.raises(ValueError, match="the parameters grow beyond what float64 holds"):
        bp.update(net, grads, 2.0**973)
    assert bp.update(net, grads, 2.0**960).weights[0][0, 0] == MOST


def test_the_steps_of_a_shared_weight_that_overflow_together_are_refused_in_a_large_network():
    shared = 10_000
    names = [[*["w"] * shared, *(f"v{n}" for n in range(10_001))]]
    weights = np.r_[np.full(shared, MOST), np.zeros(10_001)][None]
    net = bp.Network([weights], activations="linear", weight_names=[names])
    x = np.r_[np.full(shared, 2.0**-530), np.zeros(10_001)]
    grads = bp.backward(net, bp.forward(net, x), [2.0**511])
    each = -float(grads.weights[0][0, 0])
    rate = 2.0**971 / (each * shared)  # 2^957 for each, and no more than 2^964 by the lengths of deltas and outputs
    assert grads["w"] == pytest.approx(-each * shared, rel=1e-12)
    with pytest.raises(ValueError, match="the parameters grow beyond what float64 holds"):
        bp.update(net, grads, rate * 1.01)


def test_a_pass_of_another_network_is_refused_with_what_to_do():
    net, other = bp.Network([[[1.0]]]), bp.Network([[[2.0]]])
    trace = bp.forward(other, [1])
    again = "trace must come from this network, but another one was run; after an update, run forward() again"
    with pytest.raises(ValueError, match=f"^{re.escape(again)}$"):
        bp.backward(net, trace, [0])
    both = "grads must come from this network, but another one was run; after an update, run both passes"
    with pytest.raises(ValueError, match=f"^{re.escape(both)}$"):
        bp.update(net, bp.backward(other, trace, [0]), 0.5)
    wide = bp.Network([[[1.0, 2.0]]])
    shapes = f"trace must come from this network, {wide!r}, but its layers have other shapes"
    with pytest.raises(ValueError, match=f"^{re.escape(shapes)}$"):
        bp.backward(wide, trace, [0])
    names = "grads must come from this network, but it has gradients of other parameters"
    with pytest.raises(ValueError, match=f"^{re.escape(names)}$"):
        bp.update(wide, bp.backward(other, trace, [0]), 0.5)
    with pytest.raises(ValueError, match=r"^target has shape \(1, 1\), but it must fit the output, of shape \(1,\)$"):
        bp.backward(other, trace, [[0]])
