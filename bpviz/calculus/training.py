"""Many passes in a row: plain descent on one batch, and training as the articles describe it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..networks.network import Network
from .passes import (
    Array,
    Twin,
    backward,
    columns,
    errors_back,
    forward,
    frozen_names,
    network_given,
    run,
    samples,
    update,
)
from ..words.validation import positive_number, real_number, shorten, truth, whole_number

#: From so many epochs on, a bar shows how far training has come.
LONG = 2_000


@dataclass(frozen=True)
class Descent:
    """What `descend` went through: the networks and their losses, the first ones included."""

    networks: tuple[Network, ...]
    losses: tuple[float, ...]

    def __repr__(self) -> str:
        steps = len(self.networks) - 1
        return f"<Descent of {steps} updates: loss {self.losses[0]:.6g} to {self.losses[-1]:.6g}>"


def descend(
    net: Network, x: Any, target: Any, learning_rate: float, steps: int, *, frozen: Collection[str] = ()
) -> Descent:
    """Gradient descent on one sample or batch: forward, backward, update, `steps` times.

    Raises
    ------
    ValueError, TypeError
        As `forward`, `backward` and `update` do, and if `steps` is not a whole number from 0 to a million.

    Examples
    --------
    >>> from bpviz import articles
    >>> ex = articles.example("2-2-1")
    >>> descend(ex.network, ex.x, ex.target, ex.learning_rate, steps=100)
    <Descent of 100 updates: loss 0.0181039 to 2.91821e-07>
    """
    network_given(net)
    whole_number(steps, "steps", 0, 1_000_000)
    positive_number(learning_rate, "learning_rate")
    frozen_names(net, frozen)
    networks = [net]
    losses = []
    for n in range(steps + 1):
        grads = backward(networks[-1], forward(networks[-1], x), target)
        losses.append(float(grads.loss))
        if n < steps:
            networks.append(update(networks[-1], grads, learning_rate, frozen))
    return Descent(tuple(networks), tuple(losses))


@dataclass(frozen=True)
class AdaptiveRate:
    """A learning rate that follows the error, after each epoch (Vogl et al. 1988).

    Where the error fell, the rate is multiplied by `grow`.  Where it rose to more than `worst` times what it was, the
    epoch is taken back and the rate multiplied by `shrink`.

    Examples
    --------
    >>> AdaptiveRate(grow=1.1)
    AdaptiveRate(grow=1.1, shrink=0.7, worst=1.04)
    """

    grow: float = 1.05
    shrink: float = 0.7
    worst: float = 1.04

    def __post_init__(self) -> None:
        if real_number(self.grow, "grow") < 1:
            raise ValueError(f"grow must be at least 1, not {self.grow}")
        if not 0 < real_number(self.shrink, "shrink") < 1:
            raise ValueError(f"shrink must lie between 0 and 1, not {self.shrink}")
        if real_number(self.worst, "worst") < 1:
            raise ValueError(f"worst must be at least 1, not {self.worst}")


@dataclass(frozen=True)
class History:
    """What `train` went through, epoch by epoch; epoch 0 is the start.

    Attributes
    ----------
    losses : tuple of float
        The mean error over the training samples after each epoch.
    validation_losses : tuple of float
        The same over the validation samples; empty without them.
    learning_rates : tuple of float
        The rate that each epoch was made with; one less than the losses.
    parameters : array of shape (n_epochs + 1, n_parameters)
        Every parameter after each epoch, in the order of ``network.parameters``: enough to replay all of it.
    best_epoch : int
        The epoch of the network that is returned: with validation samples the one with their lowest error.
    stopped : str
        Why training ended, as a sentence.
    momentum, batch_size, frozen
        As they were given to `train`.
    """

    start: Network
    losses: tuple[float, ...]
    validation_losses: tuple[float, ...]
    learning_rates: tuple[float, ...]
    parameters: Array
    best_epoch: int
    stopped: str
    momentum: float = 0.0
    batch_size: int | None = None
    frozen: frozenset[str] = frozenset()

    def network_at(self, epoch: int) -> Network:
        """The network after that epoch."""
        whole_number(epoch, "epoch", 0, len(self.losses) - 1)
        return self.start.with_values(dict(zip(self.start.parameters, map(float, self.parameters[epoch]), strict=True)))

    @property
    def network(self) -> Network:
        """The network that training arrived at, `best_epoch`'s."""
        return self.network_at(self.best_epoch)

    def __repr__(self) -> str:
        return (
            f"<History of {len(self.losses) - 1} epochs: loss {self.losses[0]:.6g} to "
            f"{self.losses[self.best_epoch]:.6g} at epoch {self.best_epoch}; {self.stopped}>"
        )


def train(
    net: Network,
    x: Any,
    target: Any,
    *,
    learning_rate: float = 0.5,
    bias_rate: float | None = None,
    batch_size: int | None = None,
    momentum: float = 0.0,
    adaptive: AdaptiveRate | None = None,
    epochs: int = 1000,
    goal: float | None = None,
    validation: tuple[Any, Any] | None = None,
    patience: int = 6,
    shuffle: bool = True,
    seed: int = 0,
    frozen: Collection[str] = (),
) -> History:
    """Train a network: online, in mini-batches or in one batch.

    Parameters
    ----------
    net : Network
    x, target : arrays of shape (n_samples, n_in) and (n_samples, n_out)
    learning_rate, bias_rate : float
        eta_1 for the weights and eta_2 for the biases (articles 2 and 4); eta_2 is eta_1 unless told otherwise.
    batch_size : int, optional
        1 is online learning, None one batch of all samples.  A batch's gradient is the mean over its samples.
    momentum : float
        From 0 up to but not including 1: ``v = momentum v - rate gradient; w = w + v`` (article 4).
    adaptive : AdaptiveRate, optional
    epochs : int
        At most so many passes through all samples.
    goal : float, optional
        Stop when the error is at or below it.
    validation : (x, target), optional
        Stop when their error rises `patience` times in a row, and return the network with their lowest error.
    shuffle, seed : bool, int
        Whether the order of the samples is drawn anew for every epoch, and where the drawing starts.
    frozen : collection of str
        Parameters that stay as they are.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument; also if the numbers grow beyond what a float holds.

    Examples
    --------
    >>> from bpviz import initialise
    >>> net = initialise((2, 3, 1), seed=1)
    >>> xor = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    >>> history = train(net, *xor, learning_rate=2, momentum=0.9, epochs=1500, goal=0.001)
    >>> history.stopped
    'the error reached the goal, 0.001'
    """
    network_given(net)
    xs, targets = _batch(net, x, target, "x", "target")
    checks = None if validation is None else _batch(net, *_pair(validation), "validation", "validation")
    rate = positive_number(learning_rate, "learning_rate")
    rate_of_biases = rate if bias_rate is None else positive_number(bias_rate, "bias_rate")
    keep = real_number(momentum, "momentum")
    if not 0 <= keep < 1:
        raise ValueError(f"momentum must be from 0 up to but not including 1, not {keep:g}")
    n_samples = xs.shape[1]
    size = n_samples if batch_size is None else whole_number(batch_size, "batch_size", 1, n_samples)
    whole_number(epochs, "epochs", 1, 10_000_000)
    wanted = -np.inf if goal is None else real_number(goal, "goal")
    whole_number(patience, "patience", 1, 10_000_000)
    truth(shuffle, "shuffle")
    if adaptive is not None and not isinstance(adaptive, AdaptiveRate):
        raise TypeError(
            f"adaptive must be an AdaptiveRate or None, not {type(adaptive).__name__} ({shorten(adaptive)})"
        )
    rng = np.random.default_rng(whole_number(seed, "seed", 0, 2**63 - 1))
    packed = _Packed(net, frozen_names(net, frozen))
    theta, velocity, factor = packed.start, np.zeros_like(packed.start), 1.0
    rates = np.where(packed.is_bias, rate_of_biases, rate) * packed.moves
    losses, seen, tops, used = [packed.loss(theta, xs, targets)], [theta], [], []
    if checks is not None:
        tops.append(packed.loss(theta, *checks))
    stopped, rises = f"all {epochs} epochs are done", 0
    for epoch in _counted(epochs):
        if losses[-1] <= wanted:
            stopped = f"the error reached the goal, {wanted:g}"
            break
        before = theta, velocity
        order = rng.permutation(n_samples) if shuffle and size < n_samples else np.arange(n_samples)
        for first in range(0, n_samples, size):
            chosen = order[first : first + size]
            gradient = packed.gradient(theta, xs[:, chosen], targets[:, chosen])
            with np.errstate(over="ignore", invalid="ignore"):  # the error that follows says so
                velocity = keep * velocity - factor * rates * gradient
                theta = theta + velocity
        used.append(rate * factor)
        loss = packed.loss(theta, xs, targets)
        if not np.isfinite(loss):
            raise ValueError(
                f"learning_rate = {rate * factor:g} is too large here: in epoch {epoch} the numbers grew beyond what a "
                "float holds"
            )
        if adaptive is not None and loss > adaptive.worst * losses[-1]:
            (theta, _), velocity, loss = before, np.zeros_like(theta), losses[-1]
            factor *= adaptive.shrink
        elif adaptive is not None and loss < losses[-1]:
            factor *= adaptive.grow
        losses.append(loss)
        seen.append(theta)
        if checks is not None:
            tops.append(packed.loss(theta, *checks))
            rises = rises + 1 if tops[-1] > tops[-2] else 0
            if rises == patience:
                stopped = f"the validation error rose {patience} times in a row"
                break
    else:
        if losses[-1] <= wanted:
            stopped = f"the error reached the goal, {wanted:g}"
    best = len(losses) - 1 if checks is None else int(np.argmin(tops))
    kept = None if size == n_samples else size
    rates_used = tuple(used)
    return History(
        net,
        tuple(losses),
        tuple(tops),
        rates_used,
        np.array(seen),
        best,
        stopped,
        keep,
        kept,
        frozen_names(net, frozen),
    )


class _Packed:
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
        weights = tuple(theta[W] for W in self.weights)
        biases = tuple(None if b is None else theta[b] for b in self.biases)
        return Twin(weights, biases, self.net.activations, self.net.loss, self.net.parameters)

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


def _batch(net: Network, x: Any, target: Any, x_name: str, target_name: str) -> tuple[Array, Array]:
    """A batch in columns, checked."""
    xs = samples(x, x_name, net.sizes[0], net.dtype)
    targets = samples(target, target_name, net.sizes[-1], net.dtype)
    if xs.ndim != 2 or targets.ndim != 2 or len(xs) != len(targets):
        raise ValueError(
            f"{x_name} and {target_name} must be batches with a row for each sample, as many targets as inputs, "
            f"but they have shapes {xs.shape} and {targets.shape}"
        )
    net.loss.check_target(columns(targets))
    return columns(xs).astype(float), columns(targets).astype(float)


def _pair(validation: Any) -> tuple[Any, Any]:
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise TypeError(f"validation must be a pair (x, target), not {type(validation).__name__}")
    return validation[0], validation[1]


def _counted(epochs: int) -> Iterable[int]:
    """1, 2, ..., with a bar if there are many."""
    numbers = range(1, epochs + 1)
    if epochs < LONG:
        return numbers
    import sys

    from tqdm import tqdm

    bar: Iterable[int] = tqdm(numbers, unit="epoch", leave=False, delay=2, file=sys.stderr)
    return bar
