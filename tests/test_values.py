"""What bpviz hands out, as values: compared, copied, pickled, and refused where it does not belong."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle

import numpy as np
import pytest

import bpviz as bp

XOR = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0.0], [1.0], [1.0], [0.0]]


def example():
    return bp.articles.example("2-3-2")


def net():
    return example().network


def trace(x=(0.5, 1.0)):
    return bp.forward(net(), x)


def trained(seed=1):
    return bp.train(bp.initialise((2, 2, 1), seed=seed, activations=["elu", "sigmoid"]), *XOR, epochs=3, validation=XOR)


#: How to make each kind of result; and one that is another.
RESULTS = {
    "Network": (net, lambda: net().with_values({"w1": 0.9})),
    "Trace": (trace, lambda: trace((0.5, 0.9))),
    "Trace of a batch": (lambda: trace([[0, 1], [1, 0]]), lambda: trace([[0, 1], [1, 1]])),
    "Gradients": (lambda: bp.backward(net(), trace(), [0, 1]), lambda: bp.backward(net(), trace(), [0, 0.5])),
    "Derivation": (
        lambda: bp.derive(net(), [0.5, 1], [0, 1], "w7", 0.5),
        lambda: bp.derive(net(), [0.5, 1], [0, 1], "w8", 0.5),
    ),
    "LayerDerivation": (
        lambda: bp.derive_layers(net(), [0.5, 1], [0, 1], 0.5),
        lambda: bp.derive_layers(net(), [0.5, 1], [0, 1], 0.4),
    ),
    "History": (trained, lambda: trained(2)),
    "Descent": (
        lambda: bp.descend(net(), [0.5, 1], [0, 1], 0.5, 3),
        lambda: bp.descend(net(), [0.5, 1], [0, 1], 0.4, 3),
    ),
    "Activation": (lambda: bp.activation("elu", alpha=0.5), lambda: bp.activation("elu")),
    "Data": (lambda: bp.min_max([[1.0, 2.0], [2.0, 5.0]]), lambda: bp.min_max([[1.0, 2.0], [2.0, 6.0]])),
}


@pytest.mark.parametrize("name", RESULTS)
def test_what_holds_the_same_is_equal_and_what_does_not_is_not(name):
    make, other = RESULTS[name]
    assert make() == make()
    assert make() != other()
    assert make() != "something else"


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))], ids=["copy", "deepcopy", "pickle"]
)
def test_a_copy_is_equal(name, again):
    one = RESULTS[name][0]()
    assert again(one) == one


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_question_that_was_copied_still_asks_and_marks(again):
    question = bp.ask("dE_total/dw7")
    assert again(question).text == question.text
    assert again(question).check("-(target_o1 - out_o1) * out_o1 * (1 - out_o1) * out_h1").correct


def test_a_pickled_history_still_makes_the_networks_that_were_not_kept():
    net = bp.initialise((2, 2, 1), seed=1)
    history = bp.train(net, *XOR, epochs=40, learning_rate=0.5, memory=0.004)
    assert len(history.kept) < 41
    again = pickle.loads(pickle.dumps(history))
    assert np.array_equal(again.parameters_at(17), history.parameters_at(17))


@pytest.mark.parametrize(
    "changed",
    [
        {"z": (np.zeros(2), np.zeros(2))},
        {"z": (np.zeros(3),)},
        {"a": (np.zeros(2), np.zeros((1, 3)), np.zeros(2))},
        {"a": (np.zeros((4, 2)), np.zeros(3), np.zeros(2))},
    ],
)
def test_a_trace_whose_arrays_do_not_fit_is_refused(changed):
    edited = dataclasses.replace(trace(), **changed)
    with pytest.raises(ValueError, match=r"^trace must come from this network"):
        bp.backward(net(), edited, [0, 1])


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one)), dataclasses.replace]
)
@pytest.mark.parametrize("x", [[0.3, 0.6], [[0.3, 0.6], [0.1, 0.9]]])
def test_what_is_written_into_a_trace_or_its_copy_is_what_runs_back(again, x):
    network, target = net(), np.zeros_like(x)
    for one in (bp.forward(network, x), again(bp.forward(network, x))):
        before = bp.backward(network, one, target)["w5"]
        one.a[1][...] *= 2
        assert bp.backward(network, one, target)["w5"] == pytest.approx(2 * before, rel=1e-15)


def test_the_network_of_a_trace_and_the_trace_travel_together():
    network, one = pickle.loads(pickle.dumps((net(), trace())))
    one.a[1][...] *= 2
    assert bp.backward(network, one, [0, 1])["w5"] == 2 * bp.backward(net(), trace(), [0, 1])["w5"]


def test_gradients_of_other_numbers_are_refused():
    gradients = bp.backward(net(), trace(), [0, 1])
    after = bp.update(net(), gradients, 0.5)
    with pytest.raises(
        ValueError, match=r"^grads must come from this network, but another one was run; after an update"
    ):
        bp.update(after, gradients, 0.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda text: text.replace('"loss"', '"loss": "x", "loss"', 1),
            "text is not valid JSON: 'loss' stands in it twice",
        ),
        (lambda text: json.dumps({**json.loads(text), "version": True}), "text is a saved network of version True"),
        (
            lambda text: json.dumps(
                {**json.loads(text), "dtype": "float32", "weights": [[[1e300] * 2] * 3, [[1] * 3] * 2]}
            ),
            r"weights\[0\] has 1e\+300, which is too large for float32",
        ),
        (
            lambda text: json.dumps(json.loads(text) | {"weights": nested(900)}),
            r"weights\[0\] has rows of unequal length",
        ),
    ],
)
def test_a_saved_network_that_was_tampered_with_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        bp.Network.from_json(change(net().to_json()))


def nested(depth):
    """A list in a list in a list ..."""
    inner = []
    for _ in range(depth):
        inner = [inner]
    return inner
