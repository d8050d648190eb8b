"""Every sentence that a learner reads, in one catalogue with named blanks; the next language is one more file.

The sentences stand in ``english.toml``, in sections by what they belong to.  Python fills their blanks here; a page
gets the sections it needs as data and fills them by the same rule, ``{name}`` for the blank of that name.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGE = "english"


@cache
def catalogue(language: str = LANGUAGE) -> Mapping[str, str]:
    """Every sentence of a language by its key, ``section.name``."""
    sections = tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{section}.{name}": text for section, texts in sections.items() for name, text in texts.items()}


def say(key: str, **blanks: object) -> str:
    """The sentence of that key with its blanks filled in.

    Examples
    --------
    >>> say("steps.loss_part", unit="o1")
    'How wrong o1 is: its output compared with its target.'
    """
    return catalogue()[key].format(**blanks)


def section(name: str) -> dict[str, str]:
    """The sentences of one section by their names, blanks open."""
    return {key: text for whole, text in catalogue().items() for part, _, key in [whole.partition(".")] if part == name}


def heads(table: str) -> list[str]:
    """The heads of the columns of a table."""
    return say(f"heads.{table}").split(" | ")


def words(*sections: str) -> dict[str, str]:
    """The sentences of some sections, for a page, which fills their blanks itself."""
    return {key: text for key, text in catalogue().items() if key.partition(".")[0] in sections}
