"""JupyterLab is started, the notebook is run, the stepper is clicked, typed at and read back."""

from __future__ import annotations

import json
import random
import re
import shutil
import urllib.request

import pytest

import bpviz as bp
from bpviz.render.mathml import number
from bpviz.render.numbers import round_number
from bpviz.widgets.page import esm

from ..run_notebooks import FOLDER
from .conftest import EXAMPLE, TOKEN, open_in_lab, run_all, write_notebook

pytestmark = pytest.mark.browser

#: What JupyterLab itself complains about when the network is blocked or a kernel is shut down on purpose.
LAB_NOISE = ("Failed to load resource", "ERR_FAILED")


class Driven:
    """A page with a stepper in it, and the words a person would use."""

    def __init__(self, page, watch):
        self.page, self.watch = page, watch
        self.root = page.locator(".bpv-stepper").first

    def do(self, name):
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

    def in_diagram(self, quantity):
        return self.root.locator(f'.bpv-drawing [data-n="{quantity}"]').first.evaluate("e => e.textContent")

    def lit(self, kind):
        return set(
            self.root.locator(f".bpv-drawing [data-{kind}].bpv-on").evaluate_all(
                f"all => all.map(e => e.dataset.{kind})"
            )
        )

    def wait_for(self, counter):
        self.page.wait_for_function(
            "wanted => document.querySelector('.bpv-counter').innerText === wanted", arg=counter
        )


@pytest.fixture
def drive(lab, notebooks, new_page):
    """Opens a notebook with these cells in JupyterLab, runs it, and hands over the stepper."""
    counter = iter(range(1000))

    def start(*cells, width=1280, height=1000, dark=False, run=True, **options):
        name = f"drive{next(counter)}_{random.randrange(10**9)}.ipynb"
        write_notebook(notebooks / name, *(cells or (EXAMPLE,)))
        page, watch = new_page(1280, height, **options)
        open_in_lab(page, lab, name)
        if dark:
            page.evaluate(
                "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
            )
            page.wait_for_selector("[data-jp-theme-light=false]", state="attached")
        if run:
            run_all(page)
            page.wait_for_selector(".bpv-stepper .bpv-equation math")
        page.set_viewport_size({"width": width, "height": height})
        return Driven(page, watch)

    return start


def expected(wrt="w7", iteration=0):
    ex = bp.articles.example("2-3-2")
    net = bp.descend(ex.network, ex.x, ex.target, 0.5, iteration).networks[iteration]
    return bp.derive(net, ex.x, ex.target, wrt=wrt, learning_rate=0.5)


def test_stepping_shows_every_step_with_its_sentence_value_and_lights(drive):
    s = drive()
    d = expected()
    for n, step in enumerate(d.steps):
        assert s.counter == f"{n + 1} / {len(d.steps)}"
        assert s.sentence == step.sentence
        assert s.equation.endswith("=" + str(round_number(step.value, 6)).replace("-", "−"))
        assert s.lit("node") == set(step.nodes)
        assert s.lit("edge") == set(step.edges)
        if n + 1 < len(d.steps):
            s.do("next")
    assert s.in_diagram("out_h1") == "0.912934"
    assert "w7_new = 0.360968" in s.said
    assert s.watch.allow(*LAB_NOISE) == []
    assert s.watch.outside == []


def test_nothing_is_shown_before_it_is_computed(drive):
    s = drive()
    assert (s.in_diagram("out_o1"), s.in_diagram("E_total")) == ("", "")
    s.do("last")
    assert (s.in_diagram("out_o1"), s.in_diagram("E_total")) == ("0.89109", "0.391829")


def test_the_keyboard_alone_is_enough(drive):
    s = drive()
    s.root.locator(".bpv-drawing").focus()
    for key, counter in (
        ("ArrowRight", "2 / 20"), ("PageDown", "3 / 20"), ("PageUp", "2 / 20"), ("ArrowLeft", "1 / 20"),
        ("End", "20 / 20"), ("ArrowRight", "20 / 20"), ("Home", "1 / 20"),
    ):  # fmt: skip
        s.page.keyboard.press(key)
        assert s.counter == counter, key
    # every control can be reached with Tab, in an order that makes sense
    s.field("Derive").focus()
    reached = []
    for _ in range(30):
        reached.append(
            s.page.evaluate(
                "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
            )
        )
        s.page.keyboard.press("Tab")
    wanted = [
        "The network",
        "Forward pass",
        "Chain rule",
        "This step",
        "First step",
        "Next step",
        "Step",
        "Apply update",
    ]
    positions = [reached.index(name) for name in wanted]
    assert positions == sorted(positions)


def test_the_slider_moves_through_the_steps(drive):
    s = drive()
    slider = s.root.get_by_role("slider", name="Step")
    slider.fill("16")
    assert s.counter == "17 / 20"
    assert slider.get_attribute("aria-valuetext") == "Step 17 of 20: dE_total/dw7"


def test_choosing_a_weight_from_the_list_or_on_the_drawing(drive):
    s = drive()
    s.field("Derive").select_option("w1")
    assert s.counter == "1 / 30"  # the forward pass is the same, so the place is kept
    s.do("last")
    s.root.locator('.bpv-edge[data-parameter="w9"] .bpv-label').click()
    s.wait_for("14 / 20")
    assert s.field("Derive").input_value() == "w9"
    assert "out_o1" in s.said
    s.root.locator('.bpv-node[data-parameter="b1"]').click()
    s.wait_for("14 / 46")
    assert s.field("Derive").input_value() == "b1"


def test_hovering_lights_the_same_thing_in_formula_and_drawing(drive):
    s = drive()
    s.root.locator(".bpv-phases button", has_text="Chain rule").click()
    lit_edges = "all => all.map(e => e.dataset.edge)"
    s.root.locator('.bpv-chain .bpv-q[data-q="dnet_o1/dw7"]').hover()
    assert "2:0:0" in s.root.locator(".bpv-drawing [data-edge].bpv-lit").evaluate_all(lit_edges)
    s.do("first")
    s.root.locator('.bpv-edge[data-parameter="w1"] .bpv-label').hover()
    names = s.root.locator(".bpv-equation .bpv-lit").evaluate_all("all => all.map(e => e.dataset.q ?? e.dataset.v)")
    assert names
    assert set(names) == {"w1"}


def test_update_goes_on_and_the_list_leads_back(drive):
    s = drive()
    s.do("last")
    for iteration in (1, 2):
        s.root.get_by_role("button", name="Apply update").click()
        s.page.wait_for_function(
            "n => document.querySelectorAll('.bpv-stepper select')[1].value === String(n)", arg=iteration
        )
        s.wait_for("1 / 20")
        assert s.in_diagram("w7") == str(round_number(expected(iteration=iteration).network["w7"], 6))
    losses = s.field("Iteration").evaluate("e => [...e.options].map(o => o.text)")
    assert losses[0] == "0: E = 0.391829"
    assert len(losses) == 3
    s.field("Iteration").select_option("0")
    s.page.wait_for_function("() => document.querySelector('.bpv-drawing [data-n=w7]').textContent === '0.4'")


def test_python_and_the_page_follow_each_other(drive):
    s = drive(
        EXAMPLE,
        "print('seen', stepper.step, stepper.wrt, stepper.iteration)",
        "stepper.wrt = 'w12'; stepper.digits = 3; stepper.step = 19",
    )
    s.page.wait_for_function("() => document.querySelector('.bpv-counter').innerText === '20 / 20'")
    assert s.equation.endswith("=0.654")
    assert s.field("Derive").input_value() == "w12"
    s.field("Derive").select_option("w2")
    s.do("back")
    s.page.locator(".jp-Cell").nth(1).locator(".jp-InputArea-editor").click()
    s.page.keyboard.press("Shift+Enter")
    s.page.wait_for_function("() => document.body.innerText.includes('seen 12 w2 0')")


def test_digits_and_learning_rate_can_be_typed_and_bad_ones_are_explained(drive):
    s = drive()
    s.do("last")
    s.field("Digits").fill("12")
    s.field("Digits").press("Enter")
    s.page.wait_for_function(
        "() => document.querySelector('.bpv-equation').textContent.includes('0.360968062250')"
        " || document.querySelector('.bpv-equation').textContent.includes('0.36096806225')"
    )
    s.field("Learning rate").fill("-1")
    s.field("Learning rate").press("Enter")
    s.root.locator(".bpv-message", has_text="learning_rate must be above zero, not -1.0").wait_for()
    s.field("Learning rate").fill("1")
    s.field("Learning rate").press("Enter")
    s.root.locator(".bpv-message").wait_for(state="hidden")
    assert str(round_number(0.4 - expected().value, 12)) in s.equation


def test_playing_moves_on_by_itself_and_stops_when_told(drive):
    s = drive()
    s.page.clock.install()
    s.do("play")
    s.page.clock.run_for(3200)
    assert s.counter == "3 / 20"
    s.do("play")
    s.page.clock.run_for(5000)
    assert s.counter == "3 / 20"


def test_stepping_needs_no_kernel(drive, lab):
    s = drive()
    kernels = json.load(urllib.request.urlopen(f"{lab}/api/kernels?token={TOKEN}"))
    for kernel in kernels:
        request = urllib.request.Request(f"{lab}/api/kernels/{kernel['id']}?token={TOKEN}", method="DELETE")
        urllib.request.urlopen(request).close()
    s.page.wait_for_timeout(500)
    for _ in range(5):
        s.root.locator("[data-do=next]").evaluate("e => e.click()")
    assert s.counter == "6 / 20"
    assert s.sentence == expected().steps[5].sentence


@pytest.mark.parametrize("width", [400, 1280, 1920])
def test_nothing_sticks_out_at_any_width(drive, width):
    s = drive(width=width)
    s.do("last")
    wide = s.root.evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert wide[0] <= wide[1]
    s.root.locator(".bpv-apply").scroll_into_view_if_needed()
    box = s.root.locator(".bpv-apply").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_nothing_jumps_from_step_to_step(drive):
    s = drive()
    heights, tops = set(), set()
    for _ in range(20):
        heights.add(s.root.evaluate("e => Math.round(e.getBoundingClientRect().height)"))
        tops.add(s.root.locator(".bpv-controls").evaluate("e => Math.round(e.getBoundingClientRect().top)"))
        s.do("next")
    assert len(heights) == 1
    assert len(tops) == 1


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(drive, dark):
    from axe_playwright_python.sync_playwright import Axe

    s = drive(dark=dark)
    for place in ("first", "last"):
        s.do(place)
        results = Axe().run(s.page, context=".bpv-stepper")
        assert results.violations_count == 0, results.generate_report()


def test_hostile_names_stay_text(drive):
    cell = """import bpviz as bp
name = "<img src=x onerror='window.hacked=1'>"
net = bp.Network([[[0.5, 0.2]]], weight_names=[[[name, "$\\\\frac"]]])
bp.Stepper(net, [1, 2], [0], wrt=name)"""
    s = drive(cell)
    for _ in range(12):
        s.do("next")
    assert s.page.evaluate("() => window.hacked") is None
    assert s.root.locator("img").count() == 0
    assert "<img src=x" in s.said
    assert s.watch.allow(*LAB_NOISE) == []


def test_a_committed_notebook_shows_its_snapshot_before_it_is_run(lab, notebooks, new_page):
    shutil.copy(FOLDER / "00_start_here.ipynb", notebooks / "fresh.ipynb")
    page, watch = new_page(1280, 3000)
    open_in_lab(page, lab, "fresh.ipynb")
    page.get_by_text("Forward pass, step 1 of 20").wait_for()
    picture = page.locator("img[alt='Drawing of the network']")
    assert picture.count() == 2
    for n in range(2):
        page.wait_for_function(
            "n => document.querySelectorAll('img[alt=\"Drawing of the network\"]')[n].naturalWidth > 0", arg=n
        )
    assert page.locator("text=Error displaying widget").count() == 0
    assert watch.allow(*LAB_NOISE) == []


def test_javascript_and_python_write_numbers_alike(browser):
    rng = random.Random(7)
    values = [0.0, -0.0, 1.0, -5.0, 0.5, 2.5, 1e7, 9999999.0, 123456.789, 999999.5, 1e-5, 9.9999e-6, 1e300, -1e-300]
    values += [rng.uniform(-1, 1) * 10 ** rng.randint(-12, 12) for _ in range(1500)]
    values += [round(rng.uniform(-100, 100), rng.randint(0, 6)) for _ in range(500)]
    asked = [(value, rng.randint(1, 15), rng.random() < 0.5) for value in values]
    page = browser.new_page()
    module = esm("numbers") + "\nexport {numberText, numberMathML};"
    got = page.evaluate(
        """async ([module, asked]) => {
            const m = await import(URL.createObjectURL(new Blob([module], {type: "text/javascript"})));
            return asked.map(([v, d, g]) => [m.numberText(v, d), m.numberMathML(v, d, g)]);
        }""",
        [module, asked],
    )
    page.close()
    for (value, digits, guard), (text, math) in zip(asked, got):
        assert text == str(round_number(value, digits)).replace("-", "−"), (value, digits)
        assert math == number(round_number(value, digits), guard), (value, digits)


def test_a_proof_is_stepped_through_on_the_same_page(drive):
    s = drive("import bpviz as bp\nbp.ProofStepper('BP2')")
    proof = bp.proof("BP2")
    for n, line in enumerate(proof.lines):
        assert s.counter == f"{n + 1} / {len(proof.lines)}"
        assert s.sentence == line.sentence
        s.do("next")
    assert not s.root.locator(".bpv-drawing").is_visible()
    assert not s.root.get_by_role("button", name="Apply update").is_visible()
    s.field("Derive").select_option("BP4")
    assert s.counter == "1 / 6"
    s.do("last")
    assert "dC/db_j^(l) = δ_j^(l)" in s.said
    assert s.watch.allow(*LAB_NOISE) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_a_proof(drive, dark):
    from axe_playwright_python.sync_playwright import Axe

    s = drive("import bpviz as bp\nbp.ProofStepper('BP1')", dark=dark)
    s.do("last")
    results = Axe().run(s.page, context=".bpv-stepper")
    assert results.violations_count == 0, results.generate_report()
