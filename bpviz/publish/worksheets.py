"""Printable worksheets: every student's own numbers, a blank for every factor, and an answer key apart."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from ..articles.example import Example
from ..derivation.derive import Derivation, derivation_of
from ..formula.digits import Digits, check_digits, full_number
from ..networks.exercise import exercise
from ..networks.network import Network
from ..steps.step import PHASES, Step
from ..teaching.variants import variant
from ..views.diagram import fitted
from ..views.layout import label_box
from ..views.mathml import mathml
from ..widgets.shared.page import css, font_face
from ..words.catalogue import say
from ..words.files import file_given, folder_given, write_files
from ..words.validation import of_type, one_of, whole_number, wrong_type
from .assignment import NOTHING, assignment
from .export import beside, page

#: So many students stand side by side in the answer key.
COLUMNS = 6


@dataclass(frozen=True, repr=False)
class Worksheets:
    """Sheets to print and their answers.  Made by `worksheet`.

    Attributes
    ----------
    examples : tuple of Example
        The numbers of each student, the first student's first.
    parameters : tuple of str
        The parameters that are derived and updated.
    digits : int
        Significant digits of the answers.
    """

    title: str
    examples: tuple[Example, ...]
    parameters: tuple[str, ...]
    digits: int

    def steps(self, student: int) -> list[tuple[Derivation, Step]]:
        """What that student (from 1) is asked to compute, in order, each with the derivation it stands in."""
        whole_number(student, "student", 1, len(self.examples))
        ex = self.examples[student - 1]
        given = exercise(ex.network, ex.x, ex.target, ex.learning_rate)
        derivations = [derivation_of(given, name) for name in self.parameters]
        found: dict[str, tuple[Derivation, Step]] = {}
        for derivation in derivations:
            # a path through softmax begins with a delta; elsewhere the deltas only say the same again
            needed = {name for step in derivation.steps if step.kind == "path" for name in step.uses}
            for step in derivation.steps:
                if step.kind not in ("delta", "gathered") or step.name in needed:
                    found.setdefault(step.name, (derivation, step))
        order = list(PHASES)
        return sorted(found.values(), key=lambda pair: order.index(pair[1].phase))

    def answers(self, student: int) -> dict[str, str]:
        """The right number for every blank of that student (from 1), with all its digits."""
        steps = [step for _, step in self.steps(student)]
        return {
            one.name: str(full_number(0.0 if abs(one.value) < NOTHING else one.value, self.digits)) for one in steps
        }

    def sheets_html(self) -> str:
        """The sheets as one page to print, a student on each."""
        body = "".join(self._sheet(student) for student in range(1, len(self.examples) + 1))
        return page(self.title, f"<main>{body}</main>", [], _css())

    def key_html(self) -> str:
        """The answers as one table: a row for each blank, a column for each student."""
        answers = [self.answers(student) for student in range(1, len(self.examples) + 1)]
        tables = []
        word = escape(say("worksheet.student_column"))
        for first in range(0, len(answers), COLUMNS):
            shown = answers[first : first + COLUMNS]
            head = "".join(f'<th scope="col">{first + n + 1}</th>' for n in range(len(shown)))
            rows = "".join(
                f'<tr><th scope="row"><span class="said">{escape(step.name)}</span>{mathml_of(derivation, step)}</th>'
                + "".join(f"<td>{_typeset(one[step.name])}</td>" for one in shown)
                + "</tr>"
                for derivation, step in self.steps(1)
            )
            tables.append(f'<table><thead><tr><th scope="col">{word}</th>{head}</tr></thead>{rows}</table>')
        heading = escape(say("worksheet.key", title=self.title))
        return page(heading, f"<main><h1>{heading}</h1>{''.join(tables)}</main>", [], _css())

    def save(self, folder: str | Path) -> tuple[Path, Path]:
        """Write ``worksheets.html`` and ``answer_key.html`` into a folder, made if missing: both or neither."""
        target = folder_given(folder)
        sheets, key = target / "worksheets.html", target / "answer_key.html"
        write_files({sheets: self.sheets_html(), key: self.key_html()})
        return sheets, key

    def notebook(self, student: int = 1) -> dict[str, Any]:
        """That student's sheet (from 1) as an nbgrader assignment, with solutions and hidden tests.

        Returns
        -------
        dict
            A notebook of format 4.5, as ``nbformat`` and ``json`` write it.

        Examples
        --------
        >>> from bpviz import articles
        >>> cells = worksheet(articles.example("2-2-1"), students=1).notebook()["cells"]
        >>> print(cells[4]["source"])
        ### BEGIN SOLUTION
        answers['net_h1'] = 1.02
        ### END SOLUTION
        """
        steps = self.steps(student)
        return assignment(self.title, self.examples[student - 1], steps, self.digits)

    def save_notebook(self, path: str | Path, student: int = 1) -> Path:
        """Write that student's assignment to a file."""
        file = file_given(path)
        write_files({file: json.dumps(self.notebook(student), ensure_ascii=False, indent=1) + "\n"})
        return file

    def _sheet(self, student: int) -> str:
        ex = self.examples[student - 1]
        steps = self.steps(student)
        drawing = fitted(steps[0][0], steps[0][1], self.digits)
        plain = re.sub(r"\bbpv-(on|wrt)\b", "", drawing)
        parts = []
        for phase in PHASES:
            blanks = "".join(
                f"<li>{mathml_of(derivation, step)}<span></span></li>"
                for derivation, step in steps
                if step.phase == phase
            )
            parts.append(f'<h2>{say(f"phases.{phase}")}</h2><ul class="blanks">{blanks}</ul>')
        loss = str(ex.network.loss).replace("_", " ")
        functions = ", ".join(dict.fromkeys(str(f) for f in ex.network.activations))
        rate = f"{ex.learning_rate:g}"
        setting = say("worksheet.setting", activations=functions, loss=loss, rate=rate, digits=self.digits)
        return (
            f'<section class="sheet"><header><h1>{escape(self.title)}</h1>'
            f"<p>{say('worksheet.student', number=student)}</p>"
            f'<div class="name"></div></header><p>{escape(setting)}</p>'
            f'<div class="bpv-print">{plain}</div>{"".join(parts)}</section>'
        )

    def __repr__(self) -> str:
        blanks = len(self.steps(1))
        return f"<Worksheets for {len(self.examples)} students, {blanks} blanks each: {self.title}>"


def _typeset(number: str) -> str:
    """A number as it is printed: with a minus sign, and a power of ten as such."""
    mantissa, e, power = number.partition("e")
    return Digits(mantissa.startswith("-"), mantissa.lstrip("-"), int(power) if e else None).typeset


def _css() -> str:
    return font_face() + css("shared/widget") + beside("print.css")


def mathml_of(derivation: Derivation, step: Step) -> str:
    """A step's name with an equals sign."""
    return f"<math><mrow>{mathml(label_box(derivation.label(step.name)))}<mo>=</mo></mrow></math>"


#: After so many draws in a row that were there before it is taken that no others will come.
MOST_REPEATS = 200


def worksheet(
    example: Example, students: int = 30, seed: int = 1, *, parameters: Sequence[str] | None = None, digits: int = 4
) -> Worksheets:
    """Make printable worksheets, each with its own numbers, and a separate answer key.

    Parameters
    ----------
    example : Example
        The network to work on; its numbers are replaced by friendly ones.
    students : int
        How many sheets, up to 500; no two have the same numbers.
    seed : int
        The same seed gives the same sheets.
    parameters : sequence of str, optional
        What to derive and update; a weight of the last layer and one of the first unless told otherwise.
    digits : int
        Significant digits of the answers.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> from bpviz import articles
    >>> sheets = worksheet(articles.example("2-2-1"), students=3, seed=1)
    >>> sheets
    <Worksheets for 3 students, 18 blanks each: Backpropagation by hand: the 2-2-1 network>
    >>> sheets.answers(1)["out_o1"] != sheets.answers(2)["out_o1"]
    True
    """
    of_type(example, Example, "example", "an Example")
    count = whole_number(students, "students", 1, 500)
    start = whole_number(seed, "seed", 0, 2**40)
    net: Network = example.network
    if parameters is None:
        parameters = (net.weight_name(net.depth, 0, 0), net.weight_name(1, 0, 0))
    if isinstance(parameters, Sequence) and not parameters:
        raise ValueError("parameters must hold at least one name")
    if isinstance(parameters, str) or not isinstance(parameters, Sequence):
        raise wrong_type(parameters, "parameters", "a list of names")
    wanted = tuple(dict.fromkeys(one_of(name, "parameters", net.parameters) for name in parameters))
    examples: dict[tuple[float, ...], Example] = {}
    draw = start * 10_000
    repeats = 0
    while len(examples) < count:
        drawn = variant(example, draw)
        numbers = (*(p.value for p in drawn.network.parameters.values()), *drawn.x, *drawn.target, drawn.learning_rate)
        repeats = repeats + 1 if numbers in examples else 0
        if repeats > MOST_REPEATS:
            raise ValueError(f"students must be at most about {len(examples)} here, as no more sheets are different")
        examples.setdefault(numbers, drawn)
        draw += 1
    title = say("worksheet.title", sizes="-".join(map(str, net.sizes)))
    return Worksheets(title, tuple(examples.values()), wanted, check_digits(digits))
