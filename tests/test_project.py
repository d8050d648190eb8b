"""The project itself: style, types, layers, dependencies, and what must never be committed."""

from __future__ import annotations

import ast
import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import bpviz

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "bpviz"

#: The house, from the ground up: a folder imports from those named beside it and from no others, also in functions.
#: `steps` and `calculus` stand side by side, so that the witnesses can be seen to know nothing of what they judge.
HOUSE = {
    "words": (),
    "formula": ("words",),
    "networks": ("formula", "words"),
    "proofs": ("formula", "words"),
    "steps": ("networks", "formula", "words"),
    "calculus": ("networks", "formula", "words"),
    "views": ("steps", "calculus", "proofs", "networks", "formula", "words"),
    "derivation": ("views", "steps", "calculus", "proofs", "networks", "formula", "words"),
    "exchange": ("calculus", "networks", "words"),
    "training": ("derivation", "views", "calculus", "networks", "words"),
    "articles": ("training", "derivation", "views", "calculus", "networks", "formula", "words"),
    "teaching": ("articles", "derivation", "views", "steps", "calculus", "networks", "formula", "words"),
    "widgets": (
        "exchange",
        "training",
        "teaching",
        "articles",
        "derivation",
        "views",
        "steps",
        "calculus",
        "networks",
        "formula",
        "words",
    ),
    "publish": (
        "widgets",
        "exchange",
        "training",
        "teaching",
        "articles",
        "derivation",
        "views",
        "steps",
        "calculus",
        "networks",
        "formula",
        "words",
    ),
}

#: Within the widgets: what is shared is below all, and the stepper below those that show one.
WIDGETS = {
    "shared": (),
    "stepper": ("shared",),
    "layers": ("stepper", "shared"),
    "steppers.py": ("layers", "stepper", "shared"),
    "quiz": ("shared",),
    "explorers": ("stepper", "shared"),
    "trainer": ("stepper", "shared"),
    "builder": ("stepper", "shared"),
}

#: What conda-forge calls differently.
CONDA_NAMES = {"matplotlib": "matplotlib-base", "playwright": "playwright-python"}


def run(*command):
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)


def test_ruff_finds_nothing():
    for command in (("ruff", "check", "."), ("ruff", "format", "--check", ".")):
        ran = run(*command)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_oxlint_finds_nothing():
    ran = subprocess.run([Path(sys.executable).with_name("oxlint"), "bpviz"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
    assert re.search(r"on [1-9]\d+ files", ran.stdout), "it read nothing"


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="alarms are Unix's")
def test_a_test_that_hangs_is_stopped_each_time_that_hypothesis_tries_it_again():
    until, again = signal.getitimer(signal.ITIMER_REAL)
    assert 0 < until <= 300
    assert 0 < again <= 10


def test_mypy_strict_finds_nothing():
    ran = run("mypy")
    assert ran.returncode == 0, ran.stdout


def python_imports(path):
    """The files of the package that a module imports, wherever in it: at the top, in functions, for type checkers."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not any(alias.name.startswith("bpviz") for alias in node.names), f"{path}: imports are relative"
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = path.parents[node.level - 1]
            for part in (node.module or "").split("."):
                folder = folder / part if part else folder
            for alias in node.names:
                inner = folder / alias.name
                yield next(
                    file
                    for file in (
                        inner.with_suffix(".py"),
                        inner / "__init__.py",
                        folder.with_suffix(".py"),
                        folder / "__init__.py",
                    )
                    if file.is_file()
                )


def javascript_imports(path):
    """The files that a module imports or exports from, as its syntax tree has them."""
    import tree_sitter_javascript
    from tree_sitter import Language, Parser

    tree = Parser(Language(tree_sitter_javascript.language())).parse(path.read_bytes())
    waiting = [tree.root_node]
    while waiting:
        node = waiting.pop()
        assert node.type != "ERROR", f"{path}, line {node.start_point.row + 1} is no JavaScript"
        waiting += node.children
        if node.type in ("import_statement", "export_statement") and (source := node.child_by_field_name("source")):
            yield (path.parent / source.text.decode().strip("\"'")).resolve()


SOURCES = sorted(path for suffix in ("*.py", "*.js") for path in PACKAGE.rglob(suffix))


def arrows():
    """Every import between files of the package."""
    for path in SOURCES:
        found = python_imports(path) if path.suffix == ".py" else javascript_imports(path)
        yield from ((path, used) for used in dict.fromkeys(found))


def broken(path, used):
    """The rule that an arrow breaks, as a sentence; "" if it keeps all."""
    own, other = (file.relative_to(PACKAGE).parts for file in (path, used))
    if len(own) == 1:
        return ""  # the package's face hands names on
    if len(other) == 1:
        return "" if other == ("__init__.py",) else "what stands outside the folders is imported by nobody"
    if own[0] != other[0] and other[0] not in HOUSE[own[0]]:
        return f"{own[0]} may import from {', '.join(HOUSE[own[0]]) or 'no folder'}, not from {other[0]}"
    if own[0] == other[0] == "widgets" and own[1] != other[1] and len(own) > 2 and other[1] not in WIDGETS[own[1]]:
        return f"widgets/{own[1]} may import from {', '.join(WIDGETS[own[1]]) or 'no widget'}, not from {other[1]}"
    return ""


def test_arrows_point_down():
    found = [(path, used, broken(path, used)) for path, used in arrows()]
    assert len(found) > 300
    assert [
        f"{path.relative_to(PACKAGE)} -> {used.relative_to(PACKAGE)}: {why}" for path, used, why in found if why
    ] == []


def test_no_files_import_each_other_in_a_circle():
    ahead = {}
    for path, used in arrows():
        if path.name != "__init__.py" and used.name != "__init__.py":
            ahead.setdefault(path, set()).add(used)
    done, way = set(), []

    def visit(path):
        assert path not in way, " -> ".join(str(p.relative_to(PACKAGE)) for p in [*way[way.index(path) :], path])
        if path not in done:
            way.append(path)
            for used in ahead.get(path, ()):
                visit(used)
            way.pop()
            done.add(path)

    for path in ahead:
        visit(path)


@pytest.mark.parametrize(
    ("own", "other", "rule"),
    [
        ("steps/trail.py", "calculus/passes.py", "steps may import from networks, formula, words, not from calculus"),
        ("calculus/passes.py", "steps/step.py", "calculus may import from networks, formula, words, not from steps"),
        ("formula/tree.py", "networks/network.py", "formula may import from words, not from networks"),
        (
            "widgets/shared/page.py",
            "widgets/stepper/script.py",
            "widgets/shared may import from no widget, not from stepper",
        ),
    ],
)
def test_an_arrow_that_points_up_is_named_with_its_rule(own, other, rule):
    assert broken(PACKAGE / own, PACKAGE / other) == rule


def test_an_import_inside_a_function_is_seen(tmp_path):
    hidden = PACKAGE / "steps" / "step.py"
    path = tmp_path / "bpviz" / "steps" / "x.py"
    path.parent.mkdir(parents=True)
    (path.parent / "step.py").touch()
    path.write_text("def f():\n    from .step import Step\n")
    assert [used.name for used in python_imports(path)] == [hidden.name]


def test_files_are_short():
    """A file fits in 300 lines, and a function on a screen."""
    for path in SOURCES:
        count = len(path.read_text(encoding="utf-8").splitlines())
        assert count <= 300, f"{path.relative_to(PACKAGE)} has {count} lines"
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    own = node.end_lineno - node.body[min(1, len(node.body) - 1)].lineno
                    assert own <= 60, f"{path.relative_to(PACKAGE)}: {node.name} has {own} lines"


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
    """What pyproject.toml asks for, by conda-forge's names: {name: lower bound}; but for what measures beside them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {
        name: extra
        for name, extra in project["optional-dependencies"].items()
        if name not in ("peers", "care", "docs", "lite")
    }
    listed = [*project["dependencies"], *(r for extra in extras.values() for r in extra)]
    pairs = dict(
        re.fullmatch(r"([A-Za-z0-9_.-]+)(>=[0-9.]+(?:,<[0-9.]+)?)", requirement).groups() for requirement in listed
    )
    return {**pairs, "python": project["requires-python"]}


def test_the_library_asks_for_what_it_imports_and_for_nothing_else():
    """Jupyter's applications and the tests' tools are extras."""
    imported = set()
    for path in sorted((ROOT / "bpviz").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(node.module.partition(".")[0])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {requirement.partition(">=")[0] for requirement in project["dependencies"]}
    # what anywidget makes are ipywidgets, and with them comes IPython
    lite = {
        "jupyterlite_core",
        "jupyterlite_pyodide_kernel",
        "packaging",
        "jupyter_core",
    }  # an extra, and of JupyterLab
    assert imported - set(sys.stdlib_module_names) - lite - {"IPython"} | {"ipywidgets"} == asked


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


def test_binder_installs_what_the_library_and_the_notebooks_need():
    import yaml

    environment = yaml.safe_load((ROOT / ".binder" / "environment.yml").read_text(encoding="utf-8"))
    listed = dict(entry.partition(" ")[::2] for entry in environment["dependencies"])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = [one for one in project["optional-dependencies"]["lab"] if not one.startswith("nbval")]
    pairs = (re.fullmatch(r"([A-Za-z0-9_.-]+)(>=[0-9.]+)", one).groups() for one in [*project["dependencies"], *extra])
    wanted = {CONDA_NAMES.get(name, name): bound for name, bound in pairs}
    assert listed == {**wanted, "python": "=3.12", "pip": ""}
    assert os.access(ROOT / ".binder" / "postBuild", os.X_OK)


def test_the_version_is_the_same_wherever_it_stands():
    import yaml

    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == bpviz.__version__
    assert (
        re.search(r"^## (\S+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[1]
        == bpviz.__version__
    )


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


#: Where code is made and run: of formulas whose every name bpviz made.
RUNS_CODE = {"sympy_witness.py": {"lambdify"}, "compiled.py": {"exec"}}


def test_user_text_never_reaches_eval_exec_or_sympify():
    for path in PACKAGE.rglob("*.py"):
        allowed = RUNS_CODE.get(path.name, set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                assert called not in {"eval", "exec", "sympify", "parse_expr", "lambdify", "S"} - allowed, path


def test_javascript_does_no_mathematics_of_its_own():
    """But for the formulas that a learner types into a page: somebody must do there what they say."""
    for path in PACKAGE.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert path.name == "typed.js" or not re.search(r"Math\.(exp|log|tanh|pow|sqrt)|\*\*", text), path


def test_the_makefile_lists_its_targets():
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True).stdout
    for target in ("lab", "test", "lint", "clean"):
        assert re.search(rf"make {target}\s+\S", listed)


def test_the_font_comes_with_its_licence():
    text = (PACKAGE / "widgets" / "shared" / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in text.upper()
