"""Article 3's worked example: a 2-2-1 net without biases, x = (0.35, 0.9), y = 0.5."""

from ..networks.network import Network
from .example import Example

TWO_TWO_ONE = Example(
    name="2-2-1",
    article=3,
    title='BP in Python, after Liang Bin\'s "BP算法浅谈(Error Back-propagation)"',
    source="author and site unnamed in the copy",
    network=Network(
        weights=[[[0.1, 0.8], [0.4, 0.6]], [[0.3, 0.9]]],
        weight_names=[[["W0[1,1]", "W0[1,2]"], ["W0[2,1]", "W0[2,2]"]], [["W1[1,1]", "W1[1,2]"]]],
    ),
    x=(0.35, 0.9),
    target=(0.5,),
    learning_rate=1.0,
    printed={},  # its pictures are lost; of its numbers only the error after the update is left
    ours={"out_h1": "0.680", "out_h2": "0.664", "out_o1": "0.690", "E_total": "0.0181"},
)

#: What the article says the error is after one update.
PRINTED_ERROR_AFTER_UPDATE = "0.165"
