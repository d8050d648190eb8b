"""Files that bpviz writes: whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

import bpviz as bp
from bpviz.publish import site
from bpviz.words import files

OLD = "what was here before"


def example():
    return bp.articles.example("2-2-1")


def widget():
    ex = example()
    return bp.Stepper(ex.network, ex.x, ex.target)


#: What writes into a folder: a call, and the files that it writes.
WRITERS = {
    "save": (lambda folder: example().network.save(folder / "net.json"), ["net.json"]),
    "export_html": (lambda folder: bp.export_html(widget(), folder / "page.html"), ["page.html"]),
    "worksheet": (
        lambda folder: bp.worksheet(example(), students=2).save(folder),
        ["worksheets.html", "answer_key.html"],
    ),
}


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def full_disk(monkeypatch, after: int):
    """A disk that takes so many more files."""
    fsync, left = os.fsync, [after]

    def fails(number):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        fsync(number)

    monkeypatch.setattr(files.os, "fsync", fails)


def no_place(monkeypatch, after: int):
    """A folder in which so many more files take their places."""
    replace, left = os.replace, [after]

    def fails(old, new):
        left[0] -= 1
        if left[0] == -1:
            raise PermissionError(13, "Permission denied")
        replace(old, new)

    monkeypatch.setattr(files.os, "replace", fails)


def interrupted(monkeypatch, after: int):
    """Ctrl-C while a file is written."""
    fsync, left = os.fsync, [after]

    def stops(number):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        fsync(number)

    monkeypatch.setattr(files.os, "fsync", stops)


def half_a_copy(monkeypatch):
    """A disk that is full before an old file is copied whole."""

    def fails(place, old):
        Path(old).write_bytes(Path(place).read_bytes()[:2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.shutil, "copy2", fails)


def test_a_copy_of_an_old_file_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    write, names = WRITERS["worksheet"]
    for file in names:
        (tmp_path / file).write_text(OLD)
    half_a_copy(monkeypatch)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path)
    assert contents(tmp_path) == dict.fromkeys(names, OLD)


def test_two_names_of_one_file_are_refused(tmp_path):
    (tmp_path / "worksheets.html").write_text(OLD)
    (tmp_path / "answer_key.html").symlink_to(tmp_path / "worksheets.html")
    with pytest.raises(ValueError, match="leads to the same file"):
        bp.worksheet(example(), students=1).save(tmp_path)
    assert set(contents(tmp_path).values()) == {OLD}


@pytest.mark.parametrize("fails", [full_disk, no_place, interrupted])
@pytest.mark.parametrize("name", WRITERS)
def test_a_write_that_fails_leaves_every_old_file_whole_and_nothing_else(tmp_path, monkeypatch, name, fails):
    write, names = WRITERS[name]
    for file in names:
        (tmp_path / file).write_text(OLD)
    for after in range(len(names)):
        with monkeypatch.context() as patched:
            fails(patched, after)
            with pytest.raises((OSError, KeyboardInterrupt)):
                write(tmp_path)
        assert contents(tmp_path) == dict.fromkeys(names, OLD)


@pytest.mark.parametrize("fails", [full_disk, no_place])
@pytest.mark.parametrize("name", WRITERS)
def test_a_first_write_that_fails_leaves_nothing(tmp_path, monkeypatch, name, fails):
    write, names = WRITERS[name]
    for after in range(len(names)):
        with monkeypatch.context() as patched:
            fails(patched, after)
            with pytest.raises(OSError, match=r"No space|Permission denied"):
                write(tmp_path)
        assert contents(tmp_path) == {}


@pytest.mark.parametrize("name", WRITERS)
def test_what_is_written_replaces_what_was_there(tmp_path, name):
    write, names = WRITERS[name]
    for file in names:
        (tmp_path / file).write_text(OLD)
    write(tmp_path)
    assert set(contents(tmp_path)) == set(names)
    assert OLD not in contents(tmp_path).values()


@pytest.mark.parametrize("name", WRITERS)
def test_missing_folders_are_made(tmp_path, name):
    write, names = WRITERS[name]
    write(tmp_path / "new" / "folder")
    assert set(contents(tmp_path / "new" / "folder")) == set(names)


def test_a_site_whose_notebook_fails_leaves_the_old_site_whole(tmp_path):
    notebooks, built = tmp_path / "notebooks", tmp_path / "site"
    notebooks.mkdir()
    built.mkdir()
    for name, source in (("1", "1 + 1"), ("2", "1 / 0")):
        cell = f'{{"cell_type": "code", "source": ["{source}"], "metadata": {{}}}}'
        (notebooks / f"{name}.ipynb").write_text(f'{{"cells": [{cell}]}}')
        (built / f"{name}.html").write_text(OLD)
    with pytest.raises(ValueError, match=r"2\.ipynb"):
        site.build_site(built, notebooks)
    assert contents(built) == {"1.html": OLD, "2.html": OLD}


def test_a_title_that_no_file_can_hold_is_refused_and_the_old_page_stays(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(OLD)
    with pytest.raises(ValueError, match=r"^title must be a text, but no text has the sign '\\ud800'$"):
        bp.export_html(widget(), page, title="\ud800")
    assert page.read_text() == OLD


def test_the_home_folder_is_known_by_its_sign(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    example().network.save("~/net.json")
    assert bp.Network.load("~/net.json") == example().network
    assert set(contents(tmp_path)) == {"net.json"}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "path must name a file or a folder, but it is empty"),
        (".", "path must lead to a file, but '.' is a folder"),
        ("a\0b", "path must be the name of a file or a folder, but none can be named 'a\\\\x00b'"),
        ("~nobody_of_this_name/x", "path begins with the home folder of somebody who is not known here"),
    ],
)
@pytest.mark.parametrize("use", [bp.Network.load, lambda path: example().network.save(path)], ids=["load", "save"])
def test_what_is_no_path_of_a_file_is_refused_in_one_sentence(use, path, said):
    with pytest.raises(ValueError, match=f"^{said}"):
        use(path)


def test_a_link_still_leads_to_its_file_and_that_keeps_its_permissions(tmp_path):
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text(OLD)
    real.chmod(0o640)
    link.symlink_to(real)
    example().network.save(link)
    assert link.is_symlink()
    assert bp.Network.load(real) == example().network
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_what_is_no_file_is_written_to_and_not_replaced():
    example().network.save("/dev/null")
    assert not Path("/dev/null").is_file()


def test_a_folder_that_cannot_take_its_place_leaves_the_old_one(tmp_path, monkeypatch):
    from bpviz.words.files import replace_folder

    old, new = tmp_path / "site", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        (folder / folder.name).write_text(folder.name)
    rename = Path.rename

    def refused(self, target):
        if Path(target) == old and (self / "new").exists():
            raise OSError("no space left")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(OSError, match="no space left"):
        replace_folder(old, new)
    assert [path.name for path in tmp_path.iterdir() if path != new] == ["site"]
    assert (old / "site").read_text() == "site"
