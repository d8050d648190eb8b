"""Exported pages in Firefox and WebKit: every widget renders, steps, drags and answers there, too (``make test-engines``)."""

from __future__ import annotations

import numpy as np
import pytest

import bpviz as bp

from ..networks import only_thorough
from .engines import firefox, webkit
from .measuring import LOOK, WALK
from .test_stage import STEPPERS, others

pytestmark = [pytest.mark.browser, only_thorough, pytest.mark.filterwarnings("ignore::DeprecationWarning:selenium")]

ENGINES = {"Firefox": firefox, "WebKit": webkit}

ROOT = "document.querySelector('.bpv-stage')"


@pytest.fixture(scope="module", params=ENGINES)
def engine(request):
    with ENGINES[request.param]() as opened:
        yield opened


@pytest.fixture
def show(engine, tmp_path):
    def show(widget, width=1010, height=790):
        engine.open(bp.export_html(widget, tmp_path / "page.html"), width, height)
        engine.js("return document.fonts.ready.then(() => true)")
        return engine

    return show


def look(page):
    return page.js(f"return ({LOOK})({ROOT}).found")


@pytest.mark.parametrize("name", list(others()))
def test_every_widget_renders_and_nothing_is_cut(show, name):
    page = show(others()[name]())
    assert page.js(f"return {ROOT}.textContent.trim().length") > 40
    assert look(page) == []
    assert page.errors == []


@pytest.mark.parametrize("name", ["2-3-2", "softmax", "batch", "2-3-2 by layer", "digits by layer"])
@pytest.mark.parametrize("size", [(848, 611), (1280, 800)], ids=["notebook", "laptop"])
def test_every_step_of_a_stepper_fits_and_nothing_jumps(show, name, size):
    page = show(STEPPERS[name](), *size)
    page.click(".bpv-next")
    assert page.js(f"return {ROOT}.querySelector('.bpv-counter').textContent").startswith("2 ")
    assert page.js(f"return ({WALK})({ROOT}, 60)") == []
    assert page.errors == []


NUMBERS = f"return [...{ROOT}.querySelectorAll('.bpv-equation .bpv-v')].map((e) => e.textContent)"


def test_a_number_is_dragged_and_all_others_follow(show):
    ex = bp.articles.example("2-3-2")
    page = show(bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate, wrt="w7"))
    before = page.js(NUMBERS)
    grip = f"const r = {ROOT}.querySelector('.bpv-equation .bpv-grip').getBoundingClientRect();"
    x, y = page.js(f"{grip} return [r.left + r.width / 2, r.top + r.height / 2]")
    page.drag(x, y, 60)
    after = page.js(NUMBERS)
    assert after != before
    w1, i1, w2, i2, b1, net = (float(text.replace("−", "-")) for text in after)
    assert net == pytest.approx(w1 * i1 + w2 * i2 + b1, rel=1e-4)
    assert (i1, w2, i2, b1) == (5, 0.15, 10, 0.35)
    assert page.errors == []


def test_live_numbers_take_the_room_that_they_need(show):
    """In Firefox a number with a border and a text decoration kept the width of an older one."""
    ex = bp.articles.example("2-3-2")
    page = show(bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate, wrt="w7"))
    gaps = f"""
      const found = [];
      for (const e of {ROOT}.querySelectorAll('.bpv-equation .bpv-grip')) {{
        const letters = document.createRange();
        letters.selectNodeContents(e);
        found.push(Math.abs(e.getBoundingClientRect().width - letters.getBoundingClientRect().width));
      }}
      return found"""
    grip = f"const r = {ROOT}.querySelector('.bpv-equation .bpv-grip').getBoundingClientRect();"
    x, y = page.js(f"{grip} return [r.left + r.width / 2, r.top + r.height / 2]")
    page.drag(x, y, 73)
    long = page.js(NUMBERS)[0]
    page.js(f"{ROOT}.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'z', ctrlKey: true, bubbles: true }}))")
    assert len(page.js(NUMBERS)[0]) < len(long)
    assert max(page.js(gaps)) < 2.5
    page.js(
        "document.head.append(Object.assign(document.createElement('style'), { textContent: '.bpv-grip { padding-right: 7px }' }))"
    )
    assert max(page.js(gaps)) > 2.5  # the measure can see it


def test_a_quiz_marks_numbers_and_formulas(show):
    page = show(bp.Quiz(["net_h1", "dE_total/dw7"]))
    for answer, said in (
        ("2.35", "That is right."),
        ("0.1", "That is not the number"),
        ("w1*i1 + w2*i2 + b1", "That is right."),
    ):
        page.js(f"const e = {ROOT}.querySelector('input[type=text]'); e.focus(); e.select()")
        page.write(answer)
        page.press("enter")
        page.wait(f"return {ROOT}.querySelector('.bpv-said').textContent.includes(given[0])", said)
    assert page.errors == []


def test_the_numbers_of_a_page_are_pythons(show):
    widget = STEPPERS["softmax"]()
    page = show(widget)
    page.js(f"{ROOT}.focus()")
    page.press("end")
    page.wait(
        f"return {ROOT}.querySelector('.bpv-next').getAttribute('aria-disabled') === 'true' || {ROOT}.classList.contains('bpv-ended')"
    )
    value = page.js(NUMBERS)[-1].replace("−", "-")
    assert float(value) == pytest.approx(float(np.round(widget.derivation.steps[-1].value, 9)), rel=1e-5)


#: Presses Copy link, wherever it is, and gives what stands there where the clipboard is refused.
COPIED = f"""
  Object.defineProperty(navigator, "clipboard", {{ value: undefined, configurable: true }});
  const stage = {ROOT};
  const fold = stage.querySelector("[data-tab=away][aria-expanded=false]");
  fold?.click();
  const named = (e) => (e.getAttribute("aria-label") ?? e.textContent) === "Copy link";
  [...stage.querySelectorAll("button")].filter((e) => named(e) && !e.hidden)[0].click();
  const area = [...stage.querySelectorAll("input")].filter(named)[0];
  return new Promise((done) => setTimeout(() => done(area.value.split("#")[1])))"""


def with_links():
    ex = bp.articles.example("2-3-2")
    steppers = {
        "stepper": lambda: bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate),
        "stepper by layer": lambda: bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate, by="layer"),
    }
    return {**steppers, **others()}


@pytest.mark.parametrize("name", list(with_links()))
def test_a_link_is_copied_and_opens_on_the_state_that_it_names(show, name):
    page = show(with_links()[name]())
    page.js(f"{ROOT}.focus()")
    page.press("right")  # to the next step, where there are steps
    link = page.js(COPIED)
    assert link.startswith("v=1&")
    assert "stepper" not in name or "step=1" in link
    page.js("location.hash = given[0]", "v=1&hide=present" if name != "quiz" else "v=1&hide=hint")
    page.wait(f"return {ROOT}.querySelector('.bpv-message').hidden && {ROOT}.className.includes('bpv-no-')")
    page.js("location.hash = given[0]", link)
    page.wait(f"return !{ROOT}.className.includes('bpv-no-')")
    assert page.js(COPIED) == link
    assert page.errors == []
