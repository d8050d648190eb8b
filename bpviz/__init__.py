"""Backpropagation, one chain-rule factor at a time: in names, in formulas and in numbers."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

#: Where each public name lives.  Modules are loaded when a name is first used, so ``import bpviz`` stays quick.
_HOMES = {
    "Network": "network",
    "activation": "activations",
    "ACTIVATIONS": "activations",
    "LOSSES": "losses",
    "forward": "passes",
    "backward": "passes",
    "update": "passes",
    "symbolic": "symbols",
    "derive": "derivation",
    "MISTAKES": "mistakes",
    "iris": "datasets",
    "proof": "theorems",
    "descend": "training",
    "diagnose": "doctor",
    "diagram": "render.diagram",
    "AdaptiveRate": "training",
    "train": "training",
    "initialise": "initialising",
    "hidden_size": "initialising",
    "min_max": "initialising",
    "error_curve": "render.curves",
    "plot_activations": "render.plots",
    "plot_fit": "render.plots",
    "plot_regions": "render.plots",
    "confusion": "render.plots",
    "activation_table": "render.plots",
    "figure": "render.figure",
    "Stepper": "widgets.stepper",
    "Quiz": "widgets.quiz",
    "worksheet": "worksheets",
    "Trainer": "widgets.trainer",
    "ActivationExplorer": "widgets.activation_explorer",
    "LossSurface": "widgets.loss_surface",
    "DepthExplorer": "widgets.depth_explorer",
    "NetworkBuilder": "widgets.network_builder",
    "ask": "questions",
    "variant": "variants",
    "export_html": "export",
    "ProofStepper": "widgets.proof_stepper",
}
_MODULES = ("articles",)

__all__ = [*_HOMES, *_MODULES]

if TYPE_CHECKING:
    from . import articles as articles
    from .activations import ACTIVATIONS as ACTIVATIONS
    from .activations import activation as activation
    from .datasets import iris as iris
    from .derivation import derive as derive
    from .doctor import diagnose as diagnose
    from .export import export_html as export_html
    from .initialising import hidden_size as hidden_size
    from .initialising import initialise as initialise
    from .initialising import min_max as min_max
    from .losses import LOSSES as LOSSES
    from .mistakes import MISTAKES as MISTAKES
    from .network import Network as Network
    from .passes import backward as backward
    from .passes import forward as forward
    from .passes import update as update
    from .questions import ask as ask
    from .render.curves import error_curve as error_curve
    from .render.diagram import diagram as diagram
    from .render.figure import figure as figure
    from .render.plots import activation_table as activation_table
    from .render.plots import confusion as confusion
    from .render.plots import plot_activations as plot_activations
    from .render.plots import plot_fit as plot_fit
    from .render.plots import plot_regions as plot_regions
    from .symbols import symbolic as symbolic
    from .theorems import proof as proof
    from .training import AdaptiveRate as AdaptiveRate
    from .training import descend as descend
    from .training import train as train
    from .variants import variant as variant
    from .widgets.activation_explorer import ActivationExplorer as ActivationExplorer
    from .widgets.depth_explorer import DepthExplorer as DepthExplorer
    from .widgets.loss_surface import LossSurface as LossSurface
    from .widgets.network_builder import NetworkBuilder as NetworkBuilder
    from .widgets.proof_stepper import ProofStepper as ProofStepper
    from .widgets.quiz import Quiz as Quiz
    from .widgets.stepper import Stepper as Stepper
    from .widgets.trainer import Trainer as Trainer
    from .worksheets import worksheet as worksheet


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
