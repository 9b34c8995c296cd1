"""Why pip failed, in one sentence, and what usually helps."""

from __future__ import annotations

import difflib
import platform
import re
import signal
from types import MappingProxyType
from typing import TYPE_CHECKING, Callable, Mapping

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from davos.distributions import index
from davos.distributions.import_names import listed
from davos.distributions.known_names import DISTRIBUTIONS
from davos.distributions.namespaces import PARTS
from davos.program_output import readable_lines

if TYPE_CHECKING:
    from davos.onion.comment import Requirement

__all__ = ["CROSS", "UNREACHABLE_INDEX", "explain", "failure"]

# Signals that Windows does not have.
_ENDED_BY = {
    getattr(signal, "SIGKILL", 9): "Something killed it: the system does that when memory runs out",
    getattr(signal, "SIGXFSZ", 25): "File too large: see `ulimit -f`",
}
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
    _FETCH := "while fetching the list of versions",
)
_CORRUPT = (
    "BadZipFile",
    "Bad CRC-32",
    "invalid wheel",
    "zlib.error",
    ".whl is invalid",
    "incomplete-download",
)
_NOTHING = "No matching distribution found"
# A 404 says that the index answered: it has nothing of this name.
_SILENT = re.compile(r"Could not fetch URL (?!.*: 404 )(.*?)(?: - skipping)?$", re.MULTILINE)
_NEAREST = 3
_LONGEST = 320  # characters
UNREACHABLE_INDEX = "The package index cannot be reached"
CROSS = "\N{MULTIPLICATION SIGN}"  # before the name of a program that pip ran and that failed


def explain(requirement: Requirement, status: int, output: str, log: str = "") -> str:
    """What failed, how, pip's own last words, and a suggestion if there is one.

    `log` is what pip wrote to `--log`: there alone it says that an index did not answer,
    before it says that this index has nothing.
    """
    silent = _SILENT.findall(log) if _NOTHING in output else []
    output = "\n".join([output, *(f"ERROR: {words} ({_FETCH})" for words in silent[-1:])])
    lines = [line.strip() for line in readable_lines(output)]
    words = _brief(_last_words(lines))
    return failure("pip", requirement, status, words, output)


def failure(  # noqa: PLR0913 - what a sentence is made of
    program: str,
    requirement: Requirement,
    status: int,
    words: str,
    signs: str,
    *,
    instead: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The sentence about a program that failed: its own words, and what its output hints at.

    `signs` is pip's output, or has the words in which pip would say the same; `instead` has what
    is named in place of pip's own commands.
    """
    how = f"ended by signal {-status}" if status < 0 else f"exit status {status}"
    hint = next(filter(None, (find(requirement, signs) for find in _HINTS)), "")
    for command, other in instead.items():
        hint = hint.replace(command, other)
    hint = _ENDED_BY.get(-status, hint)
    said = f": {words}" if words else ""
    if hint.startswith(UNREACHABLE_INDEX):  # of the network the libraries below have much to say
        last = f". {program} said{said}" if said else ""
        return f"{program} could not install {requirement.shown} ({how}). {hint}{last}"
    return f"{program} could not install {requirement.shown} ({how}){said}{hint and f'. {hint}'}"


def _last_words(lines: list[str]) -> str:
    """What pip names as the error: `ERROR: ...`, or the cross of a program that it ran."""
    starts = ("ERROR:", "OSError:")
    errors = [line.removeprefix("ERROR:") for line in lines if line.startswith(starts)]
    if errors and errors[-1].strip() == "Exception:":  # a traceback follows
        return lines[-1]
    failed = [line.removeprefix(CROSS) for line in lines if line.startswith(("fatal:", CROSS))]
    return next(iter([*errors[-1:], *failed[:1], *lines[-1:]]), "").strip().rstrip(".:")


def _brief(words: str) -> str:
    """Long words without their middle: the reason, as of an exception, is often at their end."""
    if len(words) <= _LONGEST:
        return words
    return f"{words[: _LONGEST // 2]} ... {words[-_LONGEST // 2 :]}"


def _unreachable(_requirement: Requirement, output: str) -> str:
    found = any(sign in output for sign in _UNREACHABLE)
    return f"{UNREACHABLE_INDEX}: check the network and `pip config list`" * found


def _hash(_requirement: Requirement, output: str) -> str:
    found = "DO NOT MATCH THE HASHES" in output
    return "The file is not the one whose hash the onion comment gives; do not trust it" * found


def _corrupt(_requirement: Requirement, output: str) -> str:
    found = any(sign in output for sign in _CORRUPT)
    return "The file is corrupt or incomplete: fetch it anew (`pip cache purge`)" * found


def _disk(_requirement: Requirement, output: str) -> str:
    return "The disk is full" * ("No space left on device" in output)


def _repository(requirement: Requirement, output: str) -> str:
    signs = (f"{CROSS} {requirement.vcs}", "did not find branch or tag")
    if requirement.vcs is None or not any(sign in output for sign in signs):
        return ""
    wanted = f", or has no {requirement.ref}" if requirement.ref else ""
    return f"The repository cannot be reached or requires a login{wanted}: check the URL"


def _not_built(_requirement: Requirement, output: str) -> str:
    signs = ("metadata-generation-failed", "Failed building wheel", "subprocess-exited-with-error")
    if not any(sign in output for sign in signs):
        return ""
    return (
        f"There is no wheel for Python {platform.python_version()} on this platform, and building "
        "it from source failed: another version may have one"
    )


def _other_name(requirement: Requirement, _output: str) -> str:
    name = requirement.name or ""
    known = listed(name)
    if not known or canonicalize_name(name) in map(canonicalize_name, known):
        return ""
    return f"The module {name} comes from {known[0]}: `# pip: {known[0]}`"


def _no_such_version(requirement: Requirement, output: str) -> str:
    """The versions nearest to the one asked for."""
    found = list(_VERSIONS.finditer(output))
    listed = [name.strip() for name in found[-1]["versions"].split(",")] if found else []
    if not listed or listed == ["none"]:
        return ""
    names = [name for name in listed if not _version(name).is_prerelease] or listed
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
    installed = (found.name for found in index.distributions())
    names = {*DISTRIBUTIONS.values(), *PARTS.values(), *installed}
    near = difflib.get_close_matches(requirement.name, names, 1, 0.8)
    if near and near[0] != requirement.name:
        return f"Did you mean {near[0]}?"
    return "The index has no distribution of this name for this Python: check the spelling"


_HINTS: tuple[Callable[[Requirement, str], str], ...] = (
    _unreachable,
    _hash,
    _corrupt,
    _disk,
    _repository,
    _other_name,
    _not_built,
    _no_such_version,
    _no_such_name,
)
