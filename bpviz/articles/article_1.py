"""Article 1: Alex Yu, "BP神经网络推导过程详解" (cnblogs, 2015), claim by claim.

Layer 1 is the input and layer L the output; W_ij^(l) leads from unit j of layer l-1 to unit i of layer l; d is the
target and y the output.
"""

from functools import partial

from ..formula.indexed import Apply, Derivative, Entry, Partial, SumOver, entries_of
from ..formula.tree import Expression, Negative, Number, Quantity, exp, tanh
from .ledger import Claim, Free, Wording

claim = partial(Claim, 1)


at, here = entries_of("L"), entries_of("l")


def d(k: str) -> Entry:
    """The target of output k."""
    return Entry("d", (k,))


def y(k: str) -> Entry:
    """Output k."""
    return Entry("y", (k,))


E = Entry("E")
error_by = partial(Partial, E)
HALF = Number(1) / Number(2)
L, L1, L2 = ("L", 0), ("L", -1), ("L", -2)
OUT: tuple[Free, ...] = (("k", "s", L), ("j", "s", L1))
HIDDEN: tuple[Free, ...] = (("j", "s", L1), ("i", "s", L2))
ANY: tuple[Free, ...] = (("l", "layers", None), ("i", "s", ("l", 0)))

x = Quantity("x")
LOGISTIC = 1 / (1 + exp(-x))
BIPOLAR = (1 - exp(-x)) / (1 + exp(-x))


def net_of(k: str, j: str, inner: Expression, bias: bool = True) -> Expression:
    """net_k^(L) written out: the sum over j of W_kj times `inner`, plus the bias."""
    total = SumOver(j, "s", at("W", k, j) * inner, L1)
    return total + at("b", k) if bias else total


def hidden(j: str, weights: int, inside: Expression | None = None) -> Expression:
    """f of the net input of hidden unit j, with the weights of layer L + `weights`."""
    bias = at("b", j, by=-1)
    inner = SumOver("i", "s", Entry("W", (j, "i"), ("L", weights)) * at("h", "i", by=-2), L2) + bias
    return Apply("f", inner if inside is None else inner + inside)


def error(output: Expression) -> Expression:
    """1/2 of the sum over k of (d_k - output)^2."""
    return HALF * SumOver("k", "n", (d("k") - output) ** 2)


slope_k, slope_j = Apply("f'", at("net", "k")), Apply("f'", at("net", "j", by=-1))
wrong = d("k") - y("k")
dE_dW, dE_db = error_by(at("W", "k", "j")), error_by(at("b", "k"))
dE_dW1 = error_by(at("W", "j", "i", by=-1))
net_by_W1 = Partial(at("net", "k"), at("W", "j", "i", by=-1))
chain = at("W", "k", "j") * slope_j * at("h", "i", by=-2)

total_error = Number(1) / Entry("m") * SumOver("i", "m", Entry("E", ("i",)))
SAMPLES: tuple[Free, ...] = (("i", "n", None), ("j", "p", None))
W_ij, b_i = Entry("W", ("i", "j")), Entry("b", ("i",))
delta_1 = SumOver("k", "n", at("W", "k", "j") * at("δ", "k")) * slope_j
sent_back = SumOver("k", "n", wrong * slope_k * at("W", "k", "j")) * slope_j
weight_inside_slope = SumOver("k", "n", wrong * Apply("f'", at("net", "k") * at("W", "k", "j"))) * slope_j
below = SumOver("k", "n", wrong * slope_k * net_by_W1)
net_k = net_of("k", "j", at("h", "j", by=-1))
own_net_by_W1 = Partial(at("net", "j", by=-1), at("W", "j", "i", by=-1))
f_net_j = Entry("net", ("j",), ("L", -1), image="f")
net_by_f, f_by_net = Partial(at("net", "k"), f_net_j), Partial(f_net_j, at("net", "j", by=-1))
through_unit = SumOver("k", "n", wrong * slope_k * net_by_f * f_by_net * own_net_by_W1)
net_by_W = Partial(at("net", "k"), at("W", "k", "j"))
gathered_W, gathered_b = Entry("ΔW", ("i", "j"), mark="all"), Entry("Δb", ("i",), mark="all")
W_new, b_new = Entry("W", ("i", "j"), sub="new"), Entry("b", ("i",), sub="new")

# One claim after the other, as a table: the formatter would give every argument a line of its own.
# fmt: off
CLAIMS: tuple[Claim | Wording, ...] = (
    Wording(1, "1, 'hidden layer l' for layer l, though the first hidden layer is layer 2",
        {"l": ("number of the layer, the input being 1", "number of the hidden layer")},
        {"l": ("number of the layer, the input being 1",)}),
    claim("1, the output of a unit", here("h", "i"), Apply("f", here("net", "i")), "networks", ANY),
    claim("1, the net input of a unit", here("net", "i"),
        SumOver("j", "s", here("W", "i", "j") * here("h", "j", by=-1), ("l", -1)) + here("b", "i"), "networks", ANY),
    claim("2, derivative of the sigmoid", Derivative(LOGISTIC, "x"), LOGISTIC * (1 - LOGISTIC), "functions"),
    claim("2, the second activation, called the hyperbolic tangent", BIPOLAR, tanh(x), "functions",
        correction=tanh(x / 2), mistake="tanh_derivative"),
    claim("2, its derivative, 1 - f^2", Derivative(BIPOLAR, "x"), 1 - BIPOLAR**2, "functions",
        correction=(1 - BIPOLAR**2) / 2, mistake="tanh_derivative"),
    claim("2, the sigmoid's range is open below: it tends to 0", Quantity("logistic(-∞)"), Number(0), "training"),
    claim("2, the sigmoid's range is open above: it tends to 1", Quantity("logistic(∞)"), Number(1), "training"),
    claim("2, the second activation tends to -1", Quantity("bipolar(-∞)"), Number(-1), "training"),
    claim("2, the second activation tends to 1", Quantity("bipolar(∞)"), Number(1), "training"),
    Wording(1, "3, the samples and the error",
        {"m": ("number of inputs", "number of samples"), "d": ("target",), "y(i)": ("target of a sample", "output")},
        {"m": ("number of inputs",), "M": ("number of samples",), "d": ("target",), "y(i)": ("output",)}),
    claim("3, the error of all samples, a mean", Entry("E", sub="total"), total_error, "batches", defines=True),
    claim("3, the error of one sample", E, error(y("k")), "networks", defines=True),
    claim("3, the error of all samples, written out", Entry("E", sub="total"),
        Number(1) / (Number(2) * Entry("m")) * SumOver("i", "m",
            SumOver("k", "n", (Entry("d", ("k", "i")) - Entry("y", ("k", "i"))) ** 2)), "batches"),
    claim("3, update of a weight", W_new, W_ij - Entry("α") * error_by(W_ij), "batches", SAMPLES, defines=True),
    claim("3, update of a bias", b_new, b_i - Entry("α") * error_by(b_i), "batches", SAMPLES[:1], defines=True),
    claim("3, output layer, first line: k is fixed and summed over", dE_dW,
        Derivative(error(y("k")), at("W", "k", "j")), "networks", OUT,
        correction=Derivative(HALF * SumOver("q", "n", (d("q") - y("q")) ** 2), at("W", "k", "j")),
        mistake="index_clash"),
    claim("3, output layer, second line: one square is left", dE_dW, Derivative(HALF * wrong**2, at("W", "k", "j")),
        "networks", OUT),
    claim("3, output layer, one term of the sum is left", dE_dW, Negative(wrong) * Partial(y("k"), at("W", "k", "j")),
        "networks", OUT),
    claim("3, output layer, chain rule through net", dE_dW,
        Negative(wrong) * Partial(y("k"), at("net", "k")) * net_by_W, "networks", OUT),
    claim("3, output layer, f' put in", dE_dW, Negative(wrong) * slope_k * net_by_W, "networks", OUT),
    claim("3, output layer, result", dE_dW, Negative(wrong) * slope_k * at("h", "j", by=-1), "networks", OUT),
    claim("3, output layer, bias", dE_db, Negative(wrong) * slope_k, "networks", OUT[:1]),
    claim("3, output layer, delta", at("δ", "k"), Negative(wrong) * slope_k, "networks", OUT[:1], defines=True),
    claim("3, output layer, boxed: gradient of a weight", dE_dW, at("δ", "k") * at("h", "j"), "networks", OUT,
        correction=at("δ", "k") * at("h", "j", by=-1), mistake="wrong_layer_activation"),
    claim("3, output layer, boxed: gradient of a bias", dE_db, at("δ", "k"), "networks", OUT[:1]),
    claim("3, hidden layer, first line", dE_dW1, Derivative(error(y("k")), at("W", "j", "i", by=-1)), "networks",
        HIDDEN),
    claim("3, hidden layer, the error with the output written out", E, error(Apply("f", net_k)), "networks"),
    Wording(1, "3, hidden layer, i and j in one derivative",
        {"i": ("number of the sample, in E(i) and d_k(i)", "unit of layer L-2, in W_ji", "index of a sum"),
            "j": ("unit of layer L-1, in W_ji", "index of a sum over that layer")},
        {"i": ("unit of layer L-2",), "j": ("unit of layer L-1",), "p": ("number of the sample",),
            "m": ("index of a sum",)}, mistake="index_clash"),
    claim("3, hidden layer, the error with the hidden outputs written out: W^(L-2), and b_k in the inner bracket",
        E, error(Apply("f", net_of("k", "j", hidden("j", -2, at("b", "k")), bias=False))), "networks",
        correction=error(Apply("f", net_of("k", "j", hidden("j", -1)))), mistake="wrong_layer_weights"),
    claim("3, hidden layer, the sum over the outputs", dE_dW1, Negative(below), "networks", HIDDEN),
    claim("3, hidden layer, net of an output", at("net", "k"), net_k, "networks", OUT[:1]),
    claim("3, hidden layer, net of an output written out: W^(L-2)", at("net", "k"), net_of("k", "j", hidden("j", -2)),
        "networks", OUT[:1], correction=net_of("k", "j", hidden("j", -1)), mistake="wrong_layer_weights"),
    claim("3, hidden layer, net of an output, last line: without b_k", at("net", "k"),
        net_of("k", "j", Apply("f", at("net", "j", by=-1)), bias=False), "networks", OUT[:1],
        correction=net_of("k", "j", Apply("f", at("net", "j", by=-1))), mistake="bias_forgotten"),
    claim("3, hidden layer, after 'hence'", dE_dW1, below, "networks", HIDDEN, correction=Negative(below),
        mistake="sign"),
    claim("3, hidden layer, chain rule through the hidden unit", dE_dW1,
        through_unit, "networks", HIDDEN, correction=Negative(through_unit), mistake="sign"),
    claim("3, hidden layer, the factors put in", dE_dW1, SumOver("k", "n", wrong * slope_k * chain), "networks", HIDDEN,
        correction=Negative(SumOver("k", "n", wrong * slope_k * chain)), mistake="sign"),
    claim("3, hidden layer, delta as a sum over d - y: W_kj has slid to where f' is taken (in our copy)",
        at("δ", "j", by=-1), weight_inside_slope, "networks", HIDDEN[:1],
        correction=Negative(sent_back), mistake="sign"),
    claim("3, hidden layer, delta from the deltas ahead", at("δ", "j", by=-1), delta_1, "networks", HIDDEN[:1]),
    claim("3, hidden layer, gradient of a weight", dE_dW1, at("δ", "j", by=-1) * at("h", "i", by=-2), "networks",
        HIDDEN),
    claim("3, hidden layer, gradient of a bias", error_by(at("b", "j", by=-1)), at("δ", "j", by=-1), "networks",
        HIDDEN[:1]),
    claim("3, any layer, gradient of a weight", error_by(here("W", "j", "i")),
        here("δ", "j") * here("h", "i", by=-1), "networks",
        (("l", "layers_hidden", None), ("j", "s", ("l", 0)), ("i", "s", ("l", -1)))),
    claim("3, any layer, gradient of a bias", error_by(here("b", "j")), here("δ", "j"), "networks",
        (("l", "layers_hidden", None), ("j", "s", ("l", 0)))),
    claim("3, any layer, the recursion of delta", here("δ", "j"),
        SumOver("k", "s", here("W", "k", "j", by=1) * here("δ", "k", by=1), ("l", 1)) * Apply("f'",
            here("net", "j")), "networks", (("l", "layers_hidden", None), ("j", "s", ("l", 0)))),
    claim("4, batch: gathering the weights' gradients", Entry("ΔW", ("i", "j"), mark="after"), Entry("∇W", ("i", "j")),
        "batches", SAMPLES, correction=Entry("ΔW", ("i", "j")) + Entry("∇W", ("i", "j")),
        mistake="batch_not_accumulated"),
    claim("4, batch: gathering the biases' gradients", Entry("Δb", ("i",), mark="after"), Entry("∇b", ("i",)),
        "batches", SAMPLES[:1], correction=Entry("Δb", ("i",)) + Entry("∇b", ("i",)), mistake="batch_not_accumulated"),
    claim("4, batch: update of a weight", W_new, W_ij + Number(1) / Entry("m") * gathered_W, "batches", SAMPLES,
        correction=W_ij - Entry("α") * (Number(1) / Entry("m")) * gathered_W, mistake="gradient_added"),
    claim("4, batch: update of a bias", b_new, b_i + Number(1) / Entry("m") * gathered_b,
        "batches", SAMPLES[:1], correction=b_i - Entry("α") * (Number(1) / Entry("m")) * gathered_b,
        mistake="gradient_added"),
    claim("readers' comments, which our copy lacks: the lost minus and this plus cancel (where the minus is lost)",
        W_new, W_ij + Entry("α") * (Number(1) / Entry("m")) * Negative(gathered_W), "batches", SAMPLES),
)
# fmt: on
