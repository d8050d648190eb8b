"""The forward pass, the backward pass and the update: the whole of backpropagation, written once.

The four equations below (BP1 to BP4 of article 5, after Nielsen, "Neural Networks and Deep Learning",
chapter 2) are NumPy array lines.  The same lines run on float64 and float32 numbers and on object arrays of
SymPy symbols.  Inside, a column is a sample, so that the lines read like the equations.
"""

from collections.abc import Collection
from functools import lru_cache
from math import inf, isfinite
from typing import Any, NoReturn

import numpy as np

from ..networks.arrays import Array, all_columns, all_shaped, columns, frozen_names, network_given, samples
from ..networks.exercise import Exercise
from ..networks.network import Network
from ..words.validation import is_finite, of_type, one_of, positive_number
from .results import MANY, Gradients, Trace, bound_of

#: What overflows is looked at afterwards, and told in words.
QUIET = np.errstate(all="ignore")


def forward(net: Network, x: Any) -> Trace:
    """Run the network on `x`, layer by layer: ``z = W a + b``, then ``a = f(z)``.

    Parameters
    ----------
    net : Network
    x : array of shape (n_in,) for a sample or (n_samples, n_in) for a batch

    Raises
    ------
    ValueError, TypeError
        If `x` has the wrong shape or is not made of finite numbers, or if the outputs overflow.

    Examples
    --------
    >>> net = Network(weights=[[[0.1, 0.8], [0.4, 0.6]], [[0.3, 0.9]]])
    >>> print(forward(net, [0.35, 0.9]).output.round(4))
    [0.6903]
    """
    network_given(net)
    inputs = samples(x, "x", net.sizes[0], net.dtype)
    z, a = run(net, columns(inputs))
    if not is_finite(*a[1:]):
        layer = next(layer for layer in range(1, len(a)) if not is_finite(a[layer]))
        _refuse(f"x: with these weights the outputs of layer {layer}", net)
    trace = Trace(all_shaped(inputs, z), all_shaped(inputs, a), net)
    trace.__dict__["columns"] = z, a
    return trace


def backward(net: Network, trace: Trace, target: Any, reduction: str = "mean") -> Gradients:
    """Send the error back through the network: the gradient of the loss by every parameter.

    Parameters
    ----------
    net : Network
    trace : Trace
        What `forward` returned for this network.
    target : array of shape (n_out,) for a sample or (n_samples, n_out) for a batch
    reduction : "mean" or "sum"
        How the errors of a batch make one error; for a sample both are the same.

    Raises
    ------
    ValueError, TypeError
        If `target` does not suit the trace and the loss.

    Examples
    --------
    >>> net = Network(weights=[[[0.1, 0.8], [0.4, 0.6]], [[0.3, 0.9]]])
    >>> grads = backward(net, forward(net, [0.35, 0.9]), [0.5])
    >>> print(f"{grads.loss:.7f} {grads['w2[1,1]']:.7f}")
    0.0181039 0.0276740
    """
    network_given(net)
    of_type(trace, Trace, "trace", "what forward() returns")
    z, a = trace.columns if trace.columns and trace.network is net else _columns(net, trace)
    one_of(reduction, "reduction", ("mean", "sum"))
    targets = samples(target, "target", net.sizes[-1], net.dtype)
    if targets.shape[:-1] != trace.a[0].shape[:-1]:
        raise ValueError(f"target has shape {targets.shape}, but it must fit the output, of shape {trace.output.shape}")
    wanted = columns(targets)
    net.loss.check_target(wanted)
    grads = gather(net, z, a, wanted, reduction, given=trace.a[0])
    if not isfinite(grads.loss):
        _refuse("target: with these weights the errors", net)
    if not isfinite(grads.bound) and not is_finite(*grads.weights):
        _refuse("target: with these weights the gradients", net)
    return grads


def _columns(net: Network, trace: Trace) -> tuple[list[Array], list[Array]]:
    """z and a of a trace that may come from elsewhere, with a column for each sample."""
    rows, shapes = trace.a and trace.a[0].shape[:-1], [array.shape for array in (*trace.a, *trace.z)]
    if shapes != [(*rows, size) for size in (*net.sizes, *net.sizes[1:])]:
        raise ValueError(f"trace must come from this network, {net!r}, but its layers have other shapes")
    if trace.network is not None and trace.network is not net and trace.network != net:
        raise ValueError(
            "trace must come from this network, but another one was run; after an update, run forward() again"
        )
    return all_columns(trace.z), all_columns(trace.a)


@lru_cache(maxsize=8)
def gradients(exercise: Exercise) -> Gradients:
    """Forward and backward in one go; kept for the exercises last asked for.

    Raises
    ------
    ValueError
        If the numbers grow beyond what the network's dtype holds.
    """
    net = exercise.network
    return backward(net, forward(net, exercise.x), exercise.target, exercise.reduction)


@QUIET
def run(net: Any, x: Array) -> tuple[list[Array], list[Array]]:
    """The forward pass on columns: z and a of every layer, the input first among the a."""
    z: list[Array] = []
    a: list[Array] = [x]
    for W, b, f in zip(net.weights, net.biases, net.activations, strict=True):
        z.append(W @ a[-1])
        if b is not None:
            z[-1] += b[:, None] if getattr(b, "ndim", 0) else b  # every sample has the same
        a.append(f.through(z[-1]))
    return z, a


def errors_back(net: Any, z: list[Array], a: list[Array], target: Array, share: float = 1) -> tuple[list[Array], ...]:
    """The backward pass on columns: delta, and dC/dW and dC/db of every layer, dC/db still sample by sample.

    The derivatives are divided by `share`, the deltas are not.
    """
    f, W, last = net.activations, net.weights, len(z) - 1
    delta = [z[-1]] * len(z)
    delta[last] = net.loss.delta(f[last], z[last], a[-1], target)  # BP1: delta = dC/da f'(z)
    for l in reversed(range(last)):
        delta[l] = f[l].pull_back(W[l + 1].T @ delta[l + 1], z[l], a[l + 1])  # BP2: delta = W^T delta_next f'(z)
    shared = delta if share == 1 else [d / share for d in delta]  # in BP3 and BP4: each sample's share of the mean
    dC_dW = [shared[l] @ a[l].T for l in range(len(z))]  # BP3: dC/dw_jk = delta_j a_k
    dC_db = shared  # BP4: dC/db_j = delta_j
    return delta, dC_dW, dC_db


@QUIET
def gather(net: Any, z: list[Array], a: list[Array], target: Array, reduction: str, given: Array) -> Gradients:
    """The backward pass, summed over the samples and shaped like the network and its trace."""
    share = target.shape[1] if reduction == "mean" else 1
    delta, dC_dW, dC_db = errors_back(net, z, a, target, share)
    losses = net.loss.value(net.activations[-1], z[-1], a[-1], target)
    weights, biases = over_samples(net, dC_dW, dC_db)
    for slopes in weights:
        slopes.setflags(write=False)
    whose = net if isinstance(net, Network) else None
    bound = bound_of(delta, a) if len(net.layout) > MANY else inf
    total = losses.sum() if len(losses) > 1 else losses[0]
    return Gradients(total / share, all_shaped(given, delta), weights, biases, net.layout, whose, bound)


def over_samples(
    net: Any, dC_dW: list[Array], dC_db: list[Array], share: int = 1
) -> tuple[tuple[Array, ...], tuple[Array | None, ...]]:
    """dE/dW and dE/db, shaped like the network's: summed over the samples, which dC/dW is already, and shared."""
    biases: list[Array | None] = []
    for b, db in zip(net.biases, dC_db, strict=True):
        per_unit = None if b is None else db.ravel() if db.shape[1] == 1 else db.sum(axis=1)
        biases.append(per_unit if b is None or per_unit is None or b.ndim else np.asarray(per_unit.sum()))
    if share != 1:
        biases = [None if db is None else np.asarray(db / share) for db in biases]
        dC_dW = [dW / share for dW in dC_dW]
    return tuple(dC_dW), tuple(biases)


@QUIET
def update(net: Network, grads: Gradients, learning_rate: float, frozen: Collection[str] = ()) -> Network:
    """One step of gradient descent, ``w_new = w - learning_rate dE/dw``, as a new network.

    Parameters
    ----------
    net : Network
    grads : Gradients
        What `backward` returned for this network.
    learning_rate : float
        Above zero.
    frozen : collection of str, optional
        Parameters that are left as they are.

    Raises
    ------
    ValueError, TypeError
        If the rate is not a positive number or a frozen name is unknown.

    Examples
    --------
    >>> net = Network(weights=[[[0.1, 0.8], [0.4, 0.6]], [[0.3, 0.9]]])
    >>> after = update(net, backward(net, forward(net, [0.35, 0.9]), [0.5]), learning_rate=1)
    >>> print(f"{after['w2[1,1]']:.6f}")
    0.272326
    """
    network_given(net)
    of_type(grads, Gradients, "grads", "what backward() returns")
    if grads.layout is not net.layout and grads.layout != net.layout:
        raise ValueError("grads must come from this network, but it has gradients of other parameters")
    if grads.network is not None and grads.network is not net and grads.network != net:
        raise ValueError("grads must come from this network, but another one was run; after an update, run both passes")
    rate = positive_number(learning_rate, "learning_rate")
    weights, biases = (*grads.weights,), (*grads.biases,)
    names = frozen_names(net, frozen)
    if names or net.layout.owners is not None:
        kept = [slot for name in names for slot in net.layout.slots(name)]
        slopes = net.layout.summed(net.layout.vector(weights, biases))
        slopes[kept] = 0
        weights, biases = net.layout.arrays(slopes)
    after = net.with_arrays(
        [_moved(W, dW, rate) for W, dW in zip(net.weights, weights, strict=True)],
        [None if b is None or db is None else _moved(b, db, rate) for b, db in zip(net.biases, biases, strict=True)],
    )
    moved = after.biases if grads.cannot_overflow(rate) else (*after.weights, *after.biases)
    if not is_finite(*[array for array in moved if array is not None]):
        _refuse(f"learning_rate: with {rate:g} the parameters", net)
    return after


def _moved(w: Array, slope: Array, rate: float) -> Array:
    """w - rate slope, in one new array."""
    step = np.asarray(-rate * slope)
    step += w
    return step


def _refuse(what: str, net: Network) -> NoReturn:
    raise ValueError(f"{what} grow beyond what {net.dtype} holds")
