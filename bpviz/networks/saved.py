"""A network in a JSON file: what it says of itself, and how it is read back."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from ..words.files import file_given
from ..words.validation import of_type, one_of, shorten
from . import network_input

FORMAT = "bpviz.network"
#: How every file begins.
HEAD = {"format": FORMAT, "version": 1}


Kind = TypeVar("Kind")


def read(path: object, made: Callable[[str], Kind]) -> Kind:
    """What is made from the text of a file; ValueError names the file if that cannot be."""
    file = file_given(path)
    try:
        return made(file.read_text(encoding="utf-8"))
    except (ValueError, TypeError) as error:
        raise ValueError(f"path: {file.name} does not hold a network: {error}") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, in which no key stands twice."""
    data = dict(pairs)
    if len(data) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{shorten(next(key for key in keys if keys.count(key) > 1))} stands in it twice")
    return data


def arguments_in(text: str) -> dict[str, Any]:
    """The arguments of the `Network` that was saved.

    Raises
    ------
    ValueError
        If the text is not such JSON; the message says what is wrong.
    """
    of_type(text, str, "text", "JSON as a str")
    try:
        data = json.loads(text, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"text is not valid JSON: {error}") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(f"text is JSON, but not a saved network (it has no 'format': '{FORMAT}')")
    if data.get("version") is True or data.get("version") != 1:
        raise ValueError(
            f"text is a saved network of version {shorten(data.get('version'))}; this bpviz reads version 1"
        )
    wanted = ("weights", "biases", "activations", "loss", "weight_names", "bias_names")
    missing = [key for key in wanted if key not in data]
    if missing:
        raise ValueError(f"text is a saved network, but it lacks {', '.join(missing)}")
    dtype = np.dtype(one_of(data.get("dtype", "float64"), "dtype", ("float32", "float64")))
    arguments = {key: data[key] for key in wanted}
    for key in ("weights", "biases"):
        arguments[key] = [
            entry if entry is None else network_input.floats_given(dtype, entry, f"{key}[{n}]")
            for n, entry in enumerate(network_input.list_given(data[key], key))
        ]
    return arguments
