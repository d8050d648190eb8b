"""What one asks for: a trail of steps that shows itself and lets itself be checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from ..calculus.passes import gradients
from ..formula.digits import check_digits, round_number
from ..networks.exercise import Exercise, exercise
from ..networks.names import updated
from ..networks.network import Network
from ..networks.optimisers import Optimiser
from ..steps.notation import Notation
from ..steps.step import Step
from ..steps.trail import Trail
from ..views.javascript import program as javascript_program
from ..views.latex import steps_latex
from ..views.mathml import steps_mathml
from ..views.table import Table
from ..views.text import steps_text
from ..words.catalogue import heads
from ..words.validation import one_of
from .compiled import LANGUAGES
from .viewed import Viewed
from .witnesses import Check, check

#: A derivation has about so many terms at most, which takes some seconds, with a bar.
MOST_TERMS = 250_000
MOST_OF_BATCH = 80_000

View = Callable[[Trail, Sequence[Step], int], str]


class Derivation(Viewed[View], Trail):
    """The steps from the inputs to the gradient of one parameter, or of all, with their views.  Made by `derive`."""

    views = MappingProxyType({"text": steps_text, "latex": steps_latex, "mathml": steps_mathml})

    def _view(self, view: View, digits: int) -> str:
        return view(self, self.steps, digits)

    def check(self) -> Check:
        """Hold every gradient against three independent witnesses; raise `WitnessError` if one disagrees.

        The product of factors is held against the backward pass, ``sympy.diff`` of the loss, and the complex step.
        Print the result, or end a cell with it, to see the table.
        """
        return check(self)

    def excerpt(self, *which: str) -> Excerpt:
        """Some of the steps, to look at: by phase (forward, loss, chain, update), kind or name; all without any.

        Examples
        --------
        >>> net = Network(weights=[[[0.5]]], activations="linear", weight_names=[[["w"]]])
        >>> print(derive(net, [2], [0], wrt="w").excerpt("local"))
        Chain rule
          dE_total/dout_o1 = -(target_o1 - out_o1) = -(0 - 1) = 1
          dout_o1/dnet_o1 = 1
          dnet_o1/dw = i1 = 2
        """
        return Excerpt(self, self.chosen(*which))

    def program(self, language: str = "python") -> str:
        """The steps as a program that a person can read and run; `compiled` hands it back as a function.

        Parameters
        ----------
        language : "python", "numpy" or "javascript"
            ``step(parameters, x, target, learning_rate)`` for this sample or batch in plain Python, or for any number
            of samples at once in NumPy; or the module of the pages, where ``derive(v)`` fills in an array that begins
            with what is given.

        Raises
        ------
        ValueError, TypeError
            If there is no such language, or the derivation is an entry of one in whole layers.

        Examples
        --------
        >>> net = Network(weights=[[[0.5]]], weight_names=[[["w1"]]])
        >>> print(derive(net, [1], [0]).program().splitlines()[9:11])
        ['    net_o1 = w1*i1', '    out_o1 = 1/(1 + exp(-net_o1))']
        """
        one_of(language, "language", (*LANGUAGES, "javascript"))
        if self.known:
            raise ValueError(
                f"language {language!r} needs a whole derivation, and an entry of a layer has numbers that none of its "
                "steps computes; try derive(...).program()"
            )
        if language == "javascript":
            return javascript_program(derive=(list(self.given), self.steps))
        given = self.exercise
        if given.optimiser is not None:
            raise ValueError(f"language {language!r} has plain updates only; with an optimiser, try 'javascript'")
        if language == "numpy" and given.is_batch:
            return LANGUAGES[language](Trail.of(replace(given, x=given.x[0], target=given.target[0]), self.wrt))
        return LANGUAGES[language](self)

    def table(self, digits: int = 6) -> Table:
        """Every parameter asked for: its value, its gradient and, with a learning rate, its new value."""
        digits = check_digits(digits)
        head = heads("gradients" if self.learning_rate is None else "updated")
        rows = []
        for name, slope in self.gradients.items():
            after = self.step_of(updated(name))
            numbers = [self.values[name], slope, *([] if after is None else [after.value])]
            rows.append((name, *(str(round_number(number, digits)) for number in numbers)))
        return Table(head, rows)

    def __repr__(self) -> str:
        what = "every parameter" if self.wrt is None else self.wrt
        return f"<Derivation of {what} in {self.network!r}, {len(self.steps)} steps>"


@dataclass(frozen=True, repr=False)
class Excerpt(Viewed[View]):
    """Some steps of a derivation, to look at.  Made by `Derivation.excerpt`."""

    derivation: Trail
    steps: tuple[Step, ...]

    views = Derivation.views

    def _view(self, view: View, digits: int) -> str:
        return view(self.derivation, self.steps, digits)

    __repr__ = Viewed.__str__


def derive(
    net: Network,
    x: Any,
    target: Any,
    wrt: str | None = None,
    learning_rate: float | None = None,
    *,
    frozen: Collection[str] = (),
    reduction: str = "mean",
    notation: str | Notation = "net_out",
    optimiser: Optimiser | None = None,
) -> Derivation:
    """Derive the gradient of one parameter, or of all, step by step.

    For one parameter every path from it to the error is written as its own product (up to 32 paths), and then
    the delta recursion that gathers them.  For all, the deltas are written once and shared.

    Parameters
    ----------
    net : Network
    x : array of shape (n_in,) or (n_samples, n_in)
    target : array of shape (n_out,) or (n_samples, n_out)
    wrt : str, optional
        The name of a parameter; without it, every parameter is derived.
    learning_rate : float, optional
        With it, the derivation ends with the update ``w_new = w - learning_rate dE/dw``.
    frozen : collection of str, optional
        Parameters that the update leaves as they are.
    reduction : "mean" or "sum"
        How the errors of a batch make one error.
    notation : "net_out" (articles 2 and 4), "z_a" (article 5), "h_d" (article 1), "z_n" or "s_y" (article 2: its
        matrix form and its index form)
    optimiser : Momentum or Adam, optional
        With it, the update is that rule's first step, with every quantity it remembers; `Stepper` goes on from there.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument; a derivation has up to about 250,000 terms, that of a batch,
        where each sample's quantities have names of their own, up to about 80,000.

    Examples
    --------
    >>> net = Network(weights=[[[0.4, 0.6]]], weight_names=[[["w1", "w2"]]])
    >>> d = derive(net, [1.0, 2.0], [0.0], wrt="w2", learning_rate=0.5)
    >>> [step.name for step in d.factors]
    ['dE_total/dout_o1', 'dout_o1/dnet_o1', 'dnet_o1/dw2']
    >>> f"{d.value:.6f} {d.updated:.6f}"
    '0.232572 0.483714'
    """
    given = exercise(net, x, target, learning_rate, reduction=reduction, frozen=frozen, optimiser=optimiser)
    if wrt is not None:
        one_of(wrt, "wrt", net.parameters)
    return derivation_of(given, wrt, notation)


def derivation_of(given: Exercise, wrt: str | None = None, notation: str | Notation = "net_out") -> Derivation:
    """The derivation of an exercise that is checked already; ValueError if it is too long or its numbers too large."""
    most = MOST_OF_BATCH if given.is_batch else MOST_TERMS
    if (terms := _terms(given, wrt)) > most:
        raise ValueError(
            f"net and x are too large to be derived unit by unit: that takes about {terms:,} terms, and at most "
            f"{most:,} are written; derive one parameter, fewer samples, or whole layers with derive_layers()"
        )
    _ = gradients(given.in_float64())
    return Derivation.of(given, wrt, notation)


def _terms(given: Exercise, wrt: str | None) -> int:
    """About how many terms its formulas have: weights times outputs, weights times deltas, and the steps of units."""
    net, count = given.network, len(given.network.layout)
    of_gradients = 3 * count if wrt is None else 0
    return given.n_samples * (2 * count + 10 * sum(net.sizes) + of_gradients)
