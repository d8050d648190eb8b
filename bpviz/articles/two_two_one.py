"""Article 3's worked example: a 2-2-1 net without biases, x = (0.35, 0.9), y = 0.5."""

from collections.abc import Sequence

import numpy as np

from ..calculus.history import Descent
from ..calculus.passes import backward, errors_back, forward, run
from ..networks.arrays import columns, network_given
from ..networks.network import Network
from ..words.validation import whole_number
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
    printed={"out_h1": "0.680", "out_h2": "0.664", "out_o1": "0.690", "E_total": "0.0181"},
)

#: What the article says the error is after one update.
PRINTED_ERROR_AFTER_UPDATE = "0.165"


def as_descent(networks: Sequence[Network]) -> Descent:
    """Networks of this example with their errors, to be drawn beside a right descent.

    Examples
    --------
    >>> as_descent([TWO_TWO_ONE.network])
    <Descent of 0 updates: loss 0.0181039 to 0.0181039>
    """
    losses = [backward(net, forward(net, TWO_TWO_ONE.x), TWO_TWO_ONE.target).loss for net in networks]
    return Descent(tuple(networks), tuple(map(float, losses)))


def broadcasting_slip(net: Network, steps: int) -> list[Network]:
    """The networks that article 3's program makes, its slip included: `steps` updates after the first.

    The error sent back to the hidden layer is a row (1, 2) there and the sigmoid's slope a column (2, 1), so NumPy
    broadcasts their product to a (2, 2) matrix where two numbers are meant; multiplied by the input from the left,
    it adds the same row to both rows of the first weights.  The output layer is updated rightly.

    Examples
    --------
    >>> after = broadcasting_slip(TWO_TWO_ONE.network, 1)[-1]
    >>> from bpviz import backward, forward
    >>> f"{backward(after, forward(after, TWO_TWO_ONE.x), TWO_TWO_ONE.target).loss:.6f}"
    '0.016526'
    """
    network_given(net)
    if net.sizes != TWO_TWO_ONE.network.sizes:
        raise ValueError(f"net must be a 2-2-1 network, where the slip goes unnoticed, not {net!r}")
    whole_number(steps, "steps", 0, 1_000_000)
    x, target = columns(np.array(TWO_TWO_ONE.x)), columns(np.array(TWO_TWO_ONE.target))
    networks = [net]
    for _ in range(steps):
        net = networks[-1]
        z, a = run(net, x)
        delta, dC_dW, _ = errors_back(net, z, a, target)
        error_row = (net.weights[1].T @ delta[1]).T
        matrix = error_row * net.activations[0].f_prime(z[0], a[1])
        weights = (net.weights[0] - x.T @ matrix, net.weights[1] - dC_dW[1])
        networks.append(Network(weights, weight_names=net.weight_names))
    return networks
