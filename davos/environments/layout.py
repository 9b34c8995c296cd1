"""Where the files of a virtual environment lie, on each system. Pure.

Sources: `sysconfig` ("Installation paths"), `venv` ("How venvs work"), `site`.
"""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

__all__ = ["LAYOUT", "Layout", "Platform", "launcher", "layout", "running", "scripts_folder"]


class Platform(NamedTuple):
    """What decides where files lie: `os.name`, `sys.platform`, and which Python it is."""

    os_name: str
    sys_platform: str
    version: tuple[int, int]
    implementation: str = "cpython"
    free_threaded: bool = False
    is_64bit: bool = True


class Layout(NamedTuple):
    """The places in an environment, relative to its prefix, with `/`.

    `all_site_packages` is a glob pattern for those of every Python that shares the prefix, and
    `top` the folder of libraries. `links` says that interpreters are symbolic links to the
    base's; on Windows, where making them needs a privilege, they are copies of `launcher`.
    """

    scripts: str
    top: str
    site_packages: str
    all_site_packages: str
    interpreters: tuple[str, ...]
    pips: tuple[str, ...]
    links: bool
    lib64: bool

    @property
    def python(self) -> str:
        """The interpreter."""
        return f"{self.scripts}/{self.interpreters[0]}"


def running() -> Platform:
    """The platform of this interpreter."""
    return Platform(
        os.name,
        sys.platform,
        sys.version_info[:2],
        sys.implementation.name,
        "t" in getattr(sys, "abiflags", ""),
        sys.maxsize > 2**32,
    )


def layout(platform: Platform) -> Layout:
    """The layout of an environment for a Python."""
    major, minor = platform.version
    if platform.os_name == "nt":
        return Layout(
            scripts=scripts_folder("nt"),
            top="Lib",
            site_packages="Lib/site-packages",
            all_site_packages="Lib/site-packages",
            interpreters=("python.exe",),
            pips=("pip.cmd",),
            links=False,
            lib64=False,
        )
    name = "pypy" if platform.implementation == "pypy" else "python"
    library = f"lib/{name}{major}.{minor}{'t' if platform.free_threaded else ''}"
    endings = ("", f"{major}", f"{major}.{minor}")
    return Layout(
        scripts=scripts_folder("posix"),
        top="lib",
        site_packages=f"{library}/site-packages",
        all_site_packages="lib/*/site-packages",
        interpreters=tuple(f"python{ending}" for ending in endings),
        pips=tuple(f"pip{ending}" for ending in endings),  # as pip's own wheel has
        links=True,
        lib64=platform.is_64bit and platform.sys_platform != "darwin",
    )


def scripts_folder(os_name: str) -> str:
    """The folder of an environment's programs."""
    return "Scripts" if os_name == "nt" else "bin"


def launcher(version: tuple[int, int]) -> str:
    """The program that `venv` copies as `python.exe`, relative to the base's prefix."""
    name = "python" if version < (3, 13) else "venvlauncher"
    return f"Lib/venv/scripts/nt/{name}.exe"


LAYOUT = layout(running())
