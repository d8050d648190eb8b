import re

import pytest

import bpviz as bp
from bpviz.publish import worksheets


@pytest.fixture(scope="module")
def sheets():
    return bp.worksheet(bp.articles.example("2-3-2"), students=30, seed=1)


def test_every_student_has_other_numbers_and_the_same_seed_gives_the_same(sheets):
    networks = [tuple(p.value for p in ex.network.parameters.values()) for ex in sheets.examples]
    assert len(set(networks)) == 30
    again = bp.worksheet(bp.articles.example("2-3-2"), students=30, seed=1)
    assert [ex.network for ex in again.examples] == [ex.network for ex in sheets.examples]
    other = bp.worksheet(bp.articles.example("2-3-2"), students=30, seed=2)
    assert not {ex.network for ex in other.examples} & {ex.network for ex in sheets.examples}


def test_there_is_a_blank_for_every_factor_of_a_late_and_an_early_weight(sheets):
    names = [step.name for _, step in sheets.steps(1)]
    for name in ("dE_total/dout_o1", "dout_o1/dnet_o1", "dnet_o1/dw7", "dE_total/dw7", "w7_new", "dnet_o2/dout_h1",
                 "dout_h1/dnet_h1", "dnet_h1/dw1", "dE_total/dw1|h1→o2", "dE_total/dw1", "w1_new", "net_h3", "E_total"):  # fmt: skip
        assert name in names
    html = sheets.sheets_html()
    assert html.count('<section class="sheet">') == 30
    assert html.count("<span></span></li>") == 30 * len(names)


def test_the_key_holds_every_answer_and_the_sheets_hold_none(sheets):
    key, html = sheets.key_html(), sheets.sheets_html().split("</header>")
    for student in (1, 17, 30):
        ex = sheets.examples[student - 1]
        grads = bp.backward(ex.network, bp.forward(ex.network, ex.x), ex.target)
        moved = bp.update(ex.network, grads, ex.learning_rate)
        for name in ("w1", "w7"):
            for number in (grads[name], moved[name]):
                text = f"{float(number):#.4g}".replace("-", "−")  # four digits, noughts too
                assert f"<td>{text}</td>" in key
        words = re.sub(r"<style.*?</style>|<[^>]+>", " ", html[student])
        for text in sheets.answers(student).values():
            if len(text) > 4:  # a short one may be a weight too
                assert text not in words.split()


def test_the_files_are_written_apart(sheets, tmp_path):
    first, key = sheets.save(tmp_path / "class")
    assert (first.name, key.name) == ("worksheets.html", "answer_key.html")
    for path in (first, key):
        assert "<script" not in path.read_text(encoding="utf-8")
        assert "default-src 'none'" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"example": "2-3-2"}, "example must be an Example, not str"),
        ({"students": 0}, "students must be from 1 to 500, not 0"),
        ({"seed": -1}, "seed must be from 0"),
        ({"parameters": "w1"}, "parameters must be a list of names, not str"),
        ({"parameters": []}, "parameters must hold at least one name"),
        ({"parameters": ["w99"]}, "parameters: there is no 'w99'"),
        ({"digits": 0}, "digits must be from 1 to 15"),
    ],
)
def test_worksheets_that_cannot_be_made_are_refused(arguments, message):
    with pytest.raises((ValueError, TypeError), match=message):
        bp.worksheet(**{"example": bp.articles.example("2-3-2"), **arguments})


def test_a_sheet_has_a_blank_for_every_factor_of_a_path_through_softmax():
    from dataclasses import replace

    net = bp.initialise((2, 2, 2), activations=["tanh", "softmax"], loss="categorical_cross_entropy", seed=1)
    example = replace(bp.articles.example("2-2-1"), network=net, x=(1.0, 2.0), target=(1.0, 0.0), printed={})
    steps = [step for _, step in bp.worksheet(example, students=1).steps(1)]
    names = {step.name for step in steps}
    paths = [step for step in steps if step.kind == "path"]
    assert paths
    assert all(name in names or not name.startswith(("d", "delta")) for step in paths for name in step.uses)


def test_a_class_that_is_larger_than_there_are_different_sheets_is_refused(monkeypatch):
    few = [bp.variant(bp.articles.example("2-2-1"), seed) for seed in range(4)]
    monkeypatch.setattr(worksheets, "variant", lambda example, seed: few[seed % len(few)])
    with pytest.raises(ValueError, match=r"^students must be at most about 4 here, as no more sheets are different$"):
        bp.worksheet(bp.articles.example("2-2-1"), students=5)
    assert len(bp.worksheet(bp.articles.example("2-2-1"), students=4).examples) == 4
