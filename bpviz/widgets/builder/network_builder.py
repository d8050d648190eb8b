"""Build a network: choose layers, activations, loss and names, and see its derivation at once."""

import json
from functools import lru_cache
from html import escape
from typing import Any

import traitlets

from ...calculus.timeline import MOST_ITERATIONS, Timeline
from ...networks.exercise import exercise
from ...words.catalogue import say, words
from ..shared.linked import counts, link_rules
from ..shared.refusing import Kept, refusing
from ..stepper.stepped import HIDEABLE
from ..stepper.unit_stepper import UnitStepper
from .carried import carried, ways
from .form import DEFAULT, checked, fitting, moved, network_of, offered, possible, sample_for


class NetworkBuilder(UnitStepper):
    """Choose layers, activations, loss, biases, names and numbers; the derivation of that network follows at once.

    It is a `Stepper` with a form above it.

    Parameters
    ----------
    **choices
        Where to begin: any of ``sizes`` (2 to 5 layers of 1 to 8 units), ``activations`` (one per layer with weights),
        ``loss``, ``biases`` ("own", "shared" or "none"), ``names`` ("indexed" or "numbered"), ``method`` (as for
        `initialise`), ``seed``, and ``rename`` (from a name of that scheme to your own).

    Attributes
    ----------
    choices : dict
        The form; set it to build another network.
    network : Network
        What is built, with the numbers as they are now.
    code : str
        Python that makes this network.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the choice.

    Examples
    --------
    >>> builder = NetworkBuilder(sizes=[2, 2, 1], activations=["relu", "sigmoid"], loss="binary_cross_entropy")
    >>> builder.network
    Network(2-2-1, relu sigmoid, binary_cross_entropy, 9 parameters)
    >>> builder.choices = {**builder.choices, "biases": "none", "names": "numbered"}
    >>> list(builder.network.parameters)
    ['w1', 'w2', 'w3', 'w4', 'w5', 'w6']
    """

    _sheets = ("shared/widget", "stepper/stepper", "builder/builder")

    choices: Any = Kept({})

    _options = traitlets.Dict(offered()).tag(sync=True)
    _possible = traitlets.Dict().tag(sync=True)
    _words = traitlets.Dict(words("page", "stepper", "editor", "drawing", "nudge", "away", "builder")).tag(sync=True)
    _link = traitlets.Dict(
        link_rules({**HIDEABLE, "network": "network"}, ("net", "wrt", "step", "given"), *counts(MOST_ITERATIONS))
    ).tag(sync=True)
    _build = traitlets.Int(0).tag(sync=True)
    _carried: Any = traitlets.List().tag(sync=True)
    _refusal = traitlets.Unicode().tag(sync=True)

    def __init__(self, **choices: Any) -> None:
        chosen = checked({**DEFAULT, **fitting(choices)})
        net = network_of(chosen)
        x, target = sample_for(net)
        super().__init__(net, x, target)
        self.choices, self._possible = chosen, possible(chosen)
        self._title = say("titles.builder")
        self.on_msg(self._asked)

    @property
    def code(self) -> str:
        """Python that makes this network and steps through it."""
        return self.program("bpviz")

    @traitlets.validate("choices")
    def _valid_choices(self, proposal: Any) -> dict[str, Any]:
        with refusing():
            chosen = checked(proposal["value"])
            network_of(chosen)
            return chosen

    @traitlets.observe("choices")
    def _follow_choices(self, change: Any) -> None:
        if not self._ready or not change["old"]:
            return
        net = network_of(change["new"])
        x, target = sample_for(net)
        with self.hold_sync():
            self._kept = Timeline(exercise(net, x, target, self.learning_rate))
            self._set_up(next(iter(net.parameters)))
            self._title, self._possible = say("titles.builder"), possible(change["new"])
            self._build += 1

    def complete(self) -> None:
        """Put into the page what Python would make when it is asked: other networks."""
        super().complete()
        known = carried(self.choices)
        self._carried = []
        own = self.page_state()
        others = [_page_of(json.dumps(choices), self.learning_rate, self.digits) for choices in known[1:]]
        states = [{}, *({k: v for k, v in other.items() if v != own[k]} for other in others)]
        # the first has all that differs anywhere or that a reader may have changed; the others what differs from it
        states[0] = {name: own[name] for state in [*states, ("wrt", "learning_rate")] for name in state}
        self._carried = [{"state": state, "ways": way} for state, way in zip(states, ways(known), strict=True)]

    def _asked(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Make a move of the page's form; what cannot be built gets its sentence."""
        self._refusal = ""
        try:
            chosen = moved(self.choices, content)
            if chosen is not None:
                self.choices = chosen
        except (ValueError, TypeError) as error:
            self._refusal = str(error)

    def __repr__(self) -> str:
        return f"NetworkBuilder({self.network!r})"

    def snapshot(self) -> str:
        """The code, above the step that is shown."""
        return f"<pre>{escape(self.code)}</pre>{super().snapshot()}"


@lru_cache(maxsize=32)
def _page_of(choices: str, learning_rate: float, digits: int) -> dict[str, Any]:
    """The page of the network of these choices, which are JSON, as it is made."""
    builder = NetworkBuilder(**json.loads(choices))
    builder.learning_rate, builder.digits = learning_rate, digits
    UnitStepper.complete(builder)
    return builder.page_state()
