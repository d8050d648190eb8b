"""A quiz on a page without Python keeps its answers in the browser, where the reader wants that."""

from __future__ import annotations

import json

import pytest

import bpviz as bp

from .test_faults import REFUSED

pytestmark = pytest.mark.browser

QUESTIONS = ["net_h1", "out_h1", "dE_total/dw7"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    return bp.export_html(bp.Quiz(QUESTIONS), tmp_path_factory.mktemp("kept") / "quiz.html")


@pytest.fixture
def opened(new_page, exported):
    page, watch = new_page(alone=True)  # what it is told before it starts, no other test shall have

    def again(before=None):
        if before:
            page.add_init_script(before)
        page.goto(exported.as_uri())
        page.wait_for_selector("[data-ready]")
        if page.get_by_role("button", name="Names and numbers").get_attribute("aria-expanded") == "false":
            page.get_by_role("button", name="Names and numbers").click()
        return page

    again().evaluate("() => localStorage.clear()")  # browsers are shared between tests
    again.watch = watch
    return again


def answer(page, text):
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def score(page):
    return page.locator(".bpv-score").inner_text()


def test_what_was_answered_is_there_again_if_the_reader_wants_it(opened):
    page = opened()
    page.get_by_label("Keep my answers in this browser").check()
    answer(page, "2.35")
    page.get_by_role("button", name="Next question").click()
    page.get_by_role("button", name="Hint").click()
    answer(page, "0.1")
    page = opened()
    assert score(page) == "1 of 3 right"
    assert page.get_by_role("textbox").input_value() == "0.1"
    assert page.locator(".bpv-hints li").count() == 1
    page.get_by_role("button", name="Previous").click()
    assert page.get_by_role("textbox").input_value() == "2.35"
    assert page.locator(".bpv-said").inner_text() == "That is right."
    assert opened.watch.errors == []


def test_without_that_nothing_is_kept(opened):
    page = opened()
    answer(page, "2.35")
    assert page.evaluate("() => localStorage.length") == 0
    assert score(opened()) == "0 of 3 right"


def test_who_no_longer_wants_it_leaves_nothing(opened):
    page = opened()
    page.get_by_label("Keep my answers in this browser").check()
    answer(page, "2.35")
    assert page.evaluate("() => localStorage.length") == 1
    page.get_by_label("Keep my answers in this browser").uncheck()
    assert page.evaluate("() => localStorage.length") == 0


def test_other_numbers_are_kept_too(opened):
    page = opened()
    page.get_by_label("Keep my answers in this browser").check()
    page.get_by_role("button", name="Other numbers").click()
    setting = page.locator(".bpv-names").inner_text()
    answer(page, "1")
    page = opened()
    assert page.locator(".bpv-names").inner_text() == setting
    assert page.get_by_role("textbox").input_value() == "1"


#: What somebody else may have stored under the page's name.
STORED = [
    "", "{", "null", "[]", "7", '"x"', json.dumps({"drawn": 99, "number": 0, "answers": [["1", 0]] * 3}),
    json.dumps({"drawn": 0, "number": 0, "answers": [["1", 0]] * 99}), json.dumps({"drawn": 0.5, "number": 0, "answers": []}),
    json.dumps({"drawn": 0, "number": 10**9, "answers": [[7, "x"], None, ["<img src=x onerror=window.hacked=1>", 1e9]]}),
    json.dumps({"drawn": 0, "number": -1, "answers": [["__proto__", -5], [{}, []], ["1" * 5000, 0]]}),
]  # fmt: skip


def test_what_somebody_else_stored_does_no_harm(opened):
    page = opened()
    page.get_by_label("Keep my answers in this browser").check()
    place = page.evaluate("() => Object.keys(localStorage)[0]")
    for stored in STORED:
        page.evaluate("([place, text]) => localStorage.setItem(place, text)", [place, stored])
        page = opened()
        assert page.evaluate("() => window.hacked") is None, stored
        assert score(page) == "0 of 3 right", stored
        first = page.locator(".bpv-asked").inner_text().startswith("What is the net input")
        answer(page, "2.35" if first else "5")
        assert score(page) == ("1 of 3 right" if first else "0 of 3 right"), stored
        assert opened.watch.errors == [], stored


def test_a_browser_that_keeps_nothing_says_so(opened):
    page = opened(f"({REFUSED})()")
    page.get_by_label("Keep my answers in this browser").click()
    page.wait_for_selector(".bpv-message:not([hidden])")
    assert "keeps nothing" in page.locator(".bpv-message").text_content()
    assert not page.get_by_label("Keep my answers in this browser").is_checked()
    answer(page, "2.35")
    assert score(page) == "1 of 3 right"
    assert opened.watch.errors == []


def test_what_is_kept_of_one_set_of_numbers_survives_a_link_and_another_set(opened):
    page = opened()
    page.get_by_role("button", name="Other numbers").click()
    page.get_by_label("Keep my answers in this browser").check()
    answer(page, "0.5")
    address = page.url
    for fragment, typed in (("#v=1&hide=doctor", "0.5"), ("#v=1&set=2", ""), ("", ""), ("#v=1&set=1", "0.5")):
        page.goto("about:blank")
        page.goto(f"{address}{fragment}")
        page.wait_for_selector("[data-ready]")
        assert page.get_by_label("Your answer").input_value() == typed, fragment
    assert opened.watch.errors == []
