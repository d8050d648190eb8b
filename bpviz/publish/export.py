"""Widgets as one file of HTML: it opens from disk, asks nothing of any network, and runs no Python."""

import json
import zlib
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path

from ..views.palette import follow_screen
from ..widgets.shared.page import css as widget_css
from ..widgets.shared.page import font_face
from ..widgets.shared.shown import Shown
from ..words.catalogue import say
from ..words.files import file_given, write_files
from ..words.validation import of_type, text_given


def export_html(widget: Shown, path: str | Path, *, title: str | None = None) -> Path:
    """Write a widget as one self-contained page.

    The page works from disk and from any web server.  Its Content-Security-Policy allows its own scripts and nothing
    from outside.  What a widget can only do in Python, it leaves out.

    Parameters
    ----------
    widget : a bpviz widget
    path : str or Path
        Where to write; what is there is replaced.
    title : str, optional
        The page's heading; the widget's own name unless told otherwise.

    Raises
    ------
    TypeError
        If `widget` is not a widget of bpviz.

    Examples
    --------
    >>> import bpviz as bp, tempfile
    >>> ex = bp.articles.example("2-2-1")
    >>> page = bp.export_html(bp.Stepper(ex.network, ex.x, ex.target), Path(tempfile.mkdtemp()) / "page.html")
    >>> page.name, page.stat().st_size < 150_000
    ('page.html', True)
    """
    of_type(widget, Shown, "widget", "a widget of bpviz")
    heading = (title is not None and text_given(title, "title")) or str(widget._title)
    body = f'<main><h1>{escape(heading)}</h1><div data-widget="0"></div><noscript>{_still(widget)}</noscript></main>'
    written = file_given(path)
    write_files({written: page(heading, body, [widget])})
    return written


def _still(widget: Shown) -> str:
    """What a page shows where no script runs."""
    return f"{widget.snapshot()}<p>{say('snapshots.without_script')}</p>"


@cache
def beside(name: str) -> str:
    """The text of a style sheet or script that stands beside this file."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def page(title: str, body: str, widgets: Iterable[Shown], css: str = "") -> str:
    """A whole page; in its `body`, ``data-widget="n"`` stands where the widget number n goes."""
    modules: dict[str, int] = {}
    sheets: dict[str, None] = {}  # by name, each once
    states = []
    for widget in widgets:
        widget.complete()
        sheets |= dict.fromkeys(widget._sheets)
        number = modules.setdefault(str(widget._esm), len(modules))
        states.append({"module": number, "state": widget.page_state()})
    style = f"<style>{follow_screen(':root')}{beside('page.css')}{font_face() if sheets else ''}{css}</style>"
    head = (
        f'<!doctype html><html lang="{say("language.code")}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    )
    view = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    nothing = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'"
    if not states:
        policy = f'<meta http-equiv="Content-Security-Policy" content="{nothing}; form-action \'none\'">'
        return f"{head}{policy}{view}{style}</head><body>{body}</body></html>"
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    whole = {"style": widget_css(*sheets), "modules": list(modules), "widgets": states}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_packed)
    data = b64encode(packer.compress(text.encode()) + packer.flush()).decode()
    shim = beside("page.js")
    proof = b64encode(sha256(shim.encode()).digest()).decode()
    policy = (
        f'<meta http-equiv="Content-Security-Policy" content="{nothing}; form-action \'none\'; '
        f"script-src 'sha256-{proof}' blob:\">"
    )
    return (
        f"{head}{policy}{view}{style}</head><body>{body}"
        f'<script type="text/plain" id="bpv-widgets">{data}</script>'
        f'<script type="module">{shim}</script></body></html>'
    )


def _packed(value: object) -> dict[str, str]:
    """Binary values as text."""
    if not isinstance(value, bytes):
        raise TypeError(f"a page cannot hold {type(value).__name__}")
    return {"base64": b64encode(value).decode()}
