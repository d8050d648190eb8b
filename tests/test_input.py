"""What a person may give in place of what is expected, and the one sentence that says so."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import bpviz as bp

NET = bp.Network([[[0.1, 0.2]]], weight_names=[[["u", "v"]]])


@pytest.mark.parametrize("third", [Fraction(1, 4), Decimal("0.25"), sp.Rational(1, 4), np.float32(0.25)])
def test_every_kind_of_real_number_is_taken(third):
    net = bp.Network([[[third, 1]]])
    assert net.weights[0].tolist() == [[0.25, 1.0]]
    assert bp.forward(net, [third, 0]).z[0].tolist() == [0.0625]
    assert bp.diagnose(NET, [third, 1], [0], "u", third).correct is False


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: bp.Network([[[sp.Symbol("w")]]]), TypeError, r"weights\[0\] must be a number, not Symbol"),
        (lambda: bp.Network([[[1 + 2j]]]), TypeError, r"weights\[0\] must be a number, not complex"),
        (lambda: bp.Network([[[sp.I]]]), TypeError, "must be a number, not ImaginaryUnit"),
        (lambda: bp.Network.load(3), TypeError, "path must be a text or a Path, not int"),
        (lambda: NET.save(3), TypeError, "path must be a text or a Path, not int"),
        (lambda: bp.initialise([2, 3], biases="no"), TypeError, "biases must be True or False, not str"),
        (lambda: bp.initialise([2, 3], "gaussian", scale=-1), ValueError, "scale must not be below zero"),
        (lambda: bp.initialise([2, 3], "uniform", scale=-1), ValueError, "scale must not be below zero"),
        (lambda: bp.iris().split(0.999, 0.001), ValueError, "shares: 0.001 of 150 samples is none"),
        (lambda: bp.articles.example("2-2-1").compare(3), TypeError, "computed must be a mapping"),
        (lambda: bp.train(NET, [[1, 2]], [[0]], adaptive=1), TypeError, "adaptive must be an AdaptiveRate or None"),
        (lambda: bp.train(NET, [[1, 2]], [[0]], shuffle="no"), TypeError, "shuffle must be True or False"),
        (
            lambda: bp.Network([[[0.1 + 0.2, 0.3]]], weight_names=[[["a", "a"]]]),
            ValueError,
            "it has 0.3 and 0.30000000000000004",
        ),
        (
            lambda: bp.derive(bp.Network([[[1e200]], [[1e200]]], activations="linear"), [1e100], [1]),
            ValueError,
            "x: with these weights the outputs of layer 2",
        ),
        (lambda: bp.derive(NET, [1, 2], [1e200]), ValueError, "target: with these weights the errors"),
    ],
)  # fmt: skip
def test_what_does_not_fit_gets_one_sentence(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_layer_sizes_may_be_an_array():
    assert bp.initialise(np.array([2, 3, 1])) == bp.initialise((2, 3, 1))


def test_the_widest_span_is_scaled_without_overflow():
    scaling = bp.min_max([[1e308], [-1e308]])
    assert scaling.apply([[0.0]]).tolist() == [[0.5]]
    assert scaling.undo([[0.5]]).tolist() == [[0.0]]


def test_a_trace_from_before_the_update_is_refused():
    ex = bp.articles.example("2-2-1")
    trace = bp.forward(ex.network, ex.x)
    after = bp.update(ex.network, bp.backward(ex.network, trace, ex.target), 1)
    with pytest.raises(ValueError, match=r"after an update, run forward\(\) again"):
        bp.backward(after, trace, ex.target)
    same = bp.Network.from_json(ex.network.to_json())
    assert bp.backward(same, trace, ex.target).loss == pytest.approx(0.0181039, rel=1e-5)


def test_parameters_keep_their_order_unless_they_are_numbered():
    names = [[["beta", "alpha"], ["w_{11}", "\\omega"]]]
    net = bp.Network([[[0.1, 0.2], [0.3, 0.4]]], biases=[[0.0, 0.1]], weight_names=names, bias_names=[["z", "a"]])
    assert list(net.parameters) == ["beta", "alpha", "w_{11}", "\\omega", "z", "a"]
    assert list(bp.articles.example("2-3-2").network.parameters)[6:10] == ["b1", "w7", "w8", "w9"]


def test_the_doctor_takes_a_rounded_right_answer_and_says_where_it_is_too_short():
    ex = bp.articles.example("2-3-2")

    def told(wrt, answer):
        return bp.diagnose(ex.network, ex.x, ex.target, wrt, answer, quantity="updated", learning_rate=0.5)

    for wrt in ex.network.parameters:
        right = told(wrt, 0.0).expected
        for digits in range(3, 10):
            marked = told(wrt, float(f"{right:.{digits}g}"))
            assert marked.correct or "to so few digits a mistake looks the same" in marked.sentence, (wrt, digits)
        assert told(wrt, float(f"{right:.9g}")).correct


def test_the_doctor_computes_as_a_derivation_does_on_float32():
    f = np.float32
    net = bp.Network(
        [f([[0.5], [0.2]]), f([[0.3, -0.4], [0.1, 0.2]])], [f([0.1, 0.2]), 0.3], "softmax", "categorical_cross_entropy"
    )
    for name in net.parameters:
        assert bp.diagnose(net, [0.7], [0.25, 0.75], name, bp.derive(net, [0.7], [0.25, 0.75], wrt=name).value).correct


def test_a_matrix_keeps_its_capital_letter_in_the_doctors_sentence():
    ex = bp.articles.example("2-3-2")
    sentence = bp.diagnose(ex.network, ex.x, ex.target, "w1", 0.01212).sentence
    assert sentence == "Not quite: W is used where W^T belongs: unit j takes row j of the weights instead of column j."


def test_a_number_far_too_large_is_not_printed_whole():
    for huge, said in ((10**400, r"1000+\.\.\."), (10**5000, "a number of thousands of digits")):
        with pytest.raises(ValueError, match=rf"digits must be from 1 to 15, not {said}$"):
            bp.Stepper(NET, [1, 2], [0], digits=huge)
