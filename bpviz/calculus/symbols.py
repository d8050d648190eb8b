"""The same passes on symbols: every gradient as one SymPy expression."""

from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from ..networks.arrays import network_given, samples
from ..networks.names import Symbol
from ..networks.network import Network
from ..words.validation import one_of
from .passes import errors_back, gather, run
from .results import Gradients
from .twin import Twin, twin

#: No composed formula is made that has more terms than this, about.
MOST_TERMS = 40_000

#: Nor one of wider layers: SymPy adds their terms one by one, each time to all that came before.
MOST_UNITS = 200


def composed_size(net: Network) -> float:
    """About how many terms the largest gradient of a network has, written as one formula."""
    sizes, coupled = net.sizes, [1 if f.elementwise else n for n, f in zip(net.sizes[1:], net.activations, strict=True)]
    outs = [1.0]
    for l in range(net.depth):
        outs.append(coupled[l] * sizes[l] * (outs[-1] + 1))
    delta = 2 * outs[-1] * coupled[-1]
    for l in reversed(range(net.depth - 1)):
        delta = coupled[l] * (sizes[l + 2] * (delta + 1) + outs[l + 1])
    return max(delta, sizes[-1] * outs[-1])


class SymbolicNetwork:
    """The gradients of a network in its own symbols.  Made by `symbolic`; computed when first asked for.

    Attributes
    ----------
    symbols : mapping of str to sympy.Symbol
        Every parameter, input (``i1``, ...) and target (``target_o1``, ...), all real.
    """

    def __init__(self, net: Network) -> None:
        network_given(net)
        if max(net.sizes) > MOST_UNITS:
            raise ValueError(
                f"net must have at most {MOST_UNITS} units in a layer for one formula, not {max(net.sizes)}"
            )
        if (terms := composed_size(net)) > MOST_TERMS:
            raise ValueError(
                f"net must be small enough for one formula, of at most about {MOST_TERMS:,} terms; {net!r} has about "
                f"{terms:,.0f}, which derive() writes in steps"
            )
        self.network = net
        names = [*net.parameters]
        self._inputs = [net.name_of(Symbol("input", 0, i)) for i in range(net.sizes[0])]
        self._targets = [net.name_of(Symbol("target", net.depth, j)) for j in range(net.sizes[-1])]
        self.symbols: dict[str, sp.Symbol] = {
            name: sp.Symbol(name, real=True) for name in (*names, *self._inputs, *self._targets)
        }

    @cached_property
    def _twin(self) -> Twin:
        return twin(self.network, self.symbols, object)

    @cached_property
    def _pass(self) -> tuple[list[Any], list[Any]]:
        x = np.array([[self.symbols[name]] for name in self._inputs], dtype=object)
        return run(self._twin, x)

    @cached_property
    def _target(self) -> Any:
        return np.array([[self.symbols[name]] for name in self._targets], dtype=object)

    @cached_property
    def _deltas(self) -> list[Any]:
        return errors_back(self._twin, *self._pass, self._target)[0]

    @cached_property
    def gradients(self) -> Gradients:
        """The backward pass on symbols: the same object as for numbers, holding expressions."""
        z, a = self._pass
        return gather(self._twin, z, a, self._target, "sum", given=a[0][:, 0])

    @property
    def loss(self) -> sp.Expr:
        """The loss of one sample as one expression."""
        z, a = self._pass
        return self.network.loss.value(self.network.activations[-1], z[-1], a[-1], self._target).sum()

    @property
    def outputs(self) -> tuple[sp.Expr, ...]:
        """The outputs of the network as expressions."""
        return tuple(self._pass[1][-1][:, 0])

    def values(self, x: Any, target: Any) -> dict[sp.Symbol, float]:
        """The numbers of the network and of one sample, ready for ``subs`` or ``evalf``."""
        net = self.network
        numbers = {name: parameter.value for name, parameter in net.parameters.items()}
        for names, argument, given, size in (
            (self._inputs, "x", x, net.sizes[0]),
            (self._targets, "target", target, net.sizes[-1]),
        ):
            array = samples(given, argument, size, net.dtype)
            if array.ndim != 1:
                raise ValueError(f"{argument} must be one sample (1-D), but it has shape {array.shape}")
            numbers |= dict(zip(names, map(float, array), strict=True))
        return {self.symbols[name]: value for name, value in numbers.items()}

    def __getitem__(self, name: str) -> sp.Expr:
        """The gradient of the loss by that parameter, as one expression."""
        places = self.network.layout.uses(one_of(name, "name", self.network.layout.first_slot))
        outs = self._pass[1]
        here = [self._deltas[use.layer - 1][use.to, 0] for use in places]
        above = [1 if use.source is None else outs[use.layer - 1][use.source, 0] for use in places]
        return sum(delta * a for delta, a in zip(here, above, strict=True))


def symbolic(net: Network) -> SymbolicNetwork:
    """The gradients of the loss of one sample, in the network's own symbols.

    The expressions are the composed formula, so they grow with every layer; `derive` writes the same in steps
    that do not.

    Raises
    ------
    TypeError
        If `net` is no network.
    ValueError
        If a layer has more than 200 units, or the largest formula had more than about 40,000 terms.

    Examples
    --------
    >>> net = Network(weights=[[[0.5]]], activations="linear", weight_names=[[["w"]]])
    >>> symbolic(net)["w"]
    i1*(i1*w - target_o1)
    """
    return SymbolicNetwork(net)
