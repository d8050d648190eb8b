"""One step of gradient descent as a program of another library, which prints the numbers that bpviz has.

What a library's programs look like stands in ``programs.toml``; here the blanks are filled, and what a library cannot
express is refused.  A name of a person is only ever a text in such a program, never code.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ..calculus.passes import gradients
from ..networks.exercise import Exercise, exercise
from ..networks.layout import EACH, NONE, ONE
from ..networks.network import Network
from ..words.validation import one_of
from . import of_bpviz, scikit_learn
from .literals import filled, listed, literal, tidy
from .numbers import Numbers, numbers_of

#: So many numbers a program may hold.
MOST_NUMBERS = 20_000


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("programs.toml").read_text(encoding="utf-8"))


def title_of(library: str) -> str:
    """What a library is called."""
    return str(_tables()[library]["title"])


#: The libraries that programs are written for.
LIBRARIES = tuple(name for name in _tables() if name != "told")


def code(
    net: Network,
    x: Any,
    target: Any,
    learning_rate: float,
    library: str = "bpviz",
    *,
    reduction: str = "mean",
    frozen: Collection[str] = (),
) -> str:
    """A program that builds this network in a library, does one step, and prints loss, gradients and new parameters.

    Parameters
    ----------
    net : Network
        Of at most 20,000 numbers, those of `x` and `target` counted.
    x, target : arrays of shape (n_in,) and (n_out,), or (n_samples, n_in) and (n_samples, n_out)
    learning_rate : float
    library : "bpviz", "numpy", "jax", "pytorch", "keras" or "scikit-learn"
    reduction : "mean" or "sum"
        How the errors of a batch make one error.
    frozen : collection of str, optional
        Parameters that the step leaves as they are.

    Returns
    -------
    str
        Its first printed line is the loss; a line for each parameter follows, with name, gradient and new value.

    Raises
    ------
    ValueError, TypeError
        If the library has no way to say it; the sentence names what.

    Examples
    --------
    >>> net = Network([[[0.5]]], activations="linear", weight_names=[[["w"]]])
    >>> exec(code(net, [1], [0], 0.5, "numpy"))
    loss 0.125
    w 0.5 0.25
    """
    one_of(library, "library", LIBRARIES)
    given = exercise(net, x, target, learning_rate, reduction=reduction, frozen=frozen)
    if given.learning_rate is None:
        raise TypeError("learning_rate must be a number above 0, not None")
    _ = gradients(given)  # refuses numbers that grow too large
    return code_of(given, library)


def code_of(given: Exercise, library: str, numbers: Numbers | None = None) -> str:
    """The program of an exercise, or of its network with other `numbers`; ValueError says what cannot be expressed."""
    size = len(given.network.layout) + given.x.size + given.target.size
    if size > MOST_NUMBERS:
        raise ValueError(
            f"net, x and target have {size:,} numbers, and a program is written of at most {MOST_NUMBERS:,}"
        )
    if given.optimiser is not None:
        raise ValueError(f"optimiser: programs do one step of gradient descent, not of {given.optimiser}")
    return _Program(given, library, numbers or numbers_of(given)).text()


class _Program:
    def __init__(self, given: Exercise, library: str, numbers: Numbers) -> None:
        self.given, self.net, self.library, self.numbers = given, given.network, library, numbers
        self.table = _tables()[library]

    def text(self) -> str:
        if self.library == "bpviz":
            return tidy(filled(self.table["program"], **of_bpviz.blanks(self.given, self.numbers, self.table)))
        self._check()
        rows = [self.numbers.x, self.numbers.target]
        x, target = rows if self.given.is_batch else ([row] for row in rows)
        apart = self.library == "scikit-learn"  # weights in one list, biases in another
        own = scikit_learn.blanks(self.given, self.table) if apart else self._blanks()
        told = filled(_tables()["told"]["frozen" if self.given.frozen else "free"], frozen=sorted(self.given.frozen))
        return tidy(
            filled(
                self.table["program"],
                shape="-".join(map(str, self.net.sizes)),
                n_in=self.net.sizes[0],
                x=literal(x),
                target=literal(target),
                rate=repr(self.numbers.rate),
                dtype=self.table["dtype"][str(self.net.dtype)],
                parameters=self._lines("matrix") if apart else self._lines("matrix", "bias"),
                biases=self._lines("bias"),
                names=literal(self._names()),
                told=told,
                per=self._per(),
                **own,
            )
        )

    def _check(self) -> None:
        """Refuse what the library has no way to say."""
        title, net = self.table["title"], self.net
        if str(net.dtype) not in self.table["dtype"]:
            raise ValueError(f"library: a program for {title} computes in float64, and this network is in {net.dtype}")
        if net.layout.owners is not None:
            raise ValueError(
                f"library: in a program for {title} every weight has a place of its own, but here some share a name"
            )
        for layer, f in enumerate(net.activations, start=1):
            if f.name not in self.table["use"]:
                raise ValueError(f"library: {title} has no {f.name} that gradients go through (layer {layer})")
        if net.loss.name not in self.table["loss"]:
            raise ValueError(f"library: {title} has no {net.loss.name}")

    def _per(self) -> str:
        """What the sum over the samples is divided by."""
        return " / len(x)" if self.given.share > 1 else ""

    @property
    def _is_fused(self) -> bool:
        """Whether the loss is computed from the net inputs, where nothing rounds to 0 or 1."""
        return self.net.loss.partner is not None

    def _over(self) -> str:
        """What the net inputs of a sigmoid with a width are divided by."""
        width = self.net.activations[-1].parameters.get("B", 1.0)
        return "" if width == 1 else f" / {width!r}"

    def _loss(self, blanks: dict[str, Any]) -> str:
        text, _, comment = filled(self.table["loss"][self.net.loss.name], over=self._over(), **blanks).partition("  # ")
        per = self._per() if self.library == "pytorch" else ""
        return f"{text}{per}" + (f"  # {comment}" if comment else "")

    def _kinds(self) -> tuple[str, ...]:
        return self.net.layout.biases

    def _lines(self, *wanted: str) -> str:
        """The lines that hold the parameters."""
        layer, lines = self.table["layer"], []
        for n, (W, b) in enumerate(zip(self.numbers.weights, self.numbers.biases, strict=True), start=1):
            if "matrix" in wanted:
                lines.append(filled(layer["matrix"], n=n, W=literal(W), dtype=self._dtype()))
            if b is not None and "bias" in wanted:
                form = layer["bias_one" if self._kinds()[n - 1] == ONE and "bias_one" in layer else "bias"]
                lines.append(filled(form, n=n, b=literal(b), dtype=self._dtype()))
        return "".join(f"{line}\n" for line in lines)

    def _dtype(self) -> str:
        return str(self.table["dtype"][str(self.net.dtype)])

    def _names(self) -> list[str]:
        """The names of the parameters in the order of the arrays' entries."""
        names: list[str] = []
        for rows, biases in zip(self.net.weight_names, self.net.bias_names, strict=True):
            names += [name for row in rows for name in row]
            names += [] if biases is None else [biases] if isinstance(biases, str) else biases
        return names

    def _blanks(self) -> dict[str, Any]:
        arrays = [
            f"{letter}{n}" for n, kind in enumerate(self._kinds(), 1) for letter in ("W", "b")[: 1 + (kind != NONE)]
        ]
        last = {"n": self.net.depth, "n_out": self.net.sizes[-1]}
        return {
            "arrays": listed(arrays),
            "forward": "\n".join(self._forward()) + ("" if self.library in ("numpy", "jax") else "\n"),
            "loss": self._loss(last),
            "backward": "\n".join(self._backward()) if "back" in self.table else "",
            "gradients": listed(self._gradients()) if "gradient" in self.table else "",
            "defined": "\n\n".join(self._defined()),
        }

    def _forward(self) -> Iterator[str]:
        layer = self.table["layer"]
        for n, (f, kind) in enumerate(zip(self.net.activations, self._kinds(), strict=True), start=1):
            net = layer.get({NONE: "net_none", ONE: "net_one", EACH: "net"}[kind], layer["net"])
            wide, high = self.net.sizes[n - 1 : n + 1]
            yield filled(net, n=n, m=n - 1, wide=wide, high=high)
            use = filled(self.table["use"][f.name], z=f"z{n}", **f.parameters)
            in_loss = self._is_fused and n == self.net.depth and self.library in ("pytorch", "keras")
            if use and not in_loss:  # what is linear is nothing in a list of layers
                yield filled(layer["out"], n=n, use=use)

    def _backward(self) -> Iterator[str]:
        """The backward pass as NumPy writes it: what reaches the outputs of a layer, then its delta."""
        layer, depth = self.table["layer"], self.net.depth
        slope = self.table["slope"].get(self.net.loss.name, "")
        slope = filled(slope, n=depth, n_out=self.net.sizes[-1])
        for n in range(depth, 0, -1):
            f = self.net.activations[n - 1]
            if n == depth and self._is_fused:
                yield filled(layer["fused"], n=n, over=self._over(), per=self._per())
                continue
            yield filled(layer["reached"] if n == depth else layer["through"], slope=slope, per=self._per(), k=n + 1)
            back = filled(self.table["back"][f.name], z=f"z{n}", a=f"a{n}", **f.parameters)
            yield filled(layer["delta"], n=n, back=back)

    def _gradients(self) -> Iterator[str]:
        for n, kind in enumerate(self._kinds(), start=1):
            yield filled(self.table["gradient"]["matrix"], n=n, m=n - 1)
            if kind != NONE:
                yield filled(self.table["gradient"][kind], n=n)

    def _defined(self) -> Iterator[str]:
        wanted = [self.table["defines"].get(f.name) for f in self.net.activations] if "defines" in self.table else []
        shared = ["shared"] if ONE in self._kinds() and "shared" in self.table.get("define", {}) else []
        log = ["log_softmax"] if self.library == "numpy" and self.net.loss.targets_sum_to_one else []
        for name in dict.fromkeys([*shared, *(name for name in wanted if name), *log]):
            yield self.table["define"][name]
