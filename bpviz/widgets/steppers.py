"""The stepper with both of its kinds."""

from .layers.layer_stepper import LayerStepper as LayerStepper
from .stepper.stepper import Stepper as Stepper
from .stepper.unit_stepper import UnitStepper as UnitStepper
