"""Drawings that stand alone, at sizes from a screen's to a wall's: nothing on them covers anything."""

from __future__ import annotations

import numpy as np
import pytest

import bpviz as bp

pytestmark = pytest.mark.browser

COVERED = """() => {
    const svg = document.querySelector("svg");
    const seen = (e) => e.textContent.trim() && e.checkVisibility({ visibilityProperty: true }) && !e.closest(".bpv-behind");
    const letters = [...svg.querySelectorAll("text")].filter(seen).map((e) => {
        const { left, right, top, bottom, height } = e.getBoundingClientRect();
        return { left, right, top: top + 0.18 * height, bottom: bottom - 0.18 * height, text: e.textContent };
    });
    const apart = (a, b) => a.right < b.left + 1 || b.right < a.left + 1 || a.bottom < b.top + 1 || b.bottom < a.top + 1;
    const pairs = letters.flatMap((a, n) => letters.slice(n + 1).filter((b) => !apart(a, b)).map((b) => `${a.text} | ${b.text}`));
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    return { pairs, letters: letters.length, width, height };
}"""


@pytest.mark.parametrize("sizes", [(2, 3, 2), (2, 8, 2), (4, 8, 8, 3), (2, 10, 1), (9, 3), (2, 16, 1), (12, 12, 12)])
def test_nothing_covers_anything_on_a_drawing(browser, sizes):
    net = bp.initialise(sizes, seed=1)
    d = bp.derive(net, np.linspace(0.1, 1, sizes[0]), np.full(sizes[-1], 0.5), next(iter(net.parameters)))
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.set_content(bp.diagram(d, len(d.steps) - 1))
    found = page.evaluate(COVERED)
    page.close()
    assert found["letters"] > sum(sizes)
    assert found["pairs"] == []


def test_a_tall_layer_is_drawn_no_higher_than_a_few_screens(browser):
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.set_content(bp.diagram(bp.initialise((2, 50, 1), seed=1)))
    assert page.evaluate(COVERED)["height"] <= 1200
    assert page.locator("svg").bounding_box()["height"] <= 1600
    page.close()
