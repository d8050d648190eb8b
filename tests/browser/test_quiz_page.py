"""The quiz as one file and in JupyterLab: answered, hinted, and told what went wrong."""

from __future__ import annotations

import pytest

import bpviz as bp
from bpviz.mistakes import MISTAKES

pytestmark = pytest.mark.browser


class Asked:
    """A quiz on a page."""

    def __init__(self, driven):
        self.page, self.watch = driven.page, driven.watch
        self.root = driven.page.locator(".bpv-quiz")

    def answer(self, text):
        self.root.get_by_label("Your answer").fill(str(text))
        self.page.keyboard.press("Enter")
        return self.said

    @property
    def said(self):
        return self.root.locator(".bpv-said").evaluate("e => e.textContent")

    def press(self, name):
        self.root.get_by_role("button", name=name, exact=True).click(force=True)


@pytest.fixture
def quiz(show):
    return lambda widget, **options: Asked(show(widget, **options))


def test_the_page_names_every_mistake_as_python_does(quiz):
    widget = bp.Quiz(["dE_total/dw1", "w1_new", "delta_h1", "dout_o1/dnet_o1"], seed=2)
    s = quiz(widget)
    named = set()
    for number, question in enumerate(widget._asked):
        s.press(f"Question {number + 1}, open")
        for slip in question.slips:
            assert s.answer(repr(slip.value)) == question.check(slip.value).sentence
            named |= {slip.mistake} & set(MISTAKES)
        for value in (question.expected, question.expected * 1.001, question.expected * 1.2, 0):
            assert s.answer(repr(value)) == question.check(value).sentence
    assert len(named) > 10
    assert s.root.locator(".bpv-score").inner_text() == "4 of 4 right"
    assert s.watch.errors == []


def test_progress_is_kept_and_hints_fade(quiz):
    s = quiz(bp.Quiz(["out_h1", "dE_total/dw7"]))
    s.answer(0.913)
    s.press("Next question")
    s.answer(5)
    hints = s.root.locator(".bpv-hints li")
    for n, part in enumerate(("Multiply the factors", "∂", "0.88109")):
        s.press("Hint")
        assert part in hints.nth(n).evaluate("e => e.textContent")
    s.press("Hint")
    assert hints.count() == 3
    assert "0.0780639" not in s.root.evaluate("e => e.textContent")
    s.press("Previous")
    assert hints.count() == 0
    labels = s.root.locator(".bpv-dots button").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    assert labels == ["Question 1, right", "Question 2, not yet right"]


def test_other_numbers_come_without_python_too(quiz):
    s = quiz(bp.Quiz(["out_h1"]))
    s.answer(0.913)
    s.press("Other numbers")
    assert s.root.locator(".bpv-score").inner_text() == "0 of 1 right"
    assert s.answer(bp.ask("out_h1", seed=1).expected) == "That is right."


@pytest.mark.parametrize("answer", ["w7*out_h1", "__import__('os')", "(" * 1000, "nan", "x"])
def test_a_page_without_python_says_that_it_reads_numbers_only(quiz, answer):
    s = quiz(bp.Quiz(["out_h1"]))
    assert s.answer(answer) == "Formulas are read where Python runs; in this page, give a number."
    assert s.answer("") == "Type a number."
    assert not s.root.locator(".bpv-names").is_visible()
    assert s.answer("9" * 400) == "That is not the number, and no mistake of the list leads to it."


def test_the_keyboard_alone_is_enough(quiz):
    s = quiz(bp.Quiz(["out_h1", "w7_new"]))
    s.root.locator(".bpv-dots button").first.focus()
    reached = []
    for _ in range(9):
        reached.append(
            s.page.evaluate(
                "() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
            )
        )
        s.page.keyboard.press("Tab")
    assert reached == [
        "Question 1, open", "Question 2, open", "The network", "Your answer, a number", "Check", "Hint",
        "Previous", "Next question", "Other numbers",
    ]  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_a_quiz(quiz, dark):
    from axe_playwright_python.sync_playwright import Axe

    s = quiz(bp.Quiz(), dark=dark)
    s.answer(99)
    s.press("Hint")
    s.press("Question 7, open")
    s.answer(0.0780639)
    for width in (1280, 400):
        s.page.set_viewport_size({"width": width, "height": 900})
        results = Axe().run(s.page)
        assert results.violations_count == 0, results.generate_report()
    wide = s.root.evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert wide[0] <= wide[1]
