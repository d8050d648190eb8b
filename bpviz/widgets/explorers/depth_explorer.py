"""Why gradients vanish: their size in every layer, for depth, width, activation and initialisation."""

from functools import cache
from typing import Any

import numpy as np
import traitlets

from ...calculus.passes import errors_back, run
from ...calculus.twin import Twin
from ...networks.activations import activation as find_activation
from ...networks.initialising import draw_weights
from ...networks.losses import loss as find_loss
from ...words.catalogue import say, words
from ...words.validation import one_of, whole_number
from ..shared.linked import Part, link_rules
from ..shared.refusing import Checked
from ..shared.shown import Shown

DEPTHS = (2, 4, 8, 16, 30)
WIDTHS = (2, 10, 50)
FUNCTIONS = ("sigmoid", "tanh", "relu", "elu", "linear")
METHODS = ("xavier", "he", "gaussian", "uniform")
CHOICES: dict[str, tuple[str | int, ...]] = {
    "depth": DEPTHS, "width": WIDTHS, "activation": FUNCTIONS, "initialisation": METHODS
}  # fmt: skip

#: Samples that the sizes are averaged over.
N_SAMPLES = 32

#: Smaller than this counts as nothing at all.
LEAST = 1e-30


#: A gradient that is so many times smaller, or larger, in the first layer than in the last vanishes, or explodes.
FACTOR = 1000


class DepthExplorer(Shown):
    """See how large the gradient is in every layer, and which factor makes it shrink or grow.

    Going back by one layer multiplies the size of the delta by two factors: what the weights do to it, and what the
    slopes of the activation do.  The sizes are root mean squares over the units and over 32 random samples.

    Parameters
    ----------
    seed : int
        Where the random weights and samples come from.

    Attributes
    ----------
    depth : int
        Layers with weights: 2, 4, 8, 16 or 30.
    width : int
        Units in each: 2, 10 or 50.
    activation : str
    initialisation : str
        ``"xavier"``, ``"he"``, ``"gaussian"`` (standard deviation 0.1) or ``"uniform"`` (from -1 to 1).
    layer : int
        The layer down to which the factors are listed, from 1; the last one where there are fewer.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> explorer = DepthExplorer()
    >>> explorer.activation, explorer.depth = "sigmoid", 16
    >>> explorer.sizes[0] < 1e-6 * explorer.sizes[-1]
    True
    """

    _sheets = ("shared/widget", "explorers/depth")

    depth: Any = Checked(8, lambda _, value: _chosen(value, "depth", DEPTHS))
    width: Any = Checked(10, lambda _, value: _chosen(value, "width", WIDTHS))
    activation: Any = Checked("sigmoid", lambda _, value: one_of(value, "activation", FUNCTIONS))
    initialisation: Any = Checked("xavier", lambda _, value: one_of(value, "initialisation", METHODS))

    layer: Any = Checked(1, lambda _, value: whole_number(value, "layer", 1, DEPTHS[-1]))

    _choices = traitlets.Dict({name: list(values) for name, values in CHOICES.items()}).tag(sync=True)
    _link = traitlets.Dict(
        link_rules(
            {"present": "", "verdict": ""},
            [],
            ("layer", "layer", 1, DEPTHS[-1]),
            parts=[Part(name, name, list(values)) for name, values in CHOICES.items()],
        )
    ).tag(sync=True)
    _hint = "depth"
    _words = traitlets.Dict(words("page", "depth")).tag(sync=True)
    _profiles = traitlets.Dict().tag(sync=True)
    _verdicts = traitlets.Dict().tag(sync=True)

    def __init__(self, seed: int = 0) -> None:
        self._seed = whole_number(seed, "seed", 0, 2**63 - 1)
        super().__init__(_title=say("titles.depth"))
        self._profiles = {
            f"{f} {method} {width} {depth}": [
                [_short(value) for value in row] for row in self._profile(f, method, width, depth)
            ]
            for f in FUNCTIONS
            for method in METHODS
            for width in WIDTHS
            for depth in DEPTHS
        }

        self._verdicts = {key: _verdict([row[0] for row in rows]) for key, rows in self._profiles.items()}

    def _profile(self, function: str, method: str, width: int, depth: int) -> list[tuple[float, float, float, float]]:
        return profile(function, method, width, depth, self._seed)

    @property
    def layers(self) -> list[tuple[float, float, float]]:
        """For every layer, the first one first: the size of its deltas, and the factors of the weights and the slopes.

        The size is that of the layer ahead times the two factors; the last layer has factors of 1.
        """
        rows = self._profile(self.activation, self.initialisation, int(self.width), int(self.depth))
        return [(row[0], row[1], row[2]) for row in rows]

    @property
    def sizes(self) -> list[float]:
        """The size of the deltas of every layer, the first one first."""
        return [size for size, _, _ in self.layers]

    @property
    def verdict(self) -> str:
        """What becomes of the gradient on its way: it "vanishes", "explodes" or "arrives"."""
        return _verdict(self.sizes)

    def __repr__(self) -> str:
        sizes = self.sizes
        return (
            f"DepthExplorer({self.depth} layers of {self.width}, {self.activation}, {self.initialisation}: "
            f"delta {sizes[-1]:.2g} in the last layer, {sizes[0]:.2g} in the first)"
        )

    def snapshot(self) -> str:
        """The sizes, as HTML that needs no script."""
        chosen = f"{self.activation}, {self.initialisation}"
        told = say("snapshots.depth_of", depth=self.depth, width=self.width, chosen=chosen)
        told += say("depth.picture", last=f"{self.sizes[-1]:.2g}", first=f"{self.sizes[0]:.2g}")
        rows = "".join(f"<tr><td>{n}</td><td>{size:.2g}</td></tr>" for n, size in enumerate(self.sizes, start=1))
        return f"<p>{told}</p><table><tr><th>{say('depth.layer')}</th><th>{say('depth.size')}</th></tr>{rows}</table>"


@cache
def profile(function: str, method: str, width: int, depth: int, seed: int) -> list[tuple[float, float, float, float]]:
    """For every layer of a random network: size of its deltas, factors of weights and slopes, log10 of the size."""
    weights = draw_weights([width] * (depth + 1), method, np.random.default_rng(seed))
    rng = np.random.default_rng([seed, 1])
    functions = tuple(find_activation(function) for _ in weights)
    net = Twin(tuple(weights), (None,) * depth, functions, find_loss("half_squared_error"))
    x = rng.normal(size=(width, N_SAMPLES))
    z, a = run(net, x)
    target = a[-1] - rng.normal(size=a[-1].shape)  # so that every network starts its way back with an error alike
    delta, _, _ = errors_back(net, z, a, target)

    def size(array: Any) -> float:
        return float(np.sqrt(np.mean(array**2)))

    rows = []
    for l in range(depth):
        behind = size(delta[l])
        if l == depth - 1:
            by_weights = by_slopes = 1.0
        else:
            sent = size(net.weights[l + 1].T @ delta[l + 1])
            ahead = size(delta[l + 1])
            by_weights = sent / ahead if ahead else 0.0
            by_slopes = behind / sent if sent else 0.0
        rows.append((behind, by_weights, by_slopes, float(np.log10(max(behind, LEAST)))))
    return rows


def _verdict(sizes: list[float]) -> str:
    """Whether the deltas lose or gain a factor of a thousand between the last layer and the first."""
    if sizes[0] < sizes[-1] / FACTOR:
        return say("depth.vanishes")
    return say("depth.explodes" if sizes[0] > sizes[-1] * FACTOR else "depth.arrives")


def _short(value: float) -> float:
    """Enough digits to be shown."""
    return float(f"{value:.8g}")


def _chosen(value: Any, argument: str, choices: tuple[int, ...]) -> int:
    number = whole_number(value, argument, choices[0], choices[-1])
    if number not in choices:
        raise ValueError(f"{argument} must be one of {', '.join(map(str, choices))}, not {number}")
    return number
