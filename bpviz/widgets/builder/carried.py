"""The networks that an exported builder carries along: what is chosen there must be ready, as no Python runs."""

from typing import Any

from .form import Choices, checked, moved, offered

#: A first hidden layer of so many units, with these activations; and each loss for what is there.
UNITS, ACTIVATIONS = (2, 3, 4), ("sigmoid", "tanh", "relu")


def carried(choices: Choices) -> list[Choices]:
    """What is carried: the choices themselves first, then those that few moves lead to."""
    found = [checked(choices)]

    def take(move: dict[str, Any], start: Choices) -> None:
        made = made_by(start, move)
        if made is not None and made not in found:
            found.append(made)

    if len(choices["sizes"]) > 2:
        for count in UNITS:
            for function in ACTIVATIONS:
                step = moved(choices, {"name": "units", "to": count, "of": 1})
                take({"name": "activation", "to": function, "of": 1}, step or choices)
    for loss in offered()["loss"]:
        take({"name": "loss", "to": loss}, choices)
    return found


def made_by(choices: Choices, move: dict[str, Any]) -> Choices | None:
    """What a move makes of choices; None where nothing can be built of it."""
    try:
        made = moved(choices, move)
        return None if made is None else checked(made)
    except (ValueError, TypeError):
        return None


def ways(known: list[Choices]) -> list[list[list[Any]]]:
    """For each of these choices the moves of the form that lead to another one: [name, to, of, which]."""
    options = offered()
    found = []
    for choices in known:
        layers = range(len(choices["sizes"]))
        moves = [{"name": "units", "to": count, "of": n} for n in layers for count in options["units"]]
        moves += [{"name": "activation", "to": f, "of": n} for n in layers[1:] for f in options["activations"]]
        moves += [{"name": name, "to": to} for name in ("loss", "biases", "names", "method") for to in options[name]]
        made = [(move, made_by(choices, move)) for move in moves]
        found.append([[m["name"], m["to"], m.get("of"), known.index(to)] for m, to in made if to in known])
    return found
