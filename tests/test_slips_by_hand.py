"""Every wrong number that is recognised on the 2-3-2 net is what its sentence says, worked out here by hand."""

from __future__ import annotations

import math
import re

import pytest

import bpviz as bp
from bpviz.calculus.mistakes import MISTAKES

V: dict[str, float] = {f"w{n + 1}": 0.1 + 0.05 * n for n in range(12)}
V |= {"b1": 0.35, "b2": 0.65, "i1": 5.0, "i2": 10.0, "target_o1": 0.01, "target_o2": 0.99}


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


for j in (1, 2, 3):
    V[f"net_h{j}"] = V[f"w{2 * j - 1}"] * 5 + V[f"w{2 * j}"] * 10 + V["b1"]
    V[f"out_h{j}"] = sigma(V[f"net_h{j}"])
for k in (1, 2):
    V[f"net_o{k}"] = sum(V[f"w{5 + 2 * j + (k - 1)}"] * V[f"out_h{j}"] for j in (1, 2, 3)) + V["b2"]
    V[f"out_o{k}"] = sigma(V[f"net_o{k}"])
    V[f"E_o{k}"] = (V[f"target_o{k}"] - V[f"out_o{k}"]) ** 2 / 2
    V[f"dE_total/dout_o{k}"] = V[f"out_o{k}"] - V[f"target_o{k}"]
    V[f"delta_o{k}"] = V[f"dE_total/dout_o{k}"] * V[f"out_o{k}"] * (1 - V[f"out_o{k}"])
V["E_total"] = V["E_o1"] + V["E_o2"]
for j in (1, 2, 3):
    V[f"dE_total/dout_h{j}"] = sum(V[f"w{5 + 2 * j + (k - 1)}"] * V[f"delta_o{k}"] for k in (1, 2))
    V[f"delta_h{j}"] = V[f"dE_total/dout_h{j}"] * V[f"out_h{j}"] * (1 - V[f"out_h{j}"])
    for i in (1, 2):
        V[f"dE_total/dw{2 * j - 2 + i}"] = V[f"delta_h{j}"] * V[f"i{i}"]
    for k in (1, 2):
        V[f"dE_total/dw{5 + 2 * j + (k - 1)}"] = V[f"delta_o{k}"] * V[f"out_h{j}"]
V["dE_total/db1"] = sum(V[f"delta_h{j}"] for j in (1, 2, 3))
V["dE_total/db2"] = V["delta_o1"] + V["delta_o2"]

#: What is asked for, as a product of factors, in which each name of a quantity stands for its number.
FACTORS = {
    "net_h1": ["w1*i1 + w2*i2 + b1"],
    "out_h1": ["1/(1 + exp(-net_h1))"],
    "E_o1": ["(target_o1 - out_o1)*(target_o1 - out_o1)/2"],
    "E_total": ["E_o1 + E_o2"],
    "dE_total/dout_o1": ["-(target_o1 - out_o1)"],
    "dout_o1/dnet_o1": ["out_o1", "(1 - out_o1)"],
    "dnet_o1/dw7": ["out_h1"],
    "dnet_o1/dout_h1": ["w7"],
    "dE_total/dout_h1": ["(w7*delta_o1 + w8*delta_o2)"],
    "delta_h1": ["(w7*delta_o1 + w8*delta_o2)", "out_h1", "(1 - out_h1)"],
    "dE_total/dw7": ["-(target_o1 - out_o1)", "out_o1", "(1 - out_o1)", "out_h1"],
    "dE_total/dw1": ["(w7*delta_o1 + w8*delta_o2)", "out_h1", "(1 - out_h1)", "i1"],
}

#: How many wrong numbers there are at least, as none may get lost: what a teacher would list.
AT_LEAST = {
    "net_h1": 11, "out_h1": 8, "E_o1": 9, "E_total": 5, "dE_total/dout_o1": 7, "dout_o1/dnet_o1": 15, "dnet_o1/dw7": 9,
    "dnet_o1/dout_h1": 11, "dE_total/dout_h1": 19, "delta_h1": 50, "dE_total/dw7": 35, "dE_total/dw1": 55,
}  # fmt: skip

NAME = re.compile(r"d[A-Za-z]\w*/d\w+|[A-Za-z]\w*")


def number(formula: str) -> float:
    """The value of a formula in the names above."""
    known = {"exp": "math.exp", "tanh": "math.tanh"}
    return float(eval(NAME.sub(lambda m: known.get(m[0]) or f"V[{m[0]!r}]", formula)))


def product(factors: list[str]) -> float:
    return math.prod(map(number, factors))


def exchanged(factors: list[str], one: str, other: str) -> float:
    return product([re.sub(rf"\b{one}\b", other, factor) for factor in factors])


def said(quantity: str, sentence: str) -> list[float]:
    """The numbers that a sentence can mean; empty where it is about the whole backward pass, see test_mistakes."""
    factors = FACTORS[quantity]
    if sentence.endswith(" And the sign is the wrong way round."):
        return [-value for value in said(quantity, sentence.removesuffix(" And the sign is the wrong way round."))]
    right, unit = product(factors), quantity.rpartition("_")[2]
    out, target = V.get(f"out_{unit}", math.nan), V.get(f"target_{unit}", math.nan)
    own = f"net_{unit}" if quantity.startswith("out") else ""
    fixed = {
        "The sign is the wrong way round.": lambda: [-right],
        "i1 and i2 are exchanged.": lambda: [number("w1*i2 + w2*i1 + b1")],
        "The weights are read from a column of the matrix; they stand in a row.": lambda: [number("w1*i1 + w3*i2 + b1")],
        "The bias is taken off where it is added.": lambda: [number("w1*i1 + w2*i2 - b1")],
        "b2 is the bias of another layer.": lambda: [number("w1*i1 + w2*i2 + b2")],
        "This is the output; the net input comes before the activation.": lambda: [V[f"out_{unit}"]],
        "The activation is left out: this is the net input.": lambda: [V[own]],
        "The activation is taken at -net; the sign of the net input is turned.": lambda: [sigma(-V[own])],
        "This is the slope of the activation, not its value.": lambda: [out * (1 - out)],
        "This is tanh of the net input, and the activation here is sigmoid.": lambda: [math.tanh(V[own])],
        "This is bipolar_sigmoid of the net input, and the activation here is sigmoid.": lambda: [2 * sigma(V[own]) - 1],
        "The factor 1/2 in front of the square is left out.": lambda: [2 * right],
        "The factor 1/2 in front of the squares is left out.": lambda: [2 * right],
        "The difference is not squared.": lambda: [s * (target - out) / part for s in (1, -1) for part in (1, 2)],
        "Target and output are added where they are subtracted.": lambda: [(target + out) ** 2 / 2],
        "This is the error of all outputs together.": lambda: [V["E_total"]],
        "The errors of the outputs are added, not averaged.": lambda: [right / 2],
        "The 2 that the square brings down is kept; the 1/2 in front cancels it.": lambda: [2 * right],
        "(target - out) is used where -(target - out) is the derivative.": lambda: [-right],
        "This is the error itself, not how fast it changes.": lambda: [V["E_o1"]],
        "The 1/2 in front of the square is kept, though the 2 that the square brings down cancels it.": lambda: [right / 2],
        "This is the weight, not what it multiplies.": lambda: [V["w7"]],
        "The net input of the unit below stands where its output belongs.": lambda: [right / V["out_h1"] * V["net_h1"]],
        "This is the net input itself, not how fast it changes.": lambda: [V["net_o1"]],
        "This is what the weight multiplies, not the weight.": lambda: [V["out_h1"]],
        "This is the learning rate times the gradient, what the update takes off.": lambda: [right / 2],
        "This is the updated parameter, not its gradient.": lambda: [V[quantity.rpartition("/d")[2]] - right / 2],
        "The weights are left out where the deltas are gathered.": lambda: [right / number(FACTORS["dE_total/dout_h1"][0]) * number("delta_o1 + delta_o2")],
        "The deltas ahead are left out; the weights alone are added.": lambda: [right / number(FACTORS["dE_total/dout_h1"][0]) * number("w7 + w8")],
        "The weights are exchanged: each delta needs the weight that leads to its own unit.": lambda: [exchanged(factors, "(w7)(.*)(w8)", r"w8\2w7")],
        "The paths are multiplied where they are added.": lambda: [right / number(FACTORS["dE_total/dout_h1"][0]) * number("w7*delta_o1*w8*delta_o2")],
        "The factor f'(net) is left out.": lambda: [1.0],
        "f' is taken at the output value instead of the net input: f'(out), out as if it were a net.": lambda: [sigma(out) * (1 - sigma(out))],
    }  # fmt: skip
    if sentence in fixed:
        return fixed[sentence]()
    patterns = {
        r"This is ([\w/]+)\.": lambda a: [V[a]],
        r"This is (delta_\w+); it still has to be multiplied by \w+\.": lambda a: [V[a]],
        r"This is the gradient of a weight: (\w+) is no part of the delta\.": lambda a: [right * V[a]],
        r"The delta is multiplied by (\w+) itself; what \w+ multiplies belongs there\.": lambda a: [right / number(factors[-1]) * V[a]],
        r"The term (.+) is left out\.": lambda a: [number(re.sub(rf"(^| \+ ){re.escape(a)}", "", factors[0].strip("()")).strip(" +"))],
        r"The factor (.+) is left out\.": lambda a: [left_out(factors, a, quantity)],
        r"(\w+) is used where (\w+) belongs\.": lambda a, b: [product([*factors[:n], re.sub(rf"\b{b}\b", a, factors[n]), *factors[n + 1 :]]) for n in range(len(factors))],
        r"(\w+) is used for every path\.": lambda a: [product([re.sub(r"delta_\w+", a, factor) for factor in factors])],
        r"In \((.+)\) a plus stands for the minus\.": lambda a: [s * product([f.replace(f"({a})", f"({a.replace(' - ', ' + ')})") for f in factors]) for s in (1, -1)],
        r"The slope is written with the net input (net_\w+); \w+ belongs there\.": lambda a: [right / (slope(a)) * number(f"{a}*(1 - {a})")],
        r"This takes the slope of tanh, \(1 - (\w+)\^2\)\.": lambda a: [right / number(f"{a}*(1 - {a})") * number(f"1 - {a}*{a}")],
    }  # fmt: skip
    for pattern, value in patterns.items():
        if found := re.fullmatch(pattern, sentence.replace("·", "*").replace("−", "-")):
            return value(*found.groups())
    assert re.search(
        r"\((in|the one|article|only)|learning rate|layer of|weights ahead|own layer|weights of the layer before|W\^T",
        sentence,
    ), sentence
    return []


def slope(net: str) -> float:
    out = net.replace("net", "out")
    return number(f"{out}*(1 - {out})")


def left_out(factors: list[str], one: str, quantity: str) -> float:
    """A factor as the sentence writes it, perhaps with its minus; or the whole slope, which is two of them."""
    if one.startswith("dout_"):
        return product(factors) / slope("net_" + one.rpartition("_")[2])
    kept = [f for f in factors if f.lstrip("-") != one]
    assert len(kept) == len(factors) - 1, (quantity, one)
    return product(kept)


@pytest.mark.parametrize("quantity", FACTORS)
def test_every_wrong_number_is_what_its_sentence_says(quantity):
    question = bp.ask(quantity)
    assert question.expected == pytest.approx(product(FACTORS[quantity]), rel=1e-12)
    assert len(question.slips) >= AT_LEAST[quantity]
    assert {slip.mistake for slip in question.slips} - {""} <= set(MISTAKES)
    for slip in question.slips:
        meant = said(quantity, slip.sentence)
        assert not meant or any(slip.value == pytest.approx(value, rel=1e-9) for value in meant), slip


@pytest.mark.parametrize(("quantity", "sentence", "mistake"), [
    ("dnet_o1/dw7", "The net input of the unit below stands where its output belongs.", "net_for_out"),
    ("dout_o1/dnet_o1", "The factor f'(net) is left out.", "missing_activation_derivative"),
    ("dout_o1/dnet_o1", "f' is taken at the output value instead of the net input: f'(out), out as if it were a net.", "derivative_at_output"),
    ("dE_total/dout_o1", "(target - out) is used where -(target - out) is the derivative.", "sign"),
    ("dE_total/dout_o1", "The 1/2 in front of the square is kept, though the 2 that the square brings down cancels it.", "half_kept"),
])  # fmt: skip
def test_a_wrong_factor_has_the_name_of_its_mistake(quantity, sentence, mistake):
    assert [slip.mistake for slip in bp.ask(quantity).slips if slip.sentence == sentence] == [mistake]


#: What few do, so that nobody has to give more digits because of it.
RARE = (
    "And the sign", " is used where ", "slope of tanh", "slope is written with", "a plus stands for the minus",
    "is used for every path", "are exchanged", "is the bias of another layer", "of the net input, and the activation here",
    "paths are multiplied", "In the gradient: ",
)  # fmt: skip


@pytest.mark.parametrize("quantity", [*FACTORS, "w7_new"])
def test_digits_are_asked_for_because_of_what_many_do(quantity):
    question = bp.ask(quantity)
    for slip in question.slips:
        neighbour = re.fullmatch(r"This is [\w/]+\.", slip.sentence)
        rare = not slip.mistake and (bool(neighbour) or any(part in slip.sentence for part in RARE))
        assert slip.rare is rare, slip
