"""Networks of any size: arrays first, and names only when somebody asks."""

import json
import re
import sys

import numpy as np
import pytest
from hypothesis import given

import bpviz as bp
from bpviz.derivation import witnesses
from bpviz.steps import step, story
from bpviz.views import geometry
from bpviz.views.details import DETAILS
from bpviz.words import progress
from tests.networks import cases, examples, two_three_two

LARGE = (784, 128, 10)
VIEWS = ["exact", "evaluate", "sympy", "text", "latex", "mathml", "program"]


def made_no_names(net):
    return not {"first_slot", "weight_names", "_slot_names"} & set(vars(net.layout))


def test_a_step_of_a_large_network_makes_no_names():
    net = bp.initialise((61, 47, 9), seed=1)
    x, target = np.ones((5, 61)), np.zeros((5, 9))
    after = bp.update(net, bp.backward(net, bp.forward(net, x), target), 0.5)
    bp.train(net, x, target, epochs=2, batch_size=2)
    assert repr(after) == "Network(61-47-9, sigmoid, half_squared_error, 3346 parameters)"
    assert after == bp.Network.from_json(after.to_json())
    assert made_no_names(net)


def test_networks_that_differ_in_numbers_share_their_layout():
    net = bp.initialise(LARGE)
    grads = bp.backward(net, bp.forward(net, np.ones(784)), np.zeros(10))
    assert bp.update(net, grads, 0.1).layout is net.layout is bp.Network(net.weights, net.biases).layout


@examples(60)
@given(cases())
def test_an_update_moves_every_parameter_against_its_gradient(case):
    """Tied weights, shared biases and all: by name, as a person would write it."""
    grads = bp.backward(case.net, bp.forward(case.net, case.x), case.target)
    after = bp.update(case.net, grads, 0.25)
    for name, value in case.net.numbers.items():
        assert after[name] == pytest.approx(value - 0.25 * grads[name], rel=1e-12, abs=1e-15)
    assert set(after.numbers) == set(grads.by_name)
    assert bp.Network.from_json(after.to_json()) == after  # what is shared has one value


def test_frozen_parameters_are_left_alone_to_the_last_bit():
    ex = two_three_two()
    grads = bp.backward(ex.network, bp.forward(ex.network, ex.x), ex.target)
    after = bp.update(ex.network, grads, 0.5, frozen=["b1", "w7"])
    changed = {name for name, value in after.numbers.items() if value != ex.network[name]}
    assert changed == set(ex.network.parameters) - {"b1", "w7"}


def test_names_that_are_the_default_ones_make_the_same_network():
    plain = bp.Network([[[0.1, 0.2]]], [0.3])
    assert bp.Network([[[0.1, 0.2]]], [0.3], weight_names=[[["w1[1,1]", "w1[1,2]"]]], bias_names=["b1"]) == plain
    assert bp.Network([[[0.1, 0.2]]], [0.3], weight_names=[[["a", "b"]]]) != plain


def test_a_file_with_default_names_written_out_is_read_as_before():
    net = bp.initialise((2, 3, 1))
    data = json.loads(net.to_json())
    assert data["weight_names"] is None
    data["weight_names"], data["bias_names"] = net.weight_names, net.bias_names
    assert bp.Network.from_json(json.dumps(data)) == net


def test_a_network_differs_from_one_with_another_sign_of_zero_as_its_json_does():
    plus, minus = bp.Network([[[0.0]]]), bp.Network([[[-0.0]]])
    assert plus != minus
    assert hash(plus) == hash(bp.Network([[[0.0]]]))


def test_arrays_of_a_network_cannot_be_written_to():
    net = bp.initialise((2, 2))
    grads = bp.backward(net, bp.forward(net, [1, 2]), [0, 1])
    for some in (net, bp.update(net, grads, 0.5), net.with_values({"w1[1,1]": 3.0})):
        with pytest.raises(ValueError, match="read-only"):
            some.weights[0][0, 0] = 1
        with pytest.raises(ValueError, match="read-only"):
            some.biases[0][0] = 1


def test_a_trace_does_not_follow_what_is_written_into_x_afterwards():
    net, x = bp.initialise((2, 2)), np.array([1.0, 2.0])
    trace = bp.forward(net, x)
    x[0] = 100
    assert trace.a[0].tolist() == [1, 2]


def test_gradients_of_a_network_with_other_places_are_refused():
    a, b = bp.initialise((2, 2, 1)), bp.initialise((2, 2, 1), biases=False)
    with pytest.raises(ValueError, match="grads must come from this network"):
        bp.update(a, bp.backward(b, bp.forward(b, [1, 2]), [0]), 0.5)


def test_an_update_that_leaves_the_floats_names_the_rate():
    net = bp.Network([[[1e5]]], activations="linear")
    grads = bp.backward(net, bp.forward(net, [1e3]), [0])
    with pytest.raises(ValueError, match=r"learning_rate: with 1e\+300 the parameters grow beyond what float64 holds"):
        bp.update(net, grads, 1e300)


def test_a_near_miss_is_found_among_many_names_at_once():
    with pytest.raises(ValueError, match=r"there is no 'w1\[1,1\}' \(did you mean 'w1\[1,1\]'\?\)"):
        bp.initialise(LARGE)["w1[1,1}"]


@pytest.mark.parametrize("sizes", [(100, 100, 100), (1, 1000, 1), (3,) * 51, (2, 5, 1000)])
def test_one_gradient_of_a_large_network_is_checked_by_witnesses(sizes):
    net = bp.initialise(sizes, "gaussian", scale=0.5, seed=2)
    rng = np.random.default_rng(3)
    name = "w1[2,1]"
    d = bp.derive(net, rng.uniform(size=sizes[0]), rng.uniform(size=sizes[-1]), wrt=name)
    (row,) = d.check().rows
    assert row.agree
    assert row.sympy_diff == pytest.approx(row.complex_step, rel=1e-9, abs=1e-25)


def test_a_witness_that_would_take_too_long_is_not_asked_and_the_table_says_so():
    net = bp.initialise((40, 40, 40), seed=1)
    check = bp.derive(net, np.ones(40), np.zeros(40)).check()
    assert all(row.sympy_diff is None and row.agree for row in check.rows)
    assert "not asked" in str(check).splitlines()[2]
    assert "sympy.diff would take too long, so it was not asked" in str(check)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((1, 1000, 1), "net must have at most 200 units in a layer for one formula, not 1000"),
        ((100, 100, 100), "of at most about 40,000 terms; Network\\(100-100-100.* has about 4,020,300"),
        ((3,) * 51, "which derive\\(\\) writes in steps"),
    ],
)
def test_a_formula_that_would_fill_the_memory_is_refused(sizes, message):
    with pytest.raises(ValueError, match=message):
        bp.symbolic(bp.initialise(sizes))


def test_a_surface_of_a_large_network_is_refused_at_once():
    with pytest.raises(ValueError, match="net must have from 2 to 2,000 parameters, not 101,770"):
        bp.LossSurface(bp.initialise(LARGE), np.ones(784), np.zeros(10))


def test_a_stepper_by_unit_of_a_large_network_is_refused_at_once():
    refusal = "net must have at most 2,500 parameters by unit, not 101,770; try by='layer'"
    with pytest.raises(ValueError, match=re.escape(refusal)):
        bp.Stepper(bp.initialise(LARGE), np.ones(784), np.zeros(10), by="unit")


def test_a_trainer_says_how_large_a_network_it_takes():
    net = bp.initialise((20, 9, 2), seed=1)
    history = bp.train(net, np.ones((2, 20)), np.zeros((2, 2)), epochs=2)
    with pytest.raises(ValueError, match=r"runs must be of a network of at most 200 parameters.* not of 209"):
        bp.Trainer(np.ones((2, 20)), np.zeros((2, 2)), run=history)


@pytest.mark.parametrize(
    ("sizes", "n_samples", "wrt"), [((784, 128, 10), 1, None), ((2, 3, 2), 20_000, "w1[1,1]"), ((3,) * 51, 1000, None)]
)
def test_a_derivation_that_nobody_could_read_is_refused_at_once(sizes, n_samples, wrt):
    x, target = np.ones((n_samples, sizes[0])), np.zeros((n_samples, sizes[-1]))
    with pytest.raises(ValueError, match=r"net and x are too large to be derived unit by unit: .*derive_layers\(\)"):
        bp.derive(bp.initialise(sizes), x, target, wrt)


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda: bp.initialise((100_000, 100_000)), "sizes must make at most 50,000,000 weights, but these make 10,"),
        (lambda: bp.initialise((1,) * 1_201), "sizes must list at most 201 layer sizes, not 1201"),
        (lambda: bp.Network([[[1.0]]] * 201), "weights must have at most 200 layers, not 201"),
    ],
)
def test_a_network_that_is_too_large_for_anything_is_refused_at_once(make, refusal):
    with pytest.raises(ValueError, match=f"^{refusal}"):
        make()


def test_the_deepest_network_is_derived_checked_and_saved():
    net = bp.initialise((1,) * 201, seed=1)
    derivation = bp.derive(net, [0.5], [1.0], wrt="w1[1,1]")
    assert len(derivation.factors) == 401
    assert [row.agree for row in derivation.check().rows] == [True]
    assert bp.Network.from_json(net.to_json()) == net


def test_what_cancels_to_nothing_is_nothing_in_many_digits_too():
    """The gradients of a shared bias of a softmax layer add up to the sum of its outputs less that of the targets."""
    net = bp.initialise((3, 5, 7), seed=1, activations=["tanh", "softmax"], loss="categorical_cross_entropy")
    net = bp.Network(net.weights, [0.1, 0.2], net.activations, net.loss)
    many = bp.derive(net, [0.37, 0.41, 0.2], [0, 1, 0, 0, 0, 0, 0]).evaluate(50)
    assert float(many["dE_total/db2"]) == 0.0
    assert float(many["dE_total/db1"]) != 0.0


def test_layers_that_are_alike_are_placed_once(monkeypatch):
    placed = []
    place = geometry._place_labels
    monkeypatch.setattr(geometry, "_place_labels", lambda *given: placed.append(1) or place(*given))
    shown = geometry.geometry(bp.initialise((3,) * 21), DETAILS[0])
    assert len(placed) <= 2 * len(DETAILS[0].wider)
    for layer in (2, 10, 19):
        here = [edge for edge in shown.edges if edge.use is not None and edge.use.layer == layer]
        left = next(node.x for node in shown.nodes if node.name == f"h{layer - 1}_1")
        first = [(edge.label[0] - left, edge.label[1]) for edge in here]
        again = [edge.label for edge in shown.edges if edge.use is not None and edge.use.layer == 5]
        fifth = next(node.x for node in shown.nodes if node.name == "h4_1")
        assert first == [pytest.approx((x - fifth, y)) for x, y in again]


@pytest.mark.parametrize(("draw", "most"), [(bp.figure, "1,500"), (bp.diagram, "15,000")])
def test_a_network_too_large_to_draw_unit_by_unit_is_refused_at_once(draw, most):
    with pytest.raises(ValueError, match=f"net must have at most {most} lines to be drawn, not 101,770"):
        draw(bp.initialise(LARGE))


def test_lines_too_many_to_read_are_not_labelled():
    deep = bp.figure(bp.initialise((3,) * 21))
    assert not [text for text in deep.axes[0].texts if "w_{" in text.get_text()]


def test_a_network_that_is_too_large_to_be_asked_about_is_refused_at_once(tmp_path):
    for sizes in ((5, 1000), (20, 20, 20), (3,) * 51):
        net, x, target = bp.initialise(sizes, seed=1), [0.3] * sizes[0], [0.2] * sizes[-1]
        for ask in (
            lambda: bp.ask("nonsense", net=net, x=x, target=target),  # noqa: B023
            lambda: bp.Quiz(net=net, x=x, target=target),  # noqa: B023
            lambda: bp.moodle(None, [1], tmp_path / "q.xml", net=net, x=x, target=target),  # noqa: B023
        ):
            with pytest.raises(
                ValueError, match="net must have at most 500 parameters and 50 layers to be asked about"
            ):
                ask()


def test_a_batch_too_large_for_names_is_refused_where_numbers_have_names():
    net, x, target = bp.initialise((784, 128, 10), seed=1), np.zeros((300, 784)), np.full((300, 10), 0.2)
    layers = bp.derive_layers(net, x, target)
    for named in (lambda: layers.entry("w1[1,1]"), lambda: bp.Stepper(net, x, target, by="layer")):
        with pytest.raises(ValueError, match="x and target must hold at most 200,000 numbers where each has a name"):
            named()


def test_an_optimiser_of_a_large_network_is_refused_before_anything_is_named():
    net = bp.initialise((784, 128, 10), seed=1)
    with pytest.raises(ValueError, match="net must have at most 20,000 parameters with an optimiser, not 101,770"):
        bp.derive(net, [0.3] * 784, [0.2] * 10, learning_rate=0.1, optimiser=bp.Adam())


def test_no_refusal_leads_to_another_one():
    start = bp.initialise((60, 60, 2), seed=1)
    names = [[[f"p{l}_{j}_{i}" for i in range(W.shape[1])] for j in range(len(W))] for l, W in enumerate(start.weights)]
    weights = [W.copy() for W in start.weights]
    weights[1][-1, -1], names[1][-1][-1] = weights[1][0, 0], names[1][0][0]
    net = bp.Network(weights, start.biases, weight_names=names)
    with pytest.raises(ValueError, match=r"by unit, not 3,781$"):
        bp.Stepper(net, [0.3] * 60, [0.2] * 2)


def test_exact_values_of_a_deep_network_are_refused_where_they_nest_and_not_where_they_are_fractions():
    for activation, refused in (("sigmoid", True), ("relu", False)):
        net = bp.initialise((2,) * 9, seed=1, activations=activation)
        derived = bp.derive(net, [0.5, 0.25], [0.5, 0.5], "w1[1,1]")
        if refused:
            with pytest.raises(ValueError, match="net has 8 layers of exponentials, each within all that follow"):
                derived.exact()
        else:
            assert float(derived.exact()["net_o1"]) == pytest.approx(derived.values["net_o1"])


@pytest.mark.parametrize(
    ("done", "unit"),
    [
        (lambda given: bp.derive(*given), "gradients"),
        (lambda given: bp.derive(*given).check(), "gradients"),
        *((lambda given, view=view: getattr(bp.derive(*given), view)(), "steps") for view in VIEWS),
    ],
    ids=["derive", "check", *VIEWS],
)
def test_what_is_done_with_many_steps_shows_a_bar_and_with_few_none(done, unit, monkeypatch, capsys):
    given = bp.initialise((2, 2, 1), seed=1), [0.25, 0.5], [1]
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    done(given)
    assert capsys.readouterr().err == ""
    for module in (step, story, witnesses):
        monkeypatch.setattr(module, "MANY", 5)
    done(given)
    assert unit in capsys.readouterr().err


@pytest.mark.parametrize("what", ["exact", "evaluate", "sympy"])
def test_other_arithmetics_refuse_at_once_what_would_take_them_long(what):
    derived = bp.derive(bp.initialise((200, 100), seed=1), [0.5] * 200, [0.5] * 100, wrt="w1[1,1]")
    with pytest.raises(
        ValueError, match=r"^net and x are too large for \w+\(\), which takes at most 20,000 numbers, not 20,"
    ):
        getattr(derived, what)()


def calls(work):
    """How many functions a piece of work calls."""
    count = 0

    def counted(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("shape", [(1, "n", 1), ("n", 1), (1, "n"), ("n", 2, "n"), ("n", 3, 3, 2)], ids=str)
@pytest.mark.parametrize("one", [False, True], ids=["all", "one"])
def test_the_work_of_deriving_grows_no_faster_than_the_network(shape, one):
    def worked(n):
        sizes = [n if size == "n" else size for size in shape]
        net = bp.initialise(sizes, seed=1)
        wrt = "w1[1,1]" if one else None
        bp.derive(net, [0.5] * sizes[0], [0.5] * sizes[-1], wrt)  # what is kept is not counted
        return calls(lambda: bp.derive(net, [0.25] * sizes[0], [0.5] * sizes[-1], wrt)) / len(net.parameters)

    assert worked(96) < 1.1 * worked(24)
