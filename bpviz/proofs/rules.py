"""The rules: each says whether a line of a proof follows from the lines that it uses, with SymPy's help.

They are few: a definition, the chain rule of several variables, differentiating (SymPy's ``diff`` on ``IndexedBase``
and ``Sum``), collapsing a sum over a Kronecker delta (SymPy's ``doit``), putting in what an earlier line says,
simplifying, taking the derivative of a sum term by term, citing a theorem, and gathering entries into matrices.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from ..formula.indexed import Apply, Entry, Layer, Partial, SumOver
from ..formula.tree import Expression, Negative, Number, Product, exp, log, mapped
from ..words.validation import one_of
from .lines import Argument, Line
from .matrices import gather
from .symbolic import dummied, equal, sympy_of

#: The cost of a sample, and the error of all samples, whose share of each sample has an index.
COST, ERROR = Entry("C"), Entry("E")
#: The last layer.
LAST: Layer = ("L", 0)

#: The sum of the targets of the last layer.
TARGETS = SumOver("k", "n", Entry("t", ("k",), LAST), LAST)


def _in_range(piecewise: Any) -> Any:
    """A collapsed sum for an index that lies in the sum's range: the first branch."""
    import sympy as sp

    return piecewise.replace(lambda part: isinstance(part, sp.Piecewise), lambda part: part.args[0][0])


def _definition(proof: Argument, line: Line) -> bool:
    """What a feed-forward network is: these definitions and no others."""
    left = line.left
    if not isinstance(left, Entry) or "i" in left.indices:  # i is summed over
        return False
    meanings: list[Expression] = []
    if left.layer is not None:
        letter, at = left.layer
        below = (letter, at - 1)
        z = Entry("z", left.indices, left.layer)
        if left.base == "δ":
            meanings = [Partial(COST, z)]
        elif left.base == "a":
            raised = SumOver("i", "n", exp(Entry("z", ("i",), left.layer)), left.layer)
            meanings = [Apply("σ", z), exp(z) / raised, 1 / (1 + exp(-z))]
        elif left.base == "z":
            weight, bias = Entry("w", (*left.indices, "i"), left.layer), Entry("b", left.indices, left.layer)
            outputs = (Entry("a", ("i",), below), Apply("σ", Entry("z", ("i",), below)))
            meanings = [SumOver("i", "n", weight * output, below) + bias for output in outputs]
    elif left == COST:
        target, out = Entry("t", ("i",), LAST), Entry("a", ("i",), LAST)
        meanings = [
            Negative(SumOver("i", "n", target * log(out), LAST)),
            Negative(SumOver("i", "n", target * log(out) + (1 - target) * log(1 - out), LAST)),
        ]
    elif left == ERROR:
        meanings = [Number(1) / Entry("m") * SumOver("i", "m", Entry(ERROR.base, ("i",)))]
    return any(equal(sympy_of(meaning), sympy_of(line.right)) for meaning in meanings)


def _chain_rule(proof: Argument, line: Line) -> bool:
    """dC/dx = sum over k of dC/dy_k dy_k/dx, for all the y that x reaches C through, and nothing else."""
    match line.left, line.right:
        case Partial() as left, Product(factors=links):
            return _one_link(proof, left, links)
        case Partial(of=of, by=by), SumOver(body=Product(factors=(Partial() as first, Partial() as second))) as total:
            through = first.by
            return (
                (first.of, second.of, second.by) == (of, through, by)
                and (total.count, total.layer) == ("n", through.layer)
                and through.indices == (total.index,)
                and through.layer == _reached(by, through)
                and total.index not in line.left.indices
            )
    return False


def _reached(x: Entry, y: Entry) -> Layer | None:
    """The layer of the y that x reaches the cost through: a net input reaches it through those one layer above."""
    return (x.layer[0], x.layer[1] + 1) if x.layer is not None and x.base == y.base else x.layer


def _one_link(proof: Argument, left: Partial, links: tuple[Expression, ...]) -> bool:
    """dC/dz_j = dC/da_j da_j/dz_j, where the proof defines a_j by z_j alone."""
    a, z = Entry("a", left.by.indices, left.by.layer), Entry("z", left.by.indices, left.by.layer)
    alone = 1 / (1 + exp(-z))
    defined = any(known.left == a and known.rule == "definition" and known.right == alone for known in proof.lines)
    return defined and left == Partial(COST, z) and links == (Partial(COST, a), Partial(a, z))


def _differentiate(proof: Argument, line: Line) -> bool:
    """d(y_k)/d(x): SymPy's derivative of the definition of y_k, for an index within its range."""
    import sympy as sp

    (used,) = line.uses
    definition, by = proof.lines[used], line.by
    if not (isinstance(by, Entry) and isinstance(definition.left, Entry)):
        return False
    if line.left != Partial(definition.left, by):
        return False
    if definition.left.layer not in (None, _reached(by, definition.left)):
        return False
    right = sympy_of(line.right)
    derivative = _in_range(sp.diff(sympy_of(definition.right), sympy_of(by)).doit())
    if equal(derivative, right):
        return True
    # The derivative may be said in terms of the quantity itself, as a (1 - a): then its definition is put in.
    if definition.left.indices:
        right = _put_in(proof, right, (used,))
    return bool(sp.simplify(dummied(sp.expand(derivative)) - dummied(sp.expand(right))) == 0)


def _collapse(proof: Argument, line: Line) -> bool:
    """The sum of the line before, with the derivative just found put in, and done."""
    import sympy as sp

    (*puts, total) = line.uses
    value = sympy_of(proof.lines[total].right)
    value = _put_in(proof, value, puts)
    return proof.lines[total].left == line.left and equal(_in_range(sp.expand(value.doit())), sympy_of(line.right))


def _substitute(proof: Argument, line: Line) -> bool:
    """The line before with what earlier lines say put in."""
    (*puts, start) = line.uses
    value = _put_in(proof, sympy_of(proof.lines[start].right), puts)
    left = proof.lines[start].left == line.left or any(
        line.left == proof.lines[n].left and proof.lines[n].right == proof.lines[start].left for n in puts
    )
    return left and equal(value, sympy_of(line.right))


def _put_in(proof: Argument, value: Any, lines: Any) -> Any:
    """Replace what these lines define, whatever their index is called; either way round."""
    import sympy as sp

    for n in lines:
        left, right = sympy_of(proof.lines[n].left), sympy_of(proof.lines[n].right)
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


def _simplify(proof: Argument, line: Line) -> bool:
    """The line before, with what other lines say put in on both sides; SymPy finds no difference."""
    import sympy as sp

    (*puts, start) = line.uses
    if proof.lines[start].left != line.left:
        return False
    before = _put_in(proof, sympy_of(proof.lines[start].right), puts)
    after = _put_in(proof, sympy_of(line.right), puts)
    return bool(sp.simplify(dummied(sp.expand(before - after))) == 0) or equal(before, after)


def _targets_sum_to_one(proof: Argument, line: Line) -> bool:
    """The line before, where the sum of the targets is 1."""
    import sympy as sp

    (start,) = line.uses
    value = sympy_of(proof.lines[start].right)
    ones = [total for total in value.atoms(sp.Sum) if equal(total, sympy_of(TARGETS))]
    return proof.lines[start].left == line.left and equal(
        value.xreplace(dict.fromkeys(ones, sp.S.One)), sympy_of(line.right)
    )


def _linear(proof: Argument, line: Line) -> bool:
    """A sum's derivative, term by term: every E_i becomes dE_i/d..., if the line before is linear in them."""
    import sympy as sp

    (used,) = line.uses
    definition, left = proof.lines[used], line.left
    if not (isinstance(left, Partial) and left.of == definition.left):
        return False
    value, scale = sympy_of(definition.right), sp.Symbol("scale")
    each = replace(left.of, indices=("i",))
    pattern, slopes = sympy_of(each).base, sympy_of(Partial(each, left.by)).base
    others = tuple(sp.Symbol(index, integer=True) for index in left.indices)

    def is_term(part: Any) -> bool:
        return isinstance(part, sp.Indexed) and part.base == pattern

    scaled = value.replace(is_term, lambda part: scale * part)
    moved = value.replace(is_term, lambda part: slopes[(*part.indices, *others)])
    return equal(sp.expand(scaled.doit()), sp.expand((scale * value).doit())) and equal(moved, sympy_of(line.right))


def _theorem(proof: Argument, line: Line) -> bool:
    """The conclusion of the proof it cites, perhaps for one sample of several, whose index every quantity then has."""
    if line.cites is None or not proved(line.cites):
        return False
    known = line.cites.conclusion
    for sample in ("", "i"):
        left, right = (_for_sample(side, sample) for side in (known.left, known.right))
        if line.left == left and equal(sympy_of(line.right), sympy_of(right)):
            return True
    return False


def _instance(proof: Argument, line: Line) -> bool:
    """The line before for one particular layer: l is L - 1."""
    (start,) = line.uses
    known = proof.lines[start]
    left, right = (_at_last_hidden(side) for side in (known.left, known.right))
    return line.left == left and equal(sympy_of(line.right), sympy_of(right))


def _at_last_hidden(x: Expression) -> Expression:
    """A formula of layer l, read for l = L - 1."""
    changed = mapped(x, _at_last_hidden)
    match changed:
        case Entry(layer=("l", at)) | SumOver(layer=("l", at)):
            return replace(changed, layer=("L", at - 1))
    return changed


def _for_sample(x: Expression, sample: str) -> Expression:
    """A formula in which every quantity but weights and biases belongs to a sample; C is called E."""
    if isinstance(x, Entry):
        by_sample = sample and x.base not in ("w", "b")
        named = replace(x, base=ERROR.base) if x == COST else x
        return replace(named, indices=(sample, *x.indices)) if by_sample else x
    return mapped(x, lambda part: _for_sample(part, sample))


#: Every rule by its name: whether a line of a proof follows by it from the lines that it uses.
RULES: dict[str, Callable[[Argument, Line], bool]] = {
    "definition": _definition,
    "chain_rule": _chain_rule,
    "differentiate": _differentiate,
    "collapse": _collapse,
    "substitute": _substitute,
    "simplify": _simplify,
    "linear": _linear,
    "theorem": _theorem,
    "instance": _instance,
    "gather": gather,
    "targets_sum_to_one": _targets_sum_to_one,
}


def holds(proof: Argument, n: int) -> bool:
    """Whether line `n` (from 0) follows from the lines it uses by its rule."""
    line = proof.lines[n]
    if any(used >= n for used in line.uses):
        return False
    rule = RULES[one_of(line.rule, "rule", RULES)]
    try:
        return rule(proof, line)
    except ValueError:  # what SymPy can make no sense of follows from nothing
        return False


@cache
def proved(proof: Argument) -> bool:
    """Whether every line holds."""
    return all(holds(proof, n) for n in range(len(proof.lines)))
