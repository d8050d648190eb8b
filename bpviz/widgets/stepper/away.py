"""What one takes away from a stepper: its network as a program of any library, or as JSON."""

import json
import re
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import traitlets

from ...exchange.code import LIBRARIES, code_of, title_of
from ...exchange.numbers import Numbers
from ...networks.exercise import Exercise
from ...networks.names import RATE
from ...words.catalogue import say
from ...words.validation import one_of
from ..shared.refusing import Checked

JSON = "json"

#: What is offered, each with what it is called.
OFFERED = [*([name, title_of(name)] for name in LIBRARIES), [JSON, "JSON"]]

#: Round the place of a number until the text is cut there: two signs that no name can have.
_OPEN, _CLOSE = "\ue000", "\ue001"


#: A program of more parameters is too long to be read in a fold.
MOST_SHOWN = 10_000

#: In a program an integer is written with a point: PyTorch would make an array of integers of 5.
LITERAL = (r"^-?\d+$", "$&.0")

#: The place of a number in a page: which of all, or a matrix and which of its entries.
Place = int | list[str | int]


class TakesAway(traitlets.HasTraits):
    """What is offered, what somebody asked for, its text, and all of it in pieces for a page on its own.

    Subclasses say what is given, and whether they are made.
    """

    _ready: bool

    @property
    @abstractmethod
    def given(self) -> Exercise:
        """Network, sample and learning rate now."""

    _offered: Any = traitlets.List(OFFERED).tag(sync=True)
    _taken: Any = Checked("", lambda _, value: value and one_of(value, "_taken", [name for name, _ in OFFERED]))
    _text = traitlets.Unicode().tag(sync=True)
    _open: Any = traitlets.Dict().tag(sync=True)
    _literal = traitlets.List(list(LITERAL)).tag(sync=True)

    @traitlets.observe("_taken", "_anchors", "_changes", "iteration", "network")
    def _follow_taken(self, _change: Any) -> None:
        if self._ready and self._taken:
            self._text = taken(self.given, self._taken)


class _Slot(str):
    """The place of a number; written as code it has no quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def taken(given: Exercise, what: str) -> str:
    """A program or the JSON of an exercise, or the sentence why there is none."""
    if (count := len(given.network.layout)) > MOST_SHOWN:
        return say("away.too_long", count=f"{count:,}", most=f"{MOST_SHOWN:,}")
    if what == JSON:
        return given.network.to_json()
    try:
        return code_of(given, what)
    except ValueError as error:
        return str(error)


def open_pieces(given: Exercise, places: Mapping[str, Place] | None = None) -> dict[str, list[str | Place]]:
    """All that is offered, in pieces: texts, and between them places of given numbers, for a page to put together.

    Without `places` they are the places in the order of the given numbers.
    """
    by_order: Mapping[str, Place] = {name: n for n, name in enumerate(given.numbers)}
    numbers = _places(given, by_order if places is None else places)
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


def _places(given: Exercise, places: Mapping[str, Place]) -> Numbers:
    """The places of the given numbers, shaped as they are."""
    net = given.network

    def slot(name: str) -> str:
        place = places[name]
        return _Slot(f"{_OPEN}{place if isinstance(place, int) else ' '.join(map(str, place))}{_CLOSE}")

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


def _cut(text: str) -> list[str | Place]:
    """Texts, and between them the places that stand there."""
    return [_read(piece) if n % 2 else piece for n, piece in enumerate(re.split(f"{_OPEN}(.*?){_CLOSE}", text))]


def _read(place: str) -> Place:
    matrix, _, number = place.rpartition(" ")
    return [matrix, int(number)] if matrix else int(number)
