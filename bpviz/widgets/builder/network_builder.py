"""Build a network: choose layers, activations, loss and names, and see its derivation at once."""

from collections.abc import Iterator
from html import escape
from typing import Any

import numpy as np
import traitlets

from ...calculus.timeline import Timeline
from ...networks.activations import ACTIVATIONS
from ...networks.arrays import columns
from ...networks.exercise import exercise
from ...networks.initialising import METHODS, initialise
from ...networks.losses import LOSSES
from ...networks.network import Network
from ...words.catalogue import say, words
from ...words.validation import one_of, shorten, whole_number
from ..shared.page import css, esm
from ..shared.refusing import refusing
from ..stepper.stepper import Stepper
from .takeaway import code_of, open_code, open_json

NAMES = ("indexed", "numbered")
BIASES = ("own", "shared", "none")

#: Larger networks than this are not drawn well.
MOST_LAYERS, MOST_UNITS = 5, 8

#: The field for another name takes so many characters.
LONGEST_NAME = 40

#: What a hidden layer that is added begins with, and the loss that suits any outputs.
ADDED = {"units": 3, "activation": "sigmoid", "loss": "half_squared_error"}

_DEFAULT = {
    "sizes": [2, 3, 2],
    "activations": ["sigmoid", "sigmoid"],
    "loss": "half_squared_error",
    "biases": "own",
    "names": "indexed",
    "method": "xavier",
    "seed": 1,
    "rename": {},
}


class NetworkBuilder(Stepper):
    """Choose layers, activations, loss, biases, names and numbers; the derivation of that network follows at once.

    It is a `Stepper` with a form above it, and with the network's code and JSON to take away below it.

    Parameters
    ----------
    **choices
        Where to begin: any of ``sizes`` (2 to 5 layers of 1 to 8 units), ``activations`` (one per layer with weights),
        ``loss``, ``biases`` ("own", "shared" or "none"), ``names`` ("indexed" or "numbered"), ``method`` (as for
        `initialise`), ``seed``, and ``rename`` (from a name of that scheme to your own).

    Attributes
    ----------
    choices : dict
        The form; set it to build another network.
    network : Network
        What is built, with the numbers as they are now.
    code : str
        Python that makes this network.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the choice.

    Examples
    --------
    >>> builder = NetworkBuilder(sizes=[2, 2, 1], activations=["relu", "sigmoid"], loss="binary_cross_entropy")
    >>> builder.network
    Network(2-2-1, relu sigmoid, binary_cross_entropy, 9 parameters)
    >>> builder.choices = {**builder.choices, "biases": "none", "names": "numbered"}
    >>> list(builder.network.parameters)
    ['w1', 'w2', 'w3', 'w4', 'w5', 'w6']
    """

    _esm = esm("builder/builder")
    _sheets = ("shared/widget", "stepper/stepper", "builder/builder")
    _css = css(*_sheets)

    choices: Any = traitlets.TraitType({}).tag(sync=True)

    _options = traitlets.Dict(
        {
            "activations": list(ACTIVATIONS),
            "loss": list(LOSSES),
            "biases": {key: say(f"builder.biases_{key}") for key in BIASES},
            "names": {key: say(f"builder.names_{key}") for key in NAMES},
            "method": list(METHODS),
            "layers": [2, MOST_LAYERS],
            "units": [1, MOST_UNITS],
            "partners": {name: made().partner for name, made in LOSSES.items() if made().partner},
            "added": ADDED,
            "longest_name": LONGEST_NAME,
        }
    ).tag(sync=True)
    _words = traitlets.Dict(words("page", "stepper", "editor", "drawing", "builder")).tag(sync=True)
    _build = traitlets.Int(0).tag(sync=True)
    _code = traitlets.Unicode().tag(sync=True)
    _json = traitlets.Unicode().tag(sync=True)
    _open: Any = traitlets.List().tag(sync=True)
    _refusal = traitlets.Unicode().tag(sync=True)

    def __init__(self, **choices: Any) -> None:
        chosen = _checked({**_DEFAULT, **_fitting(choices)})
        net = _network(chosen)
        x, target = _sample(net)
        super().__init__(net, x, target)
        self.choices = chosen
        self._title = say("titles.builder")
        self._take_away()
        self.on_msg(self._asked)

    @property
    def code(self) -> str:
        """Python that makes this network and steps through it."""
        return self._code

    @traitlets.validate("choices")
    def _valid_choices(self, proposal: Any) -> dict[str, Any]:
        with refusing():
            chosen = _checked(proposal["value"])
            _network(chosen)
            return chosen

    @traitlets.observe("choices")
    def _follow_choices(self, change: Any) -> None:
        if not self._ready or not change["old"]:
            return
        net = _network(change["new"])
        x, target = _sample(net)
        with self.hold_sync():
            self._kept = Timeline(exercise(net, x, target, self.learning_rate))
            self._set_up(next(iter(net.parameters)))
            self._title = say("titles.builder")
            self._build += 1
            self._take_away()

    @traitlets.observe("_anchors", "iteration")
    def _follow_numbers(self, _change: Any) -> None:
        if self._ready:
            self._take_away()

    def _take_away(self) -> None:
        with self.hold_sync():
            self._code, self._json = code_of(self.given), self.network.to_json()

    def complete(self) -> None:
        """Put what to take away into the page with its numbers left open, as no Python will write them anew."""
        super().complete()
        self._open = [open_code(self.given), open_json(self.given)]

    def _asked(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Build what the page's form says; what cannot be built gets its sentence."""
        if not isinstance(content, dict) or not isinstance(content.get("choices"), dict):
            return
        self._refusal = ""
        try:
            self.choices = {**self.choices, **content["choices"]}
        except (ValueError, TypeError) as error:
            self._refusal = str(error)

    def __repr__(self) -> str:
        return f"NetworkBuilder({self.network!r})"

    def snapshot(self) -> str:
        """The code, above the step that is shown."""
        return f"<pre>{escape(self.code)}</pre>{super().snapshot()}"


def _fitting(choices: dict[str, Any]) -> dict[str, Any]:
    """The choices, with activations and a loss that go together where only some are given."""
    for name in choices:
        one_of(name, "choices", _DEFAULT)
    if "sizes" in choices and "activations" not in choices and isinstance(choices["sizes"], (list, tuple)):
        choices = {**choices, "activations": ["sigmoid"] * (len(choices["sizes"]) - 1)}
    return choices


def _checked(choices: Any) -> dict[str, Any]:
    """The choices as they may be synced, or ValueError or TypeError with a sentence."""
    if not isinstance(choices, dict) or set(choices) != set(_DEFAULT):
        raise ValueError(f"choices must have {', '.join(_DEFAULT)}, but has {shorten(choices)}")
    sizes = choices["sizes"]
    if not isinstance(sizes, (list, tuple)) or not 2 <= len(sizes) <= MOST_LAYERS:
        raise ValueError(f"sizes must list 2 to {MOST_LAYERS} layers, not {shorten(sizes)}")
    counts = [whole_number(size, "sizes", 1, MOST_UNITS) for size in sizes]
    functions = choices["activations"]
    if not isinstance(functions, (list, tuple)) or len(functions) != len(counts) - 1:
        raise ValueError(
            f"activations must name one for each of the {len(counts) - 1} layers, not {shorten(functions)}"
        )
    rename = choices["rename"]
    if not isinstance(rename, dict) or not all(isinstance(name, str) for pair in rename.items() for name in pair):
        raise TypeError(f"rename must lead from names to names, not {shorten(rename)}")
    return {
        "sizes": counts,
        "activations": [one_of(name, "activations", ACTIVATIONS) for name in functions],
        "loss": one_of(choices["loss"], "loss", LOSSES),
        "biases": one_of(choices["biases"], "biases", BIASES),
        "names": one_of(choices["names"], "names", NAMES),
        "method": one_of(choices["method"], "method", METHODS),
        "seed": whole_number(choices["seed"], "seed", 0, 2**53),
        "rename": dict(rename),
    }


def _network(choices: dict[str, Any]) -> Network:
    sizes, biases = choices["sizes"], choices["biases"]
    drawn = initialise(sizes, choices["method"], seed=choices["seed"], activations="linear")
    weights = [W.round(2) for W in drawn.weights]
    own = [np.full(n, 0.1) for n in sizes[1:]]
    vectors: list[Any] | None = None if biases == "none" else [0.1] * len(own) if biases == "shared" else own
    functions, rename = list(choices["activations"]), choices["rename"]
    plain = Network(weights, vectors, functions, choices["loss"])
    numbers, count = iter(range(1, 10_000)), iter(range(1, 10_000))

    def named(name: str, number: Iterator[int]) -> str:
        scheme = name if choices["names"] == "indexed" else f"{name[0]}{next(number)}"
        return str(rename.get(scheme, scheme))

    weight_names = [[[named(name, numbers) for name in row] for row in layer] for layer in plain.weight_names]
    bias_names: list[Any] = []
    for names in plain.bias_names:
        if names is None or isinstance(names, str):
            bias_names.append(names and named(names, count))
        else:
            bias_names.append([named(name, count) for name in names])
    found = list(plain.parameters)
    net = Network(weights, vectors, functions, choices["loss"], weight_names, bias_names)
    if len(net.parameters) < len(found):
        raise ValueError(
            "rename gives two parameters one name; a shared parameter needs equal values and is made in Python"
        )
    return net


def _sample(net: Network) -> tuple[Any, Any]:
    """A sample that suits the network's loss."""
    x = [round(0.5 + 0.5 * n, 1) for n in range(net.sizes[0])]
    target = np.zeros(net.sizes[-1])
    target[0] = 1.0
    net.loss.check_target(columns(target))
    return x, target
