"""Native MathML, which every current browser shows without a library.

Every quantity keeps its name on its element (``data-q`` on labels, ``data-v`` on values), so that a page can
light it up or put another number in.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape

from ..formula.digits import Digits, check_digits
from ..steps.notation import BEFORE, HAT, HATTED
from ..steps.step import Step, one_by_one
from ..steps.trail import Trail
from ..words.catalogue import say
from .boxes import (
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
from .sides import equation

_OPEN, _CLOSE = (f'<mo stretchy="false" lspace="0" rspace="0">{sign}</mo>' for sign in "()")
_OPEN_TALL, _CLOSE_TALL = (f'<mo stretchy="true" symmetric="true" lspace="0" rspace="0">{sign}</mo>' for sign in "()")
_SIGNS = {"-": "−", "·": "⋅"}
_DESCENDERS = re.compile(r"[gjpqyQ]")


def mathml(box: Box) -> str:
    """A laid-out formula as MathML, without the ``<math>`` round it."""
    match box:
        case Word(text=word):
            return _word(word)
        case Operator(text=""):
            return ""
        case Operator(text="∂"):
            return '<mo lspace="0" rspace="0">∂</mo>'
        case Operator(text=sign, prefix=prefix):
            form = ' form="prefix" lspace="0" rspace="0.05em"' if prefix else ""
            return f"<mo{form}>{escape(_SIGNS.get(sign, sign))}</mo>"
        case Figure(digits=digits, name=name, guard=guard):
            inner = number(digits, guard)
            if not name:
                return inner
            guarded = ' data-guard=""' if guard else ""
            return f'<mrow class="bpv-v" data-v="{escape(name)}"{guarded}>{inner}</mrow>'
        case Row(boxes=boxes):
            return f"<mrow>{''.join(map(mathml, boxes))}</mrow>"
        case Fraction(above=above, below=below):
            return f"<mfrac>{mathml(above)}{mathml(below)}</mfrac>"
        case Script(base=base, sub=sub, sup=sup):
            root = mathml(base)
            if isinstance(base, Word) and _DESCENDERS.search(base.text):
                root = f'<mpadded depth="0">{root}</mpadded>'
            if sub and sup:
                return f"<msubsup>{root}{mathml(sub)}{mathml(sup)}</msubsup>"
            return f"<msub>{root}{mathml(sub)}</msub>" if sub else f"<msup>{root}{mathml(sup)}</msup>" if sup else root
        case Root(inner=inner):
            # <msqrt> needs a font that has the sign in all its sizes, and few browsers have one
            return f'<mrow><mo form="prefix" lspace="0" rspace="0">√</mo>{mathml(Brackets(inner))}</mrow>'
        case Brackets(inner=inner):
            written = mathml(inner)
            comes_later = isinstance(inner, Slot) and inner.kind == "q" and isinstance(inner.inner, Fraction)
            tall = comes_later or "<mfrac" in written or "<mtable" in written
            return f"<mrow>{_OPEN_TALL if tall else _OPEN}{written}{_CLOSE_TALL if tall else _CLOSE}</mrow>"
        case Choice(rows=rows):
            lines = "".join(
                f"<mtr><mtd>{mathml(value)}</mtd><mtd><mtext>{say('language.if')}\u00a0</mtext>{mathml(when)}</mtd></mtr>"
                for value, when in rows
            )
            return (
                f'<mrow><mo stretchy="true" symmetric="true">{{</mo><mtable columnalign="left">{lines}</mtable></mrow>'
            )
        case BigSum(under=under, over=over):
            return f"<munderover><mo>∑</mo>{mathml(under)}{mathml(over)}</munderover>"
        case Grid(rows=rows):
            lines = "".join(f"<mtr>{''.join(f'<mtd>{mathml(cell)}</mtd>' for cell in row)}</mtr>" for row in rows)
            return f"<mrow><mo>[</mo><mtable>{lines}</mtable><mo>]</mo></mrow>"
        case Slot(kind=kind, number=place):
            return f"<{kind} {place}>"
        case Reference(name=name, inner=inner):
            return f'<mrow class="bpv-q" data-q="{escape(name)}">{mathml(inner)}</mrow>'
    raise TypeError(f"no MathML for {type(box).__name__}")


def number(digits: Digits, guard: bool) -> str:
    """A number, in brackets where it is negative or has a power of ten and something stands before it."""
    inner = f"<mn>{digits.mantissa}</mn>"
    if digits.exponent is not None:
        sign = '<mo form="prefix" lspace="0" rspace="0">−</mo>' if digits.exponent < 0 else ""
        inner += f"<mo>⋅</mo><msup><mn>10</mn><mrow>{sign}<mn>{abs(digits.exponent)}</mn></mrow></msup>"
    if digits.negative:
        inner = f'<mo form="prefix" lspace="0" rspace="0.05em">−</mo>{inner}'
    return f"{_OPEN}{inner}{_CLOSE}" if guard and (digits.negative or digits.exponent is not None) else inner


def _word(word: str) -> str:
    if re.fullmatch(r"[0-9,]+", word):
        return f"<mn>{word}</mn>"
    if re.fullmatch(r"[A-Za-zα-ω][A-Za-z0-9]*", word):
        return f"<mi>{word}</mi>"
    if word == BEFORE:
        return "<mrow><mi>t</mi><mo>−</mo><mn>1</mn></mrow>"
    if word in HATTED:  # names of people stay as they are
        return f'<mover accent="true">{_word(word.removesuffix(HAT))}<mo>^</mo></mover>'
    return f"<mtext>{escape(word)}</mtext>"


def sides(trail: Trail, name: str, digits: int) -> list[str]:
    """The sides of one step's equation, each as MathML."""
    return [mathml(side) for side in equation(trail, trail.by_name[name], digits)]


def steps_mathml(trail: Trail, steps: Sequence[Step], digits: int) -> str:
    """These steps in one table, a row for each equals sign."""
    digits = check_digits(digits)
    rows = []
    for step in one_by_one(steps):
        name, *rest = sides(trail, step.name, digits)
        rows += [equals("" if n else name, side) for n, side in enumerate(rest)]
    return display(aligned(rows))


def equals(left: str, right: str, more: str = "") -> str:
    """A row of a table of equations."""
    return f"<mtr><mtd>{left}</mtd><mtd><mrow><mo>=</mo>{right}</mrow></mtd>{more}</mtr>"


def aligned(rows: Iterable[str]) -> str:
    """A table of equations, one under the other."""
    return f'<mtable class="bpv-eq" displaystyle="true">{"".join(rows)}</mtable>'


def display(inner: str) -> str:
    """A formula on lines of its own."""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">{inner}</math>'
