# The public names and where each lives.  Type checkers read it, and `__init__.py` loads by it.

from . import articles as articles
from .calculus.mistakes import MISTAKES as MISTAKES
from .calculus.passes import backward as backward
from .calculus.passes import forward as forward
from .calculus.passes import update as update
from .calculus.symbols import symbolic as symbolic
from .derivation.compiled import compiled as compiled
from .derivation.derive import derive as derive
from .derivation.derive_layers import derive_layers as derive_layers
from .derivation.theorems import proof as proof
from .networks.activations import ACTIVATIONS as ACTIVATIONS
from .networks.activations import activation as activation
from .networks.datasets import digits as digits
from .networks.datasets import iris as iris
from .networks.initialising import hidden_size as hidden_size
from .networks.initialising import initialise as initialise
from .networks.initialising import min_max as min_max
from .networks.losses import LOSSES as LOSSES
from .networks.network import Network as Network
from .publish.export import export_html as export_html
from .publish.worksheets import worksheet as worksheet
from .teaching.asking import ask as ask
from .teaching.doctor import diagnose as diagnose
from .teaching.variants import variant as variant
from .training.adaptive_rate import AdaptiveRate as AdaptiveRate
from .training.descend import descend as descend
from .training.train import train as train
from .views.curves import error_curve as error_curve
from .views.diagram import diagram as diagram
from .views.figure import figure as figure
from .views.heatmap import heat_maps as heat_maps
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
from .widgets.steppers import Stepper as Stepper
from .widgets.trainer.trainer import Trainer as Trainer

__version__: str
