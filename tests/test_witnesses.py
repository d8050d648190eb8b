import dataclasses
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given

import bpviz as bp
from bpviz.calculus import passes
from bpviz.derivation.sympy_witness import PRECISIONS, _settled, by_sympy, is_asked
from bpviz.derivation.witnesses import WitnessError, by_complex_step, check_gradients, sizes
from bpviz.networks.by_name import ByName
from bpviz.networks.exercise import exercise

from .networks import cases, examples, often, size_of_terms, two_three_two
from .witness import TEXTBOOK, tried


def derivation(wrt="w1", **more):
    ex = two_three_two()
    return bp.derive(more.pop("net", ex.network), ex.x, ex.target, wrt=wrt, learning_rate=0.5, **more)


def test_the_table_has_all_four_columns_and_agrees_on_article_2():
    check = derivation(None).check()
    assert len(check.rows) == 14
    assert all(row.agree for row in check.rows)
    assert check.largest_difference < 1e-15
    for column in ("parameter", "product of factors", "backward pass", "sympy.diff", "complex step", "agree"):
        assert column in str(check).splitlines()[0]


@examples(25)
@given(cases(max_units=2, max_layers=2))
def test_the_witnesses_agree_on_random_networks(case):
    d = bp.derive(case.net, case.x, case.target)
    assert len(d.check().rows) == len(case.net.parameters)


@examples(25)
@given(cases(max_units=3, max_layers=3))
def test_backward_equals_sympy_and_the_complex_step(case):
    grads = bp.backward(case.net, bp.forward(case.net, case.x), case.target)
    scale = size_of_terms(case.net, case.x, case.target)
    name = list(case.net.parameters)[len(case.net.parameters) // 2]
    for witness in (by_sympy, by_complex_step):
        told = witness(exercise(case.net, case.x, case.target), name)
        assert told == pytest.approx(grads[name], rel=1e-9, abs=1e-12 * scale)


def test_a_wrong_slope_in_the_derivation_fails_loudly():
    f = bp.activation("sigmoid")
    wrong = dataclasses.replace(f, derivative=lambda net, out: out)  # the factor (1 - out) is lost
    ex = two_three_two()
    net = bp.Network(ex.network.weights, [0.35, 0.65], wrong, weight_names=ex.network.weight_names)
    with pytest.raises(WitnessError, match="the witnesses disagree about w1") as caught:
        derivation(net=net).check()
    assert "NO" in str(caught.value)


@pytest.fixture
def doubled(monkeypatch):
    """A backward pass that gives every weight twice its gradient."""
    right = passes.errors_back

    def twice(*given):
        delta, dW, db = right(*given)
        return delta, [2 * each for each in dW], db

    monkeypatch.setattr(passes, "errors_back", twice)


@pytest.mark.usefixtures("doubled")
def test_every_parameter_that_witnesses_disagree_about_is_named():
    net = bp.Network([[[0.3, -0.4]]])
    with pytest.raises(WitnessError, match=r"the witnesses disagree about w1\[1,1\], w1\[1,2\]\n"):
        bp.derive(net, [0.7, 0.9], [0.2]).check()


def test_a_sign_flipped_in_backward_fails_loudly(monkeypatch):
    right = passes.errors_back

    def flipped(*given):
        delta, dW, db = right(*given)
        return delta, [-g for g in dW], db

    monkeypatch.setattr(passes, "errors_back", flipped)
    with pytest.raises(WitnessError):
        derivation().check()


def test_names_are_escaped_in_the_html_table():
    name = "<img src=x onerror=alert(1)>"
    net = bp.Network([[[0.5]]], weight_names=[[[name]]])
    html = bp.derive(net, [1], [0], wrt=name).check()._repr_html_()
    assert "<img" not in html
    assert "&lt;img" in html


@pytest.mark.parametrize(
    ("net", "x", "target"),
    [
        (bp.Network([[[40.0]]]), [1], [1]),
        (bp.Network([[[100.0]]], activations="tanh"), [1], [1]),
        (
            bp.Network([[[1.0]], [[1.0], [2.0], [3.0]]], [0.1, 0.3], ["tanh", "softmax"], "categorical_cross_entropy"),
            [1],
            [0.2, 0.3, 0.5],
        ),
    ],
)
def test_rounding_where_everything_cancels_is_no_disagreement(net, x, target):
    """Saturation, and a shared bias before softmax, whose gradient is exactly 0."""
    assert all(row.agree for row in bp.derive(net, x, target).check().rows)


@pytest.mark.parametrize("z", [-1000.0, -300.0, -40.0, 0.0, 300.0, 1000.0])
@pytest.mark.parametrize("name", sorted(set(bp.ACTIVATIONS) - {"softmax"}))
def test_the_witnesses_agree_at_zero_and_far_from_it(name, z):
    """A hidden unit and an output whose net input is this, with every loss that suits."""
    for loss in ("half_squared_error", "mean_squared_error", "binary_cross_entropy"):
        nets = [bp.Network([[[z]], [[0.5]]], activations=[name, "sigmoid"], loss=loss)]
        if loss != "binary_cross_entropy" or name == "sigmoid":
            nets.append(bp.Network([[[z]]], activations=name, loss=loss))
        for net in nets:
            assert all(row.agree for row in bp.derive(net, [1.0], [0.3]).check().rows)


@pytest.mark.parametrize("z", [-1000.0, 0.0, 1000.0])
@pytest.mark.parametrize("loss", ["categorical_cross_entropy", "half_squared_error"])
def test_the_witnesses_agree_on_a_softmax_that_is_sure(loss, z):
    net = bp.Network([[[z], [1.0]]], activations="softmax", loss=loss)
    assert all(row.agree for row in bp.derive(net, [1.0], [0.3, 0.7]).check().rows)


def test_stacked_softmax_layers_are_checked_formula_by_formula():
    import numpy as np

    rng = np.random.default_rng(0)
    net = bp.Network([rng.normal(size=(3, 3)) for _ in range(4)], activations="softmax")
    (row,) = bp.derive(net, [1, 2, 3], [0, 1, 0], wrt="w1[1,1]").check().rows
    assert row.agree
    assert row.sympy_diff == pytest.approx(row.complex_step, rel=1e-12)


def test_formula_by_formula_and_composed_are_the_same(monkeypatch):
    from bpviz.derivation import sympy_witness

    ex = two_three_two()
    composed = [by_sympy(exercise(ex.network, ex.x, ex.target), name) for name in ("w1", "b1", "w8")]
    monkeypatch.setattr(sympy_witness, "MOST_COMPOSED", 0)
    chained = [by_sympy(exercise(ex.network, ex.x, ex.target), name) for name in ("w1", "b1", "w8")]
    assert chained == pytest.approx(composed, rel=1e-13)


#: What rounding on the way may add up to, in units in the last place of the largest terms.
LAST_PLACES = 500


def test_the_reference_finds_no_wrong_digit_in_random_networks():
    """A small draw of ``make witness``: a wrong formula is off by some 1e15 units."""
    worst = tried(often(240), seed=3)
    assert {key for key in worst if key.startswith("activation")} >= {f"activation: {name}" for name in TEXTBOOK}
    assert {key for key in worst if key.startswith("loss")} == {f"loss: {name}" for name in bp.LOSSES}
    assert {key: row.where for key, row in worst.items() if not row.units < LAST_PLACES} == {}


@pytest.mark.usefixtures("doubled")
def test_the_reference_finds_a_wrong_formula():
    worst = tried(3, seed=3)
    assert worst["way: backward"].units > 1e6
    assert worst["way: derive"].units < LAST_PLACES


@pytest.mark.parametrize(("dtype", "off", "refused"), [
    ("float64", 1e-7, True), ("float64", 1e-11, False), ("float32", 1e-2, True), ("float32", 1e-6, False),
])  # fmt: skip
def test_a_gradient_is_refused_as_soon_as_it_is_off_by_more_than_its_floats(dtype, off, refused):
    ex = bp.articles.example("2-3-2")
    net = bp.Network([W.astype(dtype) for W in ex.network.weights], activations="tanh")
    given = exercise(net, ex.x, ex.target)
    right = bp.derive(net, ex.x, ex.target).gradients
    told = {name: value * (1 + off) for name, value in right.items()}
    if refused:
        with pytest.raises(WitnessError):
            check_gradients(given, told, ())
    else:
        assert all(row.agree for row in check_gradients(given, told, ()).rows)


def test_a_gradient_that_is_no_number_is_noticed_wherever_it_comes(monkeypatch):
    from . import witness

    right, count = witness.answers, iter(range(1000))

    def now_and_then(case, page=None):
        for way, gradients in right(case, page):
            spoilt = {name: float("nan") for name in gradients} if next(count) == 7 else gradients
            yield way, spoilt

    monkeypatch.setattr(witness, "answers", now_and_then)
    assert max(row.units for row in witness.tried(8).values()) == float("inf")


def test_the_table_of_a_check_shows_what_every_witness_says():
    """dE/dw7 of the 2-3-2 net, worked out by hand in test_slips_by_hand; a witness that was not asked says so."""
    ex = two_three_two()
    check = bp.derive(ex.network, ex.x, ex.target, wrt="w7").check()
    (row,) = check.table().rows
    assert row == ("w7", *["0.0780638755"] * 4, "yes")
    assert len(check.table().head) == len(row)
    unasked = dataclasses.replace(check.rows[0], sympy_diff=None)
    assert dataclasses.replace(check, rows=(unasked,)).table().rows[0][3] not in ("0", "nan", "0.0780638755")


@pytest.mark.parametrize("loss", ["mean_squared_error", "half_squared_error"])
def test_large_networks_are_held_against_sympy_layer_by_layer(loss):
    net = bp.initialise((4, 8, 8, 3), seed=1, loss=loss)
    check = bp.derive(net, [0.5, -0.5, 1, 0.25], [0.1, 0.5, 0.9], wrt="w1[1,1]").check()
    assert check.rows[0].sympy_diff == pytest.approx(check.rows[0].backward, rel=1e-12)


def test_sympy_is_asked_for_a_batch_formula_by_formula(monkeypatch):
    from bpviz.derivation import sympy_witness

    def of_all_samples_as_one(given, name):
        raise AssertionError("a loss of 40 samples is never written as one formula")

    monkeypatch.setattr(sympy_witness, "_composed", of_all_samples_as_one)
    net, rng = bp.initialise((2, 3, 2), seed=1), np.random.default_rng(1)
    checked = bp.derive(net, rng.uniform(size=(40, 2)), rng.uniform(size=(40, 2))).check()
    assert all(row.agree and row.sympy_diff is not None for row in checked.rows)


@pytest.mark.parametrize(
    ("values", "about", "found", "asked"),
    [
        ([2, 2], 0.0, 2, 2),
        ([2, 2 + 1e-15, 2 + 2e-15, 2 + 2e-15], 0.0, 2 + 2e-15, 4),
        ([0.5, 0.25, 0.125, 0.0625, 0.0625], 0.0, 0.0625, 5),
        ([5, 4, 3, 2, 1], 0.0, 1, 5),
        ([1e-41, 1e-61, 1e-121, 1, 1], 0.0, 1e-121, 3),  # what is 0 to a hundred digits
        ([1e-41, 1e-61, 1e-121, 1, 1], 1e-30, 1e-121, 3),
        ([1e-41, 1e-61, 1e-121, 1e-150, 1e-150], 1e-150, 1e-150, 5),  # unless others say that it is so small
        ([1e-101, 1e-102, 1e-50, 1e-50, 1], 0.0, 1e-50, 4),  # forty and sixty digits tell nothing of that
        ([ZeroDivisionError, ValueError, 3, math.inf, 3], 0.0, 3, 5),
        ([math.nan, 7, 7, 1, 1], 0.0, 7, 3),
        ([0, 0, 0, 1, 1], 0.0, 0, 3),
    ],
)
def test_a_number_is_settled_where_two_precisions_agree_or_nothing_is_left(values, about, found, asked):
    digits = []

    def value(precision):
        digits.append(precision)
        answer = values[PRECISIONS.index(precision)]
        if isinstance(answer, type):
            raise answer
        return mpmath.mpf(answer)

    assert _settled(value, about) == found
    assert digits == list(PRECISIONS[:asked])


def test_what_no_precision_can_tell_is_no_number():
    def value(precision):
        raise ZeroDivisionError

    assert math.isnan(_settled(value, 0.0))


def of_sizes(net, x, target, **more):
    found = ByName(net.layout, *sizes(exercise(net, x, target, 0.5, **more)))
    return {name: float(found[name]) for name in net.parameters}


def test_how_large_a_gradient_would_be_if_nothing_cancelled_is_worked_out_by_hand():
    """|out| + |target| stands for the difference; 3 and -7 make 10, and the input 3 makes 30 of it."""
    one = bp.Network([[[1.0]]], [[0.0]], "linear")
    assert of_sizes(one, [3], [-7]) == {"w1[1,1]": 30, "b1[1]": 10}
    assert of_sizes(one, [[3], [-1]], [[-7], [1]]) == {"w1[1,1]": (30 + 2) / 2, "b1[1]": (10 + 2) / 2}
    assert of_sizes(one, [[3], [-1]], [[-7], [1]], reduction="sum") == {"w1[1,1]": 32, "b1[1]": 12}


def test_a_loss_of_probabilities_and_softmax_count_the_share_of_every_output():
    """h = 3, and out = 1/2 with the target 1: 1.5 and half of it make 2.25, twice that goes back through h."""
    net = bp.Network([[[1.0]], [[-2.0]]], [[0.0], [6.0]], ["linear", "sigmoid"], "binary_cross_entropy")
    assert of_sizes(net, [3], [1]) == {"w1[1,1]": 13.5, "b1[1]": 4.5, "w2[1,1]": 6.75, "b2[1]": 2.25}
    shares = bp.Network([[[1.0], [1.0]]], [[0.0, 0.0]], "softmax")
    assert of_sizes(shares, [2], [1, 0]) == {"w1[1,1]": 5, "w1[2,1]": 3, "b1[1]": 2.5, "b1[2]": 1.5}


@pytest.mark.parametrize(
    ("sizes_of_layers", "n_samples", "names", "asked"),
    [
        ((1, 1), 150_000, ["w1[1,1]"], True),  # a weight and a bias in every sample: 300,000 products
        ((1, 1), 150_001, ["w1[1,1]"], False),
        (
            (1, 1, 2),
            30_000,
            ["w1[1,1]", "b1[1]", "w2[1,1]"],
            True,
        ),  # 6 of them, and 2 weights ahead of either in layer 1
        ((1, 1, 2), 30_001, ["w1[1,1]", "b1[1]", "w2[1,1]"], False),
    ],
)
def test_sympy_is_asked_for_so_many_products_at_most(sizes_of_layers, n_samples, names, asked):
    net = bp.initialise(sizes_of_layers)
    x, target = [[0.5]] * n_samples, [[0.5] * sizes_of_layers[-1]] * n_samples
    assert is_asked(exercise(net, x, target, 0.5), names) is asked


@pytest.mark.parametrize(("units", "asked"), [(24, True), (25, False)])
def test_sympy_is_asked_about_a_softmax_of_24_units_at_most(units, asked):
    for activations in (["softmax", "sigmoid"], ["sigmoid", "softmax"]):
        hidden, out = (units, 1) if activations[0] == "softmax" else (1, units)
        given = exercise(bp.initialise((1, hidden, out), activations=activations), [1], [1] + [0] * (out - 1), 0.5)
        assert is_asked(given, ["w1[1,1]"]) is asked
    assert is_asked(exercise(bp.initialise((1, 40)), [1], [0.5] * 40, 0.5), ["w1[1,1]"])
