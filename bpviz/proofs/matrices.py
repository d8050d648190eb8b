"""The rule that gathers a line about entries into one about matrices, with SymPy's ``MatrixSymbol``."""

from typing import Any

from ..formula.indexed import Apply, Entry, Hadamard, Matmul, Transposed
from ..formula.tree import Expression
from .lines import Argument, Line
from .symbolic import dummied, sympy_of


def gather(proof: Argument, line: Line) -> bool:
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
        one = left[row, col] - _elements(sympy_of(entry.left))
        other = sp.expand(right[row, col]) - _elements(sympy_of(entry.right))
    except (ValueError, TypeError, IndexError, sp.matrices.exceptions.ShapeError):
        return False
    return one == 0 and bool(dummied(other) == 0)


def _matrix(x: Expression) -> Any:
    """A formula of whole layers in matrix symbols of symbolic sizes."""
    import sympy as sp

    match x:
        case Entry(base=base, indices=(), layer=(letter, at)):
            rows = sp.Symbol(f"n{letter}{at:+d}", integer=True, positive=True)
            below = sp.Symbol(f"n{letter}{at - 1:+d}", integer=True, positive=True)
            square = base in ("w", "dC/dw")
            return sp.MatrixSymbol(sympy_of(x).name, rows, below if square else 1)
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
