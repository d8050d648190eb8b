"""The gradients as formulas of all parameters, by SymPy."""

import math
from unittest import mock

import pytest
import sympy as sp
from hypothesis import given

import bpviz as bp
from bpviz.calculus.symbols import composed_size
from bpviz.formula.nested_cases import NestedCases

from .networks import cases, examples, two_three_two


def test_dE_dw7_is_the_formula_of_article_2_with_its_sign_put_right():
    ex = two_three_two()
    s = bp.symbolic(ex.network)
    out_o1, out_h1 = sp.symbols("out_o1 out_h1")
    printed = -(s.symbols["target_o1"] - out_o1) * out_o1 * (1 - out_o1) * out_h1
    hidden = 1 / (
        1 + sp.exp(-(s.symbols["w1"] * s.symbols["i1"] + s.symbols["w2"] * s.symbols["i2"] + s.symbols["b1"]))
    )
    expected = printed.subs({out_o1: s.outputs[0], out_h1: hidden})
    difference = (s["w7"] - expected).subs(s.values(ex.x, ex.target))
    assert abs(sp.N(difference, 30)) < 1e-14


@examples(25)
@given(cases(batches=False, max_units=2, max_layers=2))
def test_every_symbolic_gradient_is_the_derivative_of_the_symbolic_loss(case):
    s = bp.symbolic(case.net)
    values = {symbol: sp.Float(value, 40) for symbol, value in s.values(case.x, case.target).items()}
    for name in case.net.parameters:
        by_sympy = sp.diff(s.loss, s.symbols[name]).subs(values)
        assert float(s[name].subs(values)) == pytest.approx(float(by_sympy), rel=1e-9, abs=1e-12)


def test_an_unknown_name_gets_one_sentence():
    with pytest.raises(ValueError, match="name: there is no 'w99'"):
        bp.symbolic(two_three_two().network)["w99"]


def test_hostile_names_become_symbols_and_nothing_else():
    name = "__import__('os').system('echo gotcha')"
    s = bp.symbolic(bp.Network([[[0.5]]], activations="linear", weight_names=[[[name]]]))
    assert s[name].has(sp.Symbol(name, real=True))


@pytest.fixture(scope="module")
def relu_behind_relu():
    """A chain of one unit each, a sigmoid and two ReLUs, with its gradient by the first weight as formula."""
    net = bp.Network([[[0.5]], [[1.5]], [[0.8]]], [[0.1], [-0.9], [0.05]], ["sigmoid", "relu", "relu"])
    s = bp.symbolic(net)
    return net, s, s[next(iter(net.parameters))]


def test_a_relu_behind_a_relu_has_a_gradient_on_both_sides_of_every_kink(relu_behind_relu):
    net, s, formula = relu_behind_relu
    slopes = []
    for x in (-3.0, 0.2, 0.9, 4.0):
        values = s.values([x], [0.3])
        (v, w, u), (a, b, c) = ([0.5, 1.5, 0.8], [0.1, -0.9, 0.05])
        h = 1 / (1 + math.exp(-(v * x + a)))
        second = w * h + b
        out = u * max(second, 0) + c
        by_hand = (out - 0.3) * u * w * h * (1 - h) * x if second > 0 else 0.0
        assert float(formula.subs(values)) == pytest.approx(by_hand, abs=1e-15)
        assert bp.backward(net, bp.forward(net, [x]), [0.3])[next(iter(net.parameters))] == pytest.approx(by_hand)
        slopes.append(by_hand)
    assert 0.0 in slopes
    assert len(set(slopes)) > 2


def test_cases_are_chosen_on_both_sides_of_the_kink_and_on_it():
    x = sp.Symbol("x", real=True)
    for inclusive, on_it in ((1, 5), (0, 7)):
        cases = NestedCases(sp.Piecewise((x, x > 0), (0, True)) - 1, inclusive, sp.Integer(5), sp.Integer(7))
        for at, expected in ((3, 5), (1, on_it), (-2, 7), (sp.sqrt(2), 5), (sp.cos(1), 7)):
            assert cases.subs(x, at) == expected
            assert float(cases.evalf(30, subs={x: at})) == expected


@pytest.mark.parametrize("module", ["math", "mpmath", "numpy"])
def test_a_relu_behind_a_relu_is_printed_as_code(relu_behind_relu, module):
    _, s, formula = relu_behind_relu
    names = list(s.values([0.9], [0.3]))
    program = sp.lambdify(names, formula, module)
    for x in (-3.0, 0.9):
        values = s.values([x], [0.3])
        assert float(program(*map(float, values.values()))) == pytest.approx(float(formula.subs(values)), abs=1e-15)


def test_a_relu_behind_a_relu_is_shown_as_cases(relu_behind_relu):
    *_, formula = relu_behind_relu
    assert str(formula).count("Piecewise(") > 1
    assert "NestedCases" not in str(formula)
    assert r"\begin{cases}" in sp.latex(formula)
    assert "Cases" not in sp.latex(formula**2)


#: These took SymPy's own cases longer than anyone waits.
STUCK = [
    (["sigmoid", "relu", "relu"], 1), (["softplus", "prelu", "relu"], 1), (["sigmoid", "relu", "elu"], 1),
    (["elu", "elu", "elu"], 0),
]  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("activations", "seed"), STUCK)
def test_cases_behind_cases_are_differentiated_without_end_of_thinking(activations, seed):
    net = bp.initialise((2, 2, 2, 1), "uniform", activations=activations, seed=seed)
    name = next(iter(net.parameters))
    (row,) = bp.derive(net, [0.3, 0.4], [0.5], wrt=name).check().rows
    assert row.agree


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("function", "depth", "width"), [("prelu", 4, 2), ("elu", 4, 2), ("relu", 8, 1), ("elu", 8, 1)]
)
def test_a_loss_that_writes_a_parameter_hundreds_of_times_is_not_composed(function, depth, width):
    net = bp.initialise((2, *[width] * (depth - 1), 1), "uniform", activations=[function] * depth, seed=3)
    given = bp.derive(net, [0.3, 0.4], [0.5], wrt=next(iter(net.parameters)))
    with mock.patch("bpviz.derivation.sympy_witness._composed", side_effect=AssertionError("composed")):
        (row,) = given.check().rows
    assert row.agree


def test_layers_of_as_many_as_two_hundred_units_are_written_as_one_formula():
    assert bp.symbolic(bp.initialise((200, 1))).network.sizes == (200, 1)
    with pytest.raises(ValueError, match="net must have at most 200 units in a layer for one formula, not 201"):
        bp.symbolic(bp.initialise((201, 1)))


@pytest.mark.parametrize(
    ("activation", "least", "most"), [("tanh", 1.3, 2), ("sigmoid", 1.9, 2.8), ("softmax", 2.7, 6.8)]
)
def test_the_length_of_a_composed_formula_is_foretold_up_to_a_few_letters_a_term(activation, least, most):
    """Counted in the longest gradient itself: a term of tanh has a letter or two, one of softmax up to seven."""
    for sizes in ((1, 1), (1, 2), (3, 2), (1, 1, 1), (2, 2, 1), (2, 3, 2), (1, 2, 2, 1), (2, 1, 3, 1), (1, 1, 1, 1)):
        inner = "tanh" if activation == "tanh" else "sigmoid"
        net = bp.initialise(sizes, activations=[inner] * (len(sizes) - 2) + [activation])
        formulas = bp.symbolic(net)
        letters = max(sum(a.is_Symbol for a in sp.preorder_traversal(formulas[name])) for name in net.parameters)
        assert least <= letters / composed_size(net) <= most, sizes


def test_forty_thousand_terms_are_the_most():
    net = bp.initialise((9, 9, 9, 9, 9))
    with pytest.raises(
        ValueError, match=r"at most about 40,000 terms; .* has about [0-9,]+, which derive\(\) writes in"
    ):
        bp.symbolic(net)


def test_cases_within_cases_are_printed_on_one_line_where_others_are_drawn():
    x = sp.Symbol("x", real=True)
    cases = NestedCases(sp.Piecewise((x, x > 0), (0, True)), 0, sp.Integer(5), sp.Integer(7))
    assert sp.pretty(cases, use_unicode=False) == str(cases)
    assert str(cases) == "Piecewise((5, Piecewise((x, x > 0), (0, True)) > 0), (7, True))"
