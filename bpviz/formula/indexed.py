"""Formulas with indices, sums and matrices: what the articles print for any network.

They are the same trees as in `tree`, with a few more kinds of node.  One tree is typeset, evaluated with
SymPy's ``IndexedBase``, ``Sum`` and ``KroneckerDelta`` (for proofs with symbolic widths), and evaluated in numbers on
a concrete network (to find out whether a printed formula holds).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .arithmetic import FLOAT64, Arithmetic, evaluate, exact
from .tree import Expression

#: A layer in a formula: a letter and what is added to it, as in ("l", 1) for l + 1; a bare number is ("", 2).
Layer = tuple[str, int]


class Undefined(ValueError):
    """A formula asks for something that is not there: a unit that its layer has not, shapes that do not fit."""


@dataclass(frozen=True, slots=True)
class Entry(Expression):
    """An entry of an indexed quantity, such as w_kj of layer l + 1; indices count from 1.

    `sub` is a subscript of its own, as total in E_total; `mark` tells quantities of one letter apart and is not shown.
    With an `image` it is that function of the entry, as f(net_j) where an article writes the output so.  A `sample` is
    an index that stands in brackets, as in d_k(i), of what has a value for each sample.
    """

    base: str
    indices: tuple[str, ...] = ()
    layer: Layer | None = None
    sub: str = ""
    mark: str = ""
    image: str = ""
    sample: str = ""

    @property
    def key(self) -> str:
        """The name that its values stand under."""
        own = self.base + (f"_{self.sub}" if self.sub else "") + (f"#{self.mark}" if self.mark else "")
        return f"{self.image}({own})" if self.image else own

    def evaluated(self, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
        return _looked_up(self, values, arithmetic)


def entries_of(letter: str) -> Callable[..., Entry]:
    """What writes entries of a layer and of those beside it.

    Examples
    --------
    >>> entries_of("l")("w", "k", "j", by=1) == Entry("w", ("k", "j"), ("l", 1))
    True
    """
    return lambda base, *indices, by=0: Entry(base, indices, (letter, by))


@dataclass(frozen=True, slots=True)
class Partial(Expression):
    """The partial derivative of one indexed quantity by another, such as dz_m/dw_jk: a quantity of its own."""

    of: Entry
    by: Entry

    @property
    def key(self) -> str:
        """The name that its values stand under; the plus is for a numerator one layer above the denominator."""
        above, below = self.of.layer, self.by.layer
        one_up = above is not None and below is not None and above == (below[0], below[1] + 1)
        return f"d{self.of.key}{'+' if one_up else ''}/d{self.by.key}"

    @property
    def indices(self) -> tuple[str, ...]:
        """The numerator's, then the denominator's."""
        return self.of.indices + self.by.indices

    @property
    def layer(self) -> Layer | None:
        """The denominator's: there are as many derivatives."""
        return self.by.layer

    def evaluated(self, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
        return _looked_up(self, values, arithmetic)


@dataclass(frozen=True, slots=True)
class SumOver(Expression):
    """The sum of `body` for `index` from 1 to the number named `count` (of a layer, where one is given)."""

    index: str
    count: str
    body: Expression
    layer: Layer | None = None

    def evaluated(self, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
        if arithmetic is not FLOAT64:
            import sympy as sp

            count = sp.Symbol(layered(self.count, self.layer), integer=True, positive=True)
            k = sp.Symbol(self.index, integer=True)
            return sp.Sum(evaluate(self.body, {**values, self.index: k}, arithmetic), (k, 1, count))
        if self.index in values:
            raise Undefined(f"{self.index} is already fixed, so it cannot be summed over too")
        count = values[self.count]
        if self.layer is not None:
            letter, offset = self.layer
            count = count[(values[letter] if letter else 0) + offset]
        return sum(evaluate(self.body, {**values, self.index: n}, arithmetic) for n in range(1, int(count) + 1))


@dataclass(frozen=True, slots=True)
class Kronecker(Expression):
    """1 where two indices are equal and 0 elsewhere."""

    first: str
    second: str

    def evaluated(self, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
        if arithmetic is not FLOAT64:
            import sympy as sp

            return sp.KroneckerDelta(*(values.get(i, sp.Symbol(i, integer=True)) for i in (self.first, self.second)))
        return np.float64(values[self.first] == values[self.second])


@dataclass(frozen=True, slots=True)
class Apply(Expression):
    """A named function of a formula, such as f or f'."""

    function: str
    argument: Expression

    def evaluated(self, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
        argument = evaluate(self.argument, values, arithmetic)
        if arithmetic is FLOAT64:
            return values[self.function](argument)
        import sympy as sp

        if self.function.endswith("'"):
            x = sp.Symbol("x", real=True)
            return sp.diff(sp.Function(self.function[:-1])(x), x).subs(x, argument)
        return sp.Function(self.function)(argument)


@dataclass(frozen=True, slots=True)
class Derivative(Expression):
    """The derivative of a formula by one of its names, as SymPy takes it; or by an entry, a complex step away.

    For that, `values` must say under ``"moved"`` what becomes of everything when an entry moves.
    """

    of: Expression
    by: str | Entry

    def evaluated(self, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
        import sympy as sp

        if isinstance(self.by, Entry):
            moved, step = values["moved"](self.by.key, *_place_of(self.by, values))
            return evaluate(self.of, {**values, **moved}, arithmetic).imag / step

        known = {name: sp.Float(float(value), 30) for name, value in values.items() if np.ndim(value) == 0}
        x = sp.Symbol(self.by, real=True)
        slope = sp.diff(evaluate(self.of, {**known, self.by: x}, exact()), x)
        return np.float64(slope.subs(x, known[self.by]))


@dataclass(frozen=True, slots=True)
class Matmul(Expression):
    """The matrix product of its factors."""

    factors: tuple[Expression, ...]

    def evaluated(self, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
        product = evaluate(self.factors[0], values, arithmetic)
        for factor in self.factors[1:]:
            other = evaluate(factor, values, arithmetic)
            if np.ndim(product) < 2 or np.ndim(other) < 2 or np.shape(product)[1] != np.shape(other)[0]:
                raise Undefined(f"shapes {np.shape(product)} and {np.shape(other)} cannot be multiplied")
            product = product @ other
        return product


@dataclass(frozen=True, slots=True)
class Transposed(Expression):
    """A matrix with rows and columns exchanged."""

    of: Expression

    def evaluated(self, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
        return evaluate(self.of, values, arithmetic).T


@dataclass(frozen=True, slots=True)
class Hadamard(Expression):
    """The product entry by entry."""

    factors: tuple[Expression, ...]

    def evaluated(self, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
        product = evaluate(self.factors[0], values, arithmetic)
        for factor in self.factors[1:]:
            other = evaluate(factor, values, arithmetic)
            if np.shape(product) != np.shape(other):
                raise Undefined(f"shapes {np.shape(product)} and {np.shape(other)} do not match entry by entry")
            product = product * other
        return product


@dataclass(frozen=True, slots=True)
class Block(Expression):
    """A matrix written out, row by row."""

    rows: tuple[tuple[Expression, ...], ...]

    def evaluated(self, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
        return np.array([[evaluate(x, values, arithmetic) for x in row] for row in self.rows])


def layered(base: str, layer: Layer | None) -> str:
    """The name of a quantity of one layer, for SymPy."""
    if layer is None:
        return base
    letter, offset = layer
    return f"{base}^{letter}{offset:+d}" if letter and offset else f"{base}^{letter or offset}"


def _place_of(quantity: Entry | Partial, values: Mapping[str, Any]) -> tuple[int | None, tuple[int, ...]]:
    """The layer and the indices, from 0, that are meant."""
    at = None
    if quantity.layer is not None:
        letter, offset = quantity.layer
        at = (values[letter] if letter else 0) + offset
    return at, tuple(int(values[index]) - 1 for index in quantity.indices)


def _looked_up(quantity: Entry | Partial, values: Mapping[str, Any], arithmetic: Arithmetic) -> Any:
    """The value of an indexed quantity, or its SymPy symbol."""
    key, layer = quantity.key, quantity.layer
    if arithmetic is not FLOAT64:
        import sympy as sp

        name = layered(key, layer)
        if not quantity.indices:
            return values.get(name, sp.Symbol(name, real=True))
        indices = (values.get(i, sp.Symbol(i, integer=True)) for i in quantity.indices)
        return sp.IndexedBase(name, real=True)[tuple(indices)]
    array = values[key]
    at, places = _place_of(quantity, values)
    if at is not None:
        if at not in array:
            raise Undefined(f"{key} has no layer {at}")
        array = array[at]
    array = np.asarray(array)
    if isinstance(quantity, Entry) and quantity.sample in values and array.ndim == len(places) + 1:
        places = (*places, int(values[quantity.sample]) - 1)
    if not places:
        return array
    if array.ndim != len(places) or any(not 0 <= n < size for n, size in zip(places, array.shape, strict=True)):
        raise Undefined(f"{key} has no entry {', '.join(str(n + 1) for n in places)}")
    return array[places]
