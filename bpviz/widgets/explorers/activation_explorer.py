"""Activations side by side: the curve, its slope, the tangent at a point, and where it saturates."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import traitlets

from ...formula.tree import Expression, Quantity
from ...networks.activation import Activation
from ...networks.activations import ACTIVATIONS, activation
from ...views.boxes import Box
from ...views.decisions import SATURATION, Formulas
from ...views.javascript import program
from ...views.layout import lay_out, plain_leaf
from ...views.mathml import mathml
from ...views.text import text
from ...words.catalogue import say, words
from ...words.validation import one_of, real_number, wrong_type
from ..shared.linked import Part, link_rules
from ..shared.refusing import Checked
from ..shared.shown import Shown

#: Softmax is no function of one number.
CHOICES = tuple(name for name in ACTIVATIONS if name != "softmax")

#: Where the point may go, and how far up and down the picture reaches.
LOW, HIGH = -6.0, 6.0
BOTTOM, TOP = -1.6, 2.6

_LIMITS = {"A": (0.1, 3.0), "B": (0.1, 3.0), "alpha": (0.01, 2.0)}


class ActivationExplorer(Shown):
    """See activations and their derivatives: move the point, change the constants, compare several.

    Parameters
    ----------
    *names : str
        Which ones are shown at first; sigmoid and tanh unless told otherwise.

    Attributes
    ----------
    net : float
        Where the point stands, from -6 to 6.
    shown : tuple of str
        The activations that are drawn.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> explorer = ActivationExplorer("sigmoid", "relu")
    >>> explorer.net = 2
    >>> explorer
    ActivationExplorer(net = 2: sigmoid 0.880797, slope 0.104994; relu 2, slope 1)
    """

    _sheets = ("shared/widget", "explorers/activations")

    _hint = "activations"

    net: Any = Checked(1.0, lambda _, value: _net(value))
    shown: Any = Checked((), lambda _, value: _names(value))

    _entries: Any = traitlets.List().tag(sync=True)
    _program = traitlets.Unicode().tag(sync=True)
    _frame: Any = traitlets.List([LOW, HIGH, BOTTOM, TOP]).tag(sync=True)
    _words = traitlets.Dict(words("page", "activations")).tag(sync=True)
    _link = traitlets.Dict(
        link_rules(
            {"present": "", "formulas": ""},
            ["slopes", "constants"],
            parts=[Part("net", "net", numbers=1, least=LOW, most=HIGH), Part("shown", "shown", CHOICES, several=True)],
        )
    ).tag(sync=True)

    def __init__(self, *names: str) -> None:
        for name in names:
            if isinstance(name, Sequence) and not isinstance(name, str):
                raise TypeError(f"names must each be an argument of their own, not a {type(name).__name__}")
            one_of(name, "names", CHOICES)
        super().__init__(_title=say("titles.activations"), shown=list(names or ("sigmoid", "tanh")))
        functions: Formulas = {}
        entries = []
        for number, name in enumerate(CHOICES):
            f = activation(name)
            f_of, slope_of = _formulas(f)
            names = ("net", "out", *f.parameters)
            functions[f"f{number}"] = f_of, names
            functions[f"d{number}"] = slope_of, names
            entries.append(
                {
                    "name": name,
                    "formula": f"<mrow><mi>out</mi><mo>=</mo>{mathml(_shown(f_of))}</mrow>",
                    "slope": f"<mrow><mi>f'</mi><mo>=</mo>{mathml(_shown(slope_of))}</mrow>",
                    "constants": [
                        {"name": constant, "value": value, "low": _LIMITS[constant][0], "high": _LIMITS[constant][1]}
                        for constant, value in f.parameters.items()
                    ],
                    "note": f.kink or "",
                }
            )
        self._program = program({**functions, **SATURATION})
        self._entries = entries

    def _here(self) -> Iterator[tuple[str, str, str]]:
        """Each activation with its output and its slope at the point."""
        z = np.array([[float(self.net)]])
        for name in self.shown:
            f = activation(name)
            a = f(z)
            yield name, f"{a[0, 0]:.6g}", f"{f.f_prime(z, a)[0, 0]:.6g}"

    def __repr__(self) -> str:
        told = "; ".join(f"{name} {out}, slope {slope}" for name, out, slope in self._here())
        return f"ActivationExplorer(net = {float(self.net):g}: {told})"

    def snapshot(self) -> str:
        """The formulas, as HTML that needs no script."""
        net = f"{float(self.net):g}"
        rows = "".join(
            f"<tr><td>{name}</td><td><code>{text(_shown(_formulas(activation(name))[0]))}</code></td>"
            f"<td>{say('activations.told', net=net, out=out, slope=slope)}</td></tr>"
            for name, out, slope in self._here()
        )
        return f"<table>{rows}</table>"


def _net(value: Any) -> float:
    net = real_number(value, "net")
    if not LOW <= net <= HIGH:
        raise ValueError(f"net must be from {LOW:g} to {HIGH:g}, not {net:g}")
    return net


def _names(value: Any) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise wrong_type(value, "shown", "a list of names")
    return [one_of(name, "shown", CHOICES) for name in dict.fromkeys(value)]


def _formulas(f: Activation) -> tuple[Expression, Expression]:
    """Output and derivative in names: of the net input, the output and the constants."""
    net = Quantity("net")
    if f.general is not None:
        return f.general(net, **{name: Quantity(name) for name in f.parameters})
    return f.formula(net), f.derivative(net, Quantity("out"))


def _shown(x: Expression) -> Box:
    return lay_out(x, plain_leaf)
