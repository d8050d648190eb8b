"""Every sentence that a learner reads comes from one catalogue."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import numpy as np
import pytest

import bpviz
from bpviz.formula.arithmetic import evaluate
from bpviz.formula.grammar import FUNCTIONS
from bpviz.teaching.verdict import ENOUGH
from bpviz.views.decisions import SATURATED
from bpviz.words.catalogue import catalogue, say, words

PACKAGE = Path(bpviz.__file__).parent
PYTHON = sorted(path for path in PACKAGE.rglob("*.py"))
JAVASCRIPT = sorted(path for path in PACKAGE.rglob("*.js"))

#: Keys of sections that are looked up by a name that is only known when it runs: the mistake's, the theorem's, ...
BY_NAME = (
    "mistakes",
    "kinks",
    "where",
    "not_applicable",
    "asked",
    "phases",
    "snapshots",
    "training",
    "typed",
    "slips",
    "site",
)


def blanks(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_sentence_has_named_blanks_only():
    for key, text in catalogue().items():
        assert all(re.fullmatch(r"[a-z_]+", name) for name in blanks(text)), key
        assert text.strip(), key


def test_a_blank_is_filled_and_a_missing_one_is_an_error():
    assert say("steps.loss_part", unit="o1") == "How wrong o1 is: its output compared with its target."
    with pytest.raises(KeyError):
        say("steps.loss_part")


def test_a_page_gets_whole_sections():
    assert set(words("depth", "page")) == {key for key in catalogue() if key.startswith(("depth.", "page."))}


def test_a_number_that_a_sentence_says_in_words_is_the_rules():
    assert ENOUGH == 3
    assert "three" in say("verdicts.nearly")
    assert [name for name, count in FUNCTIONS.items() if count == 2] == ["max"]
    assert say("typed.two_formulas").startswith("max needs two formulas")
    assert evaluate(SATURATED, {"slope": np.float64(0.0499), "steepest": np.float64(1.0)}) > 0
    assert not evaluate(SATURATED, {"slope": np.float64(0.0501), "steepest": np.float64(1.0)}) > 0
    assert "under a twentieth of its largest" in say("activations.saturated")


def used_keys():
    """Keys as they stand in the code, and their beginnings where the rest is put in."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (*PYTHON, *JAVASCRIPT))
    whole = set(re.findall(r"[\"'`]([a-z_A-Z0-9]+\.[a-z_A-Z0-9]+)[\"'`]", text))
    begun = set(re.findall(r"[\"'`]([a-z_]+[._][a-z_.]*)(?=\$?\{)", text))
    return whole, begun


def test_every_sentence_is_used_and_every_key_is_there():
    whole, begun = used_keys()
    sections = {key.partition(".")[0] for key in catalogue()}
    for key in catalogue():
        by_name = key.partition(".")[0] in BY_NAME or any(key.startswith(begin) for begin in begun)
        assert key in whole or by_name, f"{key} is used nowhere"
    for key in whole:
        if key.partition(".")[0] in sections and not key.endswith((".js", ".css", ".py", ".html")):
            assert key in catalogue() or key in NO_SENTENCES, f"there is no sentence {key}"


#: What looks like a key and is none.
NO_SENTENCES: set[str] = set()

#: So many words in a row, with nothing that prose has not, are a sentence.
PROSE = re.compile(r"(?:^|[ >])[A-Za-z][a-z']+(?: [a-z']+,?){2,}")
PYTHON_CODE = re.compile(r"import \w+ as \w+|from math import")
LABEL = re.compile(r"[A-Z][a-z]+(?: [a-z]+)*[.?!:]?")

#: Where words in code are not for learners: reprs, messages of errors, what articles print, and Jupyter's own.
ELSEWHERE = {"articles", "words"}


#: Functions that put the name of an argument into the error that they raise; and what names a type.
REFUSING = {"TypeVar", "of_type", "wrong_type", "_refuse", "real_number", "whole_number", "fitting", "one_of", "listed"}


def refuses(node):
    """Whether a statement hands the name of an argument to a function that may refuse it."""
    if isinstance(node, ast.Assign):
        return getattr(node.targets[0], "id", "") == "argument"
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSING


def strings(path):
    """The string constants of a module that may be shown: no docstrings, and nothing that is raised or asserted."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Raise, ast.Assert)) or refuses(node):
            hidden |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            hidden.add(id(node.body[0].value))
        if isinstance(node, ast.FunctionDef) and node.name == "__repr__":
            hidden |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in hidden:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_sentence_stands_in_python(path):
    if path.relative_to(PACKAGE).parts[0] in ELSEWHERE:
        return
    for line, text in strings(path):
        plain = re.sub(r"<[^>]*>", " ", text)
        assert not PROSE.search(plain) or PYTHON_CODE.fullmatch(plain), f"{path.name}, line {line}: {text}"


#: Words with a capital that are no labels: what a picture's file says of itself, names of JavaScript and of other libraries.
NO_WORDS = {"Date", "Creator", "Math", "Linear", "Dropout", "Softplus", "Dense", "Activation"}


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_label_stands_in_python(path):
    if path.relative_to(PACKAGE).parts[0] in ELSEWHERE:
        return
    for line, text in strings(path):
        for shown in (text, *re.findall(r">([^<>]+)(?=<)", text)):
            assert not LABEL.fullmatch(shown) or shown in NO_WORDS, f"{path.name}, line {line}: {text}"


def javascript_strings(path):
    import tree_sitter_javascript
    from tree_sitter import Language, Parser

    tree = Parser(Language(tree_sitter_javascript.language())).parse(path.read_bytes())
    waiting = [tree.root_node]
    while waiting:
        node = waiting.pop()
        waiting += node.children
        if node.type in ("string_fragment", "template_string"):
            yield node.start_point.row + 1, node.text.decode().strip("`")


#: Names of keys on a keyboard, of properties, and of things that are drawn with.
NO_LABELS = re.compile(r"Arrow\w+|Page\w*|Home|End|Escape|Enter|DOMContentLoaded")


@pytest.mark.parametrize("path", JAVASCRIPT, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_sentence_and_no_label_stands_in_javascript(path):
    for line, text in javascript_strings(path):
        plain = re.sub(r"\$\{[^}]*\}", " ", text)
        assert not PROSE.search(plain), f"{path.name}, line {line}: {text}"
        assert not LABEL.fullmatch(plain.strip()) or NO_LABELS.fullmatch(plain.strip()), (
            f"{path.name}, line {line}: {text}"
        )
