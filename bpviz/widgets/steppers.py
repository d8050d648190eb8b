"""The stepper with both of its kinds."""

from .layers.layer_stepper import LayerStepper
from .stepper.stepper import Stepper
from .stepper.unit_stepper import UnitStepper

__all__ = ["LayerStepper", "Stepper", "UnitStepper"]
