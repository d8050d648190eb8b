"""A chain of dense layers and activations, gathered layer by layer from what another library calls a model."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..calculus.passes import run
from ..networks.activation import Activation
from ..networks.activations import activation
from ..networks.losses import loss as find_loss
from ..networks.network import Network
from ..words.catalogue import say
from ..words.validation import shorten

Array = NDArray[Any]

#: Outputs of a model and of the network read from it may differ by so much of their size, in float64 and float32.
NEAR = {np.dtype(np.float64): 1e-9, np.dtype(np.float32): 1e-4}
#: Samples on which they are compared.
PROBES = 8
#: And with their numbers so many times as large, where what is cut off or bent far out is seen.
SCALES = (1.0, 30.0)


class Chain:
    """What has been read so far; `argument` is named in refusals.

    Examples
    --------
    >>> chain = Chain("model")
    >>> chain.dense(np.ones((1, 2)), None)
    >>> chain.activation("tanh", "the second layer")
    >>> chain.network("half_squared_error")
    Network(2-1, tanh, half_squared_error, 2 parameters)
    """

    def __init__(self, argument: str) -> None:
        self.argument = argument
        self.weights: list[Array] = []
        self.biases: list[Array | None] = []
        self.activations: list[Activation | None] = []

    def dense(self, W: Array, b: Array | None) -> None:
        """A layer with weights of shape (n_out, n_in)."""
        for array in (W, *([] if b is None else [b])):
            if array.dtype not in NEAR:
                raise self.refused(f"its numbers are {array.dtype}, and only float64 and float32 are read")
        if W.ndim != 2 or (b is not None and b.shape != (len(W),)):
            raise self.refused(
                f"a layer has no plain matrix and vector, but {W.shape} and {None if b is None else b.shape}"
            )
        if self.weights and W.shape[1] != len(self.weights[-1]):
            raise self.refused(f"a layer of {W.shape[1]} inputs follows one of {len(self.weights[-1])} outputs")
        self.weights.append(np.asarray(W))
        self.biases.append(None if b is None else np.asarray(b))
        self.activations.append(None)

    def activation(self, name: str, where: str, **constants: float) -> None:
        """What comes after the last layer; `where` says which part of the model it is."""
        if not self.weights:
            raise self.refused(f"{where} comes before the first dense layer")
        if self.activations[-1] is not None:
            raise self.refused(f"{where} is a second activation of one layer")
        try:
            self.activations[-1] = activation(name, **constants)
        except ValueError as error:
            raise self.refused(f"{where} is none that is known here: {error}") from None

    def refused(self, why: str) -> ValueError:
        """What is no chain of dense layers, as an error to raise."""
        return ValueError(say("exchange.no_chain", argument=self.argument, why=why))

    def network(self, loss: str, own: Callable[[Array], Any] | None = None) -> Network:
        """The network of the chain.

        A loss of probabilities has the activation that makes them in it where the last layer has none, as in PyTorch.
        `own` runs the model itself; its outputs on a few samples must be those of the network.
        """
        if not self.weights:
            raise self.refused("it has no dense layer")
        partner = find_loss(loss).partner
        functions = [f or activation("linear") for f in self.activations]
        is_added = partner is not None and self.activations[-1] is None
        if is_added:
            functions[-1] = activation(partner or "")
        net = Network(self.weights, self.biases, functions, loss)
        if own is not None:
            self._compare(net, own, is_added)
        return net

    def _compare(self, net: Network, own: Callable[[Array], Any], is_added: bool) -> None:
        """Refuse a model whose outputs are others: something in it could not be read."""
        drawn = np.random.default_rng(0).normal(size=(PROBES, net.sizes[0]))
        for scale in SCALES:
            self._compare_on((scale * drawn).astype(net.dtype), net, own, is_added)

    def _compare_on(self, probe: Array, net: Network, own: Callable[[Array], Any], is_added: bool) -> None:
        try:
            theirs = np.asarray(own(probe))
        except Exception as error:
            why = shorten(str(error))
            raise self.refused(f"it does not run on {PROBES} samples of {net.sizes[0]} inputs ({why})") from None
        with np.errstate(all="ignore"):
            z, a = run(net, probe.T)
        ours = (z if is_added else a)[-1].T
        if not np.isfinite(ours).all():
            raise self.refused("its outputs are larger than its numbers can be")
        near = NEAR[net.dtype] * max(1.0, float(np.abs(ours).max()))
        if theirs.shape != ours.shape or not np.allclose(theirs, ours, rtol=0, atol=near):
            raise self.refused(
                "its outputs are not those of its layers one after the other: it does something else, too"
            )
