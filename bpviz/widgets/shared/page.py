"""What all widgets share: their style sheet with its font, and their JavaScript as one module.

A widget's JavaScript is written in ES modules with real imports.  A notebook takes one module and a page that opens
from disk can load none, so the files that a widget imports are joined: each once, after those that it needs, in a scope
of its own, without what only readers of it need: comments, and indents.
"""

import re
from base64 import b64encode
from functools import cache
from pathlib import Path

from ...views.chart import chart_style
from ...views.diagram import style_sheet

WIDGETS = Path(__file__).parent.parent

_IMPORT = re.compile(r'^import \{ ([^}]*) \} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE)
_DEFAULT = re.compile(r"^export default (.*);\n", re.MULTILINE)
_COMMENT = re.compile(r"""^ *//.*\n| // [^"'`\n]*$""", re.MULTILINE)
_INDENT = re.compile(r"^ +", re.MULTILINE)


@cache
def font_face() -> str:
    """The mathematical font."""
    font = b64encode((WIDGETS / "shared" / "stix-two-math-subset.woff2").read_bytes()).decode("ascii")
    return f'@font-face{{font-family:"bpv math";src:url(data:font/woff2;base64,{font}) format("woff2")}}\n'


@cache
def css(*names: str) -> str:
    """The drawing's style sheet and the widgets' own (``"stepper/stepper"``)."""
    own = "\n".join((WIDGETS / f"{name}.css").read_text(encoding="utf-8") for name in names)
    return f"{style_sheet()}\n{style_sheet('fitted')}\n{chart_style()}\n{own}"


@cache
def esm(name: str) -> str:
    """The module of a widget (``"stepper/stepper"``) joined with all that it imports; its default export shows it."""
    entry = (WIDGETS / f"{name}.js").resolve()
    model = (WIDGETS / "shared" / "model.js").resolve()
    files = list(dict.fromkeys([*imported(entry), *imported(model)]))
    scopes = {file: f"module{n}" for n, file in enumerate(files)}
    parts = [_scoped(file, scopes) for file in files]
    return "".join(
        [*parts, f"export default {scopes[entry]}.page;\nexport const {{ localModel }} = {scopes[model]};\n"]
    )


def imported(entry: Path) -> list[Path]:
    """A file and all files that it imports, each once, after those that it imports itself."""
    found: dict[Path, None] = {}

    def visit(file: Path) -> None:
        for _, other in _IMPORT.findall(file.read_text(encoding="utf-8")):
            visit((file.parent / other).resolve())
        found.setdefault(file, None)

    visit(entry.resolve())
    return list(found)


def _scoped(file: Path, scopes: dict[Path, str]) -> str:
    """A file in a scope of its own, which takes from the scopes of others and hands out what the file exports."""
    text = file.read_text(encoding="utf-8")
    exports = _EXPORT.findall(text) + [f"page: {page}" for page in _DEFAULT.findall(text)]
    text = _IMPORT.sub(lambda m: f"const {{ {m[1]} }} = {scopes[(file.parent / m[2]).resolve()]};\n", text)
    body = _INDENT.sub("", _COMMENT.sub("", _EXPORT.sub("", _DEFAULT.sub("", text))))
    return f"const {scopes[file]} = (() => {{\n{body}return {{ {', '.join(exports)} }};\n}})();\n"
