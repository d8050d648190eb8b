"""Moodle's question bank takes the file, and every mistake's number gets its own sentence there."""

from __future__ import annotations

import itertools
from functools import cache
from xml.etree import ElementTree as Xml

import numpy as np
import pytest

import bpviz as bp
from bpviz.formula.digits import round_number
from bpviz.publish.moodle import digits_asked
from bpviz.teaching.asking import one_of_each, posed, question_about

from .networks import THOROUGH

#: Without more time, fewer sets of numbers.
SEEDS = range(1, 31 if THOROUGH else 7)


# Moodle's rules, from its documentation of the format and of the question type "numerical".


def interval(answer):
    """What numbers an answer takes in a Moodle of today: its tolerance, and a little for the machine."""
    value, tolerance = float(answer.findtext("text")), abs(float(answer.findtext("tolerance")))
    tolerance += 1e-14 * max(tolerance, abs(value), 1e-14)
    return value - tolerance, value + tolerance


def widest_interval(answer):
    """The same in any Moodle: older ones added a little of 1 to every answer."""
    value, tolerance = float(answer.findtext("text")), abs(float(answer.findtext("tolerance")))
    tolerance += 1e-14 * max(1.0, abs(value))
    return value - tolerance, value + tolerance


def matching(entry, number):
    """The first answer that takes a number."""
    for answer in entry.findall("answer"):
        if answer.findtext("text") == "*":
            return answer
        low, high = interval(answer)
        if low <= number <= high:
            return answer
    raise AssertionError("the last answer takes every number")


def said(answer):
    """What an answer says, without its markup."""
    return "".join(Xml.fromstring(answer.findtext("feedback/text")).itertext())


@cache
def written(folder):
    return Xml.parse(bp.moodle(None, SEEDS, folder / "questions.xml")).getroot()


@pytest.fixture(scope="module")
def quiz(tmp_path_factory):
    return written(tmp_path_factory.mktemp("moodle"))


@cache
def asked(quantity, seed):
    return question_about(quantity, posed("2-3-2", None, None, None, None), seed)


def entries(quiz):
    """Each entry with the question that it is made of."""
    for entry in quiz.findall("question[@type='numerical']"):
        quantity, _, seed = entry.findtext("name/text").rpartition(" ")
        yield entry, asked(quantity, int(seed.strip("()")))


def test_there_is_a_category_for_each_question_and_an_entry_for_each_seed(quiz):
    kinds = [question.get("type") for question in quiz]
    assert kinds == ["category", *["numerical"] * len(SEEDS)] * 11
    names = [one.findtext("category/text") for one in quiz if one.get("type") == "category"]
    assert names[0] == "$course$/top/bpviz/01 net_h1"
    assert len(set(names)) == 11
    assert "$course$/top/bpviz/07 dE_total//dw7" in names  # a slash in a name is doubled
    quantities = one_of_each(posed("2-3-2", None, None, None, None))
    assert list(dict.fromkeys(q.quantity for _, q in entries(quiz))) == quantities


def test_moodle_takes_every_entry(quiz):
    for entry, _ in entries(quiz):
        assert 0 < len(entry.findtext("name/text")) <= 255
        assert {
            e.get("format") for e in entry.iter() if e.tag in ("questiontext", "generalfeedback", "feedback", "hint")
        } == {"html"}
        fractions = [answer.get("fraction") for answer in entry.findall("answer")]
        assert fractions[0] == "100"
        assert set(fractions[1:]) == {"0"}
        texts = [answer.findtext("text") for answer in entry.findall("answer")]
        assert texts[-1] == "*"
        assert all(np.isfinite(float(text)) and len(text) < 255 for text in texts[:-1])
        assert 1 <= len(entry.findall("hint")) <= 3
        assert entry.findtext("showunits") == "3"
        assert next(tag.findtext("text") for tag in entry.findall("tags/tag")) == "bpviz"


def test_no_two_answers_take_the_same_number(quiz):
    for entry, question in entries(quiz):
        for rule in (interval, widest_interval):
            taken = sorted(map(rule, entry.findall("answer")[:-1]))
            assert all(a[1] < b[0] for a, b in itertools.pairwise(taken)), question.quantity


def test_every_rounding_of_the_right_number_is_right(quiz):
    for entry, question in entries(quiz):
        right = entry.find("answer")
        assert matching(entry, question.expected) is right
        for digits in range(digits_asked(question), 16):
            number = float(str(round_number(question.expected, digits)))
            assert matching(entry, number) is right, (question.quantity, digits)


def test_every_mistake_reaches_its_own_feedback(quiz):
    reached = 0
    for entry, question in entries(quiz):
        right = entry.find("answer")
        for wrong in question.wrong:
            found = matching(entry, wrong.value)
            if found is right:  # few make it, or it cannot be told from the right one
                assert wrong.rare or abs(wrong.value - question.expected) <= 2 * question.noise
            else:
                assert wrong.sentence in said(found), question.quantity
                reached += 1
    assert reached > 7000 * len(SEEDS) / 30


@pytest.mark.parametrize(("more", "least"), [(0, 0.95 if THOROUGH else 0.9), (1, 0.99 if THOROUGH else 0.97)])
def test_a_mistake_rounded_as_asked_for_is_named(quiz, more, least):
    named = total = 0
    for entry, question in entries(quiz):
        for wrong in question.wrong:
            if not wrong.rare and abs(wrong.value) > question.noise:
                number = float(str(round_number(wrong.value, digits_asked(question) + more)))
                total += 1
                named += wrong.sentence in said(matching(entry, number))
    assert named > least * total


def test_a_number_that_nothing_explains_gets_the_last_sentence(quiz):
    for entry, question in entries(quiz):
        last = said(matching(entry, 98765.4321))
        assert "none of the usual mistakes leads to it" in last
        assert f"{digits_asked(question)} significant digits" in last


def test_what_an_entry_asks_names_every_given_number(quiz):
    entry, question = next(entries(quiz))
    text = entry.findtext("questiontext/text")
    page = Xml.fromstring(f"<div>{text}</div>")
    assert len(page.findall(".//tr")) == len(question.given.numbers)
    assert r"\mathrm{net}_{h1} &= w_{1} \cdot  i_{1} + w_{2} \cdot  i_{2} + b_{1} \\" in "".join(page.itertext())
    assert question.text in "".join(page.itertext())


def test_names_of_others_are_text_there(tmp_path):
    net = bp.Network([[[0.5, -0.25]]], [[0.1]], weight_names=[[["<b>", "a&b"]]], bias_names=[["]]>"]])
    path = bp.moodle(["net_o1", "<b>_new"], [1], tmp_path / "q.xml", net=net, x=[1, 2], target=[1], category="&/é")
    quiz = Xml.parse(path).getroot()
    assert quiz.findtext("question/category/text") == "$course$/top/&//é/01 net_o1"
    for entry in quiz.findall("question[@type='numerical']"):
        for tag in entry.iter("text"):
            if (tag.text or "").startswith("<p>"):
                assert not [e for e in Xml.fromstring(f"<div>{tag.text}</div>").iter() if e.tag in ("i",)]
                assert "<b>_new" not in tag.text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"seeds": []}, "seeds must be 1 to 500 numbers, not 0"),
        ({"seeds": range(501)}, "seeds must be 1 to 500 numbers, not 501"),
        (
            {"questions": None, "seeds": range(200)},
            "seeds must make at most 2000 entries in all, but .* they make 2200",
        ),
        ({"category": "<i>"}, "category must be a name of 1 to 100 signs without < and without / at its ends"),
        ({"seeds": [1.5]}, "seeds must be a whole number"),
        *[({"category": name}, "category must be a name") for name in ("", "/", "a/", "a\x00b", "x" * 300)],
        ({"questions": []}, "questions must hold at least one name"),
        ({"questions": ["nett_h1"]}, "there is no 'nett_h1' .did you mean 'net_h1'"),
    ],
)
def test_bad_input_gets_a_sentence_and_writes_nothing(arguments, said, tmp_path):
    with pytest.raises((ValueError, TypeError), match=said):
        bp.moodle(**{"questions": None, "seeds": [1], "path": tmp_path / "q.xml", **arguments})
    assert list(tmp_path.iterdir()) == []


def test_what_cancels_to_nothing_is_0_everywhere(quiz):
    cancelled = [(entry, question) for entry, question in entries(quiz) if abs(question.expected) <= question.noise]
    assert cancelled
    for entry, _ in cancelled:
        assert float(entry.findtext("answer/text")) == 0
        assert "= 0\\end{aligned}" in entry.findtext("generalfeedback/text")


def test_no_number_has_more_digits_than_moodle_keeps(quiz):
    for entry, _ in entries(quiz):
        for answer in entry.findall("answer")[:-1]:
            for text in (answer.findtext("text"), answer.findtext("tolerance")):
                mantissa = text.partition("e")[0].lstrip("-0.").replace(".", "")
                assert len(mantissa) <= 14
