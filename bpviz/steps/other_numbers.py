"""The same list of steps in other arithmetics: exact numbers, as many digits as wanted, SymPy's formulas."""

from collections.abc import Collection, Mapping
from typing import Any

from ..formula.arithmetic import Arithmetic, evaluate, exact, multiprecision
from ..formula.tree import Quantity, has_functions
from ..networks.activation import Activation
from .step import Step, one_by_one

#: So many digits beside those that are asked for are carried, more and more.
CARRIED = tuple(30 * 2**n for n in range(6))

#: So many numbers are taken.
MOST_NUMBERS = 20_000

#: Exact values go through so many layers whose outputs are no fractions.
MOST_NESTED = 5

Steps = tuple[Step, ...]


def exact_values(steps: Steps, given: Mapping[str, float], activations: Collection[Activation]) -> dict[str, Any]:
    """What is given and every step as SymPy numbers, a float being the decimal that it is written as."""
    _check_size("exact()", steps, given)
    nested = sum(has_functions(f.output([Quantity("net")], 0)) for f in activations)
    if nested > MOST_NESTED:
        raise ValueError(
            f"net has {nested} layers of exponentials, each within all that follow, and exact() takes at most "
            f"{MOST_NESTED}; try evaluate(50)"
        )
    return _in(exact(), steps, given)


def to_digits(steps: Steps, given: Mapping[str, float], digits: int) -> dict[str, Any]:
    """What is given and every step to so many digits, as SymPy Floats."""
    import mpmath
    import sympy as sp

    _check_size("evaluate()", steps, given)
    earlier: dict[str, Any] = {}
    # Cancellation costs digits, nobody knows how many: more and more are carried until the answer stays.
    for carried in CARRIED:
        with mpmath.workdps(digits + carried):
            found = _in(multiprecision(), steps, given)
            close = mpmath.mpf(10) ** (-digits - 2)
            now = {step.name: found[step.name] for step in steps}
            moves = {name for name, v in now.items() if abs(v - earlier.get(name, mpmath.inf)) > close * abs(v)}
            if not moves:
                break
            earlier = now
    return {name: sp.Float(0 if name in moves else value, digits) for name, value in found.items()}


def as_sympy(steps: Steps, given: Collection[str]) -> dict[str, Any]:
    """Every step's formula as a SymPy expression in the symbols of earlier names."""
    import sympy as sp

    _check_size("sympy()", steps, given)
    symbols = {name: sp.Symbol(name, real=True) for name in (*given, *(step.name for step in steps))}
    return {step.name: evaluate(step.expression, symbols, exact()) for step in one_by_one(steps, len(given))}


def _in(arithmetic: Arithmetic, steps: Steps, given: Mapping[str, float]) -> dict[str, Any]:
    values = {name: arithmetic.number(value) for name, value in given.items()}
    for step in one_by_one(steps, len(given)):
        values[step.name] = evaluate(step.expression, values, arithmetic)
    return values


def _check_size(what: str, steps: Steps, given: Collection[str]) -> None:
    if (count := len(steps) + len(given)) > MOST_NUMBERS:
        raise ValueError(
            f"net and x are too large for {what}, which takes at most {MOST_NUMBERS:,} numbers, not {count:,}"
        )
