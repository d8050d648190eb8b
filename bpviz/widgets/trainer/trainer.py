"""Training as a film: every epoch of one run or two, on the curve, on the drawing, and sample by sample."""

from html import escape
from typing import Any

import numpy as np
import traitlets

from ...calculus.history import History
from ...calculus.passes import backward, forward
from ...derivation.derive import derive
from ...networks.arrays import alike, batch
from ...networks.names import Symbol
from ...views.chart import line_chart
from ...views.decisions import rightness
from ...views.diagram import drawings
from ...views.javascript import program
from ...views.picture import LINES
from ...words.catalogue import say, words
from ...words.validation import of_type, shorten, whole_number
from ..shared.linked import link_rules
from ..shared.refusing import Checked
from ..shared.shown import Shown, synced
from ..stepper.program import drawn
from ..stepper.stepper import MOST_PARAMETERS
from ..stepper.unit_stepper import UnitStepper

#: The page's stepper shows the whole batch's update where it is at most so many samples; else one sample's.
LARGEST_BATCH = 4

#: The error curves in these sizes, width and height in pixels; a page takes the first whose type can be read there.
CHARTS = ((640, 520), (640, 260), (460, 300), (330, 150))
ALONE = 1
PLACES = ("svg", "left", "right", "top", "bottom", "width", "height", "least")

#: So many samples are listed one by one.
MOST_LISTED = 60


class Trainer(Shown):
    """Replay training: play, pause, go to any epoch, and open the stepper on its network and gradient.

    Parameters
    ----------
    x, target : arrays of shape (n_samples, n_in) and (n_samples, n_out)
        What was trained on.
    **runs : History
        One or two results of `train`, each under the name it is shown by; their networks may differ in numbers only,
        and have at most 200 parameters.

    Attributes
    ----------
    epoch : int
        Which epoch is shown, from 0.
    sample : int
        Which sample's activations are on the drawing, from 0.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> from bpviz import initialise, train
    >>> net = initialise((2, 3, 1), seed=1)
    >>> xor = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    >>> trainer = Trainer(*xor, slow=train(net, *xor, epochs=20), fast=train(net, *xor, epochs=20, learning_rate=2))
    >>> trainer.epoch = 20
    >>> trainer
    Trainer(epoch 20 of 20: slow E = 0.125477, fast E = 0.124854)
    """

    _sheets = ("shared/widget", "stepper/stepper", "trainer/trainer")

    _hint = "trainer"
    _words = traitlets.Dict(words("page", "stepper", "editor", "drawing", "nudge", "trainer")).tag(sync=True)

    epoch: Any = Checked(0, lambda self, value: whole_number(value, "epoch", 0, self.epochs))
    sample: Any = Checked(0, lambda self, value: whole_number(value, "sample", 0, len(self._data[0]) - 1))

    _runs, _films, _samples, _names, _outputs, _inputs, _steppers, _targets, _drawings = synced(traitlets.List, 9)
    _charts, _drawn, _link = synced(traitlets.Dict, 3)
    _program: Any = traitlets.Unicode().tag(sync=True)
    _listed: Any = traitlets.Int().tag(sync=True)
    _whole: Any = traitlets.Bool().tag(sync=True)
    _curve: Any = traitlets.Bool().tag(sync=True)
    _answers: Any = traitlets.List(allow_none=True).tag(sync=True)

    def __init__(self, x: Any, target: Any, **runs: History) -> None:
        if not 1 <= len(runs) <= 2:
            raise ValueError(f"runs must be one or two results of train(), each under a name, not {len(runs)}")
        for name, history in runs.items():
            of_type(history, History, name, "what train() returns")
        net = next(iter(runs.values())).start
        for name, history in runs.items():
            alike(history.start, net, name)
        if (count := len(net.layout)) > MOST_PARAMETERS:
            raise ValueError(
                f"runs must be of a network of at most {MOST_PARAMETERS} parameters, as it is drawn unit by unit, not "
                f"of {count:,}; error_curve() shows any, and Stepper(..., by='layer') each of its updates"
            )
        xs, targets = batch(net, x, target)
        for name, history in runs.items():
            _trained_on(history, xs, targets, name)
        self._data, self._histories = (xs, targets), dict(runs)
        super().__init__(_title=say("titles.trainer"))
        derivation = derive(net, xs[0], targets[0])
        forward_steps = [step for step in derivation.steps if step.phase in ("forward", "loss")]
        given = derivation.exercise.symbols
        self._names = [*given, *(step.name for step in forward_steps)]
        place = {name: n for n, name in enumerate(self._names)}
        outputs = [net.name_of(Symbol("out", net.depth, j)) for j in range(net.sizes[-1])]
        self._inputs = [n for n, symbol in enumerate(given.values()) if symbol.kind in ("input", "target")]
        self._targets = [n for n, symbol in enumerate(given.values()) if symbol.kind == "parameter"]
        self._outputs = [place[name] for name in outputs]
        self._drawn = drawn(net, place, None)
        self._program = program({**LINES, **rightness(len(outputs))}, forward=(list(given), forward_steps))
        self._drawings = drawings(derivation, 4, apart=False)
        self._samples = [[*map(float, a), *map(float, t)] for a, t in zip(xs, targets, strict=True)]
        self._answers = _answers(targets)
        samples = ("sample", "sample", 0, len(xs) - 1)
        self._link = link_rules({"present": "", "open": ""}, ["speed", "scale"], ("epoch", "epoch", 0, None), samples)
        self._curve = len(xs) > 2 and xs.shape[1] == targets.shape[1] == 1  # drawn as a line over the data
        self._whole = len(xs) <= LARGEST_BATCH
        self._listed = min(len(xs), MOST_LISTED)
        self._charts, heights, self._picture = _charts(runs)
        self._runs = [
            {
                "name": name,
                "epochs": len(h.losses) - 1,
                "stopped": h.stopped,
                "plain": not _how(h),
                "note": _note(h, len(xs)),
            }
            for name, h in runs.items()
        ]
        self._films = [
            {
                "parameters": np.ascontiguousarray(h.every_epoch(), dtype=np.float64).tobytes(),
                "losses": np.array(h.losses).tobytes(),
                "rates": np.array(_rates(h)).tobytes(),
                **heights[name],
            }
            for name, h in runs.items()
        ]
        self._steppers = [self._page_of(name) for name in runs]

    def _page_of(self, run: str) -> dict[str, Any]:
        """The page of a run's stepper; which parameters are frozen may differ from run to run."""
        stepper = self.stepper(0, run)
        stepper.complete()
        return stepper.page_state()

    @property
    def epochs(self) -> int:
        """The last epoch of the longest run."""
        return max(len(history.losses) - 1 for history in self._histories.values())

    def stepper(self, epoch: int | None = None, run: str | None = None) -> UnitStepper:
        """The stepper on the network of an epoch, the shown one unless told otherwise.

        It shows the gradient step of the whole batch where there are at most four samples, else that of the shown
        sample: for a run in one batch without momentum or Adam, the very update that it made.
        """
        name = next(iter(self._histories)) if run is None else run
        if not isinstance(name, str) or name not in self._histories:
            raise ValueError(f"run must be one of {', '.join(self._histories)}, not {shorten(run)}")
        history = self._histories[name]
        last = len(history.losses) - 1
        at = min(int(self.epoch), last) if epoch is None else whole_number(epoch, "epoch", 0, last)
        x, target = (a if self._whole else a[int(self.sample)] for a in self._data)
        return UnitStepper(history.network_at(at), x, target, _rates(history)[at], frozen=history.frozen)

    def __repr__(self) -> str:
        told = ", ".join(
            f"{name} E = {history.losses[min(int(self.epoch), len(history.losses) - 1)]:.6g}"
            for name, history in self._histories.items()
        )
        return f"Trainer(epoch {int(self.epoch)} of {self.epochs}: {told})"

    def snapshot(self) -> str:
        """The error curves, as HTML that needs no script."""
        told = [f"<p>{say('trainer.at', epoch=int(self.epoch), count=self.epochs)}</p>"]
        for name, history in self._histories.items():
            epoch = min(int(self.epoch), len(history.losses) - 1)
            error, rate = f"{history.losses[epoch]:.6g}", f"{_rates(history)[epoch]:g}"
            told.append(f"<p><b>{escape(name)}</b>: {say('trainer.told', epoch=epoch, error=error, rate=rate)}</p>")
        return f"{''.join(told)}<p>{self._picture}</p>"


def _answers(targets: Any) -> list[int] | None:
    """The class of each sample, from 0: for yes and no in one column, or a one in each row; None for other targets."""
    if not np.isin(targets, (0, 1)).all():
        return None
    if targets.shape[1] == 1:
        return [int(value) for value in targets[:, 0]]
    return [int(row.argmax()) for row in targets] if (targets.sum(axis=1) == 1).all() else None


def _rates(history: History) -> list[float]:
    """The rate of the update after each epoch; after the last one that of the last, or 0.5 if there was none."""
    used = list(history.learning_rates)
    return [*used, used[-1] if used else 0.5]


def _how(history: History) -> str:
    """In which way the updates of a run differ from plain steps of the whole batch; empty if they do not."""
    ways = []
    if history.batch_size is not None:
        ways.append(say("trainer.each_sample" if history.batch_size == 1 else "trainer.each_batch"))
    if history.momentum:
        ways.append(say("trainer.carried", momentum=f"{history.momentum:g}"))
    if history.optimiser is not None:
        ways.append(say("trainer.by_adam"))
    return say("steps.and").join(ways)


def _trained_on(history: History, x: Any, target: Any, name: str) -> None:
    """Raise unless a run began with the error that these data have."""
    loss = float(backward(history.start, forward(history.start, x), target).loss)
    if abs(loss - history.losses[0]) > 1e-5 * max(abs(loss), 1e-12):
        raise ValueError(
            f"{name} must have been trained on x and target, but its first error is {history.losses[0]:.6g} and theirs "
            f"is {loss:.6g}"
        )


def _note(history: History, n_samples: int) -> str:
    """What the run's own update has beside the plain gradient step that the stepper shows; empty if nothing."""
    size = history.batch_size
    carried = say("trainer.also_carried", momentum=f"{history.momentum:g}") if history.momentum else ""
    carried += say("trainer.also_by_adam") if history.optimiser is not None else ""
    if n_samples <= LARGEST_BATCH and size is None:
        return say("trainer.own_gradient", carried=carried) if carried else ""
    if n_samples <= LARGEST_BATCH:
        return say("trainer.whole_batch", how=_how(history))
    if size is None:
        return say("trainer.one_of_mean", n=n_samples, carried=carried)
    return say("trainer.one_of_samples" if size == 1 else "trainer.one_of_batch", size=size, carried=carried)


def _charts(runs: dict[str, History]) -> tuple[dict[str, Any], dict[str, dict[str, bytes]], str]:
    """The error curves in both scales, how far down on them the points of each run are, and a picture of them."""
    losses = {name: history.losses for name, history in runs.items()}
    lines = dict(losses)
    for name, history in runs.items():
        if history.validation_losses:
            lines[say("trainer.validation", name=name)] = history.validation_losses
    charts: dict[str, Any] = {}
    heights: dict[str, dict[str, bytes]] = {name: {} for name in runs}
    axes = say("trainer.epoch_axis"), say("trainer.error_axis")
    for scale in ("linear", "logarithmic"):
        drawn = [line_chart(lines, *axes, scale == "logarithmic", width=w, height=h) for w, h in CHARTS]
        picture = drawn[ALONE]
        charts[scale] = [{name: getattr(chart, name) for name in PLACES} for chart in drawn]
        for name in runs:
            parts = (picture.heights[name] - picture.top) / (picture.bottom - picture.top)
            heights[name][scale] = parts.astype(np.float32).tobytes()
    return charts, heights, picture.image(say("trainer.curves"))
