"""Two ways to make the same step: by the derivation as a program, and by the four array lines.

Both take every parameter as one vector, in the order in which they are read, and samples as rows.
"""

from collections.abc import Sequence

import numpy as np

from ..calculus.passes import errors_back, over_samples, run
from ..calculus.twin import Twin
from ..derivation.compiled import REFUSALS, made
from ..networks.arrays import Array
from ..networks.network import Network

#: Where the program gives way to the array lines: at so many samples at once times parameters, for each layer.
#: `benchmarks/training.py` finds the place where both take as long.
REACH = 120


#: The error of many samples is added up so many at a time, in arrays that stay in the processor's own memory.
AT_ONCE = 256


def by_program(net: Network, n_samples: int) -> bool:
    """Whether a step over so many samples is made faster by the program."""
    return net.dtype == np.float64 and n_samples * len(net.layout) <= REACH * net.depth


class ArrayLines:
    """The four equations on arrays, which are views of the vector of parameters where each has one slot."""

    def __init__(self, net: Network, x: Array, target: Array) -> None:
        self.net, self.x, self.target = net, x, target
        self._twin: Twin | None = None
        self._on: Array | None = None

    def parts(self, vector: Array) -> list[Array]:
        """Such a vector in pieces, as `gradient` has them."""
        layout = self.net.layout
        if not layout.is_default:
            return [vector]
        weights, biases = layout.arrays(vector)
        return [array for array in (*weights, *biases) if array is not None]

    def gradient(self, theta: Array, chosen: Array | None = None, times: float = 1.0) -> tuple[float, list[Array]]:
        """The mean error over some samples, all unless told otherwise, and so many times its gradient."""
        net, layout = self._network(theta), self.net.layout
        x, target = (self.x, self.target) if chosen is None else (self.x[chosen], self.target[chosen])
        n_samples, target = len(x), target.T
        z, a = run(net, x.T)
        error = net.loss.value(net.activations[-1], z[-1], a[-1], target).sum() / n_samples
        _, dC_dW, dC_db = errors_back(net, z, a, target, n_samples / times)
        weights, biases = over_samples(net, dC_dW, dC_db)
        if layout.is_default:
            return float(error), [slopes for slopes in (*weights, *biases) if slopes is not None]
        slots = layout.summed(layout.vector(weights, biases))
        return float(error), [slots[layout.in_reading_order]]

    def loss(self, theta: Array, x: Array | None = None, target: Array | None = None) -> float:
        """The mean error over the samples, or over others."""
        net = self._network(theta)
        rows, wanted = (self.x, self.target) if x is None or target is None else (x, target)
        total = 0.0
        for first in range(0, len(rows), AT_ONCE):
            some = slice(first, first + AT_ONCE)
            z, a = run(net, rows[some].T)
            total += float(net.loss.value(net.activations[-1], z[-1], a[-1], wanted[some].T).sum())
        return total / len(rows)

    def _network(self, theta: Array) -> Twin:
        """The network with these parameters."""
        net = self.net
        if self._twin is None or theta is not self._on or not net.layout.is_default:
            arrays = net.layout.arrays(theta if net.layout.is_default else net.layout.slots_of(theta))
            self._twin, self._on = Twin(*arrays, net.activations, net.loss, net.layout), theta
        return self._twin


class ByProgram:
    """The derivation itself, sample by sample, in plain Python."""

    def __init__(self, net: Network, x: Array, target: Array, frozen: frozenset[str]) -> None:
        self.step = made(net, "python", "update", frozen)
        self.slopes, self.error = made(net, "python", "gradients"), made(net, "python", "error")
        self.x, self.target = list(map(tuple, x.tolist())), list(map(tuple, target.tolist()))

    def parts(self, vector: Array) -> list[Array]:
        """The vector in one piece."""
        return [vector]

    def gradient(self, theta: Array, chosen: Array | None = None, times: float = 1.0) -> tuple[float, list[Array]]:
        """The mean error over some samples, all unless told otherwise, and so many times its gradient."""
        values = tuple(theta.tolist())
        places: Sequence[int] = range(len(self.x)) if chosen is None else chosen.tolist()
        errors, slopes = zip(*(self.slopes.run(values, self.x[n], self.target[n]) for n in places), strict=True)
        return sum(errors) / len(places), [np.array(slopes).sum(axis=0) * (times / len(places))]

    def sweep(self, theta: Array, order: Sequence[int], rate: float) -> Array:
        """An update for each sample, one after the other."""
        values, step, x, target = tuple(theta.tolist()), self.step.function, self.x, self.target
        for n in order:
            try:
                _, values = step(values, x[n], target[n], rate)
            except REFUSALS:
                _, values = self.step.run(values, x[n], target[n], rate)
        return np.array(values)

    def loss(self, theta: Array) -> float:
        """The mean error over the samples."""
        values = tuple(theta.tolist())
        return sum(self.error.run(values, x, t)[0] for x, t in zip(self.x, self.target, strict=True)) / len(self.x)
