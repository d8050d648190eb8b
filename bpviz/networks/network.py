"""Fully connected networks: what is given before anything is computed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..words.files import file_given, write_files
from ..words.validation import FloatArray, fitting, one_of, real_number
from . import network_input, saved
from .activation import Activation
from .by_name import Parameter, Parameters, at
from .layout import EACH, NONE, ONE, BiasNames, Layout, WeightNames, default_layout
from .losses import Loss
from .losses import loss as find_loss
from .names import Symbol, Use, name_of


class Network:
    """A fully connected feed-forward network.  It never changes; updating makes a new one.

    Parameters
    ----------
    weights : sequence of arrays, each of shape (n_out, n_in)
        One per layer, at most 200; row j holds the weights into unit j.
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

    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray | None, ...]
    activations: tuple[Activation, ...]
    loss: Loss
    #: Which parameter works where; the same object in all networks that differ in numbers only.
    layout: Layout
    sizes: tuple[int, ...]

    def __init__(
        self,
        weights: Sequence[Any],
        biases: Sequence[Any] | None = None,
        activations: Any = "sigmoid",
        loss: str | Loss = "half_squared_error",
        weight_names: Sequence[Any] | None = None,
        bias_names: Sequence[Any] | None = None,
    ) -> None:
        matrices = network_input.weights_given(weights)
        sizes = (matrices[0].shape[1], *(W.shape[0] for W in matrices))
        vectors = network_input.biases_given(biases, sizes)
        if any(array.dtype != np.float32 for array in (*matrices, *(b for b in vectors if b is not None and b.ndim))):
            matrices = [W.astype(np.float64) for W in matrices]
        functions = network_input.activations_given(activations, len(matrices))
        error = find_loss(loss)
        error.check_output_activation(functions[-1])
        dtype = matrices[0].dtype
        kinds = tuple(NONE if b is None else EACH if b.ndim else ONE for b in vectors)
        if weight_names is None and bias_names is None:
            layout = default_layout(sizes, kinds)
        else:
            names = network_input.weight_names_given(weight_names, sizes)
            layout = Layout(sizes, kinds, names, network_input.bias_names_given(bias_names, vectors, sizes))
        fitted = [None if b is None else fitting(b, f"biases[{n}]", dtype) for n, b in enumerate(vectors)]
        if layout.owners is not None:
            layout.check_values(layout.vector(matrices, fitted))
        weights, biases = [W.copy() for W in matrices], [b if b is None else b.copy() for b in fitted]
        self._take(layout, weights, biases, functions, error)

    def _take(
        self,
        layout: Layout,
        weights: Sequence[FloatArray],
        biases: Sequence[FloatArray | None],
        activations: tuple[Activation, ...],
        loss: Loss,
    ) -> None:
        """Become the network of these arrays, which are right and its own; nobody can write to them from now on."""
        for array in (*weights, *biases):
            if array is not None:
                array.setflags(write=False)
        own, own["weights"], own["biases"] = self.__dict__, tuple(weights), tuple(biases)
        own["layout"], own["sizes"], own["activations"], own["loss"] = layout, layout.sizes, activations, loss

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

    @property
    def weight_names(self) -> WeightNames:
        """The names of the weights, shaped like them."""
        return self.layout.weight_names

    @property
    def bias_names(self) -> BiasNames:
        """Per layer the names of the biases, the name of the one that it shares, or None."""
        return self.layout.bias_names

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """Every weight and bias by its name, in the order in which they are read."""
        return Parameters(self.layout, self.weights, self.biases)

    @property
    def numbers(self) -> dict[str, float]:
        """The value of every parameter by its name, in the order in which they are read."""
        slots = self.layout.vector(self.weights, self.biases)[self.layout.in_reading_order]
        return dict(zip(self.layout.first_slot, slots.tolist(), strict=True))

    def unit(self, layer: int, j: int) -> str:
        """The name of unit `j` (from 0) of `layer` (0 is the inputs)."""
        of = network_input.layer_given(self.sizes, layer, 0)
        return self.layout.units[of][network_input.unit_given(self.sizes, of, j, "j")]

    def drawn_unit(self, layer: int, j: int) -> str:
        """The same as it is drawn and said."""
        of = network_input.layer_given(self.sizes, layer, 0)
        return self.layout.drawn_units[of][network_input.unit_given(self.sizes, of, j, "j")]

    def name_of(self, symbol: Symbol) -> str:
        """The name of a quantity of this network."""
        return name_of(symbol, self.sizes)

    def weight_name(self, layer: int, to: int, source: int) -> str:
        """The name of the weight into unit `to` of `layer` (from 1) from unit `source`."""
        return self.layout.name_at(network_input.use_given(self.sizes, layer, to, source))

    def bias_name(self, layer: int, to: int) -> str | None:
        """The name of the bias of unit `to` of `layer` (from 1), or None."""
        use = network_input.use_given(self.sizes, layer, to)
        return None if self.biases[use.layer - 1] is None else self.layout.name_at(use)

    def name_at(self, use: Use) -> str:
        """The name of the parameter used there."""
        return self.layout.name_at(use)

    def uses(self) -> Iterator[Use]:
        """Every place of a weight or bias, layer by layer, unit by unit, the bias after the weights."""
        return self.layout.all_uses()

    def value_at(self, use: Use) -> float:
        """The value of the parameter used there."""
        return float(at(self.weights, self.biases, use))

    def __getitem__(self, name: str) -> float:
        """The value of a parameter; ValueError if there is none of that name."""
        return self.value_at(self.layout.first_use(one_of(name, "name", self.layout.first_slot)))

    def paths_from(self, layer: int) -> int:
        """How many paths lead from a net input of a layer (from 1) to the error; in softmax layers they change over."""
        return math.prod(
            self.sizes[l + 1] * (1 if self.activations[l - 1].elementwise else self.sizes[l])
            for l in range(layer, self.depth)
        )

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
            for use in self.layout.uses(one_of(name, "values", self.layout.first_slot)):
                bias = biases[use.layer - 1]
                if use.source is not None:
                    weights[use.layer - 1][use.to, use.source] = number
                elif bias is not None:
                    bias[use.to if bias.ndim else ()] = number
        return self.with_arrays(weights, biases)

    def with_arrays(self, weights: Sequence[FloatArray], biases: Sequence[FloatArray | None]) -> Network:
        """The same network with other arrays of the same shapes and kind.

        They are taken as they are, without a check or a copy, and can no longer be written to: for what bpviz computed.
        """
        other = object.__new__(Network)
        other._take(self.layout, weights, biases, self.activations, self.loss)
        return other

    def in_float64(self) -> Network:
        """The same network in float64: itself, unless it is in float32."""
        if self.dtype == np.float64:
            return self
        biases = [None if b is None else b.astype(np.float64) for b in self.biases]
        return self.with_arrays([W.astype(np.float64) for W in self.weights], biases)

    def to_dict(self) -> dict[str, Any]:
        """Everything about the network in lists, texts and numbers, as it is saved; None for names nobody chose."""
        chosen = not self.layout.is_default
        return {
            **saved.HEAD,
            "dtype": str(self.dtype),
            "weights": [W.tolist() for W in self.weights],
            "biases": [None if b is None else b.tolist() for b in self.biases],
            "activations": [f.to_dict() for f in self.activations],
            "loss": self.loss.name,
            "weight_names": self.weight_names if chosen else None,
            "bias_names": self.bias_names if chosen else None,
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
        return cls(**saved.arguments_in(text))

    def save(self, path: str | Path) -> None:
        """Write the network to a JSON file: whole or, if that fails, not at all.  Missing folders are made."""
        write_files({file_given(path): self.to_json()})

    @classmethod
    def load(cls, path: str | Path) -> Network:
        """Read a network from a JSON file; ValueError names the file if it is broken."""
        return saved.read(path, cls.from_json)

    def differs_in_numbers_only(self, other: Network) -> bool:
        """Whether the other network has the same names, places, activations and loss."""
        return (self.layout, self.activations, self.loss.name) == (other.layout, other.activations, other.loss.name)

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Network) and self.differs_in_numbers_only(other) and self._bytes() == other._bytes()
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return Network.from_json, (self.to_json(),)

    def __hash__(self) -> int:
        return hash((self.layout, self.activations, self.loss.name, *self._bytes()))

    def _bytes(self) -> list[bytes]:
        return [array.tobytes() for array in (*self.weights, *self.biases) if array is not None]

    def __repr__(self) -> str:
        shape = "-".join(map(str, self.sizes))
        functions = [str(f) for f in self.activations]
        shown = " ".join(functions if len(set(functions)) > 1 else functions[:1])
        return f"Network({shape}, {shown}, {self.loss}, {len(self.layout)} parameters)"
