import io
import re
from decimal import Decimal
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpviz as bp
from bpviz.formula.digits import round_number
from bpviz.formula.tree import Cases, Negative, Number, Power, Quantity, exp, log
from bpviz.views.boxes import Figure, Reference, Word
from bpviz.views.geometry import geometry, label_width
from bpviz.views.latex import latex
from bpviz.views.layout import lay_out
from bpviz.views.mathml import mathml
from bpviz.views.sides import equation
from bpviz.views.text import text

from .networks import SOME_HOSTILE, cases, examples, two_three_two

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def d():
    ex = two_three_two()
    return bp.derive(ex.network, ex.x, ex.target, wrt="w1", learning_rate=0.5)


def hostile(name):
    net = bp.Network([[[0.5, -0.25]]], [[0.1]], weight_names=[[[name, "w2"]]], bias_names=[["b" + name]])
    return bp.derive(net, [1, 2], [0], wrt=name, learning_rate=0.5)


def label(name, guard):
    return Reference(name, Word(name), name)


def written(x):
    return text(lay_out(x, label))


a, b = Quantity("a"), Quantity("b")


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (a - (b - 1), "a - (b - 1)"),
        (a * (b + 1), "a·(b + 1)"),
        ((a * b) ** 2, "(a·b)^2"),
        (a / b * a, "a/b·a"),
        (a / (b * a), "a/(b·a)"),
        (-(a + b), "-(a + b)"),
        (-a * b, "(-a)·b"),
        (Negative(a * b), "-a·b"),
        (a - (-b), "a - (-b)"),
        (Power(Negative(a), 2), "(-a)^2"),
        (1 / (1 + exp(-a)), "1/(1 + e^(-a))"),
        (log(1 - a), "ln(1 - a)"),
        (Number(2) * a, "2·a"),
        (Cases(a, a, Number(0)), "{a if a > 0; 0 if a ≤ 0}"),
        (Cases(a, Number(1), Number(0), inclusive=True), "{1 if a ≥ 0; 0 if a < 0}"),
    ],
    ids=str,
)
def test_brackets_stand_where_they_are_needed_and_nowhere_else(x, expected):
    assert written(x) == expected


def test_negative_numbers_get_brackets_after_an_operator():
    def number(name, guard):
        return Figure(round_number({"a": -0.5, "b": 2.0}[name], 4), name, guard)

    assert text(lay_out(b * a, number)) == "2·(-0.5)"
    assert text(lay_out(b - a, number)) == "2 - (-0.5)"
    assert text(lay_out(a + b, number)) == "-0.5 + 2"
    assert text(lay_out(a**2, number)) == "(-0.5)^2"
    assert text(lay_out(exp(-a), number)) == "e^(-(-0.5))"


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 15))
def test_a_rounded_number_is_the_nearest_with_so_many_digits(value, digits):
    rounded = Decimal(str(round_number(value, digits)))
    exact = Decimal(value)
    if value == int(value) and abs(value) < 1e7:
        assert rounded == exact
    else:
        unit = Decimal(1).scaleb(exact.adjusted() - digits + 1)
        assert abs(rounded - exact) <= unit / 2
        assert len(rounded.normalize().as_tuple().digits) <= digits


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [(0.5, 6, "0.5"), (0.25, 1, "0.3"), (-0.25, 1, "-0.3"), (0.00012345, 3, "0.000123"), (-1234.5, 6, "-1234.5"), (999999.5, 6, "1e+06"),
     (1e300, 3, "1e+300"), (float("inf"), 3, "∞"), (float("-inf"), 3, "-∞"), (float("nan"), 3, "undefined"), (-0.0, 3, "0")],
)  # fmt: skip
def test_numbers_are_written_as_expected(value, digits, expected):
    assert str(round_number(value, digits)) == expected


def test_the_text_of_a_derivation_reads_like_the_article(d):
    lines = [line.strip() for line in d.text(digits=7).splitlines()]
    assert "net_h1 = w1·i1 + w2·i2 + b1 = 0.1·5 + 0.15·10 + 0.35 = 2.35" in lines
    assert "out_h1 = 1/(1 + e^(-net_h1)) = 1/(1 + e^(-2.35)) = 0.9129342" in lines
    assert "dE_total/dout_o1 = -(target_o1 - out_o1) = -(0.01 - 0.8910897) = 0.8810897" in lines
    assert [line for line in lines if line and "=" not in line] == ["Forward pass", "Error", "Chain rule", "Update"]


def numbers_in(view):
    """Figures in the order they are written; minus signs and brackets are how each view writes the same number."""
    return list(re.findall(r"(?<![\w.,])\d+(?:\.\d+)?(?![\w.])", view))


@examples(30)
@given(cases(), st.integers(2, 12))
def test_every_view_shows_the_same_digits(case, digits):
    derivation = bp.derive(case.net, case.x, case.target, learning_rate=0.1)
    for step in derivation.steps:
        for side in equation(derivation, step, digits):
            if isinstance(side, Figure):
                spelled = str(side.digits).lstrip("-").split("e")[0]
                assert spelled in text(side)
                assert spelled in latex(side)
                assert f"<mn>{spelled}</mn>" in mathml(side)


@examples(40)
@given(cases())
def test_mathml_is_well_formed_and_names_known_quantities_only(case):
    derivation = bp.derive(case.net, case.x, case.target, wrt=next(iter(case.net.parameters)), learning_rate=0.1)
    root = ElementTree.fromstring(derivation.mathml())
    for element in root.iter():
        for attribute in ("data-q", "data-v"):
            if attribute in element.attrib:
                assert element.attrib[attribute] in derivation.values


@examples(8)
@given(cases(batches=False, max_layers=2))
def test_latex_is_understood_by_an_independent_parser(case):
    from matplotlib.mathtext import MathTextParser

    derivation = bp.derive(case.net, case.x, case.target, learning_rate=0.1)
    parser = MathTextParser("path")
    for step in derivation.steps:
        for side in equation(derivation, step, 6):
            spelled = latex(side)
            if r"\begin{cases}" not in spelled:  # mathtext has no environments
                parser.parse(f"${spelled.replace(chr(92) + 'text', chr(92) + 'mathrm')}$")


def test_the_latex_of_the_chain_rule_is_the_articles(d):
    assert (
        r"\frac{\partial E_{\mathrm{total}}}{\partial \mathrm{out}_{o1}} &= "
        r"-\left(\mathrm{target}_{o1} - \mathrm{out}_{o1}\right)"
    ) in d.latex()


@pytest.mark.parametrize("name", SOME_HOSTILE)
def test_hostile_names_are_text_in_mathml_svg_and_html(name):
    derivation = hostile(name)
    math = ElementTree.fromstring(derivation.mathml())
    assert {element.tag.split("}")[1] for element in math.iter()} <= {
        "math", "mtable", "mtr", "mtd", "mrow", "mi", "mn", "mo", "mtext", "msub", "msup", "msubsup", "mfrac", "mpadded",
    }  # fmt: skip
    written = ["".join(element.itertext()) for element in math.iter() if element.tag.endswith(("mtext", "mi"))]
    assert name in written
    for step in range(len(derivation.steps)):
        svg = ElementTree.fromstring(bp.diagram(derivation, step))
        assert {element.tag for element in svg.iter()} <= {
            SVG + tag for tag in ("svg", "style", "g", "title", "line", "rect", "circle", "text", "tspan")
        }
        assert not [key for element in svg.iter() for key in element.attrib if key.startswith("on")]
    html = bp.Stepper(derivation.network, [1, 2], [0], wrt=name).snapshot()
    assert "<script" not in html
    assert "<img src=x" not in html


@pytest.mark.parametrize("name", SOME_HOSTILE)
def test_hostile_names_are_text_in_latex(name):
    spelled = hostile(name).latex()
    assert not re.search(r"(?<!\\)\$", spelled)
    assert "\\frac{1}{0}" not in spelled
    without_escapes = re.sub(r"\\[{}]", "", spelled)
    assert without_escapes.count("{") == without_escapes.count("}")
    assert "<" not in spelled


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("name", SOME_HOSTILE)
def test_hostile_names_are_text_in_a_matplotlib_figure(name):
    fig = bp.figure(hostile(name))
    assert f"{name}: 0.5" in [shown.get_text() for shown in fig.axes[0].texts]
    fig.savefig(io.BytesIO(), format="svg")


def classes(svg, kind):
    found = {}
    for element in ElementTree.fromstring(svg).iter():
        if f"data-{kind}" in element.attrib:
            found.setdefault(element.attrib[f"data-{kind}"], set()).update(element.attrib["class"].split())
    return found


def test_the_diagram_lights_up_what_the_step_touches(d):
    for n, step in enumerate(d.steps):
        svg = bp.diagram(d, n)
        assert {name for name, kinds in classes(svg, "node").items() if "bpv-on" in kinds} == set(step.nodes)
        assert {name for name, kinds in classes(svg, "edge").items() if "bpv-on" in kinds} == set(step.edges)


def test_every_step_touches_parts_that_the_diagram_has(d):
    for wrt in d.network.parameters:
        derivation = bp.derive(d.network, d.x, d.target, wrt=wrt, learning_rate=0.5)
        svg = bp.diagram(derivation)
        nodes, edges = set(classes(svg, "node")), set(classes(svg, "edge"))
        for step in derivation.steps:
            assert set(step.nodes) <= nodes
            assert set(step.edges) <= edges


def test_values_that_are_not_computed_yet_are_not_shown(d):
    shown = {
        element.attrib["data-n"]: "".join(element.itertext())
        for element in ElementTree.fromstring(bp.diagram(d, "out_h2")).iter()
        if "data-n" in element.attrib
    }
    assert shown["out_h2"] == "0.979164"
    assert shown["out_h3"] == ""
    assert shown["E_total"] == ""
    assert shown["w7"] == "0.4"


def test_a_step_that_is_not_there_gets_one_sentence(d):
    with pytest.raises(ValueError, match="step: there is no 'out_h4'"):
        bp.diagram(d, "out_h4")
    with pytest.raises(ValueError, match="step must be from 0 to 29, not 30"):
        bp.diagram(d, 30)
    with pytest.raises(TypeError, match="subject must be a Network or a Derivation, not int"):
        bp.diagram(3)
    with pytest.raises(TypeError, match="subject must be a Network or a Derivation, not str"):
        bp.figure("x")


@pytest.mark.parametrize("sizes", ["2-3-2", "2-2-1", (3, 4, 2), (2, 6, 1), (5, 2, 4), (1, 1), (12, 1), (3, 3, 3, 3)])
def test_labels_neither_cover_each_other_nor_leave_the_picture(sizes):
    net = bp.articles.example(sizes).network if isinstance(sizes, str) else bp.initialise(sizes)
    picture, wide, high = geometry(net), label_width(net, geometry(net).detail), geometry(net).detail.line
    assert not any(edge.crowded for edge in picture.edges)
    labels = [edge.label for edge in picture.edges if edge.has_label]
    for n, (x, y) in enumerate(labels):
        assert wide / 2 <= x <= picture.width - wide / 2
        assert high / 2 <= y <= picture.height - high / 2
        for other_x, other_y in labels[n + 1 :]:
            assert abs(x - other_x) >= wide or abs(y - other_y) >= high


def test_labels_stay_away_where_they_have_no_room():
    picture = geometry(bp.initialise((4, 8, 3)))
    assert all(edge.crowded for edge in picture.edges if edge.use is not None)


def test_the_sign_of_a_weight_shows_in_more_than_colour():
    svg = bp.diagram(bp.Network([[[1.0, -1.0]]]))
    assert "bpv-plus" in classes(svg, "edge")["1:0:0"]
    assert "bpv-minus" in classes(svg, "edge")["1:0:1"]
    assert re.search(r"\.bpv-minus \.bpv-line \{[^}]*stroke-dasharray", svg)


def test_the_figure_shows_the_values_and_the_lit_step(d):
    fig = bp.figure(d, "dE_total/dw1|h1→o2", digits=4)
    texts = [shown.get_text() for shown in fig.axes[0].texts]
    assert {"$w_{7}$: 0.4", "net 2.35", "0.9129", "0.3918", "target 0.01"} <= set(texts)
    assert np.isclose(fig.axes[0].patches[0].get_linewidth(), 2)


def test_figures_do_not_pile_up_in_pyplot(d):
    import matplotlib.pyplot as plt

    bp.figure(d)
    assert plt.get_fignums() == []


def test_large_networks_are_drawn_in_linear_time():
    """A 32-64-64-16 net has 7,000 weights; placing each label against all others would take minutes."""
    rng = np.random.default_rng(0)
    net = bp.Network([rng.normal(size=(n, m)) for m, n in ((32, 64), (64, 64), (64, 16))])
    assert bp.diagram(net).count('class="bpv-line"') == 32 * 64 + 64 * 64 + 64 * 16 + 16


def test_a_step_of_a_bare_network_and_a_sample_that_is_not_there_are_refused(d):
    with pytest.raises(ValueError, match="step needs a Derivation"):
        bp.diagram(d.network, step=3)
    with pytest.raises(ValueError, match="step needs a Derivation"):
        bp.figure(d.network, step=3)
    with pytest.raises(ValueError, match="sample must be from 0 to 0, not 7"):
        bp.diagram(d, sample=7)


def test_curves_show_hostile_names_and_a_loss_of_zero():
    run = bp.descend(bp.Network([[[1.0]]], activations="linear"), [1.0], [1.0], 0.5, steps=2)
    fig = bp.error_curve({"$\\frac": run, "_under": run}, title="cost $5 and $6")
    fig.savefig(io.BytesIO(), format="svg")
    assert [text.get_text() for text in fig.legends[0].get_texts()] == ["$\\frac", "_under"]


def test_the_drawing_speaks_the_derivations_notation():
    net = bp.Network([[[0.1, 0.2]]])
    shown = [
        re.sub(r"<[^>]+>", " ", bp.diagram(bp.derive(net, [1, 2], [0.5], notation=name), digits=3))
        for name in ("net_out", "z_a", "s_y")
    ]
    for said, words in zip(shown, (("net", "target", " E "), ("z", " y ", " C "), ("S", " d ", " E ")), strict=True):
        assert all(word in said for word in words), (words, said)
    assert "target" not in shown[1] + shown[2]


def test_the_notation_of_a_stepper_is_read_and_not_lost_by_setting_it():
    stepper = bp.Stepper(bp.Network([[[0.1, 0.2]]]), [1, 2], [0.5], notation="z_a")
    assert stepper.notation == "z_a"
    with pytest.raises(AttributeError):
        stepper.notation = "h_d"


def test_no_line_is_wider_than_that_of_the_largest_weight():
    """A bias of 100 beside weights of 0.1 is drawn as wide as the widest weight, in the drawing and in the figure."""
    net = bp.Network([[[0.1, -0.05]]], [100.0])
    widths = [float(width) for width in re.findall(r'class="bpv-line"[^>]*stroke-width="([\d.]+)"', bp.diagram(net))]
    assert max(widths) == 5.5
    assert max(line.get_linewidth() for line in bp.figure(net).axes[0].lines) == pytest.approx(4.2)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sample": "abc"}, "sample must be a whole number, not str"),
        ({"sample": -1}, "sample must be from 0 to 0, not -1"),
        ({"styled": "no"}, "styled must be True or False, not str"),
        ({"before": 1}, "before must be True or False, not int"),
    ],
)
def test_a_drawing_of_a_network_refuses_what_it_cannot_use(given, message):
    with pytest.raises((TypeError, ValueError), match=message):
        bp.diagram(bp.Network([[[0.5]]]), **given)


def test_the_drawing_of_a_step_that_is_about_no_sample_shows_the_last_one():
    net = bp.Network([[[0.5]]], weight_names=[[["w"]]])
    d = bp.derive(net, [[1.0], [3.0]], [[0.0], [0.5]], learning_rate=0.5)
    shown = [str(bp.diagram(d, "E_total")), str(bp.diagram(d, "net_o1(1)")), str(bp.diagram(d))]
    outs = [bp.forward(net, [x]).output[0] for x in (1.0, 3.0)]
    assert [f"{out:.6f}"[:6] in svg for svg, out in zip(shown, (outs[1], outs[0], outs[0]))] == [True, False, True]


def test_the_step_before_this_one_is_set_as_a_letter_a_sign_and_a_number():
    ex = bp.articles.example("2-2-2")
    d = bp.derive(ex.network, ex.x, ex.target, wrt="w1", learning_rate=0.5, optimiser=bp.Adam())
    assert r"\beta_{1}^{t-1}" in d.latex()
    assert "<mrow><mi>t</mi><mo>−</mo><mn>1</mn></mrow>" in d.mathml()
    assert "t-1</mtext>" not in d.mathml()
