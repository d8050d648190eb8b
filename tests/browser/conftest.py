"""A real browser on a real Jupyter.  Without Chromium these tests skip, unless BPVIZ_REQUIRE_BROWSER is set."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bpviz.widgets.shared.page import WIDGETS

from ..networks import THOROUGH
from . import script_coverage

TOKEN = "bpviz-tests"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome on this machine; the one that is made for this first, as it takes less time."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    given = os.environ.get("BPVIZ_CHROMIUM")
    return given or next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    path = find_chromium()
    if path is None:
        if os.environ.get("BPVIZ_REQUIRE_BROWSER"):
            pytest.fail("no Chromium found, and BPVIZ_REQUIRE_BROWSER is set")
        pytest.skip("no Chromium or Chrome found: browser tests skipped")
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        script_coverage.save()
        opened.close()


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def start_server(command: list[str], port: int, folder: Path, ready: str) -> Iterator[str]:
    """Start a Jupyter application in `folder` and wait until it answers."""
    # On a busy machine JupyterLab would ask which kernel to start, though the notebook says it.
    settings = folder / ".settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('{"autoStartDefaultKernel": true}')
    environment = {
        **os.environ,
        "JUPYTERLAB_SETTINGS_DIR": str(folder / ".settings"),
        "JUPYTER_CONFIG_DIR": str(folder / ".config"),
        "JUPYTER_RUNTIME_DIR": str(folder / ".runtime"),
        "IPYTHONDIR": str(folder / ".ipython"),
    }
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{base}{ready}", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None, (folder / "server.log").read_text()
                time.sleep(0.25)
        yield base
    finally:
        process.terminate()
        process.wait(20)
        log.close()


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the Jupyter server serves."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def lab(chromium: str, notebooks: Path) -> Iterator[str]:
    port = free_port()
    command = [
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={TOKEN}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=None",
        "--expose-app-in-browser",
    ]
    yield from start_server(command, port, notebooks, f"/api/status?token={TOKEN}")


class Watch:
    """What a page complained about, and what it asked the world for."""

    def __init__(self, page: Any) -> None:
        self.errors: list[str] = []
        self.messages: list[str] = []
        self.outside: list[str] = []
        page.on("console", lambda m: self.messages.append(m.text))
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))

    def forget(self) -> None:
        """Begin anew, with another page."""
        for found in (self.errors, self.messages, self.outside):
            found.clear()

    def allow(self, *known: str) -> list[str]:
        """The errors that are not one of the known ones of the application itself."""
        return [error for error in self.errors if not any(part in error for part in known)]


def watched(page: Any) -> tuple[Any, Watch]:
    """A page that can reach this machine only; a request beyond it is blocked and remembered."""
    page.set_default_timeout(30_000)
    watch = Watch(page)
    script_coverage.record(page)

    def block(route: Any) -> None:
        watch.outside.append(route.request.url)
        route.abort()

    # What is allowed is not routed, as a routed request costs time.
    page.route(re.compile(r"^(?!http://127\.0\.0\.1|data:|blob:|file:)"), block)
    # JupyterLab asks now and then, in the middle of anything; what it proposes is taken.
    page.add_locator_handler(
        page.locator("dialog.jp-Dialog"),
        lambda dialog: dialog.locator("button.jp-mod-accept").first.click(),
        no_wait_after=True,
    )
    return page, watch


@pytest.fixture(scope="session")
def usual_page(browser: Any) -> tuple[Any, Watch]:
    """The page that tests use one after the other, as a new one costs half a second."""
    return watched(browser.new_context().new_page())


@pytest.fixture
def new_page(browser: Any, usual_page: tuple[Any, Watch]) -> Iterator[Callable[..., tuple[Any, Watch]]]:
    """Opens pages: the usual one first, unless it shall be alone or there are options that only a new one can have."""
    contexts: list[Any] = []
    free = [usual_page]

    def make(width: int = 1280, height: int = 900, alone: bool = False, **options: Any) -> tuple[Any, Watch]:
        size = {"width": width, "height": height}
        if free and not alone and set(options) <= {"color_scheme"}:
            page, watch = free.pop()
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=options.get("color_scheme", "light"))
            watch.forget()
            return page, watch
        contexts.append(browser.new_context(viewport=size, **options))
        return watched(contexts[-1].new_page())

    yield make
    for context in contexts:
        script_coverage.before_closing(context)
        context.close()
    if not free:
        usual_page[0].goto("about:blank")


#: Without more time axe-core looks at a page in one theme only.
THEMES = ("light", "dark") if THOROUGH else ("dark",)


def axe_finds_nothing(page: Any, context: str | None = None, themes: Iterable[str] = THEMES) -> None:
    """Hold the page, as it stands, against the rules of axe-core in each of these themes."""
    from axe_playwright_python.sync_playwright import Axe

    options: dict[str, list[str]] = {"resultTypes": ["violations"]}
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        results = Axe().run(page, context=context, options=options)
        options = {**options, "runOnly": ["color-contrast"]}  # in another theme nothing else is different
        assert results.violations_count == 0, f"{theme}: {results.generate_report()}"


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook with these code cells, never run."""
    path.write_text(
        json.dumps(
            {
                "cells": [
                    {
                        "cell_type": "code",
                        "id": f"cell{n}",
                        "metadata": {},
                        "execution_count": None,
                        "outputs": [],
                        "source": source,
                    }
                    for n, source in enumerate(cells)
                ],
                "metadata": {
                    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
                    "language_info": {"name": "python"},
                },
                "nbformat": 4,
                "nbformat_minor": 5,
            }
        )
    )


def open_in_lab(page: Any, lab: str, name: str) -> None:
    """Open a notebook alone on the page (JupyterLab's simple mode)."""
    page.goto(f"{lab}/doc/tree/{name}?token={TOKEN}&reset", wait_until="domcontentloaded")
    page.wait_for_selector(".jp-Notebook .jp-Cell")


def run_all(page: Any) -> None:
    """Run every cell of the open notebook, from the menu, and wait until each has its number.

    While its kernel is starting JupyterLab may drop the click, or all cells after the first; then it is told again.
    """
    page.wait_for_function(
        "() => /Idle|Connected/i.test(document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status ?? '')"
        " || /idle/i.test(document.querySelector('.jp-Notebook-ExecutionIndicator')?.title ?? '')"
    )
    for _ in range(6):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        waited = 0
        while waited < 6:  # half seconds in which nothing was running
            prompts = page.locator(".jp-Cell .jp-InputPrompt").all_inner_texts()
            if prompts and all(prompt.strip("[]: ").isdigit() for prompt in prompts):
                return
            waited = 0 if any("*" in prompt for prompt in prompts) else waited + 1
            page.wait_for_timeout(500)
    raise AssertionError("the notebook did not run")


def wait_for_output(page: Any, watch: Watch, selector: str) -> None:
    """Wait until the notebook shows this, or this function is true; if not, say what it shows instead."""
    from playwright.sync_api import TimeoutError

    try:
        if selector.startswith("() =>"):
            page.wait_for_function(selector)
        else:
            page.wait_for_selector(selector)
    except TimeoutError as error:
        shown = page.evaluate("""() => ({
            counters: [...document.querySelectorAll('.bpv-counter')].map(e => e.textContent),
            chosen: [...document.querySelectorAll('.bpv select')].map(e => e.value),
            prompts: [...document.querySelectorAll('.jp-InputPrompt')].map(e => e.textContent),
            kernel: document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status,
            output: [...document.querySelectorAll('.jp-OutputArea-output')].map(e => e.innerHTML.slice(0, 600)),
            dialogs: [...document.querySelectorAll('.jp-Dialog')].map(e => e.textContent),
        })""")
        raise AssertionError(f"{selector} did not appear: {shown}; the console: {watch.errors}") from error


def run_python(page: Any, code: str) -> None:
    """Write this into the notebook's last cell, and run it."""
    page.locator(".jp-Cell").last.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(code)
    page.keyboard.press("Control+Enter")


def ask_python(page: Any, watch: Watch, code: str, text: str) -> None:
    """Run this in the notebook's last cell until this text is on the page.

    ipywidgets sends one change at a time and holds the next back until the kernel has answered, but JupyterLab sends
    a cell at once: one that is run a few milliseconds after several changes can overtake the last of them.
    """
    from playwright.sync_api import TimeoutError

    for attempt in range(10):
        run_python(page, code)
        try:
            page.wait_for_function("text => document.body.innerText.includes(text)", arg=text, timeout=3000)
            return
        except TimeoutError:
            print(f"{text!r} was not there at attempt {attempt + 1}")
    wait_for_output(page, watch, f"() => document.body.innerText.includes({json.dumps(text)})")


class Driven:
    """A page with a stepper in it, and the words a person would use."""

    def __init__(self, page: Any, watch: Watch, names: list[str] | None = None) -> None:
        self.page, self.watch = page, watch
        self.names = names or []  # the page knows quantities by their numbers
        self.root = page.locator(".bpv-stepper").first

    def do(self, name):
        if name in ("first", "last"):
            self.root.press("Home" if name == "first" else "End")
            return
        if name in ("undo", "redo", "reset"):
            self.open("numbers")
        # force: at either end a button is aria-disabled but still takes clicks, as it must not lose the focus
        self.root.locator(f"[data-do={name}]").click(force=True)

    @property
    def counter(self):
        return self.root.locator(".bpv-counter").inner_text()

    @property
    def sentence(self):
        return self.root.locator(".bpv-sentence").inner_text()

    @property
    def equation(self):
        """The formula as text: MathML's own characters, white space dropped."""
        return re.sub(r"\s+", "", self.root.locator(".bpv-equation").evaluate("e => e.textContent"))

    @property
    def said(self):
        return self.root.locator(".bpv-live").evaluate("e => e.textContent")

    def field(self, label):
        return self.root.get_by_label(label, exact=True)

    def place(self, kind: str, name: str) -> str:
        """The selector of the labels (q) or values (v) of a quantity."""
        return f'.bpv-{kind}[data-{kind}="{self.names.index(name)}"]'

    def values(self, selector: str) -> dict[str, float]:
        """Every value there by the name of its quantity, at full precision."""
        found = self.page.locator(selector).evaluate_all("all => all.map(v => [Number(v.dataset.v), v.shown])")
        return {self.names[n]: value for n, value in found}

    def in_diagram(self, quantity):
        return self.root.locator(f'.bpv-drawing [data-n="{quantity}"]').first.evaluate("e => e.textContent")

    def lit(self, kind):
        return set(
            self.root.locator(f".bpv-drawing [data-{kind}].bpv-on").evaluate_all(
                f"all => all.map(e => e.dataset.{kind})"
            )
        )

    def open(self, fold: str) -> None:
        """Open one of the parts that fold: numbers, log, chain."""
        tab = self.root.locator(f"[data-tab={fold}]")
        if tab.get_attribute("aria-expanded") == "false":
            tab.evaluate("e => e.click()")  # on a phone the buttons come with what they open

    def apply(self) -> None:
        """Go to the last step, and apply the update."""
        self.do("last")
        self.root.get_by_role("button", name="Apply update").click()

    def type(self, label: str, value: object) -> None:
        """Put a number into the field of that label, as a person would."""
        self.open("numbers")
        field = self.field(label)
        field.fill(str(value))
        field.press("Enter")

    @property
    def message(self) -> str:
        return str(self.root.locator(".bpv-message").evaluate("e => e.textContent"))

    def wait_for(self, counter):
        self.page.wait_for_function(
            "wanted => document.querySelector('.bpv-counter')?.innerText === wanted", arg=counter
        )


@pytest.fixture(scope="module")
def modules(browser: Any) -> Iterator[Any]:
    """A page that imports the widgets' JavaScript as it is written: ``import("/shared/numbers.js")``."""
    page = browser.new_page()
    script_coverage.record(page)

    def serve(route: Any) -> None:
        name = route.request.url.removeprefix("http://modules.test/")
        if name:
            text = (WIDGETS / name).read_text(encoding="utf-8")
            route.fulfill(body=text, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page.route("http://modules.test/**", serve)
    page.goto("http://modules.test/")
    yield page
    script_coverage.before_closing(page.context)
    page.close()


EXAMPLE = """import bpviz as bp
ex = bp.articles.example("2-3-2")
stepper = bp.Stepper(ex.network, ex.x, ex.target, learning_rate=0.5, wrt="w7")
stepper"""


@pytest.fixture
def show(new_page: Callable[..., tuple[Any, Watch]], tmp_path: Path) -> Callable[..., Driven]:
    """Exports a widget as a page, or takes a page that is exported already, and opens it from disk.

    On a page that is `held` time passes only when the test says so (``page.clock.run_for``), and not while a busy
    machine takes its own.  The clock is its whole context's, also of what is opened there later: so it is alone.
    """
    import bpviz as bp

    def open_page(
        widget: Any, width: int = 1280, height: int = 1000, dark: bool = False, held: bool = False, **options: Any
    ) -> Driven:
        exported = isinstance(widget, Path)
        path = widget if exported else bp.export_html(widget, tmp_path / f"page{len(list(tmp_path.iterdir()))}.html")
        page, watch = new_page(width, height, color_scheme="dark" if dark else "light", alone=held, **options)
        page.goto(path.as_uri())
        page.wait_for_selector("[data-ready]")
        if held:
            page.clock.install(time=0)
            page.clock.pause_at(1000)
        return Driven(page, watch, getattr(widget, "_names", None))

    return open_page
