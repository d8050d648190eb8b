"""A network with other kinds of values in it, for the passes: SymPy symbols, complex numbers, wrong weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..networks.layout import Layout
from ..networks.network import Network


@dataclass(frozen=True)
class Twin:
    """A network with other kinds of values in it: what the passes need, and no more."""

    weights: tuple[Any, ...]
    biases: tuple[Any, ...]
    activations: tuple[Any, ...]
    loss: Any
    layout: Layout | None = None


def twin(net: Network, values: Mapping[str, Any], dtype: type) -> Twin:
    """The network with `values` (by parameter name) of another dtype: SymPy objects, complex numbers, ..."""
    slots: Any = np.empty(net.layout.size, dtype=dtype)
    for name in net.layout.names:
        slots[list(net.layout.slots(name))] = values[name]
    return Twin(*net.layout.arrays(slots), net.activations, net.loss, net.layout)
