"""Article 4: "手撕BP网络，你值得拥有！" (CSDN), claim by claim.

A 2-3-2 net; w_(a,b) leads from a to b, and W5, W6, W7 are the weights into o1.  Formulas that stand in lost pictures
are left out.
"""

from functools import partial

from ..formula.indexed import Apply, Derivative, Entry, Matmul, Transposed
from ..formula.tree import Expression, Negative, Number, Quantity, Sum, exp
from .ledger import Claim, Wording

claim = partial(Claim, 4)
q = Quantity
x = q("x")
LOGISTIC = 1 / (1 + exp(-x))
HALF = Number(1) / Number(2)


def net_h(n: int) -> Expression:
    """The net input of hidden unit n, written out."""
    return q(f"w_(x1,{n})") * q("x1") + q(f"w_(x2,{n})") * q("x2") + q(f"b_{n}")


def net_o(n: int) -> Expression:
    """The net input of output n, written out."""
    terms = [q(f"w_({k},{n})") * q(f"Out_h{k}") for k in (1, 2, 3)]
    return Sum((*terms, q(f"b_{n + 3}")))


def net_of(layer: str, below: Entry) -> Expression:
    """W times a row turned over, plus a row of biases turned over."""
    return Matmul((Entry("W", mark=layer), Transposed(below))) + Transposed(Entry("b", mark=layer))


error_1 = HALF * (q("target_o1") - q("Out_o1")) ** 2
wrong = q("target_o1") - q("Out_o1")
slope_o1 = q("Out_o1") * (1 - q("Out_o1"))
chain = q("dE_total/dOut_o1") * q("dOut_o1/dnet_o1")

# One claim after the other, as a table: the formatter would give every argument a line of its own.
# fmt: off
CLAIMS: tuple[Claim | Wording, ...] = (
    *(claim(f"3.1.2, net of hidden unit {n}", q(f"net_h{n}"), net_h(n), "2-3-2") for n in (1, 2, 3)),
    *(
        claim(f"3.1.2, output of hidden unit {n}", q(f"Out_h{n}"), Apply("f", q(f"net_h{n}")), "2-3-2")
        for n in (1, 2, 3)
    ),
    claim("3.1.2, net of the hidden layer in matrices", Entry("net", mark="1"), net_of("1", Entry("a", mark="row")),
        "2-3-2"),
    claim("3.1.3, net of the output layer in matrices", Entry("net", mark="2"), net_of("2", Entry("Out", mark="row")),
        "2-3-2"),
    Wording(4, "3.1.1, the weights w_(a,b) of the second layer",
        {"1": ("first hidden unit", "first output"), "2": ("second hidden unit", "second output")},
        {"1": ("first hidden unit",), "2": ("second hidden unit",), "o1": ("first output",), "o2": ("second output",)}),
    Wording(4, "3.2.0, 'all results of the output layer are target_oi'",
        {"target_oi": ("target, in the error", "output, in the sentence before it")}, {"target_oi": ("target",)}),
    Wording(4, "3.2.1 and 4, the learning rate", {"learning rate": ("η", "α")}, {"learning rate": ("η",)},
        mistake="notation"),
    Wording(4, "5, the threshold of a unit, called its 'valve value' (one character)",
        {"bias of a unit": ("threshold", "valve value")}, {"bias of a unit": ("threshold",)}, mistake="name"),
    *(claim(f"3.1.3, net of output {n}", q(f"net_o{n}"), net_o(n), "2-3-2") for n in (1, 2)),
    *(claim(f"3.1.3, output {n}", q(f"Out_o{n}"), Apply("f", q(f"net_o{n}")), "2-3-2") for n in (1, 2)),
    claim("3.2.0, the error", q("E_total"), error_1 + HALF * (q("target_o2") - q("Out_o2")) ** 2, "2-3-2"),
    claim("3.2.1, chain rule for W5", q("dE_total/dW5"), chain * q("dnet_o1/dW5"), "2-3-2"),
    claim("3.2.1, the error of the first output, written as the whole error", q("E_total"), error_1, "2-3-2",
        correction=error_1 + q("E_o2"), mistake="part_for_the_whole"),
    claim("3.2.1, derivative by the output", q("dE_total/dOut_o1"), Negative(wrong), "2-3-2"),
    claim("3.2.1, derivative of the sigmoid", Derivative(LOGISTIC, "x"), exp(-x) / (1 + exp(-x)) ** 2, "functions"),
    claim("3.2.1, the same, taken apart", Derivative(LOGISTIC, "x"),
        1 / (1 + exp(-x)) * ((1 + exp(-x) - 1) / (1 + exp(-x))), "functions"),
    claim("3.2.1, the same, in terms of f", Derivative(LOGISTIC, "x"), LOGISTIC * (1 - LOGISTIC), "functions"),
    claim("3.2.1, derivative of the output by its net", q("dOut_o1/dnet_o1"), slope_o1, "2-3-2"),
    Wording(4, "3.2.1, W5, W6, W7 in net_o1 (our reading: the first layer has six)",
        {"W5": ("weight from h1 to o1", "fifth weight of the first layer, of which there are six")},
        {"W7": ("weight from h1 to o1",), "W5": ("fifth weight of the first layer, of which there are six",)}),
    claim("3.2.1, net_o1 with W5, W6, W7", q("net_o1"),
        q("W5") * q("Out_h1") + q("W6") * q("Out_h2") + q("W7") * q("Out_h3") + q("b_4"), "2-3-2"),
    claim("3.2.1, derivative of the net by W5", q("dnet_o1/dW5"), q("Out_h1"), "2-3-2"),
    claim("3.2.1, result for W5", q("dE_total/dW5"), Negative(wrong) * slope_o1 * q("Out_h1"), "2-3-2"),
    claim("3.2.1, delta as a derivative by the output", q("δ_o1"), q("dE_total/dE_Out_o1"), "2-3-2",
        correction=q("dE_total/dnet_o1"), mistake="missing_activation_derivative", defines=True),
    claim("3.2.1, delta as a product", q("δ_o1"), chain, "2-3-2"),
    claim("3.2.1, delta written out", q("δ_o1"), Negative(wrong) * slope_o1, "2-3-2"),
    claim("3.2.1, gradient from delta", q("dE_total/dW5"), q("δ_o1") * q("Out_h1"), "2-3-2"),
    claim("3.2.1, 'if it is negative', with this same delta", q("dE_total/dW5"), Negative(q("δ_o1") * q("Out_h1")),
        "2-3-2", correction=q("δ_o1") * q("Out_h1"), mistake="sign"),
    claim("3.2.1, update of W5", q("W5_new"), q("W5") - q("η1") * q("dE_total/dW5"), "2-3-2", defines=True),
    claim("3.2.1, update of b4", q("b_4_new"), q("b_4") - q("η2") * q("dE_total/db_4"), "2-3-2",
        defines=True),
    claim("3.2.2, chain rule for W1", q("dE_total/dW1"),
        q("dE_total/dOut_h1") * q("dOut_h1/dnet_h1") * q("dnet_h1/dW1"), "2-3-2"),
    claim("3.2.2, both errors reach it", q("dE_total/dOut_h1"), q("dE_o1/dOut_h1") + q("dE_o2/dOut_h1"), "2-3-2"),
    claim("4.4, the logistic function's range is open below: it tends to 0", q("logistic(-∞)"), Number(0), "training"),
    claim("4.4, the logistic function's range is open above: it tends to 1", q("logistic(∞)"), Number(1), "training"),
    claim("4.4, the bipolar function tends to -1", q("bipolar(-∞)"), Number(-1), "training"),
    claim("4.4, the bipolar function tends to 1", q("bipolar(∞)"), Number(1), "training"),
    claim("4.2.1, zero weights keep the hidden units equal", q("zero_start_h1"), q("zero_start_h2"), "training"),
    Wording(4, "1 and 3, a network of three layers",
        {"three layers": ("layers that count without the input", "input, hidden and output layer")},
        {"three layers": ("input, hidden and output layer",)}),
    Wording(4, "4.4, f(x) = x is called the original perceptron",
        {"perceptron": ("unit with a hard limit", "linear unit")}, {"perceptron": ("unit with a hard limit",)},
        mistake="name"),
    Wording(4, "4.4, the logistic output as a probability distribution",
        {"logistic outputs": ("numbers from 0 to 1, each by itself", "distribution, which adds up to 1")},
        {"logistic outputs": ("numbers from 0 to 1, each by itself",)}, mistake="name"),
    claim("4.4, activations are continuously differentiable, with ReLU in the list: its slope on both sides of 0",
        q("ReLU'(0-)"), q("ReLU'(0+)"), "training", correction=Number(0), mistake="range"),
    Wording(4, "5, the steepness factor, explained as normalising the data",
        {"steepness factor": ("factor of the net input, as B in f(x/B)", "range that the data are brought to")},
        {"steepness factor": ("factor of the net input, as B in f(x/B)",)}, mistake="name"),
    Wording(4, "4.4, tansig for the output (or logsig for outputs from -1 to 1, which is no better)",
        {"tansig": ("S-shaped tangent", "S-shaped logarithm")},
        {"tansig": ("S-shaped tangent",), "logsig": ("S-shaped logarithm",)}, mistake="name"),
    claim("4.4, linear layers in a row are one linear layer", q("linear_net"),
        Matmul((Matmul((q("V_2"), q("V_1"))), q("x_column"))), "training"),
    Wording(4, "4.5, training stops when the error rises 6 times in a row",
        {"error that rises": ("mean squared error", "error of samples that are not trained on")},
        {"error that rises": ("error of samples that are not trained on",)}, mistake="wrong_error"),
    Wording(4, "4.5, mu (our reading: that of MATLAB's trainlm)",
        {"mu": ("precision of the error, to escape minima", "damping of the Levenberg-Marquardt step")},
        {"mu": ("damping of the Levenberg-Marquardt step",)}, mistake="name"),
    claim("4.5, cross-entropy cancels the slope of the sigmoid", q("δ_cross_entropy"), q("Out_sigmoid") - q("t"),
        "training"),
    claim("4.4, softmax in the list of activations: cross-entropy cancels its slope too", q("δ_softmax"),
        q("Out_softmax") - q("t"), "training"),
    claim("5, a linear output: f(x) = x has slope 1", Derivative(x, "x"), Number(1), "functions"),
)
# fmt: on
