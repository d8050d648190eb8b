"""The stepper by layer: which networks it is for, what it follows, and the patterns that a page writes entries by."""

import re
from functools import partial

import numpy as np
import pytest
import traitlets
from hypothesis import assume, given

import bpviz as bp
from bpviz.calculus.timeline import updated
from bpviz.networks.names import Use
from bpviz.steps.layers import in_the_way
from bpviz.steps.notation import Labels, updated_label
from bpviz.views.boxes import Slot
from bpviz.views.layout import label_box
from bpviz.views.mathml import mathml
from bpviz.views.sides import equation_with
from bpviz.widgets.layers import course
from bpviz.widgets.layers.entries import Patterns
from bpviz.widgets.steppers import LayerStepper, UnitStepper
from tests.networks import cases, examples, two_three_two

LARGE = (784, 128, 10)


def by_layer(**more):
    ex = two_three_two()
    return bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate, by="layer", **more)


def test_a_small_network_is_shown_by_unit_and_a_large_one_by_layer():
    ex = two_three_two()
    assert isinstance(bp.Stepper(ex.network, ex.x, ex.target), UnitStepper)
    assert isinstance(bp.Stepper(bp.initialise((20, 9, 1)), np.ones(20), [0]), UnitStepper)  # 199 parameters
    assert isinstance(bp.Stepper(bp.initialise((64, 32, 10)), np.ones(64), np.zeros(10)), LayerStepper)


def test_by_what_it_goes_can_be_told():
    assert isinstance(by_layer(), LayerStepper)
    assert isinstance(bp.Stepper(bp.initialise((50, 4, 1)), np.ones(50), [0], by="unit"), UnitStepper)
    with pytest.raises(ValueError, match="by: there is no 'units'"):
        bp.Stepper(two_three_two().network, [1, 2], [0, 0], by="units")


def test_a_large_network_with_a_weight_in_several_places_is_shown_by_unit():
    names = [[["w" if (i, j) in ((0, 0), (1, 1)) else f"w{i}_{j}" for j in range(20)] for i in range(12)]]
    net = bp.Network(np.ones((1, 12, 20)), weight_names=names)
    assert isinstance(bp.Stepper(net, np.ones(20), np.zeros(12)), UnitStepper)
    with pytest.raises(ValueError, match="net shares 'w' between several places"):
        bp.Stepper(net, np.ones(20), np.zeros(12), by="layer")


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ((3, 3), "image has 3 times 3 places, but the network has 2 inputs"),
        (2, "image must be a pair"),
        ((1, 2.5), "image must be a whole number"),
    ],
)
def test_an_image_that_does_not_suit_the_inputs_is_refused(image, message):
    with pytest.raises((ValueError, TypeError), match=re.escape(message)):
        by_layer(image=image)


def test_an_image_by_unit_is_refused():
    ex = two_three_two()
    with pytest.raises(ValueError, match="image is for a stepper by layer; pass by='layer' too"):
        bp.Stepper(ex.network, ex.x, ex.target, image=(1, 2))


def test_updates_lead_where_the_passes_lead():
    stepper, ex = by_layer(), two_three_two()
    net = ex.network
    for _ in range(3):
        net = bp.update(net, bp.backward(net, bp.forward(net, ex.x), ex.target), ex.learning_rate)
    stepper.iteration = 3
    assert stepper.network == net
    stepper.iteration = 1
    stepper.iteration = 0
    assert stepper.network == ex.network


def test_what_is_changed_on_the_way_holds_from_there_on_and_what_lay_ahead_is_forgotten():
    stepper, ex = by_layer(), two_three_two()
    stepper.iteration = 2
    there = stepper.network
    stepper.x = [1, -1]
    stepper.learning_rate = 0.25
    stepper.iteration = 3
    assert stepper.network == bp.update(there, bp.backward(there, bp.forward(there, [1, -1]), ex.target), 0.25)
    stepper.iteration = 1
    assert stepper.x.tolist() == list(ex.x)
    assert stepper.learning_rate == ex.learning_rate
    stepper.target = [0.5, 0.5]
    stepper.iteration = 3
    assert stepper.x.tolist() == list(ex.x)


def test_a_change_is_made_where_one_is_without_going_there_again(monkeypatch):
    stepper = by_layer()
    stepper.iteration = 40
    made = []
    monkeypatch.setattr(course, "updated", lambda given: made.append(1) or updated(given))
    stepper.learning_rate = 0.25
    stepper.x = [1, 2]
    stepper.iteration = 41
    assert len(made) == 1
    stepper.iteration = 2
    assert len(made) == 3


@pytest.mark.parametrize("x", [[1.7e308, 1.7e308], [1e300, -1e300]])
def test_what_saturates_is_shown_without_a_picture(x, tmp_path):
    net = bp.Network([[[0.5, 0.7], [0.1, 0.7]], [[-0.3, 0.4]]])
    with np.errstate(all="ignore"):
        stepper = bp.Stepper(net, x, [0.2], by="layer")
        assert "<code>" in stepper.snapshot()
        assert bp.export_html(stepper, tmp_path / "x.html").exists()


def test_another_network_is_started_over_from():
    stepper, ex = by_layer(), two_three_two()
    stepper.iteration = 2
    stepper.network = ex.network.with_values({"w1": 0.75})
    assert (stepper.iteration, stepper.network["w1"]) == (0, 0.75)
    weights = stepper._given["weights 1"]
    assert np.frombuffer(weights["data"]).reshape(weights["rows"], -1)[0, 0] == 0.75


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("step", 99, "step must be from 0 to 17, not 99"),
        ("wrt", "w99", "wrt: there is no 'w99'"),
        ("sample", 2, "sample must be from 1 to 1, not 2"),
        ("iteration", -1, "iteration must be"),
        ("learning_rate", 0, "learning_rate must be above zero"),
        ("digits", 16, "digits must be from 1 to 15"),
        ("x", [1, 2, 3], "x must have the shape (2,) that it had, but it has (3,)"),
        ("x", [1e308, 1e308], ""),
        ("_changes", [[0, {"weights": 1}]], "what is changed must be of x, target, learning_rate"),
        ("_changes", [[1, {}], [0, {}]], "iteration must be"),
        ("_changes", "x", "changes must be a list"),
    ],
)
def test_what_does_not_suit_is_refused_in_a_sentence_and_changes_nothing(name, value, message):
    stepper = by_layer()
    before = {**stepper.page_state(), "network": stepper.network}
    if message:
        with pytest.raises((ValueError, TypeError, traitlets.TraitError), match=re.escape(message)):
            setattr(stepper, name, value)
        assert {**stepper.page_state(), "network": stepper.network} == before


def test_numbers_that_grow_too_large_are_refused_where_they_do():
    net = bp.Network([[[2.0]], [[2.0]]], activations="linear")
    stepper = bp.Stepper(net, [10], [0], learning_rate=10, by="layer")
    with pytest.raises(ValueError, match=r"iteration \d+ is out of reach: with learning_rate = 10 the numbers grow"):
        stepper.iteration = 20
    assert stepper.iteration == 0


def test_an_entry_is_that_of_the_derivation_by_unit():
    stepper, ex = by_layer(wrt="w3"), two_three_two()
    stepper.iteration = 1
    net = bp.update(ex.network, bp.backward(ex.network, bp.forward(ex.network, ex.x), ex.target), ex.learning_rate)
    assert stepper.entry.value == pytest.approx(bp.derive(net, ex.x, ex.target, "w3").value, rel=1e-12)


def test_the_page_of_a_hundred_thousand_parameters_is_under_three_megabytes(tmp_path):
    net = bp.initialise(LARGE, seed=1, activations=["relu", "softmax"], loss="categorical_cross_entropy")
    stepper = bp.Stepper(net, np.random.default_rng(1).random(784), np.eye(10)[3], image=(28, 28))
    assert bp.export_html(stepper, tmp_path / "large.html").stat().st_size < 3e6


# --- the patterns ---

PLACE = re.compile(r"<([vgln]) ([^<>]+)>")


def closed(markup, layers, place):
    """A pattern with its units put in, and the places of its numbers left."""
    for letter, number in place.items():
        markup = markup.replace(f"{{{letter}}}", str(number + 1))

    def named(found):
        name, row, column = found[2].split(":")
        of = layers.wholes[name]
        use = Use(of.layer, int(place.get(row, row)), int(place.get(column, column)) if of.kind == "weights" else None)
        label = Labels(layers.notation, layers.network).parameter(layers.network.name_at(use))
        return mathml(label_box(updated_label(label) if found[1] == "n" else label))

    return PLACE.sub(lambda found: named(found) if found[1] in "ln" else found[0], markup)


def number_at(text, values, place):
    """The number that a page puts into a place."""
    product = 1.0
    for part in text.split("*"):
        name, row, column = part.split(":")
        product *= values[name][int(place.get(row, row)), int(place.get(column, column))]
    return product


def split(markup, number):
    """A formula without its numbers, and its numbers."""
    return PLACE.sub(r"<\1>", markup), [number(text) for _, text in PLACE.findall(markup)]


def real_sides(entry, step):
    """The sides of a step of the derivation itself."""

    def name(known, _):
        return label_box(entry.label(known))

    def number(known, guard):
        return Slot("g" if guard else "v", known, name(known, guard))

    return [split(mathml(side), lambda known: entry.values[known]) for side in equation_with(step, name, number)]


def pattern_of(patterns, use, is_frozen):
    """The pattern that a page takes for a parameter."""
    found = patterns[f"{'biases' if use.source is None else 'weights'} {use.layer}"]
    keys = [f"{key}{' frozen' * is_frozen}" for key in (use.to, "any", 0)]
    return next(found[key] for key in keys if key in found)


@examples(60)
@given(cases(max_units=5))
def test_the_pattern_of_an_entry_is_its_derivation(case):
    assume(not in_the_way(case.net.layout))
    frozen = list(case.net.parameters)[:1]
    for notation in ("net_out", "h_d"):
        layers = bp.derive_layers(case.net, case.x, case.target, 0.25, notation=notation, frozen=frozen)
        values = {**layers.values}
        for l in range(1, case.net.depth):
            values[f"sent_back {l}"] = values[f"weights {l + 1}"].T @ values[f"delta {l + 1}"]
        patterns = Patterns(layers).all()
        for name in case.net.parameters:
            use = case.net.layout.first_use(name)
            s = layers.exercise.n_samples - 1
            entry, place = layers.entry(name, s + 1), {"i": use.to, "j": use.source or 0, "s": s}
            steps = {mathml(label_box(entry.label(step.name))): step for step in entry.steps}
            pattern = pattern_of(patterns, use, name in frozen)
            for row in pattern:
                ours = [
                    split(closed(side, layers, place), partial(number_at, values=values, place=place))
                    for side in row["sides"]
                ]
                step = steps[closed(row["label"], layers, place)]
                theirs = [side for side in real_sides(entry, step) if side[0] in dict(ours)]
                assert [markup for markup, _ in ours] == [markup for markup, _ in theirs]
                for (_, numbers), (_, known) in zip(ours, theirs, strict=True):
                    assert numbers == pytest.approx(known, rel=1e-9, abs=1e-12)
            assert pattern[-1]["phase"] == "update"
            assert "chain" in {row["phase"] for row in pattern}
