"""Asking for a quantity: what may be asked, about which numbers."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from .. import articles
from ..articles.example import Example
from ..calculus.passes import gradients
from ..networks.exercise import Exercise, exercise
from ..networks.names import LOSS, Symbol, gradient, ratio, updated
from ..networks.network import Network
from ..words.validation import listed, of_type, one_of
from .questions import Question
from .variants import friendly

#: A network that is asked about has at most so many parameters and layers.
MOST_ASKED, DEEPEST = 500, 50


def ask(
    quantity: str,
    example: str | Example = "2-3-2",
    *,
    net: Network | None = None,
    x: Any = None,
    target: Any = None,
    learning_rate: float | None = None,
    seed: int | None = None,
) -> Question:
    """Ask for one quantity: a factor, a delta, a gradient, an updated parameter, or anything on the way there.

    Parameters
    ----------
    quantity : str
        Its name as `derive` has it: ``"net_h1"``, ``"dout_o1/dnet_o1"``, ``"delta_h1"``, ``"dE_total/dw7"``,
        ``"w7_new"``, ...
    example : str or Example
        The network and sample it is about.
    net, x, target : Network and arrays, optional
        A network and sample of your own instead; it has at most 500 parameters and 50 layers.
    learning_rate : float, optional
        The example's own, or 0.5, unless told otherwise.
    seed : int, optional
        With it the numbers are replaced by friendly ones, drawn from this seed.

    Raises
    ------
    ValueError, TypeError
        With one sentence naming the argument.

    Examples
    --------
    >>> question = ask("delta_h1", seed=2)
    >>> question
    What is the delta delta_h1?
    >>> question.hint()
    'The delta of h1, dE/dnet: what came back, times the slope of sigmoid.'
    >>> question.hint()
    'delta_h1 = dE_total/dout_h1 · dout_h1/dnet_h1'
    """
    return question_about(quantity, posed(example, net, x, target, learning_rate), seed)


def posed(example: str | Example, net: Network | None, x: Any, target: Any, learning_rate: float | None) -> Exercise:
    """The exercise that questions are about: an example's, or one of the asker's own, checked."""
    if net is None:
        if x is not None or target is not None:
            raise ValueError("x and target need net; without it the example's own are used")
        of_type(example, (str, Example), "example", "an Example or its name")
        named = isinstance(example, str)
        chosen = articles.EXAMPLES[one_of(example, "example", articles.EXAMPLES)] if named else example
        assert isinstance(chosen, Example)
        net, x, target = chosen.network, chosen.x, chosen.target
        learning_rate = chosen.learning_rate if learning_rate is None else learning_rate
    if isinstance(net, Network) and (len(net.layout) > MOST_ASKED or net.depth > DEEPEST):
        raise ValueError(
            f"net must have at most {MOST_ASKED} parameters and {DEEPEST} layers to be asked about, not "
            f"{len(net.layout):,} and {net.depth}: every usual mistake is tried"
        )
    given = exercise(net, x, target, 0.5 if learning_rate is None else learning_rate).in_float64()
    if given.is_batch:
        raise ValueError(f"x must be one sample (1-D), but it has shape {given.x.shape}")
    _ = gradients(given)  # refuses numbers that grow too large
    return given


def question_about(quantity: str, given: Exercise, seed: int | None = None) -> Question:
    """The question about an exercise that is checked already, with friendly numbers where there is a seed."""
    question = Question(quantity, given if seed is None else friendly(given, seed))
    if not np.isfinite(question.expected):
        raise ValueError(f"quantity: {quantity} has no finite value with these numbers, so it cannot be asked for")
    return question


def questions_about(quantities: Iterable[str], given: Exercise, seed: int | None = None) -> list[Question]:
    """The questions about an exercise; a refusal names the argument `questions`."""
    try:
        return [question_about(quantity, given, seed) for quantity in quantities]
    except ValueError as error:
        raise ValueError(re.sub("^quantity", "questions", str(error))) from None


def quantities_given(questions: Any) -> list[str]:
    """`questions` as a list of names of quantities, at least one."""
    names = [of_type(one, str, "questions", "names") for one in listed(questions, "questions", "a list of names")]
    if not names:
        raise ValueError("questions must hold at least one name")
    return names


def one_of_each(given: Exercise) -> list[str]:
    """A question of each kind: from the first net input to the update of a weight that is furthest from the error."""
    net, last = given.network, given.network.depth
    first_weight, last_weight = net.weight_name(1, 0, 0), net.weight_name(last, 0, 0)
    out = Symbol("out", last)
    asked = [Symbol("net", 1), Symbol("out", 1), Symbol("loss_part", last), ratio(LOSS, out)]
    asked += [ratio(out, Symbol("net", last)), Symbol("delta", last), gradient(last_weight), updated(last_weight)]
    if last > 1:
        asked += [Symbol("delta", 1), gradient(first_weight), updated(first_weight)]
    return [net.name_of(symbol) for symbol in asked]
