"""The stepper by layer as one file: its program against NumPy, its pictures, its entries, and the pad."""

from __future__ import annotations

import math
import random
import re

import numpy as np
import pytest

import bpviz as bp
from bpviz.formula.digits import round_number, shown_number
from bpviz.steps.layers import in_the_way
from bpviz.views.layer_program import layer_program
from bpviz.views.mathml import number

from ..networks import often
from .conftest import axe_finds_nothing
from .test_javascript import random_derivation

pytestmark = pytest.mark.browser

RUN = """async (cases) => {
    const answers = [];
    for (const { module, given } of cases) {
        const { derive } = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
        const m = {};
        for (const [name, { rows, columns, data }] of Object.entries(given)) m[name] = { rows, columns, data: Float64Array.from(data) };
        derive(m);
        answers.push(Object.fromEntries(Object.entries(m).map(([name, { rows, columns, data }]) => [name, [rows, columns, ...Array.from(data, String)]])));
    }
    return answers;
}"""


def test_the_printed_program_and_numpy_agree_on_random_networks(browser):
    rng = random.Random(5)
    made = (random_derivation(rng, rng.choice) for _ in range(often(400)))
    layers = [
        bp.derive_layers(d.network, d.x, d.target, 0.5, frozen=[next(iter(d.network.parameters))])
        for d in made
        if not in_the_way(d.network.layout)
    ]
    cases = []
    for each in layers:
        given = {name: value for name, value in each.values.items() if name not in each.by_name}
        packed = {n: {"rows": len(v), "columns": v.shape[1], "data": v.ravel().tolist()} for n, v in given.items()}
        cases.append({"module": layer_program(each), "given": packed})
    page = browser.new_page()
    answers = page.evaluate(RUN, cases)
    page.close()
    compared = 0
    for each, answer in zip(layers, answers, strict=True):
        for step in each.steps:
            rows, columns, *numbers = answer[step.name]
            assert (rows, columns) == step.shape
            ours = np.array([float(number) for number in numbers]).reshape(step.shape)
            scale = np.nan_to_num(np.abs(step.value), nan=0.0, posinf=0.0).max()
            np.testing.assert_allclose(ours, step.value, rtol=1e-9, atol=1e-12 + 1e-12 * scale, err_msg=step.name)
            compared += step.value.size
    assert compared > 1000


@pytest.fixture(scope="module")
def digits():
    """A network that has learned to read digits, and an image."""
    data = bp.digits()
    net = bp.initialise((64, 32, 10), seed=1, activations=["relu", "softmax"], loss="categorical_cross_entropy")
    trained = bp.train(net, data.x / 16, data.target, epochs=30, learning_rate=0.2, batch_size=32, seed=0)
    return trained.network, data.x[0] / 16, data.target[0]


@pytest.fixture
def opened(show, digits):
    def open_page(**options):
        s = show(bp.Stepper(*digits, 0.5, image=(8, 8)), height=800, **options)
        s.layers = bp.derive_layers(*digits, 0.5)
        return s

    return open_page


def shown(value):
    return shown_number(float(value), 6)


def typeset(value):
    """A number as it stands in a formula, without its markup."""
    return re.sub("<[^>]*>", "", number(round_number(float(value), 6), False))


def equations(s):
    return s.page.locator(".bpv-entry-step").all_text_contents()


def test_any_named_parameter_is_derived_with_the_numbers_of_python(opened):
    s = opened()
    for name in ("w1[17,30]", "w2[10,32]", "w2[1,5]", "b1[32]", "b2[7]"):
        s.field("Derive").fill(name)
        s.field("Derive").press("Enter")
        s.page.get_by_text(f"The derivation of {name}").wait_for()
        entry = s.layers.entry(name)
        last = equations(s)[-1]
        assert last.endswith(typeset(entry.updated)), (name, last)
        assert any(line.endswith(typeset(entry.value)) for line in equations(s))
        net = next(step for step in entry.steps if step.kind == "net")
        assert equations(s)[0].endswith(typeset(net.value))
        terms = s.page.locator(".bpv-entry-term").first.text_content()
        assert terms.endswith(typeset(net.largest[0][1]))
    assert s.watch.errors == []


def test_a_name_that_is_none_is_said_so_and_nothing_changes(opened):
    s = opened()
    before = s.field("Derive").input_value()
    for name in ("w9[1,1]", "w1[33,1]", "w1[0,1]", "<b>", ""):
        s.field("Derive").fill(name)
        s.field("Derive").press("Enter")
        assert s.page.get_by_role("alert").text_content() == f"There is no weight or bias named {name}."
        assert s.field("Derive").input_value() == before


def go_to(s, name):
    at = [step.name for step in s.layers.steps].index(name)
    s.page.get_by_role("slider", name="Step").fill(str(at))
    s.page.get_by_text(s.layers.steps[at].sentence).first.wait_for()
    return s.page.locator(".bpv-matrix")


#: Of each step of 2-3-2 in whole layers, the line of w2's own derivation, and of w7's, that is an entry of it.
MARKED = {
    "net 1": ("neth1", ""), "out 1": ("outh1", ""), "net 2": ("", "neto1"), "out 2": ("", "outo1"), "loss": ("", ""),
    "by_output 2": ("", "∂Etotal∂outo1"), "slope 2": ("", "∂outo1∂neto1"), "delta 2": ("", "δo1"),
    "slope 1": ("∂outh1∂neth1", ""), "delta 1": ("δh1", ""), "weight_gradient 1": ("∂Etotal∂w2", ""),
    "weight_gradient 2": ("", "∂Etotal∂w7"), "weights_new 1": ("w2new", ""), "weights_new 2": ("", "w7new"),
}  # fmt: skip


def test_the_line_of_an_entry_that_belongs_to_the_step_is_marked_and_no_other(show):
    example = bp.articles.example("2-3-2")
    given = example.network, example.x, example.target, example.learning_rate
    s = show(bp.Stepper(*given, by="layer"), height=800)
    s.layers = bp.derive_layers(*given)
    for which, name in enumerate(("w2", "w7")):
        s.field("Derive").fill(name)
        s.field("Derive").press("Enter")
        s.page.get_by_text(f"The derivation of {name}").wait_for()
        for step, lines in MARKED.items():
            go_to(s, step)
            marked = s.page.locator(".bpv-entry-step.bpv-here").all_text_contents()
            assert [text.split("=")[0] for text in marked] == [lines[which]] * bool(lines[which]), (step, name)


def press(matrix, row, column, shape):
    box = matrix.bounding_box()
    matrix.click(position={"x": (column + 0.5) * box["width"] / shape[1], "y": (row + 0.5) * box["height"] / shape[0]})


def test_a_press_on_an_entry_opens_the_derivation_of_that_parameter(opened):
    s = opened()
    press(go_to(s, "weight_gradient 1").last, 4, 20, (32, 64))
    assert s.field("Derive").input_value() == "w1[5,21]"
    press(go_to(s, "biases_new 2").last, 3, 0, (10, 1))
    assert s.field("Derive").input_value() == "b2[4]"
    gradient = s.layers.values["weight_gradient 2"]
    press(go_to(s, "delta 2").last, 6, 0, (10, 1))
    assert s.field("Derive").input_value() == f"w2[7,{np.abs(gradient[6]).argmax() + 1}]"
    pixel = int(np.abs(s.layers.values["input"]).argmax())
    press(go_to(s, "net 1").nth(1), pixel // 8, pixel % 8, (8, 8))
    row = np.abs(s.layers.values["weight_gradient 1"][:, pixel]).argmax()
    assert s.field("Derive").input_value() == f"w1[{row + 1},{pixel + 1}]"
    assert s.watch.errors == []


def test_arrow_keys_go_from_entry_to_entry_and_enter_derives_one(opened):
    s = opened()
    matrix = go_to(s, "weights_new 1").first
    matrix.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowDown"):
        matrix.press(key)
    value = s.layers.values["weights 1"][1, 2]
    assert s.page.locator(".bpv-pointed").text_content().endswith(f"row 2, column 3: {shown(value)}")
    matrix.press("Enter")
    assert s.field("Derive").input_value() == "w1[2,3]"
    assert s.page.get_by_role("slider", name="Step").input_value() == str(len(s.layers.steps) - 4)


def test_who_cannot_see_a_picture_is_told_its_shape_range_and_largest_entries(opened):
    s = opened()
    label = go_to(s, "delta 1").last.get_attribute("aria-label")
    value = s.layers.values["delta 1"]
    at = int(np.abs(value).argmax())
    assert label.startswith(f"δ^(1), 32×1, from {shown_number(float(value.min()), 3)} to")
    assert f"largest: {shown_number(float(value[at, 0]), 3)} at {at + 1}," in label
    assert "Enter derives one" in label


def test_updates_lead_to_the_numbers_of_python_and_back(opened, digits):
    s = opened()
    net, x, target = digits
    stepper = bp.Stepper(*digits, 0.5)
    stepper.iteration = 2
    s.page.locator(".bpv-matrices").wait_for()
    for _ in range(2):
        s.root.press("End")
        s.page.get_by_role("button", name="Apply update").click()
    s.page.get_by_text("iteration 2").wait_for()
    error = stepper.derivation.values["loss"][0, 0]
    assert s.page.locator(".bpv-error b").text_content() == f"E = {shown(error)}"
    s.page.get_by_role("button", name="Numbers").click()
    s.page.get_by_label("Iteration").fill("0")
    s.page.get_by_label("Iteration").press("Enter")
    first = bp.derive_layers(net, x, target).values["loss"][0, 0]
    assert s.page.locator(".bpv-error b").text_content() == f"E = {shown(first)}"
    assert s.watch.errors == []


def arc(cx, cy, rx, ry, first, last, n=24):
    angles = [math.radians(first + (last - first) * k / n) for k in range(n + 1)]
    return [(cx + rx * math.cos(angle), cy + ry * math.sin(angle)) for angle in angles]


#: Some digits as a hand draws them.
STROKES = {
    0: [arc(0.5, 0.5, 0.25, 0.38, 0, 360)],
    3: [arc(0.45, 0.3, 0.22, 0.18, -150, 90) + arc(0.45, 0.68, 0.25, 0.2, -90, 150)],
    5: [[(0.72, 0.13), (0.32, 0.13), (0.3, 0.45), *arc(0.48, 0.65, 0.23, 0.2, -120, 140)]],
    7: [[(0.25, 0.15), (0.75, 0.15), (0.45, 0.88)]],
}


def draw(page, strokes):
    page.get_by_role("button", name="Back to the image").click()
    box = page.locator(".bpv-pad").bounding_box()
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=2)
        page.mouse.up()


def read_number(text):
    """A number as pages write it, as 1.2·10⁻⁵."""
    mantissa, _, power = text.replace("−", "-").partition("·10")
    return float(mantissa) * 10 ** int(power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")) or 0)


def test_a_digit_that_is_drawn_is_read_and_derived(opened, digits):
    s = opened()
    s.page.get_by_role("button", name="Draw").click()
    given = s.page.locator(".bpv-error b").text_content()
    for digit, strokes in STROKES.items():
        draw(s.page, strokes)
        answers = s.page.locator(".bpv-answer").all_text_contents()
        assert s.page.locator(".bpv-largest span").first.text_content() == str(digit)
        share = s.page.locator(".bpv-answer").nth(int(digits[2].argmax())).locator("span").last.text_content()
        error = float(s.page.locator(".bpv-error b").text_content().removeprefix("E = "))
        assert (len(answers), error) == (10, pytest.approx(-math.log(read_number(share)), rel=0.01, abs=0.01))
    s.page.get_by_role("button", name="Back to the image").click()
    assert s.page.locator(".bpv-error b").text_content() == given
    assert s.watch.errors == []


def test_what_was_meant_becomes_the_target(opened, digits):
    s = opened()
    s.page.get_by_role("button", name="Draw").click()
    out = bp.forward(digits[0], digits[1]).output
    for digit in (3, 8):
        s.page.locator("button.bpv-answer").nth(digit).click()
        assert s.page.locator(".bpv-error b").text_content() == f"E = {shown(-np.log(out[digit]))}"
    assert s.page.locator(".bpv-answer[aria-pressed=true]").count() == 1


def test_what_python_takes_the_page_shows(show):
    net = bp.Network([[[2.0]], [[2.0]]], activations="linear")
    s = show(bp.Stepper(net, [10], [0], 1e308, by="layer"))
    assert s.watch.errors == []
    assert equations(s)[-1].endswith("−∞")


def test_nothing_is_wrong_for_a_screen_reader_in_either_theme(opened):
    s = opened()
    s.page.get_by_role("button", name="Draw").click()
    axe_finds_nothing(s.page)


def test_pictures_follow_the_theme(opened):
    s = opened()
    darkest = """() => { const c = document.querySelector('.bpv-matrix canvas'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        let best = [0, 0, 0, 0]; for (let n = 0; n < d.length; n += 4) if (d[n + 3] > best[3]) best = [...d.slice(n, n + 4)]; return best; }"""
    light = s.page.evaluate(darkest)
    s.page.emulate_media(color_scheme="dark")
    s.page.wait_for_function(f"(before) => String(({darkest})()) !== String(before)", arg=light)


#: Which pictures are not whole in the place for them, or lie under what is open.
CUT = """() => {
    const [place, folds] = [".bpv-matrices", ".bpv-folds"].map((name) => document.querySelector(name).getBoundingClientRect());
    const apart = (one, other) => one.right <= other.left + 1 || one.left >= other.right - 1 || one.bottom <= other.top + 1 || one.top >= other.bottom - 1;
    return [...document.querySelectorAll(".bpv-matrix-figure")].filter((figure) => {
        const box = figure.getBoundingClientRect();
        const inside = box.top >= place.top - 1 && box.bottom <= place.bottom + 1 && box.left >= place.left - 1 && box.right <= place.right + 1;
        return !inside || !apart(box, folds);
    }).map((figure) => figure.textContent);
}"""


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (848, 599), (400, 800)])
@pytest.mark.parametrize("sizes", [(2, 3, 2), (64, 32, 10)], ids=str)
def test_pictures_are_whole_beside_everything_that_opens_and_when_it_is_closed_again(show, sizes, width, height):
    net = bp.initialise(sizes, seed=1)
    widget = bp.Stepper(net, np.linspace(0.1, 0.9, sizes[0]), np.eye(sizes[-1])[1], 0.5, by="layer")
    s = show(widget, width=width, height=height)
    steps = bp.derive_layers(net, np.linspace(0.1, 0.9, sizes[0]), np.eye(sizes[-1])[1], 0.5).steps
    more, tabs = s.page.locator(".bpv-more"), s.page.locator(".bpv-tabs [data-tab]")
    for n, step in enumerate(steps):
        s.page.get_by_text(f"{n + 1} / {len(steps)}").wait_for()
        if step.name in ("net 1", "by_output 2", "delta 1", "weights_new 2"):
            if more.is_visible():
                more.click()
            for tab in tabs.all():
                tab.click()
                assert s.page.evaluate(CUT) == [], (step.name, tab.text_content())
            if more.is_visible():
                more.click()
                assert s.page.evaluate(CUT) == [], step.name
        if n + 1 < len(steps):
            s.page.get_by_role("button", name="Next").click()
    assert s.watch.errors == []
