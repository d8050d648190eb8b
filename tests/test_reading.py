import math
import re
import time
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpviz as bp
from bpviz.formula.answers import answer_in
from bpviz.formula.arithmetic import evaluate
from bpviz.formula.digits import round_number
from bpviz.formula.grammar import LIMITS, grammar, plain
from bpviz.formula.nearest import changes
from bpviz.formula.typed import read_formula, read_number
from bpviz.widgets.shared.page import WIDGETS

NAMES = ["a", "b", "out_h1", "w1[2,1]", "dE_total/dw7", "w7", "w"]
VALUES = {"a": 2.0, "b": -3.0, "out_h1": 0.5, "w1[2,1]": 7.0, "dE_total/dw7": 11.0, "w7": 13.0, "w": 17.0}


def value(text):
    return float(evaluate(read_formula(text, NAMES), {name: np.float64(v) for name, v in VALUES.items()}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2*3", 7),
        ("(1 + 2)*3", 9),
        ("8/4/2", 1),
        ("2 - 3 - 4", -5),
        ("-a^2", -4),
        ("(-a)^2", 4),
        ("2^-1", 0.5),
        ("b^0000002", 9),
        ("1e+00005", 1e5),
        ("a*-b", 6),
        ("a**3", 8),
        ("-(a - b)", -5),
        ("+a", 2),
        (".5 + 1e-3", 0.501),
        ("a · b × 2 − 1 ÷ 2", -12.5),
        ("w1[2,1]*out_h1", 3.5),
        ("dE_total/dw7 + w7", 24),
        ("∂E_total/∂w7", 11),
        ("w7/w", 13 / 17),
        ("1/(1 + e^(-a))", 1 / (1 + math.exp(-2))),
        ("e^-a + exp(b)", math.exp(-2) + math.exp(-3)),
        ("tanh(a/2) - ln(a)", math.tanh(1) - math.log(2)),
        ("e^(a)^2", math.exp(2**2)),
        ("e^a^2", math.exp(2**2)),
        ("e^-a^2", math.exp(-(2**2))),
        ("(e^a)^2", math.exp(2) ** 2),
    ],
)
def test_formulas_mean_what_mathematics_says(text, expected):
    assert value(text) == pytest.approx(expected, rel=1e-15)


ATOMS = st.sampled_from(["a", "b", "out_h1", "w7", "2", "0.25", "13"])
FORMULAS = st.recursive(
    ATOMS,
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        | inner.map(lambda t: f"(-{t})")
        | st.tuples(inner, st.integers(0, 3)).map(lambda t: f"({t[0]})^{t[1]}")
    ),
    max_leaves=12,
)


@given(FORMULAS)
def test_any_formula_has_the_value_that_python_gives_it(text):
    python = text.replace("^", "**")
    for name in sorted(("a", "b", "out_h1", "w7"), key=len, reverse=True):
        python = python.replace(name, f"({VALUES[name]!r})")
    tree = compile(python, "formula", "eval")
    assert value(text) == pytest.approx(evaluated(tree), rel=1e-9, abs=1e-9)


def evaluated(tree):
    """Python's own value; the text was made by this test."""
    import types

    return types.FunctionType(tree, {"__builtins__": {}})()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is nothing to read"),
        ("   ", "there is nothing to read"),
        ("__import__('os').system('ls')", "there is no '__import__' here"),
        ("lambda: 1", "there is no 'lambda' here"),
        ("a.b", r"there is no '\.' here"),
        ("out_h2", r"there is no 'out_h2' here; did you mean 'out_h1'\?"),
        ("a 2", "'2' does not belong there"),
        ("a +", "the formula ends too early"),
        ("(a", "a bracket is opened but not closed"),
        ("a)", r"'\)' does not belong there"),
        ("a^b", "after \\^ there must be a whole number"),
        ("a^99999999999", "a power may be at most 9"),
        ("9^9^9", r"'\^' does not belong there"),
        ("9" * 31, "a number may have 30 digits, but this one has 31"),
        ("1e999", "the power of ten in '1e999' is too large"),
        ("(" * 41 + "a" + ")" * 41, "brackets may be 40 deep"),
        ("a" * 1001, "a formula may have 1000 characters, but this one has 1001"),
        ("a;b", "there is no ';' here"),
        ("w[0]", "there is no 'w"),
        ("sin(a)", "there is no 'sin' here"),
        ("exp", "there is no 'exp' here"),
        ("e", "there is no 'e' here"),
        ("exp()", r"'\)' does not belong there"),
        ("e^", "the formula ends too early"),
        ("exp(" * 60 + "a" + ")" * 60, "brackets may be 40 deep"),
        ("e^" * 300 + "a", "brackets may be 40 deep"),
    ],
)
def test_what_is_no_formula_gets_one_sentence(text, message):
    with pytest.raises(ValueError, match=message):
        read_formula(text, NAMES)


@given(st.text(max_size=80))
def test_no_text_does_anything_but_be_read_or_refused(text):
    refusal = ""
    try:
        read_formula(text, NAMES)
    except ValueError as error:
        refusal = str(error)
    assert "\n" not in refusal
    assert len(refusal) < 300


@pytest.mark.parametrize("text", ["9" * 10**7, "(" * 10**6, "a+" * 10**6, "-" * 10**6])
def test_a_huge_text_is_refused_at_once(text):
    started = time.perf_counter()
    with pytest.raises(ValueError, match="may have 1000 characters"):
        read_formula(text, NAMES)
    assert time.perf_counter() - started < 5  # against hanging, not a measurement


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.5", 0.5),
        (" -1e-3 ", -1e-3),
        ("−2", -2),
        ("+4", 4),
        ("- 4", -4),
        ("2,5", 2.5),
        ("2,5e-3", 0.0025),
        ("−1.5e−07", -1.5e-7),
    ],
)
def test_a_number_is_read_however_it_is_written(text, number):
    assert read_number(text)[0] == number


@pytest.mark.parametrize("text", ["w7", "1 + 1", "", "1,5,6", "1e", "e", "--3"])
def test_formulas_are_told_from_numbers(text):
    assert read_number(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 15))
def test_every_number_that_is_shown_can_be_typed_back(value, digits):
    shown = str(round_number(value, digits))
    if "e" in shown and abs(int(shown.split("e")[1])) > 300:
        return
    assert read_number(shown.replace("-", "−"))[0] == float(shown)


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-Infinity", "∞"])
def test_what_is_not_finite_is_no_number(text):
    with pytest.raises(ValueError, match="must be a finite number"):
        read_number(text)


@pytest.mark.parametrize("text", ["5e123456789012345678", "5*10^123456789012345678", "5·10^−123456789012345678"])
def test_a_power_of_ten_of_too_many_digits_is_refused(text):
    with pytest.raises(ValueError, match=r"the power of ten in '.+' is too large"):
        read_number(text)


def test_a_text_is_needed():
    with pytest.raises(TypeError, match="a formula must be a text, not int"):
        read_formula(3, NAMES)
    assert math.isfinite(value("a"))


KNOWN = {
    "net_h1": 2.0,
    "out_h1": 0.9,
    "delta_o1": 0.1,
    "dE_total/dout_o1": 0.5,
    "w7": 0.4,
    "w7_new": 0.3,
    "out_o1": 0.8,
}


@pytest.mark.parametrize(
    ("written", "plainly"),
    [
        ("(out_h1)(1 - out_h1)", "out_h1*(1 - out_h1)"),
        ("2 w7", "2*w7"),
        ("w7 out_h1 (1 - out_h1)", "w7*out_h1*(1 - out_h1)"),
        ("½(out_o1 − w7)²", "(1/2)*(out_o1 - w7)^2"),
        ("σ(net_h1)", "1/(1 + exp(-net_h1))"),
        ("δo1·out_h1", "delta_o1*out_h1"),
        ("δ_o1 × out_h1", "delta_o1*out_h1"),
        ("∂E/∂out_o1 · w7", "dE_total/dout_o1*w7"),
        ("∂E_total / ∂out_o1", "dE_total/dout_o1"),
        ("outh1 * w_7", "out_h1*w7"),
        ("10⁻² w7", "w7/100"),
        ("50% w7", "w7/2"),
        ("= 0.5 w7.", "0.5*w7"),
        (r"\frac{\partial E_{total}}{\partial out_{o1}} \cdot w_7", "dE_total/dout_o1*w7"),
        (r"\frac{1}{1 + e^{-net_{h1}}}", "1/(1 + exp(-net_h1))"),
        (r"$\delta_{o1} \times \mathrm{out}_{h1}$", "delta_o1*out_h1"),
        (r"\sigma\left(net_{h1}\right)", "1/(1 + exp(-net_h1))"),
    ],
)
def test_a_formula_is_read_as_people_write_it(written, plainly):
    values = [evaluate(read_formula(text, KNOWN), KNOWN) for text in (written, plainly)]
    assert values[0] == pytest.approx(values[1], rel=1e-15)


@pytest.mark.parametrize(
    ("written", "number", "unit"),
    [
        ("= 2.35", 2.35, 0.01),
        ("≈0.0780639", 0.0780639, 1e-7),
        ("0.0780639.", 0.0780639, 1e-7),
        ("7.80639%", 0.0780639, 1e-7),
        ("7.80639·10⁻²", 0.0780639, 1e-7),
        ("7,80639 × 10^-2", 0.0780639, 1e-7),
        ("7.80639e-2", 0.0780639, 1e-7),
        (r"7.80639 \cdot 10^{-2}", 0.0780639, 1e-7),
        ("+0.36", 0.36, 0.01),
    ],
)
def test_a_number_is_read_as_people_write_it(written, number, unit):
    assert read_number(written) == (number, pytest.approx(unit, rel=1e-12))


def test_the_name_of_what_is_asked_for_may_stand_before_the_answer():
    for written in (
        "dE_total/dw7 = 0.078",
        "∂E/∂w7 = 0.078",
        "dE/dw_7=0.078",
        r"\frac{\partial E}{\partial w_7} = 0.078",
    ):
        assert answer_in(written, "dE_total/dw7", KNOWN) == "0.078"
    assert answer_in("0.4 * 0.5 = 0.2", "E_o1", KNOWN) == "0.2"
    with pytest.raises(ValueError, match=r"what is asked for is dE_total/dw7, not net_h1"):
        answer_in("net_h1 = 0.078", "dE_total/dw7", KNOWN)


def test_a_form_that_could_mean_two_names_means_none():
    values = {"w_ab": 1.0, "wab": 2.0, "w_a_b": 3.0}
    for name, value in values.items():
        assert evaluate(read_formula(name, values), values) == value
    with pytest.raises(ValueError, match="there is no 'wa_b' here"):
        read_formula("wa_b", values)


@pytest.mark.parametrize("text", ["3·*2", "²", "a**·b", "٣", "２", "a = ²"])
def test_signs_that_do_not_belong_together_are_not_read_as_others(text):
    with pytest.raises(ValueError, match=r"there is no|does not belong there|after \^ there must be"):
        read_formula(text, NAMES)


LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co"))
SIGNS = st.sampled_from("aw1_^*·×−-+/()[],.;=~%½²δσ∂η …≈$\\{}")


@given(st.text(LETTERS | SIGNS, max_size=8))
def test_a_text_in_plain_signs_stays_as_it_is(text):
    assert plain(plain(text)) == plain(text)


@given(st.text(LETTERS | SIGNS, min_size=1, max_size=6))
def test_a_parameter_that_may_be_named_so_can_be_typed_so(name):
    try:
        net = bp.Network([[[0.5]]], weight_names=[[[name]]])
    except ValueError as error:
        assert str(error).startswith("weight_names")  # noqa: PT017
        return
    question = bp.ask("net_o1", net=net, x=[1.5], target=[1.0])
    for typed in (f"{name} * i1", f"i1*{name}", f"({name})*i1", f"net_o1 = i1*{name}"):
        assert question.check(typed).correct, typed


@pytest.mark.parametrize("name", ["²", "^2", "/2", "(1", "1/2", "-3", "1e5", "2·", ".5"])
def test_what_a_formula_is_made_of_is_no_name(name):
    with pytest.raises(ValueError, match="a number or a sign of formulas"):
        bp.Network([[[0.5, 0.2]]], weight_names=[[["w", name]]])


@pytest.mark.parametrize("name", ["$", "$$", "\\left", "\\,", "\\displaystyle", "_", "__", "_{}", "$_"])
def test_what_is_not_read_at_all_is_no_name(name):
    with pytest.raises(ValueError, match="choose another name"):
        bp.Network([[[1.0]]], weight_names=[[[name]]])


@pytest.mark.parametrize("text", ["e^a^2^3", "a^2^3", "e^-a^2^2"])
def test_powers_of_powers_need_brackets(text):
    with pytest.raises(ValueError, match=r"'\^' does not belong there"):
        read_formula(text, NAMES)


def test_a_sign_of_equality_in_a_name_is_no_step_on_the_way():
    assert answer_in("dE/dw7 = a=b * 2", "dE_total/dw7", ["dE_total/dw7", "a=b"]) == "a=b * 2"
    assert answer_in("a=b = 3", "a=b", ["a=b"]) == "3"
    assert answer_in("a=b", "w7", ["a=b", "w7"]) == "a=b"


@pytest.mark.parametrize(("text", "unit"), [
    ("120", 10), ("100", 100), ("0", 1), ("12.0", 0.1), ("1.20e3", 10), ("0.5", 0.1), ("7e-3", 1e-3), ("20e1", 100), ("5%", 0.01),
])  # fmt: skip
def test_what_the_last_digit_counts(text, unit):
    """Noughts before no point may stand for any digit; noughts behind a point are meant."""
    assert read_number(text)[1] == pytest.approx(unit, rel=1e-12)


def test_the_page_gets_all_of_the_grammar_and_nothing_else():
    script = (WIDGETS / "shared" / "typed.js").read_text(encoding="utf-8")
    table = grammar()
    used = set(re.findall(r"grammar\.(\w+)", script)) - {"py"}
    assert used <= set(table)
    assert all(re.search(rf"\b{key}\b", script) for key in table)
    assert ["**", "^"] in table["signs"]
    assert ["E_total", "E"] in table["forms"]
    assert all(len(pair) == 2 for key in ("signs", "rewrites", "edges", "forms") for pair in table[key])


def test_a_text_of_exactly_the_most_characters_is_read():
    longest = LIMITS["longest"]
    value = "1" + "+1" * ((longest - 1) // 2)
    padded = value + " " * (longest - len(value))
    assert float(evaluate(read_formula(padded, NAMES), {})) == value.count("1")
    with pytest.raises(ValueError, match="may have 1000 characters"):
        read_formula(padded + " ", NAMES)


@given(st.text("abn_12", max_size=6), st.text("abn_12", max_size=6))
def test_how_far_two_words_are_apart_is_what_the_definition_says(one, other):
    """Levenshtein's distance by its definition, which takes the words apart at their ends."""

    @cache
    def apart(n, k):
        if not n or not k:
            return n + k
        return min(apart(n - 1, k) + 1, apart(n, k - 1) + 1, apart(n - 1, k - 1) + (one[n - 1] != other[k - 1]))

    assert changes(one, other) == apart(len(one), len(other))


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("2.5e-3", 0.0025, 1e-4), ("2.5e-3%", 2.5e-5, 1e-6), ("2.5E-3 %", 2.5e-5, 1e-6), ("1.5e2·10^3", 1.5e5, 1e4),
        ("-7.80639·10⁻²", -0.0780639, 1e-7), ("12%", 0.12, 0.01), ("-5e3", -5000, 1000),
        ("10^3", 1000, 1000), ("-10^-3", -0.001, 0.001), ("1200", 1200, 100), ("1200.", 1200, 100), ("1200.0", 1200, 0.1), ("0", 0, 1),
        ("00", 0, 1), ("1e30", 1e30, 1e30),
    ],
)  # fmt: skip
def test_a_number_is_read_with_what_its_last_digit_counts(text, number, unit):
    assert read_number(text) == (pytest.approx(number, rel=1e-15, abs=0), pytest.approx(unit, rel=1e-15, abs=0))
