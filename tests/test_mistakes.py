import numpy as np
import pytest

import bpviz as bp
from bpviz.calculus.mistakes import MISTAKES, OF_THE_UPDATE, describe
from bpviz.formula.digits import round_number
from bpviz.networks.exercise import exercise
from bpviz.teaching.altered import Workings
from bpviz.teaching.doctor import indistinguishable, not_applicable, outcomes

from .networks import THOROUGH, two_three_two

A3 = {"i1": 0.35, "i2": 0.9}


def of(ex):
    """The exercise that an example poses, updated with 0.5."""
    return exercise(ex.network, ex.x, ex.target, 0.5)


def numbers(name, wrt):
    return sorted(value for _, value in outcomes(of(two_three_two()), wrt)[name])


def parts():
    """The quantities of the 2-3-2 example by plain arithmetic, for writing each mistake down by hand."""
    sigma = lambda v: 1 / (1 + np.exp(-v))
    W1 = np.array([[0.1, 0.15], [0.2, 0.25], [0.3, 0.35]])
    W2 = np.array([[0.4, 0.5, 0.6], [0.45, 0.55, 0.65]])
    i, t = np.array([5.0, 10.0]), np.array([0.01, 0.99])
    net_h = W1 @ i + 0.35
    h = sigma(net_h)
    net_o = W2 @ h + 0.65
    o = sigma(net_o)
    return W1, W2, i, t, net_h, h, net_o, o, o * (1 - o), h * (1 - h)


def by_hand():
    """{(mistake, parameter): number}, each written from the mistake's sentence, without the package."""
    W1, W2, _i, t, net_h, h, _net_o, o, do, dh = parts()
    d = (o - t) * do
    sigma_slope = lambda v: np.exp(-v) / (1 + np.exp(-v)) ** 2
    back = W2.T @ d
    early = (W2 - 0.5 * np.outer(d, h)).T @ d
    return {
        ("sign", "w7"): [-d[0] * h[0]],
        ("sign", "w1"): [-back[0] * dh[0] * 5],
        ("missing_activation_derivative", "w7"): [(o - t)[0] * h[0]],
        ("missing_activation_derivative", "w1"): [
            (W2.T @ (o - t))[0] * 5, (W2.T @ (o - t))[0] * dh[0] * 5, back[0] * 5,
        ],
        ("derivative_at_output", "w7"): [((o - t) * sigma_slope(o))[0] * h[0]],
        ("wrong_layer_derivative", "w1"): [(W2.T @ (d * do))[0] * 5],
        ("wrong_layer_activation", "w7"): [d[0] * o[0]],
        ("net_for_out", "w7"): [d[0] * net_h[0]],
        ("wrong_layer_weights", "w1"): [(W1[0, 0] * d[0] + W1[1, 0] * d[1]) * dh[0] * 5],
        ("not_transposed", "w1"): [(W2[0, 0] * d[0] + W2[0, 1] * d[1]) * dh[0] * 5],
        ("updated_too_early", "w1"): [early[0] * dh[0] * 5],
        ("forgotten_path", "w1"): [W2[0, 0] * d[0] * dh[0] * 5, W2[1, 0] * d[1] * dh[0] * 5],
        ("shared_bias_not_summed", "b2"): [d[0], d[1]],
        ("bias_not_updated", "b1"): [0],
        ("half_kept", "w7"): [d[0] * h[0] / 2],
        ("scalar_derivative", "w7"): [(o - t)[0] * do.sum() * h[0]],
    }  # fmt: skip


@pytest.mark.parametrize(("name", "wrt"), by_hand(), ids=str)
def test_a_mistake_gives_the_number_that_its_sentence_gives_by_hand(name, wrt):
    assert numbers(name, wrt) == pytest.approx(sorted(by_hand()[name, wrt]), rel=1e-12)


def test_tanh_of_half_with_the_derivative_of_tanh_doubles_the_gradient():
    net = bp.Network([[[0.5, -0.25]]], activations="bipolar_sigmoid")
    found = outcomes(exercise(net, [1, 2], [0.5], 0.5), "w1[1,2]")
    assert found["tanh_derivative"][0][1] == pytest.approx(2 * found["correct"][0][1])


def test_batch_mistakes_count_the_last_sample_only_or_the_sum():
    ex = two_three_two()
    xs, targets = [ex.x, (1.0, 2.0)], [ex.target, (0.5, 0.5)]
    each = [bp.derive(ex.network, x, t, wrt="w7").value for x, t in zip(xs, targets)]
    found = outcomes(exercise(ex.network, xs, targets, 0.5), "w7")
    assert sorted(v for _, v in found["batch_not_accumulated"]) == pytest.approx(sorted([each[1] / 2, each[1]]))
    assert found["mean_and_sum_confused"][0][1] == pytest.approx(sum(each))


EXERCISES = [("2-3-2", wrt) for wrt in two_three_two().network.parameters] + [
    ("2-2-1", wrt) for wrt in bp.articles.example("2-2-1").network.parameters
]


@pytest.mark.parametrize(("name", "wrt"), EXERCISES, ids=str)
@pytest.mark.parametrize("quantity", ["gradient", "updated"])
def test_each_number_leads_back_to_its_mistake_or_to_those_listed_as_the_same(name, wrt, quantity):
    ex = bp.articles.example(name)
    found = outcomes(exercise(ex.network, ex.x, ex.target, ex.learning_rate), wrt, quantity)
    for mistake, values in found.items():
        for _, value in values:
            told = bp.diagnose(
                ex.network, ex.x, ex.target, wrt, value, quantity=quantity, learning_rate=ex.learning_rate
            )
            if told.correct:
                assert mistake == "correct" or any({mistake, "correct"} <= set(g) for g in told.indistinguishable)
            else:
                assert mistake in told.mistakes
                assert len(told.mistakes) == 1 or any(set(told.mistakes) <= set(g) for g in told.indistinguishable)


@pytest.mark.parametrize("name", ["2-3-2", "2-2-1", "2-2-2"])
def test_every_mistake_does_harm_somewhere_or_is_listed(name):
    """Each mistake changes a number of some parameter, or cannot be made, or is listed as the same as correct."""
    ex = bp.articles.example(name)
    for mistake in set(MISTAKES) - OF_THE_UPDATE:
        harms, listed = False, True
        for wrt in ex.network.parameters:
            found = outcomes(of(ex), wrt)
            reasons = not_applicable(of(ex), wrt)
            assert (mistake in found) != (mistake in reasons)
            if mistake in found:
                listed &= any({mistake, "correct"} <= set(group) for group in indistinguishable(found))
                harms |= any(abs(v - found["correct"][0][1]) > 1e-9 for _, v in found[mistake])
        assert harms or listed, mistake


def test_a_right_answer_is_right_even_rounded():
    ex = two_three_two()
    for answer in (0.0780638755, 0.0781, 0.078064):
        told = bp.diagnose(ex.network, ex.x, ex.target, "w7", answer)
        assert told.correct
        assert str(told) == "That is right."


def test_an_answer_that_nothing_explains_is_told_so():
    ex = two_three_two()
    told = bp.diagnose(ex.network, ex.x, ex.target, "w7", 123.0)
    assert (told.correct, told.mistakes) == (False, ())
    assert told.sentence == "That is not the number, and none of the usual mistakes leads to it."


def test_the_learner_is_told_which_path_is_missing():
    ex = two_three_two()
    told = bp.diagnose(ex.network, ex.x, ex.target, "w1", 0.0135934)
    assert told.mistakes == ("forgotten_path",)
    assert "the one through o2" in told.sentence


def test_climbing_instead_of_descending_is_seen_in_the_update():
    ex = two_three_two()
    told = bp.diagnose(ex.network, ex.x, ex.target, "w7", 0.43903, quantity="updated", learning_rate=0.5)
    assert set(told.mistakes) == {"sign", "gradient_added"}
    assert ("sign", "gradient_added") in told.indistinguishable


@pytest.mark.parametrize("name", MISTAKES)
def test_every_mistake_has_a_sentence(name):
    assert describe(name).endswith(".")


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        ({"answer": "0.1"}, TypeError, "answer must be a number, not str"),
        ({"answer": float("nan")}, ValueError, "answer must be a finite number"),
        ({"wrt": "w13"}, ValueError, "wrt: there is no 'w13'"),
        ({"quantity": "delta"}, ValueError, "quantity: there is no 'delta'"),
        ({"learning_rate": 0}, ValueError, "learning_rate must be above zero"),
        ({"target": [1]}, ValueError, "target must have 2 numbers"),
    ],
)
def test_bad_input_gets_one_sentence(change, kind, message):
    ex = two_three_two()
    given = {"net": ex.network, "x": ex.x, "target": ex.target, "wrt": "w7", "answer": 0.1}
    with pytest.raises(kind, match=message):
        bp.diagnose(**{**given, **change})


def typed(value, digits):
    return float(str(round_number(value, digits)))


@pytest.mark.parametrize("quantity", ["gradient", "updated"])
def test_mistakes_are_named_by_four_digits_and_right_answers_are_never_blamed(quantity):
    """On random networks; a mistake whose number looks like the right one to so many digits is no mistake there."""
    named = told = 0
    for seed in range(36 if THOROUGH else 6):
        rng = np.random.default_rng(seed)
        sizes = rng.integers(1, 4, size=rng.integers(3, 5)).tolist()
        functions = rng.choice(["sigmoid", "tanh", "relu", "prelu", "elu", "softplus"], size=len(sizes) - 1).tolist()
        net = bp.initialise(sizes, "uniform", seed=seed, activations=functions)
        x, target = rng.uniform(0.1, 1, sizes[0]).round(2), rng.uniform(0.1, 0.9, sizes[-1]).round(2)
        given = exercise(net, x, target, 0.5)
        for wrt in list(net.parameters)[::3]:
            found = outcomes(given, wrt, quantity)
            right = found.pop("correct")[0][1]
            if not right:
                continue
            for digits in (3, 4, 6):
                marked = bp.diagnose(net, x, target, wrt, typed(right, digits), quantity=quantity)
                assert marked.correct or marked.sentence.startswith("As far as it goes that is right"), (seed, wrt)
            for name, numbers in found.items():
                for _, number in numbers:
                    if number and typed(number, 4) != typed(right, 4):
                        told += 1
                        named += name in bp.diagnose(net, x, target, wrt, typed(number, 4), quantity=quantity).mistakes
    assert told > 100
    assert named >= 0.95 * told


def test_what_cannot_be_a_mistake_here_has_its_reason():
    ex = bp.articles.example("2-2-1")
    shallow = exercise(bp.Network([[[0.5, 0.25]]], activations="linear", loss="mean_squared_error"), [1, 2], [0])
    reasons = not_applicable(shallow, "w1[1,1]")
    assert reasons["not_transposed"] == reasons["wrong_layer_weights"] == "there is no hidden layer"
    assert reasons["forgotten_path"] in ("there is no hidden layer", "no unit has more than one path to the error")
    assert reasons["half_kept"] == "the loss has no factor 1/2"
    assert reasons["shared_bias_not_summed"] in ("no parameter is shared", "there is no bias")
    assert "half_kept" not in not_applicable(of(ex), "W1[1,1]")


def test_a_parameter_is_taken_for_those_that_share_a_unit_with_it_on_one_side():
    workings = Workings("dE_total/dw1[1,2]", bp.derive(bp.initialise((2, 2, 2), seed=1), [1, 0.5], [0, 1]))
    assert workings.beside("w1[1,2]") == ["w1[1,1]", "w1[2,2]", "b1[1]"]
    assert workings.beside("b2[2]") == ["w2[2,1]", "w2[2,2]", "b2[1]"]


def test_a_mistake_that_there_is_not_is_refused_by_its_name():
    with pytest.raises(ValueError, match=r"^name: there is no 'sgin' \(did you mean 'sign'\?\)"):
        describe("sgin")
