"""Where the weights start, how many hidden units to begin with, and how data are scaled (article 4)."""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..words.compared import Compared
from ..words.validation import (
    FloatArray,
    one_of,
    positive_number,
    real_array,
    real_number,
    shorten,
    truth,
    whole_number,
)
from .network import Network
from .network_input import MOST_LAYERS, list_given

Draw = Callable[[np.random.Generator, tuple[int, int], float], FloatArray]

#: Every way to draw the weights of a layer, of shape (n_out, n_in), from a generator and a scale.
METHODS: dict[str, Draw] = {
    "zeros": lambda rng, shape, scale: np.zeros(shape),
    "constant": lambda rng, shape, scale: np.full(shape, scale),
    "gaussian": lambda rng, shape, scale: rng.normal(0, scale, shape),
    "uniform": lambda rng, shape, scale: rng.uniform(-scale, scale, shape),
    # Variance-preserving: Glorot and Bengio 2010 for sigmoids and tanh, He et al. 2015 for ReLU.
    "xavier": lambda rng, shape, scale: rng.uniform(-1, 1, shape) * scale * math.sqrt(6 / sum(shape)),
    "he": lambda rng, shape, scale: rng.normal(0, scale * math.sqrt(2 / shape[1]), shape),
}

_SCALES = {"zeros": 0.0, "constant": 0.5, "gaussian": 0.1, "uniform": 1.0, "xavier": 1.0, "he": 1.0}


#: A network of more weights is not drawn: it would take several gigabytes to train.
MOST_WEIGHTS = 50_000_000


def draw_weights(sizes: Sequence[int], method: str, rng: np.random.Generator, scale: float | None = None) -> list[Any]:
    """The weight matrices of a network of these layer sizes, drawn as `initialise` draws them."""
    draw = METHODS[one_of(method, "method", METHODS)]
    spread = _SCALES[method] if scale is None else real_number(scale, "scale")
    if spread < 0 and method != "constant":
        raise ValueError(f"scale must not be below zero, but it is {spread:g}")
    if (count := sum(m * n for m, n in itertools.pairwise(sizes))) > MOST_WEIGHTS:
        raise ValueError(f"sizes must make at most {MOST_WEIGHTS:,} weights, but these make {count:,}")
    return [draw(rng, (n, m), spread) for m, n in itertools.pairwise(sizes)]


def initialise(
    sizes: Sequence[int],
    method: str = "xavier",
    *,
    scale: float | None = None,
    biases: bool = True,
    activations: Any = "sigmoid",
    loss: str = "half_squared_error",
    seed: int = 0,
) -> Network:
    """A network of these layer sizes with weights to start from; the biases start at 0.

    Parameters
    ----------
    sizes : sequence of int
        From the inputs to the outputs, 2 to 201 of them; at most 50,000,000 weights in all.
    method : "zeros", "constant", "gaussian", "uniform", "xavier" or "he"
        With zeros, or any constant, the units of a layer stay equal for ever (article 4).
    scale : float, optional
        The constant; the Gaussian's standard deviation (0.1); the r of uniform on [-r, r] (1); a factor for the rest.
    biases : bool
        Whether units have biases.
    seed : int
        The same seed gives the same network.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> initialise((2, 3, 1), "he", activations=["relu", "linear"], seed=1)
    Network(2-3-1, relu linear, half_squared_error, 13 parameters)
    """
    if len(given := list_given(sizes, "sizes")) < 2:
        raise ValueError(f"sizes must list at least two layer sizes, not {shorten(sizes)}")
    if len(given) > MOST_LAYERS + 1:
        raise ValueError(f"sizes must list at most {MOST_LAYERS + 1} layer sizes, not {len(given)}")
    truth(biases, "biases")
    counts = [whole_number(size, "sizes", 1, 100_000) for size in given]
    rng = np.random.default_rng(whole_number(seed, "seed", 0, 2**63 - 1))
    weights = draw_weights(counts, method, rng, scale)
    return Network(weights, [np.zeros(n) for n in counts[1:]] if biases else None, activations, loss)


def hidden_size(n_in: int, n_out: int, a: float = 5) -> int:
    """The rule of thumb of articles 2 and 4: h = sqrt(m + n) + a hidden units, with a from 1 to 10, rounded.

    Examples
    --------
    >>> hidden_size(4, 3, a=3)
    6
    """
    m, n = whole_number(n_in, "n_in", 1, 10**9), whole_number(n_out, "n_out", 1, 10**9)
    extra = real_number(a, "a")
    if not 1 <= extra <= 10:
        raise ValueError(f"a must be from 1 to 10, not {extra:g}")
    return round(math.sqrt(m + n) + extra)


@dataclass(frozen=True, eq=False)
class MinMax(Compared):
    """Scaling of each column to [low, high], with its inverse.  Made by `min_max`.

    A column whose numbers are all the same goes to `low`, and comes back as it was.
    """

    smallest: FloatArray
    largest: FloatArray
    low: float
    high: float

    def apply(self, data: Any) -> FloatArray:
        """Data of shape (n_samples, n) or (n,), scaled as the data it was made from."""
        array = self._fitting(data, "data")  # halves, so that a span from -1e308 to 1e308 is no overflow
        share = (array / 2 - self.smallest / 2) / self._half_span
        return np.asarray(self.low + share * (self.high - self.low))

    def undo(self, scaled: Any) -> FloatArray:
        """Scaled data as they were before `apply`."""
        array = self._fitting(scaled, "scaled")
        return np.asarray(self.smallest + (array - self.low) / (self.high - self.low) * self._half_span * 2)

    @property
    def _half_span(self) -> FloatArray:
        half = self.largest / 2 - self.smallest / 2
        return np.asarray(np.where(half > 0, half, 0.5))

    def _fitting(self, data: Any, argument: str) -> FloatArray:
        array = real_array(data, argument, (1, 2))
        if array.shape[-1] != len(self.smallest):
            raise ValueError(f"{argument} must have {len(self.smallest)} columns, but it has shape {array.shape}")
        return array


def min_max(data: Any, low: float = 0.0, high: float = 1.0) -> MinMax:
    """Min-max normalisation: learn each column's range from `data`, of shape (n_samples, n) (article 4).

    Examples
    --------
    >>> scaling = min_max([[1.0, 10.0], [3.0, 30.0]], -1, 1)
    >>> scaling.apply([2.0, 30.0]).tolist(), scaling.undo([0.0, 1.0]).tolist()
    ([0.0, 1.0], [2.0, 30.0])
    """
    array = real_array(data, "data", 2)
    start, end = real_number(low, "low"), real_number(high, "high")
    positive_number(end - start, "high - low")
    return MinMax(array.min(axis=0), array.max(axis=0), start, end)
