"""The project itself: style, types, layers, dependencies, and what must never be committed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import bpviz

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "bpviz"

#: The house, from the ground up.  A module may import from its own floor and from those below, views and widgets
#: only lazily from above where an object shows itself (``__str__``, ``latex()``, ...).
FLOORS = [
    {"validation", "expression", "reading", "formulas", "stable", "naming", "captions"},
    {"activations", "losses"},
    {"network"},
    {"passes", "symbols", "notation"},
    {"training", "timeline", "initialising", "datasets", "steps", "mistakes"},
    {"derivation", "witnesses", "proofs", "theorems"},
    {"render"},
    {"articles"},
    {"variants", "doctor", "slips", "questions"},
    {"widgets"},
    {"export"},
    {"worksheets", "site"},
]

#: What conda-forge calls differently.
CONDA_NAMES = {"matplotlib": "matplotlib-base", "playwright": "playwright-python"}


def run(*command):
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)


def test_ruff_finds_nothing():
    for command in (("ruff", "check", "."), ("ruff", "format", "--check", ".")):
        ran = run(*command)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_mypy_strict_finds_nothing():
    ran = run("mypy")
    assert ran.returncode == 0, ran.stdout


def imports_at_load(path):
    """The bpviz modules that a module imports when it is loaded; not those in functions or for type checkers."""
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = path.parent
            for _ in range(node.level - 1):
                folder = folder.parent
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found += [(folder / name.replace(".", "/")).relative_to(PACKAGE).parts[0] for name in names]
    return found


def floor_of(name):
    return next(n for n, floor in enumerate(FLOORS) if name in floor)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows_point_down(path):
    if path == PACKAGE / "__init__.py":
        return
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for used in imports_at_load(path):
        assert floor_of(used) <= floor_of(own), f"{own} imports {used}"


def test_importing_bpviz_loads_neither_sympy_nor_matplotlib_nor_ipywidgets():
    code = (
        "import sys, bpviz; print([m for m in ('sympy', 'matplotlib', 'ipywidgets', 'anywidget') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.strip() == "[]"


def test_the_calculus_in_numbers_loads_neither_sympy_nor_matplotlib_nor_ipywidgets():
    code = (
        "import sys, bpviz as bp; ex = bp.articles.example('2-3-2');"
        "str(bp.derive(ex.network, ex.x, ex.target, wrt='w1', learning_rate=0.5));"
        "print([m for m in ('sympy', 'matplotlib', 'ipywidgets', 'anywidget') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.strip() == "[]", ran.stderr


def test_every_public_name_is_there_and_documented():
    for name in bpviz.__all__:
        assert getattr(bpviz, name).__doc__


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'bpviz' has no attribute 'Steper'"):
        _ = bpviz.Steper


def requirements():
    """What pyproject.toml asks for, by conda-forge's names: {name: lower bound}."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
    pairs = dict(re.fullmatch(r"([A-Za-z0-9_.-]+)(>=[0-9.]+)", requirement).groups() for requirement in listed)
    return {**pairs, "python": project["requires-python"]}


def test_environment_yml_asks_for_the_same_as_pyproject():
    """Parsed strictly, as conda's own grammar reads it."""
    import yaml
    from rattler import MatchSpec

    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge"]
    conda, pip = {}, {}
    for entry in environment["dependencies"]:
        if isinstance(entry, dict):
            pip = dict(re.fullmatch(r"(\S+) (\S+)", requirement).groups() for requirement in entry["pip"])
        else:
            spec = MatchSpec(entry, strict=True)
            conda[spec.name.normalized] = "" if spec.version is None else str(spec.version)
    assert "pip" in conda
    del conda["pip"]
    wanted = {CONDA_NAMES.get(name, name): bound for name, bound in requirements().items()}
    assert {**conda, **pip} == wanted


def committed():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_is_large_and_none_is_called_utils():
    for path in committed():
        assert path.stat().st_size < 1_000_000, path
        assert "utils" not in path.name, path


def test_no_registry_host_and_no_path_of_this_machine_is_committed():
    registries = re.compile(
        "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.", "anaconda" + r"\.org"])
    )
    for path in committed():
        text = path.read_text(encoding="utf-8", errors="ignore")
        assert not registries.search(text), path
        assert f"{ROOT}/" not in text, path
        assert f"{Path.home()}/" not in text, path


def test_user_text_never_reaches_eval_exec_or_sympify():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                assert called not in ("eval", "exec", "sympify", "parse_expr", "lambdify", "S"), path


def test_javascript_does_no_mathematics_of_its_own():
    """But for the formulas that a learner types into a page: somebody must do there what they say."""
    for path in PACKAGE.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert path.name == "formula.js" or not re.search(r"Math\.(exp|log|tanh|pow|sqrt)|\*\*", text), path


def test_the_makefile_lists_its_targets():
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True).stdout
    for target in ("lab", "test", "lint", "clean"):
        assert re.search(rf"make {target}\s+\S", listed)


def test_the_font_comes_with_its_licence():
    text = (PACKAGE / "widgets" / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in text.upper()
