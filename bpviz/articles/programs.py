"""What the published algorithm of article 1 and the programs of articles 2 and 3 compute, their slips included."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..calculus.history import Descent
from ..calculus.passes import backward, errors_back, forward, run
from ..networks.arrays import columns, network_given, samples
from ..networks.network import Network
from ..words.validation import listed, of_type, positive_number, whole_number
from .two_two_one import TWO_TWO_ONE
from .worlds.tools import bias_of


def as_descent(networks: Sequence[Network]) -> Descent:
    """Networks of the 2-2-1 example with their errors, to be drawn beside a right descent.

    Examples
    --------
    >>> as_descent([TWO_TWO_ONE.network])
    <Descent of 0 updates: loss 0.0181039 to 0.0181039>
    """
    given = listed(networks, "networks", "a list of networks")
    if not given:
        raise ValueError("networks must hold at least one network")
    for net in given:
        of_type(net, Network, "networks", "networks")
    losses = [backward(net, forward(net, TWO_TWO_ONE.x), TWO_TWO_ONE.target).loss for net in given]
    return Descent(tuple(given), tuple(map(float, losses)))


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
    _like_the_program(net, has_biases=False)
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


def batch_algorithm(net: Network, x: Any, target: Any, rounds: int = 1) -> Descent:
    """What article 1's batch algorithm does as it is printed: the errors and networks of so many rounds.

    In its loop each sample's gradient takes the place of the one before, where it should be added; after it, 1/m of
    what is left is *added* to the weights, without a learning rate, where it should be taken off.

    Parameters
    ----------
    net : Network
    x, target : array_like of shape (n_samples, n_inputs) and (n_samples, n_outputs)
    rounds : int

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> from bpviz import initialise
    >>> climbs = batch_algorithm(initialise((2, 2, 1), seed=1), [[0, 1], [1, 0]], [[1], [0]], rounds=20)
    >>> climbs.losses[-1] > climbs.losses[0]
    True
    """
    network_given(net)
    n_rounds = whole_number(rounds, "rounds", 0, 1_000_000)
    inputs, wanted = _matching(net, x, target)
    networks = [net]
    for _ in range(n_rounds):
        last = backward(networks[-1], forward(networks[-1], inputs[-1]), wanted[-1])  # of all before it nothing is left
        steps = {name: last[name] / len(inputs) for name in net.parameters}
        networks.append(networks[-1].with_values({n: networks[-1][n] + step for n, step in steps.items()}))
    losses = [float(backward(each, forward(each, inputs), wanted).loss) for each in networks]
    return Descent(tuple(networks), tuple(losses))


def training_class(net: Network, x: Any, target: Any, learning_rate: float = 0.9, rounds: int = 1) -> list[Network]:
    """The networks that article 2's training class makes, its slips included: the first, and one after each round.

    Its loop takes as many samples as there are *features*.  Its deltas multiply by one number for a whole layer, the
    sum of out (1 - out) over its units, where each unit needs its own.  With two outputs it stops: shapes do not fit.

    Parameters
    ----------
    net : Network
        With one hidden layer of sigmoids, one output, and a bias for each unit.
    x, target : array_like of shape (n_samples, n_inputs) and (n_samples, 1)
    learning_rate : float
        0.9 is what the class has.
    rounds : int

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument; also where the class itself would stop with an error.

    Examples
    --------
    >>> from bpviz import initialise
    >>> start = initialise((2, 1, 1), seed=1)
    >>> after = training_class(start, [[0.1, 0.9], [0.8, 0.3]], [[0.2], [0.7]])[-1]
    >>> after != start
    True
    """
    network_given(net)
    rate, n_rounds = positive_number(learning_rate, "learning_rate"), whole_number(rounds, "rounds", 0, 1_000_000)
    if net.depth != 2:
        raise ValueError(f"net must have one hidden layer, as the class has, not {net!r}")
    _like_the_program(net, has_biases=True)
    features, outputs = net.sizes[0], net.sizes[-1]
    if outputs != 1:
        raise ValueError(f"net has {outputs} outputs, where the class stops: shapes (1, 1) and (2, 1) do not fit")
    inputs, wanted = _matching(net, x, target)
    if len(inputs) < features:
        raise ValueError(f"x has {len(inputs)} samples, where the class stops: it takes {features}, as many as inputs")
    networks = [net]
    for _ in range(n_rounds):
        for i in range(features):
            net = _class_step(net, columns(inputs[i]), columns(wanted[i]), rate)
        networks.append(net)
    return networks


def _matching(net: Network, x: Any, target: Any) -> tuple[Any, Any]:
    """Samples and their targets, a row each, and as many of both."""
    inputs = np.atleast_2d(samples(x, "x", net.sizes[0], net.dtype))
    wanted = np.atleast_2d(samples(target, "target", net.sizes[-1], net.dtype))
    if len(wanted) != len(inputs):
        raise ValueError(f"target must have a row for each of the {len(inputs)} samples, not {len(wanted)}")
    return inputs, wanted


def _like_the_program(net: Network, has_biases: bool) -> None:
    """Refuse what the programs have not: they have sigmoids, half the squared error, and share no parameter."""
    own = all(bias is not None and bias.size == n for bias, n in zip(net.biases, net.sizes[1:], strict=True))
    if any(f.name != "sigmoid" for f in net.activations) or net.loss.name != "half_squared_error":
        raise ValueError(f"net must have sigmoids and half_squared_error, as the program has, not {net!r}")
    if has_biases and not own:
        raise ValueError(f"net must have a bias for each unit, as the program has, not {net!r}")
    if not has_biases and any(bias is not None for bias in net.biases):
        raise ValueError(f"net must have no biases, as the program has none, not {net!r}")
    if len(net.parameters) < net.layout.size:
        raise ValueError(f"net must have no shared parameters, as the program has none, not {net!r}")


def _class_step(net: Network, x: Any, wanted: Any, rate: float) -> Network:
    _, (x, hidden, out) = run(net, x)
    sigma_out = ((1 - out).T @ out) * (out - wanted)
    sigma_hidden = ((1 - hidden).T @ hidden) * (net.weights[1].T @ sigma_out)
    weights = (net.weights[0] - rate * sigma_hidden @ x.T, net.weights[1] - rate * sigma_out @ hidden.T)
    biases = [
        (bias_of(net, l) - rate * sigma[:, 0]).reshape(bias_of(net, l).shape)
        for l, sigma in ((1, sigma_hidden), (2, sigma_out))
    ]
    return Network(weights, biases, net.activations, net.loss, net.weight_names, net.bias_names)
