"""Whole derivations of small networks as a teacher would tell them, written down by hand: each step with its name, its
kind, its sentence, and the circles and arrows that it touches."""

import re

import pytest

import bpviz as bp

SAID = {
    "net": "{} adds up what reaches it: each incoming value times its weight.",
    "net+b": "{} adds up what reaches it: each incoming value times its weight, plus the bias.",
    "out": "{} passes its net input through its activation, {}.",
    "share": "{} takes its share: softmax divides its exponential by the sum over the layer.",
    "part": "How wrong {} is: its output compared with its target.",
    "error": "The error to bring down: the parts of all outputs together.",
    "sample": "The error of sample {}: the parts of all its outputs together.",
    "mean": "The error to bring down: the mean over the {} samples.",
    "sum": "The error to bring down: the sum over the {} samples.",
    "error/out": "If {}'s output grew a little, how fast would the error change? Only its own part depends on it.",
    "slope": "If {}'s net input grew a little, how fast would its output change? The slope of {}.",
    "across": "In softmax the outputs share one whole: {}'s net input also changes {}'s output.",
    "weight": "If {}'s output grew a little, {}'s net input would change by the weight between them.",
    "by": "If {} grew a little, {}'s net input would change by what {} multiplies.",
    "by bias": "{} is added as it is, so {}'s net input changes by just as much.",
    "path": "One path from {} to the error, through {}: multiply the factors along it.",
    "product": "Multiply the factors along the path: this is how fast the error changes with {}.",
    "paths": "{} reaches the error along {} paths: add them up.",
    "times": "The delta of {} times what {} multiplies there.",
    "places": "{} is used in {} places: the deltas there, each times what it multiplies, added up.",
    "many": "{} paths lead from {} to the error, too many to write one by one: the deltas gather them.",
    "batch mean": "The gradient of the batch: the mean over its {} samples.",
    "batch sum": "The gradient of the batch: the sum over its {} samples.",
    "gathered": "The same number again, from the delta: it has gathered every path behind {} once and for all.",
    "delta out": "The delta of {}, dE/dnet: the two factors that every weight into {} has in common.",
    "delta fused": "The delta of {}, dE/dnet: here {} and {} cancel, and the difference is left.",
    "delta all": "The delta of {}, dE/dnet: its net input changes every output of the layer.",
    "back": "The error flows back to {} along its outgoing weights: each delta ahead times its weight.",
    "delta": "The delta of {}, dE/dnet: what came back, times the slope of {}.",
    "update": "Walk a step downhill: {} moves against its gradient, as far as the learning rate says.",
    "frozen": "{} is frozen, so it stays as it is.",
    "velocity": "The velocity of {}: a part of the last step is carried on, and the gradient pulls at it.",
    "by velocity": "{} takes the step that its velocity says.",
    "power": "The β{} of all steps so far, multiplied: β{} to the t while it stays the same. The correction that follows needs it.",
    "first": "The running mean of {}'s gradients: mostly what it was, a little of the new gradient.",
    "second": "The running mean of the squares of {}'s gradients.",
    "hat": "It began at 0 and is too small by the share that is still 0, β{} to the t: divide by the rest.",
    "by adam": "{} moves by the mean gradient over its usual size, as far as the learning rate says.",
}

#: One input, two hidden units with one bias, one output; an arrow is layer:to:from, b for a bias, E:output for the error.
TWO = bp.Network(
    [[[0.5], [-1.0]], [[0.25, 1.5]]], [0.125, [0.75]], ["tanh", "sigmoid"],
    weight_names=[[["u"], ["v"]], [["p", "q"]]], bias_names=["b", "c"],
)  # fmt: skip
#: Softmax without biases: alone, with the loss that it cancels with, and in the hidden layer.
SHARE = {"weights": [[[0.5], [-1.0]]], "activations": "softmax", "weight_names": [[["u"], ["v"]]]}
SQUARED, CROSSED = bp.Network(**SHARE), bp.Network(**SHARE, loss="categorical_cross_entropy")
INNER = bp.Network(
    [[[0.5], [-1.0]], [[2.0, 2.0]]], None, ["softmax", "linear"], weight_names=[[["u"], ["v"]], [["w", "w"]]]
)
#: 36 paths lead from its first weight to the error.
WIDE = bp.initialise((1, 1, 6, 6, 1), biases=False, activations="linear")

FORWARD = """
net_h1 | net | net+b: h1 | i1 h1 | 1:0:0 1:0:b
out_h1 | out | out: h1; tanh | h1 |
net_h2 | net | net+b: h2 | i1 h2 | 1:1:0 1:1:b
out_h2 | out | out: h2; tanh | h2 |
net_o1 | net | net+b: o1 | h1 h2 o1 | 2:0:0 2:0:1 2:0:b
out_o1 | out | out: o1; sigmoid | o1 |
E_o1 | loss_part | part: o1 | o1 E | E:0
E_total | loss | error: | E | E:0
"""

SHARES = """
net_o1(@) | net | net: o1 | i1 o1 | 1:0:0
net_o2(@) | net | net: o2 | i1 o2 | 1:1:0
out_o1(@) | out | share: o1 | o1 o2 |
out_o2(@) | out | share: o2 | o1 o2 |
E_o1(@) | loss_part | part: o1 | o1 E | E:0
E_o2(@) | loss_part | part: o2 | o2 E | E:1
E(@) | loss | sample: @ | E | E:0 E:1
"""


def each(steps):
    """What is told of the one sample, and then of the other."""
    return steps.replace("@", "1") + steps.replace("@", "2")


TOLD = {
    "a weight along its one path": (TWO, [2], [1], "u", {"learning_rate": 0.5}, FORWARD + """
        dE_total/dout_o1 | local | error/out: o1 | o1 E | E:0
        dout_o1/dnet_o1 | local | slope: o1; sigmoid | o1 |
        dnet_o1/dout_h1 | local | weight: h1; o1 | h1 o1 | 2:0:0
        dout_h1/dnet_h1 | local | slope: h1; tanh | h1 |
        dnet_h1/du | local | by: u; h1; u | i1 h1 | 1:0:0
        dE_total/du | gradient | product: u | o1 E h1 i1 | E:0 2:0:0 1:0:0
        delta_o1 | delta | delta out: o1; o1 | o1 E | E:0
        dE_total/dout_h1 | delta | back: h1 | h1 o1 | 2:0:0
        delta_h1 | delta | delta: h1; tanh | h1 |
        dE_total/du|δ | gathered | gathered: h1 | h1 | 1:0:0
        u_new | update | update: u | | 1:0:0"""),
    "a shared bias along two": (TWO, [2], [1], "b", {"learning_rate": 0.5}, FORWARD + """
        dE_total/dout_o1 | local | error/out: o1 | o1 E | E:0
        dout_o1/dnet_o1 | local | slope: o1; sigmoid | o1 |
        dnet_o1/dout_h1 | local | weight: h1; o1 | h1 o1 | 2:0:0
        dout_h1/dnet_h1 | local | slope: h1; tanh | h1 |
        dnet_h1/db | local | by bias: b; h1 | h1 | 1:0:b
        dE_total/db|h1→o1 | path | path: b; h1 and o1 | o1 E h1 | E:0 2:0:0 1:0:b
        dnet_o1/dout_h2 | local | weight: h2; o1 | h2 o1 | 2:0:1
        dout_h2/dnet_h2 | local | slope: h2; tanh | h2 |
        dnet_h2/db | local | by bias: b; h2 | h2 | 1:1:b
        dE_total/db|h2→o1 | path | path: b; h2 and o1 | o1 E h2 | E:0 2:0:1 1:1:b
        dE_total/db | gradient | paths: b; 2 | o1 E h1 h2 | E:0 2:0:0 1:0:b 2:0:1 1:1:b
        delta_o1 | delta | delta out: o1; o1 | o1 E | E:0
        dE_total/dout_h1 | delta | back: h1 | h1 o1 | 2:0:0
        delta_h1 | delta | delta: h1; tanh | h1 |
        dE_total/dout_h2 | delta | back: h2 | h2 o1 | 2:0:1
        delta_h2 | delta | delta: h2; tanh | h2 |
        dE_total/db|δ | gathered | gathered: h1 and h2 | h1 h2 | 1:0:b 1:1:b
        b_new | update | update: b | | 1:0:b 1:1:b"""),
    "all parameters from the deltas": (TWO, [2], [1], None, {"learning_rate": 0.5, "frozen": ["c"]}, FORWARD + """
        dE_total/dout_o1 | local | error/out: o1 | o1 E | E:0
        dout_o1/dnet_o1 | local | slope: o1; sigmoid | o1 |
        delta_o1 | delta | delta out: o1; o1 | o1 E | E:0
        dE_total/dout_h1 | delta | back: h1 | h1 o1 | 2:0:0
        dout_h1/dnet_h1 | local | slope: h1; tanh | h1 |
        delta_h1 | delta | delta: h1; tanh | h1 |
        dE_total/dout_h2 | delta | back: h2 | h2 o1 | 2:0:1
        dout_h2/dnet_h2 | local | slope: h2; tanh | h2 |
        delta_h2 | delta | delta: h2; tanh | h2 |
        dE_total/du | gradient | times: h1; u | h1 | 1:0:0
        dE_total/dv | gradient | times: h2; v | h2 | 1:1:0
        dE_total/db | gradient | places: b; 2 | h1 h2 | 1:0:b 1:1:b
        dE_total/dp | gradient | times: o1; p | o1 | 2:0:0
        dE_total/dq | gradient | times: o1; q | o1 | 2:0:1
        dE_total/dc | gradient | times: o1; c | o1 | 2:0:b
        u_new | update | update: u | | 1:0:0
        v_new | update | update: v | | 1:1:0
        b_new | update | update: b | | 1:0:b 1:1:b
        p_new | update | update: p | | 2:0:0
        q_new | update | update: q | | 2:0:1
        c_new | update | frozen: c | | 2:0:b"""),
    "softmax with a squared error, a sum over two samples": (
        SQUARED, [[2], [1]], [[1, 0], [0, 1]], "u", {"reduction": "sum"}, each(SHARES) + "E_total | loss | sum: 2 | E |" + each("""
        dE/dout_o1(@) | local | error/out: o1 | o1 E | E:0
        dout_o1/dnet_o1(@) | local | slope: o1; softmax | o1 |
        dE/dout_o2(@) | local | error/out: o2 | o2 E | E:1
        dout_o2/dnet_o1(@) | local | across: o1; o2 | o1 o2 |
        delta_o1(@) | delta | delta all: o1 | o1 E | E:0
        dnet_o1/du(@) | local | by: u; o1; u | i1 o1 | 1:0:0
        dE/du(@) | gradient | product: u | o1 E i1 | E:0 1:0:0
        dE/du|δ(@) | gathered | gathered: o1 | o1 | 1:0:0""") + """
        dE_total/du | gradient | batch sum: 2 | | 1:0:0"""),
    "softmax with the loss that it cancels with, a mean": (
        CROSSED, [[2], [1]], [[1, 0], [0, 1]], None, {}, each(SHARES) + "E_total | loss | mean: 2 | E |" + each("""
        dE/dout_o1(@) | local | error/out: o1 | o1 E | E:0
        dout_o1/dnet_o1(@) | local | slope: o1; softmax | o1 |
        dE/dout_o2(@) | local | error/out: o2 | o2 E | E:1
        dout_o2/dnet_o1(@) | local | across: o1; o2 | o1 o2 |
        delta_o1(@) | delta | delta fused: o1; categorical_cross_entropy; softmax | o1 E | E:0
        dout_o1/dnet_o2(@) | local | across: o2; o1 | o2 o1 |
        dout_o2/dnet_o2(@) | local | slope: o2; softmax | o2 |
        delta_o2(@) | delta | delta fused: o2; categorical_cross_entropy; softmax | o2 E | E:1
        dE/du(@) | gradient | times: o1; u | o1 | 1:0:0
        dE/dv(@) | gradient | times: o2; v | o2 | 1:1:0""") + """
        dE_total/du | gradient | batch mean: 2 | | 1:0:0
        dE_total/dv | gradient | batch mean: 2 | | 1:1:0"""),
    "softmax in a hidden layer, whose paths go across": (INNER, [1], [1], "u", {}, """
        net_h1 | net | net: h1 | i1 h1 | 1:0:0
        net_h2 | net | net: h2 | i1 h2 | 1:1:0
        out_h1 | out | share: h1 | h1 h2 |
        out_h2 | out | share: h2 | h1 h2 |
        net_o1 | net | net: o1 | h1 h2 o1 | 2:0:0 2:0:1
        out_o1 | out | out: o1; linear | o1 |
        E_o1 | loss_part | part: o1 | o1 E | E:0
        E_total | loss | error: | E | E:0
        dE_total/dout_o1 | local | error/out: o1 | o1 E | E:0
        dout_o1/dnet_o1 | local | slope: o1; linear | o1 |
        dnet_o1/dout_h1 | local | weight: h1; o1 | h1 o1 | 2:0:0
        dout_h1/dnet_h1 | local | slope: h1; softmax | h1 |
        dnet_h1/du | local | by: u; h1; u | i1 h1 | 1:0:0
        dE_total/du|h1→o1 | path | path: u; h1 and o1 | o1 E h1 i1 | E:0 2:0:0 1:0:0
        dnet_o1/dout_h2 | local | weight: h2; o1 | h2 o1 | 2:0:1
        dout_h2/dnet_h1 | local | across: h1; h2 | h1 h2 |
        dE_total/du|h1⇝h2→o1 | path | path: u; h1⇝h2 and o1 | o1 E h2 h1 i1 | E:0 2:0:1 1:0:0
        dE_total/du | gradient | paths: u; 2 | o1 E h1 i1 h2 | E:0 2:0:0 1:0:0 2:0:1
        delta_o1 | delta | delta out: o1; o1 | o1 E | E:0
        dE_total/dout_h1 | delta | back: h1 | h1 o1 | 2:0:0
        dE_total/dout_h2 | delta | back: h2 | h2 o1 | 2:0:1
        delta_h1 | delta | delta all: h1 | h1 |
        dE_total/du|δ | gathered | gathered: h1 | h1 | 1:0:0"""),
}  # fmt: skip

#: Some steps of others.
PARTS = {
    "momentum": (TWO, [2], [1], "u", {"learning_rate": 0.5, "optimiser": bp.Momentum(0.9)}, """
        v_u_new | memory | velocity: u | | 1:0:0
        u_new | update | by velocity: u | | 1:0:0"""),
    "Adam": (TWO, [2], [1], "b", {"learning_rate": 0.5, "optimiser": bp.Adam()}, """
        beta_1_power_new | memory | power: 1; 1 | |
        m_b_new | memory | first: b | | 1:0:b 1:1:b
        m_hat_b | memory | hat: 1 | | 1:0:b 1:1:b
        beta_2_power_new | memory | power: 2; 2 | |
        v_b_new | memory | second: b | | 1:0:b 1:1:b
        v_hat_b | memory | hat: 2 | | 1:0:b 1:1:b
        b_new | update | by adam: b | | 1:0:b 1:1:b"""),
    "a weight in two places": (INNER, [1], [1], "w", {}, """
        dnet_o1/dw | local | by: w; o1; w | h1 h2 o1 | 2:0:0 2:0:1
        dE_total/dw | gradient | product: w | o1 E h1 h2 | E:0 2:0:0 2:0:1
        dE_total/dw|δ | gathered | gathered: o1 | o1 | 2:0:0 2:0:1"""),
    "more paths than are written": (WIDE, [1], [1], "w1[1,1]", {}, """
        dE_total/dw1[1,1] | gradient | many: 36; w1[1,1] | h1_1 | 1:0:0"""),
    "several hidden layers": (WIDE, [1], [1], "w4[1,2]", {}, """
        net_h2_3 | net | net: h2,3 | h1_1 h2_3 | 2:2:0
        out_h3_2 | out | out: h3,2; linear | h3_2 |
        dnet_o1/dw4[1,2] | local | by: w4[1,2]; o1; w4[1,2] | h3_2 o1 | 4:0:1"""),
}  # fmt: skip


def rows(told):
    for line in filter(str.strip, told.splitlines()):
        name, kind, sentence, nodes, edges = (part.strip() for part in cells(line))
        key, _, blanks = sentence.partition(":")
        said = SAID[key].format(*blanks.strip().split("; "))
        yield name, kind, said, tuple(nodes.split()), tuple(edges.split())


def cells(line):
    """The five columns; the name may have a bar of its own."""
    return re.fullmatch(r"(\S+) \| (\w+) \| ([^|]*)\|([^|]*)\|([^|]*)", line.strip()).groups()


def steps_of(net, x, target, wrt, settings):
    return [
        (step.name, step.kind, step.sentence, step.nodes, step.edges)
        for step in bp.derive(net, x, target, wrt, **settings).steps
    ]


@pytest.mark.parametrize("case", TOLD)
def test_a_whole_derivation_is_told_step_by_step(case):
    *given, told = TOLD[case]
    assert steps_of(*given) == list(rows(told))


@pytest.mark.parametrize("case", PARTS)
def test_these_steps_are_told_so(case):
    *given, told = PARTS[case]
    steps = {step[0]: step for step in steps_of(*given)}
    for row in rows(told):
        assert steps[row[0]] == row


#: What is said of a whole layer.
SAID_OF_LAYERS = {
    "net": "Every unit of layer {} at once: each row of the weights times what comes in.",
    "net+b": "Every unit of layer {} at once: each row of the weights times what comes in, plus the bias.",
    "out": "The activation, {}, on every net input of layer {}.",
    "shares": "Softmax on layer {}: each exponential over the sum of them all.",
    "samples": "How wrong each sample is, column by column: its outputs compared with its targets.",
    "error": "The error to bring down: every output compared with its target, and added up.",
    "mean": "The error to bring down: the mean over the {} samples.",
    "sum": "The error to bring down: the sum over the {} samples.",
    "error/out": "If an output grew a little, how fast would the error change? One entry for each output.",
    "back": "The error flows back along the weights: to take what leaves a unit, a column, the matrix is turned over.",
    "slope": "The slope of {} at every net input of layer {}.",
    "delta out": "The deltas of the outputs: both factors, entry by entry.",
    "fused": "The deltas of the outputs: {} and {} cancel, and the difference is left.",
    "delta all": "The deltas of layer {}: in softmax each net input changes every output, so all of them come together.",
    "delta each": "The deltas of layer {}, column by column: in softmax each net input changes every output of its sample.",
    "delta": "The deltas of layer {}: what the next layer sends back through the weights turned over, times the slope, entry by entry.",
    "W": "Every weight of layer {} at once: the delta where it leads to (a column) times the output where it comes from (a row).",
    "W mean": "Every weight of layer {} at once, and the mean over {} samples: columns times rows add up sample by sample.",
    "W sum": "Every weight of layer {} at once: columns times rows add up the {} samples.",
    "b": "A bias is added as it is, so its gradient is the delta.",
    "b shared": "The layer shares one bias, so its gradient is the sum of the deltas.",
    "b mean": "A bias is added as it is: the mean of the deltas over {} samples.",
    "b sum": "A bias is added as it is: the sum of the deltas over {} samples.",
    "new W": "All weights of layer {} walk a step downhill, against their gradient.",
    "new b": "All biases of layer {} walk a step downhill, against their gradient.",
    "held W": "All weights of layer {} walk a step downhill, against their gradient. Frozen ones stay as they are.",
    "held b": "All biases of layer {} walk a step downhill, against their gradient. Frozen ones stay as they are.",
}
BATCH, HOT = [[2], [1]], [[1, 0], [0, 1]]
OWN = bp.Network([[[0.5], [-1.0]], [[0.25, 1.5], [1, 2]]], [[1, 2], None], ["relu", "softmax"])
BINARY = bp.Network([[[0.5]], [[2.0], [1.0]]], [[1], [2, 3]], ["softplus", "sigmoid"], "binary_cross_entropy")
SCALED = bp.Network([[[0.5]]], None, bp.activation("scaled_sigmoid", A=1, B=2), "binary_cross_entropy")

#: Of each step the phase, what it computes with its formula, and its sentence.
TOLD_IN_LAYERS = {
    "a sample": (TWO, [2], [1], {"learning_rate": 0.5}, """
        forward | net^(1) = W^(1) i + b^(1) | net+b: 1
        forward | out^(1) = f(net^(1)) | out: tanh; 1
        forward | net^(2) = W^(2) out^(1) + b^(2) | net+b: 2
        forward | out^(2) = f(net^(2)) | out: sigmoid; 2
        loss | E_total = 1/2·(target - out^(2))^T (target - out^(2)) | error:
        chain | dE_total/dout^(2) = -(target - out^(2)) | error/out:
        chain | f'(net^(2)) | slope: sigmoid; 2
        chain | delta^(2) = dE_total/dout^(2) ∘ f'(net^(2)) | delta out:
        chain | f'(net^(1)) | slope: tanh; 1
        chain | delta^(1) = (W^(2))^T delta^(2) ∘ f'(net^(1)) | delta: 1
        chain | dE_total/dW^(1) = delta^(1) i^T | W: 1
        chain | dE_total/db^(1) = Σ(delta^(1)) | b shared:
        chain | dE_total/dW^(2) = delta^(2) (out^(1))^T | W: 2
        chain | dE_total/db^(2) = delta^(2) | b:
        update | W^(1) new = W^(1) - eta · dE_total/dW^(1) | new W: 1
        update | b^(1) new = b^(1) - eta · dE_total/db^(1) | new b: 1
        update | W^(2) new = W^(2) - eta · dE_total/dW^(2) | new W: 2
        update | b^(2) new = b^(2) - eta · dE_total/db^(2) | new b: 2"""),
    "the mean over a batch, through softmax": (OWN, BATCH, HOT, {"learning_rate": 0.5, "frozen": ["w1[1,1]"]}, """
        forward | net^(1) = W^(1) i + b^(1) | net+b: 1
        forward | out^(1) = f(net^(1)) | out: relu; 1
        forward | net^(2) = W^(2) out^(1) | net: 2
        forward | out^(2) = softmax(net^(2)) | shares: 2
        loss | E_s = 1/2·(target_s - out^(2)_s)^T (target_s - out^(2)_s) | samples:
        loss | E_total = (E_s 1_m)/2 | mean: 2
        chain | dE_total/dout^(2) = -(target - out^(2)) | error/out:
        chain | delta^(2) = out^(2)_s ∘ (dE_s/dout^(2)_s - (out^(2)_s)^T dE_s/dout^(2)_s) | delta each: 2
        chain | f'(net^(1)) | slope: relu; 1
        chain | delta^(1) = (W^(2))^T delta^(2) ∘ f'(net^(1)) | delta: 1
        chain | dE_total/dW^(1) = (delta^(1) i^T)/2 | W mean: 1; 2
        chain | dE_total/db^(1) = (delta^(1) 1_m)/2 | b mean: 2
        chain | dE_total/dW^(2) = (delta^(2) (out^(1))^T)/2 | W mean: 2; 2
        update | W^(1) new = W^(1) - eta · dE_total/dW^(1) | held W: 1
        update | b^(1) new = b^(1) - eta · dE_total/db^(1) | new b: 1
        update | W^(2) new = W^(2) - eta · dE_total/dW^(2) | new W: 2"""),
    "the sum over a batch": (BINARY, BATCH, HOT, {"reduction": "sum", "learning_rate": 1, "frozen": ["b2[1]"]}, """
        forward | net^(1) = W^(1) i + b^(1) | net+b: 1
        forward | out^(1) = f(net^(1)) | out: softplus; 1
        forward | net^(2) = W^(2) out^(1) + b^(2) | net+b: 2
        forward | out^(2) = f(net^(2)) | out: sigmoid; 2
        loss | E_s = -(target_s^T ln(out^(2)_s) + (1 - target_s)^T ln(1 - out^(2)_s)) | samples:
        loss | E_total = E_s 1_m | sum: 2
        chain | delta^(2) = out^(2) - target | fused: binary_cross_entropy; sigmoid
        chain | f'(net^(1)) | slope: softplus; 1
        chain | delta^(1) = (W^(2))^T delta^(2) ∘ f'(net^(1)) | delta: 1
        chain | dE_total/dW^(1) = delta^(1) i^T | W sum: 1; 2
        chain | dE_total/db^(1) = delta^(1) 1_m | b sum: 2
        chain | dE_total/dW^(2) = delta^(2) (out^(1))^T | W sum: 2; 2
        chain | dE_total/db^(2) = delta^(2) 1_m | b sum: 2
        update | W^(1) new = W^(1) - eta · dE_total/dW^(1) | new W: 1
        update | b^(1) new = b^(1) - eta · dE_total/db^(1) | new b: 1
        update | W^(2) new = W^(2) - eta · dE_total/dW^(2) | new W: 2
        update | b^(2) new = b^(2) - eta · dE_total/db^(2) | held b: 2"""),
    "the mean of the squares": (bp.Network(**SHARE, loss="mean_squared_error"), [2], [1, 0], {}, """
        forward | net^(1) = W^(1) i | net: 1
        forward | out^(1) = softmax(net^(1)) | shares: 1
        loss | E_total = 1/2·(target - out^(1))^T (target - out^(1)) | error:
        chain | dE_total/dout^(1) = -2/2·(target - out^(1)) | error/out:
        chain | delta^(1) = out^(1) ∘ (dE_total/dout^(1) - (out^(1))^T dE_total/dout^(1)) | delta all: 1
        chain | dE_total/dW^(1) = delta^(1) i^T | W: 1"""),
    "what cancels with softmax": (CROSSED, [2], [1, 0], {}, """
        forward | net^(1) = W^(1) i | net: 1
        forward | out^(1) = softmax(net^(1)) | shares: 1
        loss | E_total = -target^T ln(out^(1)) | error:
        chain | delta^(1) = out^(1) - target | fused: categorical_cross_entropy; softmax
        chain | dE_total/dW^(1) = delta^(1) i^T | W: 1"""),
    "what cancels with a wider sigmoid": (SCALED, [2], [1], {}, """
        forward | net^(1) = W^(1) i | net: 1
        forward | out^(1) = f(net^(1)) | out: scaled_sigmoid(A=1, B=2); 1
        loss | E_total = -(target^T ln(out^(1)) + (1 - target)^T ln(1 - out^(1))) | error:
        chain | delta^(1) = (out^(1) - target)/2 | fused: binary_cross_entropy; scaled_sigmoid(A=1, B=2)
        chain | dE_total/dW^(1) = delta^(1) i^T | W: 1"""),
    "softmax within": (bp.Network([[[0.5], [-1.0]], [[2.0, 2.0]]], None, ["softmax", "linear"]), [2], [1], {}, """
        forward | net^(1) = W^(1) i | net: 1
        forward | out^(1) = softmax(net^(1)) | shares: 1
        forward | net^(2) = W^(2) out^(1) | net: 2
        forward | out^(2) = f(net^(2)) | out: linear; 2
        loss | E_total = 1/2·(target - out^(2))^T (target - out^(2)) | error:
        chain | dE_total/dout^(2) = -(target - out^(2)) | error/out:
        chain | f'(net^(2)) | slope: linear; 2
        chain | delta^(2) = dE_total/dout^(2) ∘ f'(net^(2)) | delta out:
        chain | dE_total/dout^(1) = (W^(2))^T delta^(2) | back:
        chain | delta^(1) = out^(1) ∘ (dE_total/dout^(1) - (out^(1))^T dE_total/dout^(1)) | delta all: 1
        chain | dE_total/dW^(1) = delta^(1) i^T | W: 1
        chain | dE_total/dW^(2) = delta^(2) (out^(1))^T | W: 2"""),
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD_IN_LAYERS)
def test_a_derivation_in_whole_layers_is_told_line_by_line(case):
    net, x, target, settings, told = TOLD_IN_LAYERS[case]
    layers = bp.derive_layers(net, x, target, **settings)
    lines = [line.strip() for line in layers.text().splitlines() if line.startswith("  ")]
    expected = [[cell.strip() for cell in line.split(" | ")] for line in filter(str.strip, told.splitlines())]
    assert [step.phase for step in layers.steps] == [phase for phase, *_ in expected]
    for step, line, (_, formula, sentence) in zip(layers.steps, lines, expected, strict=True):
        key, _, blanks = sentence.partition(":")
        assert step.sentence == SAID_OF_LAYERS[key].format(*blanks.strip().split("; "))
        assert line.startswith(f"{formula} = ")


@pytest.mark.parametrize(("last", "written"), [(8, 32), (9, 0)])
def test_as_many_as_32_paths_are_written(last, written):
    sizes = (1, 1, 4, last, 1)
    assert len(bp.derive(bp.initialise(sizes), [1], [1], "w1[1,1]").paths) == written


@pytest.mark.parametrize(
    ("activation", "reason"),
    [
        ("relu", "ReLU has a corner at 0, so it has no derivative there; 0 is used, the slope on its left"),
        ("prelu", "PReLU has a corner at 0, so it has no derivative there; 0.25 is used, the slope on its left"),
        ("hard_limit", "the hard limit jumps at 0, so it has no derivative there"),
    ],
)
@pytest.mark.parametrize("x", [0, 1])
def test_a_kink_is_told_where_the_net_input_is_on_it_and_known_everywhere(activation, reason, x):
    net = bp.Network([[[1.0]], [[1.0]]], activations=[activation, "linear"])
    told = f"At h1 the net input is exactly 0: {reason}."
    flat = (
        "The hard limit is flat on both sides of its jump: its slope is 0, so no gradient passes h1, and nothing before "
        "it can be learnt by gradient descent."
    )
    steps = bp.derive(net, [x], [1], "w1[1,1]").by_name
    step = steps["dout_h1/dnet_h1"]
    assert step.kink == ("net_h1", told)
    assert step.note == (told if x == 0 else flat if activation == "hard_limit" else None)
    assert all(other.note is None and other.kink is None for name, other in steps.items() if name != step.name)


def test_only_a_delta_that_was_simplified_says_what_it_was_before():
    fused = {step.name for step in bp.derive(CROSSED, [2], [1, 0]).steps if step.before is not None}
    assert fused == {"delta_o1", "delta_o2"}
    assert not any(step.before for step in bp.derive(SQUARED, [2], [1, 0]).steps)


@pytest.mark.parametrize(
    ("notation", "label"),
    [
        ("net_out", ("w", "2,3", "(1) new")), ("z_a", ("w", "2,3", "(1) new")), ("h_d", ("w", "2,3", "(2) new")),
        ("z_n", ("w", "2,3", "(1) new")), ("s_y", ("w", "2,3", "(1) new")),
    ],
)  # fmt: skip
def test_a_new_value_is_written_like_the_old_one_and_says_that_it_is_new(notation, label):
    d = bp.derive(bp.initialise((3, 2)), [1, 2, 3], [0, 1], "w1[2,3]", 0.5, notation=notation)
    new = d.label("w1[2,3]_new")
    assert (new.base, new.sub, new.sup) == label
    plain = bp.derive(TWO, [2], [1], "u", 0.5, notation=notation).label("u_new")
    assert (plain.base, plain.sub, plain.sup) == ("u", "", "new")
