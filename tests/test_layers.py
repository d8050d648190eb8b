"""The derivation in whole layers: its formulas, its numbers, and the entries that it opens."""

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given

import bpviz as bp
from bpviz.derivation.witnesses import WitnessError
from bpviz.formula.arithmetic import evaluate
from bpviz.steps.layers import in_the_way
from bpviz.steps.step import PHASES
from tests.networks import cases, examples, two_three_two


def article_2():
    """The 2-3-2-1 net of the matrix chapter."""
    net = bp.initialise((2, 3, 2, 1), seed=3)
    return bp.derive_layers(net, [1, 2], [0.4], 0.5, notation="z_n")


def untied(case):
    d = bp.derive(case.net, case.x, case.target)
    assume(not in_the_way(d.network.layout))
    return bp.derive_layers(case.net, case.x, case.target, 0.25)


@examples(60)
@given(cases(max_units=4))
def test_every_matrix_is_what_its_formula_says(case):
    """The typeset formula itself, evaluated on the matrices that it mentions."""
    layers = untied(case)
    for step in layers.steps:
        if set(layers.uses(step.expression)) - set(layers.values):
            continue  # a column of a batch stands for all of them
        f = layers.network.activations[step.of.layer - 1]
        names = {
            "f": f, "softmax": f, "Σ": np.sum, **layers.values,
            "f'": lambda z, f=f: f.f_prime(z, f(z)),
        }  # fmt: skip
        value = evaluate(step.expression, names)
        if step.of.kind == "delta" and layers.network.loss.probabilities and step.of.layer == layers.network.depth:
            value = np.asarray(value, dtype=float)  # cancelled: right to fewer digits where out rounds to 1
            assert step.value == pytest.approx(value, rel=1e-6, abs=1e-12)
        else:
            assert step.value == pytest.approx(np.broadcast_to(value, step.value.shape), rel=1e-9, abs=1e-12)


@examples(40)
@given(cases(max_units=4))
def test_all_gradients_are_those_of_the_backward_pass(case):
    layers = untied(case)
    assert all(row.agree for row in layers.check().rows)


def test_a_wrong_matrix_is_found_out():
    layers = article_2()
    wrong = {**layers.values, "weight_gradient 2": layers.values["weight_gradient 2"].T.reshape(2, 3)}
    with pytest.raises(WitnessError, match="the backward pass disagrees about weight_gradient 2"):
        dataclasses.replace(layers, values=wrong).check()


def test_gradients_that_cancel_to_nothing_are_no_disagreement():
    """A bias that all units of a softmax share moves nothing; floats leave a last digit of that."""
    net = bp.Network(
        weights=[[[0.411], [-0.691]], [[-1.377, -1.45]], [[0.94]]], biases=[0.8255, None, None],
        activations=["softmax", "sigmoid", "sigmoid"], loss="binary_cross_entropy",
    )  # fmt: skip
    layers = bp.derive_layers(net, [[0.4265431], [0.917986], [0.1745]], [[0.891565], [0.784268], [0.0524646]])
    assert np.abs(layers.values["bias_gradient 1"]).max() < 1e-16
    assert all(row.agree for row in layers.check().rows)


@examples(40)
@given(cases(max_units=4))
def test_an_entry_is_derived_as_by_unit(case):
    layers = untied(case)
    every = bp.derive(case.net, case.x, case.target, learning_rate=0.25)
    for name in case.net.parameters:
        entry = layers.entry(name)
        assert entry.value == pytest.approx(every.gradients[name], rel=1e-9, abs=1e-13)
        assert entry.updated == pytest.approx(every.by_name[f"{name}_new"].value, rel=1e-9, abs=1e-13)
        assert {step.name for step in entry.steps} <= {step.name for step in every.steps}


def test_an_entry_of_another_sample_says_that_sample():
    ex = two_three_two()
    layers = bp.derive_layers(ex.network, [ex.x, (1, 2)], [ex.target, (0.5, 0.25)])
    assert "net_h1(2) = w1·i1(2) + w2·i2(2) + b1 = 0.1·1 + 0.15·2 + 0.35 = 0.75" in str(layers.entry("w1", sample=2))


def test_article_2s_matrix_form_letter_for_letter():
    lines = [line.strip() for line in str(article_2()).splitlines()]
    for formula in (
        "z^(2) = W^(2) n^(1) + b^(2) = ",
        "n^(2) = f(z^(2)) = ",
        "delta^(2) = f'(z^(2)) ∘ (W^(3))^T delta^(3) = ",
        "dL/dW^(2) = delta^(2) (n^(1))^T = ",
        "dL/db^(2) = delta^(2) = ",
        "W^(2) new = W^(2) - eta · dL/dW^(2) = ",
    ):
        assert any(line.startswith(formula) for line in lines), formula


@pytest.mark.parametrize(
    ("notation", "first", "delta"),
    [
        ("net_out", "net^(1) = W^(1) i + b^(1)", "delta^(1) = (W^(2))^T delta^(2) ∘ f'(net^(1))"),
        ("z_a", "z^(1) = w^(1) a^(0) + b^(1)", "delta^(1) = (w^(2))^T delta^(2) ∘ σ'(z^(1))"),
        ("h_d", "net^(2) = W^(2) h^(1) + b^(2)", "delta^(2) = (W^(3))^T delta^(3) ∘ f'(net^(2))"),
        ("z_n", "z^(1) = W^(1) n^(0) + b^(1)", "delta^(1) = f'(z^(1)) ∘ (W^(2))^T delta^(2)"),
        ("s_y", "S^(1) = w^(1) x + b^(1)", "delta^(1) = (w^(2))^T delta^(2) ∘ f'(S^(1))"),
    ],
)
def test_each_notation_writes_its_own_letters(notation, first, delta):
    ex = two_three_two()
    net = bp.initialise((2, 3, 2), seed=1)
    shown = str(bp.derive_layers(net, ex.x, ex.target, notation=notation))
    assert f"  {first} = " in shown
    assert f"  {delta} = " in shown


def test_large_matrices_are_told_by_shape_range_and_largest_entries():
    net = bp.Network([np.arange(80.0).reshape(8, 10) / 80 - 0.25], activations="linear")
    lines = str(bp.derive_layers(net, np.ones(10), np.zeros(8))).splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("  dE_total/dW^(1) = "))
    assert lines[place] == "  dE_total/dW^(1) = delta^(1) i^T = [8×10]"
    assert (
        lines[place + 1] == "      from -1.9375 to 6.8125; largest: 6.8125 at [8,1], 6.8125 at [8,2], 6.8125 at [8,3]"
    )


def test_long_sums_are_written_short_and_their_largest_terms_named():
    net = bp.Network([[[0.01 * n for n in range(1, 31)]]], activations="linear")
    shown = str(bp.derive_layers(net, np.ones(30), [0]).entry("w1[1,7]"))
    assert (
        "net_o1 = w1[1,1]·i1 + w1[1,2]·i2 + w1[1,3]·i3 + ⋯ + w1[1,30]·i30 = 0.01·1 + 0.02·1 + 0.03·1 + ⋯ + 0.3·1"
        in shown
    )
    assert "the largest of its 30 terms: w1[1,30]·i30 = 0.3, w1[1,29]·i29 = 0.29, w1[1,28]·i28 = 0.28" in shown


def test_a_digit_classifier_is_derived_and_opened_at_one_pixel():
    net = bp.initialise((784, 128, 10), activations=["sigmoid", "softmax"], loss="categorical_cross_entropy", seed=2)
    layers = bp.derive_layers(net, np.linspace(0, 1, 784), np.eye(10)[3], 0.5)
    assert "net^(1) = W^(1) i + b^(1) = [128×1]" in str(layers)
    (row,) = layers.entry("w1[5,100]").check().rows
    assert row.agree
    assert row.sympy_diff is not None


def test_frozen_entries_stay_in_their_matrix():
    net = bp.initialise((2, 2, 1), seed=1)
    layers = bp.derive_layers(net, [1, 2], [0.5], 0.5, frozen=["w1[1,2]"])
    step = layers.by_name["weights_new 1"]
    assert (step.value == net.weights[0]).tolist() == [[False, True], [False, False]]
    assert step.sentence.endswith("Frozen ones stay as they are.")


def test_latex_and_mathml_write_small_matrices_out():
    layers = article_2()
    assert "W^{(1)}n^{(0)} + b^{(1)} \\\\\n&= \\begin{bmatrix}" in layers.latex()
    assert "<mtable><mtr><mtd>" in layers.mathml()
    assert layers._repr_latex_().startswith("$$\\begin{aligned}\nz^{(1)} &= ")


def test_notations_change_letters_and_no_number():
    layers = article_2()
    other = layers.in_notation("z_a")
    assert [step.value.tolist() for step in other.steps] == [step.value.tolist() for step in layers.steps]
    assert str(other) != str(layers)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda d: d.entry("w9[1,1]"), ValueError, r"parameter: there is no 'w9\[1,1\]'"),
        (lambda d: d.entry("w1[1,1]", 2), ValueError, "sample must be from 1 to 1, not 2"),
        (lambda d: d.excerpt("delta 9"), ValueError, "which: there is no 'delta 9' \\(did you mean 'delta"),
        (lambda d: d.text(99), ValueError, "digits must be from 1"),
        (lambda d: d.in_notation("z"), ValueError, "notation: there is no 'z'"),
        (
            lambda d: bp.derive_layers(bp.Network([[[1.0, 1.0]]], weight_names=[[["t", "t"]]]), [1, 2], [0]),
            ValueError,
            "net shares 't' between several places",
        ),
    ],
)
def test_bad_input_gets_one_sentence(call, kind, message):
    with pytest.raises(kind, match=message):
        call(article_2())


#: What the articles call the matrices of a layer, and of a batch one column; layer by layer for a net of two.
LETTERS = {
    "z_a": {"input": "a^{(0)}", "out 1": "a^{(1)}", "net 2": "z^{(2)}", "weights 1": "w^{(1)}", "target": "y", "loss": "C", "slope": "\\sigma'"},
    "z_n": {"input": "n^{(0)}", "out 1": "n^{(1)}", "net 2": "z^{(2)}", "weights 1": "W^{(1)}", "target": "y", "loss": "L", "slope": "f'"},
    "h_d": {"input": "h^{(1)}", "out 1": "h^{(2)}", "net 2": "\\mathrm{net}^{(3)}", "weights 1": "W^{(2)}", "target": "d", "loss": "E", "slope": "f'"},
    "s_y": {"input": "x", "out 1": "y^{(1)}", "net 2": "S^{(2)}", "weights 1": "w^{(1)}", "target": "d", "loss": "E", "slope": "f'"},
}  # fmt: skip


@pytest.mark.parametrize("notation", LETTERS)
def test_every_matrix_of_a_batch_has_its_articles_letter(notation):
    net = bp.Network([[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6]]], [[0.1, 0.2], [0.3]])
    lines = bp.derive_layers(net, [[1, 2], [3, 4]], [[0.5], [0.2]], learning_rate=0.5, notation=notation).latex()
    to = LETTERS[notation]
    column = to["out 1"].replace("^{(1)}", "_{s}^{(2)}") if notation != "h_d" else "h_{s}^{(3)}"
    last = to["out 1"].replace("(1)", "(2)") if notation != "h_d" else "h^{(3)}"
    first, second = ("(2)", "(3)") if notation == "h_d" else ("(1)", "(2)")
    weights = to["weights 1"][0]
    for written in (
        f"{to['net 2']} &= {weights}^{{{second}}}{to['out 1']} + b^{{{second}}}",
        f"{to['loss']}_{{s}} &= \\frac{{1}}{{2}} \\cdot  \\left({to['target']}_{{s}} - {column}\\right)^{{T}}",
        f"{to['loss']} &= \\frac{{{to['loss']}_{{s}}1_{{m}}}}{{2}}",
        f"\\frac{{\\partial {to['loss']}}}{{\\partial {last}}} &= -\\left({to['target']} - {last}\\right)",
        f"\\delta^{{{second}}} &=",
        f"\\frac{{\\partial {to['loss']}}}{{\\partial {weights}^{{{first}}}}} &= \\frac{{\\delta^{{{first}}}",
        f"\\frac{{\\partial {to['loss']}}}{{\\partial b^{{{second}}}}} &= \\frac{{\\delta^{{{second}}}1_{{m}}}}{{2}}",
        f"{weights}^{{{first}\\,\\mathrm{{new}}}}" if f"{first}\\," in lines else f"{weights}^",
    ):
        assert written in lines, written
    transposed = to["input"] if len(to["input"]) == 1 else f"\\left({to['input']}\\right)"
    assert f"{transposed}^{{T}}" in lines


@pytest.mark.parametrize(("activations", "loss", "words"), [
    (["tanh", "sigmoid"], "half_squared_error", "both factors, entry by entry"),
    (["tanh", "sigmoid"], "binary_cross_entropy", "binary_cross_entropy and sigmoid cancel"),
    (["tanh", "softmax"], "categorical_cross_entropy", "categorical_cross_entropy and softmax cancel"),
    (["tanh", "softmax"], "half_squared_error", "in softmax each net input changes every output"),
])  # fmt: skip
def test_the_sentence_of_a_delta_says_how_it_comes_about(activations, loss, words):
    net = bp.initialise((2, 2, 2), seed=1, activations=activations, loss=loss)
    layers = bp.derive_layers(net, [1, 2], [0.25, 0.75])
    (told,) = [step.sentence for step in layers.steps if step.name == "delta 2"]
    assert words.replace("_", " ") in told.replace("_", " ")
    (hidden,) = [step.sentence for step in layers.steps if step.name == "delta 1"]
    assert "times the slope, entry by entry" in hidden
    by_unit = bp.derive(net, [1, 2], [0.25, 0.75])
    said = {step.name: step.sentence for step in by_unit.steps}
    own = {
        "both": "the two factors",
        "binary_cross_entropy": "cancel",
        "categorical_cross_entropy": "cancel",
        "in": "changes every output",
    }
    assert own[words.split()[0]] in said["delta_o1"]
    assert "times the slope of tanh" in said["delta_h1"]


def test_the_sentence_of_outputs_says_which_function_makes_them():
    net = bp.initialise((2, 2, 2), seed=1, activations=["tanh", "softmax"], loss="categorical_cross_entropy")
    said = {step.name: step.sentence for step in bp.derive_layers(net, [1, 2], [0.25, 0.75]).steps}
    assert "tanh, on every net input of layer 1" in said["out 1"]
    assert "each exponential over the sum of them all" in said["out 2"]


@pytest.mark.parametrize("sizes", [(2, 3, 4, 1), (2, 4, 3), (1, 1, 2, 2)])
def test_the_mean_squared_error_is_shared_by_the_outputs_and_by_no_other_layer(sizes):
    net = bp.initialise(sizes, loss="mean_squared_error", seed=2)
    x, t = np.linspace(-1, 1, sizes[0]), np.linspace(0.2, 0.8, sizes[-1])
    layers = bp.derive_layers(net, x, t)
    grads = bp.backward(net, bp.forward(net, x), t)
    for l in range(1, net.depth + 1):
        assert np.allclose(layers.by_name[f"weight_gradient {l}"].value, grads.weights[l - 1], rtol=1e-12)
    assert f"-2/{sizes[-1]}·(target - " in layers.text()


def test_every_step_in_whole_layers_belongs_to_a_phase():
    for head, loss in (("sigmoid", "half_squared_error"), ("softmax", "half_squared_error"), ("softmax", None)):
        net = bp.initialise((2, 3, 2), activations=["softmax", head], loss=loss or "categorical_cross_entropy", seed=1)
        for x, target in (([1, 2], [0.4, 0.6]), ([[1, 2], [3, 4]], [[0.4, 0.6], [1, 0]])):
            phases = [step.phase for step in bp.derive_layers(net, x, target, learning_rate=0.5).steps]
            assert set(phases) == set(PHASES)
            assert phases == sorted(phases, key=list(PHASES).index)


@pytest.mark.parametrize("language", ["python", "numpy", "javascript"])
def test_an_entry_is_no_program_and_says_so(language):
    entry = article_2().entry("w1[1,1]")
    with pytest.raises(ValueError, match=f"language '{language}' needs a whole derivation"):
        entry.program(language)


def test_every_frozen_entry_of_every_layer_stays():
    net = bp.initialise((3, 4, 2), seed=1)
    layers = bp.derive_layers(net, [0.1, 0.2, 0.3], [0.4, 0.5], 0.5, frozen=list(net.parameters))
    for l in (1, 2):
        assert np.array_equal(layers.values[f"weights_new {l}"], net.weights[l - 1])
        assert np.array_equal(layers.values[f"biases_new {l}"][:, 0], net.biases[l - 1])


@pytest.mark.parametrize(
    ("bias_names", "way"),
    [
        ([["b", "b", "b"], ["c"]], ""),
        ([["b", "b", "d"], ["c"]], "b"),
        ([["b", "d", "d"], ["c"]], "d"),
        ([["b", "d", "e"], ["b"]], "b"),
        ([["b", "d", "e"], ["c"]], ""),
    ],
)
def test_a_bias_that_all_units_of_one_layer_share_is_in_nobodys_way(bias_names, way):
    net = bp.Network([[[1], [2], [3]], [[1, 2, 3]]], [[1, 1, 1], [1]], bias_names=bias_names)
    assert in_the_way(net.layout) == way


def test_a_weight_in_two_places_is_in_the_way():
    names = [[["w"], ["v"]], [["u", "u"]]]
    assert in_the_way(bp.Network([[[1], [2]], [[3, 3]]], weight_names=names).layout) == "u"


def test_a_bias_that_is_named_alike_in_a_layer_gets_the_sum_of_its_deltas():
    """Of two units with the outputs 2 and 3 where 1 is wanted the deltas are 1 and 2, and of one more sample 0 and 1."""
    net = bp.Network([[[1], [2]]], [[1, 1]], "linear", bias_names=[["b", "b"]])
    one = bp.derive_layers(net, [1], [1, 1], 0.5).by_name
    assert one["bias_gradient 1"].value.tolist() == [[3], [3]]
    assert one["biases_new 1"].value.tolist() == [[-0.5], [-0.5]]
    two = bp.derive_layers(net, [[1], [0]], [[1, 1], [1, 0]], reduction="sum").by_name
    assert two["bias_gradient 1"].value.tolist() == [[4], [4]]
    assert two["bias_gradient 1"].sentence == "The layer shares one bias, so its gradient is the sum of the deltas."
    mean = bp.derive_layers(net, [[1], [0]], [[1, 1], [1, 0]]).by_name
    assert mean["bias_gradient 1"].value.tolist() == [[2], [2]]


@pytest.mark.parametrize("biases", [[[0.5, 0.25], [1.0, 2.0, 3.0]], [0.5, 0.25]])
def test_whatever_is_frozen_stays_in_whole_layers_as_in_the_update(biases):
    net = bp.Network([[[1, 2], [3, 4]], [[1, -1], [2, -2], [0.5, 1]]], biases)
    x, target = [0.5, -0.25], [0, 1, 0.5]
    grads = bp.backward(net, bp.forward(net, x), target)
    for name in net.parameters:
        after = bp.update(net, grads, 0.5, frozen=[name])
        told = bp.derive_layers(net, x, target, 0.5, frozen=[name]).by_name
        for l in (1, 2):
            assert told[f"weights_new {l}"].value == pytest.approx(after.weights[l - 1], rel=1e-14)
            assert told[f"biases_new {l}"].value.ravel() == pytest.approx(np.ravel(after.biases[l - 1]), rel=1e-14)
