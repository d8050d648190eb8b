"""A line chart as SVG for a page, with the places on it that a page needs to move a cursor along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from math import ceil, floor, isfinite, log10
from pathlib import Path

import numpy as np

from ..words.catalogue import say
from ..words.validation import FloatArray
from .diagram import as_image

WIDTH, HEIGHT = 640.0, 260.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 24.0, 12.0, 40.0

#: A line has at most so many points; between them nothing could be seen.
MOST_POINTS = 900


@dataclass(frozen=True)
class Chart:
    """A drawn chart: the drawing, for each line the height of every one of its points, and the frame.

    The first and the last point stand at `left` and `right`; lines reach up to `top` and down to `bottom`.
    """

    svg: str
    heights: Mapping[str, FloatArray]
    left: float = LEFT
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = HEIGHT - BOTTOM

    def image(self, alt: str) -> str:
        """The drawing as an HTML image with its own style on white paper."""
        style = f"<style>{chart_style()} .bpv-chart {{ background: #ffffff; }}</style>"
        return as_image(self.svg.replace("><", f">{style}<", 1), alt)


def line_chart(lines: Mapping[str, Sequence[float]], x_label: str, y_label: str, logarithmic: bool = False) -> Chart:
    """Lines over 0, 1, 2, ..., all on one pair of axes.

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

    def height(values: FloatArray) -> FloatArray:
        return np.asarray(TOP + (high - scaled(values)) / span * (HEIGHT - TOP - BOTTOM))

    def place(n: float) -> float:
        return LEFT + n / max(longest - 1, 1) * (WIDTH - LEFT - RIGHT)

    parts = [_axes(low, high, longest, logarithmic, x_label, y_label)]
    heights = {}
    for number, (name, values) in enumerate(arrays.items()):
        heights[name] = height(values)
        shown = np.unique(np.linspace(0, len(values) - 1, min(len(values), MOST_POINTS)).round().astype(int))
        points = " ".join(f"{place(n):.1f},{heights[name][n]:.1f}" for n in shown)
        parts.append(f'<path class="bpv-curve bpv-curve-{number}" d="M{points}"><title>{escape(name)}</title></path>')
    label = escape(say("plots.chart", up=y_label, across=x_label, names=", ".join(arrays)))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bpv-chart" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        f'aria-label="{label}">{"".join(parts)}</svg>'
    )
    return Chart(svg, heights)


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


def _axes(low: float, high: float, count: int, logarithmic: bool, x_label: str, y_label: str) -> str:
    assert isfinite(low)
    assert isfinite(high)
    plot_height = HEIGHT - TOP - BOTTOM
    span = (high - low) or 1.0
    marks = ticks(low, high)
    if logarithmic:
        whole = [mark for mark in marks if mark == int(mark)]
        marks = whole if len(whole) > 1 else marks
    parts = []
    for mark in marks:
        y = TOP + (high - mark) / span * plot_height
        text = f"{10**mark:.2g}" if logarithmic else f"{mark:g}"
        parts.append(f'<line class="bpv-grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="bpv-tick bpv-end" x="{LEFT - 6}" y="{y + 5:.1f}">{text}</text>')
    for mark in ticks(0, max(count - 1, 1)):
        if mark == int(mark):
            x = LEFT + mark / max(count - 1, 1) * (WIDTH - LEFT - RIGHT)
            parts.append(f'<text class="bpv-tick" x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}">{mark:g}</text>')
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    parts.append(f'<text class="bpv-tick" x="{middle}" y="{HEIGHT - 4}">{escape(x_label)}</text>')
    turned = f'transform="rotate(-90 12 {TOP + plot_height / 2})"'
    parts.append(f'<text class="bpv-tick" x="12" y="{TOP + plot_height / 2}" {turned}>{escape(y_label)}</text>')
    return "".join(parts)
