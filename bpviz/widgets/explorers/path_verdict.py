"""What a path of descent shows, as formulas: Python evaluates them, and SymPy prints them for the page.

A path is gone along point by point, and each point moves a summary on; of the summary the verdicts are made.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ...formula.arithmetic import evaluate
from ...formula.tree import Cases, Expression, Function, Number, Quantity
from ...views.decisions import Formulas
from ...words.catalogue import say

Point = tuple[float, float, float]

#: The error at the beginning and at the end, the lengths of the first step, of the last and of the whole way, and how
#: often the error rises; then whether the numbers grow too large, half the width of the picture, and where the error
#: would be at the end with `FASTER` times the rate.
MOVED = ("begin", "end", "first", "last", "way", "rises")
SUMMARY = (*MOVED, "blown", "span", "faster")

#: How much larger the rate is by which it is tried whether a larger one gets further.
FASTER = 2

_begin, _end, _first, _last, _way, _rises, _blown, _span, _faster = (Quantity(name) for name in SUMMARY)

#: The next point: its error, how far it is away along both axes, and which step leads there, from 1.
NEXT = ("error", "across", "up", "number")
_error, _across, _up, _number = (Quantity(name) for name in NEXT)
_length = Function("sqrt", (_across**2 + _up**2,))

#: What becomes of the summary at the next point.
ON: dict[str, Expression] = {
    "begin": _begin,
    "end": _error,
    "first": Cases(Number(2) - _number, _length, _first),
    "last": _length,
    "way": _way + _length,
    "rises": _rises + Cases(_error - _end * (1 + 1e-9), Number(1), Number(0)),
}


def _both(one: Expression, other: Expression) -> Expression:
    """Above 0 where both are."""
    return Cases(one, other, one)


#: What a path shows: the first of these whose formula is above 0 is told, by the key of its sentence.
VERDICTS: dict[str, Expression] = {
    "blows_up": _blown,
    "ends_higher": _end - 1.001 * _begin,
    "leaps": _first - 2 * _span,
    "flat": 1e-300 - _way,
    "overshoots": _rises,
    "converges": 0.001 * _way - _last,
    "crawls": _both(_end - 0.5 * _begin, _end - _faster),
    "creeps": _end - 0.5 * _begin,
    "on_its_way": Number(1),
}


def judging() -> Formulas:
    """The formulas of a page: ``moved0``, ... go on to the next point, ``verdict0``, ... judge the summary."""
    moved: Formulas = {f"moved{n}": (ON[name], (*MOVED, *NEXT)) for n, name in enumerate(MOVED)}
    return moved | {f"verdict{n}": (condition, SUMMARY) for n, condition in enumerate(VERDICTS.values())}


def sentences() -> list[str]:
    """What the verdicts say, in their order."""
    return [say(f"surface.{key}") for key in VERDICTS]


def summary(path: Sequence[Point], blown: bool, span: float, faster: float) -> dict[str, float]:
    """What the verdicts are made from, for a path of (first parameter, second parameter, error)."""
    error = path[0][2]
    found = dict(zip(MOVED, (error, error, 0.0, 0.0, 0.0, 0.0), strict=True))
    with np.errstate(all="ignore"):  # a leap may be longer than a float holds
        for number, (before, after) in enumerate(pairwise(np.array(path)), start=1):
            point = (after[2], after[0] - before[0], after[1] - before[1], np.float64(number))
            known = found | dict(zip(NEXT, point, strict=True))
            found = {name: evaluate(formula, known) for name, formula in ON.items()}
    return {name: float(value) for name, value in found.items()} | {
        "blown": float(blown),
        "span": span,
        "faster": faster,
    }


def verdict(found: dict[str, float]) -> str:
    """What a path with this summary shows, in a sentence."""
    with np.errstate(all="ignore"):
        return next(say(f"surface.{key}") for key, condition in VERDICTS.items() if evaluate(condition, found) > 0)
