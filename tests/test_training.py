import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpviz as bp
from tests.networks import cases, examples

XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]


def sigma(v):
    return 1 / (1 + np.exp(-v))


def test_online_training_is_article_2s_program_with_its_slips_mended():
    """Sample by sample, each unit with its own out (1 - out); written out in columns as the program is."""
    rng = np.random.default_rng(3)
    x, y = rng.uniform(size=(5, 3)), rng.uniform(0.2, 0.8, size=(5, 2))
    w1, w2, b1, b2 = rng.uniform(-1, 1, (4, 3)), rng.uniform(-1, 1, (2, 4)), np.zeros((4, 1)), np.zeros((2, 1))
    net = bp.Network([w1, w2], [b1[:, 0], b2[:, 0]])
    for _ in range(3):
        for n in range(5):
            inputs, wanted = x[n][:, None], y[n][:, None]
            h = sigma(w1 @ inputs + b1)
            o = sigma(w2 @ h + b2)
            sigma3 = (1 - o) * o * (o - wanted)
            sigma2 = (1 - h) * h * (w2.T @ sigma3)
            w2, b2 = w2 - 0.9 * sigma3 @ h.T, b2 - 0.9 * sigma3
            w1, b1 = w1 - 0.9 * sigma2 @ inputs.T, b1 - 0.9 * sigma2
    trained = bp.train(net, x, y, learning_rate=0.9, batch_size=1, epochs=3, shuffle=False).network
    assert trained.weights[0] == pytest.approx(w1, rel=1e-12)
    assert trained.weights[1] == pytest.approx(w2, rel=1e-12)
    assert trained.biases[0] == pytest.approx(b1[:, 0], rel=1e-11)


def test_one_batch_is_plain_descent_on_the_mean_error():
    ex = bp.articles.example("2-3-2")
    xs, targets = [ex.x, (1.0, -2.0), (0.5, 0.5)], [ex.target, (0.3, 0.6), (0.9, 0.1)]
    history = bp.train(ex.network, xs, targets, learning_rate=0.5, epochs=20)
    descent = bp.descend(ex.network, xs, targets, 0.5, steps=20)
    assert history.losses == pytest.approx(descent.losses, rel=1e-12)
    for name in ex.network.parameters:  # shared biases stay shared
        assert history.network[name] == pytest.approx(descent.networks[-1][name], rel=1e-11)


def line(w):
    """One weight, one sample, E = (w - 1)^2 / 2: everything can be followed by hand."""
    return bp.Network([[[w]]], activations="linear", weight_names=[[["w"]]])


def test_momentum_carries_the_last_step_on():
    history = bp.train(line(0.0), [[1]], [[1]], learning_rate=0.5, momentum=0.5, epochs=3)
    # v1 = 0.5, w = 0.5; v2 = 0.25 + 0.25 = 0.5, w = 1; v3 = 0.25 + 0 = 0.25, w = 1.25
    assert history.parameters[:, 0].tolist() == [0, 0.5, 1.0, 1.25]


def test_momentum_is_faster_in_a_long_valley():
    """E = (w1^2 + 100 w2^2)/2: plain descent must keep its rate small for w2 and so crawls along w1."""
    net = bp.Network([[[1.0, 1.0]]], activations="linear", weight_names=[[["w1", "w2"]]])
    x, target = [[math.sqrt(2), 0], [0, math.sqrt(200)]], [[0], [0]]
    plain = bp.train(net, x, target, learning_rate=0.018, epochs=100)
    heavy = bp.train(net, x, target, learning_rate=0.018, momentum=0.8, epochs=100)
    assert heavy.losses[-1] < plain.losses[-1] / 100


def test_biases_have_a_rate_of_their_own():
    net = bp.Network([[[0.0]]], [[0.0]], activations="linear")
    after = bp.train(net, [[1]], [[1]], learning_rate=0.5, bias_rate=0.1, epochs=1).network
    assert (after["w1[1,1]"], after["b1[1]"]) == (0.5, 0.1)


def test_mini_batches_take_the_mean_over_their_samples():
    after = bp.train(
        line(0.0), [[1], [1], [1]], [[1], [3], [8]], learning_rate=0.5, batch_size=2, epochs=1, shuffle=False
    )
    # first batch: mean error gradient -(1 + 3)/2, w = 1; second: -(8 - 1), w = 4.5
    assert after.network["w"] == 4.5


def test_the_same_seed_gives_the_same_training_and_another_one_another():
    net = bp.initialise((2, 3, 1), seed=1)
    runs = [bp.train(net, *XOR, batch_size=1, epochs=5, seed=seed).losses for seed in (4, 4, 5)]
    assert runs[0] == runs[1] != runs[2]


def test_every_sample_is_shown_once_in_an_epoch_whatever_the_order():
    """With a linear unit and a tiny rate, order hardly matters, so shuffled and unshuffled agree to first order."""
    x, y = [[1.0], [2.0], [3.0]], [[1.0], [0.0], [2.0]]
    shuffled = bp.train(line(0.0), x, y, learning_rate=1e-7, batch_size=1, epochs=1).network["w"]
    assert shuffled == pytest.approx(1e-7 * (1 * 1 + 2 * 0 + 3 * 2), rel=1e-5)


def test_frozen_parameters_stay():
    net = bp.initialise((2, 3, 1), seed=1)
    after = bp.train(net, *XOR, epochs=10, frozen=["w1[1,1]"]).network
    assert after["w1[1,1]"] == net["w1[1,1]"]
    assert after["w1[1,2]"] != net["w1[1,2]"]


def test_zero_weights_keep_the_hidden_units_equal_for_ever():
    history = bp.train(bp.initialise((2, 3, 1), "zeros"), *XOR, learning_rate=2, batch_size=1, epochs=200, seed=2)
    for epoch in (1, 10, 200):
        W = history.network_at(epoch).weights
        assert (W[0] == W[0][0]).all()
        assert (W[1] == W[1][0, 0]).all()
    assert history.network.weights[1][0, 0] != 0  # they do learn, but all the same


def test_a_random_start_breaks_the_symmetry_and_solves_xor():
    history = bp.train(bp.initialise((2, 3, 1), seed=1), *XOR, learning_rate=2, momentum=0.9, epochs=1900, goal=1e-3)
    assert history.stopped == "the error reached the goal, 0.001"
    assert bp.forward(history.network, XOR[0]).output.round().tolist() == XOR[1]


def test_the_adaptive_rate_takes_back_a_bad_epoch_and_calms_down():
    # E = (w - 1)^2/2 from 0: with rate 3 the step leads to w = 3 and the error from 0.5 to 2
    history = bp.train(line(0.0), [[1]], [[1]], learning_rate=3, adaptive=bp.AdaptiveRate(1.05, 0.7, 1.04), epochs=3)
    # rates 3 and 2.1 (to w = 2.1, error 0.605) are refused; 1.47 leads to w = 1.47
    assert history.learning_rates == pytest.approx([3, 2.1, 1.47])
    assert history.parameters[:, 0].tolist() == pytest.approx([0, 0, 0, 1.47])
    assert history.losses == pytest.approx([0.5, 0.5, 0.5, 0.47**2 / 2])


def test_the_adaptive_rate_grows_while_the_error_falls_and_rescues_a_rate_that_would_blow_up():
    adaptive = bp.AdaptiveRate()
    calm = bp.train(line(0.0), [[1]], [[1]], learning_rate=0.1, adaptive=adaptive, epochs=3)
    assert calm.learning_rates == pytest.approx([0.1, 0.105, 0.11025])
    assert bp.train(line(0.0), [[1]], [[1]], learning_rate=5, adaptive=adaptive, epochs=60).losses[-1] < 1e-6
    assert bp.train(line(0.0), [[1]], [[1]], learning_rate=5, epochs=60).losses[-1] > 1e60


def test_training_stops_after_six_rises_of_the_validation_error_and_returns_the_best_network():
    # Training pulls w from 0 towards 1; validation would like 0.5, so its error falls first and then rises.
    history = bp.train(line(0.0), [[1]], [[1]], learning_rate=0.1, epochs=500, validation=([[1]], [[0.5]]))
    errors = history.validation_losses
    assert history.stopped == "the validation error rose 6 times in a row"
    assert len(errors) - 1 == history.best_epoch + 6
    assert all(a < b for a, b in zip(errors[-7:], errors[-6:]))
    assert history.network["w"] == history.parameters[history.best_epoch, 0]
    assert errors[history.best_epoch] == min(errors)


def test_a_history_replays_every_epoch():
    net = bp.initialise((2, 3, 1), seed=1)
    history = bp.train(net, *XOR, epochs=30)
    assert history.network_at(0) == net
    for epoch in (1, 17, 30):
        there = history.network_at(epoch)
        loss = bp.backward(there, bp.forward(there, XOR[0]), XOR[1]).loss
        assert loss == pytest.approx(history.losses[epoch], rel=1e-12)


def test_numbers_that_blow_up_end_training_with_a_reason_and_what_was_reached():
    history = bp.train(line(0.0), [[1]], [[1]], learning_rate=1e100, epochs=10)
    assert history.stopped == (
        "learning_rate = 1e+100 is too large here: in epoch 2 the numbers grew beyond what a float holds"
    )
    assert history.network["w"] == history.parameters[1, 0] == 1e100
    assert len(history.losses) == 2


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"learning_rate": 0}, ValueError, "learning_rate must be above zero"),
        ({"bias_rate": "x"}, TypeError, "bias_rate must be a number"),
        ({"momentum": 1}, ValueError, "momentum must be from 0 up to but not including 1, not 1"),
        ({"batch_size": 9}, ValueError, "batch_size must be from 1 to 4, not 9"),
        ({"epochs": 0}, ValueError, "epochs must be from 1"),
        ({"epochs": 2.5}, TypeError, "epochs must be a whole number, not float"),
        ({"validation": 3}, TypeError, "validation must be a pair"),
        ({"validation": ([[1, 2]], [[1], [2]])}, ValueError, "validation's x and validation's target must be batches"),
        ({"x": [1, 2]}, ValueError, "x and target must be batches with a row for each sample"),
        ({"target": [[1, 2]] * 4}, ValueError, "target must have 1 number per sample"),
        ({"frozen": "w"}, TypeError, "frozen must be a collection"),
        ({"seed": -1}, ValueError, "seed must be from 0"),
    ],
)
def test_bad_input_gets_one_sentence(change, kind, message):
    given = {"net": bp.initialise((2, 2, 1)), "x": XOR[0], "target": XOR[1], "epochs": 2}
    with pytest.raises(kind, match=message):
        bp.train(**{**given, **change})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bp.AdaptiveRate(grow=0.9), "grow must be at least 1"),
        (lambda: bp.AdaptiveRate(shrink=1), "shrink must lie between 0 and 1"),
        (lambda: bp.AdaptiveRate(worst=0.5), "worst must be at least 1"),
        (lambda: bp.initialise((2,)), "sizes must list at least two layer sizes"),
        (lambda: bp.initialise((2, 0)), "sizes must be from 1"),
        (lambda: bp.initialise((2, 1), "glorot"), "method: there is no 'glorot'"),
        (lambda: bp.hidden_size(4, 3, a=11), "a must be from 1 to 10, not 11"),
        (lambda: bp.min_max([[1.0]], 1, 1), "high - low must be above zero"),
        (lambda: bp.min_max([[1.0, 2.0]]).apply([1.0]), "data must have 2 columns"),
    ],
)
def test_bad_choices_get_one_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_initial_weights_keep_to_their_ranges():
    W = {
        method: bp.initialise((200, 100), method, seed=5).weights[0]
        for method in ("gaussian", "uniform", "xavier", "he")
    }
    assert W["gaussian"].std() == pytest.approx(0.1, rel=0.02)
    assert np.abs(W["uniform"]).max() == pytest.approx(1, rel=0.01)
    assert np.abs(W["xavier"]).max() == pytest.approx(math.sqrt(6 / 300), rel=0.01)
    assert W["he"].std() == pytest.approx(math.sqrt(2 / 200), rel=0.02)
    assert (bp.initialise((3, 2), "constant", scale=0.25).weights[0] == 0.25).all()


def test_xavier_preserves_the_variance_through_many_linear_layers():
    x = np.random.default_rng(0).normal(size=(400, 64))
    for method, low, high in (("xavier", 0.5, 2.0), ("gaussian", 0, 0.2)):
        net = bp.initialise((64,) * 9, method, activations="linear", seed=3)
        assert low <= bp.forward(net, x).output.std() <= high


def test_the_rule_of_thumb_for_hidden_units():
    assert bp.hidden_size(2, 2, a=1) == 3
    assert bp.hidden_size(13, 3, a=10) == 14


@given(st.lists(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2), min_size=2, max_size=8))
def test_min_max_goes_to_its_range_and_back(data):
    scaling = bp.min_max(data, -1, 1)
    scaled = scaling.apply(data)
    assert scaled.min() >= -1
    assert scaled.max() <= 1 + 1e-12
    assert scaling.undo(scaled) == pytest.approx(np.array(data), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("validation", "message"),
    [
        (([1, 2], [3]), "validation's x must have 1 number per sample"),
        (([[1.0]], [[3.0], [2.0]]), "validation's x and validation's target must be batches"),
    ],
)
def test_the_part_of_the_validation_that_does_not_fit_is_named(validation, message):
    with pytest.raises(ValueError, match=message):
        bp.train(bp.Network([[[0.5]]]), [[1.0]], [[1.0]], validation=validation)


WAYS = [
    {"batch_size": 1},
    {"batch_size": 1, "momentum": 0.5},
    {"batch_size": 3, "bias_rate": 0.25},
    {"momentum": 0.9},
    {"adaptive": bp.AdaptiveRate(), "learning_rate": 8.0},
    {"batch_size": 2, "adaptive": bp.AdaptiveRate(), "momentum": 0.5, "learning_rate": 4.0},
    {"batch_size": 1, "frozen": ["w1[1,1]"]},
    {"batch_size": 2, "validation": XOR},
]


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("sizes", [(2, 3, 1), (2, 40, 1)])
def test_what_is_not_kept_is_replayed_to_the_last_bit(way, sizes):
    """A memory that holds a handful of networks, beside one that holds them all."""
    net = bp.initialise(sizes, seed=1)
    every = bp.train(net, *XOR, epochs=41, **way)
    few = bp.train(net, *XOR, epochs=41, memory=0.015, **way)
    assert len(every.kept) == 42
    assert len(few.kept) < 20
    assert few.losses == every.losses
    assert (few.every_epoch() == every.parameters).all()
    assert all(few.network_at(epoch) == every.network_at(epoch) for epoch in (0, 1, 7, 23, 40, 41))
    assert few.network == every.network


def test_what_is_replayed_has_the_floats_of_the_network():
    net = bp.Network([np.array([[0.5, -0.3]], np.float32)], [np.array([0.1], np.float32)])
    few = bp.train(net, *XOR, epochs=41, memory=0.001)
    assert len(few.kept) < 42
    assert few.every_epoch().dtype == few.parameters.dtype


def test_kept_epochs_are_spread_evenly():
    kept = bp.train(bp.initialise((2, 3, 1)), *XOR, epochs=1000, memory=0.02).kept
    gaps = {b - a for a, b in itertools.pairwise(kept[:-1])}
    assert len(gaps) == 1
    assert kept[0] == 0
    assert kept[-1] == 1000


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_the_program_and_the_array_lines_train_alike(way, monkeypatch):
    from bpviz.training import engines

    net = bp.initialise((2, 3, 1), seed=1)
    by_program = bp.train(net, *XOR, epochs=20, **way)
    monkeypatch.setattr(engines, "REACH", 0)
    by_arrays = bp.train(net, *XOR, epochs=20, **way)
    assert by_program.parameters == pytest.approx(by_arrays.parameters, rel=1e-11)
    assert by_program.losses == pytest.approx(by_arrays.losses, rel=1e-11)
    assert by_program.learning_rates == by_arrays.learning_rates


def test_tied_weights_are_trained_as_one():
    net = bp.Network([[[0.5, 0.5]], [[0.5]]], weight_names=[[["t", "w"]], [["t"]]])
    history = bp.train(net, [[1, 2], [2, 1]], [[0.2], [0.7]], epochs=5)
    descent = bp.descend(net, [[1, 2], [2, 1]], [[0.2], [0.7]], 0.5, 5)
    assert history.network.weights[0][0, 0] == history.network.weights[1][0, 0]
    assert history.network.numbers == pytest.approx(descent.networks[-1].numbers, rel=1e-12)


@examples(20)
@given(cases())
def test_descending_is_forward_backward_and_update_to_the_last_bit(case):
    net = case.net
    descent = bp.descend(net, case.x, case.target, 0.1, steps=3)
    for there, loss in zip(descent.networks, descent.losses, strict=True):
        assert there == net
        grads = bp.backward(net, bp.forward(net, case.x), case.target)
        assert loss == pytest.approx(grads.loss, rel=1e-15)
        net = bp.update(net, grads, 0.1)


def test_a_descent_that_diverges_hands_back_what_it_reached():
    descent = bp.descend(line(2.0), [1.0], [1.0], 1e100, steps=10)
    assert descent.losses[0] == 0.5
    assert descent.stopped.startswith("learning_rate = 1e+100 is too large here")
    assert descent.networks[-1]["w"] == -1e100


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_an_interrupted_training_hands_back_its_history(way, monkeypatch):
    """Ctrl-C in the middle of epoch 6: five epochs stay, as if no more had been asked for."""
    from bpviz.training.run import Course

    net = bp.initialise((2, 3, 1), seed=1)
    five = bp.train(net, *XOR, epochs=5, **way)
    whole = Course.go_through

    def interrupted(self, here):
        if here.epoch == 5:
            here.theta += 1  # half done
            raise KeyboardInterrupt
        whole(self, here)

    monkeypatch.setattr(Course, "go_through", interrupted)
    history = bp.train(net, *XOR, epochs=50, **way)
    monkeypatch.undo()
    assert history.stopped == "it was interrupted after 5 epochs"
    assert history.losses == five.losses
    assert history.network == five.network


def test_a_validation_error_that_is_no_number_is_never_the_best():
    """The validation sample overflows as soon as the weight has grown."""
    history = bp.train(
        line(1.0), [[1.0]], [[1e60]], learning_rate=0.5, epochs=4, validation=([[1e100]], [[0.0]]), patience=10
    )
    assert history.validation_losses[0] == 5e199
    assert math.isinf(history.validation_losses[-1])
    assert history.best_epoch == 0


def test_a_start_that_overflows_does_not_blame_the_learning_rate():
    with pytest.raises(ValueError, match="x: with these weights the errors grow beyond what float64 holds"):
        bp.train(line(1e200), [[1e200]], [[0]])


def test_a_float32_network_is_trained_in_float32():
    net = bp.Network([np.array([[0.5]], dtype=np.float32)], activations="linear")
    history = bp.train(net, [[1]], [[1]], epochs=3)
    assert history.network.dtype == history.parameters.dtype == np.float32


def test_long_runs_show_a_bar(monkeypatch, capsys):
    from bpviz.words import progress

    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    bp.train(bp.initialise((2, 2, 1)), *XOR, epochs=3)
    assert "epoch" in capsys.readouterr().err


def test_a_run_that_climbed_says_so_at_its_end():
    net = bp.Network([[[1.0]], [[1.0]]], activations="linear")
    climbed = bp.train(net, [[3.0]], [[1.0]], learning_rate=0.5, epochs=3)
    assert climbed.losses[-1] > climbed.losses[0]
    said = "all 3 epochs are done, but the error has grown: learning_rate = 0.5 may be too large"
    assert climbed.stopped == said
    assert bp.train(net, [[3.0]], [[1.0]], learning_rate=0.001, epochs=3).stopped == "all 3 epochs are done"


def test_online_steps_go_on_where_plain_python_overflows():
    """exp(800) is more than Python's floats hold; NumPy's go on, and so does the run, sample by sample."""
    net = bp.Network([[[800.0]], [[0.5]]], [[0.0], [0.1]], ["sigmoid", "linear"])
    x, target = [[-1.0], [1.0], [0.001]], [[0.0], [1.0], [0.5]]
    after = bp.train(net, x, target, learning_rate=0.5, batch_size=1, shuffle=False, epochs=2).network
    expected = net
    for _ in range(2):
        for sample, wanted in zip(x, target):
            expected = bp.update(expected, bp.backward(expected, bp.forward(expected, sample), wanted), 0.5)
    assert [after[name] for name in net.parameters] == pytest.approx(
        [expected[name] for name in net.parameters], rel=1e-12
    )


@pytest.mark.parametrize("name", ["epochs", "patience"])
def test_ten_million_is_the_most(name):
    with pytest.raises(ValueError, match=f"{name} must be from 1 to 10000000, not 10000001"):
        bp.train(bp.initialise((2, 3, 1), seed=1), *XOR, **{name: 10_000_001})


@pytest.mark.parametrize("reach", [0, 10**6])
def test_a_step_of_one_batch_begins_with_the_gradient_that_came_with_the_error(reach, monkeypatch):
    """So that five epochs take six passes, whichever way they are made."""
    from bpviz.training import engines

    passes = []
    monkeypatch.setattr(engines, "REACH", reach)
    for engine in (engines.ArrayLines, engines.ByProgram):
        whole = engine.gradient
        monkeypatch.setattr(engine, "gradient", lambda *given, whole=whole: passes.append(1) or whole(*given))
    bp.train(bp.initialise((2, 3, 1), seed=1), *XOR, epochs=5)
    assert len(passes) == 6


@pytest.mark.parametrize(
    ("settings", "sweeps"),
    [
        ({"batch_size": 1}, 3),
        ({"batch_size": 1, "frozen": ["w1[1,1]"]}, 3),
        ({"batch_size": 2}, 0),
        ({"batch_size": 1, "momentum": 0.5}, 0),
        ({"batch_size": 1, "bias_rate": 0.25}, 0),
        ({"batch_size": 1, "optimiser": bp.Adam()}, 0),
    ],
)
def test_plain_online_training_goes_through_all_samples_in_one_sweep(settings, sweeps, monkeypatch):
    from bpviz.training.engines import ByProgram

    made = []
    whole = ByProgram.sweep
    monkeypatch.setattr(ByProgram, "sweep", lambda *given: made.append(1) or whole(*given))
    bp.train(bp.initialise((2, 3, 1), seed=1), *XOR, epochs=3, **settings)
    assert len(made) == sweeps


def test_a_history_and_a_descent_say_how_far_they_came_and_why_they_ended():
    """E = (w - 1)^2/2 from w = 0: half of the way is left after each step, a quarter of the error."""
    assert repr(bp.train(line(0.0), [[1]], [[1]], epochs=2)) == (
        "<History of 2 epochs: loss 0.5 to 0.03125 at epoch 2; all 2 epochs are done>"
    )
    best = bp.train(line(0.0), [[1]], [[1]], epochs=3, validation=([[1]], [[0.5]]))
    assert repr(best) == "<History of 3 epochs: loss 0.5 to 0.125 at epoch 1; all 3 epochs are done>"
    assert repr(bp.descend(line(0.0), [1], [1], 0.5, steps=2)) == "<Descent of 2 updates: loss 0.5 to 0.03125>"
    assert repr(bp.descend(line(0.0), [1], [1], 1e200, steps=2)) == (
        "<Descent of 0 updates: loss 0.5 to 0.5; "
        "learning_rate = 1e+200 is too large here: in epoch 1 the numbers grew beyond what a float holds>"
    )


@pytest.mark.parametrize(("settings", "kept"), [({}, 11), ({"momentum": 0.5}, 4), ({"optimiser": bp.Adam()}, 4)])
def test_what_is_remembered_beside_the_weights_takes_its_share_of_the_memory(settings, kept):
    """1,000 weights are 8,000 bytes, 800 more stand beside them: 11 of these fit, with a velocity 5, with moments 4.

    So every fourth of 40 epochs is kept, or every sixteenth and the last one.
    """
    net = bp.initialise((1000, 1), "zeros", biases=False)
    history = bp.train(net, [[0.0] * 1000], [[0.5]], epochs=40, memory=0.1, **settings)
    assert len(history.kept) == kept
