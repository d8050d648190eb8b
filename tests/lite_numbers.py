"""What bpviz computes, as JSON: run here and in the Python of the browser, both must print the same.

It derives, is checked by its witnesses, trains, and writes a page; test_lite.py holds the two against each other.
"""

import json
import tempfile
from pathlib import Path

import bpviz as bp


def numbers() -> dict[str, dict[str, float]]:
    found = {}
    for name, ex in bp.articles.EXAMPLES.items():
        derivation = bp.derive(ex.network, ex.x, ex.target, learning_rate=ex.learning_rate, frozen=ex.frozen)
        assert all(row.agree for row in derivation.check().rows), name
        found[name] = {quantity: float(value) for quantity, value in derivation.values.items()}
        page = bp.export_html(bp.Stepper(ex.network, ex.x, ex.target), Path(tempfile.mkdtemp(), "page.html"))
        assert page.read_text(encoding="utf-8").startswith("<!doctype html>"), name
    xor = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    for name, more in {"plain": {}, "momentum": {"momentum": 0.9}, "Adam": {"optimiser": bp.Adam()}}.items():
        run = bp.train(bp.initialise((2, 3, 1), seed=1), *xor, learning_rate=0.1, epochs=200, **more)
        found[name] = {parameter: float(value) for parameter, value in run.network.numbers.items()}
    return found


print(json.dumps(numbers()))
