"""Formulas laid out: one tree of boxes that text, LaTeX and MathML are printed from.

Brackets, minus signs and fractions are decided here once; the printers only spell them.
"""

from collections.abc import Callable

from ..formula import indexed, tree
from ..formula.digits import Digits, round_number
from ..networks.names import derivative_name
from ..steps.notation import HAT, AnyLabel, Ratio, parameter_label
from .boxes import (
    EQUALS,
    MINUS,
    NOTHING,
    PARTIAL,
    PLUS,
    TIMES,
    BigSum,
    Box,
    Brackets,
    Choice,
    Figure,
    Fraction,
    Grid,
    Operator,
    Reference,
    Root,
    Row,
    Script,
    Slot,
    Word,
)

Leaf = Callable[[str, bool], Box]

_SUM, _PRODUCT, _POWER, _ATOM = range(4)


def label_box(label: AnyLabel) -> Box:
    """What a label looks like."""
    if isinstance(label, Ratio):
        ratio = _ratio(label_box(label.of), label_box(label.by))
        return Script(Brackets(ratio), sub=Word(label.route)) if label.route else ratio
    base = Word(label.base)
    if not label.sub and not label.sup:
        return base
    return Script(base, Word(label.sub) if label.sub else None, Word(label.sup) if label.sup else None)


def _ratio(of: Box, by: Box) -> Box:
    """A partial derivative."""
    return Fraction(Row((PARTIAL, of)), Row((PARTIAL, by)))


#: Letters that have a name in plain text.
_PLAIN = {
    "δ": "delta", "η": "eta", "α": "alpha", "β": "beta", "μ": "mu", "ε": "epsilon",
    f"m{HAT}": "m_hat", f"v{HAT}": "v_hat",
}  # fmt: skip


def label_text(label: AnyLabel) -> str:
    """A label in plain text."""
    if isinstance(label, Ratio):
        return derivative_name(label_text(label.of), label_text(label.by), label.route)
    sup = f"^{label.sup}" if label.sup else ""
    return _PLAIN.get(label.base, label.base) + sup + (f"_{label.sub}" if label.sub else "")


def plain_leaf(name: str, guard: bool) -> Box:
    """Writes a quantity as a parameter of that name is written."""
    return label_box(parameter_label(name))


def lay_out(x: tree.Expression, leaf: Leaf, digits: int = 15) -> Box:
    """A formula as boxes; `leaf` says how a quantity is written."""
    return _lay_out(x, leaf, digits, guard=False)[0]


def _lay_out(x: tree.Expression, leaf: Leaf, digits: int, guard: bool) -> tuple[Box, int]:
    def at_least(part: tree.Expression, level: int, guard: bool = True) -> Box:
        box, binds = _lay_out(part, leaf, digits, guard)
        return box if binds >= level else Brackets(box)

    match x:
        case tree.Number(value=value):
            return Figure(round_number(value, digits), "", guard), _ATOM
        case tree.Quantity(name=name):
            return leaf(name, guard), _ATOM
        case tree.Dots():
            return Word("⋯"), _ATOM
        case tree.Stable(shown=shown):
            return _lay_out(shown, leaf, digits, guard)
        case tree.Sum(terms=terms):
            boxes = [at_least(terms[0], _SUM, guard=False)]
            for term in terms[1:]:
                sign, part = (MINUS, term.of) if isinstance(term, tree.Negative) else (PLUS, term)
                boxes += [sign, at_least(part, _PRODUCT)]
            return Row(tuple(boxes)), _SUM
        case tree.Negative(of=of):
            return Row((Operator("-", prefix=True), at_least(of, _PRODUCT))), _SUM
        case tree.Product(factors=factors):
            return _joined(TIMES, [at_least(factor, _PRODUCT) for factor in factors]), _PRODUCT
        case tree.Quotient(above=above, below=below):
            return Fraction(at_least(above, _SUM, guard=False), at_least(below, _SUM, guard=False)), _PRODUCT
        case tree.Power(base=base, exponent=exponent):
            raised = at_least(base, _ATOM)
            if _is_held(raised):
                raised = Brackets(raised)
            return Script(raised, sup=Figure(Digits(exponent < 0, str(abs(exponent))))), _POWER
        case tree.Function(function="exp", arguments=(argument,)):
            return Script(Word("e"), sup=at_least(argument, _SUM, guard=False)), _POWER
        case tree.Function(function="sqrt", arguments=(argument,)):
            return Root(at_least(argument, _SUM, guard=False)), _ATOM
        case tree.Function(function=function, arguments=arguments):
            inner = _joined(Word(", "), [at_least(argument, _SUM, guard=False) for argument in arguments])
            return Row((Word({"log": "ln"}.get(function, function)), Brackets(inner))), _POWER
        case tree.Cases(test=test, above=above, otherwise=otherwise, inclusive=inclusive):
            tested = at_least(test, _SUM, guard=False)
            zero = Figure(Digits(False, "0"))
            first, second = ("≥", "<") if inclusive else (">", "≤")
            rows = (
                (at_least(above, _SUM, guard=False), Row((tested, Operator(first), zero))),
                (at_least(otherwise, _SUM, guard=False), Row((tested, Operator(second), zero))),
            )
            return Choice(rows), _PRODUCT
    return _lay_out_indexed(x, at_least)


def _joined(sign: Box, boxes: list[Box]) -> Row:
    """Boxes with a sign between each two."""
    return Row((boxes[0], *(part for box in boxes[1:] for part in (sign, box))))


def _lay_out_indexed(x: tree.Expression, at_least: Callable[..., Box]) -> tuple[Box, int]:
    """What only formulas of whole layers have: indices, sums over them, matrices."""
    match x:
        case indexed.Entry():
            return _entry(x), _ATOM
        case indexed.Partial(of=above, by=below):
            return _ratio(_entry(above), _entry(below)), _ATOM
        case indexed.SumOver(index=index, count=count, body=body, layer=layer):
            under = Row((Word(index), EQUALS, Figure(Digits(False, "1"))))
            return Row((BigSum(under, _indexed(count, (), layer)), at_least(body, _PRODUCT))), _PRODUCT
        case indexed.Kronecker(first=first, second=second):
            # Iverson's bracket; a Kronecker delta would look like the delta of a unit
            return Row((Word("["), Word(first), EQUALS, Word(second), Word("]"))), _ATOM
        case indexed.Apply(function=function, argument=argument):
            return Row((Word(function), Brackets(at_least(argument, _SUM, guard=False)))), _POWER
        case indexed.Derivative(of=of, by=by):
            return Row(
                (
                    Fraction(PARTIAL, Row((PARTIAL, Word(by) if isinstance(by, str) else _entry(by)))),
                    Brackets(at_least(of, _SUM, guard=False)),
                )
            ), _PRODUCT
        case indexed.Matmul(factors=factors):
            return _joined(NOTHING, [at_least(factor, _PRODUCT) for factor in factors]), _PRODUCT
        case indexed.Hadamard(factors=factors):
            return _joined(Operator("∘"), [at_least(factor, _PRODUCT) for factor in factors]), _PRODUCT
        case indexed.Transposed(of=of):
            turned = at_least(of, _ATOM)
            return Script(Brackets(turned) if _is_held(turned) else turned, sup=Word("T")), _POWER
        case indexed.Block(rows=lines):
            return Grid(tuple(tuple(at_least(cell, _SUM, guard=False) for cell in line) for line in lines)), _ATOM
    raise TypeError(f"no layout for {type(x).__name__}")


def _is_held(box: Box) -> bool:
    """Whether a power of it needs brackets: something stands up there already, or it is a fraction."""
    inner = box.inner if isinstance(box, Reference) or (isinstance(box, Slot) and box.kind == "q") else box
    return isinstance(inner, Fraction) or (isinstance(inner, Script) and inner.sup is not None)


def _entry(x: indexed.Entry) -> Box:
    own = _indexed(x.base, x.indices, x.layer, x.sub)
    if x.sample:
        own = Row((own, Word("("), Word(x.sample), Word(")")))
    return Row((Word(x.image), Brackets(own))) if x.image else own


def _indexed(base: str, indices: tuple[str, ...], layer: indexed.Layer | None, own: str = "") -> Box:
    """A letter with its own subscript and its indices below, its layer in brackets above."""
    letter, offset = layer or ("", 0)
    sup = "" if layer is None else f"({letter}{offset:+d})" if letter and offset else f"({letter or offset})"
    comma = any(len(index) > 1 for index in indices)
    subs: list[Box] = [Word(own)] if own else []
    for n, index in enumerate(indices):
        if subs and (comma or (own and n == 0)):
            subs.append(Word(","))
        subs.append(Word(index))
    if not subs and not sup:
        return Word(base)
    return Script(Word(base), Row(tuple(subs)) if subs else None, Word(sup) if sup else None)
