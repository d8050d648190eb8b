"""What a quantity is, and what it is called: i1, h2, o1; w1[2,1], b1; net_h2, dE_total/dw7, w7_new, ...

A symbol says what a quantity is.  Its name is made from it here and nowhere else, and nobody takes a name apart again:
who needs to know what a name means looks its symbol up.  Names are the same in every notation; what they look like is
the notation's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..formula.grammar import loose, plain, trimmed


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a parameter works: into unit `to` of `layer` (1 is the first after the inputs).

    `source` is the unit it comes from in the layer before, or None for a bias.
    """

    layer: int
    to: int
    source: int | None


@dataclass(frozen=True, slots=True)
class Station:
    """A stop of a route through `layer`: in by the net input of unit `net`, out by the output of unit `out`.

    The two are one unit, but in softmax a net input also changes the outputs of the others.
    """

    layer: int
    net: int
    out: int


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a quantity is, apart from how it is written.

    Attributes
    ----------
    kind : str
        Given: ``input``, ``target``, ``parameter``, ``rate``, an optimiser's ``setting`` and what it remembers
        (``velocity``, ``first``, ``second``, ``power_1``, ``power_2``).  Computed: ``net``, ``out``, ``loss_part``,
        ``sample_loss``, ``loss``, ``delta``, ``updated``; and derivatives: ``ratio``, ``path`` (along one route only)
        and ``gathered`` (from the deltas).
    layer, unit : int
        Which unit it belongs to, counted from 0; layer 0 is the inputs.
    sample : int or None
        Which sample, counted from 0; None outside a batch.
    parameter : str
        The name of a parameter, for it, for its new value and for what is remembered of it; or of a setting.
    numerator, denominator : Symbol or None
        Of a derivative: what is differentiated, and by what.
    route : tuple of Station
        Of a path: the way from the parameter to the error.
    """

    kind: str
    layer: int = 0
    unit: int = 0
    sample: int | None = None
    parameter: str = ""
    numerator: Symbol | None = None
    denominator: Symbol | None = None
    route: tuple[Station, ...] = ()


LOSS = Symbol("loss")
RATE = Symbol("rate")

#: What stands before a unit's name in the name of a quantity that belongs to it.
_PREFIXES = {"input": "", "target": "target_", "net": "net_", "out": "out_", "loss_part": "E_", "delta": "delta_"}

_WORDS = {"rate": "learning_rate", "loss": "E_total", "sample_loss": "E"}

#: What an optimiser remembers, of each parameter and of all: {} is the parameter's name.
_REMEMBERED = {
    "velocity": "v_{}", "velocity_new": "v_{}_new", "first": "m_{}", "first_new": "m_{}_new", "first_hat": "m_hat_{}",
    "second": "v_{}", "second_new": "v_{}_new", "second_hat": "v_hat_{}",
    "power_1": "beta_1_power", "power_1_new": "beta_1_power_new", "power_2": "beta_2_power",
    "power_2_new": "beta_2_power_new", "setting": "{}",
}  # fmt: skip


def parameter(name: str) -> Symbol:
    """The symbol of a parameter."""
    return Symbol("parameter", parameter=name)


def updated(name: str) -> Symbol:
    """The symbol of a parameter's new value."""
    return Symbol("updated", parameter=name)


def gradient(name: str) -> Symbol:
    """The symbol of the gradient of the loss by a parameter."""
    return ratio(LOSS, parameter(name))


def ratio(of: Symbol, by: Symbol, kind: str = "ratio", route: tuple[Station, ...] = ()) -> Symbol:
    """The symbol of the derivative of one quantity by another of the same sample."""
    sample = of.sample if of.sample is not None else by.sample
    return Symbol(kind, sample=sample, numerator=of, denominator=by, route=route)


def unit_name(sizes: Sequence[int], layer: int, unit: int) -> str:
    """The name of a unit, counted from 1 in its layer: i1, h2 (h1_2 with several hidden layers), o1.

    Examples
    --------
    >>> unit_name((2, 3, 2), 1, 0), unit_name((4, 8, 8, 3), 2, 4)
    ('h1', 'h2_5')
    """
    return _unit(sizes, layer, unit, "_")


def drawn_unit(sizes: Sequence[int], layer: int, unit: int) -> str:
    """The same as it is drawn and said: h2,5."""
    return _unit(sizes, layer, unit, ",")


def _unit(sizes: Sequence[int], layer: int, unit: int, between: str) -> str:
    if layer == 0:
        return f"i{unit + 1}"
    if layer == len(sizes) - 1:
        return f"o{unit + 1}"
    return f"h{unit + 1}" if len(sizes) == 3 else f"h{layer}{between}{unit + 1}"


def station_name(sizes: Sequence[int], stop: Station, drawn: bool = False) -> str:
    """A stop of a route: the unit, or the two of a softmax layer where the route changes over."""
    name = drawn_unit if drawn else unit_name
    unit = name(sizes, stop.layer, stop.net)
    return unit if stop.net == stop.out else f"{unit}⇝{name(sizes, stop.layer, stop.out)}"


def derivative_name(of: str, by: str, route: str = "") -> str:
    """A derivative in plain text, perhaps of one route only."""
    return f"d{of}/d{by}" + (f"|{route}" if route else "")


def route_name(sizes: Sequence[int], symbol: Symbol) -> str:
    """What tells a derivative along a route, or gathered from deltas, from the whole derivative; "" for that."""
    if symbol.kind == "gathered":
        return "δ"
    return "→".join(station_name(sizes, stop) for stop in symbol.route)


def name_of(symbol: Symbol, sizes: Sequence[int]) -> str:
    """What a quantity is called in a network with these layer sizes; in a batch the sample's number is added.

    Examples
    --------
    >>> name_of(Symbol("net", 1, 0), (2, 3, 2)), name_of(Symbol("out", 2, 1, sample=0), (2, 3, 2))
    ('net_h1', 'out_o2(1)')
    >>> name_of(gradient("w7"), (2, 3, 2)), name_of(updated("w_new"), (2, 3, 2))
    ('dE_total/dw7', 'w_new_new')
    """
    name = _plain_name(symbol, sizes)
    return name if symbol.sample is None else f"{name}({symbol.sample + 1})"


def _plain_name(symbol: Symbol, sizes: Sequence[int]) -> str:
    """The name without the number of the sample, which is said once."""
    if symbol.numerator is not None and symbol.denominator is not None:
        above, below = _plain_name(symbol.numerator, sizes), _plain_name(symbol.denominator, sizes)
        route = route_name(sizes, symbol)
        return derivative_name(above, below, route)
    if symbol.kind == "parameter":
        return symbol.parameter
    if symbol.kind == "updated":
        return f"{symbol.parameter}_new"
    if symbol.kind in _WORDS:
        return _WORDS[symbol.kind]
    if symbol.kind in _REMEMBERED:
        return _REMEMBERED[symbol.kind].format(symbol.parameter)
    return _PREFIXES[symbol.kind] + unit_name(sizes, symbol.layer, symbol.unit)


def weight_name(layer: int, to: int, source: int) -> str:
    """The default name of a weight: layer, unit it goes to, unit it comes from, counted from 1."""
    return f"w{layer}[{to + 1},{source + 1}]"


def bias_name(layer: int, unit: int | None) -> str:
    """The default name of a unit's bias, or of a layer's shared bias."""
    return f"b{layer}" if unit is None else f"b{layer}[{unit + 1}]"


def edge_name(use: Use) -> str:
    """The drawing's name for the place of a weight or bias."""
    return f"{use.layer}:{use.to}:{'b' if use.source is None else use.source}"


def loss_edge(j: int) -> str:
    """The drawing's name for the line from output j to the error."""
    return f"E:{j}"


def bias_node(layer: int) -> str:
    """The drawing's name for the bias of a layer."""
    return f"bias:{layer}"


#: The drawing's name for the error.
LOSS_NODE = "E"


#: What a formula has beside names: numbers, signs, and derivatives.
_OF_FORMULAS = re.compile(r"[-+*/^(),.\s0-9]+(?:[eE][-+]?[0-9]+)?|d.+/d.+")

_PLAIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

#: What a typed formula may call the learning rate, too.
OTHER_NAMES_OF_THE_RATE = ("eta", "η")


#: Where a name stands in a formula; what is beside it may not make another sign of it.
_BESIDE = ("1*{}", "{} * 1", "({})")


def _bare(text: str) -> str:
    return "".join(text.split())


def is_taken(name: str, taken: Collection[str]) -> bool:
    """Whether a name, as it is read, means something else: one of these, also of one sample, or what a formula has.

    That is a derivative, a number, a sign, or the rate; or what stands around answers, or is not read at all.  No
    parameter may have it then.
    """
    if _PLAIN_WORD.fullmatch(name):  # nothing in it is read in another way
        return name in taken or name in OTHER_NAMES_OF_THE_RATE or _OF_FORMULAS.fullmatch(name) is not None
    read = plain(name)
    changes = any(_bare(plain(beside.format(name))) != _bare(beside.format(read)) for beside in _BESIDE)
    if changes or not loose(read).strip() or trimmed(read) != read.strip():
        return True
    bare = re.sub(r"\(\d+\)$", "", read)
    of_a_sample = bare != read and bare == _WORDS["sample_loss"]
    return (
        of_a_sample
        or bare in taken
        or name in OTHER_NAMES_OF_THE_RATE
        or _OF_FORMULAS.fullmatch(read.strip()) is not None
    )


def taken_names(names: Sequence[str], sizes: Sequence[int]) -> Iterator[str]:
    """Those names of parameters that already mean something else in a network with these layer sizes."""
    taken = {*quantity_names(sizes), *(name_of(updated(name), sizes) for name in names)}
    return (name for name in names if is_taken(name, taken))


def quantity_names(sizes: Sequence[int]) -> Iterator[str]:
    """The names that a derivation gives to units' quantities."""
    yield from (name_of(LOSS, sizes), name_of(RATE, sizes))
    for layer, size in enumerate(sizes):
        kinds = ("input",) if layer == 0 else ("net", "out", "delta")
        kinds = (*kinds, "target", "loss_part") if layer == len(sizes) - 1 else kinds
        for unit in range(size):
            yield from (name_of(Symbol(kind, layer, unit), sizes) for kind in kinds)


def reading_order(places: Mapping[str, Use]) -> Callable[[str], tuple[Any, ...]]:
    """How to sort parameters, each with its first place, as they are read.

    Layer by layer, the weights before the biases; where all are numbered alike w2 before w10, else as they stand.
    """
    pieces = {name: re.split(r"(\d+)", name) for name in places}
    position = {name: n for n, name in enumerate(places)}
    beginnings: dict[tuple[int, bool], set[str]] = {}
    for name, use in places.items():
        beginnings.setdefault((use.layer, use.source is None), set()).add(pieces[name][0])

    def key(name: str) -> tuple[Any, ...]:
        group = places[name].layer, places[name].source is None
        numbered = len(beginnings[group]) == 1 and len(pieces[name]) > 1
        order = (
            [(int(p), "") if p.isdecimal() else (-1, p) for p in pieces[name]] if numbered else [(position[name], "")]
        )
        return *group, order

    return key
