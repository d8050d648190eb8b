"""Where a page by layer has each given number: in which matrix, and at which of its entries."""

from ...networks.exercise import Exercise
from ...networks.names import RATE
from ...steps.whole import Whole
from ..stepper.away import Place


def places(given: Exercise) -> dict[str, Place]:
    """The place of every given number, by its name; a sample is a column."""
    net = given.network
    found: dict[str, Place] = {net.name_of(RATE): ["rate", 0]}
    for l, (weights, biases) in enumerate(zip(net.weight_names, net.bias_names, strict=True), 1):
        entries = [name for row in weights for name in row]
        found |= {name: [Whole("weights", l).name, n] for n, name in enumerate(entries)}
        own = [biases] if isinstance(biases, str) else biases or ()
        found |= {name: [Whole("biases", l).name, n] for n, name in enumerate(own)}
    for kind in ("input", "target"):
        rows: dict[int | None, int] = {}
        for name, symbol in given.symbols.items():
            if symbol.kind == kind:
                row = rows[symbol.sample] = rows.get(symbol.sample, -1) + 1
                found[name] = [kind, row * given.n_samples + len(rows) - 1]
    return found
