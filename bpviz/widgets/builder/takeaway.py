"""What one takes away from the builder: the network as Python code and as JSON."""

import json
import re
from typing import Any

from ...networks.exercise import Exercise
from ...networks.names import RATE
from ...networks.network import Network

#: Round the place of a number until the text is cut there: two signs that no name can have.
_OPEN, _CLOSE = "\ue000", "\ue001"


class _Slot(str):
    """The place of a number; written as code it has no quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _places(given: Exercise) -> tuple[list[Any], list[Any], list[str], list[str]]:
    """The slots of a network's weights and biases, of the sample and of the target, shaped as their numbers are."""
    net, names = given.network, list(given.numbers)

    def slot(name: str | None) -> str:
        return _Slot(f"{_OPEN}{names.index(name or '')}{_CLOSE}")

    weights = [[[slot(name) for name in row] for row in layer] for layer in net.weight_names]
    biases = [
        None if name is None else slot(name) if isinstance(name, str) else [slot(one) for one in name]
        for name in net.bias_names
    ]
    n_in, n_out = net.sizes[0], net.sizes[-1]
    return weights, biases, [slot(n) for n in names[:n_in]], [slot(n) for n in names[n_in : n_in + n_out]]


def open_json(given: Exercise) -> list[str | int]:
    """The network's JSON in pieces, with the places of its numbers between them, for a page to put together."""
    weights, biases, _, _ = _places(given)
    data = {**json.loads(given.network.to_json()), "weights": weights, "biases": biases}
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return _pieces(text.replace(f'"{_OPEN}', _OPEN).replace(f'{_CLOSE}"', _CLOSE))


def open_code(given: Exercise) -> list[str | int]:
    """The code in pieces, too."""
    weights, biases, x, target = _places(given)
    rate = _Slot(f"{_OPEN}{list(given.symbols.values()).index(RATE)}{_CLOSE}")
    return _pieces(_code(given.network, weights, biases, x, target, rate))


def _pieces(text: str) -> list[str | int]:
    """Texts, and the numbers of what stands between them."""
    return [int(piece) if n % 2 else piece for n, piece in enumerate(re.split(f"{_OPEN}(.*?){_CLOSE}", text))]


def code_of(given: Exercise) -> str:
    """Python that makes the network and steps through it."""
    net = given.network
    weights = [W.tolist() for W in net.weights]
    biases = [None if b is None else b.tolist() for b in net.biases]
    return _code(net, weights, biases, given.x.tolist(), given.target.tolist(), given.rate)


def _code(net: Network, weights: Any, biases: Any, x: Any, target: Any, rate: Any) -> str:
    lines = ["import bpviz as bp", "", "net = bp.Network(", f"    weights={weights!r},"]
    if any(b is not None for b in net.biases):
        lines.append(f"    biases={biases!r},")
    lines += [
        f"    activations={[f.to_dict() if f.parameters else f.name for f in net.activations]!r},",
        f"    loss={net.loss.name!r},",
        f"    weight_names={[[list(row) for row in layer] for layer in net.weight_names]!r},",
    ]
    if any(name is not None for name in net.bias_names):
        lines.append(f"    bias_names={[n if isinstance(n, str) or n is None else list(n) for n in net.bias_names]!r},")
    lines += [")", f"bp.Stepper(net, {x!r}, {target!r}, learning_rate={rate!r})"]
    return "\n".join(lines)
