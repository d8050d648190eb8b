"""The form of the builder: what may be chosen, and what becomes of it by a move of the page."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...networks.activations import ACTIVATIONS
from ...networks.arrays import columns
from ...networks.initialising import METHODS, initialise
from ...networks.losses import LOSSES
from ...networks.network import Network
from ...words.catalogue import say
from ...words.validation import one_of, shorten, whole_number

NAMES = ("indexed", "numbered")
BIASES = ("own", "shared", "none")

#: Networks of so many layers, of so many units each, are drawn well.
LAYERS, UNITS = (2, 5), (1, 8)

#: The field for another name takes so many characters.
LONGEST_NAME = 40

#: What a hidden layer that is added begins with.
ADDED_UNITS, ADDED_ACTIVATION = 3, "sigmoid"

#: The loss that suits any outputs.
ANY_LOSS = "half_squared_error"

#: The activation that a loss needs at the outputs.
PARTNERS = {name: partner for name, made in LOSSES.items() if (partner := made().partner)}

DEFAULT = {
    "sizes": [2, 3, 2],
    "activations": ["sigmoid", "sigmoid"],
    "loss": ANY_LOSS,
    "biases": "own",
    "names": "indexed",
    "method": "xavier",
    "seed": 1,
    "rename": {},
}

Choices = dict[str, Any]


def offered() -> dict[str, Any]:
    """What the page's form offers."""
    return {
        "activations": list(ACTIVATIONS),
        "loss": list(LOSSES),
        "biases": {key: say(f"builder.biases_{key}") for key in BIASES},
        "names": {key: say(f"builder.names_{key}") for key in NAMES},
        "method": list(METHODS),
        "units": list(range(UNITS[0], UNITS[1] + 1)),
        "longest_name": LONGEST_NAME,
    }


def possible(choices: Choices) -> dict[str, bool]:
    """Whether there is room for another hidden layer, and one to take away."""
    depth = len(choices["sizes"])
    return {"add": depth < LAYERS[1], "remove": depth > LAYERS[0]}


def moved(choices: Choices, move: Any) -> Choices | None:
    """The choices after a move of the page, not yet checked; None for what is no move.

    A loss that needs its own activation at the outputs brings it along, and goes where another one is chosen.
    """
    sizes, activations = list(choices["sizes"]), list(choices["activations"])
    match move:
        case {"name": "units", "to": count, "of": layer}:
            sizes[whole_number(layer, "layer", 0, len(sizes) - 1)] = count
            return {**choices, "sizes": sizes}
        case {"name": "activation", "to": function, "of": layer}:
            activations[whole_number(layer, "layer", 1, len(activations)) - 1] = function
            fits = PARTNERS.get(choices["loss"], activations[-1]) == activations[-1]
            return {**choices, "activations": activations, "loss": choices["loss"] if fits else ANY_LOSS}
        case {"name": "loss", "to": loss}:
            activations[-1] = PARTNERS.get(one_of(loss, "loss", LOSSES), activations[-1])
            return {**choices, "loss": loss, "activations": activations}
        case {"name": "add"}:
            sizes.insert(-1, ADDED_UNITS)
            activations.insert(-1, ADDED_ACTIVATION)
            return {**choices, "sizes": sizes, "activations": activations}
        case {"name": "remove"}:
            return {**choices, "sizes": [*sizes[:-2], sizes[-1]], "activations": [*activations[:-2], activations[-1]]}
        case {"name": "draw"}:
            return {**choices, "seed": choices["seed"] + 1}
        case {"name": "rename", "to": name, "of": which}:  # of the scheme, or given before
            schemes = _names(choices, _plain_network(choices))[2]
            return {**choices, "rename": {**choices["rename"], schemes[one_of(which, "rename", schemes)]: name}}
        case {"name": "biases" | "names" | "method" as name, "to": chosen}:
            return {**choices, name: chosen}
    return None


def fitting(choices: Choices) -> Choices:
    """The choices, with activations and a loss that go together where only some are given."""
    for name in choices:
        one_of(name, "choices", DEFAULT)
    if "sizes" in choices and "activations" not in choices and isinstance(choices["sizes"], (list, tuple)):
        choices = {**choices, "activations": [ADDED_ACTIVATION] * (len(choices["sizes"]) - 1)}
    return choices


def checked(choices: Any) -> Choices:
    """The choices as they may be synced, or ValueError or TypeError with a sentence."""
    if not isinstance(choices, dict) or set(choices) != set(DEFAULT):
        raise ValueError(f"choices must have {', '.join(DEFAULT)}, but has {shorten(choices)}")
    sizes = choices["sizes"]
    if not isinstance(sizes, (list, tuple)) or not LAYERS[0] <= len(sizes) <= LAYERS[1]:
        raise ValueError(f"sizes must list {LAYERS[0]} to {LAYERS[1]} layers, not {shorten(sizes)}")
    counts = [whole_number(size, "sizes", *UNITS) for size in sizes]
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


def _plain_network(choices: Choices) -> Network:
    """The network with the names that `Network` gives by itself."""
    sizes, biases = choices["sizes"], choices["biases"]
    drawn = initialise(sizes, choices["method"], seed=choices["seed"], activations="linear")
    own = [np.full(n, 0.1) for n in sizes[1:]]
    vectors: list[Any] | None = None if biases == "none" else [0.1] * len(own) if biases == "shared" else own
    return Network([W.round(2) for W in drawn.weights], vectors, list(choices["activations"]), choices["loss"])


def _names(choices: Choices, plain: Network) -> tuple[list[Any], list[Any], dict[str, str]]:
    """The names of weights and biases, and for each name that of the chosen scheme."""
    numbers, count = iter(range(1, 10_000)), iter(range(1, 10_000))
    schemes: dict[str, str] = {}

    def named(name: str, number: Iterator[int], letter: str) -> str:
        scheme = name if choices["names"] == "indexed" else f"{letter}{next(number)}"
        own = str(choices["rename"].get(scheme, scheme))
        schemes[own] = scheme
        return own

    weights = [[[named(name, numbers, "w") for name in row] for row in layer] for layer in plain.weight_names]
    biases = [
        names and named(names, count, "b")
        if names is None or isinstance(names, str)
        else [named(name, count, "b") for name in names]
        for names in plain.bias_names
    ]
    return weights, biases, schemes


def network_of(choices: Choices) -> Network:
    """The network that the choices describe."""
    plain = _plain_network(choices)
    weight_names, bias_names, schemes = _names(choices, plain)
    net = Network(plain.weights, plain.biases, list(plain.activations), plain.loss, weight_names, bias_names)
    if len(schemes) < len(plain.parameters):
        raise ValueError(say("builder.one_name"))
    return net


def sample_for(net: Network) -> tuple[Any, Any]:
    """A sample that suits the network's loss."""
    x = [round(0.5 + 0.5 * n, 1) for n in range(net.sizes[0])]
    target = np.zeros(net.sizes[-1])
    target[0] = 1.0
    net.loss.check_target(columns(target))
    return x, target
