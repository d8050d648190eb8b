"""The value of a formula in any arithmetic: float64, exact numbers and symbols, fifty digits, or a program to print."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial, reduce
from operator import add, mul
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tree import Cases, Expression, Function, Negative, Number, Power, Product, Quantity, Quotient, Stable, Sum

#: A sum and a product, one number after the other.
_FROM_LEFT = {sign: partial(reduce, sign) for sign in (add, mul)}


@dataclass(frozen=True)
class Arithmetic:
    """A number system a formula can be evaluated in; ``+ - * / **`` are the numbers' own.

    `total` and `product` add and multiply several numbers, from left to right unless it has a better way.
    """

    number: Callable[[float], Any]
    functions: Mapping[str, Callable[..., Any]]
    choose: Callable[[Any, bool, Any, Any], Any]
    uses_stable_form: bool
    total: Callable[[Iterable[Any]], Any] = _FROM_LEFT[add]
    product: Callable[[Iterable[Any]], Any] = _FROM_LEFT[mul]


def _choose_by_sign(test: Any, inclusive: bool, above: Any, otherwise: Any) -> Any:
    return above if test > 0 or (inclusive and test == 0) else otherwise


FLOAT64 = Arithmetic(
    number=np.float64,
    functions={
        "exp": np.exp,
        "log": np.log,
        "tanh": np.tanh,
        "softplus": lambda x: np.logaddexp(0.0, x),
        "log_sum_exp": lambda *xs: np.logaddexp.reduce(xs),
        "max": lambda *xs: np.max(xs),
        "sqrt": np.sqrt,
    },
    choose=_choose_by_sign,
    uses_stable_form=True,
)


def decimal_fraction(value: float) -> tuple[int, int]:
    """The decimal a float is written as, as a fraction in lowest terms.

    Examples
    --------
    >>> decimal_fraction(0.35)
    (7, 20)
    """
    return Decimal(str(value)).as_integer_ratio()


@cache
def exact() -> Arithmetic:
    """SymPy's arithmetic: rational numbers, symbols, and functions left standing."""
    import sympy as sp

    from .nested_cases import NestedCases

    def choose(test: Any, inclusive: bool, above: Any, otherwise: Any) -> Any:
        if isinstance(test, sp.Basic) and test.has(sp.Piecewise, NestedCases):
            return NestedCases(test, int(inclusive), above, otherwise)
        condition = sp.Ge(test, 0) if inclusive else sp.Gt(test, 0)
        return sp.Piecewise((above, condition), (otherwise, True))

    return Arithmetic(
        number=lambda value: sp.Rational(*decimal_fraction(value)),
        functions={
            "exp": sp.exp,
            "log": sp.log,
            "tanh": sp.tanh,
            "softplus": lambda x: sp.log(1 + sp.exp(x)),
            "log_sum_exp": lambda *xs: sp.log(sp.Add(*(sp.exp(x) for x in xs))),
            "max": sp.Max,
            "sqrt": sp.sqrt,
        },
        choose=choose,
        uses_stable_form=False,
        total=lambda terms: sp.Add(*terms),  # at once: one after the other takes the square of the time
    )


@cache
def multiprecision() -> Arithmetic:
    """mpmath's arithmetic, at whatever precision is set when it is used."""
    import mpmath

    def quotient(value: float) -> Any:
        above, below = decimal_fraction(value)
        return mpmath.mpf(above) / below

    return Arithmetic(
        number=quotient,
        functions={
            "exp": mpmath.exp,
            "log": mpmath.log,
            "tanh": mpmath.tanh,
            "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
            "log_sum_exp": lambda *xs: mpmath.log(mpmath.fsum(mpmath.exp(x) for x in xs)),
            "max": max,
            "sqrt": mpmath.sqrt,
        },
        choose=_choose_by_sign,
        uses_stable_form=True,
    )


def evaluate(x: Expression, values: Mapping[str, Any], arithmetic: Arithmetic = FLOAT64) -> Any:
    """The value of a formula, given the values of the names in it.

    Parameters
    ----------
    x : Expression
    values : mapping from each name to a number of the arithmetic
    arithmetic : Arithmetic
        float64 unless told otherwise.  Dividing by zero or overflowing gives inf or nan there, as IEEE 754 says.

    Examples
    --------
    >>> float(evaluate(1 / (1 + Quantity("out")), {"out": 1.0}))
    0.5
    >>> evaluate(Quantity("a") / 3, {"a": 1}, exact())
    1/3
    """
    match x:
        case Number(value=value):
            return arithmetic.number(value)
        case Quantity(name=name):
            return values[name]
        case Sum(terms=terms):
            return arithmetic.total([evaluate(term, values, arithmetic) for term in terms])
        case Product(factors=factors):
            return arithmetic.product([evaluate(factor, values, arithmetic) for factor in factors])
        case Negative(of=of):
            return -evaluate(of, values, arithmetic)
        case Quotient(above=above, below=below):
            return evaluate(above, values, arithmetic) / evaluate(below, values, arithmetic)
        case Power(base=base, exponent=exponent):
            return evaluate(base, values, arithmetic) ** exponent
        case Function(function=function, arguments=arguments):
            return arithmetic.functions[function](*(evaluate(a, values, arithmetic) for a in arguments))
        case Cases(test=test, above=above, otherwise=otherwise, inclusive=inclusive):
            sign, first, second = (evaluate(part, values, arithmetic) for part in (test, above, otherwise))
            return arithmetic.choose(sign, inclusive, first, second)
        case Stable(shown=shown, computed=computed):
            return evaluate(computed if arithmetic.uses_stable_form else shown, values, arithmetic)
        case Expression():
            return x.evaluated(values, arithmetic)
    raise TypeError(f"an expression is needed here, not {type(x).__name__}")


def exactly(x: Expression, **arrays: NDArray[Any]) -> NDArray[Any]:
    """A formula evaluated in SymPy for each element of object arrays of one shape, given by name."""
    names = list(arrays)

    def one(*values: Any) -> Any:
        return evaluate(x, dict(zip(names, values, strict=True)), exact())

    return np.asarray(np.frompyfunc(one, len(names), 1)(*arrays.values()))
