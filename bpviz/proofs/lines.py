"""BP1 to BP4 for any widths and any depth, and what follows from them, every line checked by SymPy.

A proof is a list of lines; each line is an equation and the rule that leads to it.  The rules are few: a definition,
the chain rule of several variables, differentiating (SymPy's ``diff`` on ``IndexedBase`` and ``Sum``), collapsing a
sum over a Kronecker delta (SymPy's ``doit``), putting in what an earlier line says, simplifying, taking the derivative
of a sum term by term, citing a theorem, and gathering entries into matrices (SymPy's ``MatrixSymbol``).  A line that
its rule does not yield fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ..formula.tree import Expression, Negative, Number, Product, evaluate, exact, exp, log
from ..formula.indexed import Apply, Entry, Hadamard, Layer, Matmul, SumOver, Transposed
from ..words.validation import one_of


class ProofError(AssertionError):
    """A line of a proof does not follow from the lines before it."""


@dataclass(frozen=True)
class Line:
    """One line: an equation, the rule that leads to it, and a sentence.

    Attributes
    ----------
    left, right : Expression
    rule : str
        ``definition``, ``chain_rule``, ``differentiate``, ``collapse``, ``substitute``, ``simplify``, ``linear``,
        ``theorem``, ``instance``, ``targets_sum_to_one`` or ``gather``.
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


@dataclass(frozen=True, repr=False)
class Proof:
    """A theorem and its lines.

    Examples
    --------
    >>> from bpviz import proof
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
                from ..views.layout import lay_out, plain_leaf
                from ..views.text import text

                shown = " = ".join(text(lay_out(side, plain_leaf)) for side in (line.left, line.right))
                raise ProofError(f"{self.name}, line {n + 1}: {shown} does not follow by the rule {line.rule!r}")
        return self

    def holds(self, n: int) -> bool:
        """Whether line `n` follows from the lines it uses by its rule."""
        line = self.lines[n]
        if any(used >= n for used in line.uses):
            return False
        return _RULES[one_of(line.rule, "rule", _RULES)](self, line)

    def altered(self, n: int, right: Expression | None = None, *, left: Expression | None = None) -> Proof:
        """The same proof with another right or left side in one line, to see it fail."""
        lines = list(self.lines)
        line = lines[n]
        lines[n] = replace(line, left=line.left if left is None else left, right=line.right if right is None else right)
        return replace(self, lines=tuple(lines))

    @cached_property
    def conclusion(self) -> Line:
        """The last line."""
        return self.lines[-1]

    def text(self) -> str:
        """The proof as plain text: each line with its sentence."""
        from ..views.proofs import proof_text

        return proof_text(self)

    def latex(self) -> str:
        """The proof as one LaTeX ``aligned`` block."""
        from ..views.proofs import proof_latex

        return proof_latex(self)

    def mathml(self) -> str:
        """The proof as native MathML."""
        from ..views.proofs import proof_mathml

        return proof_mathml(self)

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

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
    if not isinstance(left, Entry) or left.layer is None or "i" in left.indices:  # i is summed over
        return False
    letter, at = left.layer
    here, below = (letter, at), (letter, at - 1)
    meanings: list[Expression] = []
    if left.base == "δ":
        meanings = [Entry("dC/dz", left.indices, here)]
    elif left.base == "a":
        raised = SumOver("i", "n", exp(Entry("z", ("i",), here)), here)
        logistic = 1 / (1 + exp(-Entry("z", left.indices, here)))
        meanings = [Apply("σ", Entry("z", left.indices, here)), exp(Entry("z", left.indices, here)) / raised, logistic]
    elif left.base == "z":
        weight, bias = Entry("w", (*left.indices, "i"), here), Entry("b", left.indices, here)
        outputs = (Entry("a", ("i",), below), Apply("σ", Entry("z", ("i",), below)))
        meanings = [SumOver("i", "n", weight * output, below) + bias for output in outputs]
    elif left.base == "C" and not left.indices:
        target, out = Entry("t", ("i",), here), Entry("a", ("i",), here)
        meanings = [
            Negative(SumOver("i", "n", target * log(out), here)),
            Negative(SumOver("i", "n", target * log(out) + (1 - target) * log(1 - out), here)),
        ]
    elif left.base == "E" and not left.indices:
        meanings = [Number(1) / Entry("m") * SumOver("i", "m", Entry("E", ("i",), here))]
    return any(_equal(_sympy(meaning), _sympy(line.right)) for meaning in meanings)


def _chain_rule(proof: Proof, line: Line) -> bool:
    """dC/dx = sum over k of dC/dy_k dy_k/dx, for all the y that x reaches C through, and nothing else."""
    left, right = line.left, line.right
    if isinstance(left, Entry) and isinstance(right, Product) and _one_link(proof, left, right):
        return True
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
        and right.count == "n"
        and right.layer == _numerator_layer(through_first, by, left.layer)
        and factors[0].indices == (right.index,)
        and factors[1].indices == (right.index, *left.indices)
        and factors[0].layer == right.layer
        and factors[1].layer == right.layer
        and right.index not in left.indices
    )


def _numerator_layer(above: str, below: str, layer: Layer | None) -> Layer | None:
    """The layer of y in dy/dx, for x in this layer: a net input by a net input goes one layer back."""
    return (layer[0], layer[1] + 1) if layer is not None and above == below else layer


def _one_link(proof: Proof, left: Entry, right: Product) -> bool:
    """dC/dz_j = dC/da_j da_j/dz_j, where the proof defines a_j by z_j alone."""
    a, z = Entry("a", left.indices, left.layer), Entry("z", left.indices, left.layer)
    alone = 1 / (1 + exp(-z))
    defined = any(known.left == a and known.rule == "definition" and known.right == alone for known in proof.lines)
    links = (Entry("dC/da", left.indices, left.layer), Entry("da/dz", left.indices * 2, left.layer))
    return defined and left.base == "dC/dz" and right.factors == links


def _differentiate(proof: Proof, line: Line) -> bool:
    """d(y_k)/d(x): SymPy's derivative of the definition of y_k, for an index within its range."""
    import sympy as sp

    (used,) = line.uses
    definition = proof.lines[used]
    if not (isinstance(line.by, Entry) and isinstance(definition.left, Entry)):
        return False
    above, below = f"d{definition.left.base}", f"d{line.by.base}"
    indices, layer = definition.left.indices + line.by.indices, definition.left.layer
    if line.left != Entry(f"{above}/{below}", indices, layer):
        return False
    if layer != _numerator_layer(above, below, line.by.layer):
        return False
    by, right = _sympy(line.by), _sympy(line.right)
    derivative = _in_range(sp.diff(_sympy(definition.right), by).doit())
    if _equal(derivative, right):
        return True
    # The derivative may be said in terms of the quantity itself, as a (1 - a): then its definition is put in.
    if definition.left.indices:
        right = _put_in(proof, right, (used,))
    return bool(sp.simplify(_dummied(sp.expand(derivative)) - _dummied(sp.expand(right))) == 0)


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


def _simplify(proof: Proof, line: Line) -> bool:
    """The line before, with what other lines say put in on both sides; SymPy finds no difference."""
    import sympy as sp

    (*puts, start) = line.uses
    if proof.lines[start].left != line.left:
        return False
    before = _put_in(proof, _sympy(proof.lines[start].right), puts)
    after = _put_in(proof, _sympy(line.right), puts)
    return bool(sp.simplify(_dummied(sp.expand(before - after))) == 0) or _equal(before, after)


def _targets_sum_to_one(proof: Proof, line: Line) -> bool:
    """The line before, where the sum of the targets is 1."""
    import sympy as sp

    (start,) = line.uses
    value = _sympy(proof.lines[start].right)
    ones = [total for total in value.atoms(sp.Sum) if _equal(total, _sympy(TARGETS))]
    return proof.lines[start].left == line.left and _equal(
        value.xreplace(dict.fromkeys(ones, sp.S.One)), _sympy(line.right)
    )


def _linear(proof: Proof, line: Line) -> bool:
    """A sum's derivative, term by term: every E_i becomes dE_i/d..., if the line before is linear in them."""
    import sympy as sp

    (used,) = line.uses
    definition, left = proof.lines[used], line.left
    if not (isinstance(definition.left, Entry) and isinstance(left, Entry) and "/" in left.base):
        return False
    of, by = left.base.split("/")
    if of != f"d{definition.left.base}" or left.layer != definition.left.layer:
        return False
    value, scale = _sympy(definition.right), sp.Symbol("scale")
    pattern = _sympy(Entry(definition.left.base, ("i",), left.layer)).base
    slopes = _sympy(Entry(f"{of}/{by}", ("i", *left.indices), left.layer)).base
    others = tuple(sp.Symbol(index, integer=True) for index in left.indices)

    def is_term(part: Any) -> bool:
        return isinstance(part, sp.Indexed) and part.base == pattern

    scaled = value.replace(is_term, lambda part: scale * part)
    moved = value.replace(is_term, lambda part: slopes[(*part.indices, *others)])
    return _equal(sp.expand(scaled.doit()), sp.expand((scale * value).doit())) and _equal(moved, _sympy(line.right))


def _theorem(proof: Proof, line: Line) -> bool:
    """The conclusion of another proof, perhaps for one sample of several: then every quantity has its index too."""
    from ..derivation.theorems import proof as known_proof

    conclusions = [known_proof(name).check().conclusion for name in ("BP1", "BP2", "BP3", "BP4")]
    for known in conclusions:
        for sample in ("", "i"):
            left, right = (_for_sample(side, sample) for side in (known.left, known.right))
            if line.left == left and _equal(_sympy(line.right), _sympy(right)):
                return True
    return False


def _instance(proof: Proof, line: Line) -> bool:
    """The line before for one particular layer: l is L - 1."""
    (start,) = line.uses
    known = proof.lines[start]
    left, right = (_at_last_hidden(side) for side in (known.left, known.right))
    return line.left == left and _equal(_sympy(line.right), _sympy(right))


def _at_last_hidden(x: Expression) -> Expression:
    """A formula of layer l, read for l = L - 1."""
    match x:
        case Entry(base=base, indices=indices, layer=("l", at)):
            return Entry(base, indices, ("L", at - 1))
        case Product(factors=factors):
            return Product(tuple(_at_last_hidden(factor) for factor in factors))
        case SumOver(index=index, count=count, body=body, layer=("l", at)):
            return SumOver(index, count, _at_last_hidden(body), ("L", at - 1))
        case Apply(function=function, argument=argument):
            return Apply(function, _at_last_hidden(argument))
    return x


def _for_sample(x: Expression, sample: str) -> Expression:
    """A formula in which every quantity but weights and biases belongs to a sample; C is called E."""
    match x:
        case Entry(base=base, indices=indices, layer=layer) if sample:
            name = base.replace("C", "E")
            return x if base in ("w", "b") else Entry(name, (sample, *indices), layer)
        case Product(factors=factors):
            return Product(tuple(_for_sample(factor, sample) for factor in factors))
        case SumOver(index=index, count=count, body=body, layer=layer):
            return SumOver(index, count, _for_sample(body, sample), layer)
        case Apply(function=function, argument=argument):
            return Apply(function, _for_sample(argument, sample))
    return x


def _gather(proof: Proof, line: Line) -> bool:
    """An entry of the matrix equation is the line before: rows, columns and the sum in between are SymPy's."""
    import sympy as sp

    (start,) = line.uses
    entry = proof.lines[start]
    if not isinstance(entry.left, Entry):
        return False
    letters = entry.left.indices
    places = tuple(sp.Symbol(index, integer=True) for index in letters)
    row, col = places if len(places) == 2 else (places[0], sp.S.Zero)
    try:
        left, right = _matrix(line.left), _matrix(line.right)
        if left.shape != right.shape:
            return False
        one = left[row, col] - _elements(_sympy(entry.left))
        other = sp.expand(right[row, col]) - _elements(_sympy(entry.right))
    except (ValueError, TypeError, IndexError, sp.matrices.exceptions.ShapeError):
        return False
    return one == 0 and bool(_dummied(other) == 0)


def _matrix(x: Expression) -> Any:
    """A formula of whole layers in matrix symbols of symbolic sizes."""
    import sympy as sp

    match x:
        case Entry(base=base, indices=(), layer=(letter, at)):
            rows = sp.Symbol(f"n{letter}{at:+d}", integer=True, positive=True)
            below = sp.Symbol(f"n{letter}{at - 1:+d}", integer=True, positive=True)
            square = base in ("w", "dC/dw")
            return sp.MatrixSymbol(_sympy(x).name, rows, below if square else 1)
        case Apply(function=function, argument=Entry() as argument):
            inner = _matrix(argument)
            return sp.MatrixSymbol(f"{function}({inner.name})", *inner.shape)
        case Matmul(factors=factors):
            return sp.MatMul(*map(_matrix, factors))
        case Transposed(of=of):
            return _matrix(of).T
        case Hadamard(factors=factors):
            return sp.HadamardProduct(*map(_matrix, factors))
    raise TypeError(f"{type(x).__name__} is no matrix")


def _elements(x: Any) -> Any:
    """An index formula with the entries of matrix symbols for its letters, counted from 0."""
    import sympy as sp

    def element(part: Any) -> Any:
        name = str(part.base)
        layer, at = _layer_of(name)
        rows = sp.Symbol(f"n{layer}{at:+d}", integer=True, positive=True)
        below = sp.Symbol(f"n{layer}{at - 1:+d}", integer=True, positive=True)
        if len(part.indices) == 2:
            return sp.MatrixSymbol(name, rows, below)[part.indices]
        return sp.MatrixSymbol(name, rows, 1)[part.indices[0], 0]

    def slope(part: Any) -> Any:
        inner = element(part.variables[0])
        return sp.MatrixSymbol(f"σ'({inner.parent.name})", *inner.parent.shape)[inner.args[1:]]

    def shifted(total: Any) -> Any:
        (index, _, count) = total.limits[0]
        base, layer, at = str(count).partition("^")[0], *_layer_of(str(count))
        rows = sp.Symbol(f"{base}{layer}{at:+d}", integer=True, positive=True)
        return sp.Sum(total.function, (index, 0, rows - 1))

    x = x.replace(lambda part: isinstance(part, sp.Derivative), slope)
    x = x.replace(lambda part: isinstance(part, sp.Indexed), element)
    return x.replace(lambda part: isinstance(part, sp.Sum), shifted)


def _layer_of(name: str) -> tuple[str, int]:
    """The layer in a name such as w^l+1."""
    layer = name.partition("^")[2]
    letter, digits = layer[:1], layer[1:]
    return letter, int(digits or 0)


_RULES: dict[str, Callable[[Proof, Line], bool]] = {
    "definition": _definition,
    "chain_rule": _chain_rule,
    "differentiate": _differentiate,
    "collapse": _collapse,
    "substitute": _substitute,
    "simplify": _simplify,
    "linear": _linear,
    "theorem": _theorem,
    "instance": _instance,
    "gather": _gather,
    "targets_sum_to_one": _targets_sum_to_one,
}

TARGETS = SumOver("k", "n", Entry("t", ("k",), ("L", 0)), ("L", 0))
