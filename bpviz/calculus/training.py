"""Training as the articles describe it: online, in mini-batches or in one batch."""

import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..networks.arrays import Array, batch, columns, frozen_names, network_given
from ..networks.network import Network
from ..words.catalogue import say
from ..words.validation import positive_number, real_number, truth, whole_number, wrong_type
from .packed import Packed

#: From so many epochs on, a bar shows how far training has come.
LONG = 2_000


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
    xs, targets = _columns(*batch(net, x, target))
    checks = (
        None
        if validation is None
        else _columns(*batch(net, *_pair(validation), "validation's x", "validation's target"))
    )
    n_samples = xs.shape[1]
    plan = _Plan(
        rate := positive_number(learning_rate, "learning_rate"),
        rate if bias_rate is None else positive_number(bias_rate, "bias_rate"),
        n_samples if batch_size is None else whole_number(batch_size, "batch_size", 1, n_samples),
        _share(momentum),
        _adaptive(adaptive),
        -np.inf if goal is None else real_number(goal, "goal"),
        whole_number(patience, "patience", 1, 10_000_000),
        truth(shuffle, "shuffle"),
    )
    whole_number(epochs, "epochs", 1, 10_000_000)
    rng = np.random.default_rng(whole_number(seed, "seed", 0, 2**63 - 1))
    kept = frozen_names(net, frozen)
    going = _Run(plan, Packed(net, kept), xs, targets, checks)
    for epoch in _counted(epochs):
        if going.stopped:
            break
        going.go_through(epoch, rng)
    size = None if plan.batch_size == n_samples else plan.batch_size
    return going.history(going.stopped or say("training.all_done", epochs=epochs), size, kept)


@dataclass(frozen=True)
class _Plan:
    """How to train, checked."""

    learning_rate: float
    bias_rate: float
    batch_size: int
    momentum: float
    adaptive: AdaptiveRate | None
    goal: float
    patience: int
    shuffle: bool


class _Run:
    """A training as it goes: where the parameters are, and what was seen on the way."""

    def __init__(
        self, plan: _Plan, packed: Packed, x: Array, target: Array, checks: tuple[Array, Array] | None
    ) -> None:
        self.plan, self.packed, self.x, self.target, self.checks = plan, packed, x, target, checks
        self.theta, self.velocity, self.factor = packed.start, np.zeros_like(packed.start), 1.0
        self.rates = np.where(packed.is_bias, plan.bias_rate, plan.learning_rate) * packed.moves
        self.losses, self.seen = [packed.loss(self.theta, x, target)], [self.theta]
        self.checked = [] if checks is None else [packed.loss(self.theta, *checks)]
        self.used: list[float] = []
        self.rises = 0

    @property
    def stopped(self) -> str:
        """Why it ends here, if it does."""
        if self.rises == self.plan.patience:
            return say("training.rises", patience=self.plan.patience)
        return say("training.goal", goal=f"{self.plan.goal:g}") if self.losses[-1] <= self.plan.goal else ""

    def go_through(self, epoch: int, rng: np.random.Generator) -> None:
        """One pass through all samples."""
        plan, n_samples, before = self.plan, self.x.shape[1], self.theta
        whole = plan.batch_size == n_samples
        order = rng.permutation(n_samples) if plan.shuffle and not whole else np.arange(n_samples)
        for first in range(0, n_samples, plan.batch_size):
            chosen = order[first : first + plan.batch_size]
            gradient = self.packed.gradient(self.theta, self.x[:, chosen], self.target[:, chosen])
            with np.errstate(over="ignore", invalid="ignore"):  # the error that follows says so
                self.velocity = plan.momentum * self.velocity - self.factor * self.rates * gradient
                self.theta = self.theta + self.velocity
        rate = plan.learning_rate * self.factor
        loss = self.packed.loss(self.theta, self.x, self.target)
        if not np.isfinite(loss):
            raise ValueError(
                f"learning_rate = {rate:g} is too large here: in epoch {epoch} the numbers grew beyond what a "
                "float holds"
            )
        self.used.append(rate)
        self.losses.append(self._adapted(loss, before))
        self.seen.append(self.theta)
        if self.checks is not None:
            self.checked.append(self.packed.loss(self.theta, *self.checks))
            self.rises = self.rises + 1 if self.checked[-1] > self.checked[-2] else 0

    def _adapted(self, loss: float, before: Array) -> float:
        """The error of the epoch, which is taken back where an adaptive rate finds it too large."""
        adaptive, last = self.plan.adaptive, self.losses[-1]
        if adaptive is not None and loss > adaptive.worst * last:
            self.theta, self.velocity = before, np.zeros_like(before)
            self.factor *= adaptive.shrink
            return last
        if adaptive is not None and loss < last:
            self.factor *= adaptive.grow
        return loss

    def history(self, stopped: str, batch_size: int | None, frozen: frozenset[str]) -> History:
        best = int(np.argmin(self.checked)) if self.checked else len(self.losses) - 1
        found = tuple(self.losses), tuple(self.checked), tuple(self.used), np.array(self.seen)
        return History(self.packed.net, *found, best, stopped, self.plan.momentum, batch_size, frozen)


def _columns(x: Array, target: Array) -> tuple[Array, Array]:
    """A batch in columns of float64."""
    return columns(x).astype(float), columns(target).astype(float)


def _share(momentum: object) -> float:
    keep = real_number(momentum, "momentum")
    if not 0 <= keep < 1:
        raise ValueError(f"momentum must be from 0 up to but not including 1, not {keep:g}")
    return keep


def _adaptive(adaptive: object) -> AdaptiveRate | None:
    if adaptive is not None and not isinstance(adaptive, AdaptiveRate):
        raise wrong_type(adaptive, "adaptive", "an AdaptiveRate or None")
    return adaptive


def _pair(validation: Any) -> tuple[Any, Any]:
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise wrong_type(validation, "validation", "a pair (x, target)")
    return validation[0], validation[1]


def _counted(epochs: int) -> Iterable[int]:
    """1, 2, ..., with a bar if there are many."""
    numbers = range(1, epochs + 1)
    if epochs < LONG:
        return numbers
    from tqdm import tqdm

    bar: Iterable[int] = tqdm(numbers, unit="epoch", leave=False, delay=2, file=sys.stderr)
    return bar
