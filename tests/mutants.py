"""How many small changes to the code the tests notice: ``make mutants``.

mutmut makes the changes, some 12,000 of them, and finds out which tests go through each changed function.  Those are run
here, for each change in a process of its own: the code keeps much that it once computed, and a change that comes later
would go unseen.  All of them take days; a draw of a few hundred takes an hour and tells the share to two or three percent.

Left out of the draw, and counted by themselves, are changes of nothing but a ``strict=True`` of zip, made None, False or
left away, and of a ``strict=False`` made None or left away: the first differ only where lists differ in length, which is
never so here, or the code would raise an error already; the others never differ.
"""

from __future__ import annotations

import ast
import json
import math
import os
import random
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tqdm import tqdm

from bpviz.views.table import Table

ROOT = Path(__file__).parent.parent
MADE = ROOT / "mutants"

#: Exit codes of pytest that say nothing about the change, but that it was called wrongly.
MISUSED = (3, 4, 5)


def mutmut(*arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    )
    return run.stdout + run.stderr


def all_changes() -> list[str]:
    """The names of all changes that mutmut made."""
    found: list[str] = []
    for file in sorted((MADE / "bpviz").rglob("*.meta")):
        found += json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
    return sorted(found)


class WithoutStrict(ast.NodeTransformer):
    """Takes `strict` out of every call of zip, and counts those that were True."""

    def __init__(self) -> None:
        self.true = 0

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "zip":
            for keyword in node.keywords:
                self.true += isinstance(keyword.value, ast.Constant) and keyword.value.value is True
            node.keywords = []  # it takes no other
        return node


def only_strict(original: str, changed: str) -> bool:
    """Whether two functions are the same but that zip asks less of the second one's lists.

    >>> only_strict("zip(a, b, strict=True)", "zip(a, b, strict=None)"), only_strict("zip(a, strict=False)", "zip(a, )")
    (True, True)
    >>> only_strict("zip(a, strict=False)", "zip(a, strict=True)"), only_strict("zip(a, b)", "zip(a, None)")
    (False, False)
    """
    bare = WithoutStrict(), WithoutStrict()
    first, second = (ast.dump(it.visit(ast.parse(text))) for it, text in zip(bare, (original, changed)))
    return first == second and bare[0].true >= bare[1].true


def of_strict_alone(changes: list[str]) -> set[str]:
    """The changes that only ask less of a zip."""
    found: set[str] = set()
    for module in {change.rpartition(".")[0] for change in changes}:
        text = (MADE / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
        functions: dict[str, str] = {}
        for node in ast.walk(ast.parse(text)) if "strict=" in text else ():
            if isinstance(node, ast.FunctionDef) and "__mutmut_" in node.name:
                name, node.name = node.name, "_"
                functions[name] = ast.unparse(node)
        for name, changed in functions.items():
            original = functions[f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"]
            if changed != original and "strict=" in original and only_strict(original, changed):
                found.add(f"{module}.{name}")
    return found & set(changes)


class Tests:
    """Which tests go through which function, and how long they took: the quickest first.

    Cases of one test notice much the same, so each waits a little longer than the one before.
    """

    WAIT = 0.02

    def __init__(self) -> None:
        known = json.loads((MADE / "mutmut-stats.json").read_text(encoding="utf-8"))
        self.seconds: dict[str, float] = known["duration_by_test"]
        self.by_function: dict[str, list[str]] = known["tests_by_mangled_function_name"]

    def of(self, change: str) -> list[str]:
        function = change.rpartition("__mutmut_")[0]
        before: Counter[str] = Counter()
        turns: dict[str, float] = {}
        for test in sorted(self.by_function.get(function, ()), key=lambda test: (self.seconds.get(test, 0.0), test)):
            name = test.partition("[")[0]
            turns[test] = self.seconds.get(test, 0.0) + self.WAIT * before[name]
            before[name] += 1
        return sorted(turns, key=turns.__getitem__)


def outcome(change: str, tests: list[str], seconds: float) -> str:
    """What the tests make of a change: killed, timeout, survived, or no test."""
    if not tests:
        return "no test"
    command = [sys.executable, "-m", "pytest", "--rootdir=.", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "MUTANT_UNDER_TEST": change}
    try:
        run = subprocess.run(
            command, cwd=MADE, env=environment, check=False, capture_output=True, text=True, timeout=60 + 6 * seconds
        )
    except subprocess.TimeoutExpired:
        return "timeout"
    gone = (
        "not found:" in run.stdout + run.stderr
    )  # the change took cases away that are made from what the code computes
    if gone or "loading conftest" in run.stderr or "Traceback" in run.stderr:
        return "killed"
    if run.returncode in MISUSED:
        raise RuntimeError(f"{change}: {run.stdout[-2000:]}{run.stderr[-2000:]}")
    return "survived" if run.returncode == 0 else "killed"


def main(count: int, seed: int) -> int:
    if not (MADE / "mutmut-stats.json").exists():
        print(mutmut("run", "nothing*")[-300:])  # makes the changes, and runs all tests once
    changes, tests = all_changes(), Tests()
    left_out = of_strict_alone(changes)
    changes = [change for change in changes if change not in left_out]
    drawn = random.Random(seed).sample(changes, min(count, len(changes)))

    def told(change: str) -> str:
        chosen = tests.of(change)
        found = outcome(change, chosen, sum(tests.seconds.get(test, 0.0) for test in chosen))
        if found in ("survived", "no test"):
            print(f"{found}: {change}\n{mutmut('show', change)}", flush=True)
        return found

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        kinds = Counter(tqdm(pool.map(told, drawn), total=len(drawn), leave=False))
    share = (kinds["killed"] + kinds["timeout"]) / len(drawn)
    print(
        Table((f"of {len(drawn)} of {len(changes)} changes", "number"), [(k, str(n)) for k, n in kinds.most_common()])
    )
    print(f"left out: {len(left_out)} changes that only ask less of a zip whose lists are of one length")
    print(f"noticed: {100 * share:.1f} %, give or take {196 * math.sqrt(share * (1 - share) / len(drawn)):.1f}")
    return 0 if share >= 0.95 else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 400, int(sys.argv[2]) if len(sys.argv) > 2 else 0))
