"""Article 5: "神经网络中反向传播四个基本公式证明" (cnblogs), claim by claim.

Nielsen's notation: w_jk^l leads from unit k of layer l-1 to unit j of layer l; a = σ(z); C is the cost, t its target
(the article's y_j).
"""

from functools import partial

from ..formula.indexed import Apply, Entry, Kronecker, SumOver
from ..formula.tree import Number
from .ledger import Claim, Free

claim = partial(Claim, 5)


def top(base: str, *indices: str, at: int = 0) -> Entry:
    """An entry of layer L + `at`."""
    return Entry(base, indices, ("L", at))


def here(base: str, *indices: str, at: int = 0) -> Entry:
    """An entry of layer l + `at`."""
    return Entry(base, indices, ("l", at))


L, L1, L2, l, above, below = ("L", 0), ("L", -1), ("L", -2), ("l", 0), ("l", 1), ("l", -1)
TOP: tuple[Free, ...] = (("j", "s", L),)
TOP_WEIGHT: tuple[Free, ...] = (("j", "s", L), ("k", "s", L1))
NEXT: tuple[Free, ...] = (("j", "s", L1), ("k", "s", L2))
HIDDEN: tuple[Free, ...] = (("l", "layers_hidden", None), ("j", "s", l))
ACROSS: tuple[Free, ...] = (*HIDDEN, ("k", "s", above))
ANY: tuple[Free, ...] = (("l", "layers", None), ("j", "s", l))
ANY_WEIGHT: tuple[Free, ...] = (*ANY, ("k", "s", below))
slope_L, slope = Apply("σ'", top("z", "j")), Apply("σ'", here("z", "j"))
sent_back = SumOver("k", "s", here("w", "k", "j", at=1) * here("δ", "k", at=1), above) * slope
net = SumOver("k", "s", here("w", "j", "k") * here("a", "k", at=-1), below) + here("b", "j")
next_net = SumOver("j", "s", here("w", "k", "j", at=1) * here("a", "j"), l) + here("b", "k", at=1)
next_net_of_z = SumOver("j", "s", here("w", "k", "j", at=1) * Apply("σ", here("z", "j")), l) + here("b", "k", at=1)
through_m = SumOver("m", "s", top("dC/da", "m") * top("da/dz", "m", "m") * top("dz/da", "m", "j"), L)
of_deltas = SumOver("m", "s", top("δ", "m") * top("w", "m", "j"), L)
slope_L1, a_L2 = Apply("σ'", top("z", "j", at=-1)), top("a", "k", at=-2)

# One claim after the other, as a table: the formatter would give every argument a line of its own.
# fmt: off
CLAIMS: tuple[Claim, ...] = (
    claim("the quadratic cost of one sample", Entry("C"),
        Number(1) / Number(2) * SumOver("j", "s", (Entry("t", ("j",)) - top("a", "j")) ** 2, L), "networks"),
    claim("the output", top("a", "j"), Apply("σ", top("z", "j")), "networks", TOP),
    claim("a net input", here("z", "j"), net, "networks", ANY),
    claim("BP1", top("δ", "j"), top("dC/da", "j") * slope_L, "networks", TOP),
    claim("BP2", here("δ", "j"), sent_back, "networks", HIDDEN),
    claim("BP3", here("dC/dw", "j", "k"), here("δ", "j") * here("a", "k", at=-1), "networks", ANY_WEIGHT),
    claim("BP4", here("dC/db", "j"), here("δ", "j"), "networks", ANY),
    claim("1, delta is a derivative", top("δ", "j"), top("dC/dz", "j"), "networks", TOP),
    claim("1, chain rule over the outputs", top("δ", "j"),
        SumOver("k", "s", top("dC/da", "k") * top("da/dz", "k", "j"), L), "networks", TOP),
    claim("1, an output depends on its own net only", top("da/dz", "k", "j"),
        Apply("σ'", top("z", "k")) * Kronecker("k", "j"), "networks", (*TOP, ("k", "s", L))),
    claim("1, one term is left", top("δ", "j"), top("dC/da", "j") * top("da/dz", "j", "j"), "networks", TOP),
    claim("1, the slope of an output", top("da/dz", "j", "j"), slope_L, "networks", TOP),
    claim("1, result", top("δ", "j"), top("dC/da", "j") * slope_L, "networks", TOP),
    claim("2, delta of the next layer", here("δ", "k", at=1), here("dC/dz", "k", at=1), "networks", ACROSS),
    claim("2, delta of this layer", here("δ", "j"), here("dC/dz", "j"), "networks", HIDDEN),
    claim("2, chain rule over the next layer", here("δ", "j"),
        SumOver("k", "s", here("dC/dz", "k", at=1) * here("dz/dz", "k", "j", at=1), above), "networks", HIDDEN),
    claim("2, exchanged, with delta put in", here("δ", "j"),
        SumOver("k", "s", here("dz/dz", "k", "j", at=1) * here("δ", "k", at=1), above), "networks", HIDDEN),
    claim("2, a net input of the next layer", here("z", "k", at=1), next_net, "networks",
        (*ACROSS[:1], ("k", "s", above))),
    claim("2, the same with the activation written out", here("z", "k", at=1), next_net_of_z, "networks",
        (*ACROSS[:1], ("k", "s", above))),
    claim("2, its derivative", here("dz/dz", "k", "j", at=1), here("w", "k", "j", at=1) * slope, "networks", ACROSS),
    claim("2, result", here("δ", "j"), sent_back, "networks", HIDDEN),
    claim("3, output layer, chain rule over the outputs", top("dC/dw", "j", "k"),
        SumOver("m", "s", top("dC/da", "m") * top("da/dw", "m", "j", "k"), L), "networks", TOP_WEIGHT),
    claim("3, output layer, the other terms vanish 'when k ≠ j': k is the unit that the weight comes from",
        top("da/dw", "m", "j", "k"), Kronecker("k", "j") * top("da/dw", "m", "j", "k"), "networks",
        (*TOP_WEIGHT, ("m", "s", L)), Kronecker("m", "j") * top("da/dw", "m", "j", "k"), "index_clash"),
    claim("3, output layer, one term is left", top("dC/dw", "j", "k"),
        top("dC/da", "j") * top("da/dz", "j", "j") * top("dz/dw", "j", "j", "k"), "networks", TOP_WEIGHT),
    claim("3, output layer, result", top("dC/dw", "j", "k"), top("δ", "j") * top("a", "k", at=-1), "networks",
        TOP_WEIGHT),
    claim("3, layer before, chain rule", top("dC/dw", "j", "k", at=-1),
        through_m * top("da/dz", "j", "j", at=-1) * top("dz/dw", "j", "j", "k", at=-1), "networks", NEXT),
    claim("3, layer before, deltas put in", top("dC/dw", "j", "k", at=-1), of_deltas * slope_L1 * a_L2, "networks",
        NEXT),
    claim("3, layer before, result", top("dC/dw", "j", "k", at=-1), top("δ", "j", at=-1) * a_L2, "networks", NEXT),
    claim("3, any layer, chain rule", here("dC/dw", "j", "k"), here("dC/dz", "j") * here("dz/dw", "j", "j", "k"),
        "networks", ANY_WEIGHT),
    claim("3, any layer, result", here("dC/dw", "j", "k"), here("δ", "j") * here("a", "k", at=-1), "networks",
        ANY_WEIGHT),
)
# fmt: on
