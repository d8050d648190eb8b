"""The worksheets as a printer gets them."""

from __future__ import annotations

import re

import pytest

import bpviz as bp

from .conftest import axe_finds_nothing

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", ["2-3-2", "2-2-1"])
def test_each_student_gets_one_sheet_of_paper(new_page, tmp_path, name):
    sheets, key = bp.worksheet(bp.articles.example(name), students=7, seed=3).save(tmp_path)
    page, watch = new_page()
    margin = dict.fromkeys(("top", "bottom", "left", "right"), "12mm")
    page.goto(sheets.as_uri())
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4", margin=margin))) == 7
    assert page.locator(".sheet").first.evaluate("e => e.scrollWidth <= e.clientWidth")
    page.goto(key.as_uri())
    assert page.locator("table").count() == 2
    assert watch.errors == []
    assert watch.outside == []


def test_axe_finds_nothing_on_worksheets(new_page, tmp_path):
    for path in bp.worksheet(bp.articles.example("2-3-2"), students=2).save(tmp_path):
        page, _ = new_page()
        page.goto(path.as_uri())
        axe_finds_nothing(page, themes=["light"])  # paper is white
