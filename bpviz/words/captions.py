"""Every sentence a learner reads beside a step, in one catalogue; a second language is a second table."""

from __future__ import annotations

ENGLISH = {
    "net": "{unit} adds up what reaches it: each incoming value times its weight{bias}.",
    "net_bias": ", plus the bias",
    "out": "{unit} passes its net input through its activation, {activation}.",
    "out_softmax": "{unit} takes its share: softmax divides its exponential by the sum over the layer.",
    "loss_part": "How wrong {unit} is: its output compared with its target.",
    "loss": "The error to bring down: the parts of all outputs together.",
    "sample_loss": "The error of sample {sample}: the parts of all its outputs together.",
    "batch_loss_mean": "The error to bring down: the mean over the {n} samples.",
    "batch_loss_sum": "The error to bring down: the sum over the {n} samples.",
    "dE_dout": "If {unit}'s output grew a little, how fast would the error change? Only its own part depends on it.",
    "dout_dnet": "If {unit}'s net input grew a little, how fast would its output change? The slope of {activation}.",
    "dout_dnet_across": "In softmax the outputs share one whole: {unit}'s net input also changes {other}'s output.",
    "dnet_dout": "If {source}'s output grew a little, {unit}'s net input would change by the weight between them.",
    "dnet_dweight": "If {parameter} grew a little, {unit}'s net input would change by what {parameter} multiplies.",
    "dnet_dbias": "{parameter} is added as it is, so {unit}'s net input changes by just as much.",
    "path": "One path from {parameter} to the error, {route}: multiply the factors along it.",
    "gradient_product": "Multiply the factors along the path: this is how fast the error changes with {parameter}.",
    "gradient_paths": "{parameter} reaches the error along {n} paths: add them up.",
    "gradient_delta": "The delta of {units} times what {parameter} multiplies there.",
    "gradient_deltas": "{parameter} is used in {n} places: the deltas there, each times what it multiplies, added up.",
    "gradient_many": "{n} paths lead from {parameter} to the error, too many to write one by one: "
    "the deltas gather them.",
    "sample_gradient": "What sample {sample} says about {parameter}.",
    "gradient_batch_mean": "The gradient of the batch: the mean over its {n} samples.",
    "gradient_batch_sum": "The gradient of the batch: the sum over its {n} samples.",
    "gathered": "The same number again, from the delta: it has gathered every path behind {units} once and for all.",
    "delta_output": "The delta of {unit}, dE/dnet: the two factors that every weight into {unit} has in common.",
    "delta_fused": "The delta of {unit}, dE/dnet: here {loss} and {activation} cancel, and the difference is left.",
    "delta_softmax": "The delta of {unit}, dE/dnet: its net input changes every output of the layer.",
    "dE_dout_hidden": "The error flows back to {unit} along its outgoing weights: each delta ahead times its weight.",
    "delta_hidden": "The delta of {unit}, dE/dnet: what came back, times the slope of {activation}.",
    "update": "Walk a step downhill: {parameter} moves against its gradient, as far as the learning rate says.",
    "frozen": "{parameter} is frozen, so it stays as it is.",
    "at_kink": "At {unit} the net input is exactly 0: {reason}.",
    "flat": "The hard limit is flat on both sides of its jump: its slope is 0, so no gradient passes {unit}, "
    "and nothing before it can be learnt by gradient descent.",
}


def caption(key: str, **fields: object) -> str:
    """The sentence of that key with its blanks filled in.

    Examples
    --------
    >>> caption("loss_part", unit="o1")
    'How wrong o1 is: its output compared with its target.'
    """
    units = {name: str(text).replace("_", ",") for name, text in fields.items() if name in _UNITS}  # as they are drawn
    return ENGLISH[key].format(**{**fields, **units})


_UNITS = ("unit", "other", "source", "units", "route")
