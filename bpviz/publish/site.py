"""The notebooks and the worked examples as a small static site: any folder or web server serves it to anyone.

Every notebook is run once, here; its widgets are live on its page without any Python.  Run it with
``python -m bpviz site FOLDER``, or ``make site``.
"""

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .. import articles
from ..networks.initialising import initialise
from ..training.train import train
from ..widgets.builder.network_builder import NetworkBuilder
from ..widgets.explorers.activation_explorer import ActivationExplorer
from ..widgets.explorers.depth_explorer import DepthExplorer
from ..widgets.explorers.loss_surface import LossSurface
from ..widgets.quiz.quiz import Quiz
from ..widgets.shared.shown import Shown
from ..widgets.stepper.proof_stepper import ProofStepper
from ..widgets.steppers import Stepper
from ..widgets.trainer.trainer import Trainer
from ..words.catalogue import say
from ..words.files import folder_given, write_files
from ..words.validation import shorten
from .export import beside, page
from .lite import FILES, NOTEBOOK

#: A cell with this tag is not on the site: what it says is for those who run the notebook themselves.
ONLY_JUPYTER = "only-jupyter"


#: Where ``make docs`` and ``make lite`` put what they make.
REFERENCE = "api/bpviz.html"
LITE = "lite"


@dataclass(frozen=True)
class Page:
    """A page of the site: its file, title and first words."""

    file: str
    title: str
    summary: str


def build_site(folder: str | Path, notebooks: str | Path = "notebooks") -> list[Page]:
    """Write the site.

    Parameters
    ----------
    folder : str or Path
        Where to write; it is made if it is not there, and files of the same names are replaced.
    notebooks : str or Path
        The folder with the notebooks.

    Returns
    -------
    list of Page
        What was written, besides ``index.html``.

    Raises
    ------
    ValueError
        If there are no notebooks, or a cell of one fails; then nothing is written.
    """
    target = folder_given(folder)
    sources = sorted(folder_given(notebooks, "notebooks").glob("*.ipynb"))
    if not sources:
        raise ValueError(f"notebooks must be a folder with notebooks, but there are none in {str(notebooks)!r}")
    lectures = [_about(source) for source in sources]
    around = zip([None, *lectures], sources, [*lectures[1:], None], strict=False)
    texts: dict[Path, str] = {}
    runs_python = (target / LITE / "index.html").exists()
    for (before, source, after), about in zip(around, lectures, strict=True):
        live = f"{LITE}/{NOTEBOOK}{quote(source.name)}" if runs_python else ""
        links = (_navigation(before, after, each, live) for each in ("pages", "onwards"))
        texts[target / about.file] = _notebook_page(source, about, *links)
    tools = []
    for about, widget in _widgets():
        texts[target / about.file] = _widget_page(about, widget)
        tools.append(about)
    reference = REFERENCE if (target / REFERENCE).exists() else ""
    texts[target / "index.html"] = _index(lectures, tools, reference, f"{LITE}/{FILES}" if runs_python else "")
    write_files(texts)
    return [*tools, *lectures]


def _index(lectures: list[Page], tools: list[Page], reference: str, live: str) -> str:
    """The way through the lectures, numbered, under a stepper that is live: what all of it is about.

    `reference` is where the functions are described, `live` where the notebooks run with Python, if they are there.
    """
    ex = articles.example("2-3-2")
    stepper = Stepper(ex.network, ex.x, ex.target, ex.learning_rate, frozen=ex.frozen)
    start = f"<p class='start'><a href='{quote(lectures[0].file)}'>{say('site.start')}</a></p>"
    parts = [f"<h1>bpviz</h1><p>{say('site.lead')}</p>{start}<div class='widget' data-widget='0'></div>"]
    for heading, kind, pages in ((say("site.lectures"), "ol", lectures), (say("site.tools"), "ul", tools)):
        items = "".join(
            f"<li><a href='{quote(one.file)}'>{escape(one.title)}</a><p>{escape(one.summary)}</p></li>" for one in pages
        )
        parts.append(f"<h2>{heading}</h2><{kind} class='pages'>{items}</{kind}>")
    if live:
        parts.append(f"<p><a href='{live}' title='{say('site.served')}'>▶ {say('site.all_with_python')}</a></p>")
    if reference:
        parts.append(f"<p><a href='{quote(reference)}'>{say('site.reference')}</a></p>")
    return page("bpviz", f"<main>{''.join(parts)}</main>", [stepper], beside("site.css"))


def _widgets() -> Iterator[tuple[Page, Shown]]:
    """A page for each worked example and each explorer, and its widget."""
    for name, ex in articles.EXAMPLES.items():
        of_article = say("site.example_summary", article=ex.article)
        summary = of_article if ex.article else say("site.example_of", title=ex.title, source=ex.source)
        about = Page(f"example-{name}.html", say("site.example", name=name), summary)
        yield about, Stepper(ex.network, ex.x, ex.target, ex.learning_rate, frozen=ex.frozen)
    ex = articles.example("2-2-1")
    surface = LossSurface(ex.network, ex.x, ex.target, "W1[1,1]", "W1[1,2]", learning_rate=5)
    xor = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    start = initialise((2, 3, 1), seed=1)
    plain = train(start, *xor, learning_rate=2, epochs=1500)
    carried = train(start, *xor, learning_rate=2, momentum=0.9, epochs=1500)
    explorers: dict[str, Shown] = {
        "training": Trainer(*xor, plain=plain, momentum=carried),
        "quiz": Quiz(),
        "proofs": ProofStepper("BP1"),
        "activations": ActivationExplorer(),
        "surface": surface,
        "depth": DepthExplorer(),
        "network": NetworkBuilder(),
    }
    for name, widget in explorers.items():
        yield Page(f"{name}.html", say(f"site.{name}"), say(f"site.{name}_summary")), widget


def _navigation(before: Page | None = None, after: Page | None = None, label: str = "pages", live: str = "") -> str:
    """Links to the lectures before and after this one, to all pages, and to where this one runs with Python."""
    links = [f'<a href="index.html">{say("site.all")}</a>']
    if before is not None:
        links.append(f'<a rel="prev" href="{quote(before.file)}">← {escape(before.title)}</a>')
    if live:
        links.append(f'<a class="live" href="{live}" title="{say("site.served")}">▶ {say("site.with_python")}</a>')
    if after is not None:
        links.append(f'<a rel="next" href="{quote(after.file)}">{escape(after.title)} →</a>')
    return f'<nav aria-label="{say(f"site.{label}")}">{"".join(links)}</nav>'


def _widget_page(about: Page, widget: Shown) -> str:
    body = f'{_navigation()}<main><h1>{escape(about.title)}</h1><div class="widget" data-widget="0"></div></main>'
    return page(about.title, body, [widget], beside("site.css"))


def _cells(source: Path) -> list[dict[str, Any]]:
    """The cells of a notebook, but for those that only make sense in Jupyter."""
    cells: list[dict[str, Any]] = json.loads(source.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if ONLY_JUPYTER not in cell.get("metadata", {}).get("tags", [])]


def _about(source: Path) -> Page:
    """What a lecture's page is called, and its first words."""
    cells = _cells(source)
    words = "".join(cells[0]["source"]).splitlines() if cells else []
    title = words[0].removeprefix("# ") if words else source.stem
    return Page(f"{source.stem}.html", title, _first_paragraph(words[1:]))


def _notebook_page(source: Path, about: Page, above: str, below: str) -> str:
    """Run a notebook, and make its page."""
    cells = _cells(source)
    shell = _shell()
    widgets: list[Shown] = []
    parts = []
    for cell in cells:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(_markdown(text))
        elif cell["cell_type"] == "code":
            parts.append(_code(text))
            with contextlib.chdir(source.parent):  # where Jupyter runs it
                parts.append(_run(shell, source.name, text, widgets))
    return page(about.title, f"{above}<main>{''.join(parts)}</main>{below}", widgets, beside("site.css"))


def _shell() -> Any:
    """A Python session that keeps the result of a cell to itself instead of printing it."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.interactiveshell import InteractiveShell

    class Quiet(DisplayHook):
        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            pass

        def finish_displayhook(self) -> None:
            pass

    return InteractiveShell(displayhook_class=Quiet, warn_venv=False)  # type: ignore[no-untyped-call]


def _first_paragraph(lines: list[str]) -> str:
    """The first paragraph of plain words, without its marks; a line in italics says where a lecture comes from."""
    paragraphs = "\n".join(lines).strip().split("\n\n")
    first = next((one for one in paragraphs if one and not one.startswith("*")), "")
    return " ".join(first.split()).replace("*", "").replace("`", "")


def _run(shell: Any, name: str, source: str, widgets: list[Shown]) -> str:
    """Run a cell and return what it shows; its widgets are added to the list."""
    from IPython.utils.capture import capture_output

    with capture_output() as captured:
        ran = shell.run_cell(source)
    if not ran.success:
        problem = ran.error_before_exec or ran.error_in_exec
        raise ValueError(f"a cell of {name} failed: {shorten(source)}: {problem}")
    printed = _printed(captured.stdout) if captured.stdout else ""
    return printed if ran.result is None else printed + _shown(shell, ran.result, widgets)


def _printed(text: str) -> str:
    return f'<pre class="out" tabindex="0">{escape(text)}</pre>'


def _shown(shell: Any, value: Any, widgets: list[Shown]) -> str:
    """A cell's result: live if it is a widget, else in the richest form that needs no script."""
    if isinstance(value, Shown):
        if value not in widgets:
            widgets.append(value)
        return f'<div class="widget" data-widget="{widgets.index(value)}"></div>'
    if hasattr(value, "mathml"):
        return f'<div class="math" tabindex="0" role="group" aria-label="{say("site.formulas")}">{value.mathml()}</div>'
    data, _ = shell.display_formatter.format(value)
    if "text/html" in data:
        return (
            f'<div class="table" tabindex="0" role="group" aria-label="{say("site.result")}">{data["text/html"]}</div>'
        )
    return _printed(data["text/plain"])


#: The answers to exercises are folded between two such lines, escaped: the only markup that a notebook may bring.
_FOLDED = re.compile(r"<p>&lt;(?:details&gt;&lt;summary&gt;[^<&]*&lt;/summary|/details)&gt;</p>")


def _markdown(text: str) -> str:
    import mistune

    html = str(mistune.create_markdown(escape=True, plugins=["table"])(text))
    return _FOLDED.sub(lambda found: unescape(found[0].removeprefix("<p>").removesuffix("</p>")), html)


def _code(source: str) -> str:
    """Python in colours."""
    from pygments.lexers import PythonLexer
    from pygments.token import Comment, Keyword, Name, Number, String

    classes = {Keyword: "k", String: "s", Number: "n", Comment: "c", Name.Builtin: "k"}
    parts = []
    for token, text in PythonLexer().get_tokens(source):
        kind = next((word for family, word in classes.items() if token in family), "")
        parts.append(f'<span class="tok-{kind}">{escape(text)}</span>' if kind else escape(text))
    return f'<pre tabindex="0"><code>{"".join(parts)}</code></pre>'
