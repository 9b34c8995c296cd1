"""What this machine is to packages of conda: its virtual packages, such as `__glibc`.

The variables `CONDA_OVERRIDE_GLIBC` and the like give the version of one, as for conda. `__cuda`
and `__archspec` are known to py-rattler alone, which looks at drivers and the processor.

Source: "Managing virtual packages" in conda's documentation.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from typing import TYPE_CHECKING, Iterable, Iterator, Mapping

from davos.onion.version_constraint import read_constraint

if TYPE_CHECKING:
    from davos.installers.conda_locked import LockedPackage

__all__ = ["unmet_needs", "virtual_packages"]

_KNOWN = ("__glibc", "__linux", "__osx", "__unix", "__win")
_NUMBER = re.compile(r"\d+(?:\.\d+)*", re.ASCII)
_OVERRIDE = "CONDA_OVERRIDE_"


def virtual_packages(environ: Mapping[str, str]) -> dict[str, str]:
    """The versions of the virtual packages that Python can tell, by name; others are not here.

    An empty version means that there is no such package here.
    """
    found = {name: _version(name) for name in _KNOWN}
    for name in _KNOWN:
        given = environ.get(f"{_OVERRIDE}{name.strip('_').upper()}")
        if given is not None:
            found[name] = given.strip()
    return found


def _version(name: str) -> str:
    if name == "__unix":
        return "" if os.name == "nt" else "0"
    if name == "__win":
        return _number(platform.version()) if sys.platform == "win32" else ""
    if name == "__osx":
        return platform.mac_ver()[0] if sys.platform == "darwin" else ""
    if sys.platform != "linux":
        return ""
    return _number(platform.release()) if name == "__linux" else _glibc()


def _glibc() -> str:
    try:
        said = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, OSError, ValueError):  # another C library
        return ""
    return _number(said)


def _number(text: str) -> str:
    found = _NUMBER.search(text)
    return found[0] if found else ""


def unmet_needs(packages: Iterable[LockedPackage], here: Mapping[str, str]) -> str:
    """What packages need of a machine, whose virtual packages are `here`, and it does not have."""
    needs = ((one, need) for one in packages for need in _needs(one, here))
    found = (
        f"{one.package} {one.version} needs {text}, and this machine has {there}"
        for one, (text, there) in needs
    )
    return "; ".join(found)


def _needs(package: LockedPackage, here: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The specifications that are not met, each with what is there.

    What a package `constrains` counts where it is there.
    """
    for text in package.depends:
        version = here.get(_name(text))
        if version is not None and not _fits(text, version):
            yield text, f"{_name(text)} {version}" if version else f"no {_name(text)}"
    for text in package.constrains:
        version = here.get(_name(text))
        if version and not _fits(text, version):
            yield text, f"{_name(text)} {version}"


def _name(text: str) -> str:
    return text.partition(" ")[0]


def _fits(text: str, version: str) -> bool:
    words = text.split()
    try:
        return bool(version) and read_constraint(words[1] if len(words) > 1 else "*").admits(
            version
        )
    except ValueError:  # py-rattler can read it
        return bool(version)
