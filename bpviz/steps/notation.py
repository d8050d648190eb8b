"""What quantities look like: the articles' notations as tables, and labels made from them.

A symbol says what a quantity is; a notation says how it is written.  Switching the notation changes every label and
no number.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..networks.names import Symbol, drawn_unit, route_name
from ..networks.network import Network
from ..words.validation import one_of


@dataclass(frozen=True, slots=True)
class Label:
    """A letter or word with a subscript and a superscript."""

    base: str
    sub: str = ""
    sup: str = ""

    @property
    def is_letter(self) -> bool:
        """Whether its base is set as letters in formulas are, and not as a word."""
        return len(self.base) == 1 and self.base.isalpha()


@dataclass(frozen=True, slots=True)
class Ratio:
    """A partial derivative: of one labelled quantity by another, perhaps along one route only."""

    of: Label
    by: Label
    route: str = ""


AnyLabel = Label | Ratio


@dataclass(frozen=True)
class Notation:
    """A table: for each kind of quantity its base, subscript and superscript.

    In the table, {unit} stands for the unit's name (h1), {j} for its number in the layer, {l} for the
    layer counted from 0, the inputs, and {n} counted from 1.  `first_layer` is the number of the inputs' layer, which
    the default names of weights and biases follow.  In whole layers, `weights` and `function` are the letters of a
    matrix of weights and of the activation, and `slope_first` says which factor of a hidden delta comes first.
    """

    name: str
    table: Mapping[str, tuple[str, str, str]]
    first_layer: int = 0
    weights: str = "W"
    function: str = "f"
    slope_first: bool = False

    def label(self, symbol: Symbol, sizes: Sequence[int]) -> Label:
        """How this notation writes a quantity of a unit, or of no unit, in a network with these layer sizes."""
        unit = drawn_unit(sizes, symbol.layer, symbol.unit)
        fields = {"unit": unit, "j": symbol.unit + 1, "l": symbol.layer, "n": symbol.layer + 1}
        base, sub, sup = (text.format(**fields) for text in self.table[symbol.kind])
        if symbol.sample is not None:
            sup = f"{sup} [{symbol.sample + 1}]".strip()  # layers stand in round brackets
        return Label(base, sub, sup)


class Labels:
    """How a notation writes every quantity of a network."""

    def __init__(self, notation: Notation, net: Network) -> None:
        self.notation, self.sizes = notation, net.sizes
        self._parameters: dict[str, Label] = {}
        taken: set[Label] = set()
        for name in net.parameters:
            label = parameter_label(name, notation.first_layer)
            # where two would look alike, as w1 and w_1, the second keeps its bare name
            self._parameters[name] = label if label not in taken else Label(name)
            taken.add(self._parameters[name])

    def parameter(self, name: str) -> Label:
        """The label of a weight or bias."""
        return self._parameters[name]

    def of(self, symbol: Symbol) -> AnyLabel:
        """The label of a quantity."""
        if symbol.numerator is not None and symbol.denominator is not None:
            above, below = self._plain(symbol.numerator), self._plain(symbol.denominator)
            return Ratio(above, below, route_name(self.sizes, symbol))
        return self._plain(symbol)

    def _plain(self, symbol: Symbol) -> Label:
        if symbol.kind == "parameter":
            return self.parameter(symbol.parameter)
        if symbol.kind == "updated":
            return updated_label(self.parameter(symbol.parameter))
        if symbol.kind in _OF_OPTIMISERS:
            base, sub, sup = (text.format(symbol.parameter) for text in _OF_OPTIMISERS[symbol.kind])
            return Label(base, sub, sup)
        if symbol.kind == "setting":
            return _SETTINGS[symbol.parameter]
        return self.notation.label(symbol, self.sizes)


def _notation(name: str, first_layer: int = 0, whole: Mapping[str, Any] | None = None, **looks: str) -> Notation:
    """A notation from what each kind looks like: ``base_sub^sup``."""
    table = {}
    for kind, look in looks.items():
        below, _, sup = look.partition("^")
        base, _, sub = below.partition("_")
        table[kind] = base, sub, sup
    return Notation(name, table, first_layer, **(whole or {}))


# fmt: off
#: Articles 2 and 4: net, out, target.
NET_OUT = _notation(
    "net_out", input="i_{j}", net="net_{unit}", out="out_{unit}", target="target_{unit}", loss_part="E_{unit}",
    sample_loss="E", loss="E_total", delta="δ_{unit}", rate="η",
)

#: Article 5, after Nielsen: z, a, C.
Z_A = _notation(
    "z_a", whole={"weights": "w", "function": "σ"},
    input="a_{j}^(0)", net="z_{j}^({l})", out="a_{j}^({l})", target="y_{j}", loss_part="C_{j}",
    sample_loss="C", loss="C", delta="δ_{j}^({l})", rate="η",
)

#: Article 1: net, h, d, with layers counted from 1, the input.
H_D = _notation(
    "h_d", first_layer=1, input="h_{j}^(1)", net="net_{j}^({n})", out="h_{j}^({n})", target="d_{j}", loss_part="E_{j}",
    sample_loss="E", loss="E", delta="δ_{j}^({n})", rate="α",
)

#: Article 2's matrix form: z, n, L, with the inputs as layer 0.
Z_N = _notation(
    "z_n", whole={"slope_first": True},
    input="n_{j}^(0)", net="z_{j}^({l})", out="n_{j}^({l})", target="y_{j}", loss_part="L_{j}",
    sample_loss="L", loss="L", delta="δ_{j}^({l})", rate="η",
)

#: Article 2's index form: S, y, d, with the unit as index.
S_Y = _notation(
    "s_y", whole={"weights": "w"},
    input="x_{j}", net="S_{unit}", out="y_{unit}", target="d_{unit}", loss_part="E_{unit}",
    sample_loss="E", loss="E", delta="δ_{unit}", rate="η",
)
# fmt: on

NOTATIONS = {notation.name: notation for notation in (NET_OUT, Z_A, H_D, Z_N, S_Y)}


def notation(name: str | Notation) -> Notation:
    """The notation of that name: net_out (articles 2 and 4), z_a (5), h_d (1), z_n or s_y (2)."""
    return name if isinstance(name, Notation) else NOTATIONS[one_of(name, "notation", NOTATIONS)]


def updated_label(label: Label) -> Label:
    """How the new value of a parameter is written."""
    return Label(label.base, label.sub, f"{label.sup} new".strip())


#: The sign for what is corrected, over the letter before it.
HAT = "\u0302"
HATTED = (f"m{HAT}", f"v{HAT}")

#: The step before step t, as it stands above a power.
BEFORE = "t-1"

#: What an optimiser remembers, in every notation: base, subscript, superscript; {} is the parameter's name.
_OF_OPTIMISERS = {
    "velocity": ("v", "{}", ""), "velocity_new": ("v", "{}", "new"), "first": ("m", "{}", ""),
    "first_new": ("m", "{}", "new"), "first_hat": (f"m{HAT}", "{}", ""), "second": ("v", "{}", ""),
    "second_new": ("v", "{}", "new"), "second_hat": (f"v{HAT}", "{}", ""), "power_1": ("β", "1", BEFORE),
    "power_1_new": ("β", "1", "t"), "power_2": ("β", "2", BEFORE), "power_2_new": ("β", "2", "t"),
}  # fmt: skip
_SETTINGS = {"momentum": Label("μ"), "beta_1": Label("β", "1"), "beta_2": Label("β", "2"), "epsilon": Label("ε")}

_INDEXED = re.compile(r"([A-Za-z])(\d+)\[(\d+(?:,\d+)?)\]")
_NUMBERED = re.compile(r"([A-Za-zα-ωΑ-Ω]+)_?(\d+)")
_SUBSCRIPTED = re.compile(r"([A-Za-zα-ωΑ-Ω]+)_([A-Za-z0-9,]+)")


def parameter_label(name: str, first_layer: int = 0) -> Label:
    """How a parameter's name is written: w7, w1[2,3] and w_ab get indices, anything else stays as it is.

    Examples
    --------
    >>> parameter_label("w12"), parameter_label("w1[2,3]")
    (Label(base='w', sub='12', sup=''), Label(base='w', sub='2,3', sup='(1)'))
    """
    if match := _INDEXED.fullmatch(name):
        return Label(match[1], match[3], f"({int(match[2]) + first_layer})")
    if match := _NUMBERED.fullmatch(name) or _SUBSCRIPTED.fullmatch(name):
        return Label(match[1], match[2])
    return Label(name)
