"""The stepper in Jupyter Notebook 7 and in Voila."""

from __future__ import annotations

import pytest

from ..networks import only_thorough
from .conftest import EXAMPLE, TOKEN, free_port, run_all, start_server, write_notebook

pytestmark = [pytest.mark.browser, only_thorough]

#: Notebook 7 throws this by itself on any notebook.
NB7_OWN = ("reading 'schema'", "Failed to load resource", "ERR_FAILED")


#: Voila 0.5 throws this by itself while it loads JupyterLab's extensions.
VOILA_OWN = ("The getter for the shared module is not a function", "Failed to load resource", "ERR_FAILED")


@pytest.fixture
def notebook_7(chromium, tmp_path):
    port = free_port()
    command = ["notebook", "--no-browser", "--allow-root", f"--port={port}", f"--IdentityProvider.token={TOKEN}"]
    yield from start_server(command, port, tmp_path, f"/api/status?token={TOKEN}")


@pytest.fixture
def voila(chromium, tmp_path):
    write_notebook(tmp_path / "page.ipynb", EXAMPLE)
    port = free_port()
    yield from start_server(
        ["voila", "--no-browser", f"--port={port}", "page.ipynb"], port, tmp_path, "/voila/static/voila.js"
    )


def step_through(page, watch, known=()):
    page.wait_for_selector(".bpv-stepper .bpv-equation math")
    for _ in range(16):
        page.locator(".bpv-stepper [data-do=next]").click()
    assert page.locator(".bpv-counter").inner_text() == "17 / 20"
    page.keyboard.press("PageDown")
    assert page.locator(".bpv-counter").inner_text() == "18 / 20"
    page.keyboard.press("End")
    page.get_by_role("button", name="Apply update").click()
    page.wait_for_function("() => document.querySelector('.bpv-drawing [data-n=w7]').textContent === '0.360968'")
    assert watch.allow(*known) == []
    assert [url for url in watch.outside if "fontawesome" not in url] == []  # Voila's own page asks for those icons


def test_it_works_in_notebook_7(notebook_7, tmp_path, new_page):
    write_notebook(tmp_path / "page.ipynb", EXAMPLE)
    page, watch = new_page()
    page.goto(f"{notebook_7}/notebooks/page.ipynb?token={TOKEN}", wait_until="domcontentloaded")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    run_all(page)
    step_through(page, watch, NB7_OWN)


def test_it_works_in_voila(voila, new_page):
    page, watch = new_page()
    page.goto(voila, wait_until="domcontentloaded")
    step_through(page, watch, VOILA_OWN)
