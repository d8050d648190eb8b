"""The Python side of Trainer, ActivationExplorer, LossSurface, DepthExplorer, NetworkBuilder, and what all share."""

import itertools
import json
import math
import re

import numpy as np
import pytest

import bpviz as bp
from bpviz.exchange.code import LIBRARIES
from bpviz.views.chart import line_chart, ticks
from bpviz.widgets.explorers.depth_explorer import DEPTHS, FUNCTIONS, METHODS, WIDTHS

XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]


@pytest.fixture(scope="module")
def histories():
    net = bp.initialise((2, 3, 1), seed=1)
    return bp.train(net, *XOR, epochs=60, learning_rate=2, batch_size=1), bp.train(net, *XOR, epochs=40, momentum=0.9)


def every_widget():
    ex = bp.articles.example("2-2-1")
    history = bp.train(bp.initialise((2, 2, 1), seed=1), *XOR, epochs=5)
    return [
        bp.Stepper(ex.network, ex.x, ex.target),
        bp.ProofStepper("BP1"),
        bp.Quiz(),
        bp.Trainer(*XOR, run=history),
        bp.ActivationExplorer(),
        bp.LossSurface(ex.network, ex.x, ex.target),
        bp.DepthExplorer(),
        bp.NetworkBuilder(),
    ]


def test_every_widget_has_a_snapshot_a_repr_and_a_page(tmp_path):
    for widget in every_widget():
        bundle, _ = widget._repr_mimebundle_()
        again, _ = widget._repr_mimebundle_()
        name = type(widget).__name__.removeprefix("Unit").removeprefix("Layer")  # as one writes it
        assert bundle["text/plain"].startswith(name + "(")
        assert bundle["text/html"] == again["text/html"]
        assert "Run this cell to" in bundle["text/html"]
        assert "<script" not in bundle["text/html"]
        page = bp.export_html(widget, tmp_path / "page.html").read_text(encoding="utf-8")
        assert re.search(r"<h1>[^<]+</h1>", page)
        assert "</script" not in widget._esm
        addresses = set(re.findall(r"https?://[^\"'\s)<]+", re.sub(r"data:[^)]*", "", page)))
        assert addresses <= {"http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2000/svg"}


def test_a_second_export_is_like_the_first(tmp_path):
    for widget in every_widget():
        pages = [bp.export_html(widget, tmp_path / "page.html").read_bytes() for _ in range(2)]
        assert pages[0] == pages[1], type(widget).__name__


def test_only_widgets_can_be_exported(tmp_path):
    with pytest.raises(TypeError, match="widget must be a widget of bpviz, not Network"):
        bp.export_html(bp.articles.example("2-2-1").network, tmp_path / "x.html")
    assert not (tmp_path / "x.html").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"widget": bp.ActivationExplorer}, "widget must be a widget of bpviz, not"),
        ({"widget": bp.ActivationExplorer(), "path": None}, "path must be a text or a Path, not NoneType"),
        ({"widget": bp.ActivationExplorer(), "title": 3}, "title must be a text, not int"),
    ],
)
def test_an_export_that_cannot_be_is_refused(tmp_path, arguments, message):
    with pytest.raises(TypeError, match=message):
        bp.export_html(**{"path": tmp_path / "x.html", **arguments})


def test_an_export_makes_its_folder_and_does_not_replace_one(tmp_path):
    assert bp.export_html(bp.ActivationExplorer(), tmp_path / "new" / "x.html").exists()
    with pytest.raises(ValueError, match="path must lead to a file"):
        bp.export_html(bp.ActivationExplorer(), tmp_path / "new")


def test_the_title_of_a_page_is_escaped(tmp_path):
    page = bp.export_html(bp.ActivationExplorer(), tmp_path / "x.html", title="<b>&").read_text(encoding="utf-8")
    assert "<h1>&lt;b&gt;&amp;</h1>" in page
    assert "<title>&lt;b&gt;&amp;</title>" in page


# --- charts ---


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 3000, [0, 500, 1000, 1500, 2000, 2500, 3000]),
        (-4, 0, [-4, -3, -2, -1, 0]),
    ],
)
def test_ticks_are_round_numbers(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


@pytest.mark.parametrize("logarithmic", [False, True])
def test_heights_on_a_chart_follow_the_values(logarithmic):
    values = [8.0, 4.0, 2.0, 1.0, 0.5]
    heights = line_chart({"run": values}, "epoch", "error", logarithmic).heights["run"]
    steps = np.diff(heights)
    assert (steps > 0).all()  # y grows downwards
    assert (np.ptp(steps) < 1e-9) == logarithmic


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.1307, 0.115], ["0.13", "0.128", "0.126"]), ([40.0, 3e-4], ["10", "1", "0.1", "0.01", "0.001"])],
)
def test_a_logarithmic_axis_has_round_numbers_however_short_it_is(values, expected):
    svg = line_chart({"run": values}, "epoch", "error", logarithmic=True, height=520).svg
    marks = re.findall(r'bpv-end"[^>]*>([^<]+)<', svg)
    assert sorted(marks, key=float, reverse=True)[: len(expected)] == expected


def test_a_chart_of_zeros_and_of_one_point_can_be_drawn():
    for values in ([0.0, 0.0], [1.0], [1e-300, 0.0], [1e308, 1e308]):
        for logarithmic in (False, True):
            heights = line_chart({"run": values}, "epoch", "error", logarithmic).heights["run"]
            assert np.isfinite(heights).all()


# --- Trainer ---


def test_the_trainer_has_every_epoch_of_both_runs(histories):
    online, momentum = histories
    trainer = bp.Trainer(*XOR, online=online, momentum=momentum)
    assert trainer.epochs == 60
    for film, history in zip(trainer._films, histories):
        assert (
            np.frombuffer(film["parameters"]).reshape(history.parameters.shape).tolist() == history.parameters.tolist()
        )
        assert np.frombuffer(film["losses"]).tolist() == list(history.losses)
        assert len(np.frombuffer(film["rates"])) == len(history.losses)
    trainer.epoch = 50
    assert (
        repr(trainer)
        == f"Trainer(epoch 50 of 60: online E = {online.losses[50]:.6g}, momentum E = {momentum.losses[40]:.6g})"
    )


def test_the_stepper_of_an_epoch_starts_with_that_epochs_network(histories):
    online, momentum = histories
    trainer = bp.Trainer(*XOR, online=online, momentum=momentum)
    stepper = trainer.stepper(epoch=7)
    assert stepper.network == online.network_at(7)
    assert (stepper.x.shape, stepper.learning_rate) == ((4, 2), 2)
    trainer.epoch = 33
    assert trainer.stepper(run="momentum").network == momentum.network_at(33)


def test_frozen_parameters_stay_in_the_steppers_of_their_runs():
    net = bp.initialise((2, 2, 1), seed=1)
    free, kept = bp.train(net, *XOR, epochs=2), bp.train(net, *XOR, epochs=2, frozen=["w1[1,1]"])
    trainer = bp.Trainer(*XOR, free=free, kept=kept)
    stepper = trainer.stepper(1, "kept")
    stepper.iteration = 1
    assert stepper.network["w1[1,1]"] == net["w1[1,1]"]
    assert stepper.network.numbers == pytest.approx(kept.network_at(2).numbers, rel=1e-14)  # trained by its program
    programs = [state["_program"] for state in trainer._steppers]
    assert programs[0] != programs[1]


def test_runs_that_are_no_plain_descent_say_so():
    net = bp.initialise((2, 2, 1), seed=1)
    online, heavy = (bp.train(net, *XOR, epochs=2, **how) for how in ({"batch_size": 1}, {"momentum": 0.9}))
    first, second = bp.Trainer(*XOR, online=online, heavy=heavy)._runs
    assert (first["plain"], second["plain"]) == (False, False)
    assert first["note"] == (
        "The run itself updated after each sample; this is one step of the whole batch from the same numbers."
    )
    assert second["note"] == "The gradient is that of the run. It also carried on 0.9 of its last step."
    assert bp.Trainer(*XOR, run=bp.train(net, *XOR, epochs=2))._runs[0]["plain"]


def test_with_many_samples_the_note_says_what_one_of_them_adds():
    rng = np.random.default_rng(2)
    x, target = rng.uniform(size=(9, 2)), rng.uniform(size=(9, 1))
    net = bp.initialise((2, 2, 1), seed=1)
    batch, mini = (bp.train(net, x, target, epochs=2, **how) for how in ({}, {"batch_size": 3}))
    notes = [run["note"] for run in bp.Trainer(x, target, batch=batch, mini=mini)._runs]
    assert notes[0] == "The run stepped with the mean over all 9 samples; this is what one of them adds to it."
    assert "after each mini-batch, with the mean over its 3 samples" in notes[1]


def test_a_run_on_other_data_is_refused():
    run = bp.train(bp.initialise((2, 2, 1), seed=1), *XOR, epochs=2)
    with pytest.raises(ValueError, match="run must have been trained on x and target, but its first error is"):
        bp.Trainer([[5, 5]], [[1]], run=run)


def test_a_flat_place_is_no_convergence():
    net = bp.Network([[[0.5, 0.1]], [[1.0]]], activations=["relu", "linear"])
    surface = bp.LossSurface(net, [1, 2], [1], "w1[1,1]", "w1[1,2]")
    surface.start = [-0.5, -0.5]
    assert surface.verdict == "Nothing moves: the gradient is zero here."


def test_what_the_depth_explorer_says_follows_the_sizes():
    explorer = bp.DepthExplorer()
    explorer.activation, explorer.depth = "sigmoid", 16
    assert explorer.verdict == explorer._verdicts["sigmoid xavier 10 16"] == "vanishes"
    explorer.activation, explorer.initialisation = "linear", "uniform"
    assert explorer.verdict == "explodes"


def test_a_run_that_began_at_its_goal_has_one_epoch():
    trainer = bp.Trainer(*XOR, run=bp.train(bp.initialise((2, 2, 1)), *XOR, goal=100))
    assert (trainer.epochs, trainer.stepper(0).learning_rate) == (0, 0.5)


def test_only_yes_and_no_or_one_of_several_is_counted_as_right():
    net = bp.initialise((2, 2), seed=1)
    cases = ([[1, 0], [0, 1]], [0, 1]), ([[1, 1], [0, 1]], None), ([[0.5, 0], [0, 1]], None)
    for target, answers in cases:
        history = bp.train(net, [[0, 1], [1, 0]], target, epochs=1)
        assert bp.Trainer([[0, 1], [1, 0]], target, run=history)._answers == answers


def test_a_large_batch_opens_the_stepper_on_one_sample():
    x, target = np.linspace(-1, 1, 9)[:, None], np.linspace(0, 1, 9)[:, None]
    trainer = bp.Trainer(x, target, run=bp.train(bp.initialise((1, 2, 1)), x, target, epochs=2))
    trainer.sample = 3
    assert trainer.stepper().x.tolist() == x[3].tolist()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda h: bp.Trainer(*XOR), "runs must be one or two results of train"),
        (lambda h: bp.Trainer(*XOR, a=h[0], b=h[0], c=h[0]), "runs must be one or two"),
        (lambda h: bp.Trainer(*XOR, a="x"), r"a must be what train\(\) returns, not str"),
        (lambda h: bp.Trainer([1, 2], [3], a=h[0]), "x and target must be batches"),
        (lambda h: bp.Trainer([[1, 2]], [[3], [4]], a=h[0]), "x and target must be batches"),
        (
            lambda h: bp.Trainer(*XOR, a=h[0], b=bp.train(bp.initialise((2, 2, 1)), *XOR, epochs=1)),
            "b must differ from .* in its numbers only",
        ),
        (lambda h: setattr(bp.Trainer(*XOR, a=h[0]), "epoch", 61), "epoch must be from 0 to 60, not 61"),
        (lambda h: setattr(bp.Trainer(*XOR, a=h[0]), "sample", 4), "sample must be from 0 to 3, not 4"),
        (lambda h: bp.Trainer(*XOR, a=h[0]).stepper(run="z"), "run must be one of a, not 'z'"),
        (lambda h: bp.Trainer(*XOR, a=h[0]).stepper(run=[]), r"run must be one of a, not \[\]"),
    ],
)
def test_a_trainer_that_cannot_be_is_refused(histories, make, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make(histories)


# --- ActivationExplorer ---


def test_the_explorer_offers_every_activation_of_one_number():
    explorer = bp.ActivationExplorer()
    assert {entry["name"] for entry in explorer._entries} == set(bp.ACTIVATIONS) - {"softmax"}
    constants = {entry["name"]: [c["name"] for c in entry["constants"]] for entry in explorer._entries}
    assert constants["scaled_sigmoid"] == ["A", "B"]
    assert constants["sigmoid"] == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("net", 7, "net must be from -6 to 6, not 7"),
        ("net", "x", "net must be a number, not str"),
        ("shown", "relu", "shown must be a list of names, not str"),
        ("shown", ["softmax"], "shown: there is no 'softmax'"),
    ],
)
def test_a_wrong_setting_of_the_explorer_changes_nothing(name, value, message):
    explorer = bp.ActivationExplorer("relu")
    before = repr(explorer)
    with pytest.raises((ValueError, TypeError), match=message):
        setattr(explorer, name, value)
    assert repr(explorer) == before


# --- LossSurface ---


def test_the_path_is_descent_with_all_other_parameters_held():
    ex = bp.articles.example("2-3-2")
    surface = bp.LossSurface(ex.network, ex.x, ex.target, "w7", "w8", learning_rate=0.5, steps=20)
    others = [name for name in ex.network.parameters if name not in ("w7", "w8")]
    descent = bp.descend(ex.network, ex.x, ex.target, 0.5, steps=20, frozen=others)
    for (a, b, error), net, loss in zip(surface.path, descent.networks, descent.losses, strict=True):
        assert (a, b, error) == (net["w7"], net["w8"], pytest.approx(loss, rel=1e-14))


def test_another_parameter_starts_at_its_own_number_and_too_large_a_start_is_refused():
    ex = bp.articles.example("2-3-2")
    surface = bp.LossSurface(ex.network, ex.x, ex.target, "w7", "w8")
    surface.first = "w1"
    assert surface.start == [0.1, 0.45]
    linear = bp.LossSurface(bp.Network([[[1.0, 1.0]]], activations="linear"), [30.0, 40.0], [1.0])
    with pytest.raises(ValueError, match="grow beyond"):
        linear.start = [1e300, 1e300]
    assert linear.start == [1, 1]


def test_a_path_that_blows_up_ends_where_it_leaves_the_floats():
    surface = bp.LossSurface(bp.Network([[[1.0, 1.0]]], activations="linear"), [30.0, 40.0], [1.0], learning_rate=10)
    path = surface.path
    assert 2 < len(path) < 101
    assert all(math.isfinite(error) for _, _, error in path)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda net: bp.LossSurface(net, [1, 2], [1], "w1[1,1]", "w1[1,1]"), "first and second must be two parameters"),
        (lambda net: bp.LossSurface(net, [1, 2], [1], "w9"), "first: there is no 'w9'"),
        (lambda net: bp.LossSurface(net, [1, 2], [1], steps=0), "steps must be from 1 to 500"),
        (lambda net: bp.LossSurface(net, [1, 2], [1], learning_rate=-1), "learning_rate must be above zero"),
        (
            lambda net: bp.LossSurface(bp.Network([[[1.0]]]), [1], [1]),
            "net must have from 2 to 2,000 parameters, not 1",
        ),
        (lambda net: setattr(bp.LossSurface(net, [1, 2], [1]), "start", [1]), "start must be two numbers"),
        (lambda net: setattr(bp.LossSurface(net, [1, 2], [1]), "first", "w1[1,2]"), "first and second must be two"),
        (lambda net: bp.LossSurface("x", [1, 2], [1]), "net must be a Network, not str"),
    ],
)
def test_a_surface_that_cannot_be_is_refused(make, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make(bp.Network([[[0.5, 0.25]]]))


# --- DepthExplorer ---


def test_each_layers_size_is_the_one_ahead_times_its_two_factors():
    explorer = bp.DepthExplorer()
    for f in FUNCTIONS:
        explorer.activation = f
        layers = explorer.layers
        for (size, weights, slopes), (ahead, _, _) in itertools.pairwise(layers):
            assert size == pytest.approx(ahead * weights * slopes, rel=1e-12)


def test_the_sizes_are_those_of_a_real_backward_pass():
    explorer = bp.DepthExplorer(seed=3)
    explorer.depth, explorer.width, explorer.activation = 4, 2, "tanh"
    net = bp.initialise((2,) * 5, "xavier", activations="tanh", seed=3, biases=False)
    rng = np.random.default_rng([3, 1])
    x = rng.normal(size=(2, 32)).T
    out = bp.forward(net, x).output
    target = out - rng.normal(size=(2, 32)).T
    deltas = bp.backward(net, bp.forward(net, x), target).deltas
    for size, delta in zip(explorer.sizes, deltas, strict=True):
        assert size == pytest.approx(np.sqrt((delta**2).mean()), rel=1e-12)


def test_sigmoids_vanish_and_relus_with_hes_weights_do_not():
    explorer = bp.DepthExplorer()
    explorer.width, explorer.depth = 50, 30
    explorer.activation, explorer.initialisation = "sigmoid", "xavier"
    assert explorer.sizes[0] < 1e-12 * explorer.sizes[-1]
    explorer.activation, explorer.initialisation = "relu", "he"
    assert 0.01 < explorer.sizes[0] / explorer.sizes[-1] < 100


def test_the_page_has_every_combination():
    explorer = bp.DepthExplorer()
    assert len(explorer._profiles) == len(FUNCTIONS) * len(METHODS) * len(WIDTHS) * len(DEPTHS)
    assert json.dumps(explorer._profiles, allow_nan=False)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("depth", 5, "depth must be one of 2, 4, 8, 16, 30, not 5"),
        ("width", "x", "width must be a whole number"),
        ("activation", "softmax", "activation: there is no 'softmax'"),
        ("initialisation", "zeros", "initialisation: there is no 'zeros'"),
    ],
)
def test_a_wrong_setting_of_the_depth_explorer_changes_nothing(name, value, message):
    explorer = bp.DepthExplorer()
    before = repr(explorer)
    with pytest.raises((ValueError, TypeError), match=message):
        setattr(explorer, name, value)
    assert repr(explorer) == before


# --- NetworkBuilder ---


def test_the_code_to_take_away_makes_the_network_that_is_shown():
    builder = bp.NetworkBuilder(sizes=[2, 2, 3], activations=["tanh", "softmax"], loss="categorical_cross_entropy")
    builder.network = builder.network.with_values({"w1[1,1]": -0.75})
    made = {}
    code = builder.code.replace("bp.Stepper(", "made = dict(stepper=bp.Stepper(") + ")"
    namespace = run_code(code)
    made = namespace["made"]
    assert namespace["net"] == builder.network
    assert made["stepper"].x.tolist() == builder.x.tolist()
    builder._taken = "json"
    assert bp.Network.from_json(builder._text) == builder.network


def run_code(code):
    """Runs code as a notebook would; it comes from the builder, with numbers and names of this test alone."""
    import types

    module = types.ModuleType("taken_away")
    namespace = module.__dict__
    types.FunctionType(compile(code, "taken away", "exec"), namespace)()
    return namespace


def test_parameters_can_be_renamed():
    builder = bp.NetworkBuilder(sizes=[2, 1], activations=["relu"], rename={"w1[1,2]": "slope", "b1[1]": "b"})
    assert set(builder.network.parameters) == {"w1[1,1]", "slope", "b"}
    builder.choices = {**builder.choices, "names": "numbered", "rename": {"w2": "v"}}
    assert set(builder.network.parameters) == {"w1", "v", "b1"}


def test_each_choice_builds_another_network():
    builder = bp.NetworkBuilder()
    assert repr(builder.network) == "Network(2-3-2, sigmoid, half_squared_error, 17 parameters)"
    for choice, expected in (
        ({"biases": "shared"}, "14 parameters"),
        ({"biases": "none"}, "12 parameters"),
        ({"sizes": [3, 1], "activations": ["relu"]}, "Network(3-1, relu"),
        ({"names": "numbered"}, "Network(3-1"),
        ({"loss": "mean_squared_error"}, "mean_squared_error"),
    ):
        builder.choices = {**builder.choices, **choice}
        assert expected in repr(builder.network)
        assert builder.derivation.check()
    assert list(builder.network.parameters) == ["w1", "w2", "w3"]
    assert builder._build == 5


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"sizes": [2]}, "sizes must list 2 to 5 layers"),
        ({"sizes": [2, 9]}, "sizes must be from 1 to 8, not 9"),
        ({"activations": ["relu"]}, "activations must name one for each of the 2 layers"),
        ({"activations": ["relu", "x"]}, "activations: there is no 'x'"),
        ({"loss": "categorical_cross_entropy"}, "the last layer needs .softmax"),
        ({"biases": "some"}, "biases: there is no 'some'"),
        ({"seed": -1}, "seed must be from 0"),
        ({"rename": "x"}, "rename must lead from names to names"),
        ({"rename": {"w1[1,1]": "w1[1,2]"}}, "names one shared parameter, so it needs one value"),
        ({"rename": {"w1[1,1]": ""}}, "name"),
        ({"colour": "red"}, "choices must have sizes"),
    ],
)
def test_what_cannot_be_built_is_refused_and_changes_nothing(choice, message):
    builder = bp.NetworkBuilder()
    before = (builder.network, dict(builder.choices), builder._build)
    with pytest.raises((ValueError, TypeError), match=message):
        builder.choices = {**builder.choices, **choice}
    assert (builder.network, dict(builder.choices), builder._build) == before


def test_other_messages_to_the_builder_are_ignored():
    builder = bp.NetworkBuilder()
    for nonsense in (None, "x", {"choices": "x"}, {}, {"name": "paint"}, {"name": None}):
        builder._asked(builder, nonsense, [])
    assert builder._build == 0
    assert not builder._refusal


def move(builder, name, to=None, of=None):
    """What the page sends for a move of its form."""
    builder._asked(builder, {"name": name, "to": to, "of": of}, [])
    return builder


@pytest.mark.parametrize(
    ("begin", "name", "to", "of", "expected"),
    [
        ({}, "units", 5, 1, {"sizes": [2, 5, 2]}),
        ({}, "activation", "tanh", 1, {"activations": ["tanh", "sigmoid"]}),
        ({}, "loss", "categorical_cross_entropy", None, {"activations": ["sigmoid", "softmax"]}),
        (
            {"loss": "binary_cross_entropy"}, "activation", "tanh", 2,
            {"activations": ["sigmoid", "tanh"], "loss": "half_squared_error"},
        ),
        ({"loss": "binary_cross_entropy"}, "activation", "tanh", 1, {"loss": "binary_cross_entropy"}),
        ({}, "add", None, None, {"sizes": [2, 3, 3, 2], "activations": ["sigmoid"] * 3}),
        ({}, "remove", None, None, {"sizes": [2, 2], "activations": ["sigmoid"]}),
        ({}, "draw", None, None, {"seed": 2}),
        ({}, "biases", "shared", None, {"biases": "shared"}),
        ({}, "rename", "v", "w1[1,1]", {"rename": {"w1[1,1]": "v"}}),
        ({"rename": {"w1[1,1]": "v"}}, "rename", "u", "v", {"rename": {"w1[1,1]": "u"}}),
    ],
)  # fmt: skip
def test_a_move_of_the_form_changes_what_it_says(begin, name, to, of, expected):
    builder = move(bp.NetworkBuilder(**begin), name, to, of)
    assert {key: builder.choices[key] for key in expected} == expected
    assert not builder._refusal


@pytest.mark.parametrize(
    ("begin", "name", "to", "of", "message"),
    [
        ({}, "units", 9, 1, "sizes must be from 1 to 8, not 9"),
        ({}, "units", 2, 3, "layer must be from 0 to 2, not 3"),
        ({}, "activation", "x", 1, "activations: there is no 'x'"),
        ({}, "activation", "relu", "1", "layer must be a whole number"),
        ({}, "loss", ["x"], None, "loss"),
        ({"sizes": [2, 1]}, "remove", None, None, "sizes must list 2 to 5 layers"),
        ({"sizes": [1] * 5}, "add", None, None, "sizes must list 2 to 5 layers"),
        ({}, "rename", "w1[1,2]", "w1[1,1]", "needs one value"),
        ({}, "rename", 3, "w1[1,1]", "rename must lead from names to names"),
        ({}, "rename", "v", "w9", "rename: there is no 'w9'"),
        ({}, "rename", "v", None, "rename must be a name"),
    ],
)
def test_a_move_that_leads_nowhere_is_refused_and_changes_nothing(begin, name, to, of, message):
    builder = bp.NetworkBuilder(**begin)
    before = (builder.network, dict(builder.choices), builder._build)
    assert re.search(message, move(builder, name, to, of)._refusal)
    assert (builder.network, dict(builder.choices), builder._build) == before


def test_a_name_given_in_another_scheme_is_not_taken_for_one_of_this():
    builder = move(bp.NetworkBuilder(), "rename", "w5", "w1[1,1]")
    move(move(builder, "names", "numbered"), "rename", "mine", "w5")
    assert "mine" in builder.network.parameters
    assert builder.choices["rename"] == {"w1[1,1]": "w5", "w5": "mine"}


def test_code_of_names_with_any_letters_can_be_put_together():
    builder = move(bp.NetworkBuilder(), "rename", r"\\ue001", "w1[1,1]")
    builder.complete()
    given = list(builder.given.numbers.values())
    code, data = (put_together(builder._open[what], given) for what in ("bpviz", "json"))
    assert run_code(code)["net"] == builder.network
    assert bp.Network.from_json(data) == builder.network


def put_together(pieces, numbers):
    return "".join(str(numbers[piece]) if isinstance(piece, int) else piece for piece in pieces)


def test_what_a_page_puts_together_is_what_python_writes():
    ex = bp.articles.example("2-2-2")
    stepper = bp.Stepper(
        ex.network, [[0.05, 0.1], [1, 2]], [[0.01, 0.99], [1, 0]], 0.25, frozen=ex.frozen, reduction="sum"
    )
    stepper.complete()
    given = list(stepper.given.numbers.values())
    for library in LIBRARIES:
        together = put_together(stepper._open[library], given)
        assert "".join(together.split()) == "".join(stepper_program(stepper, library).split())  # lines break elsewhere


@pytest.mark.parametrize("samples", [1, 3])
def test_what_a_page_by_layer_puts_together_is_what_python_writes(samples):
    net = bp.initialise((3, 4, 2), seed=2)
    x, target = np.arange(3 * samples).reshape(samples, 3) / 4, np.tile([1.0, 0.0], (samples, 1))
    stepper = bp.Stepper(net, x if samples > 1 else x[0], target if samples > 1 else target[0], 0.25, by="layer")
    stepper.complete()
    matrices = {name: np.frombuffer(told["data"]) for name, told in stepper._given.items()}
    for library in LIBRARIES:
        pieces = stepper._open[library]
        together = "".join(piece if isinstance(piece, str) else str(matrices[piece[0]][piece[1]]) for piece in pieces)
        assert unbroken(together) == unbroken(stepper_program(stepper, library))  # lines break elsewhere
        stepper._taken = library
        assert stepper._text == stepper_program(stepper, library)


def unbroken(program):
    return "".join(program.split()).replace(",]", "]").replace(",)", ")")


def test_a_program_too_long_to_be_read_is_said_so():
    stepper = bp.Stepper(bp.initialise((200, 50, 10), seed=1), np.linspace(0, 1, 200), np.eye(10)[0], by="layer")
    stepper._taken = "numpy"
    assert stepper._text.startswith("10,560 parameters are too many to be read here")
    stepper.complete()
    assert stepper._open == {}


def stepper_program(stepper, library):
    try:
        return stepper.program(library)
    except ValueError as error:
        return str(error)


def test_what_is_taken_away_follows_the_numbers_and_the_iteration():
    ex = bp.articles.example("2-3-2")
    stepper = bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate)
    assert stepper._text == ""
    stepper._taken = "pytorch"
    assert stepper._text == bp.code(ex.network, ex.x, ex.target, ex.learning_rate, "pytorch")
    stepper.iteration = 1
    assert stepper._text == bp.code(stepper.network, ex.x, ex.target, ex.learning_rate, "pytorch")
    stepper.network = stepper.network.with_values({"w1": 7.25})
    assert "7.25" in stepper._text
    stepper._taken = "scikit-learn"
    assert stepper._text == "library: in scikit-learn every unit has a bias of its own"
    with pytest.raises(ValueError, match="_taken: there is no 'tensorflow'"):
        stepper._taken = "tensorflow"


def test_a_program_of_another_optimiser_is_refused():
    ex = bp.articles.example("2-3-2")
    with pytest.raises(ValueError, match="optimiser: programs do one step of gradient descent, not of Adam"):
        bp.Stepper(ex.network, ex.x, ex.target, optimiser=bp.Adam()).program("numpy")


def test_the_form_knows_whether_a_layer_can_be_added_or_taken_away():
    builder = bp.NetworkBuilder(sizes=[2, 1])
    assert builder._possible == {"add": True, "remove": False}
    for _ in range(3):
        move(builder, "add")
    assert builder._possible == {"add": False, "remove": True}


LINE = bp.Network([[[1.0, 2.0]]], activations="linear")


@pytest.mark.parametrize(
    ("net", "x", "target", "rate", "steps", "verdict"),
    [
        (LINE, [1e100, 1.0], [0.0], 1e100, 0, "It blows up"),
        (LINE, [1e150, 3.0], [1.0], 1.0, 0, "It blows up"),
        (bp.articles.example("2-2-1").network, [0.35, 0.9], [0.5], 1e300, 100, "It leaps"),
    ],
)
def test_a_path_of_one_point_or_beyond_all_bounds_has_a_verdict_and_a_snapshot(net, x, target, rate, steps, verdict):
    surface = bp.LossSurface(net, x, target, learning_rate=rate)
    assert len(surface.path) - 1 == steps
    assert surface.verdict.startswith(verdict)
    assert f"in {steps} steps to" in surface.snapshot()


def test_the_networks_that_a_builder_carries_have_its_digits_and_its_learning_rate(tmp_path):
    builder = bp.NetworkBuilder()
    builder.digits, builder.learning_rate = 3, 2.0
    bp.export_html(builder, tmp_path / "page.html")
    assert not any("digits" in carried["state"] for carried in builder._carried)
    assert {carried["state"].get("learning_rate", 2.0) for carried in builder._carried} == {2.0}
