"""What a `Network` may be made from: each argument checked, and filled in where it is left out."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

import numpy as np

from ..words.validation import FloatArray, fitting, listed, real_array, shorten, whole_number, wrong_type
from .activation import Activation
from .activations import activation_called
from .layout import BiasNames, WeightNames
from .names import Use, bias_name, weight_name


def list_given(value: Any, argument: str, each: str = "layer") -> list[Any]:
    if isinstance(value, (Mapping, Set)):
        raise wrong_type(value, argument, f"a list with one entry per {each}")
    return listed(value, argument, f"a list with one entry per {each}")


def layer_given(sizes: Sequence[int], layer: Any, first: int) -> int:
    """The number of a layer, from the inputs (0) or from the first one with weights (1)."""
    return whole_number(layer, "layer", first, len(sizes) - 1)


def unit_given(sizes: Sequence[int], layer: int, unit: Any, argument: str) -> int:
    """The number of a unit of a layer, from 0."""
    return whole_number(unit, argument, 0, sizes[layer] - 1)


#: What stands for the source of a bias.
NO_SOURCE = object()


def use_given(sizes: Sequence[int], layer: Any, to: Any, source: Any = NO_SOURCE) -> Use:
    """The place of a weight, or of a bias where there is no source."""
    of = layer_given(sizes, layer, 1)
    unit = unit_given(sizes, of, to, "to")
    return Use(of, unit, None if source is NO_SOURCE else unit_given(sizes, of - 1, source, "source"))


def floats_given(dtype: np.dtype[Any], value: Any, argument: str) -> FloatArray:
    return fitting(real_array(value, argument, (0, 1, 2)), argument, dtype)


#: No network has more layers: what goes from layer to layer by calling itself must come to its end.
MOST_LAYERS = 200


def weights_given(weights: Any) -> list[FloatArray]:
    layers = list_given(weights, "weights")
    if not layers:
        raise ValueError("weights must have at least one layer, but it is empty")
    if len(layers) > MOST_LAYERS:
        raise ValueError(f"weights must have at most {MOST_LAYERS} layers, not {len(layers)}")
    matrices = [real_array(W, f"weights[{n}]", 2) for n, W in enumerate(layers)]
    for n in range(1, len(matrices)):
        if matrices[n].shape[1] != matrices[n - 1].shape[0]:
            raise ValueError(
                f"weights[{n}] has shape {matrices[n].shape}, but layer {n} has {matrices[n - 1].shape[0]} units, "
                f"so it needs {matrices[n - 1].shape[0]} columns"
            )
    return matrices


def biases_given(biases: Any, sizes: tuple[int, ...]) -> list[FloatArray | None]:
    if biases is None:
        return [None] * (len(sizes) - 1)
    layers = list_given(biases, "biases")
    if len(layers) != len(sizes) - 1:
        raise ValueError(f"biases must have one entry per layer, {len(sizes) - 1}, not {len(layers)}")
    vectors: list[FloatArray | None] = []
    for n, entry in enumerate(layers):
        if entry is None:
            vectors.append(None)
            continue
        vector = real_array(entry, f"biases[{n}]", (0, 1))
        if vector.ndim and len(vector) != sizes[n + 1]:
            raise ValueError(
                f"biases[{n}] must have one number for each of the {sizes[n + 1]} units, not {len(vector)}"
            )
        vectors.append(vector)
    return vectors


def activations_given(given: Any, depth: int) -> tuple[Activation, ...]:
    entries = [given] * depth if isinstance(given, (str, Activation, Mapping)) else list_given(given, "activations")
    if len(entries) != depth:
        raise ValueError(f"activations must be one name or one per layer, {depth}, not {len(entries)}")
    found = []
    for entry in entries:
        if isinstance(entry, Mapping):
            constants = {key: value for key, value in entry.items() if key != "name"}
            if not all(isinstance(key, str) for key in constants):
                raise TypeError(f"activations: constants need names, not {shorten(constants)}")
            if "name" not in entry:
                raise ValueError(f"activations: a mapping needs a 'name', but there is only {shorten(dict(entry))}")
            found.append(activation_called(entry["name"], constants, "activations"))
        else:
            found.append(entry if isinstance(entry, Activation) else activation_called(entry, {}, "activations"))
    return tuple(found)


def _name(value: Any, argument: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{argument} must hold names (str), not {type(value).__name__} ({shorten(value)})")
    if not value.strip():
        raise ValueError(f"{argument} must hold names, but one is empty")
    if len(value) > 100 or not value.isprintable():
        raise ValueError(f"{argument} must hold names of at most 100 printable characters, not {shorten(value)}")
    if value != value.strip():
        raise ValueError(f"{argument} must hold names without a space at either end, not {shorten(value)}")
    return value


def weight_names_given(names: Any, sizes: tuple[int, ...]) -> WeightNames:
    if names is None:
        return tuple(
            tuple(tuple(weight_name(n, j, i) for i in range(sizes[n - 1])) for j in range(sizes[n]))
            for n in range(1, len(sizes))
        )
    layers = list_given(names, "weight_names")
    if len(layers) != len(sizes) - 1:
        raise ValueError(f"weight_names must have one entry per layer, {len(sizes) - 1}, not {len(layers)}")
    result = []
    for n, layer in enumerate(layers):
        argument = f"weight_names[{n}]"
        rows = [list_given(row, argument, "unit") for row in list_given(layer, argument, "unit")]
        if [len(row) for row in rows] != [sizes[n]] * sizes[n + 1]:
            raise ValueError(
                f"weight_names[{n}] must be shaped like weights[{n}], {sizes[n + 1]} rows of {sizes[n]} names, "
                f"not {shorten(layer)}"
            )
        result.append(tuple(tuple(_name(name, f"weight_names[{n}]") for name in row) for row in rows))
    return tuple(result)


def bias_names_given(names: Any, vectors: Sequence[FloatArray | None], sizes: tuple[int, ...]) -> BiasNames:
    if names is None:
        names = [
            None if b is None else bias_name(n, None) if b.ndim == 0 else [bias_name(n, j) for j in range(sizes[n])]
            for n, b in enumerate(vectors, start=1)
        ]
    layers = list_given(names, "bias_names")
    if len(layers) != len(vectors):
        raise ValueError(f"bias_names must have one entry per layer, {len(vectors)}, not {len(layers)}")
    result: list[str | tuple[str, ...] | None] = []
    for n, (entry, vector) in enumerate(zip(layers, vectors, strict=True)):
        argument = f"bias_names[{n}]"
        if vector is None:
            if entry is not None:
                raise ValueError(f"{argument} must be None, because layer {n + 1} has no bias, not {shorten(entry)}")
            result.append(None)
        elif isinstance(entry, str):
            name = _name(entry, argument)
            result.append(name if vector.ndim == 0 else (name,) * sizes[n + 1])
        elif vector.ndim == 0:
            raise TypeError(f"{argument} must be one name, because layer {n + 1} shares one bias, not {shorten(entry)}")
        else:
            row = list_given(entry, argument, "unit")
            if len(row) != sizes[n + 1]:
                raise ValueError(f"{argument} must have {sizes[n + 1]} names, not {len(row)}")
            result.append(tuple(_name(name, argument) for name in row))
    return tuple(result)
