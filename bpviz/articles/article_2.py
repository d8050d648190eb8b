"""Article 2: "神经网络的 BP 算法推导详解" (CSDN, collected from several posts), claim by claim.

First the matrix form on a 2-3-2-1 net, then the index form with f(x) = A/(1 + e^(-x/B)), where w_ij leads from unit i
to unit j and w_ki into the hidden unit i, then the 2-3-2 example and the training class.
"""

from dataclasses import replace
from functools import partial

from ..formula.indexed import Apply, Block, Derivative, Entry, Hadamard, Kronecker, Matmul, Partial, SumOver, Transposed
from ..formula.tree import Expression, Negative, Number, Quantity, exp
from .article_2_example import EXAMPLE_AND_CLASS
from .ledger import Claim, Free, Wording

claim = partial(Claim, 2)
q, N = Quantity, Number
x = q("x")
LOSS = Entry("L")
HALF = N(1) / N(2)
SCALED = q("A") / (1 + exp(-(x / q("B"))))


def layer(base: str, offset: int = 0) -> Entry:
    """A matrix or a column of layer k + `offset`."""
    return Entry(base, (), ("k", offset))


def neuron(n: int, sources: tuple[str, ...], values: tuple[str, ...]) -> Expression:
    """The net input of neuron n, written out."""
    first, *rest = (q(f"w_({s},{n})") * q(v) for s, v in zip(sources, values, strict=True))
    total: Expression = first
    for term in rest:
        total = total + term
    return total + q(f"b_{n}")


K: tuple[Free, ...] = (("k", "layers", None),)
UNIT: tuple[Free, ...] = (*K, ("j", "s", ("k", 0)))
HIDDEN: tuple[Free, ...] = (("k", "layers_hidden", None),)
sent_back = Matmul((Transposed(layer("W", 1)), layer("δ", 1)))
inputs, firsts, seconds = ("x1", "x2"), ("1", "2", "3"), ("4", "5")
z_firsts, z_seconds = tuple(f"z_{n}" for n in firsts), tuple(f"z_{n}" for n in seconds)
n_firsts, n_seconds = tuple(f"n_{n}" for n in firsts), tuple(f"n_{n}" for n in seconds)


def forward(k: int, taken: tuple[str, ...], right: tuple[str, ...]) -> Claim:
    """z^(k) from the layer before, which the article takes as z where f(z) belongs."""
    W, b = Entry("W", (), ("", k)), Transposed(Entry("b", (), ("", k), mark="row"))

    def turned(names: tuple[str, ...]) -> Expression:
        return Transposed(Entry("a", mark="row") if names == inputs else Block((tuple(q(name) for name in names),)))

    return claim(
        f"3, layer {k} in matrices",
        Entry("z", (), ("", k)),
        Matmul((W, turned(taken))) + b,
        "2-3-2-1",
        (),
        None if taken == right else Matmul((W, turned(right))) + b,
        "net_for_out" if taken != right else None,
    )


def forward_neuron(n: int, sources: tuple[str, ...], taken: tuple[str, ...], right: tuple[str, ...]) -> Claim:
    """The same for one neuron."""
    return claim(
        f"3, neuron {n}",
        q(f"z_{n}"),
        neuron(n, sources, taken),
        "2-3-2-1",
        (),
        None if taken == right else neuron(n, sources, right),
        "net_for_out" if taken != right else None,
    )


def e(base: str, *indices: str, sub: str = "", mark: str = "") -> Entry:
    """An entry without a layer."""
    return Entry(base, indices, sub=sub, mark=mark)


OUT: tuple[Free, ...] = (("i", "p", None), ("j", "n", None))
BELOW: tuple[Free, ...] = (("k", "r", None), ("i", "p", None))
wrong = e("d", "j") - e("y", "j")
slope = Apply("f", e("S", "j")) * (q("A") - Apply("f", e("S", "j"))) / (q("A") * q("B"))
S_i, x_k = e("S", "i", mark="hidden"), e("x", "k", mark="below")
slope_i = Apply("f", S_i) * (q("A") - Apply("f", S_i)) / (q("A") * q("B"))
f_prime, S_by_w = Apply("f'", e("S", "j")), Partial(e("S", "j"), e("w", "i", "j"))
delta = wrong * slope
dE_dw, dE_du = Partial(e("E"), e("w", "i", "j")), Partial(e("E"), e("w", "k", "i", mark="below"))


Z_BY_B = Partial(replace(layer("z"), mark="all"), layer("b"))


def wrong_sign(place: str, left: Expression, right: Expression, free: tuple[Free, ...]) -> Claim:
    """A derivative that lacks its minus sign."""
    return claim(place, left, right, "two layers", free, Negative(right), "sign")


def over_outputs(inner: Expression) -> Expression:
    """The sum over the outputs j."""
    return SumOver("j", "n", inner)


def through_nets(inner: Expression) -> Expression:
    """The sum over the net inputs of layer k of dL/dz times how fast they change."""
    return SumOver("m", "s", Partial(LOSS, Entry("z", ("m",), ("k", 0))) * inner, ("k", 0))


eta, eta_1, eta_2 = q("η"), q("η_1"), q("η_2")

# One claim after the other, as a table: the formatter would give every argument a line of its own.
# fmt: off
CLAIMS: tuple[Claim | Wording, ...] = (
    Wording(2, "1, PCA is glossed as independent component analysis (our reading of its letters)",
        {"PCA": ("principal component analysis, as its letters say", "independent component analysis")},
        {"PCA": ("principal component analysis",), "ICA": ("independent component analysis",)}, mistake="name"),
    Wording(2, "3 and 5, a network of three layers",
        {"three layers": ("two hidden layers and the output layer, in 3", "input, hidden and output layer, in 5")},
        {"three layers, the input not counted": ("two hidden layers and the output layer",),
            "two layers, the input not counted": ("hidden and output layer",)}),
    Wording(2, "3 and 4, *",
        {"*": ("product of matrices", "product entry by entry, after f_k'", "nothing, at the end of two lines")},
        {"*": ("product of matrices",), "∘": ("product entry by entry",)}, mistake="notation"),
    Wording(2, "3 and 4, W^3, b^{k+1} and ∂w^(k)",
        {"layer of a matrix": ("in brackets, as in W^(2)", "without, as in W^3 and b^{k+1}"),
            "letter of the weights": ("W", "w, in ∂w^(k)")},
        {"layer of a matrix": ("in brackets, as in W^(2)",), "letter of the weights": ("W",)}, mistake="notation"),
    Wording(2, "4 and 5, n, m and i",
        {"n": ("outputs, in n^(k)", "number of outputs", "number of a layer, in f_n"),
            "m": ("row of a matrix, in W_m:", "number of inputs"),
            "i": ("number of a layer, in f_i", "unit that a weight comes from")},
        {"n": ("outputs, in n^(k)",), "n_out": ("number of outputs",), "k": ("number of a layer",),
            "j": ("row of a matrix",), "m": ("number of inputs",), "i": ("unit that a weight comes from",)}),
    Wording(2, "4, 'by the forward pass of section 1'",
        {"where the forward pass stands": ("section 3", "section 1")},
        {"where the forward pass stands": ("section 3",)},
        mistake="name"),
    Wording(2, "3 and 4, b^(k)",
        {"b^(k)": ("row, transposed where it is added, in 3", "column, added as it is, in 4")},
        {"b^(k)": ("column",)}, mistake="shape"),
    forward(1, inputs, inputs),
    *(forward_neuron(n, inputs, inputs, inputs) for n in (1, 2, 3)),
    forward(2, z_firsts, n_firsts),
    *(forward_neuron(n, firsts, z_firsts, n_firsts) for n in (4, 5)),
    forward(3, z_seconds, n_seconds),
    forward_neuron(6, seconds, z_seconds, n_seconds),
    claim("4, net inputs of layer k", layer("z"), Matmul((layer("W"), layer("n", -1))) + layer("b"), "2-3-2-1", K),
    claim("4, chain rule for the biases, dL/dz times dz/db", Partial(LOSS, replace(layer("b"), mark="whole")),
        Matmul((Partial(LOSS, replace(layer("z"), mark="whole")), Z_BY_B)), "2-3-2-1", HIDDEN,
        Matmul((Z_BY_B, Partial(LOSS, replace(layer("z"), mark="whole")))), "shape"),
    claim("4, chain rule for the weights (our reading: through all net inputs)",
        Partial(LOSS, Entry("W", ("i", "j"), ("k", 0))),
        through_nets(Partial(Entry("z", ("m",), ("k", 0)), Entry("W", ("i", "j"), ("k", 0)))), "2-3-2-1",
        (*K, ("i", "s", ("k", 0)), ("j", "s", ("k", -1)))),
    claim("4, chain rule for the biases (our reading: through all net inputs)",
        Partial(LOSS, Entry("b", ("j",), ("k", 0))),
        through_nets(Partial(Entry("z", ("m",), ("k", 0)), Entry("b", ("j",), ("k", 0)))), "2-3-2-1", UNIT),
    claim("4, dz/dW of the first layer, given as (x1, x2)",
        Partial(Entry("z", ("m",), ("", 1)), Entry("W", ("i", "j"), ("", 1))), e("x", "j"), "2-3-2-1",
        (("m", "three", None), ("i", "three", None), ("j", "two", None)), Kronecker("m", "i") * e("x", "j"),
        "jacobian_flattened"),
    claim("4, dz/dW of layer k, given as n^(k-1)",
        Partial(Entry("z", ("m",), ("k", 0)), Entry("W", ("i", "j"), ("k", 0))),
        Entry("n", ("j",), ("k", -1), mark="flat"),
        "2-3-2-1", (*K, ("m", "s", ("k", 0)), ("i", "s", ("k", 0)), ("j", "s", ("k", -1))),
        Kronecker("m", "i") * Entry("n", ("j",), ("k", -1), mark="flat"), "jacobian_flattened"),
    Wording(2, "4, dz/dW, first in general and then of layer 1",
        {"dz/dW": ("row (n^(k-1))^T", "column (x1, x2)^T")}, {"dz/dW": ("array of three indices, [m = i] n_j",)},
        mistake="shape"),
    Wording(2, "4, dz/dW, its rows: the column b^(k) is added to the number W_1: n^(k-1)",
        {"b^(k)": ("column, in z^(k) = W n + b", "number, in a row of dz/dW")},
        {"b^(k)": ("column",), "b_1": ("number",)}, mistake="shape"),
    claim("4, dz/db is the identity", Partial(Entry("z", ("m",), ("k", 0)), Entry("b", ("j",), ("k", 0))),
        Kronecker("m", "j"), "2-3-2-1", (*UNIT, ("m", "s", ("k", 0)))),
    claim("4, net inputs of the next layer", layer("z", 1), Matmul((layer("W", 1), layer("n"))) + layer("b", 1),
        "2-3-2-1", HIDDEN),
    claim("4, outputs of layer k, printed f_k(z_k): z_k is the net input of neuron k", layer("n"),
        Apply("f", Entry("z", ("k",), mark="neuron")), "2-3-2-1", HIDDEN, Apply("f", layer("z")), "index_clash"),
    Wording(2, "4, the error term of layer k, called the influence of the neurons of the first layer",
        {"δ^(k)": ("layer k, in the formula", "layer 1, in the sentence before it")}, {"δ^(k)": ("layer k",)}),
    claim("4, delta is a derivative", layer("δ"), Partial(LOSS, replace(layer("z"), mark="whole")), "2-3-2-1", K,
        defines=True),
    *(
        claim(f"4, delta as a product of Jacobians, {words}", layer("δ"),
            Matmul((Partial(layer("n"), layer("z")), Partial(layer("z", 1), layer("n")), ahead)), "2-3-2-1", HIDDEN)
        for words, ahead in (("of the loss too", Partial(LOSS, replace(layer("z", 1), mark="whole"))),
            ("delta put in", layer("δ", 1)))
    ),
    claim("4, delta, entry by entry", layer("δ"), Hadamard((Apply("f'", layer("z")), sent_back)), "2-3-2-1", HIDDEN),
    claim("4, gradient of the weights", Partial(LOSS, replace(layer("W"), mark="whole")),
        Matmul((layer("δ"), Transposed(layer("n", -1)))), "2-3-2-1", K),
    claim("4, gradient of the biases", Partial(LOSS, replace(layer("b"), mark="whole")), layer("δ"), "2-3-2-1", K),
    claim("4, a chain of layers (tried on single units, n = 2 and 3)", q("f_3"),
        Apply("f", q("f_2") * q("w_3") + q("b_3")), "chain"),
    claim("4, the same, its bias not written", q("f_3"), Apply("f", q("f_2") * q("w_3")), "chain",
        stands_for=Apply("f", q("f_2") * q("w_3") + q("b_3"))),
    *(
        claim(f"4, chain, gradient of a weight, {words}n = {n}", q(f"dLoss/dw_{n}"), q(f"dLoss/df_{n}") * rest, "chain")
        for n in (2, 3) for words, rest in (
            ("", q(f"df_{n}/dw_{n}")), ("f' put in, ", q(f"f'_{n}") * q(f"f_{n - 1}")))
    ),
    claim("4, chain, one layer back", q("dLoss/df_2"), q("dLoss/df_3") * q("df_3/df_2"), "chain"),
    Wording(2, "5, h = sqrt(m + n) + a, 'the number of hidden layers'",
        {"h": ("number of hidden units, as the formula counts units", "number of hidden layers")},
        {"h": ("number of hidden units, as the formula counts units",)}),
    claim("5, net input of unit j", e("S", "j"), SumOver("i", "p", e("w", "i", "j") * e("x", "i")) + e("b", "j"),
        "two layers", OUT[1:]),
    claim("5, output of unit j", e("y", "j"), Apply("f", e("S", "j")), "two layers", OUT[1:]),
    Wording(2, "5, 'the graveyard of the network' (one character, in our copy)",
        {"what training is for": ("purpose", "graveyard")}, {"what training is for": ("purpose",)}, mistake="name"),
    Wording(2, "4 and 5, y",
        {"y": ("target, in L(y, ŷ)", "output, in d - y")}, {"y": ("output",), "d": ("target",)}),
    Wording(2, "5, 'any mapping from m to n dimensions'",
        {"what three layers can do": ("approximate any continuous mapping of a bounded closed set", "any mapping")},
        {"what three layers can do": ("approximate any continuous mapping of a bounded closed set",)}, mistake="range"),
    Wording(2, "5, m, the number of inputs",
        {"last unit of the sum in S_j": ("m - 1, for a hidden unit", "m - 1, for an output, with other units below")},
        {"last unit of the sum in S_j": ("the last of the layer below",)}, mistake="index_clash"),
    Wording(2, "5, x_i and y_i",
        {"output of hidden unit i": ("y_i, as every unit's output", "x_i, in dx_i/dS_i")},
        {"output of hidden unit i": ("x_i",)}, mistake="notation"),
    Wording(2, "5, the learning rate", {"learning rate": ("η", "η_1", "η_2")},
        {"rate of the weights": ("η_1",), "rate of the biases": ("η_2",)}, mistake="notation"),
    Wording(2, "5, 'my output j is d_j'",
        {"d_j": ("target, in the error", "output, in the sentence before it")}, {"d_j": ("target",)}),
    claim("5, the error", q("E"), HALF * over_outputs(wrong**2), "two layers", defines=True),
    claim("5, the step", e("Δw", "i", "j"), Negative(eta * dE_dw), "two layers", OUT, defines=True),
    claim("5, derivative of A/(1 + e^(-x/B))", Derivative(SCALED, "x"), SCALED * (q("A") - SCALED) / (q("A") * q("B")),
        "functions"),
    Wording(2, "5, gradients begin with 1/∂w",
        {"1/∂w": ("∂/∂w, which differentiates what follows", "fraction, which multiplies what follows")},
        {"∂/∂w": ("differentiates what follows",)}, mistake="notation"),
    claim("5, gradient of w_ij, first line: j is fixed and summed over", dE_dw,
        Derivative(HALF * over_outputs(wrong**2), e("w", "i", "j")), "two layers", OUT,
        Derivative(HALF * SumOver("q", "n", (e("d", "q") - e("y", "q")) ** 2), e("w", "i", "j")), "index_clash"),
    claim("5, gradient of w_ij, the target differentiated in the output's place", dE_dw,
        wrong * Partial(e("d", "j"), e("w", "i", "j")), "two layers", OUT,
        Negative(wrong) * Partial(e("y", "j"), e("w", "i", "j")), "sign"),
    wrong_sign("5, gradient of w_ij, through S_j", dE_dw, wrong * f_prime * S_by_w, OUT),
    wrong_sign("5, gradient of w_ij, f' written out", dE_dw, wrong * slope * S_by_w, OUT),
    wrong_sign("5, gradient of w_ij, x_i put in", dE_dw, wrong * slope * e("x", "i"), OUT),
    claim("5, delta_ij, as the article has it: the other way round", e("δ", "i", "j"), delta, "two layers", OUT,
        defines=True),
    wrong_sign("5, gradient of w_ij as delta times x", dE_dw, e("δ", "i", "j") * e("x", "i"), OUT),
    wrong_sign("5, gradient of b_j", Partial(e("E"), e("b", "j")), e("δ", "i", "j"), OUT),
    Wording(2, "5, gradient of b_j: delta_ij has an index that a bias has not",
        {"i": ("unit that the weight comes from, in delta_ij", "of no unit, as a bias comes from none")},
        {"i": ("unit that the weight comes from, in delta_ij",)}, mistake="index_clash"),
    claim("5, gradient of w_ki, first line", dE_du,
        Derivative(HALF * over_outputs(wrong**2), e("w", "k", "i", mark="below")), "two layers", BELOW),
    wrong_sign("5, gradient of w_ki, through the outputs", dE_du,
        over_outputs(wrong * f_prime * Partial(e("S", "j"), e("w", "k", "i", mark="below"))), BELOW),
    wrong_sign("5, gradient of w_ki, through the hidden unit", dE_du,
        over_outputs(wrong * f_prime * Partial(e("S", "j"), e("x", "i")) * Partial(e("x", "i"), S_i)
            * Partial(S_i, e("w", "k", "i", mark="below"))), BELOW),
    wrong_sign("5, gradient of w_ki, deltas put in", dE_du,
        over_outputs(e("δ", "i", "j") * e("w", "i", "j") * slope_i * x_k), BELOW),
    wrong_sign("5, gradient of w_ki, x_k before the sum", dE_du,
        x_k * over_outputs(e("δ", "i", "j") * e("w", "i", "j") * slope_i), BELOW),
    wrong_sign("5, gradient of w_ki as delta times x", dE_du, e("δ", "k", "i", mark="below") * x_k, BELOW),
    claim("5, delta_ki with f(S_j) where f(S_i) is needed", e("δ", "k", "i", mark="below"),
        over_outputs(e("δ", "i", "j") * e("w", "i", "j") * slope), "two layers", BELOW,
        over_outputs(e("δ", "i", "j") * e("w", "i", "j")) * slope_i, "wrong_layer_derivative", defines=True),
    claim("5, update by the gradient", e("w", "i", "j", sub="new"), e("w", "i", "j") - eta_1 * dE_dw, "two layers", OUT,
        defines=True),
    claim("5, update of a weight with the article's delta: it climbs", e("w", "i", "j", sub="new"),
        e("w", "i", "j") - eta_1 * e("δ", "i", "j") * e("x", "i"), "two layers", OUT,
        e("w", "i", "j") + eta_1 * e("δ", "i", "j") * e("x", "i"), "sign"),
    claim("5, update of a bias by the gradient", e("b", "j", sub="new"),
        e("b", "j") - eta_2 * Partial(e("E"), e("b", "j")), "two layers", OUT[1:], defines=True),
    claim("5, update of a bias with the article's delta: it climbs", e("b", "j", sub="new"),
        e("b", "j") - eta_2 * e("δ", "i", "j"), "two layers", OUT, e("b", "j") + eta_2 * e("δ", "i", "j"), "sign"),
    *EXAMPLE_AND_CLASS,
    Wording(2, "single characters, in our copy",
        {"Euclidean": ("'European form'", "Euclidean"), "put in": ("'belt in'", "put in"),
            "target": ("toget", "target"), "one by one": ("two dashes", "one by one")},
        {"Euclidean": ("Euclidean",), "put in": ("put in",), "target": ("target",), "one by one": ("one by one",)},
        mistake="name"),
)
# fmt: on
