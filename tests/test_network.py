import json
import math

import numpy as np
import pytest
from hypothesis import given

import bpviz as bp

from .networks import cases, two_three_two

W = [[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6]]]


def test_sizes_come_from_the_weights():
    assert bp.Network(W).sizes == (2, 2, 1)


def test_parameters_of_the_article_have_its_names_and_values():
    net = two_three_two().network
    assert {name: net[name] for name in ("w1", "w7", "w8", "w9", "w12", "b1", "b2")} == {
        "w1": 0.1, "w7": 0.4, "w8": 0.45, "w9": 0.5, "w12": 0.65, "b1": 0.35, "b2": 0.65,
    }  # fmt: skip


def test_the_second_layer_of_the_article_is_numbered_by_source():
    net = two_three_two().network
    assert [net.weight_name(2, j, i) for i in range(3) for j in range(2)] == ["w7", "w8", "w9", "w10", "w11", "w12"]


def test_default_names_say_layer_unit_and_source():
    assert list(bp.Network(W, biases=[0.1, [0.2]]).parameters) == [
        "w1[1,1]", "w1[1,2]", "w1[2,1]", "w1[2,2]", "b1", "w2[1,1]", "w2[1,2]", "b2[1]",
    ]  # fmt: skip


def test_a_shared_bias_is_one_parameter_with_a_use_for_each_unit():
    b1 = two_three_two().network.parameters["b1"]
    assert [(use.layer, use.to, use.source) for use in b1.uses] == [(1, 0, None), (1, 1, None), (1, 2, None)]


def test_a_network_cannot_be_changed():
    net = bp.Network(W)
    with pytest.raises(AttributeError, match="a Network never changes"):
        net.weights = ()
    with pytest.raises(ValueError, match="read-only"):
        net.weights[0][0, 0] = 9
    with pytest.raises(TypeError):
        net.parameters["w"] = 1


def test_later_changes_of_the_given_arrays_do_not_reach_the_network():
    given = np.array([[1.0, 2.0]])
    net = bp.Network([given])
    given[0, 0] = 9
    assert net["w1[1,1]"] == 1


def test_with_values_changes_every_use_and_only_the_copy():
    net = two_three_two().network
    other = net.with_values({"b1": 1.5, "w7": -2})
    assert (other["b1"], other["w7"], net["b1"], net["w7"]) == (1.5, -2, 0.35, 0.4)


@given(cases())
def test_json_gives_back_an_equal_network(case):
    assert bp.Network.from_json(case.net.to_json()) == case.net


def test_json_keeps_every_bit_and_float32(tmp_path):
    net = bp.Network([np.array([[0.1, 1 / 3]], dtype=np.float32)], biases=[np.array([1e-30], dtype=np.float32)])
    net.save(tmp_path / "net.json")
    back = bp.Network.load(tmp_path / "net.json")
    assert back.dtype == np.float32
    assert back.weights[0].tobytes() == net.weights[0].tobytes()
    assert back == net


def test_json_keeps_hostile_names():
    net = bp.Network([[[1.0]]], weight_names=[[["<img src=x onerror=alert(1)>"]]])
    assert bp.Network.from_json(net.to_json()) == net


BROKEN = [
    ("", "text is not valid JSON"),
    ("[" * 100_000, "text is not valid JSON"),
    ("{}", "text is JSON, but not a saved network"),
    (json.dumps({"format": "bpviz.network", "version": 2}), "version 2; this bpviz reads version 1"),
    (json.dumps({"format": "bpviz.network", "version": 1}), "it lacks weights, biases"),
]


@pytest.mark.parametrize(("text", "message"), BROKEN, ids=[message for _, message in BROKEN])
def test_broken_json_gets_one_sentence(text, message):
    with pytest.raises(ValueError, match=message):
        bp.Network.from_json(text)


SAVED = json.loads(two_three_two().network.to_json())
SPOILED = [(key, bad) for key in SAVED for bad in (None, 7, "x", [[["x"]]], {"a": 1})]
#: Without biases or with default names it is still a network.
FINE = [("biases", None), ("bias_names", None), ("weight_names", None)]


@pytest.mark.parametrize(("key", "bad"), [spoiled for spoiled in SPOILED if spoiled not in FINE], ids=str)
def test_a_spoiled_entry_is_refused(key, bad):
    with pytest.raises((ValueError, TypeError)):
        bp.Network.from_json(json.dumps({**SAVED, key: bad}))


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(ValueError, match=r"path: bad\.json does not hold a network: text is not valid JSON"):
        bp.Network.load(tmp_path / "bad.json")


WRONG = [
    ({"weights": []}, ValueError, "weights must have at least one layer"),
    ({"weights": 5}, TypeError, "weights must be a list with one entry per layer, not int"),
    ({"weights": [[1.0, 2.0]]}, ValueError, "weights\\[0\\] must be 2-D, but it has shape \\(2,\\)"),
    ({"weights": [[[1.0], [1.0, 2.0]]]}, ValueError, "weights\\[0\\] has rows of unequal length"),
    ({"weights": [[["a"]]]}, TypeError, "weights\\[0\\] must be a number, not str \\('a'\\)"),
    ({"weights": [[[None]]]}, TypeError, "weights\\[0\\] must be a number, not NoneType"),
    ({"weights": [[[True]]]}, TypeError, "weights\\[0\\] must be a number, not bool"),
    ({"weights": [[[1j]]]}, TypeError, "weights\\[0\\] must be a number, not complex"),
    ({"weights": [[[math.nan]]]}, ValueError, "weights\\[0\\] must hold finite numbers only, but it has nan"),
    ({"weights": [[[math.inf]]]}, ValueError, "weights\\[0\\] must hold finite numbers only, but it has inf"),
    ({"weights": [[[10**400]]]}, ValueError, "weights\\[0\\] must be a finite number"),
    ({"weights": [[[]]]}, ValueError, "weights\\[0\\] must hold at least one number"),
    ({"weights": [*W, [[1.0, 2.0]]]}, ValueError, "weights\\[2\\] has shape \\(1, 2\\), but layer 2 has 1 units"),
    ({"biases": [1.0]}, ValueError, "biases must have one entry per layer, 2, not 1"),
    ({"biases": [[1.0, 2.0, 3.0], None]}, ValueError, "biases\\[0\\] must have one number for each of the 2 units"),
    ({"biases": ["x", None]}, TypeError, "biases\\[0\\] must be a number, not str"),
    ({"activations": "sigmod"}, ValueError, "activations: there is no 'sigmod' \\(did you mean 'sigmoid'"),
    ({"activations": ["tanh"]}, ValueError, "activations must be one name or one per layer, 2, not 1"),
    ({"activations": 3}, TypeError, "activations must be a list"),
    ({"activations": [3, "tanh"]}, TypeError, "activations must be a name, not int"),
    ({"activations": {"name": "elu", "alfa": 1}}, ValueError, "elu has the constants alpha, not 'alfa'"),
    ({"loss": "mse"}, ValueError, "loss: there is no 'mse'"),
    ({"loss": None}, TypeError, "loss must be a name, not NoneType"),
    ({"weight_names": [[["a", "b"]], [["c", "d"]]]}, ValueError, "weight_names\\[0\\] must be shaped like weights\\[0\\]"),
    ({"weight_names": [[["a", "a"], ["b", "c"]], [["d", "e"]]]}, ValueError, "'a' names one shared parameter, so it needs one value, but it has 0.1 and 0.2"),
    ({"weight_names": [[["a", "b"], ["c", 4]], [["d", "e"]]]}, TypeError, "weight_names\\[0\\] must hold names \\(str\\), not int"),
    ({"weight_names": [[["a", "b"], ["c", " "]], [["d", "e"]]]}, ValueError, "one is empty"),
    ({"weight_names": [[["a", "b"], ["c", "x\n"]], [["d", "e"]]]}, ValueError, "printable characters"),
    ({"weight_names": [[["a", "b"], ["c", "net_h1"]], [["d", "e"]]]}, ValueError, "'net_h1' already means another quantity"),
    ({"weight_names": [[["a", "b"], ["c", "a_new"]], [["d", "e"]]]}, ValueError, "'a_new' already means another quantity"),
    ({"weight_names": [[["a", "b"], ["c", "E(1)"]], [["d", "e"]]]}, ValueError, "'E.1.' already means another quantity"),
    ({"weight_names": [[["a", "b"], ["c", "1"]], [["d", "e"]]]}, ValueError, "'1' already means .* a number"),
    ({"weight_names": [[["a", "b"], ["c", "-2.5e3"]], [["d", "e"]]]}, ValueError, "'-2.5e3' already means .* a number"),
    ({"weight_names": [[["a", "b"], ["c", "η"]], [["d", "e"]]]}, ValueError, "'η' already means another quantity"),
    ({"weight_names": [[["a", "b"], ["c", "δ_h1"]], [["d", "e"]]]}, ValueError, "'δ_h1' already means another quantity"),
    ({"weight_names": [[["a", "b"], ["c", "·"]], [["d", "e"]]]}, ValueError, "'·' already means another quantity"),
    ({"weight_names": [[["a", "b"], ["c", "("]], [["d", "e"]]]}, ValueError, "'.' already means another quantity"),
    ({"weight_names": [[["a", "b"], ["c", "∂E/∂w"]], [["d", "e"]]]}, ValueError, "'∂E/∂w' already means another"),
    ({"weight_names": [[["a", "b"], ["c", "net_h1(2)"]], [["d", "e"]]]}, ValueError, "'net_h1.2.' already means"),
    ({"biases": [1.0, 2.0], "bias_names": ["b", "b"]}, ValueError, "bias_names: 'b' names one shared parameter"),
    ({"bias_names": ["b", None]}, ValueError, "bias_names\\[0\\] must be None, because layer 1 has no bias"),
    ({"biases": [1.0, None], "bias_names": [["b"], None]}, TypeError, "bias_names\\[0\\] must be one name"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "kind", "message"), WRONG, ids=[m for _, _, m in WRONG])
def test_bad_input_gets_one_sentence_naming_the_argument(change, kind, message):
    with pytest.raises(kind, match=message) as caught:
        bp.Network(**{"weights": W, **change})
    assert "\n" not in str(caught.value)


def test_an_unknown_parameter_name_gets_one_sentence():
    net = bp.Network(W)
    with pytest.raises(ValueError, match="name: there is no 'w9'"):
        net["w9"]
    with pytest.raises(ValueError, match="values: there is no 'w9'"):
        net.with_values({"w9": 1})


def test_equal_names_with_equal_values_are_one_parameter():
    net = bp.Network([[[0.5, 0.5]]], weight_names=[[["w", "w"]]])
    assert len(net.parameters) == 1
    assert len(net.parameters["w"].uses) == 2


def test_a_network_can_be_pickled_and_copied():
    import copy
    import pickle

    net = two_three_two().network
    assert pickle.loads(pickle.dumps(net)) == net
    assert copy.deepcopy(net) == net


def test_equal_networks_have_equal_hashes_and_minus_zero_is_another_number():
    zero, minus = bp.Network([[[0.0]]]), bp.Network([[[-0.0]]])
    assert zero != minus
    assert hash(bp.Network([[[0.0]]])) == hash(zero)


def test_what_does_not_fit_float32_is_refused():
    W = [np.array([[1.0]], dtype=np.float32)]
    with pytest.raises(ValueError, match="biases\\[0\\] has 1e\\+300, which is too large for float32"):
        bp.Network(W, [1e300])
    with pytest.raises(ValueError, match="x has 1e\\+300, which is too large for float32"):
        bp.forward(bp.Network(W), [1e300])
    with pytest.raises(ValueError, match="the value of 'w1\\[1,1\\]' has 1e\\+300"):
        bp.Network(W).with_values({"w1[1,1]": 1e300})
