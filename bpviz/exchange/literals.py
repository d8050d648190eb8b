"""The text of a program: lists on lines of a width that can be read, blanks filled in, empty lines in their places."""

import re
import textwrap
from collections.abc import Iterable
from string import Template
from typing import Any

WIDTH = 88


def literal(value: Any) -> str:
    """A value, or a nested list of them, by ``repr``: on one line where it fits, else an item after the other.

    Examples
    --------
    >>> literal([[1.0, 2.0], None])
    '[[1.0, 2.0], None]'
    """
    text = repr(value)
    if len(text) <= WIDTH or not isinstance(value, list | tuple):
        return text
    lines = [""]
    for item in value:
        written = f"{literal(item)}, "
        alone = isinstance(item, list | tuple) or len(lines[-1]) + len(written) > WIDTH
        if lines[-1] and alone:
            lines.append("")
        lines[-1] += written
    inner = "\n".join(line.rstrip() for line in lines).replace("\n", "\n    ")
    return f"[\n    {inner}\n]"


def listed(items: Iterable[str]) -> str:
    """Expressions of a list, broken into lines where they are many.

    Examples
    --------
    >>> listed(["W1", "b1"])
    'W1, b1'
    """
    return textwrap.fill(", ".join(items), WIDTH, subsequent_indent="    ", break_long_words=False)


def filled(template: str, /, **blanks: Any) -> str:
    """A template with its blanks filled in."""
    return Template(template).substitute(blanks)


def tidy(text: str) -> str:
    """Two empty lines round a definition, one elsewhere."""
    text = re.sub(r"\n{3,}", "\n\n", text.strip())
    text = re.sub(r"\n\n(?=(?:def|class) )", "\n\n\n", text)
    return re.sub(r"(\n(?:def|class) .*\n(?:(?: .*)?\n)*)(?!def |class )(?=\S)", r"\1\n", text) + "\n"
