"""How the error falls: the loss of descents over their updates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..calculus.history import Descent, History
from ..words.catalogue import say
from ..words.validation import text_given, truth
from .figure import ACCENT, DELTA, INK, MINUS, PLUS, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LOOKS = ((PLUS, "solid"), (MINUS, "dashed"), (DELTA, "dashdot"), (ACCENT, "dotted"), (INK, (0, (6, 2, 1, 2))))


#: So many characters of names fit below a figure, side by side or in a row of its own.
SIDE_BY_SIDE, LONGEST_NAME = 76, 60


def error_curve(descents: Mapping[str, Descent | History], *, log: bool = True, title: str = "") -> Figure:
    """Draw the error over updates or epochs, a line for each run; the lines differ in more than colour.

    Parameters
    ----------
    descents : mapping of str to Descent or History
        Up to five, by the name that stands at the line.
    log : bool
        Whether the error has a logarithmic axis.
    title : str

    Examples
    --------
    >>> from bpviz import articles, descend
    >>> ex = articles.example("2-2-1")
    >>> fig = error_curve({"learning rate 1": descend(ex.network, ex.x, ex.target, 1.0, steps=20)})
    >>> len(fig.axes[0].lines)
    1
    """
    from matplotlib.ticker import MaxNLocator

    truth(log, "log")
    text_given(title, "title")
    if not isinstance(descents, Mapping) or not all(isinstance(d, (Descent, History)) for d in descents.values()):
        raise TypeError("descents must map names to what descend() or train() returns")
    if not 1 <= len(descents) <= len(LOOKS):
        raise ValueError(f"descents must be 1 to {len(LOOKS)}, not {len(descents)}")
    names = [name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…" for name in map(str, descents)]
    in_a_row = len(names) if sum(len(name) + 8 for name in names) <= SIDE_BY_SIDE else 1
    rows = len(names) // in_a_row if len(names) > 1 else 0
    high = 3.8 + 0.25 * max(rows - 1, 0)
    fig = new_figure(7.5, high)
    below, above = (0.55 + 0.25 * rows + 0.2 * bool(rows)) / high, (0.42 if title else 0.28) / high
    axes = fig.add_axes((0.15, below, 0.82, 1 - above - below))  # at the left there is room for 4 x 10^-12
    for descent, (colour, style) in zip(descents.values(), LOOKS, strict=False):
        # 0 has no logarithm.  What no eye can see is rounded off, so that every machine draws the same picture.
        losses = [float(f"{loss:.4g}") if loss > 0 or not log else float("nan") for loss in descent.losses]
        axes.plot(losses, color=colour, linestyle=style, linewidth=2.2)
    if log:
        axes.set_yscale("log")
    axes.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True))
    trained = any(isinstance(d, History) for d in descents.values())
    axes.set_xlabel(say("plots.epochs" if trained else "plots.updates"), fontsize=12)
    axes.set_ylabel(say("plots.error"), fontsize=12)
    axes.tick_params(labelsize=11)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    if len(descents) > 1:
        legend = fig.legend(
            axes.lines, names, fontsize=11, frameon=False, loc="lower center", bbox_to_anchor=(0.56, 0), ncols=in_a_row
        )
        for text in legend.get_texts():
            text.set_parse_math(False)
    if title:
        axes.set_title(title, fontsize=13, parse_math=False)
    return fig
