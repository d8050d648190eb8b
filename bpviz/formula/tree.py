"""Formulas as small trees that keep the order in which they were written.

SymPy sorts the arguments of a sum or a product, so ``dE/dout * dout/dnet * dnet/dw`` would not stay in
teaching order.  These trees do, and one tree serves every purpose: it is typeset (text, LaTeX, MathML),
turned into SymPy, and evaluated in any arithmetic (float64, exact numbers, fifty digits).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Expression:
    """A formula.  Combine formulas with ``+ - * / **``; numbers join in as they are.

    Examples
    --------
    >>> out, target = Quantity("out"), Quantity("target")
    >>> error = Number(1) / Number(2) * (target - out) ** 2
    >>> float(evaluate(error, {"out": 0.75, "target": 1.0}))
    0.03125
    """

    __slots__ = ()

    def evaluated(self, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
        """The value of a kind of formula that `evaluate` does not know; such kinds say it themselves."""
        raise TypeError(f"no value for {type(self).__name__}")

    def __add__(self, other: Expression | float) -> Expression:
        return Sum((*_terms(self), *_terms(as_expression(other))))

    def __radd__(self, other: Expression | float) -> Expression:
        return as_expression(other) + self

    def __sub__(self, other: Expression | float) -> Expression:
        return Sum((*_terms(self), Negative(as_expression(other))))

    def __rsub__(self, other: Expression | float) -> Expression:
        return as_expression(other) - self

    def __mul__(self, other: Expression | float) -> Expression:
        return Product((*_factors(self), *_factors(as_expression(other))))

    def __rmul__(self, other: Expression | float) -> Expression:
        return as_expression(other) * self

    def __truediv__(self, other: Expression | float) -> Expression:
        return Quotient(self, as_expression(other))

    def __rtruediv__(self, other: Expression | float) -> Expression:
        return as_expression(other) / self

    def __pow__(self, exponent: int) -> Expression:
        return Power(self, exponent)

    def __neg__(self) -> Expression:
        return Negative(self)


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """A constant.  A float stands for the decimal it is written as: 0.1 is one tenth."""

    value: float


@dataclass(frozen=True, slots=True)
class Quantity(Expression):
    """A named quantity: an input, a parameter, or an earlier step of a derivation."""

    name: str


@dataclass(frozen=True, slots=True)
class Sum(Expression):
    """Terms added in the order they are written."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Product(Expression):
    """Factors multiplied in the order they are written."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Negative(Expression):
    """Minus something."""

    of: Expression


@dataclass(frozen=True, slots=True)
class Quotient(Expression):
    """One formula over another."""

    above: Expression
    below: Expression


@dataclass(frozen=True, slots=True)
class Power(Expression):
    """A formula to a whole power."""

    base: Expression
    exponent: int


@dataclass(frozen=True, slots=True)
class Function(Expression):
    """``exp``, ``log``, ``tanh``, ``softplus`` or ``log_sum_exp`` of its arguments."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Cases(Expression):
    """``above`` where ``test > 0`` (or ``test >= 0`` if `inclusive`), and ``otherwise`` elsewhere."""

    test: Expression
    above: Expression
    otherwise: Expression
    inclusive: bool = False


@dataclass(frozen=True, slots=True)
class Stable(Expression):
    """One quantity written twice: `shown` as a book writes it, `computed` as floats survive it.

    ``out * (1 - out)`` loses every digit when ``out`` rounds to 1; the computed form keeps them.  The
    tests prove that both forms are equal, and exact arithmetic uses the shown one.
    """

    shown: Expression
    computed: Expression


def exp(x: Expression) -> Expression:
    """The exponential function of a formula."""
    return Function("exp", (x,))


def log(x: Expression) -> Expression:
    """The natural logarithm of a formula."""
    return Function("log", (x,))


def tanh(x: Expression) -> Expression:
    """The hyperbolic tangent of a formula."""
    return Function("tanh", (x,))


def softplus(x: Expression) -> Expression:
    """``log(1 + exp(x))`` in a form that never overflows."""
    return Function("softplus", (x,))


def log_sum_exp(*xs: Expression) -> Expression:
    """``log(exp(x1) + exp(x2) + ...)`` in a form that never overflows."""
    return Function("log_sum_exp", xs)


def as_expression(value: Expression | float) -> Expression:
    """Wrap a number as a formula; a formula stays as it is."""
    return value if isinstance(value, Expression) else Number(value)


def over(x: Expression, constant: float) -> Expression:
    """A formula over a constant, which is left out where it is 1."""
    return x if constant == 1 else x / constant


def add_all(terms: list[Expression]) -> Expression:
    """The sum of one or more terms; a single term is not wrapped."""
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def multiply_all(factors: list[Expression]) -> Expression:
    """The product of one or more factors; a single factor is not wrapped."""
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


def _terms(x: Expression) -> tuple[Expression, ...]:
    return x.terms if isinstance(x, Sum) else (x,)


def _factors(x: Expression) -> tuple[Expression, ...]:
    return x.factors if isinstance(x, Product) else (x,)


def parts(x: Expression) -> tuple[Expression, ...]:
    """The formulas a formula is made of as it is shown, one level down, in reading order."""
    match x:
        case Sum(terms=inner) | Product(factors=inner) | Function(arguments=inner):
            return inner
        case Negative(of=inner_one) | Power(base=inner_one):
            return (inner_one,)
        case Quotient(above=above, below=below):
            return (above, below)
        case Cases(test=test, above=above, otherwise=otherwise):
            return (test, above, otherwise)
        case Stable(shown=shown):
            return (shown,)
    return ()


def names_in(x: Expression) -> Iterator[str]:
    """Every name a formula mentions, in reading order, repeats included."""
    if isinstance(x, Quantity):
        yield x.name
    for part in parts(x):
        yield from names_in(part)


def renamed(x: Expression, names: Mapping[str, str]) -> Expression:
    """The same formula with other names in it; both forms of a `Stable` part are renamed.

    Examples
    --------
    >>> renamed(Quantity("a") + Quantity("b"), {"a": "x", "b": "y"})
    Sum(terms=(Quantity(name='x'), Quantity(name='y')))
    """

    def again(part: Expression) -> Expression:
        return renamed(part, names)

    match x:
        case Number():
            return x
        case Quantity(name=name):
            return Quantity(names[name])
        case Sum(terms=terms):
            return Sum(tuple(map(again, terms)))
        case Product(factors=factors):
            return Product(tuple(map(again, factors)))
        case Negative(of=of):
            return Negative(again(of))
        case Quotient(above=above, below=below):
            return Quotient(again(above), again(below))
        case Power(base=base, exponent=exponent):
            return Power(again(base), exponent)
        case Function(function=function, arguments=arguments):
            return Function(function, tuple(map(again, arguments)))
        case Cases(test=test, above=above, otherwise=otherwise, inclusive=inclusive):
            return Cases(again(test), again(above), again(otherwise), inclusive)
        case Stable(shown=shown, computed=computed):
            return Stable(again(shown), again(computed))
    raise TypeError(f"an expression is needed here, not {type(x).__name__}")


def all_names(x: Expression) -> tuple[str, ...]:
    """Every name a formula mentions, each once, those of its computed forms included."""
    found: dict[str, None] = dict.fromkeys(names_in(x))
    for part in (x.computed, x.shown) if isinstance(x, Stable) else parts(x):
        found |= dict.fromkeys(all_names(part))
    return tuple(found)


@dataclass(frozen=True)
class Arithmetic:
    """A number system a formula can be evaluated in; ``+ - * / **`` are the numbers' own."""

    number: Callable[[float], Any]
    functions: Mapping[str, Callable[..., Any]]
    choose: Callable[[Any, bool, Any, Any], Any]
    uses_stable_form: bool


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
    from fractions import Fraction

    return Fraction(repr(value) if isinstance(value, float) else str(value)).as_integer_ratio()


@cache
def exact() -> Arithmetic:
    """SymPy's arithmetic: rational numbers, symbols, and functions left standing."""
    import sympy as sp

    def choose(test: Any, inclusive: bool, above: Any, otherwise: Any) -> Any:
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
        },
        choose=choose,
        uses_stable_form=False,
    )


@cache
def printable() -> Arithmetic:
    """SymPy's arithmetic in the forms that floats survive, to be printed as a program."""
    import sympy as sp

    functions = {**exact().functions, "softplus": sp.Function("softplus"), "log_sum_exp": sp.Function("log_sum_exp")}
    return Arithmetic(exact().number, functions, exact().choose, uses_stable_form=True)


@cache
def multiprecision() -> Arithmetic:
    """mpmath's arithmetic, at whatever precision is set when it is used."""
    import mpmath

    return Arithmetic(
        number=lambda value: mpmath.mpf(decimal_fraction(value)[0]) / decimal_fraction(value)[1],
        functions={
            "exp": mpmath.exp,
            "log": mpmath.log,
            "tanh": mpmath.tanh,
            "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
            "log_sum_exp": lambda *xs: mpmath.log(mpmath.fsum(mpmath.exp(x) for x in xs)),
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
    >>> float(evaluate(1 / (1 + exp(-Quantity("net"))), {"net": 0.0}))
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
            total = evaluate(terms[0], values, arithmetic)
            for term in terms[1:]:
                total = total + evaluate(term, values, arithmetic)
            return total
        case Product(factors=factors):
            product = evaluate(factors[0], values, arithmetic)
            for factor in factors[1:]:
                product = product * evaluate(factor, values, arithmetic)
            return product
        case Negative(of=of):
            return -evaluate(of, values, arithmetic)
        case Quotient(above=above, below=below):
            return evaluate(above, values, arithmetic) / evaluate(below, values, arithmetic)
        case Power(base=base, exponent=exponent):
            return evaluate(base, values, arithmetic) ** exponent
        case Function(function=function, arguments=arguments):
            return arithmetic.functions[function](*(evaluate(a, values, arithmetic) for a in arguments))
        case Cases(test=test, above=above, otherwise=otherwise, inclusive=inclusive):
            return arithmetic.choose(
                evaluate(test, values, arithmetic),
                inclusive,
                evaluate(above, values, arithmetic),
                evaluate(otherwise, values, arithmetic),
            )
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
