"""What both steppers share: one page, and what goes between it and Python."""

from typing import Any

import traitlets

from ...calculus.timeline import MOST_ITERATIONS
from ...formula.digits import MOST_DIGITS, check_digits
from ...formula.grammar import grammar
from ...networks.losses import SUM
from ...steps.step import PHASES
from ...words.catalogue import say, words
from ...words.validation import positive_number, whole, whole_number
from ..shared.linked import counts, link_rules
from ..shared.refusing import Checked, Kept, refusing
from ..shared.shown import Shown, synced

#: More steps than any derivation has: a step of one that the page does not have yet is cut when that comes.
LONGEST = 10_000_000


#: What a link to a page can hide, each with the fold that it is.
HIDEABLE = {
    "editor": "numbers", "nudge": "nudge", "code": "away", "steps": "log", "chain": "chain", "update": "",
    "present": "",
}  # fmt: skip

#: What may be chosen, how many digits a drawing has at most, and how far targets that sum to one may be from it.
BOUNDS = {"digits": [1, MOST_DIGITS], "drawn": 6, "iteration": [0, MOST_ITERATIONS], "sum": SUM}

#: By so much a parameter may be nudged, the largest first.
NUDGES = (0.5, 0.1, 0.01, 0.001, 0.0001)


class Stepped(Shown):
    """A page of steps.  Subclasses fill it and say what may be set."""

    _sheets: tuple[str, ...] = ("shared/widget", "stepper/stepper")

    step: Any = Checked(0, lambda _, value: whole(value, "step"))
    wrt: Any = traitlets.TraitType("").tag(sync=True)
    iteration: Any = Checked(0, lambda _, value: whole_number(value, "iteration", 0, MOST_ITERATIONS))
    learning_rate: Any = Checked(0.5, lambda _, value: positive_number(value, "learning_rate"))
    digits: Any = Checked(6, lambda _, value: check_digits(value))

    #: What is given at every iteration, as `Timeline.anchors`; the page computes everything else from it.
    _anchors: Any = Kept([])

    #: The numbers that reset leads back to.
    _start: Any = traitlets.List().tag(sync=True)
    _headings: Any = traitlets.List([say(f"phases.{phase}") for phase in PHASES]).tag(sync=True)
    _words = traitlets.Dict(words("page", "stepper", "editor", "drawing", "nudge", "away")).tag(sync=True)
    _nudges: Any = traitlets.List(list(NUDGES)).tag(sync=True)
    _grammar = traitlets.Dict(grammar()).tag(sync=True)
    _bounds = traitlets.Dict(BOUNDS).tag(sync=True)
    _link = traitlets.Dict(link_rules(HIDEABLE, ("wrt", "step", "given"), *counts(MOST_ITERATIONS))).tag(sync=True)
    _program, _loss = synced(traitlets.Unicode, 2)  # the loss is its letter in the notation
    _parameters, _names, _labels, _rows, _touched, _limits, _drawings = synced(traitlets.List, 7)
    _scripts, _drawn, _advance, _written = synced(traitlets.Dict, 4)

    @traitlets.validate("step")
    def _valid_step(self, proposal: Any) -> int:
        with refusing():
            known = self._scripts.get(self.wrt) if isinstance(self.wrt, str) else None
            last = len(known["steps"]) - 1 if known else LONGEST
            return whole_number(proposal["value"], "step", 0, last)
