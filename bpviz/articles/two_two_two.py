"""The most read worked example on the web: Matt Mazur's 2-2-2 net, two shared biases that stay as they are."""

from ..networks.network import Network
from .example import Example

_FIRST = (("w1", "w2"), ("w3", "w4"))
_SECOND = (("w5", "w6"), ("w7", "w8"))
_VALUES = {
    "w1": 0.15, "w2": 0.20, "w3": 0.25, "w4": 0.30, "w5": 0.40, "w6": 0.45, "w7": 0.50, "w8": 0.55,
}  # fmt: skip

TWO_TWO_TWO = Example(
    name="2-2-2",
    article=None,
    title="A Step by Step Backpropagation Example",
    source="Matt Mazur, 2015",
    network=Network(
        weights=[[[_VALUES[name] for name in row] for row in layer] for layer in (_FIRST, _SECOND)],
        biases=[0.35, 0.60],
        weight_names=[_FIRST, _SECOND],
        bias_names=["b1", "b2"],
    ),
    x=(0.05, 0.10),
    target=(0.01, 0.99),
    learning_rate=0.5,
    frozen=frozenset(("b1", "b2")),
    printed={
        "net_h1": "0.3775",
        "out_h1": "0.593269992",
        "out_h2": "0.596884378",
        "net_o1": "1.105905967",
        "out_o1": "0.75136507",
        "out_o2": "0.772928465",
        "E_o1": "0.274811083",
        "E_o2": "0.023560026",
        "E_total": "0.298371109",
        "dE_total/dout_o1": "0.74136507",
        "dout_o1/dnet_o1": "0.186815602",
        "dE_total/dw5": "0.082167041",
        "w5_new": "0.35891648",
        "w6_new": "0.408666186",
        "w7_new": "0.511301270",
        "w8_new": "0.561370121",
        "dE_total/dout_h1": "0.036350306",
        "dout_h1/dnet_h1": "0.241300709",
        "dE_total/dw1": "0.000438568",
        "w1_new": "0.149780716",
        "w2_new": "0.19956143",
        "w3_new": "0.24975114",
        "w4_new": "0.29950229",
    },
)

#: What it says the error is after one update of the weights, and after ten thousand; the first is not what its weights
#: give, the second is what they give before the ten-thousandth.
MAZUR_ERRORS_AFTER = {1: "0.291027924", 10_000: "0.0000351085"}
