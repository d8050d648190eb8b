"""Networks that come from PyTorch, Keras and scikit-learn have the gradients that they have there."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import bpviz as bp

SEEDS = range(12)
ROOT = Path(__file__).parent.parent


def drawn(seed):
    """Sizes and a hidden activation of a random network, with a batch of inputs."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 6, size=rng.integers(2, 5)).tolist()
    return rng, sizes, rng.normal(size=(4, sizes[0]))


# --- PyTorch ---


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed (make test-peers)")


def torch_module(torch, rng, sizes, last=()):
    nn = torch.nn
    hidden = [
        nn.Sigmoid,
        nn.Tanh,
        nn.ReLU,
        nn.Softplus,
        nn.Identity,
        lambda: nn.ELU(0.5),
        lambda: nn.LeakyReLU(0.1),
        lambda: nn.Softmax(dim=-1),
    ]
    parts = []
    for n_in, n_out in itertools.pairwise(sizes):
        parts += [nn.Linear(n_in, n_out, bias=bool(rng.integers(2))), hidden[rng.integers(len(hidden))]()]
    return nn.Sequential(*parts[:-1], *last).double()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_pytorch_network_has_its_own_gradients(torch, seed):
    rng, sizes, x = drawn(seed)
    module = torch_module(torch, rng, sizes)
    net = bp.from_torch(module)
    target = rng.normal(size=(4, sizes[-1]))
    loss = torch.nn.MSELoss(reduction="sum")(module(torch.tensor(x)), torch.tensor(target)) / 2 / 4
    loss.backward()
    ours = bp.backward(net, bp.forward(net, x), target)
    assert ours.loss == pytest.approx(loss.item(), rel=1e-10)
    theirs = [parameter.grad.numpy() for parameter in module.parameters()]
    mine = [array for W, b in zip(ours.weights, ours.biases, strict=True) for array in (W, b) if array is not None]
    for a, b in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-10)


@pytest.mark.parametrize(
    ("loss", "theirs"),
    [("categorical_cross_entropy", "CrossEntropyLoss"), ("binary_cross_entropy", "BCEWithLogitsLoss")],
)
def test_a_pytorch_network_whose_loss_has_the_last_activation_in_it(torch, loss, theirs):
    rng = np.random.default_rng(1)
    module = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 3)).double()
    net = bp.from_torch(module, loss)
    x, target = rng.normal(size=(6, 3)), np.eye(3)[np.arange(6) % 3]
    error = getattr(torch.nn, theirs)()(module(torch.tensor(x)), torch.tensor(target))
    error = error * 3 if loss == "binary_cross_entropy" else error  # a mean over the outputs, too
    error.backward()
    ours = bp.backward(net, bp.forward(net, x), target)
    assert ours.loss == pytest.approx(error.item(), rel=1e-12)
    np.testing.assert_allclose(ours.weights[0], module[0].weight.grad.numpy(), rtol=0, atol=1e-12)


def test_what_a_notebook_has_saved_is_what_pytorch_gives(torch):
    nn, folder = torch.nn, ROOT / "notebooks" / "pytorch"
    saved = bp.Network.load(folder / "network.json")
    module = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2)).double()
    for part, W, b in zip(module[::2], saved.weights, saved.biases):
        part.weight.data, part.bias.data = torch.tensor(W.copy()), torch.tensor(b.copy())
    x, target = [[0.5, -1.0], [1.0, 2.0], [-0.5, 0.25]], [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]
    nn.MSELoss()(module(torch.tensor(x).double()), torch.tensor(target).double()).backward()
    grads = json.loads((folder / "grad.json").read_text())
    for name, parameter in module.named_parameters():
        np.testing.assert_allclose(grads[name], parameter.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_a_float32_module_becomes_a_float32_network(torch):
    net = bp.from_torch(torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1)))
    assert net.dtype == np.float32


def test_one_activation_may_be_used_in_several_places(torch):
    act = torch.nn.ReLU()
    net = bp.from_torch(torch.nn.Sequential(torch.nn.Linear(2, 3), act, torch.nn.Linear(3, 2), act))
    assert [str(f) for f in net.activations] == ["relu", "relu"]


def test_a_module_with_parts_of_its_own_is_read_and_compared(torch):
    nn = torch.nn

    class Own(nn.Module):
        def __init__(self, twice):
            super().__init__()
            self.first, self.act, self.second, self.twice = nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1), twice

        def forward(self, x):
            return self.second(self.act(self.first(x))) * self.twice

    assert repr(bp.from_torch(Own(1))) == "Network(2-3-1, tanh linear, half_squared_error, 13 parameters)"
    with pytest.raises(ValueError, match="its outputs are not those of its layers one after the other"):
        bp.from_torch(Own(2))


def refused_modules(nn):
    return {
        "Conv1d": (nn.Sequential(nn.Conv1d(1, 1, 1)), r"Conv1d \('0'\) is neither"),
        "BatchNorm1d": (nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)), r"BatchNorm1d \('1'\) is neither"),
        "nothing": (nn.Sequential(), "Sequential is neither"),
        "activation first": (nn.Sequential(nn.ReLU(), nn.Linear(1, 1)), r"ReLU \('0'\) comes before the first dense layer"),
        "two activations": (nn.Sequential(nn.Linear(1, 1), nn.ReLU(), nn.Tanh()), r"Tanh \('2'\) is a second activation of one layer"),
        "shapes": (nn.Sequential(nn.Linear(1, 2), nn.Linear(3, 1)), "a layer of 3 inputs follows one of 2 outputs"),
        "dropout": (nn.Sequential(nn.Linear(1, 2), nn.Dropout(0.5)), r"Dropout \('1'\) leaves units out at random; call eval\(\) first"),
        "slopes": (nn.Sequential(nn.Linear(1, 2), nn.PReLU(2)), r"PReLU \('1'\) has 2 slopes"),
        "beta": (nn.Sequential(nn.Linear(1, 2), nn.Softplus(beta=2)), r"Softplus \('1'\) has beta = 2"),
        "threshold": (nn.Sequential(nn.Linear(1, 2), nn.Softplus(threshold=4)), "and threshold = 4"),
        "tied": (nn.Sequential(one := nn.Linear(1, 1), nn.Tanh(), one), "shares its weights with a layer before it"),
        "half": (nn.Sequential(nn.Linear(1, 2).half()), "its numbers are float16, and only float64 and float32 are read"),
        "bfloat16": (nn.Sequential(nn.Linear(1, 2).bfloat16()), r"the numbers of Linear \('0'\) cannot be read \(torch.bfloat16 on cpu\)"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "Conv1d",
        "BatchNorm1d",
        "nothing",
        "activation first",
        "two activations",
        "shapes",
        "dropout",
        "slopes",
        "beta",
        "threshold",
        "tied",
        "half",
        "bfloat16",
    ],
)
def test_a_module_that_is_no_chain_is_refused_in_one_sentence(torch, name):
    module, why = refused_modules(torch.nn)[name]
    with pytest.raises(ValueError, match=f"^module must be a chain of dense layers with activations, but .*{why}"):
        bp.from_torch(module)


# --- Keras ---


@pytest.fixture
def keras(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", os.environ.get("KERAS_BACKEND", "jax"))
    pytest.importorskip("keras", reason="Keras is not installed (make test-peers)")
    import jax
    import keras

    jax.config.update("jax_enable_x64", True)
    keras.config.set_floatx("float64")
    return keras


@pytest.mark.filterwarnings("ignore::DeprecationWarning:keras")  # its own, of NumPy
@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_keras_network_has_its_own_gradients(keras, seed):
    import jax

    rng, sizes, x = drawn(seed)
    layers = keras.layers
    inside = [
        "sigmoid",
        "relu",
        "softmax",
        None,
        lambda: layers.LeakyReLU(0.1),
        lambda: layers.Activation("sigmoid"),
        lambda: layers.ReLU(),
    ]
    parts = [keras.Input((sizes[0],))]
    for n_out in sizes[1:]:
        after = inside[rng.integers(len(inside))]
        parts += [layers.Dense(n_out, use_bias=bool(rng.integers(2)), activation=None if callable(after) else after)]
        parts += [after()] if callable(after) else []
    model = keras.Sequential(parts)
    net = bp.from_keras(model)
    target = rng.normal(size=(4, sizes[-1]))

    def loss_of(variables):
        return ((target - model.stateless_call(variables, [], x)[0]) ** 2).sum() / 2 / 4

    loss, theirs = jax.value_and_grad(loss_of)([variable.value for variable in model.trainable_variables])
    ours = bp.backward(net, bp.forward(net, x), target)
    assert ours.loss == pytest.approx(float(loss), rel=1e-10)
    mine = [array for W, b in zip(ours.weights, ours.biases, strict=True) for array in (W.T, b) if array is not None]
    for a, b in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-10)


@pytest.mark.filterwarnings("ignore")
def test_a_keras_model_that_is_no_chain_is_refused_in_one_sentence(keras):
    layers = keras.layers
    for parts, why in (
        ([layers.Dense(2, "gelu")], "the activation of Dense .* is 'gelu'"),
        ([layers.Dense(2), layers.BatchNormalization()], "BatchNormalization .* is neither"),
        ([layers.Dense(2, "relu"), layers.ReLU()], "ReLU .* is a second activation of one layer"),
    ):
        with pytest.raises(ValueError, match=f"^model must be a chain of dense layers with activations, but {why}"):
            bp.from_keras(keras.Sequential([keras.Input((2,)), *parts]))
    inputs = keras.Input((2,))
    branched = keras.Model(inputs, layers.Dense(2)(inputs) + inputs)
    with pytest.raises(ValueError, match=r"^model must be a chain"):
        bp.from_keras(branched)


# --- scikit-learn ---


@pytest.fixture
def perceptrons():
    return pytest.importorskip("sklearn.neural_network", reason="scikit-learn is not installed (make test-peers)")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_scikit_learn_network_has_its_own_gradients(perceptrons, seed):
    rng = np.random.default_rng(seed)
    hidden = tuple(rng.integers(1, 6, size=rng.integers(1, 3)).tolist())
    how = {"activation": ("identity", "logistic", "tanh", "relu")[seed % 4], "solver": "sgd", "alpha": 0, "momentum": 0}
    how |= {"learning_rate_init": 1.0, "batch_size": 6, "shuffle": False, "random_state": seed}
    x = rng.normal(size=(6, 3))
    kind = ("regression", "yes or no", "classes")[seed % 3]
    if kind == "regression":
        target = y = rng.normal(size=(6, 2))
        estimator = perceptrons.MLPRegressor(hidden_layer_sizes=hidden, **how).partial_fit(x, y)
    else:
        y = np.arange(6) % (2 if kind == "yes or no" else 3)
        target = y[:, None] if kind == "yes or no" else np.eye(3)[y]
        estimator = perceptrons.MLPClassifier(hidden_layer_sizes=hidden, **how).partial_fit(x, y, classes=np.unique(y))
    net = bp.from_sklearn(estimator)
    before = [array.copy() for pair in zip(estimator.coefs_, estimator.intercepts_) for array in pair]
    estimator.partial_fit(x, y)
    after = [array for pair in zip(estimator.coefs_, estimator.intercepts_) for array in pair]
    ours = bp.backward(net, bp.forward(net, x), target)
    mine = [array for W, b in zip(ours.weights, ours.biases, strict=True) for array in (W.T, b)]
    for gradient, old, new in zip(mine, before, after, strict=True):
        np.testing.assert_allclose(gradient, old - new, rtol=0, atol=1e-10)


def test_an_estimator_that_is_not_fitted_is_refused(perceptrons):
    with pytest.raises(ValueError, match=r"^estimator must be fitted, but it has no weights yet; call fit\(\)"):
        bp.from_sklearn(perceptrons.MLPRegressor())


# --- stand-ins that look like them: nothing is imported, so these run everywhere ---


class Tensor(np.ndarray):
    """An array that answers as a tensor does."""

    def detach(self):
        return self

    cpu = detach

    def new_tensor(self, values):
        return np.asarray(values, dtype=self.dtype).view(Tensor)


def tensor(values, dtype=np.float64):
    return np.asarray(values, dtype).view(Tensor)


class Module:
    """A module of PyTorch's kind."""

    __module__ = "torch.nn.modules.linear"

    def __init__(self, *parts, **own):
        self.parts = parts
        self.__dict__.update(own)

    def children(self):
        return iter(self.parts)

    def named_modules(self, remove_duplicate=True):
        yield "", self
        yield from ((str(n), part) for n, part in enumerate(self.parts))

    def __call__(self, x):
        for part in self.parts:
            x = part(x)
        return x


class Linear(Module):
    __module__ = "torch.nn.modules.linear"

    def __call__(self, x):
        return (x @ self.weight.T + (0 if self.bias is None else self.bias)).view(Tensor)


class Tanh(Module):
    __module__ = "torch.nn.modules.activation"

    def __call__(self, x):
        return np.tanh(x)


def a_module():
    first = Linear(weight=tensor([[0.5, -1], [2, 3]]), bias=tensor([0.1, 0.2]))
    return Module(first, Tanh(), Linear(weight=tensor([[1, 2]]), bias=None))


def test_a_module_is_read_by_what_it_has():
    assert bp.from_torch(a_module()) == bp.Network(
        [[[0.5, -1], [2, 3]], [[1, 2]]], [[0.1, 0.2], None], ["tanh", "linear"]
    )


def test_a_module_that_does_more_than_its_parts_is_refused():
    class Doubled(Module):
        def __call__(self, x):
            return 2 * super().__call__(x)

    module = Doubled(Linear(weight=tensor([[0.5, -1]]), bias=None))
    with pytest.raises(ValueError, match="it does something else, too"):
        bp.from_torch(module)


def test_a_module_that_cannot_be_run_is_refused_with_its_reason():
    class Broken(Module):
        def __call__(self, x):
            raise RuntimeError("no")

    with pytest.raises(ValueError, match=r"it does not run on 8 samples of 2 inputs \('no'\)"):
        bp.from_torch(Broken(Linear(weight=tensor([[0.5, -1]]), bias=None)))


def layer(kind, weights=(), **settings):
    made = type(kind, (), {"get_weights": lambda self: list(weights), "get_config": lambda self: settings})()
    made.name = kind.lower()
    return made


def a_keras_model():
    W, b = np.array([[0.5, 2.0], [-1.0, 3.0]]), np.array([0.1, 0.2])
    first, second = layer("Dense", [W, b], activation="relu"), layer("Dense", [np.ones((2, 1))], activation="linear")
    run = lambda x: np.maximum(x @ W + b, 0) @ np.ones((2, 1))
    return SimpleNamespace(layers=[layer("InputLayer"), first, second], predict_on_batch=run)


def test_a_keras_model_is_read_by_what_it_has():
    net = bp.from_keras(a_keras_model())
    assert net == bp.Network([[[0.5, -1], [2, 3]], [[1, 1]]], [[0.1, 0.2], None], ["relu", "linear"])


def an_estimator():
    chance = lambda x: 1 / (1 + np.exp(-(x @ [0.5, 2.0] + 0.1)))
    return SimpleNamespace(
        hidden_layer_sizes=(),
        activation="tanh",
        out_activation_="logistic",
        n_outputs_=1,
        coefs_=[np.array([[0.5], [2.0]])],
        intercepts_=[np.array([0.1])],
        predict_proba=lambda x: np.stack([1 - chance(x), chance(x)], axis=1),
    )


def test_an_estimator_is_read_by_what_it_has():
    assert bp.from_sklearn(an_estimator()) == bp.Network([[[0.5, 2]]], [[0.1]], "sigmoid", "binary_cross_entropy")


def test_what_is_cut_off_far_out_is_seen():
    class Clamped(Module):
        def __call__(self, x):
            return np.clip(super().__call__(x), -20, 20)

    with pytest.raises(ValueError, match="its outputs are not those of its layers"):
        bp.from_torch(Clamped(Linear(weight=tensor([[0.5, -1]]), bias=None)))


def test_a_class_is_no_model():
    for read, made, said in (
        (bp.from_torch, Module, "module must be"),
        (bp.from_keras, SimpleNamespace, "model must be"),
    ):
        with pytest.raises(TypeError, match=said):
            read(made)


def test_a_relu_of_keras_with_a_largest_value_is_refused():
    made = layer("ReLU", max_value=6.0, threshold=0.0, negative_slope=0.0)
    model = SimpleNamespace(
        layers=[layer("Dense", [np.ones((1, 1))], activation="linear"), made], predict_on_batch=None
    )
    model.predict_on_batch = lambda x: np.clip(x, 0, 6)
    with pytest.raises(ValueError, match="has a largest value, a threshold or a slope"):
        bp.from_keras(model)
