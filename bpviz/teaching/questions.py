"""Questions about a derivation, and what to say to an answer: right, or which mistake was made.

An answer is a number or a formula.  A number is held against the right one and against the number of every mistake;
a formula is held against the right one at several samples of other numbers, so any way to write it is as good.
"""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise, product

import numpy as np

from ..derivation.derive import Derivation
from ..formula.answers import answer_in
from ..formula.tree import Expression, Sum, all_names, names_in
from ..formula.typed import read_formula, read_number
from ..networks.exercise import Exercise
from ..networks.names import OTHER_NAMES_OF_THE_RATE, RATE, Symbol, gradient, ratio, updated
from ..steps.book import Book
from ..steps.paths import symbols_of
from ..steps.step import Step
from ..views.text import side_texts
from ..words.catalogue import say
from ..words.validation import of_type, one_of, real_number, wrong_type
from .altered import derived, shown, value_of
from .slips import find_slips
from .variants import elsewhere
from .verdict import ENOUGH, Row, Ruler, Slip, Wrong, judge, judge_given, rows_of_others, same, wrong_numbers

#: So much of the size of its terms floats may lose of a sum.
LOST = 1e-15


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
    counts : bool
        Whether it is an answer at all; what cannot be read is none.
    """

    correct: bool
    sentence: str
    mistakes: tuple[str, ...] = ()
    counts: bool = True

    def __str__(self) -> str:
        return self.sentence

    __repr__ = __str__


@dataclass(repr=False)
class Question:
    """One quantity of a derivation, asked for.  Made by `ask`.

    Attributes
    ----------
    quantity : str
    given : Exercise
        The network, the sample and the learning rate it is about, in float64.
    """

    quantity: str
    given: Exercise
    _hints_given: int = field(default=0, init=False)

    @cached_property
    def derivation(self) -> Derivation:
        """The derivation in which the quantity is a step."""
        return derivation_with(self.quantity, self.given)

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
        return self.asking_for(self.digits)

    def asking_for(self, digits: int) -> str:
        """The same, asking for so many significant digits; three need no word."""
        kind = "factor" if self.step.kind == "delta" and self.step.symbol.kind != "delta" else self.step.kind
        rate = say("quiz.with_rate", rate=f"{self.given.rate:g}") if self.step.kind == "update" else ""
        wanted = say("quiz.give_digits", digits=digits) if digits > ENOUGH else ""
        return say("quiz.question", what=say(f"asked.{kind}"), quantity=self.quantity, rate=rate) + wanted

    @property
    def setting(self) -> str:
        """What else an answer depends on: the activations, the error, the learning rate."""
        net = self.given.network
        names = list(dict.fromkeys(str(f) for f in net.activations))
        alike = len(names) == 1 and net.depth > 1
        where = (
            say("quiz.every_layer", activation=names[0]) if alike else say("quiz.then").join(map(str, net.activations))
        )
        loss = str(net.loss).replace("_", " ")
        return say("quiz.setting", activations=where, loss=loss, rate=f"{self.given.rate:g}")

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
        net, symbol = self.given.network, self.step.symbol
        barred = {self.quantity}
        if symbol.numerator is not None and symbol.denominator is not None:
            same_value = (ratio(symbol.numerator, symbol.denominator, kind) for kind in ("ratio", "gathered"))
            barred |= {net.name_of(other) for other in same_value if symbol.kind in ("ratio", "gathered")}
        for step in self.derivation.steps:
            if barred & set(step.uses):
                barred.add(step.name)
        named = {name: value for name, value in self.derivation.values.items() if name not in barred}
        for other in OTHER_NAMES_OF_THE_RATE:
            named.setdefault(other, named[net.name_of(RATE)])
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
        >>> from bpviz import ask
        >>> question = ask("dE_total/dw7")
        >>> question.check(0.0781)
        That is right.
        >>> question.check("-(target_o1 - out_o1) * out_o1 * (1 - out_o1) * out_h1")
        That is right.
        >>> question.check(-0.0781)
        Not quite: (target - out) is used where -(target - out) is the derivative.
        >>> question.check("__import__('os')")
        answer: there is no '__import__' here
        """
        if isinstance(answer, str):
            try:
                answered = answer_in(answer, self.quantity, self.derivation.values)
                typed = read_number(answered)
                if typed is None:
                    return self._check_formula(self._read(answered))
            except ValueError as error:
                return Marked(False, say("quiz.answer", sentence=error), counts=False)
            return self._check_number(*typed)
        if isinstance(answer, (int, float, np.integer, np.floating)) and not isinstance(answer, bool):
            try:
                number = real_number(answer, "answer")
            except ValueError as error:
                return Marked(False, str(error))
            return _marked(judge_given([*self.rows, *self.others], number))
        raise wrong_type(answer, "answer", "a number or a text")

    def _read(self, answer: str) -> Expression:
        """The formula that a text is; it may not name what is asked for."""
        formula = read_formula(answer, [*self.names, self.quantity])
        if self.quantity in names_in(formula):
            raise ValueError(say("quiz.itself", quantity=self.quantity))
        return formula

    def _check_number(self, number: float, unit: float | None = 0.0) -> Marked:
        """Mark a number whose last digit counts `unit`; None for the value of a formula, which must be met exactly."""
        return _marked(judge([*self.rows, *self.others], number, unit))

    @cached_property
    def _ruler(self) -> Ruler:
        """An updated parameter is measured by how far it has moved."""
        symbol, moved = self.step.symbol, 0.0
        if symbol.kind == "updated":
            moved = abs(self.expected - self.given.network[symbol.parameter])
        return Ruler(self.expected, self.wrong, moved, self.noise)

    @cached_property
    def noise(self) -> float:
        """What floats may lose of the right number where the terms of a sum cancel."""
        whole = shown(self.step.expression)
        terms = whole.terms if isinstance(whole, Sum) else ()
        return LOST * sum(abs(value_of(term, self.derivation.values) or 0.0) for term in terms)

    @cached_property
    def wrong(self) -> tuple[Wrong, ...]:
        """Every wrong number that is recognised, once, with what to say to it."""
        return tuple(wrong_numbers(self.slips))

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is said to a number, here and on a page without Python."""
        return self._ruler.rows

    @cached_property
    def others(self) -> tuple[Row, ...]:
        """What is said to the answers of other questions."""
        return tuple(rows_of_others(self.derivation.steps))

    @property
    def digits(self) -> int:
        """How many significant digits an answer needs: three, or as many as tell it from every mistake."""
        return self._ruler.digits

    @cached_property
    def slips(self) -> tuple[Slip, ...]:
        """Every wrong number that is recognised, each with what leads to it; those that do no harm are left out."""
        return find_slips(self.quantity, self.derivation)

    def _check_formula(self, formula: Expression) -> Marked:
        here = value_of(formula, self.names)
        if here is not None and not all_names(formula):  # a number, written as a sum or a product
            return self._check_number(here)
        if here is None:
            return Marked(False, say("quiz.answer", sentence=say("quiz.no_value")), counts=False)
        fits_here = same(here, self.expected)
        if fits_here and all(self._fits(formula, other) for other in elsewhere(self.given)):
            return Marked(True, say("verdicts.right"))
        if fits_here:
            return Marked(False, say("verdicts.here_only"))
        return self._check_number(here, None)

    def _fits(self, formula: Expression, given: Exercise) -> bool:
        other = Question(self.quantity, given)
        value = value_of(formula, other.names)
        return value is not None and same(value, other.expected)

    def __repr__(self) -> str:
        return self.text


def _marked(row: Row) -> Marked:
    return Marked(row.correct, row.sentence, row.mistakes)


def derivation_with(quantity: str, given: Exercise) -> Derivation:
    """The derivation that has this quantity as a step: of the parameter it belongs to, of all, or of any."""
    of_type(quantity, str, "quantity", "a name")
    owners = _owners(given)
    for wrt in (*([owners[quantity]] if quantity in owners else []), None):
        derivation = derived(given, wrt)
        if quantity in derivation.by_name:
            return derivation
    one_of(quantity, "quantity", {**dict.fromkeys(derivation.by_name), **owners})
    raise AssertionError("one_of refuses what is not there")


@lru_cache(maxsize=16)
def _owners(given: Exercise) -> dict[str, str]:
    """The quantities that are in one parameter's derivation only: its gradient, its factors and paths, its update."""
    book, net = Book(given), given.network
    owners: dict[str, str] = {}
    for name in net.parameters:
        own: tuple[Symbol, ...] = (gradient(name), updated(name), *symbols_of(book, name))
        owners |= {net.name_of(symbol): name for symbol in own}
    for layer, (n_in, n_out) in enumerate(pairwise(net.sizes[1:]), start=2):  # on their way
        for k, j in product(range(n_out), range(n_in)):
            factor = ratio(Symbol("net", layer, k), Symbol("out", layer - 1, j))
            owners.setdefault(net.name_of(factor), net.weight_name(layer - 1, j, 0))
    return owners
