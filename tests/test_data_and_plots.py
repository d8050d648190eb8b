import itertools
import re
from base64 import b64decode

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

import bpviz as bp


def test_iris_is_fishers():
    """The means that Fisher's table gives, in centimetres, and fifty flowers of each species."""
    flowers = bp.iris()
    assert flowers.x.mean(axis=0) == pytest.approx([5.8433333, 3.0573333, 3.758, 1.1993333], abs=5e-8)
    assert np.bincount(flowers.labels).tolist() == [50, 50, 50]
    assert flowers.x[34].tolist() == [4.9, 3.1, 1.5, 0.2]  # these two are wrong in a copy that is widespread
    assert flowers.x[37].tolist() == [4.9, 3.6, 1.4, 0.1]


def test_a_split_keeps_the_proportions_and_every_flower_once():
    parts = bp.iris().split(0.6, 0.2, 0.2, seed=3)
    assert [np.bincount(part.labels).tolist() for part in parts] == [[30] * 3, [10] * 3, [10] * 3]
    together = np.concatenate([part.x for part in parts])
    assert sorted(map(tuple, together)) == sorted(map(tuple, bp.iris().x))


@pytest.mark.parametrize("shares", [(0.5,), (0.6, 0.6), (-0.5, 1.5), ()])
def test_shares_that_do_not_sum_to_one_are_refused(shares):
    with pytest.raises(ValueError, match="shares must be above zero and sum to 1"):
        bp.iris().split(*shares)


def test_iris_is_learnt_to_95_percent_of_flowers_never_seen():
    train, validation, test = bp.iris().split(0.6, 0.2, 0.2, seed=0)
    scaling = bp.min_max(train.x, -1, 1)
    start = bp.initialise((4, 6, 3), activations=["tanh", "softmax"], loss="categorical_cross_entropy", seed=0)
    history = bp.train(
        start,
        scaling.apply(train.x),
        train.target,
        learning_rate=0.1,
        momentum=0.9,
        batch_size=10,
        epochs=200,
        validation=(scaling.apply(validation.x), validation.target),
    )
    said = bp.forward(history.network, scaling.apply(test.x)).output.argmax(axis=1)
    assert (said == test.labels).mean() >= 0.95
    table = bp.confusion(history.network, test, scaling)
    counts = np.array([[int(cell) for cell in row[1:]] for row in table.rows])
    assert counts.sum() == 30
    assert np.trace(counts) == (said == test.labels).sum()


def test_sin_is_approximated_to_two_hundredths():
    x = np.linspace(-np.pi, np.pi, 60)[:, None]
    start = bp.initialise((1, 8, 1), activations=["tanh", "linear"], seed=1)
    learnt = bp.train(start, x / np.pi, np.sin(x), learning_rate=0.1, momentum=0.9, batch_size=10, epochs=3000, seed=1)
    fine = np.linspace(-np.pi, np.pi, 1000)[:, None]
    assert abs(bp.forward(learnt.network, fine / np.pi).output - np.sin(fine)).max() <= 0.02


def test_drawn_activations_are_the_functions():
    fig = bp.plot_activations("tanh", "relu", reach=2)
    (left, right) = fig.axes
    z = left.lines[0].get_xdata()
    assert left.lines[0].get_ydata() == pytest.approx(np.tanh(z))
    assert right.lines[0].get_ydata() == pytest.approx(1 - np.tanh(z) ** 2)
    assert left.lines[0].get_linestyle() != left.lines[1].get_linestyle()  # not told apart by colour alone


def test_figures_are_the_same_text_every_time():
    assert bp.plot_activations("sigmoid")._repr_html_() == bp.plot_activations("sigmoid")._repr_html_()


def cut_off(fig):
    """The texts of a figure that do not stand on it in full; ticks beyond the ends of an axis are not drawn."""
    FigureCanvasAgg(fig).draw()
    undrawn = set()
    for axis in (axis for axes in fig.axes for axis in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            undrawn |= set() if low <= tick.get_loc() <= high else {tick.label1, tick.label2}
    texts = [text for text in fig.findobj(Text) if text not in undrawn and text.get_text().strip()]
    boxes = {text.get_text(): text.get_window_extent().extents.round() for text in texts}
    wide, high = fig.bbox.width, fig.bbox.height
    return {text for text, (x0, y0, x1, y1) in boxes.items() if min(x0, y0) < 0 or x1 > wide or y1 > high}


def test_no_text_of_a_figure_is_cut_off():
    net, samples = bp.initialise((2, 3, 1), seed=1), ([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]])
    line = bp.Network([[[3.0, 2.0]]], activations="linear")
    flowers, start = bp.iris(), bp.initialise((4, 5, 3), seed=1)
    scaling = bp.min_max(flowers.x, -1, 1)
    learnt = bp.train(start, scaling.apply(flowers.x), flowers.target, learning_rate=0.5, batch_size=1, epochs=20)
    short = bp.train(net, *samples, epochs=20, learning_rate=0.5)
    runs = [
        {"less than two decades": learnt, "hardly any": short},
        {"large": bp.descend(line, [1e3, 2e3], [1e5], 1e-8, steps=30)},
        {"small": bp.descend(line, [1, 2], [7.0000001], 1e-3, steps=300)},
        {"of a name that says all of how it was made": short, "of another such": short, "x" * 200: short},
    ]
    for descents, log, title in itertools.product(runs, (True, False), ("", "A title")):
        assert cut_off(bp.error_curve(descents, log=log, title=title)) == set(), (list(descents), log, title)
    far = np.linspace(-1e6, 1e6, 30)[:, None]
    for x, y in ((far, far * 1e-9), (far * 1e-12, far)):
        assert cut_off(bp.plot_fit(bp.Network([[[1.0]]], activations="linear"), x, y, title="A title")) == set()
    assert cut_off(bp.plot_activations("sigmoid", "tanh", "scaled_sigmoid", "elu", reach=1000)) == set()
    softmax = bp.initialise((4, 2, 3), activations=["tanh", "softmax"], loss="categorical_cross_entropy", seed=1)
    assert cut_off(bp.plot_regions(softmax, flowers, bp.min_max(flowers.x))) == set()


def test_the_axis_of_epochs_has_whole_numbers():
    run = bp.train(bp.initialise((1, 1), seed=1), [[0.5]], [[0.2]], epochs=20)
    fig = bp.error_curve({"a": run})
    FigureCanvasAgg(fig).draw()
    assert all(float(tick).is_integer() for tick in fig.axes[0].get_xticks())


def test_every_colour_of_a_figure_has_one_for_dark_places():
    flowers = bp.iris()
    net = bp.initialise((4, 2, 3), activations=["tanh", "softmax"], loss="categorical_cross_entropy", seed=1)
    figures = [
        bp.plot_activations("sigmoid", "tanh"),
        bp.plot_regions(net, flowers, bp.min_max(flowers.x)),
        bp.figure(bp.Network([[[1.0, -2.0]]])),
    ]
    for shown in figures:
        svg = b64decode(re.search(r"base64,([^\"]+)", shown._repr_html_())[1]).decode()
        style, shapes = re.search(r"<style>(.*?)</style>(.*)", svg.replace("\n", " ")).groups()
        of_grids_and_frames = {"#b0b0b0", "#cccccc"}  # matplotlib's own greys, seen on both
        for colour in set(re.findall(r"(?:fill|stroke): (#\w{6})", shapes)) - of_grids_and_frames:
            assert f': {colour}"]' in style, colour


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: bp.plot_activations(), ValueError, "functions must be 1 to 5 activations, not 0"),
        (lambda: bp.plot_activations("softmax"), ValueError, "functions must work unit by unit"),
        (lambda: bp.plot_activations("sigmod"), ValueError, "there is no 'sigmod'"),
        (
            lambda: bp.plot_fit(bp.initialise((2, 1)), [[1.0, 2.0]], [[1.0]]),
            ValueError,
            "net must have one input and one output",
        ),
        (lambda: bp.error_curve({}), ValueError, "descents must be 1 to 5, not 0"),
        (lambda: bp.error_curve([1]), TypeError, "descents must map names"),
    ],
)
def test_bad_input_gets_one_sentence(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_the_activation_table_has_a_row_for_each():
    assert [row[0] for row in bp.activation_table().rows] == list(bp.ACTIVATIONS)


def test_digits_are_the_test_set_of_uci():
    """As many of each digit as the repository says, and the first image as it is printed in many places."""
    data = bp.digits()
    assert np.bincount(data.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert data.x.shape == (1797, 64)
    assert data.x[0].reshape(8, 8).astype(int).tolist()[:3] == [
        [0, 0, 5, 13, 9, 1, 0, 0],
        [0, 0, 13, 15, 10, 15, 5, 0],
        [0, 3, 15, 2, 0, 11, 8, 0],
    ]
    assert (data.target.argmax(axis=1) == data.labels).all()


def test_digits_are_learnt_to_96_percent_of_images_never_seen():
    train, validation, test = bp.digits().split(0.6, 0.2, 0.2, seed=2)
    functions = {"activations": ["tanh", "softmax"], "loss": "categorical_cross_entropy"}
    history = bp.train(
        bp.initialise((64, 32, 10), seed=3, **functions), train.x / 16, train.target, learning_rate=0.05,
        momentum=0.9, batch_size=16, epochs=40, validation=(validation.x / 16, validation.target),
    )  # fmt: skip
    said = bp.forward(history.network, test.x / 16).output.argmax(axis=1)
    assert (said == test.labels).mean() >= 0.96


def drawn(maps):
    return b64decode(re.search(r"base64,([^\"]+)", maps._repr_html_()).group(1)).decode()


def test_a_heat_map_has_a_square_for_each_entry_as_dark_as_it_is_large():
    svg = drawn(bp.heat_maps([[[1.0, -0.5], [0.0, 0.25]]], ["one"]))
    squares = re.findall(r'<rect class="([pm])"[^>]* height="48" opacity="([\d.]+)"/>', svg)
    assert squares == [("p", "1.00"), ("m", "0.50"), ("p", "0.25")]
    assert ">one</text>" in svg
    assert ">−1</text>" in svg


def test_heat_maps_without_signs_are_drawn_in_ink():
    svg = drawn(bp.heat_maps([[[0.0, 2.0]], [[1.0, 2.0]]]))
    assert 'class="p"' not in svg
    assert svg.count('class="i"') > 3


def test_a_large_matrix_is_one_image():
    maps = bp.heat_maps([np.arange(100 * 50.0).reshape(100, 50)])
    assert "data:image/png;base64," in drawn(maps)
    assert repr(maps) == "heat maps: 1 of 100×50, from 0 to 4999"


def test_titles_of_heat_maps_are_escaped():
    assert "<b>" not in drawn(bp.heat_maps([[[1.0]]], ["<b>x"]))


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        (([],), ValueError, "matrices must be 1 to 100 arrays, not 0"),
        ((3,), TypeError, "matrices must be a list of arrays, not int"),
        (([[1.0, 2.0]],), ValueError, r"matrices\[0\] must be 2-D"),
        (([[[1.0]]], ["a", "b"]), ValueError, "titles must be 1 texts, one for each matrix"),
        (([[[1.0]]], [3]), ValueError, "titles must be 1 texts, one for each matrix"),
    ],
)
def test_heat_maps_that_cannot_be_get_one_sentence(given, kind, message):
    with pytest.raises(kind, match=message):
        bp.heat_maps(*given)
