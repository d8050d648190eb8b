import pytest

import bpviz as bp
from bpviz.articles.ledger import Claim, Wording
from bpviz.calculus.mistakes import MISTAKES
from bpviz.formula.tree import Negative, Number

CLAIMS = list(bp.articles.claims())
FORMULAS = [claim for claim in CLAIMS if isinstance(claim, Claim)]
SLIPS = [claim for claim in CLAIMS if claim.verdict == "slips"]

#: Slips that are no wrong way to compute a gradient, and so not in the list of mistakes.
OTHERS = {
    "bias_forgotten", "decimal_point", "index_clash", "jacobian_flattened", "letter_with_two_meanings", "name",
    "part_for_the_whole", "range", "wrong_error",
}  # fmt: skip


def label(claim):
    return f"{claim.article}: {claim.place}"


def test_every_article_has_claims_and_none_is_left_without_a_verdict():
    counts = {article: [c.verdict for c in CLAIMS if c.article == article] for article in (1, 2, 3, 4, 5)}
    assert all(set(verdicts) <= {"holds", "slips"} for verdicts in counts.values())
    assert all(len(verdicts) > 10 for verdicts in counts.values())
    assert [len(bp.articles.claims().of(n)) for n in counts] == [len(v) for v in counts.values()]


#: Every slip that is known of from reading, by the words of its place: none may be found to hold.
KNOWN = [
    (1, "called the hyperbolic tangent"), (1, "1 - f^2"), (1, "boxed: gradient of a weight"), (1, "after 'hence'"),
    (1, "delta as a sum over d - y"), (1, "b_k in the inner bracket"), (1, "without b_k"), (1, "k is fixed and summed over"),
    (1, "the samples and the error"), (1, "gathering the weights' gradients"), (1, "batch: update of a weight"),
    (1, "batch: update of a bias"), (1, "net of an output written out: W^(L-2)"),
    (2, "net of o1 in numbers"), (2, "error in numbers"), (2, "gradient of w7"), (2, "layer 2 in matrices"), (2, "neuron 4"),
    (2, "neuron 5"), (2, "neuron 6"), (2, "the target differentiated"), (2, "it climbs"), (2, "f(S_j) where f(S_i)"),
    (2, "dz/dW of the first layer"), (2, "sigma2"), (2, "sigma3"), (2, "loop runs to mx"), (2, "PCA"),
    (3, "error after the update"), (3, "a row times a column"), (3, "input's row first"),
    (4, "W5, W6, W7 in net_o1"), (4, "second layer"), (4, "delta as a derivative by the output"), (4, "if it is negative"),
    (1, "i and j in one derivative"), (5, "when k ≠ j"), (4, "tansig"), (4, "6 times in a row"), (4, "mu"),
]  # fmt: skip


@pytest.mark.parametrize(("article", "words"), KNOWN, ids=str)
def test_every_known_slip_is_found(article, words):
    found = [claim for claim in CLAIMS if claim.article == article and words in claim.place]
    assert found
    assert all(claim.verdict == "slips" for claim in found)


def test_what_is_true_as_printed_is_found_to_hold():
    """Article 5 but for one index; in article 2 dz/db, the matrix deltas and gradients, and f' = f (A - f)/(AB)."""
    assert ["when k ≠ j" in claim.place for claim in CLAIMS if claim.article == 5 and claim.verdict == "slips"] == [
        True
    ]
    for words in (
        "dz/db is the identity",
        "delta, entry by entry",
        "gradient of the weights",
        "gradient of the biases",
        "derivative of A/",
    ):
        (claim,) = [c for c in CLAIMS if c.article == 2 and words in c.place]
        assert claim.verdict == "holds"
    for words in ("zero weights", "cross-entropy cancels", "the same, in terms of f"):
        (claim,) = [c for c in CLAIMS if c.article == 4 and words in c.place]
        assert claim.verdict == "holds"


@pytest.mark.parametrize("claim", SLIPS, ids=label)
def test_a_slip_has_a_correction_that_holds_and_a_named_mistake(claim):
    assert claim.correction_holds
    assert claim.corrected
    assert claim.mistake in {*MISTAKES, *OTHERS}


@pytest.mark.parametrize("claim", [c for c in FORMULAS if c.verdict == "holds"], ids=label)
def test_breaking_what_is_printed_turns_the_verdict(claim):
    if claim.digits is not None:
        broken = claim.digits[:-1] + ("1" if claim.digits[-1] != "1" else "2")
        assert claim.with_printed(Number(float(broken)), broken).verdict == "slips"
    else:
        assert claim.with_printed(claim.right + Number(1)).verdict == "slips"
        if claim.right != Number(0):
            assert claim.with_printed(Negative(claim.right)).verdict == "slips"


@pytest.mark.parametrize("claim", [c for c in SLIPS if isinstance(c, Claim)], ids=label)
def test_printing_the_correction_turns_the_verdict(claim):
    assert claim.with_printed(claim.correction).verdict == "holds"


def test_a_letter_with_two_meanings_slips_and_with_one_holds():
    assert Wording(1, "", {"m": ("inputs", "samples")}).verdict == "slips"
    assert Wording(1, "", {"m": ("inputs",), "n": ("samples",)}).verdict == "holds"


def test_every_place_is_said_once():
    places = [(claim.article, claim.place) for claim in CLAIMS]
    assert len(set(places)) == len(places)


def test_what_is_printed_has_no_names_of_our_own():
    assert not [claim.printed for claim in CLAIMS if "#" in claim.printed or "dz ^" in claim.printed]


def test_a_world_takes_every_derivative_by_itself(monkeypatch):
    """With a wrong f' the claims that say f' turn, and with wrong complex steps those that only say dz/dw."""
    from bpviz.articles.worlds import article_2, layered, tools

    def verdict(article, words):
        (claim,) = [c for c in CLAIMS if c.article == article and words in c.place]
        return claim.verdict

    right = tools.jacobian
    try:
        monkeypatch.setattr(layered, "slope", lambda x: 7 * tools.slope(x))
        layered.network_world.cache_clear()
        assert (
            verdict(5, "1, the slope of an output") == verdict(5, "2, its derivative") == verdict(5, "BP1") == "slips"
        )
        monkeypatch.undo()
        for module in (tools, layered):
            monkeypatch.setattr(module, "jacobian", lambda f, at: 7 * right(f, at))
        layered.network_world.cache_clear()
        assert verdict(5, "3, any layer, chain rule") == "slips"
        article_2.matrix_world.cache_clear()
        assert verdict(2, "dz/db is the identity") == "slips"
    finally:
        monkeypatch.undo()
        layered.network_world.cache_clear()
        article_2.matrix_world.cache_clear()


def test_the_ledger_shows_counts_and_rows():
    ledger = bp.articles.claims()
    summary = ledger.summary()
    assert [int(row[1]) for row in summary.rows] == [int(row[2]) + int(row[3]) for row in summary.rows]
    table = ledger.slips().table()
    assert len(table.rows) == len(SLIPS)
    assert all(row[4] for row in table.rows)  # each with its correction


@pytest.mark.parametrize("claim", FORMULAS, ids=label)
def test_every_formula_can_be_shown_as_latex(claim):
    shown = claim.latex()
    assert shown.count("{") == shown.count("}")
    assert " = " in shown
