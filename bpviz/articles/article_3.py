"""Article 3, the 2-2-1 example in Python after Liang Bin, claim by claim.

Its pictures are lost, and with them all formulas and the numbers of the forward pass; what is left are its program and
the error after one update.

W0 and W1 are the two weight matrices, W0_k and W1_k what they are after k updates of the published program.
"""

from functools import partial

from ..formula.indexed import Derivative, Hadamard, Matmul, Transposed
from ..formula.tree import Expression, Number, Quantity, exp
from .ledger import Claim
from .two_two_one import PRINTED_ERROR_AFTER_UPDATE

claim = partial(Claim, 3)
x = Quantity("x")
LOGISTIC = 1 / (1 + exp(-x))
delta_2, W1, slope_1, inputs = Quantity("δ_2"), Quantity("W1"), Quantity("f'_1"), Quantity("x_column")


def printed(
    place: str, quantity: str, digits: str, correction: Expression | None = None, mistake: str | None = None
) -> Claim:
    """A printed number: it must be the quantity's, to its last digit."""
    return claim(place, Quantity(quantity), Number(float(digits)), "2-2-1", (), correction, mistake, digits)


sent_back = Matmul((delta_2, W1))
right_delta_1 = Hadamard((Transposed(sent_back), slope_1))

# One claim after the other, as a table: the formatter would give every argument a line of its own.
# fmt: off
CLAIMS: tuple[Claim, ...] = (
    claim("derivative of the sigmoid, x (1 - x) of the output", Derivative(LOGISTIC, "x"), LOGISTIC * (1 - LOGISTIC),
        "functions"),
    claim("code: the error of the output", Quantity("Error"), Number(1) / Number(2) * Quantity("l2_error") ** 2,
        "2-2-1", defines=True),
    claim("code: the delta of the output, with the error's sign turned round", -delta_2,
        Hadamard((Quantity("l2_error"), Quantity("f'_2"))), "2-2-1"),
    claim("code: the delta of the hidden layer, a row times a column", Quantity("δ_1"), Hadamard((sent_back, slope_1)),
        "2-2-1", correction=right_delta_1, mistake="not_transposed"),
    claim("code: the gradient of the output weights", Quantity("dE/dW1"),
        Matmul((delta_2, Transposed(Quantity("out_column")))), "2-2-1"),
    claim("code: the gradient of the hidden weights, the input's row first", Quantity("dE/dW0"),
        Matmul((Transposed(inputs), Quantity("δ_1"))), "2-2-1",
        correction=Matmul((Quantity("δ_1"), Transposed(inputs))), mistake="not_transposed"),
    printed("the error after the update (0.016565 by the right step, 0.016526 by the printed program)", "E_after_1",
        PRINTED_ERROR_AFTER_UPDATE, Number(0.01656538232677040), "decimal_point"),
    printed("'very close to the true value', 0.5 (our reading: equal to its digit)", "out_after_1", "0.5",
        Number(0.68201858326429418), "not_close"),
)
# fmt: on
