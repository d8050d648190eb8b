"""The stepper by unit: a derivation one factor at a time, on the drawing and in the formula together."""

from collections.abc import Iterable
from dataclasses import replace
from html import escape
from typing import Any

import traitlets

from ...calculus.timeline import Timeline
from ...derivation.derive import Derivation, derivation_of
from ...networks.exercise import Exercise
from ...networks.names import LOSS
from ...networks.network import Network
from ...steps.layers import in_the_way
from ...views.diagram import diagram, drawings
from ...views.sides import equation
from ...views.text import step_text, text
from ...words.catalogue import say
from ...words.progress import with_bar
from ...words.validation import one_of
from ..shared.refusing import refusing
from .away import TakesAway, open_pieces
from .program import limits
from .script import Script
from .stepped import Stepped
from .stepper import MOST_PARAMETERS, Stepper

#: Up to so many parameters, all derivations are in the page from the start; beyond, each comes when asked for.
PRELOAD = 24

#: Of a larger network a page unit by unit would take seconds to make, and could not be read.
MOST_BY_UNIT = 2_500


class UnitStepper(TakesAway, Stepped, Stepper, by="unit"):
    """A `Stepper` on the drawing: one unit, one factor, one number at a time.

    It has all that a `Stepper` has; of at most 2,500 parameters.  An exported page offers 200 of them.

    Examples
    --------
    >>> from bpviz import articles
    >>> ex = articles.example("2-2-1")
    >>> UnitStepper(ex.network, ex.x, ex.target).derivation.steps[0].name
    'net_h1'
    """

    def _made_with(self, given: Exercise) -> dict[str, Any]:
        if (count := len(given.network.layout)) > MOST_BY_UNIT:
            other = "" if in_the_way(given.network.layout) else "; try by='layer'"
            raise ValueError(f"net must have at most {MOST_BY_UNIT:,} parameters by unit, not {count:,}{other}")
        self._ready, self._shown_step = False, 0
        self._kept = Timeline(given)
        return {"network": given.network, "_anchors": self._kept.anchors}

    def _begin(self, wrt: str | None) -> None:
        self._set_up(wrt or next(iter(self._kept.start.network.parameters)))

    def _set_up(self, wrt: str) -> None:
        """Make the page of the timeline's network, at its start, with the derivation of this parameter."""
        start = self._kept.start
        net = start.network
        self._ready = False
        with self.hold_sync():
            self._anchors = self._kept.anchors  # before what is checked against it
            self.step, self.iteration = 0, 0
            self.wrt, self.network, self.learning_rate = wrt, net, start.rate
            self._parameters = list(net.parameters)
            self._title = say("titles.stepper", sizes="-".join(map(str, net.sizes)))
            self._start = list(start.numbers.values())
            self._limits = limits(start)
            self._loss = self._notation.label(LOSS, net.sizes).base
            self._drawings = drawings(self.derivation, self.digits)
            self._script = Script(self._derive(wrt))
            self._load(self._parameters if len(self._parameters) <= PRELOAD else [wrt])
            self._ready = True
            self._follow_taken(None)

    # --- what it shows ---

    @property
    def _start_network(self) -> Network:
        return self._kept.start.network

    @property
    def given(self) -> Exercise:
        """Network, sample and learning rate at this iteration."""
        return self._timeline.at(int(self.iteration))

    @property
    def derivation(self) -> Derivation:
        """The derivation that is shown: of `wrt`, at this iteration."""
        return self._derive(self.wrt)

    def _derive(self, wrt: str | None) -> Derivation:
        return derivation_of(self.given, wrt, self._notation)

    def complete(self) -> None:
        """Load the derivation of every parameter, up to `MOST_PARAMETERS`; the page then offers what it has."""
        self._load(self._parameters[:MOST_PARAMETERS])
        self._open = open_pieces(self.given)

    def page_state(self) -> dict[str, Any]:
        """What the page reads; it offers the parameters whose derivations it has."""
        return {**super().page_state(), "_parameters": [name for name in self._parameters if name in self._scripts]}

    def _load(self, names: Iterable[str]) -> None:
        """Put the derivations of these parameters into the page."""
        for name in with_bar([name for name in names if name not in self._script.scripts], say("training.derivation")):
            self._script.add(self._derive(name))
        with self.hold_sync():
            for trait, value in self._script.state(self._derive(None)).items():
                setattr(self, trait, value)

    # --- what is given, now and before ---

    @property
    def _timeline(self) -> Timeline:
        """The timeline of the anchors, which the page may have set."""
        if self._kept.anchors != self._anchors:
            self._kept = self._kept.following(self._anchors)
        return self._kept

    def _change(self, **values: Any) -> None:
        given = replace(self.given, **values)
        self._kept = self._timeline.changed(int(self.iteration), given)
        self._anchors = self._kept.anchors

    # --- what may be set, and what follows ---

    @traitlets.validate("_anchors")
    def _valid_anchors(self, proposal: Any) -> list[Any]:
        with refusing():
            if self._kept.anchors != proposal["value"]:
                self._kept = self._kept.following(proposal["value"])
            return self._kept.anchors

    @traitlets.validate("wrt")
    def _valid_wrt(self, proposal: Any) -> str:
        with refusing():
            return one_of(proposal["value"], "wrt", self._kept.start.network.parameters)

    @traitlets.validate("iteration")
    def _valid_iteration(self, proposal: Any) -> int:
        """Go there, from the last iteration that is known."""
        with refusing():
            self._timeline.at(proposal["value"])
            return int(proposal["value"])

    @traitlets.observe("_anchors", "iteration")
    def _follow_given(self, _change: Any) -> None:
        if self._ready:
            with self.hold_sync():
                self.network = self.given.network
                self.learning_rate = self.given.learning_rate

    @traitlets.observe("network")
    def _follow_network(self, change: Any) -> None:
        if self._ready and change["new"] != self.given.network:
            self._change(network=change["new"])

    @traitlets.observe("wrt")
    def _follow_wrt(self, change: Any) -> None:
        if not self._ready:
            return
        if change["new"] not in self._scripts:
            self._load([change["new"]])
        if self.step == self._shown_step:  # unless another step was asked for at the same time
            self.step = self._same_place(change["old"], change["new"])
        self.step = min(int(self.step), len(self._scripts[change["new"]]["steps"]) - 1)

    @traitlets.observe("step")
    def _follow_step(self, change: Any) -> None:
        self._shown_step = change["new"]

    def _same_place(self, old: str, new: str) -> int:
        """Where to go on when another parameter is chosen: the same step, or the start of its chain rule."""
        before, after = self._scripts[old]["steps"], self._scripts[new]["steps"]
        same = before[self.step : self.step + 1] == after[self.step : self.step + 1] != []
        return int(self.step if same else self._scripts[new]["start"])

    # --- without a kernel ---

    def __repr__(self) -> str:
        derivation = self.derivation
        step = derivation.steps[self.step]
        name, *_, value = equation(derivation, step, self.digits)
        last = len(derivation.steps) - 1
        shown = f"{text(name)} = {text(value)}"
        return f"Stepper(wrt={self.wrt!r}, iteration={self.iteration}, step={self.step} of 0..{last}: {shown})"

    def snapshot(self) -> str:
        """The step that is shown, as HTML that needs no script, no style sheet and no MathML."""
        derivation = self.derivation
        step = derivation.steps[self.step]
        image = diagram(derivation, self.step, self.digits)._repr_html_()
        phase = say(f"phases.{step.phase}")
        where = say("snapshots.where", phase=phase, step=self.step + 1, count=len(derivation.steps))
        return (
            f"<p><b>{escape(where)}</b>: {escape(step.sentence)}</p>"
            f"<p><code>{escape(step_text(derivation, step, self.digits))}</code></p>"
            f"<p>{image}</p>"
        )
