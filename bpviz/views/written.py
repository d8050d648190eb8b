"""Labels and lines as they are written in SVG."""

from html import escape

from ..steps.notation import Label

#: How far an index stands below the line, or above it, in pixels.
LOWERED, RAISED = 3, 4


def written(label: Label) -> tuple[str, str]:
    """A label as it is set in a text of SVG, and the attribute by which what comes after it is on its line again."""
    base = escape(label.base)
    text, height = f'<tspan class="bpv-letter">{base}</tspan>' if label.is_letter else base, 0
    for index, wanted in ((label.sub, LOWERED), (label.sup, -RAISED)):
        if index:
            text += f'<tspan class="bpv-index" dy="{wanted - height}">{escape(index)}</tspan>'
            height = wanted
    return text, f' dy="{-height}"' if height else ""
