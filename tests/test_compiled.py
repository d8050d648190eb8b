"""The derivation as a program: its numbers, its names, and where it gives way."""

import keyword
import pickle
import re

import numpy as np
import pytest
from hypothesis import given

import bpviz as bp
from tests.networks import cases, examples, size_of_terms, two_three_two


def passes(net, x, target, reduction="mean"):
    """Error and gradients in the order of the parameters, by the array lines."""
    grads = bp.backward(net, bp.forward(net, x), target, reduction)
    return grads.loss, [grads[name] for name in net.parameters]


@examples(60)
@given(cases(batches=False))
def test_the_python_program_computes_what_the_passes_do(case):
    error, slopes = bp.compiled(case.net, update=False)([*case.net.numbers.values()], case.x, case.target)
    loss, gradients = passes(case.net, case.x, case.target)
    scale = size_of_terms(case.net, case.x, case.target)
    assert error == pytest.approx(loss, rel=1e-9, abs=1e-13)
    assert slopes == pytest.approx(gradients, rel=1e-9, abs=1e-12 * scale)


@examples(60)
@given(cases())
def test_the_numpy_program_computes_what_the_passes_do_for_many_samples(case):
    x, target = np.atleast_2d(case.x), np.atleast_2d(case.target)
    program = bp.compiled(case.net, language="numpy", update=False)
    error, slopes = program([*case.net.numbers.values()], x, target)
    loss, gradients = passes(case.net, x, target)
    scale = size_of_terms(case.net, case.x, case.target)
    assert error == pytest.approx(loss, rel=1e-9, abs=1e-13)
    assert slopes == pytest.approx(gradients, rel=1e-9, abs=1e-12 * scale)


def test_a_program_of_a_batch_has_names_for_each_sample():
    ex = two_three_two()
    d = bp.derive(ex.network, [ex.x, (1, 2)], [ex.target, (0.5, 0.25)], learning_rate=0.5, reduction="sum")
    assert "net_h1_sample_2 = w1*i1_sample_2 + w2*i2_sample_2 + b1\n" in d.program()
    space = {}
    exec(d.program(), space)
    _, after = space["step"](tuple(ex.network.numbers.values()), d.x, d.target, 0.5)
    grads = bp.backward(ex.network, bp.forward(ex.network, d.x), d.target, "sum")
    assert after == pytest.approx([*bp.update(ex.network, grads, 0.5).numbers.values()], rel=1e-12)


def test_the_numpy_program_of_a_batch_is_of_any_number_of_samples():
    ex = two_three_two()
    d = bp.derive(ex.network, [ex.x, (1, 2)], [ex.target, (0.5, 0.25)], reduction="sum")
    space = {}
    exec(d.program("numpy"), space)
    error, _ = space["step"](tuple(ex.network.numbers.values()), np.array(d.x), np.array(d.target))
    assert error == pytest.approx(passes(ex.network, d.x, d.target, "sum")[0], rel=1e-12)


def test_the_javascript_program_is_the_one_of_the_pages():
    ex = two_three_two()
    text = bp.derive(ex.network, ex.x, ex.target, "w7", 0.5).program("javascript")
    assert "export function derive(v) {\n  v[19] = v[4]*v[0] + v[5]*v[1] + v[10];" in text


def test_an_unknown_language_is_refused():
    ex = two_three_two()
    with pytest.raises(ValueError, match="language: there is no 'pyton' \\(did you mean 'python'\\?\\)"):
        bp.derive(ex.network, ex.x, ex.target).program("pyton")


def test_the_program_of_the_article_says_its_own_names_in_teaching_order():
    ex = two_three_two()
    text = bp.derive(ex.network, ex.x, ex.target, "w7", 0.5).program()
    assert "    dE_total_dw7 = dE_total_dout_o1*dout_o1_dnet_o1*dnet_o1_dw7\n" in text
    assert "    w7_new = w7 - learning_rate*dE_total_dw7\n" in text


HOSTILE = ["__import__('os')", "exp", "class", "x", "lambda", "w1; import os", "é1", "parameters", "w_1", "w\u0661"]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("language", ["python", "numpy"])
def test_no_name_of_a_person_reaches_code(name, language):
    net = bp.Network([[[0.5, 0.25]]], weight_names=[[[name, "q7"]]])
    text = bp.derive(net, [1, 2], [0], learning_rate=0.5).program(language)
    assert f"{name}_new" not in text
    assert "w1_1_1_new = w1_1_1 - learning_rate*dE_total_dw1_1_1" in text
    assert "q7_new = q7" in text
    words = set(re.findall(r"[A-Za-z_]\w*", text))
    assert not words & {"os", "class", "lambda", "__import__"}


def test_names_that_would_be_spelled_alike_stay_apart():
    net = bp.Network([[[0.5, 0.25, 2.0]]], weight_names=[[["w1", "w01", "w001"]]])
    _, slopes = bp.compiled(net, update=False)([0.5, 0.25, 2.0], [1, 2, 3], [0])
    assert slopes == pytest.approx(passes(net, [1, 2, 3], [0])[1], rel=1e-12)


@examples(30)
@given(cases())
def test_every_word_of_a_program_is_a_name_of_ours(case):
    text = bp.derive(case.net, case.x, case.target, learning_rate=0.5).program()
    for word in re.findall(r"(?<![.\w])[A-Za-z_]\w*", re.sub(r"#.*", "", text)):
        assert word.isascii()
        assert not keyword.iskeyword(word) or word in {"def", "return", "from", "import", "if", "else", "for", "in"}


@pytest.mark.parametrize("name", sorted(set(bp.ACTIVATIONS)))
@pytest.mark.parametrize("z", [-1000.0, 1000.0])
def test_where_pythons_floats_refuse_numpys_go_on(name, z):
    net = bp.Network([[[z]], [[1.0]]], activations=[name, "sigmoid"])
    error, slopes = bp.compiled(net, update=False)([z, 1.0], [1.0], [0.5])
    loss, gradients = passes(net, [1.0], [0.5])
    assert error == pytest.approx(loss, rel=1e-12)
    assert slopes == pytest.approx(gradients, rel=1e-9, abs=1e-300)


def test_frozen_parameters_come_back_as_they_were():
    ex = two_three_two()
    _, after = bp.compiled(ex.network, frozen=["b1"])([*ex.network.numbers.values()], ex.x, ex.target, 0.5)
    values = dict(zip(ex.network.parameters, after, strict=True))
    assert values["b1"] == ex.network["b1"]
    assert values["w7"] != ex.network["w7"]


def test_a_program_is_made_once_for_networks_that_differ_in_numbers_only():
    ex = two_three_two()
    assert bp.compiled(ex.network) is bp.compiled(ex.network.with_values({"w1": 3}))
    assert bp.compiled(ex.network) is not bp.compiled(ex.network, frozen=["w1"])


def test_a_program_is_pickled_as_its_text():
    ex = two_three_two()
    program = bp.compiled(ex.network)
    given = [*ex.network.numbers.values()], ex.x, ex.target, 0.5
    assert pickle.loads(pickle.dumps(program))(*given) == program(*given)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda p: p([1.0] * 3, (1, 2), (0, 1), 0.5), ValueError, "parameters must have 14 numbers per sample"),
        (lambda p: p([1.0] * 14, (1, 2, 3), (0, 1), 0.5), ValueError, "x must have 2 numbers per sample"),
        (lambda p: p([1.0] * 14, [(1, 2)], [(0, 1)], 0.5), ValueError, "x and target must be one sample each"),
        (lambda p: p([1.0] * 14, (1, 2), (0, 1)), TypeError, "learning_rate must be a number, not NoneType"),
        (lambda p: p(["a"] * 14, (1, 2), (0, 1), 0.5), TypeError, "parameters must be a number, not str"),
        (lambda p: bp.compiled(3), TypeError, "net must be a Network"),
        (lambda p: bp.compiled(p.network, language="c"), ValueError, "language: there is no 'c'"),
        (lambda p: bp.compiled(p.network, frozen=["w99"]), ValueError, "frozen: there is no 'w99'"),
        (lambda p: bp.compiled(bp.initialise((80, 80))), ValueError, "net must have at most 5,000 parameters"),
    ],
)
def test_bad_input_gets_one_sentence(call, kind, message):
    with pytest.raises(kind, match=message):
        call(bp.compiled(two_three_two().network))
