import json
import re

import ipywidgets
import numpy as np
import pytest

import bpviz as bp
from bpviz.calculus.passes import gradients
from bpviz.calculus.timeline import Timeline
from bpviz.networks.exercise import exercise

from .networks import two_three_two


@pytest.fixture
def stepper():
    ex = two_three_two()
    return bp.Stepper(ex.network, ex.x, ex.target, learning_rate=0.5, wrt="w7")


def test_it_starts_at_the_first_step(stepper):
    assert (stepper.step, stepper.wrt, stepper.iteration, stepper.learning_rate, stepper.digits) == (0, "w7", 0, 0.5, 6)


def test_without_wrt_it_derives_the_first_weight():
    ex = two_three_two()
    assert bp.Stepper(ex.network, ex.x, ex.target).wrt == "w1"


def test_the_page_has_every_step_of_every_parameter(stepper):
    for name in stepper.network.parameters:
        d = bp.derive(stepper.network, [5, 10], [0.01, 0.99], wrt=name, learning_rate=0.5)
        places = stepper._scripts[name]["steps"]
        assert [stepper._names[n] for n in places] == [step.name for step in d.steps]
        for n, step in zip(places, d.steps):
            assert stepper._rows[n - len(d.given)]["sentence"] == step.sentence


def test_state_is_json_without_nan():
    net = bp.Network([[[1000.0]]], activations="sigmoid", loss="binary_cross_entropy")
    stepper = bp.Stepper(net, [1], [0], learning_rate=0.1)
    state = {key: value for key, value in stepper.get_state().items() if key not in ("layout", "tabbable", "tooltip")}
    text = json.dumps({k: v for k, v in state.items() if not isinstance(v, ipywidgets.Widget)}, allow_nan=False)
    assert "<v 5>" in text


def test_applying_updates_follows_gradient_descent(stepper):
    ex = two_three_two()
    stepper.iteration = 3
    descent = bp.descend(ex.network, ex.x, ex.target, 0.5, steps=3)
    assert stepper.network == descent.networks[3]
    assert stepper.derivation.value == bp.derive(descent.networks[3], ex.x, ex.target, wrt="w7").value


def test_the_way_back_leads_to_the_same_numbers(stepper):
    before = stepper.network, stepper.derivation.value
    stepper.iteration = 2
    assert (stepper.network, stepper.derivation.value) != before
    stepper.iteration = 0
    assert (stepper.network, stepper.derivation.value) == before


def test_another_rate_forgets_what_lies_ahead_and_keeps_the_way_back(stepper):
    stepper.iteration = 2
    here = stepper.network
    stepper.iteration = 5
    stepper.iteration = 2
    stepper.learning_rate = 0.1
    assert stepper.network == here
    assert stepper.derivation.learning_rate == 0.1
    stepper.iteration = 3
    assert stepper.network == bp.descend(here, [5, 10], [0.01, 0.99], 0.1, steps=1).networks[1]


def test_frozen_parameters_stay_through_updates():
    ex = two_three_two()
    stepper = bp.Stepper(ex.network, ex.x, ex.target, 0.5, frozen=("b1", "b2"))
    stepper.iteration = 4
    assert (stepper.network["b1"], stepper.network["b2"]) == (0.35, 0.65)
    assert stepper.network["w1"] != 0.1


def test_choosing_another_parameter_keeps_the_place_in_the_forward_pass(stepper):
    stepper.step = 4
    stepper.wrt = "w1"
    assert stepper.step == 4


def test_choosing_another_parameter_in_the_chain_rule_starts_its_chain_rule(stepper):
    stepper.step = 17
    stepper.wrt = "b1"
    assert stepper.derivation.steps[stepper.step].name == "dE_total/dout_o1"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("step", 20, "step must be from 0 to 19, not 20"),
        ("step", -1, "step must be from 0 to 19, not -1"),
        ("step", "x", "step must be a whole number, not str"),
        ("step", None, "step must be a whole number, not NoneType"),
        ("wrt", "w13", "wrt: there is no 'w13'"),
        ("wrt", 3, "wrt must be a name, not int"),
        ("iteration", -1, "iteration must be from 0"),
        ("iteration", 1.5, "iteration must be a whole number, not float"),
        ("learning_rate", 0, "learning_rate must be above zero"),
        ("learning_rate", float("nan"), "learning_rate must be a finite number, not nan"),
        ("learning_rate", "fast", "learning_rate must be a number, not str"),
        ("digits", 16, "digits must be from 1 to 15, not 16"),
    ],
)
def test_a_wrong_setting_gets_one_sentence_and_changes_nothing(stepper, name, value, message):
    before = (stepper.get_state(), stepper.network)
    with pytest.raises((ValueError, TypeError), match=message):
        setattr(stepper, name, value)
    assert (stepper.get_state(), stepper.network) == before


def test_a_runaway_descent_is_stopped_with_a_sentence():
    net = bp.Network([[[1.0]]], activations="linear")
    stepper = bp.Stepper(net, [100.0], [1.0], learning_rate=1e150)
    with pytest.raises(ValueError, match="out of reach: with learning_rate = 1e\\+150 the numbers grow beyond"):
        stepper.iteration = 5
    assert stepper.iteration == 0


def with_number(stepper, name, value):
    """What a page sends when one number is changed at iteration 0."""
    numbers = {**stepper.given.numbers, name: value}
    return [[0, list(numbers.values())]]


def test_what_is_changed_in_the_page_is_read_in_python(stepper):
    seen = []
    stepper.observe(lambda change: seen.append(change["new"]["w3"]), "network")
    stepper.set_state({"_anchors": with_number(stepper, "w3", -0.25)})
    assert (stepper.network["w3"], seen) == (-0.25, [-0.25])
    stepper.set_state({"_anchors": with_number(stepper, "i2", 4.0)})
    assert stepper.x.tolist() == [5, 4]
    stepper.set_state({"_anchors": with_number(stepper, "target_o1", 0.3)})
    assert stepper.target.tolist() == [0.3, 0.99]
    stepper.set_state({"_anchors": with_number(stepper, "learning_rate", 2.0), "iteration": 1, "learning_rate": 2.0})
    assert (stepper.learning_rate, stepper.iteration, stepper.given.learning_rate) == (2, 1, 2)
    expected = bp.descend(stepper._timeline.at(0).network, [5, 4], [0.3, 0.99], 2, steps=1).networks[1]
    assert stepper.network == expected


@pytest.mark.parametrize(
    "anchors",
    [
        [],
        "x",
        [[0, []]],
        [[0, 3]],
        [3],
        [[1, [0.0] * 19]],
        [[0, [float("nan")] * 19]],
        [[0, ["x"] * 19]],
        [[0, [0.0] * 19]],
    ],
)
def test_what_the_page_may_not_send_changes_nothing(stepper, anchors):
    before = stepper.get_state(), stepper.network
    with pytest.raises((ValueError, TypeError)):
        stepper.set_state({"_anchors": anchors})
    assert (stepper.get_state(), stepper.network) == before


def test_another_network_sample_and_target_can_be_set(stepper):
    stepper.network = stepper.network.with_values({"w7": 2.0})
    stepper.x, stepper.target = [1, 2], [0, 1]
    assert stepper.derivation.value == bp.derive(stepper.network, [1, 2], [0, 1], wrt="w7").value
    assert len(stepper._anchors) == 1
    stepper.iteration = 2
    stepper.network = stepper.network.with_values({"w1": 0.0})
    assert [n for n, _ in stepper._anchors] == [0, 2]
    stepper.iteration = 0
    assert stepper.network["w7"] == 2.0


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("network", "x", "network must be a Network, not str"),
        ("network", bp.Network([[[1.0]]]), "network must differ from .* in its numbers only"),
        ("x", [1, 2, 3], r"x must have the shape \(2,\) that it had, but it has \(3,\)"),
        ("x", "ab", "x must be a number"),
        ("target", [[1, 2]], "target must have the shape"),
    ],
)
def test_another_kind_of_network_or_sample_is_refused(stepper, name, value, message):
    before = stepper.get_state(), stepper.network
    with pytest.raises((ValueError, TypeError), match=message):
        setattr(stepper, name, value)
    assert (stepper.get_state(), stepper.network) == before


def test_going_back_before_a_change_shows_the_rate_that_was_used_there(stepper):
    stepper.iteration = 1
    stepper.learning_rate = 0.1
    stepper.iteration = 0
    assert stepper.learning_rate == 0.5
    stepper.iteration = 1
    assert stepper.learning_rate == 0.1


def test_traits_can_be_linked_and_observed(stepper):
    slider = ipywidgets.IntSlider(max=19)
    ipywidgets.link((slider, "value"), (stepper, "step"))
    slider.value = 7
    assert stepper.step == 7
    seen = []
    stepper.observe(lambda change: seen.append(change["new"]), "iteration")
    stepper.iteration = 1
    assert seen == [1]


def test_large_networks_send_one_derivation_at_a_time():
    rng = np.random.default_rng(0)
    net = bp.Network([rng.normal(size=(8, 4)), rng.normal(size=(3, 8))], [rng.normal(size=8), rng.normal(size=3)])
    stepper = bp.Stepper(net, rng.normal(size=4), rng.uniform(size=3))
    assert list(stepper._scripts) == ["w1[1,1]"]
    stepper.wrt = "b2[2]"
    assert list(stepper._scripts) == ["w1[1,1]", "b2[2]"]
    assert "dE_total/db2[2]" in stepper._names
    stepper.complete()
    assert set(stepper._scripts) == set(stepper._parameters) == set(stepper.network.parameters)


def test_a_batch_can_be_stepped_through():
    ex = two_three_two()
    stepper = bp.Stepper(ex.network, [ex.x, [1, 2]], [ex.target, [0.5, 0.5]], wrt="w7")
    assert stepper._names.index("net_h1(2)") in stepper._scripts["w7"]["steps"]
    assert gradients(stepper.given).loss == pytest.approx(stepper.derivation.values["E_total"])


def test_notebook_outputs_are_deterministic_and_readable(stepper):
    stepper.step = 16
    bundle, _ = stepper._repr_mimebundle_()
    again, _ = stepper._repr_mimebundle_()
    assert bundle["text/plain"] == "Stepper(wrt='w7', iteration=0, step=16 of 0..19: dE_total/dw7 = 0.0780639)"
    assert bundle["text/html"] == again["text/html"]
    words = re.sub(r"<[^>]+>", " ", bundle["text/html"])
    assert "Chain rule, step 17 of 20" in words
    assert (
        "dE_total/dw7 = dE_total/dout_o1 · dout_o1/dnet_o1 · dnet_o1/dw7 = 0.88109·0.0970489·0.912934 = 0.0780639"
        in words
    )
    assert "<math" not in bundle["text/html"]


def test_the_module_holds_no_script_end_tag_and_no_address(stepper):
    assert "</script" not in stepper._esm
    addresses = set(re.findall(r"https?://[^\"'\s)]+", stepper._esm + re.sub(r"data:[^)]*", "", stepper._css)))
    assert addresses == {"http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2000/svg"}


def set_together(stepper, **values):
    with stepper.hold_trait_notifications():
        for name, value in values.items():
            setattr(stepper, name, value)


def test_a_refused_value_undoes_what_was_held_with_it(stepper):
    before = stepper.get_state()
    with pytest.raises(ValueError, match="wrt: there is no 'q'"):
        stepper.set_state({"wrt": "q", "step": 2})
    with pytest.raises(ValueError, match="wrt: there is no 'q'"):
        set_together(stepper, step=3, wrt="q")
    assert stepper.get_state() == before
    assert "wrt='w7'" in repr(stepper)


def test_a_step_asked_for_together_with_a_parameter_is_taken(stepper):
    set_together(stepper, wrt="w1", step=22)
    assert (stepper.wrt, stepper.step) == ("w1", 22)


def test_an_update_that_fails_keeps_the_place():
    stepper = bp.Stepper(bp.Network([[[1.0]]], activations="linear"), [100.0], [1.0], learning_rate=1e300)
    stepper.step = 2
    for iteration in (1, 2):
        with pytest.raises(ValueError, match="out of reach"):
            stepper.set_state({"iteration": iteration, "step": 0})
    assert (stepper.iteration, stepper.step) == (0, 2)


def test_the_chain_rule_of_a_batch_has_lines_for_each_sample_and_for_their_mean():
    ex = two_three_two()
    stepper = bp.Stepper(ex.network, [ex.x, [1, 2]], [ex.target, [0.5, 0.5]], wrt="w1")
    rows = stepper._scripts["w1"]["chain"].split("<mtr>")[1:]
    assert len(rows) == 2 * 2 + 1
    for row, name in ((0, "dE/dw1(1)"), (2, "dE/dw1(2)"), (4, "dE_total/dw1")):
        assert rows[row].startswith(f"<mtd><q {stepper._names.index(name)}>")


def test_proofs_can_be_stepped_through():
    stepper = bp.ProofStepper("BP3")
    assert [stepper._names[n] for n in stepper._scripts["BP3"]["steps"]] == [f"BP3, line {n}" for n in range(1, 7)]
    stepper.step = 5
    assert repr(stepper) == "ProofStepper('BP3', line 6 of 6: dC/dw_jk^(l) = δ_j^(l)·a_k^(l-1))"
    assert "Name the delta." in stepper.snapshot()
    stepper.wrt = "BP2"
    assert stepper.step == 0
    with pytest.raises(ValueError, match="step must be from 0 to 7, not 8"):
        stepper.step = 8
    with pytest.raises(ValueError, match="wrt: there is no 'BP5'"):
        stepper.wrt = "BP5"
    with pytest.raises(ValueError, match="name: there is no 'BP9'"):
        bp.ProofStepper("BP9")


def test_a_network_that_is_too_large_is_refused_and_nothing_changes(stepper):
    linear = bp.Stepper(bp.Network([[[1.0]]], activations="linear", weight_names=[[["w"]]]), [100.0], [1.0])
    before = linear.get_state(), linear.network
    with pytest.raises(ValueError, match="grow beyond what float64 holds"):
        linear.network = linear.network.with_values({"w": 1e200})
    assert (linear.get_state(), linear.network, linear.given.network) == (*before, before[1])


def test_a_network_in_float32_is_stepped_through_in_float64():
    net = bp.Network([np.array([[0.1, 0.2]], dtype=np.float32)], weight_names=[[["u", "v"]]])
    stepper = bp.Stepper(net, [1, 2], [0])
    assert stepper.network.dtype == np.float64
    assert stepper._anchors[0][1][3] == float(np.float32(0.1))
    stepper.network = net.with_values({"u": 0.3})
    stepper.set_state({"_anchors": with_number(stepper, "u", 0.7)})
    assert stepper.network["u"] == 0.7


def test_names_that_would_mean_two_things_are_refused():
    net = bp.Network([[[0.5, 0.2]]], weight_names=[[["a", "a|δ"]]])
    with pytest.raises(ValueError, match=r"two things|another quantity"):
        bp.Stepper(net, [1, 2], [0])


def test_exporting_leaves_the_live_list_of_parameters_alone(tmp_path):
    net = bp.initialise((2, 16, 12), seed=1)
    stepper = bp.Stepper(net, [1, 2], [0.5] * 12, by="unit")
    bp.export_html(stepper, tmp_path / "x.html")
    assert len(stepper._parameters) == len(net.parameters) > 200
    assert len(stepper.page_state()["_parameters"]) == 200


@pytest.mark.parametrize("value", [1e308, 1e300, 1e-300])
def test_sliders_of_huge_and_tiny_numbers_have_ends(value):
    stepper = bp.Stepper(bp.Network([[[value]]]), [1e-300], [0.5], learning_rate=value)
    assert all(np.isfinite([limit["low"], limit["high"], limit["step"]]).all() for limit in stepper._limits)


@pytest.mark.parametrize(
    ("notation", "letter"), [("net_out", "E"), ("z_a", "C"), ("h_d", "E"), ("z_n", "L"), ("s_y", "E")]
)
def test_the_error_has_the_letter_of_the_notation(notation, letter):
    ex = two_three_two()
    assert bp.Stepper(ex.network, ex.x, ex.target, notation=notation)._loss == letter


@pytest.mark.parametrize(
    ("by", "name"),
    [("unit", "step"), ("unit", "iteration"), ("layer", "step"), ("layer", "iteration"), ("layer", "sample")],
)
@pytest.mark.parametrize("value", [False, -0.0, 0.0, True, 1.0])
def test_what_equals_a_whole_number_and_is_none_is_refused_in_a_message_too(by, name, value):
    net = bp.initialise((2, 2, 1), seed=1)
    stepper = bp.Stepper(
        net, [[1, 2], [3, 4]] if by == "layer" else [1, 2], [[0], [1]] if by == "layer" else [0], by=by
    )
    with pytest.raises(TypeError, match=f"{name} must be a whole number"):
        stepper.set_state({name: value})
    assert type(getattr(stepper, name)) is int


def test_numbers_that_equal_what_is_there_do_not_take_its_place_in_another_type():
    stepper = bp.Stepper(bp.initialise((1, 1), activations="linear", biases=False, seed=1), [1], [0])
    anchors = [
        [False, [True if number == 1 else -0.0 if number == 0 else number for number in numbers]]
        for _, numbers in stepper._anchors
    ]
    assert anchors == stepper._anchors
    stepper.set_state({"_anchors": anchors})
    assert "True" not in repr(stepper._anchors)
    assert "False" not in repr(stepper._anchors)


def test_the_first_numbers_that_the_page_sends_are_those_of_the_start(stepper):
    (_, numbers), before = stepper._anchors[0], stepper.get_state()
    with pytest.raises(ValueError, match="iteration must be from 0 to 0, not 1"):
        stepper.set_state({"_anchors": [[1, numbers]]})
    assert stepper.get_state() == before


@pytest.mark.parametrize(
    ("anchors", "message"),
    [
        (None, "anchors must be a list that begins with the numbers of iteration 0"),
        ([], "anchors must be a list that begins with the numbers of iteration 0"),
        ([3], "an anchor must be an iteration with 4 numbers"),
        ([[0, [1, 2, 3]]], "an anchor must be an iteration with 4 numbers"),
        ([[0]], "an anchor must be an iteration with 4 numbers"),
        ([[0, "abcd"]], "an anchor must be an iteration with 4 numbers"),
        ([[1, [1, 2, 3, 4]]], "iteration must be from 0 to 0, not 1"),
        ([[0, [1, 2, 3, 4]], [0, [1, 2, 3, 4]]], "iteration must be from 1 to 100000, not 0"),
        ([[0, [1, 2, 3, 4]], [2, [1, 2, 3, 4]], [2, [1, 2, 3, 4]]], "iteration must be from 3 to 100000, not 2"),
    ],
)
def test_what_are_no_numbers_of_iterations_is_refused_in_one_sentence(anchors, message):
    timeline = Timeline(exercise(bp.Network([[[0.5]]], activations="linear"), [1], [0], 0.5))
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        timeline.following(anchors)


def test_numbers_of_later_iterations_follow_from_those_before():
    """E = w^2/2 with the rate 1/2 halves w: 8 becomes 4 and 2, and from 1 on it is 0.5."""
    timeline = Timeline(exercise(bp.Network([[[0.5]]], activations="linear"), [1], [0], 0.5))
    names = list(timeline.start.numbers)
    given = {**timeline.start.numbers, names[0]: 1.0}
    numbers = lambda w: [w if name == "w1[1,1]" else value for name, value in given.items()]
    other = timeline.following([[0, numbers(8.0)], [3, numbers(1.0)]])
    assert [other.at(n).network["w1[1,1]"] for n in range(5)] == [8, 4, 2, 1, 0.5]
    assert [n for n, _ in other.anchors] == [0, 3]
    with pytest.raises(ValueError, match=r"^iteration must be from 0 to 100000, not 100001$"):
        timeline.at(100_001)
