"""Plain gradient descent: forward, backward, update, again and again."""

from collections.abc import Collection
from typing import Any

import numpy as np

from ..calculus.history import Descent, Networks
from ..networks.exercise import exercise
from ..networks.network import Network
from ..words.catalogue import say
from ..words.validation import positive_number, whole_number
from .going_on import go_on, in_bytes
from .run import Course, Plan, Run


def descend(
    net: Network,
    x: Any,
    target: Any,
    learning_rate: float,
    steps: int,
    *,
    frozen: Collection[str] = (),
    memory: float = 64,
) -> Descent:
    """Gradient descent on one sample or batch: forward, backward, update, `steps` times.

    The numbers are those of `forward`, `backward` and `update`, to the last bit.

    Parameters
    ----------
    net, x, target, learning_rate, frozen
        As for `forward`, `backward` and `update`.
    steps : int
        From 0 to a million.
    memory : float
        How many megabytes the networks may take, as for `train`.

    Returns
    -------
    Descent
        Also where the numbers grew too large or somebody interrupted it: what was reached before.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> from bpviz import articles
    >>> ex = articles.example("2-2-1")
    >>> descend(ex.network, ex.x, ex.target, ex.learning_rate, steps=100)
    <Descent of 100 updates: loss 0.0181039 to 2.91821e-07>
    """
    given = exercise(net, x, target, positive_number(learning_rate, "learning_rate"), frozen=frozen)
    whole_number(steps, "steps", 0, 1_000_000)
    xs, targets = (array if given.is_batch else array[None] for array in (given.x, given.target))
    room = in_bytes(memory)
    plan = Plan(given.rate, given.rate, len(xs), 0.0, None, -np.inf, 1, False, given.frozen, 0, room, True)
    going = Run(Course(net, plan, xs, targets), None)
    history = going.history(go_on(going, steps, say("training.update")), None)
    return Descent(Networks(history), history.losses, history.stopped)
