"""The notebooks with the Python that runs in the browser: make test-lite.

Elsewhere this is skipped, as it takes Pyodide's sixty megabytes and half a minute for each notebook.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from bpviz.publish.distribution import OutOfReach
from bpviz.publish.lite import LIST, NOTEBOOK, build_lite

from .conftest import free_port

HERE = Path(__file__).parents[1]
NOTEBOOKS = sorted(path.name for path in (HERE.parent / "notebooks").glob("*.ipynb"))
NUMBERS = HERE / "lite_numbers.py"

pytestmark = [
    pytest.mark.skipif(not os.environ.get("BPVIZ_LITE"), reason="the Python in the browser is tried by make test-lite"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="session")
def lite(tmp_path_factory):
    """The folder of the lite site, or why there is none."""
    folder = tmp_path_factory.mktemp("lite") / "site"
    try:
        build_lite(folder, os.environ.get("LITE_WHEELS") or None)
    except OutOfReach as error:
        if os.environ.get("BPVIZ_REQUIRE_LITE"):
            raise
        pytest.skip(str(error))
    return folder


class Served:
    """A web server on the folder, which can be stopped."""

    def __init__(self, folder):
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while True:
            assert self.process.poll() is None
            try:
                urllib.request.urlopen(self.address, timeout=5).close()
                return
            except OSError:
                time.sleep(0.05)

    def stop(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def served(lite):
    server = Served(lite)
    yield server
    server.stop()


def opened(page, address, name):
    """Open a notebook, forget what was saved in it, and run all of it; how many of its cells ran."""
    page.set_default_timeout(120_000)
    page.goto(f"{address}/{NOTEBOOK}{name}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    for choice in ("Edit", "Clear Outputs of All Cells"), ("Run", "Run All Cells"):
        for item in choice:
            page.get_by_role("menuitem", name=item, exact=True).click()
    cells = code_cells(name)
    page.wait_for_function(
        "count => { const texts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(e => e.textContent);"
        " return texts.filter(text => /\\d/.test(text)).length === count }",
        arg=cells,
    )
    return page.locator(".jp-CodeCell .jp-InputPrompt").count()


def code_cells(name):
    cells = json.loads((HERE.parent / "notebooks" / name).read_text(encoding="utf-8"))["cells"]
    return sum(cell["cell_type"] == "code" for cell in cells)


@pytest.mark.browser
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_in_the_browser_and_asks_no_other_place(name, served, new_page):
    page, watch = new_page(alone=True)
    assert opened(page, served.address, name) == code_cells(name)
    errors = page.locator(
        "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
    )
    assert [text for text in errors.all_inner_texts() if text.strip()] == []  # a bar of progress leaves nothing
    assert watch.outside == []
    if "bp.Stepper(" in (HERE.parent / "notebooks" / name).read_text(encoding="utf-8"):
        page.locator(".bpv-stepper").first.wait_for()


@pytest.mark.browser
def test_after_one_visit_another_notebook_runs_without_a_network(lite, new_page):
    server = Served(lite)
    try:
        page, _ = new_page(alone=True)
        opened(page, server.address, "02_two_two_one.ipynb")
        files = json.loads((lite / LIST).read_text(encoding="utf-8"))
        page.wait_for_function(
            "async (files) => (await Promise.all(files.map((file) => caches.match(`/${file}`, { ignoreSearch: true }))))"
            ".every(Boolean)",
            arg=files,
        )
    finally:
        server.stop()
    assert opened(page, server.address, NOTEBOOKS[-1]) == code_cells(NOTEBOOKS[-1])
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0


def test_the_python_of_the_browser_computes_the_same_numbers(lite):
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node found: the Python of the browser is not run without one")
    runs = [
        [sys.executable, str(NUMBERS)],
        [node, str(HERE / "lite_numbers.mjs"), str(lite / "static/pyodide"), str(NUMBERS)],
    ]
    printed = []
    for command in runs:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        assert done.stderr == ""
        printed.append(json.loads(done.stdout))
    here, there = printed
    assert here.keys() == there.keys()
    for name, numbers in here.items():
        assert there[name] == pytest.approx(numbers, rel=1e-12, abs=1e-12), name
