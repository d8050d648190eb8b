"""Which parts of the pages' scripts the browser tests go through, as Chromium itself counts it: ``make coverage``.

With BPVIZ_SCRIPT_COVERAGE set to a folder, every watched page writes there what ran in it.  A script that was joined from
several files is taken apart again, so that all pages and notebooks count for the file as it is written.
"""

from __future__ import annotations

import json
import os
import re
import sys
import uuid
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Error

from bpviz.views.table import Table
from bpviz.widgets.shared.page import WIDGETS

FOLDER = os.environ.get("BPVIZ_SCRIPT_COVERAGE")

#: What is not counted: white space, comments, and what says which file takes what from which.
NOT_COUNTED = re.compile(
    r"\s+|//[^\n]*|^(?:import|export default) [^\n]*|^export (?=function|async|class|const)", re.MULTILINE
)

#: What is rewritten where files are joined.
_IMPORT_OR_EXPORT = re.compile(
    r"^(?:import|export default) [^\n]*\n|^export (?=function|async|class|const)", re.MULTILINE
)


@cache
def files() -> dict[str, str]:
    return {
        file.relative_to(WIDGETS).as_posix(): file.read_text(encoding="utf-8") for file in sorted(WIDGETS.rglob("*.js"))
    }


@cache
def pieces(name: str) -> tuple[tuple[int, str], ...]:
    """A file in the stretches that stay as they are when it is joined with others, each with its place."""
    text, found, at = files()[name], [], 0
    for gap in [*_IMPORT_OR_EXPORT.finditer(text), None]:
        piece = text[at : gap.start() if gap else len(text)]
        if piece.strip():
            found.append((at, piece))
        at = gap.end() if gap else at
    return tuple(found)


def not_run(functions: list[dict[str, Any]], length: int) -> bytearray:
    """One byte for each character of a script: 1 where it did not run.  Inner ranges stand after outer ones."""
    missed = bytearray(length)
    for function in functions:
        for one in function["ranges"]:
            start, end = one["startOffset"], min(one["endOffset"], length)
            missed[start:end] = (b"\0" if one["count"] else b"\1") * (end - start)
    return missed


class Recorder:
    """What ran in one page."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)
        self.sources: dict[str, str] = {}
        self.session.send("Profiler.enable")
        self.session.send("Debugger.enable")
        self.session.send("Profiler.startPreciseCoverage", {"callCount": True, "detailed": True})
        leave = page.goto

        def goto(*args: Any, **options: Any) -> Any:
            self.take()  # before it is forgotten
            return leave(*args, **options)

        page.goto = goto

    def take(self) -> None:
        """Add what ran so far."""
        for script in self.session.send("Profiler.takePreciseCoverage")["result"]:
            source = self.source(script["scriptId"])
            add(source, not_run(script["functions"], len(source)))

    def source(self, script: str) -> str:
        if script not in self.sources:
            try:
                got = self.session.send("Debugger.getScriptSource", {"scriptId": script})
            except Error:  # what the browser itself ran there is gone
                got = {"scriptSource": ""}
            self.sources[script] = str(got["scriptSource"])
        return self.sources[script]


RECORDERS: list[Recorder] = []
#: By file, one byte for each character: 1 where it did not run in any page.
MISSED: dict[str, bytearray] = {}


def record(page: Any) -> None:
    """Count what runs in a page, where that is asked for."""
    if FOLDER:
        with suppress(Error):  # no script may run in it
            RECORDERS.append(Recorder(page))


def before_closing(context: Any) -> None:
    """Add what ran in the pages of a context that is about to be closed."""
    for recorder in [one for one in RECORDERS if one.page.context is context]:
        RECORDERS.remove(recorder)
        if not recorder.page.is_closed():
            recorder.take()


def add(source: str, missed: bytearray) -> None:
    for name, text in files().items():
        for at, piece in pieces(name):
            place = source.find(piece)
            if place < 0:
                continue
            known = MISSED.setdefault(name, bytearray(b"\1" * len(text)))
            for n in range(len(piece)):
                known[at + n] &= missed[place + n]


def save() -> None:
    """Once at the end, of this process."""
    for recorder in list(RECORDERS):
        before_closing(recorder.page.context)
    if FOLDER and MISSED:
        Path(FOLDER).mkdir(parents=True, exist_ok=True)
        found = {name: bytes(missed).decode("latin-1") for name, missed in MISSED.items()}
        (Path(FOLDER) / f"{uuid.uuid4().hex}.json").write_text(json.dumps(found))


def lines_not_run(text: str, counted: list[bool], missed: bytearray) -> str:
    lines = [text.count("\n", 0, n) + 1 for n in range(len(text)) if counted[n] and missed[n]]
    return ", ".join(map(str, sorted(set(lines))))


def report(folder: str, least: float) -> bool:
    """Print a table, and say whether at least so many percent ran."""
    merged = {name: bytearray(b"\1" * len(text)) for name, text in files().items()}
    for file in Path(folder).glob("*.json"):
        for name, missed in json.loads(file.read_text()).items():
            merged[name] = bytearray(a & b for a, b in zip(merged[name], missed.encode("latin-1"), strict=True))
    rows, ran, whole = [], 0, 0
    for name, text in files().items():
        counted = [True] * len(text)
        for gap in NOT_COUNTED.finditer(text):
            counted[gap.start() : gap.end()] = [False] * (gap.end() - gap.start())
        own = sum(counted)
        got = sum(1 for n in range(len(text)) if counted[n] and not merged[name][n])
        ran, whole = ran + got, whole + own
        rows.append((name, str(own), f"{100 * got / max(own, 1):.0f} %", lines_not_run(text, counted, merged[name])))
    rows.append(("all", str(whole), f"{100 * ran / whole:.1f} %", ""))
    print(Table(("script", "characters", "run", "lines with something that was not"), rows))
    return 100 * ran / whole >= least


if __name__ == "__main__":
    sys.exit(not report(sys.argv[1], float(sys.argv[2])))
