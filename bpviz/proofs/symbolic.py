"""Formulas with indices and sums as SymPy has them, and when two of them are the same."""

from typing import Any

from ..formula.arithmetic import evaluate, exact
from ..formula.tree import Expression


def sympy_of(x: Expression) -> Any:
    return evaluate(x, {}, exact())


def equal(a: Any, b: Any) -> bool:
    """Whether two expressions are the same, up to the order of terms and the names of summed indices."""
    import sympy as sp

    difference = sp.expand(dummied(a) - dummied(b))
    return bool(difference == 0)


def dummied(x: Any) -> Any:
    """Sums with their indices renamed alike, factors without the index taken out, and finished deltas resolved."""
    import sympy as sp

    def rename(total: Any) -> Any:
        (index, low, high) = total.limits[0]
        standard = sp.Symbol("_index", integer=True)
        outside, inside = sp.factor_terms(sp.expand(total.function)).as_independent(index, as_Add=False)
        return outside * sp.Sum(inside.xreplace({index: standard}), (standard, low, high))

    return sp.expand(x).replace(lambda part: isinstance(part, sp.Sum), rename)
