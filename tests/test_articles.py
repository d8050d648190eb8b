import pytest

import bpviz as bp
from bpviz.articles.example import rounds_to
from bpviz.articles.two_two_one import PRINTED_ERROR_AFTER_UPDATE


@pytest.mark.parametrize("name", ["2-3-2", "2-2-1"])
def test_every_printed_number_of_the_forward_pass_is_ours_to_its_last_digit(name):
    ex = bp.articles.example(name)
    comparison = ex.compare(bp.derive(ex.network, ex.x, ex.target).values)
    assert len(comparison.rows) == len(ex.printed)
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
