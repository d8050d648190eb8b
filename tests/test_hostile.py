"""Names and texts of others stay text: in files, notebooks, worksheets, programs and everything that is printed."""

from __future__ import annotations

import ast
import json
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest

import bpviz as bp
from bpviz.articles.example import Example

from .networks import HOSTILE, SOME_HOSTILE, hostile_network

pytestmark = pytest.mark.filterwarnings("ignore:Glyph")

X, TARGET = [1.0, -2.0], [0.25]

#: What no page of ours has, whatever the names in it are.
FORBIDDEN = {"iframe", "object", "embed", "base", "link", "form", "video", "audio"}


class Tags(HTMLParser):
    """The elements and attributes of a text of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def holds_nothing_alive(html: str, plain: str) -> None:
    """The same elements as with plain names, nothing that runs or asks for something."""
    here, there = Tags(html), Tags(plain)
    assert not FORBIDDEN & set(here.tags)
    assert here.tags.count("script") == there.tags.count("script")
    assert here.tags.count("img") == there.tags.count("img")
    assert here.tags.count("style") == there.tags.count("style")
    assert not [key for key, _ in here.attributes if key.startswith("on")]
    links = [value or "" for key, value in here.attributes if key in ("href", "src", "action", "srcdoc", "xlink:href")]
    assert all(link.startswith(("#", "data:image/")) for link in links)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_comes_back_from_its_file_and_its_code(name, tmp_path):
    net = hostile_network(name)
    net.save(tmp_path / "net.json")
    assert bp.Network.load(tmp_path / "net.json") == net
    assert [p.name for p in tmp_path.iterdir()] == ["net.json"]
    assert set(bp.Network.load(tmp_path / "net.json").parameters) == {
        f"{name}1",
        f"{name}2",
        name,
        f"b{name}",
        f"{name}b",
    }


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("language", ["python", "numpy", "javascript"])
def test_a_name_never_becomes_code(name, language):
    net = hostile_network(name)
    program = bp.derive(net, X, TARGET, learning_rate=0.5).program(language)
    text = str(program)
    if language != "javascript":
        tree = ast.parse(text)
        called = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not called & {"eval", "exec", "__import__", "open", "compile"}
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "system"]
    if language == "python":
        step = bp.compiled(net, language=language, update=False)
        loss, slopes = step(list(net.numbers.values()), X, TARGET)
        assert np.allclose(
            slopes, [bp.backward(net, bp.forward(net, X), TARGET)[n] for n in net.parameters], rtol=1e-12
        )
        assert loss == pytest.approx(bp.derive(net, X, TARGET).values["E_total"])


def widgets(net):
    run = bp.train(net, [X, X], [TARGET, TARGET], epochs=2)
    first, second = list(net.parameters)[:2]
    return {
        "stepper": lambda: bp.Stepper(net, X, TARGET, wrt=first),
        "batch": lambda: bp.Stepper(net, [X, X], [TARGET, TARGET], wrt=first),
        "quiz": lambda: bp.Quiz(net=net, x=X, target=TARGET),
        "trainer": lambda: bp.Trainer([X, X], [TARGET, TARGET], run=run),
        "surface": lambda: bp.LossSurface(net, X, TARGET, first, second),
    }


PLAIN = {name: make()._repr_mimebundle_()[0]["text/html"] for name, make in widgets(hostile_network("w")).items()}


@pytest.mark.parametrize("name", SOME_HOSTILE)
def test_what_a_notebook_keeps_of_a_widget_is_text(name):
    for kind, make in widgets(hostile_network(name)).items():
        holds_nothing_alive(make()._repr_mimebundle_()[0]["text/html"], PLAIN[kind])


@pytest.mark.parametrize("name", HOSTILE)
def test_worksheets_and_their_keys_are_text(name, tmp_path):
    def sheets(net, folder):
        example = Example("own", 1, "", "", net, tuple(X), tuple(TARGET), 0.5, {})
        bp.worksheet(example, students=2).save(tmp_path / folder)
        return [path.read_text(encoding="utf-8") for path in sorted((tmp_path / folder).iterdir())]

    for html, plain in zip(sheets(hostile_network(name), "here"), sheets(hostile_network("w"), "there"), strict=True):
        holds_nothing_alive(html, plain)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_title_is_text_and_no_part_of_a_path(name, tmp_path):
    widget = bp.Stepper(hostile_network("w"), X, TARGET)
    path = bp.export_html(widget, tmp_path / "page.html", title=name)
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]
    parsed = Tags(path.read_text(encoding="utf-8"))
    assert not FORBIDDEN & set(parsed.tags)
    assert parsed.tags.count("script") == 2


@pytest.mark.parametrize("name", HOSTILE)
def test_a_notebook_with_such_names_can_be_saved_and_read(name):
    bundle = bp.Stepper(hostile_network(name), X, TARGET)._repr_mimebundle_()[0]
    output = nbformat.v4.new_output("display_data", {k: v for k, v in bundle.items() if k.startswith("text/")})
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("0", outputs=[output])])
    nbformat.validate(json.loads(nbformat.writes(notebook)))
