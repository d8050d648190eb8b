"""Every notebook: executed, clean, and the same again when it is run (nbval, each cell, strict)."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys

import pytest

from .run_notebooks import FOLDER, LIVE_VIEW

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
assert NOTEBOOKS


def code_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def nbval(folder, *paths, **environment):
    command = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "--nbval", "-q", "-p", "no:cacheprovider"]
    # No plugin besides nbval, and no bar that a slow machine would show while a network is trained.
    settings = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TQDM_DISABLE": "1"}
    return subprocess.run(
        [*command, "-c", os.devnull, f"--rootdir={folder}", *map(str, paths)],
        cwd=folder,
        env={**os.environ, **settings, **environment},
        capture_output=True,
        text=True,
        timeout=600,
    )


#: Several in one process, as its start takes longer than most notebooks; in a few processes, as there are several cores.
SHARES = [NOTEBOOKS[n::4] for n in range(4)]


@pytest.mark.parametrize("paths", SHARES, ids=lambda paths: "-".join(path.stem[:2] for path in paths))
def test_nbval_finds_every_output_as_committed(paths):
    ran = nbval(FOLDER, *paths)
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert f"{sum(len(code_cells(path)) for path in paths)} passed" in ran.stdout


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_is_committed_executed_in_order(path):
    assert [cell["execution_count"] for cell in code_cells(path)] == list(range(1, len(code_cells(path)) + 1))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_cell_is_exempted_and_no_widget_state_or_error_is_saved(path):
    text = path.read_text(encoding="utf-8")
    notebook = json.loads(text)
    assert not re.search(r"NBVAL|nbval-|raises-exception", text)
    assert "widgets" not in notebook["metadata"]
    assert LIVE_VIEW not in text
    assert not [o for cell in code_cells(path) for o in cell["outputs"] if o["output_type"] == "error"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_are_short_and_define_no_helpers(path):
    for cell in code_cells(path):
        source = "".join(cell["source"])
        assert len(source.splitlines()) <= 10, source
        defined = [node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        assert not defined, source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_reads_like_a_lecture(path):
    """Every code cell has words before it; there is a title, and there are exercises."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    kinds = [cell["cell_type"] for cell in cells]
    assert "".join(cells[0]["source"]).startswith("# ")
    words = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    (exercises,) = [text for text in words if text.startswith("## Exercises")]
    assert "<details><summary>Answers</summary>\n\n" in exercises
    assert "\n\n</details>" in exercises
    assert all(kinds[n - 1] == "markdown" for n, kind in enumerate(kinds) if kind == "code")


SABOTAGE = """
import bpviz.calculus.passes as passes
right = passes.errors_back
def flipped(net, z, a, target):
    delta, dW, db = right(net, z, a, target)
    return delta, [-g for g in dW], db
passes.errors_back = flipped
"""


def test_a_sign_flipped_in_backward_makes_nbval_fail(tmp_path):
    """A sitecustomize that turns the gradient round, put in the kernel's way, must be seen by nbval."""
    (tmp_path / "sitecustomize.py").write_text(SABOTAGE)
    path = next(path for path in NOTEBOOKS if path.stem.startswith("00"))
    ran = nbval(FOLDER, path, PYTHONPATH=str(tmp_path))
    assert ran.returncode == 1
    assert re.search(r"\d+ failed", ran.stdout), ran.stdout[-2000:]
    assert "dE_total" in ran.stdout or "gradient" in ran.stdout
