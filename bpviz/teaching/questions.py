"""Questions about a derivation, and what to say to an answer: right, or which mistake was made.

An answer is a number or a formula.  A number is held against the right one and against the number of every mistake;
a formula is held against the right one at several samples of other numbers, so any way to write it is as good.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from .. import articles
from ..articles.example import Example
from ..steps.trail import Derivation, derive
from .doctor import ENOUGH, RIGHT, Ruler, not_quite, same, typed_unit
from ..formula.tree import Expression, all_names, names_in
from ..calculus.mistakes import MISTAKES
from ..networks.network import Network
from ..formula.typed import read_formula, read_number
from ..views.text import side_texts
from .slips import Slip, find_slips, value_of
from ..steps.step import Step
from ..calculus.timeline import Given
from ..words.validation import one_of, real_number, shorten
from .variants import friendly, scattered

#: A formula must agree to this relative precision at every sample of other numbers.
SAME = 1e-9
SAMPLES = (101, 102, 103, 104)


@dataclass(frozen=True)
class Marked:
    """What `Question.check` says.

    Attributes
    ----------
    correct : bool
    sentence : str
        What to tell the learner.
    mistakes : tuple of str
        The names of the mistakes, as in `MISTAKES`, that lead to this answer.
    """

    correct: bool
    sentence: str
    mistakes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.sentence

    __repr__ = __str__


@dataclass(repr=False)
class Question:
    """One quantity of a derivation, asked for.  Made by `ask`.

    Attributes
    ----------
    quantity : str
    given : Given
        The network, the sample and the learning rate it is about.
    """

    quantity: str
    given: Given
    _hints_given: int = field(default=0, init=False)

    @cached_property
    def derivation(self) -> Derivation:
        """The derivation in which the quantity is a step."""
        return derivation_of(self.quantity, self.given)

    @property
    def step(self) -> Step:
        """The step that computes it."""
        return self.derivation.by_name[self.quantity]

    @property
    def expected(self) -> float:
        """The right number."""
        return self.step.value

    @property
    def text(self) -> str:
        """The question as a sentence."""
        what = {
            "net": "the net input",
            "out": "the output",
            "loss_part": "the error's part",
            "loss": "the error",
            "local": "the factor",
            "path": "the product along the path",
            "delta": "the delta" if self.quantity.startswith("delta") else "the factor",
            "gradient": "the gradient",
            "gathered": "the gradient",
            "update": "the updated parameter",
        }[self.step.kind]
        rate = f", with the learning rate {self.given.learning_rate:g}" if self.step.kind == "update" else ""
        digits = f" Give {self.digits} significant digits." if self.digits > ENOUGH else ""
        return f"What is {what} {self.quantity}{rate}?{digits}"

    @property
    def setting(self) -> str:
        """What else an answer depends on: the activations, the error, the learning rate."""
        net = self.given.network
        names = list(dict.fromkeys(str(f) for f in net.activations))
        where = (
            f"{names[0]} in every layer"
            if len(names) == 1 and net.depth > 1
            else ", then ".join(map(str, net.activations))
        )
        return f"{where} · {net.loss.name.replace('_', ' ')} · η = {self.given.learning_rate:g}"

    @property
    def hints(self) -> tuple[str, ...]:
        """From the least to the most: what it is, its formula, the numbers put in."""
        sides = side_texts(self.derivation, self.step, 6)
        formulas = [f"{self.quantity} = {side}" for side in sides[:-1]]
        return tuple(dict.fromkeys((self.step.sentence, *formulas)))

    def hint(self) -> str:
        """The next hint; the last one again when there are no more."""
        hints = self.hints
        self._hints_given = min(self._hints_given + 1, len(hints))
        return hints[self._hints_given - 1]

    @cached_property
    def names(self) -> dict[str, float]:
        """What a formula may name, with its value: everything but the answer itself and what is said by it."""
        barred = {self.quantity, f"{self.quantity}|δ", self.quantity.removesuffix("|δ")}
        for step in self.derivation.steps:
            if barred & set(names_in(step.expression)):
                barred.add(step.name)
        named = {name: value for name, value in self.derivation.values.items() if name not in barred}
        for other in ("eta", "η"):
            named.setdefault(other, named["learning_rate"])
        return named

    def check(self, answer: float | str) -> Marked:
        """Mark an answer.

        Parameters
        ----------
        answer : number or str
            A number with three significant digits or more, or a formula in the names of this network.

        Returns
        -------
        Marked
            Its sentence says what is right or wrong, also where the answer cannot be read.

        Raises
        ------
        TypeError
            If `answer` is neither a number nor a text.

        Examples
        --------
        >>> question = ask("dE_total/dw7")
        >>> question.check(0.0781)
        That is right.
        >>> question.check("-(target_o1 - out_o1) * out_o1 * (1 - out_o1) * out_h1")
        That is right.
        >>> question.check(-0.0781)
        Not quite: (target - out) is used where -(target - out) is the derivative.
        >>> question.check("__import__('os')").sentence[:44]
        "answer: there is no '__import__' here; there"
        """
        if isinstance(answer, str):
            try:
                number = read_number(answer)
                if number is None:
                    return self._check_formula(self._read(answer))
            except ValueError as error:
                return Marked(False, f"answer: {error}")
        elif isinstance(answer, (int, float, np.integer, np.floating)) and not isinstance(answer, bool):
            try:
                number = real_number(answer, "answer")
            except ValueError as error:
                return Marked(False, str(error))
        else:
            raise TypeError(f"answer must be a number or a text, not {type(answer).__name__} ({shorten(answer)})")
        return self._check_number(number, typed_unit(answer if isinstance(answer, str) else repr(number)))

    def _read(self, answer: str) -> Expression:
        """The formula that a text is; it may not name what is asked for."""
        formula = read_formula(answer, [*self.names, self.quantity])
        if self.quantity in names_in(formula):
            raise ValueError(f"{self.quantity} is what is asked for; say it by other names")
        return formula

    def _check_number(self, number: float, unit: float | None = 0.0) -> Marked:
        """Mark a number whose last digit counts `unit`; None for the value of a formula, which must be met exactly."""
        correct, sentence, which = self._ruler.judge(number, unit)
        if not which:
            return Marked(correct, sentence)
        chosen = [self.slips[n] for n in which]
        told = {slip.mistake for slip in chosen if slip.mistake}
        chosen = [slip for slip in chosen if not told & set(slip.kin)]
        sentences = list(dict.fromkeys(slip.sentence for slip in chosen))
        return Marked(False, not_quite(sentences), tuple(name for name in MISTAKES if name in told))

    @cached_property
    def _ruler(self) -> Ruler:
        """An updated parameter is measured by how far it has moved."""
        moved = 0.0
        if self.step.kind == "update":
            moved = abs(self.expected - self.given.network[self.quantity.removesuffix("_new")])
        likely = [slip.value for slip in self.slips if not slip.rare]
        return Ruler(self.expected, [slip.value for slip in self.slips], moved, likely)

    @property
    def digits(self) -> int:
        """How many significant digits an answer needs: three, or as many as tell it from every mistake."""
        return self._ruler.digits

    @cached_property
    def slips(self) -> tuple[Slip, ...]:
        """Every wrong number that is recognised, each with what leads to it; those that do no harm are left out."""
        return find_slips(self.quantity, self.given, self.derivation)

    def marks(self) -> dict[str, Any]:
        """What is said to a number, for a page without Python, which then follows `Ruler.judge`."""
        ruler = self._ruler
        values = dict.fromkeys(slip.value for slip in self.slips)
        return {
            "expected": self.expected,
            "moved": ruler.moved,
            "rounded": [[short, said] for short, said in ruler.rounded.items()],
            "wrong": [[float(f"{value:.10g}"), self._check_number(value).sentence] for value in values],
        }

    def _check_formula(self, formula: Expression) -> Marked:
        here = value_of(formula, self.names)
        if here is not None and not all_names(formula):  # a number, written as a sum or a product
            return self._check_number(here)
        if here is None:
            return Marked(False, "answer: the formula has no value here; it divides by zero or grows too large.")
        fits_here = same(here, self.expected)
        if fits_here and all(self._fits(formula, seed) for seed in SAMPLES):
            return Marked(True, RIGHT)
        if fits_here:
            return Marked(False, "The number is right here, but with other numbers this formula gives another one.")
        return self._check_number(here, None)

    def _fits(self, formula: Expression, seed: int) -> bool:
        rate = {"learning_rate": self.given.learning_rate}  # the question says it, so it may be written as a number
        other = Question(self.quantity, scattered(self.given, seed).with_numbers(rate))
        value = value_of(formula, other.names)
        return value is not None and same(value, other.expected)

    def __repr__(self) -> str:
        return self.text


def ask(
    quantity: str,
    example: str | Example = "2-3-2",
    *,
    net: Network | None = None,
    x: Any = None,
    target: Any = None,
    learning_rate: float | None = None,
    seed: int | None = None,
) -> Question:
    """Ask for one quantity: a factor, a delta, a gradient, an updated parameter, or anything on the way there.

    Parameters
    ----------
    quantity : str
        Its name as `derive` has it: ``"net_h1"``, ``"dout_o1/dnet_o1"``, ``"delta_h1"``, ``"dE_total/dw7"``,
        ``"w7_new"``, ...
    example : str or Example
        The network and sample it is about.
    net, x, target : Network and arrays, optional
        A network and sample of your own instead.
    learning_rate : float, optional
        The example's own, or 0.5, unless told otherwise.
    seed : int, optional
        With it the numbers are replaced by friendly ones, drawn from this seed.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> question = ask("delta_h1", seed=2)
    >>> question
    What is the delta delta_h1?
    >>> question.hint()
    'The delta of h1, dE/dnet: what came back, times the slope of sigmoid.'
    >>> question.hint()
    'delta_h1 = dE_total/dout_h1 · dout_h1/dnet_h1'
    """
    if net is None:
        if x is not None or target is not None:
            raise ValueError("x and target need net; without it the example's own are used")
        if not isinstance(example, (str, Example)):
            raise TypeError(f"example must be an Example or its name, not {type(example).__name__}")
        named = isinstance(example, str)
        chosen = articles.EXAMPLES[one_of(example, "example", articles.EXAMPLES)] if named else example
        assert isinstance(chosen, Example)
        net, x, target = chosen.network, chosen.x, chosen.target
        learning_rate = chosen.learning_rate if learning_rate is None else learning_rate
    given = Given(net, x, target, 0.5 if learning_rate is None else learning_rate)
    if given.x.ndim != 1:
        raise ValueError(f"x must be one sample (1-D), but it has shape {given.x.shape}")
    _ = given.gradients
    question = Question(quantity, given if seed is None else friendly(given, seed))
    if not np.isfinite(question.expected):
        raise ValueError(f"quantity: {quantity} has no finite value with these numbers, so it cannot be asked for")
    return question


def derivation_of(quantity: str, given: Given) -> Derivation:
    """The derivation that has this quantity as a step: of all parameters, or of the one whose factor it is."""
    if not isinstance(quantity, str):
        raise TypeError(f"quantity must be a name, not {type(quantity).__name__} ({shorten(quantity)})")
    names: dict[str, None] = {}
    for wrt in (*_likely(quantity, given.network), None, *given.network.parameters):
        derivation = derive(given.network, given.x, given.target, wrt, given.learning_rate, reduction=given.reduction)
        if quantity in derivation.by_name:
            return derivation
        names |= dict.fromkeys(derivation.by_name)
    one_of(quantity, "quantity", names)
    raise AssertionError("one_of refuses what is not there")


def _likely(quantity: str, net: Network) -> list[str]:
    """The parameter that a quantity's name ends in, if it does."""
    plain = quantity.removesuffix("_new").split("|")[0]
    return sorted((name for name in net.parameters if plain.endswith((f"/d{name}", name))), key=len, reverse=True)[:1]
