"""What the lite site is made of: Pyodide's files, each checked, and wheels of Python alone."""

from __future__ import annotations

import hashlib
import json
import zipfile

import pytest

from bpviz.publish.distribution import PYODIDE, Distribution, _entry, _needs
from bpviz.publish.lite import build_lite

NOWHERE = "http://127.0.0.1:9/pyodide"  # the port that discards


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def test_a_file_is_taken_from_the_folder_where_its_sha256_is_right(tmp_path):
    (tmp_path / "a.whl").write_bytes(b"content")
    assert Distribution(tmp_path, NOWHERE).file("a.whl", sha256(b"content")) == b"content"


def test_a_file_with_another_sha256_is_not_taken(tmp_path):
    (tmp_path / "a.whl").write_bytes(b"changed")
    with pytest.raises(ValueError, match=r"wheels has another a\.whl than Pyodide 314\.0\.3: its sha256 is not"):
        Distribution(tmp_path, NOWHERE).file("a.whl", sha256(b"content"))


def test_where_nothing_can_be_had_the_sentence_names_the_variable():
    with pytest.raises(ValueError, match=r"wheels must name a folder with Pyodide's files \(make LITE_WHEELS=\.\.\.\)"):
        Distribution(None, NOWHERE).file("a.whl", sha256(b"content"))


def test_the_core_is_pinned_with_its_lock():
    assert {"pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"} < set(PYODIDE["core"])
    assert all(len(bytes.fromhex(told)) == 32 for told in PYODIDE["core"].values())


def test_only_what_holds_in_the_browser_is_required():
    told = ["a>=1", "b; sys_platform != 'emscripten'", "C.d; python_version >= '3.12'", "e; extra == 'test'"]
    assert list(_needs(told)) == ["a", "c-d"]


def test_a_wheel_is_described_for_the_lock(tmp_path):
    wheel = tmp_path / "Some_thing-1.2-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("some_thing/__init__.py", "")
        archive.writestr("alone.py", "")
        archive.writestr(
            "Some_thing-1.2.dist-info/METADATA", "Name: Some_thing\nRequires-Dist: numpy>=2\n\nRequires-Dist: not"
        )
    entry = _entry(wheel)
    assert entry["name"] == "some-thing"
    assert entry["version"] == "1.2"
    assert entry["imports"] == ["alone", "some_thing"]
    assert entry["depends"] == ["numpy"]
    assert entry["sha256"] == sha256(wheel.read_bytes())
    assert json.loads(json.dumps(entry)) == entry


def test_a_folder_that_holds_something_else_is_left_as_it_is(tmp_path):
    (tmp_path / "work.txt").write_text("mine")
    with pytest.raises(ValueError, match="folder must be empty or an earlier lite site"):
        build_lite(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["work.txt"]
