"""BP1 to BP4 for any widths and any depth, in index form, every line checked by SymPy.

A proof is a list of lines; each line is an equation and the rule that leads to it.  The rules are few: a definition,
the chain rule of several variables, differentiating (SymPy's ``diff`` on ``IndexedBase`` and ``Sum``), collapsing a
sum over a Kronecker delta (SymPy's ``doit``), and putting in what an earlier line says.  A line that its rule does
not yield fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from .expression import Expression, evaluate, exact
from .formulas import Apply, Entry, Kronecker, SumOver
from .validation import one_of


class ProofError(AssertionError):
    """A line of a proof does not follow from the lines before it."""


@dataclass(frozen=True)
class Line:
    """One line: an equation, the rule that leads to it, and a sentence.

    Attributes
    ----------
    left, right : Expression
    rule : str
        ``definition``, ``chain_rule``, ``differentiate``, ``collapse`` or ``substitute``.
    sentence : str
    uses : tuple of int
        The numbers (from 0) of the lines that it is made from.
    by : Expression or None
        What to differentiate by, for that rule.
    """

    left: Expression
    right: Expression
    rule: str
    sentence: str
    uses: tuple[int, ...] = ()
    by: Expression | None = None


@dataclass(frozen=True)
class Proof:
    """A theorem and its lines.

    Examples
    --------
    >>> bp2 = proof("BP2")
    >>> bp2.check() is bp2
    True
    >>> print(bp2.lines[-1].rule)
    substitute
    """

    name: str
    statement: str
    lines: tuple[Line, ...]

    def check(self) -> Proof:
        """Check every line; raise `ProofError` at the first that does not follow.  Returns the proof itself."""
        for n, line in enumerate(self.lines):
            if not self.holds(n):
                from .render.layout import lay_out, plain_leaf
                from .render.text import text

                shown = " = ".join(text(lay_out(side, plain_leaf)) for side in (line.left, line.right))
                raise ProofError(f"{self.name}, line {n + 1}: {shown} does not follow by the rule {line.rule!r}")
        return self

    def holds(self, n: int) -> bool:
        """Whether line `n` follows from the lines it uses by its rule."""
        line = self.lines[n]
        if any(used >= n for used in line.uses):
            return False
        return _RULES[one_of(line.rule, "rule", _RULES)](self, line)

    def altered(self, n: int, right: Expression) -> Proof:
        """The same proof with another right side in one line, to see it fail."""
        lines = list(self.lines)
        lines[n] = replace(lines[n], right=right)
        return replace(self, lines=tuple(lines))

    @cached_property
    def conclusion(self) -> Line:
        """The last line."""
        return self.lines[-1]

    def text(self) -> str:
        """The proof as plain text: each line with its sentence."""
        from .render.proofs import proof_text

        return proof_text(self)

    def latex(self) -> str:
        """The proof as one LaTeX ``aligned`` block."""
        from .render.proofs import proof_latex

        return proof_latex(self)

    def mathml(self) -> str:
        """The proof as native MathML."""
        from .render.proofs import proof_mathml

        return proof_mathml(self)

    def __str__(self) -> str:
        return self.text()

    def _repr_latex_(self) -> str:
        return f"$${self.latex()}$$"


# --- the rules ---


def _sympy(x: Expression) -> Any:
    return evaluate(x, {}, exact())


def _equal(a: Any, b: Any) -> bool:
    """Whether two expressions are the same, up to the order of terms and the names of summed indices."""
    import sympy as sp

    difference = sp.expand(_dummied(a) - _dummied(b))
    return bool(difference == 0)


def _dummied(x: Any) -> Any:
    """Sums with their indices renamed alike, factors without the index taken out, and finished deltas resolved."""
    import sympy as sp

    def rename(total: Any) -> Any:
        (index, low, high) = total.limits[0]
        standard = sp.Symbol("_index", integer=True)
        outside, inside = sp.factor_terms(sp.expand(total.function)).as_independent(index, as_Add=False)
        return outside * sp.Sum(inside.xreplace({index: standard}), (standard, low, high))

    return sp.expand(x).replace(lambda part: isinstance(part, sp.Sum), rename)


def _in_range(piecewise: Any) -> Any:
    """A collapsed sum for an index that lies in the sum's range: the first branch."""
    import sympy as sp

    return piecewise.replace(lambda part: isinstance(part, sp.Piecewise), lambda part: part.args[0][0])


def _definition(proof: Proof, line: Line) -> bool:
    """What a feed-forward network is: these definitions and no others."""
    left = line.left
    if not isinstance(left, Entry) or left.layer is None:
        return False
    letter, at = left.layer
    here, below = (letter, at), (letter, at - 1)
    meanings: list[Expression] = []
    if left.base == "δ":
        meanings = [Entry("dC/dz", left.indices, here)]
    elif left.base == "a":
        meanings = [Apply("σ", Entry("z", left.indices, here))]
    elif left.base == "z":
        weight, bias = Entry("w", (*left.indices, "i"), here), Entry("b", left.indices, here)
        outputs = (Entry("a", ("i",), below), Apply("σ", Entry("z", ("i",), below)))
        meanings = [SumOver("i", "n", weight * output, below) + bias for output in outputs]
    return any(_equal(_sympy(meaning), _sympy(line.right)) for meaning in meanings)


def _chain_rule(proof: Proof, line: Line) -> bool:
    """dC/dx = sum over k of dC/dy_k dy_k/dx, for all the y that x reaches C through, and nothing else."""
    left, right = line.left, line.right
    if not (isinstance(left, Entry) and isinstance(right, SumOver) and "/" in left.base):
        return False
    body = right.body
    factors: tuple[Any, ...] = getattr(body, "factors", ())
    if len(factors) != 2 or not all(isinstance(f, Entry) and "/" in f.base for f in factors):
        return False
    of, by = left.base.split("/")
    (of_first, through_first), (of_second, by_second) = (f.base.split("/") for f in factors)
    return (
        (of, by) == (of_first, by_second)
        and through_first == of_second
        and factors[0].indices == (right.index,)
        and factors[1].indices == (right.index, *left.indices)
        and factors[0].layer == right.layer
        and factors[1].layer in (left.layer, right.layer)
        and right.index not in left.indices
    )


def _differentiate(proof: Proof, line: Line) -> bool:
    """d(y_k)/d(x): SymPy's derivative of the definition of y_k, for an index within its range."""
    import sympy as sp

    (used,) = line.uses
    definition = proof.lines[used]
    if line.by is None:
        return False
    derivative = sp.diff(_sympy(definition.right), _sympy(line.by)).doit()
    return _equal(_in_range(derivative), _sympy(line.right))


def _collapse(proof: Proof, line: Line) -> bool:
    """The sum of the line before, with the derivative just found put in, and done."""
    import sympy as sp

    (*puts, total) = line.uses
    value = _sympy(proof.lines[total].right)
    value = _put_in(proof, value, puts)
    return proof.lines[total].left == line.left and _equal(_in_range(sp.expand(value.doit())), _sympy(line.right))


def _substitute(proof: Proof, line: Line) -> bool:
    """The line before with what earlier lines say put in."""
    (*puts, start) = line.uses
    value = _put_in(proof, _sympy(proof.lines[start].right), puts)
    left = proof.lines[start].left == line.left or any(
        line.left == proof.lines[n].left and proof.lines[n].right == proof.lines[start].left for n in puts
    )
    return left and _equal(value, _sympy(line.right))


def _put_in(proof: Proof, value: Any, lines: Any) -> Any:
    """Replace what these lines define, whatever their index is called; either way round."""
    import sympy as sp

    for n in lines:
        left, right = _sympy(proof.lines[n].left), _sympy(proof.lines[n].right)
        for pattern, target in ((left, right), (right, left)):
            if not isinstance(pattern, sp.Indexed):
                continue
            replaced = value.replace(
                lambda part, pattern=pattern: (
                    isinstance(part, sp.Indexed)
                    and part.base == pattern.base
                    and len(part.indices) == len(pattern.indices)
                ),
                lambda part, pattern=pattern, target=target: target.xreplace(
                    dict(zip(pattern.indices, part.indices, strict=True))
                ),
            )
            if replaced != value:
                value = replaced
                break
    return value


_RULES: dict[str, Callable[[Proof, Line], bool]] = {
    "definition": _definition,
    "chain_rule": _chain_rule,
    "differentiate": _differentiate,
    "collapse": _collapse,
    "substitute": _substitute,
}


# --- the theorems ---


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
                "The slope does not depend on k.  This is BP2.",
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
                f"Name the delta.  This is {name}.",
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


#: The theorems by name.
PROOFS: dict[str, Callable[[], Proof]] = {"BP1": _bp1, "BP2": _bp2, "BP3": _bp3, "BP4": _bp4}


def proof(name: str) -> Proof:
    """The proof of one of the four equations (article 5), for symbolic widths n and any layer l.

    Together they reach every layer by induction: BP1 gives the deltas of the last layer L, and whenever the deltas of
    layer l + 1 are known, BP2 gives those of layer l.

    Parameters
    ----------
    name : "BP1", "BP2", "BP3" or "BP4"

    Examples
    --------
    >>> print(proof("BP4").conclusion.sentence)
    Name the delta.  This is BP4.
    """
    return PROOFS[one_of(name, "name", PROOFS)]()
