"""The grammar of what people type, as one table: `typed` reads by it in Python, ``typed.js`` in a page.

    answer   = [ quantity "=" ] formula
    formula  = formula infix formula | formula formula | prefix formula | number | name | "(" formula ")"
             | formula "^" ["-"] whole number | "e" "^" ["-"] operand | function "(" formula { "," formula } ")"

Patterns mean the same to both languages: letters are those of ASCII and every sign beyond it.  What people write in
other ways, in signs of print or in LaTeX, is rewritten first.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from ..words.catalogue import section

_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_LETTER = r"(?:[A-Za-z_]|[^\x00-\x7f])"
_WORD = r"[A-Za-z0-9_\[\],]*"
_JOINED = r"(?:[A-Za-z0-9_]|[^\x00-\x7f])"

#: Other signs for the same, as people and other programs write them; they are replaced in this order.
SIGNS = (
    ("**", "^"), ("·", "*"), ("×", "*"), ("⋅", "*"), ("−", "-"), ("–", "-"), ("÷", "/"), ("∂ ", "d"), ("∂", "d"),
)  # fmt: skip

#: What is rewritten after that, in this order: a pattern, and what takes its place.
REWRITES = (
    (r"[\t-\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]", " "),  # Python's \s is not JavaScript's
    (r"\*(?=\*)", "* "),  # two signs that were not written as a power
    (r"\\(?:left|right|displaystyle)|\\[,;:! ]|\$", ""),
    (r"\\(?:mathrm|mathit|mathbf|text|operatorname) *\{([^{}]*)\}", "$1"),
    (r"\\(?:cdot|times|ast)(?![A-Za-z])", "*"),
    (r"\\partial *", "d"),
    (r"\\(exp|ln|log|tanh|max|eta|delta)(?![A-Za-z])", "$1"),
    (r"(?:\\sigma|σ)(?= *\()", "sigmoid"),
    (r"δ *", "delta"),
    (r"_\{([^{}]*)\}", "_$1"),
    (r"\^\{ *([+-]?[0-9]+) *\}", "^$1"),
    (r"\^\{([^{}]*)\}", "^($1)"),
    (rf"\\[dt]?frac *\{{ *d *({_WORD}) *\}} *\{{ *d *({_WORD}) *\}}", "d$1/d$2"),
    (r"\\[dt]?frac *\{([^{}]*)\} *\{([^{}]*)\}", "(($1)/($2))"),
    (r"\\[dt]?frac *\{([^{}]*)\} *\{([^{}]*)\}", "(($1)/($2))"),
    (r"(^|[^⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹])([⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹])", "$1^$2"),
    *((sign, plain_sign) for sign, plain_sign in zip("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", ("", "-", *"0123456789"), strict=True)),
    ("½", "(1/2)"), ("⅓", "(1/3)"), ("⅔", "(2/3)"), ("¼", "(1/4)"), ("¾", "(3/4)"),
    ("%", "/100"), ("[≈≃≅]", "="),
    (rf"(?<![A-Za-z_])(d[A-Za-z]{_WORD}) */ *(d[A-Za-z])", "$1/$2"),  # from a word's beginning, or it takes long
)  # fmt: skip

#: What stands before and after an answer and is no part of it; and a bare power of ten.
EDGES = ((r"^[ =~]+", ""), (r" *[.;…]* *$", ""), (r"^10 *\^", "1*10^"), (r"^([+-]) *10 *\^", "$1 1*10^"))


#: Names that cannot be read are tried once more in small letters without what some write and others leave out, and in
#: these forms.
LEFT_OUT = "_"
FORMS = (("E_total", "E"),)

#: A text may have so many characters and brackets so many levels, a number so many digits, a power may be so large.
#: More than `shown` characters of what cannot be read are not said back; a name is suggested up to `changed` letters.
LIMITS = {"longest": 1_000, "deepest": 40, "digits": 30, "power": 9, "exponent": 300, "shown": 40, "changed": 2}

PATTERNS = {
    "space": r" +",
    "number": _NUMBER,
    "function": r"(?:exp|ln|log|tanh|sigmoid|max)(?= *\()|e(?= *\^)",
    "sign": r"[-+*/^(),]",
    "word": rf"{_LETTER}{_JOINED}*(?:\[[0-9,]*\])?",
    "joins": rf"{_JOINED}|\[",  # a name that is followed by this is only the beginning of a longer word
    # a number and nothing else, perhaps with a power of ten or by a hundred; its comma is already a point
    "alone": rf"^([+-]?) *({_NUMBER}) *(?:\* *10 *\^ *\(? *([+-]?[0-9]+) *\)?|(/ *100))?$",
    "comma": r"^([+-]? *[0-9]*),([0-9]+(?:[eE][+-]?[0-9]+)? *(?:[*/][^,]*)?)$",  # as many countries write it
    "endless": r"^[+-]?(?:[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|∞)$",
    "whole": r"^[0-9]+$",
}

#: How strongly a sign between two formulas binds them; a sign before one takes in all that binds as strongly.
INFIX = {"+": 1, "-": 1, "*": 2, "/": 2}
TOGETHER = "*"  # what two formulas mean side by side
PREFIX = {"+": 1, "-": 2}

#: Functions with the number of formulas they take; ``e`` is followed by ``^``.
FUNCTIONS = {"exp": 1, "ln": 1, "log": 1, "tanh": 1, "sigmoid": 1, "max": 2, "e": 1}


@lru_cache(maxsize=1 << 14)  # the same names are read with every network that is made
def plain(text: str) -> str:
    r"""A text with one sign for all that mean the same.

    Examples
    --------
    >>> plain("½·(t − o)²"), plain(r"\frac{\partial E_{total}}{\partial w_7}"), plain("7.8·10⁻²")
    ('(1/2)*(t - o)^2', 'dE_total/dw_7', '7.8*10^-2')
    """
    for sign, other in SIGNS:
        text = text.replace(sign, other)
    return _rewritten(text, REWRITES)


def trimmed(text: str) -> str:
    """An answer without what stands before and after it."""
    return _rewritten(text, EDGES)


def _rewritten(text: str, rules: Iterable[tuple[str, str]]) -> str:
    for pattern, other in rules:
        text = re.sub(pattern, other.replace("$", "\\"), text)
    return text


def loose(name: str) -> str:
    """A text or a name without what some write and others leave out, in small letters."""
    return plain(name).replace(LEFT_OUT, "").lower()


def loose_names(names: Iterable[str]) -> dict[str, str]:
    """The names that people may mean by what they write loosely; a form that could mean two of them means none.

    Examples
    --------
    >>> loose_names(["dE_total/dw7", "net_h1"])
    {'detotal/dw7': 'dE_total/dw7', 'de/dw7': 'dE_total/dw7', 'neth1': 'net_h1'}
    """
    found: dict[str, set[str]] = {}
    for name in names:
        for written in (name, *(name.replace(form, other) for form, other in FORMS)):
            found.setdefault(loose(written), set()).add(name)
    return {form: meant.pop() for form, meant in found.items() if len(meant) == 1}


def grammar() -> dict[str, Any]:
    """The table as a page gets it, with the sentences that refuse what is not in it."""
    return {
        "signs": [list(pair) for pair in SIGNS],
        "rewrites": [list(pair) for pair in REWRITES],
        "edges": [list(pair) for pair in EDGES],
        "leftOut": LEFT_OUT,
        "forms": [list(pair) for pair in FORMS],
        "limits": LIMITS,
        "patterns": PATTERNS,
        "infix": INFIX,
        "together": TOGETHER,
        "prefix": PREFIX,
        "functions": FUNCTIONS,
        "words": section("typed"),
    }
