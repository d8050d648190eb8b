"""What a program for bpviz itself needs to know."""

from dataclasses import dataclass
from typing import Any

from ..networks.exercise import Exercise
from .literals import literal
from .numbers import Numbers


@dataclass(frozen=True)
class _Float32:
    """An array that a program makes in float32."""

    values: Any

    def __repr__(self) -> str:
        return f"np.array({self.values!r}, dtype=np.float32)"


def blanks(given: Exercise, numbers: Numbers, table: dict[str, Any]) -> dict[str, Any]:
    """The blanks of its program."""
    net, is_float32 = given.network, str(given.network.dtype) == "float32"
    as_given = _Float32 if is_float32 else lambda array: array
    arguments: dict[str, Any] = {"weights": [as_given(W) for W in numbers.weights]}
    arguments["biases"] = [None if b is None else as_given(b) for b in numbers.biases]
    if all(b is None for b in net.biases):
        del arguments["biases"]
    arguments["activations"] = [f.to_dict() if f.parameters else f.name for f in net.activations]
    arguments["loss"] = net.loss.name
    if not net.layout.is_default:
        arguments["weight_names"] = [[list(row) for row in layer] for layer in net.weight_names]
        arguments["bias_names"] = [b if b is None or isinstance(b, str) else list(b) for b in net.bias_names]
    reduction = f", reduction={given.reduction!r}" if given.reduction != "mean" else ""
    frozen = f", frozen={sorted(given.frozen)!r}" if given.frozen else ""
    return {
        "shape": "-".join(map(str, net.sizes)),
        "numpy": table["float32"] if is_float32 else "",
        "arguments": "".join(f"    {name}={literal(value)},\n" for name, value in arguments.items()),
        "given_x": literal(numbers.x),
        "given_target": literal(numbers.target),
        "rate": repr(numbers.rate),
        "reduction": reduction,
        "frozen": frozen,
        "stepper": reduction + frozen,
    }
