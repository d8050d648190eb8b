"""The stepper by layer: the same derivation in whole layers, matrices as pictures, any entry's own steps beside."""

from dataclasses import replace
from html import escape
from typing import Any

import numpy as np
import traitlets

from ...derivation.derive import Derivation
from ...derivation.derive_layers import LayerDerivation, check_named
from ...formula.digits import MOST_DIGITS, check_digits
from ...formula.grammar import grammar
from ...networks.arrays import Array
from ...networks.exercise import Exercise
from ...networks.names import LOSS, Use
from ...networks.network import Network
from ...steps.notation import Labels, Notation, updated_label
from ...steps.step import PHASES
from ...steps.whole import Whole
from ...views.heatmap import heat_maps
from ...views.layer_program import layer_program
from ...views.layers import equation, in_words, is_small, largest, layers_text
from ...views.layout import label_box
from ...views.mathml import mathml
from ...views.text import text
from ...words.catalogue import say, words
from ...words.validation import one_of, positive_number, whole_number, wrong_type
from ..shared.linked import Row, counts, link_rules
from ..shared.refusing import Checked, Kept, refusing
from ..shared.shown import synced
from ..stepper.away import TakesAway, open_pieces
from ..stepper.stepper import Stepper
from .course import Course, most_iterations
from .entries import Patterns
from .places import places
from .script import matrices, rows

#: Of a larger network the page would be larger than ten megabytes.
MOST_BY_LAYER = 1_000_000

#: Of the entries of a matrix, and of the terms of a sum, so many are named.
NAMED = 3

#: A page without Python has the programs of networks with so many parameters.
MOST_OPEN = 500

#: What a link to a page can hide, each with the fold that it is.
HIDEABLE = {"entry": "entry", "draw": "draw", "editor": "numbers", "code": "away", "update": "", "present": ""}


class LayerStepper(TakesAway, Stepper, by="layer"):
    """A `Stepper` in whole layers, for networks that are too large to be drawn unit by unit.

    It has all that a `Stepper` has, and takes up to a million parameters, each in one place but for a
    layer's shared bias.  A press on an entry of a matrix opens the derivation of that parameter, of that unit's largest
    gradient, or of that input's.  Setting `network` starts over with it.

    Attributes
    ----------
    sample : int
        In a batch: which sample the entries beside are of, from 1.
    entry : Derivation
        The derivation of `wrt` that is shown beside.

    Examples
    --------
    >>> from bpviz import initialise
    >>> net = initialise((20, 30, 2), seed=1)
    >>> stepper = LayerStepper(net, np.linspace(0, 1, 20), [0, 1])
    >>> stepper.wrt = "w1[5,10]"
    >>> len(stepper.entry.steps), round(stepper.entry.value, 6)
    (7, -0.003537)
    """

    _sheets = ("shared/widget", "stepper/stepper", "layers/layers")

    _hint = "step"

    step: Any = Checked(0, lambda self, value: whole_number(value, "step", 0, max(len(self._rows) - 1, 0)))
    wrt: Any = traitlets.TraitType("").tag(sync=True)
    sample: Any = Checked(1, lambda self, value: whole_number(value, "sample", 1, self._course.start.n_samples))
    iteration: Any = Checked(
        0, lambda self, value: whole_number(value, "iteration", 0, most_iterations(self._course.start))
    )
    learning_rate: Any = Checked(0.5, lambda _, value: positive_number(value, "learning_rate"))
    digits: Any = Checked(6, lambda _, value: check_digits(value))

    _changes: Any = Kept([])
    _given, _matrices, _patterns, _named, _advance = synced(traitlets.Dict, 5)
    _weights, _biases, _gradients = synced(traitlets.Dict, 3)  # by layer
    _classes: Any = traitlets.Bool(False).tag(sync=True)  # whether one of the outputs is to be 1
    _rows, _picture, _headings, _frozen = synced(traitlets.List, 4)
    _program, _loss, _answer = synced(traitlets.Unicode, 3)
    _batch: Any = traitlets.Int(0).tag(sync=True)  # how many samples; 0 outside a batch
    _words = traitlets.Dict(words("page", "stepper", "layers", "away")).tag(sync=True)
    _grammar = traitlets.Dict(grammar()).tag(sync=True)
    _bounds, _link = synced(traitlets.Dict, 2)

    def _checked_image(self, image: Any, given: Exercise) -> tuple[int, int] | None:
        if image is None:
            return None
        if not isinstance(image, (tuple, list)) or len(image) != 2:
            raise wrong_type(image, "image", "a pair (rows, columns)")
        n = given.network.sizes[0]
        shape = whole_number(image[0], "image", 1, MOST_BY_LAYER), whole_number(image[1], "image", 1, MOST_BY_LAYER)
        if shape[0] * shape[1] != n:
            raise ValueError(f"image has {shape[0]} times {shape[1]} places, but the network has {n} inputs")
        return shape

    def _made_with(self, given: Exercise) -> dict[str, Any]:
        if (count := len(given.network.layout)) > MOST_BY_LAYER:
            raise ValueError(f"net must have at most {MOST_BY_LAYER:,} parameters, not {count:,}")
        check_named(given)
        if given.optimiser is not None:
            raise ValueError("optimiser is for a stepper by unit; by layer, updates are plain; try by='unit'")
        self._ready = False
        self._course = Course(given, [])
        _ = LayerDerivation.of(given, self._notation)  # refuses parameters in several places
        return {"network": given.network}

    def _begin(self, wrt: str | None) -> None:
        start = self._course.start
        net = start.network
        layers = self.derivation
        self._ready = False
        with self.hold_sync():
            self._title = say("titles.stepper", sizes="-".join(map(str, net.sizes)))
            self._headings = [say(f"phases.{phase}") for phase in PHASES]
            self._given = {name: _packed(layers.values[name]) for name in _given_matrices(layers)}
            self._rows, self._matrices, self._program = rows(layers), matrices(layers), layer_program(layers)
            self._patterns, self._named = Patterns(layers).all(), _named(net, self._notation)
            self._advance = {
                Whole(kind, l).name: Whole(f"{kind}_new", l).name for kind, l in _parameter_matrices(layers)
            }
            self._picture, self._batch = list(self._image or ()), start.n_samples if start.is_batch else 0
            layered = ("weights", "biases", "weight_gradient")
            by_layer = ({str(l): Whole(kind, l).name for l in range(1, net.depth + 1)} for kind in layered)
            self._weights, self._biases, self._gradients = by_layer
            targets = start.columns[1]
            self._classes = bool(
                len(targets) > 1 and np.isin(targets, (0, 1)).all() and (targets.sum(axis=0) == 1).all()
            )
            self._answer = Whole("out", net.depth).name
            self._frozen, self._loss = sorted(start.frozen), self._notation.label(LOSS, net.sizes).base
            self._bounds = {"digits": [1, MOST_DIGITS], "iteration": [0, most_iterations(start)], "named": NAMED}
            shown: tuple[Row, Row] = ("step", "step", 0, None), ("sample", "sample", 1, start.n_samples)
            self._link = link_rules(HIDEABLE, ["wrt"], *shown, *counts(most_iterations(start)))
            self.wrt = wrt or _steepest(layers)
        self._ready = True

    def complete(self) -> None:
        """Put the programs of a small network into the page, which has no Python to write them."""
        if len(self._start_network.layout) <= MOST_OPEN:
            self._open = open_pieces(self.given, places(self.given))

    # --- what it shows ---

    @property
    def _start_network(self) -> Network:
        return self._course.start.network

    @property
    def given(self) -> Exercise:
        """Network, sample and learning rate at this iteration."""
        return self._course.at(int(self.iteration))

    @property
    def derivation(self) -> LayerDerivation:
        """The derivation that is shown, at this iteration."""
        return LayerDerivation.of(self.given, self._notation)

    @property
    def entry(self) -> Derivation:
        """The derivation of `wrt` in this sample, at this iteration."""
        return self.derivation.entry(self.wrt, int(self.sample))

    def _change(self, **values: Any) -> None:
        self._changes = self._course.changed(int(self.iteration), **values).changes

    # --- what may be set, and what follows ---

    @traitlets.validate("wrt")
    def _valid_wrt(self, proposal: Any) -> str:
        with refusing():
            return one_of(proposal["value"], "wrt", self._course.start.network.layout.first_slot)

    @traitlets.validate("iteration")
    def _valid_iteration(self, proposal: Any) -> int:
        with refusing():
            self._course.at(proposal["value"])
            return int(proposal["value"])

    @traitlets.validate("_changes")
    def _valid_changes(self, proposal: Any) -> list[Any]:
        with refusing():
            if proposal["value"] != self._course.changes:
                self._course = self._course.following(proposal["value"])
            return self._course.changes

    @traitlets.observe("_changes", "iteration")
    def _follow_given(self, _change: Any) -> None:
        if self._ready:
            with self.hold_sync():
                self.network = self.given.network
                self.learning_rate = self.given.rate

    @traitlets.observe("network")
    def _follow_network(self, change: Any) -> None:
        if not self._ready or change["new"] == self.given.network:
            return
        self._course = Course(replace(self.given, network=change["new"]), [])
        with self.hold_sync():
            self._changes, self.iteration = [], 0
            layers = self.derivation
            self._given = {name: _packed(layers.values[name]) for name in _given_matrices(layers)}

    # --- without a kernel ---

    def __repr__(self) -> str:
        layers = self.derivation
        step = layers.steps[self.step]
        name, *_, value = equation(layers, step, self.digits)
        last = len(layers.steps) - 1
        shown = f"{text(name)} = {text(value)}"
        where = f"iteration={self.iteration}, step={self.step} of 0..{last}"
        return f"Stepper(by='layer', wrt={self.wrt!r}, {where}: {shown})"

    def snapshot(self) -> str:
        """The step that is shown, as HTML that needs no script, no style sheet and no MathML."""
        layers = self.derivation
        step = layers.steps[self.step]
        where = say("snapshots.where", phase=say(f"phases.{step.phase}"), step=self.step + 1, count=len(layers.steps))
        names = [name for name in (*layers.uses(step.expression), step.name) if name in layers.values]
        drawn = {name: layers.values[name] for name in names if np.isfinite(layers.values[name]).all()}
        pictures = {text(label_box(layers.label(name))): value for name, value in drawn.items() if value.size > 1}
        images = "".join(heat_maps([value], [title], columns=1)._repr_html_() for title, value in pictures.items())
        told = "" if is_small(step.value) else f"<p>{escape(in_words(step.value, self.digits))}</p>"
        return (
            f"<p><b>{escape(where)}</b>: {escape(step.sentence)}</p>"
            f"<p><code>{escape(layers_text(layers, [step], self.digits).splitlines()[1].strip())}</code></p>"
            f"{told}<p>{images}</p>"
        )


def _parameter_matrices(layers: LayerDerivation) -> list[tuple[str, int]]:
    depth = layers.network.depth
    pairs = [(kind, l) for l in range(1, depth + 1) for kind in ("weights", "biases")]
    return [(kind, l) for kind, l in pairs if Whole(kind, l).name in layers.values]


def _given_matrices(layers: LayerDerivation) -> list[str]:
    """What a page computes everything else from."""
    computed = layers.by_name
    return [name for name in layers.values if name not in computed]


def _packed(value: Array) -> dict[str, Any]:
    """A matrix as a page reads it."""
    rows, columns = value.shape
    return {"rows": rows, "columns": columns, "data": np.ascontiguousarray(value, dtype="<f8").tobytes()}


def _steepest(layers: LayerDerivation) -> str:
    """The weight of the first layer with the largest gradient."""
    gradient = layers.values[Whole("weight_gradient", 1).name]
    ((row, column),) = largest(gradient, 1)
    return layers.network.name_at(Use(1, row, column))


def _named(net: Network, notation: Notation) -> dict[str, Any]:
    """What parameters are called, by their places: a pattern, or where a person named them, every name and label."""
    if net.layout.is_default:
        return {}
    labels, names = Labels(notation, net), dict[str, Any]()
    for use in net.layout.all_uses():
        name = net.layout.name_at(use)
        matrix = Whole("biases" if use.source is None else "weights", use.layer).name
        label = labels.parameter(name)
        written = [mathml(label_box(each)) for each in (label, updated_label(label))]
        names.setdefault(name, [matrix, use.to, use.source or 0, *written])
    return names
