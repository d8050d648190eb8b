"""A worksheet as an nbgrader assignment: a cell to answer in for every blank, and a hidden test behind it."""

from collections.abc import Mapping
from typing import Any

from ..articles.example import Example
from ..derivation.derive import Derivation
from ..formula.digits import round_number
from ..networks.exercise import exercise
from ..steps.step import PHASES, Step
from ..teaching.verdict import ROUNDING, unit
from ..views.latex import latex, names_latex
from ..views.layout import label_box
from ..words.catalogue import say

#: What is smaller than this is what floats leave of numbers that cancel.
NOTHING = 1e-12

#: So many digits of a right number are written.
WRITTEN = 15

#: The version of nbgrader's metadata that is written.
SCHEMA = 3


def assignment(title: str, example: Example, steps: list[tuple[Derivation, Step]], digits: int) -> dict[str, Any]:
    """The notebook, as the dict that ``nbformat`` reads: format 4.5, not run.

    Solutions stand between the marks that ``nbgrader generate_assignment`` takes out, and so do the tests, each of
    which is worth a point: an answer is right within half of the last of `digits` significant digits.
    """
    given = exercise(example.network, example.x, example.target, example.learning_rate)
    derivation = steps[0][0]
    forward = [step for _, step in steps if step.kind in ("net", "out")]
    loss = str(example.network.loss).replace("_", " ")
    functions = ", ".join(dict.fromkeys(str(f) for f in example.network.activations))
    rate = f"{example.learning_rate:g}"
    setting = say("worksheet.setting", activations=functions, loss=loss, rate=rate, digits=digits)
    cells = [
        _words(f"# {title}\n\n{setting}\n\n{say('assignment.how')}\n\n$$\n{names_latex(derivation, forward)}\n$$"),
        _code(f"given = {_written(given.numbers)}\nanswers = {{}}", "given", locked=True),
    ]
    for phase in PHASES:
        inside = [(own, step) for own, step in steps if step.phase == phase]
        cells += [_words(f"## {say(f'phases.{phase}')}")] if inside else []
        for own, step in inside:
            number = len(cells)
            cells += _blank(own, step, digits, number)
    for n, cell in enumerate(cells):
        cell["id"] = f"cell-{n:03}"
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _blank(derivation: Derivation, step: Step, digits: int, number: int) -> list[dict[str, Any]]:
    """The name of a quantity, the cell for its value, and the test of it."""
    name = repr(step.name)
    right = 0.0 if abs(step.value) < NOTHING else float(str(round_number(step.value, WRITTEN)))
    reach = ROUNDING * unit(right, digits)
    solved = f"answers[{name}] = {right!r}"
    test = f"assert abs(float(answers[{name}]) - {right!r}) <= {reach!r}"
    return [
        _words(f"${latex(label_box(derivation.label(step.name)))}$: `answers[{name}]`"),
        _code(f"### BEGIN SOLUTION\n{solved}\n### END SOLUTION", f"answer-{number}", solution=True),
        _code(f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS", f"test-{number}", grade=True, locked=True),
    ]


def _written(numbers: Mapping[str, float]) -> str:
    lines = "".join(f"    {name!r}: {float(value)!r},\n" for name, value in numbers.items())
    return f"{{\n{lines}}}"


def _words(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(
    text: str, grade_id: str, *, grade: bool = False, solution: bool = False, locked: bool = False
) -> dict[str, Any]:
    marks: dict[str, Any] = {"grade": grade, "grade_id": grade_id, "locked": locked, "schema_version": SCHEMA}
    marks |= {"solution": solution, "task": False, **({"points": 1} if grade else {})}
    metadata = {"nbgrader": marks}
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": text}
