"""The quiz: a question at a time, and for a wrong answer the mistake that leads to it."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape
from itertools import takewhile
from typing import Any

import traitlets

from ...articles.example import Example
from ...formula.digits import shown_number
from ...formula.grammar import LIMITS, grammar
from ...networks.exercise import Exercise
from ...networks.names import OTHER_NAMES_OF_THE_RATE, RATE
from ...networks.network import Network
from ...steps.step import Step
from ...teaching.asking import one_of_each, posed, quantities_given, questions_about
from ...teaching.questions import Question
from ...teaching.variants import elsewhere
from ...teaching.verdict import ROUNDING, SAME, SMALLEST, Row, rows_of_others
from ...views.diagram import drawings, seen
from ...views.inline import in_sentences
from ...views.javascript import program
from ...views.layout import label_box
from ...views.mathml import mathml
from ...views.sides import equation_with, name_leaf, number_leaf
from ...words.catalogue import say, words
from ...words.validation import whole_number
from ..shared.linked import link_rules
from ..shared.refusing import Checked
from ..shared.shown import Shown, synced

#: A page without Python has so many sets of numbers to change to.
SETS = 4

#: What a link to a page can hide; without the doctor it only says whether an answer is right.
HIDEABLE = {"doctor": "", "hint": "hints", "names": "names", "other": ""}


class Quiz(Shown):
    """Questions about a network, marked at once.

    An answer is a number, or a formula in the names of the network.  A wrong one is held against the numbers of all
    known mistakes, and the one that fits is named.  Hints lead from words to the formula to its numbers.

    Parameters
    ----------
    questions : sequence of str, optional
        Names of quantities, as for `ask`; without them, one of each kind from the inputs to the update.
    example : str or Example
    net, x, target, learning_rate : optional
        A network and sample of your own instead, as for `ask`.
    seed : int, optional
        With it the numbers are friendly ones, drawn from this seed; without it they are the article's.

    Attributes
    ----------
    number : int
        Which question is shown, from 0.
    seed : int or None
        Where the numbers come from; set it for other ones.
    score : tuple of int
        How many are answered rightly, and how many there are.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> quiz = Quiz(["out_h1", "dE_total/dw7"])
    >>> quiz
    Quiz(question 1 of 2: What is the output out_h1?; 0 right)
    """

    _sheets = ("shared/widget", "quiz/quiz")

    number: Any = Checked(0, lambda self, value: whole_number(value, "number", 0, len(self._asked) - 1))
    seed: Any = Checked(None, lambda _, value: _seed(value))

    _hint = "quiz"
    _title = traitlets.Unicode(say("titles.quiz")).tag(sync=True)
    _words = traitlets.Dict(words("page", "quiz", "verdicts", "drawing")).tag(sync=True)
    _grammar = traitlets.Dict(grammar()).tag(sync=True)
    _rules = traitlets.Dict({"rounding": ROUNDING, "same": [SAME, SMALLEST], "longest": LIMITS["longest"]}).tag(
        sync=True
    )
    _questions, _results, _sentences, _sets, _vectors, _drawings, _others, _known = synced(traitlets.List, 8)
    _answer, _places, _written = synced(traitlets.Dict, 3)
    _link = traitlets.Dict(link_rules(HIDEABLE, ["set"], ("number", "number", 0, None))).tag(sync=True)
    _program, _key = synced(traitlets.Unicode, 2)  # the key is what a page keeps its answers under
    _size: Any = traitlets.Int().tag(sync=True)

    def __init__(
        self,
        questions: Sequence[str] | None = None,
        example: str | Example = "2-3-2",
        *,
        net: Network | None = None,
        x: Any = None,
        target: Any = None,
        learning_rate: float | None = None,
        seed: int | None = None,
    ) -> None:
        start = posed(example, net, x, target, learning_rate)
        self._start = start
        self._quantities = one_of_each(start) if questions is None else quantities_given(questions)
        self._asked = self._make(_seed(seed))
        super().__init__(seed=seed)
        self._show()
        self.on_msg(self._told)

    def _make(self, seed: int | None) -> list[Question]:
        return questions_about(self._quantities, self._start, seed)

    def _show(self) -> None:
        with self.hold_sync():
            sentences = _Sentences()
            self._others = _others(self._asked, sentences)
            self._known = [*self._start.numbers, *(step.name for step in _all_steps(self._asked))]
            self._written = _written(self._asked)
            self._drawings = drawings(self._asked[0].derivation, 6)
            self._questions = [_page_of(question, sentences) for question in self._asked]
            self._sentences = list(sentences)
            self._results = [0] * len(self._asked)

    def complete(self) -> None:
        """Put more sets of numbers into the page, and the program that its formulas are held against."""
        first = 1 if self.seed is None else int(self.seed) + 1
        sets: list[dict[str, Any]] = []
        sentences = _Sentences()
        for seed in (self.seed, *range(first, first + SETS)):
            asked = self._make(seed)
            others = _others(asked, sentences)
            questions = [_page_of(question, sentences) for question in asked]
            sets.append({"seed": seed, "questions": questions, "others": others, "vectors": _vectors(asked[0].given)})
        given, steps = list(self._start.numbers), _all_steps(self._asked)
        self._sets, self._questions, self._vectors = sets, sets[0].pop("questions"), sets[0]["vectors"]
        self._others = sets[0]["others"]
        self._sentences = list(sentences)
        self._program = program(check=(given, steps))
        places = {name: n for n, name in enumerate([*given, *(step.name for step in steps)])}
        rate = places[self._start.network.name_of(RATE)]
        self._places = {**places, **dict.fromkeys(OTHER_NAMES_OF_THE_RATE, rate)}
        self._size = len(places)
        asked_about = repr((self._quantities, self._start.network, self._start.numbers, self.seed))
        self._key = sha256(asked_about.encode()).hexdigest()[:16]

    @property
    def question(self) -> Question:
        """The question that is shown."""
        return self._asked[int(self.number)]

    @property
    def score(self) -> tuple[int, int]:
        """How many are answered rightly, and how many there are."""
        return sum(result == 1 for result in self._results), len(self._asked)

    @traitlets.observe("seed")
    def _follow_seed(self, change: Any) -> None:
        if self._questions:
            self._asked = self._make(change["new"])
            self._show()

    def _told(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Mark a formula that was typed into the page, which reads numbers by itself."""
        if not isinstance(content, dict) or not isinstance(content.get("check"), str):
            return
        marked = self.question.check(content["check"])
        self._answer = {
            "number": int(self.number),
            "token": content.get("token"),
            "correct": marked.correct,
            "counts": marked.counts,
            "sentence": marked.sentence,
        }

    def __repr__(self) -> str:
        right, count = self.score
        return f"Quiz(question {int(self.number) + 1} of {count}: {self.question.text}; {right} right)"

    def snapshot(self) -> str:
        """The questions, as HTML that needs no script."""
        items = "".join(f"<li>{escape(question.text)}</li>" for question in self._asked)
        return f"<ol>{items}</ol>"


def _seed(value: Any) -> int | None:
    """A seed that a page can count on from."""
    return None if value is None else whole_number(value, "seed", 0, 2**53)


def _all_steps(asked: Sequence[Question]) -> list[Step]:
    """Every step that a formula may name, each after those it is made from."""
    steps: dict[str, Step] = {}
    for question in asked:
        for step in question.derivation.steps:
            steps.setdefault(step.name, step)
    return list(steps.values())


def _written(asked: Sequence[Question]) -> dict[str, str]:
    """How quantities are written in sentences."""
    trails = {name: question.derivation for question in asked for name in question.derivation.values}
    return in_sentences((name, trail.label(name)) for name, trail in trails.items())


def _vectors(given: Exercise) -> list[list[float]]:
    """The given numbers, and those of the samples that a formula must fit too."""
    return [list(each.numbers.values()) for each in (given, *elsewhere(given))]


class _Sentences(dict[str, int]):
    """Sentences, each kept once and known by its number."""

    def __missing__(self, sentence: str) -> int:
        self[sentence] = len(self)
        return self[sentence]


def _others(asked: Sequence[Question], sentences: _Sentences) -> list[list[Any]]:
    """What is said to the answers of other questions, the same for all of them."""
    rows = tuple(rows_of_others(_all_steps(asked)))
    for question in asked:
        question.others = rows
    return _rows(rows, sentences)


def _rows(rows: Iterable[Row], sentences: _Sentences) -> list[list[Any]]:
    return [
        [row.value, row.least, row.most, row.exactly, row.rank, sentences[row.sentence]] + [1] * row.correct
        for row in rows
    ]


def _page_of(question: Question, sentences: _Sentences) -> dict[str, Any]:
    """A question as the page shows it; what is drawn stops before the answer."""
    derivation, step = question.derivation, question.step
    names, numbers = name_leaf(derivation), number_leaf(derivation, 6)
    hidden = OTHER_NAMES_OF_THE_RATE  # may be typed, but one name is enough to be offered
    in_order = (*derivation.given, *derivation.by_name)
    earlier = [*derivation.given, *(one.name for one in takewhile(lambda one: one is not step, derivation.steps))]
    known = {name: shown_number(derivation.values[name], 6) for name in earlier}
    formulas = [mathml(side) for side in equation_with(step, names, numbers)][:-1]
    return {
        "text": question.text,
        "quantity": question.quantity,
        "setting": question.setting,
        "label": mathml(label_box(derivation.label(question.quantity))),
        "seen": seen(derivation, step, 6, before=True),
        "sentence": step.sentence,
        "formulas": formulas,
        "names": [[name, known.get(name)] for name in in_order if name in question.names],
        "also": list(hidden),
        "rows": _rows(question.rows, sentences),
    }
