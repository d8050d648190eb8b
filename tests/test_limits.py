"""Where whole numbers end: the lowest and the highest that may be given, and the sentence about the next ones."""

import re

import pytest

import bpviz as bp
from bpviz.teaching.variants import friendly

from .networks import two_three_two

XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
EX = two_three_two()
SAMPLE = EX.network, EX.x, EX.target
SEEDS = 2**63 - 1


def train(**settings):
    return bp.train(bp.initialise((2, 2, 1)), *XOR, **{"epochs": 1, **settings})


def derivation():
    return bp.derive(*SAMPLE, wrt="w7")


def asked():
    return bp.ask("net_h1").given


#: What is called with the number, what the number is called, the lowest and the highest; whether these are quick.
CALLS = {
    "train batch_size": (lambda n: train(batch_size=n), "batch_size", 1, 4, True),
    "train patience": (lambda n: train(patience=n), "patience", 1, 10_000_000, True),
    "train seed": (lambda n: train(seed=n, batch_size=1), "seed", 0, SEEDS, True),
    "train epochs": (lambda n: train(epochs=n, goal=1e9), "epochs", 1, 10_000_000, True),
    "descend": (lambda n: bp.descend(*SAMPLE, 0.5, steps=n), "steps", 0, 1_000_000, False),
    "diagnose": (lambda n: bp.diagnose(*SAMPLE, "w7", 0.5, updates=n), "updates", 0, 1_000, True),
    "evaluate": (lambda n: derivation().evaluate(n), "digits", 1, 10_000, False),
    "text": (lambda n: derivation().text(n), "digits", 1, 15, True),
    "flow_chart": (lambda n: bp.flow_chart(batch_size=n), "batch_size", 1, 10_000_000, True),
    "initialise sizes": (lambda n: bp.initialise((1, n)), "sizes", 1, 100_000, True),
    "initialise seed": (lambda n: bp.initialise((1, 1), seed=n), "seed", 0, SEEDS, True),
    "hidden_size n_in": (lambda n: bp.hidden_size(n, 1), "n_in", 1, 10**9, True),
    "hidden_size n_out": (lambda n: bp.hidden_size(1, n), "n_out", 1, 10**9, True),
    "friendly": (lambda n: friendly(asked(), n), "seed", 0, SEEDS, True),
    "network_at": (lambda n: train(epochs=3).network_at(n), "epoch", 0, 3, True),
    "parameters_at": (lambda n: train(epochs=3).parameters_at(n), "epoch", 0, 3, True),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_a_whole_number_just_beyond_its_limits_is_refused_with_both_limits(name):
    call, argument, lowest, highest, _ = CALLS[name]
    for beyond in (lowest - 1, highest + 1):
        with pytest.raises(ValueError, match=rf"^{argument} must be from {lowest} to {highest}, not {beyond}$"):
            call(beyond)
    with pytest.raises(TypeError, match=rf"^{argument} must be a whole number, not str"):
        call("x")


@pytest.mark.parametrize("name", CALLS)
def test_a_whole_number_at_its_limits_is_taken(name):
    call, _, lowest, highest, both_are_quick = CALLS[name]
    call(lowest)
    if both_are_quick:
        call(highest)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: train(validation=3), TypeError, "validation must be a pair (x, target), not int (3)"),
        (lambda: train(validation=[1]), TypeError, "validation must be a pair (x, target), not list ([1])"),
        (lambda: train(adaptive=2), TypeError, "adaptive must be an AdaptiveRate or None, not int (2)"),
        (lambda: train(momentum=-0.5), ValueError, "momentum must be from 0 up to but not including 1, not -0.5"),
        (
            lambda: train(momentum=0.5, optimiser=bp.Adam()), ValueError,
            "momentum = 0.5 and an optimiser are two ways to update; give one of them",
        ),
        (lambda: train(shuffle=1), TypeError, "shuffle must be True or False, not int (1)"),
        (lambda: train(goal="x"), TypeError, "goal must be a number, not str ('x')"),
        (lambda: train(memory=0), ValueError, "memory must be above zero, not 0.0"),
        (lambda: train(bias_rate=0), ValueError, "bias_rate must be above zero, not 0.0"),
        (lambda: train(learning_rate=-1), ValueError, "learning_rate must be above zero, not -1.0"),
        (lambda: bp.AdaptiveRate(0.5), ValueError, "grow must be at least 1, not 0.5"),
        (lambda: bp.AdaptiveRate(shrink=0), ValueError, "shrink must lie between 0 and 1, not 0"),
        (lambda: bp.AdaptiveRate(shrink=1), ValueError, "shrink must lie between 0 and 1, not 1"),
        (lambda: bp.AdaptiveRate(worst=0.5), ValueError, "worst must be at least 1, not 0.5"),
        (lambda: bp.flow_chart(shuffle=1), TypeError, "shuffle must be True or False, not int (1)"),
        (lambda: bp.flow_chart(validation=1), TypeError, "validation must be True or False, not int (1)"),
        (lambda: bp.flow_chart(goal="x"), TypeError, "goal must be a number, not str ('x')"),
        (lambda: bp.flow_chart(momentum=1), ValueError, "momentum must be from 0 up to but not including 1, not 1"),
        (lambda: bp.flow_chart(adaptive=1), TypeError, "adaptive must be an AdaptiveRate or None, not int (1)"),
        (lambda: bp.initialise((3,)), ValueError, "sizes must list at least two layer sizes, not (3,)"),
        (lambda: bp.initialise((1,) * 202), ValueError, "sizes must list at most 201 layer sizes, not 202"),
        (
            lambda: bp.initialise((50_001, 1_000)), ValueError,
            "sizes must make at most 50,000,000 weights, but these make 50,001,000",
        ),
        (lambda: bp.initialise((1, 1), biases=1), TypeError, "biases must be True or False, not int (1)"),
        (lambda: bp.initialise((1, 1), scale=-0.5), ValueError, "scale must not be below zero, but it is -0.5"),
        (lambda: bp.initialise((1, 1), scale="x"), TypeError, "scale must be a number, not str ('x')"),
        (lambda: bp.hidden_size(1, 1, "x"), TypeError, "a must be a number, not str ('x')"),
        (lambda: bp.hidden_size(1, 1, 0.5), ValueError, "a must be from 1 to 10, not 0.5"),
        (lambda: bp.hidden_size(1, 1, 10.5), ValueError, "a must be from 1 to 10, not 10.5"),
        (lambda: bp.min_max([1.0]), ValueError, "data must be 2-D, but it has shape (1,)"),
        (lambda: bp.min_max([[1.0]], "x"), TypeError, "low must be a number, not str ('x')"),
        (lambda: bp.min_max([[1.0]], 0, "x"), TypeError, "high must be a number, not str ('x')"),
        (lambda: bp.min_max([[1.0]], 2, 1), ValueError, "high - low must be above zero, not -1.0"),
        (lambda: bp.min_max([[1.0]]).undo([1, 2]), ValueError, "scaled must have 1 columns, but it has shape (2,)"),
        (lambda: bp.min_max([[1.0]]).apply([[[1]]]), ValueError, "data must be 1-D or 2-D, but it has shape (1, 1, 1)"),
        (lambda: bp.diagnose(*SAMPLE, "w7", "x"), TypeError, "answer must be a number, not str ('x')"),
        (lambda: bp.diagnose(*SAMPLE, "w7", 1, learning_rate=0), ValueError, "learning_rate must be above zero, not 0.0"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_these_words(call, kind, message):
    with pytest.raises(kind, match=f"^{re.escape(message)}$"):
        call()


@pytest.mark.parametrize("a", [1, 10])
def test_the_rule_of_thumb_takes_its_ends(a):
    assert bp.hidden_size(8, 1, a) == 3 + a


def test_the_constant_alone_may_be_below_zero_and_nothing_is_drawn_with_a_scale_of_zero():
    assert bp.initialise((1, 1), "constant", scale=-0.5).weights[0] == -0.5
    assert bp.initialise((1, 1), "gaussian", scale=0).weights[0] == 0


def test_the_scales_are_those_of_the_articles():
    """Constant 1/2, standard deviation 0.1, [-1, 1], and a factor of 1 for the others, unless told otherwise."""
    for method, scale in {"zeros": 0, "constant": 0.5, "gaussian": 0.1, "uniform": 1, "xavier": 1, "he": 1}.items():
        plain, told = bp.initialise((3, 2), method, seed=1), bp.initialise((3, 2), method, scale=scale, seed=1)
        assert (plain.weights[0] == told.weights[0]).all()
        twice = bp.initialise((3, 2), method, scale=2 * scale, seed=1)
        assert twice.weights[0] == pytest.approx(2 * plain.weights[0], rel=1e-15)


def test_two_hundred_layers_and_fifty_million_weights_are_the_most():
    assert bp.initialise((1,) * 201).depth == 200
    assert bp.initialise((100_000, 1), "zeros").sizes == (100_000, 1)


#: A call, and what is meant where something is not given.
MEANT = {
    "hidden_size": (lambda **a: bp.hidden_size(2, 2, **a), {"a": 5}),
    "min_max": (lambda **a: bp.min_max([[1.0], [3.0]], **a).apply([2.5]).tolist(), {"low": 0, "high": 1}),
    "initialise": (
        lambda **a: bp.initialise((3, 2), **a),
        {"method": "xavier", "scale": 1, "biases": True, "activations": "sigmoid", "loss": "half_squared_error", "seed": 0},
    ),
    "AdaptiveRate": (lambda **a: bp.AdaptiveRate(**a), {"grow": 1.05, "shrink": 0.7, "worst": 1.04}),
    "train": (
        lambda **a: bp.train(bp.initialise((2, 2, 1), seed=1), *XOR, **a),
        {"learning_rate": 0.5, "bias_rate": 0.5, "batch_size": 4, "momentum": 0, "epochs": 1000, "frozen": ()},
    ),
    "train online": (
        lambda **a: bp.train(bp.initialise((2, 2, 1), seed=1), *XOR, batch_size=1, epochs=20, **a),
        {"learning_rate": 0.5, "shuffle": True, "seed": 0},
    ),
    "train with validation": (
        lambda **a: train(epochs=500, learning_rate=2, validation=([[1, 1]], [[1]]), **a), {"patience": 6},
    ),
    "backward": (
        lambda **a: bp.backward(EX.network, bp.forward(EX.network, [EX.x] * 2), [EX.target] * 2, **a).loss,
        {"reduction": "mean"},
    ),
    "derive": (lambda **a: str(bp.derive(*SAMPLE, **a)), {"wrt": None, "learning_rate": None, "notation": "net_out"}),
    "derive a batch": (
        lambda **a: str(bp.derive(EX.network, [EX.x] * 2, [EX.target] * 2, "w7", **a)), {"reduction": "mean"},
    ),
    "evaluate": (lambda **a: derivation().evaluate(**a)["net_h1"], {"digits": 50}),
    "text": (lambda **a: derivation().text(**a), {"digits": 6}),
    "table": (lambda **a: str(derivation().table(**a)), {"digits": 6}),
    "program": (lambda **a: derivation().program(**a), {"language": "python"}),
    "diagnose": (
        lambda **a: bp.diagnose(*SAMPLE, "w7", 0.4, **a),
        {"quantity": "gradient", "learning_rate": 0.5, "reduction": "mean", "optimiser": None, "updates": 0},
    ),
    "diagnose an update": (
        lambda **a: bp.diagnose(*SAMPLE, "w7", 0.4, quantity="updated", **a), {"learning_rate": 0.5, "updates": 0},
    ),
    "ask": (lambda **a: bp.ask("w7_new", **a).expected, {"example": "2-3-2", "learning_rate": 0.5}),
    "ask about a network": (
        lambda **a: bp.ask("w7_new", net=EX.network, x=EX.x, target=EX.target, **a).expected, {"learning_rate": 0.5},
    ),
    "flow_chart": (
        lambda **a: str(bp.flow_chart(batch_size=1, **a)),
        {"shuffle": True, "momentum": 0, "adaptive": None, "goal": None, "validation": False},
    ),
    "flow_chart of one batch": (lambda **a: str(bp.flow_chart(**a)), {"batch_size": None}),
}  # fmt: skip


@pytest.mark.parametrize("name", MEANT)
def test_what_is_not_given_is_what_is_written_down_here(name):
    call, meant = MEANT[name]
    assert call() == call(**meant)
