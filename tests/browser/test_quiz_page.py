"""The quiz as one file and in JupyterLab: answered, hinted, and told what went wrong."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest

import bpviz as bp

from .conftest import axe_finds_nothing

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


def said_to(s, texts):
    """What the page says to each of these answers to its question."""
    return s.page.evaluate(
        """texts => {
            const root = document.querySelector('.bpv-quiz');
            const input = root.querySelector('input');
            return texts.map((text) => {
                input.value = text;
                root.querySelector('form').requestSubmit();
                return root.querySelector('.bpv-said').textContent;
            });
        }""",
        texts,
    )


def test_the_page_says_to_a_number_what_python_says(quiz):
    """Right ones, every mistake's to three digits and to all, numbers near them, and numbers drawn at random."""
    rng = random.Random(1)
    widget = bp.Quiz(seed=2)
    s = quiz(widget)
    compared = 0
    for number, question in enumerate(widget._asked):
        s.press(f"Question {number + 1}, open")
        values = [question.expected, *(slip.value for slip in question.slips)]
        texts = [f"{value:.{digits}g}" for value in values for digits in (2, 3, 4, 6)] + [repr(v) for v in values]
        texts += [f"{question.expected * factor:.5g}" for factor in (0.98, 0.99, 0.995, 1.001, 1.005, 1.01, 1.03)]
        texts += [f"{rng.uniform(-2, 2):.4g}" for _ in range(20)]
        for text, said in zip(texts, said_to(s, texts), strict=True):
            assert said == question.check(text).sentence, (question, text)
            compared += 1
    assert compared > 1500
    assert s.watch.errors == []


@pytest.mark.parametrize("name", ["2-3-2", "relu"])
def test_the_page_says_to_a_formula_what_python_says(quiz, name):
    net = bp.initialise((2, 2, 1), activations=["relu", "sigmoid"], seed=5)
    own = {"net": net, "x": [1, 2], "target": [0.5], "seed": 3}
    widget = bp.Quiz(["delta_h1", "out_h1", "delta_o1"], **(own if name == "relu" else {}))
    s = quiz(widget)
    for number, question in enumerate(widget._asked):
        s.press(f"Question {number + 1}, open")
        steps = question.derivation.steps
        texts = [f"{a.name} * {b.name}" for a, b in pairwise(steps)] + RIGHT_AND_WRONG
        for text, said in zip(texts, said_to(s, texts), strict=True):
            expected = re.sub(r" \(did you mean .*?\?\)", "", question.check(text).sentence)
            assert said == expected, (question, text)
    assert s.watch.errors == []


RIGHT_AND_WRONG = [
    "max(0, net_h1)", "sigmoid(net_h1)", "1/(1 + e^-net_h1)", "1/(1+exp(-(net_h1)))", "(w7*delta_o1 + w8*delta_o2)*out_h1*(1 - out_h1)",
    "delta_o1*w7*out_h1*(1-out_h1)", "-(target_o1 - out_o1)*out_o1*(1 − out_o1)", "(out_o1-target_o1)·out_o1·(1-out_o1)",
    "2*3", "0.5^2", "1/0", "ln(0)", "2,5", "-0,5", "1e3", "1e999", "0x10", "0b1", "NaN", "-inf", "∞", "--3", "1,5,6", "9" * 31,
    "(", ")", "((1)", "1 +", "w7 w8", "out_h1", "delta_h1", "delta_h1 + 0", "x", "e", "exp", "max(1)", "max(1,2", "max(1,2)",
    "__import__('os')", "w7^10", "w7^-2", "w7^x", "(" * 60 + "1" + ")" * 60, "e^" * 50 + "1", "a" * 1001, "eta*η", "**", "∂", "; drop",
    "net_h1^2 - net_h1**2", "tanh(net_h1)/tanh(net_h1)", "−3", "+ 0.2", "1e", "1.2.3", ".5", "5.",
]  # fmt: skip


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
    assert (s.said, s.root.get_by_label("Your answer").input_value()) == ("That is right.", "0.913")
    s.press("Next question")
    assert (hints.count(), s.root.get_by_label("Your answer").input_value()) == (3, "5")
    labels = s.root.locator(".bpv-dots button").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    assert labels == ["Question 1, right", "Question 2, not yet right"]


def test_other_numbers_come_without_python_too_and_lead_back(quiz):
    s = quiz(bp.Quiz(["out_h1"]))
    s.answer(0.913)
    s.press("Other numbers")
    assert s.root.locator(".bpv-score").inner_text() == "0 of 1 right"
    assert s.answer(bp.ask("out_h1", seed=1).expected) == "That is right."
    assert s.answer("1/(1 + e^-net_h1)") == "That is right."
    for _ in range(4):
        s.press("Other numbers")
    assert s.root.locator(".bpv-score").inner_text() == "1 of 1 right"
    assert s.root.get_by_label("Your answer").input_value() == "0.913"


def test_what_the_question_is_about_is_said_and_in_sight(quiz):
    s = quiz(bp.Quiz(["net_h1", "E_o1"]), width=400)
    assert s.root.locator(".bpv-setting").inner_text() == "sigmoid in every layer · half squared error · η = 0.5"
    s.press("Next question")
    lit = s.root.locator(".bpv-drawing .bpv-on[data-node=E]").bounding_box()
    frame = s.root.locator(".bpv-drawing").bounding_box()
    assert frame["x"] <= lit["x"]
    assert lit["x"] + lit["width"] <= frame["x"] + frame["width"]


def test_the_keyboard_alone_is_enough(quiz):
    s = quiz(bp.Quiz(["out_h1", "w7_new"]))
    s.root.locator(".bpv-dots button").first.focus()
    reached = []
    for _ in range(10):
        reached.append(
            s.page.evaluate(
                "() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
            )
        )
        s.page.keyboard.press("Tab")
    assert reached == [
        "Question 1, open", "Question 2, open", "The network", "Your answer, a number or a formula", "Check", "Hint",
        "Names and numbers", "Previous", "Next question", "Other numbers",
    ]  # fmt: skip


def test_axe_finds_nothing_on_a_quiz(quiz):
    s = quiz(bp.Quiz())
    s.answer(99)
    s.press("Hint")
    s.press("Question 7, open")
    s.answer(0.0780639)
    for width in (1280, 400):
        s.page.set_viewport_size({"width": width, "height": 900})
        axe_finds_nothing(s.page)
    wide = s.root.evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert wide[0] <= wide[1]
