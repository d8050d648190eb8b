"""Formulas that people type, read into trees: names that are known, numbers, + - * / ^, brackets, and a few functions.

Nothing is ever run: what is not in the short grammar (`grammar`) is refused with a sentence that says where.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ..words.catalogue import say
from ..words.validation import wrong_type
from .grammar import FUNCTIONS, INFIX, LIMITS, PATTERNS, PREFIX, TOGETHER, loose, loose_names, plain, trimmed
from .nearest import nearest
from .tree import Expression, Function, Number, Quantity, largest

_PATTERN = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}

#: What the signs and functions of the grammar mean.
_MEANING: dict[str, Callable[..., Expression]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "exp": lambda x: Function("exp", (x,)),
    "e": lambda x: Function("exp", (x,)),
    "ln": lambda x: Function("log", (x,)),
    "log": lambda x: Function("log", (x,)),
    "tanh": lambda x: Function("tanh", (x,)),
    "sigmoid": lambda x: 1 / (1 + Function("exp", (-x,))),
    "max": largest,
}


def refused(key: str, **blanks: object) -> ValueError:
    """The error that says why a text cannot be read."""
    return ValueError(say(f"typed.{key}", **LIMITS, **blanks))


def read_formula(text: str, names: Collection[str]) -> Expression:
    """Read a formula in these names.

    Parameters
    ----------
    text : str
        At most 1,000 characters.
    names : collection of str
        What may be named; a name may hold any signs, ``w1[2,1]`` and ``dE_total/dw7`` too.  The longest one that
        fits is taken.  What cannot be read so is tried once more as people write it: ``neth1``, ``dE/dw7``.

    Raises
    ------
    TypeError
        If it is not a text.
    ValueError
        With one sentence that says what cannot be read, and where.

    Examples
    --------
    >>> from bpviz.formula.arithmetic import evaluate
    >>> float(evaluate(read_formula("-(t - o) * o*(1 - o)", ["t", "o"]), {"t": 0.0, "o": 0.5}))
    0.125
    >>> read_formula("__import__('os')", ["o"])
    Traceback (most recent call last):
        ...
    ValueError: there is no '__import__' here
    """
    if not isinstance(text, str):
        raise wrong_type(text, "a formula", "a text")
    if len(text) > LIMITS["longest"]:
        raise refused("too_long", length=len(text))
    known = {plain(name): name for name in names} | {name: name for name in names if plain(name) == name}
    written = trimmed(plain(text))
    try:
        return _read(written, known)
    except ValueError:
        try:
            return _read(loose(written), loose_names(names))
        except ValueError:
            pass
        raise


def _read(text: str, known: Mapping[str, str]) -> Expression:
    reader = _Reader(_tokens(text, known))
    if reader.here is None:
        raise refused("empty")
    formula = reader.formula(1, 0)
    if reader.here is not None:
        raise reader.here.misplaced()
    return formula


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str

    def misplaced(self) -> ValueError:
        return refused("misplaced", text=self.text[: LIMITS["shown"]])


def _tokens(text: str, names: Mapping[str, str]) -> list[_Token]:
    """The pieces of a text, the names that are known first, the longest of them before its beginnings."""
    tokens: list[_Token] = []
    beginning: dict[str, list[str]] = {}
    for name in sorted(filter(None, names), key=len, reverse=True):
        beginning.setdefault(name[0], []).append(name)
    at = 0
    while at < len(text):
        if space := _PATTERN["space"].match(text, at):
            at = space.end()
            continue
        fitting = (n for n in beginning.get(text[at], ()) if text.startswith(n, at))
        known = next((n for n in fitting if not _PATTERN["joins"].match(text, at + len(n))), None)
        if known is not None:
            tokens.append(_Token("name", names[known]))
            at += len(known)
        else:
            kinds = ((kind, _PATTERN[kind].match(text, at)) for kind in ("number", "function", "sign"))
            kind, found = next(((kind, found) for kind, found in kinds if found), (None, None))
            if kind is None or found is None:
                raise _unknown(text, at, names.values())
            tokens.append(_Token(kind, found[0]))
            at += len(found[0])
    return tokens


def _unknown(text: str, at: int, names: Collection[str]) -> ValueError:
    found = _PATTERN["word"].match(text, at)
    word = (found[0] if found else text[at])[: LIMITS["shown"]]
    near = nearest(word, names) if found else None
    return refused("unknown", word=word, hint=say("typed.did_you_mean", name=near) if near else "")


class _Reader:
    """Goes through the tokens once, from left to right."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def here(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, *signs: str) -> str | None:
        """The next sign, if it is one of these."""
        token = self.here
        if token is None or token.kind != "sign" or token.text not in signs:
            return None
        self.at += 1
        return token.text

    def formula(self, least: int, depth: int) -> Expression:
        """Operands and the signs between them that bind at least so strongly."""
        left = self.operand(depth)
        signs = [sign for sign, power in INFIX.items() if power >= least]
        while (sign := self.take(*signs) or self.side_by_side(signs)) is not None:
            left = _MEANING[sign](left, self.formula(INFIX[sign] + 1, depth))
        return left

    def side_by_side(self, signs: Collection[str]) -> str | None:
        """What stands side by side is multiplied; two numbers are not, as nobody can tell what is meant."""
        token = self.here
        begins = token is not None and (token.kind in ("name", "function") or token.text == "(")
        return TOGETHER if begins and TOGETHER in signs else None

    def operand(self, depth: int) -> Expression:
        if (sign := self.take(*PREFIX)) is not None:
            inner = self.formula(PREFIX[sign] + 1, self.deeper(depth))
            return -inner if sign == "-" else inner
        return self.power(depth)

    def power(self, depth: int) -> Expression:
        is_exponential = self.here is not None and self.here.kind == "function" and self.here.text == "e"
        base = self.atom(depth)
        if is_exponential or not self.take("^"):  # e^x has its power already
            return base
        minus = self.take("-")
        token = self.here
        if token is None or not _PATTERN["whole"].match(token.text):
            raise refused("whole_power")
        exponent = int(_number(token.text))
        if exponent > LIMITS["power"]:
            raise refused("large_power", text=token.text[: LIMITS["shown"]])
        self.at += 1
        return base ** (-exponent if minus else exponent)

    def atom(self, depth: int) -> Expression:
        token = self.here
        if token is None:
            raise refused("ends")
        if token.kind in ("name", "number"):
            self.at += 1
            return Quantity(token.text) if token.kind == "name" else Number(_number(token.text))
        if token.kind == "sign" and token.text != "(":
            raise token.misplaced()
        inside = self.deeper(depth)
        self.at += 1
        if token.kind == "sign":
            return self.closed(self.formula(1, inside))
        if token.text == "e":
            self.take("^")
            minus = self.take("-")
            power = self.power(inside)  # e^x^2 is e^(x^2)
            return _MEANING["e"](-power if minus else power)
        self.take("(")
        arguments = [self.formula(1, inside)]
        while len(arguments) < FUNCTIONS[token.text]:
            if not self.take(","):
                raise refused("two_formulas")
            arguments.append(self.formula(1, inside))
        return self.closed(_MEANING[token.text](*arguments))

    def closed(self, inner: Expression) -> Expression:
        if not self.take(")"):
            raise refused("open_bracket")
        return inner

    def deeper(self, depth: int) -> int:
        if depth >= LIMITS["deepest"]:
            raise refused("too_deep")
        return depth + 1


def read_number(text: str) -> tuple[float, float] | None:
    """The number that a text is, and what its last digit counts; None if it is not a number.

    Raises
    ------
    ValueError
        If it is a number that no answer can be: not finite, or with too many digits.

    Examples
    --------
    >>> read_number(" -0.0780 "), read_number("2,5e-3"), read_number("w7 + 1")
    ((-0.078, 0.0001), (0.0025, 0.0001), None)
    >>> read_number("= 7.80639 %"), read_number("≈ 7.80639·10⁻²")
    ((0.0780639, 1e-07), (0.0780639, 1e-07))
    """
    number = trimmed(plain(text))
    if _PATTERN["endless"].match(number):
        raise refused("endless", text=number)
    found = _PATTERN["alone"].match(_PATTERN["comma"].sub(r"\1.\2", number))
    if found is None:
        return None
    sign, digits, power, percent = found.groups()
    mantissa, _, own = digits.lower().partition("e")
    if len(power or "") > LIMITS["digits"] or len(own) > LIMITS["digits"]:
        raise refused("large_exponent", text=text[: LIMITS["shown"]])
    shifted = f"{mantissa}e{int(own or 0) + int(power or 0) - (2 if percent else 0)}" if power or percent else digits
    value = _number(shifted)
    return -value if sign == "-" else value, last_digit(shifted)


def last_digit(number: str) -> float:
    """What the last digit of a number counts, as it is written; noughts before no point may stand for any digit.

    Examples
    --------
    >>> last_digit("0.0780"), last_digit("12"), last_digit("1200"), last_digit("1e-07")
    (0.0001, 1.0, 100.0, 1e-07)
    """
    mantissa = number.lower().partition("e")[0]
    noughts = 0 if "." in mantissa else len(mantissa) - len(mantissa.rstrip("0"))
    exponent = int(Decimal(number).as_tuple().exponent)
    return float(f"1e{exponent + (noughts if noughts < len(mantissa.lstrip('+-')) else 0)}")


def _number(text: str) -> float:
    mantissa, _, power = text.lower().partition("e")
    if len(mantissa) > LIMITS["digits"]:
        raise refused("many_digits", length=len(mantissa))
    if len(power) > LIMITS["digits"] or abs(int(power or 0)) > LIMITS["exponent"]:
        raise refused("large_exponent", text=text[: LIMITS["shown"]])
    return float(text)
