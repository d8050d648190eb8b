"""What both steppers share: one page, and what goes between it and Python."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from ..render.text import HEADINGS
from .page import css, esm


class Stepped(anywidget.AnyWidget):
    """A page of steps.  Subclasses fill it and say what may be set.

    The public traits have no type of their own, so that a wrong value meets our sentence and not a TraitError.
    """

    _esm = esm("renderStepper", "elements", "numbers", "live", "editor", "stepper")
    _css = css("widget", "stepper")

    step: Any = traitlets.TraitType(0).tag(sync=True)
    wrt: Any = traitlets.TraitType("").tag(sync=True)
    iteration: Any = traitlets.TraitType(0).tag(sync=True)
    learning_rate: Any = traitlets.TraitType(0.5).tag(sync=True)
    digits: Any = traitlets.TraitType(6).tag(sync=True)

    #: What is given at every iteration, as `Timeline.anchors`; the page computes everything else from it.
    _anchors: Any = traitlets.TraitType([]).tag(sync=True)

    _title = traitlets.Unicode().tag(sync=True)
    _headings: Any = traitlets.List(list(HEADINGS.values())).tag(sync=True)
    _svg = traitlets.Unicode().tag(sync=True)
    _parameters: Any = traitlets.List().tag(sync=True)
    _names: Any = traitlets.List().tag(sync=True)
    _labels: Any = traitlets.List().tag(sync=True)
    _rows: Any = traitlets.List().tag(sync=True)
    _scripts = traitlets.Dict().tag(sync=True)
    _touched: Any = traitlets.List().tag(sync=True)
    _limits: Any = traitlets.List().tag(sync=True)
    _program = traitlets.Unicode().tag(sync=True)
    _advance = traitlets.Dict().tag(sync=True)

    def complete(self) -> None:
        """Put everything into the page that it can show, so that it needs no Python any more."""

    def snapshot(self) -> str:
        """What is shown, as HTML that needs no script, no style sheet and no MathML."""
        raise TypeError(f"{type(self).__name__} has no snapshot")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live view where there is a kernel; else text and the snapshot."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/plain"] = repr(self)
            data["text/html"] = self.snapshot()
        return bundle
