"""The error over two parameters: contours, the gradient, and the path that descent takes from any start."""

from dataclasses import replace
from html import escape
from math import inf, ulp
from sys import float_info
from typing import Any

import traitlets

from ...calculus.passes import gradients
from ...derivation.derive import derivation_of
from ...formula.grammar import grammar
from ...networks.exercise import Exercise, exercise
from ...networks.names import RATE
from ...networks.network import Network
from ...training.descend import descend
from ...views.inline import in_sentences
from ...views.javascript import program
from ...words.catalogue import say, words
from ...words.validation import one_of, positive_number, real_array, whole_number
from ..shared.linked import Part, link_rules
from ..shared.refusing import Checked, Kept, refusing
from ..shared.shown import Shown, synced
from ..stepper.program import advance, gradient_places, limits
from .path_verdict import FASTER, Point, judging, sentences, summary, verdict

MOST_STEPS = 500

#: The page computes with every parameter; with more it would be too large to open at once.
MOST_PARAMETERS = 2_000

#: The slider of the learning rate goes from the one to the other; any positive rate can be typed.
RATES = (0.01, 100.0)


class LossSurface(Shown):
    """See the error over any two parameters, and where gradient descent goes.

    Drag the start, change the rate: descent crawls, converges, zigzags or blows up.  All other parameters stay as
    they are.

    Parameters
    ----------
    net : Network
        Of 2 to 2,000 parameters.
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

    _sheets = ("shared/widget", "explorers/surface")

    _hint = "surface"

    first: Any = traitlets.TraitType("").tag(sync=True)
    second: Any = traitlets.TraitType("").tag(sync=True)
    start: Any = Kept(())
    learning_rate: Any = Checked(0.5, lambda _, value: positive_number(value, "learning_rate"))
    steps: Any = Checked(100, lambda _, value: whole_number(value, "steps", 1, MOST_STEPS))

    _parameters, _given = synced(traitlets.List, 2)
    _places, _advance, _written = synced(traitlets.Dict, 3)
    _span: Any = traitlets.Float().tag(sync=True)
    _program: Any = traitlets.Unicode().tag(sync=True)
    _verdicts = traitlets.List(sentences()).tag(sync=True)
    _words = traitlets.Dict(words("page", "surface")).tag(sync=True)
    _grammar = traitlets.Dict(grammar()).tag(sync=True)
    _link = traitlets.Dict().tag(sync=True)
    _bounds = traitlets.Dict({"steps": [1, MOST_STEPS], "rate": list(RATES), "faster": FASTER}).tag(sync=True)

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
        rate = positive_number(learning_rate, "learning_rate")
        given = exercise(net, x, target, rate).in_float64()
        count = len(net.layout)
        if not 2 <= count <= MOST_PARAMETERS:
            raise ValueError(f"net must have from 2 to {MOST_PARAMETERS:,} parameters, not {count:,}")
        names = list(net.layout.names)
        one = names[0] if first is None else one_of(first, "first", names)
        other = next(name for name in names if name != one) if second is None else one_of(second, "second", names)
        if one == other:
            raise ValueError(f"first and second must be two parameters, but both are {one}")
        self._ready, self._origin = False, given
        _ = gradients(given)
        super().__init__(
            _title=say("titles.surface"),
            first=one,
            second=other,
            start=[given.network[one], given.network[other]],
            learning_rate=rate,
            steps=whole_number(steps, "steps", 1, MOST_STEPS),
        )
        everything = derivation_of(given)
        forward = [step for step in everything.steps if step.phase in ("forward", "loss")]
        place = {name: n for n, name in enumerate(given.numbers)}
        self._parameters = names
        self._written = in_sentences((name, everything.label(name)) for name in names)
        self._given = list(given.numbers.values())
        self._places = {**{name: place[name] for name in names}, "rate": place[given.network.name_of(RATE)]}
        self._span = max(limits(given)[place[one]]["high"], 1.0)
        self._link = link_rules(
            {"present": "", "verdict": ""},
            [],
            ("steps", "steps", 1, MOST_STEPS),
            parts=[
                Part("first", "first", names),
                Part("second", "second", names),
                Part("start", "start", numbers=2, least=-float_info.max, most=float_info.max),
                Part("rate", "learning_rate", numbers=1, least=ulp(0.0), most=float_info.max),
            ],
        )
        self._program = program(judging(), forward=(list(place), forward), advance=(list(place), everything.steps))
        self._ready = True
        self._advance = {**advance(everything), "gradients": gradient_places(everything)}

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
            _ = gradients(self._at(float(array[0]), float(array[1])))  # refuses numbers that are too large
            return [float(array[0]), float(array[1])]

    def _at(self, first: float, second: float) -> Exercise:
        """The exercise with the two parameters there and all others held."""
        net = self._origin.network
        moved = self._origin.with_numbers({self.first: first, self.second: second})
        held = frozenset(net.parameters) - {self.first, self.second}
        return replace(moved, learning_rate=self.learning_rate, frozen=held)

    @property
    def path(self) -> list[Point]:
        """Both parameters and the error along the path, the start first; it ends where the numbers grow too large."""
        return self._path(1)

    def _path(self, times: float) -> list[Point]:
        """The path with so many times the rate."""
        given = self._at(*self.start)
        rate, steps = times * self.learning_rate, int(self.steps)
        down = descend(given.network, given.x, given.target, rate, steps, frozen=given.frozen)
        return [(net[self.first], net[self.second], loss) for net, loss in zip(down.networks, down.losses, strict=True)]

    @property
    def summary(self) -> dict[str, float]:
        """What the verdict is made from; see `path_verdict`."""
        path = self.path
        faster = self._path(FASTER)
        ahead = faster[-1][2] if len(faster) > self.steps else inf
        return summary(path, len(path) <= int(self.steps), self._span, ahead)

    @property
    def verdict(self) -> str:
        """What the path shows, in a sentence."""
        return verdict(self.summary)

    def __repr__(self) -> str:
        path = self.path
        return (
            f"LossSurface({self.first}, {self.second}: from E = {path[0][2]:.6g} to E = {path[-1][2]:.6g} "
            f"in {len(path) - 1} steps)"
        )

    def snapshot(self) -> str:
        """Where the path leads, as HTML that needs no script."""
        path = self.path
        start, end = (
            say("surface.at", first=self.first, a=f"{a:.6g}", second=self.second, b=f"{b:.6g}", error=f"{error:.6g}")
            for a, b, error in (path[0], path[-1])
        )
        told = say("surface.path", start=start, steps=len(path) - 1, end=end)
        return f"<p>{escape(told)}</p><p>{self.verdict}</p>"
