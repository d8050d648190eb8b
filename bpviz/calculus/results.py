"""What the two passes computed, as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, sqrt
from typing import Any

import numpy as np

from ..networks.arrays import Array
from ..networks.by_name import ByName
from ..networks.layout import Layout
from ..networks.network import Network
from ..words.compared import Compared
from ..words.validation import squares

#: From so many weights on it takes less time to find a bound for their gradients than to look at each.
MANY = 10_000


@dataclass(frozen=True, eq=False)
class Trace(Compared):
    """What a forward pass computed, one array per layer, shaped like the input.

    For a sample the arrays have shape (n_units,), for a batch (n_samples, n_units).

    Attributes
    ----------
    a : tuple of arrays
        The outputs of every layer; ``a[0]`` is the input and ``a[-1]`` the network's output.
    z : tuple of arrays
        The net inputs of every layer with weights: ``a[l + 1] = f(z[l])``.
    network : Network or None
        The network that was run.
    """

    z: tuple[Array, ...]
    a: tuple[Array, ...]
    network: Network | None = field(default=None, repr=False, compare=False)
    #: The same z and a with a column for each sample, in a trace that came from `forward`; a copy has none.
    columns: tuple[list[Array], list[Array]] | None = field(default=None, init=False, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "columns": None}

    @property
    def output(self) -> Array:
        """The network's output, ``a[-1]``."""
        return self.a[-1]

    @property
    def is_batch(self) -> bool:
        """Whether this is the trace of several samples."""
        return self.a[0].ndim == 2


@dataclass(frozen=True, eq=False)
class Gradients(Compared):
    """What a backward pass computed.

    Attributes
    ----------
    loss : float
        The error: of the sample, or the mean or sum over the batch.
    deltas : tuple of arrays
        dE/dz, one array per layer with weights, shaped like the trace's ``z``, each sample for itself.
    weights, biases : tuple of arrays
        dE/dW and dE/db per layer, shaped like the network's, to be read only; the gradient of a shared bias is already
        a sum, and None stands where there is no bias.
    layout : Layout
        The names and places of the parameters.
    network : Network or None
        The network whose gradients they are.
    """

    loss: Any
    deltas: tuple[Array, ...]
    weights: tuple[Array, ...]
    biases: tuple[Array | None, ...]
    layout: Layout = field(repr=False)
    network: Network | None = field(default=None, repr=False, compare=False)
    #: No dE/dW that can only be read is larger; infinite where nobody asked.
    bound: float = field(default=inf, repr=False, compare=False)

    @property
    def by_name(self) -> Mapping[str, Any]:
        """The gradient of every parameter, summed over all places it is used in; ``grads["w7"]`` reads one."""
        return ByName(self.layout, self.weights, self.biases)

    def cannot_overflow(self, learning_rate: float) -> bool:
        """Whether no weight grows too large: even the largest float has no digit that such a step would change."""
        mine = self.bound < inf and self.layout.owners is None and not any(dW.flags.writeable for dW in self.weights)
        floats = np.finfo(self.weights[0].dtype)
        return mine and learning_rate * self.bound < float(floats.max) * float(floats.eps) / 8

    def __getitem__(self, name: str) -> Any:
        return ByName(self.layout, self.weights, self.biases).look_up(name)


def bound_of(delta: list[Array], a: list[Array]) -> float:
    """What no dE/dW exceeds: the lengths of its deltas and of its outputs multiplied (Cauchy, Schwarz)."""
    return sqrt(max([squares(d) * squares(below.ravel("K")) for d, below in zip(delta, a, strict=False)]))
