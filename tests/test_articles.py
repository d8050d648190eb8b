import itertools

import numpy as np
import pytest

import bpviz as bp
from bpviz.articles.example import rounds_to
from bpviz.articles.two_two_one import PRINTED_ERROR_AFTER_UPDATE


@pytest.mark.parametrize("name", ["2-3-2", "2-2-1", "2-2-2"])
def test_every_printed_number_of_the_forward_pass_is_ours_to_its_last_digit(name):
    ex = bp.articles.example(name)
    comparison = ex.compare(bp.derive(ex.network, ex.x, ex.target, learning_rate=ex.learning_rate).values)
    assert len(comparison.rows) == len(ex.printed or ex.ours)
    assert comparison.all_agree


def test_a_wrong_number_is_seen():
    ex = bp.articles.example("2-3-2")
    comparison = ex.compare({"net_h1": 2.36})
    assert not comparison.all_agree
    assert "NO" in str(comparison)
    assert "NO" in comparison._repr_html_()


def test_the_printed_error_after_the_update_of_article_3_slips_by_a_factor_of_ten():
    ex = bp.articles.example("2-2-1")
    loss = bp.descend(ex.network, ex.x, ex.target, 1.0, steps=1).losses[1]
    assert not rounds_to(loss, PRINTED_ERROR_AFTER_UPDATE)
    assert rounds_to(loss, "0.0166")


def test_the_published_program_of_article_3_is_reproduced():
    ex = bp.articles.example("2-2-1")
    networks = bp.articles.broadcasting_slip(ex.network, 100)
    losses = [bp.backward(n, bp.forward(n, ex.x), ex.target).loss for n in (networks[1], networks[100])]
    assert losses == pytest.approx([0.016526, 5.338e-07], rel=1e-3)
    assert networks[100].weights[0].round(5).tolist() == [[0.09933, 0.64253], [0.39933, 0.44253]]


def test_the_slip_adds_the_same_row_to_both_rows():
    ex = bp.articles.example("2-2-1")
    moved = bp.articles.broadcasting_slip(ex.network, 1)[1].weights[0] - ex.network.weights[0]
    assert moved[0] == pytest.approx(moved[1])


def test_an_unknown_example_gets_one_sentence():
    with pytest.raises(ValueError, match=r"name: there is no '3-3-3' .*there are 2-3-2, 2-2-1"):
        bp.articles.example("3-3-3")


SAMPLES = [[0.1, 0.9], [0.8, 0.3], [0.5, 0.6]]
WANTED = [[0.2], [0.7], [0.4]]


def own_biases(sizes, seed=3):
    rng = np.random.default_rng(seed)
    shapes = list(itertools.pairwise(sizes))
    return bp.Network([rng.uniform(-1, 1, (n, m)) for m, n in shapes], [rng.uniform(-1, 1, n) for _, n in shapes])


def test_the_training_class_is_right_with_one_hidden_unit_on_as_many_samples_as_features():
    net = own_biases((2, 1, 1))
    right = net
    for sample, wanted in zip(SAMPLES[:2], WANTED[:2]):
        right = bp.update(right, bp.backward(right, bp.forward(right, sample), wanted), 0.9)
    after = bp.articles.training_class(net, SAMPLES, WANTED)[-1]
    assert [after[name] for name in net.parameters] == pytest.approx(
        [right[name] for name in net.parameters], rel=1e-12
    )


def test_with_two_hidden_units_the_class_gives_all_of_them_the_sum_of_the_slopes():
    net = own_biases((2, 2, 1))
    after = bp.articles.training_class(net, SAMPLES, WANTED, rounds=1)
    assert len(after) == 2
    hidden = 1 / (1 + np.exp(-(net.weights[0] @ SAMPLES[0] + net.biases[0])))
    out = 1 / (1 + np.exp(-(net.weights[1] @ hidden + net.biases[1])))
    delta = (out - WANTED[0]) * out * (1 - out)
    sigma = (hidden * (1 - hidden)).sum() * net.weights[1][0] * delta
    first = bp.Network(net.weights, net.biases)
    one = bp.articles.training_class(first, [SAMPLES[0]] * 2, [WANTED[0]] * 2)[1]
    halfway = net.biases[0] - 0.9 * sigma
    assert not np.allclose(one.biases[0], halfway)  # the second sample has moved them on
    single = bp.articles.programs._class_step(net, np.array(SAMPLES[0])[:, None], np.array(WANTED[0])[:, None], 0.9)
    np.testing.assert_allclose(single.biases[0], halfway, rtol=1e-12)
    np.testing.assert_allclose(single.weights[0], net.weights[0] - 0.9 * np.outer(sigma, SAMPLES[0]), rtol=1e-12)


def test_the_third_sample_is_never_seen_where_there_are_two_features():
    net = own_biases((2, 2, 1))
    other = [*SAMPLES[:2], [9.0, -9.0]]
    assert bp.articles.training_class(net, SAMPLES, WANTED, rounds=5) == bp.articles.training_class(
        net, other, WANTED, rounds=5
    )


@pytest.mark.parametrize(("sizes", "x", "target", "message"), [
    ((2, 2, 2), SAMPLES, [[0.2, 0.1]] * 3, "net has 2 outputs, where the class stops"),
    ((2, 2, 1), SAMPLES[:1], WANTED[:1], "x has 1 samples, where the class stops"),
    ((2, 2, 2, 1), SAMPLES, WANTED, "net must have one hidden layer"),
    ((2, 2, 1), SAMPLES, WANTED[:2], "target must have a row for each of the 3 samples, not 2"),
])  # fmt: skip
def test_where_the_class_would_stop_a_sentence_says_so(sizes, x, target, message):
    with pytest.raises(ValueError, match=message):
        bp.articles.training_class(own_biases(sizes), x, target)


def test_article_1s_batch_algorithm_keeps_the_last_sample_only_and_climbs():
    net = own_biases((2, 3, 1))
    after = bp.articles.batch_algorithm(net, SAMPLES, WANTED, rounds=1)
    last = bp.derive(net, SAMPLES[-1], WANTED[-1]).gradients
    for name in net.parameters:
        assert after.networks[1][name] == pytest.approx(net[name] + last[name] / 3, rel=1e-12), name
    climbs = bp.articles.batch_algorithm(net, SAMPLES, WANTED, rounds=50).losses
    assert climbs[0] == pytest.approx(bp.backward(net, bp.forward(net, SAMPLES), WANTED).loss, rel=1e-12)
    assert climbs[-1] > climbs[0]


def test_mazurs_error_after_one_step_is_not_what_his_weights_give():
    ex = bp.articles.example("2-2-2")
    run = bp.descend(ex.network, ex.x, ex.target, 0.5, steps=9_999, frozen=("b1", "b2"))
    printed = bp.articles.MAZUR_ERRORS_AFTER
    assert not rounds_to(run.losses[1], printed[1])
    assert run.losses[1] == pytest.approx(0.2910277737, abs=1e-10)
    assert rounds_to(run.losses[9_999], printed[10_000])


@pytest.mark.parametrize("wrong", [
    {"activations": "tanh"}, {"biases": [0.1, 0.2]}, {"loss": "binary_cross_entropy"},
    {"weight_names": [[["a", "b"], ["c", "d"]], [["a", "e"]]]},
])  # fmt: skip
def test_article_3s_program_takes_only_what_it_has(wrong):
    net = bp.Network([[[0.1, 0.8], [0.4, 0.6]], [[0.1, 0.9]]], **wrong)
    with pytest.raises(ValueError, match="net must have"):
        bp.articles.broadcasting_slip(net, 1)


@pytest.mark.parametrize(("networks", "kind"), [([], ValueError), (None, TypeError), (3, TypeError), ([3], TypeError)])
def test_what_is_no_list_of_networks_gets_one_sentence(networks, kind):
    with pytest.raises(kind, match="networks must"):
        bp.articles.as_descent(networks)


def test_a_number_that_is_none_agrees_with_nothing():
    ex = bp.articles.example("2-3-2")
    with pytest.raises(ValueError, match="net_h1"):
        ex.compare({"net_h1": float("inf")})
    assert not ex.compare({"net_h1": 1e30}).all_agree
    assert not ex.compare({}).all_agree


def test_mazurs_biases_stay_as_they_are():
    """He updates the eight weights only; his printed new weights do not depend on it, his later errors do."""
    ex = bp.articles.example("2-2-2")
    assert ex.frozen == {"b1", "b2"}
    run = bp.descend(ex.network, ex.x, ex.target, ex.learning_rate, steps=10_000, frozen=ex.frozen)
    assert f"{run.losses[9_999]:.10f}" == bp.articles.MAZUR_ERRORS_AFTER[10_000]
    assert bp.articles.example("2-3-2").frozen == set()
