"""Why pip failed, in one sentence, and what usually helps."""

from __future__ import annotations

import difflib
import platform
import re
from typing import TYPE_CHECKING, Callable

from packaging.version import InvalidVersion, Version

from davos.onion.known_names import DISTRIBUTIONS

if TYPE_CHECKING:
    from davos.onion.comment import Requirement

__all__ = ["explain"]

_VERSIONS = re.compile(r"\(from versions: (?P<versions>[^)]*)\)")
_OTHER_PYTHON = "Ignored the following versions that require a different python version"
_UNREACHABLE = (
    "Connection refused",
    "ConnectTimeoutError",
    "Max retries exceeded",
    "Name or service not known",
    "NewConnectionError",
    "ProxyError",
    "Read timed out",
    "SSLError",
    "Temporary failure in name resolution",
    "502 Server Error",
    "500 Server Error",
    "503 Server Error",
    "Retrying (Retry(",
)
_NEAREST = 3


def explain(requirement: Requirement, status: int, output: str) -> str:
    """What failed, how, pip's own last words, and a suggestion if there is one."""
    how = f"ended by signal {-status}" if status < 0 else f"exit status {status}"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")] or lines
    words = f": {errors[-1].removeprefix('ERROR:').strip()}" if errors else ""
    hint = next(filter(None, (find(requirement, output) for find in _HINTS)), "")
    return f"pip could not install {requirement.text} ({how}){words}{hint and f'. {hint}'}"


def _unreachable(_requirement: Requirement, output: str) -> str:
    found = any(sign in output for sign in _UNREACHABLE)
    return "The package index cannot be reached: check the network and `pip config list`" * found


def _hash(_requirement: Requirement, output: str) -> str:
    found = "DO NOT MATCH THE HASHES" in output
    return "The file is not the one whose hash the onion comment gives; do not trust it" * found


def _disk(_requirement: Requirement, output: str) -> str:
    return "The disk is full" * ("No space left on device" in output)


def _not_built(_requirement: Requirement, output: str) -> str:
    signs = ("metadata-generation-failed", "Failed building wheel", "subprocess-exited-with-error")
    if not any(sign in output for sign in signs):
        return ""
    return (
        f"There is no wheel for Python {platform.python_version()} on this platform, and building "
        "it from source failed: another version may have one"
    )


def _other_name(requirement: Requirement, _output: str) -> str:
    known = DISTRIBUTIONS.get(requirement.name or "")
    return f"The module {requirement.name} comes from {known}: `# pip: {known}`" if known else ""


def _no_such_version(requirement: Requirement, output: str) -> str:
    """The versions nearest to the one asked for."""
    found = list(_VERSIONS.finditer(output))
    names = [name.strip() for name in found[-1]["versions"].split(",")] if found else []
    if not names or names == ["none"]:
        return ""
    if _OTHER_PYTHON in output and requirement.specifier:
        return (
            f"Not every version runs on Python {platform.python_version()}; these do: "
            f"{', '.join(_nearest(requirement.specifier, names))}"
        )
    return f"The nearest versions are {', '.join(_nearest(requirement.specifier, names))}"


def _nearest(specifier: str, names: list[str]) -> list[str]:
    asked = re.sub(r"[^\d.].*", "", specifier.lstrip("<>=!~ "))
    try:
        wanted = Version(asked)
    except InvalidVersion:
        return names[-_NEAREST:]
    below = [name for name in names if _version(name) <= wanted]
    above = [name for name in names if _version(name) > wanted]
    return [*below[-2:], *above[: _NEAREST - len(below[-2:])]] or names[-_NEAREST:]


def _version(name: str) -> Version:
    try:
        return Version(name)
    except InvalidVersion:
        return Version("0")


def _no_such_name(requirement: Requirement, output: str) -> str:
    if "No matching distribution found" not in output or not requirement.name:
        return ""
    near = difflib.get_close_matches(requirement.name, set(DISTRIBUTIONS.values()), 1, 0.8)
    if near and near[0] != requirement.name:
        return f"Did you mean {near[0]}?"
    return "The index has no distribution of this name for this Python: check the spelling"


_HINTS: tuple[Callable[[Requirement, str], str], ...] = (
    _unreachable,
    _hash,
    _disk,
    _other_name,
    _not_built,
    _no_such_version,
    _no_such_name,
)
