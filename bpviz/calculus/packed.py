"""A network's parameters as one vector, for many passes in a row."""

from collections.abc import Collection

import numpy as np

from ..networks.arrays import Array
from ..networks.network import Network
from .passes import errors_back, run
from .twin import Twin


class Packed:
    """A network's parameters as one vector, shared ones once, for fast repeated passes."""

    def __init__(self, net: Network, frozen: Collection[str]) -> None:
        self.net = net
        number = {name: n for n, name in enumerate(net.parameters)}
        self.start = np.array([p.value for p in net.parameters.values()])
        self.is_bias = np.array([p.is_bias for p in net.parameters.values()])
        self.moves = np.array([name not in frozen for name in net.parameters], dtype=float)
        self.weights = [np.zeros(W.shape, dtype=int) for W in net.weights]
        self.biases = [
            None if b is None else np.zeros(W.shape[0], dtype=int) for W, b in zip(net.weights, net.biases, strict=True)
        ]
        for name, parameter in net.parameters.items():
            for use in parameter.uses:
                bias = self.biases[use.layer - 1]
                if use.source is not None:
                    self.weights[use.layer - 1][use.to, use.source] = number[name]
                elif bias is not None:
                    bias[use.to] = number[name]
        self.places = np.concatenate([W.ravel() for W in self.weights] + [b for b in self.biases if b is not None])

    def twin(self, theta: Array) -> Twin:
        """The network with these parameters."""
        weights = tuple(theta[W] for W in self.weights)
        biases = tuple(None if b is None else theta[b] for b in self.biases)
        return Twin(weights, biases, self.net.activations, self.net.loss, self.net.layout)

    def gradient(self, theta: Array, x: Array, target: Array) -> Array:
        """The mean over the samples of the gradient by every parameter."""
        twin = self.twin(theta)
        with np.errstate(all="ignore"):
            z, a = run(twin, x)
            _, dC_dW, dC_db = errors_back(twin, z, a, target)
        parts = [dW.ravel() for dW in dC_dW]
        parts += [db.sum(axis=1) for db, b in zip(dC_db, self.biases, strict=True) if b is not None]
        return np.asarray(np.bincount(self.places, np.concatenate(parts), len(theta)) / x.shape[1])

    def loss(self, theta: Array, x: Array, target: Array) -> float:
        """The mean error over the samples."""
        twin = self.twin(theta)
        with np.errstate(all="ignore"):
            z, a = run(twin, x)
            return float(self.net.loss.value(self.net.activations[-1], z[-1], a[-1], target).mean())
