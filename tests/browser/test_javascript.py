"""The printed program against NumPy, on random networks."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

import bpviz as bp
from bpviz.views.javascript import program
from bpviz.widgets.shared.page import esm

from ..networks import often, output_activations

pytestmark = pytest.mark.browser

RUN = """async (cases) => {
    const answers = [];
    for (const { module, given, size } of cases) {
        const { run } = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
        const values = new Float64Array(size);
        values.set(given);
        run(values);
        answers.push([...values].map((value) => Number.isFinite(value) ? value : String(value)));
    }
    return answers;
}"""


def random_derivation(rng, random_name):
    """Any architecture, activations, loss, biases, one sample or a batch, one parameter or all."""
    sizes = [rng.randint(1, 3) for _ in range(rng.randint(2, 4))]
    loss = rng.choice(sorted(bp.LOSSES))
    functions = [rng.choice(sorted(bp.ACTIVATIONS)) for _ in sizes[2:]] + [rng.choice(output_activations(loss))]
    draw = np.random.default_rng(rng.randrange(2**32))
    size = rng.choice([0.1, 1, 1, 3, 20])  # now and then far into saturation
    weights = [draw.uniform(-size, size, (n, m)) for m, n in itertools.pairwise(sizes)]
    biases = [rng.choice([None, 0.3, draw.uniform(-1, 1, n)]) for n in sizes[1:]]
    net = bp.Network(weights, biases, functions, loss)
    shape = rng.choice([(), (2,)])
    target = draw.uniform(0.05, 0.95, (*shape, sizes[-1]))
    if loss == "categorical_cross_entropy":
        target = target / target.sum(axis=-1, keepdims=True)
    wrt = rng.choice([None, random_name(list(net.parameters))])
    rule = rng.choice([None, None, bp.Momentum(0.5), bp.Adam(0.5, 0.75, 0.01)])
    return bp.derive(net, draw.uniform(-2, 2, (*shape, sizes[0])), target, wrt, learning_rate=0.5, optimiser=rule)


def test_javascript_and_numpy_agree_on_random_networks(browser):
    rng = random.Random(11)
    derivations = [random_derivation(rng, rng.choice) for _ in range(often(1000))]
    cases = [
        {"module": program(run=(list(d.given), d.steps)), "given": list(d.given.values()), "size": len(d.values)}
        for d in derivations
    ]
    page = browser.new_page()
    answers = page.evaluate(RUN, cases)
    page.close()
    compared = 0
    for derivation, answer in zip(derivations, answers, strict=True):
        for (name, expected), found in zip(derivation.values.items(), answer, strict=True):
            where = f"{name} of {derivation!r}"
            if not np.isfinite(expected):
                assert str(found).replace("Infinity", "inf").lower() == str(float(expected)), where
                continue
            assert abs(found - expected) <= 1e-12 * max(1.0, abs(expected)), where
            compared += 1
    assert compared > often(20_000)


def test_functions_that_javascript_lacks_never_overflow(browser):
    page = browser.new_page()
    module = program() + "export { softplus, log_sum_exp };"
    got = page.evaluate(
        """async (module) => {
            const m = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
            return [m.softplus(1000), m.softplus(-1000), m.softplus(0), m.log_sum_exp(1000, 1000), m.log_sum_exp(-5, -1e4)];
        }""",
        module,
    )
    page.close()
    assert got == pytest.approx([1000, 0, np.log(2), 1000 + np.log(2), -5], rel=1e-15)


WIDGET_MODULES = [
    "stepper/stepper",
    "quiz/quiz",
    "trainer/trainer",
    "builder/builder",
    "explorers/activations",
    "explorers/depth",
    "explorers/surface",
]


@pytest.mark.parametrize("name", WIDGET_MODULES)
def test_a_widget_is_one_module_that_imports_nothing(browser, name):
    """The files are joined in the order in which they need each other, each in a scope of its own."""
    page = browser.new_page()
    exported = page.evaluate(
        """async (module) => {
            const m = await import(URL.createObjectURL(new Blob([module], { type: "text/javascript" })));
            return [typeof m.default.render, typeof m.localModel];
        }""",
        esm(name),
    )
    page.close()
    assert exported == ["function", "function"]


@pytest.mark.parametrize("name", WIDGET_MODULES)
def test_the_files_of_a_widget_load_as_they_are_written(modules, name):
    assert modules.evaluate("async (name) => typeof (await import(`/${name}.js`)).default.render", name) == "function"
