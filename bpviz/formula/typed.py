"""Formulas that people type, read into trees: names that are known, numbers, + - * / ^, brackets, and six functions.

Nothing is ever run: what is not in this short grammar is refused with a sentence that says where.

    sum      = ["+" | "-"] product { ("+" | "-") product }
    product  = factor { ("*" | "/") factor }
    factor   = ["-"] atom [ "^" whole number ]
    atom     = number | name | "(" sum ")" | "max" "(" sum "," sum ")" | "e" "^" ["-"] atom
             | ("exp" | "ln" | "log" | "tanh" | "sigmoid") "(" sum ")"

A page that no Python stands behind reads the same grammar by widgets/formula.js; a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

from .tree import Cases, Expression, Function, Negative, Number, Power, Product, Quantity, Quotient, Sum
from ..words.validation import shorten

LONGEST = 1_000
DEEPEST = 40
MOST_DIGITS = 30
LARGEST_POWER = 9

_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"[^\W\d]\w*(?:\[[\d,]*\])?", re.UNICODE)
_FUNCTION = re.compile(r"(?:exp|ln|log|tanh|sigmoid|max)(?=\s*\()|e(?=\s*\^)")
FUNCTIONS = "exp, ln, tanh, sigmoid, max"
_MEANT = {"exp": "exp", "e": "exp", "ln": "log", "log": "log", "tanh": "tanh"}
#: Other signs for the same, as people and other programs write them.
_SAME = {"·": "*", "×": "*", "⋅": "*", "−": "-", "–": "-", "÷": "/", "**": "^", "∂": "d", "δ_": "delta_"}


def read_formula(text: str, names: Collection[str]) -> Expression:
    """Read a formula in these names.

    Parameters
    ----------
    text : str
        At most 1,000 characters.
    names : collection of str
        What may be named; a name may hold any signs, ``w1[2,1]`` and ``dE_total/dw7`` too.  The longest one that
        fits is taken.

    Raises
    ------
    TypeError
        If it is not a text.
    ValueError
        With one sentence that says what cannot be read, and where.

    Examples
    --------
    >>> from bpviz.formula.tree import evaluate
    >>> float(evaluate(read_formula("-(t - o) * o*(1 - o)", ["t", "o"]), {"t": 0.0, "o": 0.5}))
    0.125
    >>> read_formula("__import__('os')", ["o"])
    Traceback (most recent call last):
        ...
    ValueError: there is no '__import__' here; there are exp, ln, tanh, sigmoid, max, and the names o
    """
    if not isinstance(text, str):
        raise TypeError(f"a formula must be a text, not {type(text).__name__} ({shorten(text)})")
    if len(text) > LONGEST:
        raise ValueError(f"a formula may have {LONGEST} characters, but this one has {len(text)}")
    for sign, plain in _SAME.items():
        text = text.replace(sign, plain)
    tokens = _tokens(text, sorted(names, key=len, reverse=True))
    if not tokens:
        raise ValueError("there is nothing to read: type a number or a formula")
    reader = _Reader(tokens)
    formula = reader.sum(0)
    if reader.here is not None:
        raise ValueError(f"{_said(reader.here)} does not belong there")
    return formula


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(text: str, names: list[str]) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        name = next((name for name in names if text.startswith(name, at) and _ends(text, at + len(name))), None)
        number = _NUMBER.match(text, at)
        if name is not None:
            token = _Token("name", name)
        elif number is not None:
            token = _Token("number", number[0])
        elif (function := _FUNCTION.match(text, at)) is not None:
            token = _Token("function", function[0])
        elif text[at] in "+-*/^(),":
            token = _Token("sign", text[at])
        else:
            word = _WORD.match(text, at)
            near = get_close_matches(word[0], names, n=1) if word else []
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            listed = ", ".join(sorted(names)[:20]) + (", ..." if len(names) > 20 else "")
            said = shorten(word[0] if word else text[at])
            raise ValueError(f"there is no {said}{hint} here; there are {FUNCTIONS}, and the names {listed}")
        tokens.append(token)
        at += len(token.text)
    return tokens


def _ends(text: str, at: int) -> bool:
    """Whether a name that stops here is not only the beginning of a longer word."""
    return at >= len(text) or not (text[at].isalnum() or text[at] in "_[")


def _said(token: _Token) -> str:
    return shorten(token.text, 30)


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

    def sum(self, depth: int) -> Expression:
        sign = self.take("+", "-")
        first = self.product(depth)
        terms = [Negative(first) if sign == "-" else first]
        while (sign := self.take("+", "-")) is not None:
            term = self.product(depth)
            terms.append(Negative(term) if sign == "-" else term)
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def product(self, depth: int) -> Expression:
        result = self.factor(depth)
        while (sign := self.take("*", "/")) is not None:
            factor = self.factor(depth)
            result = Product((result, factor)) if sign == "*" else Quotient(result, factor)
        return result

    def factor(self, depth: int) -> Expression:
        if self.take("-"):
            return Negative(self.factor_of(depth))
        return self.factor_of(depth)

    def factor_of(self, depth: int) -> Expression:
        base = self.atom(depth)
        if not self.take("^"):
            return base
        minus = self.take("-")
        token = self.here
        if token is None or token.kind != "number" or not token.text.isdigit():
            raise ValueError("after ^ there must be a whole number")
        self.at += 1
        exponent = int(token.text[:3])
        if exponent > LARGEST_POWER:
            raise ValueError(f"a power may be at most {LARGEST_POWER}, but this one is {shorten(token.text, 30)}")
        return Power(base, -exponent if minus else exponent)

    def atom(self, depth: int) -> Expression:
        token = self.here
        if token is None:
            raise ValueError("the formula ends too early: something must follow")
        if token.kind == "name":
            self.at += 1
            return Quantity(token.text)
        if token.kind == "number":
            self.at += 1
            return Number(_number(token.text))
        if token.kind == "function":
            if depth >= DEEPEST:
                raise ValueError(f"brackets may be {DEEPEST} deep, and these are deeper")
            depth += 1
            self.at += 1
            if token.text == "e" and self.take("^"):
                power = Negative(self.atom(depth)) if self.take("-") else self.atom(depth)
                return Function("exp", (power,))
            if token.text == "max":
                return self.greater(depth)
            inner = self.atom(depth)
            if token.text == "sigmoid":
                return Quotient(Number(1), Sum((Number(1), Function("exp", (Negative(inner),)))))
            return Function(_MEANT[token.text], (inner,))
        if depth >= DEEPEST:
            raise ValueError(f"brackets may be {DEEPEST} deep, and these are deeper")
        if not self.take("("):
            raise ValueError(f"{_said(token)} does not belong there")
        inner = self.sum(depth + 1)
        if not self.take(")"):
            raise ValueError("a bracket is opened but not closed")
        return inner

    def greater(self, depth: int) -> Expression:
        """What stands in the brackets of max."""
        self.take("(")
        one = self.sum(depth)
        if not self.take(","):
            raise ValueError("max needs two formulas with a comma between them, as in max(0, net)")
        other = self.sum(depth)
        if not self.take(")"):
            raise ValueError("a bracket is opened but not closed")
        return Cases(Sum((one, Negative(other))), one, other)


def read_number(text: str) -> float | None:
    """The number that a text is, or None if it is not one.

    Raises
    ------
    ValueError
        If it is a number that no answer can be: not finite, or with too many digits.

    Examples
    --------
    >>> read_number(" -0.0780639 "), read_number("w7 + 1")
    (-0.0780639, None)
    """
    plain = re.sub(r"^([-+])\s+", r"\1", text.strip().replace("−", "-").replace("–", "-"))
    plain = re.sub(r"^([-+]?\d*),(\d+)$", r"\1.\2", plain)  # a comma, as many countries write it
    if plain.lower().lstrip("+-") in ("nan", "inf", "infinity", "∞"):
        raise ValueError(f"an answer must be a finite number, not {plain}")
    sign, digits = (-1.0, plain[1:]) if plain.startswith("-") else (1.0, plain.removeprefix("+"))
    return sign * _number(digits) if _NUMBER.fullmatch(digits) else None


def _number(text: str) -> float:
    mantissa, _, power = text.lower().partition("e")
    if len(mantissa) > MOST_DIGITS:
        raise ValueError(f"a number may have {MOST_DIGITS} digits, but this one has {len(mantissa)}")
    if len(power) > 4 or abs(int(power or 0)) > 300:
        raise ValueError(f"the power of ten in {shorten(text, 30)} is too large")
    return float(text)
