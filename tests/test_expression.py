from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from bpviz.formula.arithmetic import decimal_fraction, evaluate, exact, multiprecision
from bpviz.formula.tree import (
    Cases,
    Expression,
    Number,
    Product,
    Quantity,
    Sum,
    exp,
    log_sum_exp,
    names_in,
    over,
    shortened,
    softplus,
)

a, b, c = Quantity("a"), Quantity("b"), Quantity("c")


def test_terms_and_factors_keep_the_order_they_are_written_in():
    assert c + a + b == Sum((c, a, b))
    assert c * a * b == Product((c, a, b))


def test_a_bracketed_sum_joins_a_sum_but_stays_a_factor_of_a_product():
    assert a + (b + c) == Sum((a, b, c))
    assert a * (b + c) == Product((a, Sum((b, c))))


def test_floats_follow_ieee_754_instead_of_raising():
    with np.errstate(all="ignore"):
        assert evaluate(1 / (1 + exp(-a)), {"a": np.float64(-1000)}) == 0
        assert evaluate(1 / a, {"a": np.float64(0)}) == np.inf


def test_exact_arithmetic_takes_a_float_as_the_decimal_it_is_written_as():
    assert evaluate(Number(0.1) + 0.2, {}, exact()) == sp.Rational(3, 10)


@pytest.mark.parametrize("value", [0.35, 1e-7, 123456.789, -2.5, 3, 1e22])
def test_decimal_fraction_is_the_written_decimal(value):
    assert Fraction(*decimal_fraction(value)) == Fraction(repr(value))


def test_fifty_digits_of_a_sigmoid_match_sympy():
    import mpmath

    with mpmath.workdps(50):
        ours = evaluate(1 / (1 + exp(-a)), {"a": mpmath.mpf(1)}, multiprecision())
        assert abs(ours - mpmath.mpf(str(sp.N(1 / (1 + sp.exp(-1)), 50)))) < mpmath.mpf(10) ** -48


def test_softplus_and_log_sum_exp_survive_a_thousand():
    assert evaluate(softplus(a), {"a": 1000.0}) == 1000
    assert evaluate(log_sum_exp(a, b), {"a": 1000.0, "b": 0.0}) == 1000


def test_cases_choose_by_sign_and_include_zero_only_when_told():
    x = Cases(a, Number(1), Number(2))
    y = Cases(a, Number(1), Number(2), inclusive=True)
    assert [evaluate(x, {"a": v}) for v in (-1.0, 0.0, 1.0)] == [2, 2, 1]
    assert [evaluate(y, {"a": v}) for v in (-1.0, 0.0, 1.0)] == [2, 1, 1]


def test_names_are_listed_in_reading_order():
    assert list(names_in(c * a + b / a)) == ["c", "a", "b", "a"]


def test_dividing_by_one_is_left_out():
    assert over(a, 1.0) is a


def test_evaluating_something_else_says_what_came():
    with pytest.raises(TypeError, match="an expression is needed here, not str"):
        evaluate("a", {})


def test_a_kind_of_formula_that_has_no_value_says_so():
    class Odd(Expression):
        pass

    with pytest.raises(TypeError, match=r"^no value for Odd$"):
        evaluate(Odd(), {})
    with pytest.raises(TypeError, match=r"^an expression is needed here, not int$"):
        evaluate(3, {})


@pytest.mark.parametrize(("terms", "shown"), [(16, 16), (17, 5)])
def test_a_sum_of_more_than_sixteen_terms_is_shown_by_its_first_three_and_its_last(terms, shown):
    names = [Quantity(f"a{n}") for n in range(terms)]
    for whole, part in ((Sum(tuple(names)), lambda x: x), (exp(Sum(tuple(names))), lambda x: x.arguments[0])):
        found = part(shortened(whole)).terms
        assert len(found) == shown
        assert (*found[:3], found[-1]) == (*names[:3], names[-1])
