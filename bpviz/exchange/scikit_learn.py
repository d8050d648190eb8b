"""What a program for scikit-learn needs to know, and what its networks cannot be."""

from string import Template
from typing import Any

from ..networks.exercise import Exercise
from ..networks.layout import EACH


def blanks(given: Exercise, table: dict[str, Any]) -> dict[str, Any]:
    """The blanks of its program; ValueError says what its MLPRegressor and MLPClassifier cannot express."""
    net, target = given.network, given.target
    _check(given)
    model, n_out = table["loss"][net.loss.name], net.sizes[-1]
    labels, classes, scale = ("value" if n_out == 1 else "values"), "", ""
    if model == "MLPRegressor":
        scale = Template(table["mean"]).substitute(n_out=n_out) if n_out > 1 else ""
    elif net.loss.name == "categorical_cross_entropy":
        labels, classes = "one_of", f", classes=np.arange({n_out})"
    else:
        labels = "yes" if n_out == 1 else "several"
        classes = ", classes=[0, 1]" if n_out == 1 else f", classes=np.arange({n_out})"
    if model == "MLPClassifier" and set(target.ravel().tolist()) - {0.0, 1.0}:
        raise ValueError("library: a classifier of scikit-learn takes labels, so every target must be 0 or 1")
    hidden = net.sizes[1:-1]
    return {
        "model": model,
        "hidden": tuple(hidden),
        "activation": table["use"][net.activations[0].name] if hidden else "identity",
        "labels": table["labels"][labels],
        "classes": classes,
        "scale": scale,
    }


def _check(given: Exercise) -> None:
    net = given.network
    if any(kind != EACH for kind in net.layout.biases):
        raise ValueError("library: in scikit-learn every unit has a bias of its own")
    if given.reduction == "sum" and given.n_samples > 1:
        raise ValueError("library: scikit-learn takes the mean over a batch, not the sum")
    if len({str(f) for f in net.activations[:-1]}) > 1:
        raise ValueError("library: in scikit-learn all hidden layers have one activation")
    if any(f.name == "softmax" for f in net.activations[:-1]):
        raise ValueError("library: in scikit-learn softmax stands in the last layer only")
    wanted = {"half_squared_error": "linear", "binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}
    output = net.activations[-1].name
    if output != wanted[net.loss.name]:
        raise ValueError(
            f"library: in scikit-learn {net.loss.name} goes with {wanted[net.loss.name]!r} outputs, not with {output!r}"
        )
    if net.loss.name == "categorical_cross_entropy" and net.sizes[-1] < 3:
        raise ValueError("library: a softmax of scikit-learn has at least 3 outputs; two classes are one sigmoid there")
