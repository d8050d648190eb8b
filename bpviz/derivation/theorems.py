"""The theorems: BP1 to BP4, their matrix form, the gradient of a batch, and the cancellations, line by line.

The sentences that say why stand in the catalogue, under the name of the theorem and the number of the line.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from ..formula.indexed import Apply, Entry, Hadamard, Kronecker, Matmul, Partial, SumOver, Transposed, entries_of
from ..formula.tree import Expression, Negative, Number, exp, log
from ..proofs.lines import Line
from ..proofs.rules import COST, ERROR, TARGETS
from ..steps.notation import Notation
from ..steps.notation import notation as letters_of
from ..words.catalogue import say
from ..words.validation import one_of
from .proof import Proof

#: An entry of layer l or beside it, and one of the last layer, L.
at, top = entries_of("l"), entries_of("L")
TOP, HERE, ABOVE, BELOW = ("L", 0), ("l", 0), ("l", 1), ("l", -1)


#: The cost's derivative by a quantity.
cost_by = partial(Partial, COST)
#: The error of one sample.
SAMPLE_ERROR = replace(ERROR, indices=("i",))


def _proof(name: str, *lines: Line, last: str = "L") -> Proof:
    """A proof with the sentences of the catalogue, in which the last layer has this letter."""
    told = (replace(line, sentence=say(f"proof_{name}.{n}", last=last)) for n, line in enumerate(lines, start=1))
    return Proof(name, say(f"proof_{name}.statement", last=last), tuple(told))


def _bp1() -> Proof:
    slope_j = Apply("σ'", top("z", "j"))
    total = SumOver("k", "n", cost_by(top("a", "k")) * Partial(top("a", "k"), top("z", "j")), TOP)
    own = Apply("σ'", top("z", "k")) * Kronecker("k", "j")
    return _proof(
        "BP1",
        Line(top("δ", "j"), cost_by(top("z", "j")), "definition"),
        Line(top("a", "k"), Apply("σ", top("z", "k")), "definition"),
        Line(cost_by(top("z", "j")), total, "chain_rule"),
        Line(Partial(top("a", "k"), top("z", "j")), own, "differentiate", (1,), top("z", "j")),
        Line(cost_by(top("z", "j")), cost_by(top("a", "j")) * slope_j, "collapse", (3, 2)),
        Line(top("δ", "j"), cost_by(top("a", "j")) * slope_j, "substitute", (0, 4)),
    )


def _bp2() -> Proof:
    slope = Apply("σ'", at("z", "j"))
    weighted = SumOver("m", "n", at("w", "k", "m", by=1) * Apply("σ", at("z", "m")), HERE)
    dC_dz, w, delta = cost_by(at("z", "k", by=1)), at("w", "k", "j", by=1), at("δ", "k", by=1)
    return _proof(
        "BP2",
        Line(at("δ", "j"), cost_by(at("z", "j")), "definition"),
        Line(delta, dC_dz, "definition"),
        Line(at("z", "k", by=1), weighted + at("b", "k", by=1), "definition"),
        Line(
            cost_by(at("z", "j")),
            SumOver("k", "n", dC_dz * Partial(at("z", "k", by=1), at("z", "j")), ABOVE),
            "chain_rule",
        ),
        Line(Partial(at("z", "k", by=1), at("z", "j")), w * slope, "differentiate", (2,), at("z", "j")),
        Line(cost_by(at("z", "j")), SumOver("k", "n", dC_dz * w * slope, ABOVE), "substitute", (4, 3)),
        Line(cost_by(at("z", "j")), SumOver("k", "n", w * delta * slope, ABOVE), "substitute", (1, 5)),
        Line(at("δ", "j"), SumOver("k", "n", w * delta, ABOVE) * slope, "substitute", (0, 6)),
    )


def _gradient(name: str, by: Entry, what: Expression, collapsed: Expression, named: Expression) -> Proof:
    """BP3 and BP4 differ in what the net input is differentiated by."""
    gradient, through = cost_by(by), Partial(at("z", "m"), by)
    net = SumOver("i", "n", at("w", "m", "i") * at("a", "i", by=-1), BELOW) + at("b", "m")
    return _proof(
        name,
        Line(at("δ", "m"), cost_by(at("z", "m")), "definition"),
        Line(at("z", "m"), net, "definition"),
        Line(gradient, SumOver("m", "n", cost_by(at("z", "m")) * through, HERE), "chain_rule"),
        Line(through, what, "differentiate", (1,), by),
        Line(gradient, collapsed, "collapse", (3, 2)),
        Line(gradient, named, "substitute", (0, 4)),
    )


def _bp3() -> Proof:
    below = at("a", "k", by=-1)
    collapsed, named = cost_by(at("z", "j")) * below, at("δ", "j") * below
    return _gradient("BP3", at("w", "j", "k"), below * Kronecker("m", "j"), collapsed, named)


def _bp4() -> Proof:
    return _gradient("BP4", at("b", "j"), Kronecker("m", "j"), cost_by(at("z", "j")), at("δ", "j"))


def _matrix_form() -> Proof:
    """The four equations for whole layers: where the transposes come from."""
    slope_L, slope = Apply("σ'", top("z")), Apply("σ'", at("z"))
    sent_back = Matmul((Transposed(at("w", by=1)), at("δ", by=1)))
    gathered = {
        "BP1": (top("δ"), Hadamard((cost_by(top("a")), slope_L))),
        "BP2": (at("δ"), Hadamard((sent_back, slope))),
        "BP3": (cost_by(at("w")), Matmul((at("δ"), Transposed(at("a", by=-1))))),
        "BP4": (cost_by(at("b")), at("δ")),
    }
    lines: list[Line] = []
    for name, (left, right) in gathered.items():
        lines.append(_theorem(proof(name)))
        lines.append(Line(left, right, "gather", (len(lines) - 1,)))
    return _proof("matrix", *lines)


def _theorem(cited: Proof) -> Line:
    """The conclusion of another proof."""
    return Line(cited.conclusion.left, cited.conclusion.right, "theorem", cites=cited)


def _induction() -> Proof:
    """From the last layer to any: the induction over layers."""
    weighted = SumOver("k", "n", top("w", "k", "j") * top("δ", "k"), TOP)
    following = weighted * Apply("σ'", top("z", "j", by=-1))
    return _proof(
        "induction",
        _theorem(proof("BP1")),
        _theorem(proof("BP2")),
        Line(top("δ", "j", by=-1), following, "instance", (1,)),
    )


def _batch() -> Proof:
    """Article 1: the gradient of the mean error is the mean of the gradients."""
    share = Number(1) / Entry("m")
    delta, a, dE = at("δ", "i", "j"), at("a", "i", "k", by=-1), Partial(ERROR, at("w", "j", "k"))
    each = Partial(SAMPLE_ERROR, at("w", "j", "k"))
    return _proof(
        "batch",
        Line(ERROR, share * SumOver("i", "m", SAMPLE_ERROR), "definition"),
        Line(dE, share * SumOver("i", "m", each), "linear", (0,)),
        Line(each, delta * a, "theorem", cites=proof("BP3")),
        Line(dE, share * SumOver("i", "m", delta * a), "substitute", (2, 1)),
    )


def _softmax() -> Proof:
    """Article 4's cancellation, with softmax."""
    a_k, a_j, t_k, dC_dz = top("a", "k"), top("a", "j"), top("t", "k"), cost_by(top("z", "j"))
    share = exp(top("z", "k")) / SumOver("i", "n", exp(top("z", "i")), TOP)
    by_output, own = Negative(t_k / a_k), a_k * (Kronecker("k", "j") - a_j)
    difference = a_j - top("t", "j")
    return _proof(
        "softmax",
        Line(COST, Negative(SumOver("i", "n", top("t", "i") * log(top("a", "i")), TOP)), "definition"),
        Line(a_k, share, "definition"),
        Line(top("δ", "j"), dC_dz, "definition"),
        Line(
            dC_dz, SumOver("k", "n", cost_by(top("a", "k")) * Partial(top("a", "k"), top("z", "j")), TOP), "chain_rule"
        ),
        Line(cost_by(top("a", "k")), by_output, "differentiate", (0,), a_k),
        Line(Partial(top("a", "k"), top("z", "j")), own, "differentiate", (1,), top("z", "j")),
        Line(dC_dz, SumOver("k", "n", by_output * own, TOP), "substitute", (4, 5, 3)),
        Line(dC_dz, a_j * TARGETS - top("t", "j"), "collapse", (6,)),
        Line(dC_dz, difference, "targets_sum_to_one", (7,)),
        Line(top("δ", "j"), difference, "substitute", (2, 8)),
    )


def _cross_entropy() -> Proof:
    """Article 4's cancellation, with the sigmoid."""
    a, t, dC_dz, da_dz = top("a", "j"), top("t", "j"), cost_by(top("z", "j")), Partial(top("a", "j"), top("z", "j"))
    part = top("t", "i") * log(top("a", "i")) + (1 - top("t", "i")) * log(1 - top("a", "i"))
    slope = (a - t) / (a * (1 - a))
    return _proof(
        "cross_entropy",
        Line(COST, Negative(SumOver("i", "n", part, TOP)), "definition"),
        Line(a, 1 / (1 + exp(-top("z", "j"))), "definition"),
        Line(cost_by(top("a", "j")), slope, "differentiate", (0,), a),
        Line(da_dz, a * (1 - a), "differentiate", (1,), top("z", "j")),
        Line(dC_dz, cost_by(top("a", "j")) * da_dz, "chain_rule"),
        Line(dC_dz, slope * (a * (1 - a)), "substitute", (2, 3, 4)),
        Line(dC_dz, a - t, "simplify", (5,)),
    )


#: The theorems by name.
PROOFS: dict[str, Callable[[], Proof]] = {
    "BP1": _bp1,
    "BP2": _bp2,
    "BP3": _bp3,
    "BP4": _bp4,
    "induction": _induction,
    "matrix": _matrix_form,
    "batch": _batch,
    "cross_entropy": _cross_entropy,
    "softmax": _softmax,
}


def proof(name: str, notation: str | None = None) -> Proof:
    """The proof of one of the four equations (article 5), for symbolic widths n and any layer l, or of what follows.

    Together they reach every layer by induction: BP1 gives the deltas of the last layer L, and whenever the deltas of
    layer l + 1 are known, BP2 gives those of layer l.

    Parameters
    ----------
    name : "BP1", "BP2", "BP3", "BP4", "induction" (over the layers), "matrix" (all four for whole
        layers), "batch" (article 1's mean error),
        "cross_entropy" or "softmax" (article 4's cancellation)
    notation : "net_out" (articles 2 and 4), "z_a" (5), "h_d" (1), "z_n" or "s_y" (2), optional
        Whose letters it is shown in; its lines and their check are the same in all.

    Examples
    --------
    >>> print(proof("BP4").conclusion.sentence)
    Name the delta. This is BP4.
    >>> print(proof("BP3", notation="h_d").text().splitlines()[-1].strip().partition("    ")[0])
    dE/dW_jk^(l) = δ_j^(l)·h_k^(l-1)
    """
    made = PROOFS[one_of(name, "name", PROOFS)]()
    if notation is None:
        return made
    letters = _letters(letters_of(notation))
    return replace(_proof(name, *made.lines, last=letters["L"]), letters=tuple(letters.items()))


def _letters(chosen: Notation) -> dict[str, str]:
    """What a notation writes for the letters of the proofs."""
    own = {"z": "net", "a": "out", "t": "target", "C": "loss", "E": "loss"}
    letters = {letter: chosen.table[kind][0] for letter, kind in own.items()}
    letters |= {"w": chosen.weights, "σ": chosen.function, "σ'": f"{chosen.function}'"}
    widths = {"n": "s"} if chosen.first_layer == 1 or "n" in letters.values() else {}  # as article 1 has them
    return letters | widths | {"L": "K" if "L" in letters.values() else "L"}  # L is a layer, unless it is the loss
