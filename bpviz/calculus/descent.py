"""Plain gradient descent: forward, backward, update, again and again."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ..networks.arrays import frozen_names, network_given
from ..networks.network import Network
from ..words.validation import positive_number, whole_number
from .passes import backward, forward, update


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
