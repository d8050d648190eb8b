"""What one takes away from a stepper: its network as a program of any library, or as JSON."""

import json
import re
from typing import Any

from ...exchange.code import LIBRARIES, code_of, title_of
from ...exchange.numbers import Numbers
from ...networks.exercise import Exercise
from ...networks.names import RATE

JSON = "json"

#: What is offered, each with what it is called.
OFFERED = [*([name, title_of(name)] for name in LIBRARIES), [JSON, "JSON"]]

#: Round the place of a number until the text is cut there: two signs that no name can have.
_OPEN, _CLOSE = "\ue000", "\ue001"


class _Slot(str):
    """The place of a number; written as code it has no quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def taken(given: Exercise, what: str) -> str:
    """A program or the JSON of an exercise, or the sentence why there is none."""
    if what == JSON:
        return given.network.to_json()
    try:
        return code_of(given, what)
    except ValueError as error:
        return str(error)


def open_pieces(given: Exercise) -> dict[str, list[str | int]]:
    """All that is offered, in pieces: texts, and between them places of given numbers, for a page to put together."""
    numbers = _places(given)
    return {what: _cut(_open(given, what, numbers)) for what, _ in OFFERED}


def _open(given: Exercise, what: str, numbers: Numbers) -> str:
    if what == JSON:
        data = {**json.loads(given.network.to_json()), "weights": numbers.weights, "biases": numbers.biases}
        text = json.dumps(data, ensure_ascii=False, indent=1)
        return text.replace(f'"{_OPEN}', _OPEN).replace(f'{_CLOSE}"', _CLOSE)
    try:
        return code_of(given, what, numbers)
    except ValueError as error:
        return str(error)


def _places(given: Exercise) -> Numbers:
    """The places of the given numbers, shaped as they are."""
    net, n = given.network, {name: n for n, name in enumerate(given.numbers)}

    def slot(name: str) -> str:
        return _Slot(f"{_OPEN}{n[name]}{_CLOSE}")

    def sample(kind: str) -> list[Any]:
        rows: dict[int | None, list[str]] = {}
        for name, symbol in given.symbols.items():
            if symbol.kind == kind:
                rows.setdefault(symbol.sample, []).append(slot(name))
        return list(rows.values()) if given.is_batch else rows[None]

    return Numbers(
        weights=[[[slot(name) for name in row] for row in layer] for layer in net.weight_names],
        biases=[
            None if name is None else slot(name) if isinstance(name, str) else [slot(one) for one in name]
            for name in net.bias_names
        ],
        x=sample("input"),
        target=sample("target"),
        rate=slot(net.name_of(RATE)),
    )


def _cut(text: str) -> list[str | int]:
    """Texts, and the numbers of what stands between them."""
    return [int(piece) if n % 2 else piece for n, piece in enumerate(re.split(f"{_OPEN}(.*?){_CLOSE}", text))]
