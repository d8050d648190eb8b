"""Formulas as small trees that keep the order in which they were written.

SymPy sorts the arguments of a sum or a product, so ``dE/dout * dout/dnet * dnet/dw`` would not stay in
teaching order.  These trees do, and one tree serves every purpose: it is typeset (text, LaTeX, MathML),
turned into SymPy, and evaluated in any arithmetic (`arithmetic`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


class Expression:
    """A formula.  Combine formulas with ``+ - * / **``; numbers join in as they are.

    Examples
    --------
    >>> out, target = Quantity("out"), Quantity("target")
    >>> (target - out) * out
    Product(factors=(Sum(terms=(Quantity(name='target'), Negative(of=Quantity(name='out')))), Quantity(name='out')))
    """

    __slots__ = ()

    def evaluated(self, values: Mapping[str, Any], arithmetic: Any) -> Any:
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
    """``exp``, ``log``, ``tanh``, ``sqrt``, ``max``, ``softplus`` or ``log_sum_exp`` of its arguments."""

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


@dataclass(frozen=True, slots=True)
class Dots(Expression):
    """The terms of a long sum that are not written."""


#: Of a sum of more terms than this so many of the first are written, and the last one.
MOST_WRITTEN, FIRST_WRITTEN = 16, 3


def shortened(x: Expression) -> Expression:
    """A formula whose long sums have their first terms, three dots and the last one; only to be shown.

    Examples
    --------
    >>> shortened(Sum(tuple(Quantity(f"a{n}") for n in range(1, 101)))).terms
    (Quantity(name='a1'), Quantity(name='a2'), Quantity(name='a3'), Dots(), Quantity(name='a100'))
    """
    if isinstance(x, Sum) and len(x.terms) > MOST_WRITTEN:
        return Sum((*x.terms[:FIRST_WRITTEN], Dots(), x.terms[-1]))
    return x if isinstance(x, (Quantity, Number, Dots)) else mapped(x, shortened)


def exp(x: Expression) -> Expression:
    """The exponential function of a formula."""
    return Function("exp", (x,))


def log(x: Expression) -> Expression:
    """The natural logarithm of a formula."""
    return Function("log", (x,))


def tanh(x: Expression) -> Expression:
    """The hyperbolic tangent of a formula."""
    return Function("tanh", (x,))


def root(x: Expression) -> Expression:
    """The square root."""
    return Function("sqrt", (x,))


def softplus(x: Expression) -> Expression:
    """``log(1 + exp(x))`` in a form that never overflows."""
    return Function("softplus", (x,))


def log_sum_exp(*xs: Expression) -> Expression:
    """``log(exp(x1) + exp(x2) + ...)`` in a form that never overflows."""
    return Function("log_sum_exp", xs)


def largest(*xs: Expression) -> Expression:
    """The largest of some formulas."""
    return Function("max", xs)


def size(x: Expression) -> Expression:
    """A formula without its sign."""
    return largest(x, -x)


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
    return (x.shown,) if isinstance(x, Stable) else tuple(_inside(x))


def _inside(x: Expression) -> Iterator[Expression]:
    """The same, a `Stable` one's computed form included."""
    for field in _fields(x):
        value = getattr(x, field)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Expression):
                yield part


def _fields(x: Expression) -> tuple[str, ...]:
    """What a kind of formula is made from, by name; every kind is a dataclass."""
    return x.__match_args__  # type: ignore[attr-defined, no-any-return]


def names_in(x: Expression) -> Iterator[str]:
    """Every name a formula mentions, in reading order, repeats included."""
    return _names(x, parts)


def all_names(x: Expression) -> tuple[str, ...]:
    """Every name a formula mentions, each once, those of its computed forms last."""
    return tuple(dict.fromkeys((*names_in(x), *_names(x, _inside))))


def _names(x: Expression, inside: Callable[[Expression], Iterable[Expression]]) -> Iterator[str]:
    return (part.name for part in _walk(x, inside) if isinstance(part, Quantity))


def has_cases(x: Expression) -> bool:
    """Whether a formula is one here and another one there, in any of its forms."""
    return any(isinstance(part, Cases) for part in _walk(x, _inside))


def has_functions(x: Expression) -> bool:
    """Whether a formula is more than a fraction of what it mentions: exp, log, tanh or another function is in it."""
    return any(isinstance(part, Function) for part in _walk(x, parts))


def _walk(x: Expression, inside: Callable[[Expression], Iterable[Expression]]) -> Iterator[Expression]:
    """A formula and all parts of it, in reading order."""
    ahead = [x]
    while ahead:
        here = ahead.pop()
        yield here
        if not isinstance(here, (Quantity, Number)):
            ahead += reversed(tuple(inside(here)))


def mapped(x: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The same kind of formula with each of its parts changed, in all its forms."""

    def again(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(again, value))
        return change(value) if isinstance(value, Expression) else value

    return type(x)(*(again(getattr(x, field)) for field in _fields(x)))
