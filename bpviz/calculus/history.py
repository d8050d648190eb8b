"""What training goes through: every loss, and as many networks as fit; any other is made again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, overload

import numpy as np

from ..networks.arrays import Array
from ..networks.network import Network
from ..networks.optimisers import Optimiser
from ..words.compared import Compared
from ..words.validation import whole_number

#: (the place of a kept epoch, later ones in order) -> every parameter after each of those.
Replay = Callable[[int, Sequence[int]], Array]


@dataclass(frozen=True, eq=False)
class History(Compared):
    """What `train` went through, epoch by epoch; epoch 0 is the start.

    Attributes
    ----------
    losses : tuple of float
        The mean error over the training samples after each epoch.
    validation_losses : tuple of float
        The same over the validation samples; empty without them.
    learning_rates : tuple of float
        The rate that each epoch was made with; one less than the losses.
    kept : tuple of int
        The epochs whose parameters are kept: all of them, or evenly thinned to what fits in the memory allowed.
    parameters : array of shape (len(kept), n_parameters)
        Every parameter after each of these, in the order of ``network.parameters``.
    best_epoch : int
        The epoch of the network that is returned: with validation samples the one with their lowest error.
    stopped : str
        Why training ended, as a sentence.
    momentum, batch_size, frozen, optimiser
        As they were given to `train`; momentum that came as an optimiser is momentum.
    """

    start: Network
    losses: tuple[float, ...]
    validation_losses: tuple[float, ...]
    learning_rates: tuple[float, ...]
    kept: tuple[int, ...]
    parameters: Array
    best_epoch: int
    stopped: str
    momentum: float = 0.0
    batch_size: int | None = None
    frozen: frozenset[str] = frozenset()
    replay: Replay | None = field(default=None, repr=False, compare=False)
    optimiser: Optimiser | None = None

    def parameters_at(self, epoch: int) -> Array:
        """Every parameter after that epoch: kept, or replayed exactly from the last kept one before it."""
        whole_number(epoch, "epoch", 0, len(self.losses) - 1)
        place = bisect_right(self.kept, epoch) - 1
        row: Array = self.parameters[place] if self.kept[place] == epoch else self._between(place, [epoch])[0]
        return row

    def every_epoch(self) -> Array:
        """Every parameter after every epoch, of shape (n_epochs + 1, n_parameters)."""
        count = len(self.losses)
        if len(self.kept) == count:
            return self.parameters
        rows = np.empty((count, self.parameters.shape[1]), dtype=self.parameters.dtype)
        for place, (first, end) in enumerate(pairwise((*self.kept, count))):
            rows[first] = self.parameters[place]
            if end > first + 1:
                rows[first + 1 : end] = self._between(place, range(first + 1, end))
        return rows

    def _between(self, place: int, epochs: Sequence[int]) -> Array:
        assert self.replay is not None
        return self.replay(place, epochs)

    def network_at(self, epoch: int) -> Network:
        """The network after that epoch."""
        net = self.start
        return net.with_arrays(*net.layout.arrays(net.layout.slots_of(self.parameters_at(epoch).astype(net.dtype))))

    @property
    def network(self) -> Network:
        """The network that training arrived at, `best_epoch`'s."""
        return self.network_at(self.best_epoch)

    def __repr__(self) -> str:
        return (
            f"<History of {len(self.losses) - 1} epochs: loss {self.losses[0]:.6g} to "
            f"{self.losses[self.best_epoch]:.6g} at epoch {self.best_epoch}; {self.stopped}>"
        )


class Networks(Sequence[Network]):
    """The networks after each epoch of a history, each made when somebody asks for it."""

    def __init__(self, history: History) -> None:
        self._history = history

    def __len__(self) -> int:
        return len(self._history.losses)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Networks) and self._history == other._history

    __hash__ = None  # type: ignore[assignment]

    @overload
    def __getitem__(self, index: int) -> Network: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Network, ...]: ...
    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return tuple(self._history.network_at(n) for n in range(len(self))[index])
        return self._history.network_at(range(len(self))[index])


@dataclass(frozen=True, eq=False)
class Descent(Compared):
    """What `descend` went through: the networks and their losses, the first ones included.

    ``networks[n]`` is kept, or made again from the last one that is.  `stopped` says why it ended early, if it did.
    """

    networks: Sequence[Network]
    losses: tuple[float, ...]
    stopped: str = ""

    def __repr__(self) -> str:
        steps, why = len(self.losses) - 1, f"; {self.stopped}" if self.stopped else ""
        return f"<Descent of {steps} updates: loss {self.losses[0]:.6g} to {self.losses[-1]:.6g}{why}>"
