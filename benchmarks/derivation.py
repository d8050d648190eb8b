"""How long a derivation takes, beside composing the loss and differentiating it, in the same run.

Run with ``make bench``.  Only ratios mean anything; the seconds depend on the machine.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

import bpviz as bp


def seconds(work: Callable[[], Any], least: int = 3) -> float:
    """The best of a few runs."""
    best = float("inf")
    for _ in range(least):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def network(*sizes: int) -> tuple[bp.Network, Any, Any]:
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(n, m)) for m, n in itertools.pairwise(sizes)]
    net = bp.Network(weights, [rng.normal(size=n) for n in sizes[1:]])
    return net, rng.normal(size=sizes[0]), rng.uniform(size=sizes[-1])


def beside_sympy() -> Table:
    """Every parameter of 4-8-8-3: the derivation, and sympy.diff of the composed loss."""
    import sympy as sp

    net, x, target = network(4, 8, 8, 3)
    numeric = seconds(lambda: bp.derive(net, x, target, learning_rate=0.5))
    both = seconds(lambda: bp.derive(net, x, target, learning_rate=0.5).sympy())

    def composed() -> None:
        s = bp.symbolic(net)
        for name in net.parameters:
            sp.diff(s.loss, s.symbols[name])

    composing = seconds(composed, least=1)
    table = Table("every parameter of 4-8-8-3", "seconds", "times the derivation", title="Derivation and sympy.diff")
    for what, took in (
        ("derive: numbers", numeric),
        ("derive: numbers and symbols", both),
        ("sympy.diff of the loss", composing),
    ):
        table.add_row(what, f"{took:.4f}", f"{took / both:.1f}")
    return table


def growth() -> Table:
    """Seconds and steps per parameter, from small to large: linear if the last columns stay level."""
    table = Table("network", "parameters", "steps per parameter", "time per parameter (first = 1)", title="Growth")
    first = None
    for sizes in ((4, 8, 3), (4, 8, 8, 3), (8, 16, 16, 4), (16, 32, 32, 8), (32, 64, 64, 16)):
        net, x, target = network(*sizes)
        took = seconds(lambda net=net, x=x, target=target: bp.derive(net, x, target)) / len(net.parameters)
        steps = len(bp.derive(net, x, target).steps) / len(net.parameters)
        first = first or took
        table.add_row("-".join(map(str, sizes)), str(len(net.parameters)), f"{steps:.2f}", f"{took / first:.2f}")
    return table


def importing() -> Table:
    """What ``import bpviz`` costs, beside NumPy alone and beside SymPy."""
    table = Table("import", "seconds", "times NumPy", title="Import")
    base = 0.0
    for what in ("numpy", "bpviz", "sympy"):
        took = seconds(lambda what=what: subprocess.run([sys.executable, "-c", f"import {what}"], check=True), 5)
        base = base or took
        table.add_row(what, f"{took:.3f}", f"{took / base:.2f}")
    return table


if __name__ == "__main__":
    console = Console()
    for measured in (beside_sympy(), growth(), importing()):
        console.print(measured)
