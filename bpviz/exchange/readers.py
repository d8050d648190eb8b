"""Networks that come from PyTorch, Keras and scikit-learn, read without importing any of them."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast
from warnings import catch_warnings, simplefilter

import numpy as np

from ..networks.network import Network
from ..words.validation import shorten
from .chain import Array, Chain

#: A ReLU of Keras without anything else: no largest value, no threshold, no slope.
PLAIN = ((None, 0, 0), (None, 0.0, 0.0), (None, None, None))

#: From here on softplus may be a straight line: it differs by no more than 2e-9.
STRAIGHT = 20


@cache
def _called(library: str) -> Mapping[str, Mapping[str, Any]]:
    """What the parts of a library's models are called."""
    tables = tomllib.loads(Path(__file__).with_name("models.toml").read_text(encoding="utf-8"))
    return cast("Mapping[str, Mapping[str, Any]]", tables[library])


def from_torch(module: Any, loss: str = "half_squared_error") -> Network:
    """The network of a PyTorch module that is a chain of ``nn.Linear`` layers and activations.

    Its outputs on a few samples are compared with those of the network, so that a module which does something else in
    ``forward`` is noticed.

    Parameters
    ----------
    module : torch.nn.Module
        ``nn.Sequential``, or any module whose parts stand in the order in which they are used.
    loss : str
        What it is trained with; where it is a cross-entropy and the last layer has no activation, that one is added
        which ``CrossEntropyLoss`` and ``BCEWithLogitsLoss`` have in them.

    Returns
    -------
    Network
        In the dtype of the module.

    Raises
    ------
    ValueError, TypeError
        If it is no such chain; the sentence says what is in the way.

    Notes
    -----
    The slope of a ``PReLU`` is a constant here.  What stands before weights that are all 0 changes no output, so
    something else that is done there is not noticed.

    Examples
    --------
    >>> from_torch(nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)))  # doctest: +SKIP
    Network(2-3-1, tanh linear, half_squared_error, 13 parameters)
    >>> from_torch([1, 2])
    Traceback (most recent call last):
        ...
    TypeError: module must be a torch.nn.Module, not list ([1, 2])
    """
    if isinstance(module, type) or not callable(getattr(module, "named_modules", None)):
        raise TypeError(f"module must be a torch.nn.Module, not {type(module).__name__} ({shorten(module)})")
    chain, called = Chain("module"), _called("torch")
    first: Any = None
    seen: set[int] = set()
    for where, part, kind in _parts_of_torch(module):
        if kind == "Linear":
            first = part.weight if first is None else first
            if id(part.weight) in seen:
                raise chain.refused(f"{where} shares its weights with a layer before it")
            seen.add(id(part.weight))
            bias = None if part.bias is None else _array(part.bias, where, chain)
            chain.dense(_array(part.weight, where, chain), bias)
        elif kind == "Dropout" and part.training and part.p > 0:
            raise chain.refused(f"{where} leaves units out at random; call eval() first")
        elif kind in called["activations"]:
            if kind == "Softplus" and (part.beta != 1 or part.threshold < STRAIGHT):
                raise chain.refused(f"{where} has beta = {part.beta} and threshold = {part.threshold}")
            own = called["alpha"].get(kind)
            constants = {"alpha": _number(getattr(part, own), where, chain)} if own else {}
            chain.activation(called["activations"][kind], where, **constants)
        elif kind not in called["nothing"]:
            raise chain.refused(f"{where} is neither a dense layer nor an activation that is known here")

    def run(probe: Array) -> Array:
        return np.asarray(module(first.new_tensor(probe.tolist())).detach().cpu())

    return chain.network(loss, run if first is not None else None)


def _parts_of_torch(module: Any) -> Iterator[tuple[str, Any, str]]:
    """The parts that have no parts: where they are, and which of PyTorch's kinds."""
    for name, part in module.named_modules(remove_duplicate=False):
        if next(iter(part.children()), None) is None:
            kinds = [kind.__name__ for kind in type(part).__mro__ if kind.__module__.startswith("torch.nn.modules")]
            kind = kinds[0] if kinds else ""
            yield f"{type(part).__name__} ({name!r})" if name else type(part).__name__, part, kind


def _array(tensor: Any, where: str, chain: Chain) -> Array:
    """A tensor's numbers; some kinds NumPy does not have, and a tensor of the device "meta" has none."""
    try:
        return np.asarray(tensor.detach().cpu())
    except (TypeError, NotImplementedError, RuntimeError):
        kind = f"{tensor.dtype} on {tensor.device}"
        raise chain.refused(f"the numbers of {where} cannot be read ({kind}); float64 and float32 can") from None


def _number(value: Any, where: str, chain: Chain) -> float:
    """A constant of an activation, which may be a tensor of one number."""
    if hasattr(value, "detach"):
        array = _array(value, where, chain)
        if array.size != 1:
            raise chain.refused(f"{where} has {array.size} slopes")
        return float(array.reshape(()))
    return float(value)


def from_keras(model: Any, loss: str = "half_squared_error") -> Network:
    """The network of a Keras model that is a chain of ``Dense`` layers and activations.

    Its outputs on a few samples are compared with those of the network.

    Parameters
    ----------
    model : keras.Model
        ``Sequential``, or any model whose layers come one after the other.
    loss : str
        What it is trained with; where it is a cross-entropy and the last layer has no activation, that one is added
        which a loss with ``from_logits=True`` has in it.

    Raises
    ------
    ValueError, TypeError
        If it is no such chain; the sentence says what is in the way.

    Examples
    --------
    >>> from_keras(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, "tanh")]))  # doctest: +SKIP
    Network(2-1, tanh, half_squared_error, 3 parameters)
    >>> from_keras("model.keras")
    Traceback (most recent call last):
        ...
    TypeError: model must be a Keras model, not str ('model.keras')
    """
    if (
        isinstance(model, type)
        or not hasattr(model, "layers")
        or not callable(getattr(model, "predict_on_batch", None))
    ):
        raise TypeError(f"model must be a Keras model, not {type(model).__name__} ({shorten(model)})")
    chain, called = Chain("model"), _called("keras")
    seen: set[int] = set()
    for layer in model.layers:
        where = f"{type(layer).__name__} ({layer.name!r})"
        kind, settings = type(layer).__name__, layer.get_config()
        if kind == "Dense":
            with catch_warnings():
                simplefilter("ignore")  # Keras's own, of NumPy
                arrays = [np.asarray(array) for array in layer.get_weights()]
            if not arrays:
                raise chain.refused(f"{where} has no weights yet; build the model first")
            if id(layer) in seen or len(arrays) != 1 + bool(settings.get("use_bias", len(arrays) > 1)):
                raise chain.refused(f"{where} is used twice, or has more than a matrix and a bias")
            seen.add(id(layer))
            chain.dense(arrays[0].T, arrays[1] if settings.get("use_bias", len(arrays) > 1) else None)
            _activation_of_keras(chain, settings["activation"], where)
        elif kind == "Activation":
            _activation_of_keras(chain, settings["activation"], where)
        elif kind in called["layers"]:
            constants = {"alpha": float(settings[called["setting"][kind]])} if kind in called["setting"] else {}
            if (
                kind == "ReLU"
                and (settings.get("max_value"), settings.get("threshold"), settings.get("negative_slope")) not in PLAIN
            ):
                raise chain.refused(f"{where} has a largest value, a threshold or a slope")
            if kind == "PReLU":
                slopes = np.unique(np.asarray(layer.get_weights()[0]))
                if slopes.size != 1:
                    raise chain.refused(f"{where} has {slopes.size} different slopes")
                constants["alpha"] = float(slopes[0])
            chain.activation(called["layers"][kind], where, **constants)
        elif kind not in called["nothing"]:
            raise chain.refused(f"{where} is neither a dense layer nor an activation that is known here")
    return chain.network(loss, model.predict_on_batch)


def _activation_of_keras(chain: Chain, own: Any, where: str) -> None:
    called = _called("keras")
    if own in (None, "linear"):
        return
    if not isinstance(own, str) or own not in called["activations"]:
        raise chain.refused(f"the activation of {where} is {shorten(own)}")
    constants = {"alpha": called["alpha"][own]} if own in called["alpha"] else {}
    chain.activation(called["activations"][own], where, **constants)


def from_sklearn(estimator: Any) -> Network:
    """The network of a fitted ``MLPRegressor`` or ``MLPClassifier``; the loss is the one that it is trained with.

    Raises
    ------
    ValueError, TypeError
        If it is no such estimator, or not fitted.

    Notes
    -----
    scikit-learn's loss of several outputs is their mean, and ours their sum; the gradients are the same where
    its ``alpha``, which draws weights to 0, is 0.

    Examples
    --------
    >>> from_sklearn(MLPRegressor(hidden_layer_sizes=(3,), activation="tanh").fit(x, y))  # doctest: +SKIP
    Network(2-3-1, tanh linear, half_squared_error, 13 parameters)
    >>> from_sklearn(None)
    Traceback (most recent call last):
        ...
    TypeError: estimator must be an MLPRegressor or MLPClassifier, not NoneType (None)
    """
    if not hasattr(estimator, "hidden_layer_sizes"):
        raise TypeError(
            f"estimator must be an MLPRegressor or MLPClassifier, not {type(estimator).__name__} ({shorten(estimator)})"
        )
    if isinstance(estimator, type):
        raise TypeError(f"estimator must be a fitted one, not the class {estimator.__name__}")
    if not all(hasattr(estimator, name) for name in ("coefs_", "intercepts_", "out_activation_")):
        raise ValueError("estimator must be fitted, but it has no weights yet; call fit() or partial_fit() first")
    chain, called = Chain("estimator"), _called("sklearn")
    own = [estimator.activation] * (len(estimator.coefs_) - 1) + [estimator.out_activation_]
    for n, (W, b, f) in enumerate(zip(estimator.coefs_, estimator.intercepts_, own, strict=True), start=1):
        chain.dense(np.asarray(W).T, np.asarray(b))
        if f not in called["activations"]:
            raise chain.refused(f"the activation of layer {n} is {shorten(f)}")
        chain.activation(called["activations"][f], f"layer {n}")
    loss = called["losses"][estimator.out_activation_]
    return chain.network(loss, _predicted(estimator))


def _predicted(estimator: Any) -> Callable[[Array], Array]:
    """Its outputs, a column for each unit."""

    def run(probe: Array) -> Array:
        with catch_warnings():
            simplefilter("ignore")  # of names of features, which a probe has none of
            if not hasattr(estimator, "predict_proba"):
                return np.asarray(estimator.predict(probe)).reshape(len(probe), -1)
            columns = np.asarray(estimator.predict_proba(probe))
        return columns[:, -estimator.n_outputs_ :]  # of two classes scikit-learn tells both

    return run
