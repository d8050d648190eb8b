"""Article 2: "神经网络的 BP 算法推导详解" (CSDN, collected from several posts), claim by claim.

First the matrix form on a 2-3-2-1 net, then the index form with f(x) = A/(1 + e^(-x/B)), where w_ij leads from unit i
to unit j and w_ki into the hidden unit i, then the 2-3-2 example and the training class.
"""

from dataclasses import replace
from functools import partial

from ..formula.indexed import Apply, Block, Derivative, Entry, Hadamard, Kronecker, Matmul, Partial, SumOver, Transposed
from ..formula.tree import Expression, Negative, Number, Quantity, add_all, exp
from .ledger import Claim, Free, Wording
from .two_three_two import TWO_THREE_TWO

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
S_i = e("S", "i", mark="hidden")
slope_i = Apply("f", S_i) * (q("A") - Apply("f", S_i)) / (q("A") * q("B"))
f_prime = Apply("f'", e("S", "j"))
delta = wrong * slope
dE_dw, dE_du = Partial(e("E"), e("w", "i", "j")), Partial(e("E"), e("w", "k", "i", mark="below"))


def wrong_sign(place: str, left: Expression, right: Expression, free: tuple[Free, ...]) -> Claim:
    """A derivative that lacks its minus sign."""
    return claim(place, left, right, "two layers", free, Negative(right), "sign")


def over_outputs(inner: Expression) -> Expression:
    """The sum over the outputs j."""
    return SumOver("j", "n", inner)


def through_nets(inner: Expression) -> Expression:
    """The sum over the net inputs of layer k of dL/dz times how fast they change."""
    return SumOver("m", "s", Partial(LOSS, Entry("z", ("m",), ("k", 0))) * inner, ("k", 0))


w, eta = {n: float(TWO_THREE_TWO.network[f"w{n}"]) for n in range(1, 13)}, q("η")
printed = TWO_THREE_TWO.printed


def number(place: str, quantity: str) -> Claim:
    """A number of the 2-3-2 example: it must be the quantity's, to its last digit."""
    digits = printed[quantity]
    return claim(place, q(quantity), N(float(digits)), "example", digits=digits)


def net_of(weights: tuple[int, ...], values: tuple[str, ...], bias: str) -> Expression:
    """A net input of the 2-3-2 example in names."""
    terms = [q(f"w{n}") * q(value) for n, value in zip(weights, values, strict=True)]
    return add_all([*terms, q(bias)])


def net_h(n: int) -> Expression:
    """The net input of hidden unit n in numbers."""
    return N(w[2 * n - 1]) * N(5) + N(w[2 * n]) * N(10) + N(0.35) * N(1)


def net_o(n: int, values: tuple[Expression, ...]) -> Expression:
    """The net input of output n, with these values of the hidden units."""
    first, second, third = (N(w[6 + n + 2 * k]) * value for k, value in enumerate(values))
    return first + second + third + N(0.65)


OUT_NAMES = ("out_h1", "out_h2", "out_h3")
NETS, OUTS = (N(2.35), N(3.85), N(5.35)), (q("out_h1"), q("out_h2"), q("out_h3"))
E_plus = HALF * (N(0.01) + N(0.89109)) ** 2 + HALF * (N(0.99) + N(0.90433)) ** 2
E_minus = HALF * (N(0.01) - q("out_o1")) ** 2 + HALF * (N(0.99) - q("out_o2")) ** 2
dE_dw7 = (q("target_o1") - q("out_o1")) * q("out_o1") * (1 - q("out_o1")) * q("out_h1")
dE_dw7_by_slope = HALF * N(2) * (q("target_o1") - q("out_o1")) * Apply("f'", q("net_o1")) * q("out_h1")
out3, out2 = q("outdata3"), q("outdata2")

# One claim after the other, as a table: the formatter would give every argument a line of its own.
# fmt: off
CLAIMS: tuple[Claim | Wording, ...] = (
    Wording(2, "1, PCA is glossed as independent component analysis (our reading of its letters)",
        {"PCA": ("principal component analysis, as its letters say", "independent component analysis")},
        {"PCA": ("principal component analysis",), "ICA": ("independent component analysis",)}, mistake="name"),
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
    claim("4, chain rule for the weights, through all net inputs", Partial(LOSS, Entry("W", ("i", "j"), ("k", 0))),
        through_nets(Partial(Entry("z", ("m",), ("k", 0)), Entry("W", ("i", "j"), ("k", 0)))), "2-3-2-1",
        (*K, ("i", "s", ("k", 0)), ("j", "s", ("k", -1)))),
    claim("4, chain rule for the biases, through all net inputs", Partial(LOSS, Entry("b", ("j",), ("k", 0))),
        through_nets(Partial(Entry("z", ("m",), ("k", 0)), Entry("b", ("j",), ("k", 0)))), "2-3-2-1", UNIT),
    claim("4, dz/dW of the first layer, given as (x1, x2)",
        Partial(Entry("z", ("m",), ("", 1)), Entry("W", ("i", "j"), ("", 1))), e("x", "j"), "2-3-2-1",
        (("m", "three", None), ("i", "three", None), ("j", "two", None)), Kronecker("m", "i") * e("x", "j"),
        "jacobian_flattened"),
    Wording(2, "4, dz/dW, first in general and then of layer 1",
        {"dz/dW": ("row (n^(k-1))^T", "column (x1, x2)^T")}, {"dz/dW": ("row (n^(k-1))^T",)}, mistake="shape"),
    claim("4, dz/db is the identity", Partial(Entry("z", ("m",), ("k", 0)), Entry("b", ("j",), ("k", 0))),
        Kronecker("m", "j"), "2-3-2-1", (*UNIT, ("m", "s", ("k", 0)))),
    claim("4, net inputs of the next layer", layer("z", 1), Matmul((layer("W", 1), layer("n"))) + layer("b", 1),
        "2-3-2-1", HIDDEN),
    claim("4, outputs of layer k", layer("n"), Apply("f", layer("z")), "2-3-2-1", K),
    claim("4, delta as a product of Jacobians", layer("δ"),
        Matmul((Partial(layer("n"), layer("z")), Partial(layer("z", 1), layer("n")), layer("δ", 1))), "2-3-2-1",
        HIDDEN),
    claim("4, delta, entry by entry", layer("δ"), Hadamard((Apply("f'", layer("z")), sent_back)), "2-3-2-1", HIDDEN),
    claim("4, gradient of the weights", Partial(LOSS, replace(layer("W"), mark="whole")),
        Matmul((layer("δ"), Transposed(layer("n", -1)))), "2-3-2-1", K),
    claim("4, gradient of the biases", Partial(LOSS, replace(layer("b"), mark="whole")), layer("δ"), "2-3-2-1", K),
    claim("4, a chain of layers", q("f_3"), Apply("f", q("f_2") * q("w_3") + q("b_3")), "chain"),
    claim("4, the same, its bias not written", q("f_3"), Apply("f", q("f_2") * q("w_3")), "chain",
        stands_for=Apply("f", q("f_2") * q("w_3") + q("b_3"))),
    claim("4, chain, gradient of a weight", q("dLoss/dw_3"), q("dLoss/df_3") * q("df_3/dw_3"), "chain"),
    claim("4, chain, f' put in", q("dLoss/dw_3"), q("dLoss/df_3") * q("f'_3") * q("f_2"), "chain"),
    claim("4, chain, one layer back", q("dLoss/df_2"), q("dLoss/df_3") * q("df_3/df_2"), "chain"),
    Wording(2, "5, h = sqrt(m + n) + a, 'the number of hidden layers'",
        {"h": ("number of hidden units, as the formula counts units", "number of hidden layers")},
        {"h": ("number of hidden units, as the formula counts units",)}),
    claim("5, net input of unit j", e("S", "j"), SumOver("i", "p", e("w", "i", "j") * e("x", "i")) + e("b", "j"),
        "two layers", OUT[1:]),
    claim("5, output of unit j", e("y", "j"), Apply("f", e("S", "j")), "two layers", OUT[1:]),
    Wording(2, "5, 'my output j is d_j'",
        {"d_j": ("target, in the error", "output, in the sentence before it")}, {"d_j": ("target",)}),
    claim("5, the error", q("E"), HALF * over_outputs(wrong**2), "two layers", defines=True),
    claim("5, the step", e("Δw", "i", "j"), Negative(eta * dE_dw), "two layers", OUT, defines=True),
    claim("5, derivative of A/(1 + e^(-x/B))", Derivative(SCALED, "x"), SCALED * (q("A") - SCALED) / (q("A") * q("B")),
        "functions"),
    Wording(2, "5, gradients begin with 1/∂w",
        {"1/∂w": ("∂/∂w, which differentiates what follows", "fraction, which multiplies what follows")},
        {"∂/∂w": ("differentiates what follows",)}, mistake="notation"),
    claim("5, gradient of w_ij, the target differentiated in the output's place", dE_dw,
        wrong * Partial(e("d", "j"), e("w", "i", "j")), "two layers", OUT,
        Negative(wrong) * Partial(e("y", "j"), e("w", "i", "j")), "sign"),
    wrong_sign("5, gradient of w_ij, through S_j", dE_dw, wrong * f_prime * e("x", "i"), OUT),
    wrong_sign("5, gradient of w_ij, f' written out", dE_dw, wrong * slope * e("x", "i"), OUT),
    claim("5, delta_ij, as the article has it: the other way round", e("δ", "i", "j"), delta, "two layers", OUT,
        defines=True),
    wrong_sign("5, gradient of w_ij as delta times x", dE_dw, e("δ", "i", "j") * e("x", "i"), OUT),
    wrong_sign("5, gradient of b_j", Partial(e("E"), e("b", "j")), e("δ", "i", "j"), OUT),
    Wording(2, "5, gradient of b_j: delta_ij has an index that a bias has not",
        {"i": ("unit that the weight comes from, in delta_ij", "of no unit, as a bias comes from none")},
        {"i": ("unit that the weight comes from, in delta_ij",)}, mistake="index_clash"),
    wrong_sign("5, gradient of w_ki, through the outputs", dE_du,
        over_outputs(wrong * f_prime * e("w", "i", "j")) * Apply("f'", S_i) * e("x", "k", mark="below"), BELOW),
    wrong_sign("5, gradient of w_ki, deltas put in", dE_du,
        over_outputs(delta * e("w", "i", "j")) * slope_i * e("x", "k", mark="below"), BELOW),
    claim("5, delta_ki with f(S_j) where f(S_i) is needed", e("δ", "k", "i", mark="below"),
        over_outputs(e("δ", "i", "j") * e("w", "i", "j") * slope), "two layers", BELOW,
        over_outputs(e("δ", "i", "j") * e("w", "i", "j")) * slope_i, "wrong_layer_derivative", defines=True),
    claim("5, update by the gradient", e("w", "i", "j", sub="new"), e("w", "i", "j") - eta * dE_dw, "two layers", OUT,
        defines=True),
    claim("5, update of a weight with the article's delta: it climbs", e("w", "i", "j", sub="new"),
        e("w", "i", "j") - eta * e("δ", "i", "j") * e("x", "i"), "two layers", OUT,
        e("w", "i", "j") + eta * e("δ", "i", "j") * e("x", "i"), "sign"),
    claim("5, update of a bias by the gradient", e("b", "j", sub="new"),
        e("b", "j") - eta * Partial(e("E"), e("b", "j")), "two layers", OUT[1:], defines=True),
    claim("5, update of a bias with the article's delta: it climbs", e("b", "j", sub="new"),
        e("b", "j") - eta * e("δ", "i", "j"), "two layers", OUT, e("b", "j") + eta * e("δ", "i", "j"), "sign"),
    claim("example, net of h1 in names", q("net_h1"), net_of((1, 2), ("I1", "I2"), "b1"), "example"),
    claim("example, output of h1 in numbers", q("out_h1"), 1 / (1 + exp(Negative(N(2.35)))), "example"),
    *(claim(f"example, net of h{n} in numbers", q(f"net_h{n}"), net_h(n), "example") for n in (1, 2, 3)),
    *(number(f"example, {name}", name) for name in printed),
    claim("example, net of o1 in names", q("net_o1"), net_of((7, 9, 11), OUT_NAMES, "b2"), "example"),
    *(
        claim(f"example, net of o{n}, with the outputs of the hidden units", q(f"net_o{n}"), net_o(n, OUTS), "example")
        for n in (1, 2)
    ),
    *(
        claim(
            f"example, net of o{n} in numbers: the hidden nets are put in", q(f"net_o{n}"), net_o(n, NETS), "example",
            (), net_o(n, OUTS), "net_for_out", ) for n in (1, 2)
    ),
    claim("example, the error in numbers: plus for minus", q("E_total"), E_plus, "example", (), E_minus, "sign"),
    claim("example, E_o1 is convex in w7, opening upwards: which way it bends at the start",
        q("sign(d2E_o1/dw7^2)"), N(1), "example", (), N(-1), "range"),
    claim("example, gradient of w7, through f'", q("dE_total/dw7"), dE_dw7_by_slope, "example", (),
        Negative(dE_dw7_by_slope), "sign"),
    claim("example, gradient of w7", q("dE_total/dw7"), dE_dw7, "example", (), Negative(dE_dw7), "sign"),
    claim("example, update of w7", q("w7_new"), q("w7") - eta * q("dE_total/dw7"), "example", defines=True),
    claim("class, normalisation to 0 to 1", q("normalized"), (q("trainx") - q("minx")) / (q("maxx") - q("minx")),
        "class"),
    claim("class, half of it is the error", q("error"), q("e") / 2, "class", defines=True),
    claim("class, the sum of squares", q("e"), Matmul((Transposed(out3 - q("y")), out3 - q("y"))), "class",
        defines=True),
    claim("class, sigma3: exact for one output, shapes that do not fit for two", q("sigma3"),
        Matmul((Transposed(1 - out3), out3, out3 - q("y"))), "class", (),
        Hadamard((1 - out3, out3, out3 - q("y"))), "scalar_derivative"),
    claim("class, sigma2: a number where each hidden unit has its own slope", q("sigma2"),
        Matmul((Matmul((Transposed(q("weight2")), q("sigma3"))), Matmul((Transposed(1 - out2), out2)))), "class", (),
        Hadamard((1 - out2, out2, Matmul((Transposed(q("weight2")), q("sigma3"))))), "scalar_derivative"),
    claim("class, w_derivative2", q("w_derivative2"), Matmul((q("sigma3"), Transposed(out2))), "class"),
    claim("class, b_derivative2", q("b_derivative2"), q("sigma3"), "class"),
    claim("class, w_derivative1", q("w_derivative1"), Matmul((q("sigma2"), Transposed(q("data1")))), "class"),
    claim("class, b_derivative1", q("b_derivative1"), q("sigma2"), "class"),
    *(
        claim(f"class, update of {name}", q(f"{name}_new"), q(name) - q("learningrata") * q(slope_name), "class",
            defines=True)
        for name, slope_name in (
            ("weight2", "w_derivative2"), ("b2", "b_derivative2"), ("weight1", "w_derivative1"),
            ("b1", "b_derivative1"), )
    ),
    Wording(2, "class, the loop runs to mx", {"mx": ("number of features", "number of samples")},
        {"mx": ("number of features",), "nx": ("number of samples",)}),
)
# fmt: on
