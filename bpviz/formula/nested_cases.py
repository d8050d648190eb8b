"""Cases in SymPy whose test holds cases itself, as where one ReLU follows another.

``sympy.Piecewise`` first solves such a test for the set in which it is true, which for a ReLU behind a sigmoid can take
longer than anyone waits.  Here the test is left as it stands until it is a number.
"""

from typing import Any

import sympy as sp


class NestedCases(sp.Function):  # type: ignore[misc]  # SymPy has no types
    """``above`` where ``test`` is above zero (or zero, where ``inclusive`` is 1), else ``otherwise``.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> inner = sp.Piecewise((x, x > 0), (0, True))
    >>> relu = NestedCases(inner - 1, 0, inner - 1, 0)
    >>> relu.subs(x, 3), relu.subs(x, sp.Rational(1, 2)), relu.diff(x).subs(x, 3)
    (2, 0, 1)
    """

    nargs = 4

    @classmethod
    def eval(cls, test: Any, inclusive: Any, above: Any, otherwise: Any) -> Any:
        """The case that holds, as soon as the test is a number."""
        if test.free_symbols or test is sp.nan or test.is_extended_real is False:
            return None
        holds = sp.Ge(test, 0) if inclusive else sp.Gt(test, 0)
        return above if holds == sp.true else otherwise if holds == sp.false else None

    def _eval_derivative(self, symbol: Any) -> Any:
        test, inclusive, above, otherwise = self.args
        return NestedCases(test, inclusive, above.diff(symbol), otherwise.diff(symbol))

    def _told(self, printer: Any) -> tuple[str, str, str, str]:
        """The test, how it is compared, and both cases, as a printer writes them."""
        test, inclusive, above, otherwise = self.args
        return printer._print(test), ">=" if inclusive else ">", printer._print(above), printer._print(otherwise)

    def _sympystr(self, printer: Any) -> str:
        test, sign, above, otherwise = self._told(printer)
        return f"Piecewise(({above}, {test} {sign} 0), ({otherwise}, True))"

    def _latex(self, printer: Any, exp: Any = None) -> str:
        test, sign, above, otherwise = self._told(printer)
        sign = r"\geq" if sign == ">=" else ">"
        rows = rf"{above} & \text{{for}}\: {test} {sign} 0 \\{otherwise} & \text{{otherwise}}"
        cases = rf"\begin{{cases}} {rows} \end{{cases}}"
        return cases if exp is None else rf"\left({cases}\right)^{{{exp}}}"

    def _pythoncode(self, printer: Any) -> str:
        test, sign, above, otherwise = self._told(printer)
        return f"(({above}) if ({test}) {sign} 0 else ({otherwise}))"

    def _pretty(self, printer: Any) -> Any:
        return printer.emptyPrinter(str(self))

    _mpmathcode = _lambdacode = _pythoncode

    def _numpycode(self, printer: Any) -> str:
        test, sign, above, otherwise = self._told(printer)
        where = printer._module_format("numpy.where")
        return f"{where}(({test}) {sign} 0, {above}, {otherwise})"
