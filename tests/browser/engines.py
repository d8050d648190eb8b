"""Firefox and WebKit, each driven by what speaks to it, behind the few words that tests of exported pages need."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest

#: Put into a page as soon as it is there: what goes wrong from then on.
LISTEN = """
window.wrong = [];
addEventListener("error", (event) => window.wrong.push(String(event.message)));
addEventListener("unhandledrejection", (event) => window.wrong.push(String(event.reason)));
console.error = (...words) => window.wrong.push(words.join(" "));
"""

READY = (
    "return document.readyState === 'complete' && document.querySelectorAll('[data-widget]').length > 0 && "
    "[...document.querySelectorAll('[data-widget]')].every((place) => place.dataset.ready)"
)


class Firefox:
    """Firefox ESR, by Playwright."""

    keys: ClassVar = {"right": "ArrowRight", "end": "End", "enter": "Enter"}

    def __init__(self, page: Any) -> None:
        self.page, self.logged = page, []
        page.on("console", lambda message: message.type == "error" and self.logged.append(message.text))
        page.on("pageerror", lambda error: self.logged.append(str(error)))

    def open(self, file: Path, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(file.as_uri())
        self.wait(READY)

    def wait(self, condition: str, *given: Any) -> None:
        self.page.wait_for_function(f"(given) => ((...given) => {{ {condition} }})(...given)", arg=list(given))

    def js(self, body: str, *given: Any) -> Any:
        return self.page.evaluate(f"async (given) => ((...given) => {{ {body} }})(...given)", list(given))

    def press(self, key: str) -> None:
        self.page.keyboard.press(self.keys.get(key, key))

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def drag(self, x: float, y: float, by: float) -> None:
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        for n in range(1, 11):
            mouse.move(x + by * n / 10, y)
        mouse.up()

    @property
    def errors(self) -> list[str]:
        return self.logged


class WebKit:
    """WebKitGTK's small browser, by Selenium."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, file: Path, width: int, height: int) -> None:
        self.driver.get("about:blank")
        self.driver.set_window_size(width, height)
        inner = self.driver.execute_script("return [innerWidth, innerHeight]")
        self.driver.set_window_size(2 * width - inner[0], 2 * height - inner[1])  # what the window's frame takes
        self.driver.get(file.as_uri())
        self.driver.execute_script(LISTEN)
        self.wait(READY)

    def wait(self, condition: str, *given: Any) -> None:
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, 30, poll_frequency=0.05).until(lambda driver: driver.execute_script(
            f"return ((...given) => {{ {condition} }})(...arguments)", *given))  # fmt: skip

    def js(self, body: str, *given: Any) -> Any:
        return self.driver.execute_async_script(
            "const given = [...arguments], done = given.pop();"
            f"Promise.resolve(((...given) => {{ {body} }})(...given)).then(done, (e) => done('failed: ' + e));",
            *given,
        )

    def press(self, key: str) -> None:
        from selenium.webdriver import ActionChains, Keys

        named = {"right": Keys.ARROW_RIGHT, "end": Keys.END, "enter": Keys.ENTER}
        ActionChains(self.driver).send_keys(named.get(key, key)).perform()

    write = press

    def click(self, selector: str) -> None:
        from selenium.webdriver.common.by import By

        self.driver.find_element(By.CSS_SELECTOR, selector).click()

    def drag(self, x: float, y: float, by: float) -> None:
        from selenium.webdriver import ActionChains
        from selenium.webdriver.common.actions.action_builder import ActionBuilder

        chain = ActionChains(self.driver, duration=20)
        actions = ActionBuilder(self.driver, duration=20)
        actions.pointer_action.move_to_location(round(x), round(y)).pointer_down()
        for n in range(1, 11):
            actions.pointer_action.move_to_location(round(x + by * n / 10), round(y))
        actions.pointer_action.pointer_up()
        actions.perform()
        del chain

    @property
    def errors(self) -> list[str]:
        return list(self.driver.execute_script("return window.wrong"))


def missing(engine: str, what: str) -> None:
    """Skip with one line, or fail where all engines are asked for."""
    sentence = f"{engine} is not here: {what} was not found"
    if os.environ.get("BPVIZ_REQUIRE_ENGINES"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@contextmanager
def firefox() -> Iterator[Firefox]:
    from playwright.sync_api import sync_playwright

    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        missing("Firefox", "firefox-esr")
    with sync_playwright() as started:
        browser = started.firefox.launch(executable_path=program, channel="moz-firefox")
        yield Firefox(browser.new_page())
        browser.close()


@contextmanager
def webkit() -> Iterator[WebKit]:
    from selenium import webdriver

    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    browsers = sorted(Path("/usr").glob("lib*/**/webkit2gtk-*/MiniBrowser"))
    for what, found in (("WebKitWebDriver", driver), ("Xvfb", screen), ("MiniBrowser", browsers)):
        if not found:
            missing("WebKitGTK", what)
    with displayed(str(screen)) as display:
        options = webdriver.WebKitGTKOptions()
        options.binary_location = str(browsers[-1])
        options.add_argument("--automation")
        service = webdriver.WebKitGTKService(executable_path=driver, env={**os.environ, "DISPLAY": display})
        opened = webdriver.WebKitGTK(options=options, service=service)
        try:
            yield WebKit(opened)
        finally:
            opened.quit()


@contextmanager
def displayed(program: str) -> Iterator[str]:
    """A screen that nobody sees; its name."""
    read, write = os.pipe()
    command = [program, "-displayfd", str(write), "-screen", "0", "2200x1400x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()
