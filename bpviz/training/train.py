"""Training as the articles describe it: online, in mini-batches or in one batch."""

from collections.abc import Collection
from typing import Any

import numpy as np

from ..calculus.history import History
from ..networks.arrays import batch, frozen_names, network_given
from ..networks.network import Network
from ..networks.optimisers import Optimiser
from ..words.catalogue import say
from ..words.validation import positive_number, real_number, truth, whole_number, wrong_type
from .adaptive_rate import AdaptiveRate
from .going_on import go_on, in_bytes
from .run import Course, Plan, Run
from .settings import adaptive_given, carried


def train(
    net: Network,
    x: Any,
    target: Any,
    *,
    learning_rate: float = 0.5,
    bias_rate: float | None = None,
    batch_size: int | None = None,
    momentum: float = 0.0,
    optimiser: Optimiser | None = None,
    adaptive: AdaptiveRate | None = None,
    epochs: int = 1000,
    goal: float | None = None,
    validation: tuple[Any, Any] | None = None,
    patience: int = 6,
    shuffle: bool = True,
    seed: int = 0,
    frozen: Collection[str] = (),
    memory: float = 64,
) -> History:
    """Train a network: online, in mini-batches or in one batch.

    Small networks are trained by their own derivation as a program, larger ones by the four array lines.  What takes
    longer than about two seconds shows a bar.

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
    optimiser : Momentum or Adam, optional
        What updates with the gradient; ``Momentum(0.9)`` is ``momentum=0.9``.
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
    memory : float
        How many megabytes the history's networks may take.  Where not all fit, every second, fourth, ... is kept, and
        any other is replayed exactly from the last kept one.

    Returns
    -------
    History
        Also where the numbers grew too large, or where training was interrupted (Ctrl-C, the stop button): all that
        was reached before, with the reason in `History.stopped`.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

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
    xs, targets = batch(net, x, target)
    checks = None if validation is None else batch(net, *_pair(validation), "validation's x", "validation's target")
    n_samples = len(xs)
    keep, adam = carried(momentum, optimiser)
    plan = Plan(
        rate := positive_number(learning_rate, "learning_rate"),
        rate if bias_rate is None else positive_number(bias_rate, "bias_rate"),
        n_samples if batch_size is None else whole_number(batch_size, "batch_size", 1, n_samples),
        keep,
        adaptive_given(adaptive),
        -np.inf if goal is None else real_number(goal, "goal"),
        whole_number(patience, "patience", 1, 10_000_000),
        truth(shuffle, "shuffle"),
        frozen_names(net, frozen),
        whole_number(seed, "seed", 0, 2**63 - 1),
        in_bytes(memory),
        adam=adam,
    )
    whole_number(epochs, "epochs", 1, 10_000_000)
    going = Run(Course(net, plan, xs, targets), checks)
    stopped = go_on(going, epochs, say("training.epoch"))
    size = None if plan.batch_size == n_samples else plan.batch_size
    grown = going.losses[-1] > going.losses[0]
    done = say("training.all_done_grown" if grown else "training.all_done", epochs=epochs, rate=f"{rate:g}")
    return going.history(stopped or done, size)


def _pair(validation: Any) -> tuple[Any, Any]:
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise wrong_type(validation, "validation", "a pair (x, target)")
    return validation[0], validation[1]
