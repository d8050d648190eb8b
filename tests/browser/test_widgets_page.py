"""Trainer, ActivationExplorer, LossSurface, DepthExplorer and NetworkBuilder as one file each."""

from __future__ import annotations

import re

import numpy as np
import pytest

import bpviz as bp
from bpviz.formula.digits import shown_number

from .conftest import axe_finds_nothing

pytestmark = pytest.mark.browser

XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]


def shown(value, digits=6):
    return shown_number(float(value), digits)


@pytest.fixture(scope="module")
def histories():
    net = bp.initialise((2, 3, 1), seed=1)
    online = bp.train(net, *XOR, epochs=400, learning_rate=2, batch_size=1)
    return {"online": online, "momentum": bp.train(net, *XOR, epochs=300, learning_rate=2, momentum=0.9)}


@pytest.fixture
def trainer(show, histories):
    return lambda **options: show(bp.Trainer(*XOR, **histories), **options)


def go_to(s, epoch):
    s.page.get_by_role("slider", name="Epoch").fill(str(epoch))


def test_every_epoch_of_the_film_has_the_numbers_of_python(trainer, histories):
    s = trainer()
    for epoch in (0, 1, 37, 299, 300, 350, 400):
        go_to(s, epoch)
        for name, history in histories.items():
            run = s.page.locator(f"section[aria-label={name}]")
            at = min(epoch, len(history.losses) - 1)
            net = history.network_at(at)
            assert f"Epoch {at}: E = {shown(history.losses[at])}" in run.locator(".bpv-told").inner_text()
            outputs = run.locator(".bpv-value").all_text_contents()
            assert outputs == [shown(out, 4) for out in bp.forward(net, XOR[0]).output[:, 0]]
            weight = run.locator('.bpv-drawing .bpv-label [data-n="w2[1,2]"]').text_content()
            assert weight == shown(net["w2[1,2]"], 4)
            hidden = bp.forward(net, XOR[0][0]).a[1][1]
            assert run.locator('.bpv-drawing [data-n="out_h2"]').text_content() == shown(hidden, 4)
    run = s.page.locator("section[aria-label=momentum] .bpv-told").inner_text()
    assert "ended there: all 300 epochs are done" in run
    assert s.watch.errors == []


def test_another_sample_is_shown_on_the_drawing(trainer, histories):
    s = trainer()
    go_to(s, 100)
    s.page.get_by_role("button", name="Samples").first.click()
    s.page.get_by_role("button", name="Show sample 3").first.click()
    net = histories["online"].network_at(100)
    drawn = s.page.locator('section[aria-label=online] .bpv-drawing [data-n="out_o1"]').text_content()
    assert drawn == shown(bp.forward(net, XOR[0][2]).output[0], 4)


def test_the_stepper_opens_on_that_very_update(trainer, histories):
    s = trainer()
    go_to(s, 150)
    s.page.get_by_role("button", name="Open the stepper on this update").nth(1).click()
    s.page.get_by_text("momentum, epoch 150: a plain gradient step of the whole batch").wait_for()
    s.page.get_by_text("The gradient is that of the run. It also carried on 0.9 of its last step.").wait_for()
    inner = s.page.locator(".bpv-inner .bpv-stepper")
    inner.press("End")
    history = histories["momentum"]
    expected = bp.derive(history.network_at(150), *XOR, wrt="w1[1,1]", learning_rate=history.learning_rates[150])
    s.names = bp.Trainer(*XOR, **histories)._steppers[1]["_names"]
    values = s.values(".bpv-inner .bpv-log .bpv-v, .bpv-inner .bpv-equation .bpv-v")
    assert len(values) > 40
    for name, value in values.items():
        assert value == pytest.approx(expected.values[name], rel=1e-12, abs=1e-15), name


def test_the_film_plays_pauses_and_ends(trainer):
    s = trainer(held=True)
    s.page.get_by_role("button", name="Play").click()
    s.page.clock.run_for(1200)
    s.page.get_by_role("button", name="Pause").click()
    epoch = int(s.page.get_by_role("slider", name="Epoch").input_value())
    assert 24 < epoch < 56  # a tenth of the film
    s.page.clock.run_for(1000)
    assert int(s.page.get_by_role("slider", name="Epoch").input_value()) == epoch
    go_to(s, 300)
    s.page.get_by_label("Speed").select_option("4")  # as every frame of the clock is drawn
    s.page.get_by_role("button", name="Play").click()
    s.page.clock.run_for(1_200)
    assert s.page.locator(".bpv-counter").first.inner_text() == "400 / 400"
    s.page.get_by_role("button", name="Play").wait_for()


def test_the_film_goes_on_from_where_it_is_put(trainer):
    s = trainer(held=True)
    s.page.get_by_role("button", name="Play").click()
    s.page.clock.run_for(500)
    go_to(s, 350)
    s.page.clock.run_for(300)
    assert 350 <= int(s.page.get_by_role("slider", name="Epoch").input_value()) < 400


def test_the_film_obeys_the_keyboard(trainer):
    s = trainer()
    s.page.locator(".bpv-trainer").focus()
    for key, epoch in (("ArrowRight", 1), ("PageDown", 2), ("ArrowLeft", 1), ("End", 400), ("Home", 0)):
        s.page.keyboard.press(key)
        assert s.page.locator(".bpv-counter").first.inner_text() == f"{epoch} / 400", key
    s.page.keyboard.press(" ")
    s.page.get_by_role("button", name="Pause").wait_for()
    s.page.keyboard.press(" ")
    s.page.get_by_role("button", name="Play").wait_for()


def test_the_cursor_stands_on_the_curve_in_both_scales(trainer, histories):
    s = trainer()
    go_to(s, 200)
    for scale in ("linear", "logarithmic"):
        s.page.get_by_label("Error", exact=True).select_option(scale)
        dot = s.page.locator(".bpv-dot-0")
        x, y = float(dot.get_attribute("cx")), float(dot.get_attribute("cy"))
        path = s.page.locator(".bpv-curve-0").get_attribute("d")
        points = [tuple(map(float, point.split(","))) for point in path.removeprefix("M").split(" ")]
        nearest = min(points, key=lambda point: abs(point[0] - x))
        assert abs(nearest[0] - x) < 1
        assert abs(nearest[1] - y) < 1


# --- activations ---


def test_every_activation_has_the_values_of_python_at_any_point_and_constant(show):
    names = [name for name in bp.ACTIVATIONS if name != "softmax"]
    s = show(bp.ActivationExplorer(*names))
    for net in (-6, -1.3, 0, 0.05, 2.5, 6):
        s.page.get_by_role("slider", name="net").fill(str(net))
        for name in names:
            f = bp.activation(name)
            z = np.array([[float(net)]])
            told = s.page.locator(f"section[aria-label={name}] .bpv-told").inner_text()
            out, slope = f(z)[0, 0], f.f_prime(z, f(z))[0, 0]
            assert told.startswith(f"At net = {shown(net, 4)}: out = {shown(out)}, slope = {shown(slope)}"), name
    s.page.get_by_role("slider", name="alpha of elu").fill("0.3")
    s.page.get_by_role("slider", name="net").fill("-1.3")
    f, z = bp.activation("elu", alpha=0.3), np.array([[-1.3]])
    told = s.page.locator("section[aria-label=elu] .bpv-told").inner_text()
    assert f"out = {shown(f(z)[0, 0])}, slope = {shown(f.f_prime(z, f(z))[0, 0])}" in told
    assert s.watch.errors == []


def test_each_choice_has_the_colour_of_its_curve(show):
    s = show(bp.ActivationExplorer("sigmoid", "tanh", "relu"))
    s.page.get_by_role("checkbox", name="sigmoid", exact=True).uncheck()
    colour = "(element, property) => getComputedStyle(element)[property]"
    curves = [curve.evaluate(colour, "stroke") for curve in s.page.locator(".bpv-f").all()]
    boxes = [
        s.page.get_by_role("checkbox", name=name, exact=True).evaluate(colour, "accentColor")
        for name in ("tanh", "relu")
    ]
    assert boxes == curves
    assert len(set(boxes)) == 2


def test_saturation_is_said(show):
    s = show(bp.ActivationExplorer("sigmoid"))
    told = s.page.locator("section[aria-label=sigmoid] .bpv-told")
    s.page.get_by_role("slider", name="net").fill("0")
    assert "Saturated" not in told.inner_text()
    s.page.get_by_role("slider", name="net").fill("5.5")
    assert "Saturated" in told.inner_text()


def test_a_net_input_that_is_none_is_refused(show):
    s = show(bp.ActivationExplorer("sigmoid"))
    s.page.get_by_label("Net input").fill("99")
    s.page.keyboard.press("Enter")
    assert s.page.locator(".bpv-message").inner_text() == "net must be a number from -6 to 6."
    assert s.page.get_by_label("Net input").input_value() == "1"


# --- the surface ---


def test_the_scale_of_the_surface_tells_its_errors_apart_with_few_digits(show):
    ex = bp.articles.example("2-3-2")
    s = show(bp.LossSurface(ex.network, ex.x, ex.target))
    told = s.page.locator(".bpv-scale-told span").all_inner_texts()
    assert [float(text) for text in told] == sorted(map(float, told))
    assert len(set(told)) >= 3
    assert max(map(len, told)) <= 5


@pytest.mark.parametrize(
    "widget",
    [
        lambda: bp.ActivationExplorer("sigmoid"),
        bp.DepthExplorer,
        lambda: bp.LossSurface(*[getattr(bp.articles.example("2-3-2"), name) for name in ("network", "x", "target")]),
    ],
    ids=["activations", "depth", "surface"],
)
def test_a_presentation_has_large_type_in_its_charts(show, widget):
    s = show(widget(), width=1280, height=720)
    is_drawn = "([least, most]) => { const { height } = document.querySelector('svg .bpv-tick').getBoundingClientRect(); return least <= height && height <= most; }"
    s.page.wait_for_function(is_drawn, arg=[14, 18])
    s.page.locator("[data-do=present]").click()
    s.page.wait_for_function(is_drawn, arg=[20, 30])


@pytest.fixture
def surface(show):
    ex = bp.articles.example("2-2-1")
    return lambda **options: show(bp.LossSurface(ex.network, ex.x, ex.target, "W1[1,1]", "W1[1,2]", learning_rate=1))


@pytest.mark.parametrize(("start", "rate", "steps"), [([0.3, 0.9], 1, 100), ([-1.5, 0.25], 20, 60), ([1, 1], 0.01, 10)])
def test_the_path_of_the_page_is_that_of_python(show, start, rate, steps):
    ex = bp.articles.example("2-2-1")
    widget = bp.LossSurface(ex.network, ex.x, ex.target, "W1[1,1]", "W1[1,2]", learning_rate=rate, steps=steps)
    widget.start = start
    s = show(widget)
    path = widget.path
    (a, b, error), (a_end, b_end, error_end) = path[0], path[-1]
    assert s.page.locator(".bpv-values").inner_text() == (
        f"From W1,1(1) = {shown(a)}, W1,2(1) = {shown(b)}, E = {shown(error)} in {len(path) - 1} steps to "
        f"W1,1(1) = {shown(a_end)}, W1,2(1) = {shown(b_end)}, E = {shown(error_end)}."
    )
    assert s.watch.errors == []


def test_the_start_is_dragged_and_moved_by_keys(surface):
    s = surface()
    plot = s.page.locator(".bpv-surface")
    box = plot.bounding_box()
    s.page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    s.page.mouse.down()
    s.page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.25, steps=4)
    s.page.mouse.up()
    match = re.match(r"From W1,1\(1\) = ([\d.]+), W1,2\(1\) = ([\d.]+)", s.page.locator(".bpv-values").inner_text())
    assert [float(n) for n in match.groups()] == pytest.approx([1, 1], abs=0.02)
    plot.focus()
    s.page.keyboard.press("ArrowLeft")
    moved = re.match(r"From W1,1\(1\) = ([\d.]+)", s.page.locator(".bpv-values").inner_text())
    assert float(moved[1]) == pytest.approx(float(match[1]) - 0.04, abs=1e-3)
    s.page.get_by_role("button", name="Reset").click()
    assert s.page.locator(".bpv-values").inner_text().startswith("From W1,1(1) = 0.3, W1,2(1) = 0.9")


@pytest.mark.parametrize(
    ("rate", "word"),
    [(0.0005, "It crawls"), (0.02, "It converges"), (0.15, "It converges"), (0.25, "It does not settle")],
)
def test_the_rate_makes_it_crawl_converge_or_blow_up(show, rate, word):
    # E = (a + 3b - 1)²/2 has curvature 10, so descent converges below the rate 2/10 and blows up above
    net = bp.Network([[[1.5, 2.0]]], activations="linear")
    widget = bp.LossSurface(net, [1, 3], [1], learning_rate=rate, steps=50)
    s = show(widget)
    assert s.page.locator(".bpv-told").inner_text().startswith(word)
    assert s.page.locator(".bpv-told").inner_text() == widget.verdict


@pytest.mark.parametrize("typed", ["1e999", "-1", "0", "abc"])
def test_a_rate_that_is_no_finite_number_above_0_is_refused(surface, typed):
    s = surface()
    rate = s.page.get_by_label("Learning rate", exact=True)
    before = rate.input_value()
    rate.fill(typed)
    rate.press("Enter")
    assert s.page.locator(".bpv-message").inner_text() == "learning_rate must be a number above 0."
    assert rate.input_value() == before
    assert s.watch.errors == []


def test_another_theme_redraws_it_even_where_it_has_no_size_for_a_moment(surface):
    s = surface()
    start = s.page.locator(".bpv-surface circle").first
    place = start.get_attribute("cx")
    s.page.evaluate(
        "async () => { const plot = document.querySelector('.bpv-surface'); plot.style.display = 'none';"
        " document.body.dataset.jpThemeLight = 'false'; await null; await null; plot.style.display = ''; }"
    )
    s.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert float(place) > 0
    assert start.get_attribute("cx") == place
    assert s.watch.errors == []


def test_what_is_redrawn_while_it_is_out_of_the_page_comes_back_whole(surface):
    s = surface()
    lines = s.page.locator(".bpv-surface-lines")
    before = lines.get_attribute("viewBox")
    s.page.evaluate(
        """async () => {
            const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
            const { style, dataset } = document.body;
            style.display = "none";
            await frame();
            dataset.jpThemeLight = "false"; // as where JupyterLab's theme is changed while the cell is far away
            await frame();
            style.display = "";
            await frame();
        }"""
    )
    s.page.wait_for_function(
        "before => document.querySelector('.bpv-surface-lines').getAttribute('viewBox') === before", arg=before
    )


def test_two_different_parameters_are_needed(surface):
    s = surface()
    s.page.get_by_label("Across").select_option("W1[1,2]")
    assert s.page.locator(".bpv-message").inner_text() == "W1[1,2] is already shown; choose two parameters."
    s.page.get_by_label("Across").select_option("W0[1,1]")
    assert "From W1,1(0) = 0.1" in s.page.locator(".bpv-values").inner_text()


# --- depth ---


def test_the_factors_lead_back_layer_by_layer(show):
    widget = bp.DepthExplorer()
    s = show(widget)
    for depth, activation in ((4, "relu"), (16, "tanh"), (30, "sigmoid")):
        widget.depth, widget.activation = depth, activation
        s.page.get_by_label("Layers").select_option(str(depth))
        s.page.get_by_label("Activation").select_option(activation)
        rows = s.page.locator(".bpv-factors tbody tr").all_inner_texts()
        assert len(rows) == depth
        size, weights, slopes = widget.layers[0]
        cells = rows[-1].split("\t")
        assert cells == ["1", shown(widget.layers[1][0], 3), shown(weights, 3), shown(slopes, 3), shown(size, 3)]
    assert "vanishes" in s.page.locator(".bpv-told").inner_text()
    s.page.get_by_role("slider").fill("28")
    assert s.page.locator(".bpv-factors tbody tr").count() == 3
    assert s.watch.errors == []


# --- the builder ---


def test_a_built_network_is_stepped_through_without_python(show):
    s = show(bp.NetworkBuilder(sizes=[1, 2, 1], activations=["relu", "linear"]))
    s.do("last")
    assert "new" in s.equation
    s.type("w1[2,1]", 0.77)
    s.open("away")
    code, saved = taken(s, "bpviz"), taken(s, "JSON")
    made: dict[str, object] = {}
    exec(code, made)
    for net in (made["net"], bp.Network.from_json(saved)):
        assert net["w1[2,1]"] == 0.77
        assert net == bp.NetworkBuilder(sizes=[1, 2, 1], activations=["relu", "linear"]).network.with_values(
            {"w1[2,1]": 0.77}
        )


def taken(s, what):
    """What the page gives to take away."""
    s.page.get_by_label("This step in").select_option(what)
    return s.page.get_by_label("Code", exact=True).input_value()


def test_a_page_gives_its_step_as_a_program_with_the_numbers_of_now(show, capsys):
    ex = bp.articles.example("2-3-2")
    stepper = bp.Stepper(ex.network, ex.x, ex.target, ex.learning_rate, wrt="w7")
    s = show(stepper)
    s.type("w7", 0.77)
    s.open("away")
    exec(taken(s, "NumPy"), {})
    printed = dict(line.split(" ", 1) for line in capsys.readouterr().out.splitlines())
    net = ex.network.with_values({"w7": 0.77})
    gradients = bp.backward(net, bp.forward(net, ex.x), ex.target)
    after = bp.update(net, gradients, ex.learning_rate)
    assert float(printed["loss"]) == pytest.approx(gradients.loss, rel=1e-12)
    assert [float(number) for number in printed["w7"].split()] == pytest.approx(
        [gradients["w7"], after["w7"]], rel=1e-12
    )
    assert "torch.tensor([[5.0, 10.0]])" in taken(s, "PyTorch")
    assert taken(s, "scikit-learn") == "library: in scikit-learn every unit has a bias of its own"
    s.page.get_by_role("button", name="Copy", exact=True).click()
    s.page.wait_for_function("() => document.querySelector('.bpv-copied').textContent.length > 5")
    assert s.watch.errors == []


def test_an_exported_builder_builds_what_it_carries(show):
    builder = bp.NetworkBuilder()
    s = show(builder)
    form = s.page.locator(".bpv-form")
    form.get_by_label("Hidden units").select_option("4")
    s.page.wait_for_function("() => document.querySelectorAll('.bpv-drawing [data-node^=h]').length === 4")
    form.get_by_label("Activation").first.select_option("tanh")
    sizes = form.get_by_label("Inputs")
    assert sizes.locator("option:enabled").all_text_contents() == ["2"]  # other inputs are built in Python
    s.do("last")
    s.names = bp.NetworkBuilder(sizes=[2, 4, 2], activations=["tanh", "sigmoid"])._names
    built = bp.NetworkBuilder(sizes=[2, 4, 2], activations=["tanh", "sigmoid"]).derivation
    for name, value in s.values(".bpv-stepper .bpv-equation .bpv-v").items():
        assert value == pytest.approx(built.values[name], rel=1e-12), name
    form.get_by_label("Activation").first.select_option("sigmoid")
    form.get_by_label("Hidden units").select_option("3")
    s.page.wait_for_function("() => document.querySelectorAll('.bpv-drawing [data-node^=h]').length === 3")
    s.open("away")
    assert bp.Network.from_json(taken(s, "JSON")) == builder.network
    assert s.watch.errors == []


def test_no_move_of_an_exported_builder_leaves_anything_of_the_network_before(show):
    s = show(bp.NetworkBuilder())
    form = s.page.locator(".bpv-form")
    moves = [("Activation", "tanh", (3, "tanh")), ("Hidden units", "2", (2, "tanh")), ("Activation", "relu", (2, "relu")),
             ("Hidden units", "3", (3, "relu")), ("Hidden units", "4", (4, "relu"))]  # fmt: skip
    for label, chosen, (units, function) in moves:
        s.page.get_by_label("Derive").select_option(index=s.page.get_by_label("Derive").locator("option").count() - 1)
        s.type("w1[1,1]", 0.625)
        s.open("network")
        form.get_by_label(label).first.select_option(chosen)
        expected = bp.NetworkBuilder(sizes=[2, units, 2], activations=[function, "sigmoid"])
        s.page.wait_for_function("() => document.querySelector('.bpv-counter').textContent.startsWith('1 ')")
        assert s.page.get_by_label("Derive").input_value() == expected.wrt, (label, chosen)
        s.open("away")
        assert bp.Network.from_json(taken(s, "JSON")) == expected.network, (label, chosen)
    assert s.watch.errors == []


# --- all of them ---


def test_a_page_without_scripts_shows_the_snapshot(new_page, tmp_path):
    ex = bp.articles.example("2-3-2")
    path = bp.export_html(bp.Stepper(ex.network, ex.x, ex.target, wrt="w7"), tmp_path / "page.html")
    page, _ = new_page(java_script_enabled=False)
    page.goto(path.as_uri())
    assert "Forward pass, step 1 of" in page.locator("main").inner_text()
    assert page.get_by_alt_text("Drawing of the network").is_visible()


def test_one_input_and_one_output_are_drawn_as_a_curve_over_the_data(show):
    x = np.linspace(-1, 1, 30)[:, None]
    run = bp.train(bp.initialise((1, 4, 1), activations=["tanh", "linear"], seed=1), x, np.sin(3 * x), epochs=40)
    s = show(bp.Trainer(x, np.sin(3 * x), fit=run))
    assert s.page.locator(".bpv-datum").count() == 30
    before = s.page.locator(".bpv-fit polyline").get_attribute("points")
    s.page.get_by_role("slider", name="Epoch").fill("40")
    after = s.page.locator(".bpv-fit polyline").get_attribute("points")
    assert before != after
    heights = [float(point.split(",")[1]) for point in after.split()]
    outputs = bp.forward(run.network_at(40), x).output[:, 0]
    slope = (heights[0] - heights[-1]) / (outputs[-1] - outputs[0])
    assert heights == pytest.approx([heights[0] - slope * (o - outputs[0]) for o in outputs], abs=0.2)
    s.page.get_by_role("button", name="Open the stepper on this update").click()
    s.page.get_by_text("The run stepped with the mean over all 30 samples").wait_for()
    assert s.watch.errors == []


def every(histories):
    ex = bp.articles.example("2-2-1")
    return {
        "trainer": lambda: bp.Trainer(*XOR, **histories),
        "activations": lambda: bp.ActivationExplorer("sigmoid", "elu", "hard_limit", "scaled_sigmoid"),
        "surface": lambda: bp.LossSurface(ex.network, ex.x, ex.target),
        "depth": bp.DepthExplorer,
        "builder": bp.NetworkBuilder,
    }


@pytest.mark.parametrize("name", ["trainer", "activations", "surface", "depth", "builder"])
def test_axe_finds_nothing_and_nothing_sticks_out(show, histories, name):
    s = show(every(histories)[name]())
    if name == "trainer":
        s.page.get_by_role("button", name="Open the stepper on this update").first.click()
    for width in (1280, 400):
        s.page.set_viewport_size({"width": width, "height": 900})
        axe_finds_nothing(s.page)
        assert s.page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert s.watch.errors == []
    assert s.watch.outside == []
