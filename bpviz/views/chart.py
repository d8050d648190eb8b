"""A line chart as SVG for a page, with the places on it that a page needs to move a cursor along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from math import ceil, floor, isfinite, log10
from pathlib import Path
from sys import float_info
from typing import Any

import numpy as np

from ..formula.digits import shown_number
from ..words.catalogue import say
from ..words.validation import FloatArray
from .details import SMALLEST_TYPE
from .image import as_image
from .palette import follow_screen

WIDTH, HEIGHT = 640.0, 260.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 24.0, 12.0, 40.0

#: The size of its type in the style sheet.
TYPE = 14.0

#: So much room each mark on an axis has at least.
TICK_WIDE, TICK_HIGH = 100.0, 43.0

#: A line has at most so many points; between them nothing could be seen.
MOST_POINTS = 900


@dataclass(frozen=True)
class Chart:
    """A drawn chart: the drawing, for each line the height of every one of its points, and the frame.

    The first and the last point stand at `left` and `right`; lines reach up to `top` and down to `bottom`.  At the
    scale `least` its type is the smallest that can be read.
    """

    svg: str
    heights: Mapping[str, FloatArray]
    left: float
    right: float
    top: float
    bottom: float
    width: float
    height: float
    least: float = SMALLEST_TYPE / TYPE

    def image(self, alt: str) -> str:
        """The drawing as an HTML image with its own style, on paper of its own."""
        style = (
            f"<style>{follow_screen('.bpv-chart')}{chart_style()} .bpv-chart {{ background: var(--paper); }}</style>"
        )
        return as_image(self.svg.replace("><", f">{style}<", 1), alt)


def line_chart(
    lines: Mapping[str, Sequence[float]],
    x_label: str,
    y_label: str,
    logarithmic: bool = False,
    *,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> Chart:
    """Lines over 0, 1, 2, ..., all on one pair of axes, in a drawing of that size in pixels.

    Examples
    --------
    >>> chart = line_chart({"batch": [4.0, 2.0, 1.0]}, "epoch", "error")
    >>> chart.svg.count("<path"), [round(float(h)) for h in chart.heights["batch"]]
    (1, [12, 116, 168])
    """
    arrays = {name: np.asarray(values, dtype=float) for name, values in lines.items()}
    longest = max(len(values) for values in arrays.values())
    smallest_positive = min((float(v[v > 0].min()) for v in arrays.values() if (v > 0).any()), default=1e-12)

    def scaled(values: FloatArray) -> FloatArray:
        return np.log10(np.maximum(values, smallest_positive)) if logarithmic else values

    low = min(float(scaled(values).min()) for values in arrays.values())
    high = max(float(scaled(values).max()) for values in arrays.values())
    if not logarithmic:
        low = min(low, 0.0)
    span = (high - low) or 1.0

    frame = _Frame(width, height, low, span, max(longest - 1, 1))
    parts = [frame.axes(logarithmic, x_label, y_label)]
    heights = {}
    for number, (name, values) in enumerate(arrays.items()):
        heights[name] = frame.y(scaled(values))
        shown = np.unique(np.linspace(0, len(values) - 1, min(len(values), MOST_POINTS)).round().astype(int))
        points = " ".join(f"{frame.x(n):.1f},{heights[name][n]:.1f}" for n in shown)
        parts.append(f'<path class="bpv-curve bpv-curve-{number}" d="M{points}"><title>{escape(name)}</title></path>')
    label = escape(say("plots.chart", up=y_label, across=x_label, names=", ".join(arrays)))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bpv-chart" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{label}">{"".join(parts)}</svg>'
    )
    return Chart(svg, heights, LEFT, width - RIGHT, TOP, height - BOTTOM, width, height)


@cache
def chart_style() -> str:
    """The style sheet of charts."""
    return Path(__file__).with_name("chart.css").read_text(encoding="utf-8")


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from `low` to `high`, at most so many.

    Examples
    --------
    >>> ticks(0, 0.4)
    [0.0, 0.1, 0.2, 0.3, 0.4]
    """
    span = (high - low) or 1.0
    power = 10.0 ** floor(log10(span / most))
    step = next(n * power for n in (1, 2, 5, 10) if span / (n * power) <= most)
    return [float(f"{n * step:.12g}") for n in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


@dataclass(frozen=True)
class _Frame:
    """The axes of a chart of that size, over 0 to `last` and from `low` to `low + span`."""

    width: float
    height: float
    low: float
    span: float
    last: int

    def x(self, n: float) -> float:
        return LEFT + n / self.last * (self.width - LEFT - RIGHT)

    def y(self, values: Any) -> Any:
        return TOP + (self.low + self.span - values) / self.span * (self.height - TOP - BOTTOM)

    def marks(self, logarithmic: bool) -> list[float]:
        """Round numbers up the axis: powers of ten where there are several."""
        low, high, most = self.low, self.low + self.span, int(self.height // TICK_HIGH)
        if not logarithmic:
            return ticks(low, high, most)
        high = min(high, float(float_info.max_10_exp))
        powers = [10**mark for mark in ticks(low, high, most) if mark == int(mark)]
        return (
            powers if len(powers) > 1 or low == high else [mark for mark in ticks(10**low, 10**high, most) if mark > 0]
        )

    def axes(self, logarithmic: bool, x_label: str, y_label: str) -> str:
        assert isfinite(self.low)
        assert isfinite(self.span)
        parts = []
        for mark in self.marks(logarithmic):
            y = self.y(log10(mark) if logarithmic else mark)
            text = shown_number(mark, 3)
            parts.append(f'<line class="bpv-grid" x1="{LEFT}" x2="{self.width - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(f'<text class="bpv-tick bpv-end" x="{LEFT - 6}" y="{y + 5:.1f}">{text}</text>')
        for mark in ticks(0, self.last, int(self.width // TICK_WIDE)):
            if mark == int(mark):
                x, y = self.x(mark), self.height - BOTTOM + 18
                parts.append(f'<text class="bpv-tick" x="{x:.1f}" y="{y}">{mark:g}</text>')
        middle, half = (LEFT + self.width - RIGHT) / 2, (TOP + self.height - BOTTOM) / 2
        parts.append(f'<text class="bpv-tick" x="{middle}" y="{self.height - 4}">{escape(x_label)}</text>')
        turned = f'transform="rotate(-90 12 {half})"'
        parts.append(f'<text class="bpv-tick" x="12" y="{half}" {turned}>{escape(y_label)}</text>')
        return "".join(parts)
