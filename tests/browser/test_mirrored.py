"""What Python and the pages both do by code of their own, listed here, each held together by a differential test.

Everything else that both need is data or a formula that Python hands over.
"""

from __future__ import annotations

import itertools
import random
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import bpviz as bp
from bpviz.formula.answers import answer_in
from bpviz.formula.arithmetic import evaluate
from bpviz.formula.digits import round_number, shown_number
from bpviz.formula.grammar import grammar
from bpviz.formula.typed import read_formula, read_number
from bpviz.teaching.verdict import ROUNDING, SAME, SMALLEST, judge, same
from bpviz.views.javascript import program
from bpviz.views.mathml import number, steps_mathml
from bpviz.views.picture import LINES, line_width
from bpviz.widgets.shared.page import WIDGETS

from .. import fuzz
from ..networks import often

pytestmark = pytest.mark.browser

#: What is mirrored: file and function of the page, what it follows, and the test here or beside that holds them together.
MIRRORED = (
    ("shared/numbers.js", "numberText", "formula/digits.py, round_number", "test_numbers_are_written_alike"),
    ("shared/typed.js", "readFormula", "formula/typed.py, read_formula", "test_typed_texts_are_read_alike"),
    ("shared/typed.js", "answerIn", "formula/answers.py, answer_in", "test_what_is_answered_is_found_alike"),
    ("shared/typed.js", "nearest", "formula/nearest.py, nearest", "test_the_same_name_is_suggested"),
    ("shared/words.js", "fill", "words/catalogue.py, say", "test_blanks_are_filled_alike"),
    (
        "shared/drawing.js",
        "showNumbers",
        "views/diagram.py, _texts",
        "test_every_step_shows_what_python_draws_and_writes",
    ),
    ("quiz/verdict.js", "judge", "teaching/verdict.py, judge and same", "test_rows_are_applied_alike"),
    (
        "quiz/quiz.js",
        "judgeFormula",
        "teaching/questions.py, _check_formula",
        "test_quiz_page.py::test_the_page_says_to_a_formula_what_python_says",
    ),
    (
        "layers/course.js",
        "at",
        "widgets/layers/course.py, at",
        "test_layers_page.py::test_updates_lead_to_the_numbers_of_python_and_back",
    ),
    ("stepper/live.js", "next", "calculus/timeline.py, updated", "test_updates_lead_to_the_same_numbers"),
    (
        "stepper/live.js",
        "areShared",
        "networks/losses.py, check_target",
        "test_links.py::test_targets_that_must_sum_to_one_do_so_in_a_link_too",
    ),
    (
        "stepper/stepper.js",
        "choose",
        "widgets/stepper/unit_stepper.py, _same_place",
        "test_another_parameter_is_shown_at_the_same_place",
    ),
    (
        "stepper/formulas.js",
        "sides",
        "widgets/stepper/script.py, _shortened",
        "test_every_step_shows_what_python_draws_and_writes",
    ),
    (
        "trainer/trainer.js",
        "openStepper",
        "widgets/trainer/trainer.py, stepper",
        "test_widgets_page.py::test_the_stepper_opens_on_that_very_update",
    ),
    ("explorers/surface.js", "path", "widgets/explorers/loss_surface.py, path", "test_paths_of_descent_are_alike"),
    ("explorers/surface.js", "tell", "widgets/explorers/path_verdict.py, summary", "test_paths_of_descent_are_alike"),
)


@pytest.mark.parametrize(("file", "name", "followed", "test"), MIRRORED, ids=lambda entry: str(entry))
def test_what_is_mirrored_is_there_and_tested(file, name, followed, test):
    assert re.search(rf"\b{name}\b", (WIDGETS / file).read_text(encoding="utf-8"))
    path, _, names = followed.partition(", ")
    assert all(name in (WIDGETS.parent / path).read_text(encoding="utf-8") for name in names.split(" and "))
    place, _, function = test.rpartition("::")
    assert f"def {function}(" in Path(__file__).with_name(place or Path(__file__).name).read_text(encoding="utf-8")


def random_numbers(count):
    rng = random.Random(7)
    values = [0.0, -0.0, 1.0, -5.0, 0.5, 2.5, 1e7, 9999999.0, 123456.789, 999999.5, 1e-5, 9.9999e-6, 1e300, -1e-300]
    values += [rng.uniform(-1, 1) * 10 ** rng.randint(-12, 12) for _ in range(count)]
    values += [round(rng.uniform(-100, 100), rng.randint(0, 6)) for _ in range(count // 3)]
    return [(value, rng.randint(1, 15), rng.random() < 0.5) for value in values]


def test_numbers_are_written_alike(modules):
    asked = random_numbers(1500)
    got = modules.evaluate(
        """async (asked) => {
            const m = await import("/shared/numbers.js");
            return asked.map(([v, d, g]) => [m.numberText(v, d), m.numberMathML(v, d, g)]);
        }""",
        asked,
    )
    for (value, digits, guard), (text, math) in zip(asked, got):
        assert text == shown_number(value, digits), (value, digits)
        assert math == number(round_number(value, digits), guard), (value, digits)


READ = """async ([grammar, names, texts]) => {
    const m = await import("/shared/typed.js");
    const attempt = (read) => { try { return read(); } catch (error) { return error.message; } };
    return texts.map((text) => [
        attempt(() => m.readNumber(grammar, text)),
        attempt(() => m.readFormula(grammar, text, Object.keys(names)).value((name) => names[name])),
        m.numberTyped(grammar, text),
    ]);
}"""


def python_reads(text, names):
    def attempt(read):
        try:
            return read()
        except ValueError as error:
            return re.sub(r" \(did you mean .*?\?\)", "", str(error))

    with np.errstate(all="ignore"):
        values = {name: np.float64(value) for name, value in names.items()}
        return attempt(lambda: read_number(text)), attempt(lambda: float(evaluate(read_formula(text, names), values)))


NAMES = {
    "a": 2.0,
    "b": -3.0,
    "w1[2,1]": 7.0,
    "dE_total/dw7": 11.0,
    "w7": 13.0,
    "w": 17.0,
    "out_h1": 0.5,
    "δ": 3.0,
    "w·2": 19.0,
    "∂": 23.0,
}
PIECES = [
    *NAMES,
    "+",
    "-",
    "*",
    "/",
    "^",
    "(",
    ")",
    ",",
    " ",
    "2",
    "0.25",
    "1e3",
    "max(",
    "exp(",
    "tanh(",
    "e^",
    "−",
    "·",
    "ln(",
    "δ",
    "x",
    "²",
    "w·2",
    "∂",
]
TEXTS = [
    "−1.5e−07", "2,5e-3", "2,5", "- 0,5", "+ 4", "1e999", "1e-301", ".5", "5.", "1.2.3", "1e", "", "  ", "nan", "-Inf", "∞", "9" * 31,
    "((a))", "a b", "w7 w", "max(a, b)", "max(a", "max(a)", "max(" * 20 + "a" + ",2)" * 20, "e^-a", "e^(a)^2", "e^a^2", "e^-a^2^3", "a^2^3", "3·*2", "²", "a²", "a^-2", "a^10", "a^b",
    "🙂a", "🙂" * 45, "🙂" * 600, "𝛿a", "\x1d9", "9\x85", "\ufeff9", "a\x1cb", "a 🙂", "2,5*\u2028",
    "(" * 41 + "a" + ")" * 41, "a" * 1001, "--a", "-a*b", "-a^2", "a**2", "a^0000002", "2^" + "0" * 40, "1e+00005", "1e" + "0" * 40, "∂E_total/∂w7", "w1[2,1]", "w1[2,2]", "w[0]", "你好", "a;b",
    "__import__('os')", "\x00", "a\u00a0+\u00a0b", "1/0", "ln(-1)", "sigmoid(a)", "(a+b)*(a-b)/w", "a-b-w", "a/b/w", "+a", "a+-b", "a-+b",
]  # fmt: skip


def test_typed_texts_are_read_alike(modules):
    rng = random.Random(5)
    texts = TEXTS + ["".join(rng.choices(PIECES, k=rng.randint(1, 12))) for _ in range(1500)]
    texts += [shown_number(value, digits) for value, digits, _ in random_numbers(300)]
    texts += [fuzz.typed(rng, list(NAMES)) for _ in range(often(15_000))]
    for text, (in_page, formula, typed) in zip(texts, modules.evaluate(READ, [grammar(), NAMES, texts])):
        number_here, value = python_reads(text, NAMES)
        if isinstance(in_page, dict):
            assert number_here == (in_page["value"], in_page["unit"]), text
            assert typed == in_page["value"], text
        else:
            assert in_page == number_here, text
        if isinstance(formula, str) or isinstance(value, str):
            assert formula == value, text
        else:
            assert formula == pytest.approx(value, rel=1e-12, abs=1e-15, nan_ok=True), (
                text
            )  # no two tanh agree to the last digit


def test_what_is_shown_can_be_typed_back_into_a_field(modules):
    shown = [(value, digits) for value, digits, _ in random_numbers(200)]
    typed = modules.evaluate(
        """async ([grammar, shown]) => {
            const [{ numberText }, { numberTyped }] = [await import("/shared/numbers.js"), await import("/shared/typed.js")];
            return shown.map(([value, digits]) => numberTyped(grammar, numberText(value, digits)));
        }""",
        [grammar(), shown],
    )
    assert typed == [float(str(round_number(value, digits))) for value, digits in shown]


def test_blanks_are_filled_alike(modules):
    sentences = ["{a} and {b}, {a}", "none", "{long_name}."]
    filled = modules.evaluate(
        """async (sentences) => {
            const { fill } = await import("/shared/words.js");
            return sentences.map((s) => fill(s, { a: 1, b: "<{a}>", long_name: "$&" }));
        }""",
        sentences,
    )
    assert filled == [sentence.format(a=1, b="<{a}>", long_name="$&") for sentence in sentences]


def test_rows_are_applied_alike(modules):
    rng = random.Random(2)
    questions = bp.Quiz(seed=3)._asked
    asked = []
    for which, question in enumerate(questions):
        for value in (question.expected, *(row.value for row in question.rows)):
            near = (value, value * 1.001, -value, float(f"{value:.3g}"), float(f"{value:.2g}"), rng.uniform(-2, 2))
            asked += [(which, typed, rng.choice([None, 0.0, 1e-6, 0.001, 0.1])) for typed in near]
    asked = rng.sample(asked, min(len(asked), 1500))
    page_rows = [
        [[r.value, r.least, r.most, r.exactly, r.rank, n, int(r.correct)] for n, r in enumerate(question.rows)]
        for question in questions
    ]
    got = modules.evaluate(
        """async ([rows, asked, rounding]) => {
            const { judge } = await import("/quiz/verdict.js");
            return asked.map(([which, number, unit]) => judge(rows[which], number, unit, rounding).sentence);
        }""",
        [page_rows, asked, ROUNDING],
    )
    for (which, typed, unit), sentence in zip(asked, got):
        assert questions[which].rows[sentence] is judge(questions[which].rows, typed, unit), (typed, unit)
    pairs = [
        (1.0, 1.0 + 5e-10),
        (1.0, 1.0 + 5e-9),
        (0.0, 1e-22),
        (0.0, 1e-12),
        (-1.0, 1.0),
        (1e300, 1e300 * (1 + 1e-10)),
    ]
    alike = modules.evaluate(
        """async ([pairs, tolerance]) => {
            const { same } = await import("/quiz/verdict.js");
            return pairs.map(([a, b]) => same(a, b, tolerance));
        }""",
        [pairs, [SAME, SMALLEST]],
    )
    assert alike == [same(a, b) for a, b in pairs]


def test_updates_lead_to_the_same_numbers(show):
    net = bp.initialise((2, 3, 2), activations=["tanh", "sigmoid"], seed=4)
    stepper = bp.Stepper(net, [0.5, -1], [0.2, 0.7], 0.8, frozen=["b1[1]"])
    s = show(stepper)
    for iteration in (1, 3, 40):
        s.type("Iteration", iteration)
        stepper.iteration = iteration
        for name in net.parameters:
            assert float(s.field(name).input_value()) == pytest.approx(stepper.network[name], rel=1e-12), (
                iteration,
                name,
            )


def steppers():
    """A stepper of one sample, and one of a batch whose targets share one."""
    ex = bp.articles.example("2-3-2")
    yield bp.Stepper(ex.network, ex.x, ex.target, wrt="w1")
    softmax = {"activations": ["tanh", "softmax"], "loss": "categorical_cross_entropy"}
    net = bp.initialise((2, 2, 3), seed=2, **softmax)
    yield bp.Stepper(net, [[0.1, -20.5], [3, -1e-7]], [[0, 1, 0], [0.2, 0.3, 0.5]], wrt="w1[2,1]")


def test_every_step_shows_what_python_draws_and_writes(show):
    """Each number that is known then, of the sample that the step shows, the width of each line, and the equation."""
    for stepper in steppers():
        derivation = stepper.derivation
        s = show(stepper, width=1920, height=1200)  # with room for everything that is drawn
        svgs = [str(bp.diagram(derivation, step.name, styled=False)) for step in derivation.steps]
        shown, drawn = s.page.evaluate(
            """async svgs => {
                const read = (root) => [
                    [...root.querySelectorAll("[data-n]")].map((place) => [place.dataset.n, place.textContent]),
                    [...root.querySelectorAll("[data-edge] .bpv-line")].map((line) => Number(line.getAttribute("stroke-width")).toFixed(1)),
                ];
                const [drawing, slider] = [".bpv-drawing", ".bpv-controls input[type=range]"].map((one) => document.querySelector(one));
                const counter = document.querySelector(".bpv-counter");
                const shown = [];
                for (let at = 0; at < svgs.length; at += 1) {
                    slider.value = at;
                    slider.dispatchEvent(new Event("input"));
                    while (!counter.textContent.startsWith(`${at + 1} /`)) await new Promise((done) => { setTimeout(done); });
                    shown.push([read(drawing), document.querySelector(".bpv-equation").textContent]);
                }
                return [shown, svgs.map((svg) => read(new DOMParser().parseFromString(svg, "image/svg+xml")))];
            }""",
            svgs,
        )
        for step, (picture, equation), expected in zip(derivation.steps, shown, drawn, strict=True):
            assert picture == expected, step.name
            written = "".join(ElementTree.fromstring(steps_mathml(derivation, [step], 6)).itertext())
            assert re.sub(r"\s+", "", equation) == re.sub(r"\s+", "", written), step.name


def test_another_parameter_is_shown_at_the_same_place(show):
    ex = bp.articles.example("2-3-2")
    stepper = bp.Stepper(ex.network, ex.x, ex.target, wrt="w7")
    s = show(stepper)
    for step, (old, new) in itertools.product(
        (0, 9, 14, 15, 17, 19), (("w7", "w9"), ("w7", "w1"), ("w1", "b2"), ("b1", "w7"))
    ):
        stepper.wrt = old
        stepper.step = step
        s.field("Derive").select_option(old)
        s.root.get_by_role("slider", name="Step", exact=True).fill(str(step))
        stepper.wrt = new
        s.field("Derive").select_option(new)
        assert s.counter.split(" / ")[0] == str(stepper.step + 1), (step, old, new)


def test_paths_of_descent_are_alike(show):
    net = bp.Network([[[1.5, 2.0]]], activations="linear")
    for rate, steps in ((0.02, 50), (0.19, 30), (0.25, 12)):
        widget = bp.LossSurface(net, [1, 3], [1], learning_rate=rate, steps=steps)
        s = show(widget)
        a, b, error = widget.path[-1]
        told = s.page.locator(".bpv-values").inner_text()
        shown = [shown_number(value, 6) for value in (a, b, error)]
        assert told.endswith(f"= {shown[0]}, w1,2(1) = {shown[1]}, E = {shown[2]}.")
        assert s.page.locator(".bpv-told").inner_text() == widget.verdict


def test_formulas_of_decisions_are_printed_as_they_are_evaluated(browser):
    """Line widths, and which class an output chooses: one formula each, evaluated by Python and printed for the page."""
    from bpviz.views.decisions import ROOM, rightness

    rng = random.Random(1)
    widths = [(rng.uniform(-3, 3), rng.uniform(0, 3)) for _ in range(100)] + [(100.0, 0.1), (0.0, 0.0), (1.0, 0.0)]
    outputs = [[rng.choice([0.1, 0.5, 0.9, rng.random()]) for _ in range(3)] for _ in range(100)]
    rooms = [(0.3, 0.8, 0.5, 2), (0.0, 0.0, 0.6, 3), (1.0, 1.0, 0.0, 1), (0.2, 0.2, 1.0, 1)]
    page = browser.new_page()
    got = page.evaluate(
        """async ([module, widths, outputs, rooms]) => {
            const m = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
            const right = outputs.map((v) => [m.right0(v), m.right1(v), m.right2(v)]);
            return [widths.map((v) => m.lineWidth(v)), right, rooms.map((v) => m.madeRoom(v))];
        }""",
        [program({**LINES, **ROOM, **rightness(3)}), widths, outputs, rooms],
    )
    page.close()
    assert got[0] == pytest.approx([line_width(value, largest) for value, largest in widths], rel=1e-12)
    assert max(got[0]) <= 5.5
    assert got[2] == pytest.approx([0.3 / 0.8 * 0.5, 0.2, 0.0, 1.0])
    for out, classes in zip(outputs, got[1]):
        assert classes.index(1) == int(np.argmax(out))
        assert sum(classes) == 1


KNOWN = ["net_h1", "out_h1", "dE_total/dw7", "dE_total/dout_o1", "w7", "w7_new", "w_ab", "wab", "E_total", "W1[1,2]"]


def outcome(function, *arguments):
    try:
        return function(*arguments)
    except ValueError as error:
        return f"refused: {error}"


def test_what_is_answered_is_found_alike(modules):
    texts = [f"{name}{sign}{value}" for name in [*KNOWN, "dE/dw_7", "NET_H1", "∂E/∂w7", "unknown", ""]
             for sign in ("=", " = ", " ≈ ") for value in ("0.078", "0.5*2 = 1.", "7.8·10⁻²", "w7 + 1")]  # fmt: skip
    expected = [outcome(answer_in, text, "dE_total/dw7", KNOWN) for text in texts]
    found = modules.evaluate(
        """async ([grammar, texts, known]) => {
            const { answerIn } = await import("/shared/typed.js");
            const one = (text) => { try { return answerIn(grammar, text, "dE_total/dw7", known); } catch (error) { return `refused: ${error.message}`; } };
            return texts.map(one);
        }""",
        [grammar(), texts, KNOWN],
    )
    assert found == expected
    assert any(one.startswith("refused") for one in expected)


def test_the_same_name_is_suggested(modules):
    rng = random.Random(8)
    words = [*KNOWN, "nett_h1", "outh2", "W7x", "zzzz", "q"]
    for _ in range(300):
        name = list(rng.choice(KNOWN))
        name[rng.randrange(len(name))] = rng.choice("abw_17")
        words.append("".join(name))
    expected = [str(outcome(read_formula, word, KNOWN)) for word in words]
    found = modules.evaluate(
        """async ([grammar, words, known]) => {
            const { readFormula } = await import("/shared/typed.js");
            const one = (word) => { try { readFormula(grammar, word, known); return "read"; } catch (error) { return `refused: ${error.message}`; } };
            return words.map(one);
        }""",
        [grammar(), words, KNOWN],
    )
    for word, python, page in zip(words, expected, found, strict=True):
        assert page == (python if python.startswith("refused") else "read"), word
    assert sum("did you mean" in one for one in expected) > 20
