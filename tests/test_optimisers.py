"""Momentum and Adam: as steps, as iterations, as training, and the mistakes that are made with them."""

import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpviz as bp
from bpviz.calculus.timeline import Timeline
from bpviz.networks.exercise import exercise
from bpviz.teaching.doctor import outcomes

from .networks import examples

EXAMPLE = bp.articles.example("2-3-2")
GIVEN = (EXAMPLE.network, EXAMPLE.x, EXAMPLE.target)
XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]

#: A line through the origin: E = (t - w x)^2 / 2, so dE/dw = -(t - w x) x.
LINE = bp.Network([[[0.5]]], activations="linear", weight_names=[[["w"]]])


def slope(w, x=2.0, t=3.0):
    return -(t - w * x) * x


def adam_by_hand(w, steps, rate=0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-8, gradient=slope):
    """Algorithm 1 of Kingma and Ba (2015), for one number."""
    m = v = 0.0
    for t in range(1, steps + 1):
        g = gradient(w)
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g * g
        w -= rate * (m / (1 - beta_1**t)) / (math.sqrt(v / (1 - beta_2**t)) + epsilon)
    return w


def momentum_by_hand(w, steps, rate=0.1, share=0.9):
    v = 0.0
    for _ in range(steps):
        v = share * v - rate * slope(w)
        w += v
    return w


@pytest.mark.parametrize("steps", [1, 2, 10, 100])
def test_iterations_with_adam_are_those_of_its_paper(steps):
    timeline = Timeline(exercise(LINE, [2.0], [3.0], 0.1, optimiser=bp.Adam()))
    assert timeline.at(steps).network["w"] == pytest.approx(adam_by_hand(0.5, steps), rel=1e-12)


@pytest.mark.parametrize("steps", [1, 2, 10, 100])
def test_iterations_with_momentum_are_those_of_article_4(steps):
    timeline = Timeline(exercise(LINE, [2.0], [3.0], 0.01, optimiser=bp.Momentum(0.5)))
    expected = momentum_by_hand(0.5, steps, rate=0.01, share=0.5)
    assert timeline.at(steps).network["w"] == pytest.approx(expected, rel=1e-12)


def test_other_settings_of_adam_are_taken():
    rule = bp.Adam(beta_1=0.5, beta_2=0.75, epsilon=0.25)
    timeline = Timeline(exercise(LINE, [2.0], [3.0], 0.1, optimiser=rule))
    expected = adam_by_hand(0.5, 7, beta_1=0.5, beta_2=0.75, epsilon=0.25)
    assert timeline.at(7).network["w"] == pytest.approx(expected, rel=1e-12)


def test_adams_first_step_is_the_rate_against_the_sign_of_the_gradient():
    d = bp.derive(*GIVEN, learning_rate=0.01, optimiser=bp.Adam(epsilon=1e-300))
    for name, gradient in d.gradients.items():
        moved = d.values[f"{name}_new"] - d.values[name]
        assert moved == pytest.approx(-0.01 * math.copysign(1, gradient), rel=1e-9)


def test_the_steps_of_adam_by_hand_on_round_numbers():
    d = bp.derive(
        LINE, [2.0], [3.0], wrt="w", learning_rate=0.1, optimiser=bp.Adam(beta_1=0.5, beta_2=0.75, epsilon=1.0)
    )
    said = {step.name: step.value for step in d.steps if step.phase == "update"}
    assert d.value == -4.0
    assert said == {
        "beta_1_power_new": 0.5, "m_w_new": -2.0, "m_hat_w": -4.0, "beta_2_power_new": 0.75, "v_w_new": 4.0, "v_hat_w": 16.0,
        "w_new": pytest.approx(0.5 + 0.1 * 4 / 5),
    }  # fmt: skip


@pytest.mark.parametrize("optimiser", [None, bp.Momentum(), bp.Adam()], ids=str)
def test_the_update_lights_the_line_of_its_parameter(optimiser):
    steps = bp.derive(*GIVEN, wrt="w7", learning_rate=0.5, optimiser=optimiser).steps
    assert {step.name: step.edges for step in steps}["w7_new"] == ("2:0:0",)  # into layer 2, unit 0 from unit 0


def test_the_steps_of_momentum_by_hand_on_round_numbers():
    given = exercise(LINE, [2.0], [3.0], 0.125, optimiser=bp.Momentum(0.5))
    later = given.with_numbers({"v_w": 2.0})
    after = Timeline(later).at(1)
    assert after.numbers["v_w"] == 0.5 * 2.0 + 0.125 * 4.0
    assert after.network["w"] == 0.5 + 1.5


@examples(60)
@given(
    st.integers(0, 10**6),
    st.sampled_from([bp.Adam(), bp.Adam(0.5, 0.6, 0.1), bp.Momentum(), bp.Momentum(0.0)]),
    st.booleans(),
)
def test_steps_and_iterations_agree_on_any_network(seed, rule, batch):
    """What is explained, step by step, and what computes, on arrays, share no line."""
    draw = np.random.default_rng(seed)
    net = bp.initialise((2, 3, 2), seed=seed, activations="tanh", loss="mean_squared_error")
    x, t = draw.normal(size=(3, 2) if batch else 2), draw.normal(size=(3, 2) if batch else 2)
    timeline = Timeline(exercise(net, x, t, 0.1, frozen=["b1[2]"], optimiser=rule))
    stepper = bp.Stepper(net, x, t, 0.1, frozen=["b1[2]"], optimiser=rule)
    for n in range(3):
        stepper.iteration = n
        everything = type(stepper.derivation).of(stepper.given)
        later = timeline.at(n + 1).numbers
        for name in (
            *net.parameters,
            *(name for name in later if name.startswith(("v_", "m_", "beta_1_p", "beta_2_p"))),
        ):
            assert everything.values[f"{name}_new"] == pytest.approx(later[name], rel=1e-12, abs=1e-15)
    assert timeline.at(3).network["b1[2]"] == net["b1[2]"]
    assert "v_b1[2]" not in timeline.at(3).numbers


def test_momentum_of_nothing_is_gradient_descent():
    plain, carried = (bp.derive(*GIVEN, learning_rate=0.5, optimiser=rule) for rule in (None, bp.Momentum(0.0)))
    for name in EXAMPLE.network.parameters:
        assert carried.values[f"{name}_new"] == plain.values[f"{name}_new"]


# --- training ---


def trained(**kwargs):
    return bp.train(bp.initialise((2, 3, 1), seed=1), *XOR, epochs=20, **kwargs)


def test_training_on_one_batch_takes_the_very_steps_of_the_timeline():
    net = bp.initialise((2, 3, 1), seed=1)
    run = bp.train(net, *XOR, learning_rate=0.1, epochs=20, optimiser=bp.Adam())
    timeline = Timeline(exercise(net, *XOR, 0.1, optimiser=bp.Adam()))
    for epoch in (1, 2, 20):
        for name in net.parameters:
            assert run.network_at(epoch)[name] == pytest.approx(timeline.at(epoch).network[name], rel=1e-9, abs=1e-12)


def test_training_online_takes_a_step_of_adam_for_each_sample():
    run = bp.train(
        LINE,
        [[2.0], [1.0]],
        [[3.0], [1.0]],
        learning_rate=0.1,
        batch_size=1,
        shuffle=False,
        epochs=1,
        optimiser=bp.Adam(),
    )
    samples = iter([(2.0, 3.0), (1.0, 1.0)])
    assert run.network["w"] == pytest.approx(
        adam_by_hand(0.5, 2, gradient=lambda w: slope(w, *next(samples))), rel=1e-12
    )


def test_by_arrays_and_by_program_adam_takes_the_same_steps(monkeypatch):
    from bpviz.training import engines

    by_program = trained(optimiser=bp.Adam(), batch_size=2)
    monkeypatch.setattr(engines, "REACH", 0)
    by_arrays = trained(optimiser=bp.Adam(), batch_size=2)
    assert np.allclose(by_program.parameters, by_arrays.parameters, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "kwargs", [{}, {"batch_size": 1}, {"batch_size": 3, "adaptive": bp.AdaptiveRate(worst=1.0)}], ids=str
)
def test_a_thinned_history_of_adam_replays_exactly(kwargs):
    full = trained(optimiser=bp.Adam(), learning_rate=0.3, **kwargs)
    thin = trained(optimiser=bp.Adam(), learning_rate=0.3, memory=0.004, **kwargs)
    assert len(thin.kept) < len(full.kept)
    assert np.array_equal(thin.every_epoch(), full.every_epoch())
    assert full.optimiser == bp.Adam()


def test_an_optimiser_of_momentum_is_momentum():
    assert trained(optimiser=bp.Momentum(0.7)) == trained(momentum=0.7)


def test_frozen_parameters_stay_with_adam():
    run = trained(optimiser=bp.Adam(), frozen=["w1[1,1]"])
    assert run.network["w1[1,1]"] == run.start["w1[1,1]"]
    assert run.network["w1[1,2]"] != run.start["w1[1,2]"]


def test_a_rate_of_its_own_moves_biases_by_it_with_adam():
    run = trained(optimiser=bp.Adam(epsilon=1e-300), learning_rate=0.1, bias_rate=0.01)
    first, start = run.network_at(1), run.start
    assert abs(first["w1[1,1]"] - start["w1[1,1]"]) == pytest.approx(0.1, rel=1e-6)
    assert abs(first["b1[1]"] - start["b1[1]"]) == pytest.approx(0.01, rel=1e-6)


def test_the_trainer_says_that_adam_took_the_steps():
    trainer = bp.Trainer(*XOR, run=trained(optimiser=bp.Adam()))
    assert "Adam" in str(trainer.get_state())


# --- stepper ---


def test_a_stepper_goes_on_with_what_is_remembered_and_comes_back():
    stepper = bp.Stepper(LINE, [2.0], [3.0], 0.1, wrt="w", optimiser=bp.Adam())
    stepper.iteration = 5
    assert stepper.network["w"] == pytest.approx(adam_by_hand(0.5, 5))
    assert stepper.derivation.values["beta_1_power_new"] == pytest.approx(0.9**6)
    stepper.iteration = 0
    assert stepper.derivation.values["m_w"] == 0


def test_what_is_remembered_can_be_changed_within_its_limits():
    given = exercise(LINE, [2.0], [3.0], 0.1, optimiser=bp.Adam())
    assert given.with_numbers({"m_w": -7.0, "beta_1": 0.25}).numbers["m_w"] == -7.0
    assert given.with_numbers({"beta_1": 0.25}).optimiser == bp.Adam(beta_1=0.25)
    for name, value, words in (
        ("v_w", -1.0, "v_w must be at least 0, not -1"),
        ("beta_1_power", 1.5, "beta_1_power must be from 0 to 1, not 1.5"),
        ("beta_2", 1.0, "beta_2 must be from 0 up to but not including 1, not 1"),
        ("epsilon", 0.0, "epsilon must be above 0, not 0"),
    ):
        with pytest.raises(ValueError, match=words):
            given.with_numbers({name: value})


def test_a_derivation_with_an_optimiser_survives_pickle_and_is_checked():
    d = bp.derive(*GIVEN, wrt="w1", learning_rate=0.1, optimiser=bp.Adam())
    assert pickle.loads(pickle.dumps(d)) == d
    assert "yes" in str(d.check())


def test_adams_update_is_written_in_every_way():
    d = bp.derive(*GIVEN, wrt="w7", learning_rate=0.1, optimiser=bp.Adam())
    assert "w7_new = w7 - learning_rate·m_hat_w7/(sqrt(v_hat_w7) + epsilon)" in d.text()
    assert "(1 - beta_2)·(dE_total/dw7)^2" in d.text()
    assert r"\hat{m}_{w7}" in d.latex()
    assert r"\sqrt{\hat{v}_{w7}}" in d.latex()
    assert r"\beta_{1}^{t}" in d.latex().replace(r"\mathrm{t}", "t")
    assert "<mo>^</mo></mover>" in d.mathml()
    assert ">√</mo>" in d.mathml()


def test_adams_update_is_exact_and_has_any_number_of_digits():
    rule = bp.Adam(beta_1=0.5, beta_2=0.75, epsilon=1.0)
    d = bp.derive(LINE, [2.0], [3.0], wrt="w", learning_rate=0.1, optimiser=rule)
    assert str(d.exact()["w_new"]) == "29/50"
    assert str(d.evaluate(30)["w_new"]) == "0.580000000000000000000000000000"


# --- mistakes ---


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("no_bias_correction", lambda m, v, t: -0.1 * m / (math.sqrt(v) + 1e-8)),
        ("epsilon_inside_root", lambda m, v, t: -0.1 * (m / (1 - 0.9**t)) / math.sqrt(v / (1 - 0.999**t) + 1e-8)),
        ("step_count_off_by_one", lambda m, v, t: -0.1 * (m / (1 - 0.9 ** (t + 1))) / (math.sqrt(v / (1 - 0.999 ** (t + 1))) + 1e-8)),
    ],
)  # fmt: skip
def test_a_mistake_with_adam_is_named(name, value):
    small = bp.Network([[[0.5]]], activations="linear", weight_names=[[["w"]]])
    x, t, updates = 0.02, 0.5, 4
    w, m, v = 0.5, 0.0, 0.0
    for n in range(1, updates + 2):
        g = slope(w, x, t)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        if n <= updates:
            w -= 0.1 * (m / (1 - 0.9**n)) / (math.sqrt(v / (1 - 0.999**n)) + 1e-8)
    answer = w + value(m, v, updates + 1)
    found = bp.diagnose(
        small, [x], [t], "w", answer, quantity="updated", learning_rate=0.1, optimiser=bp.Adam(), updates=updates
    )
    assert name in found.mistakes


def test_swapped_betas_are_named_where_they_make_a_difference():
    asked = {"quantity": "updated", "learning_rate": 0.1, "optimiser": bp.Adam()}
    later = exercise(*GIVEN, 0.1, optimiser=bp.Adam())
    for updates in (0, 3):
        values = dict(outcomes(Timeline(later).at(updates), "w7", "updated"))
        ((_, swapped),) = values["betas_swapped"]
        found = bp.diagnose(*GIVEN, "w7", swapped, updates=updates, **asked)
        assert found.correct is (updates == 0)
        assert ("betas_swapped" in found.mistakes) is (updates > 0)


def test_mistakes_with_momentum_are_named():
    asked = {"quantity": "updated", "learning_rate": 0.01, "optimiser": bp.Momentum(0.5), "updates": 2}
    w, v = 0.5, 0.0
    for _ in range(2):
        v = 0.5 * v - 0.01 * slope(w)
        w += v
    forgotten, subtracted = w - 0.01 * slope(w), w - (0.5 * v - 0.01 * slope(w))
    assert bp.diagnose(LINE, [2.0], [3.0], "w", forgotten, **asked).mistakes == ("velocity_forgotten",)
    assert "velocity_subtracted" in bp.diagnose(LINE, [2.0], [3.0], "w", subtracted, **asked).mistakes
    assert bp.diagnose(LINE, [2.0], [3.0], "w", w + 0.5 * v - 0.01 * slope(w), **asked).correct


def test_a_wrong_gradient_is_named_through_the_update_of_an_optimiser():
    later = Timeline(exercise(*GIVEN, 0.1, optimiser=bp.Adam())).at(3)
    ((_, half),) = outcomes(later, "w7", "updated")["half_kept"]
    asked = {"quantity": "updated", "learning_rate": 0.1, "optimiser": bp.Adam(), "updates": 3}
    assert bp.diagnose(*GIVEN, "w7", half, **asked).mistakes == ("half_kept",)


# --- bad input ---


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: bp.Momentum(1), ValueError, "momentum must be from 0 up to but not including 1, not 1"),
        (lambda: bp.Momentum("x"), TypeError, "momentum must be a number"),
        (lambda: bp.Adam(beta_1=-0.1), ValueError, "beta_1 must be from 0"),
        (lambda: bp.Adam(beta_2=1), ValueError, "beta_2 must be from 0"),
        (lambda: bp.Adam(epsilon=0), ValueError, "epsilon must be above 0"),
        (lambda: bp.derive(*GIVEN, learning_rate=0.1, optimiser="adam"), TypeError, "optimiser must be a Momentum, an Adam or None"),
        (lambda: bp.derive(*GIVEN, optimiser=bp.Adam()), ValueError, "optimiser needs a learning_rate"),
        (lambda: bp.derive(*GIVEN, learning_rate=0.1, optimiser=bp.Adam()).program(), ValueError, "plain updates only"),
        (lambda: bp.Stepper(*GIVEN, by="layer", optimiser=bp.Adam()), ValueError, "optimiser is for a stepper by unit"),
        (lambda: trained(momentum=0.5, optimiser=bp.Adam()), ValueError, "two ways to update"),
        (lambda: bp.diagnose(*GIVEN, "w7", 1.0, updates=-1), ValueError, "updates must be from 0"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_sentence(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


@pytest.mark.parametrize("name", ["v_w", "m_hat_w", "beta_1", "beta_2_power_new"])
def test_a_parameter_named_like_what_is_remembered_is_refused(name):
    net = bp.Network([[[0.5, 0.5]]], weight_names=[[["w", name]]])
    with pytest.raises(ValueError, match="quantity of the optimiser; rename it"):
        bp.derive(net, [1, 2], [0], learning_rate=0.1, optimiser=bp.Adam())
    assert bp.derive(net, [1, 2], [0], learning_rate=0.1).values


# --- what a hostile tester found ---


def test_names_that_make_one_quantity_of_two_are_refused():
    net = bp.Network([[[0.5, -0.3]]], weight_names=[[["w", "hat_w"]]])
    with pytest.raises(ValueError, match="make 'm_hat_w' mean two things; rename one of them"):
        bp.derive(net, [1.0, 2.0], [0.3], learning_rate=0.1, optimiser=bp.Adam())


@pytest.mark.parametrize("name", ["μ", "β1", "β_2", "ε"])
def test_a_parameter_that_looks_like_a_setting_is_refused(name):
    net = bp.Network([[[0.5]]], weight_names=[[[name]]])
    with pytest.raises(ValueError, match="quantity of the optimiser; rename it"):
        bp.derive(net, [1.0], [0.3], learning_rate=0.1, optimiser=bp.Adam())


@pytest.mark.parametrize("rule", [bp.Adam(), bp.Momentum()], ids=repr)
def test_with_everything_frozen_nothing_moves(rule):
    everything = list(EXAMPLE.network.parameters)
    stepper = bp.Stepper(*GIVEN, 0.1, optimiser=rule, frozen=everything)
    stepper.iteration = 3
    assert stepper.network == EXAMPLE.network


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_numbers_whose_squares_no_float_holds_are_refused_in_one_sentence():
    with pytest.raises(ValueError, match="the numbers grow beyond what a float holds"):
        bp.Stepper(LINE, [1e80], [1e80], 0.1, optimiser=bp.Adam())
    stepper = bp.Stepper(LINE, [2.0], [3.0], 0.1, optimiser=bp.Adam())
    before = stepper.get_state()
    with pytest.raises(ValueError, match="the numbers grow beyond what a float holds"):
        stepper.x = [1e80]
    assert stepper.get_state() == before


def test_a_plain_step_beyond_all_floats_is_refused_where_it_is_given():
    with pytest.raises(ValueError, match="learning_rate: with 1e\\+200 the parameters grow beyond"):
        bp.Stepper(LINE, [1e80], [1e80], 1e200)


@pytest.mark.parametrize("epsilon", [1e-8, 1e-46])
def test_adam_remembers_in_float64_what_a_float32_network_would_lose(epsilon):
    small = bp.Network([np.array([[0.5, 0.2]], dtype=np.float32)], activations="linear")
    runs = [
        bp.train(net, [[1e10, 0]], [[1e10]], learning_rate=0.01, optimiser=bp.Adam(epsilon=epsilon), epochs=3).network
        for net in (small, small.in_float64())
    ]
    assert runs[0]["w1[1,1]"] == pytest.approx(runs[1]["w1[1,1]"], rel=1e-6)
    assert runs[1]["w1[1,1]"] == pytest.approx(0.53, abs=1e-3)


@pytest.mark.parametrize("kind", [float, np.float32, Fraction, np.array])
def test_settings_are_kept_as_plain_numbers(kind):
    rule = bp.Momentum(kind(0.5))
    assert type(rule.momentum) is float
    assert bp.Adam(kind(0.5), kind(0.5)) == bp.Adam(0.5, 0.5)
    assert trained(optimiser=rule) == trained(momentum=0.5)


def test_updated_too_early_is_early_by_the_optimisers_own_step():
    """By hand: the output weights are moved by their rule first, then the error flows back through the new ones."""
    ex, rate = EXAMPLE, 0.5
    later = Timeline(exercise(*GIVEN, rate, optimiser=bp.Momentum(0.9))).at(3)
    net, moved = later.network, Timeline(later).at(1).network
    outputs = bp.forward(net, ex.x).a
    delta = (outputs[2] - np.array(ex.target)) * outputs[2] * (1 - outputs[2])
    through = sum(moved[f"w{7 + k}"] * delta[k] for k in range(2))
    early = through * outputs[1][0] * (1 - outputs[1][0]) * ex.x[0]
    asked = {"learning_rate": rate, "optimiser": bp.Momentum(0.9), "updates": 3}
    assert bp.diagnose(*GIVEN, "w1", early, **asked).mistakes == ("updated_too_early",)
