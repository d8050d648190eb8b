"""How a number is written: to so many significant digits, the same in every view.

The pages' JavaScript follows the same rules; a browser test holds the two against each other.
"""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ..words.validation import whole_number

MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Digits:
    """A rounded number: sign, the digits with their point, and a power of ten if it has one."""

    negative: bool
    mantissa: str
    exponent: int | None = None

    @property
    def typeset(self) -> str:
        """As a drawing writes it: with a minus sign, and a power of ten as such."""
        sign = "−" if self.negative else ""
        if self.exponent is None:
            return sign + self.mantissa
        times = "" if self.mantissa == "1" else f"{self.mantissa}·"
        return f"{sign}{times}10{str(self.exponent).translate(RAISED)}"

    def __str__(self) -> str:
        power = "" if self.exponent is None else f"e{self.exponent:+03d}"
        return ("-" if self.negative else "") + self.mantissa + power


#: The signs of a power as it is set.
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def check_digits(digits: int) -> int:
    """`digits` if it is a whole number from 1 to 15."""
    return whole_number(digits, "digits", 1, MOST_DIGITS)


def round_number(value: float, digits: int) -> Digits:
    """`value` to `digits` significant digits, without trailing zeros; ties round away from zero.

    Small whole numbers stay whole; what is below 1e-5, or has more places before the point than `digits`, gets a
    power of ten.

    Examples
    --------
    >>> [str(round_number(v, 4)) for v in (0.91293423, 10.0, 123456, 1234567.8, 2.918e-7, -0.5)]
    ['0.9129', '10', '123456', '1.235e+06', '2.918e-07', '-0.5']
    """
    if math.isnan(value):
        return Digits(False, "undefined")
    negative = value < 0
    size = abs(value)
    if math.isinf(size):
        return Digits(negative, "∞")
    if size == int(size) and size < 1e7:
        return Digits(negative, str(int(size)))
    mantissa, exponent = _rounded(size, digits)
    return Digits(negative, _strip(mantissa), exponent)


def _rounded(size: float, digits: int) -> tuple[str, int | None]:
    """The digits of a positive number with their point, and its power of ten if it needs one."""
    exact = Decimal(size)
    rounded = exact.quantize(Decimal(1).scaleb(exact.adjusted() - digits + 1), rounding=ROUND_HALF_UP)
    exponent = rounded.adjusted()
    return (f"{rounded:f}", None) if -5 <= exponent < digits else (f"{rounded.scaleb(-exponent):f}", exponent)


def full_number(value: float, digits: int) -> Digits:
    """A finite number to so many significant digits, all of them written, noughts too.

    Examples
    --------
    >>> [str(full_number(v, 4)) for v in (0.75, -2.0, 0.0, 2.5e-7)]
    ['0.7500', '-2.000', '0', '2.500e-07']
    """
    return Digits(value < 0, *_rounded(abs(value), digits)) if value else Digits(False, "0")


def shown_number(value: float, digits: int) -> str:
    """A number as a drawing writes it, with a minus sign and powers of ten.

    Examples
    --------
    >>> shown_number(-0.123456789, 3), shown_number(2.5e-11, 3), shown_number(1e-6, 3)
    ('−0.123', '2.5·10⁻¹¹', '10⁻⁶')
    """
    return round_number(value, digits).typeset


def _strip(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
