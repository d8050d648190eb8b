"""What the parts of a network are called: i1, h2, o1; w1[2,1], b1; net_h2, out_h2, ...

These names are the same in every notation; what they look like is the notation's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def unit_name(sizes: Sequence[int], layer: int, unit: int) -> str:
    """The name of a unit, counted from 1 in its layer: i1, h2 (h1_2 with several hidden layers), o1.

    Examples
    --------
    >>> unit_name((2, 3, 2), 1, 0), unit_name((4, 8, 8, 3), 2, 4)
    ('h1', 'h2_5')
    """
    if layer == 0:
        return f"i{unit + 1}"
    if layer == len(sizes) - 1:
        return f"o{unit + 1}"
    return f"h{unit + 1}" if len(sizes) == 3 else f"h{layer}_{unit + 1}"


def weight_name(layer: int, to: int, source: int) -> str:
    """The default name of a weight: layer, unit it goes to, unit it comes from, counted from 1."""
    return f"w{layer}[{to + 1},{source + 1}]"


def bias_name(layer: int, unit: int | None) -> str:
    """The default name of a unit's bias, or of a layer's shared bias."""
    return f"b{layer}" if unit is None else f"b{layer}[{unit + 1}]"


def quantity_names(sizes: Sequence[int]) -> Iterator[str]:
    """The names that a derivation gives to other things than parameters, so no parameter may have them."""
    yield from ("E_total", "learning_rate")
    for layer, size in enumerate(sizes):
        for unit in range(size):
            name = unit_name(sizes, layer, unit)
            if layer == 0:
                yield name
            else:
                yield from (f"net_{name}", f"out_{name}", f"delta_{name}")
            if layer == len(sizes) - 1:
                yield from (f"target_{name}", f"E_{name}")
