"""The rules: each says whether a line of a proof follows from the lines that it uses, with SymPy's help.

They are few: a definition, the chain rule of several variables, differentiating (SymPy's ``diff`` on ``IndexedBase``
and ``Sum``), collapsing a sum over a Kronecker delta (SymPy's ``doit``), putting in what an earlier line says,
simplifying, taking the derivative of a sum term by term, citing a theorem, and gathering entries into matrices.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from ..formula.indexed import Apply, Entry, Layer, SumOver
from ..formula.tree import Expression, Negative, Number, Product, exp, log, mapped
from ..words.validation import one_of
from .lines import Argument, Line
from .matrices import gather
from .symbolic import dummied, equal, sympy_of

#: The sum of the targets of the last layer.
TARGETS = SumOver("k", "n", Entry("t", ("k",), ("L", 0)), ("L", 0))


def _in_range(piecewise: Any) -> Any:
    """A collapsed sum for an index that lies in the sum's range: the first branch."""
    import sympy as sp

    return piecewise.replace(lambda part: isinstance(part, sp.Piecewise), lambda part: part.args[0][0])


def _definition(proof: Argument, line: Line) -> bool:
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
    return any(equal(sympy_of(meaning), sympy_of(line.right)) for meaning in meanings)


def _chain_rule(proof: Argument, line: Line) -> bool:
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


def _one_link(proof: Argument, left: Entry, right: Product) -> bool:
    """dC/dz_j = dC/da_j da_j/dz_j, where the proof defines a_j by z_j alone."""
    a, z = Entry("a", left.indices, left.layer), Entry("z", left.indices, left.layer)
    alone = 1 / (1 + exp(-z))
    defined = any(known.left == a and known.rule == "definition" and known.right == alone for known in proof.lines)
    links = (Entry("dC/da", left.indices, left.layer), Entry("da/dz", left.indices * 2, left.layer))
    return defined and left.base == "dC/dz" and right.factors == links


def _differentiate(proof: Argument, line: Line) -> bool:
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
    by, right = sympy_of(line.by), sympy_of(line.right)
    derivative = _in_range(sp.diff(sympy_of(definition.right), by).doit())
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
    if not (isinstance(definition.left, Entry) and isinstance(left, Entry) and "/" in left.base):
        return False
    of, by = left.base.split("/")
    if of != f"d{definition.left.base}" or left.layer != definition.left.layer:
        return False
    value, scale = sympy_of(definition.right), sp.Symbol("scale")
    pattern = sympy_of(Entry(definition.left.base, ("i",), left.layer)).base
    slopes = sympy_of(Entry(f"{of}/{by}", ("i", *left.indices), left.layer)).base
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
    match x:
        case Entry(base=base, indices=indices, layer=("l", at)):
            return Entry(base, indices, ("L", at - 1))
        case SumOver(index=index, count=count, body=body, layer=("l", at)):
            return SumOver(index, count, _at_last_hidden(body), ("L", at - 1))
    return mapped(x, _at_last_hidden)


def _for_sample(x: Expression, sample: str) -> Expression:
    """A formula in which every quantity but weights and biases belongs to a sample; C is called E."""
    if isinstance(x, Entry):
        by_sample = sample and x.base not in ("w", "b")
        return Entry(x.base.replace("C", "E"), (sample, *x.indices), x.layer) if by_sample else x
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
    return RULES[one_of(line.rule, "rule", RULES)](proof, line)


@cache
def proved(proof: Argument) -> bool:
    """Whether every line holds."""
    return all(holds(proof, n) for n in range(len(proof.lines)))
