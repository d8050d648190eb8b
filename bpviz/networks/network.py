"""Fully connected networks: what is given before anything is computed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from . import names as naming
from .activations import Activation, activation
from .losses import Loss
from .losses import loss as find_loss
from ..words.validation import FloatArray, fitting, one_of, path_given, real_array, real_number, shorten

FORMAT = "bpviz.network"


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a parameter works: into unit `to` of `layer` (1 is the first after the inputs).

    `source` is the unit it comes from in the layer before, or None for a bias.
    """

    layer: int
    to: int
    source: int | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named weight or bias, its value, and every place it is used in (several if it is shared)."""

    name: str
    value: float
    uses: tuple[Use, ...]

    @property
    def is_bias(self) -> bool:
        """Whether every use of it is as a bias."""
        return all(use.source is None for use in self.uses)


class Network:
    """A fully connected feed-forward network.  It never changes; updating makes a new one.

    Parameters
    ----------
    weights : sequence of arrays, each of shape (n_out, n_in)
        One per layer; row j holds the weights into unit j.
    biases : sequence, one entry per layer, optional
        Per layer an array of shape (n_out,), a number shared by the whole layer, or None for no bias.
        Leaving it out means no biases at all.
    activations : str, Activation, mapping, or a sequence of them
        One for all layers or one per layer; ``{"name": "elu", "alpha": 0.5}`` or ``bp.activation("elu", alpha=0.5)``
        sets constants.
    loss : str or Loss
    weight_names : sequence of nested sequences of str, shaped like the weights, optional
        Parameters of the same name are one shared parameter and must have equal values.
    bias_names : sequence, optional
        Per layer a sequence of n_out names, one name (for a shared bias), or None.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> net = Network(weights=[[[0.1, 0.8], [0.4, 0.6]], [[0.3, 0.9]]])
    >>> net
    Network(2-2-1, sigmoid, half_squared_error, 6 parameters)
    >>> net["w1[1,2]"]
    0.8
    """

    sizes: tuple[int, ...]
    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray | None, ...]
    activations: tuple[Activation, ...]
    loss: Loss
    weight_names: tuple[tuple[tuple[str, ...], ...], ...]
    bias_names: tuple[str | tuple[str, ...] | None, ...]
    parameters: Mapping[str, Parameter]

    def __init__(
        self,
        weights: Sequence[Any],
        biases: Sequence[Any] | None = None,
        activations: Any = "sigmoid",
        loss: str | Loss = "half_squared_error",
        weight_names: Sequence[Any] | None = None,
        bias_names: Sequence[Any] | None = None,
    ) -> None:
        matrices = _weights(weights)
        sizes = (matrices[0].shape[1], *(W.shape[0] for W in matrices))
        vectors = _biases(biases, sizes)
        if any(array.dtype != np.float32 for array in (*matrices, *(b for b in vectors if b is not None and b.ndim))):
            matrices = [W.astype(np.float64) for W in matrices]
        functions = _activations(activations, len(matrices))
        error = find_loss(loss)
        error.check_output_activation(functions[-1])
        dtype = matrices[0].dtype
        frozen = {
            "sizes": sizes,
            "weights": tuple(_read_only(W) for W in matrices),
            "biases": tuple(
                None if b is None else _read_only(fitting(b, f"biases[{n}]", dtype)) for n, b in enumerate(vectors)
            ),
            "activations": functions,
            "loss": error,
            "weight_names": _weight_names(weight_names, sizes),
            "bias_names": _bias_names(bias_names, vectors, sizes),
        }
        for key, value in frozen.items():
            object.__setattr__(self, key, value)
        object.__setattr__(self, "parameters", MappingProxyType(self._collect()))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Network never changes, so {name} cannot be set; with_values() makes a new one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Network never changes, so {name} cannot be deleted")

    @property
    def depth(self) -> int:
        """The number of layers with weights."""
        return len(self.weights)

    @property
    def dtype(self) -> np.dtype[Any]:
        """float32 if every array given was float32, else float64."""
        return self.weights[0].dtype

    def unit(self, layer: int, j: int) -> str:
        """The name of unit `j` (from 0) of `layer` (0 is the inputs)."""
        return naming.unit_name(self.sizes, layer, j)

    def weight_name(self, layer: int, to: int, source: int) -> str:
        """The name of the weight into unit `to` of `layer` (from 1) from unit `source`."""
        return self.weight_names[layer - 1][to][source]

    def bias_name(self, layer: int, to: int) -> str | None:
        """The name of the bias of unit `to` of `layer` (from 1), or None."""
        names = self.bias_names[layer - 1]
        return names[to] if isinstance(names, tuple) else names

    def name_at(self, use: Use) -> str:
        """The name of the parameter used there."""
        if use.source is not None:
            return self.weight_name(use.layer, use.to, use.source)
        name = self.bias_name(use.layer, use.to)
        assert name is not None
        return name

    def uses(self) -> Iterator[Use]:
        """Every place of a weight or bias, layer by layer, unit by unit, the bias after the weights."""
        for layer in range(1, self.depth + 1):
            for to in range(self.sizes[layer]):
                yield from (Use(layer, to, source) for source in range(self.sizes[layer - 1]))
                if self.biases[layer - 1] is not None:
                    yield Use(layer, to, None)

    def value_at(self, use: Use) -> float:
        """The value of the parameter used there."""
        if use.source is not None:
            return float(self.weights[use.layer - 1][use.to, use.source])
        bias = self.biases[use.layer - 1]
        assert bias is not None
        return float(bias if bias.ndim == 0 else bias[use.to])

    def _collect(self) -> dict[str, Parameter]:
        """All parameters by name, in reading order."""
        places: dict[str, list[Use]] = {}
        for use in self.uses():
            places.setdefault(self.name_at(use), []).append(use)
        places = dict(sorted(places.items(), key=_reading_order(places)))
        for name, uses in places.items():
            values = sorted({self.value_at(use) for use in uses})
            if len(values) > 1:
                argument = "bias_names" if uses[-1].source is None else "weight_names"
                raise ValueError(
                    f"{argument}: {name!r} names one shared parameter, so it needs one value, "
                    f"but it has {values[0]!r} and {values[-1]!r}"
                )
        taken = {*naming.quantity_names(self.sizes), *(f"{name}_new" for name in places)}
        for name, uses in places.items():
            if re.sub(r"\(\d+\)$", "", name) in taken or re.match(r"d.+/d.", name):
                argument = "bias_names" if uses[-1].source is None else "weight_names"
                raise ValueError(
                    f"{argument}: {name!r} already means another quantity of this network; choose another name"
                )
        return {name: Parameter(name, self.value_at(uses[0]), tuple(uses)) for name, uses in places.items()}

    def __getitem__(self, name: str) -> float:
        """The value of a parameter; ValueError if there is none of that name."""
        return self.parameters[one_of(name, "name", self.parameters)].value

    def with_values(self, values: Mapping[str, float]) -> Network:
        """The same network with other values for some of its parameters.

        Examples
        --------
        >>> net = Network(weights=[[[1.0, 2.0]]], activations="linear", weight_names=[[["u", "v"]]])
        >>> net.with_values({"v": 5.0})["v"], net["v"]
        (5.0, 2.0)
        """
        if not isinstance(values, Mapping):
            raise TypeError(f"values must map names to numbers, not be {type(values).__name__}")
        weights = [W.copy() for W in self.weights]
        biases = [None if b is None else b.copy() for b in self.biases]
        for name, value in values.items():
            argument = f"the value of {name!r}"
            number = fitting(np.array(real_number(value, argument)), argument, self.dtype)
            for use in self.parameters[one_of(name, "values", self.parameters)].uses:
                bias = biases[use.layer - 1]
                if use.source is not None:
                    weights[use.layer - 1][use.to, use.source] = number
                elif bias is not None:
                    bias[use.to if bias.ndim else ()] = number
        return Network(weights, biases, self.activations, self.loss, self.weight_names, self.bias_names)

    def in_float64(self) -> Network:
        """The same network in float64: itself, unless it is in float32."""
        if self.dtype == np.float64:
            return self
        weights = [W.astype(np.float64) for W in self.weights]
        biases = [None if b is None else b.astype(np.float64) for b in self.biases]
        names = self.weight_names, self.bias_names
        return Network(weights, biases, list(self.activations), self.loss, *names)

    def to_dict(self) -> dict[str, Any]:
        """Everything about the network in lists, texts and numbers, as it is saved."""
        return {
            "format": FORMAT,
            "version": 1,
            "dtype": str(self.dtype),
            "weights": [W.tolist() for W in self.weights],
            "biases": [None if b is None else b.tolist() for b in self.biases],
            "activations": [f.to_dict() for f in self.activations],
            "loss": self.loss.name,
            "weight_names": self.weight_names,
            "bias_names": self.bias_names,
        }

    def to_json(self) -> str:
        """The network as JSON; `from_json` gives back an equal network, to the last bit."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Network:
        """The network that `to_json` wrote.

        Raises
        ------
        ValueError
            If the text is not such JSON; the message says what is wrong.

        Examples
        --------
        >>> net = Network(weights=[[[0.1, 0.2]]], biases=[0.3])
        >>> Network.from_json(net.to_json()) == net
        True
        """
        if not isinstance(text, str):
            raise TypeError(f"text must be JSON as a str, not {type(text).__name__}")
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"text is not valid JSON: {error}") from None
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError(f"text is JSON, but not a saved network (it has no 'format': '{FORMAT}')")
        if data.get("version") != 1:
            raise ValueError(
                f"text is a saved network of version {shorten(data.get('version'))}; this bpviz reads version 1"
            )
        wanted = ("weights", "biases", "activations", "loss", "weight_names", "bias_names")
        missing = [key for key in wanted if key not in data]
        if missing:
            raise ValueError(f"text is a saved network, but it lacks {', '.join(missing)}")
        dtype = np.dtype(one_of(data.get("dtype", "float64"), "dtype", ("float32", "float64")))
        arguments = {key: data[key] for key in wanted}
        for key in ("weights", "biases"):
            arguments[key] = [
                entry if entry is None else _as(dtype, entry, f"{key}[{n}]")
                for n, entry in enumerate(_list(data[key], key))
            ]
        return cls(**arguments)

    def save(self, path: str | Path) -> None:
        """Write the network to a JSON file."""
        path_given(path).write_text(self.to_json(), encoding="utf-8")

    @classmethod
    def load(cls, path: str | Path) -> Network:
        """Read a network from a JSON file; ValueError names the file if it is broken."""
        file = path_given(path)
        try:
            return cls.from_json(file.read_text(encoding="utf-8"))
        except (ValueError, TypeError) as error:
            raise ValueError(f"path: {file.name} does not hold a network: {error}") from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Network) and self.to_json() == other.to_json()

    def __reduce__(self) -> tuple[Any, ...]:
        return Network.from_json, (self.to_json(),)

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __repr__(self) -> str:
        shape = "-".join(map(str, self.sizes))
        functions = [str(f) for f in self.activations]
        shown = functions[0] if len(set(functions)) == 1 else " ".join(functions)
        return f"Network({shape}, {shown}, {self.loss}, {len(self.parameters)} parameters)"


def _reading_order(places: Mapping[str, list[Use]]) -> Callable[[tuple[str, list[Use]]], tuple[Any, ...]]:
    """Layer by layer, the weights before the biases; where all are numbered alike w2 before w10, else as they stand."""
    pieces = {name: re.split(r"(\d+)", name) for name in places}
    position = {name: n for n, name in enumerate(places)}
    beginnings: dict[tuple[int, bool], set[str]] = {}
    for name, uses in places.items():
        beginnings.setdefault((uses[0].layer, uses[0].source is None), set()).add(pieces[name][0])

    def key(named: tuple[str, list[Use]]) -> tuple[Any, ...]:
        name, uses = named
        group = uses[0].layer, uses[0].source is None
        numbered = len(beginnings[group]) == 1 and len(pieces[name]) > 1
        order = (
            [(int(p), "") if p.isdecimal() else (-1, p) for p in pieces[name]] if numbered else [(position[name], "")]
        )
        return *group, order

    return key


def _list(value: Any, argument: str, each: str = "layer") -> list[Any]:
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, (Sequence, np.ndarray)):
        raise TypeError(
            f"{argument} must be a list with one entry per {each}, not {type(value).__name__} ({shorten(value)})"
        )
    return list(value)


def _as(dtype: np.dtype[Any], value: Any, argument: str) -> FloatArray:
    return real_array(value, argument, (0, 1, 2)).astype(dtype)


def _read_only(array: FloatArray) -> FloatArray:
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def _weights(weights: Any) -> list[FloatArray]:
    layers = _list(weights, "weights")
    if not layers:
        raise ValueError("weights must have at least one layer, but it is empty")
    matrices = [real_array(W, f"weights[{n}]", 2) for n, W in enumerate(layers)]
    for n in range(1, len(matrices)):
        if matrices[n].shape[1] != matrices[n - 1].shape[0]:
            raise ValueError(
                f"weights[{n}] has shape {matrices[n].shape}, but layer {n} has {matrices[n - 1].shape[0]} units, "
                f"so it needs {matrices[n - 1].shape[0]} columns"
            )
    return matrices


def _biases(biases: Any, sizes: tuple[int, ...]) -> list[FloatArray | None]:
    if biases is None:
        return [None] * (len(sizes) - 1)
    layers = _list(biases, "biases")
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


def _activations(given: Any, depth: int) -> tuple[Activation, ...]:
    entries = [given] * depth if isinstance(given, (str, Activation, Mapping)) else _list(given, "activations")
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
            found.append(activation(entry["name"], **constants))
        else:
            found.append(activation(entry))
    return tuple(found)


def _name(value: Any, argument: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{argument} must hold names (str), not {type(value).__name__} ({shorten(value)})")
    if not value.strip():
        raise ValueError(f"{argument} must hold names, but one is empty")
    if len(value) > 100 or not value.isprintable():
        raise ValueError(f"{argument} must hold names of at most 100 printable characters, not {shorten(value)}")
    return value


def _weight_names(names: Any, sizes: tuple[int, ...]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    if names is None:
        return tuple(
            tuple(tuple(naming.weight_name(n, j, i) for i in range(sizes[n - 1])) for j in range(sizes[n]))
            for n in range(1, len(sizes))
        )
    layers = _list(names, "weight_names")
    if len(layers) != len(sizes) - 1:
        raise ValueError(f"weight_names must have one entry per layer, {len(sizes) - 1}, not {len(layers)}")
    result = []
    for n, layer in enumerate(layers):
        argument = f"weight_names[{n}]"
        rows = [_list(row, argument, "unit") for row in _list(layer, argument, "unit")]
        if [len(row) for row in rows] != [sizes[n]] * sizes[n + 1]:
            raise ValueError(
                f"weight_names[{n}] must be shaped like weights[{n}], {sizes[n + 1]} rows of {sizes[n]} names, "
                f"not {shorten(layer)}"
            )
        result.append(tuple(tuple(_name(name, f"weight_names[{n}]") for name in row) for row in rows))
    return tuple(result)


def _bias_names(
    names: Any, vectors: Sequence[FloatArray | None], sizes: tuple[int, ...]
) -> tuple[str | tuple[str, ...] | None, ...]:
    if names is None:
        names = [
            None
            if b is None
            else naming.bias_name(n, None)
            if b.ndim == 0
            else [naming.bias_name(n, j) for j in range(sizes[n])]
            for n, b in enumerate(vectors, start=1)
        ]
    layers = _list(names, "bias_names")
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
            row = _list(entry, argument, "unit")
            if len(row) != sizes[n + 1]:
                raise ValueError(f"{argument} must have {sizes[n + 1]} names, not {len(row)}")
            result.append(tuple(_name(name, argument) for name in row))
    return tuple(result)
