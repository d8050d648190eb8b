"""The static site: every notebook run, every widget live, no server, no network."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from bpviz.articles import EXAMPLES
from bpviz.publish.site import build_site

from ..networks import THOROUGH
from ..run_notebooks import FOLDER
from .conftest import Driven, axe_finds_nothing

pytestmark = pytest.mark.browser


#: Without more time, lectures with many kinds of widgets between them, one after the other.
LECTURES = sorted(path for path in FOLDER.glob("*.ipynb") if THOROUGH or path.stem[:2] in ("00", "07", "13"))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder, notebooks = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("lectures")
    shutil.copytree(FOLDER / "pytorch", notebooks / "pytorch")
    for path in LECTURES:
        shutil.copy(path, notebooks)
    build_site(folder, notebooks)
    return folder


def test_every_page_opens_from_disk_with_its_widgets_live(site, new_page):
    page, watch = new_page()
    pages = sorted(site.glob("*.html"))
    assert len(pages) == 1 + len(EXAMPLES) + 7 + len(LECTURES)
    live = 0
    for path in pages:
        page.goto(path.as_uri())
        page.wait_for_function(
            "() => [...document.querySelectorAll('[data-widget]')].every(place => place.dataset.ready)"
        )
        live += page.locator("[data-ready]").count()
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), path.name
        assert page.locator("h1").count() == 1, path.name
        assert path.stat().st_size < 1_000_000
    assert live > 2 * len(LECTURES)
    assert watch.errors == []
    assert watch.outside == []


def test_the_index_leads_to_every_page(site, new_page):
    page, _ = new_page()
    page.goto((site / "index.html").as_uri())
    links = page.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert set(links) - {"#"} == {path.name for path in site.glob("*.html")} - {"index.html"}
    summaries = page.locator(".pages p").all_inner_texts()
    assert all(len(summary) > 15 and "*" not in summary for summary in summaries)


def test_the_index_says_where_to_start_and_moves(site, new_page):
    page, watch = new_page()
    page.goto((site / "index.html").as_uri())
    page.wait_for_selector("[data-ready]")
    page.keyboard.press("ArrowRight")
    assert Driven(page, watch).counter.startswith("2 /")
    page.get_by_role("link", name="Start here: the first lecture →").click()
    seen = [page.url]
    while page.locator("[rel=next]").count():
        page.locator("[rel=next]").first.click()
        seen.append(page.url)
    assert [url.rsplit("/")[-1] for url in seen] == sorted(path.stem + ".html" for path in LECTURES)
    page.locator("[rel=prev]").first.click()
    assert page.url == seen[-2]


def test_beside_a_lite_site_every_lecture_leads_to_itself_with_python(tmp_path, monkeypatch):
    monkeypatch.setattr("bpviz.publish.site._widgets", lambda: iter(()))  # they take long, and are not asked for
    lectures, lite = tmp_path / "lectures", tmp_path / "site" / "lite"
    lectures.mkdir()
    lite.mkdir(parents=True)
    shutil.copy(FOLDER / "05_matrix_form.ipynb", lectures)
    build_site(tmp_path / "site", lectures)
    page = tmp_path / "site" / "05_matrix_form.html"
    assert "lite/" not in page.read_text(encoding="utf-8")
    (lite / "index.html").write_text("a lite site")
    build_site(tmp_path / "site", lectures)
    assert page.read_text(encoding="utf-8").count('href="lite/notebooks/index.html?path=05_matrix_form.ipynb"') == 2


def test_what_is_said_to_those_who_run_a_notebook_is_not_on_the_site(site):
    assert "Shift+Enter" not in (site / "00_start_here.html").read_text(encoding="utf-8")


def test_a_stepper_in_a_lecture_can_be_used(site, new_page):
    page, watch = new_page()
    page.goto((site / "00_start_here.html").as_uri())
    page.locator(".bpv-stepper").first.wait_for()
    s = Driven(page, watch)
    s.do("first")
    s.type("i1", 6)
    assert s.in_diagram("i1") == "6"
    assert watch.errors == []


def test_what_the_cells_print_and_show_is_on_the_page(site):
    html = (site / "13_classroom.html").read_text(encoding="utf-8")
    assert "That is right." in html
    assert "&#x27;worksheets.html&#x27;" in html
    assert "<math" in (site / "07_four_equations.html").read_text(encoding="utf-8")
    assert not re.search(r"Traceback|NameError", html)


@pytest.mark.parametrize(
    "name",
    ["index", "00_start_here", *(["03_activations", "09_training", "11_ledger", "13_classroom"] if THOROUGH else [])],
)
def test_axe_finds_nothing_on_the_site(site, new_page, name):
    page, _ = new_page()
    page.goto((site / f"{name}.html").as_uri())
    page.wait_for_function("() => [...document.querySelectorAll('[data-widget]')].every(place => place.dataset.ready)")
    axe_finds_nothing(page)


def test_a_cell_that_fails_stops_the_build_with_a_sentence(tmp_path):
    source = {"cell_type": "code", "source": ["1 / 0"], "metadata": {}, "outputs": [], "execution_count": None}
    title = {"cell_type": "markdown", "source": ["# Title"], "metadata": {}}
    (tmp_path / "bad.ipynb").write_text(json.dumps({"cells": [title, source]}))
    with pytest.raises(ValueError, match=r"a cell of bad\.ipynb failed: '1 / 0': division by zero"):
        build_site(tmp_path / "out", tmp_path)


def test_a_folder_without_notebooks_is_refused(tmp_path):
    with pytest.raises(ValueError, match="notebooks must be a folder with notebooks"):
        build_site(tmp_path / "out", tmp_path)
    assert not (tmp_path / "out").exists()
    shutil.rmtree(tmp_path)
