"""How long a derivation takes: beside composing the loss and differentiating it, and as networks grow."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

import bpviz as bp

from .timing import Measured, seconds, shown


def network(*sizes: int) -> tuple[bp.Network, Any, Any]:
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(n, m)) for m, n in itertools.pairwise(sizes)]
    net = bp.Network(weights, [rng.normal(size=n) for n in sizes[1:]])
    return net, rng.normal(size=sizes[0]), rng.uniform(size=sizes[-1])


def beside_sympy() -> Measured:
    """Every parameter of 4-8-8-3: the derivation, and sympy.diff of the composed loss."""
    import sympy as sp

    net, x, target = network(4, 8, 8, 3)

    def composed() -> None:
        s = bp.symbolic(net)
        for name in net.parameters:
            sp.diff(s.loss, s.symbols[name])

    works = {
        "derive: numbers": lambda: bp.derive(net, x, target, learning_rate=0.5),
        "derive: numbers and symbols": lambda: bp.derive(net, x, target, learning_rate=0.5).sympy(),
        "sympy.diff of the loss": composed,
    }
    took = {name: seconds(work, 1 if "diff" in name else 5) for name, work in works.items()}
    first = took["derive: numbers"]
    rows = [(name, shown(each), f"{each / first:,.1f}") for name, each in took.items()]
    return Measured("Every parameter of 4-8-8-3", ("what", "took", "times derive"), rows)


def growth() -> Measured:
    """Seconds and steps per parameter, from small to large: linear if the last columns stay level."""
    table = Measured("Growth of derive", ("network", "parameters", "steps per parameter", "time per parameter"))
    sizes = ((4, 8, 3), (4, 8, 8, 3), (8, 16, 16, 4), (16, 32, 32, 8), (32, 64, 64, 16))
    counts, times = [], []
    for shape in sizes:
        net, x, target = network(*shape)
        count = len(net.parameters)
        counts.append(count)
        times.append(seconds(lambda net=net, x=x, target=target: bp.derive(net, x, target), 5))
        steps = len(bp.derive(net, x, target).steps) / count
        table.rows.append(("-".join(map(str, shape)), f"{count:,}", f"{steps:.2f}", shown(times[-1] / count)))
    exponent = np.polyfit([math.log(n) for n in counts], [math.log(t) for t in times], 1)[0]
    table.notes.append(f"Time grows with the number of parameters to the power {exponent:.2f}.")
    return table


def importing() -> Measured:
    """What ``import bpviz`` costs, beside NumPy alone and beside SymPy."""
    took = {
        what: seconds(lambda what=what: subprocess.run([sys.executable, "-c", f"import {what}"], check=True), 5)
        for what in ("numpy", "bpviz", "sympy")
    }
    rows = [(name, shown(each), f"{each / took['numpy']:.2f}") for name, each in took.items()]
    return Measured("Import", ("module", "took", "times NumPy"), rows)


def where_programs_give_way() -> Measured:
    """The derivation as a program beside the array lines: what `training.engines.REACH` is set by."""
    from bpviz.training.engines import REACH, ArrayLines, ByProgram

    table = Measured(
        "Where the program gives way to the array lines",
        ("network", "samples at once", "samples times parameters over layers", "program over arrays"),
        notes=[f"Training goes by the program up to {REACH}."],
    )
    for sizes, n in (
        ((2, 3, 2), 4),
        ((2, 3, 2), 8),
        ((2, 8, 1), 8),
        ((4, 8, 3), 4),
        ((8, 16, 4), 1),
        ((4, 8, 8, 3), 4),
    ):
        net = bp.initialise(sizes)
        rng = np.random.default_rng(0)
        x, target = rng.uniform(size=(n, sizes[0])), rng.uniform(size=(n, sizes[-1]))
        theta = net.layout.vector(net.weights, net.biases)
        arrays, program = ArrayLines(net, x, target), ByProgram(net, x, target, frozenset())
        with np.errstate(all="ignore"):
            ratio = seconds(lambda p=program, t=theta: [p.gradient(t) for _ in range(500)]) / seconds(
                lambda a=arrays, t=theta: [a.gradient(t) for _ in range(500)]
            )
        reach = n * len(net.layout) / net.depth
        table.rows.append(("-".join(map(str, sizes)), str(n), f"{reach:.0f}", f"{ratio:.2f}"))
    return table


def tables() -> Iterator[Measured]:
    yield beside_sympy()
    yield growth()
    yield where_programs_give_way()
    yield importing()
