"""How quick the exported pages are: steps, drags, films and memory, in headless Chromium.

Frames are paced by a screen at 60 Hz, so 16.7 ms is the best there is.  Beside each page stands a bare page in the same
browser and run, whose only work is to write one number, so that a slow machine shows as such.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpviz as bp
from tests.browser.conftest import (
    EXAMPLE,
    FLAGS,
    TOKEN,
    find_chromium,
    free_port,
    open_in_lab,
    run_all,
    start_server,
    write_notebook,
)

from .timing import Measured

FRAME = 1000 / 60

#: Times from an action to the frame that shows it: work, style, layout and paint.
STEP = """async (count) => {
    const button = document.querySelector("[data-do=next]") ?? document.querySelector("button");
    const first = document.querySelector(".bpv-phases button");
    const times = [];
    for (let n = 0; n < count; n += 1) {
        if (first && n % 15 === 14) first.click();
        await new Promise((done) => requestAnimationFrame(done));
        const start = performance.now();
        button.click();
        await Promise.resolve();
        document.body.getBoundingClientRect();
        await new Promise((done) => {
            const channel = new MessageChannel();
            channel.port1.onmessage = done;
            requestAnimationFrame(() => channel.port2.postMessage(0));
        });
        times.push(performance.now() - start);
    }
    return times;
}"""

#: The time between frames while something moves in every one of them.
FRAMES = """async ([action, count]) => {
    const move = new Function("n", action);
    const times = [];
    let before = await new Promise((done) => requestAnimationFrame(done));
    for (let n = 0; n < count; n += 1) {
        move(n);
        const now = await new Promise((done) => requestAnimationFrame(done));
        times.push(now - before);
        before = now;
    }
    return times;
}"""

DRAG = """
const named = document.querySelector(".bpv-drawing .bpv-grip[data-n='%s']");
const place = window.held ??= named ?? document.querySelector(".bpv-grip");
const box = window.box ??= place.getBoundingClientRect();
const where = { bubbles: true, pointerId: 1, clientY: box.top, button: 0, buttons: 1 };
const event = (type, x) => new PointerEvent(type, { ...where, clientX: x });
if (n === 0) {
    Element.prototype.setPointerCapture = () => {};
    place.dispatchEvent(event("pointerdown", box.left));
}
place.dispatchEvent(event("pointermove", box.left + 20 + (n %% 120)));
"""

BARE = "<!doctype html><button onclick='p.textContent = ++n'>x</button><p id='p'></p><script>var n = 0</script>"


def network(*sizes: int) -> bp.Stepper:
    net = bp.initialise(sizes, seed=1)
    return bp.Stepper(net, [0.5] * sizes[0], [0.5] * sizes[-1])


def worked_example() -> bp.Stepper:
    ex = bp.articles.example("2-3-2")
    return bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate, wrt="w1")


def trainer(epochs: int) -> bp.Trainer:
    xor = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    return bp.Trainer(*xor, run=bp.train(bp.initialise((2, 3, 1), seed=1), *xor, learning_rate=2, epochs=epochs))


def add(table: Measured, *row: str) -> None:
    table.rows.append(row)


def told(times: list[float]) -> tuple[str, str, str]:
    times = sorted(times)
    return (
        f"{statistics.median(times):.1f}",
        f"{times[int(len(times) * 0.95)]:.1f}",
        f"{1000 / statistics.mean(times):.0f}",
    )


def tables() -> Iterator[Measured]:
    """Steps, drags and films; nothing where there is no browser."""
    from playwright.sync_api import sync_playwright

    table = Measured(f"Pages (a frame is {FRAME:.1f} ms)", ("what", "median ms", "p95 ms", "a second"))
    notes = table.notes
    if find_chromium() is None:
        notes.append("No Chromium was found.")
        yield table
        return
    folder = Path(tempfile.mkdtemp())
    (folder / "bare.html").write_text(BARE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)

        def opened(widget: Any, name: str) -> Any:
            page = browser.new_page(viewport={"width": 1280, "height": 1000}, bypass_csp=True)
            path = bp.export_html(widget, folder / f"{name}.html")
            page.goto(path.as_uri())
            page.wait_for_selector("[data-ready]")
            if name in ("2-3-2", "784-128-10"):
                ready = page.get_attribute("[data-ready]", "data-ready")
                notes.append(f"exported {name}: {path.stat().st_size:,} bytes, ready {ready} ms after it was opened")
            return page

        page = browser.new_page()
        page.goto((folder / "bare.html").as_uri())
        add(table, "bare page: one number", *told(page.evaluate(STEP, 150)))
        page.close()
        for name, widget, weight in (("2-3-2", worked_example(), "w7"), ("4-8-8-3", network(4, 8, 8, 3), "w1[1,1]")):
            page = opened(widget, name)
            add(table, f"{name}: next step", *told(page.evaluate(STEP, 150)))
            page.locator(".bpv-stepper").press("End")
            add(table, f"{name}: drag a weight", *told(page.evaluate(FRAMES, [DRAG % weight, 240])))
            page.close()
        page = opened(network(784, 128, 10), "784-128-10")
        add(table, "784-128-10 by layer: next step", *told(page.evaluate(STEP, 150)))
        page.close()
        page = opened(trainer(10_000), "trainer")
        scrub = """const slider = document.querySelector("input[type=range]");
            slider.value = (n * 37) % 10000;
            slider.dispatchEvent(new Event("input"));"""
        add(table, "Trainer, 10,000 epochs: scrub", *told(page.evaluate(FRAMES, [scrub, 240])))
        page.get_by_role("button", name="Play").click()
        add(table, "Trainer, 10,000 epochs: play", *told(page.evaluate(FRAMES, ["", 400])))
        page.close()
        page = opened(worked_example(), "memory")
        notes.append(memory(page))
        in_jupyterlab(browser, folder, table)
        browser.close()
    yield table


def in_jupyterlab(browser: Any, folder: Path, table: Measured) -> None:
    """The same steps and drags in a notebook, with a kernel that follows."""
    port = free_port()
    write_notebook(folder / "bench.ipynb", EXAMPLE)
    command = ["jupyterlab", "--no-browser", "--allow-root", f"--port={port}", f"--IdentityProvider.token={TOKEN}"]
    for lab in start_server(command, port, folder, f"/api/status?token={TOKEN}"):
        page = browser.new_page(viewport={"width": 1280, "height": 1000}, bypass_csp=True)
        open_in_lab(page, lab, "bench.ipynb")
        run_all(page)
        page.wait_for_selector(".bpv-stepper .bpv-equation math")
        step = STEP.replace("document.querySelector", "document.querySelector('.bpv-stepper').querySelector")
        add(table, "2-3-2 in JupyterLab: next step", *told(page.evaluate(step, 150)))
        page.locator(".bpv-stepper").press("End")
        add(table, "2-3-2 in JupyterLab: drag a weight", *told(page.evaluate(FRAMES, [DRAG % "w7", 240])))
        page.close()


def memory(page: Any, steps: int = 3600) -> str:
    """The heap after so many steps beside the heap after a tenth of them: an hour at a step a second."""
    session = page.context.new_cdp_session(page)
    walk = """(count) => { for (let n = 0; n < count; n += 1)
        document.querySelector(n % 40 < 20 ? "[data-do=next]" : "[data-do=back]").click(); }"""

    def heap() -> float:
        session.send("HeapProfiler.collectGarbage")
        return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6

    page.evaluate(walk, steps // 10)
    page.wait_for_timeout(200)
    early = heap()
    page.evaluate(walk, steps)
    page.wait_for_timeout(200)
    late = heap()
    return f"heap after {steps // 10} steps {early:.2f} MB, after {steps} more {late:.2f} MB ({late / early:.3f} times)"
