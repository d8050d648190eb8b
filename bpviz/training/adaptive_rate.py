"""A learning rate that follows the error."""

from dataclasses import dataclass

from ..words.validation import real_number


@dataclass(frozen=True)
class AdaptiveRate:
    """A learning rate that follows the error, after each epoch (Vogl et al. 1988).

    Where the error fell, the rate is multiplied by `grow`.  Where it rose to more than `worst` times what it was, the
    epoch is taken back and the rate multiplied by `shrink`.

    Examples
    --------
    >>> AdaptiveRate(grow=1.1)
    AdaptiveRate(grow=1.1, shrink=0.7, worst=1.04)
    """

    grow: float = 1.05
    shrink: float = 0.7
    worst: float = 1.04

    def __post_init__(self) -> None:
        if real_number(self.grow, "grow") < 1:
            raise ValueError(f"grow must be at least 1, not {self.grow}")
        if not 0 < real_number(self.shrink, "shrink") < 1:
            raise ValueError(f"shrink must lie between 0 and 1, not {self.shrink}")
        if real_number(self.worst, "worst") < 1:
            raise ValueError(f"worst must be at least 1, not {self.worst}")
