"""One screen: at every size everything is in sight, nothing is cut or covered, type can be read, nothing jumps."""

from __future__ import annotations

import numpy as np
import pytest

import bpviz as bp

from ..networks import THOROUGH
from .measuring import looked, walked

pytestmark = pytest.mark.browser

PLACES = {
    "laptop": (1280, 800), "projector": (1920, 1080), "tablet": (820, 1180), "phone": (400, 800),
    "small phone": (360, 640), "notebook": (848, 611), "large notebook": (1010, 790),
}  # fmt: skip

PHONES = ("phone", "small phone")


def example(name):
    return bp.articles.example(name)


def two_three_two():
    ex = example("2-3-2")
    return bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate, wrt="w1")


def two_two_one():
    ex = example("2-2-1")
    return bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate)


def batch_of_three():
    net = example("2-3-2").network
    return bp.Stepper(net, [[5, 10], [1, -2], [0.5, 3]], [[0.01, 0.99], [0.5, 0.5], [0.2, 0.8]], wrt="w1")


def softmax():
    net = bp.initialise((3, 4, 3), activations=("tanh", "softmax"), loss="categorical_cross_entropy", seed=1)
    return bp.Stepper(net, [0.1, -0.2, 0.3], [0, 1, 0])


def two_hidden_layers():
    return bp.Stepper(bp.initialise((4, 8, 8, 3), seed=1), [0.1, -0.2, 0.3, 0.4], [0, 1, 0])


def digits_by_layer():
    net = bp.initialise((64, 32, 10), activations=("relu", "softmax"), loss="categorical_cross_entropy", seed=1)
    data = bp.digits()
    return bp.Stepper(net, data.x[3], data.target[3], image=(8, 8))


def batch_by_layer():
    net = bp.initialise((12, 8, 3), activations=("tanh", "softmax"), loss="categorical_cross_entropy", seed=1)
    return bp.Stepper(net, np.ones((5, 12)), np.eye(3)[[0, 1, 2, 0, 1]], by="layer")


def matrices_by_layer():
    ex = example("2-3-2")
    return bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate, by="layer")


STEPPERS = {
    "2-3-2": two_three_two, "2-2-1": two_two_one, "batch": batch_of_three, "softmax": softmax,
    "4-8-8-3": two_hidden_layers, "digits by layer": digits_by_layer, "batch by layer": batch_by_layer,
    "2-3-2 by layer": matrices_by_layer,
}  # fmt: skip

#: Without more time, what fits worst: long formulas in small places, large type on a projector.
TRIED = [
    ("2-3-2", "laptop"),
    ("2-3-2", "phone"),
    ("batch", "small phone"),
    ("softmax", "notebook"),
    ("digits by layer", "small phone"),
]
if THOROUGH:
    TRIED = [(name, place) for name in STEPPERS for place in PLACES]


def opened(show, widget, place):
    width, height = PLACES[place]
    touch = {"has_touch": True, "is_mobile": True} if place in PHONES else {}
    s = show(widget, width=width, height=height, **touch)
    s.page.evaluate("() => document.fonts.ready")
    return s


@pytest.mark.parametrize(("name", "place"), TRIED)
def test_every_step_of_a_stepper_fits_one_screen(show, name, place):
    s = opened(show, STEPPERS[name](), place)
    assert walked(s.root) == []
    assert s.page.evaluate("() => scrollY") == 0
    assert s.watch.errors == []


@pytest.mark.parametrize("name", list(STEPPERS) if THOROUGH else ["2-2-1"])
def test_a_presentation_fits_the_screen_and_stays_where_it_is(show, name):
    s = opened(show, STEPPERS[name](), "projector")
    s.root.locator("[data-do=present]").click()
    s.page.wait_for_function("() => document.querySelector('.bpv-stage').clientHeight === innerHeight")
    assert walked(s.root, most=800) == []


@pytest.mark.parametrize(("sizes", "place"), [((3, 3, 3), "notebook"), ((1, 4, 1), "laptop"), ((2, 1), "notebook")])
def test_words_beside_outputs_have_room_for_numbers_of_six_digits(show, sizes, place):
    rng = np.random.default_rng(3)
    net = bp.initialise(sizes, seed=2)
    net = net.with_values({name: round(-rng.uniform(0.1, 2), 6) for name in net.parameters})
    x, target = np.round(-rng.uniform(0.1, 1, sizes[0]), 6), np.round(rng.uniform(0, 1, sizes[-1]), 6)
    s = opened(show, bp.Stepper(net, x, target), place)
    s.do("last")
    assert looked(s.root) == []


def test_a_chain_rule_of_two_paths_is_shown_whole_on_a_projector(show):
    ex = example("2-3-2")
    stepper = bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate, wrt="w1")
    stepper.step = 26
    s = show(stepper, width=1280, height=720)
    s.root.locator("[data-do=present]").click()
    s.page.wait_for_function("() => document.querySelector('.bpv-stage').clientHeight === innerHeight")
    fold = s.root.locator("[data-fold=chain]")
    assert fold.locator("mtr").count() == 2
    s.page.wait_for_function("e => e.scrollHeight <= e.clientHeight + 1", arg=fold.element_handle())


def others():
    xor = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    start = bp.initialise((2, 3, 1), seed=1)
    runs = {"plain": bp.train(start, *xor, epochs=20), "momentum": bp.train(start, *xor, epochs=20, momentum=0.9)}
    ex = example("2-2-1")
    return {
        "quiz": bp.Quiz,
        "proof": lambda: bp.ProofStepper("softmax"),
        "builder": bp.NetworkBuilder,
        "one run": lambda: bp.Trainer(*xor, plain=runs["plain"]),
        "two runs": lambda: bp.Trainer(*xor, **runs),
        "activations": bp.ActivationExplorer,
        "depth": bp.DepthExplorer,
        "surface": lambda: bp.LossSurface(ex.network, ex.x, ex.target, "W1[1,1]", "W1[1,2]", learning_rate=5),
    }


@pytest.mark.parametrize("name", list(others()))
def test_every_other_widget_fits_one_screen(show, name, tmp_path):
    exported = bp.export_html(others()[name](), tmp_path / "exported.html")
    for place in PLACES if THOROUGH else ("small phone",):
        s = opened(show, exported, place)
        s.root = s.page.locator(".bpv-stage").first
        found = walked(s.root, most=40) if name in ("quiz", "proof") else looked(s.root)
        assert found == [], place
        assert s.watch.errors == []


def test_the_measure_finds_what_is_cut_covered_small_or_out_of_sight(show):
    s = opened(show, two_three_two(), "laptop")
    assert looked(s.root) == []
    for style, part in (
        (".bpv-equation { width: 90px; flex: none !important; }", "wide in"),
        (".bpv-drawing text { font-size: 6px !important; }", "type of"),
        (".bpv-controls { position: relative; top: 90px; }", "out of sight"),
        (".bpv-drawing .bpv-label text { font-size: 40px !important; }", "in the drawing"),
        (".bpv-folds { margin-top: -60px; }", "covers"),
    ):
        s.page.evaluate(
            "css => { const e = document.createElement('style'); e.id = 'spoilt'; e.textContent = css; document.head.append(e); }",
            style,
        )
        assert any(part in sentence for sentence in looked(s.root)), style
        s.page.evaluate("() => document.getElementById('spoilt').remove()")


def test_at_two_hundred_percent_nothing_is_cut(show):
    s = show(two_three_two(), width=640, height=400)
    s.page.evaluate("() => document.fonts.ready")
    found = [sentence for sentence in walked(s.root) if "sight" not in sentence]
    assert found == []
