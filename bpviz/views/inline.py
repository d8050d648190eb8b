"""Labels as they stand in a sentence of a page: on one line, letters slanted, indices small."""

from collections.abc import Iterable
from html import escape

from ..steps.notation import AnyLabel, Ratio


def inline(label: AnyLabel) -> str:
    """A label as HTML.

    Examples
    --------
    >>> from bpviz.steps.notation import Label
    >>> inline(Label("w", "1,2", "(1)"))
    '<i>w</i><sub>1,2</sub><sup>(1)</sup>'
    """
    if isinstance(label, Ratio):
        route = f"<sub>{escape(label.route)}</sub>" if label.route else ""
        return f"∂{inline(label.of)}/∂{inline(label.by)}{route}"
    base = escape(label.base)
    sub, sup = (
        f"<{tag}>{escape(text)}</{tag}>" if text else "" for tag, text in (("sub", label.sub), ("sup", label.sup))
    )
    return (f"<i>{base}</i>" if label.is_letter else base) + sub + sup


def in_sentences(labels: Iterable[tuple[str, AnyLabel]]) -> dict[str, str]:
    """How names are written in sentences, by name; one that could be a word of a sentence is left as it is."""
    return {name: inline(label) for name, label in labels if not name.isalpha()}
