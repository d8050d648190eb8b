"""Article 3, the 2-2-1 example in Python after Liang Bin, claim by claim.

Its pictures are lost, and with them all formulas and the numbers of the forward pass; what is left are its program and
the error after one update.

In its program l0, l1 and l2 are the outputs of the layers as columns, W0 and W1 the matrices between them, and each
`delta` has the other sign than the derivative that bears this name elsewhere.
"""

from functools import partial

from ..formula.indexed import Derivative, Hadamard, Matmul, Transposed
from ..formula.tree import Expression, Number, Quantity, exp
from .ledger import Claim, Wording
from .two_two_one import PRINTED_ERROR_AFTER_UPDATE

claim = partial(Claim, 3)
q = Quantity
x = q("x")
LOGISTIC = 1 / (1 + exp(-x))
l0, l1, l2, W0, W1 = q("l0"), q("l1"), q("l2"), q("W0"), q("W1")
l2_delta, l1_delta = q("l2_delta"), q("l1_delta")


def printed(
    place: str, quantity: str, digits: str, correction: Expression | None = None, mistake: str | None = None
) -> Claim:
    """A printed number: it must be the quantity's, to its last digit."""
    return claim(place, Quantity(quantity), Number(float(digits)), "2-2-1", (), correction, mistake, digits)


# One claim after the other, as a table: the formatter would give every argument a line of its own.
# fmt: off
CLAIMS: tuple[Claim | Wording, ...] = (
    claim("derivative of the sigmoid, x (1 - x) of the output", Derivative(LOGISTIC, "x"), LOGISTIC * (1 - LOGISTIC),
        "functions"),
    Wording(3, "code: nonlin(x, deriv)",
        {"x": ("net input, without deriv", "output, with deriv, as only x (1 - x) of the output is the slope")},
        {"x": ("net input, without deriv",), "out": ("output, with deriv",)}),
    claim("code: the error of the output", q("Error"), Number(1) / Number(2) * q("l2_error") ** 2, "2-2-1",
        defines=True),
    claim("code: l2_delta", l2_delta, Hadamard((q("l2_error"), l2, 1 - l2)), "2-2-1"),
    claim("code: l1_delta, a row l1_error times a column", l1_delta, Hadamard((Matmul((l2_delta, W1)), l1, 1 - l1)),
        "2-2-1", correction=Hadamard((Matmul((Transposed(W1), l2_delta)), l1, 1 - l1)), mistake="not_transposed"),
    claim("code: W1 +=", q("W1_new"), W1 + Matmul((l2_delta, Transposed(l1))), "2-2-1"),
    claim("code: W0 +=, the input's row first", q("W0_new"), W0 + Matmul((Transposed(l0), l1_delta)), "2-2-1",
        correction=W0 + Matmul((l1_delta, Transposed(l0))), mistake="not_transposed"),
    printed("the error after the update (0.016565 by the right step, 0.016526 by the printed program)", "E_after_1",
        PRINTED_ERROR_AFTER_UPDATE, Number(0.01656538232677040), "decimal_point"),
    printed("the program's hundredth error (lost in our copy, as other copies have it)", "E_of_pass_100",
        "5.92944818e-07"),
    Wording(3, "'very close to the true value' (a passage is lost before its bracket, in our copy)",
        {"'very close'": ("error after one update, in our copy", "hundredth error, in others")},
        {"'very close'": ("hundredth error",)}, mistake="name"),
    Wording(3, "single characters, in our copy",
        {"sigmoid": ("sigmod", "sigmoid"), "derivation": ("arrival", "derivation")},
        {"sigmoid": ("sigmoid",), "derivation": ("derivation",)}, mistake="name"),
)
# fmt: on
