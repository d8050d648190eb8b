"""Backpropagation, one chain-rule factor at a time: in names, in formulas and in numbers."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

#: Where each public name lives.  Modules are loaded when a name is first used, so ``import bpviz`` stays quick.
_HOMES = {
    "Network": "networks.network",
    "activation": "networks.activations",
    "ACTIVATIONS": "networks.activations",
    "LOSSES": "networks.losses",
    "forward": "calculus.passes",
    "backward": "calculus.passes",
    "update": "calculus.passes",
    "symbolic": "calculus.symbols",
    "derive": "derivation.derive",
    "MISTAKES": "calculus.mistakes",
    "iris": "networks.datasets",
    "proof": "derivation.theorems",
    "descend": "calculus.descent",
    "diagnose": "teaching.doctor",
    "diagram": "views.diagram",
    "AdaptiveRate": "calculus.training",
    "train": "calculus.training",
    "initialise": "networks.initialising",
    "hidden_size": "networks.initialising",
    "min_max": "networks.initialising",
    "error_curve": "views.curves",
    "plot_activations": "views.plots",
    "plot_fit": "views.plots",
    "plot_regions": "views.plots",
    "confusion": "views.plots",
    "activation_table": "views.plots",
    "figure": "views.figure",
    "Stepper": "widgets.stepper.stepper",
    "Quiz": "widgets.quiz.quiz",
    "worksheet": "publish.worksheets",
    "Trainer": "widgets.trainer.trainer",
    "ActivationExplorer": "widgets.explorers.activation_explorer",
    "LossSurface": "widgets.explorers.loss_surface",
    "DepthExplorer": "widgets.explorers.depth_explorer",
    "NetworkBuilder": "widgets.builder.network_builder",
    "ask": "teaching.questions",
    "variant": "teaching.variants",
    "export_html": "publish.export",
    "ProofStepper": "widgets.stepper.proof_stepper",
}
_MODULES = ("articles",)

__all__ = [*_HOMES, *_MODULES]

if TYPE_CHECKING:
    from . import articles as articles
    from .calculus.descent import descend as descend
    from .calculus.mistakes import MISTAKES as MISTAKES
    from .calculus.passes import backward as backward
    from .calculus.passes import forward as forward
    from .calculus.passes import update as update
    from .calculus.symbols import symbolic as symbolic
    from .calculus.training import AdaptiveRate as AdaptiveRate
    from .calculus.training import train as train
    from .derivation.derive import derive as derive
    from .derivation.theorems import proof as proof
    from .networks.activations import ACTIVATIONS as ACTIVATIONS
    from .networks.activations import activation as activation
    from .networks.datasets import iris as iris
    from .networks.initialising import hidden_size as hidden_size
    from .networks.initialising import initialise as initialise
    from .networks.initialising import min_max as min_max
    from .networks.losses import LOSSES as LOSSES
    from .networks.network import Network as Network
    from .publish.export import export_html as export_html
    from .publish.worksheets import worksheet as worksheet
    from .teaching.doctor import diagnose as diagnose
    from .teaching.questions import ask as ask
    from .teaching.variants import variant as variant
    from .views.curves import error_curve as error_curve
    from .views.diagram import diagram as diagram
    from .views.figure import figure as figure
    from .views.plots import activation_table as activation_table
    from .views.plots import confusion as confusion
    from .views.plots import plot_activations as plot_activations
    from .views.plots import plot_fit as plot_fit
    from .views.plots import plot_regions as plot_regions
    from .widgets.builder.network_builder import NetworkBuilder as NetworkBuilder
    from .widgets.explorers.activation_explorer import ActivationExplorer as ActivationExplorer
    from .widgets.explorers.depth_explorer import DepthExplorer as DepthExplorer
    from .widgets.explorers.loss_surface import LossSurface as LossSurface
    from .widgets.quiz.quiz import Quiz as Quiz
    from .widgets.stepper.proof_stepper import ProofStepper as ProofStepper
    from .widgets.stepper.stepper import Stepper as Stepper
    from .widgets.trainer.trainer import Trainer as Trainer


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    elif name in _MODULES:
        value = import_module(f".{name}", __name__)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
