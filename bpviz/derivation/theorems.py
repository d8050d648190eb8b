"""The theorems: BP1 to BP4, their matrix form, the gradient of a batch, and the cancellations, line by line."""

from __future__ import annotations

from collections.abc import Callable

from ..formula.tree import Expression, Negative, Number, exp, log
from ..formula.indexed import Apply, Entry, Hadamard, Kronecker, Matmul, SumOver, Transposed
from ..proofs.lines import TARGETS, Line, Proof
from ..words.validation import one_of


def _layered(base: str, *indices: str, at: int = 0, letter: str = "l") -> Entry:
    return Entry(base, indices, (letter, at))


def _bp1() -> Proof:
    def top(base: str, *indices: str) -> Entry:
        return _layered(base, *indices, letter="L")

    L = ("L", 0)
    slope = Apply("σ'", top("z", "k"))
    return Proof(
        "BP1",
        "The delta of an output: how fast the cost changes with the output, times the slope of the activation there.",
        (
            Line(
                top("δ", "j"),
                top("dC/dz", "j"),
                "definition",
                "The delta of a unit is the derivative by its net input.",
            ),
            Line(
                top("a", "k"),
                Apply("σ", top("z", "k")),
                "definition",
                "Every output is the activation of its net input.",
            ),
            Line(
                top("dC/dz", "j"),
                SumOver("k", "n", top("dC/da", "k") * top("da/dz", "k", "j"), L),
                "chain_rule",
                "The net input reaches the cost through the outputs, of which there are n.",
            ),
            Line(
                top("da/dz", "k", "j"),
                slope * Kronecker("k", "j"),
                "differentiate",
                "An output depends on its own net input only.",
                uses=(1,),
                by=top("z", "j"),
            ),
            Line(
                top("dC/dz", "j"),
                top("dC/da", "j") * Apply("σ'", top("z", "j")),
                "collapse",
                "Of the sum one term is left, that with k = j.",
                uses=(3, 2),
            ),
            Line(
                top("δ", "j"),
                top("dC/da", "j") * Apply("σ'", top("z", "j")),
                "substitute",
                "This is BP1.",
                uses=(0, 4),
            ),
        ),
    )


def _next_layer() -> Line:
    up = ("l", 0)
    weighted = SumOver("m", "n", _layered("w", "k", "m", at=1) * Apply("σ", _layered("z", "m")), up)
    return Line(
        _layered("z", "k", at=1),
        weighted + _layered("b", "k", at=1),
        "definition",
        "The next layer's net inputs are made from this layer's outputs.",
    )


def _bp2() -> Proof:
    above = ("l", 1)
    slope = Apply("σ'", _layered("z", "j"))
    return Proof(
        "BP2",
        "The delta of a hidden unit: the deltas ahead, sent back along the weights, times the slope of the activation.",
        (
            Line(_layered("δ", "j"), _layered("dC/dz", "j"), "definition", "The delta of a unit, in this layer ..."),
            Line(_layered("δ", "k", at=1), _layered("dC/dz", "k", at=1), "definition", "... and in the next."),
            _next_layer(),
            Line(
                _layered("dC/dz", "j"),
                SumOver("k", "n", _layered("dC/dz", "k", at=1) * _layered("dz/dz", "k", "j", at=1), above),
                "chain_rule",
                "The net input reaches the cost through the net inputs of the whole next layer.",
            ),
            Line(
                _layered("dz/dz", "k", "j", at=1),
                _layered("w", "k", "j", at=1) * slope,
                "differentiate",
                "Of the sum over m only the term with m = j depends on it.",
                uses=(2,),
                by=_layered("z", "j"),
            ),
            Line(
                _layered("dC/dz", "j"),
                SumOver("k", "n", _layered("dC/dz", "k", at=1) * _layered("w", "k", "j", at=1) * slope, above),
                "substitute",
                "Put the derivative in.",
                uses=(4, 3),
            ),
            Line(
                _layered("dC/dz", "j"),
                SumOver("k", "n", _layered("w", "k", "j", at=1) * _layered("δ", "k", at=1) * slope, above),
                "substitute",
                "Name the deltas ahead.",
                uses=(1, 5),
            ),
            Line(
                _layered("δ", "j"),
                SumOver("k", "n", _layered("w", "k", "j", at=1) * _layered("δ", "k", at=1), above) * slope,
                "substitute",
                "The slope does not depend on k. This is BP2.",
                uses=(0, 6),
            ),
        ),
    )


def _own_net() -> Line:
    below = SumOver("i", "n", _layered("w", "m", "i") * _layered("a", "i", at=-1), ("l", -1))
    return Line(
        _layered("z", "m"),
        below + _layered("b", "m"),
        "definition",
        "A net input: the outputs below, weighted, and the bias.",
    )


def _gradient(name: str, statement: str, by: Entry, base: str, what: Expression, right: Expression) -> Proof:
    """BP3 and BP4 differ in what the net input is differentiated by."""
    return Proof(
        name,
        statement,
        (
            Line(_layered("δ", "m"), _layered("dC/dz", "m"), "definition", "The delta of a unit."),
            _own_net(),
            Line(
                _layered(f"dC/{base}", *by.indices),
                SumOver("m", "n", _layered("dC/dz", "m") * _layered(f"dz/{base}", "m", *by.indices), ("l", 0)),
                "chain_rule",
                "It reaches the cost through the net inputs of its layer.",
            ),
            Line(
                _layered(f"dz/{base}", "m", *by.indices),
                what,
                "differentiate",
                "Only the net input of its own unit depends on it.",
                uses=(1,),
                by=by,
            ),
            Line(
                _layered(f"dC/{base}", *by.indices),
                _layered("dC/dz", "j")
                if isinstance(right, Entry)
                else _layered("dC/dz", "j") * _layered("a", "k", at=-1),
                "collapse",
                "Of the sum one term is left, that with m = j.",
                uses=(3, 2),
            ),
            Line(
                _layered(f"dC/{base}", *by.indices),
                right,
                "substitute",
                f"Name the delta. This is {name}.",
                uses=(0, 4),
            ),
        ),
    )


def _bp3() -> Proof:
    return _gradient(
        "BP3",
        "The gradient by a weight: the delta of the unit it leads to, times the output it comes from.",
        _layered("w", "j", "k"),
        "dw",
        _layered("a", "k", at=-1) * Kronecker("m", "j"),
        _layered("δ", "j") * _layered("a", "k", at=-1),
    )


def _bp4() -> Proof:
    return _gradient(
        "BP4",
        "The gradient by a bias: the delta of its unit.",
        _layered("b", "j"),
        "db",
        Kronecker("m", "j"),
        _layered("δ", "j"),
    )


def _matrix_form() -> Proof:
    """The four equations for whole layers: where the transposes come from."""

    def whole(base: str, at: int = 0, letter: str = "l") -> Entry:
        return Entry(base, (), (letter, at))

    slope_L, slope = Apply("σ'", whole("z", letter="L")), Apply("σ'", whole("z"))
    sent_back = Matmul((Transposed(whole("w", 1)), whole("δ", 1)))
    gathered = (
        (
            whole("δ", letter="L"),
            Hadamard((whole("dC/da", letter="L"), slope_L)),
            "Entry by entry: the Hadamard product.",
        ),
        (
            whole("δ"),
            Hadamard((sent_back, slope)),
            "The sum runs down column j of w: the transpose turns it into a row.",
        ),
        (
            whole("dC/dw"),
            Matmul((whole("δ"), Transposed(whole("a", -1)))),
            "A column times a row: all products at once.",
        ),
        (whole("dC/db"), whole("δ"), "Nothing to do."),
    )
    lines: list[Line] = []
    for name, (left, right, sentence) in zip(("BP1", "BP2", "BP3", "BP4"), gathered, strict=True):
        known = proof(name).conclusion
        lines.append(Line(known.left, known.right, "theorem", f"{name}, for one unit."))
        lines.append(Line(left, right, "gather", sentence, uses=(len(lines) - 1,)))
    return Proof("matrix", "The four equations, gathered into matrices.", tuple(lines))


def _induction() -> Proof:
    """From the last layer to any: the induction over layers."""
    base, step = proof("BP1").conclusion, proof("BP2").conclusion
    above = ("L", 0)
    weighted = SumOver("k", "n", _top("w", "k", "j") * _top("δ", "k"), above)
    return Proof(
        "induction",
        "Every layer's deltas are reached: those of layer L, and with those of layer l + 1 also those of layer l.",
        (
            Line(
                base.left,
                base.right,
                "theorem",
                "Base: BP1 gives the deltas of the last layer, L, from the cost alone.",
            ),
            Line(step.left, step.right, "theorem", "Step: BP2 gives the deltas of layer l from those of layer l + 1."),
            Line(
                Entry("δ", ("j",), ("L", -1)),
                weighted * Apply("σ'", Entry("z", ("j",), ("L", -1))),
                "instance",
                "So those of layer L - 1 follow, and from them those of L - 2, and so on down to the first.",
                uses=(1,),
            ),
        ),
    )


def _batch() -> Proof:
    """Article 1: the gradient of the mean error is the mean of the gradients."""
    here = ("l", 0)
    share = Number(1) / Entry("m")
    delta, a = Entry("δ", ("i", "j"), here), Entry("a", ("i", "k"), ("l", -1))
    dE = Entry("dE/dw", ("j", "k"), here)
    return Proof(
        "batch",
        "The gradient of the mean error over m samples is the mean of what each sample says.",
        (
            Line(
                Entry("E", (), here),
                share * SumOver("i", "m", Entry("E", ("i",), here)),
                "definition",
                "The mean error.",
            ),
            Line(
                dE,
                share * SumOver("i", "m", Entry("dE/dw", ("i", "j", "k"), here)),
                "linear",
                "A sum's derivative, term by term.",
                uses=(0,),
            ),
            Line(Entry("dE/dw", ("i", "j", "k"), here), delta * a, "theorem", "BP3, for each sample i."),
            Line(dE, share * SumOver("i", "m", delta * a), "substitute", "The mean over the samples.", uses=(2, 1)),
        ),
    )


def _top(base: str, *indices: str) -> Entry:
    return Entry(base, indices, ("L", 0))


def _softmax() -> Proof:
    """Article 4's cancellation, with softmax."""
    L = ("L", 0)
    a_k, a_j, t_k = _top("a", "k"), _top("a", "j"), _top("t", "k")
    chain = SumOver("k", "n", _top("dC/da", "k") * _top("da/dz", "k", "j"), L)
    return Proof(
        "softmax",
        "With softmax and cross-entropy the delta of an output is its error: the slopes cancel.",
        (
            Line(
                _top("C"),
                Negative(SumOver("i", "n", _top("t", "i") * log(_top("a", "i")), L)),
                "definition",
                "The cross-entropy.",
            ),
            Line(
                a_k,
                exp(_top("z", "k")) / SumOver("i", "n", exp(_top("z", "i")), L),
                "definition",
                "Softmax: shares of one whole.",
            ),
            Line(_top("δ", "j"), _top("dC/dz", "j"), "definition", "The delta of a unit."),
            Line(_top("dC/dz", "j"), chain, "chain_rule", "A net input reaches the cost through every output."),
            Line(_top("dC/da", "k"), Negative(t_k / a_k), "differentiate", "The logarithm's slope.", uses=(0,), by=a_k),
            Line(
                _top("da/dz", "k", "j"),
                a_k * (Kronecker("k", "j") - a_j),
                "differentiate",
                "Its own share grows, and all shares shrink with the whole.",
                uses=(1,),
                by=_top("z", "j"),
            ),
            Line(
                _top("dC/dz", "j"),
                SumOver("k", "n", Negative(t_k / a_k) * (a_k * (Kronecker("k", "j") - a_j)), L),
                "substitute",
                "Put both in: a_k cancels.",
                uses=(4, 5, 3),
            ),
            Line(
                _top("dC/dz", "j"),
                a_j * TARGETS - _top("t", "j"),
                "collapse",
                "Of the deltas one term is left.",
                uses=(6,),
            ),
            Line(_top("dC/dz", "j"), a_j - _top("t", "j"), "targets_sum_to_one", "The targets sum to 1.", uses=(7,)),
            Line(_top("δ", "j"), a_j - _top("t", "j"), "substitute", "Output minus target.", uses=(2, 8)),
        ),
    )


def _cross_entropy() -> Proof:
    """Article 4's cancellation, with the sigmoid."""
    a, t = _top("a", "j"), _top("t", "j")
    part = _top("t", "i") * log(_top("a", "i")) + (1 - _top("t", "i")) * log(1 - _top("a", "i"))
    slope = (a - t) / (a * (1 - a))
    return Proof(
        "cross_entropy",
        "With the sigmoid and cross-entropy the delta of an output is its error: the slope cancels.",
        (
            Line(_top("C"), Negative(SumOver("i", "n", part, ("L", 0))), "definition", "The cross-entropy."),
            Line(a, 1 / (1 + exp(-_top("z", "j"))), "definition", "The sigmoid."),
            Line(_top("dC/da", "j"), slope, "differentiate", "The slopes of the logarithms.", uses=(0,), by=a),
            Line(
                _top("da/dz", "j", "j"),
                a * (1 - a),
                "differentiate",
                "The slope of the sigmoid.",
                uses=(1,),
                by=_top("z", "j"),
            ),
            Line(
                _top("dC/dz", "j"),
                _top("dC/da", "j") * _top("da/dz", "j", "j"),
                "chain_rule",
                "A sigmoid's output depends on its own net input only.",
            ),
            Line(_top("dC/dz", "j"), slope * (a * (1 - a)), "substitute", "Put both in.", uses=(2, 3, 4)),
            Line(_top("dC/dz", "j"), a - t, "simplify", "a (1 - a) cancels.", uses=(5,)),
        ),
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


def proof(name: str) -> Proof:
    """The proof of one of the four equations (article 5), for symbolic widths n and any layer l, or of what follows.

    Together they reach every layer by induction: BP1 gives the deltas of the last layer L, and whenever the deltas of
    layer l + 1 are known, BP2 gives those of layer l.

    Parameters
    ----------
    name : "BP1", "BP2", "BP3", "BP4", "induction" (over the layers), "matrix" (all four for whole
        layers), "batch" (article 1's mean error),
        "cross_entropy" or "softmax" (article 4's cancellation)

    Examples
    --------
    >>> print(proof("BP4").conclusion.sentence)
    Name the delta. This is BP4.
    """
    return PROOFS[one_of(name, "name", PROOFS)]()
