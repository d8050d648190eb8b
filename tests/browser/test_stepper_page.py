"""The stepper's page as one file, without a kernel: clicked, typed at, dragged and read back."""

from __future__ import annotations

import random
import re

import pytest

import bpviz as bp
from bpviz.formula.digits import round_number, shown_number

from ..networks import often
from .conftest import axe_finds_nothing

pytestmark = pytest.mark.browser


@pytest.fixture
def drive(show):
    """Opens the page of the 2-3-2 example, or of another widget."""

    def start(widget=None, **options):
        if widget is None:
            ex = bp.articles.example("2-3-2")
            widget = bp.Stepper(ex.network, ex.x, ex.target, learning_rate=0.5, wrt="w7")
        return show(widget, **options)

    return start


def expected(wrt="w7", iteration=0):
    ex = bp.articles.example("2-3-2")
    net = bp.descend(ex.network, ex.x, ex.target, 0.5, iteration).networks[iteration]
    return bp.derive(net, ex.x, ex.target, wrt=wrt, learning_rate=0.5)


def test_stepping_shows_every_step_with_its_sentence_value_and_lights(drive):
    s = drive()
    d = expected()
    for n, step in enumerate(d.steps):
        assert s.counter == f"{n + 1} / {len(d.steps)}"
        assert s.sentence == step.sentence
        assert s.equation.endswith("=" + str(round_number(step.value, 6)).replace("-", "−"))
        assert s.lit("node") == set(step.nodes)
        assert s.lit("edge") == set(step.edges)
        if n + 1 < len(d.steps):
            s.do("next")
    assert s.in_diagram("out_h1") == "0.912934"
    assert "w7_new = 0.360968" in s.said
    assert s.watch.errors == []
    assert s.watch.outside == []


def test_nothing_is_shown_before_it_is_computed(drive):
    s = drive()
    assert (s.in_diagram("out_o1"), s.in_diagram("E_total")) == ("", "")
    s.do("last")
    assert (s.in_diagram("out_o1"), s.in_diagram("E_total")) == ("0.89109", "0.391829")


def test_the_keyboard_alone_is_enough(drive):
    s = drive()
    s.root.locator(".bpv-drawing").focus()
    for key, counter in (
        ("ArrowRight", "2 / 20"), ("PageDown", "3 / 20"), ("PageUp", "2 / 20"), ("ArrowLeft", "1 / 20"),
        ("End", "20 / 20"), ("ArrowRight", "20 / 20"), ("Home", "1 / 20"),
    ):  # fmt: skip
        s.page.keyboard.press(key)
        assert s.counter == counter, key
    # every control can be reached with Tab, in an order that makes sense
    s.field("Derive").focus()
    reached = []
    for _ in range(20):
        reached.append(
            s.page.evaluate(
                "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
            )
        )
        s.page.keyboard.press("Tab")
    wanted = [
        "Forward pass",
        "Chain rule",
        "The network",
        "This step",
        "Change the numbers",
        "Previous step",
        "Next →",
        "Play",
        "Step",
    ]
    positions = [reached.index(name) for name in wanted]
    assert positions == sorted(positions)


def test_a_page_with_one_widget_listens_at_once(drive):
    s = drive()
    s.page.keyboard.press("ArrowRight")
    assert s.counter == "2 / 20"


def test_next_is_two_keys_away(drive):
    s = drive()
    s.page.keyboard.press("Tab")
    s.page.keyboard.press("Enter")
    assert s.page.evaluate("() => document.activeElement.dataset.do") == "next"


def test_the_slider_moves_through_the_steps(drive):
    s = drive()
    slider = s.root.get_by_role("slider", name="Step")
    slider.fill("16")
    assert s.counter == "17 / 20"
    assert slider.get_attribute("aria-valuetext") == "Step 17 of 20: dE_total/dw7"


def test_choosing_a_weight_from_the_list_or_on_the_drawing(drive):
    s = drive()
    s.field("Derive").select_option("w1")
    assert s.counter == "1 / 30"  # the forward pass is the same, so the place is kept
    s.do("last")
    s.root.locator('.bpv-edge[data-parameter="w9"] .bpv-label').click()
    s.wait_for("14 / 20")
    assert s.field("Derive").input_value() == "w9"
    assert "out_o1" in s.said
    s.root.locator('.bpv-node[data-parameter="b1"]').click()
    s.wait_for("14 / 46")
    assert s.field("Derive").input_value() == "b1"


def test_hovering_lights_the_same_thing_in_formula_and_drawing(drive):
    s = drive()
    s.root.locator(".bpv-phases button", has_text="Chain rule").click()
    s.open("chain")
    lit_edges = "all => all.map(e => e.dataset.edge)"
    s.root.locator(f".bpv-chain {s.place('q', 'dnet_o1/dw7')}").hover()
    assert "2:0:0" in s.root.locator(".bpv-drawing [data-edge].bpv-lit").evaluate_all(lit_edges)
    s.do("first")
    s.root.locator('.bpv-edge[data-parameter="w1"] .bpv-label').hover()
    lit = s.root.locator(".bpv-equation .bpv-lit").evaluate_all("all => all.map(e => e.dataset.q ?? e.dataset.v)")
    assert {s.names[int(n)] for n in lit} == {"w1"}


def test_update_goes_on_and_the_list_leads_back(drive):
    s = drive()
    for iteration in (1, 2):
        s.apply()
        s.wait_for("1 / 20")
        s.open("numbers")
        assert s.field("Iteration").input_value() == str(iteration)
        assert s.in_diagram("w7") == str(round_number(expected(iteration=iteration).network["w7"], 6))
    s.type("Iteration", 0)
    assert s.in_diagram("w7") == "0.4"
    s.type("Iteration", 100)
    assert s.in_diagram("w7") == str(round_number(expected(iteration=100).network["w7"], 6)).replace("-", "−")


@pytest.mark.parametrize("rule", [bp.Momentum(0.5), bp.Adam()], ids=repr)
def test_what_an_optimiser_remembers_goes_on_in_the_page(drive, rule):
    ex = bp.articles.example("2-3-2")
    stepper = bp.Stepper(ex.network, ex.x, ex.target, 0.1, wrt="w7", optimiser=rule)
    s = drive(bp.Stepper(ex.network, ex.x, ex.target, 0.1, wrt="w7", optimiser=rule))
    s.open("numbers")
    for iteration in (1, 2, 40):
        s.type("Iteration", iteration)
        stepper.iteration = iteration
        assert s.in_diagram("w7") == str(round_number(stepper.network["w7"], 6)).replace("-", "−")
    assert s.field("momentum" if rule == bp.Momentum(0.5) else "beta_1").input_value() in ("0.5", "0.9")
    s.type("momentum" if rule == bp.Momentum(0.5) else "beta_1", 1)
    assert s.message.endswith("but it is 1.")


def test_every_given_number_of_adams_update_can_be_edited_where_it_stands(drive):
    """Also what is remembered, which has no place in the list of numbers."""
    ex = bp.articles.example("2-3-2")
    stepper = bp.Stepper(ex.network, ex.x, ex.target, 0.1, wrt="w7", optimiser=bp.Adam())
    names = [step.name for step in stepper.derivation.steps]
    s = drive(stepper)
    s.do("last")
    for name in ("w7_new", "v_w7_new", "m_w7_new"):
        while s.counter != f"{names.index(name) + 1} / {len(names)}":
            s.root.press("ArrowLeft")
        grips = s.page.locator(".bpv-equation .bpv-grip")
        assert grips.count() >= 2
        grips.nth(1).dblclick()
        s.page.wait_for_function(
            "() => document.activeElement.matches('input') || !document.querySelector('.bpv-spot').hidden"
        )
        s.page.keyboard.press("Escape")
        s.root.focus()


def test_digits_and_learning_rate_can_be_typed_and_bad_ones_are_explained(drive):
    s = drive()
    s.do("last")
    s.type("Digits", 12)
    assert "0.36096806225" in s.equation
    s.type("Digits", 16)
    assert s.message == "digits must be a whole number from 1 to 15, not 16."
    s.type("Learning rate", -1)
    assert s.message == "learning_rate must be above 0, not -1."
    s.type("Learning rate", 1)
    assert s.message == ""
    assert str(round_number(0.4 - expected().value, 12)) in s.equation


def test_a_drawing_has_six_digits_where_formulas_have_more(drive):
    s = drive()
    s.do("last")
    s.type("Digits", 12)
    assert "0.36096806225" in s.equation
    drawn = s.page.locator(".bpv-drawing [data-n]").all_text_contents()
    figures = [re.sub(r"[^0-9]", "", text).lstrip("0") for text in drawn]
    assert max(map(len, figures)) == 6


def test_playing_moves_on_by_itself_and_stops_when_told(drive):
    s = drive(held=True)
    s.do("play")
    s.page.clock.run_for(3200)
    assert s.counter == "3 / 20"
    s.do("play")
    s.page.clock.run_for(5000)
    assert s.counter == "3 / 20"


@pytest.mark.parametrize("width", [400, 1280, 1920])
def test_nothing_sticks_out_at_any_width(drive, width):
    s = drive(width=width)
    s.do("last")
    wide = s.root.evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert wide[0] <= wide[1]
    box = s.root.locator(".bpv-apply").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_nothing_jumps_from_step_to_step(drive):
    s = drive()
    heights, tops = set(), set()
    for _ in range(19):
        heights.add(s.root.evaluate("e => Math.round(e.getBoundingClientRect().height)"))
        tops.add(s.root.locator(".bpv-controls").evaluate("e => Math.round(e.getBoundingClientRect().top)"))
        s.do("next")
    assert len(heights) == 1
    assert len(tops) == 1


def test_hostile_names_stay_text(drive):
    name = "<img src=x onerror='window.hacked=1'>"
    net = bp.Network([[[0.5, 0.2]]], weight_names=[[[name, "<v 3>$\\frac"]]])
    s = drive(bp.Stepper(net, [1, 2], [0], wrt=name))
    s.do("last")
    assert s.page.evaluate("() => window.hacked") is None
    assert s.root.locator("img").count() == 0
    assert "<img src=x" in s.said
    assert s.watch.errors == []


def test_a_proof_is_stepped_through_on_the_same_page(drive):
    s = drive(bp.ProofStepper("BP2"))
    proof = bp.proof("BP2")
    for n, line in enumerate(proof.lines):
        assert s.counter == f"{n + 1} / {len(proof.lines)}"
        assert s.sentence == line.sentence
        s.do("next")
    assert not s.root.locator(".bpv-drawing").is_visible()
    assert not s.root.get_by_role("button", name="Apply update").is_visible()
    s.field("Prove").select_option("BP4")
    assert s.counter == "1 / 6"
    s.do("last")
    assert "dC/db_j^(l) = δ_j^(l)" in s.said
    assert s.watch.errors == []


def test_axe_finds_nothing_on_a_proof(drive):
    s = drive(bp.ProofStepper("BP1"))
    s.do("last")
    axe_finds_nothing(s.page, ".bpv-stepper")


def test_axe_finds_nothing_while_numbers_are_changed(drive):
    s = drive()
    s.do("last")
    s.type("w5", "-0.5")
    for width in (1280, 400):
        s.page.set_viewport_size({"width": width, "height": 1000})
        axe_finds_nothing(s.page)


# --- live numbers ---


def page_numbers(s):
    """Every number of the page by name, at full precision."""
    s.type("Digits", 15)
    return s.values(".bpv-stepper .bpv-log .bpv-v, .bpv-stepper .bpv-equation .bpv-v")


def fresh_numbers(s, wrt):
    """The same from Python, for what the page's list of numbers says is given."""
    given = dict(
        s.root.evaluate(
            "e => [...e.querySelectorAll('.bpv-editor input[type=text]')]"
            ".map(i => [i.getAttribute('aria-label'), Number(i.value)])"
        )
    )
    ex = bp.articles.example("2-3-2")
    net = ex.network.with_values({name: given[name] for name in ex.network.parameters})
    x, target = [given["i1"], given["i2"]], [given["target_o1"], given["target_o2"]]
    return bp.derive(net, x, target, wrt, given["learning_rate"])


def test_a_typed_weight_changes_every_number_that_depends_on_it(drive):
    s = drive()
    s.do("last")
    s.type("w7", -0.75)
    derivation = fresh_numbers(s, "w7")
    assert derivation.network["w7"] == -0.75
    for name, shown in page_numbers(s).items():
        assert shown == pytest.approx(derivation.values[name], rel=1e-12), name
    edge = s.root.locator('.bpv-edge[data-parameter="w7"]').first
    assert "bpv-minus" in edge.get_attribute("class")
    assert "from 0.391829" in s.root.locator(".bpv-error").inner_text()


def drag(s, place, by, steps=4):
    box = place.bounding_box()
    s.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    s.page.mouse.down()
    s.page.mouse.move(box["x"] + box["width"] / 2 + by, box["y"] + box["height"] / 2, steps=steps)
    s.page.mouse.up()


def test_a_long_chain_rule_stands_still_while_a_number_is_dragged(drive):
    net = bp.initialise((4, 8, 8, 3), seed=1)
    s = drive(bp.Stepper(net, [0.5] * 4, [0.5] * 3, wrt="w1[1,1]"))
    s.do("last")
    s.open("chain")
    fold, row = s.root.locator("[data-fold=chain]"), s.root.locator(".bpv-chain mtr").nth(12)
    row.scroll_into_view_if_needed()
    s.page.wait_for_function("row => row.querySelector('.bpv-under').shown !== undefined", arg=row.element_handle())
    place, scrolled = row.bounding_box(), fold.evaluate("e => e.scrollTop")
    grip = s.root.locator(".bpv-drawing .bpv-grip").first
    box = grip.bounding_box()
    s.page.mouse.move(box["x"] + 4, box["y"] + 4)
    s.page.mouse.down()
    s.page.mouse.move(box["x"] + 60, box["y"] + 4, steps=4)
    s.page.wait_for_selector(".bpv-away", state="attached")
    now = row.bounding_box()
    assert (now["y"], fold.evaluate("e => e.scrollTop")) == (pytest.approx(place["y"], abs=1), scrolled)
    s.page.mouse.up()
    s.page.wait_for_selector(".bpv-away", state="detached")
    assert row.bounding_box()["y"] == pytest.approx(place["y"], abs=1)
    x = [float(s.in_diagram("i1")), 0.5, 0.5, 0.5]
    assert x[0] != 0.5
    expected = bp.derive(net, x, [0.5] * 3, wrt="w1[1,1]").values
    for name, shown in s.values(".bpv-chain .bpv-under").items():
        assert shown == pytest.approx(expected[name], rel=1e-12), name


def test_a_weight_is_dragged_on_the_drawing_and_in_the_formula(drive):
    s = drive()
    drag(s, s.root.locator(".bpv-drawing [data-n=w7]").first, 50)
    assert s.in_diagram("w7") == "0.9"
    assert s.field("Derive").input_value() == "w7"
    s.do("next")
    s.do("back")
    drag(s, s.root.locator(f".bpv-equation {s.place('v', 'w1')}").first, -30)
    assert s.in_diagram("w1") == "−0.2"
    assert s.equation.endswith("=0.85")


def test_a_whole_drag_is_undone_at_once_and_done_again(drive):
    s = drive()
    drag(s, s.root.locator(".bpv-drawing [data-n=w7]").first, 50, steps=12)
    s.type("i1", 7)
    s.page.keyboard.press("Tab")
    undo, redo = (s.root.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    undo.click()
    assert (s.in_diagram("i1"), s.in_diagram("w7")) == ("5", "0.9")
    undo.click()
    assert s.in_diagram("w7") == "0.4"
    assert undo.get_attribute("aria-disabled") == "true"
    redo.click()
    redo.click()
    assert (s.in_diagram("i1"), s.in_diagram("w7")) == ("7", "0.9")
    s.root.locator(".bpv-equation").focus()
    s.page.keyboard.press("Control+z")
    assert s.in_diagram("i1") == "5"
    s.page.keyboard.press("Control+Shift+z")
    assert s.in_diagram("i1") == "7"


def test_reset_leads_back_to_the_articles_numbers_and_can_be_undone(drive):
    s = drive()
    s.type("w2", 3)
    s.apply()
    s.root.get_by_role("button", name="Reset all numbers").click()
    assert (s.in_diagram("w2"), s.field("Iteration").input_value()) == ("0.15", "0")
    s.root.get_by_role("button", name="Undo").click()
    assert s.field("Iteration").input_value() == "1"


def test_numbers_are_read_with_a_comma_or_a_minus_sign_too(drive):
    s = drive()
    s.type("Learning rate", "0,3")
    assert s.field("Learning rate").input_value() == "0.3"
    s.type("w7", "−1,25")
    assert s.in_diagram("w7") == "−1.25"
    s.field("w7").press("ArrowUp")
    assert s.in_diagram("w7") == "−1.24"


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("w1", "three", "w1 must be a finite number."),
        ("w1", "1e999", "w1 must be a finite number."),
        ("w1", "", "w1 must be a finite number."),
        ("learning_rate", "0", "learning_rate must be above 0, not 0."),
        ("i1", "1e308", "With that the numbers would grow beyond what a float holds, so it is left as it was."),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_a_sentence(drive, name, typed, message):
    net = bp.Network([[[0.4, 2.0]], [[4.0]]], activations="linear", weight_names=[[["w1", "w2"]], [["w3"]]])
    s = drive(bp.Stepper(net, [1, 2], [1]))
    s.do("last")
    s.open("numbers")
    before = s.equation
    s.field(name).evaluate("(e, typed) => { e.value = typed; e.dispatchEvent(new Event('change')); }", typed)
    assert s.message == message
    assert s.equation == before
    assert s.root.get_by_role("button", name="Undo").get_attribute("aria-disabled") == "true"


def test_targets_that_sum_to_one_make_room_for_each_other(drive):
    net = bp.initialise((2, 3), activations="softmax", loss="categorical_cross_entropy", seed=1)
    s = drive(bp.Stepper(net, [1, 2], [0.5, 0.25, 0.25]))
    s.type("target_o1", 0.8)
    assert [s.field(f"target_o{n}").input_value() for n in (1, 2, 3)] == [
        "0.8", "0.09999999999999998", "0.09999999999999998",
    ]  # fmt: skip
    s.type("target_o2", 1.5)
    assert s.message == "target_o2 must lie from 0 to 1, but it is 1.5."


def test_a_note_at_a_kink_comes_and_goes_with_the_number(drive):
    net = bp.Network([[[0.5]], [[1.0]]], activations=["relu", "linear"], weight_names=[[["w1"]], [["w2"]]])
    s = drive(bp.Stepper(net, [1], [1], wrt="w1"))
    note = s.root.locator(".bpv-note")
    while "dout_h1/dnet_h1" not in s.said:
        s.do("next")
    assert not note.is_visible()
    s.type("i1", 0)
    assert note.inner_text().startswith("At h1 the net input is exactly 0")
    s.type("i1", 1)
    assert not note.is_visible()


def test_random_clicks_keys_and_drags_leave_every_number_fresh(drive):
    s = drive()
    rng = random.Random(3)
    buttons = ["back", "next", "undo", "redo", "reset", "play"]
    keys = ["ArrowRight", "ArrowLeft", "Home", "End", "PageDown", "PageUp", "Tab", "Control+z", "Escape"]
    parameters = list(bp.articles.example("2-3-2").network.parameters)
    fields = [*parameters, "i1", "i2", "target_o1", "target_o2", "learning_rate"]
    s.open("numbers")
    places = s.root.locator(".bpv-drawing .bpv-grip")
    for n in range(often(480)):
        what = rng.random()
        if what < 0.35:
            s.root.locator(f"[data-do={rng.choice(buttons)}]").evaluate("e => e.click()")
        elif what < 0.6:
            s.page.keyboard.press(rng.choice(keys))
        elif what < 0.7:
            s.root.locator(".bpv-apply").evaluate("e => e.click()")
        elif what < 0.8:
            s.field("Derive").select_option(rng.choice(parameters))
        elif what < 0.95:
            value = rng.choice([rng.uniform(-3, 3), 0, -1e5, 1e308, 5])
            s.field(rng.choice(fields)).evaluate(
                "(e, v) => { e.value = v; e.dispatchEvent(new Event('change')); }", value
            )
        else:
            place = places.nth(rng.randrange(places.count()))
            drag(s, place, rng.randint(-80, 80), steps=2)
        if n % 50 == 49:
            wrt = s.field("Derive").input_value()
            derivation = fresh_numbers(s, wrt)
            for name, shown in page_numbers(s).items():
                assert shown is not None, name  # not a number, and not infinite
                assert shown == pytest.approx(derivation.values[name], rel=1e-11, abs=1e-300), name
            text = s.root.inner_text()
            assert "NaN" not in text
            assert "undefined" not in text
    assert s.watch.errors == []


def test_presenting_hides_each_number_until_it_is_asked_for(drive):
    s = drive()
    s.root.get_by_role("button", name="Present on the whole screen").click()
    value = s.root.locator(".bpv-equation mtr").last.locator("mtd").last
    assert s.root.evaluate("e => [e.clientWidth, e.clientHeight]") == [1280, 1000]
    s.page.keyboard.press("PageDown")  # what a clicker sends
    assert s.counter == "2 / 20"
    assert value.evaluate("e => e.textContent") == "?"
    assert s.in_diagram("out_h1") == ""
    assert s.said.endswith("out_h1 = ?")
    s.page.keyboard.press("PageDown")
    assert s.counter == "2 / 20"
    assert value.evaluate("e => e.textContent") == "0.912934"
    assert s.in_diagram("out_h1") == "0.912934"
    s.page.keyboard.press("PageDown")
    s.page.keyboard.press("PageUp")
    assert s.counter == "2 / 20"
    assert value.evaluate("e => e.textContent") == "0.912934"
    s.page.keyboard.press("Escape")
    s.page.wait_for_function("() => !document.querySelector('.bpv-presenting')")


def test_presenting_hides_the_error_until_its_step_is_shown(drive):
    s = drive()
    error = s.root.locator(".bpv-error")
    s.root.locator("[data-do=present]").click()
    ex = bp.articles.example("2-3-2")
    at = [step.name for step in bp.derive(ex.network, ex.x, ex.target, wrt="w7").steps].index("E_total")
    for _ in range(at):
        assert not error.is_visible()
        s.root.press("ArrowRight")
        s.root.press("ArrowRight")
    assert s.counter.startswith(f"{at + 1} /")
    assert error.is_visible()
    s.root.press("ArrowLeft")
    assert not error.is_visible()
    s.root.press("Escape")
    assert error.is_visible()


def test_a_drag_in_the_drawing_marks_no_text(drive):
    s = drive()
    place = s.root.locator(".bpv-drawing .bpv-grip").first.bounding_box()
    s.page.mouse.move(place["x"] + 3, place["y"] + place["height"] / 2)
    s.page.mouse.down()
    s.page.mouse.move(place["x"] + 90, place["y"] + 60, steps=6)
    assert s.page.evaluate("() => getSelection().toString()") == ""
    s.page.mouse.up()


def test_what_was_refused_is_not_said_at_the_next_step(drive):
    s = drive()
    s.type("w1", "abc")
    assert s.message
    s.root.press("ArrowRight")
    assert s.page.locator(".bpv-message").is_hidden()


def test_presenting_hides_constants_too(drive):
    ex = bp.articles.example("2-3-2")
    s = drive(bp.Stepper(ex.network, ex.x, ex.target, wrt="b2"))
    while "dnet_o1/db2" not in s.said:
        s.do("next")
    s.do("back")
    s.root.get_by_role("button", name="Present on the whole screen").click()
    s.page.keyboard.press("PageDown")
    assert s.said.endswith("dnet_o1/db2 = ?")
    assert s.equation.endswith("=?")
    s.page.keyboard.press("PageDown")
    assert s.equation.endswith("=1")
    assert s.watch.errors == []


def test_a_presentation_that_plays_shows_each_number_before_it_goes_on(drive):
    s = drive()
    s.root.locator("[data-do=present]").click()
    s.root.locator("[data-do=play]").click()
    s.page.wait_for_function("() => document.querySelector('.bpv-counter').innerText.startsWith('2 /')")
    assert "?" in s.equation
    s.page.wait_for_function("() => !document.querySelector('.bpv-equation').textContent.includes('?')")
    assert s.counter.startswith("2 /")


def test_sliders_follow_the_keyboard_and_undo(drive):
    s = drive()
    s.open("numbers")
    slider = s.root.get_by_label("w7, slider")
    slider.focus()
    for _ in range(20):
        s.page.keyboard.press("ArrowRight")
    assert (s.field("w7").input_value(), slider.input_value()) == ("0.6", "0.6")
    s.page.keyboard.press("Control+z")
    assert (s.field("w7").input_value(), slider.input_value()) == ("0.59", "0.59")


# --- the file ---


def test_the_exported_page_is_small_silent_alone_and_ready_at_once(drive):
    s = drive()
    requests = s.page.evaluate("() => performance.getEntriesByType('resource').map(e => e.name)")
    assert [name for name in requests if not name.startswith(("blob:", "data:"))] == []
    assert s.field("Derive").evaluate("e => e.options.length") == 14
    for name in ("next", "last", "first"):
        s.do(name)
    assert s.watch.messages == []
    assert s.watch.errors == []
    assert s.watch.outside == []


def test_the_policy_of_the_page_lets_nothing_else_run(drive):
    s = drive()
    blocked = s.page.evaluate(
        """async () => {
            const script = document.createElement("script");
            script.textContent = "window.sneaked = 1";
            document.body.append(script);
            const fetched = await fetch("https://example.com").then(() => "reached", () => "blocked");
            return [window.sneaked ?? "blocked", fetched];
        }"""
    )
    assert blocked == ["blocked", "blocked"]


def test_the_exported_stepper_with_all_parameters_is_at_most_150_kilobytes(tmp_path):
    ex = bp.articles.example("2-3-2")
    path = bp.export_html(bp.Stepper(ex.network, ex.x, ex.target), tmp_path / "page.html")
    assert path.stat().st_size <= 150_000


# --- the picture of the backward pass, and a nudge ---


def test_names_in_a_sentence_are_set_in_type(drive):
    ex = bp.articles.example("2-2-1")
    s = drive(bp.Stepper(ex.network, ex.x, ex.target, wrt="W1[1,2]"))
    while "grew a little" not in s.said or "W1[1,2]" not in s.said.split(" grew")[0]:
        s.do("next")
    assert s.root.locator(".bpv-sentence .bpv-written").first.inner_html() == "<i>W</i><sub>1,2</sub><sup>(1)</sup>"
    assert "W1[1,2]" not in s.root.locator(".bpv-sentence").inner_text()


def test_factors_stand_on_the_drawing_as_they_are_earned(drive):
    s = drive()
    factors = s.root.locator(".bpv-drawing .bpv-factor")
    assert factors.count() == 0
    while "dout_o1/dnet_o1" not in s.said:
        s.do("next")
    assert sorted(factors.all_text_contents()) == ["0.0970489", "0.88109"]
    assert "bpv-earned" in s.root.locator('.bpv-drawing [data-edge="E:0"]').get_attribute("class")
    s.do("first")
    assert factors.count() == 0


def test_a_factor_keeps_its_place_through_steps_and_drags(drive):
    ex = bp.articles.example("2-3-2")
    s = drive(bp.Stepper(ex.network, ex.x, ex.target, wrt="w1"))
    at = "all => Object.fromEntries(all.map(e => [e.textContent, [e.getAttribute('x'), e.getAttribute('y')]]))"
    seen: dict[str, list[str]] = {}
    for _ in range(24):
        s.do("next")
        for text, place in s.root.locator(".bpv-drawing .bpv-factor").evaluate_all(at).items():
            assert seen.setdefault(text, place) == place
    derivation = bp.derive(ex.network, ex.x, ex.target, "w1")
    factors = {derivation.values[name] for path in derivation.paths for name in path}
    assert set(seen) == {shown_number(value, 6) for value in factors}
    places = sorted(s.root.locator(".bpv-drawing .bpv-factor").evaluate_all(at).values())
    s.page.evaluate("() => window.before = [...document.querySelectorAll('.bpv-factor')]")
    s.type("i1", 4.9)
    assert s.page.evaluate("() => window.before.every((one) => one.isConnected)")
    assert sorted(s.root.locator(".bpv-drawing .bpv-factor").evaluate_all(at).values()) == places


def test_paths_that_are_added_up_look_different_from_those_that_are_not(drive):
    ex = bp.articles.example("2-3-2")
    s = drive(bp.Stepper(ex.network, ex.x, ex.target, wrt="w1"))
    edge = s.root.locator('.bpv-drawing [data-edge="2:0:0"]').first
    while "h1→o1" not in s.said:
        s.do("next")
    assert "bpv-multiplied" in edge.get_attribute("class")
    while "dE_total/dw1 =" not in s.said:
        s.do("next")
    assert "bpv-summed" in edge.get_attribute("class")


def test_numbers_travel_only_where_motion_is_wanted(drive):
    count = "() => document.getAnimations().filter((one) => one.effect.target.matches('.bpv-travels')).length"
    s = drive()
    s.do("next")
    s.do("next")
    s.page.wait_for_function(f"() => ({count})() === 3")  # two inputs and a bias go to h2
    s.page.wait_for_function(f"() => ({count})() === 0")
    assert s.root.locator(".bpv-travels").count() == 0
    calm = drive(reduced_motion="reduce")
    calm.do("next")
    calm.do("next")
    calm.page.evaluate("() => new Promise((done) => setTimeout(done, 100))")  # longer than the step rests
    assert calm.page.evaluate(count) == 0


def test_a_nudge_moves_the_error_as_the_gradient_says_the_better_the_smaller_it_is(drive):
    s = drive()
    s.do("last")
    s.root.locator("[data-tab=nudge]").click()
    ex = bp.articles.example("2-3-2")
    exact = bp.derive(ex.network, ex.x, ex.target, wrt="w7").value
    before = bp.backward(ex.network, bp.forward(ex.network, ex.x), ex.target).loss
    for size in (0.5, 0.1, 0.01, 0.001):
        s.field("w7 grows by").select_option(str(size))
        moved = ex.network.with_values({"w7": ex.network["w7"] + size})
        ratio = (bp.backward(moved, bp.forward(moved, ex.x), ex.target).loss - before) / size
        told = s.root.locator(".bpv-nudged").inner_text()
        assert f"E changes by {round_number(ratio, 6)} of that" in told
        assert f"the product of the factors says {round_number(exact, 6)}" in told
    names = s.root.locator(".bpv-nudge tbody th").evaluate_all("all => all.map(e => e.textContent)")
    assert names == ["w7", "Etotal", "Eo1", "outo1", "neto1"]  # what it is about first


# --- fingers and keys ---


def test_a_swipe_goes_on_and_back(drive):
    s = drive(width=400, height=800, has_touch=True, is_mobile=True)
    for by, counter in ((-120, "2 / 20"), (-120, "3 / 20"), (120, "2 / 20"), (10, "2 / 20")):
        fingers = s.page.context.new_cdp_session(s.page)
        for n in range(6):
            points = [{"x": 200 + by * n / 5, "y": 600}]
            fingers.send(
                "Input.dispatchTouchEvent", {"type": "touchMove" if n else "touchStart", "touchPoints": points}
            )
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        assert s.counter == counter


def test_a_tap_near_a_number_opens_a_large_field_for_it(drive):
    s = drive(width=400, height=800, has_touch=True, is_mobile=True)
    box = s.root.locator(f".bpv-equation {s.place('v', 'i1')}").first.bounding_box()
    s.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] + 14)
    field = s.root.locator(".bpv-spot input[type=text]")
    assert field.get_attribute("aria-label") == "i1"
    assert field.bounding_box()["height"] >= 44
    field.fill("6")
    field.press("Enter")
    assert s.equation.endswith("=2.45")
    s.root.get_by_role("button", name="Done").click()
    assert not field.is_visible()


def test_the_parts_of_the_drawing_are_reached_with_arrows_and_told(drive):
    s = drive()
    s.do("last")
    s.root.locator(".bpv-drawing").focus()
    s.page.keyboard.press("Enter")
    assert s.page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "i1 = 5"
    told = []
    for _ in range(40):
        told.append(s.root.locator(".bpv-caption").inner_text())
        s.page.keyboard.press("ArrowRight")
    assert "w7 = 0.4" in told
    assert any("out_h1 = 0.912934" in one for one in told)
    assert s.counter == "20 / 20"  # the arrows do not go through the steps there
    s.page.keyboard.press("Home")
    while s.page.evaluate("() => document.activeElement.dataset.parameter") != "w9":
        s.page.keyboard.press("ArrowRight")
    s.page.keyboard.press("Enter")
    s.page.wait_for_function("() => document.querySelector('.bpv-bar select').value === 'w9'")
    s.page.keyboard.press("Escape")
    s.page.keyboard.press("ArrowLeft")
    assert s.counter.startswith("1")


def test_a_key_blanks_the_screen_of_a_presentation(drive):
    s = drive()
    s.root.locator("[data-do=present]").click()
    s.page.keyboard.press("b")
    assert s.root.locator(".bpv-blank").is_visible()
    s.page.keyboard.press("b")
    assert not s.root.locator(".bpv-blank").is_visible()
