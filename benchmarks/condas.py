"""Hot paths of conda: packages of a channel for the first time, and those that are there.

The channel is a folder, which is written here: no network is measured.
"""

from __future__ import annotations

import bz2
import hashlib
import io
import json
import tarfile
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Mapping

from benchmarks.harness import NEW, Budget, Measured, Row, in_turns

if TYPE_CHECKING:
    from benchmarks.worlds import World, Worlds

__all__ = ["ROWS", "write_channel"]

_RATTLER = "py-rattler"
_SCRIPT = Path(__file__).with_name("rattler.py")
_NUMBER = 30
_MODULES = 100
_LINES = "".join(f"x{one} = {one * one}  # a line of code, as a module has\n" for one in range(250))
_NAMES = [f"dvconda{one}" for one in range(_NUMBER)]


def write_channel(folder: Path, names: Iterable[str], modules: int) -> str:
    """Write a channel with a package of some modules for each name; its URL."""
    place = folder / "noarch"
    place.mkdir(parents=True)
    (folder / "linux-64").mkdir()
    records = dict(_package(place, name, modules) for name in names)
    for subdir, packages in {"noarch": records, "linux-64": {}}.items():
        index = {"info": {"subdir": subdir}, "packages": packages, "packages.conda": {}}
        (folder / subdir / "repodata.json").write_text(json.dumps(index), "utf-8")
    return folder.as_uri()


def _package(place: Path, name: str, modules: int) -> tuple[str, dict[str, object]]:
    """Write one package; its file's name, and its record in the channel's index."""
    record: dict[str, object] = {
        "build": "py_0",
        "build_number": 0,
        "depends": ["python >=3.8"],
        "name": name,
        "noarch": "python",
        "subdir": "noarch",
        "version": "1.0",
    }
    data = bz2.compress(_archive(_files(name, modules), record))
    file = place / f"{name}-1.0-py_0.tar.bz2"
    file.write_bytes(data)
    return file.name, {**record, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def _files(name: str, modules: int) -> dict[str, bytes]:
    info = f"site-packages/{name}-1.0.dist-info"
    files = {f"site-packages/{name}/m{one}.py": f"{_LINES}x = {one}\n" for one in range(modules)}
    files[f"site-packages/{name}/__init__.py"] = "x = 1.0\n"
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    listed = [file.partition("/")[2] for file in (*files, f"{info}/RECORD")]
    files[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in listed)
    return {path: text.encode() for path, text in files.items()}


def _archive(files: Mapping[str, bytes], record: Mapping[str, object]) -> bytes:
    """A package that is not compressed: its files, and what it says of itself."""
    paths = [
        {
            "_path": path,
            "path_type": "hardlink",
            "sha256": hashlib.sha256(data).hexdigest(),
            "size_in_bytes": len(data),
        }
        for path, data in files.items()
    ]
    link = {"noarch": {"type": "python", "entry_points": []}, "package_metadata_version": 1}
    about = {"index": record, "paths": {"paths": paths, "paths_version": 1}, "link": link}
    info = {f"info/{name}.json": json.dumps(value).encode() for name, value in about.items()}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, data in {**info, **files}.items():
            member = tarfile.TarInfo(path)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _write_wheel(folder: Path, name: str) -> None:
    """Write a wheel with what `_package` puts into a package of one module."""
    info = f"{name}-1.0.dist-info"
    files = {path.partition("/")[2]: data for path, data in _files(name, 1).items()}
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/RECORD"] += f"{info}/WHEEL,,\n".encode()
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)


def _cell(channel: str) -> str:
    return "".join(f"smuggle {name}  # conda: {name}==1.0 -c {channel}\n" for name in _NAMES)


def _davos(worlds: Worlds, channel: str) -> float:
    """The seconds of a cell that installs all of them into a new project, and imports them."""
    world = _alone(replace(worlds.conda, home=worlds.folder()))
    with world.probe() as probe:
        probe.ask("start", davos=True, project="bench")
        seconds = probe.ask("run", cell=_cell(channel))
        place = probe.ask("value", expression=f"{_NAMES[-1]}.__file__")
    if str(world.home) not in place:
        raise RuntimeError(f"{_NAMES[-1]} came from {place}")
    return float(seconds)


def _alone(world: World) -> World:
    """An environment whose settings of conda name no channel."""
    (world.home / ".condarc").write_text("channels: []\n", "utf-8")
    return world


def _rattler(worlds: Worlds, channel: str) -> float:
    """The seconds of a process that does the same with py-rattler, and of the imports."""
    world, folder = worlds.conda, worlds.folder()
    places = {"prefix": str(folder / "prefix"), "cache": str(folder / "cache")}
    asked = {"channel": channel, "specs": [f"{name} ==1.0" for name in _NAMES], **places}
    with world.probe() as probe:
        probe.ask("start", davos=False)
        seconds = world.run("-I", str(_SCRIPT), json.dumps(asked))
        (site_packages,) = folder.glob("prefix/lib/python*/site-packages")
        probe.ask("run", cell=f"import sys; sys.path.insert(1, {str(site_packages)!r})")
        return seconds + float(probe.ask("run", cell="".join(f"import {n}\n" for n in _NAMES)))


def _cold(modules: int, worlds: Worlds) -> Measured:
    channel = write_channel(worlds.folder() / "channel", _NAMES, modules)
    sides = {
        _RATTLER: partial(_rattler, worlds, channel),
        NEW: partial(_davos, worlds, channel),
    }
    medians, samples = in_turns(worlds.repeats(7), sides)
    return Measured(medians[NEW], medians[_RATTLER], samples=samples)


def _satisfied(worlds: Worlds) -> Measured:
    """Thirty statements whose packages are there, in a new process; pip's hold the same files."""
    names = [f"dvpip{one}" for one in range(_NUMBER)]
    channel = write_channel(worlds.folder() / "channel", _NAMES, 1)
    wheels = worlds.folder()
    for name in names:
        _write_wheel(wheels, name)
    with_pip = "".join(f"smuggle {name}  # pip: {name}==1.0\n" for name in names)
    cells = {"pip": with_pip, NEW: _cell(channel)}
    settings = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "DAVOS_PIP_BACKEND": "pip"}

    def seconds(cell: str, world: World) -> float:
        with world.probe(**settings) as probe:
            probe.ask("start", davos=True, project="bench")
            return float(probe.ask("run", cell=cell))

    sides = {}
    for side, cell in cells.items():
        world = _alone(replace(worlds.conda, home=worlds.folder()))
        sides[side] = partial(seconds, cell, world)
        sides[side]()  # installs them
        sides[side]()  # the first import compiles
    medians, samples = in_turns(worlds.repeats(15), sides)
    return Measured(medians[NEW], medians["pip"], samples=samples)


ROWS = (
    Row(
        "conda-cold",
        f"{_NUMBER} packages of conda, 3,000 files, cold",
        partial(_cold, _MODULES),
        Budget(times=1.2),
        _RATTLER,
    ),
    Row(
        "conda-small",
        "... with one module each",
        partial(_cold, 1),
        against=_RATTLER,
    ),
    Row(
        "conda-satisfied",
        f"{_NUMBER} satisfied conda onions",
        _satisfied,
        Budget(times=1.1),
        "pip's",
    ),
)
