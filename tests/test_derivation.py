import re
from dataclasses import replace

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given

import bpviz as bp
from bpviz.formula.arithmetic import evaluate, exact
from bpviz.networks.names import Symbol
from bpviz.steps.step import PHASES

from .networks import HIDDEN, THOROUGH, cases, examples, output_activations, size_of_terms, two_three_two


@pytest.fixture
def example():
    return two_three_two()


def derive(ex, wrt=None, **more):
    return bp.derive(ex.network, ex.x, ex.target, wrt=wrt, learning_rate=ex.learning_rate, **more)


def cut_derivative(d, of, by):
    """d(of)/d(by) by SymPy: `by` becomes free, all that follows from it is composed, and sympy.diff takes over."""
    free = sp.Symbol("free")
    values = {name: sp.Float(value, 40) for name, value in d.given.items()}
    if by in values:
        values[by] = free
    for step in d.steps:
        values[step.name] = free if step.name == by else evaluate(step.expression, values, exact())
        if step.name == of:
            break
    slope = sp.lambdify(free, sp.diff(values[of], free), "mpmath", cse=True)
    with mpmath.workdps(60):  # SymPy's own evaluation goes on for ever where a difference is exactly 0
        return float(slope(mpmath.mpf(float(d.values[by]))))


def quantity_name(d, symbol):
    return next(name for name, known in d.symbols.items() if known == symbol)


def check_steps_against_sympy(d, known=None):
    """Every local factor, delta and gradient of a derivation, each as a derivative that SymPy takes by itself.

    `known` keeps what SymPy found for other derivations of the same network and sample.
    """
    known = {} if known is None else known
    checked = 0
    for step in d.steps:
        symbol = d.symbols[step.name]
        if symbol.kind == "delta":
            loss = Symbol("loss") if symbol.sample is None else Symbol("sample_loss", sample=symbol.sample)
            of, by = quantity_name(d, loss), quantity_name(d, replace(symbol, kind="net"))
        elif symbol.kind in ("ratio", "gathered"):
            of, by = quantity_name(d, symbol.numerator), quantity_name(d, symbol.denominator)
        else:
            continue
        checked += 1
        if (of, by) not in known:
            known[of, by] = cut_derivative(d, of, by)
        assert step.value == pytest.approx(known[of, by], rel=1e-9, abs=1e-11), step.name
    return checked


LOSS_PAIRS = [(loss, last) for loss in bp.LOSSES for last in output_activations(loss)]


#: Every activation in a hidden layer with every loss and what suits it; where time is short every activation and every
#: pair, but not each with each.
LAYERS = [
    (hidden, *pair)
    for n, hidden in enumerate(HIDDEN)
    for k, pair in enumerate(LOSS_PAIRS)
    if THOROUGH or k % len(HIDDEN) == n
]


def test_every_activation_and_every_loss_has_its_derivatives_tried():
    assert {hidden for hidden, _, _ in LAYERS} == set(HIDDEN)
    assert {(loss, last) for _, loss, last in LAYERS} == set(LOSS_PAIRS)


@pytest.mark.parametrize(("hidden", "loss", "last"), LAYERS)
def test_every_factor_delta_and_gradient_of_every_activation_and_loss_is_sympys(hidden, loss, last):
    net = bp.Network([[[0.6, -0.4], [0.3, 0.9]], [[0.7, -0.2], [-0.5, 0.8]]], [0.1, [0.2, -0.3]], [hidden, last], loss)
    known = {}  # the three derivations share factors
    for wrt, least in (("w2[1,2]", 4), ("w1[2,1]", 9), ("b1", 12)):
        d = bp.derive(net, [0.5, -1.5], [0.35, 0.65], wrt=wrt, learning_rate=0.1)
        assert check_steps_against_sympy(d, known) >= least


@examples(18)
@given(cases(max_layers=2))
def test_steps_are_sympys_on_random_networks_and_batches(case):
    d = bp.derive(case.net, case.x, case.target, learning_rate=0.1)
    assert check_steps_against_sympy(d) >= len(case.net.parameters)


@examples(60)
@given(cases())
def test_derivation_equals_backward_for_all_and_for_one(case):
    for reduction in ("mean", "sum"):
        grads = bp.backward(case.net, bp.forward(case.net, case.x), case.target, reduction=reduction)
        scale = size_of_terms(case.net, case.x, case.target)
        everything = bp.derive(case.net, case.x, case.target, reduction=reduction)
        for name in case.net.parameters:
            one = bp.derive(case.net, case.x, case.target, wrt=name, reduction=reduction)
            assert everything.gradients[name] == pytest.approx(grads[name], rel=1e-10, abs=1e-12 * scale)
            assert one.value == pytest.approx(grads[name], rel=1e-10, abs=1e-12 * scale)


def test_gradients_that_cancel_to_nothing_are_compared_at_the_size_of_their_terms():
    """All outputs meet their targets here: the gradients are some 1e-17, and what floats lose is as large."""
    net = bp.Network(
        [[[0.9]], [[0.4], [-0.7]], [[0.3, -0.2], [0.5, 0.1], [-0.6, 0.8]]],
        activations=["sigmoid", "relu", "softmax"], loss="categorical_cross_entropy",
    )  # fmt: skip
    x = [-0.72141064]
    target = bp.forward(net, x).output
    grads, d = bp.backward(net, bp.forward(net, x), target), bp.derive(net, x, target)
    scale = size_of_terms(net, x, target)
    assert scale > 0.1
    for name in net.parameters:
        assert d.gradients[name] == pytest.approx(grads[name], rel=1e-10, abs=1e-12 * scale)
    d.check()


@examples(30)
@given(cases())
def test_every_step_mentions_earlier_names_only(case):
    for wrt in (None, next(iter(case.net.parameters))):
        d = bp.derive(case.net, case.x, case.target, wrt=wrt, learning_rate=0.1)
        known = set(d.given)
        for step in d.steps:
            assert set(step.uses) <= known, step.name
            assert step.name not in known
            known.add(step.name)


@examples(30)
@given(cases())
def test_phases_come_in_order_within_a_sample(case):
    d = bp.derive(case.net, case.x[0], case.target[0], learning_rate=0.1)
    order = [list(PHASES).index(step.phase) for step in d.steps]
    assert order == sorted(order)


def test_the_factors_of_w7_are_those_of_article_2_in_its_order(example):
    d = derive(example, "w7")
    assert [step.name for step in d.factors] == ["dE_total/dout_o1", "dout_o1/dnet_o1", "dnet_o1/dw7"]
    assert [step.value for step in d.factors] == pytest.approx(
        [0.8910896615 - 0.01, 0.8910896615 * (1 - 0.8910896615), 0.9129342], abs=5e-8
    )
    assert (d.value, d.updated) == pytest.approx((0.0780638755, 0.3609680622), abs=5e-11)


def test_a_hidden_weight_shows_each_path_and_the_delta_that_gathers_them(example):
    d = derive(example, "w1")
    kinds = [step.kind for step in d.steps if step.phase == "chain"]
    assert kinds.count("path") == 2
    assert d.paths == (
        ("dE_total/dout_o1", "dout_o1/dnet_o1", "dnet_o1/dout_h1", "dout_h1/dnet_h1", "dnet_h1/dw1"),
        ("dE_total/dout_o2", "dout_o2/dnet_o2", "dnet_o2/dout_h1", "dout_h1/dnet_h1", "dnet_h1/dw1"),
    )
    assert sum(step.value for step in d.steps if step.kind == "path") == pytest.approx(d.value, rel=1e-14)
    assert d.by_name["dE_total/dw1|δ"].value == pytest.approx(d.value, rel=1e-14)
    assert d.by_name["delta_h1"].value * 5 == pytest.approx(d.value, rel=1e-14)


def test_a_shared_bias_has_a_path_for_every_unit_and_output(example):
    d = derive(example, "b1")
    assert len(d.paths) == 6
    assert d.by_name["dnet_h1/db1"].value == 1


def test_paths_too_many_to_write_are_gathered_by_the_deltas():
    rng = np.random.default_rng(0)
    net = bp.Network([rng.normal(size=(6, 6)) for _ in range(4)])
    d = bp.derive(net, rng.normal(size=6), rng.uniform(size=6), wrt="w1[1,1]")
    assert d.paths == ()
    assert "216 paths lead" in d.by_name["dE_total/dw1[1,1]"].sentence
    assert d.value == pytest.approx(bp.derive(net, d.x, d.target).gradients["w1[1,1]"], rel=1e-12)


def test_a_weight_used_twice_into_one_unit_multiplies_the_sum_of_what_it_meets():
    net = bp.Network([[[0.5, 0.5]]], weight_names=[[["w", "w"]]])
    d = bp.derive(net, [2, 3], [0], wrt="w")
    assert d.by_name["dnet_o1/dw"].value == 5
    d.check()


def test_the_number_of_steps_grows_linearly_with_the_network():
    def steps(width, depth):
        rng = np.random.default_rng(0)
        net = bp.Network([rng.normal(size=(width, width)) for _ in range(depth)])
        return len(bp.derive(net, np.ones(width), np.ones(width)).steps), len(net.parameters)

    for width, depth in ((2, 2), (4, 4), (8, 6)):
        count, parameters = steps(width, depth)
        assert count <= parameters + 6 * width * depth


def test_exact_values_of_a_rational_network_are_fractions():
    net = bp.Network([[[0.1, -0.2]], [[0.3]]], activations=["relu", "linear"], weight_names=[[["a", "b"]], [["c"]]])
    d = bp.derive(net, [7, 1], [1], wrt="a", learning_rate=0.1)
    values = d.exact()
    # net = 7/10 - 2/10 = 1/2, out = 3/20, E = (17/20)^2/2, dE/da = -(17/20) (3/10) 7
    assert values["E_total"] == sp.Rational(289, 800)
    assert values["dE_total/da"] == sp.Rational(-357, 200)
    assert values["a_new"] == sp.Rational(557, 2000)


def test_fifty_digits_agree_with_sympy_composing_the_loss(example):
    s = bp.symbolic(example.network)
    names = {symbol: sp.Rational(repr(value)) for symbol, value in s.values(example.x, example.target).items()}
    expected = sp.diff(s.loss, s.symbols["w1"]).subs(names).evalf(55)
    ours = derive(example, "w1").evaluate(digits=50)["dE_total/dw1"]
    assert abs(sp.Float(str(ours), 55) - expected) < sp.Float("1e-50")


@examples(15)
@given(cases(batches=False))
def test_float64_agrees_with_thirty_digits(case):
    d = bp.derive(case.net, case.x, case.target, learning_rate=0.1)
    for name, value in d.evaluate(digits=30).items():
        assert d.values[name] == pytest.approx(float(value), rel=1e-9, abs=1e-12)


def test_sympy_gives_each_step_in_earlier_symbols(example):
    formulas = derive(example, "w7").sympy()
    out, target = sp.symbols("out_o1 target_o1", real=True)
    assert formulas["E_o1"] == (target - out) ** 2 / 2
    assert formulas["dE_total/dout_o1"] == out - target


def test_in_another_notation_only_the_labels_change(example):
    d = derive(example, "w1")
    other = d.in_notation("z_a")
    assert other.values == d.values
    assert [step.name for step in other.steps] == [step.name for step in d.steps]
    assert "z^(1)_1 = w_1·a^(0)_1 + w_2·a^(0)_2 + b_1 = 0.1·5 + 0.15·10 + 0.35 = 2.35" in other.text()


def test_a_batch_writes_each_sample_and_then_their_mean(example):
    xs, targets = [[5, 10], [1, 2]], [[0.01, 0.99], [0.5, 0.5]]
    d = bp.derive(example.network, xs, targets, wrt="w7")
    each = [bp.derive(example.network, x, t, wrt="w7") for x, t in zip(xs, targets, strict=True)]
    assert d.values["E_total"] == pytest.approx(sum(e.values["E_total"] for e in each) / 2)
    assert d.value == pytest.approx(sum(e.value for e in each) / 2)
    assert "dE_total/dw7 = (dE/dw7(1) + dE/dw7(2))/2" in d.text()


def test_a_frozen_parameter_stays(example):
    d = derive(example, "b1", frozen=["b1"])
    assert d.updated == 0.35
    assert "frozen" in d.steps[-1].sentence


def test_a_corner_is_named_where_it_is_met():
    net = bp.Network([[[1.0]], [[1.0]]], activations=["relu", "linear"])
    d = bp.derive(net, [0.0], [1.0], wrt="w1[1,1]")
    assert d.notes == (
        "At h1 the net input is exactly 0: ReLU has a corner at 0, so it has no derivative there; "
        "0 is used, the slope on its left.",
    )
    assert bp.derive(net, [0.5], [1.0], wrt="w1[1,1]").notes == ()


def test_the_hard_limit_says_that_nothing_is_learnt_through_it():
    net = bp.Network([[[1.0]], [[1.0]]], activations=["hard_limit", "linear"])
    d = bp.derive(net, [0.5], [1.0], wrt="w1[1,1]")
    assert d.value == 0
    assert "its slope is 0, so no gradient passes h1" in d.notes[0]
    assert d.notes[0] in d.text()
    assert d.notes[0] in str(d.check())


@pytest.mark.parametrize("f", ["sigmoid", "tanh", "bipolar_sigmoid", "softplus", "elu", "relu", "softmax"])
@pytest.mark.parametrize("size", [-1000, 1000])
def test_gradients_at_a_thousand_are_finite_and_equal_the_backward_pass(f, size):
    for last, loss in (("sigmoid", "binary_cross_entropy"), ("softmax", "categorical_cross_entropy")):
        net = bp.Network([[[size, 0], [0, size]], [[1, -1], [1, 1]]], activations=[f, last], loss=loss)
        grads = bp.backward(net, bp.forward(net, [1, 1]), [1, 0])
        for name in net.parameters:
            value = bp.derive(net, [1, 1], [1, 0], wrt=name).value
            assert np.isfinite(value)
            assert value == pytest.approx(grads[name], rel=1e-9, abs=1e-290)


WRONG = [
    (lambda ex: derive(ex, "w13"), ValueError, "wrt: there is no 'w13' \\(did you mean"),
    (lambda ex: derive(ex, 7), TypeError, "wrt must be a name, not int"),
    (lambda ex: bp.derive(3, ex.x, ex.target), TypeError, "net must be a Network, not int"),
    (lambda ex: bp.derive(ex.network, ex.x, [1]), ValueError, "target must have 2 numbers"),
    (lambda ex: bp.derive(ex.network, ex.x, [ex.target]), ValueError, "target has shape \\(1, 2\\), but it must fit x"),
    (lambda ex: bp.derive(ex.network, ex.x, ex.target, learning_rate=-1), ValueError, "learning_rate must be above zero"),
    (lambda ex: derive(ex, notation="german"), ValueError, "notation: there is no 'german'"),
    (lambda ex: derive(ex, reduction="max"), ValueError, "reduction: there is no 'max'"),
    (lambda ex: derive(ex).value, ValueError, "wrt was not given"),
    (lambda ex: bp.derive(ex.network, ex.x, ex.target, wrt="w7").updated, ValueError, "learning_rate was not given"),
    (lambda ex: derive(ex).evaluate(digits=0), ValueError, "digits must be from 1 to 10000, not 0"),
    (lambda ex: derive(ex).text(digits=99), ValueError, "digits must be from 1 to 15, not 99"),
    (lambda ex: derive(ex).latex(digits="3"), TypeError, "digits must be a whole number, not str"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), WRONG, ids=[m for _, _, m in WRONG])
def test_bad_input_gets_one_sentence(example, call, kind, message):
    with pytest.raises(kind, match=message):
        call(example)


@pytest.mark.parametrize("name", ["dE_total/dw", "net_o1", "out_o1(2)", "dnet_o1/dw", "w_new"])
def test_a_parameter_named_like_a_step_is_refused(name):
    with pytest.raises(ValueError, match="already means another quantity of this network"):
        bp.Network([[[1.0, 2.0]]], weight_names=[[["w", name]]])


def test_brackets_in_a_name_do_not_confuse_the_samples_of_a_batch():
    net = bp.Network([[[0.1, 0.2]]], weight_names=[[["w", "w(1)"]]])
    x, target = [[1, 2], [3, 4]], [[0], [1]]
    d = bp.derive(net, x, target)
    assert d.gradients["w(1)"] == pytest.approx(bp.backward(net, bp.forward(net, x), target)["w(1)"])


def test_digits_are_right_even_where_many_cancel():
    """out - target of a sigmoid at 100 is -e^-100 to first order; 50 digits by SymPy."""
    ours = bp.derive(bp.Network([[[100.0]]]), [1], [1], wrt="w1[1,1]").evaluate(50)["dE_total/dw1[1,1]"]
    e = sp.exp(-100)
    expected = (-(e / (1 + e)) * e / (1 + e) ** 2).evalf(60)
    assert abs(sp.Float(str(ours), 60) / expected - 1) < sp.Float("1e-49")


def test_parameters_that_would_look_alike_are_written_differently():
    net = bp.Network([[[0.1, 0.2]]], weight_names=[[["w1", "w_1"]]])
    d = bp.derive(net, [1, 2], [0])
    assert d.label("w1") != d.label("w_1")


@pytest.mark.parametrize("notation", ["net_out", "z_a", "h_d", "z_n", "s_y"])
def test_latex_never_has_two_superscripts_on_one_letter(notation):
    net = bp.Network([[[0.1, 0.2]], [[0.3]]], activations="tanh")
    latex = bp.derive(net, [[1, 2]], [[0]], notation=notation).latex()
    assert not re.search(r"\^\{[^{}]*\}\^", latex)


def test_article_1_counts_the_inputs_as_layer_1():
    """Its W^(l) leads into layer l, so the first weights are W^(2), beside net^(2) and h^(2)."""
    d = bp.derive(bp.Network([[[0.1, 0.2]]]), [1, 2], [0], wrt="w1[1,2]", notation="h_d")
    assert "net^(2)_1 = w^(2)_1,1·h^(1)_1 + w^(2)_1,2·h^(1)_2" in d.text()


#: What every step about w1 lights on the drawing of the 2-3-2 net: the wiring is article 2's.
LIT = {
    "dE_total/dout_o1": ({"o1", "E"}, {"E:0"}), "dout_o1/dnet_o1": ({"o1"}, set()), "dnet_o1/dout_h1": ({"h1", "o1"}, {"2:0:0"}),
    "dnet_h1/dw1": ({"i1", "h1"}, {"1:0:0"}), "dE_total/dw1|h1→o1": ({"i1", "h1", "o1", "E"}, {"1:0:0", "2:0:0", "E:0"}),
    "dE_total/dw1|h1→o2": ({"i1", "h1", "o2", "E"}, {"1:0:0", "2:1:0", "E:1"}),
    "dE_total/dw1": ({"i1", "h1", "o1", "o2", "E"}, {"1:0:0", "2:0:0", "2:1:0", "E:0", "E:1"}),
    "dE_total/dout_h1": ({"h1", "o1", "o2"}, {"2:0:0", "2:1:0"}), "delta_h1": ({"h1"}, set()),
}  # fmt: skip


def test_every_step_lights_the_units_and_lines_that_it_is_about():
    ex = two_three_two()
    steps = {step.name: step for step in bp.derive(ex.network, ex.x, ex.target, wrt="w1").steps}
    for name, (nodes, edges) in LIT.items():
        assert (set(steps[name].nodes), set(steps[name].edges)) == (nodes, edges), name


def test_the_table_of_a_derivation_has_a_row_for_each_parameter():
    ex = two_three_two()
    table = bp.derive(ex.network, ex.x, ex.target, learning_rate=0.5).table()
    assert [row[0] for row in table.rows] == list(ex.network.parameters)
    assert [row[:3] for row in table.rows if row[0] == "w7"] == [("w7", "0.4", "0.0780639")]
    assert all(len(row) == len(table.head) == 4 for row in table.rows)
    assert len(bp.derive(ex.network, ex.x, ex.target).table().head) == 3


@pytest.mark.parametrize(("wide", "written"), [(32, True), (33, False)])
def test_as_many_paths_as_are_allowed_are_written_one_by_one(wide, written):
    """From the first weight of 1-1-n-1 lead n paths; `derive` says in its docstring that more than 32 are gathered."""
    d = bp.derive(bp.initialise((1, 1, wide, 1), seed=1), [0.5], [0.2], wrt="w1[1,1]")
    assert len(d.paths) == (wide if written else 0)
    assert any(step.kind == "path" for step in d.steps) is written


def test_a_derivation_says_what_it_derives_and_in_how_many_steps():
    net = bp.Network([[[0.5]]], weight_names=[[["w"]]])
    told = "in Network(1-1, sigmoid, half_squared_error, 1 parameters)"
    assert repr(bp.derive(net, [1], [0])) == f"<Derivation of every parameter {told}, 8 steps>"
    assert repr(bp.derive(net, [1], [0], "w")) == f"<Derivation of w {told}, 10 steps>"


def test_what_is_too_large_to_derive_by_unit_is_told_in_terms():
    """100,100 parameters twice, and 1,100 units ten times, in each of three samples; for all parameters thrice more."""
    net = bp.initialise((1000, 100), "zeros")
    batch = [[0.0] * 1000] * 3, [[0.5] * 100] * 3
    with pytest.raises(ValueError, match=r"that takes about 633,600 terms, and at most 80,000 are written"):
        bp.derive(net, *batch, "w1[1,1]")
    with pytest.raises(ValueError, match=r"that takes about 1,534,500 terms"):
        bp.derive(net, *batch)


@pytest.mark.parametrize("derive", [bp.derive, bp.derive_layers])
def test_a_quantity_that_has_no_label_is_refused_by_its_name(derive):
    told = derive(bp.Network([[[0.5]]]), [1], [0])
    with pytest.raises(ValueError, match=r"^name: there is no 'nett'"):
        told.label("nett")


@pytest.mark.parametrize("wrt", ["w", None])
def test_the_array_program_of_a_batch_is_that_of_its_samples(wrt):
    net = bp.Network([[[0.5, 0.25]]], weight_names=[[["w", "v"]]])
    one = bp.derive(net, [1, 2], [0], wrt).program("numpy")
    assert bp.derive(net, [[1, 2], [3, 4]], [[0], [1]], wrt).program("numpy") == one
    assert ("dE_total_dw1_1_2" in one) is (wrt is None)
