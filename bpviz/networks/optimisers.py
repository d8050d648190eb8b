"""What moves parameters beside their gradients: momentum, and Adam; and what each of them remembers.

What is remembered is a quantity like any other, with a name and a value: v_w7, the velocity of w7, say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import ClassVar

from ..words.validation import real_number
from .names import Symbol


@dataclass(frozen=True)
class Optimiser:
    """A rule of updating.  Subclasses have its settings as fields, and say what they remember.

    `remembers` are the kinds of what is remembered for each parameter, `counts` of what is remembered once.
    """

    remembers: ClassVar[tuple[str, ...]] = ()
    counts: ClassVar[tuple[str, ...]] = ()

    @property
    def settings(self) -> dict[str, float]:
        """Its constants by name."""
        return {field.name: float(getattr(self, field.name)) for field in fields(self)}

    def memory(self, names: list[str]) -> Iterator[tuple[Symbol, float]]:
        """What it remembers at the start, of these parameters: nothing has been added up yet, and no power taken."""
        yield from ((Symbol(kind), 1.0) for kind in self.counts if names)
        yield from ((Symbol(kind, parameter=name), 0.0) for name in names for kind in self.remembers)


def share(value: object, name: str) -> float:
    """A share that is carried on: from 0 up to but not including 1."""
    kept = real_number(value, name)
    if not 0 <= kept < 1:
        raise ValueError(f"{name} must be from 0 up to but not including 1, not {kept:g}")
    return kept


@dataclass(frozen=True)
class Momentum(Optimiser):
    """A step goes on with a share of the last one: ``v_new = momentum v - rate gradient``, ``w_new = w + v_new``.

    Parameters
    ----------
    momentum : float
        From 0 up to but not including 1 (article 4: mostly 0.9 or so; Polyak 1964).

    Raises
    ------
    ValueError, TypeError
        If it is no such number.

    Examples
    --------
    >>> Momentum(0.5)
    Momentum(momentum=0.5)
    """

    momentum: float = 0.9

    remembers: ClassVar[tuple[str, ...]] = ("velocity",)

    def __post_init__(self) -> None:
        object.__setattr__(self, "momentum", share(self.momentum, "momentum"))


@dataclass(frozen=True)
class Adam(Optimiser):
    """Steps by running means of the gradient and of its square, each corrected for its start at 0.

    ``m_new = beta_1 m + (1 - beta_1) g``, ``v_new = beta_2 v + (1 - beta_2) g^2``, and with ``m_hat = m_new / (1 -
    beta_1^t)`` and ``v_hat = v_new / (1 - beta_2^t)`` at the t-th step ``w_new = w - rate m_hat / (sqrt(v_hat) +
    epsilon)`` (Kingma and Ba 2015, algorithm 1).  The powers of the betas are remembered as they grow.

    Parameters
    ----------
    beta_1, beta_2 : float
        From 0 up to but not including 1.
    epsilon : float
        Above zero.

    Raises
    ------
    ValueError, TypeError
        If one of them is no such number.

    Examples
    --------
    >>> Adam(beta_1=0.8)
    Adam(beta_1=0.8, beta_2=0.999, epsilon=1e-08)
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8

    remembers: ClassVar[tuple[str, ...]] = ("first", "second")
    counts: ClassVar[tuple[str, ...]] = ("power_1", "power_2")

    def __post_init__(self) -> None:
        object.__setattr__(self, "beta_1", share(self.beta_1, "beta_1"))
        object.__setattr__(self, "beta_2", share(self.beta_2, "beta_2"))
        epsilon = real_number(self.epsilon, "epsilon")
        if not epsilon > 0:
            raise ValueError(f"epsilon must be above 0, not {epsilon:g}")
        object.__setattr__(self, "epsilon", epsilon)


#: How the settings are written; no parameter may look like one of them.
LETTERS = ("μ", "β1", "β_1", "β2", "β_2", "ε")

#: What a remembered number may be: the least and the most.
BOUNDS = {"second": (0.0, float("inf")), "power_1": (0.0, 1.0), "power_2": (0.0, 1.0)}


def check_memory(symbol: Symbol, name: str, value: float) -> float:
    """A remembered number that can be: no mean of squares below 0, no power beyond 0 to 1."""
    low, high = BOUNDS.get(symbol.kind, (-float("inf"), float("inf")))
    if not low <= value <= high:
        allowed = f"at least {low:g}" if high == float("inf") else f"from {low:g} to {high:g}"
        raise ValueError(f"{name} must be {allowed}, not {value:g}")
    return value


def after(symbol: Symbol) -> Symbol:
    """The symbol of what is remembered next."""
    return replace(symbol, kind=f"{symbol.kind}_new")


def corrected(symbol: Symbol) -> Symbol:
    """The symbol of a moment that is corrected for its start; of anything else itself."""
    return replace(symbol, kind=f"{symbol.kind}_hat") if symbol.kind in ("first", "second") else symbol


def optimiser_given(optimiser: object) -> Optimiser | None:
    """`optimiser` if it is Momentum, Adam, or None."""
    if optimiser is not None and not isinstance(optimiser, (Momentum, Adam)):
        raise TypeError(f"optimiser must be a Momentum, an Adam or None, not {type(optimiser).__name__}")
    return optimiser
