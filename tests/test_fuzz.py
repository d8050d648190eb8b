"""A small draw of what `make fuzz` tries for ten minutes."""

import random

import pytest

from . import fuzz
from .networks import often

SMALL = {"reader": 1200, "files": 3000, "messages": 900}


@pytest.mark.parametrize("name", fuzz.KINDS)
def test_what_nobody_would_send_is_read_or_refused_in_a_sentence(name):
    kind = fuzz.KINDS[name]()
    assert list(fuzz.tried(kind, random.Random(3), lambda done: done >= often(SMALL[name]))) == []


def raw_error():
    return {}["missing"]


def raw_value_error():
    int("x", 1000)


@pytest.mark.parametrize("call", [raw_error, raw_value_error, lambda: 1 // 0])
def test_an_error_that_is_no_sentence_of_ours_is_noticed(call):
    assert fuzz.what_goes_wrong(call) != ""


def test_half_of_a_refused_message_that_stays_is_noticed(monkeypatch):
    messages = fuzz.Messages()
    widget = messages.widgets[0]
    messages.widgets = [widget]

    def half(state):
        widget.digits = 3 + widget.digits % 9
        raise ValueError("the rest is refused")

    monkeypatch.setattr(widget, "set_state", half)
    assert "something changed" in messages.try_one(random.Random(1))[0]


def test_some_texts_can_be_read_and_others_cannot():
    rng, reader = random.Random(2), fuzz.Reader()
    counted = [reader.question.check(fuzz.typed(rng, reader.names)).counts for _ in range(200)]
    assert 20 < sum(counted) < 180
