"""All notebooks with live Python and live widgets in the browser, from any web server: a JupyterLite site.

Python there is Pyodide.  Everything is in the folder: its pages ask no other place for anything, and work without a
network once all of it was fetched.  A browser keeps files, and lets Python read those of the site, from https and from
the machine itself (``http://localhost``) only.  Run it with ``python -m bpviz lite FOLDER``, or ``make lite``.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

from ..words.files import folder_given, replace_folder
from .distribution import LOCK, PYODIDE, Distribution, gather, run
from .export import beside

#: The folder of the project, which a wheel is made of.
PROJECT = Path(__file__).parents[2]

#: What JupyterLite's kernel is made of besides its own wheels.
KERNEL = ["micropip", "ipython", "comm", "jedi"]

#: The parts of JupyterLab that the site has besides its own: the kernel, and what shows widgets.
EXTENSIONS = ("@jupyterlite/pyodide-kernel-extension", "@jupyter-widgets/jupyterlab-manager", "anywidget")

#: The page of a notebook, with a live Python, whose file's name follows; and the list of all.
NOTEBOOK, FILES = "notebooks/index.html?path=", "tree/index.html"

WORKER, THEIR_WORKER, LIST = "service-worker.js", "service-worker-lite.js", "offline.json"

#: What JupyterLite's worker answers itself.
OWN = r"/api/(drive|stdin|service-worker-heartbeat)"

#: What a wheel is not made of.
LEFT_OUT = ("[.]*", "build", "dist", "site", "mutants", "tests", "benchmarks", "*.egg-info", "__pycache__")


def build_lite(folder: str | Path, wheels: str | Path | None = None) -> int:
    """Write the site.

    Parameters
    ----------
    folder : str or Path
        Where to write; what is there already is replaced if it is such a site.
    wheels : str or Path, optional
        A folder with files of Pyodide's distribution, for where the network does not reach it.

    Returns
    -------
    int
        How many files were written.

    Raises
    ------
    ValueError
        If a file cannot be had, a part of it is not installed, or the folder holds something else; then nothing is
        written.
    OSError
        As the system says it: the disk is full, nobody may write here.

    Notes
    -----
    Pyodide: https://pyodide.org; JupyterLite: https://jupyterlite.readthedocs.io.
    """
    target = folder_given(folder)
    source = None if wheels is None else folder_given(wheels, "wheels")
    if source is not None and not source.exists():
        raise ValueError(f"wheels must be a folder that is there, not {str(source)!r}")
    if target.exists() and any(target.iterdir()) and not (target / THEIR_WORKER).exists():
        raise ValueError(f"folder must be empty or an earlier lite site, but {str(target)!r} holds something else")
    if not (PROJECT / "pyproject.toml").exists():
        raise ValueError("the lite site is made of the project's folder, which is not here: bpviz is installed alone")
    extensions = _extensions()
    with tempfile.TemporaryDirectory() as scratch:
        place, built = Path(scratch, "given"), Path(scratch, "built")
        pyodide, made = place / "static" / "pyodide", Path(scratch, "wheels")
        pyodide.mkdir(parents=True)
        # of a copy, as pip leaves what it made in the folder, and takes what is left there
        copied = shutil.copytree(PROJECT, Path(scratch, "project"), ignore=shutil.ignore_patterns(*LEFT_OUT))
        run(["-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(made), str(copied)], Path(scratch))
        theirs = next(one for one in extensions if one.name == "pyodide-kernel-extension") / "static" / "pypi"
        own = [*made.glob("*.whl"), *_newest(theirs)]
        gather(Distribution(source, _address()), own, KERNEL, pyodide)
        _settings(place, extensions, pyodide)
        run(
            ["-m", "jupyterlite_core.app", "build", "--lite-dir", str(place), "--output-dir", str(built)], Path(scratch)
        )
        _finish(built)
        replace_folder(target, built)
    return sum(file.is_file() for file in target.rglob("*"))


def _address() -> str:
    """Where Pyodide gives out its files, which JupyterLite's kernel knows; of the version that is tried here."""
    from jupyterlite_pyodide_kernel import constants

    return str(constants.PYODIDE_CDN_URL.replace(constants.PYODIDE_VERSION, PYODIDE["version"]))


def _extensions() -> list[Path]:
    """The folders of what JupyterLab is given besides; ValueError with what is missing."""
    try:
        import jupyterlite_core  # noqa: F401
        import jupyterlite_pyodide_kernel  # noqa: F401
        from jupyter_core.paths import jupyter_path
    except ModuleNotFoundError as missing:
        raise ValueError(f"{missing.name} is not installed; pip install 'bpviz[lab,lite]' brings it") from None
    places = [Path(folder) for folder in jupyter_path("labextensions")]
    found = {name: place / name for name in EXTENSIONS for place in reversed(places) if (place / name).is_dir()}
    if absent := [name for name in EXTENSIONS if name not in found]:
        raise ValueError(f"JupyterLab has no {' and no '.join(absent)}; pip install 'bpviz[lab,lite]' brings them")
    return list(found.values())


def _newest(folder: Path) -> list[Path]:
    """The newest wheel of each package in a folder."""
    from packaging.utils import parse_wheel_filename

    newest: dict[str, Path] = {}
    for wheel in sorted(folder.glob("*.whl"), key=lambda file: parse_wheel_filename(file.name)[1]):
        newest[parse_wheel_filename(wheel.name)[0]] = wheel
    return list(newest.values())


def _settings(place: Path, extensions: list[Path], pyodide: Path) -> None:
    """What JupyterLite is told: which parts, which notebooks, and a kernel that has all it needs at hand."""
    lock = json.loads((pyodide / LOCK).read_text(encoding="utf-8"))
    kernel = {"disablePyPIFallback": True, "loadPyodideOptions": {"packages": sorted(lock["packages"])}}
    page = {"jupyter-config-data": {"litePluginSettings": {f"{EXTENSIONS[0]}:kernel": kernel}, "appName": "bpviz"}}
    build = {
        "apps": ["notebooks", "lab", "tree"],
        "contents": [str(PROJECT / "notebooks")],
        "federated_extensions": [str(one) for one in extensions],
        "ignore_sys_prefix": ["federated_extensions"],
        "no_unused_shared_packages": True,
        "no_sourcemaps": True,
        "cache_dir": str(place / "cache"),
    }
    looks = {"@jupyterlab/apputils-extension:themes": {"adaptive-theme": True}}  # light or dark as the reader's system
    (place / "overrides.json").write_text(json.dumps(looks), "utf-8")
    (place / "jupyter-lite.json").write_text(json.dumps({"jupyter-lite-schema-version": 0, **page}), "utf-8")
    (place / "jupyter_lite_config.json").write_text(json.dumps({"LiteBuildConfig": build}), "utf-8")


def _finish(built: Path) -> None:
    """Let the site work without a network, and say which files that takes."""
    (built / WORKER).rename(built / THEIR_WORKER)
    files = sorted(file for file in built.rglob("*") if file.is_file())
    state = hashlib.sha256()
    for file in files:
        state.update(file.read_bytes())
    names = [file.relative_to(built).as_posix() for file in files]
    (built / LIST).write_text(json.dumps(names), encoding="utf-8")
    told = {"state": state.hexdigest()[:12], "list": LIST, "worker": THEIR_WORKER, "own": OWN}
    script = beside("offline.js")
    (built / WORKER).write_text(f"self.BUILT = {json.dumps(told)};\n{script}", encoding="utf-8")
