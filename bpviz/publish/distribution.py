"""Pyodide's files, each checked against its sha256, and a lock that holds just what is beside it."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import subprocess
import sys
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

#: Pyodide's version, what its Python says of itself, and the sha256 of each file of its core.
PYODIDE = tomllib.loads(Path(__file__).with_name("lite.toml").read_text(encoding="utf-8"))
LOCK = "pyodide-lock.json"

#: A wheel whose name ends so holds Python alone.
PURE = "-none-any.whl"

#: So many seconds a server may take to answer.
PATIENCE = 20.0


class OutOfReach(ValueError):
    """A file of Pyodide's can be had nowhere."""


@dataclass(frozen=True)
class Distribution:
    """Pyodide's files, from a folder that has some of them, or from where Pyodide gives them out.

    Parameters
    ----------
    folder : Path or None
        Where files are looked for first.
    address : str
        The address of Pyodide's own distribution.
    """

    folder: Path | None
    address: str

    def file(self, name: str, sha256: str) -> bytes:
        """The bytes of a file.

        Raises
        ------
        OutOfReach
            If neither place has the file whose sha256 is this.
        """
        beside = None if self.folder is None else _content(self.folder / name)
        if beside is not None and _is(beside, sha256):
            return beside
        content = _content(f"{self.address}/{name}")
        if content is not None and _is(content, sha256):
            return content
        if beside is not None:
            raise OutOfReach(
                f"wheels has another {name} than Pyodide {PYODIDE['version']}: its sha256 is not {sha256[:12]}..., and "
                f"{self.address} cannot be reached"
            )
        raise OutOfReach(
            f"wheels must name a folder with Pyodide's files (make LITE_WHEELS=...), as {name} with the sha256 "
            f"{sha256[:12]}... cannot be had from {self.address}"
        )


def _is(content: bytes, sha256: str) -> bool:
    return hashlib.sha256(content).hexdigest() == sha256


def _content(place: Path | str) -> bytes | None:
    """What a file or an address holds, if it can be had."""
    try:
        if isinstance(place, Path):
            return place.read_bytes()
        with urllib.request.urlopen(place, timeout=PATIENCE) as answer:
            return bytes(answer.read())
    except (OSError, http.client.HTTPException):
        return None


def gather(distribution: Distribution, own: list[Path], roots: list[str], folder: Path) -> None:
    """Write Pyodide's core, its packages that `own` wheels and `roots` need, and their lock into a folder.

    What Pyodide had to compile is from there; what is Python alone is the version that runs here, from the package
    index, so that both have the same.

    Parameters
    ----------
    distribution : Distribution
        Where Pyodide's files are from.
    own : list of Path
        Wheels of Python alone to add.
    roots : list of str
        Names of packages that are needed besides what the wheels require.
    folder : Path
        Where to write.

    Raises
    ------
    ValueError
        If a file cannot be had, or a package is neither in Pyodide nor installed here.
    """
    for name, sha256 in PYODIDE["core"].items():
        (folder / name).write_bytes(distribution.file(name, sha256))
    lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    there: dict[str, Any] = lock["packages"]
    packages = {entry["name"]: entry for entry in (_entry(wheel) for wheel in own)}
    for wheel in own:
        (folder / wheel.name).write_bytes(wheel.read_bytes())
    wanted = [*roots, *(need for entry in packages.values() for need in entry["depends"])]
    pure: list[str] = []
    while wanted:
        name = wanted.pop()
        if name in packages:
            continue
        installed = _installed(name)
        if name in there and (installed is None or not there[name]["file_name"].endswith(PURE)):
            entry = there[name]
            (folder / entry["file_name"]).write_bytes(distribution.file(entry["file_name"], entry["sha256"]))
        elif installed is None:
            raise ValueError(f"the package {name} is needed, but it is neither in Pyodide nor installed here")
        else:
            pure.append(f"{name}=={installed}")
            entry = {"name": name, "depends": list(_needs(requires(name) or []))}
        packages[name] = entry
        wanted += entry["depends"]
    for wheel in _downloaded(pure, folder):
        packages[_normal(wheel.name.split("-")[0])] = _entry(wheel)
    lock["packages"] = dict(sorted(packages.items()))
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")


def _downloaded(pure: list[str], folder: Path) -> list[Path]:
    """Wheels of Python alone, from the package index, in the folder."""
    if not pure:
        return []
    before, python = set(folder.glob("*.whl")), PYODIDE["python"]["python_version"]
    alone = ["--no-deps", "--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none"]
    quiet = ["--quiet", "--disable-pip-version-check"]
    run(["-m", "pip", "download", *quiet, *alone, f"--python-version={python}", "--dest", ".", *pure], folder)
    return sorted(set(folder.glob("*.whl")) - before)


def _entry(wheel: Path) -> dict[str, Any]:
    """What Pyodide's lock says of a wheel of Python alone."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
    tops = {name.split("/")[0].removesuffix(".py") for name in names if "/" in name or name.endswith(".py")}
    header = metadata.split("\n\n")[0]
    return {
        "name": _normal(wheel.name.split("-")[0]),
        "version": wheel.name.split("-")[1],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(top for top in tops if top.isidentifier()),
        "depends": sorted(_needs(re.findall(r"^Requires-Dist: (.*)$", header, re.MULTILINE))),
        "unvendored_tests": False,
    }


def _needs(requirements: list[str]) -> Iterator[str]:
    """The names of those requirements that hold in the browser."""
    from packaging.requirements import Requirement

    for text in requirements:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate(PYODIDE["python"]):
            yield _normal(requirement.name)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def run(arguments: list[str], folder: Path) -> None:
    """Run Python with these arguments in a folder; ValueError with the error that it said if it fails."""
    done = subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or [""]
        told = [line for line in lines if line.startswith("ERROR")] or lines
        raise ValueError(f"{' '.join(arguments[:3])} failed: {told[-1]}")
