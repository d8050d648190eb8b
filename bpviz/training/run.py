"""A training as it goes, epoch by epoch; what of it is kept, and how any other epoch is made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..calculus.history import History
from ..networks.arrays import Array
from ..networks.network import Network
from ..networks.optimisers import Adam
from ..words.catalogue import say
from .adaptive_rate import AdaptiveRate
from .engines import ArrayLines, ByProgram, by_program
from .moments import Moments


@dataclass(frozen=True)
class Plan:
    """How to train, checked."""

    learning_rate: float
    bias_rate: float
    batch_size: int
    momentum: float
    adaptive: AdaptiveRate | None
    goal: float
    patience: int
    shuffle: bool
    frozen: frozenset[str]
    seed: int
    memory: float
    exactly_as_update: bool = False
    adam: Adam | None = None


class Order:
    """The order of the samples, epoch by epoch: drawn anew each time, or always the same."""

    def __init__(self, n_samples: int, seed: int | None, state: Any = None) -> None:
        self.n_samples, self.seed, self._state = n_samples, seed, state
        self._rng: np.random.Generator | None = None

    def copied(self) -> Order:
        """One that goes on in the same way."""
        state = self._state if self._rng is None else self._rng.bit_generator.state
        return self if self.seed is None else Order(self.n_samples, self.seed, state)

    def next(self) -> Array:
        """The places of the samples for one more epoch."""
        if self.seed is None:
            return np.arange(self.n_samples)
        if self._rng is None:
            self._rng = np.random.default_rng(self.seed)
            if self._state is not None:
                self._rng.bit_generator.state = self._state
        return self._rng.permutation(self.n_samples)


@dataclass
class Point:
    """Where a training is after an epoch: enough to go on from there."""

    epoch: int
    theta: Array
    velocity: Array | None
    factor: float
    loss: float
    order: Order
    moments: Moments | None = None
    gradient: list[Array] | None = None  # at theta, where all samples are one batch: the next step begins with it

    def copied(self) -> Point:
        """The same, which nothing that follows changes."""
        velocity = None if self.velocity is None else self.velocity.copy()
        moments = None if self.moments is None else self.moments.copied()
        return Point(self.epoch, self.theta.copy(), velocity, self.factor, self.loss, self.order.copied(), moments)


class Diverged(Exception):
    """The numbers grew beyond what a float holds."""


class Course:
    """What makes the epochs of a training: data, plan, and the way in which a step is made."""

    def __init__(self, net: Network, plan: Plan, x: Array, target: Array) -> None:
        self.net, self.plan, self.n_samples = net, plan, len(x)
        layout = net.layout
        self.is_whole = plan.batch_size == self.n_samples
        moves = np.array([name not in plan.frozen for name in layout.names]) if plan.frozen else 1.0
        is_plain = plan.bias_rate == plan.learning_rate
        self.rates: Any = plan.learning_rate * moves if is_plain else np.array(self._own_rates()) * moves
        remembers = bool(plan.momentum) or plan.adam is not None
        self.arrays = ArrayLines(net, x, target)
        self.engine: ArrayLines | ByProgram = self.arrays
        self.sweeps: ByProgram | None = None
        self.told: ArrayLines | ByProgram = self.arrays  # who tells the error of an epoch
        if not plan.exactly_as_update and by_program(net, plan.batch_size):
            program = ByProgram(net, x, target, plan.frozen)
            self.engine = program
            self.sweeps = program if plan.batch_size == 1 and is_plain and not remembers else None
            self.told = program if by_program(net, self.n_samples) else self.arrays

    def _own_rates(self) -> list[float]:
        """The rate of each parameter, where biases have one of their own."""
        plan = self.plan
        return [plan.bias_rate if known.is_bias else plan.learning_rate for known in self.net.parameters.values()]

    def start(self) -> Point:
        """Epoch 0."""
        net = self.net
        theta = net.layout.vector(net.weights, net.biases)
        theta = theta if net.layout.is_default else theta[net.layout.in_reading_order]
        velocity = np.zeros_like(theta) if self.plan.momentum else None
        shuffled = self.plan.shuffle and not self.is_whole
        with np.errstate(all="ignore"):
            loss = self.told.loss(theta)
        if not np.isfinite(loss):
            raise ValueError(f"x: with these weights the errors grow beyond what {net.dtype} holds")
        moments = None if self.plan.adam is None else Moments.none_yet(self.plan.adam, theta)
        order = Order(self.n_samples, self.plan.seed if shuffled else None)
        return Point(0, theta, velocity, 1.0, loss, order, moments)

    def go_through(self, here: Point) -> None:
        """One pass through all samples."""
        plan = self.plan
        before = here.theta.copy() if plan.adaptive is not None else None
        with np.errstate(all="ignore"):
            if self.sweeps is not None:
                here.theta = self.sweeps.sweep(here.theta, here.order.next().tolist(), self.rate(here))
            elif self.is_whole:
                gradient = self.engine.gradient(here.theta)[1] if here.gradient is None else here.gradient
                self._move(here, gradient, -here.factor * self.rates)
            else:
                order = here.order.next()
                one_rate = isinstance(self.rates, float) and plan.adam is None
                times, rates = (-here.factor * self.rates, None) if one_rate else (1.0, -here.factor * self.rates)
                for first in range(0, self.n_samples, plan.batch_size):
                    chosen = order[first : first + plan.batch_size]
                    self._move(here, self.engine.gradient(here.theta, chosen, times)[1], rates)
            if self.is_whole and self.sweeps is None:
                loss, here.gradient = self.engine.gradient(here.theta)
            else:
                loss = self.told.loss(here.theta)
        here.epoch += 1
        if not np.isfinite(loss):
            raise Diverged
        self._adapt(here, loss, before)

    def rate(self, here: Point) -> float:
        """The rate that the weights move by."""
        return self.plan.learning_rate * here.factor

    def _move(self, here: Point, steps: list[Array], rates: Any) -> None:
        """Take steps, or gradients times these rates, and go on with what is left of the last; they are used up."""
        parts = self.engine.parts
        if here.moments is not None:
            here.moments.move(here.theta, steps, -rates, parts)
            return
        each: list[Any] = [rates] * len(steps) if rates is None or isinstance(rates, float) else parts(rates)
        carried: list[Any] = [None] * len(steps) if here.velocity is None else parts(here.velocity)
        for theta, step, rate, velocity in zip(parts(here.theta), steps, each, carried, strict=True):
            if rate is not None:
                step *= rate
            if velocity is not None:
                velocity *= self.plan.momentum
                velocity += step
            theta += step if velocity is None else velocity

    def _adapt(self, here: Point, loss: float, before: Array | None) -> None:
        """Take the error of the epoch, or take the epoch back where an adaptive rate finds it too large."""
        adaptive = self.plan.adaptive
        if adaptive is not None and before is not None and loss > adaptive.worst * here.loss:
            here.theta, here.gradient = before, None
            here.velocity = None if here.velocity is None else np.zeros_like(here.velocity)
            here.moments = None if here.moments is None else Moments.none_yet(here.moments.adam, before)
            here.factor *= adaptive.shrink
            return
        if adaptive is not None and loss < here.loss:
            here.factor *= adaptive.grow
        here.loss = loss


#: About what a kept point takes beside its numbers, in bytes.
BESIDE = 800


class Film:
    """The points of a course that are kept: as many as fit, thinned evenly as they become more."""

    def __init__(self, course: Course, start: Point) -> None:
        self.course, self.every = course, 1
        self.points = [start.copied()]
        remembered = (start.velocity is not None) + 2 * (start.moments is not None)
        size = start.theta.nbytes * (1 + remembered) + BESIDE
        self.most = max(2, int(course.plan.memory // size))

    def take(self, here: Point) -> None:
        """Keep a point, if its turn has come."""
        if here.epoch % self.every:
            return
        self.points.append(here.copied())
        while len(self.points) > self.most:
            self.every *= 2
            self.points = [point for point in self.points if point.epoch % self.every == 0]

    def replay(self, place: int, epochs: Sequence[int]) -> Array:
        """Every parameter after each of some epochs, in order, from a kept point before them."""
        here, rows = self.points[place].copied(), []
        for epoch in epochs:
            while here.epoch < epoch:
                self.course.go_through(here)
            rows.append(here.theta.copy())
        return np.array(rows)


class Run:
    """A training: what was seen on the way, and why it ended."""

    def __init__(self, course: Course, checks: tuple[Array, Array] | None) -> None:
        self.course, self.plan, self.checks = course, course.plan, checks
        self.here = course.start()
        self.film = Film(course, self.here)
        self.losses = [self.here.loss]
        self.used: list[float] = []
        self.checked = [] if checks is None else [self._check()]
        self.rises, self.reason = 0, ""
        self.best = self.film.points[0]
        self.is_between = True  # whether no epoch is half done

    @property
    def stopped(self) -> str:
        """Why it ends here, if it does."""
        if self.reason:
            return self.reason
        if self.rises == self.plan.patience:
            return say("training.rises", patience=self.plan.patience)
        return say("training.goal", goal=f"{self.plan.goal:g}") if self.losses[-1] <= self.plan.goal else ""

    def go_on(self) -> None:
        """One more epoch; where the numbers grow too large, what was reached before stays."""
        rate = self.course.rate(self.here)
        self.is_between = False
        try:
            self.course.go_through(self.here)
        except Diverged:
            self.reason = say("training.diverged", rate=f"{rate:g}", epoch=self.here.epoch)
            return
        checked = None if self.checks is None else self._check()
        self.film.take(self.here)
        if checked is not None:
            self.rises = self.rises + 1 if checked > self.checked[-1] else 0
            if checked < self.checked[self.best.epoch]:
                self.best = self.here.copied()
            self.checked.append(checked)
        self.used.append(rate)
        self.losses.append(self.here.loss)  # an epoch counts when its error is told
        self.is_between = True

    def _check(self) -> float:
        """The error over the validation samples; infinite where it is no number."""
        assert self.checks is not None
        with np.errstate(all="ignore"):
            error = self.course.arrays.loss(self.here.theta, *self.checks)
        return error if np.isfinite(error) else float("inf")

    def history(self, stopped: str, batch_size: int | None) -> History:
        """All of it; of an epoch that was interrupted, nothing."""
        count = len(self.losses)
        known = {point.epoch: point for point in (*self.film.points, self.best)}
        if self.is_between and self.here.epoch == count - 1:
            known[count - 1] = self.here.copied()
        points = self.film.points = [known[epoch] for epoch in sorted(known) if epoch < count]
        checked = self.checked[:count]
        best = int(np.argmin(checked)) if checked else count - 1
        return History(
            self.course.net,
            tuple(self.losses),
            tuple(checked),
            tuple(self.used[: count - 1]),
            tuple(point.epoch for point in points),
            np.array([point.theta for point in points]),
            best,
            stopped,
            self.plan.momentum,
            batch_size,
            self.plan.frozen,
            self.film.replay,
            self.plan.adam,
        )
