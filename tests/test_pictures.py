"""One unit by itself, and the flow chart of training."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

import bpviz as bp
from bpviz.training import engines, run
from bpviz.training.flow_chart import stages

NS = {"s": "http://www.w3.org/2000/svg"}


def texts(svg):
    found = ElementTree.fromstring(svg).iterfind(".//s:text", NS)
    return ["".join(text.itertext()) for text in found if text.get("aria-hidden") is None]


@pytest.fixture(scope="module")
def example():
    return bp.articles.example("2-3-2")


def test_a_unit_of_a_derivation_shows_the_numbers_of_its_sum(example):
    said = texts(bp.unit_diagram(bp.derive(example.network, example.x, example.target), "h1"))
    for wanted in ("w1 0.1", "w2 0.15", "b1 0.35", "neth1 = 2.35", "5", "10", "0.912934", "sigmoid", "Σ"):
        assert wanted in said


def test_a_unit_of_a_network_shows_its_weights_and_no_number_that_nobody_gave(example):
    said = texts(bp.unit_diagram(example.network, "o2"))
    assert {"w8 0.45", "w10 0.55", "w12 0.65", "b2 0.65", "neto2", "outh1", "outo2"} <= set(said)
    assert not [text for text in said if "=" in text]


def test_a_unit_is_written_in_the_notation_of_its_derivation(example):
    said = texts(bp.unit_diagram(bp.derive(example.network, example.x, example.target, notation="h_d"), "o1"))
    assert "h1(2)" in said
    assert any(text.startswith("net1(3) = 2.10192") for text in said)


def test_of_many_inputs_the_first_and_the_last_are_drawn_and_the_others_counted():
    net = bp.initialise((20, 3, 1), seed=1)
    said = texts(bp.unit_diagram(net, "h2"))
    assert "13 more" in said
    assert [f"i{n}" for n in (1, 2, 3, 4, 5, 6, 20)] == [text for text in said if re.fullmatch(r"i\d+", text)]
    eight = texts(bp.unit_diagram(bp.initialise((8, 1), seed=1), "o1"))
    assert not [text for text in eight if "more" in text]


def test_a_unit_without_a_bias_has_none_and_a_negative_weight_is_dashed():
    net = bp.Network([[[0.5, -0.5]]])
    svg = bp.unit_diagram(net, "o1")
    assert "1" not in texts(svg)
    assert svg.count("bpv-edge bpv-minus") == 1


@pytest.mark.parametrize(("unit", "kind"), [("i1", ValueError), ("h9", ValueError), (1, TypeError), (None, TypeError)])
def test_a_unit_that_is_none_gets_one_sentence(example, unit, kind):
    with pytest.raises(kind, match="unit"):
        bp.unit_diagram(example.network, unit)


def test_a_picture_needs_a_network_or_a_derivation():
    with pytest.raises(TypeError, match="subject"):
        bp.unit_diagram([1, 2], "h1")


# --- the flow chart is what the loop does ---

SETTINGS = [
    {},
    {"batch_size": 1},
    {"batch_size": 2, "shuffle": False, "momentum": 0.5},
    {"batch_size": 2, "goal": 1e-9},
    {"adaptive": bp.AdaptiveRate(worst=1.0), "learning_rate": 60.0},
    {
        "batch_size": 3,
        "momentum": 0.9,
        "adaptive": bp.AdaptiveRate(),
        "validation": ([[0.5, 0.5]], [[1]]),
        "goal": 1e-9,
    },
]


def followed(monkeypatch, settings):
    """The stages that a training of a few epochs goes through, as told by the parts of the loop themselves."""
    seen = []

    def told(owner, name, *before, after=()):
        real = getattr(owner, name)

        def call(*given, **named):
            seen.extend(before)
            found = real(*given, **named)
            seen.extend(after)
            return found

        monkeypatch.setattr(owner, name, call)

    x, target = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    monkeypatch.setattr(engines, "REACH", 0)  # by the array lines, which have a forward and a backward part
    real_stopped = run.Run.stopped.fget
    monkeypatch.setattr(run.Run, "stopped", property(lambda self: (seen.append("done"), real_stopped(self))[1]))
    told(run.Course, "start", "start")
    told(run.Order, "next", "shuffle")
    told(engines.ArrayLines, "gradient", "gradient")
    told(run.Course, "_move", "update")
    told(engines.ArrayLines, "loss", "error")
    told(run.Course, "_adapt", "adapt")
    told(run.Run, "_check", "check")
    bp.train(bp.initialise((2, 3, 1), seed=1), x, target, epochs=5, **settings)
    return seen


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_the_flow_chart_is_the_way_that_training_goes(monkeypatch, settings):
    """Every step of the loop to the next leads along the chart, past nothing that the loop would have told."""
    kinds = {
        "batched": "batch_size" in settings, "shuffle": settings.get("shuffle", True), "momentum": "momentum" in settings,
        "adaptive": "adaptive" in settings, "validation": "validation" in settings, "goal": "goal" in settings,
    }  # fmt: skip
    chart = {stage.name: stage for stage in stages(**kinds)}
    #: What the loop tells at a stage; the error of a whole batch comes with the gradient of the next step.
    tells = {"start": "start", "done": "done", "forward": "gradient", "update": "update", "check": "check"}
    seen = [name for name in followed(monkeypatch, settings) if name in tells.values()]
    first_check = seen.index("check") if "validation" in settings else None
    if first_check is not None:
        assert seen[:2] == ["start", "check"]
        del seen[first_check]  # what is measured at the start stands in the first stage
    if not kinds["batched"]:  # there the gradient at the end of an epoch is that of the next one's start
        seen = [name for name in seen if name != "gradient"]
        del tells["forward"]
    here = {"start"}
    for told in seen[1:]:
        reached, open_ends = set(), [name for one in here for name in (chart[one].then, chart[one].otherwise) if name]
        while open_ends:
            name = open_ends.pop()
            if name in reached:
                continue
            reached.add(name)
            if name not in tells:
                open_ends += [to for to in (chart[name].then, chart[name].otherwise) if to]
        here = {name for name in reached if tells.get(name) == told}
        assert here, (told, seen)


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_chart_names_every_stage_once_and_every_way_ends_at_one(settings):
    given = {name: value for name, value in settings.items() if name != "learning_rate"}
    svg = bp.flow_chart(**{**given, "validation": "validation" in given})
    names = [part.get("data-stage") for part in ElementTree.fromstring(svg).iterfind(".//s:g[@data-stage]", NS)]
    assert names[0] == "start"
    assert names[-1] == "end"
    assert len(set(names)) == len(names)
    assert ("more" in names) == ("batch_size" in given)
    assert ("back" in names) == ("adaptive" in given)
    assert ("check" in names) == ("validation" in given)


def test_no_way_of_a_chart_lies_on_another():
    svg = bp.flow_chart(batch_size=1, adaptive=bp.AdaptiveRate(), validation=True, goal=0.1)
    lanes = re.findall(r'd="M ([\d.]+) ([\d.]+) H ([\d.]+) V ([\d.]+)', svg)
    ways = [(float(lane), *sorted((float(start), float(end)))) for _, start, lane, end in lanes]
    assert len(ways) == 4
    for n, (lane, low, high) in enumerate(ways):
        for other, below, above in ways[n + 1 :]:
            assert lane != other or above < low or below > high
    width = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
    assert all(0 < lane < width for lane, *_ in ways)


@pytest.mark.parametrize(
    ("given", "words"),
    [({"batch_size": 0}, "batch_size"), ({"momentum": 1}, "momentum"), ({"adaptive": True}, "adaptive"), ({"goal": "x"}, "goal"),
     ({"shuffle": 1}, "shuffle"), ({"validation": None}, "validation")],
)  # fmt: skip
def test_a_setting_that_train_would_not_take_gets_one_sentence(given, words):
    with pytest.raises((ValueError, TypeError), match=words):
        bp.flow_chart(**given)


def test_the_numbers_of_a_unit_add_up_as_they_are_shown():
    d = bp.derive(bp.initialise((3, 2, 1), seed=3), [1, -2, 0.5], [1])
    said = texts(bp.unit_diagram(d, "h2", digits=12))
    weights = [float(text.split()[1].replace("−", "-")) for text in said if re.match(r"w\d", text)]
    inputs = [float(text.replace("−", "-")) for text in said if re.fullmatch(r"−?[\d.]+", text)]
    total = float(next(text for text in said if text.startswith("net")).split("= ")[1].replace("−", "-"))
    assert np.isclose(np.dot(weights, inputs[:3]), total)


#: What goes on where, as name: next, or with a yes / with a no.
CHARTS = {
    "": "start: done; done: end / take; take: forward; forward: backward; backward: update; update: error; error: done; end:",
    "batched shuffle": (
        "start: done; done: end / shuffle; shuffle: take; take: forward; forward: backward; backward: update; "
        "update: more; more: take / error; error: done; end:"
    ),
    "batched validation": (
        "start: done; done: end / take; take: forward; forward: backward; backward: update; update: more; "
        "more: take / error; error: check; check: done; end:"
    ),
    "shuffle momentum adaptive goal": (
        "start: done; done: end / take; take: forward; forward: backward; backward: update; update: error; "
        "error: grown; grown: back / done; back: done; end:"
    ),
    "batched shuffle momentum adaptive validation goal": (
        "start: done; done: end / shuffle; shuffle: take; take: forward; forward: backward; backward: update; "
        "update: more; more: take / error; error: grown; grown: back / check; back: check; check: done; end:"
    ),
}


@pytest.mark.parametrize("chosen", CHARTS)
def test_each_stage_of_training_leads_on_as_its_kind_of_training_does(chosen):
    kinds = ("batched", "shuffle", "momentum", "adaptive", "validation", "goal")
    drawn = [
        f"{stage.name}: {' / '.join(filter(None, (stage.then, stage.otherwise)))}".strip()
        for stage in stages(**{kind: kind in chosen.split() for kind in kinds})
    ]
    assert "; ".join(drawn) == CHARTS[chosen]


def test_each_stage_of_training_says_what_its_kind_of_training_does():
    plain = dict.fromkeys(("batched", "shuffle", "momentum", "adaptive", "validation", "goal"), False)
    said = lambda **more: {stage.name: stage.says for stage in stages(**{**plain, **more})}
    assert said()["done"] == "All epochs done?"
    assert said(goal=True)["done"] == "Goal reached, or all epochs done?"
    assert said(validation=True)["done"] == "Validation error risen too often, or all epochs done?"
    everything = {
        "start": "Start: weights and biases, and the error with them",
        "done": "Goal reached, validation error risen too often, or all epochs done?",
        "shuffle": "Shuffle the samples",
        "take": "Take the next samples",
        "forward": "Forward: net inputs, outputs, error",
        "backward": "Backward: deltas, gradients",
        "update": "Update: weights and biases, against their gradients and on with a part of the last step",
        "more": "Samples left in this epoch?",
        "error": "Error over all samples",
        "grown": "Error grown too much?",
        "back": "Take the epoch back, lower the rate",
        "check": "Error over the validation samples",
        "end": "End: the trained network",
    }
    assert said(**dict.fromkeys(plain, True)) == everything
    assert said()["take"] == "Take all samples"
    assert said()["update"] == "Update: weights and biases, against their gradients"
