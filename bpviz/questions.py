"""Questions about a derivation, and what to say to an answer: right, or which mistake was made.

An answer is a number or a formula.  A number is held against the right one and against the number of every mistake;
a formula is held against the right one at several samples of other numbers, so any way to write it is as good.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from . import articles
from .articles.example import Example
from .derivation import Derivation, derive
from .expression import Expression, Product, Quantity, Stable, Sum, add_all, all_names, evaluate, multiply_all, names_in
from .mistakes import MISTAKES, NOT_NEAR, TOLERANCE, describe, nearest, not_quite, outcomes, same
from .network import Network, Use
from .reading import read_formula, read_number
from .render.numbers import round_number
from .render.text import side_texts
from .steps import Step
from .timeline import Given
from .validation import one_of, real_number, shorten
from .variants import friendly, scattered

#: A formula must agree to this relative precision at every sample of other numbers.
SAME = 1e-9
SAMPLES = (101, 102, 103, 104)

SHORT = "As far as it goes that is right; give at least three significant digits."
ALIKE = "As far as it goes that is right, but to so few digits a mistake looks the same; give {digits} digits."
RIGHT = "That is right."

#: So many significant digits are enough for an answer, and more than so many nobody types.
ENOUGH, MOST_DIGITS = 3, 13

#: Mistakes of sharing and updating say nothing about a single delta.
_NOT_OF_A_DELTA = ("bias_not_updated", "shared_bias_not_summed", "gradient_added")


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


@dataclass(frozen=True)
class Slip:
    """A wrong number and what leads to it; `mistake` is its name if it is one of `MISTAKES`."""

    value: float
    sentence: str
    mistake: str = ""


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
        return self._check_number(number, TOLERANCE)

    def _read(self, answer: str) -> Expression:
        """The formula that a text is; it may not name what is asked for."""
        formula = read_formula(answer, [*self.names, self.quantity])
        if self.quantity in names_in(formula):
            raise ValueError(f"{self.quantity} is what is asked for; say it by other names")
        return formula

    def _check_number(self, number: float, tolerance: float) -> Marked:
        """The nearest of the right number and the mistakes' numbers, if one is near enough."""
        scale = self._scale
        if abs(number - self.expected) <= SAME * (scale or max(abs(self.expected), 1e-12)):
            return Marked(True, RIGHT)
        said = next((said for short, said in self._rounded.items() if number == short), None)
        if said not in (None, SHORT):
            return Marked(said == RIGHT, said or "")
        known = [(slip.value, slip) for slip in (Slip(self.expected, ""), *self.slips)]
        chosen = nearest(number, known, tolerance, scale)
        if not chosen:
            return Marked(False, said or NOT_NEAR)
        if any(not slip.sentence for slip in chosen):
            return Marked(True, RIGHT)
        named = [slip for slip in chosen if slip.mistake]
        sentences = list(dict.fromkeys(slip.sentence for slip in named or chosen))
        return Marked(False, not_quite(sentences), tuple(dict.fromkeys(slip.mistake for slip in named)))

    @property
    def _scale(self) -> float:
        """An updated parameter is measured by how far it has moved."""
        if self.step.kind != "update":
            return 0.0
        return abs(self.expected - self.given.network[self.quantity.removesuffix("_new")])

    @cached_property
    def _rounded(self) -> dict[float, str]:
        """The right number rounded to 1, 2, ... digits, and what is said to it.

        From three digits on it is right, unless a mistake's number looks the same to so few digits.
        """
        found: dict[float, str] = {}
        for digits in range(1, MOST_DIGITS):
            short = float(str(round_number(self.expected, digits)))
            if short:  # of several roundings to one number the one to most digits counts
                alike = ALIKE.format(digits=self.digits)
                found[short] = SHORT if digits < ENOUGH else alike if digits < self.digits else RIGHT
        return found

    @cached_property
    def digits(self) -> int:
        """How many significant digits an answer needs: three, or as many as tell it from every mistake."""
        for digits in range(ENOUGH, MOST_DIGITS):
            short = str(round_number(self.expected, digits))
            if all(str(round_number(slip.value, digits)) != short for slip in self.slips):
                return digits
        return MOST_DIGITS

    def marks(self) -> list[tuple[float, float, bool, str]]:
        """What is said to a number, as a table: a value, how near it must be, whether it is right, the sentence.

        The nearest that is near enough tells; where none is, `NOT_NEAR` does.
        """
        scale = self._scale
        values = list(dict.fromkeys([self.expected, *(slip.value for slip in self.slips)]))
        marks = []
        for value in values:
            marked = self._check_number(value, TOLERANCE)
            marks.append((value, TOLERANCE * (scale or max(abs(value), 1e-12)), marked.correct, marked.sentence))
        for short, said in self._rounded.items():
            marked = self._check_number(short, TOLERANCE)
            if marked.sentence == said:
                marks.append((short, 0.0, marked.correct, said))
        return marks

    def _check_formula(self, formula: Expression) -> Marked:
        here = _value(formula, self.names)
        if here is not None and not all_names(formula):  # a number, written as a sum or a product
            return self._check_number(here, TOLERANCE)
        if here is None:
            return Marked(False, "answer: the formula has no value here; it divides by zero or grows too large.")
        fits_here = same(here, self.expected)
        if fits_here and all(self._fits(formula, seed) for seed in SAMPLES):
            return Marked(True, RIGHT)
        if fits_here:
            return Marked(False, "The number is right here, but with other numbers this formula gives another one.")
        return self._check_number(here, 1e-7)

    def _fits(self, formula: Expression, seed: int) -> bool:
        rate = {"learning_rate": self.given.learning_rate}  # the question says it, so it may be written as a number
        other = Question(self.quantity, scattered(self.given, seed).with_numbers(rate))
        value = _value(formula, other.names)
        return value is not None and same(value, other.expected)

    @cached_property
    def slips(self) -> tuple[Slip, ...]:
        """Every wrong number that is recognised, each with what leads to it; those that do no harm are left out."""
        found = [*self._named_slips(), *self._small_slips()]
        return tuple(slip for slip in found if np.isfinite(slip.value) and not same(slip.value, self.expected))

    def _named_slips(self) -> Iterator[Slip]:
        """The mistakes of `MISTAKES`, for gradients, updated parameters and deltas."""
        given, kind = self.given, self.step.kind
        net = given.network
        left_out: tuple[str, ...] = ()
        if kind in ("gradient", "gathered"):
            wrt, quantity = self.quantity.removeprefix("dE_total/d").removesuffix("|δ"), "gradient"
        elif kind == "update":
            wrt, quantity = self.quantity.removesuffix("_new"), "updated"
        elif self.quantity.startswith("delta_"):
            net, wrt = _with_own_biases(net, self.quantity.removeprefix("delta_"))
            quantity, left_out = "gradient", _NOT_OF_A_DELTA
        else:
            return
        rate, reduction = given.learning_rate, given.reduction
        found = outcomes(net, given.x, given.target, wrt, quantity=quantity, learning_rate=rate, reduction=reduction)
        for name in MISTAKES:
            if name not in left_out:
                for where, value in found.get(name, ()):
                    yield Slip(value, describe(name) + (f" ({where})" if where else ""), name)

    def _small_slips(self) -> Iterator[Slip]:
        """What goes wrong within one line: a factor or a term left out, a sign, a name taken for another."""
        step, values = self.step, self.derivation.values
        x = step.expression.shown if isinstance(step.expression, Stable) else step.expression
        if isinstance(x, Product):
            for n, factor in enumerate(x.factors):
                if not isinstance(factor, Quantity):
                    continue
                rest = multiply_all([other for k, other in enumerate(x.factors) if k != n])
                yield from _slip(rest, values, f"The factor {factor.name} is left out.")
        if isinstance(x, Sum):
            for n, term in enumerate(x.terms):
                rest = add_all([other for k, other in enumerate(x.terms) if k != n])
                yield from _slip(rest, values, f"The term {' · '.join(names_in(term))} is left out.")
        if step.kind in ("gradient", "gathered"):
            yield from self._delta_alone()
        halved = self.given.network.loss.name == "half_squared_error"
        if step.kind == "out":
            unit = self.quantity.removeprefix("out_")
            yield Slip(values[f"net_{unit}"], "The activation is left out: this is the net input.")
        if step.kind == "loss_part" and halved:
            unit = self.quantity.removeprefix("E_")
            yield Slip(2 * step.value, "The factor 1/2 in front of the square is left out.")
            yield Slip(values[f"target_{unit}"] - values[f"out_{unit}"], "The difference is not squared.")
        if step.kind == "update":
            gradient = values[f"dE_total/d{self.quantity.removesuffix('_new')}"]
            old = values[self.quantity.removesuffix("_new")]
            yield Slip(old - gradient, "The learning rate is left out.")
            yield Slip(gradient, "This is the gradient; it still has to be taken off the old value.")
        if self.quantity.startswith("dE_total/dout"):
            if self.given.network.loss.name.endswith("squared_error"):
                yield Slip(-step.value, describe("sign"), "sign")
            if halved:
                yield Slip(step.value / 2, describe("half_kept"), "half_kept")
        elif self.quantity.startswith("dout_"):
            yield from self._slope_slips(self.quantity.partition("/dnet_")[2])
        elif step.kind == "local":
            yield from self._multiplied_slips()
        if step.value:
            yield Slip(-step.value, "The sign is the wrong way round.")

    def _delta_alone(self) -> Iterator[Slip]:
        """The delta where the delta times an input is asked for."""
        net = self.given.network
        uses = net.parameters[self.quantity.removeprefix("dE_total/d").removesuffix("|δ")].uses
        if len(uses) == 1 and uses[0].source is not None:
            unit, source = net.unit(uses[0].layer, uses[0].to), net.unit(uses[0].layer - 1, uses[0].source)
            multiplied = source if uses[0].layer == 1 else f"out_{source}"
            sentence = f"This is delta_{unit}; it still has to be multiplied by {multiplied}."
            yield Slip(self.derivation.values[f"delta_{unit}"], sentence)

    def _slope_slips(self, unit: str) -> Iterator[Slip]:
        """A slope of the wrong thing."""
        net, values = self.given.network, self.derivation.values
        layer = next(l for l in range(1, net.depth + 1) if unit in (net.unit(l, j) for j in range(net.sizes[l])))
        f, out = net.activations[layer - 1], np.array([[values[f"out_{unit}"]]])
        if f.elementwise:
            yield Slip(float(f.f_prime(out, f(out))[0, 0]), describe("derivative_at_output"), "derivative_at_output")
        yield Slip(1.0, describe("missing_activation_derivative"), "missing_activation_derivative")
        yield Slip(float(out[0, 0]), "This is the output itself, not the slope of the activation there.")

    def _multiplied_slips(self) -> Iterator[Slip]:
        """d(net)/d(weight) taken for the weight, and the other way round; net where out is meant."""
        values = self.derivation.values
        above, below = self.quantity.split("/", 1)
        if below.startswith("dout_"):
            yield Slip(
                values[f"out_{below.removeprefix('dout_')}"], "This is what the weight multiplies, not the weight."
            )
            return
        if below.removeprefix("d") in self.given.network.parameters:
            yield Slip(self.given.network[below.removeprefix("d")], "This is the weight, not what it multiplies.")
        for name in self.step.uses:
            if name.startswith("out_"):
                net = values[f"net_{name.removeprefix('out_')}"]
                yield Slip(net, describe("net_for_out"), "net_for_out")
        yield Slip(values[above.removeprefix("d")], "This is the net input itself, not how fast it changes.")

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


def _with_own_biases(net: Network, unit: str) -> tuple[Network, str]:
    """The network with a bias of its own for every unit, and the name of this unit's: its gradient is the delta."""
    biases, names = [], []
    for layer, bias in enumerate(net.biases, start=1):
        size = net.sizes[layer]
        biases.append([0.0 if bias is None else net.value_at(Use(layer, j, None)) for j in range(size)])
        names.append([f"bias of {net.unit(layer, j)}" for j in range(size)])
    own = Network(net.weights, biases, list(net.activations), net.loss, net.weight_names, names)
    return own, f"bias of {unit}"


def _slip(x: Expression, values: Mapping[str, float], sentence: str) -> Iterator[Slip]:
    value = _value(x, values)
    if value is not None:
        yield Slip(value, sentence)


def _value(x: Expression, values: Mapping[str, float]) -> float | None:
    with np.errstate(all="ignore"):
        try:
            value = float(evaluate(x, {name: np.float64(number) for name, number in values.items()}))
        except OverflowError:
            return None
    return value if np.isfinite(value) else None
