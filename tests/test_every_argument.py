"""Every argument of everything public, with odd values in its place: one clear sentence that names it, or an answer."""

from __future__ import annotations

import datetime
import inspect
import random
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy as sp

import bpviz as bp

from .networks import THOROUGH
from .test_networks_in import a_keras_model, a_module, an_estimator

XOR = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0.0], [1.0], [1.0], [0.0]]
SIGNS = "a" * 2_000

#: What people and programs pass where something else is expected.
ODD: dict[str, Callable[[], Any]] = {
    "None": lambda: None, "True": lambda: True, "0": lambda: 0, "-1": lambda: -1, "2.5": lambda: 2.5,
    "nan": lambda: float("nan"), "inf": lambda: float("inf"), "1e308": lambda: 1e308, "10**400": lambda: 10**400,
    "complex": lambda: 1j, "empty text": lambda: "", "text": lambda: "x", "long text": lambda: SIGNS,
    "surrogate": lambda: "\ud800", "NUL": lambda: "a\0b", "markup": lambda: "<b>&</b>", "bytes": lambda: b"x",
    "[]": list, "[[]]": lambda: [[]], "ragged": lambda: [[1], [1, 2]], "deep": lambda: [[[[1]]]], "{}": dict,
    "mapping": lambda: {"a": 1}, "set": lambda: {1}, "object": object, "function": lambda: len, "class": lambda: int,
    "range": lambda: range(3), "generator": lambda: (n for n in range(3)), "date": lambda: datetime.date(2020, 2, 2),
    "Fraction": lambda: Fraction(1, 3), "Decimal NaN": lambda: Decimal("NaN"), "symbol": lambda: sp.Symbol("w"),
    "numpy integer": lambda: np.int64(2), "numpy float": lambda: np.float32(0.5), "numpy bool": lambda: np.bool_(True),
    "0-d array": lambda: np.array(2.0), "empty array": lambda: np.array([]), "NaN array": lambda: np.array([[np.nan]]),
    "masked": lambda: np.ma.masked_array([1.0, 2.0], [True, False]), "3-d array": lambda: np.zeros((2, 2, 2)),
    "texts": lambda: ["x", "y"], "Nones": lambda: [None], "a network": lambda: net(), "a huge list": lambda: [0.5] * 3_000,
}  # fmt: skip


@cache
def net() -> bp.Network:
    return example().network


@cache
def example() -> Any:
    return bp.articles.example("2-3-2")


@cache
def derivation() -> Any:
    return bp.derive(net(), example().x, example().target, "w7", 0.5)


@cache
def layers() -> Any:
    return bp.derive_layers(net(), example().x, example().target, 0.5)


@cache
def history() -> Any:
    return bp.train(bp.initialise((2, 2, 1), seed=1), *XOR, epochs=3, validation=XOR)


@cache
def descent() -> Any:
    return bp.descend(net(), example().x, example().target, 0.5, 3)


@cache
def trainer() -> Any:
    return bp.Trainer(*XOR, run=history())


@cache
def flowers() -> Any:
    return bp.iris()


@cache
def of_flowers() -> bp.Network:
    return bp.initialise((4, 3, 3), activations=["sigmoid", "softmax"], loss="categorical_cross_entropy", seed=1)


def gradients() -> Any:
    return bp.backward(net(), trace(), example().target)


@cache
def trace() -> Any:
    return bp.forward(net(), example().x)


def sample() -> dict[str, Any]:
    return {"net": net(), "x": [0.5, 0.6], "target": [0.1, 0.9]}


#: Everything public that takes arguments: the call, and arguments that it takes.
CALLS: dict[str, tuple[Callable[[], Callable[..., Any]], Callable[[], dict[str, Any]]]] = {
    "backward": (lambda: bp.backward, lambda: {"net": net(), "trace": trace(), "target": [0.1, 0.9], "reduction": "mean"}),
    "forward": (lambda: bp.forward, lambda: {"net": net(), "x": [0.5, 0.6]}),
    "update": (lambda: bp.update, lambda: {"net": net(), "grads": gradients(), "learning_rate": 0.5, "frozen": ()}),
    "symbolic": (lambda: bp.symbolic, lambda: {"net": net()}),
    "compiled": (lambda: bp.compiled, lambda: {"net": net(), "language": "python", "update": True, "frozen": ()}),
    "derive": (
        lambda: bp.derive,
        lambda: sample() | {"wrt": "w7", "learning_rate": 0.5, "frozen": (), "reduction": "mean", "notation": "z_a",
                            "optimiser": bp.Adam()},
    ),
    "code": (
        lambda: bp.code,
        lambda: sample() | {"learning_rate": 0.5, "library": "numpy", "reduction": "mean", "frozen": ()},
    ),
    "from_torch": (lambda: bp.from_torch, lambda: {"module": a_module(), "loss": "mean_squared_error"}),
    "from_keras": (lambda: bp.from_keras, lambda: {"model": a_keras_model(), "loss": "mean_squared_error"}),
    "from_sklearn": (lambda: bp.from_sklearn, lambda: {"estimator": an_estimator()}),
    "Momentum": (lambda: bp.Momentum, lambda: {"momentum": 0.5}),
    "Adam": (lambda: bp.Adam, lambda: {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-6}),
    "derive_layers": (
        lambda: bp.derive_layers,
        lambda: sample() | {"learning_rate": 0.5, "frozen": (), "reduction": "mean", "notation": "z_a"},
    ),
    "proof": (lambda: bp.proof, lambda: {"name": "BP1"}),
    "activation": (lambda: lambda name, alpha: bp.activation(name, alpha=alpha), lambda: {"name": "elu", "alpha": 0.5}),
    "hidden_size": (lambda: bp.hidden_size, lambda: {"n_in": 3, "n_out": 2, "a": 5}),
    "initialise": (
        lambda: bp.initialise,
        lambda: {"sizes": (2, 3, 1), "method": "he", "scale": 1.0, "biases": True, "activations": "relu",
                 "loss": "mean_squared_error", "seed": 1},
    ),
    "min_max": (lambda: bp.min_max, lambda: {"data": [[1.0, 2.0], [2.0, 5.0]], "low": 0, "high": 1}),
    "Network": (
        lambda: bp.Network,
        lambda: {"weights": [[[0.1, 0.2]]], "biases": [[0.3]], "activations": "sigmoid", "loss": "half_squared_error",
                 "weight_names": [[["u", "v"]]], "bias_names": [["c"]]},
    ),
    "export_html": (lambda: bp.export_html, lambda: {"widget": bp.ActivationExplorer("relu"), "path": "page.html", "title": "T"}),
    "worksheet": (
        lambda: bp.worksheet,
        lambda: {"example": example(), "students": 2, "seed": 1, "parameters": ["w7"], "digits": 4},
    ),
    "moodle": (
        lambda: bp.moodle,
        lambda: {"questions": ["net_h1"], "seeds": [1], "path": "questions.xml", "example": "2-3-2", "learning_rate": 0.5,
                 "category": "bpviz"},
    ),
    "ask": (
        lambda: bp.ask,
        lambda: {"quantity": "net_h1", "example": "2-3-2", "learning_rate": 0.5, "seed": 1},
    ),
    "ask about a network": (lambda: bp.ask, lambda: {"quantity": "net_h1", **sample()}),
    "diagnose": (
        lambda: bp.diagnose,
        lambda: sample() | {"wrt": "w7", "answer": 0.5, "quantity": "gradient", "learning_rate": 0.5, "reduction": "mean",
                            "optimiser": bp.Momentum(), "updates": 1},
    ),
    "variant": (lambda: bp.variant, lambda: {"example": example(), "seed": 1}),
    "AdaptiveRate": (lambda: bp.AdaptiveRate, lambda: {"grow": 1.05, "shrink": 0.7, "worst": 1.04}),
    "descend": (lambda: bp.descend, lambda: sample() | {"learning_rate": 0.5, "steps": 2, "frozen": (), "memory": 1}),
    "train": (
        lambda: bp.train,
        lambda: {"net": bp.initialise((2, 2, 1), seed=1), "x": XOR[0], "target": XOR[1], "learning_rate": 0.5,
                 "bias_rate": 0.4, "batch_size": 2, "momentum": 0.5, "adaptive": bp.AdaptiveRate(), "epochs": 2,
                 "goal": 0.0, "validation": XOR, "patience": 3, "shuffle": True, "seed": 1, "frozen": (), "memory": 1, "optimiser": None},
    ),
    "error_curve": (lambda: bp.error_curve, lambda: {"descents": {"a": descent()}, "log": True, "title": "T"}),
    "diagram": (
        lambda: bp.diagram,
        lambda: {"subject": derivation(), "step": 3, "digits": 6, "styled": True, "before": False},
    ),
    "unit_diagram": (lambda: bp.unit_diagram, lambda: {"subject": derivation(), "unit": "h1", "digits": 6}),
    "flow_chart": (
        lambda: bp.flow_chart,
        lambda: {"batch_size": 2, "shuffle": True, "momentum": 0.5, "adaptive": bp.AdaptiveRate(), "goal": 0.1, "validation": True},
    ),
    "figure": (lambda: bp.figure, lambda: {"subject": derivation(), "step": 3, "digits": 6}),
    "heat_maps": (lambda: bp.heat_maps, lambda: {"matrices": [[[1.0, 2.0]]], "titles": ["a"], "columns": 1}),
    "confusion": (lambda: bp.confusion, lambda: {"net": of_flowers(), "data": flowers(), "scaling": bp.min_max(flowers().x)}),
    "plot_activations": (
        lambda: lambda functions, reach: bp.plot_activations(functions, reach=reach),
        lambda: {"functions": "relu", "reach": 2},
    ),
    "plot_fit": (
        lambda: bp.plot_fit,
        lambda: {"net": bp.initialise((1, 2, 1)), "x": [[0.0], [1.0]], "target": [[0.0], [1.0]], "title": "T"},
    ),
    "plot_regions": (
        lambda: bp.plot_regions,
        lambda: {"net": of_flowers(), "data": flowers(), "scaling": bp.min_max(flowers().x), "features": (0, 1)},
    ),
    "NetworkBuilder": (lambda: bp.NetworkBuilder, dict),
    "ActivationExplorer": (lambda: lambda names: bp.ActivationExplorer(names), lambda: {"names": "relu"}),
    "DepthExplorer": (lambda: bp.DepthExplorer, lambda: {"seed": 1}),
    "LossSurface": (
        lambda: bp.LossSurface,
        lambda: sample() | {"first": "w1", "second": "w2", "learning_rate": 0.5, "steps": 3},
    ),
    "Quiz": (
        lambda: bp.Quiz,
        lambda: {"questions": ["net_h1"], "example": "2-3-2", "learning_rate": 0.5, "seed": 1},
    ),
    "Quiz about a network": (lambda: bp.Quiz, lambda: {"questions": ["net_h1"], **sample()}),
    "ProofStepper": (lambda: bp.ProofStepper, lambda: {"name": "BP1"}),
    "Stepper": (
        lambda: bp.Stepper,
        lambda: sample() | {"learning_rate": 0.5, "wrt": "w7", "frozen": (), "reduction": "mean", "notation": "z_a",
                            "by": "unit", "optimiser": bp.Momentum()},
    ),
    "Stepper by layer": (
        lambda: bp.Stepper,
        lambda: sample() | {"learning_rate": 0.5, "wrt": "w7", "frozen": (), "reduction": "mean", "notation": "z_a",
                            "by": "layer", "image": None},
    ),
    "Trainer": (lambda: bp.Trainer, lambda: {"x": XOR[0], "target": XOR[1], "run": history()}),
    "Trainer.stepper": (lambda: trainer().stepper, lambda: {"epoch": 1, "run": "run"}),
    "articles.example": (lambda: bp.articles.example, lambda: {"name": "2-3-2"}),
    "Example.compare": (lambda: example().compare, lambda: {"computed": {"net_h1": 1.0}}),
    "Network.unit": (lambda: net().unit, lambda: {"layer": 1, "j": 0}),
    "Network.weight_name": (lambda: net().weight_name, lambda: {"layer": 1, "to": 0, "source": 0}),
    "Network.bias_name": (lambda: net().bias_name, lambda: {"layer": 1, "to": 0}),
    "Network.with_values": (lambda: net().with_values, lambda: {"values": {"w1": 0.5}}),
    "Network.from_json": (lambda: bp.Network.from_json, lambda: {"text": net().to_json()}),
    "Network.save": (lambda: net().save, lambda: {"path": "net.json"}),
    "Network.load": (lambda: bp.Network.load, lambda: {"path": "net.json"}),
    "Question.check": (lambda: bp.ask("net_h1").check, lambda: {"answer": 0.5}),
    "Worksheets.save": (lambda: bp.worksheet(example(), 1).save, lambda: {"folder": "sheets"}),
    "Derivation.text": (lambda: derivation().text, lambda: {"digits": 6}),
    "Derivation.latex": (lambda: derivation().latex, lambda: {"digits": 6}),
    "Derivation.mathml": (lambda: derivation().mathml, lambda: {"digits": 6}),
    "Derivation.evaluate": (lambda: derivation().evaluate, lambda: {"digits": 20}),
    "Derivation.program": (lambda: derivation().program, lambda: {"language": "python"}),
    "Layers.text": (lambda: layers().text, lambda: {"digits": 6}),
    "Layers.latex": (lambda: layers().latex, lambda: {"digits": 6}),
    "Layers.mathml": (lambda: layers().mathml, lambda: {"digits": 6}),
    "Layers.entry": (lambda: layers().entry, lambda: {"parameter": "w7", "sample": 1}),
    "SymbolicNetwork.values": (lambda: bp.symbolic(net()).values, lambda: {"x": [0.5, 0.6], "target": [0.1, 0.9]}),
    "MinMax.apply": (lambda: bp.min_max([[1.0, 2.0], [2.0, 5.0]]).apply, lambda: {"data": [1.0, 2.0]}),
    "MinMax.undo": (lambda: bp.min_max([[1.0, 2.0], [2.0, 5.0]]).undo, lambda: {"scaled": [1.0, 0.0]}),
    "Data.split": (lambda: lambda shares, seed: flowers().split(shares, 0.5, seed=seed), lambda: {"shares": 0.5, "seed": 1}),
}  # fmt: skip

#: Arguments that must suit one another, so that a sentence may name either.
RELATED = {
    "weights": ("biases", "weight_names", "bias_names"), "biases": ("bias_names",), "x": ("target",), "net": ("x", "target"), "matrices": ("titles",),
}  # fmt: skip

#: What is public and takes no argument, or is no call.
NO_ARGUMENTS = {"articles", "MISTAKES", "ACTIVATIONS", "LOSSES", "digits", "iris", "activation_table"}


def arguments(name: str) -> list[str]:
    """The arguments of a call that odd values are put into."""
    call, valid = CALLS[name]
    known = [
        parameter.name
        for parameter in inspect.signature(call()).parameters.values()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    return list(dict.fromkeys([*valid(), *known]))


def cases() -> Iterator[tuple[str, str, str]]:
    """Every argument with every odd value; where time is short, with some that change from argument to argument."""
    for name in CALLS:
        for argument in arguments(name):
            few = random.Random(f"{name} {argument}").sample(sorted(ODD), 6)
            for odd in ODD if THOROUGH else few:
                yield name, argument, odd


def what_happens(name: str, argument: str, odd: str) -> str:
    """What is wrong with the answer to an odd value; empty if nothing is."""
    call, valid = CALLS[name]
    try:
        call()(**{**valid(), argument: ODD[odd]()})
    except (ValueError, TypeError, FileNotFoundError) as error:
        said = str(error)
        if type(error) is FileNotFoundError:
            return "" if name == "Network.load" else f"raw {error!r}"
        if type(error) not in (ValueError, TypeError):
            return f"raw {error!r}"
        meant = (argument, *RELATED.get(argument, ()))
        if not any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", said) for one in meant):
            return f"does not name it: {said}"
        return f"too long: {said}" if "\n" in said or len(said) > 400 else ""
    except Exception as error:
        return f"raw {error!r}"
    finally:
        plt.close("all")
    return ""


def test_everything_public_is_tried():
    tried = {name.partition(" ")[0].partition(".")[0] for name in CALLS} | NO_ARGUMENTS
    assert set(bp.__all__) <= tried


@pytest.mark.parametrize("name", CALLS)
def test_valid_arguments_are_taken(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    net().save("net.json")
    call, valid = CALLS[name]
    call()(**valid())
    plt.close("all")


@pytest.mark.parametrize("name", CALLS)
def test_an_odd_value_gets_a_sentence_that_names_the_argument(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    net().save("net.json")
    wrong = {
        f"{argument} = {odd}": found
        for where, argument, odd in cases()
        if where == name and (found := what_happens(where, argument, odd))
    }
    assert wrong == {}
