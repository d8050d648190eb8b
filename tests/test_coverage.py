"""Every item of the five articles has a place, and every place is there."""

import json
import re
from pathlib import Path

import pytest

import bpviz as bp

NOTEBOOKS = {path.name[:2]: path for path in sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))}

#: How many items an audit of the articles, line by line, found in each, and one that it missed in article 4.
AUDITED = {1: 59, 2: 106, 3: 22, 4: 86, 5: 27}

ITEMS = list(bp.articles.coverage())
CLAIMS = list(bp.articles.claims())


def cells(notebook):
    return json.loads(NOTEBOOKS[notebook].read_text(encoding="utf-8"))["cells"]


def headings(notebook):
    texts = ["".join(cell["source"]) for cell in cells(notebook) if cell["cell_type"] == "markdown"]
    return {line.strip() for text in texts for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


def meant(item, start):
    return [claim for claim in CLAIMS if claim.article == item.article and claim.place.startswith(start)]


def test_the_items_are_those_of_the_audit():
    assert {article: len(bp.articles.coverage().of(article)) for article in AUDITED} == AUDITED


def test_every_item_has_a_place_in_a_notebook_that_is_there():
    missing = [item.what for item in ITEMS if not item.places]
    missing += [
        f"{item.what}: {place}"
        for item in ITEMS
        for place in item.places
        if place.notebook not in NOTEBOOKS or place.heading not in headings(place.notebook)
    ]
    assert missing == []


def test_every_claim_that_an_item_names_is_in_the_ledger():
    assert [f"{item.what}: {start}" for item in ITEMS for start in item.claims if not meant(item, start)] == []


def test_every_claim_of_the_ledger_belongs_to_an_item():
    told = {id(claim) for item in ITEMS for start in item.claims for claim in meant(item, start)}
    assert [claim.place for claim in CLAIMS if id(claim) not in told] == []


@pytest.mark.parametrize("notebook", sorted({place.notebook for item in ITEMS for place in item.places}))
def test_a_notebook_ends_with_the_items_that_it_treats(notebook):
    last = cells(notebook)[-1]
    assert "".join(last["source"]) == f'bp.articles.coverage().seen_in("{notebook}")'
    shown = "".join(last["outputs"][0]["data"]["text/plain"])
    assert all(item.what in shown for item in bp.articles.coverage().seen_in(notebook))


def test_what_is_asked_of_one_notebook_is_only_that():
    here = bp.articles.coverage().seen_in("16")
    assert {place.notebook for item in here for place in item.places} == {"16"}
    assert {item.article for item in here} == {2, 3, 4}


def test_what_cannot_be_shown_says_why():
    told = str(bp.articles.coverage().of(3))
    assert "the first error (its picture is lost; the number is ours and says so)" in told


@pytest.mark.parametrize("notebook", ["99", "4", "12", 4, None])
def test_a_notebook_without_items_gets_one_sentence(notebook):
    with pytest.raises((ValueError, TypeError), match="notebook"):
        bp.articles.coverage().seen_in(notebook)


@pytest.mark.parametrize("article", [0, 6, "1", None])
def test_an_article_that_is_none_of_the_five_gets_one_sentence(article):
    with pytest.raises((ValueError, TypeError), match="article must"):
        bp.articles.coverage().of(article)


def test_no_marks_of_markdown_are_shown():
    shown = bp.articles.coverage()
    assert "`" not in str(shown) + shown._repr_html_()
    assert "One output weight: w7" in str(shown)
