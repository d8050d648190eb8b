"""The command line: what it lists, does and refuses, in this process and installed in an empty environment."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

import bpviz as bp
from bpviz.publish.command import main

from .networks import only_thorough

ROOT = Path(__file__).parent.parent
COMMANDS = ("notebooks", "export", "site", "lite", "moodle", "code")


def test_without_a_command_it_says_what_it_can_do(capsys):
    assert main([]) == 0
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines() if line.startswith("    ") and line[4] != " "] == [*COMMANDS]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_more_with_help(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"usage: bpviz {command}" in capsys.readouterr().out


def test_the_notebooks_are_copied_and_nothing_is_written_over(tmp_path, capsys):
    assert main(["notebooks", str(tmp_path / "deep" / "mine")]) == 0
    copied = sorted(path.name for path in (tmp_path / "deep" / "mine").glob("*.ipynb"))
    assert copied == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert (tmp_path / "deep" / "mine" / "pytorch" / "grad.json").exists()
    (tmp_path / "deep" / "mine" / "00_start_here.ipynb").write_text("my work")
    capsys.readouterr()
    assert main(["notebooks", str(tmp_path / "deep" / "mine")]) == 1
    assert "which may hold work" in capsys.readouterr().err
    assert (tmp_path / "deep" / "mine" / "00_start_here.ipynb").read_text() == "my work"


def test_a_stepper_is_exported_of_an_example_and_of_a_file(tmp_path, capsys):
    page = tmp_path / "page.html"
    assert main(["export", "2-3-2", str(page), "--wrt", "w7", "--notation", "z_a"]) == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    bp.initialise((2, 3, 1), seed=1).save(tmp_path / "net.json")
    assert (
        main(["export", str(tmp_path / "net.json"), str(page), "--x", "1,-2", "--target", "0.5", "--by", "layer"]) == 0
    )
    assert capsys.readouterr().out.count("is written") == 2


def test_questions_are_written(tmp_path):
    file = tmp_path / "q.xml"
    assert (
        main(
            ["moodle", str(file), "--example", "2-2-1", "--seeds", "2", "--question", "net_h1", "--question", "out_h1"]
        )
        == 0
    )
    assert len(Xml.parse(file).findall("question[@type='numerical']")) == 4


def test_a_program_is_printed(capsys):
    assert main(["code", "2-2-2", "pytorch"]) == 0
    ex = bp.articles.example("2-2-2")
    assert capsys.readouterr().out == bp.code(ex.network, ex.x, ex.target, 0.5, "pytorch", frozen=ex.frozen)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "2-3", "p.html"], "network: there is no '2-3' (did you mean '2-3-2'?)"),
        (["export", "none.json", "p.html", "--x", "1", "--target", "1"], "none.json"),
        (["export", "2-3-2", "p.html", "--wrt", "w77"], "wrt: there is no 'w77'"),
        (["export", "2-3-2", "p.html", "--learning-rate", "0"], "learning_rate must be above zero"),
        (["moodle", "q.xml", "--seeds", "0"], "seeds must be from 1 to 500, not 0"),
        (["code", "2-3-2", "scikit-learn"], "library: in scikit-learn every unit has a bias of its own"),
        (["code", "net.json", "numpy"], "a network from a file needs --x and --target"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert len(told.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [["dance"], ["export"], ["code", "2-3-2", "fortran"], ["export", "2-3-2", "p", "--x", "a"]]
)
def test_what_nobody_understands_is_exit_code_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: bpviz" in capsys.readouterr().err


def test_every_package_is_in_the_wheel():
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "bpviz").rglob("*.py")}
    ours = {".".join(folder.parts) for folder in folders}
    assert set(packages) == ours | {"bpviz.notebooks", "bpviz.notebooks.pytorch"}


@only_thorough
@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_installed_in_an_empty_environment_it_does_what_it_says(kind, tmp_path):
    made = tmp_path / "made"
    if kind == "wheel":
        run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", made, ROOT)
    else:
        backend = f"import os, setuptools.build_meta as b; os.makedirs({str(made)!r}); b.build_sdist({str(made)!r})"
        venv.create(tmp_path / "builder", with_pip=True)
        run(tmp_path / "builder" / "bin" / "python", "-m", "pip", "install", "--quiet", "setuptools>=77")
        run(tmp_path / "builder" / "bin" / "python", "-c", backend, cwd=ROOT)
    (archive,) = made.iterdir()
    venv.create(tmp_path / "empty", with_pip=True)
    python = tmp_path / "empty" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", archive)
    here = tmp_path / "here"
    here.mkdir()
    assert "notebooks" in run(python, "-m", "bpviz", cwd=here)
    assert "20 files" in run(python, "-m", "bpviz", "notebooks", "mine", cwd=here)
    run(python.with_name("bpviz"), "export", "2-3-2", "page.html", cwd=here)
    run(python, "-m", "bpviz", "moodle", "questions.xml", "--seeds", "2", cwd=here)
    assert run(python, "-c", run_code(python, here), cwd=here).startswith("loss ")
    assert sorted(path.name for path in here.iterdir()) == ["mine", "page.html", "questions.xml"]


def run_code(python, here):
    return run(python, "-m", "bpviz", "code", "2-3-2", "numpy", cwd=here)


def run(*command, cwd=None):
    ran = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
