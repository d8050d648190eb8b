"""The stepper: walk through a derivation and on through its updates, unit by unit or layer by layer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection
from dataclasses import replace
from typing import Any, ClassVar

import traitlets

from ...calculus.passes import gradients
from ...exchange.code import LIBRARIES, code_of
from ...formula.digits import check_digits
from ...networks.arrays import alike, same_shape
from ...networks.exercise import Exercise, exercise
from ...networks.network import Network
from ...networks.optimisers import Optimiser
from ...steps.layers import in_the_way
from ...steps.notation import Notation
from ...steps.notation import notation as find_notation
from ...words.validation import one_of, positive_number
from ..shared.refusing import refusing
from ..shared.shown import Shown

#: A page by unit without Python offers at most so many parameters; a network of more is shown by layer.
MOST_PARAMETERS = 200


class Stepper(Shown):
    """Step through the derivation of any parameter, apply the update, and go on.

    Parameters
    ----------
    net : Network
    x, target : arrays
        A sample (1-D) or a batch (2-D), as for `derive`.
    learning_rate : float
    wrt : str, optional
        The parameter to derive first; the first weight unless told otherwise, by layer the one of the first layer with
        the largest gradient.
    by : "unit" or "layer", optional
        Whether the steps are those of single units, on the drawing of the network, or of whole layers, with matrices as
        pictures and any entry's own derivation beside them.  Unless told: by unit up to 200 parameters, and where a
        parameter stands in several places.
    image : (rows, columns), optional
        By layer: what the inputs are a picture of, row by row.  It can be drawn anew in the page.
    frozen : collection of str, optional
        Parameters that updates leave as they are.
    digits : int
        Significant digits, 1 to 15.
    reduction : "mean" or "sum"
        For a batch.
    notation : str
        As for `derive`; drawing and formulas are written in it.
    optimiser : Momentum or Adam, optional
        By unit: what updates with the gradient.  What it remembers goes along from iteration to iteration.

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
        The network at this iteration, also as it is changed in the page: read it, observe it, or set another one of
        the same kind.  What lay ahead of a change is forgotten; by layer it starts over with another network.
    x, target : arrays
        Likewise.
    derivation : Derivation or LayerDerivation
        The derivation that is shown.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument, also when an attribute is set; nothing changes then.

    Examples
    --------
    >>> import bpviz as bp
    >>> ex = bp.articles.example("2-3-2")
    >>> stepper = bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate, wrt="w7")
    >>> stepper.step = 16
    >>> stepper
    Stepper(wrt='w7', iteration=0, step=16 of 0..19: dE_total/dw7 = 0.0780639)
    >>> bp.Stepper(ex.network, ex.x, ex.target, by="layer")
    Stepper(by='layer', wrt='w2', iteration=0, step=0 of 0..17: net^(1) = [2.35; 3.85; 5.35])
    """

    #: Whether it is made, so that what is set from now on is a change.
    _ready = False

    #: The two kinds, by what they go by.
    _kinds: ClassVar[dict[str, type[Stepper]]] = {}

    step: Any
    wrt: Any
    iteration: Any
    learning_rate: Any
    digits: Any
    network: Any = traitlets.TraitType(None)

    def __init_subclass__(cls, by: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if by:
            Stepper._kinds[by] = cls

    def __new__(cls, net: Any = None, *args: Any, **kwargs: Any) -> Stepper:
        """One of the kind that suits the network, or of the kind that is asked for."""
        chosen = Stepper._kinds[_chosen(net, kwargs.get("by"))] if cls is Stepper else cls
        made: Stepper = super().__new__(chosen, net, *args, **kwargs)
        return made

    def __init__(
        self,
        net: Network,
        x: Any,
        target: Any,
        learning_rate: float = 0.5,
        wrt: str | None = None,
        *,
        by: str | None = None,
        image: tuple[int, int] | None = None,
        frozen: Collection[str] = (),
        digits: int = 6,
        reduction: str = "mean",
        notation: str | Notation = "net_out",
        optimiser: Optimiser | None = None,
    ) -> None:
        rate = positive_number(learning_rate, "learning_rate")
        given = exercise(net, x, target, rate, reduction=reduction, frozen=frozen, optimiser=optimiser).in_float64()
        if wrt is not None:
            one_of(wrt, "wrt", given.network.layout.first_slot)
        digits = check_digits(digits)
        self._notation = find_notation(notation)
        self._image = self._checked_image(image, given)
        _ = gradients(given)  # refuses numbers that grow too large
        super().__init__(digits=digits, learning_rate=rate, **self._made_with(given))
        self._begin(wrt)

    @property
    def notation(self) -> str:
        """The name of the notation it is written in; it is chosen when the stepper is made."""
        return self._notation.name

    def program(self, library: str = "bpviz") -> str:
        """One step at this iteration as a program of a library, as `bpviz.code` writes it.

        Raises
        ------
        ValueError
            If the library has no way to say it.
        """
        return code_of(self.given, one_of(library, "library", LIBRARIES))

    def _checked_image(self, image: Any, given: Exercise) -> tuple[int, int] | None:
        if image is not None:
            raise ValueError("image is for a stepper by layer; pass by='layer' too")
        return None

    @property
    def x(self) -> Any:
        """The inputs at this iteration; set them to see other numbers."""
        return self.given.x

    @x.setter
    def x(self, x: Any) -> None:
        self._change(x=same_shape(x, self.given.x, "x"))

    @property
    def target(self) -> Any:
        """The targets at this iteration; set them to see other numbers."""
        return self.given.target

    @target.setter
    def target(self, target: Any) -> None:
        self._change(target=same_shape(target, self.given.target, "target"))

    @traitlets.validate("network")
    def _valid_network(self, proposal: Any) -> Network:
        with refusing():
            net = alike(proposal["value"], self._start_network, "network")
            if self._ready:
                _ = gradients(replace(self.given, network=net))  # refuses numbers that are too large
            return net

    @traitlets.observe("learning_rate")
    def _follow_rate(self, change: Any) -> None:
        if self._ready and change["new"] != self.given.learning_rate:
            self._change(learning_rate=change["new"])

    # --- what the two kinds do in their own ways ---

    @property
    @abstractmethod
    def given(self) -> Exercise:
        """Network, sample and learning rate at this iteration."""

    @property
    @abstractmethod
    def _start_network(self) -> Network:
        """The network of iteration 0; another one may differ from it in its numbers only."""

    @abstractmethod
    def _change(self, **values: Any) -> None:
        """Set what is given at this iteration; what lay ahead is forgotten, the way back stays."""

    @abstractmethod
    def _made_with(self, given: Exercise) -> dict[str, Any]:
        """What the widget is made with; refuses what it cannot show."""

    @abstractmethod
    def _begin(self, wrt: str | None) -> None:
        """Make the page, with this parameter first."""


def _chosen(net: Any, by: Any) -> str:
    """By what a stepper of this network goes."""
    if by is not None:
        return one_of(by, "by", Stepper._kinds)
    if not isinstance(net, Network) or len(net.layout) <= MOST_PARAMETERS:
        return "unit"
    return "unit" if in_the_way(net.layout) else "layer"
