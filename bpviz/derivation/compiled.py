"""A network's step as a function, made from its own derivation."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ..networks.arrays import columns, frozen_names, network_given, samples
from ..networks.exercise import Exercise
from ..networks.network import Network
from ..steps.trail import Trail
from ..views.programs import OF_MATH, error_program, numpy_program, python_program
from ..words.validation import one_of, positive_number, truth

#: A derivation with more parameters than this is no program that a person would read, and takes long to print.
MOST_PARAMETERS = 5_000

#: The languages that a step is compiled in.
LANGUAGES = {"python": python_program, "numpy": numpy_program}

#: What Python's own floats raise where NumPy's go on to 0 or infinity: at exp(710), over 0, at the logarithm of 0.
REFUSALS = (OverflowError, ZeroDivisionError, ValueError)

#: (parameters, x, target) or (parameters, x, target, learning_rate) -> the error, and a number for each parameter.
Function = Callable[..., tuple[Any, tuple[Any, ...]]]


@dataclass(frozen=True)
class Program:
    """A step of a network as a function.  Made by `compiled`.

    Attributes
    ----------
    source : str
        Its text, as `Derivation.program` prints it.
    network : Network
        Whose step it is; its values are no part of the program.
    language : "python" or "numpy"
    updates : bool
        Whether new values come back, or gradients.
    """

    source: str = field(repr=False)
    network: Network
    language: str
    updates: bool

    def __reduce__(self) -> tuple[Any, ...]:
        return Program, (self.source, self.network, self.language, self.updates)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters, in the order in which their values are given and come back."""
        return self.network.layout.names

    def __call__(
        self, parameters: Sequence[float], x: Any, target: Any, learning_rate: float | None = None
    ) -> tuple[float, tuple[float, ...]]:
        """The error, and the new values of the parameters or their gradients.

        Parameters
        ----------
        parameters : sequence of float
            Their values, in the order of `names`.
        x, target : arrays
            Of one sample in Python, of shape (n_in,) and (n_out,); of many in NumPy, (n_samples, n_in) and
            (n_samples, n_out).
        learning_rate : float
            For a program that updates.

        Raises
        ------
        ValueError, TypeError
            With one sentence naming the argument.
        """
        net, ndim = self.network, 1 if self.language == "python" else 2
        values = samples(parameters, "parameters", len(net.layout), net.dtype)
        xs = samples(x, "x", net.sizes[0], net.dtype)
        targets = samples(target, "target", net.sizes[-1], net.dtype)
        if not xs.ndim == targets.ndim == ndim or xs.shape[:-1] != targets.shape[:-1]:
            raise ValueError(
                f"x and target must be {'one sample each' if ndim == 1 else 'batches of as many rows'}, but they have "
                f"shapes {xs.shape} and {targets.shape}"
            )
        net.loss.check_target(columns(targets))
        rate = [positive_number(learning_rate, "learning_rate")] if self.updates else []
        if not self.updates and learning_rate is not None:
            raise ValueError("learning_rate is for a program that updates; this one hands back gradients")
        if self.language == "numpy":
            with np.errstate(all="ignore"):
                error, found = self.function(values.tolist(), xs, targets, *rate)
        else:
            error, found = self.run(values.tolist(), xs.tolist(), targets.tolist(), *rate)
        return float(error), tuple(map(float, found))

    def run(
        self, parameters: Sequence[float], x: Sequence[float], target: Sequence[float], *rate: float
    ) -> tuple[float, tuple[float, ...]]:
        """One sample, without checks."""
        try:
            return self.function(parameters, x, target, *rate)
        except REFUSALS:
            numbers = ([np.float64(value) for value in part] for part in (parameters, x, target))
            with np.errstate(all="ignore"):
                error, found = self._in_numpy(*numbers, *map(np.float64, rate))
            return float(error), tuple(map(float, found))

    @cached_property
    def function(self) -> Function:
        """The bare function; Python's own floats raise one of `REFUSALS` where NumPy's go on."""
        return _run(self.source)

    @cached_property
    def _in_numpy(self) -> Function:
        """The same text, with NumPy's functions."""
        return _run(self.source[self.source.index("def ") :], {name: getattr(np, name) for name in OF_MATH})


def _run(source: str, names: dict[str, Any] | None = None) -> Function:
    """Run a program that bpviz wrote, in whose text every name is its own, and take its function."""
    space = dict(names or {})
    exec(compile(source, "<derivation>", "exec"), space)
    function: Function = space["step"]
    return function


def compiled(net: Network, *, language: str = "python", update: bool = True, frozen: Collection[str] = ()) -> Program:
    """A network's whole step as a function: forward pass, error, chain rule, update.

    Its text is the derivation of all parameters, a line for each step: see its `source`.  Small networks are trained by
    it; ``benchmarks/results.md`` has what was measured beside other ways.

    Parameters
    ----------
    net : Network
        Of at most 5,000 parameters.  Their values are no part of the program.
    language : "python" or "numpy"
        For one sample, or for many at once, over which the mean is taken.
    update : bool
        Whether the parameters' new values come back, or their gradients.
    frozen : collection of str
        Parameters that keep their values.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> from bpviz import articles
    >>> ex = articles.example("2-3-2")
    >>> step = compiled(ex.network)
    >>> values = tuple(ex.network.numbers.values())
    >>> for _ in range(1000):
    ...     error, values = step(values, ex.x, ex.target, ex.learning_rate)
    >>> print(f"{error:.6f}")
    0.000165
    """
    network_given(net)
    one_of(language, "language", tuple(LANGUAGES))
    if len(net.layout) > MOST_PARAMETERS:
        raise ValueError(
            f"net must have at most {MOST_PARAMETERS:,} parameters to be compiled, not {len(net.layout):,}"
        )
    return made(net, language, "update" if truth(update, "update") else "gradients", frozen_names(net, frozen))


def made(net: Network, language: str, what: str, frozen: frozenset[str] = frozenset()) -> Program:
    """The same without checks; `what` is "update", "gradients" or, without either, "error"."""
    return _made(_Kind(net.in_float64()), language, what, frozen)


class _Kind:
    """A network apart from its numbers, on which no program depends."""

    def __init__(self, net: Network) -> None:
        self.net = net

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kind) and self.net.differs_in_numbers_only(other.net)

    def __hash__(self) -> int:
        return hash((self.net.layout, self.net.activations, self.net.loss.name))


@lru_cache(maxsize=32)
def _made(kind: _Kind, language: str, what: str, frozen: frozenset[str]) -> Program:
    net, updates = kind.net, what == "update"
    # Any sample will do: no number of it is in the program.
    x, target = np.zeros(net.sizes[0]), np.full(net.sizes[-1], 1 / net.sizes[-1])
    trail = Trail.of(Exercise(net, x, target, 1.0 if updates else None, frozen=frozen))
    source = error_program(trail) if what == "error" else LANGUAGES[language](trail)
    return Program(source, net, language, updates)
