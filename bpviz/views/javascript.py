"""The steps as a JavaScript program, one statement a step.

A page runs it to follow a changed number without Python.  The program knows quantities by their place in one array,
so no name that a person chose ever becomes code.
"""

from collections.abc import Iterable, Mapping, Sequence

from ..formula.tree import Expression, all_names
from ..steps.step import Step
from .code import JAVASCRIPT, Code, code

#: The two functions that JavaScript lacks, in forms that never overflow.
PRELUDE = """\
const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const log_sum_exp = (...xs) => {
  const top = Math.max(...xs);
  const others = xs.toSpliced(xs.indexOf(top), 1);
  return top + Math.log1p(others.reduce((sum, x) => sum + Math.exp(x - top), 0));
};
"""


def program(
    formulas: Mapping[str, tuple[Expression, Sequence[str]]] | None = None,
    **functions: tuple[Sequence[str], Iterable[Step]],
) -> str:
    """A module with a function for each list of steps, and one for each formula.

    A list's function takes an array that holds what is given in its first places, and fills in the rest.  A formula's
    takes an array of its quantities and returns its value.

    Parameters
    ----------
    formulas : mapping of str to (Expression, names)
        For each formula the names of its quantities, in order.
    **functions : (given, steps)
        For each function the names of what is given, in order, and the steps in order.

    Examples
    --------
    >>> from bpviz import Network, derive
    >>> from bpviz.formula.tree import Quantity, exp
    >>> d = derive(Network([[[0.5]]], weight_names=[[["w"]]]), [1], [0], wrt="w")
    >>> f = 1 / (1 + exp(-Quantity("net")))
    >>> print(program({"f": (f, ["net"])}, run=(list(d.given), d.steps[:2])).removeprefix(PRELUDE))
    export function run(v) {
      v[3] = v[2]*v[0];
      v[4] = 1/(1 + Math.exp(-v[3]));
    }
    export const f = (v) => 1/(1 + Math.exp(-v[0]));
    <BLANKLINE>
    """
    parts = [_function(name, given, list(steps)) for name, (given, steps) in functions.items()]
    for name, (x, quantities) in (formulas or {}).items():
        place = {quantity: n for n, quantity in enumerate(quantities)}
        parts.append(f"export const {name} = (v) => {javascript(x, place)};\n")
    return PRELUDE + "".join(parts)


def _function(name: str, given: Sequence[str], steps: list[Step]) -> str:
    place = {known: n for n, known in enumerate([*given, *(step.name for step in steps)])}
    lines = "".join(f"  v[{place[step.name]}] = {javascript(step.expression, place)};\n" for step in steps)
    return f"export function {name}(v) {{\n{lines}}}\n"


def javascript(x: Expression, place: Mapping[str, int]) -> str:
    """A formula as JavaScript, each quantity as ``v[n]`` by its place.

    Examples
    --------
    >>> from bpviz.formula.tree import Quantity
    >>> javascript(Quantity("w7") - Quantity("rate") * Quantity("slope"), {"w7": 4, "rate": 5, "slope": 30})
    'v[4] - v[5]*v[30]'
    """
    return code(x, {name: Code(f"v[{place[name]}]") for name in all_names(x)}, JAVASCRIPT)
