"""What all widgets share: their style sheet with its font, and loading a widget's own JavaScript."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from pathlib import Path

from ..render.chart import chart_style
from ..render.diagram import style_sheet

HERE = Path(__file__).parent


@cache
def css(*names: str) -> str:
    """The drawing's style sheet and the widgets' own, with the mathematical font inside."""
    font = b64encode((HERE / "stix-two-math-subset.woff2").read_bytes()).decode("ascii")
    face = f'@font-face{{font-family:"bpv math";src:url(data:font/woff2;base64,{font}) format("woff2")}}\n'
    own = "\n".join((HERE / f"{name}.css").read_text(encoding="utf-8") for name in names)
    return f"{face}{style_sheet()}\n{chart_style()}\n{own}"


@cache
def esm(render: str, *names: str) -> str:
    """Several JavaScript files as one module, the shared ones first; `render` is the function that shows the widget."""
    files = [(HERE / f"{name}.js").read_text(encoding="utf-8") for name in names]
    return "\n".join([*files, f"export default {{ render: {render} }};\nexport {{ localModel }};\n"])
