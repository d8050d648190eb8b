import re
from xml.etree import ElementTree

import numpy as np
import pytest

import bpviz as bp
from bpviz.articles.ledger import Claim, Wording
from bpviz.articles.worlds.catalogue import WORLDS
from bpviz.calculus.mistakes import MISTAKES
from bpviz.formula.arithmetic import evaluate
from bpviz.formula.indexed import Apply, Entry, Partial
from bpviz.formula.tree import Expression, Negative, Number, Quantity

CLAIMS = list(bp.articles.claims())
FORMULAS = [claim for claim in CLAIMS if isinstance(claim, Claim)]
SLIPS = [claim for claim in CLAIMS if claim.verdict == "slips"]

#: Slips that are no wrong way to compute a gradient, and so not in the list of mistakes.
OTHERS = {
    "bias_forgotten", "notation", "shape", "decimal_point", "index_clash", "jacobian_flattened", "letter_with_two_meanings", "name",
    "not_close", "part_for_the_whole", "range", "wrong_error",
}  # fmt: skip


def label(claim):
    return f"{claim.article}: {claim.place}"


def test_every_article_has_claims_and_none_is_left_without_a_verdict():
    counts = {article: [c.verdict for c in CLAIMS if c.article == article] for article in (1, 2, 3, 4, 5)}
    assert all(set(verdicts) <= {"holds", "definition", "slips"} for verdicts in counts.values())
    assert all(len(verdicts) > 10 for article, verdicts in counts.items() if article != 3)  # its formulas are lost
    assert [len(bp.articles.claims().of(n)) for n in counts] == [len(v) for v in counts.values()]


#: Every slip that is known of from reading, by the words of its place: none may be found to hold.
KNOWN = [
    (1, "called the hyperbolic tangent"), (1, "1 - f^2"), (1, "boxed: gradient of a weight"), (1, "after 'hence'"),
    (1, "delta as a sum over d - y"), (1, "b_k in the inner bracket"), (1, "without b_k"), (1, "k is fixed and summed over"),
    (1, "the samples and the error"), (1, "gathering the weights' gradients"), (1, "batch: update of the weights"),
    (1, "batch: update of the biases"), (1, "net of an output written out: W^(L-2)"),
    (2, "net of o1 in numbers"), (2, "error in numbers"), (2, "gradient of w7, through"), (2, "chain rule for the biases, dL/dz"), (2, "printed f_k(z_k)"), (2, "dz/dW of layer k"), (2, "layer 2 in matrices"), (2, "neuron 4"),
    (2, "neuron 5"), (2, "neuron 6"), (2, "the target differentiated"), (2, "it climbs"), (2, "f(S_j) where f(S_i)"),
    (2, "dz/dW of the first layer"), (2, "sigma2"), (2, "sigma3"), (2, "loop runs to mx"), (2, "PCA"),
    (3, "error after the update"), (3, "a row l1_error times a column"), (3, "input's row first"),
    (2, "convex"), (2, "d_j'"), (2, "1/∂w"), (2, "number of hidden layers"), (2, "3 and 4, b^(k)"), (2, "4, dz/dW, first"),
    (2, "an index that a bias has not"), (1, "hidden layer l'"), (4, "three layers"), (4, "perceptron"), (4, "ReLU in the list"),
    (4, "probability distribution"), (4, "steepness"), (5, "before the input layer"),
    (2, "a network of three layers"), (2, "its rows"), (2, "graveyard"), (2, "4 and 5, y"), (2, "4 and 5, n, m and i"), (2, "3 and 4, *"), (2, "class, *"), (2, "section 1"), (3, "very close"), (3, "nonlin"),
    (2, "any mapping"), (4, "any nonlinear"), (4, "random start tells apart"), (4, "tried on tanh"), (4, "generalisation"), (4, "hard limit for"),
    (5, "four equations"), (5, "output layer, j"), (5, "'at' for"),
    (4, "target_oi'"), (4, "the learning rate"), (4, "called bias, deviation"), (5, "stray stroke"), (5, "all units k"),
    (4, "W5, W6, W7 in net_o1"), (4, "second layer"), (4, "delta as a derivative by the output"), (4, "if it is negative"),
    (1, "i and j in one derivative"), (5, "when k ≠ j"), (4, "tansig"), (4, "6 times in a row"), (4, "mu"),
]  # fmt: skip


@pytest.mark.parametrize(("article", "words"), KNOWN, ids=str)
def test_every_known_slip_is_found(article, words):
    found = [claim for claim in CLAIMS if claim.article == article and words in claim.place]
    assert found
    assert all(claim.verdict == "slips" for claim in found)


def test_what_is_true_as_printed_is_found_to_hold():
    """Article 5 but for an index, words and a stroke; in article 2 dz/db, the matrix deltas and gradients, and f' = f (A - f)/(AB)."""
    slips = [claim for claim in CLAIMS if claim.article == 5 and claim.verdict == "slips"]
    assert ["when k ≠ j" in claim.place for claim in slips if isinstance(claim, Claim)] == [True]
    for words in (
        "dz/db is the identity",
        "delta, entry by entry",
        "gradient of the weights",
        "gradient of the biases",
        "derivative of A/",
    ):
        (claim,) = [c for c in CLAIMS if c.article == 2 and words in c.place]
        assert claim.verdict == "holds"
    for words in ("zero weights", "cancels the slope of the sigmoid", "the same, in terms of f"):
        (claim,) = [c for c in CLAIMS if c.article == 4 and words in c.place]
        assert claim.verdict == "holds"


@pytest.mark.parametrize("claim", SLIPS, ids=label)
def test_a_slip_has_a_correction_that_holds_and_a_named_mistake(claim):
    assert claim.correction_holds
    assert claim.corrected
    assert claim.mistake in {*MISTAKES, *OTHERS}


@pytest.mark.parametrize("claim", [c for c in FORMULAS if c.verdict != "slips"], ids=label)
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
    assert claim.with_printed(claim.correction).verdict == ("definition" if claim.defines else "holds")


def test_a_letter_with_two_meanings_slips_and_with_one_holds():
    assert Wording(1, "", {"m": ("inputs", "samples")}).verdict == "slips"
    assert Wording(1, "", {"m": ("inputs",), "n": ("samples",)}).verdict == "holds"


def named_in(x):
    """The keys under which the quantities of a formula stand in a world."""
    if isinstance(x, tuple):
        return {key for part in x for key in named_in(part)}
    if isinstance(x, (Entry, Partial)):
        return {x.key}
    if isinstance(x, Quantity):
        return {x.name}
    inner = [getattr(x, field) for field in x.__match_args__] if isinstance(x, Expression) else []
    return {key for part in inner for key in named_in(part)} | ({x.function} if isinstance(x, Apply) else set())


def one_and_the_same(a, b):
    """Whether two values of a world are one value under two names."""
    if isinstance(a, dict) and isinstance(b, dict):
        return any(one_and_the_same(v, w) for v in a.values() for w in b.values())
    return a is b or (isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and np.shares_memory(a, b))


def noise_like(value, rng):
    if isinstance(value, dict):
        return {key: noise_like(v, rng) for key, v in value.items()}
    if callable(value):
        return lambda x: np.cos(3 * np.asarray(x))
    return rng.normal(size=np.shape(value)) if np.ndim(value) else float(rng.normal())


def shaped(noise, like):
    if isinstance(like, dict):
        return {key: shaped(noise[key], v) if key in noise else v for key, v in like.items()}
    return noise if callable(like) or not np.ndim(like) else np.reshape(noise, np.shape(like))


def with_noise(world, key):
    """A world in which a quantity, under whatever names it has there, is noise."""
    noise = noise_like(world[key], np.random.default_rng(7))
    return {
        name: shaped(noise, value) if one_and_the_same(value, world[key]) else value for name, value in world.items()
    }


#: A verdict on these quantities compares two ways to compute them: the left side takes the noise, the right side not.
ARGUMENTS = {"x", "A", "B"}


TRIED = [claim for claim in FORMULAS if not claim.defines and claim.stands_for is None]


@pytest.mark.parametrize("claim", TRIED, ids=label)
def test_with_noise_for_a_quantity_it_speaks_of_no_claim_holds(claim, monkeypatch):
    """For every claim that holds; for one that slips its corrected form takes its place."""
    right, digits = (claim.right, claim.digits) if claim.verdict == "holds" else (claim.correction, None)
    worlds, keys = WORLDS[claim.worlds](), named_in(claim.left)
    assert keys
    assert claim.with_printed(right, digits).verdict == "holds"
    for key in keys:
        assert key in worlds[0]
        noised = [with_noise(world, key) for world in worlds]
        if key in ARGUMENTS:
            moved = [float(evaluate(claim.left, world)) for world in noised]
            stayed = [float(evaluate(right, world)) for world in worlds]
            assert not np.allclose(moved, stayed) or isinstance(claim.right, Number)
            continue
        monkeypatch.setitem(WORLDS, claim.worlds, lambda noised=noised: noised)
        assert claim.with_printed(right, digits).verdict == "slips", key


def test_no_gradient_of_a_world_is_compared_with_itself(monkeypatch):
    """With noise for every dE/dW and dE/db, where they are computed, nothing that is said of them holds."""
    from bpviz.articles.worlds import article_2, article_3, article_4, layered, tools

    right, rng = tools.derivatives, np.random.default_rng(3)

    def spoilt(net, x, d):
        found = dict(right(net, x, d))
        for key in ("dE/dW", "dE/db"):
            found[key] = noise_like(found[key], rng)
        return {**found, "dC/dω": found["dE/dW"], "dC/db": found["dE/db"]}

    made = (
        article_2.matrix_world, article_2.two_layer_world, article_2.class_world, article_3.two_two_one_world,
        article_4.two_three_two_world, layered.network_world, layered.batch_world, layered.chain_world,
    )  # fmt: skip
    ours = re.compile(r"d(E|C|L|Loss|E_total)/d(W|w|ω|b)|[wb]_derivative|dE_total/db_4|dE_total/dW")
    told = [
        c
        for c in TRIED
        if c.verdict == "holds" and any(ours.match(key) for key in named_in(c.left)) and c.worlds != "example"
    ]
    assert len(told) > 30
    try:
        for module in (article_2, article_3, article_4, layered):
            monkeypatch.setattr(module, "derivatives", spoilt)
        for world in made:
            world.cache_clear()
        assert [label(claim) for claim in told if claim.verdict == "holds"] == []
    finally:
        monkeypatch.undo()
        for world in made:
            world.cache_clear()


def test_a_definition_that_other_formulas_do_not_mean_slips():
    (claim,) = [c for c in CLAIMS if c.article == 4 and "delta as a derivative by the output" in c.place]
    assert claim.defines
    assert claim.verdict == "slips"
    assert claim.with_printed(claim.correction).verdict == "definition"


def test_an_abbreviation_leaves_out_and_changes_nothing_else():
    (claim,) = [c for c in CLAIMS if isinstance(c, Claim) and c.stands_for is not None]
    assert claim.verdict == "definition"
    f2, w3 = Quantity("f_2"), Quantity("w_3")
    for other in (Apply("f", f2 * w3 * Number(2)), Apply("f", f2), claim.stands_for):
        assert claim.with_printed(other).verdict == "slips"


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
    assert all(int(row[1]) == sum(map(int, row[2:])) for row in summary.rows)
    table = ledger.slips().table()
    assert len(table.rows) == len(SLIPS)
    assert all(row[4] for row in table.rows)  # each with its correction


@pytest.mark.parametrize("claim", FORMULAS, ids=label)
def test_every_formula_can_be_shown_as_latex(claim):
    shown = claim.latex()
    assert shown.count("{") == shown.count("}")
    assert " = " in shown


def test_the_errata_sheet_has_what_is_printed_and_what_is_right_for_every_slip():
    for article in (1, 2, 3, 4, 5):
        ledger = bp.articles.claims().of(article)
        sheet, slips = ledger.errata(), list(ledger.slips())
        told = str(sheet)
        assert told.startswith(f"Article {article}")
        assert all(claim.printed in told and claim.corrected in told for claim in slips)
        table = ElementTree.fromstring(
            re.sub(
                "<col[^/>]*>",
                "",
                sheet._repr_html_().replace("<colgroup>", "").replace("</colgroup>", "").replace("&ensp;", " "),
            )
        )
        rows = table.findall(".//tr")
        assert len(rows) == 1 + len(slips)
        formulas = [claim for claim in slips if isinstance(claim, Claim)]
        assert len(table.findall(".//math")) == 2 * len(formulas)


@pytest.mark.parametrize("article", [0, 6, "1", None, 1.5])
def test_an_article_that_is_none_of_the_five_gets_one_sentence(article):
    with pytest.raises((ValueError, TypeError), match="article must"):
        bp.articles.claims().of(article)


def test_a_list_of_no_claims_says_so():
    from bpviz.articles.ledger import Ledger

    assert str(Ledger(()).errata()) == "No claim is of this kind."
    assert Ledger(()).held()._repr_html_() == "<p>No claim is of this kind.</p>"
