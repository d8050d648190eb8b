"""Article 1: Alex Yu, "BP神经网络推导过程详解" (cnblogs, 2015), claim by claim.

Layer 1 is the input and layer L the output; W_ij^(l) leads from unit j of layer l-1 to unit i of layer l; d is the
target and y the output.
"""

from dataclasses import replace
from functools import partial

from ..formula.indexed import Apply, Derivative, Entry, Partial, SumOver, entries_of
from ..formula.tree import Expression, Negative, Number, Quantity, exp, tanh
from .ledger import Claim, Free, Wording

claim = partial(Claim, 1)


at, here = entries_of("L"), entries_of("l")


def d(k: str) -> Entry:
    """The target of output k, of sample i."""
    return Entry("d", (k,), sample="i")


def y(k: str) -> Entry:
    """Output k, of sample i."""
    return Entry("y", (k,), sample="i")


E, E_all = Entry("E", sample="i"), Entry("E", mark="all")
error_by, mean_error_by = partial(Partial, E), partial(Partial, E_all)
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

total_error = Number(1) / Entry("m") * SumOver("i", "m", E)
LAYERS: tuple[Free, ...] = (("l", "layers", None),)
WEIGHTS: tuple[Free, ...] = (*LAYERS, ("i", "s", ("l", 0)), ("j", "s", ("l", -1)))
W_ij, b_i = here("W", "i", "j"), here("b", "i")
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


def whole(base: str, mark: str = "", sample: str = "") -> Entry:
    """All of a layer's weights or biases, or what is gathered for them."""
    return Entry(base, (), ("l", 0), mark=mark, sample=sample)


# What stands on the left of an update is the same letter as what stands on its right, as in a program.
W_new, b_new = replace(W_ij, mark="new"), replace(b_i, mark="new")

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
        {"s_1": ("number of inputs",), "m": ("number of samples",), "d": ("target",), "y(i)": ("output",)}),
    claim("3, the error of all samples, a mean", E_all, total_error, "batches", defines=True),
    claim("3, the error of one sample", E, error(y("k")), "networks", defines=True),
    claim("3, the error of all samples, written out", E_all,
        Number(1) / (Number(2) * Entry("m")) * SumOver("i", "m", SumOver("k", "n", (d("k") - y("k")) ** 2)), "batches"),
    claim("3, update of a weight", W_new, W_ij - Entry("α") * mean_error_by(W_ij), "batches", WEIGHTS, defines=True),
    claim("3, update of a bias", b_new, b_i - Entry("α") * mean_error_by(b_i), "batches", WEIGHTS[:2], defines=True),
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
        {"i": ("unit of layer L-2, in W_ji",), "j": ("unit of layer L-1, in W_ji",), "p": ("number of the sample",),
            "q": ("index of the sum over layer L-1",), "r": ("index of the sum over layer L-2",)},
        mistake="index_clash"),
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
    *(claim(f"4, batch: gathering the {what}' gradients", whole(f"Δ{letter}", "after"), whole(f"∇{letter}", sample="i"),
        "batches", LAYERS, correction=whole(f"Δ{letter}") + whole(f"∇{letter}", sample="i"),
        mistake="batch_not_accumulated") for what, letter in (("weights", "W"), ("biases", "b"))),
    *(claim(f"4, batch: update of the {what}", whole(letter, "new"),
        whole(letter) + Number(1) / Entry("m") * whole(f"Δ{letter}", "all"), "batches", LAYERS,
        correction=whole(letter) - Entry("α") * (Number(1) / Entry("m")) * whole(f"Δ{letter}", "all"),
        mistake="gradient_added") for what, letter in (("weights", "W"), ("biases", "b"))),
    claim("readers' comments, which our copy lacks: the lost minus and this plus cancel (where the minus is lost)",
        whole("W", "new"), whole("W") + Entry("α") * (Number(1) / Entry("m")) * Negative(whole("ΔW", "all")), "batches",
        LAYERS),
    Wording(1, "2 and 3, single characters, in our copy",
        {"logistics": ("logistic", "logistics"), "'and the vector and'": ("one 'and'", "two of them"),
            "'likewise,'": ("before what is alike", "before nothing")},
        {"logistic": ("logistic",), "'and the vector'": ("one 'and'",), "'hence,'": ("before what follows",)},
        mistake="name"),
)
# fmt: on
