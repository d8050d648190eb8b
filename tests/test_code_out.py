"""Programs of other libraries print the numbers that bpviz has."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import re
import subprocess
import sys

import numpy as np
import pytest

import bpviz as bp
from bpviz.exchange.code import LIBRARIES, MOST_NUMBERS

from .networks import HOSTILE, hostile_network

MODULES = {
    "bpviz": "bpviz",
    "numpy": "numpy",
    "jax": "jax",
    "pytorch": "torch",
    "keras": "keras",
    "scikit-learn": "sklearn",
}

#: Runs programs that come as JSON, each with names of its own, and hands back what each printed.
RUNNER = """
import contextlib, io, json, sys
printed = []
for program in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(program, "program", "exec"), {"__name__": "__main__"})
    printed.append(out.getvalue())
json.dump(printed, sys.stdout)
"""


def batch(n, n_in, n_out, labels=0):
    rng = np.random.default_rng(7)
    target = np.eye(n_out)[np.arange(n) % n_out] if labels else rng.uniform(0.1, 0.9, (n, n_out)).round(3)
    return rng.normal(size=(n, n_in)).round(3), target


def networks():
    two_three_two, two_two_one, mazur = (bp.articles.example(name) for name in ("2-3-2", "2-2-1", "2-2-2"))
    chain = ["bipolar_sigmoid", {"name": "scaled_sigmoid", "A": 2.0, "B": 0.5}, {"name": "prelu", "alpha": 0.1}]
    chain += ["softplus", {"name": "elu", "alpha": 0.5}]
    yes = np.array([[1.0], [0.0], [1.0], [1.0]])
    return {
        "2-3-2": (two_three_two.network, two_three_two.x, two_three_two.target, 0.5, {}),
        "2-2-1": (two_two_one.network, two_two_one.x, two_two_one.target, 1.0, {}),
        "2-2-2 with frozen biases": (mazur.network, mazur.x, mazur.target, 0.5, {"frozen": mazur.frozen}),
        "softmax": (bp.initialise((3, 4, 3), activations=("tanh", "softmax"), loss="categorical_cross_entropy", seed=1), *batch(6, 3, 3, 1), 0.3, {}),
        "yes or no": (bp.initialise((2, 5, 1), activations=("relu", "sigmoid"), loss="binary_cross_entropy", seed=2), *batch(4, 2, 1)[:1], yes, 0.3, {}),
        "several yes or no": (bp.initialise((2, 3, 2), activations=("tanh", "sigmoid"), loss="binary_cross_entropy", seed=3), *batch(5, 2, 2, 1), 0.3, {}),
        "regression": (bp.initialise((4, 8, 8, 2), activations=("relu", "relu", "linear"), seed=4), *batch(7, 4, 2), 0.1, {}),
        "many activations": (bp.initialise((3, 3, 2, 4, 3, 2), activations=chain, loss="mean_squared_error", seed=5), *batch(3, 3, 2), 0.2, {"reduction": "sum"}),
        "hidden softmax": (bp.initialise((2, 3, 2), activations=("softmax", "sigmoid"), seed=6), *batch(2, 2, 2), 0.2, {}),
    }  # fmt: skip


#: What scikit-learn can be told: units with biases, one hidden activation, an output that goes with its loss.
OF_SCIKIT_LEARN = ("softmax", "yes or no", "several yes or no", "regression")


def read(printed):
    """The loss, and the gradient and new value of each parameter, that a program printed."""
    first, *lines = printed.splitlines()
    rows = [line.rsplit(" ", 2) for line in lines]
    return float(first.removeprefix("loss ")), {name: (float(slope), float(new)) for name, slope, new in rows}


def expected(net, x, target, rate, frozen=(), reduction="mean"):
    grads = bp.backward(net, bp.forward(net, x), target, reduction)
    after = bp.update(net, grads, rate, frozen)
    return float(grads.loss), {name: (float(slope), after[name]) for name, slope in grads.by_name.items()}


def run_here(program):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(program, "program", "exec"), {"__name__": "__main__"})
    return out.getvalue()


def run_apart(programs):
    """What several programs print, in a process of their own: some set things for all of it."""
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUNNER], input=json.dumps(programs), capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout)


def assert_prints(printed, case, within):
    net, x, target, rate, more = case
    loss, rows = read(printed)
    our_loss, ours = expected(net, x, target, rate, **more)
    assert loss == pytest.approx(our_loss, rel=within, abs=within)
    assert set(rows) == set(ours)
    for name, numbers in ours.items():
        assert rows[name] == pytest.approx(numbers, rel=within, abs=within), name


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_program_prints_our_loss_gradients_and_new_parameters(library):
    if importlib.util.find_spec(MODULES[library]) is None:
        pytest.skip(f"{library} is not installed (make test-peers)")
    cases = networks()
    wanted = OF_SCIKIT_LEARN if library == "scikit-learn" else [*cases]
    programs = [bp.code(*cases[name][:4], library, **cases[name][4]) for name in wanted]
    printed = list(map(run_here, programs)) if library in ("bpviz", "numpy") else run_apart(programs)
    for name, text in zip(wanted, printed, strict=True):
        assert_prints(text, cases[name], 1e-12)


@pytest.mark.parametrize("library", ["bpviz", "numpy", "jax", "pytorch", "keras"])
def test_a_program_of_a_float32_network_computes_in_float32(library):
    if importlib.util.find_spec(MODULES[library]) is None:
        pytest.skip(f"{library} is not installed (make test-peers)")
    made = bp.initialise((2, 3, 2), activations=("tanh", "sigmoid"), seed=8)
    net = made.with_arrays([W.astype(np.float32) for W in made.weights], [b.astype(np.float32) for b in made.biases])
    (printed,) = run_apart([bp.code(net, [0.5, -1], [0, 1], 0.5, library)])
    assert_prints(printed, (net, [0.5, -1], [0, 1], 0.5, {}), 1e-5)
    new = [values[1] for values in read(printed)[1].values()]
    assert np.array_equal(np.float32(new), new)


SATURATED = {
    "wrong and sure": (bp.Network([[[30.0]]], [[0.0]], "sigmoid", "binary_cross_entropy"), [1], [0.0], 0.5, {}),
    "right and sure": (bp.Network([[[40.0]]], [[0.0]], "sigmoid", "binary_cross_entropy"), [1], [1.0], 0.5, {}),
    "wide": (bp.Network([[[90.0]]], [[0.0]], {"name": "scaled_sigmoid", "A": 1, "B": 2.5}, "binary_cross_entropy"), [1], [0.25], 0.5, {}),
    "softmax": (bp.Network([[[800.0], [0.0], [0.0]]], [[0.0] * 3], "softmax", "categorical_cross_entropy"), [1], [0, 1, 0], 0.5, {}),
}  # fmt: skip


@pytest.mark.parametrize("library", ["numpy", "jax", "pytorch", "keras"])
def test_a_cross_entropy_keeps_its_numbers_where_outputs_round_to_0_or_1(library):
    if importlib.util.find_spec(MODULES[library]) is None:
        pytest.skip(f"{library} is not installed (make test-peers)")
    printed = run_apart([bp.code(*case[:4], library) for case in SATURATED.values()])
    for text, case in zip(printed, SATURATED.values(), strict=True):
        assert_prints(text, case, 1e-12)


def test_numbers_that_grow_too_large_are_refused_as_everywhere():
    with pytest.raises(ValueError, match="grow beyond"):
        bp.code(bp.Network([[[1e200]]], activations="linear"), [1], [0], 0.5, "numpy")


def test_every_program_is_python_of_a_readable_width():
    for name, (net, x, target, rate, more) in networks().items():
        for library in LIBRARIES if name in OF_SCIKIT_LEARN else [l for l in LIBRARIES if l != "scikit-learn"]:
            program = bp.code(net, x, target, rate, library, **more)
            compile(program, "program", "exec")
            assert max(map(len, program.splitlines())) <= 125, (name, library)
            assert "\n\n\n\n" not in program


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_a_program_stays_a_text(name):
    net = hostile_network(name)
    for library in ("bpviz", "numpy"):
        _, rows = read(run_here(bp.code(net, [1, 2], [1], 0.5, library)))
        assert set(rows) == set(net.parameters)


def tied():
    return bp.Network([[[0.5, 0.5]]], activations="linear", weight_names=[[["w", "w"]]])


def one_of_each():
    """A network that scikit-learn can express, with one thing changed at a time."""
    return {
        "weights": [np.ones((3, 2)), np.ones((2, 3))],
        "biases": [[0.1] * 3, [0.2] * 2],
        "activations": ["tanh", "linear"],
    }


@pytest.mark.parametrize(
    ("library", "changed", "said"),
    [
        ("pytorch", {"activations": ["tanh", "hard_limit"]}, "library: PyTorch has no hard_limit that gradients go through (layer 2)"),
        ("keras", {"activations": ["hard_limit", "linear"]}, "library: Keras has no hard_limit that gradients go through (layer 1)"),
        ("scikit-learn", {"biases": [0.1, [0.2, 0.3]]}, "library: in scikit-learn every unit has a bias of its own"),
        ("scikit-learn", {"biases": None}, "library: in scikit-learn every unit has a bias of its own"),
        ("scikit-learn", {"activations": ["tanh", "sigmoid"]}, "library: in scikit-learn half_squared_error goes with 'linear' outputs, not with 'sigmoid'"),
        ("scikit-learn", {"activations": ["elu", "linear"]}, "library: scikit-learn has no elu that gradients go through (layer 1)"),
        ("scikit-learn", {"loss": "mean_squared_error"}, "library: scikit-learn has no mean_squared_error"),
        ("scikit-learn", {"activations": ["tanh", "softmax"], "loss": "categorical_cross_entropy"}, "library: a softmax of scikit-learn has at least 3 outputs; two classes are one sigmoid there"),
        ("scikit-learn", {"activations": ["tanh", "sigmoid"], "loss": "binary_cross_entropy"}, "library: a classifier of scikit-learn takes labels, so every target must be 0 or 1"),
    ],
)  # fmt: skip
def test_what_a_library_cannot_express_is_refused_in_one_sentence(library, changed, said):
    net = bp.Network(**{**one_of_each(), **changed})
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        bp.code(net, [1, 2], [0.25, 0.75], 0.5, library)


@pytest.mark.parametrize("library", [name for name in LIBRARIES if name != "bpviz"])
def test_weights_that_share_a_place_are_refused(library):
    with pytest.raises(ValueError, match="every weight has a place of its own"):
        bp.code(tied(), [1, 2], [1], 0.5, library)


def test_shared_weights_are_in_the_program_for_bpviz():
    net = tied()
    assert_prints(run_here(bp.code(net, [1, 2], [1], 0.5)), (net, [1, 2], [1], 0.5, {}), 1e-15)


def test_scikit_learn_takes_one_hidden_activation_and_the_mean():
    three = bp.initialise((2, 3, 3, 1), activations=("tanh", "relu", "linear"), seed=1)
    with pytest.raises(ValueError, match="all hidden layers have one activation"):
        bp.code(three, [1, 2], [1], 0.5, "scikit-learn")
    with pytest.raises(ValueError, match="takes the mean over a batch"):
        bp.code(bp.Network(**one_of_each()), [[1, 2], [3, 4]], [[1, 0], [0, 1]], 0.5, "scikit-learn", reduction="sum")


def test_a_network_with_too_many_numbers_is_refused_with_the_limit():
    net = bp.initialise((200, 100), seed=1)
    with pytest.raises(ValueError, match=f"20,400 numbers, and a program is written of at most {MOST_NUMBERS:,}"):
        bp.code(net, np.zeros(200), np.zeros(100), 0.5, "numpy")
