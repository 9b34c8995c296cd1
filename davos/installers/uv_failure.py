"""Why uv failed, in one sentence, and what usually helps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from davos.installers.pip_failure import CROSS, failure

if TYPE_CHECKING:
    from davos.onion.comment import Onion

__all__ = ["explain", "is_final"]

# What uv says, and what pip says of the same, from which `pip_failure` knows what helps.
_SIGNS = (
    (
        r"was not found in the (?:package registry|provided package)",
        "No matching distribution found",
    ),
    (r"Hash mismatch for", "DO NOT MATCH THE HASHES"),
    (r"error sending request|dns error|network connectivity is disabled", "Connection refused"),
    (r"HTTP status server error", "500 Server Error"),
    (r"Failed to build|build backend returned an error", "metadata-generation-failed"),
    (r"Git operation failed", "did not find branch or tag"),
    (
        r"Failed to extract|[Ii]nvalid zip|wheel is invalid|CRC|has an invalid package format",
        "BadZipFile",
    ),
)
# What pip's hints name, and what it is for a program that reads no configuration of pip's.
_OWN_CACHE = {"`pip cache purge`": "`uv cache clean`"}
_OWN_SETTINGS = {
    "`pip config list`": "the index (`--default-index`, or `UV_DEFAULT_INDEX`; davos has uv read "
    "no configuration file)"
}
_CAUSE = re.compile(r"(?:cause: |[╰├]─▶ )(?P<words>.*)")
_ERROR = re.compile(rf"(?:error: |\s*{CROSS} )(?P<words>.*)")
# A second installer would fail for the same reason, or must not be asked.
_FINAL = re.compile(
    r"Hash mismatch for|In `--require-hashes` mode|error sending request|HTTP status|"
    r"No space left on device"
)


def explain(onion: Onion, status: int, output: str) -> str:
    """What failed, how, uv's own words, and a suggestion if there is one."""
    signs = "\n".join([output, *(pips for uvs, pips in _SIGNS if re.search(uvs, output))])
    own = {**_OWN_CACHE, **(_OWN_SETTINGS if onion.installer == "uv" else {})}
    words = _words(output.splitlines())
    return failure("uv", onion.requirement, status, words, signs, instead=own)


def is_final(output: str) -> bool:
    """Whether pip could not do better where uv failed."""
    return _FINAL.search(output) is not None


def _words(lines: list[str]) -> str:
    """The error, its first cause and its last, without the lines of a build."""
    at = next((at for at, line in enumerate(lines) if _ERROR.match(line)), None)
    if at is None:
        return lines[-1].strip() if lines else ""
    found = _ERROR.match(lines[at])
    causes = [" ".join(_first_cause(lines[at + 1 :])), *_last_cause(lines[at + 1 :])]
    parts = [found["words"] if found else "", *dict.fromkeys(causes)]
    return ": ".join(part.strip().rstrip(".:") for part in parts if part.strip())


def _last_cause(lines: list[str]) -> list[str]:
    """The last of several causes, which is the system's, as a refused connection."""
    causes = [found["words"].strip() for line in lines if (found := _CAUSE.search(line))]
    return causes[1:][-1:]


def _first_cause(lines: list[str]) -> Iterator[str]:
    started = False
    for line in lines:
        found = _CAUSE.search(line)
        if not line.strip() or (found and started):
            return
        started = started or found is not None
        yield (found["words"] if found else line).strip()
