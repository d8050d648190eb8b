"""Files that are written whole or not at all: whatever fails, what was there before stays as it was."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from .validation import of_type, shorten

#: Longer names of files, and longer paths, no usual system has.
MOST_BYTES, MOST_IN_ALL = 255, 4_000


def path_given(value: object, argument: str = "path") -> Path:
    """`value` as a path, ``~`` being the home folder.

    Raises
    ------
    TypeError
        If it is neither a text nor a Path.
    ValueError
        If it is empty, or no file can be named so.
    """
    text = str(of_type(value, (str, Path), argument, "a text or a Path"))
    if not text:
        raise ValueError(f"{argument} must name a file or a folder, but it is empty")
    try:
        named = b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        named = False
    if (
        not named
        or len(os.fsencode(text)) > MOST_IN_ALL
        or any(len(os.fsencode(part)) > MOST_BYTES for part in Path(text).parts)
    ):
        raise ValueError(f"{argument} must be the name of a file or a folder, but none can be named {shorten(text)}")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError(f"{argument} begins with the home folder of somebody who is not known here: {text}") from None


def file_given(value: object, argument: str = "path") -> Path:
    """`value` as the path of a file, which may not be there yet; ValueError if it is a folder."""
    file = path_given(value, argument)
    if file.is_dir():
        raise ValueError(f"{argument} must lead to a file, but {str(file)!r} is a folder")
    return file


def folder_given(value: object, argument: str = "folder") -> Path:
    """`value` as the path of a folder, which may not be there yet; ValueError if it is a file."""
    folder = path_given(value, argument)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{argument} must be a folder, but {str(folder)!r} is a file")
    return folder


def write_files(texts: Mapping[Path, str]) -> None:
    """Write these files, all of them or none; the folders that they are in are made.

    Each is written beside its place, and then takes it.

    Raises
    ------
    ValueError
        If a text cannot be written as UTF-8.
    OSError
        As the system says it: the disk is full, nobody may write here.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "new" / "page.html"
    >>> write_files({file: "<p>δ</p>"})
    >>> file.read_text(encoding="utf-8")
    '<p>δ</p>'
    """
    data = {file: _encoded(file, text) for file, text in texts.items()}
    written: dict[Path, Path] = {}
    try:
        for file, content in data.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            place = Path(os.path.realpath(file))  # where a link leads to
            if place in written:
                raise ValueError(f"{file.name} leads to the same file as another one that is written with it")
            if place.exists() and not place.is_file():  # a terminal, a pipe
                place.write_bytes(content)
            else:
                written[place] = _beside(place)
                _write(written[place], content, place)
        _replace(written)
    finally:
        for new in written.values():
            new.unlink(missing_ok=True)


def replace_folder(folder: Path, new: Path) -> None:
    """Put a folder in the place of another one, whole: what was there stays as it was until the new one is beside it.

    Raises
    ------
    OSError
        As the system says it; then the old one is there still, if need be under the name that the system left it.

    Examples
    --------
    >>> import tempfile
    >>> new, old = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp())
    >>> _ = (new / "a").write_text("new"), (old / "b").write_text("old")
    >>> replace_folder(old, new)
    >>> [file.name for file in old.iterdir()], new.exists()
    (['a'], False)
    """
    place = Path(os.path.realpath(folder))  # where a link leads to
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh, before = _beside(place), _beside(place)
    try:
        shutil.move(new, fresh)
        if place.exists():
            place.rename(before)
        fresh.rename(place)
    except BaseException:
        if before.exists() and not place.exists():
            before.rename(place)
        raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        if place.exists():
            shutil.rmtree(before, ignore_errors=True)


def _encoded(file: Path, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        sign = text[error.start]
        raise ValueError(f"{file.name} would hold the sign {sign!a}, which no file in UTF-8 can hold") from None


def _beside(place: Path) -> Path:
    """The name of a file in the same folder that nobody has."""
    return place.with_name(f".{secrets.token_hex(8)}.bpviz")


def _write(new: Path, content: bytes, place: Path) -> None:
    """Write a file that shall take this place, as whoever may write there."""
    if place.exists() and not os.access(place, os.W_OK):
        raise PermissionError(13, "Permission denied", str(place))
    with new.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if place.exists():
        shutil.copymode(place, new)


def _replace(written: Mapping[Path, Path]) -> None:
    """Put new files in the place of old ones; should one not go there, the old ones are put back."""
    before: dict[Path, Path | None] = {}
    copies: list[Path] = []
    try:
        for place, new in written.items():
            old = _beside(place) if place.exists() and len(written) > 1 else None
            if old is not None:
                copies.append(old)
                shutil.copy2(place, old)
            before[place] = old
            os.replace(new, place)
    except BaseException:
        for place, old in before.items():
            with suppress(OSError):
                if old is not None:
                    os.replace(old, place)
                elif len(written) > 1:
                    place.unlink(missing_ok=True)
        raise
    finally:
        for copy in copies:
            copy.unlink(missing_ok=True)
