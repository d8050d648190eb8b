import math

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import bpviz as bp
from bpviz.formula.arithmetic import evaluate, exact
from bpviz.formula.tree import Number, Quantity
from bpviz.networks.stable import log1p

ELEMENTWISE = [name for name in bp.ACTIVATIONS if name != "softmax"]
SPECS = [
    *(bp.activation(name) for name in ELEMENTWISE),
    bp.activation("scaled_sigmoid", A=2.5, B=0.5),
    bp.activation("elu", alpha=0.5),
    bp.activation("prelu", alpha=-0.75),
]
POINTS = [sp.Rational(n, 8) for n in (-40, -17, -3, -1, 1, 5, 26, 40)]

#: Textbook definitions, independent of the entries.
z = sp.Symbol("z", real=True)
TEXTBOOK = {
    "sigmoid": 1 / (1 + sp.exp(-z)),
    "bipolar_sigmoid": sp.tanh(z / 2),
    "tanh": sp.tanh(z),
    "relu": sp.Max(0, z),
    "softplus": sp.log(1 + sp.exp(z)),
    "elu": sp.Piecewise((z, z > 0), (sp.exp(z) - 1, True)),
    "prelu": sp.Piecewise((z, z > 0), (z / 4, True)),
    "linear": z,
    "hard_limit": sp.Piecewise((1, z >= 0), (0, True)),
    "scaled_sigmoid": 1 / (1 + sp.exp(-z)),
}


def ids(f):
    return str(f)


def exact_forms(f, at):
    """Output and derivative of the entry's own formulas, exactly, at a rational point."""
    out = evaluate(f.formula(Quantity("net")), {"net": at}, exact())
    slope = evaluate(f.derivative(Quantity("net"), Quantity("out")), {"net": at, "out": out}, exact())
    return out, slope


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_the_formula_is_the_textbook_function(name):
    for at in POINTS:
        ours, _ = exact_forms(bp.activation(name), at)
        assert abs(sp.N(ours - TEXTBOOK[name].subs(z, at), 30)) < 1e-25


@pytest.mark.parametrize("f", SPECS, ids=ids)
def test_the_derivative_is_sympys(f):
    formula = evaluate(f.formula(Quantity("net")), {"net": z}, exact())
    for at in POINTS:
        _, slope = exact_forms(f, at)
        assert abs(sp.N(slope - sp.diff(formula, z).subs(z, at), 30)) < 1e-25


@pytest.mark.parametrize("f", SPECS, ids=ids)
def test_the_numpy_forms_are_the_formulas(f):
    points = np.array([[float(p) for p in POINTS]])
    a, slope = f(points), f.f_prime(points, f(points))
    for n, at in enumerate(POINTS):
        exact_out, exact_slope = exact_forms(f, at)
        assert a[0, n] == pytest.approx(float(exact_out), rel=1e-14, abs=1e-300)
        assert slope[0, n] == pytest.approx(float(exact_slope), rel=1e-13, abs=1e-300)


@pytest.mark.parametrize("f", SPECS, ids=ids)
def test_the_form_computed_in_floats_equals_the_form_shown(f):
    """The stable forms of formula and derivative, against the shown ones in exact arithmetic."""
    for at in POINTS:
        out, slope = exact_forms(f, at)
        net = np.float64(float(at))
        computed_out = evaluate(f.formula(Quantity("net")), {"net": net})
        computed = evaluate(f.derivative(Quantity("net"), Quantity("out")), {"net": net, "out": computed_out})
        assert computed_out == pytest.approx(float(out), rel=1e-13, abs=1e-300)
        assert computed == pytest.approx(float(slope), rel=1e-13, abs=1e-300)


@pytest.mark.parametrize("f", SPECS, ids=ids)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_at_a_thousand_everything_is_finite_and_keeps_its_type(f, dtype):
    points = np.array([[-1000, -100, 0, 100, 1000]], dtype=dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        a = f(points)
        slope = f.f_prime(points, a)
    assert np.isfinite(a).all()
    assert np.isfinite(slope).all()
    assert (a.dtype, slope.dtype) == (dtype, dtype)


@pytest.mark.parametrize("f", SPECS, ids=ids)
def test_outputs_stay_in_the_stated_range(f):
    a = f(np.linspace(-30, 30, 601)[None])
    assert (a >= f.low).all()
    assert (a <= f.high).all()


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_outputs_come_as_near_as_one_likes_to_the_ends_of_the_stated_range(name):
    f = bp.activation(name)
    far = f(np.array([[-1e3, 1e3]]))
    ends = [end for end in (f.low, f.high) if np.isfinite(end)]
    assert all(np.abs(far - end).min() < 1e-12 for end in ends)
    grows = {"relu", "prelu", "elu", "softplus", "linear"}
    assert (f.high == np.inf, f.low == -np.inf) == (name in grows, name in {"prelu", "linear"})


@pytest.mark.parametrize("f", [f for f in SPECS if f.parameters], ids=ids)
@pytest.mark.parametrize("constants", [1.0, 0.5, 2.5])
def test_with_its_constants_as_names_it_is_the_same_function(f, constants):
    values = {name: constants + n for n, name in enumerate(f.parameters)}
    same = bp.activation(f.name, **values)
    out, slope = f.general(Quantity("net"), **{name: Quantity(name) for name in values})
    for at in (-2.75, -0.5, 0.25, 1.5, 3.0):
        known = {"net": at, **values}
        assert float(evaluate(out, known)) == pytest.approx(same(np.array([[at]]))[0, 0], rel=1e-12)
        a = same(np.array([[at]]))
        assert float(evaluate(slope, known)) == pytest.approx(same.f_prime(np.array([[at]]), a)[0, 0], rel=1e-12)


@pytest.mark.parametrize("e", [0.3 + 0.4j, 1e-30j, 1e-20 + 1e-30j, 1 - 0.5j])
def test_the_logarithm_keeps_a_small_complex_number(e):
    found = log1p(np.array([e]))[0]
    with mpmath.workdps(60):
        exactly = mpmath.log(1 + mpmath.mpc(e))
    assert found.real == pytest.approx(float(exactly.real), rel=1e-14, abs=1e-59)
    assert found.imag == pytest.approx(float(exactly.imag), rel=1e-14)


@pytest.mark.parametrize("highest", [3, 3.89, 3.9, 20, 700])
def test_many_sigmoid_slopes_keep_their_digits_however_near_to_1_one_output_is(highest):
    f, z = bp.activation("sigmoid"), np.linspace(-700, highest, 401)[:, None]
    with mpmath.workdps(50):
        exact = [float(1 / (1 + mpmath.exp(-v)) / (1 + mpmath.exp(v))) for v in z[:, 0].tolist()]
    assert f.f_prime(z, f(z))[:, 0] == pytest.approx(exact, rel=1e-14, abs=0)


def test_a_saturated_sigmoid_slope_keeps_its_digits():
    """At 40 the output rounds to 1, so out (1 - out) would be 0; the slope is e^-40 to first order."""
    f = bp.activation("sigmoid")
    points = np.array([[40.0]])
    assert f.f_prime(points, f(points))[0, 0] == pytest.approx(4.248354255291589e-18, rel=1e-12)


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=6), st.floats(-700, 700))
def test_softmax_sums_to_one_and_ignores_a_common_shift(nets, shift):
    f = bp.activation("softmax")
    a = f(np.array(nets)[:, None])
    assert a.sum() == pytest.approx(1)
    assert f(np.array(nets)[:, None] + shift) == pytest.approx(a, abs=1e-9)


@pytest.mark.parametrize("n", [1, 2, 4])
def test_softmax_local_derivatives_are_sympys(n):
    nets = [sp.Symbol(f"n{j}", real=True) for j in range(n)]
    f = bp.activation("softmax")
    names = [Quantity(f"n{j}") for j in range(n)]
    outs = [evaluate(f.output(names, j), {f"n{j}": s for j, s in enumerate(nets)}, exact()) for j in range(n)]
    values = {**{f"n{j}": s for j, s in enumerate(nets)}, **{f"o{j}": out for j, out in enumerate(outs)}}
    o = [Quantity(f"o{j}") for j in range(n)]
    for i in range(n):
        for j in range(n):
            ours = evaluate(f.local(names, o, i, j), values, exact())
            assert sp.simplify(ours - sp.diff(outs[i], nets[j])) == 0


def test_softmax_pull_back_is_the_jacobian_transposed():
    rng = np.random.default_rng(1)
    z_values, g = rng.normal(size=(3, 2)), rng.normal(size=(3, 2))
    f = bp.activation("softmax")
    a = f(z_values)
    for s in range(2):
        jacobian = np.diag(a[:, s]) - np.outer(a[:, s], a[:, s])
        assert f.pull_back(g, z_values, a)[:, s] == pytest.approx(jacobian.T @ g[:, s])


def test_article_1_halves_the_derivative_of_the_bipolar_sigmoid():
    """Its formula is (1 - e^-x)/(1 + e^-x); at 0 the slope is 1/2, not the 1 - 0 that the article gives."""
    f = bp.activation("bipolar_sigmoid")
    assert f.f_prime(np.array([[0.0]]), np.array([[0.0]])) == 0.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bp.activation("sigmiod"), "there is no 'sigmiod' \\(did you mean 'sigmoid'\\?\\)"),
        (lambda: bp.activation("elu", beta=1), "elu has the constants alpha, not 'beta'"),
        (lambda: bp.activation("relu", alpha=1), "relu has no constants, not 'alpha'"),
        (lambda: bp.activation("scaled_sigmoid", A=0), "A must be above zero"),
        (lambda: bp.activation("elu", alpha=float("nan")), "alpha must be a finite number, not nan"),
    ],
)
def test_a_wrong_choice_gets_one_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_constant_that_is_text_gets_one_sentence():
    with pytest.raises(TypeError, match="alpha must be a number, not str"):
        bp.activation("prelu", alpha="0.2")


def test_a_number_stays_a_number_in_the_formula():
    assert bp.activation("relu").derivative(Quantity("net"), Quantity("out")).above == Number(1)


@pytest.mark.parametrize(("alpha", "below"), [(1, "; e^net_o1 - 1 if"), (0.5, "; 0.5·(e^net_o1 - 1) if")])
def test_a_factor_of_one_is_not_written(alpha, below):
    net = bp.Network([[[-1.0]]], activations=bp.activation("elu", alpha=alpha))
    assert below in bp.derive(net, [1], [0]).text()


#: The functions on either side of 0, for mpmath, also where floats overflow.
FAR = {
    "sigmoid": lambda v: 1 / (1 + mpmath.exp(-v)),
    "bipolar_sigmoid": lambda v: mpmath.tanh(v / 2),
    "tanh": mpmath.tanh,
    "softplus": lambda v: mpmath.log1p(mpmath.exp(v)),
    "elu": lambda v: v if v > 0 else mpmath.expm1(v),
    "relu": lambda v: max(v, 0),
}


@pytest.mark.parametrize("name", FAR)
@pytest.mark.parametrize("at", [-1000.0, -30.0, -1.0, -1e-9, 1e-9, 1.0, 30.0, 1000.0])
def test_the_complex_step_is_finite_and_right_however_far_from_zero(name, at):
    step = 1e-30
    found = bp.activation(name)(np.array([[at + 1j * step]]))[0, 0]
    with mpmath.workdps(50):
        value, slope = FAR[name](mpmath.mpf(at)), mpmath.diff(FAR[name], at)
        exactly = float(value), float(slope) if abs(slope) > 1e-40 else 0.0
    assert found.real == pytest.approx(exactly[0], rel=1e-14, abs=1e-300)
    assert found.imag / step == pytest.approx(exactly[1], rel=1e-12, abs=1e-40)


def test_a_column_of_softmax_knows_nothing_of_the_others():
    f = bp.activation("softmax")
    nets = np.array([[0.0, 2000.0], [1.0, 2001.0]])
    share = 1 / (1 + math.e)
    assert f(nets) == pytest.approx(np.array([[share, share], [1 - share, 1 - share]]), rel=1e-14)


def test_softmax_has_no_form_for_a_unit_by_itself():
    f = bp.activation("softmax")
    for form in (f.formula, f.derivative, f.function, f.slope):
        with pytest.raises(TypeError, match=r"^softmax works on a whole layer, not on a unit by itself$"):
            form(1.0)
    assert (f.low, f.high) == (0, 1)


@pytest.mark.parametrize(
    ("name", "constants"),
    [
        ("scaled_sigmoid", {"A": 1, "B": 1}),
        ("elu", {"alpha": 1}),
        ("prelu", {"alpha": 0.25}),
        ("relu", {}),
        ("softmax", {}),
    ],
)
def test_the_constants_that_are_not_given_are_those_of_the_articles_and_papers(name, constants):
    assert dict(bp.activation(name).parameters) == constants
