"""Article 5: "神经网络中反向传播四个基本公式证明" (cnblogs), claim by claim.

Nielsen's notation, with ω for w: ω_jk^l leads from unit k of layer l-1 to unit j of layer l; a = σ(z); C is the cost,
y_j its target.
"""

from functools import partial

from ..formula.indexed import Apply, Entry, Kronecker, Partial, SumOver, entries_of
from ..formula.tree import Number
from .ledger import Claim, Free, Wording

claim = partial(Claim, 5)


top, here = entries_of("L"), entries_of("l")
C = Entry("C")
cost_by = partial(Partial, C)
L, L1, L2, l, above, below = ("L", 0), ("L", -1), ("L", -2), ("l", 0), ("l", 1), ("l", -1)
TOP: tuple[Free, ...] = (("j", "s", L),)
TOP_WEIGHT: tuple[Free, ...] = (("j", "s", L), ("k", "s", L1))
NEXT: tuple[Free, ...] = (("j", "s", L1), ("k", "s", L2))
HIDDEN: tuple[Free, ...] = (("l", "layers_hidden", None), ("j", "s", l))
ACROSS: tuple[Free, ...] = (*HIDDEN, ("k", "s", above))
ANY: tuple[Free, ...] = (("l", "layers", None), ("j", "s", l))
ANY_WEIGHT: tuple[Free, ...] = (*ANY, ("k", "s", below))
slope_L, slope = Apply("σ'", top("z", "j")), Apply("σ'", here("z", "j"))
sent_back = SumOver("k", "s", here("ω", "k", "j", by=1) * here("δ", "k", by=1), above) * slope
net = SumOver("k", "s", here("ω", "j", "k") * here("a", "k", by=-1), below) + here("b", "j")
next_net = SumOver("j", "s", here("ω", "k", "j", by=1) * here("a", "j"), l) + here("b", "k", by=1)
next_net_of_z = SumOver("j", "s", here("ω", "k", "j", by=1) * Apply("σ", here("z", "j")), l) + here("b", "k", by=1)
a_by_z, z_by_w = Partial(top("a", "k"), top("z", "j")), Partial(top("z", "j"), top("ω", "j", "k"))
a_by_w = Partial(top("a", "m"), top("ω", "j", "k"))
own_slope = Partial(top("a", "j"), top("z", "j"))
above_by_z = Partial(here("z", "k", by=1), here("z", "j"))
w_below = top("ω", "j", "k", by=-1)
to_a_below = Partial(top("a", "m"), top("z", "m")) * Partial(top("z", "m"), top("a", "j", by=-1))
through_m = SumOver("m", "s", cost_by(top("a", "m")) * to_a_below, L)
of_deltas = SumOver("m", "s", top("δ", "m") * top("ω", "m", "j"), L)
slope_L1, a_L2 = Apply("σ'", top("z", "j", by=-1)), top("a", "k", by=-2)

# One claim after the other, as a table: the formatter would give every argument a line of its own.
# fmt: off
CLAIMS: tuple[Claim | Wording, ...] = (
    claim("the quadratic cost of one sample", C,
        Number(1) / Number(2) * SumOver("j", "s", (Entry("y", ("j",), mark="target") - top("a", "j")) ** 2, L),
        "networks", defines=True),
    claim("the output", top("a", "j"), Apply("σ", top("z", "j")), "networks", TOP),
    claim("a net input", here("z", "j"), net, "networks", ANY),
    claim("BP1", top("δ", "j"), cost_by(top("a", "j")) * slope_L, "networks", TOP),
    claim("BP2", here("δ", "j"), sent_back, "networks", HIDDEN),
    claim("BP3", cost_by(here("ω", "j", "k")), here("δ", "j") * here("a", "k", by=-1), "networks", ANY_WEIGHT),
    claim("BP4", cost_by(here("b", "j")), here("δ", "j"), "networks", ANY),
    claim("1, delta is a derivative", top("δ", "j"), cost_by(top("z", "j")), "networks", TOP, defines=True),
    claim("1, chain rule over the outputs", top("δ", "j"),
        SumOver("k", "s", cost_by(top("a", "k")) * a_by_z, L), "networks", TOP),
    claim("1, an output depends on its own net only", a_by_z,
        Apply("σ'", top("z", "k")) * Kronecker("k", "j"), "networks", (*TOP, ("k", "s", L))),
    claim("1, one term is left", top("δ", "j"), cost_by(top("a", "j")) * own_slope, "networks", TOP),
    claim("1, the slope of an output", own_slope, slope_L, "networks", TOP),
    claim("1, result", top("δ", "j"), cost_by(top("a", "j")) * slope_L, "networks", TOP),
    claim("2, delta of the next layer", here("δ", "k", by=1), cost_by(here("z", "k", by=1)), "networks", ACROSS,
        defines=True),
    claim("2, delta of this layer", here("δ", "j"), cost_by(here("z", "j")), "networks", HIDDEN, defines=True),
    claim("2, chain rule over the next layer", here("δ", "j"),
        SumOver("k", "s", cost_by(here("z", "k", by=1)) * above_by_z, above), "networks", HIDDEN),
    claim("2, exchanged, with delta put in", here("δ", "j"),
        SumOver("k", "s", above_by_z * here("δ", "k", by=1), above), "networks", HIDDEN),
    claim("2, a net input of the next layer", here("z", "k", by=1), next_net, "networks",
        (*ACROSS[:1], ("k", "s", above))),
    claim("2, the same with the activation written out", here("z", "k", by=1), next_net_of_z, "networks",
        (*ACROSS[:1], ("k", "s", above))),
    claim("2, its derivative", above_by_z, here("ω", "k", "j", by=1) * slope, "networks", ACROSS),
    claim("2, result", here("δ", "j"), sent_back, "networks", HIDDEN),
    claim("3, output layer, chain rule over the outputs", cost_by(top("ω", "j", "k")),
        SumOver("m", "s", cost_by(top("a", "m")) * a_by_w, L), "networks", TOP_WEIGHT),
    claim("3, output layer, the other terms vanish 'when k ≠ j': k is the unit that the weight comes from",
        a_by_w, Kronecker("k", "j") * a_by_w, "networks",
        (*TOP_WEIGHT, ("m", "s", L)), Kronecker("m", "j") * a_by_w, "index_clash"),
    Wording(5, "3, output layer, a_m called the output of 'the kth' unit, in a sum 'over all units k'",
        {"k": ("unit that the weight comes from", "unit of the output layer that is summed over")},
        {"k": ("unit that the weight comes from",), "m": ("unit of the output layer that is summed over",)}),
    claim("3, output layer, one term is left", cost_by(top("ω", "j", "k")),
        cost_by(top("a", "j")) * own_slope * z_by_w, "networks", TOP_WEIGHT),
    claim("3, output layer, result", cost_by(top("ω", "j", "k")), top("δ", "j") * top("a", "k", by=-1), "networks",
        TOP_WEIGHT),
    Wording(5, "3, layer L-1 is called the layer before the input layer",
        {"layer L-1": ("layer before the output layer", "layer before the input layer")},
        {"layer L-1": ("layer before the output layer",)}, mistake="name"),
    Wording(5, "3, layer before, chain rule: a factor begins with a stray stroke, (/∂a/∂z)",
        {"∂a/∂z": ("derivative of a by z", "one over it by ∂z")}, {"∂a/∂z": ("derivative of a by z",)},
        mistake="notation"),
    claim("3, layer before, chain rule", cost_by(w_below),
        through_m * Partial(top("a", "j", by=-1), top("z", "j", by=-1)) * Partial(top("z", "j", by=-1), w_below),
        "networks", NEXT),
    claim("3, layer before, deltas put in", cost_by(w_below), of_deltas * slope_L1 * a_L2, "networks", NEXT),
    claim("3, layer before, result", cost_by(w_below), top("δ", "j", by=-1) * a_L2, "networks", NEXT),
    Wording(5, "1, the output layer, j",
        {"j": ("unit whose delta is derived", "index of the sum, in C = 1/2 Σ_j (y_j - a_j)^2")},
        {"j": ("unit whose delta is derived",), "i": ("index of the sum",)}, mistake="index_clash"),
    Wording(5, "'proof of the four equations'",
        {"equations that are proved": ("three, BP1 to BP3", "four")},
        {"equations that are proved": ("three, BP1 to BP3",)},
        mistake="name"),
    Wording(5, "3, 'at' for 'except' (one character, in our copy)",
        {"layers that BP3 is said of": ("any but the input layer", "any at the input layer")},
        {"layers that BP3 is said of": ("any but the input layer",)}, mistake="name"),
    claim("3, any layer, chain rule", cost_by(here("ω", "j", "k")),
        cost_by(here("z", "j")) * Partial(here("z", "j"), here("ω", "j", "k")), "networks", ANY_WEIGHT),
    claim("3, any layer, result", cost_by(here("ω", "j", "k")), here("δ", "j") * here("a", "k", by=-1), "networks",
        ANY_WEIGHT),
)
# fmt: on
