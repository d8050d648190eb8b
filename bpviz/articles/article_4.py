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
    Wording(4, "2 to 5, b, called bias, deviation and threshold",
        {"b": ("bias, added to the sum", "threshold, taken off it")}, {"b": ("bias, added to the sum",)},
        mistake="name"),
    Wording(4, "3.1, a and b",
        {"a": ("unit that a weight comes from, in w_(a,b)", "input as a row"), "b": ("unit that it leads to", "bias")},
        {"j": ("unit that a weight comes from",), "i": ("unit that it leads to",), "a": ("input as a row",),
            "b": ("bias",)}),
    Wording(4, "3.1.2 and 3.1.3, what a unit is called",
        {"name of a hidden unit": ("net_h1",), "name of an output unit": ("Out_o1",),
            "net_h1": ("unit", "its net input"), "Out_o1": ("unit", "its output")},
        {"net_h1": ("net input of unit h1",), "Out_o1": ("output of unit o1",)}, mistake="name"),
    Wording(4, "1, 'any nonlinear mapping'",
        {"what the network can do": ("approximate any continuous mapping of a bounded closed set", "any mapping")},
        {"what the network can do": ("approximate any continuous mapping of a bounded closed set",)}, mistake="range"),
    *(claim(f"3.1.3, net of output {n}", q(f"net_o{n}"), net_o(n), "2-3-2") for n in (1, 2)),
    *(claim(f"3.1.3, output {n}", q(f"Out_o{n}"), Apply("f", q(f"net_o{n}")), "2-3-2") for n in (1, 2)),
    claim("3.2.0, the error", q("E_total"), error_1 + HALF * (q("target_o2") - q("Out_o2")) ** 2, "2-3-2",
        defines=True),
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
    claim("4.4, tanh tends to -1", q("tanh(-∞)"), Number(-1), "training"),
    claim("4.4, tanh tends to 1", q("tanh(∞)"), Number(1), "training"),
    Wording(4, "4.4, tanh's outputs have mean 0 (our reading: for any net inputs)",
        {"mean of tanh's outputs": ("0 where the net inputs lie evenly about 0", "0 for any")},
        {"mean of tanh's outputs": ("0 where the net inputs lie evenly about 0",)}, mistake="range"),
    Wording(4, "4.4, a slope about 1, and yet small slopes are praised",
        {"good slope": ("about 1, in the list of properties", "small, at the logistic function: at most 1/4")},
        {"good slope": ("about 1",)}, mistake="range"),
    Wording(4, "5, a hard limit for classes",
        {"hard limit": ("flat, so that nothing is learnt through it", "output of a network that is trained so")},
        {"hard limit": ("flat, so that nothing is learnt through it",)}, mistake="range"),
    Wording(4, "4.2.1, what a random start tells apart",
        {"units told apart": ("those of one layer, which are alike with zero weights", "those of different layers")},
        {"units told apart": ("those of one layer, which are alike with zero weights",)}, mistake="name"),
    claim("4.2.1, zero weights keep the hidden units equal", q("zero_start_h1"), q("zero_start_h2"), "training"),
    Wording(4, "1 and 3, a network of three layers",
        {"three layers": ("three, the input not counted, in 1", "input, hidden and output layer, in 3")},
        {"two layers, the input not counted": ("hidden and output layer",)}),
    Wording(4, "4.4, f(x) = x is called the original perceptron (our reading)",
        {"perceptron": ("unit with a hard limit", "linear unit")}, {"perceptron": ("unit with a hard limit",)},
        mistake="name"),
    Wording(4, "4.4, logistic outputs as a probability distribution (our reading: several; out and 1 - out of one are)",
        {"several logistic outputs": ("numbers from 0 to 1, each by itself", "distribution, which adds up to 1")},
        {"several logistic outputs": ("numbers from 0 to 1, each by itself",)}, mistake="name"),
    claim("4.4, activations are continuously differentiable, with ReLU in the list: its slope on both sides of 0",
        q("ReLU'(0-)"), q("ReLU'(0+)"), "training", correction=q("ReLU'(0+)") - 1, mistake="range"),
    Wording(4, "5, the steepness factor, explained as normalising the data (our reading)",
        {"steepness factor": ("factor of the net input, as B in f(x/B)", "range that the data are brought to")},
        {"steepness factor": ("factor of the net input, as B in f(x/B)",)}, mistake="name"),
    Wording(4, "4.4, tansig for the output (or logsig for outputs from -1 to 1, which is no better)",
        {"tansig": ("S-shaped tangent", "S-shaped logarithm")},
        {"tansig": ("S-shaped tangent",), "logsig": ("S-shaped logarithm",)}, mistake="name"),
    claim("4.4, linear layers in a row are one linear layer", q("linear_net"),
        Matmul((Matmul((q("V_2"), q("V_1"))), q("x_column"))), "training"),
    Wording(4, "4.5, 'generalisation' explained by a rule that stops training",
        {"generalisation": ("error of samples that are not trained on, as it is usually meant",
            "mean squared error that rises 6 times in a row")},
        {"generalisation": ("error of samples that are not trained on, as it is usually meant",)}, mistake="name"),
    Wording(4, "4.5, training stops when the error rises 6 times in a row (our reading)",
        {"error that rises": ("mean squared error", "error of samples that are not trained on")},
        {"error that rises": ("error of samples that are not trained on",)}, mistake="wrong_error"),
    Wording(4, "4.5, mu (our reading: that of MATLAB's trainlm)",
        {"mu": ("precision of the error, to escape minima", "damping of the Levenberg-Marquardt step")},
        {"mu": ("damping of the Levenberg-Marquardt step",)}, mistake="name"),
    claim("4.5, cross-entropy cancels the slope of the sigmoid", q("δ_cross_entropy"), q("Out_sigmoid") - q("t"),
        "training"),
    claim("4.5, cross-entropy cancels 'the slope of the activation': tried on tanh, which it takes for outputs",
        q("δ_tanh"), q("Out_tanh") - q("t"), "training",
        correction=(q("Out_tanh") - q("t")) * (1 + q("Out_tanh")) / q("Out_tanh"), mistake="range"),
    claim("4.4, softmax in the list of activations: cross-entropy cancels its slope too (ours)", q("δ_softmax"),
        q("Out_softmax") - q("t"), "training"),
    claim("5, a linear output: f(x) = x has slope 1 (ours)", Derivative(x, "x"), Number(1), "functions"),
    Wording(4, "single characters, in our copy",
        {"pattern recognition": ("model recognition", "pattern recognition"), "target": ("taeget", "target"),
            "near 0": ("attachment", "near 0"), "threshold": ("valve value", "threshold"),
            "input value": ("it", "value")},
        {"pattern recognition": ("pattern recognition",), "target": ("target",), "near 0": ("near 0",),
            "threshold": ("threshold",), "input value": ("value",)}, mistake="name"),
)
# fmt: on
