"""Article 2's worked example: a 2-3-2 net with w1 ... w12 = 0.10 ... 0.65 and two shared biases."""

from ..networks.network import Network
from .example import Example

# w1, w2 lead to h1, w3, w4 to h2, w5, w6 to h3; the second layer is numbered by source:
# h1 sends w7 to o1 and w8 to o2, h2 sends w9 and w10, h3 sends w11 and w12.
_FIRST = (("w1", "w2"), ("w3", "w4"), ("w5", "w6"))
_SECOND = (("w7", "w9", "w11"), ("w8", "w10", "w12"))
_VALUES = {f"w{n}": round(0.05 + 0.05 * n, 2) for n in range(1, 13)}

TWO_THREE_TWO = Example(
    name="2-3-2",
    article=2,
    title="神经网络的 BP 算法推导详解",
    source="CSDN",
    network=Network(
        weights=[[[_VALUES[name] for name in row] for row in layer] for layer in (_FIRST, _SECOND)],
        biases=[0.35, 0.65],
        weight_names=[_FIRST, _SECOND],
        bias_names=["b1", "b2"],
    ),
    x=(5.0, 10.0),
    target=(0.01, 0.99),
    learning_rate=0.5,
    printed={
        "net_h1": "2.35",
        "net_h2": "3.85",
        "net_h3": "5.35",
        "out_h1": "0.9129342",
        "out_h2": "0.9791637",
        "out_h3": "0.9952743",
        "net_o1": "2.10192",
        "net_o2": "2.24629",
        "out_o1": "0.89109",
        "out_o2": "0.90433",
        "E_total": "0.391829",
    },
)
