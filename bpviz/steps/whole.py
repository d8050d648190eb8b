"""What a quantity of a whole layer is, what it looks like, and a step that computes one."""

from dataclasses import dataclass

from ..formula.tree import Expression
from ..networks.arrays import Array
from .notation import AnyLabel, Label, Notation, Ratio


@dataclass(frozen=True, slots=True)
class Whole:
    """What a quantity of a whole layer is.

    `kind` is ``input``, ``net``, ``out``, ``target``, ``errors`` (of each sample), ``loss``, ``by_output``,
    ``sent_back``, ``slope``, ``delta``, ``weights``, ``biases``, ``weight_gradient``, ``bias_gradient``,
    ``weights_new``, ``biases_new``, ``rate`` or ``ones`` (as many as there are samples).  A `column` is that of any
    sample s of a batch.
    """

    kind: str
    layer: int = 0
    column: bool = False

    @property
    def name(self) -> str:
        """What it is called, whatever the notation."""
        parts = [self.kind, *([str(self.layer)] if self.layer else []), *(["s"] if self.column else [])]
        return " ".join(parts)


def whole_label(of: Whole, notation: Notation) -> AnyLabel:
    """How a notation writes a quantity of a whole layer: the letter of its units, and the layer above."""
    if of.kind in ("by_output", "sent_back"):
        loss = _letter("errors" if of.column else "loss", 0, notation)
        return Ratio(loss, _letter("out", of.layer, notation, of.column))
    if of.kind in ("weight_gradient", "bias_gradient"):
        by = "weights" if of.kind == "weight_gradient" else "biases"
        return Ratio(_letter("loss", 0, notation), _letter(by, of.layer, notation))
    if of.kind in ("weights_new", "biases_new"):
        old = _letter(of.kind.removesuffix("_new"), of.layer, notation)
        return Label(old.base, old.sub, f"{old.sup} new")
    return _letter(of.kind, of.layer, notation, of.column)


def _letter(kind: str, layer: int, notation: Notation, column: bool = False) -> Label:
    number = f"({layer + notation.first_layer})"
    if kind == "ones":
        return Label("1", "m")
    if kind == "slope":
        return Label(f"{notation.function}'", "", number)
    if kind in ("loss", "rate"):
        return Label(*notation.table[kind])
    if kind == "errors":
        return Label(notation.table["sample_loss"][0], "s")
    if kind in ("weights", "biases"):
        return Label(notation.weights if kind == "weights" else "b", "", number)
    base, _, sup = notation.table[kind]
    return Label(base, "s" if column else "", number if sup or kind not in ("input", "target") else "")


@dataclass(frozen=True, eq=False)
class LayerStep:
    """One line: a matrix, its formula in earlier ones, and its value.

    Attributes
    ----------
    of : Whole
    phase : str
        ``forward``, ``loss``, ``chain`` or ``update``.
    expression : Expression
    value : array of shape (rows, columns)
    sentence : str
    """

    of: Whole
    phase: str
    expression: Expression
    value: Array
    sentence: str

    @property
    def name(self) -> str:
        """What its quantity is called."""
        return self.of.name

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.value.shape
        return rows, columns
