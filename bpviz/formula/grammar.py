"""The grammar of what people type, as one table: `typed` reads by it in Python, ``typed.js`` in a page.

    formula  = formula infix formula | prefix formula | number | name | "(" formula ")"
             | formula "^" ["-"] whole number | "e" "^" ["-"] operand | function "(" formula { "," formula } ")"

Patterns mean the same to both languages: letters are those of ASCII and every sign beyond it.
"""

from typing import Any

from ..words.catalogue import section

_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_LETTER = r"(?:[A-Za-z_]|[^\x00-\x7f])"
_JOINED = r"(?:[A-Za-z0-9_]|[^\x00-\x7f])"

#: Other signs for the same, as people and other programs write them; they are replaced in this order.
SIGNS = (
    ("·", "*"), ("×", "*"), ("⋅", "*"), ("−", "-"), ("–", "-"), ("÷", "/"), ("**", "^"), ("∂", "d"), ("δ_", "delta_"),
)  # fmt: skip

#: A text may have so many characters and brackets so many levels, a number so many digits, a power may be so large.
#: More than `shown` characters of what cannot be read are not said back, and no more than `listed` names.
LIMITS = {"longest": 1_000, "deepest": 40, "digits": 30, "power": 9, "exponent": 300, "shown": 40, "listed": 20}

PATTERNS = {
    "space": r"\s+",
    "number": _NUMBER,
    "function": r"(?:exp|ln|log|tanh|sigmoid|max)(?=\s*\()|e(?=\s*\^)",
    "sign": r"[-+*/^(),]",
    "word": rf"{_LETTER}{_JOINED}*(?:\[[0-9,]*\])?",
    "joins": rf"{_JOINED}|\[",  # a name that is followed by this is only the beginning of a longer word
    "alone": rf"^([+-]?)\s*({_NUMBER})$",  # a number and nothing else, its comma already a point
    "comma": r"^([+-]?\s*[0-9]*),([0-9]+(?:[eE][+-]?[0-9]+)?)$",  # as many countries write it
    "endless": r"^[+-]?(?:[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|∞)$",
    "whole": r"^[0-9]+$",
}

#: How strongly a sign between two formulas binds them; a sign before one takes in all that binds as strongly.
INFIX = {"+": 1, "-": 1, "*": 2, "/": 2}
PREFIX = {"+": 1, "-": 2}

#: Functions with the number of formulas they take; ``e`` is followed by ``^``.
FUNCTIONS = {"exp": 1, "ln": 1, "log": 1, "tanh": 1, "sigmoid": 1, "max": 2, "e": 1}


def plain(text: str) -> str:
    """A text with one sign for all that mean the same."""
    for sign, other in SIGNS:
        text = text.replace(sign, other)
    return text


def grammar() -> dict[str, Any]:
    """The table as a page gets it, with the sentences that refuse what is not in it."""
    return {
        "signs": [list(pair) for pair in SIGNS],
        "limits": LIMITS,
        "patterns": PATTERNS,
        "infix": INFIX,
        "prefix": PREFIX,
        "functions": FUNCTIONS,
        "words": section("typed"),
    }
