"""What a page needs to show a derivation in whole layers: its steps, its pictures, and which entry leads where.

Formulas have ``<v name:row:column>`` where a number belongs, as those of single entries (`entries`).
"""

import re
from typing import Any

from ...derivation.derive_layers import LayerDerivation
from ...networks.arrays import Array
from ...steps.step import PHASES
from ...steps.whole import LayerStep
from ...views.boxes import Box, Grid, Slot, Word
from ...views.layers import equation_with, matrix, names_in
from ...views.layout import Leaf, label_box, lay_out
from ...views.mathml import mathml
from ...views.text import text
from ...words.catalogue import say
from .entries import entry_name

_PHASES = list(PHASES)

#: A page has less room than a sheet: a matrix is written out up to so many rows and columns.
MOST_WRITTEN = 4

#: Round the name of a matrix, where a picture of it is to be put into a line of text.
_START, _END = "\ue000", "\ue001"
_PICTURE = re.compile(rf"(?P<open>\()?{_START}(?P<name>[^{_END}]*){_END}(?(open)\))(?P<turned>\^T)?")

#: What a press on an entry of a matrix opens: a parameter of that entry, of that unit, or of that input.
_OPENS = {
    **dict.fromkeys(("weights", "weight_gradient", "weights_new"), "weights"),
    **dict.fromkeys(("biases", "bias_gradient", "biases_new"), "biases"),
    **dict.fromkeys(("net", "out", "by_output", "sent_back", "slope", "delta"), "unit"),
    "input": "input",
    "target": "unit",
}

#: Before a bracket: the name of a function.
_FUNCTION = re.compile(r"[a-zσΣ']$")


def rows(layers: LayerDerivation) -> list[dict[str, Any]]:
    """The steps."""
    return [_row(layers, step) for step in layers.steps]


def matrices(layers: LayerDerivation) -> dict[str, dict[str, Any]]:
    """For each matrix its label, as a formula and as text, its shape, and what a press on one of its entries opens.

    Where nobody chose the names of parameters, also that of any entry, as a pattern.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, value in layers.values.items():
        of, label = layers.wholes[name], layers.label(name)
        box = label_box(label)
        found[name] = {"label": mathml(box), "text": text(box), "shape": list(value.shape)}
        if of.kind in _OPENS:
            found[name]["opens"] = [_OPENS[of.kind], layers.network.depth if of.kind == "target" else of.layer]
        if of.kind in ("weights", "biases") and layers.network.layout.is_default:
            found[name]["entry"] = entry_name(layers, of.kind, of.layer)
    return found


def _row(layers: LayerDerivation, step: LayerStep) -> dict[str, Any]:
    slots = _slots(layers)
    name, *sides = (mathml(side) for side in equation_with(layers, step, slots, _is_small))
    sides.append(mathml(_slot_matrix(step.name, step.value, False) if _is_small(step.value) else matrix(step.value, 1)))
    return {
        "name": step.name,
        "phase": _PHASES.index(step.phase),
        "sentence": step.sentence,
        "label": name,
        "sides": sides,
        "pictures": _pictures(layers, step),
    }


def _is_small(value: Array) -> bool:
    rows, columns = value.shape
    return bool(rows <= MOST_WRITTEN and columns <= MOST_WRITTEN)


def _slots(layers: LayerDerivation) -> Leaf:
    """Writes each matrix with places for its numbers."""
    names = names_in(layers)

    def leaf(name: str, guard: bool) -> Box:
        value = layers.values.get(name)
        return names(name, guard) if value is None or not _is_small(value) else _slot_matrix(name, value, guard)

    return leaf


def _slot_matrix(name: str, value: Array, guard: bool) -> Box:
    rows, columns = value.shape
    kind = "g" if guard and value.size == 1 else "v"
    places = [[Slot(kind, f"{name}:{i}:{j}", Word(name)) for j in range(columns)] for i in range(rows)]
    return places[0][0] if value.size == 1 else Grid(tuple(map(tuple, places)))


def _pictures(layers: LayerDerivation, step: LayerStep) -> list[dict[str, Any]]:
    """The formula as a line of pictures with signs between them, and the picture of what comes out."""

    def leaf(name: str, guard: bool) -> Box:
        return Word(f"{_START}{name}{_END}")

    line: list[dict[str, Any]] = []
    written, end = text(lay_out(step.expression, leaf)), 0
    for found in _PICTURE.finditer(written):
        before, shown = written[end : found.start()], _picture(layers, found["name"], found["turned"] is not None)
        called = found["open"] is not None and bool(_FUNCTION.search(before))
        line += [{"sign": f"{before}("}, shown, {"sign": ")"}] if called else [{"sign": before}, shown]
        end = found.end()
    line += [{"sign": written[end:]}, {"sign": "="}, _picture(layers, step.name, False)]
    for part in line:
        if "sign" in part:
            part["sign"] = part["sign"].strip().replace("^T", say("layers.turned")).replace("-", "−")
    return [part for part in line if part.get("sign") != ""]


def _picture(layers: LayerDerivation, name: str, turned: bool) -> dict[str, Any]:
    """A matrix, perhaps turned over; of a column of a batch, which has no picture, the letter."""
    if name in layers.values:
        return {"matrix": name, "turned": turned}
    label = mathml(label_box(layers.label(name)))
    return {"label": f"<msup>{label}<mi>T</mi></msup>" if turned else label}
