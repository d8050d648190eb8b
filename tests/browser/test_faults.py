"""Pages where something fails around them: fonts, storage, a reload in the middle of something, a slow machine."""

from __future__ import annotations

import re

import pytest

import bpviz as bp

from ..networks import THOROUGH, only_thorough
from .measuring import looked, walked
from .test_stage import STEPPERS, others

pytestmark = pytest.mark.browser

#: What a locked-down browser does: everything that keeps something is refused, and letters cannot be loaded.
REFUSED = """() => {
    const refuse = () => { throw new DOMException("refused", "SecurityError"); };
    for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) Object.defineProperty(window, name, { get: refuse });
    Object.defineProperty(document, "cookie", { get: refuse, set: refuse });
    document.fonts.load = () => Promise.reject(new DOMException("no letters", "NetworkError"));
}"""

MADE = {"2-3-2": STEPPERS["2-3-2"], "by layer": STEPPERS["2-3-2 by layer"], **others()}


@pytest.fixture
def in_page(browser, tmp_path, new_page):
    """Opens a widget, perhaps as a page whose text is changed first, in a browser that fails as told."""

    def start(widget, script="", changed=lambda text: text, **options):
        path = bp.export_html(widget, tmp_path / "page.html")
        path.write_text(changed(path.read_text(encoding="utf-8")), encoding="utf-8")
        page, watch = new_page(1280, 720, alone=True, **options)
        if script:
            page.add_init_script(f"({script})()")
        page.goto(path.as_uri())
        page.wait_for_selector("[data-ready]")
        return page, watch

    return start


@pytest.mark.parametrize("name", MADE if THOROUGH else ("2-3-2", "by layer", "builder", "quiz"))
def test_a_page_works_where_storage_and_letters_are_refused(in_page, name):
    page, watch = in_page(MADE[name](), REFUSED)
    stage = page.locator(".bpv-stage").first
    assert stage.is_visible()
    following = page.locator("[data-do=next]")
    if following.count():
        before = stage.inner_text()
        following.first.click()
        page.wait_for_function("([e, before]) => e.innerText !== before", arg=[stage.element_handle(), before])
    assert watch.errors == []


def without_letters(text):
    changed = re.sub(r"url\(data:font/woff2;base64,[^)]*\)", "url(data:font/woff2;base64,AAAA)", text)
    assert changed != text
    return changed


def test_with_the_letters_of_the_machine_every_step_still_fits(in_page):
    page, watch = in_page(STEPPERS["2-3-2"](), changed=without_letters)
    assert walked(page.locator(".bpv-stepper")) == []
    assert watch.allow("Failed to decode downloaded font", "OTS parsing error") == []


def held(page):
    """Take a weight by its grip, and pull."""
    box = page.locator(".bpv-drawing [data-n=w7]").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"], steps=3)


def test_a_page_that_is_reloaded_amid_a_drag_begins_anew_and_can_be_dragged(in_page):
    page, watch = in_page(STEPPERS["2-3-2"]())
    weight = page.locator(".bpv-drawing [data-n=w7]").first
    for _ in range(2):
        assert weight.text_content() == "0.4"
        held(page)
        page.wait_for_function("() => document.querySelector('.bpv-drawing [data-n=w7]').textContent !== '0.4'")
        page.reload()
        page.wait_for_selector("[data-ready]")
    page.mouse.up()
    held(page)
    page.mouse.up()
    assert weight.text_content() != "0.4"
    assert looked(page.locator(".bpv-stepper")) == []
    assert watch.errors == []


def test_a_window_that_loses_the_pointer_amid_a_drag_lets_go(in_page):
    page, watch = in_page(STEPPERS["2-3-2"]())
    held(page)
    page.evaluate(
        "() => document.querySelector('.bpv-drawing').dispatchEvent(new PointerEvent('pointercancel', { bubbles: true, pointerId: 1 }))"
    )
    at = page.locator(".bpv-drawing [data-n=w7]").first.text_content()
    page.mouse.move(900, 300, steps=5)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.locator(".bpv-drawing [data-n=w7]").first.text_content() == at
    page.mouse.up()
    assert watch.errors == []


@only_thorough
def test_on_a_slow_machine_no_press_is_lost_and_every_number_is_right(in_page):
    ex = bp.articles.example("2-3-2")
    page, watch = in_page(bp.Stepper(ex.network, ex.x, ex.target, wrt="w1", digits=12))
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    stage = page.locator(".bpv-stepper")
    stage.press("Home")
    steps = len(bp.derive(ex.network, ex.x, ex.target, wrt="w1", learning_rate=0.5).steps)
    for _ in range(steps - 1):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("end => document.querySelector('.bpv-counter').innerText === end", arg=f"{steps} / {steps}")
    for _ in range(3):
        stage.press("End")
        page.get_by_role("button", name="Apply update").click()
    stage.press("End")
    updated = bp.descend(ex.network, ex.x, ex.target, 0.5, steps=3).networks[3]
    expected = bp.derive(updated, ex.x, ex.target, wrt="w1", learning_rate=0.5).values["w1_new"]
    ends = re.sub(r"\s+", "", page.locator(".bpv-equation").evaluate("e => e.textContent"))
    assert ends.endswith(f"={expected:.12g}")
    before = page.locator(".bpv-drawing [data-n=w7]").first.text_content()
    held(page)
    page.mouse.up()
    page.wait_for_function(
        "before => document.querySelector('.bpv-drawing [data-n=w7]').textContent !== before", arg=before
    )
    assert watch.errors == []
