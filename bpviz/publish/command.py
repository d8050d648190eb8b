"""The command line: ``python -m bpviz``, or ``bpviz``, says what it can do."""

import argparse
import contextlib
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .. import articles
from ..articles.example import Example
from ..exchange.code import LIBRARIES, code
from ..networks.network import Network
from ..steps.notation import NOTATIONS
from ..widgets.steppers import Stepper
from ..words.catalogue import say
from ..words.files import folder_given, write_files
from ..words.validation import one_of, whole_number
from .export import export_html
from .lite import build_lite
from .moodle import MOST_SEEDS, moodle
from .site import build_site

#: Where the notebooks are: in the package, or in the project's folder beside it.
PLACES = (Path(__file__).parents[1] / "notebooks", Path(__file__).parents[2] / "notebooks")

#: So many sets of numbers a file for Moodle has unless told otherwise.
SEEDS = 30

FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say; 0 if it is done, 1 with a sentence if it cannot be, 2 if nobody understands them.

    Examples
    --------
    >>> main(["code", "2-2-1", "numpy"])  # doctest: +ELLIPSIS
    \"\"\"One step of gradient descent on a 2-2-1 network, in NumPy.\"\"\"
    ...
    0
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.do is None:
        parser.print_help()
        return 0
    try:
        print(given.do(given))
    except (ValueError, TypeError, OSError) as error:
        print(f"bpviz: {error}", file=sys.stderr)
        return FAILED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bpviz", description=say("command.what"), epilog=say("command.more"))
    parser.set_defaults(do=None)
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('bpviz')}")
    commands = parser.add_subparsers(title=say("command.commands"), metavar="")

    def command(name: str, do: Callable[[Any], str], *places: str) -> argparse.ArgumentParser:
        told = say(f"command.{name}")
        made = commands.add_parser(name, help=told, description=told)
        made.set_defaults(do=do)
        for place in places:
            made.add_argument(place, metavar=place.upper(), help=say(f"command.{place}"))
        return made

    command("notebooks", _notebooks, "folder")
    page = command("export", _export, "network", "page")
    _sample(page)
    page.add_argument("--wrt", help=say("command.wrt"))
    page.add_argument("--by", choices=("unit", "layer"), help=say("command.by"))
    page.add_argument("--notation", choices=tuple(NOTATIONS), default="net_out", help=say("command.notation"))
    command("site", _site, "folder")
    live = command("lite", _lite, "folder")
    live.add_argument("--wheels", metavar="FOLDER", help=say("command.wheels"))
    questions = command("moodle", _moodle, "file")
    questions.add_argument("--example", default="2-3-2", help=say("command.network"))
    questions.add_argument("--seeds", type=int, default=SEEDS, help=say("command.seeds"))
    questions.add_argument("--question", action="append", metavar="NAME", help=say("command.questions"))
    program = command("code", _code, "network")
    program.add_argument("library", choices=LIBRARIES, metavar="LIBRARY", help=", ".join(LIBRARIES))
    _sample(program)
    return parser


def _sample(command: argparse.ArgumentParser) -> None:
    for name in ("x", "target"):
        command.add_argument(f"--{name}", type=_numbers, metavar="N,N,...", help=say(f"command.{name}"))
    command.add_argument("--learning-rate", type=float, help=say("command.learning_rate"))


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"numbers with commas between them are expected, not {text!r}") from None


def _given(given: Any) -> tuple[Network, Any, Any, float, frozenset[str]]:
    """The network that is named, an example's or a file's, with its sample, rate and frozen parameters."""
    if not str(given.network).endswith(".json"):
        ex: Example = articles.EXAMPLES[one_of(given.network, "network", articles.EXAMPLES)]
        rate = ex.learning_rate if given.learning_rate is None else given.learning_rate
        return ex.network, given.x or ex.x, given.target or ex.target, rate, frozenset(ex.frozen)
    if given.x is None or given.target is None:
        raise ValueError("a network from a file needs --x and --target, its inputs and targets")
    rate = 0.5 if given.learning_rate is None else given.learning_rate
    return Network.load(given.network), given.x, given.target, rate, frozenset()


def _notebooks(given: Any) -> str:
    folder = folder_given(given.folder)
    source = _own_notebooks()
    files = sorted((*source.glob("*.ipynb"), *source.glob("*/*.json")))
    texts = {folder / file.relative_to(source): file.read_text(encoding="utf-8") for file in files}
    if there := [file.name for file in texts if file.exists()]:
        raise ValueError(
            f"folder has {len(there)} files of these names already, such as {there[0]}, which may hold work"
        )
    write_files(texts)
    return say("command.copied", count=len(texts), folder=folder)


def _own_notebooks() -> Path:
    """The folder of the notebooks; ValueError if it is nowhere."""
    for place in PLACES:
        if any(place.glob("*.ipynb")):
            return place
    raise ValueError("the notebooks are not installed with bpviz here")


def _export(given: Any) -> str:
    net, x, target, rate, frozen = _given(given)
    widget = Stepper(net, x, target, rate, wrt=given.wrt, by=given.by, notation=given.notation, frozen=frozen)
    return say("command.written", file=export_html(widget, given.page))


def _site(given: Any) -> str:
    with contextlib.redirect_stderr(sys.stdout):
        pages = build_site(given.folder, _own_notebooks())
    return say("command.site_built", count=len(pages) + 1, folder=given.folder)


def _lite(given: Any) -> str:
    return say("command.lite_built", count=build_lite(given.folder, given.wheels), folder=given.folder)


def _moodle(given: Any) -> str:
    seeds = range(1, whole_number(given.seeds, "seeds", 1, MOST_SEEDS) + 1)
    file = moodle(given.question, seeds, given.file, example=given.example)
    return say("command.written", file=file)


def _code(given: Any) -> str:
    net, x, target, rate, frozen = _given(given)
    return code(net, x, target, rate, given.library, frozen=frozen).rstrip("\n")
