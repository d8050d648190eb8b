"""What all widgets of bpviz have in common: a title, a snapshot for notebooks, and a state that a page can live on."""

from typing import Any

import anywidget
import traitlets

from ...views.palette import follow_place
from ...words.catalogue import say
from .page import css, esm, font_face

#: What every ipywidget has beside its own traits.
_JUPYTERS = ("_esm", "_css", "_anywidget_id", "layout", "tabbable", "tooltip", "comm", "keys")


def synced(kind: type[Any], count: int) -> list[Any]:
    """So many traits of one kind that the page reads."""
    return [kind().tag(sync=True) for _ in range(count)]


class Shown(anywidget.AnyWidget):
    """A widget with a snapshot.

    The public traits of subclasses have no type of their own, so that a wrong value meets our sentence and not a
    TraitError.
    """

    #: The style sheets it needs, by name, its own last, which is also the name of its JavaScript; a page with several
    #: widgets has each of them once.
    _sheets: tuple[str, ...] = ("shared/widget",)

    #: Which sentence under a snapshot says what the live widget can do.
    _hint = "step"

    _title = traitlets.Unicode().tag(sync=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "_sheets" in vars(cls):
            cls._esm, cls._css = esm(cls._sheets[-1]), font_face() + follow_place(".bpv") + css(*cls._sheets)
        super().__init_subclass__(**kwargs)

    def complete(self) -> None:
        """Put everything into the page that it can show, so that it needs no Python any more."""

    def page_state(self) -> dict[str, Any]:
        """What the page reads: the synced traits, without Jupyter's own."""
        return {
            name: value
            for name, value in self.get_state().items()
            if name not in _JUPYTERS and not name.startswith(("_model_", "_view_", "_dom_"))
        }

    def snapshot(self) -> str:
        """What is shown, as HTML that needs no script, no style sheet and no MathML."""
        raise TypeError(f"{type(self).__name__} has no snapshot")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """The live view where there is a kernel; else text and the snapshot."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/plain"] = repr(self)
            data["text/html"] = f"{self.snapshot()}<p><i>{say(f'snapshots.{self._hint}')}</i></p>"
        return bundle
