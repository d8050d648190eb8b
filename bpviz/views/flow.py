"""A flow chart: stages one below the other, and the ways that lead back or past some."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ..words.catalogue import say
from .diagram import ALONE, Diagram, style_sheet
from .image import as_image

#: Half the width of a stage, the room between two, the height of a line, and how many characters it has.
HALF, GAP, LINE, CHARACTERS = 172, 24, 19, 40

#: From one way beside the stages to the next, and what is free at the sides.
LANE, MARGIN = 26, 28


@dataclass(frozen=True)
class Stage:
    """A stage of a procedure.

    Attributes
    ----------
    name : str
    says : str
        What happens there, or what is asked.
    then : str or None
        Where it goes on; for a question, with a yes.  None at the end.
    otherwise : str or None
        Where a question goes on with a no; what only happens has none.
    """

    name: str
    says: str
    then: str | None = None
    otherwise: str | None = None


@dataclass(frozen=True)
class _Way:
    """From one stage to another, not the next below; `lane` counts from the stages outwards."""

    start: int
    end: int
    word: str
    right: bool
    lane: int


class Chart(Diagram):
    """SVG text of a flow chart, which is narrow."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return as_image(self, say("flow.title"), 400)


def flow(stages: Sequence[Stage], title: str) -> Chart:
    """Draw stages, the first on top; each goes on to the next below it, or by a way at the side."""
    return Chart(_Drawing(stages, title).svg())


class _Drawing:
    def __init__(self, stages: Sequence[Stage], title: str) -> None:
        self.stages, self.title = stages, title
        self.lines = [textwrap.wrap(stage.says, CHARACTERS) for stage in stages]
        self.heights = [LINE * len(lines) + (30 if stage.otherwise else 20) for lines, stage in
                        zip(self.lines, stages, strict=True)]  # fmt: skip
        self.tops = [MARGIN / 2 + sum(self.heights[:n]) + GAP * n for n in range(len(stages))]
        self.ways = self._ways()
        lanes = [max((way.lane + 1 for way in self.ways if way.right is right), default=0) for right in (False, True)]
        self.middle = MARGIN + lanes[0] * LANE + HALF
        self.width = self.middle + HALF + lanes[1] * LANE + MARGIN
        self.height = self.tops[-1] + self.heights[-1] + MARGIN / 2

    def _ways(self) -> list[_Way]:
        """Ways back are on the right, ways past some stages on the left; where two overlap, each has its lane."""
        place = {stage.name: n for n, stage in enumerate(self.stages)}
        wanted = [
            (n, place[to], word)
            for n, stage in enumerate(self.stages)
            for to, word in (
                (stage.then, say("flow.yes") if stage.otherwise else ""),
                (stage.otherwise, say("flow.no")),
            )
            if to is not None and place[to] != n + 1
        ]
        ways: list[_Way] = []
        for start, end, word in sorted(wanted, key=lambda way: abs(way[0] - way[1])):
            right = end <= start
            low, high = sorted((start, end))
            beside = {
                w.lane for w in ways if w.right is right and min(w.start, w.end) <= high and max(w.start, w.end) >= low
            }
            ways.append(_Way(start, end, word, right, next(n for n in range(len(ways) + 1) if n not in beside)))
        return ways

    def svg(self) -> str:
        shapes = [self._below(n) for n in range(len(self.stages) - 1)]
        shapes += [self._way(way) for way in self.ways]
        shapes += [self._stage(n) for n in range(len(self.stages))]
        style = f"<style>{style_sheet()}\n{ALONE}</style>"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="bpv-svg" viewBox="0 0 {self.width:g} {self.height:g}" '
            f'role="img" aria-label="{escape(self.title)}">{style}{"".join(shapes)}</svg>'
        )

    def _stage(self, n: int) -> str:
        top, high = self.tops[n], self.heights[n]
        left, right = self.middle - HALF, self.middle + HALF
        stage = self.stages[n]
        if stage.otherwise:  # a question has pointed sides
            points = f"{left + 22},{top} {right - 22},{top} {right},{top + high / 2} {right - 22},{top + high} "
            points += f"{left + 22},{top + high} {left},{top + high / 2}"
            shape = f'<polygon class="bpv-node-shape" points="{points}"/>'
        else:
            round_ = high / 2 if n in (0, len(self.stages) - 1) else 8
            box = f'x="{left}" y="{top:g}" width="{2 * HALF}" height="{high}"'
            shape = f'<rect class="bpv-node-shape" {box} rx="{round_:g}"/>'
        first = top + high / 2 - LINE * (len(self.lines[n]) - 1) / 2 + 5
        lines = "".join(
            f'<text x="{self.middle}" y="{first + LINE * k:g}" style="font-size: 15px">{escape(line)}</text>'
            for k, line in enumerate(self.lines[n])
        )
        return f'<g data-stage="{escape(stage.name)}">{shape}{lines}</g>'

    def _below(self, n: int) -> str:
        """The arrow to the next stage, where this one goes on to it."""
        stage, following = self.stages[n], self.stages[n + 1].name
        if following not in (stage.then, stage.otherwise):
            return ""
        start, end = self.tops[n] + self.heights[n], self.tops[n + 1]
        word = "" if not stage.otherwise else say("flow.yes" if stage.then == following else "flow.no")
        said = f'<text class="bpv-name" x="{self.middle + 20}" y="{start + 16:g}" style="font-size: 14px">{word}</text>'
        return self._line(f"M {self.middle} {start:g} V {end - 2:g}", self.middle, end, 0, 1) + (said if word else "")

    def _way(self, way: _Way) -> str:
        side = 1 if way.right else -1
        edge, lane = self.middle + side * HALF, self.middle + side * (HALF + LANE * (way.lane + 1))
        # arrows come in above the middle, so that they do not meet those that leave
        start = self.tops[way.start] + self.heights[way.start] / 2
        end = self.tops[way.end] + self.heights[way.end] / 2 - (8 if way.start != way.end else 0)
        said = ""
        if way.word:
            x, y = edge + side * 14, start + (17 if way.right else -7)  # on the right the way itself goes up
            said = f'<text class="bpv-name" x="{x:g}" y="{y:g}" style="font-size: 14px">{way.word}</text>'
        return self._line(f"M {edge} {start:g} H {lane} V {end:g} H {edge + side * 2}", edge, end, side, 0) + said

    @staticmethod
    def _line(path: str, x: float, y: float, side: int, down: int) -> str:
        """A line with a head at its end, which points down or to the stages."""
        if down:
            head = f"M {x - 5} {y - 9:g} L {x} {y - 1:g} L {x + 5} {y - 9:g}"
        else:
            head = f"M {x + side * 9} {y - 5:g} L {x + side} {y:g} L {x + side * 9} {y + 5:g}"
        return "".join(
            f'<g class="bpv-edge bpv-none"><path class="bpv-line" d="{d}" stroke-width="2"/></g>' for d in (path, head)
        )
