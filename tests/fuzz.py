"""Texts, files and messages that nobody in their right mind would send, made by the thousand: ``make fuzz``.

Each begins as something right, written by a grammar, and is bent: pieces are left out, repeated, exchanged, or replaced by
signs from anywhere in Unicode.  Whatever comes of it is read, or refused in one sentence, and nothing else happens.
"""

from __future__ import annotations

import copy
import json
import random
import string
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import bpviz as bp
from bpviz.formula.grammar import FUNCTIONS, INFIX, LIMITS, SIGNS
from bpviz.views.table import Table
from bpviz.widgets.layers.layer_stepper import LayerStepper

#: No sentence is longer, whatever it is about.
LONGEST_SENTENCE = 600

ODD_SIGNS = "\x00\t\n\u00a0\u200b\u202e\u0301٣½²⁻·×−δ∂∑{}[]<>&\"'\\$%#;:?!|~`_^√∞≈=🙂\ud7ff\ufffd"
ODD_VALUES = (
    None, True, -1, 0, 1, 2**53, 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"), "", "w1", "a" * 5000, "<b>", [], {}, [[]],
    [None], [[0, []]], {"name": "prelu"}, {"": 0}, [float("nan")], [["a"], 1], [[[[1]]]], "sigmoid",
)  # fmt: skip


def formula(rng: random.Random, names: list[str], deep: int = 4) -> str:
    """A formula that the grammar allows."""
    kind = rng.random()
    if deep == 0 or kind < 0.3:
        return rng.choice([*names, str(rng.randint(0, 12)), f"{rng.uniform(0, 9):.3g}", f"{rng.random():.2e}"])

    def part() -> str:
        return formula(rng, names, deep - 1)

    if kind < 0.6:
        return f"{part()}{rng.choice(['', ' '])}{rng.choice([*INFIX, '^', ' '])}{part()}"
    if kind < 0.75:
        return f"({part()})"
    if kind < 0.85:
        return f"{rng.choice('+-')}{part()}"
    called = rng.choice(list(FUNCTIONS))
    return f"e^({part()})" if called == "e" else f"{called}({', '.join(part() for _ in range(FUNCTIONS[called]))})"


def bent(rng: random.Random, text: str, pieces: list[str]) -> str:
    """A text with a few things wrong with it."""
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 6))):
        at, to = sorted(rng.randint(0, len(text)) for _ in range(2))
        to = min(to, at + 8)
        new = rng.choice([
            "", text[at:to] * 2, rng.choice(ODD_SIGNS), rng.choice(pieces), chr(rng.randrange(0xD000)), rng.choice(string.printable),
        ])  # fmt: skip
        text = text[:at] + new + text[to if rng.random() < 0.5 else at :]
    if rng.random() < 0.02:  # one thing very often
        text = (rng.choice(pieces) * LIMITS["longest"])[: LIMITS["longest"] + rng.choice((-1, 0, 1))]
    return text


def typed(rng: random.Random, names: list[str]) -> str:
    """What may be typed as an answer."""
    pieces = [
        *names,
        *FUNCTIONS,
        *INFIX,
        *(sign for sign, _ in SIGNS),
        "max(",
        "e^",
        "(",
        ")",
        ",",
        "=",
        "/",
        "½",
        "²",
        "1e",
        ".",
    ]
    return bent(rng, formula(rng, names), pieces)


def any_network(rng: random.Random) -> bp.Network:
    sizes = [rng.randint(1, 3) for _ in range(rng.randint(2, 4))]
    biases = rng.choice([True, False])
    hidden = [rng.choice(["tanh", "relu", "sigmoid"]) for _ in sizes[1:]]
    return bp.initialise(sizes, activations=hidden, biases=biases, seed=rng.randrange(10**6))


def saved(rng: random.Random) -> str:
    """What may stand in a file of a network."""
    text = any_network(rng).to_json()
    if rng.random() < 0.5:
        return bent(
            rng, text, ['"', "[", "]", "{", "}", ",", ":", "null", "1e999", "NaN", '"weights": 1,', "true", "0.1"]
        )
    data = json.loads(text)
    for _ in range(rng.randint(1, 3)):
        _bend_part(rng, data)
    return json.dumps(data)


def _bend_part(rng: random.Random, data: Any) -> None:
    """Put something odd somewhere into what was read from JSON."""
    while isinstance(data, (dict, list)) and data:
        key = rng.choice(list(data) if isinstance(data, dict) else range(len(data)))
        if not isinstance(data[key], (dict, list)) or not data[key] or rng.random() < 0.3:
            if rng.random() < 0.2:
                del data[key]
            else:
                data[key] = copy.deepcopy(rng.choice([v for v in ODD_VALUES if v != 10**400]))
            return
        data = data[key]


def odd(rng: random.Random, right: Any) -> Any:
    """Something in place of a value that a page would send."""
    if rng.random() < 0.5:
        return copy.deepcopy(rng.choice(ODD_VALUES))
    data = json.loads(json.dumps({"value": right}))
    _bend_part(rng, data)
    return data.get("value")


def what_goes_wrong(call: Callable[[], Any]) -> str:
    """Nothing if the call is answered or refused in a sentence, else what was seen instead."""
    try:
        call()
    except (ValueError, TypeError) as error:
        said = str(error)
        if not said.strip() or len(said) > LONGEST_SENTENCE or "\n" in said.strip():
            return f"no one sentence: {type(error).__name__}: {said[:200]!r}"
        own = error.__traceback__
        while own and own.tb_next:
            own = own.tb_next
        if own and "bpviz" not in own.tb_frame.f_code.co_filename:
            return f"raw {type(error).__name__}: {said[:200]}"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    return ""


class Reader:
    """Answers that are typed, as a formula or a number, and marked."""

    def __init__(self) -> None:
        self.question = bp.ask("dE_total/dw7")
        self.names = list(self.question.derivation.values)
        self.slowest = (0.0, "")

    def try_one(self, rng: random.Random) -> tuple[str, str]:
        text = typed(rng, self.names)
        began = time.process_time()
        wrong = what_goes_wrong(lambda: self.question.check(text))
        took = time.process_time() - began
        if took > self.slowest[0]:
            self.slowest = (took, text)
        said = "" if wrong else self.question.check(text).sentence
        if len(said) > LONGEST_SENTENCE:
            wrong = f"a sentence of {len(said)} characters"
        return wrong, text


class Files:
    """Networks that are read from JSON; what is accepted is written and read again."""

    def try_one(self, rng: random.Random) -> tuple[str, str]:
        text = saved(rng)

        def read() -> None:
            net = bp.Network.from_json(text)
            again = bp.Network.from_json(net.to_json())
            assert again == net or not all(np.isfinite(W).all() for W in net.weights), (
                "read again it is another network"
            )
            bp.forward(net, np.zeros(net.sizes[0]))

        return what_goes_wrong(read), text


#: What a page may send of itself, by widget.
SENT = {
    "UnitStepper": ("step", "wrt", "iteration", "learning_rate", "digits", "_anchors"),
    "LayerStepper": ("step", "wrt", "iteration", "learning_rate", "digits", "sample", "_changes"),
    "Trainer": ("epoch",),
    "Quiz": ("number", "seed"),
    "LossSurface": ("first", "second", "start", "learning_rate", "steps"),
    "ActivationExplorer": ("net", "shown"),
    "DepthExplorer": ("depth", "width", "activation", "initialisation"),
}


class Messages:
    """What a page sends to Python; what is refused changes nothing."""

    def __init__(self) -> None:
        ex = bp.articles.example("2-3-2")
        given = (ex.network, ex.x, ex.target)
        xor = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
        trained = bp.train(bp.initialise((2, 3, 1)), *xor, epochs=5)
        self.widgets = [
            bp.Stepper(*given, wrt="w7"), LayerStepper(bp.initialise((3, 20, 2)), [1, 2, 3], [0, 1]), bp.Trainer(*xor, run=trained),
            bp.Quiz(["w7_new"]), bp.LossSurface(*given), bp.NetworkBuilder(), bp.ActivationExplorer(), bp.DepthExplorer(),
        ]  # fmt: skip

    def try_one(self, rng: random.Random) -> tuple[str, str]:
        widget = rng.choice(self.widgets)
        kind = type(widget).__name__
        if kind == "NetworkBuilder" or (kind == "Quiz" and rng.random() < 0.5):
            message = odd(rng, {"check": "w7", "token": 1} if kind == "Quiz" else _form(rng, widget))
            return what_goes_wrong(lambda: widget._handle_custom_msg(message, [])), f"{kind}: {message!r}"[:300]
        names = rng.sample(SENT[kind], min(len(SENT[kind]), rng.choice((1, 1, 2))))
        state = {name: odd(rng, getattr(widget, name)) for name in names}
        before = widget.get_state()
        refused = ""
        try:
            widget.set_state(state)
        except (ValueError, TypeError) as error:
            refused = str(error)
            if widget.get_state() != before:
                return "refused, but something changed", f"{kind}: {state!r}"[:300]
            if len(refused) > LONGEST_SENTENCE:
                return f"a sentence of {len(refused)} characters", f"{kind}: {state!r}"[:300]
        except Exception as error:
            return f"{type(error).__name__}: {error}"[:200], f"{kind}: {state!r}"[:300]
        return what_goes_wrong(lambda: repr(widget)), f"{kind}: {state!r}"[:300]


def _form(rng: random.Random, widget: Any) -> Any:
    """A move of the Builder's form: what is to become what, of which layer."""
    name = rng.choice([*widget.choices, "add", "remove"])
    return {"name": name, "to": widget.choices.get(name, "relu"), "of": rng.choice([None, 0, 1, 2])}


KINDS: dict[str, Callable[[], Any]] = {"reader": Reader, "files": Files, "messages": Messages}


def tried(kind: Any, rng: random.Random, enough: Callable[[int], bool]) -> Iterator[tuple[str, str]]:
    """What goes wrong and with what, until it is enough."""
    done = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        while not enough(done):
            wrong, with_what = kind.try_one(rng)
            done += 1
            if wrong:
                yield wrong, with_what
    kind.done = done


def main(seconds: float, seed: int) -> int:
    rows, bad = [], 0
    for name, make in KINDS.items():
        kind, rng, end = make(), random.Random(f"{name}{seed}"), time.monotonic() + seconds / len(KINDS)
        found = list(tried(kind, rng, lambda _, end=end: time.monotonic() > end))
        bad += len(found)
        rows.append((name, str(kind.done), str(len(found))))
        for wrong, with_what in found[:20]:
            print(f"{name}: {wrong}\n    with {with_what!r}")
        if isinstance(kind, Reader):
            print(f"the slowest text took {1000 * kind.slowest[0]:.0f} ms: {kind.slowest[1][:80]!r}")
    print(Table(("what", "tried", "wrong"), rows))
    return bad


if __name__ == "__main__":
    sys.exit(
        bool(main(float(sys.argv[1]) if len(sys.argv) > 1 else 600.0, int(sys.argv[2]) if len(sys.argv) > 2 else 0))
    )
