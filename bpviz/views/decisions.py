"""Decisions on numbers that Python and a page both make, as formulas: SymPy prints them for the page."""

from collections.abc import Sequence

from ..formula.tree import Cases, Expression, Number, Quantity, largest, size

#: The formulas of a module by name, each with the names of its quantities in order.
Formulas = dict[str, tuple[Expression, Sequence[str]]]

#: From here on the derivative is too small to learn by: one part in twenty of its largest value.
_slope, _steepest = Quantity("slope"), Quantity("steepest")
SATURATED: Expression = Cases(Number(1) / Number(20) * _steepest - size(_slope), Number(1), Number(0), inclusive=True)
SATURATION: Formulas = {"saturated": (SATURATED, ("slope", "steepest"))}


#: Targets that sum to one: what becomes of another one of the sample when one changes and leaves `left` for `count`
#: others, whose sum was `rest`: they keep their proportions, or share alike where there were none.
_own, _rest, _left, _count = Quantity("own"), Quantity("rest"), Quantity("left"), Quantity("count")
MADE_ROOM: Expression = Cases(_rest, _own / _rest * _left, _left / _count)
ROOM: Formulas = {"madeRoom": (MADE_ROOM, ("own", "rest", "left", "count"))}


#: How fast a quantity changes with another that was made larger by `size`: the slope of a secant.
_before, _after, _size = Quantity("before"), Quantity("after"), Quantity("size")
QUOTIENT: Formulas = {"quotient": ((_after - _before) / _size, ("before", "after", "size"))}


def chosen(outputs: Sequence[Expression], k: int) -> Expression:
    """1 where output k says that it is the answer, else 0.

    One output says yes above one half (k = 1), and no elsewhere (k = 0); of several the first of the largest is it.

    Examples
    --------
    >>> from bpviz.formula.arithmetic import evaluate
    >>> outs = [Quantity("a"), Quantity("b"), Quantity("c")]
    >>> [int(evaluate(chosen(outs, k), {"a": 0.2, "b": 0.7, "c": 0.7})) for k in range(3)]
    [0, 1, 0]
    """
    if len(outputs) == 1:
        half = Number(1) / Number(2)
        return Cases(outputs[0] - half, Number(k), Number(1 - k))
    before, after = list(outputs[:k]), list(outputs[k + 1 :])
    answer: Expression = Number(1)
    if after:
        answer = Cases(outputs[k] - largest(*after), answer, Number(0), inclusive=True)
    return Cases(outputs[k] - largest(*before), answer, Number(0)) if before else answer


def rightness(n_outputs: int) -> Formulas:
    """For every class a formula of the outputs that is 1 where they choose it."""
    names = [f"out{k}" for k in range(n_outputs)]
    outputs = [Quantity(name) for name in names]
    return {f"right{k}": (chosen(outputs, k), names) for k in range(max(n_outputs, 2))}
