from dataclasses import replace
from xml.etree import ElementTree

import pytest
import sympy as sp

import bpviz as bp
from bpviz.derivation.proof import ProofError
from bpviz.derivation.theorems import PROOFS
from bpviz.formula.arithmetic import evaluate, exact
from bpviz.formula.indexed import Apply, Entry, Kronecker, Partial, SumOver, Undefined
from bpviz.formula.tree import Negative, Number, Product, Quotient, Sum
from bpviz.proofs.rules import COST

LINES = [(name, n) for name in PROOFS for n in range(len(bp.proof(name).lines))]


@pytest.mark.parametrize("name", PROOFS)
def test_every_line_follows(name):
    assert bp.proof(name).check().name == name


@pytest.mark.parametrize("name", ["BP1", "BP2", "BP3", "BP4"])
def test_the_conclusion_is_nielsens_equation(name):
    expected = {
        "BP1": "δ_j^(L) = dC/da_j^(L) · σ'(z_j^(L))",
        "BP2": "δ_j^(l) = Σ_{k} w_kj^(l+1)·δ_k^(l+1)·σ'(z_j^(l))",
        "BP3": "dC/dw_jk^(l) = δ_j^(l)·a_k^(l-1)",
        "BP4": "dC/db_j^(l) = δ_j^(l)",
    }[name]
    shown = str(bp.proof(name)).splitlines()[-1].split("    (")[0].strip()
    assert shown.replace(" · ", "·") == expected.replace(" · ", "·")


def one_term_wrong(x):
    """Every way to spoil one term: lost, doubled, turned round, or with another index."""
    yield x * Number(2)
    yield Negative(x)
    yield x + Number(1)
    if isinstance(x, (Product, Sum)):
        inner = x.factors if isinstance(x, Product) else x.terms
        for n in range(len(inner)):
            yield type(x)((*inner[:n], *inner[n + 1 :]))
    if isinstance(x, SumOver):
        for body in one_term_wrong(x.body):
            yield SumOver(x.index, x.count, body, x.layer)
        yield x.body
    if isinstance(x, Entry) and x.indices:
        yield replace(x, indices=(*x.indices[:-1], "q"))
        if x.layer is not None:
            yield moved(x, 1)
        if len(x.indices) == 2:
            yield replace(x, indices=x.indices[::-1])
    if isinstance(x, Partial):
        yield Partial(x.by, x.of)
        yield from (Partial(x.of, by) for by in one_term_wrong(x.by) if isinstance(by, Entry))
        yield from (Partial(of, x.by) for of in one_term_wrong(x.of) if isinstance(of, Entry))


def moved(x, by):
    """The same quantity of another layer."""
    return replace(x, layer=(x.layer[0], x.layer[1] + by))


def other_entries(x):
    """Every way to name another quantity: another letter, other indices, another layer."""
    yield replace(x, base=f"{x.base}x")
    yield replace(x, indices=("q", *x.indices))
    if x.layer is not None:
        yield from (moved(x, by) for by in (-1, 1))
    if x.indices:
        yield replace(x, indices=("q",) * len(x.indices))
        yield replace(x, indices=(*x.indices[:-1], "i")) if x.indices[-1] != "i" else replace(x, indices=("m",))
    if len(set(x.indices)) == 2:
        yield replace(x, indices=x.indices[::-1])


def assert_fails(proof, n):
    """A proof altered in line n fails, if not there then where that line is used."""
    if proof.holds(n):
        with pytest.raises(ProofError, match=f"{proof.name}, line"):
            proof.check()


def test_a_line_that_does_not_hold_makes_the_whole_proof_fail():
    proof = bp.proof("BP3").altered(3, Number(1))
    assert not proof.holds(3)
    with pytest.raises(ProofError, match="BP3, line 4"):
        proof.check()


@pytest.mark.parametrize(("name", "n"), LINES, ids=str)
def test_a_proof_with_one_term_altered_fails(name, n):
    proof = bp.proof(name)
    for wrong in one_term_wrong(proof.lines[n].right):
        assert_fails(proof.altered(n, wrong), n)


@pytest.mark.parametrize(("name", "n"), LINES, ids=str)
def test_a_proof_with_another_left_side_fails(name, n):
    """What is said to be equal counts as much as what it is said to be equal to."""
    proof = bp.proof(name)
    left = proof.lines[n].left
    if isinstance(left, Partial):
        others = [Partial(left.by, left.of)]
        others += [Partial(of, left.by) for of in other_entries(left.of)]
        others += [Partial(left.of, by) for by in other_entries(left.by)]
    else:
        others = list(other_entries(left))
    for wrong in others:
        assert_fails(proof.altered(n, left=wrong), n)


def test_a_false_theorem_has_no_proof():
    """BP2 with w not transposed and the slope of the wrong unit, all lines altered to fit each other."""

    def entry(base, *indices, at=0):
        return Entry(base, indices, ("l", at))

    slope = Apply("σ'", entry("z", "k"))
    weighted = entry("w", "j", "k", at=1) * slope
    proof = bp.proof("BP2").altered(4, left=Partial(entry("z", "j", at=1), entry("z", "k")))
    proof = proof.altered(5, SumOver("k", "n", Partial(COST, entry("z", "k", at=1)) * weighted, ("l", 1)))
    for n in (6, 7):
        proof = proof.altered(n, SumOver("k", "n", entry("δ", "k", at=1) * weighted, ("l", 1)))
    with pytest.raises(ProofError, match="BP2, line 5"):
        proof.check()


def test_the_chain_rule_leaves_no_layer_out():
    proof = bp.proof("BP2")
    total = proof.lines[3].right
    elsewhere = SumOver(total.index, total.count, total.body, ("l", 2))
    z_j = total.body.factors[1].by
    one_down = Product((total.body.factors[0], Partial(replace(z_j, indices=("k",)), moved(z_j, -1))))
    for wrong in (elsewhere, SumOver("k", "m", total.body, total.layer), SumOver("k", "n", one_down, total.layer)):
        assert not proof.altered(3, wrong).holds(3)


def test_a_line_that_is_no_formula_to_sympy_fails():
    slope = Apply("σ'", Entry("z", ("j",), ("l", 1)))
    with pytest.raises(ProofError, match="BP2, line"):
        bp.proof("BP2").altered(4, Entry("w", ("k", "j"), ("l", 1)) * slope).check()


def test_a_line_may_not_use_itself_or_what_comes_later():
    proof = bp.proof("BP1")
    lines = list(proof.lines)
    lines[3] = replace(lines[3], uses=(4,))
    assert not replace(proof, lines=tuple(lines)).holds(3)


def test_sympy_itself_collapses_the_sum():
    n = sp.Symbol("n^l", integer=True, positive=True)
    x = SumOver("k", "n", Entry("y", ("k",)) * Kronecker("k", "j"), ("l", 0))
    collapsed = evaluate(x, {}, exact()).doit()
    y, j = sp.IndexedBase("y", real=True), sp.Symbol("j", integer=True)
    assert collapsed == sp.Piecewise((y[j], (j >= 1) & (j <= n)), (0, True))


def test_indexed_formulas_evaluate_in_numbers():
    values = {"w": {1: [[1.0, 2.0], [3.0, 4.0]]}, "a": {0: [10.0, 20.0]}, "n": {0: 2}, "l": 1, "j": 2}
    x = SumOver("k", "n", Entry("w", ("j", "k"), ("l", 0)) * Entry("a", ("k",), ("l", -1)), ("l", -1))
    assert evaluate(x, values) == 3 * 10 + 4 * 20


def test_what_is_not_there_is_said():
    values = {"a": {0: [10.0, 20.0]}, "l": 1, "j": 3, "n": 2}
    with pytest.raises(Undefined, match="a has no entry 3"):
        evaluate(Entry("a", ("j",), ("l", -1)), values)
    with pytest.raises(Undefined, match="a has no layer 2"):
        evaluate(Entry("a", ("j",), ("l", 1)), values)
    with pytest.raises(Undefined, match="j is already fixed"):
        evaluate(SumOver("j", "n", Entry("a", ("j",), ("l", -1))), values)


@pytest.mark.parametrize("name", PROOFS)
def test_proofs_show_in_every_view(name):
    from xml.etree import ElementTree

    proof = bp.proof(name)
    assert proof.latex().count("&=") == len(proof.lines)
    assert len(ElementTree.fromstring(proof.mathml())[0]) == len(proof.lines)


def test_an_unknown_theorem_gets_one_sentence():
    with pytest.raises(ValueError, match="name: there is no 'BP5'"):
        bp.proof("BP5")


def test_a_quotient_of_formulas_keeps_its_order():
    assert str(evaluate(Quotient(Number(1), Number(2)), {}, exact())) == "1/2"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("batch", "dE/dw_jk^(l) = 1/m·Σ_{i} δ_ij^(l)·a_ik^(l-1)"),
        ("softmax", "δ_j^(L) = a_j^(L) - t_j^(L)"),
        ("cross_entropy", "dC/dz_j^(L) = a_j^(L) - t_j^(L)"),
    ],
)
def test_what_follows_ends_where_the_articles_end(name, expected):
    assert str(bp.proof(name)).splitlines()[-1].split("    (")[0].strip() == expected


def test_the_matrix_form_says_what_article_2_says():
    shown = [line.split("    (")[0].strip() for line in str(bp.proof("matrix")).splitlines()[1:]]
    assert shown[3] == "δ^(l) = (w^(l+1))^T δ^(l+1) ∘ σ'(z^(l))"
    assert shown[5] == "dC/dw^(l) = δ^(l) (a^(l-1))^T"


def test_a_missing_transpose_fails():
    proof = bp.proof("matrix")
    delta, outputs = proof.lines[5].right.factors
    with pytest.raises(ProofError, match="matrix, line 6"):
        proof.altered(5, type(proof.lines[5].right)((delta, outputs.of))).check()
    with pytest.raises(ProofError, match="matrix, line 6"):
        proof.altered(5, type(proof.lines[5].right)((outputs, delta))).check()


@pytest.mark.parametrize(("notation", "line"), [
    ("net_out", "δ_j^(l) = Σ_{k} W_kj^(l+1)·δ_k^(l+1)·f'(net_j^(l))"),
    ("z_a", "δ_j^(l) = Σ_{k} w_kj^(l+1)·δ_k^(l+1)·σ'(z_j^(l))"),
    ("h_d", "δ_j^(l) = Σ_{k} W_kj^(l+1)·δ_k^(l+1)·f'(net_j^(l))"),
    ("z_n", "δ_j^(l) = Σ_{k} W_kj^(l+1)·δ_k^(l+1)·f'(z_j^(l))"),
    ("s_y", "δ_j^(l) = Σ_{k} w_kj^(l+1)·δ_k^(l+1)·f'(S_j^(l))"),
])  # fmt: skip
def test_a_proof_is_shown_in_any_articles_letters(notation, line):
    bp2 = bp.proof("BP2", notation=notation).check()
    assert bp2.text().splitlines()[-1].strip().startswith(line)
    assert bp2.lines == bp.proof("BP2").lines


def test_widths_keep_a_letter_of_their_own_where_n_is_taken():
    for notation, letter in (("z_n", "s"), ("h_d", "s"), ("z_a", "n")):
        assert f"{letter}^{{(l+1)}}" in bp.proof("BP2", notation=notation).latex()


def test_where_the_loss_is_called_L_the_last_layer_is_not():
    for name in PROOFS:
        said = bp.proof(name, notation="z_n").text()
        assert "(L" not in said, name
        assert "layer L" not in said, name
    assert bp.proof("induction", notation="z_n").text().splitlines()[-1].strip().startswith("δ_j^(K-1) = ")
    assert "deltas of the last layer, K, from the cost" in bp.proof("induction", notation="z_n").text()


def test_every_proof_checks_in_every_notation():
    for name in PROOFS:
        for notation in ("net_out", "z_a", "h_d", "z_n", "s_y"):
            proof = bp.proof(name, notation=notation)
            assert proof.check() is proof
            ElementTree.fromstring(proof.mathml())


def test_an_unknown_notation_gets_one_sentence():
    with pytest.raises(ValueError, match="notation: there is no 'greek'"):
        bp.proof("BP1", notation="greek")
