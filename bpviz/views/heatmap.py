"""Matrices as small pictures: a square for each entry, the darker the larger, in one colour for each sign."""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Sequence
from html import escape
from struct import pack
from typing import Any

import numpy as np

from ..formula.digits import round_number
from ..networks.arrays import Array
from ..words.catalogue import say
from ..words.validation import listed, real_array, whole_number
from .image import as_image
from .palette import LIGHT, follow_screen

#: A larger matrix is one image, not a square for each entry.
MOST_SQUARES = 1_600

#: No more pictures stand together.
MOST_PICTURES = 100

#: In the drawing: how wide a picture is, the room round it, and its type.
SIDE, GAP, TYPE = 96.0, 20.0, 13.0

#: A picture of a column is not narrower than this share of its height, or it could not be seen.
NARROWEST = 0.12


class HeatMaps:
    """Some matrices as pictures with one scale.  Made by `heat_maps`."""

    def __init__(self, matrices: Sequence[Array], titles: Sequence[str], columns: int) -> None:
        self.matrices, self.titles, self.columns = tuple(matrices), tuple(titles), columns
        self.largest = max(float(np.abs(matrix).max()) for matrix in self.matrices)
        self.has_signs = any(float(matrix.min()) < 0 for matrix in self.matrices)

    def svg(self) -> str:
        """The pictures in rows, and under them what the colours mean."""
        head = TYPE * 1.5 if any(self.titles) else 0.0
        across = min(self.columns, len(self.matrices))
        down = -(-len(self.matrices) // self.columns)
        width = max(across * (SIDE + GAP) + GAP, 4 * SIDE)
        height = down * (SIDE + GAP + head) + GAP / 2 + 3 * TYPE
        parts = []
        for n, (matrix, title) in enumerate(zip(self.matrices, self.titles, strict=True)):
            x, y = GAP + n % self.columns * (SIDE + GAP), GAP / 2 + n // self.columns * (SIDE + GAP + head) + head
            if title:
                parts.append(f'<text x="{x + SIDE / 2:g}" y="{y - TYPE / 2:g}">{escape(title)}</text>')
            parts.append(self._picture(matrix, x, y))
        parts.append(self._legend(GAP, height - 2 * TYPE, min(width - 2 * GAP, 4 * SIDE)))
        style = (
            f"<style>{follow_screen('.bpv-heat')}.bpv-heat {{ background: var(--paper); font: {TYPE:g}px sans-serif; }}"
            ".bpv-heat text { fill: var(--ink); text-anchor: middle; } .f { fill: none; stroke: var(--line); }"
            "rect { shape-rendering: crispEdges; }"
            ".p { fill: var(--plus); } .m { fill: var(--minus); } .i { fill: var(--ink); }</style>"
        )
        view = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" class="bpv-heat" {view}>{style}{"".join(parts)}</svg>'

    def _picture(self, matrix: Array, x: float, y: float) -> str:
        """One matrix in its square, as wide as it is in proportion."""
        rows, columns = matrix.shape
        high, wide = SIDE * min(1.0, rows / columns), SIDE * min(1.0, columns / rows)
        high, wide = max(high, NARROWEST * SIDE), max(wide, NARROWEST * SIDE)
        left, top = x + (SIDE - wide) / 2, y + (SIDE - high) / 2
        frame = f'<rect class="f" x="{left:g}" y="{top:g}" width="{wide:g}" height="{high:g}"/>'
        if matrix.size > MOST_SQUARES:
            data = b64encode(self._png(matrix)).decode()
            place = f'x="{left:g}" y="{top:g}" width="{wide:g}" height="{high:g}"'
            look = 'preserveAspectRatio="none" style="image-rendering: pixelated"'
            return f'<image {place} {look} href="data:image/png;base64,{data}"/>{frame}'
        a, b = wide / columns, high / rows
        squares = "".join(
            f'<rect class="{self._kind(value)}" x="{left + j * a:.4g}" y="{top + i * b:.4g}" width="{a:.3g}" '
            f'height="{b:.3g}" opacity="{abs(value) / self._scale:.2f}"/>'
            for (i, j), value in np.ndenumerate(matrix)
            if abs(value) / self._scale >= 0.005
        )
        return f"{squares}{frame}"

    @property
    def _scale(self) -> float:
        return self.largest or 1.0

    def _kind(self, value: float) -> str:
        return ("m" if value < 0 else "p") if self.has_signs else "i"

    def _png(self, matrix: Array) -> bytes:
        """A picture with a pixel for each entry."""
        colours = {kind: _rgb(LIGHT[name]) for kind, name in (("p", "plus"), ("m", "minus"), ("i", "ink"))}
        pixels = np.empty((*matrix.shape, 4), dtype=np.uint8)
        pixels[..., :3] = colours["p" if self.has_signs else "i"]
        pixels[matrix < 0, :3] = colours["m"]
        pixels[..., 3] = np.round(np.abs(matrix) / self._scale * 255)
        lines = b"".join(b"\0" + row.tobytes() for row in pixels)
        size = pack(">IIBBBBB", matrix.shape[1], matrix.shape[0], 8, 6, 0, 0, 0)
        chunks = ((b"IHDR", size), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
        )

    def _legend(self, x: float, y: float, width: float) -> str:
        """A bar from the lowest to the highest colour, with its numbers."""
        ends = [-self.largest, 0.0, self.largest] if self.has_signs else [0.0, self.largest]
        steps, parts = 40, []
        wide = width / steps
        for n in range(steps):
            share = (n + 0.5) / steps
            value = 2 * share - 1 if self.has_signs else share
            kind = self._kind(value) if self.has_signs else "i"
            parts.append(
                f'<rect class="{kind}" x="{x + n * wide:.4g}" y="{y:g}" width="{wide:.3g}" height="{TYPE / 2:g}" '
                f'opacity="{abs(value):.2f}"/>'
            )
        for n, value in enumerate(ends):
            anchor = ("start", "middle", "end")[n * 2 // (len(ends) - 1)]
            place = x + width * n / (len(ends) - 1)
            number = str(round_number(value, 3)).replace("-", "−")
            parts.append(f'<text x="{place:g}" y="{y + TYPE * 1.7:g}" style="text-anchor: {anchor}">{number}</text>')
        return "".join(parts)

    def _repr_html_(self) -> str:
        width = min(self.columns, len(self.matrices)) * (SIDE + GAP) + GAP
        return as_image(self.svg(), repr(self), max(width, 4 * SIDE))

    def __repr__(self) -> str:
        shapes = list(dict.fromkeys(f"{m.shape[0]}×{m.shape[1]}" for m in self.matrices))
        low = min(float(matrix.min()) for matrix in self.matrices)
        high = max(float(matrix.max()) for matrix in self.matrices)
        ends = {"low": round_number(low, 3), "high": round_number(high, 3)}
        return say("heat.told", count=len(self.matrices), shapes=", ".join(shapes), **ends)


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return red, green, blue


def _titles(titles: Sequence[str]) -> list[Any]:
    """A text is a list of its letters, as in ``"0123456789"``."""
    return list(titles) if isinstance(titles, str) else listed(titles, "titles", "a list of texts")


def heat_maps(matrices: Any, titles: Sequence[str] | None = None, *, columns: int = 8) -> HeatMaps:
    """Draw matrices as small pictures with one scale: images, weights, gradients, whatever has rows and columns.

    Parameters
    ----------
    matrices : sequence of arrays of shape (rows, columns), at most 100
    titles : sequence of str, optional
        What stands over each.
    columns : int
        How many pictures stand side by side.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> from bpviz import digits
    >>> heat_maps([row.reshape(8, 8) for row in digits().x[:3]], "012")
    heat maps: 3 of 8×8, from 0 to 16
    """
    given = listed(matrices, "matrices", "a list of arrays")
    if not 1 <= len(given) <= MOST_PICTURES:
        raise ValueError(f"matrices must be 1 to {MOST_PICTURES} arrays, not {len(given)}")
    arrays = [real_array(matrix, f"matrices[{n}]", 2) for n, matrix in enumerate(given)]
    names = [""] * len(arrays) if titles is None else _titles(titles)
    if len(names) != len(arrays) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"titles must be {len(arrays)} texts, one for each matrix")
    return HeatMaps(arrays, names, whole_number(columns, "columns", 1, MOST_PICTURES))
