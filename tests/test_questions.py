import math
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

import bpviz as bp
from bpviz.calculus.mistakes import MISTAKES
from bpviz.calculus.passes import gradients
from bpviz.formula.arithmetic import evaluate
from bpviz.formula.typed import read_formula
from bpviz.networks.exercise import exercise
from bpviz.teaching.doctor import outcomes
from bpviz.teaching.questions import Question
from bpviz.teaching.variants import _sides, friendly
from bpviz.teaching.verdict import going_on

from .networks import THOROUGH, often
from .test_mistakes import by_hand


@pytest.mark.parametrize(
    ("quantity", "answer"),
    [
        ("net_h1", 2.35),
        ("out_h1", 0.913),
        ("E_total", "0.391829"),
        ("dout_o1/dnet_o1", "out_o1*(1 - out_o1)"),
        ("dnet_o1/dw7", "out_h1"),
        ("dnet_o1/dout_h1", "w7"),
        ("dE_total/dout_o1", "out_o1 - target_o1"),
        ("delta_o1", "-(target_o1 - out_o1)*out_o1*(1 - out_o1)"),
        ("delta_h1", "(delta_o1*w7 + w8*delta_o2) * out_h1*(1-out_h1)"),
        ("dE_total/dw7", "delta_o1*out_h1"),
        ("dE_total/dw1", "(out_h1 - out_h1^2)*i1*(w8*delta_o2 + w7*delta_o1)"),
        ("dE_total/db1", "delta_h1 + delta_h2 + delta_h3"),
        ("w7_new", "w7 - eta*delta_o1*out_h1"),
        ("w7_new", "0.360968"),
        ("w7_new", "w7 - 0.5*dE_total/dw7"),
        ("out_h1", "1/(1 + e^(-net_h1))"),
        ("out_h1", "1/(1 + exp(-(w1*i1 + w2*i2 + b1)))"),
        ("w7_new", "0.4 - 0.5*dE_total/dw7"),
    ],
)
def test_right_answers_are_right_however_they_are_written(quantity, answer):
    if answer == "0.4 - 0.5*dE_total/dw7":  # right only for these numbers
        assert "with other numbers this formula gives another one" in bp.ask(quantity).check(answer).sentence
        return
    marked = bp.ask(quantity).check(answer)
    assert (marked.correct, marked.sentence) == (True, "That is right.")


def exercises():
    for name in ("2-3-2", "2-2-1"):
        ex = bp.articles.example(name)
        yield name, exercise(ex.network, ex.x, ex.target, 0.5)
    rng = np.random.default_rng(4)
    weights = [rng.uniform(-1, 1, shape) for shape in ((2, 2), (2, 2), (3, 2))]
    biases = [rng.uniform(-1, 1, len(W)) for W in weights]
    for activation in ("bipolar_sigmoid", "tanh", "sigmoid"):
        yield activation, exercise(bp.Network(weights, biases, activation), [0.5, -0.7], [0.2, 0.4, 0.9], 0.5)


DEEP = bp.initialise((2, 2, 2, 2), seed=3)


def test_every_step_of_a_deep_network_can_be_asked_for():
    given = exercise(DEEP, [0.5, -1], [0.2, 0.7], 0.5)
    for name in bp.derive(DEEP, given.x, given.target, None, 0.5).by_name:
        question = Question(name, given)
        assert question.check(question.expected).correct, name
        assert question.rows
        assert question.hints
    assert len(bp.Quiz(net=DEEP, x=[0.5, -1], target=[0.2, 0.7])._asked) == 11


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("digits", [3, 4, 5, 6])
def test_a_right_answer_is_right_to_as_many_digits_as_it_has_or_needs_more(dtype, digits):
    ex = bp.articles.example("2-3-2")
    net = bp.Network(
        [W.astype(dtype) for W in ex.network.weights],
        [dtype(0.35), dtype(0.65)],
        weight_names=ex.network.weight_names,
        bias_names=ex.network.bias_names,
    )
    few = 0
    for name in net.parameters:
        for quantity in (f"dE_total/d{name}", f"{name}_new"):
            question = bp.ask(quantity, net=net, x=ex.x, target=ex.target)
            marked = question.check(float(f"{question.expected:.{digits}g}"))
            if not marked.correct:
                assert "to so few digits a mistake looks the same" in marked.sentence, quantity
                few += 1
    assert few <= {3: 8, 4: 1}.get(digits, 0)


@pytest.mark.parametrize(
    ("quantity", "answer"),
    [
        ("dE_total/dw7", "0.88109*0.0970489*0.912934"),
        ("dE_total/dw7", "7.81*10^-2"),
        ("dE_total/dw7", "+ 0.0781"),
        ("dE_total/dw1", "dE_total/dw1|h1→o1 + dE_total/dw1|h1→o2"),
        ("dE_total/dw8", "– 0.00677"),
    ],
)
def test_numbers_may_be_written_as_products_and_hints_may_be_typed_back(quantity, answer):
    assert bp.ask(quantity).check(answer).correct


def test_a_quantity_without_a_finite_value_cannot_be_asked_for():
    net = bp.Network([[[1000.0]]], loss="binary_cross_entropy")
    with pytest.raises(ValueError, match="dE_total/dout_o1 has no finite value with these numbers"):
        bp.ask("dE_total/dout_o1", net=net, x=[1], target=[0])


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "mean_squared_error"])
def test_mistakes_about_the_half_are_not_told_where_there_is_no_half(loss):
    net = bp.Network([[[0.7, -0.2]]], loss=loss)
    for quantity, factor in (("E_o1", 2), ("dE_total/dout_o1", 0.5)):
        question = bp.ask(quantity, net=net, x=[1, 2], target=[0])
        marked = question.check(factor * question.expected)
        assert "1/2" not in marked.sentence
        assert "half_kept" not in marked.mistakes


@pytest.mark.parametrize("quantity", ["gradient", "updated"])
def test_every_mistake_is_named_on_every_parameter(quantity):
    told = 0
    for name, given in exercises():
        net = given.network
        for wrt in net.parameters:
            question = Question(f"dE_total/d{wrt}" if quantity == "gradient" else f"{wrt}_new", given)
            found = outcomes(given, wrt, quantity)
            for mistake in MISTAKES:
                for _, value in found.get(mistake, ()):
                    if abs(value - question.expected) <= 1e-9 * max(abs(value), abs(question.expected), 1e-12):
                        continue  # it does no harm here
                    marked = question.check(value)
                    assert not marked.correct, (name, wrt, mistake)
                    assert mistake in marked.mistakes, (name, wrt, mistake, marked)
                    told += 1
    assert told > 300


def test_a_mistake_in_a_delta_is_named():
    given = bp.ask("delta_h1").given
    values = bp.derive(given.network, given.x, given.target).values
    one_path = values["w7"] * values["delta_o1"] * values["out_h1"] * (1 - values["out_h1"])
    marked = bp.ask("delta_h1").check(one_path)
    assert marked.mistakes == ("forgotten_path",)
    assert "through o2" in marked.sentence
    assert bp.ask("delta_h1").check("w7*delta_o1*out_h1*(1-out_h1)").mistakes == ("forgotten_path",)


@pytest.mark.parametrize(
    ("quantity", "answer", "sentence"),
    [
        ("net_h1", 2.0, "Not quite: the term b1 is left out."),
        ("out_h1", "net_h1", "Not quite: the activation is left out: this is the net input."),
        ("E_o1", "(target_o1 - out_o1)^2", "Not quite: the factor 1/2 in front of the square is left out."),
        ("dnet_o1/dw7", "w7", "Not quite: this is the weight, not what it multiplies."),
        ("dE_total/dw1", "delta_h1", "Not quite: this is delta_h1; it still has to be multiplied by i1."),
        (
            "dE_total/dw7",
            "dE_total/dout_o1*dnet_o1/dw7",
            "Not quite: the factor f'(net) is left out (in the output layer).",
        ),
        ("w7_new", "w7 + eta*delta_o1*out_h1", "Several mistakes lead to this number: (target - out) is used"),
        ("w7_new", "w7 - delta_o1*out_h1", "Not quite: the learning rate is left out."),
        ("dE_total/dw7", 0.08, "As far as it goes that is right; give at least 3 significant digits."),
        ("dE_total/dw7", 0.5, "That is not the number, and none of the usual mistakes leads to it."),
        ("dE_total/dw7", "dE_total/dw7", "answer: dE_total/dw7 is what is asked for; say it by other names"),
        ("dE_total/dw7", "i1/(w1 - w1)", "answer: the formula has no value here"),
        ("dE_total/dw7", "", "answer: there is nothing to read"),
        ("dE_total/dw7", "nan", "answer: an answer must be a finite number, not nan"),
        ("dE_total/dw7", "__import__('os').system('rm -rf /')", "answer: there is no '__import__' here"),
        ("dE_total/dw7", "9" * 10**6, "answer: a number may have 30 digits, but this one has 1000000"),
        ("dE_total/dw7", "(" * 10**5, "answer: a formula may have 1000 characters"),
        ("dE_total/dw7", float("nan"), "answer must be a finite number, not nan"),
        ("dE_total/dw7", 10**400, "answer must be a finite number, but it is too large for a float"),
    ],
)
def test_a_wrong_or_hostile_answer_gets_one_clear_sentence(quantity, answer, sentence):
    marked = bp.ask(quantity).check(answer)
    assert not marked.correct
    assert sentence in marked.sentence
    assert len(marked.sentence) < 400


def test_an_answer_of_another_kind_is_a_type_error():
    with pytest.raises(TypeError, match="answer must be a number or a text, not list"):
        bp.ask("dE_total/dw7").check([0.5])
    with pytest.raises(TypeError, match="not bool"):
        bp.ask("dE_total/dw7").check(True)


def test_a_question_says_how_many_digits_tell_the_answer_from_mistakes():
    question = bp.ask("w1_new")
    assert question.text.endswith("Give 4 significant digits.")
    assert not question.check(0.0939).correct
    assert question.check(0.09387).correct
    assert bp.ask("dE_total/dw7").text == "What is the gradient dE_total/dw7?"
    for seed in range(6):
        for question in bp.Quiz(seed=seed)._asked:
            assert question.check(float(f"{question.expected:.{question.digits}g}")).correct, question


def test_hints_fade_from_words_to_the_formula_to_numbers():
    question = bp.ask("dE_total/dw7")
    hints = [question.hint() for _ in range(4)]
    assert hints == [
        "Multiply the factors along the path: this is how fast the error changes with w7.",
        "dE_total/dw7 = dE_total/dout_o1 · dout_o1/dnet_o1 · dnet_o1/dw7",
        "dE_total/dw7 = 0.88109·0.0970489·0.912934",
        "dE_total/dw7 = 0.88109·0.0970489·0.912934",
    ]
    assert "0.0780639" not in " ".join(hints)


def test_friendly_numbers_come_from_the_seed_alone():
    one, two, other = (bp.variant(bp.articles.example("2-3-2"), seed) for seed in (5, 5, 6))
    assert one.network == two.network != other.network
    assert (one.x, one.target, one.learning_rate) == (two.x, two.target, two.learning_rate)
    for example in (one, other):
        numbers = [*(p.value for p in example.network.parameters.values()), *example.x, *example.target]
        assert all(0 < abs(n) <= 1 and round(n, 1) == n for n in numbers)
    assert set(one.network.parameters) == set(bp.articles.example("2-3-2").network.parameters)


def test_a_variant_needs_an_example():
    with pytest.raises(TypeError, match="example must be an Example, not str"):
        bp.variant("2-3-2", 1)


def test_friendly_targets_suit_the_loss():
    net = bp.initialise((2, 3), activations="softmax", loss="categorical_cross_entropy")
    given = friendly(exercise(net, [1, 2], [0, 1, 0], 0.5), 3)
    assert sorted(given.target) == [0, 0, 1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"quantity": "dE_total/dw13"}, "quantity: there is no 'dE_total/dw13' .did you mean 'dE_total/dw3'"),
        ({"quantity": 3}, "quantity must be a name, not int"),
        ({"quantity": "w7_new", "example": "9-9"}, "example: there is no '9-9'"),
        ({"quantity": "w7_new", "example": 3}, "example must be an Example or its name, not int"),
        ({"quantity": "w7_new", "seed": -1}, "seed must be from 0"),
        ({"quantity": "w7_new", "learning_rate": 0}, "learning_rate must be above zero"),
        ({"quantity": "net_h1", "x": [1, 2]}, "x and target need net"),
        ({"quantity": "net_h1", "net": "x", "x": [1], "target": [1]}, "net must be a Network, not str"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(arguments, message):
    with pytest.raises((ValueError, TypeError), match=message):
        bp.ask(**arguments)


def test_a_question_about_a_network_of_ones_own():
    net = bp.Network([[[0.5]], [[2.0]]], activations=["relu", "linear"])
    question = bp.ask("dE_total/dw1[1,1]", net=net, x=[3], target=[1])
    assert question.check("delta_o1 * w2[1,1] * i1").sentence == (
        "The number is right here, but with other numbers this formula gives another one."
    )
    assert question.check(12).correct
    with pytest.raises(ValueError, match="x must be one sample"):
        bp.ask("E_total", net=net, x=[[3]], target=[[1]])


@pytest.mark.parametrize(("name", "wrt"), by_hand(), ids=str)
def test_a_mistake_worked_out_by_hand_is_named_from_four_digits(name, wrt):
    question = bp.ask(f"dE_total/d{wrt}")
    for value in by_hand()[name, wrt]:
        marked = question.check(f"{value:.4g}")
        assert not marked.correct
        assert name in marked.mistakes, marked


@pytest.mark.parametrize(
    ("quantity", "answer", "part"),
    [
        ("dE_total/dw7", "0.71677", "the factor (1 - out_o1) is left out"),
        ("dE_total/dw7", "-0.80438", "the factor dout_o1/dnet_o1 is left out. And the sign is the wrong way round"),
        ("dE_total/dw7", "0.15613", "the 2 that the square brings down is kept"),
        ("dE_total/dw7", "0.083727", "out_h2 is used where out_h1 belongs"),
        ("dE_total/dw7", "0.16567", "this takes the slope of tanh"),
        ("dE_total/dw7", "0.039032", "Or: This is the learning rate times the gradient"),
        ("dE_total/dw1", "0.024536", "i2 is used where i1 belongs"),
        ("dE_total/dw1", "-0.48965", "the slope is written with the net input net_h1"),
        ("delta_o1", "0.078064", "this is the gradient of a weight: out_h1 is no part of the delta"),
        ("delta_h1", "0.0062076", "the weights are left out where the deltas are gathered"),
        ("w7_new", "0.039032", "this is the learning rate times the gradient; it still has to be taken off"),
        ("w1_new", "0.1", "this is the old value; nothing is taken off it yet"),
        ("w1_new", "0.10613", "The gradient is added where it is subtracted"),
        ("net_h1", "2.1", "i1 and i2 are exchanged"),
        ("net_h1", "2.85", "the weights are read from a column of the matrix"),
        ("out_h1", "0.087066", "the activation is taken at -net"),
        ("out_h1", "0.0794853", "this is the slope of the activation, not its value"),
        ("E_o1", "0.88109", "the difference is not squared"),
        ("E_total", "0.78366", "the factor 1/2 in front of the squares is left out"),
        ("dout_o1/dnet_o1", "0.89109", "the factor (1 - out_o1) is left out"),
        ("dE_total/dw7", "0.0777", "that is close, but not right to three digits"),
    ],
)
def test_a_small_slip_is_recognised(quantity, answer, part):
    """The numbers are those of the 2-3-2 example, worked out beside the package."""
    marked = bp.ask(quantity).check(answer)
    assert not marked.correct
    assert part.lower() in marked.sentence.lower()


def test_the_term_that_is_left_out_is_named_as_it_is_written():
    net = bp.initialise((1, 2, 1), activations=["tanh", "sigmoid"])
    question = bp.ask("dout_h1/dnet_h1", net=net, x=[1], target=[1], seed=3)
    marked = question.check(-(question.derivation.values["out_h1"] ** 2))
    assert marked.sentence == "Not quite: the term 1 is left out."


@pytest.mark.parametrize("seed", range(12))
def test_friendly_numbers_ask_for_something(seed):
    """No input is 1 or like another, no rate is 1, and every parameter moves, also where a ReLU could be dead."""
    for net in (bp.articles.example("2-3-2").network, bp.initialise((2, 2, 1), activations=["relu", "sigmoid"])):
        given = friendly(exercise(net, [1, 2], [0.3] * net.sizes[-1], 0.5), seed)
        assert len(set(given.x)) == 2
        assert 1 not in (*given.x, given.learning_rate)
        assert min(abs(gradients(given)[name]) for name in net.parameters) * given.learning_rate >= 1e-3


#: Every activation with every kind of bias; where there is little time, with one of them.
BIASES = ("none", "shared", "own")
ASKED = [
    (name, kind)
    for n, name in enumerate(sorted(bp.ACTIVATIONS))
    for kind in (BIASES if THOROUGH else BIASES[n % 3 : n % 3 + 1])
]


@pytest.mark.parametrize(("name", "biases"), ASKED)
def test_every_step_of_any_network_can_be_asked_for(name, biases):
    """Of one layer and of three, with units that stand alone, whatever the activation."""
    rng = np.random.default_rng(1)
    for sizes in ((1, 1), (2, 1), (1, 2, 1), (2, 2, 2), (2, 3, 2, 1)):
        weights = [rng.normal(size=(n, m)).round(2) for m, n in pairwise(sizes)]
        own = [rng.normal(size=len(W)).round(2) for W in weights]
        shape = {"none": None, "shared": [0.3] * len(weights), "own": own}[biases]
        given = exercise(
            bp.Network(weights, shape, name), rng.normal(size=sizes[0]), rng.uniform(0.1, 0.9, sizes[-1]), 0.5
        )
        for quantity in bp.derive(given.network, given.x, given.target, None, 0.5).by_name:
            question = Question(quantity, given)
            assert question.check(question.expected).correct, (sizes, quantity)
            far = question.expected * 1.37 + (0.3 if question.expected >= 0 else -0.3)
            assert not question.check(far).correct, (sizes, quantity)


@pytest.mark.parametrize(
    "name", ["w_new", "w_new_new", "d", "dw", "E", "net", "out_", "δ", "w|δ", "new", "target", "w/dx", "h1"]
)
def test_a_parameter_may_have_any_name(name):
    """Names are never taken apart: what a quantity is, its symbol says."""
    net = bp.Network([[[0.5, -0.3]], [[0.8]]], weight_names=[[[name, "other"]], [["last"]]])
    for quantity in (f"dE_total/d{name}", f"{name}_new", f"dnet_h1/d{name}", f"dE_total/d{name}|δ"):
        question = bp.ask(quantity, net=net, x=[1, 2], target=[0.2])
        assert question.check(question.expected).correct, quantity
        assert not question.check(2 * question.expected + 1).correct, quantity
        assert question.text.startswith("What is the ")
    assert bp.ask(f"dE_total/d{name}", net=net, x=[1, 2], target=[0.2]).check(0.1).sentence


@pytest.mark.parametrize("name", ["∂", "w·1", "w−1", "1a", "e5", "d", "w**2"])
def test_a_name_with_signs_of_its_own_is_read(name):
    net = bp.Network([[[0.5]]], weight_names=[[[name]]])
    assert bp.ask("net_o1", net=net, x=[2], target=[1]).check(f"{name}*i1").correct


def test_of_two_names_that_read_alike_the_one_that_is_typed_so_is_meant():
    names = {"w·1": 2.0, "w*1": 3.0}
    assert float(evaluate(read_formula("w*1", names), names)) == 3
    assert float(evaluate(read_formula("w·1 + 1", dict(reversed(names.items()))), names)) == 4


def ways(number: float, digits: int, name: str) -> list[str]:
    """A number rounded to so many digits, as people write it."""
    plain = f"{Decimal(repr(number)):.{digits - 1}e}"
    mantissa, power = plain.split("e")
    shown = format(Decimal(plain), "f")
    percent = format(Decimal(plain).scaleb(2), "f")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return [
        shown, f"= {shown}", f"≈{shown}", f"{shown}.", shown.replace("-", "−"), shown.replace(".", ","), f"{percent}%",
        f"{mantissa}·10{raised}", f"{mantissa} \\cdot 10^{{{int(power)}}}", f"{name} = {shown}", plain,
    ]  # fmt: skip


def variants():
    """The worked examples with their own numbers and with others."""
    for seed in (None, *range(1, often(20))):
        yield "2-3-2", seed
        yield "2-2-1", seed


def test_a_right_answer_is_never_blamed_however_it_is_rounded_and_written():
    for name, seed in variants():
        for quantity in bp.Quiz(example=name)._quantities:
            question = bp.ask(quantity, name, seed=seed)
            for digits in (2, 3, 4, 6):
                for written in ways(question.expected, digits, quantity):
                    marked = question.check(written)
                    assert marked.counts, (written, marked)
                    right = marked.correct or marked.sentence.startswith("As far as it goes that is right")
                    assert right, (name, seed, quantity, question.expected, written, marked)
                    assert marked.mistakes == ()


@pytest.mark.parametrize(
    ("quantity", "typed", "sentence"),
    [
        ("dE_total/dw7", "0.780639", "The digits are right, but the decimal point has slipped."),
        ("dE_total/dw7", "0.0781", "That is right."),
        ("dE_total/dw7", "0.078", "As far as it goes that is right"),
        ("dE_total/dw7", "0.0870639", "Two neighbouring digits are exchanged"),
        ("dE_total/dw7", "12.81", "This is one divided by the right number."),
        ("dE_total/dw7", "0.90433", "That is out_o2, the answer to another question."),
        ("w7_new", "0.36", "As far as it goes that is right; give at least 3 significant digits."),
    ],
)
def test_what_happens_to_right_numbers_gets_a_sentence_of_its_own(quantity, typed, sentence):
    assert bp.ask(quantity).check(typed).sentence.startswith(sentence)


def test_what_cannot_be_read_is_no_answer():
    marked = bp.ask("dE_total/dw7").check("nett_h1 * 2")
    assert (marked.correct, marked.counts) == (False, False)
    assert marked.sentence == "answer: there is no 'nett_h1' here; did you mean 'net_h1'?"
    assert bp.ask("dE_total/dw7").check("5").counts


SUMMED = "(delta_o1 * w2[1,1] + delta_o2 * w2[2,1])"


@pytest.mark.parametrize("hidden", ["relu", "prelu", "elu"])
@pytest.mark.parametrize(
    ("formula", "is_right"),
    [(f"{SUMMED} * dout_h1/dnet_h1", True), (SUMMED, False), (f"{SUMMED} * dout_h2/dnet_h2", False)],
)
def test_a_formula_is_tried_on_both_sides_of_every_kink_and_of_those_beside_it(hidden, formula, is_right):
    """Where a unit is switched on its slope is 1, and so is that of another one: nobody could see that it is missing."""
    for seed in range(10):
        net = bp.initialise((2, 3, 2), seed=seed, activations=[hidden, "sigmoid"])
        question = bp.ask("delta_h1", net=net, x=[0.5, 0.8], target=[0.1, 0.9])
        assert question.check(formula).correct is is_right, seed


@pytest.mark.parametrize("seed", range(10))
def test_the_derivative_by_an_output_is_no_delta_of_a_relu(seed):
    net = bp.initialise((2, 2, 2), seed=seed, activations="relu")
    question = bp.ask("delta_o1", net=net, x=[0.5, 0.8], target=[0.1, 0.9])
    assert not question.check("dE_total/dout_o1").correct
    assert question.check("dE_total/dout_o1 * dout_o1/dnet_o1").correct


@pytest.mark.parametrize(("unit", "ahead"), [("h1", "w7, w8"), ("h2", "w9, w10"), ("h3", "w11, w12")])
def test_another_activations_slope_is_named_at_every_unit_of_a_layer(unit, ahead):
    first, second = ahead.split(", ")
    sent_back = f"(delta_o1*{first} + delta_o2*{second})"
    question = bp.ask(f"delta_{unit}")
    assert "slope of tanh" in question.check(f"{sent_back}*(1 - out_{unit}^2)").sentence
    assert "written with the net input" in question.check(f"{sent_back}*net_{unit}*(1 - net_{unit})").sentence


def test_an_updated_parameter_must_be_given_to_the_digits_that_its_step_changes():
    """From 100 to 100.002: with four digits nobody can tell whether a step was made at all."""
    net = bp.Network([[[100.0]]], activations="linear", weight_names=[[["w"]]])
    asked = {"quantity": "updated", "learning_rate": 1.0}
    assert "give 6 digits" in bp.diagnose(net, [0.01], [1.2], "w", 100.0, **asked).sentence
    assert bp.diagnose(net, [0.01], [1.2], "w", 100.002, **asked).correct


def test_data_without_a_network_get_one_sentence():
    with pytest.raises(ValueError, match=r"^x and target need net; without it the example's own are used$"):
        bp.ask("net_h1", x=[1, 2])


def test_a_quantity_that_cancels_to_nothing_is_answered_by_zero():
    question = bp.ask("net_h1", seed=1)  # 0.2*0.7 + 0.3*0.2 - 0.2, of which floats leave -2.8e-17
    for answer in (0, "0", "0.0", "w1*i1 + w2*i2 + b1", "0.2*0.7 + 0.3*0.2 - 0.2"):
        assert question.check(answer).correct, answer
    assert not question.check("1e-9").correct


def test_nothing_but_what_is_lost_counts_as_zero():
    net = bp.Network([[[1e-9, 1e-9]]], activations="linear")
    question = bp.ask("net_o1", net=net, x=[1, 1], target=[1])
    assert question.check("2e-9").correct
    assert not question.check(0).correct


@pytest.mark.parametrize("sizes", [(2, 3, 2), (1, 4, 1), (3, 2, 4, 2)])
def test_every_quantity_of_any_derivation_can_be_asked_for(sizes):
    net, x, target = bp.initialise(sizes, seed=2), [0.3] * sizes[0], [0.2] * sizes[-1]
    derivations = [bp.derive(net, x, target, wrt, 0.5) for wrt in (None, *net.parameters)]
    for name in {name for derivation in derivations for name in derivation.by_name}:
        assert bp.ask(name, net=net, x=x, target=target).quantity == name


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        ("net_h1", "What is the net input net_h1?"),
        ("out_h1", "What is the output out_h1?"),
        ("E_o1", "What is the error's part E_o1?"),
        ("E_total", "What is the error E_total?"),
        ("dE_total/dout_o1", "What is the factor dE_total/dout_o1?"),
        ("dE_total/dout_h1", "What is the factor dE_total/dout_h1?"),
        ("delta_h1", "What is the delta delta_h1?"),
        ("dE_total/dw7", "What is the gradient dE_total/dw7?"),
        ("dE_total/dw1|h1→o1", "What is the product along the path dE_total/dw1|h1→o1?"),
        ("dE_total/dw1|δ", "What is the gradient dE_total/dw1|δ?"),
        ("w7_new", "What is the updated parameter w7_new, with the learning rate 0.5?"),
    ],
)
def test_a_question_says_of_what_kind_the_quantity_is(quantity, text):
    assert bp.ask(quantity).text == text


@pytest.mark.parametrize(
    ("activations", "loss", "setting"),
    [
        ("tanh", "mean_squared_error", "tanh in every layer · mean squared error · η = 0.25"),
        (["tanh", "sigmoid"], "binary_cross_entropy", "tanh, then sigmoid · binary cross entropy · η = 0.25"),
        (bp.activation("elu", alpha=0.5), "half_squared_error", "elu(alpha=0.5) in every layer · half squared error · η = 0.25"),
    ],
)  # fmt: skip
def test_a_question_says_what_else_its_answer_depends_on(activations, loss, setting):
    net = bp.initialise((1, 1, 1), activations=activations, loss=loss)
    assert bp.ask("net_h1", net=net, x=[1], target=[1], learning_rate=0.25).setting == setting


def test_of_a_net_of_one_layer_the_activation_is_that_layers():
    assert bp.ask("net_o1", net=bp.Network([[[1]]]), x=[1], target=[1]).setting.startswith("sigmoid · ")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0.094", "As far as it goes that is right; give at least 4 significant digits."),
        ("0.0939", "As far as it goes that is right, but to so few digits a mistake looks the same; give 4 digits."),
        ("0.09387", "That is right."),
        ("0.093866", "That is right."),
        ("0.09391", "That is close, but not right to three digits."),
        ("0.0938661", "That is right."),
        ("0.0937", "That is not the number, and none of the usual mistakes leads to it."),
    ],
)
def test_every_digit_that_is_typed_counts(typed, sentence):
    """The right number is 0.0938660918; what moves it, 0.00613, is known to three digits from the fifth place on."""
    assert bp.ask("w1_new").check(typed).sentence == sentence


def test_what_a_named_mistake_says_is_not_said_again_in_other_words():
    marked = bp.ask("b1_new").check(0.35)
    assert marked.mistakes == ("bias_not_updated",)
    assert "The bias is treated as a constant" in marked.sentence
    assert "old value" not in marked.sentence
    assert bp.ask("w7_new").check(0.4).sentence == "Not quite: this is the old value; nothing is taken off it yet."


@pytest.mark.parametrize(
    ("sentence", "after_a_colon"),
    [
        ("The sign is wrong.", "the sign is wrong."),
        ("A bias is left out.", "a bias is left out."),
        ("In the gradient: it is half.", "in the gradient: it is half."),
        ("W is used where W^T belongs.", "W is used where W^T belongs."),
        ("ReLU has a corner.", "ReLU has a corner."),
        ("E_total is meant.", "E_total is meant."),
        ("W7 is meant.", "W7 is meant."),
        ("B. The bias.", "B. The bias."),
        ("Exchanged, they are right.", "exchanged, they are right."),
        ("f' is taken.", "f' is taken."),
    ],
)
def test_after_a_colon_words_begin_small_and_names_stay(sentence, after_a_colon):
    assert going_on(sentence) == after_a_colon


@pytest.mark.parametrize("seed", range(5))
def test_friendly_numbers_are_tenths_to_the_last_bit(seed):
    given = bp.ask("net_h1", seed=seed).given
    numbers = [*given.network.numbers.values(), *given.x, *given.target]
    assert all(number == float(f"{number:.1f}") for number in numbers)


def test_a_formula_about_shares_is_tried_with_other_shares():
    net = bp.Network([[[0.5], [-0.25]]], activations="softmax", loss="categorical_cross_entropy")
    question = bp.ask("delta_o1", net=net, x=[2], target=[1, 0])
    assert question.check("out_o1 - target_o1").correct
    assert not question.check("-out_o2").correct  # as long as the first share is 1


@pytest.mark.parametrize(
    ("weights", "unit", "columns"),
    [
        ([[1, 2], [3, 4]], 1, [13]),
        ([[1, 2], [3, 4]], 2, [24]),
        ([[1, 2], [3, 4], [5, 6]], 2, [24]),
        ([[1, 2], [3, 4], [5, 6]], 3, []),  # there is no third column
        ([[1, 2, 0], [3, 4, 0]], 1, []),  # a column is too short for three inputs
    ],
)
def test_a_column_is_taken_for_a_row_where_there_is_one_that_is_long_enough(weights, unit, columns):
    """On the inputs 10 and 1: 1 and 3 make 13, 2 and 4 make 24."""
    x = [10, 1, 5][: len(weights[0])]
    question = bp.ask(f"net_o{unit}", net=bp.Network([weights]), x=x, target=[0.5] * len(weights))
    assert [slip.value for slip in question.slips if "column of the matrix" in slip.sentence] == columns


@pytest.mark.parametrize("typed", ["0.0870639", "0.0708639", "0.0786039"])
def test_two_neighbouring_digits_that_are_exchanged_are_seen_among_the_first_three_and_after(typed):
    """The right number is 0.0780639."""
    assert bp.ask("dE_total/dw7").check(typed).sentence.startswith("Two neighbouring digits are exchanged")


def test_tanh_for_its_half_is_told_once_and_in_the_words_of_the_mistake():
    net = bp.Network([[[0.5]]], activations="bipolar_sigmoid", weight_names=[[["w"]]])
    question = bp.ask("dE_total/dw", net=net, x=[2], target=[0.25])
    marked = question.check(2 * question.expected)
    assert marked.mistakes == ("tanh_derivative",)
    assert "slope of tanh" not in marked.sentence


@pytest.mark.parametrize("formula", ["w7*3.123", "out_h1*2", "out_h1 - 3"])
def test_a_formula_that_no_mistake_leads_to_is_blamed_on_none(formula):
    marked = bp.ask("dE_total/dw7").check(formula)
    assert (marked.sentence, marked.mistakes) == (
        "That is not the number, and none of the usual mistakes leads to it.",
        (),
    )


def test_sides_are_told_of_every_unit_layer_and_sample_that_has_two():
    """z = 1, -1 and then -1 in one sample, -1, 1 and then 1 in the other; the sigmoid between has no sides."""
    net = bp.Network([[[1], [-1]], [[0, 0]], [[-2]]], [[0, 0], [0], [0]], ["relu", "sigmoid", "relu"])
    one = {(0, 0, 0, 1), (0, 0, 1, 0), (0, 0, 1), (2, 0, 0, 0)}
    two = {(0, 1, 0, 0), (0, 1, 1, 1), (0, 1, 1), (2, 1, 0, 0)}
    assert _sides(exercise(net, [1], [0], 0.5)) == one
    assert _sides(exercise(net, [[1], [-1]], [[0], [0]], 0.5)) == one | two


@pytest.mark.parametrize("quantity", ["dE_total/dw", "delta_o1"])
def test_a_whole_slope_that_is_left_out_is_told_in_the_words_of_the_mistake(quantity):
    """out - 1/4 alone, or times the input: the slope of tanh, 1 - out^2, is one factor."""
    net = bp.Network([[[0.5]]], activations="tanh", weight_names=[[["w"]]])
    question = bp.ask(quantity, net=net, x=[2], target=[0.25])
    marked = question.check((math.tanh(1) - 0.25) * (2 if quantity == "dE_total/dw" else 1))
    assert marked.mistakes == ("missing_activation_derivative",)
    assert marked.sentence == "Not quite: the factor f'(net) is left out."
