"""Questions for a Moodle course: numbers of its own for every seed, and the mistake that leads to a wrong one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

from ..articles.example import Example
from ..formula.digits import round_number
from ..networks.network import Network
from ..teaching.asking import one_of_each, posed, quantities_given, questions_about
from ..teaching.questions import Question
from ..teaching.verdict import MOST_TYPED, ROUNDING, unit
from ..views.boxes import Figure
from ..views.latex import equation_latex, latex, names_latex
from ..views.layout import label_box
from ..views.sides import equation
from ..words.catalogue import say
from ..words.files import file_given, write_files
from ..words.validation import listed, shorten, text_given, whole_number

#: So many sets of numbers at most, and entries: Moodle reads a file in one go and needs some 0.2 MB for each of them.
MOST_SEEDS, MOST_ENTRIES = 500, 2000

#: So long the name of a category may be, with what is put before and behind it.
LONGEST = 100

#: Moodle makes every interval longer by at most so much of the answer, or of 1 where that is smaller; today's by so
#: much of the answer or the tolerance.
MOODLE_ADDS = 1e-14

#: It keeps so many digits of an answer and of its tolerance.
KEPT = 14

#: A mistake's number that is so small beside the right one is 0 but for what floats lose.
LOST = 1e-13

#: Of the gap between two mistakes that are near each other: the share of one that is likelier, as likely, or rarer.
SHARES = {-1: 0.6, 0: 0.35, 1: 0.1}

#: Digits of the numbers in hints and solutions.
DIGITS = 6


@dataclass(frozen=True)
class Answer:
    """What is said to numbers that are as near to `value` as `tolerance`."""

    value: float
    tolerance: float
    feedback: str
    rare: bool = False

    @property
    def reach(self) -> float:
        """How far any Moodle takes it, at most."""
        return self.tolerance + MOODLE_ADDS * max(1.0, abs(self.value))


def moodle(
    questions: Any,
    seeds: Any,
    path: str | Path,
    *,
    example: str | Example = "2-3-2",
    net: Network | None = None,
    x: Any = None,
    target: Any = None,
    learning_rate: float | None = None,
    category: str = "bpviz",
) -> Path:
    """Write numerical questions as Moodle XML, to be imported into a course's question bank.

    Every question is a category with an entry for each seed, from which a random question is drawn.  An entry asks for
    a number; a wrong one that a known mistake leads to gets the sentence of that mistake.

    Parameters
    ----------
    questions : sequence of str, or None
        Names of quantities, as for `ask`; None for one of each kind from the inputs to the update.
    seeds : sequence of int
        At most 500, and 2,000 entries in all; each gives friendly numbers of its own.
    path : str or Path
        Where to write; what is there is replaced.
    example, net, x, target, learning_rate : optional
        The network and sample it is about, as for `ask`.
    category : str
        The category of the question bank under which all others stand.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Notes
    -----
    The first answer that a number fits counts; no two fit the same one.  Of mistakes with numbers that cannot be told
    from the right one, to the digits that are asked for, nothing is said.  Numbers are typed with the decimal sign of
    the course's language.  An entry is some 12 kB; a file that is too large to be uploaded is better written in parts.

    Examples
    --------
    >>> import tempfile
    >>> path = moodle(["net_h1", "dE_total/dw7"], [1, 2, 3], Path(tempfile.mkdtemp()) / "questions.xml")
    >>> path.read_text().count('<question type="numerical">')
    6
    """
    given = posed(example, net, x, target, learning_rate)
    quantities = one_of_each(given) if questions is None else quantities_given(questions)
    numbers = [whole_number(seed, "seeds", 0, 2**40) for seed in listed(seeds, "seeds", "a list of whole numbers")]
    if not 1 <= len(numbers) <= MOST_SEEDS:
        raise ValueError(f"seeds must be 1 to {MOST_SEEDS} numbers, not {len(numbers)}")
    folder = text_given(category, "category")
    if (
        not folder.isprintable()
        or not folder.strip("/ ")
        or folder != folder.strip("/ ")
        or len(folder) > LONGEST
        or "<" in folder
    ):
        raise ValueError(
            f"category must be a name of 1 to {LONGEST} signs without < and without / at its ends, "
            f"not {shorten(category)}"
        )
    entries = len(dict.fromkeys(quantities)) * len(dict.fromkeys(numbers))
    if entries > MOST_ENTRIES:
        raise ValueError(
            f"seeds must make at most {MOST_ENTRIES} entries in all, but with these questions they make {entries}"
        )
    quiz = Xml.Element("quiz")
    for n, quantity in enumerate(dict.fromkeys(quantities), start=1):
        where = "/".join(part.replace("/", "//") for part in ("top", folder, f"{n:02} {quantity}"))
        _text(Xml.SubElement(quiz, "question", type="category"), "category", f"$course$/{where}")
        for seed in dict.fromkeys(numbers):
            (question,) = questions_about([quantity], given, seed)
            _numerical(quiz, question, seed)
    Xml.indent(quiz, " ")
    file = file_given(path)
    write_files({file: '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(quiz, encoding="unicode") + "\n"})
    return file


def answers(question: Question) -> list[Answer]:
    """The right number, then each mistake's that can be told from it and from the others; no two overlap."""
    expected = 0.0 if abs(question.expected) <= question.noise else question.expected
    digits = digits_asked(question)
    reach = max(ROUNDING * unit(expected, digits), question.noise)
    right = Answer(expected, reach, say("verdicts.right"))
    wrong = []
    for one in question.wrong:
        value = 0.0 if abs(one.value) <= LOST * abs(expected or 1.0) else one.value
        answer = Answer(value, ROUNDING * unit(value, digits), one.sentence, one.rare)
        room = abs(value - right.value) - right.reach
        if room > 2 * MOODLE_ADDS * max(1.0, abs(value)):
            wrong.append(replace(answer, tolerance=min(answer.tolerance, 0.9 * room)))
    return [right, *_apart(wrong)]


def digits_asked(question: Question) -> int:
    """So many that no likely mistake is within the right number's rounding."""
    away = min((abs(one.value - question.expected) for one in question.wrong if not one.rare), default=0.0)
    known = range(question.digits, MOST_TYPED)
    return next((n for n in known if ROUNDING * unit(question.expected, n) < away), question.digits)


def _apart(wrong: list[Answer]) -> Iterator[Answer]:
    """The same with tolerances that leave a gap between neighbours, in the order in which they came."""
    by_value = sorted(range(len(wrong)), key=lambda n: wrong[n].value)
    kept: list[int] = []
    for n in by_value:
        if not kept or wrong[n].value - wrong[kept[-1]].value > 8 * MOODLE_ADDS * max(1.0, abs(wrong[n].value)):
            kept.append(n)
            continue
        before = wrong[kept[-1]]  # the same number but for what floats lose: both are said
        wrong[kept[-1]] = replace(before, feedback=f"{before.feedback} {wrong[n].feedback}")
    for here, there in pairwise(kept):
        gap = wrong[there].value - wrong[here].value
        if wrong[here].reach + wrong[there].reach >= gap:
            for n, other in ((here, there), (there, here)):
                share = SHARES[int(wrong[n].rare) - int(wrong[other].rare)]
                wrong[n] = replace(wrong[n], tolerance=min(wrong[n].tolerance, share * gap))
    return (wrong[n] for n in sorted(kept))


def _numerical(quiz: Xml.Element, question: Question, seed: int) -> None:
    """One entry: Moodle's question of the type "numerical"."""
    entry = Xml.SubElement(quiz, "question", type="numerical")
    name = f"{question.quantity} ({seed})"
    _text(entry, "name", name if len(name) <= 255 else f"{name[:240]}... ({seed})")
    _html(entry, "questiontext", _asked(question))
    _html(entry, "generalfeedback", rf"<p>\(\displaystyle {_solution(question)}\)</p>")
    for tag, value in (("defaultgrade", "1"), ("penalty", "0.25"), ("hidden", "0")):
        Xml.SubElement(entry, tag).text = value
    for n, answer in enumerate(answers(question)):
        _answer(entry, 0 if n else 100, f"{answer.value:.{KEPT}g}", answer.tolerance, answer.feedback)
    unknown = say("verdicts.not_near") + say("quiz.give_digits", digits=digits_asked(question))
    _answer(entry, 0, "*", 0.0, unknown)
    Xml.SubElement(entry, "showunits").text = "3"
    for hint in question.hints[:3]:
        _html(entry, "hint", f"<p>{escape(hint)}</p>")
    tags = Xml.SubElement(entry, "tags")
    for tag in ("bpviz", say(f"phases.{question.step.phase}"), f"seed {seed}"):
        _text(tags, "tag", tag)


def _answer(entry: Xml.Element, fraction: int, text: str, tolerance: float, feedback: str) -> None:
    answer = Xml.SubElement(entry, "answer", fraction=str(fraction), format="moodle_auto_format")
    Xml.SubElement(answer, "text").text = text
    Xml.SubElement(answer, "tolerance").text = f"{tolerance:.{KEPT}g}"
    _html(answer, "feedback", f"<p>{escape(feedback)}</p>")


def _text(parent: Xml.Element, tag: str, text: str) -> None:
    Xml.SubElement(Xml.SubElement(parent, tag), "text").text = text


def _html(parent: Xml.Element, tag: str, html: str) -> None:
    element = Xml.SubElement(parent, tag, format="html")
    Xml.SubElement(element, "text").text = html


def _asked(question: Question) -> str:
    """The setting, the network as the formulas of its forward pass, the given numbers, and the question."""
    derivation = question.derivation
    formulas = names_latex(derivation, [step for step in derivation.steps if step.kind in ("net", "out")])
    labels = {name: latex(label_box(derivation.label(name))) for name in question.given.numbers}
    numbers = "".join(
        rf"<tr><td>\({escape(labels[name])}\)</td><td>{value:.15g}</td></tr>"
        for name, value in question.given.numbers.items()
    )
    return (
        f"<p>{escape(question.setting)}</p><p>\\(\\displaystyle {escape(formulas)}\\)</p><table>{numbers}</table>"
        f"<p><b>{escape(question.asking_for(digits_asked(question)))}</b></p>"
    )


def _solution(question: Question) -> str:
    """The equation of what is asked for; what cancels to nothing is 0."""
    name, *sides = equation(question.derivation, question.step, DIGITS)
    if abs(question.expected) <= question.noise:
        sides[-1] = Figure(round_number(0.0, DIGITS))
    return escape(rf"\begin{{aligned}}{equation_latex(name, *sides)}\end{{aligned}}")
