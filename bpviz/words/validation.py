"""What may come in.  Each function returns clean data or raises with one sentence naming the argument."""

import math
from collections.abc import Collection
from decimal import Decimal
from difflib import get_close_matches
from numbers import Real
from typing import Any, NoReturn, TypeVar

import numpy as np
from numpy.typing import NDArray

Kind = TypeVar("Kind")
FloatArray = NDArray[np.floating[Any]]

#: Among so many names a near miss is looked for: comparing takes longer than anything else does with a name.
MOST_COMPARED = 1000

#: Fewer numbers than these take NumPy longer than Python.
FEW = 30

#: So many of the names that there are are said, where there is none of that name.
MOST_LISTED = 12


def shorten(value: object, limit: int = 60) -> str:
    """A value as it may stand in a message: one line, not too long."""
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # Python prints no whole number of more than 4300 digits
        return "a number of thousands of digits"
    return text if len(text) <= limit else text[: limit - 3] + "..."


def wrong_type(value: object, argument: str, expected: str) -> TypeError:
    """The refusal of a value of another type."""
    return TypeError(f"{argument} must be {expected}, not {type(value).__name__} ({shorten(value)})")


def of_type(value: object, kinds: type[Kind] | tuple[type[Kind], ...], argument: str, expected: str) -> Kind:
    """`value` if it is of one of these types."""
    if not isinstance(value, kinds):
        raise wrong_type(value, argument, expected)
    return value


def real_array(value: object, argument: str, ndim: int | tuple[int, ...]) -> FloatArray:
    """`value` as an array of finite real numbers (float32 stays float32) with `ndim` dimensions.

    Raises
    ------
    TypeError
        Where something other than a real number stands.
    ValueError
        For ragged rows, NaN or infinite numbers, no numbers at all, or the wrong number of dimensions.
    """
    allowed = (ndim,) if isinstance(ndim, int) else ndim
    if type(value) is np.ndarray and value.dtype.char in "fd" and value.ndim in allowed and value.size:
        array = value.copy()
        return array if is_finite(array) else _not_finite(array, argument)
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{argument} must be a plain array, not a masked one: fill it first")
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{argument} has rows of unequal length: {shorten(value)}") from None
    if array.dtype.kind not in "iuf":
        array = np.asarray(value, dtype=object)
        for item in array.ravel():
            if isinstance(item, (list, tuple, np.ndarray)):
                raise ValueError(f"{argument} has rows of unequal length: {shorten(value)}")
            real_number(item, argument)
        array = array.astype(np.float64)
    if array.dtype.char in "fd":
        array = array.copy()
    else:
        with np.errstate(over="ignore"):
            array = array.astype(np.float64)
    if array.ndim not in allowed:
        wanted = " or ".join(f"{n}-D" for n in allowed)
        raise ValueError(f"{argument} must be {wanted}, but it has shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"{argument} must hold at least one number, but it has shape {array.shape}")
    return array if is_finite(array) else _not_finite(array, argument)


def _not_finite(array: FloatArray, argument: str) -> NoReturn:
    raise ValueError(f"{argument} must hold finite numbers only, but it has {array[~np.isfinite(array)][0]}")


def is_finite(*arrays: NDArray[Any]) -> bool:
    """Whether arrays hold finite numbers only."""
    total = 0.0  # is finite only where all numbers are, though it may overflow by itself
    for array in arrays:  # few are quickest added up by Python, of many their squares
        total += sum(array.ravel().tolist()) if array.size < FEW else squares(array)
    return math.isfinite(total) or all(np.isfinite(array).all() for array in arrays)


def squares(*arrays: NDArray[Any]) -> float:
    """The sum of the squares of all numbers in some arrays; infinite or NaN where that is too large for a float."""
    # unlike other products this one says nothing of what overflows; of columns it would make a copy
    return float(sum([np.vdot(array, array) for array in arrays]))


def fitting(array: FloatArray, argument: str, dtype: np.dtype[Any]) -> FloatArray:
    """Finite numbers in another float type; ValueError if one is too large for it."""
    if array.dtype == dtype:
        return array
    with np.errstate(over="ignore"):
        cast = array.astype(dtype)
    if not is_finite(cast):
        raise ValueError(f"{argument} has {array[~np.isfinite(cast)][0]:g}, which is too large for {dtype}")
    return cast


def real_number(value: object, argument: str) -> float:
    """`value` as a finite Python float.

    Raises
    ------
    TypeError
        If it is not a real number (a text, a truth value, None, ...).
    ValueError
        If it is NaN, infinite, or too large for a float.
    """
    if type(value) is float and math.isfinite(value):
        return value
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, (bool, np.bool_)) or not _is_real(value):
        raise wrong_type(value, argument, "a number")
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:
        raise ValueError(f"{argument} must be a finite number, but it is too large for a float") from None
    if not math.isfinite(number):
        raise ValueError(f"{argument} must be a finite number, not {number}")
    return number


def _is_real(value: object) -> bool:
    """Whether something is a real number: of Python, NumPy, `fractions`, `decimal`, or SymPy."""
    if isinstance(value, (Real, Decimal)):
        return True
    return type(value).__module__.startswith("sympy.") and getattr(value, "is_number", False) and bool(value.is_real)  # type: ignore[attr-defined]


def positive_number(value: object, argument: str) -> float:
    """`value` as a finite float above zero."""
    number = real_number(value, argument)
    if number <= 0:
        raise ValueError(f"{argument} must be above zero, not {number}")
    return number


def whole(value: object, argument: str) -> int:
    """`value` as an int."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise wrong_type(value, argument, "a whole number")
    return int(value)


def whole_number(value: object, argument: str, low: int, high: int) -> int:
    """`value` as an int from `low` to `high`."""
    number = whole(value, argument)
    if not low <= number <= high:
        raise ValueError(f"{argument} must be from {low} to {high}, not {shorten(number)}")
    return number


def listed(value: object, argument: str, expected: str) -> list[Any]:
    """What a collection holds, as a list; a text is none."""
    no_list = isinstance(value, (str, bytes)) or (isinstance(value, np.ndarray) and not value.ndim)
    if no_list or not isinstance(value, (Collection, np.ndarray)):
        raise wrong_type(value, argument, expected)
    return list(value)


def text_given(value: object, argument: str) -> str:
    """`value` if it is a text that can be written down."""
    text = of_type(value, str, argument, "a text")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{argument} must be a text, but no text has the sign {text[error.start]!a}") from None
    return text


def truth(value: object, argument: str) -> bool:
    """`value` if it is True or False."""
    return bool(of_type(value, (bool, np.bool_), argument, "True or False"))


def one_of(value: object, argument: str, choices: Collection[str]) -> str:
    """`value` if it is one of the `choices`; the message suggests a near miss.

    Examples
    --------
    >>> one_of("sigmiod", "activations", ["sigmoid", "tanh"])
    Traceback (most recent call last):
        ...
    ValueError: activations: there is no 'sigmiod' (did you mean 'sigmoid'?); there are sigmoid, tanh
    """
    if not isinstance(value, str):
        raise wrong_type(value, argument, "a name")
    if value not in choices:
        known = list(choices)
        near = get_close_matches(value, known[:MOST_COMPARED], n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        short = [name if len(name) <= 40 else f"{name[:37]}..." for name in known[:MOST_LISTED]]
        names = ", ".join([*short, f"and {len(known) - len(short)} more"] if len(known) > len(short) else short)
        raise ValueError(f"{argument}: there is no {shorten(value)}{hint}; there are {names}")
    return value
