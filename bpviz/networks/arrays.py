"""Samples and batches as arrays, and what is checked where a person hands over a network and its data."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..words.validation import fitting, listed, of_type, one_of, real_array
from .network import Network

Array = NDArray[Any]


def network_given(net: object) -> None:
    """Raise TypeError unless `net` is a Network."""
    of_type(net, Network, "net", "a Network")


def frozen_names(net: Network, frozen: Collection[str]) -> frozenset[str]:
    """The names in `frozen`, each checked to be a parameter of the network."""
    if isinstance(frozen, tuple) and not frozen:
        return frozenset()
    names = listed(frozen, "frozen", "a collection of parameter names")
    return frozenset(one_of(name, "frozen", net.layout.first_slot) for name in names)


def samples(value: Any, argument: str, size: int, dtype: np.dtype[Any]) -> Array:
    """A sample (1-D) or a batch (2-D) with `size` numbers each, as floats of the network's dtype."""
    array = real_array(value, argument, (1, 2))
    if array.shape[-1] != size:
        raise ValueError(
            f"{argument} must have {size} number{'s' if size > 1 else ''} per sample, but it has shape {array.shape}"
        )
    return fitting(array, argument, dtype)


def batch(net: Network, x: Any, target: Any, x_name: str = "x", target_name: str = "target") -> tuple[Array, Array]:
    """Inputs and targets that are batches with as many rows, and suit the network's loss."""
    xs = samples(x, x_name, net.sizes[0], net.dtype)
    targets = samples(target, target_name, net.sizes[-1], net.dtype)
    if xs.ndim != 2 or targets.ndim != 2 or len(xs) != len(targets):
        raise ValueError(
            f"{x_name} and {target_name} must be batches with a row for each sample, as many targets as inputs, "
            f"but they have shapes {xs.shape} and {targets.shape}"
        )
    net.loss.check_target(columns(targets))
    return xs, targets


def columns(array: Array) -> Array:
    """A sample or a batch with a column for each sample."""
    return array[:, None] if array.ndim == 1 else array.T


def all_columns(arrays: Sequence[Array]) -> list[Array]:
    """The same for arrays of as many samples each."""
    return [array[:, None] for array in arrays] if arrays[0].ndim == 1 else [array.T for array in arrays]


def shape_like(given: Array, array: Array) -> Array:
    """Columns in the shape of what was given: one sample (1-D) or a batch (2-D)."""
    return array[:, 0] if given.ndim == 1 else array.T


def all_shaped(given: Array, arrays: Sequence[Array]) -> tuple[Array, ...]:
    """The same for several."""
    return tuple([array.ravel() for array in arrays] if given.ndim == 1 else [array.T for array in arrays])


def alike(value: object, net: Network, argument: str) -> Network:
    """`value` if it is a network that differs from `net` in numbers only."""
    value = of_type(value, Network, argument, "a Network").in_float64()
    if not value.differs_in_numbers_only(net):
        raise ValueError(f"{argument} must differ from {net!r} in its numbers only, but it is {value!r}")
    return value


def same_shape(value: Any, given: Array, argument: str) -> Array:
    """`value` as an array of the shape of what is given."""
    array = real_array(value, argument, (1, 2))
    if array.shape != given.shape:
        raise ValueError(f"{argument} must have the shape {given.shape} that it had, but it has {array.shape}")
    return array
