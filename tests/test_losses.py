import mpmath
import numpy as np
import pytest
import sympy as sp

import bpviz as bp
from bpviz.formula.arithmetic import evaluate, exact
from bpviz.formula.tree import Quantity
from bpviz.networks.losses import fused, loss

PAIRS = [
    ("binary_cross_entropy", bp.activation("sigmoid")),
    ("binary_cross_entropy", bp.activation("scaled_sigmoid", A=1, B=0.4)),
    ("categorical_cross_entropy", bp.activation("softmax")),
]
o, t = sp.symbols("o t", positive=True)
TEXTBOOK = {
    "half_squared_error": (t - o) ** 2 / 2,
    "mean_squared_error": (t - o) ** 2 / 3,
    "binary_cross_entropy": -(t * sp.log(o) + (1 - t) * sp.log(1 - o)),
    "categorical_cross_entropy": -t * sp.log(o),
}


@pytest.mark.parametrize("name", bp.LOSSES)
def test_the_part_of_one_output_is_the_textbook_formula(name):
    ours = evaluate(loss(name).part(Quantity("o"), Quantity("t"), 3), {"o": o, "t": t}, exact())
    assert sp.simplify(ours - TEXTBOOK[name]) == 0


@pytest.mark.parametrize("name", bp.LOSSES)
def test_the_derivative_is_sympys(name):
    ours = evaluate(loss(name).derivative(Quantity("o"), Quantity("t"), 3), {"o": o, "t": t}, exact())
    assert sp.simplify(ours - sp.diff(TEXTBOOK[name], o)) == 0


@pytest.mark.parametrize("name", bp.LOSSES)
def test_the_numpy_forms_are_the_formulas(name):
    a, target = np.array([[0.2], [0.7], [0.1]]), np.array([[0.5], [0.25], [0.25]])
    entry = loss(name)
    for j in range(3):
        at = {o: sp.Rational(str(a[j, 0])), t: sp.Rational(str(target[j, 0]))}
        assert entry.function(a, target, 3)[j, 0] == pytest.approx(float(TEXTBOOK[name].subs(at)))
        assert entry.slope(a, target, 3)[j, 0] == pytest.approx(float(sp.diff(TEXTBOOK[name], o).subs(at)))


def outputs_and_total(name, f, n=3):
    """Symbols, and outputs and total loss as SymPy composes them from the net inputs."""
    nets = [sp.Symbol(f"net{j}", real=True) for j in range(n)]
    targets = [sp.Symbol(f"target{j}", positive=True) for j in range(n)]
    names = [Quantity(f"net{j}") for j in range(n)]
    values = {f"net{j}": s for j, s in enumerate(nets)} | {f"target{j}": s for j, s in enumerate(targets)}
    outs = [evaluate(f.output(names, j), values, exact()) for j in range(n)]
    total = sum(TEXTBOOK[name].subs({o: out, t: target}, simultaneous=True) for out, target in zip(outs, targets))
    return nets, targets, outs, total, values


@pytest.mark.parametrize(("name", "f"), PAIRS, ids=str)
def test_fused_formulas_equal_the_composed_ones(name, f):
    nets, targets, outs, total, values = outputs_and_total(name, f)
    pair = fused(loss(name), f)
    q = lambda kind: [Quantity(f"{kind}{j}") for j in range(3)]
    numbers = dict(zip(nets, (sp.Rational(-3, 4), sp.Rational(2), sp.Rational(1, 3)))) | dict(
        zip(targets, (sp.Rational(1, 5), sp.Rational(1, 2), sp.Rational(3, 10)))
    )
    at = {key: float(v.subs(numbers)) for key, v in values.items()} | {
        f"out{j}": float(out.subs(numbers)) for j, out in enumerate(outs)
    }
    parts = [evaluate(pair.part_of(q("net"), q("target"), j), at) for j in range(3)]
    assert sum(parts) == pytest.approx(float(total.subs(numbers)), rel=1e-13)
    for j in range(3):
        by_out = sp.diff(TEXTBOOK[name], o).subs({o: outs[j], t: targets[j]}, simultaneous=True)
        slope = evaluate(pair.slope_of(q("net"), q("target"), j), at)
        assert slope == pytest.approx(float(by_out.subs(numbers)), rel=1e-12)
        delta = pair.delta_of(q("net"), q("out"), q("target"), j)
        expected = float(sp.diff(total, nets[j]).subs(numbers))
        assert evaluate(delta.shown, at) == pytest.approx(expected, rel=1e-12)
        assert evaluate(delta.computed, at) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("name", "f"), PAIRS, ids=str)
def test_fused_numpy_forms_equal_the_composed_ones(name, f):
    nets, targets, _, total, _ = outputs_and_total(name, f)
    z, target = np.array([[-0.75], [2.0], [0.5]]), np.array([[0.25], [0.5], [0.25]])
    numbers = dict(zip(nets, map(sp.Rational, map(str, z[:, 0])))) | dict(
        zip(targets, map(sp.Rational, map(str, target[:, 0])))
    )
    entry = loss(name)
    assert entry.value(f, z, f(z), target)[0] == pytest.approx(float(total.subs(numbers)), rel=1e-13)
    expected = [float(sp.diff(total, net).subs(numbers)) for net in nets]
    assert entry.delta(f, z, f(z), target)[:, 0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("name", "f"), PAIRS, ids=str)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_cross_entropy_survives_nets_of_a_thousand(name, f, dtype):
    z = np.array([[1000, -1000], [-1000, 1000]], dtype=dtype)
    target = np.array([[0, 0], [1, 1]], dtype=dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        value = loss(name).value(f, z, f(z), target)
        delta = loss(name).delta(f, z, f(z), target)
    assert np.isfinite(value).all()
    assert value[0] > 900  # certain and wrong
    assert value[1] == 0  # certain and right
    assert np.isfinite(delta).all()


def test_cross_entropy_cancels_the_slope_of_the_sigmoid():
    """Article 4: with cross-entropy the delta of an output is out - target."""
    f = bp.activation("sigmoid")
    z, target = np.array([[0.3], [-2.0]]), np.array([[1.0], [0.2]])
    a = 1 / (1 + np.exp(-z))
    assert loss("binary_cross_entropy").delta(f, z, a, target) == pytest.approx(a - target)


@pytest.mark.parametrize("name", ["binary_cross_entropy", "categorical_cross_entropy"])
def test_cross_entropy_refuses_outputs_that_are_no_probabilities(name):
    with pytest.raises(ValueError, match=f"loss: {name} takes the logarithm of the outputs, so the last layer needs"):
        bp.Network([[[1.0]]], activations="tanh", loss=name)


#: Net inputs of a softmax layer and targets, where one output is nearly sure.  An output that rounds to its target has
#: no squared error left in floats.
SURE = [
    ("categorical_cross_entropy", [40.0, 0.0], [1.0, 0.0]),
    ("categorical_cross_entropy", [0.0, -800.0, -36.0], [1.0, 0.0, 0.0]),
    ("categorical_cross_entropy", [30.0, 0.0], [0.5, 0.5]),
    ("mean_squared_error", [30.0, 0.0], [0.5, 0.5]),
]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("loss", "nets", "target"), SURE)
def test_softmax_keeps_the_digits_of_what_is_nearly_sure(loss, nets, target, dtype):
    net = bp.Network([np.array([[z] for z in nets], dtype=dtype)], activations="softmax", loss=loss)
    grads = bp.backward(net, bp.forward(net, [1.0]), target)
    net64 = net.in_float64()
    derivation = bp.derive(net64, [1.0], target)
    with mpmath.workdps(60):
        e = [mpmath.exp(mpmath.mpf(z)) for z in nets]
        outs, t = [one / mpmath.fsum(e) for one in e], [mpmath.mpf(one) for one in target]
        if loss == "categorical_cross_entropy":
            error, by_out = -mpmath.fsum(a * mpmath.log(o) for a, o in zip(t, outs)), [-a / o for a, o in zip(t, outs)]
        else:
            error = mpmath.fsum((a - o) ** 2 for a, o in zip(t, outs)) / len(t)
            by_out = [2 * (o - a) / len(t) for a, o in zip(t, outs)]
        mean = mpmath.fsum(o * g for o, g in zip(outs, by_out))
        deltas = [float(o * (g - mean)) for o, g in zip(outs, by_out)]
        error = float(error)
    digits = 1e-6 if dtype == np.float32 else 1e-14
    assert float(grads.loss) == pytest.approx(error, rel=digits, abs=0)
    assert grads.weights[0][:, 0].tolist() == pytest.approx(deltas, rel=digits, abs=1e-45)
    assert derivation.values["E_total"] == pytest.approx(error, rel=1e-14, abs=0)
    assert [derivation.gradients[name] for name in net64.parameters] == pytest.approx(deltas, rel=1e-14, abs=1e-300)
    said, slopes = bp.compiled(net64, update=False)(tuple(net64.numbers.values()), (1.0,), tuple(target))
    assert said == pytest.approx(error, rel=1e-14, abs=0)
    assert list(slopes) == pytest.approx(deltas, rel=1e-14, abs=1e-300)
