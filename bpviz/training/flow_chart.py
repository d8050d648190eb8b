"""The stages that a training goes through, and their flow chart."""

from __future__ import annotations

from typing import Any

from ..views.flow import Chart, Stage, flow
from ..words.catalogue import say
from ..words.validation import real_number, truth, whole_number
from .adaptive_rate import AdaptiveRate
from .settings import adaptive_given, share


def stages(
    *, batched: bool, shuffle: bool, momentum: bool, adaptive: bool, validation: bool, goal: bool
) -> list[Stage]:
    """What `train` does with such settings, in order.

    `Course` and `Run` do it; a test holds what they do against these stages.
    """
    asked = [what for what, wanted in (("goal", goal), ("patience", validation)) if wanted]
    after = "check" if validation else "done"
    epoch, asking = "shuffle" if shuffle and batched else "take", "_".join(["done", *asked])
    found = [Stage("start", say("flow.start"), "done"), Stage("done", say(f"flow.{asking}"), "end", epoch)]
    if batched and shuffle:
        found.append(Stage("shuffle", say("flow.shuffle"), "take"))
    found += [
        Stage("take", say("flow.take_some" if batched else "flow.take_all"), "forward"),
        Stage("forward", say("flow.forward"), "backward"),
        Stage("backward", say("flow.backward"), "update"),
        Stage("update", say("flow.update_momentum" if momentum else "flow.update"), "more" if batched else "error"),
    ]
    if batched:
        found.append(Stage("more", say("flow.more"), "take", "error"))
    found.append(Stage("error", say("flow.error"), "grown" if adaptive else after))
    if adaptive:
        found += [Stage("grown", say("flow.grown"), "back", after), Stage("back", say("flow.back"), after)]
    if validation:
        found.append(Stage("check", say("flow.check"), "done"))
    return [*found, Stage("end", say("flow.end"))]


def flow_chart(
    *,
    batch_size: int | None = None,
    shuffle: bool = True,
    momentum: float = 0.0,
    adaptive: AdaptiveRate | None = None,
    goal: float | None = None,
    validation: bool = False,
) -> Chart:
    """Draw the flow chart of `train` with these settings, from the stages that it goes through.

    Articles 2 and 4 show such charts (their pictures are lost).

    Parameters
    ----------
    batch_size, shuffle, momentum, adaptive, goal
        As in `train`; None is one batch of all samples.
    validation : bool
        Whether there are samples that are not trained on.

    Returns
    -------
    Chart
        SVG text that a notebook shows as a picture.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> chart = flow_chart(batch_size=1)
    >>> "Forward" in chart, "Backward" in chart
    (True, True)
    """
    if batch_size is not None:
        whole_number(batch_size, "batch_size", 1, 10_000_000)
    if goal is not None:
        real_number(goal, "goal")
    given: dict[str, Any] = {
        "batched": batch_size is not None,
        "shuffle": truth(shuffle, "shuffle"),
        "momentum": share(momentum) > 0,
        "adaptive": adaptive_given(adaptive) is not None,
        "validation": truth(validation, "validation"),
        "goal": goal is not None,
    }
    return flow(stages(**given), say("flow.title"))
