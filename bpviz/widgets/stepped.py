"""What both steppers share: one page, and what goes between it and Python."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from .page import css, esm


class Stepped(anywidget.AnyWidget):
    """A page of steps.  Subclasses fill it and say what may be set.

    The public traits have no type of their own, so that a wrong value meets our sentence and not a TraitError.
    """

    _esm = esm("numbers", "stepper")
    _css = css("stepper")

    step: Any = traitlets.TraitType(0).tag(sync=True)
    wrt: Any = traitlets.TraitType("").tag(sync=True)
    iteration: Any = traitlets.TraitType(0).tag(sync=True)
    learning_rate: Any = traitlets.TraitType(0.5).tag(sync=True)
    digits: Any = traitlets.TraitType(6).tag(sync=True)

    _title = traitlets.Unicode().tag(sync=True)
    _svg = traitlets.Unicode().tag(sync=True)
    _parameters: Any = traitlets.List().tag(sync=True)
    _rows = traitlets.Dict().tag(sync=True)
    _scripts = traitlets.Dict().tag(sync=True)
    _touches = traitlets.Dict().tag(sync=True)
    _numbers = traitlets.Dict().tag(sync=True)
    _notes = traitlets.Dict().tag(sync=True)
    _edges = traitlets.Dict().tag(sync=True)
    _losses: Any = traitlets.List().tag(sync=True)
    _message = traitlets.Unicode().tag(sync=True)

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
