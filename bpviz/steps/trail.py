"""The trail: backpropagation as an ordered list of steps, each said by earlier names.

The list is data.  It knows no view and no witness; they take it as it is.  It is one for every purpose: it is shown,
evaluated (in float64, exactly, to fifty digits) and checked.  It grows linearly with the network; the composed formula,
which grows with every path, is never written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from ..networks.exercise import Exercise
from ..networks.names import Symbol, gradient, updated
from ..networks.network import Network
from ..words.compared import Compared
from ..words.validation import one_of, whole_number
from .notation import AnyLabel, Labels, Notation
from .notation import notation as find_notation
from .other_numbers import as_sympy, exact_values, to_digits
from .step import PHASES, Step
from .story import write


@dataclass(frozen=True, eq=False)
class Trail(Compared):
    """The steps from the inputs to the gradient of one parameter, or of all.

    Attributes
    ----------
    exercise : Exercise
        What it starts from: network, sample, learning rate.
    wrt : str or None
        The parameter, or None for all of them.
    steps : tuple of Step
    symbols : mapping of str to Symbol
        What each name means; `label` says what it looks like.
    paths : tuple of tuples of str
        The names of the factors along each path from the error to the parameter; empty where they are too many.
    notation : Notation
    known : mapping of str to float
        Quantities that no step computes and that are not given: of a part of a larger derivation.
    """

    exercise: Exercise
    wrt: str | None
    steps: tuple[Step, ...]
    symbols: Mapping[str, Symbol] = field(repr=False)
    paths: tuple[tuple[str, ...], ...]
    notation: Notation
    known: Mapping[str, float] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, exercise: Exercise, wrt: str | None = None, notation: str | Notation = "net_out") -> Self:
        """The trail of an exercise, to one parameter or to all."""
        with np.errstate(all="ignore"):  # at saturation a factor may be 0 or inf; the step shows it
            book, paths = write(exercise, wrt)
        symbols = MappingProxyType(book.symbols)
        return cls(exercise, wrt, tuple(book.steps), symbols, tuple(paths), find_notation(notation))

    def __reduce__(self) -> tuple[Any, ...]:
        given = self.exercise, self.wrt, self.steps, dict(self.symbols), self.paths, self.notation, dict(self.known)
        return type(self), given

    # --- what it starts from ---

    @property
    def network(self) -> Network:
        """The network, as given."""
        return self.exercise.network

    @property
    def x(self) -> Any:
        """The inputs: of a sample or of a batch."""
        return self.exercise.x

    @property
    def target(self) -> Any:
        """The targets: of a sample or of a batch."""
        return self.exercise.target

    @property
    def learning_rate(self) -> float | None:
        """The learning rate, if there is an update."""
        return self.exercise.learning_rate

    @property
    def reduction(self) -> str:
        """How the errors of a batch make one error: ``"mean"`` or ``"sum"``."""
        return self.exercise.reduction

    @property
    def given(self) -> Mapping[str, float]:
        """The numbers it starts from: inputs, targets, parameters, the learning rate."""
        return MappingProxyType(self.exercise.numbers)

    # --- what it leads to ---

    @cached_property
    def by_name(self) -> Mapping[str, Step]:
        """The steps by the name of what they compute."""
        return {step.name: step for step in self.steps}

    @cached_property
    def values(self) -> Mapping[str, float]:
        """Every quantity's value in float64, what is given included."""
        return MappingProxyType({**self._before, **{step.name: step.value for step in self.steps}})

    @property
    def _before(self) -> Mapping[str, float]:
        """What the first step may speak of."""
        return {**self.given, **self.known}

    @cached_property
    def samples(self) -> Mapping[str, int | None]:
        """For each step the sample that it is about, or else that of the last step before it that is about one."""
        found: dict[str, int | None] = {}
        last: int | None = None
        for step in self.steps:
            last = last if step.sample is None else step.sample
            found[step.name] = last
        return found

    def step_of(self, symbol: Symbol) -> Step | None:
        """The step that computes a quantity, if there is one."""
        return self.by_name.get(self.network.name_of(symbol))

    @cached_property
    def gradients(self) -> Mapping[str, float]:
        """The gradient of the loss by each parameter that was asked for."""
        wanted = self.network.parameters if self.wrt is None else (self.wrt,)
        return {name: self.by_name[self.network.name_of(gradient(name))].value for name in wanted}

    @property
    def factors(self) -> tuple[Step, ...]:
        """The chain-rule factors, dE/dout, dout/dnet, dnet/dw, ..., each once, in the order they are met."""
        return tuple(step for step in self.steps if step.kind == "local")

    @property
    def value(self) -> float:
        """The gradient of the loss by the parameter asked for."""
        return self.gradients[self._asked("value")]

    @property
    def updated(self) -> float:
        """The parameter's value after the update."""
        step = self.step_of(updated(self._asked("updated")))
        if step is None:
            raise ValueError("learning_rate was not given to derive(), so there is no updated value")
        return step.value

    @property
    def notes(self) -> tuple[str, ...]:
        """What a learner has to know about these numbers: corners, jumps."""
        return tuple(dict.fromkeys(step.note for step in self.steps if step.note))

    def _asked(self, what: str) -> str:
        if self.wrt is None:
            raise ValueError(f"wrt was not given to derive(), so {what} has no single answer; use gradients or by_name")
        return self.wrt

    # --- how it is written ---

    @cached_property
    def labels(self) -> Labels:
        """How every quantity is written in this notation."""
        return Labels(self.notation, self.network)

    def label(self, name: str) -> AnyLabel:
        """What a quantity looks like in this derivation's notation."""
        return self.labels.of(self.symbols[one_of(name, "name", self.symbols)])

    def in_notation(self, name: str | Notation) -> Self:
        """The same written in another notation; the numbers stay.

        Examples
        --------
        >>> from bpviz import Network, derive
        >>> net = Network(weights=[[[0.5]]], weight_names=[[["w1"]]])
        >>> derive(net, [1.0], [0.0], wrt="w1").in_notation("z_a").label("net_o1")
        Label(base='z', sub='1', sup='(1)')
        """
        return replace(self, notation=find_notation(name))

    def chosen(self, *which: str) -> tuple[Step, ...]:
        """Some of the steps: by phase (forward, loss, chain, update), kind or name; all without any."""
        kinds = [kind for phase in PHASES.values() for kind in phase]
        for choice in which:
            one_of(choice, "which", dict.fromkeys((*PHASES, *kinds, *self.by_name)))
        return tuple(s for s in self.steps if not which or {s.phase, s.kind, s.name} & set(which))

    # --- the same list in other arithmetics ---

    def exact(self) -> dict[str, Any]:
        """Every quantity exactly, as SymPy numbers; each given number is the decimal it is written as.

        Raises
        ------
        ValueError
            For more than five layers whose outputs are no fractions: each stands whole in all that follow; and for
            more than 20,000 numbers.

        Examples
        --------
        >>> from bpviz import Network, derive
        >>> net = Network(weights=[[[0.1, 0.2]]], activations="linear", weight_names=[[["u", "v"]]])
        >>> derive(net, [3, 4], [1], wrt="v").exact()["dE_total/dv"]
        2/5
        """
        return exact_values(self.steps, self._before, self.network.activations)

    def evaluate(self, digits: int = 50) -> dict[str, Any]:
        """Every quantity to `digits` significant digits (up to 10,000), as SymPy Floats, which print them all.

        What cancels in about 1,000 digits or more is taken for the 0 that it most likely is.

        Raises
        ------
        ValueError
            For more than 20,000 numbers.

        Examples
        --------
        >>> from bpviz import Network, derive
        >>> net = Network(weights=[[[0.5]]], weight_names=[[["w"]]])
        >>> print(derive(net, [1], [0], wrt="w").evaluate(digits=30)["out_o1"])
        0.622459331201854564638900565746
        """
        return to_digits(self.steps, self._before, whole_number(digits, "digits", 1, 10_000))

    def sympy(self) -> dict[str, Any]:
        """Every step's formula as a SymPy expression in the symbols of earlier names.

        Raises
        ------
        ValueError
            For more than 20,000 numbers.

        Examples
        --------
        >>> from bpviz import Network, derive
        >>> net = Network(weights=[[[0.5]]], weight_names=[[["w"]]])
        >>> derive(net, [1], [0], wrt="w").sympy()["out_o1"]
        1/(1 + exp(-net_o1))
        """
        return as_sympy(self.steps, self._before)
