"""Three witnesses for every gradient, none of which knows the derivation.

* the backward pass (BP1 to BP4 on arrays),
* ``sympy.diff`` of the loss, evaluated to as many digits as it takes (`sympy_witness`),
* the complex step, ``Im E(w + ih) / h`` with h = 1e-30 (Squire and Trapp, SIAM Review 40, 1998), which has no
  cancellation and so no step size to choose.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..calculus.passes import gradients, over_samples, run
from ..calculus.twin import Twin
from ..networks.arrays import Array
from ..networks.by_name import ByName
from ..networks.exercise import Exercise
from ..steps.step import MANY
from ..steps.trail import Trail
from ..views.table import Table, Tabled
from ..words.catalogue import heads, say
from ..words.progress import with_bar
from .sympy_witness import by_sympy, is_asked

#: How far witnesses may be apart, relative to the largest of them.  Where terms cancel, a thousandth of it relative
#: to the size of the terms, of which the rounding of floats takes its share.
TOLERANCE = 1e-9

STEP = 1e-30

#: Below this a complex step's imaginary part is too small for a float, and a witness may say 0.
SMALLEST = 1e-270


class WitnessError(AssertionError):
    """A gradient and one of its witnesses disagree."""


@dataclass(frozen=True)
class Testimony:
    """What the derivation says of one gradient, and what each witness says; None from one that was not asked."""

    parameter: str
    product_of_factors: float
    backward: float
    sympy_diff: float | None
    complex_step: float
    agree: bool


@dataclass(frozen=True, repr=False)
class Check(Tabled):
    """The table that `Derivation.check` returns: a row for each parameter.

    Attributes
    ----------
    rows : tuple of Testimony
    notes : tuple of str
        What to know about corners and jumps in this network.
    """

    rows: tuple[Testimony, ...]
    notes: tuple[str, ...]

    @property
    def largest_difference(self) -> float:
        """The largest difference between a gradient and a witness."""
        return max(
            abs(row.product_of_factors - other)
            for row in self.rows
            for other in (row.backward, row.sympy_diff, row.complex_step)
            if other is not None
        )

    def table(self) -> Table:
        """The rows as a table."""
        rows = [
            (
                row.parameter,
                *map(_told, (row.product_of_factors, row.backward, row.sympy_diff, row.complex_step)),
                say("tables.yes" if row.agree else "tables.no"),
            )
            for row in self.rows
        ]
        return Table(heads("check"), rows, self.notes)


def check(trail: Trail) -> Check:
    """Ask the witnesses about every gradient of a trail.

    Raises
    ------
    WitnessError
        If one disagrees; the message shows the whole table.

    Examples
    --------
    >>> from bpviz import Network, derive
    >>> net = Network(weights=[[[0.5]]], weight_names=[[["w"]]])
    >>> derive(net, [1.0], [0.0], wrt="w").check().rows[0].agree
    True
    """
    return check_gradients(trail.exercise, trail.gradients, trail.notes)


def check_gradients(given: Exercise, told: Mapping[str, float], notes: tuple[str, ...]) -> Check:
    """Ask the witnesses about some gradients of an exercise, by the names of the parameters."""
    grads, uncancelled = gradients(given), ByName(given.network.layout, *sizes(given))
    tolerance, rounding = tolerances(given)
    rows = []
    steps, asked = ComplexSteps(given), is_asked(given, told)
    for name, value in with_bar(told.items(), say("training.gradient"), large=len(told) > MANY):
        back, step = float(grads[name]), steps.gradient(name)
        others = back, by_sympy(given, name, max(map(abs, (value, back, step)))) if asked else None, step
        answers = [answer for answer in others if answer is not None]
        allowed = tolerance * max(map(abs, (value, *answers))) + rounding * uncancelled[name] + SMALLEST
        rows.append(Testimony(name, value, *others, agree=all(abs(value - answer) <= allowed for answer in answers)))
    result = Check(tuple(rows), notes if asked else (*notes, say("tables.sympy_not_asked")))
    wrong = [row.parameter for row in rows if not row.agree]
    if wrong:
        raise WitnessError(f"the witnesses disagree about {', '.join(wrong)}\n{result}")
    return result


def tolerances(given: Exercise) -> tuple[float, float]:
    """How far two answers may be apart: relative to the larger, and to the size of what cancelled in them."""
    tolerance = TOLERANCE if given.network.dtype == np.float64 else 1e-4
    return tolerance, 1e-3 * tolerance


def _told(value: float | None) -> str:
    """What a witness says, or that it was not asked."""
    return say("tables.not_asked") if value is None else f"{value + 0.0:.10g}"


def sizes(exercise: Exercise) -> tuple[tuple[Array, ...], tuple[Array | None, ...]]:
    """How large each dE/dW and dE/db would be if nothing in it cancelled: the backward pass on absolute values."""
    net, (x, t) = exercise.network, exercise.columns
    z, a = run(net, x)
    size = [z[-1]] * net.depth
    upstream = np.abs(a[-1]) + np.abs(t)
    for l in reversed(range(net.depth)):
        f = net.activations[l]
        if f.elementwise and not (l == net.depth - 1 and net.loss.probabilities):
            size[l] = upstream * np.abs(f.f_prime(z[l], a[l + 1]))
        else:
            size[l] = upstream + (np.abs(a[l + 1]) * upstream).sum(axis=0)
        upstream = np.abs(net.weights[l]).T @ size[l]
    dW = [s @ np.abs(a[l]).T for l, s in enumerate(size)]
    return over_samples(net, dW, size, exercise.share)


def by_complex_step(given: Exercise, name: str) -> float:
    """The gradient by one parameter, from a forward pass a tiny imaginary step away."""
    return ComplexSteps(given).gradient(name)


class ComplexSteps:
    """Forward passes of one exercise, each with one parameter a tiny imaginary step away."""

    def __init__(self, given: Exercise) -> None:
        self.given, net = given, given.network
        self._slots = net.layout.vector(net.weights, net.biases).astype(complex)
        self._twin = Twin(*net.layout.arrays(self._slots), net.activations, net.loss, net.layout)
        self._x, self._target = (array.astype(complex) for array in given.columns)

    def gradient(self, name: str) -> float:
        """The gradient by that parameter."""
        twin, slots = self._twin, list(self.given.network.layout.slots(name))
        before = self._slots[slots]
        self._slots[slots] = before + STEP * 1j
        with np.errstate(all="ignore"):
            z, a = run(twin, self._x)
            loss = twin.loss.value(twin.activations[-1], z[-1], a[-1], self._target).sum() / self.given.share
        self._slots[slots] = before
        return float(loss.imag / STEP)
