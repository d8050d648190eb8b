"""The steps as a program that a person can read and run: in Python for a sample or a batch, in NumPy for many samples.

Every name in it is made here.  A parameter keeps a name that is one or two letters and a number, such as w7, which is
spelled anew; any other is called by its first place, such as w1_2_3, so that no text of a person becomes code.
"""

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from inspect import getsource
from typing import Any

from ..networks.names import LOSS, Symbol, Use, bias_name, gradient, updated, weight_name
from ..steps.step import PHASES, Step, one_by_one
from ..steps.trail import Trail
from ..words.catalogue import say
from . import numpy_helpers, python_helpers
from .code import NUMPY, OWN, PYTHON, Code, Language, code

NUMPY_IMPORT, MATH_IMPORT = "import numpy as np", "from math import"
#: Functions that Python or NumPy lack.
_HELPERS = {"python": python_helpers, "numpy": numpy_helpers}
#: What Python's own library has.
OF_MATH = ("exp", "log", "log1p", "sqrt", "tanh")

#: A name that may be spelled anew: it can be neither a word of the language nor a name of a step.
_PLAIN = re.compile(r"([A-Za-z]{1,2})(\d{1,4})", re.ASCII)


def python_program(trail: Trail) -> str:
    """The steps as a function in plain Python, ``step(parameters, x, target, learning_rate)``.

    It returns the error and, in the order of the parameters, their gradients, or with a learning rate their new values.

    Examples
    --------
    >>> from bpviz import Network, derive
    >>> d = derive(Network([[[0.5]]], activations="linear", weight_names=[[["w"]]]), [1], [0], learning_rate=0.5)
    >>> print(python_program(d))
    def step(parameters, x, target, learning_rate):
        (w1_1_1,) = parameters
        (i1,) = x
        (target_o1,) = target
    <BLANKLINE>
        # Forward pass
        net_o1 = w1_1_1*i1
        out_o1 = net_o1
    <BLANKLINE>
        # Error
        E_o1 = 1/2*(target_o1 - out_o1)**2
        E_total = E_o1
    <BLANKLINE>
        # Chain rule
        dE_total_dout_o1 = -(target_o1 - out_o1)
        dout_o1_dnet_o1 = 1
        delta_o1 = dE_total_dout_o1*dout_o1_dnet_o1
        dE_total_dw1_1_1 = delta_o1*i1
    <BLANKLINE>
        # Update
        w1_1_1_new = w1_1_1 - learning_rate*dE_total_dw1_1_1
    <BLANKLINE>
        return E_total, (w1_1_1_new,)
    <BLANKLINE>
    """
    return _Writer(trail, "python", PYTHON).program()


def error_program(trail: Trail) -> str:
    """The forward pass and the error alone, in plain Python: ``step(parameters, x, target)``."""
    return _Writer(trail, "python", PYTHON, phases=("forward", "loss")).program()


def numpy_program(trail: Trail) -> str:
    """The steps of one sample as a function of many at once: x of shape (n_samples, n_in), target (n_samples, n_out).

    Errors and gradients are reduced over the samples as the exercise says, by the mean or the sum.
    """
    return _Writer(trail, "numpy", NUMPY).program()


class _Writer:
    """One trail, and the names that its quantities have in a program."""

    def __init__(self, trail: Trail, which: str, language: Language, phases: Sequence[str] = tuple(PHASES)) -> None:
        self.trail, self.net, self.which, self.language = trail, trail.network, which, language
        self.phases = phases
        self.names = identifiers(trail)
        self.codes = {name: Code(identifier) for name, identifier in self.names.items()}

    def program(self) -> str:
        """The whole text: what is imported, helpers, and the function."""
        body = "\n".join(self._function()) + "\n"
        helpers = [_text(getattr(_HELPERS[self.which], name)) for name in OWN if f"{name}(" in body]
        whole = "\n".join([*helpers, body])
        if self.which == "numpy":
            return f"{NUMPY_IMPORT}\n\n\n{whole}"
        wanted = [name for name in OF_MATH if re.search(rf"\b{name}\(", whole)]
        return (f"{MATH_IMPORT} {', '.join(wanted)}\n\n\n" if wanted else "") + whole

    def _function(self) -> Iterator[str]:
        trail = self.trail
        rate = ", learning_rate" if trail.learning_rate is not None else ""
        yield f"def step(parameters, x, target{rate}):"
        for line in self._given():
            yield f"    {line}"
        phase = ""
        for step in one_by_one([step for step in trail.steps if step.phase in self.phases]):
            if step.phase != phase:
                phase = step.phase
                yield ""
                yield f"    # {say(f'phases.{phase}')}"
            yield f"    {self.names[step.name]} = {self._line(step)}"
        yield ""
        yield f"    return {self.names[self.net.name_of(LOSS)]}, {_tuple(self._results())}"

    def _given(self) -> Iterator[str]:
        """What takes the arguments apart."""
        yield f"{_tuple(self.names[name] for name in self.net.layout.names)} = parameters"
        for argument, kind in (("x", "input"), ("target", "target")):
            samples: dict[int | None, list[str]] = {}
            for name, symbol in self.trail.exercise.symbols.items():
                if symbol.kind == kind:
                    samples.setdefault(symbol.sample, []).append(self.names[name])
            parts = [_tuple(names) for names in samples.values()]
            whole = _tuple(parts) if self.trail.exercise.is_batch else parts[0]
            yield f"{whole} = {argument}" + (".T" if self.which == "numpy" else "")

    def _line(self, step: Step) -> str:
        formula = code(step.expression, self.codes, self.language)
        if self.which == "numpy" and step.kind in ("loss", "gradient"):
            return f"np.{self.trail.reduction}({formula})"
        return formula

    def _results(self) -> Iterator[str]:
        of = gradient if self.trail.learning_rate is None else updated
        for name in self.trail.gradients if "chain" in self.phases else ():
            yield self.names[self.net.name_of(of(name))]


def _text(function: Callable[..., Any]) -> str:
    """A helper as it is written, without what only our type checker reads."""
    return re.sub(r"  # type: .*", "", getsource(function)) + "\n"


def _tuple(names: Iterable[str]) -> str:
    """A tuple, on several lines if it is long."""
    listed = list(names)
    if not listed:
        return "()"
    inside = textwrap.fill(", ".join(listed), 90, subsequent_indent=" " * 8, break_long_words=False)
    return f"({inside},)" if len(listed) == 1 else f"({inside})"


def identifiers(trail: Trail) -> dict[str, str]:
    """What each quantity of a trail is called in a program, by its name."""
    net = trail.network
    spelled = {name: _spelled(name, net.layout.first_use(name)) for name in net.layout.names}
    found: dict[str, str] = {}
    used: set[str] = set()
    for name, symbol in trail.symbols.items():
        sample = "" if symbol.sample is None else f" sample {symbol.sample + 1}"
        plain = net.name_of(_renamed(symbol, spelled)).replace("δ", "deltas") + sample
        identifier = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")
        while identifier in used:
            identifier += "_"
        used.add(identifier)
        found[name] = identifier
    return found


def _spelled(name: str, place: Use) -> str:
    """What a parameter is called in a program."""
    if plain := _PLAIN.fullmatch(name):
        return f"{plain[1]}{int(plain[2])}"
    if place.source is None:
        return bias_name(place.layer, place.to)
    return weight_name(place.layer, place.to, place.source)


def _renamed(symbol: Symbol, spelled: Mapping[str, str]) -> Symbol:
    """The same quantity, of no sample, with its parameter's name in a program."""
    return replace(
        symbol,
        sample=None,
        parameter=spelled.get(symbol.parameter, ""),
        numerator=symbol.numerator and _renamed(symbol.numerator, spelled),
        denominator=symbol.denominator and _renamed(symbol.denominator, spelled),
    )
