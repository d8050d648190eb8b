"""Backpropagation, one chain-rule factor at a time: in names, in formulas and in numbers."""

import re as _re
from importlib import import_module as _import_module
from pathlib import Path as _Path

__version__ = "0.2.0"

_STUB = _Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")

#: Where each public name lives, from the stub.  Modules are loaded when a name is first used, so ``import bpviz`` stays
#: quick.
_HOMES = {name: home for home, name in _re.findall(r"^from (\.[\w.]*) import (\w+) as", _STUB, _re.MULTILINE)}

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES[name]
    value = _import_module(f".{name}", __name__) if home == "." else getattr(_import_module(home, __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*(name for name in globals() if not name.startswith("_")), *__all__, "__version__"})
