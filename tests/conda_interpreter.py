"""A conda environment with an interpreter of its own, in which kernels run; no conda is needed.

The running interpreter is packed as the package `python` of a channel, without what kernels do not
need of the standard library, and py-rattler installs it. davos is a copy; what a kernel needs
besides are hard links to the files of the environment that runs the tests.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import distribution
from pathlib import Path

from conda_channel import PYTHON, SITE_PACKAGES, CondaChannel, Package
from packaging.requirements import Requirement

import davos

_LEFT_OUT = {
    "__pycache__",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "site-packages",
    "test",
    "tests",
    "tkinter",
    "turtledemo",
}
_ROOTS = ("ipykernel", "pip", "py-rattler", "pyyaml")
_INSTALL = """
import asyncio, os, sys, rattler
async def install(channel, prefix, cache):
    platforms = [rattler.Subdir.current(), "noarch"]
    virtual = rattler.VirtualPackage.detect()
    solved = await rattler.solve(
        [rattler.Channel(channel)], ["python"], platforms=platforms, virtual_packages=virtual
    )
    await rattler.install(solved, target_prefix=prefix, cache_dir=cache)
asyncio.run(install(*sys.argv[1:]))
os._exit(0)  # py-rattler may crash while the interpreter ends
"""


def make_conda_environment(folder, name):
    """A conda installation in a folder with the environment `envs/NAME`; the path of the latter."""
    (folder / "conda-meta").mkdir(parents=True)
    (folder / "conda-meta" / "history").write_text("")
    channel = CondaChannel(folder.with_name(f"{folder.name}-channel"))
    channel.add(interpreter_package())
    prefix, cache = folder / "envs" / name, folder / "pkgs"
    command = [sys.executable, "-c", _INSTALL, channel.url, prefix, cache]
    subprocess.run(command, check=True)
    (prefix / "conda-meta" / "history").write_text("==> 2026-01-01 00:00:00 <==\n# cmd: conda\n")
    _link_distributions(prefix / SITE_PACKAGES)
    return prefix


def interpreter_package():
    """The running Python as conda's package `python`."""
    library = Path(sysconfig.get_path("stdlib"))
    executable = Path(os.path.realpath(sys.executable)).read_bytes()
    files = {f"bin/{name}": executable for name in ("python", "python3", f"python{PYTHON}")}
    for folder, names, found in os.walk(library):
        names[:] = [n for n in names if n not in _LEFT_OUT and not n.startswith("config-")]
        place = Path(folder)
        paths = (place / one for one in found if not one.endswith(".a"))
        files.update(
            (f"lib/{library.name}/{path.relative_to(library).as_posix()}", path.read_bytes())
            for path in paths
        )
    version = platform.python_version()
    return Package("python", version, files, noarch=None, build="h0_cpython")


def _link_distributions(site_packages):
    """Put davos, and what its kernels need, into a folder."""
    for one in _needed():
        for file in one.files or ():
            if ".." not in file.parts:
                _link(Path(one.locate_file(file)), site_packages / file)
    source = Path(davos.__file__).parent
    for original, package in ((source, "davos"), (source.parent / "grammar", "davos/grammar")):
        shutil.copytree(original, site_packages / package, dirs_exist_ok=True)
    info = site_packages / f"davos-{davos.__version__}.dist-info"
    info.mkdir()
    headers = [f"Metadata-Version: 2.1\nName: davos\nVersion: {davos.__version__}"]
    headers += [f"Requires-Dist: {one}" for one in distribution("davos").requires]
    (info / "METADATA").write_text("\n".join(headers) + "\n")


def _link(source, target):
    """Link a file, and its bytecode: the time of the source is the same."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_file() and not target.exists():
        try:
            os.link(source, target)
        except OSError:  # on another file system
            shutil.copy2(source, target)
    compiled = f"__pycache__/{source.stem}.{sys.implementation.cache_tag}.pyc"
    if source.suffix == ".py" and (source.parent / compiled).is_file():
        _link(source.parent / compiled, target.parent / compiled)


def _needed():
    """The distributions that kernels with davos need, davos itself aside."""
    waiting, found = [*_ROOTS, *_requires(distribution("davos"))], {}
    for name in waiting:  # which grows meanwhile
        if name not in found:
            found[name] = distribution(name)
            waiting += _requires(found[name])
    return found.values()


def _requires(one):
    several = map(Requirement, one.requires or ())
    return [
        required.name
        for required in several
        if required.marker is None or required.marker.evaluate({"extra": ""})
    ]
