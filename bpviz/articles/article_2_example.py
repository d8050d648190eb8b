"""Article 2's 2-3-2 example and its training class, claim by claim; the rest of it is in `article_2`."""

from functools import partial

from ..formula.indexed import Apply, Entry, Hadamard, Matmul, Transposed
from ..formula.tree import Expression, Negative, Number, Quantity, add_all, exp
from .ledger import Claim, Wording
from .two_three_two import TWO_THREE_TWO

claim = partial(Claim, 2)
q, N = Quantity, Number
HALF = N(1) / N(2)

w, eta = {n: float(TWO_THREE_TWO.network[f"w{n}"]) for n in range(1, 13)}, q("η")
printed = TWO_THREE_TWO.printed


def number(place: str, quantity: str) -> Claim:
    """A number of the 2-3-2 example: it must be the quantity's, to its last digit."""
    digits = printed[quantity]
    return claim(place, q(quantity), N(float(digits)), "example", digits=digits)


def net_of(weights: tuple[int, ...], values: tuple[str, ...], bias: str) -> Expression:
    """A net input of the 2-3-2 example in names."""
    terms = [q(f"w{n}") * q(value) for n, value in zip(weights, values, strict=True)]
    return add_all([*terms, q(bias) * N(1)])


def net_o_of(weights: tuple[int, ...]) -> Expression:
    """A net input of an output in names: the article writes the hidden units first."""
    terms = [q(value) * q(f"w{n}") for n, value in zip(weights, OUT_NAMES, strict=True)]
    return add_all([*terms, q("b2") * N(1)])


def net_h(n: int) -> Expression:
    """The net input of hidden unit n in numbers."""
    return N(w[2 * n - 1]) * N(5) + N(w[2 * n]) * N(10) + N(0.35) * N(1)


def net_o(n: int, values: tuple[Expression, ...]) -> Expression:
    """The net input of output n, with these values of the hidden units."""
    first, second, third = (value * N(w[6 + n + 2 * k]) for k, value in enumerate(values))
    return first + second + third + N(0.65)


OUT_NAMES = ("out_h1", "out_h2", "out_h3")
NETS, OUTS = (N(2.35), N(3.85), N(5.35)), (q("out_h1"), q("out_h2"), q("out_h3"))
E_plus = HALF * (N(0.01) + N(0.89109)) ** 2 + HALF * (N(0.99) + N(0.90433)) ** 2
E_minus = HALF * (N(0.01) - N(0.89109)) ** 2 + HALF * (N(0.99) - N(0.90433)) ** 2
dE_dw7 = (q("target_o1") - q("out_o1")) * q("out_o1") * (1 - q("out_o1")) * q("out_h1")
dE_dw7_by_slope = HALF * N(2) * (q("target_o1") - q("out_o1")) * Apply("f'", q("net_o1")) * q("out_h1")
out3, out2 = q("outdata3"), q("outdata2")

# One claim after the other, as a table: the formatter would give every argument a line of its own.
# fmt: off
EXAMPLE_AND_CLASS: tuple[Claim | Wording, ...] = (
    *(
        claim(f"example, net of h{n} in names", q(f"net_h{n}"), net_of((2 * n - 1, 2 * n), ("I1", "I2"), "b1"),
            "example") for n in (1, 2, 3)
    ),
    *(
        claim(f"example, output of h{n} in {words}", q(f"out_h{n}"), 1 / (1 + exp(Negative(net))), "example")
        for n in (1, 2, 3) for words, net in (("names", q(f"net_h{n}")), ("numbers", NETS[n - 1]))
    ),
    *(claim(f"example, net of h{n} in numbers", q(f"net_h{n}"), net_h(n), "example") for n in (1, 2, 3)),
    *(number(f"example, {name}", name) for name in printed),
    *(
        claim(f"example, net of o{n} in names", q(f"net_o{n}"), net_o_of((6 + n, 8 + n, 10 + n)), "example")
        for n in (1, 2)
    ),
    *(
        claim(
            f"example, net of o{n} in numbers: the hidden nets are put in", q(f"net_o{n}"), net_o(n, NETS), "example",
            (), net_o(n, OUTS), "net_for_out", ) for n in (1, 2)
    ),
    claim("example, the error in numbers: plus for minus", Entry("E", sub="total", mark="rounded"), E_plus,
        "example", (), E_minus, "sign"),
    claim("example, E_o1 is convex, opening upwards (our reading: as a function of w7; of out_o1 it is): how it bends",
        q("sign(d2E_o1/dw7^2)"), N(1), "example", (), N(-1), "range"),
    Wording(2, "example, h1",
        {"h1": ("hidden unit, in out_h1", "its net input, in h1 = w1*i1 + ...")},
        {"h1": ("hidden unit, in out_h1",), "net_h1": ("its net input",)}),
    claim("example, gradient of w7, chain rule (its ∂ above is lost)", q("dE_o1/dw7"),
        q("dE_o1/dout_o1") * q("dout_o1/dnet_o1") * q("dnet_o1/dw7"), "example"),
    claim("example, gradient of w7 of the whole error, chain rule", q("dE_total/dw7"),
        q("dE_o1/dout_o1") * q("dout_o1/dnet_o1") * q("dnet_o1/dw7"), "example"),
    claim("example, gradient of w7, through f'", q("dE_o1/dw7"), dE_dw7_by_slope, "example", (),
        Negative(dE_dw7_by_slope), "sign"),
    claim("example, gradient of w7", q("dE_total/dw7"), dE_dw7, "example", (), Negative(dE_dw7), "sign"),
    claim("example, update of w7 (its picture is lost; ours)", q("w7_new"), q("w7") - eta * q("dE_total/dw7"),
        "example", defines=True),
    claim("class, normalisation to 0 to 1", q("normalized"), (q("trainx") - q("minx")) / (q("maxx") - q("minx")),
        "class"),
    *(
        claim(f"class, forwards through layer {n}", q(f"outdata{n + 1}"),
            1 / (1 + exp(Negative(Matmul((q(f"weight{n}"), below)) + q(f"b{n}")))), "class")
        for n, below in ((1, q("data1")), (2, out2))
    ),
    claim("class, the sum of squares grows", q("e_new"),
        q("e") + Matmul((Transposed(out3 - q("y")), out3 - q("y"))), "class", defines=True),
    claim("class, half of it is the error", q("error"), q("e_new") / 2, "class", defines=True),
    claim("class, sigma3: exact for one output, shapes that do not fit for two", q("sigma3"),
        Matmul((Transposed(1 - out3), out3, out3 - q("y"))), "class", (),
        Hadamard((1 - out3, out3, out3 - q("y"))), "scalar_derivative"),
    claim("class, sigma2: a number where each hidden unit has its own slope", q("sigma2"),
        Matmul((Transposed(1 - out2), out2)) * Matmul((Transposed(q("weight2")), q("sigma3"))), "class", (),
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
    Wording(2, "class, * (our reading: of numpy.matrix; for arrays it is the product entry by entry)",
        {"*": ("product of matrices, in weight*indata", "product entry by entry, in numpy's arrays")},
        {"@": ("product of matrices",), "*": ("product entry by entry",)}, mistake="notation"),
    Wording(2, "class, a comment says 'stochastic gradient descent'",
        {"order of the samples": ("drawn", "as they stand, in the loop")},
        {"order of the samples": ("as they stand, in the loop",)}, mistake="name"),
    Wording(2, "class, the loop runs to mx", {"mx": ("number of features", "number of samples")},
        {"mx": ("number of features",), "nx": ("number of samples",)}),
)
# fmt: on
