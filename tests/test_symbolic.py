import pytest
import sympy as sp
from hypothesis import given

import bpviz as bp

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
