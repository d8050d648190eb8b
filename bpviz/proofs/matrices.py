"""The rule that gathers a line about entries into one about matrices, with SymPy's ``MatrixSymbol``."""

from collections.abc import Iterator
from typing import Any

from ..formula.indexed import Apply, Entry, Hadamard, Layer, Matmul, Partial, SumOver, Transposed, layered
from ..formula.tree import Expression, parts
from .lines import Argument, Line
from .symbolic import dummied, sympy_of


def gather(proof: Argument, line: Line) -> bool:
    """An entry of the matrix equation is the line before: rows, columns and the sum in between are SymPy's."""
    import sympy as sp

    (start,) = line.uses
    entry = proof.lines[start]
    if not isinstance(entry.left, Entry | Partial):
        return False
    letters = entry.left.indices
    places = tuple(sp.Symbol(index, integer=True) for index in letters)
    row, col = places if len(places) == 2 else (places[0], sp.S.Zero)
    try:
        left, right = _matrix(line.left), _matrix(line.right)
        if left.shape != right.shape:
            return False
        one = left[row, col] - _elements(entry.left)
        other = sp.expand(right[row, col]) - _elements(entry.right)
    except (ValueError, TypeError, IndexError, sp.matrices.exceptions.ShapeError):
        return False
    return one == 0 and bool(dummied(other) == 0)


def _size(layer: Layer) -> Any:
    """The width of a layer."""
    import sympy as sp

    return sp.Symbol(layered("n", layer), integer=True, positive=True)


def _symbol(quantity: Entry | Partial, indices: int) -> Any:
    """The matrix, or for one index the column, that a quantity of a layer is an entry of."""
    import sympy as sp

    if quantity.layer is None:
        raise TypeError(f"{quantity.key} belongs to no layer")
    letter, at = quantity.layer
    columns = _size((letter, at - 1)) if indices == 2 else 1
    return sp.MatrixSymbol(layered(quantity.key, quantity.layer), _size(quantity.layer), columns)


def _matrix(x: Expression) -> Any:
    """A formula of whole layers in matrix symbols of symbolic sizes."""
    import sympy as sp

    match x:
        case Entry() | Partial() if not x.indices:
            weights = x.by if isinstance(x, Partial) else x
            return _symbol(x, 2 if weights.base == "w" else 1)
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


def _elements(x: Expression) -> Any:
    """An index formula with the entries of matrix symbols for its letters, counted from 0."""
    import sympy as sp

    everything = list(_within(x))
    quantities = {sympy_of(q).base: q for q in everything if isinstance(q, Entry | Partial) and q.indices}
    counts = {sympy_of(q).limits[0][2]: q.layer for q in everything if isinstance(q, SumOver) and q.layer is not None}

    def element(part: Any) -> Any:
        matrix = _symbol(quantities[part.base], len(part.indices))
        return matrix[part.indices] if len(part.indices) == 2 else matrix[part.indices[0], 0]

    def slope(part: Any) -> Any:
        inner = element(part.variables[0])
        return sp.MatrixSymbol(f"σ'({inner.parent.name})", *inner.parent.shape)[inner.args[1:]]

    def shifted(total: Any) -> Any:
        (index, _, count) = total.limits[0]
        return sp.Sum(total.function, (index, 0, _size(counts[count]) - 1))

    found = sympy_of(x)
    found = found.replace(lambda part: isinstance(part, sp.Derivative), slope)
    found = found.replace(lambda part: isinstance(part, sp.Indexed), element)
    return found.replace(lambda part: isinstance(part, sp.Sum), shifted)


def _within(x: Expression) -> Iterator[Expression]:
    """A formula and everything in it."""
    yield x
    for part in parts(x):
        yield from _within(part)
