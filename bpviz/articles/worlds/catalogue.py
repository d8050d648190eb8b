"""The worlds by the names that claims know them by."""

from collections.abc import Callable
from functools import cache

import numpy as np

from .article_2 import class_world, example_world, matrix_world, two_layer_world
from .article_3 import two_two_one_world
from .article_4 import training_world, two_three_two_world
from .layered import batch_world, chain_world, network_world
from .tools import World


@cache
def _functions() -> list[World]:
    return [{"x": np.float64(x), "A": np.float64(1.7), "B": np.float64(0.6)} for x in (-2.3, -0.4, 0.7, 1.9)]


WORLDS: dict[str, Callable[[], list[World]]] = {
    "networks": lambda: [network_world((3, 4, 2, 3), 1), network_world((2, 2, 2, 2), 2)],
    "functions": _functions,
    "batches": lambda: [batch_world(1), batch_world(2)],
    "2-2-1": lambda: [two_two_one_world()],
    "2-3-2": lambda: [two_three_two_world(1), two_three_two_world(2)],
    "2-3-2-1": lambda: [matrix_world(1), matrix_world(2)],
    "two layers": lambda: [two_layer_world(1), two_layer_world(2)],
    "example": lambda: [example_world()],
    "class": lambda: [class_world(1), class_world(2)],
    "chain": lambda: [chain_world(1), chain_world(2)],
    "training": lambda: [training_world()],
}
