"""A formula as code, with its terms and factors in the order in which they are written.

Code is one more arithmetic: where floats multiply, it writes ``*``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..formula.arithmetic import Arithmetic, evaluate
from ..formula.tree import Expression

#: How tightly a piece of code holds together.
SUM, PRODUCT, POWER, WHOLE = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of code that stands for a number.

    `negated` is what a piece that begins with a minus sign is the negative of.
    """

    text: str
    holds: int = WHOLE
    negated: Code | None = None

    def within(self, least: int) -> str:
        """The text, in brackets unless it holds together at least so tightly."""
        return self.text if self.holds >= least else f"({self.text})"

    def __add__(self, other: Code) -> Code:
        if other.negated is not None:
            return Code(f"{self.within(SUM)} - {other.negated.within(PRODUCT)}", SUM)
        return Code(f"{self.within(SUM)} + {other.within(PRODUCT)}", SUM)

    def __mul__(self, other: Code) -> Code:
        negated = None if self.negated is None else self.negated * other
        return Code(f"{self.within(PRODUCT)}*{other.within(POWER)}", PRODUCT, negated)

    def __truediv__(self, other: Code) -> Code:
        negated = None if self.negated is None else self.negated / other
        return Code(f"{self.within(PRODUCT)}/{other.within(POWER)}", PRODUCT, negated)

    def __pow__(self, exponent: int) -> Code:
        return Code(f"{self.within(WHOLE)}**{exponent}", POWER)

    def __neg__(self) -> Code:
        product = self.holds == PRODUCT and self.negated is None  # (-a)*b is -(a*b), and no language reads -a**2 alike
        return Code(f"-{self.text if product else self.within(WHOLE)}", PRODUCT, negated=self)


def _number(value: float) -> Code:
    return Code(repr(value), WHOLE if value >= 0 else SUM)


def _call(function: str, *arguments: Code) -> Code:
    return Code(f"{function}({', '.join(argument.text for argument in arguments)})")


@dataclass(frozen=True)
class Language:
    """How a language calls functions, and how it chooses between two values.

    `choice` has blanks for the test, the sign that it is compared by, and the two values.
    """

    functions: Mapping[str, str]
    choice: str

    def arithmetic(self) -> Arithmetic:
        """The arithmetic that writes this language."""

        def choose(test: Code, inclusive: bool, above: Code, otherwise: Code) -> Code:
            sign = ">=" if inclusive else ">"
            return Code(self.choice.format(test=test.text, sign=sign, above=above.text, otherwise=otherwise.text))

        functions: dict[str, Callable[..., Any]] = {
            name: partial(_call, called) for name, called in self.functions.items()
        }
        return Arithmetic(_number, functions, choose, uses_stable_form=True)


_NAMES = ("exp", "log", "tanh", "sqrt", "max")
#: Functions that no language has: a program brings its own.
OWN = {"softplus": "softplus", "log_sum_exp": "log_sum_exp"}

MATH = "Math"
PYTHON = Language({**dict(zip(_NAMES, _NAMES, strict=True)), **OWN}, "({above} if {test} {sign} 0 else {otherwise})")
NUMPY = Language(
    {**{name: f"np.{name}" for name in _NAMES}, "max": "np.maximum", **OWN},
    "np.where({test} {sign} 0, {above}, {otherwise})",
)
JAVASCRIPT = Language(
    {**{name: f"{MATH}.{name}" for name in _NAMES}, **OWN}, "({test} {sign} 0 ? {above} : {otherwise})"
)

_ARITHMETICS: dict[int, Arithmetic] = {}


def code(x: Expression, names: Mapping[str, Code], language: Language) -> str:
    """A formula in a language, each quantity as the code given for its name.

    Examples
    --------
    >>> from bpviz.formula.tree import Quantity, exp
    >>> a, b = Quantity("a"), Quantity("b")
    >>> code(-(a - b) * (1 / (1 + exp(-a))) ** 2, {"a": Code("x"), "b": Code("v[1]")}, PYTHON)
    '-(x - v[1])*(1/(1 + exp(-x)))**2'
    """
    arithmetic = _ARITHMETICS.setdefault(id(language), language.arithmetic())
    text: str = evaluate(x, names, arithmetic).text
    return text
