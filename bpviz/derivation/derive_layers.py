"""The same derivation in whole layers, for networks that are too large to be followed unit by unit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from ..calculus.passes import gradients
from ..networks.arrays import Array
from ..networks.exercise import Exercise, exercise
from ..networks.names import Use
from ..networks.network import Network
from ..steps.entry import entry_trail
from ..steps.layer_trail import LayerTrail
from ..steps.notation import Notation
from ..steps.step import PHASES
from ..steps.whole import LayerStep, Whole
from ..views.layers import largest, layers_latex, layers_mathml, layers_text
from ..words.validation import one_of, whole_number
from .derive import Derivation
from .viewed import Viewed
from .witnesses import SMALLEST, Check, WitnessError, check_gradients, sizes, tolerances

#: Of every matrix of gradients so many entries are held against the witnesses, the largest ones.
ENTRIES = 2

#: A derivation of single numbers has a name for each of so many inputs and targets at most.
MOST_NAMED = 200_000

LayerView = Callable[[LayerTrail, Sequence[LayerStep], int], str]


def check_named(given: Exercise) -> None:
    """Raise ValueError where there are too many inputs and targets for each to have a name."""
    if (count := given.x.size + given.target.size) > MOST_NAMED:
        raise ValueError(
            f"x and target must hold at most {MOST_NAMED:,} numbers where each has a name, not {count:,}; take fewer "
            "samples"
        )


class LayerDerivation(Viewed[LayerView], LayerTrail):
    """A derivation in whole layers, with its views.  Made by `derive_layers`."""

    views = MappingProxyType({"text": layers_text, "latex": layers_latex, "mathml": layers_mathml})

    def _view(self, view: LayerView, digits: int) -> str:
        return view(self, self.steps, digits)

    def excerpt(self, *which: str) -> LayerExcerpt:
        """Some of the steps, by phase (forward, loss, chain, update) or name, such as ``"delta 1"``; all without any.

        Examples
        --------
        >>> net = Network(weights=[[[0.5, -0.5]]], activations="linear")
        >>> print(derive_layers(net, [1, 2], [0], notation="z_a").excerpt("delta 1", "weight_gradient 1"))
        Chain rule
          delta^(1) = dC/da^(1) ∘ σ'(z^(1)) = (-0.5) ∘ σ'(-0.5) = -0.5
          dC/dw^(1) = delta^(1) (a^(0))^T = (-0.5) [1; 2]^T = [-0.5, -1]
        """
        for choice in which:
            one_of(choice, "which", (*PHASES, *self.by_name))
        return LayerExcerpt(self, tuple(s for s in self.steps if not which or {s.phase, s.name} & set(which)))

    def entry(self, parameter: str, sample: int = 1) -> Derivation:
        """The derivation of one entry: unit by unit, what lies before and ahead of it known from the layers.

        Long sums are written short, and the largest of their terms are named.

        Parameters
        ----------
        parameter : str
            The name of a weight or bias.
        sample : int
            Which sample of a batch is written out, from 1.

        Raises
        ------
        ValueError, TypeError
            With one sentence naming the argument; of all samples together at most 200,000 numbers are named.

        Examples
        --------
        >>> net = Network(weights=[[[0.5, -0.5]]], activations="linear")
        >>> print(derive_layers(net, [1, 2], [0], notation="z_a").entry("w1[1,2]").excerpt("gradient"))
        Chain rule
          dC/dw^(1)_1,2 = delta^(1)_1·a^(0)_2 = (-0.5)·2 = -1
        """
        one_of(parameter, "parameter", self.network.layout.first_slot)
        check_named(self.exercise)
        which = whole_number(sample, "sample", 1, self.exercise.n_samples) - 1
        return entry_trail(Derivation, self, parameter, which)

    def check(self) -> Check:
        """Hold every gradient against the backward pass, and the largest of each matrix against all three witnesses.

        Raises
        ------
        WitnessError
            If one disagrees.
        """
        grads, net = gradients(self.exercise), self.network
        dW, db = sizes(self.exercise)
        pairs = [("weight_gradient", grads.weights, dW), ("bias_gradient", grads.biases, db)]
        named: dict[str, float] = {}
        for kind, answers, uncancelled in pairs:
            for l, (there, size) in enumerate(zip(answers, uncancelled, strict=True), start=1):
                if there is None or size is None:
                    continue
                own = self.values[Whole(kind, l).name]
                self._hold(own, there, size, f"{kind} {l}")
                for row, column in largest(own, ENTRIES):
                    source = column if kind == "weight_gradient" else None
                    named[net.name_at(Use(l, row, source))] = float(own[row, column])
        return check_gradients(self.exercise, named, ())

    def _hold(self, own: Array, there: Array, size: Array, name: str) -> None:
        """Raise unless a matrix is the backward pass's, entry by entry; where units share one bias, their sum."""
        other, uncancelled = (np.reshape(each, (-1, 1)) if np.ndim(there) < 2 else each for each in (there, size))
        if name.startswith("bias") and self.shares_bias(int(name.split()[1])):
            other, uncancelled = other.sum(keepdims=True), uncancelled.sum(keepdims=True)
        tolerance, rounding = tolerances(self.exercise)
        allowed = tolerance * np.maximum(np.abs(own), np.abs(other)) + rounding * uncancelled + SMALLEST
        if other.size not in (1, own.size) or not (np.abs(own - other) <= allowed).all():
            raise WitnessError(f"the backward pass disagrees about {name}")

    def __repr__(self) -> str:
        return f"<Derivation of {self.network!r} in whole layers, {len(self.steps)} steps>"


@dataclass(frozen=True, repr=False)
class LayerExcerpt(Viewed[LayerView]):
    """Some steps of a derivation in whole layers.  Made by `LayerDerivation.excerpt`."""

    derivation: LayerTrail
    steps: tuple[LayerStep, ...]

    views = LayerDerivation.views

    def _view(self, view: LayerView, digits: int) -> str:
        return view(self.derivation, self.steps, digits)

    __repr__ = Viewed.__str__


def derive_layers(
    net: Network,
    x: Any,
    target: Any,
    learning_rate: float | None = None,
    *,
    frozen: Collection[str] = (),
    reduction: str = "mean",
    notation: str | Notation = "net_out",
) -> LayerDerivation:
    """Derive every gradient in whole layers: z = W a + b, a = f(z), delta, dE/dW = delta a^T, W - eta dE/dW.

    Small matrices are written out, large ones told by their shape, range and largest entries; `LayerDerivation.entry`
    opens the derivation of any one parameter.

    Parameters
    ----------
    net, x, target, learning_rate, frozen, reduction, notation
        As for `derive`; a batch stands in columns.  Every weight must be a parameter of its own.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> net = Network(weights=[[[0.1, 0.8], [0.4, 0.6]], [[0.3, 0.9]]])
    >>> print(derive_layers(net, [0.35, 0.9], [0.5], notation="z_n").excerpt("net 2", "weight_gradient 2").text(3))
    Forward pass
      z^(2) = W^(2) n^(1) = [0.3, 0.9] [0.68; 0.664] = 0.801
    <BLANKLINE>
    Chain rule
      dL/dW^(2) = delta^(2) (n^(1))^T = 0.0407 [0.68; 0.664]^T = [0.0277, 0.027]
    """
    given = exercise(net, x, target, learning_rate, reduction=reduction, frozen=frozen)
    _ = gradients(given)  # refuses numbers that grow too large
    return LayerDerivation.of(given, notation)
