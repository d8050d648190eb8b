import shutil

import nbformat
import pytest

from .badges import IMAGE, ROOT, write


@pytest.fixture
def copy(tmp_path):
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / "README.md", tmp_path)
    for name in ("00_start_here", "06_by_hand"):
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", tmp_path / "notebooks")
    return tmp_path


def first_cell(folder, name):
    return nbformat.read(folder / "notebooks" / f"{name}.ipynb", as_version=4).cells[0].source


def test_the_readme_and_every_notebook_open_on_binder(copy):
    write("owner/name", copy)
    readme = (copy / "README.md").read_text(encoding="utf-8").splitlines()
    assert readme[0] == "# bpviz"
    assert "https://mybinder.org/v2/gh/owner/name/HEAD?urlpath=lab/tree/notebooks/00_start_here.ipynb" in readme[2]
    for name in ("00_start_here", "06_by_hand"):
        title, _, badge, *_ = first_cell(copy, name).splitlines()
        assert title.startswith("# ")
        assert badge.endswith(f"gh/owner/name/HEAD?urlpath=lab/tree/notebooks/{name}.ipynb)")


def test_another_place_takes_the_place_of_the_first_and_none_leaves_all_as_it_was(copy):
    before = {path: path.read_bytes() for path in (copy / "README.md", *(copy / "notebooks").glob("*.ipynb"))}
    write("owner/name", copy)
    write("other/one", copy)
    for path in before:
        text = path.read_text(encoding="utf-8")
        assert text.count(IMAGE) == 1
        assert "gh/owner/name" not in text
    write("", copy)
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("place", ["owner", "a/b/c", "https://github.com/a/b", "a b/c"])
def test_what_is_no_place_gets_one_sentence_and_changes_nothing(copy, place):
    before = (copy / "README.md").read_bytes()
    with pytest.raises(ValueError, match="AT must be owner/name"):
        write(place, copy)
    assert (copy / "README.md").read_bytes() == before
