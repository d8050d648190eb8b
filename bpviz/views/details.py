"""How closely a network is drawn, and how much is written on the drawing.

A drawing scales to its place.  Where it would have to shrink so far that its type falls under what can be read, another
one is shown, on which less is written: type never gets small, labels go.
"""

from dataclasses import dataclass, replace

#: No type on a screen is smaller than this, in pixels.
SMALLEST_TYPE = 11.0


@dataclass(frozen=True)
class Detail:
    """Lengths are in pixels at scale 1.

    Attributes
    ----------
    name : str
        Its class in the style sheet, which sets its type.
    pitch : float
        From one unit to the next of its layer.
    wide, high : float
        Half the width and half the height of a unit.
    round : bool
        Units are circles; else they are boxes, and lines leave them sideways.
    free : float
        The width between two layers beside what their labels take.
    type : float
        The smallest type.
    character, line : float
        How wide a character of a label is, and how high a label.
    to_loss, loss_wide, loss_high : float
        From the outputs to the error, and half its width and height.
    top, bottom, margin : float
        What is left free round it.
    bias_high : float
        Half the height of a bias, which is as wide as a unit.
    to_bias : tuple of float
        How many pitches a bias is below the last unit of its layer, and at most below the largest layer.
    labels : bool
        Whether weights stand at their lines.
    says : tuple of str
        What else is written: net inputs above the units, deltas below them, targets beside the outputs.
    baselines : tuple of float
        Where a unit's name and its value stand below its middle, as far as they are written.
    in_line : bool
        Whether a unit's name and value share a line.
    aside_wide : float
        How far a net input or a delta reaches sideways.
    wider : tuple of float
        A gap between layers is widened by these parts of a label's width until its labels have room.
    raised : int
        The layer above an index takes as much room as so many more characters.
    above, below : float
        How far outside the unit the baselines of its net input and its delta are.
    apart : bool
        Whether the error stands farther from the outputs where words stand between them.
    """

    name: str
    pitch: float
    wide: float
    high: float
    round: bool
    free: float
    type: float
    character: float
    line: float
    to_loss: float
    loss_wide: float
    loss_high: float
    top: float
    bottom: float
    margin: float
    bias_high: float
    to_bias: tuple[float, float] = (1, 1)
    labels: bool = True
    says: tuple[str, ...] = ("above", "below", "beside")
    baselines: tuple[float, ...] = (-5, 15)
    in_line: bool = False
    aside_wide: float = 56
    wider: tuple[float, ...] = (0.0, 0.3, 0.6, 0.9)
    raised: int = 0
    above: float = 8
    below: float = 17
    apart: bool = True

    @property
    def classes(self) -> str:
        """Its classes in the style sheets."""
        return "bpv-svg" if self.name == "full" else f"bpv-svg bpv-fitted bpv-{self.name}"

    @property
    def least(self) -> float:
        """The smallest scale at which its type can still be read."""
        return SMALLEST_TYPE / self.type

    @property
    def room(self) -> float:
        """The width of a unit that a number may fill."""
        return self.wide if self.in_line else 2 * self.wide - 12

    def asides(self, y: float) -> list[float]:
        """The heights of what stands above and below a unit at height `y`."""
        above = [y - self.high - self.above - 5] if "above" in self.says else []
        return [*above, y + self.high + self.below - 4] if "below" in self.says else above


_ROOMY = Detail("full", 140, 42, 42, True, 72, 12, 8.6, 20, 178, 48, 34, 26, 24, 8, 26, (0.95, 0.9), raised=2)
_MANY = replace(_ROOMY, pitch=118, wide=34, high=34, character=9.4, wider=(*_ROOMY.wider, 1.3))


#: With more weights and biases than this they are not labelled: nobody would read them all.
MOST_LABELLED = 100


def full(tallest: int, lines: int) -> Detail:
    """The drawing that stands alone, for a network whose largest layer has so many units, with so many lines."""
    detail = _ROOMY if tallest <= 4 else _MANY
    return detail if lines <= MOST_LABELLED or tallest > 4 else replace(detail, labels=False)


#: A unit is a box with its name and its value on one line.
LINES = Detail(
    "lines", 22, 50, 9, False, 50, 11.5, 7.1, 15, 160, 48, 9, 2, 2, 2, 9,
    labels=False, says=(), baselines=(4, 4), in_line=True,
)  # fmt: skip

#: What a page chooses from: the first whose type is large enough in its place, else the last.
DETAILS = (
    Detail(
        "close", 102, 33, 33, True, 34, 12, 7.4, 16, 140, 38, 27, 20, 18, 5, 20,
        baselines=(-4, 12), aside_wide=46, above=6, below=14,
    ),
    Detail(
        "flat", 48, 33, 16, False, 44, 12, 7.4, 16, 124, 33, 16, 3, 15, 3, 16,
        says=("below",), baselines=(-4, 10), aside_wide=46, below=12,
    ),
    Detail(
        "plain", 102, 33, 33, True, 52, 12, 7.4, 16, 140, 38, 27, 20, 18, 5, 20,
        labels=False, baselines=(-4, 12), aside_wide=46, above=6, below=14,
    ),
    Detail(
        "wide", 48, 33, 16, False, 140, 12, 7.4, 16, 124, 33, 16, 3, 15, 3, 16,
        labels=False, says=("below",), baselines=(-4, 10), aside_wide=46, below=12,
    ),
    Detail(
        "low", 36, 33, 15, False, 40, 11.5, 7.1, 15, 124, 33, 15, 2, 2, 2, 15,
        says=(), baselines=(-4, 10),
    ),
    Detail(
        "compact", 48, 32, 16, False, 40, 11.5, 7.1, 15, 100, 32, 16, 3, 15, 3, 16,
        labels=False, says=("below",), baselines=(-4, 10), aside_wide=46, below=12,
    ),
    Detail(
        "broad", 36, 32, 15, False, 130, 11.5, 7.1, 15, 124, 30, 15, 2, 2, 2, 15,
        labels=False, says=(), baselines=(-4, 10),
    ),
    Detail(
        "tight", 36, 32, 15, False, 34, 11.5, 7.1, 15, 94, 30, 15, 2, 2, 2, 15,
        labels=False, says=(), baselines=(-4, 10),
    ),
    LINES,
    Detail(
        "dense", 19.5, 19, 8.5, False, 24, 11.5, 7.1, 15, 62, 19, 8.5, 2, 2, 2, 8.5,
        labels=False, says=(), baselines=(4,),
    ),
    Detail(
        "dots", 12, 4, 4, True, 22, 1000, 7.1, 15, 30, 4, 4, 2, 2, 2, 4,
        labels=False, says=(), baselines=(),
    ),
)  # fmt: skip
