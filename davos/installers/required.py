"""What a notebook demands of the Python and the pip that it runs with (0.2.3's functions)."""

from __future__ import annotations

import platform
import warnings

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from davos.configuration import config
from davos.distributions import index
from davos.exceptions import DavosError
from davos.installers.other_pip import look_into
from davos.installers.pip_script import find_pip

__all__ = ["require_pip", "require_python"]


def require_python(
    version_spec: str,
    warn: bool = False,  # noqa: FBT001, FBT002 - 0.2.3's signature
    extra_msg: str | None = None,
    prereleases: bool | None = None,  # noqa: FBT001
) -> None:
    """Raise a DavosError, or warn, if this Python does not satisfy a version specifier.

    `version_spec` is a PEP 440 specifier set; a bare version means `~=`: "3.9" is 3.9 or
    later, but not 4, "3.9.2" is 3.9.2 or later, but not 3.10. `extra_msg` is added to the
    message. `prereleases`: see `packaging.specifiers.SpecifierSet.contains`.
    Raises `packaging.specifiers.InvalidSpecifier` (a ValueError) for what is not a specifier.
    """
    found = platform.python_version().rstrip("+")  # a build of CPython's own repository
    what = f"The Python version installed in the environment (v{found})"
    _require(what, found, version_spec, warn, extra_msg, prereleases)


def require_pip(
    version_spec: str,
    warn: bool = False,  # noqa: FBT001, FBT002 - 0.2.3's signature
    extra_msg: str | None = None,
    prereleases: bool | None = None,  # noqa: FBT001
) -> None:
    """The same for the pip that installs smuggled packages; see `require_python`."""
    found = _pip_version()
    if found is None:
        raise DavosError("There is no pip in this environment")
    what = f"The version of pip installed in the environment (v{found})"
    _require(what, found, version_spec, warn, extra_msg, prereleases)


def _require(  # noqa: PLR0913, PLR0917 - the one mechanism behind both
    what: str,
    found: str,
    version_spec: str,
    warn: bool,  # noqa: FBT001
    extra_msg: str | None,
    prereleases: bool | None,  # noqa: FBT001
) -> None:
    wanted = _specifier(version_spec)
    if wanted.contains(found, prereleases=prereleases):
        return
    message = f"{what} does not satisfy the constraint '{wanted}'"
    message += f".\n{extra_msg}" if extra_msg else ""
    if not warn:
        raise DavosError(message)
    warnings.warn(message, RuntimeWarning, stacklevel=3)


def _specifier(text: str) -> SpecifierSet:
    if not isinstance(text, str):
        raise TypeError(f"a version specifier is a str such as '>=3.9', not {text!r}")
    if not text.strip():
        raise InvalidSpecifier("Invalid version specifier: it is empty")
    if not text.strip()[0].isdigit():
        return SpecifierSet(text)
    return SpecifierSet(f"~={text}" if "." in text else f"=={text}.*")


def _pip_version() -> str | None:
    chosen: str | None = config.chosen("pip_executable")
    if chosen is not None:
        return look_into(chosen).version
    folders = index.site_folders()
    installed = index.find_distribution("pip", [str(folder) for folder in folders])
    if installed is not None:
        return installed.version
    script = find_pip(folders)
    return ".".join(map(str, script.version)) if script else None
