"""The stepper: walk through a derivation, one factor at a time, on the drawing and in the formula together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape
from typing import Any

import traitlets

from ..derivation import Derivation, derive
from ..network import Network
from ..notation import Notation
from ..passes import backward, forward, frozen_names, update
from ..render.diagram import diagram
from ..render.layout import equation
from ..render.numbers import check_digits
from ..render.text import HEADINGS, step_text, text
from ..validation import one_of, positive_number, whole_number
from . import script
from .refusing import refusing
from .stepped import Stepped

#: Up to so many parameters, all derivations are in the page from the start; beyond, each comes when asked for.
PRELOAD = 24

MOST_ITERATIONS = 100_000

#: More steps than any derivation has: a step of one that the page does not have yet is cut when that comes.
LONGEST = 10_000_000


class Stepper(Stepped):
    """Step through the derivation of any parameter, apply the update, and go on.

    Parameters
    ----------
    net : Network
    x, target : arrays
        A sample (1-D) or a batch (2-D), as for `derive`.
    learning_rate : float
    wrt : str, optional
        The parameter to derive first; the first weight unless told otherwise.
    frozen : collection of str, optional
        Parameters that updates leave as they are.
    digits : int
        Significant digits, 1 to 15.
    reduction : "mean" or "sum"
        For a batch.
    notation : str
        ``"net_out"`` or ``"z_a"``.

    Attributes
    ----------
    step : int
        Which step is shown, from 0.  Read it, set it, observe it, link it; likewise the next four.
    wrt : str
    iteration : int
        How many updates have been applied, from 0.
    learning_rate : float
    digits : int
    network : Network
        The network at this iteration.
    derivation : Derivation
        The derivation that is shown.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument, also when an attribute is set; nothing changes then.

    Examples
    --------
    >>> from bpviz import articles
    >>> ex = articles.example("2-3-2")
    >>> stepper = Stepper(ex.network, ex.x, ex.target, ex.learning_rate, wrt="w7")
    >>> stepper.step = 16
    >>> stepper
    Stepper(wrt='w7', iteration=0, step=16 of 0..19: dE_total/dw7 = 0.0780639)
    """

    def __init__(
        self,
        net: Network,
        x: Any,
        target: Any,
        learning_rate: float = 0.5,
        wrt: str | None = None,
        *,
        frozen: Collection[str] = (),
        digits: int = 6,
        reduction: str = "mean",
        notation: str | Notation = "net_out",
    ) -> None:
        rate = positive_number(learning_rate, "learning_rate")
        first = derive(net, x, target, wrt, rate, frozen=frozen, reduction=reduction, notation=notation)
        self._x, self._target, self._frozen = first.x, first.target, frozen_names(net, frozen)
        self._reduction, self._notation = reduction, first.notation
        self._networks = [net]
        self._loss_list = [float(self._gradients(net).loss)]
        chosen = next(iter(net.parameters)) if wrt is None else wrt
        self._ready, self._shown_step = False, 0
        super().__init__(learning_rate=rate, wrt=chosen, digits=check_digits(digits))
        self._parameters = list(net.parameters)
        self._title = f"Backpropagation in the network {'-'.join(map(str, net.sizes))}, step by step"
        self._load(self._parameters if len(self._parameters) <= PRELOAD else [chosen])
        self._svg = diagram(self.derivation, digits=digits, styled=False)
        self._show_numbers()
        self._ready = True
        self.on_msg(self._asked)

    # --- what it shows ---

    @property
    def network(self) -> Network:
        """The network at this iteration."""
        return self._networks[int(self.iteration)]

    @property
    def derivation(self) -> Derivation:
        """The derivation that is shown: of `wrt`, at this iteration."""
        return self._derive(self.wrt)

    def _derive(self, wrt: str) -> Derivation:
        return derive(
            self.network,
            self._x,
            self._target,
            wrt,
            self.learning_rate,
            frozen=self._frozen,
            reduction=self._reduction,
            notation=self._notation,
        )

    def _gradients(self, net: Network) -> Any:
        return backward(net, forward(net, self._x), self._target, self._reduction)

    def _load(self, names: Iterable[str]) -> None:
        """Put the derivations of these parameters into the page."""
        rows, scripts, touches = dict(self._rows), dict(self._scripts), dict(self._touches)
        for name in names:
            derivation = self._derive(name)
            for step in derivation.steps:
                if step.name not in rows:
                    rows[step.name] = script.row(derivation, step)
            scripts[name] = script.outline(derivation)
            touches |= script.touches(derivation)
        with self.hold_sync():
            self._rows, self._touches, self._scripts = rows, touches, scripts

    def _show_numbers(self) -> None:
        """Send the numbers of this iteration, for every derivation the page has."""
        numbers: dict[str, Any] = {}
        notes: dict[str, str] = {}
        for name in self._scripts:
            derivation = self._derive(name)
            numbers |= script.numbers(derivation)
            notes |= {step.name: step.note for step in derivation.steps if step.note}
        with self.hold_sync():
            self._numbers, self._notes = numbers, notes
            self._edges = script.edge_styles(self.network)
            self._losses = list(self._loss_list)
            self._message = ""

    # --- what may be set, and what follows ---

    @traitlets.validate("step")
    def _valid_step(self, proposal: Any) -> int:
        with refusing():
            known = self._scripts.get(self.wrt) if isinstance(self.wrt, str) else None
            last = len(known["steps"]) - 1 if known else LONGEST
            return whole_number(proposal["value"], "step", 0, last)

    @traitlets.validate("wrt")
    def _valid_wrt(self, proposal: Any) -> str:
        with refusing():
            return one_of(proposal["value"], "wrt", self._networks[0].parameters)

    @traitlets.validate("digits")
    def _valid_digits(self, proposal: Any) -> int:
        with refusing():
            return check_digits(proposal["value"])

    @traitlets.validate("learning_rate")
    def _valid_rate(self, proposal: Any) -> float:
        with refusing():
            return positive_number(proposal["value"], "learning_rate")

    @traitlets.validate("iteration")
    def _valid_iteration(self, proposal: Any) -> int:
        """Go there, from the last iteration that is known."""
        with refusing():
            return self._reach(proposal["value"])

    def _reach(self, iteration: Any) -> int:
        wanted = whole_number(iteration, "iteration", 0, MOST_ITERATIONS)
        networks, losses = list(self._networks), list(self._loss_list)
        while len(networks) <= wanted:
            try:
                after = update(networks[-1], self._gradients(networks[-1]), self.learning_rate, self._frozen)
                loss = float(self._gradients(after).loss)
            except ValueError:
                raise ValueError(
                    f"iteration {len(networks)} is out of reach: with learning_rate = {self.learning_rate:g} the "
                    "numbers grow beyond what a float holds; use a smaller one"
                ) from None
            networks.append(after)
            losses.append(loss)
        self._networks, self._loss_list = networks, losses
        return wanted

    @traitlets.observe("wrt")
    def _follow_wrt(self, change: Any) -> None:
        if not self._ready:
            return
        if change["new"] not in self._scripts:
            self._load([change["new"]])
            self._show_numbers()
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

    @traitlets.observe("iteration")
    def _follow_iteration(self, change: Any) -> None:
        if self._ready:
            self._show_numbers()

    @traitlets.observe("learning_rate")
    def _follow_rate(self, change: Any) -> None:
        """What lies ahead was reached with another rate, so it is forgotten; the way back stays."""
        if self._ready:
            self._networks = self._networks[: self.iteration + 1]
            self._loss_list = self._loss_list[: self.iteration + 1]
            self._show_numbers()

    def _asked(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Do what the page asks for; if it cannot be done, the page gets the sentence that says why."""
        if not isinstance(content, dict):
            return
        self._message = ""  # so that the same sentence, said twice, is news
        allowed = ("step", "wrt", "iteration", "learning_rate", "digits")
        try:
            if content.get("set") in allowed:
                setattr(self, content["set"], content.get("value"))
            elif content.get("do") == "update":
                with self.hold_sync():  # the page gets the new numbers and the first step at once
                    self.iteration += 1
                    self.step = 0
        except (ValueError, TypeError) as error:
            self._message = str(error)

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
        return (
            f"<p><b>{escape(HEADINGS[step.phase])}, step {self.step + 1} of {len(derivation.steps)}</b>: "
            f"{escape(step.sentence)}</p><p><code>{escape(step_text(derivation, step, self.digits))}</code></p>"
            f"<p>{image}</p><p><i>Run this cell to step through it.</i></p>"
        )
