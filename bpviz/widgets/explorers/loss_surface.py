"""The error over two parameters: contours, the gradient, and the path that descent takes from any start."""

from __future__ import annotations

from functools import cache
from html import escape
from itertools import pairwise
from math import hypot
from typing import Any

import traitlets

from ...steps.trail import derive
from ...formula.tree import Expression, Number, Quantity, evaluate
from ...networks.network import Network
from ...calculus.passes import network_given
from ...views.javascript import formulas, program
from ...calculus.timeline import Given, Timeline
from ...words.validation import one_of, positive_number, real_array, whole_number
from ..stepper import script
from ..shared.page import css, esm
from ..shared.refusing import refusing
from ..shared.shown import Shown

MOST_STEPS = 500

_begin, _end, _first, _last, _way, _rises, _blown, _span = SUMMARY = tuple(
    Quantity(name) for name in ("begin", "end", "first", "last", "way", "rises", "blown", "span")
)

#: What a path shows: the first of these whose formula is above 0 is told.  Python and the page read the same formulas.
VERDICTS: tuple[tuple[Expression, str], ...] = (
    (_blown, "It blows up: every step overshoots, so the numbers grow beyond all bounds."),
    (_end - 1.001 * _begin, "It blows up: every step overshoots, so the error ends higher than it began."),
    (_first - 2 * _span, "It leaps: the first step is so long that it lands far outside the picture."),
    (1e-300 - _way, "Nothing moves: the gradient is zero here."),
    (_rises, "It overshoots: the error goes up and down on its way; a smaller rate would be calmer."),
    (0.001 * _way - _last, "It converges: the last steps hardly move it."),
    (_end - 0.5 * _begin, "It crawls: the error falls, but slowly; a larger rate would get further."),
    (Number(1), "It is on its way down: more steps would get further."),
)


@cache
def _judging() -> str:
    """The formulas of the verdicts as the page reads them."""
    places = {quantity.name: n for n, quantity in enumerate(SUMMARY)}
    return formulas(**{f"verdict{n}": (condition, places) for n, (condition, _) in enumerate(VERDICTS)})


class LossSurface(Shown):
    """See the error over any two parameters, and where gradient descent goes.

    Drag the start, change the rate: descent crawls, converges, zigzags or blows up.  All other parameters stay as
    they are.

    Parameters
    ----------
    net : Network
    x, target : arrays
        A sample (1-D) or a batch (2-D), as for `derive`.
    first, second : str, optional
        The two parameters; the first two weights unless told otherwise.
    learning_rate : float
    steps : int
        How many updates the path has, up to 500.

    Attributes
    ----------
    first, second : str
    start : list of two floats
        Where the path starts; set it, or drag it in the page.
    learning_rate : float
    steps : int

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> from bpviz import articles
    >>> ex = articles.example("2-2-1")
    >>> surface = LossSurface(ex.network, ex.x, ex.target, "W1[1,1]", "W1[1,2]", learning_rate=1)
    >>> surface
    LossSurface(W1[1,1], W1[1,2]: from E = 0.0181039 to E = 2.2905e-07 in 100 steps)
    """

    _esm = esm("explorers/surface")
    _sheets = ("shared/widget", "explorers/surface")
    _css = css(*_sheets)

    first: Any = traitlets.TraitType("").tag(sync=True)
    second: Any = traitlets.TraitType("").tag(sync=True)
    start: Any = traitlets.TraitType(()).tag(sync=True)
    learning_rate: Any = traitlets.TraitType(0.5).tag(sync=True)
    steps: Any = traitlets.TraitType(100).tag(sync=True)

    _parameters: Any = traitlets.List().tag(sync=True)
    _given: Any = traitlets.List().tag(sync=True)
    _places = traitlets.Dict().tag(sync=True)
    _span = traitlets.Float().tag(sync=True)
    _program = traitlets.Unicode().tag(sync=True)
    _advance = traitlets.Dict().tag(sync=True)
    _verdicts = traitlets.List([sentence for _, sentence in VERDICTS]).tag(sync=True)
    _judging = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        net: Network,
        x: Any,
        target: Any,
        first: str | None = None,
        second: str | None = None,
        *,
        learning_rate: float = 0.5,
        steps: int = 100,
    ) -> None:
        network_given(net)
        names = list(net.parameters)
        if len(names) < 2:
            raise ValueError(f"net must have at least two parameters, not {len(names)}")
        one = names[0] if first is None else one_of(first, "first", names)
        other = next(name for name in names if name != one) if second is None else one_of(second, "second", names)
        if one == other:
            raise ValueError(f"first and second must be two parameters, but both are {one}")
        rate = positive_number(learning_rate, "learning_rate")
        self._ready = False
        self._origin = Given(net, x, target, rate)
        net = self._origin.network
        _ = self._origin.gradients
        super().__init__(
            _title="The error over two parameters",
            first=one,
            second=other,
            start=[net[one], net[other]],
            learning_rate=rate,
            steps=whole_number(steps, "steps", 1, MOST_STEPS),
        )
        everything = derive(net, self._origin.x, self._origin.target, None, rate)
        forward = [step for step in everything.steps if step.phase in ("forward", "loss")]
        given = list(everything.given)
        self._parameters = names
        self._given = list(everything.given.values())
        self._places = {name: given.index(name) for name in (*names, "learning_rate")}
        self._span = max(script.limits(self._origin)[given.index(one)]["high"], 1.0)
        self._program = program(forward=(given, forward), advance=(given, everything.steps))
        self._judging = _judging()
        self._ready = True
        self._advance = {**script.advance(everything), "gradients": script.gradient_places(everything)}

    @traitlets.validate("first")
    def _valid_first(self, proposal: Any) -> str:
        with refusing():
            return self._other(proposal["value"], "first", self.second)

    @traitlets.validate("second")
    def _valid_second(self, proposal: Any) -> str:
        with refusing():
            return self._other(proposal["value"], "second", self.first)

    def _other(self, value: Any, argument: str, taken: Any) -> str:
        name = one_of(value, argument, self._origin.network.parameters)
        if self._ready and name == taken:
            raise ValueError(f"first and second must be two parameters, but both are {name}")
        return name

    @traitlets.observe("first", "second")
    def _follow_choice(self, _change: Any) -> None:
        """Other parameters start at their own numbers."""
        if self._ready:
            self.start = [self._origin.network[self.first], self._origin.network[self.second]]

    @traitlets.validate("start")
    def _valid_start(self, proposal: Any) -> list[float]:
        with refusing():
            array = real_array(proposal["value"], "start", 1)
            if array.shape != (2,):
                raise ValueError(f"start must be two numbers, but it has shape {array.shape}")
            _ = self._at(float(array[0]), float(array[1])).gradients  # refuses numbers that are too large
            return [float(array[0]), float(array[1])]

    @traitlets.validate("learning_rate")
    def _valid_rate(self, proposal: Any) -> float:
        with refusing():
            return positive_number(proposal["value"], "learning_rate")

    @traitlets.validate("steps")
    def _valid_steps(self, proposal: Any) -> int:
        with refusing():
            return whole_number(proposal["value"], "steps", 1, MOST_STEPS)

    def _at(self, first: float, second: float) -> Given:
        return self._origin.with_numbers({self.first: first, self.second: second, "learning_rate": self.learning_rate})

    @property
    def path(self) -> list[tuple[float, float, float]]:
        """Both parameters and the error along the path, the start first; it ends where the numbers grow too large."""
        frozen = [name for name in self._origin.network.parameters if name not in (self.first, self.second)]
        timeline = Timeline(self._at(*self.start), frozen)
        found = []
        for n in range(int(self.steps) + 1):
            try:
                given = timeline.at(n)
            except ValueError:
                break
            found.append((given.network[self.first], given.network[self.second], given.loss))
        return found

    @property
    def summary(self) -> dict[str, float]:
        """What the verdict is made from.

        The error at the beginning and at the end of the path, the lengths of its first and last step and of all of it,
        how often the error rises, whether the numbers grow too large, and half the width of the picture.
        """
        path = self.path
        errors = [error for _, _, error in path]
        lengths = [hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(path)] or [0.0]
        return {
            "begin": errors[0],
            "end": errors[-1],
            "first": lengths[0],
            "last": lengths[-1],
            "way": sum(lengths),
            "rises": float(sum(after > before * (1 + 1e-9) for before, after in pairwise(errors))),
            "blown": float(len(path) <= int(self.steps)),
            "span": self._span,
        }

    @property
    def verdict(self) -> str:
        """What the path shows, in a sentence."""
        summary = self.summary
        return next(sentence for condition, sentence in VERDICTS if float(evaluate(condition, summary)) > 0)

    def __repr__(self) -> str:
        path = self.path
        return (
            f"LossSurface({self.first}, {self.second}: from E = {path[0][2]:.6g} to E = {path[-1][2]:.6g} "
            f"in {len(path) - 1} steps)"
        )

    def snapshot(self) -> str:
        """Where the path leads, as HTML that needs no script."""
        told = f"<p><code>{escape(repr(self))}</code></p><p>{self.verdict}</p>"
        return f"{told}<p><i>Run this cell to drag the start.</i></p>"
