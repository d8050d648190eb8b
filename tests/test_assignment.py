"""A worksheet as an nbgrader assignment: the solutions pass its tests, and a version without them does not."""

from __future__ import annotations

import json
import re

import nbformat
import pytest

import bpviz as bp


def sheets(name="2-2-1", **more):
    return bp.worksheet(bp.articles.example(name), students=3, **more)


def code(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def graded(notebook, change=lambda name, value: value):
    """Which of the tests pass, in their order, with every solution's number changed."""
    namespace, passed = {}, []
    for cell in code(notebook):
        source = re.sub(
            r"(answers\[(.*)\] = )(.*)\n", lambda m: f"{m[1]}{change(eval(m[2]), float(m[3]))!r}\n", cell["source"]
        )
        try:
            exec(source, namespace)
        except AssertionError:
            passed.append(False)
        else:
            passed += [True] if cell["metadata"]["nbgrader"]["grade"] else []
    return passed


@pytest.mark.parametrize("name", ["2-2-1", "2-3-2", "2-2-2"])
def test_it_is_a_notebook_with_the_marks_of_nbgrader(name):
    notebook = sheets(name).notebook()
    nbformat.validate(nbformat.from_dict(notebook))
    marks = [cell["metadata"]["nbgrader"] for cell in code(notebook)]
    assert len({mark["grade_id"] for mark in marks}) == len(marks)
    for mark in marks:
        assert set(mark) - {"points"} == {"grade", "grade_id", "locked", "schema_version", "solution", "task"}
        assert ("points" in mark) == mark["grade"]
        assert not (mark["grade"] and mark["solution"])


def test_nbgrader_finds_it_valid(tmp_path):
    nbgrader = pytest.importorskip("nbgrader.nbgraderformat", reason="nbgrader is not installed (make test-peers)")
    for name in ("2-2-1", "2-3-2", "2-2-2"):
        path = sheets(name).save_notebook(tmp_path / f"{name}.ipynb")
        nbgrader.MetadataValidator().validate_nb(nbformat.read(path, as_version=4))


@pytest.mark.parametrize("digits", [3, 4, 12, 13, 15])
def test_its_solutions_pass_all_its_tests(digits):
    for student in (1, 2, 3):
        passed = graded(sheets("2-3-2", digits=digits).notebook(student))
        answers = {name: float(text) for name, text in sheets("2-3-2", digits=digits).answers(student).items()}
        assert all(graded(sheets("2-3-2", digits=digits).notebook(student), lambda name, _, own=answers: own[name]))
        assert len(passed) == len(sheets("2-3-2").steps(student))
        assert all(passed)


def test_answers_rounded_as_asked_for_pass_and_one_digit_less_fails():
    some = sheets("2-3-2", digits=4)
    answers = {name: float(text) for name, text in some.answers(1).items()}
    assert all(graded(some.notebook(), lambda name, _: answers[name]))
    short = graded(some.notebook(), lambda _, value: float(f"{value:.2g}"))
    assert sum(short) < len(short) / 4


def test_a_wrong_sign_fails_every_test_but_of_what_is_zero():
    passed = graded(sheets().notebook(), lambda _, value: -value)
    assert not any(passed)


def test_what_students_get_has_neither_solutions_nor_tests():
    notebook = sheets().notebook()
    for cell in code(notebook):
        marks = cell["metadata"]["nbgrader"]
        if marks["solution"]:
            assert re.fullmatch(r"### BEGIN SOLUTION\n.*\n### END SOLUTION", cell["source"])
        if marks["grade"]:
            assert re.fullmatch(r"### BEGIN HIDDEN TESTS\n.*\n### END HIDDEN TESTS", cell["source"])


def test_a_saved_assignment_reads_back(tmp_path):
    some = sheets()
    path = some.save_notebook(tmp_path / "deep" / "assignment.ipynb", student=2)
    assert json.loads(path.read_text(encoding="utf-8")) == some.notebook(2)


def test_a_student_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="student must be"):
        sheets().notebook(4)


def test_names_of_others_stay_text_there():
    net = bp.Network([[[0.5, -0.25]]], [[0.1]], weight_names=[[["'] = 0; hacked = 1 #", "b"]]], bias_names=[["c"]])
    example = bp.articles.example("2-2-1")
    from dataclasses import replace

    own = replace(example, network=net, x=(0.5, 1.0), target=(1.0,), printed={})
    passed = graded(bp.worksheet(own, students=1, parameters=["b"]).notebook())
    assert all(passed)
