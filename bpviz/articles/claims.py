"""What the articles claim, formula by formula, and the machine's verdict on each.

A claim is an equation as printed, kept as a tree: the tree that is shown is the tree that is checked.  Its left side is
evaluated on random networks by someone who does not know the article (complex steps through the forward pass), its
right side as the article has it, for every unit that its indices may mean.  Where both are equal in every such world,
the claim holds; where they differ, or the right side asks for something that is not there, it slips, and then the
corrected form must hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, product
from typing import Any

import numpy as np

from ..expression import Expression, evaluate
from ..formulas import Layer, Undefined
from ..network import Network
from ..passes import columns, run
from ..symbols import twin
from .example import rounds_to

#: An index that a claim leaves free, and what it counts: the name of a number, perhaps of a layer.
Free = tuple[str, str, Layer | None]

World = Mapping[str, Any]

#: How far two sides may be apart, relative to the larger.
TOLERANCE = 1e-8

STEP = 1e-30


@dataclass(frozen=True)
class Claim:
    """One equation of an article.

    Attributes
    ----------
    article : int
        1 to 5.
    place : str
        Where it stands.
    left, right : Expression
        The equation as printed.
    worlds : str
        The kind of worlds it speaks of, a key of `WORLDS`.
    free : tuple of Free
        The indices it leaves open; it must hold for all of them.
    correction : Expression or None
        The right side that should stand there, where the printed one slips.
    mistake : str or None
        The named mistake it is an instance of.
    digits : str or None
        The printed number, where the right side is one: it must be equal to its last digit.
    """

    article: int
    place: str
    left: Expression
    right: Expression
    worlds: str
    free: tuple[Free, ...] = ()
    correction: Expression | None = None
    mistake: str | None = None
    digits: str | None = None

    @property
    def verdict(self) -> str:
        """``"holds"`` or ``"slips"``, computed."""
        return "holds" if self._true(self.right) else "slips"

    @property
    def corrected(self) -> str | None:
        """The corrected equation as text, for a claim that slips; None where it holds."""
        return None if self.verdict == "holds" or self.correction is None else self._text(self.correction)

    @property
    def correction_holds(self) -> bool:
        """Whether the corrected form is true."""
        return self.correction is not None and self._true(self.correction, exact_digits=False)

    @property
    def printed(self) -> str:
        """The equation as printed, in plain text."""
        return self._text(self.right, self.digits)

    def latex(self, corrected: bool = False) -> str:
        """The equation, as printed or as corrected, in LaTeX."""
        from ..render.latex import latex
        from ..render.layout import lay_out, plain_leaf

        right = self.correction if corrected and self.correction is not None else self.right
        shown = self.digits if self.digits is not None and not corrected else latex(lay_out(right, plain_leaf))
        return f"{latex(lay_out(self.left, plain_leaf))} = {shown}"

    def with_printed(self, right: Expression, digits: str | None = None) -> Claim:
        """The same claim with another printed form, to see the verdict follow."""
        return replace(self, right=right, digits=digits)

    def _text(self, right: Expression, digits: str | None = None) -> str:
        from ..render.layout import lay_out, plain_leaf
        from ..render.text import text

        shown = digits if digits is not None else text(lay_out(right, plain_leaf))
        return f"{text(lay_out(self.left, plain_leaf))} = {shown}"

    def _true(self, right: Expression, exact_digits: bool = True) -> bool:
        for world in WORLDS[self.worlds]():
            for values in _assignments(world, self.free):
                try:
                    with np.errstate(all="ignore"):
                        one, other = evaluate(self.left, values), evaluate(right, values)
                except Undefined:
                    return False
                if exact_digits and self.digits is not None:
                    if not rounds_to(float(one), self.digits):
                        return False
                elif not _equal(one, other):
                    return False
        return True


@dataclass(frozen=True)
class Wording:
    """A claim about words: what the article uses each of its letters or names for.

    It slips where one letter has two meanings at once, and holds where each has one.

    Attributes
    ----------
    article, place
        As for `Claim`.
    meanings : mapping of str to tuple of str
        Each letter with what it stands for, as printed.
    correction : mapping, optional
        The same, put right.
    """

    article: int
    place: str
    meanings: Mapping[str, tuple[str, ...]]
    correction: Mapping[str, tuple[str, ...]] | None = None
    mistake: str | None = "letter_with_two_meanings"

    @property
    def verdict(self) -> str:
        """``"holds"`` or ``"slips"``, computed."""
        return "holds" if _unambiguous(self.meanings) else "slips"

    @property
    def correction_holds(self) -> bool:
        """Whether in the corrected form each letter has one meaning."""
        return self.correction is not None and _unambiguous(self.correction)

    @property
    def printed(self) -> str:
        """The letters and what they stand for."""
        return _listed(self.meanings)

    @property
    def corrected(self) -> str | None:
        """The same, put right; None where it holds."""
        return None if self.correction is None or self.verdict == "holds" else _listed(self.correction)


def _unambiguous(meanings: Mapping[str, tuple[str, ...]]) -> bool:
    return all(len(set(uses)) == 1 for uses in meanings.values())


def _listed(meanings: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(f"{letter}: {' and '.join(uses)}" for letter, uses in meanings.items())


def _equal(one: Any, other: Any) -> bool:
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return False
    return bool((np.abs(a - b) <= TOLERANCE * np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-12)).all())


def _assignments(world: World, free: tuple[Free, ...]) -> Iterator[dict[str, Any]]:
    """Every way to give the free indices a value; an index of layers is given before those that count units in it."""
    layers = [entry for entry in free if entry[1].startswith("layers")]
    units = [entry for entry in free if not entry[1].startswith("layers")]
    for chosen in product(*(world[counted] for _, counted, _ in layers)):
        values = {**world, **{index: n for (index, _, _), n in zip(layers, chosen, strict=True)}}
        ranges = []
        for _, counted, layer in units:
            count = values[counted]
            if layer is not None:
                letter, offset = layer
                count = count[(values[letter] if letter else 0) + offset]
            ranges.append(range(1, int(count) + 1))
        for numbers in product(*ranges):
            yield {**values, **{index: n for (index, _, _), n in zip(units, numbers, strict=True)}}


# --- the worlds that claims are tried in ---


def sigmoid(x: Any) -> Any:
    """The activation of the worlds."""
    return 1 / (1 + np.exp(-x))


def slope(x: Any) -> Any:
    """Its derivative, from the definition."""
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


@cache
def network_world(sizes: tuple[int, ...], seed: int) -> World:
    """A random sigmoid network under the names of articles 1 and 5: layer 1 is the input, layer L the output.

    Derivatives come from complex steps through the forward pass, one parameter at a time.
    """
    rng = np.random.default_rng(seed)
    net = Network(
        [rng.uniform(-1, 1, (n, m)) for m, n in pairwise(sizes)],
        [rng.uniform(-1, 1, n) for n in sizes[1:]],
    )
    x, d = rng.uniform(-1, 1, sizes[0]), rng.uniform(0.1, 0.9, sizes[-1])
    z, a = run(net, columns(x))
    L = len(sizes)
    net_in = {l + 2: z[l][:, 0] for l in range(L - 1)}
    h = {l + 1: a[l][:, 0] for l in range(L)}
    W = {l + 2: net.weights[l] for l in range(L - 1)}
    b = {l + 2: net.biases[l] for l in range(L - 1)}
    derivatives = _derivatives(net, x, d)
    y = h[L]
    own = {l: np.einsum("pj,i->pji", np.eye(len(h[l])), h[l - 1]) for l in W}
    return {
        "L": L, "layers": range(2, L + 1), "layers_hidden": range(2, L), "n": sizes[-1],
        "s": {l + 1: size for l, size in enumerate(sizes)},
        "h": h, "a": h, "net": net_in, "z": net_in, "W": W, "w": W, "b": b, "d": d, "y": y, "x": x,
        "f": sigmoid, "f'": slope, "σ": sigmoid, "σ'": slope,
        "E": float(((d - y) ** 2).sum() / 2), "C": float(((d - y) ** 2).sum() / 2), "t": d,
        "dE/dy": y - d, "dC/da": {L: y - d},
        "dy/dnet": {L: np.diag(slope(net_in[L]))},
        "da/dz": {l: np.diag(slope(net_in[l])) for l in net_in},
        "dz/dz": {l: W[l] * slope(net_in[l - 1])[None, :] for l in W if l - 1 in net_in},
        "dz/da": W, "dnet/dW": own, "dz/dw": own,
        **derivatives,
        "da/dw": {L: derivatives["dy/dW"][L]},
    }  # fmt: skip


def _derivatives(net: Network, x: Any, d: Any) -> dict[str, Any]:
    """dE, dy and dnet of the last layer by every weight and bias, and dE by every net input, by complex steps."""
    L = len(net.sizes)
    found: dict[str, dict[int, Any]] = {key: {} for key in ("dE/dW", "dE/db", "dy/dW", "dnet+/dW")}
    values = {name: complex(p.value) for name, p in net.parameters.items()}

    def step(name: str) -> tuple[Any, Any, Any]:
        moved = twin(net, {**values, name: values[name] + STEP * 1j}, complex)
        z, a = run(moved, columns(x).astype(complex))
        out = a[-1][:, 0]
        return ((d - out) ** 2).sum().imag / 2 / STEP, out.imag / STEP, z[-1][:, 0].imag / STEP

    for l in range(2, L + 1):
        shape = net.weights[l - 2].shape
        dE, dy, dnet = np.zeros(shape), np.zeros((net.sizes[-1], *shape)), np.zeros((net.sizes[-1], *shape))
        for j, i in np.ndindex(*shape):
            dE[j, i], dy[:, j, i], dnet[:, j, i] = step(net.weight_name(l - 1, j, i))
        found["dE/dW"][l], found["dy/dW"][l], found["dnet+/dW"][l] = dE, dy, dnet
        names = [net.bias_name(l - 1, j) for j in range(shape[0])]
        found["dE/db"][l] = np.array([step(name)[0] for name in names if name is not None])
    # A bias is added to the net input, so both have the same derivative.
    return {
        **found, "dE/dnet": found["dE/db"], "δ": found["dE/db"],
        "dC/dw": found["dE/dW"], "dC/db": found["dE/db"], "dC/dz": found["dE/db"],
    }  # fmt: skip


@cache
def batch_world(seed: int) -> World:
    """A single layer of n sigmoid units with p inputs, a batch of m samples, and what batch learning does to it.

    W_new and b_new are one step down the mean error, with derivatives from complex steps; the ∇ are the gradients of
    the sample at hand, Δ the sum over those before it, Δ_after with it, and Δ_all the sum over all samples.
    """
    rng = np.random.default_rng(seed)
    n, p, m, alpha, at = 3, 2, 4, 0.3, 2
    net = Network([rng.uniform(-1, 1, (n, p))], [rng.uniform(-1, 1, n)])
    x, d = rng.uniform(-1, 1, (m, p)), rng.uniform(0, 1, (m, n))
    each = [_derivatives(net, x[s], d[s]) for s in range(m)]
    W = np.array([one["dE/dW"][2] for one in each])
    b = np.array([one["dE/db"][2] for one in each])
    y = run(net, columns(x))[1][-1]
    return {
        "n": n, "p": p, "m": m, "α": alpha, "d": d.T, "y": y, "E": ((d.T - y) ** 2).sum(axis=0) / 2,
        "E_total": ((d.T - y) ** 2).sum(axis=0).mean() / 2,
        "W": net.weights[0], "b": net.biases[0], "dE/dW": W.mean(axis=0), "dE/db": b.mean(axis=0),
        "W_new": net.weights[0] - alpha * W.mean(axis=0), "b_new": net.biases[0] - alpha * b.mean(axis=0),
        "∇W": W[at], "ΔW": W[:at].sum(axis=0), "ΔW_after": W[: at + 1].sum(axis=0), "ΔW_all": W.sum(axis=0),
        "∇b": b[at], "Δb": b[:at].sum(axis=0), "Δb_after": b[: at + 1].sum(axis=0), "Δb_all": b.sum(axis=0),
    }  # fmt: skip


def _batches() -> list[World]:
    return [batch_world(1), batch_world(2)]


def _networks() -> list[World]:
    return [network_world((3, 4, 2, 3), 1), network_world((2, 2, 2, 2), 2)]


@cache
def _functions() -> list[World]:
    return [{"x": np.float64(x), "A": np.float64(1.7), "B": np.float64(0.6)} for x in (-2.3, -0.4, 0.7, 1.9)]


WORLDS: dict[str, Callable[[], list[World]]] = {
    "networks": _networks,
    "functions": _functions,
    "batches": _batches,
}


@dataclass(frozen=True)
class Ledger:
    """Claims, counted and shown.  ``bp.articles.claims()`` gives it."""

    claims: tuple[Claim | Wording, ...]

    def __iter__(self) -> Iterator[Claim | Wording]:
        return iter(self.claims)

    def __len__(self) -> int:
        return len(self.claims)

    def summary(self) -> Any:
        """How many claims each article makes, how many hold, how many slip."""
        from ..render.table import Table

        rows = []
        for article in sorted({claim.article for claim in self.claims}):
            verdicts = [claim.verdict for claim in self.claims if claim.article == article]
            rows.append((str(article), str(len(verdicts)), str(verdicts.count("holds")), str(verdicts.count("slips"))))
        return Table(("article", "claims", "hold", "slip"), rows)

    def table(self) -> Any:
        """A row for each claim: where, what is printed, the verdict, what is right."""
        from ..render.table import Table

        rows = [
            (str(c.article), c.place, c.printed, c.verdict, c.corrected or "", c.mistake or "" if c.corrected else "")
            for c in self.claims
        ]
        return Table(("article", "place", "printed", "verdict", "corrected", "mistake"), rows)

    def slips(self) -> Ledger:
        """Those that slip."""
        return Ledger(tuple(claim for claim in self.claims if claim.verdict == "slips"))

    def of(self, article: int) -> Ledger:
        """Those of one article."""
        return Ledger(tuple(claim for claim in self.claims if claim.article == article))

    def __repr__(self) -> str:
        return f"<Ledger of {len(self)} claims>"
