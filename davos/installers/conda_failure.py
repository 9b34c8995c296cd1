"""Why an installation with py-rattler failed, in one sentence, and what usually helps."""

from __future__ import annotations

import platform
import re
import signal
from typing import TYPE_CHECKING, Any, Iterable, Mapping, NamedTuple

from davos.credentials import masked
from davos.program_output import readable_lines

if TYPE_CHECKING:
    from davos.onion.comment import Requirement

__all__ = ["explain", "reason_of"]

_UNTRUSTED = "its certificate is not trusted; ssl_verify in .condarc names what is"
_KILLED = getattr(signal, "SIGKILL", 9)  # Windows has no such signal
_MOST_VERSIONS = 3
_LINE = re.compile(r"^(?P<bars>[│├└─\s]*)(?P<words>.*)$")
_NEEDS = re.compile(r"(?P<by>\S+ \S+)(?: \| .+)? would require")
_REQUIRED = re.compile(
    r"(?P<required>\S+?(?: \S+?)*?)(?:, which|, for which)? (?:can|cannot|no candidates) "
)
_CONSTRAINT = re.compile(r"the constraint (?P<required>.+?) cannot be fulfilled")
_SPEC = re.compile(r"(?:.*::)?(?P<name>[\w.-]+)\[version='(?P<versions>[^']+)'.*\]")


class _Side(NamedTuple):
    """One side of a contradiction: what is asked for, and by what (empty: by the user)."""

    required: str
    by: str = ""

    @property
    def name(self) -> str:
        """The package that is asked for."""
        return self.required.partition(" ")[0]

    def __str__(self) -> str:
        required = self.required.removesuffix(" *")
        return f"{self.by} needs {required}" if self.by else f"{required} is asked for"


def explain(
    requirement: Requirement, status: int, event: Mapping[str, Any], channels: list[str]
) -> str:
    """What failed and why; `event` is the last one of the process."""
    shown = requirement.shown
    reason = reason_of(requirement, status, event, channels)
    if event.get("event") != "failed":
        return f"the installation of {shown} with {reason}"
    return masked(f"cannot install {shown}: {reason}")


def reason_of(
    requirement: Requirement, status: int, event: Mapping[str, Any], channels: list[str]
) -> str:
    """Why it failed, without what it was."""
    if event.get("event") != "failed":
        how = f"ended by signal {-status}" if status < 0 else f"exit status {status}"
        hint = "; the system does that when memory runs out" if status == -_KILLED else ""
        return f"py-rattler broke off ({how}{hint})"
    reason = _REASONS.get(str(event.get("kind")), _other)
    return masked(reason(event, requirement, channels))


def _names(channels: list[str]) -> str:
    return ", ".join(map(masked, channels)) or "no channel"


def _hash(event: Mapping[str, Any], _requirement: Requirement, channels: list[str]) -> str:
    source = "its channel" if channels else "the lock"
    return (
        f"{event['package']} is not the file that {source} names: its sha256 is "
        f"{event['found']}, and {source} has {event['expected']}; do not trust it "
        f"({event['url']})"
    )


def _pin(event: Mapping[str, Any], _requirement: Requirement, _channels: list[str]) -> str:
    return (
        f"the pin {event['pin']!r} cannot be read ({_brief(event['message'])}): mend "
        "pinned_packages in .condarc, or the environment's conda-meta/pinned; --no-pin ignores both"
    )


def _no_digest(event: Mapping[str, Any], _requirement: Requirement, _channels: list[str]) -> str:
    return f"its channel gives no sha256 of {event['package']}, so it cannot be checked"


def _offline(event: Mapping[str, Any], _requirement: Requirement, _channels: list[str]) -> str:
    package = event["package"]
    return f"{package} is not in the cache, and --offline (or .condarc) forbids to fetch it"


def _download(event: Mapping[str, Any], _requirement: Requirement, _channels: list[str]) -> str:
    return f"{event['url']} cannot be fetched ({_brief(event['message'])})"


def _channel(event: Mapping[str, Any], _requirement: Requirement, channels: list[str]) -> str:
    words = _brief(event["message"])
    found = next((one for one in channels if one in event["message"]), "")
    named = masked(found) or f"a channel ({_names(channels)})"
    hint = _UNTRUSTED if "certificate" in words else "check its name and the network"
    return f"{named} cannot be read: {hint} ({words})"


def _unsolvable(event: Mapping[str, Any], requirement: Requirement, channels: list[str]) -> str:
    message = event["message"].partition("because of:")[2].strip() or event["message"]
    asked = requirement.name or requirement.text
    if not event["known"] and f"candidates were found for {asked} " in f"{message} ":
        near = " or ".join(event["near"])
        hint = f"; did you mean {near}?" if near else ""
        return f"no channel has a package of this name for this platform ({_names(channels)}){hint}"
    if message.startswith("No candidates were found for"):
        wanted = message.removeprefix("No candidates were found for").strip(" .\n")
        has = event["versions"][-_MOST_VERSIONS:] if wanted.startswith(f"{asked} ") else []
        hint = f"; newest versions: {', '.join(has)}" if has else ""
        return f"no channel has {wanted} ({_names(channels)}){hint}"
    reason = contradiction(message, event["asked"]) or _other_python(message) or _lacking(message)
    return reason or _brief(message)


def _lacking(message: str) -> str:
    """One sentence for a package that needs another machine; empty if the tree names none."""
    found = next((side for side in _sides(message) if side.name.startswith("__")), None)
    return f"{found}, which this machine does not have" if found else ""


def contradiction(message: str, asked: Iterable[str] = ()) -> str:
    """One sentence that names both sides, from the solver's tree; empty if there are not two.

    `asked` are match specifications of the request: the tree does not always name both.
    """
    sides = list(dict.fromkeys(_sides(message)))
    given = [_Side(_SPEC.sub(r"\g<name> \g<versions>", spec)) for spec in asked]
    pairs = [
        *((one, other) for at, one in enumerate(sides) for other in sides[at + 1 :]),
        *((one, other) for one in sides if one.by for other in given),
    ]
    for one, other in pairs:
        if one.name == other.name and one.required != other.required and " " in other.required:
            return f"{one}, but {other}"
    return ""


def _other_python(message: str) -> str:
    """What needs another Python than the running one, which is never replaced; or empty text."""
    found = next((one for one in _sides(message) if one.by and one.name == "python"), None)
    return f"{found}, but Python {platform.python_version()} is running" if found else ""


def _sides(message: str) -> list[_Side]:
    """What packages need, then what cannot be fulfilled of what is asked for."""
    by, needed, asked = "", [], []
    for line in readable_lines(message):
        found = _LINE.match(line)
        words = found["words"] if found else ""
        needs, constraint = _NEEDS.match(words), _CONSTRAINT.match(words)
        required = _REQUIRED.match(f"{words} ")
        if constraint:
            asked.append(_Side(constraint["required"]))
        elif required and by:
            needed.append(_Side(required["required"], by))
        elif required and not line.startswith((" ", "│")):
            asked.append(_Side(required["required"]))
        by = needs["by"] if needs else ""
    return [*needed, *asked]


def _brief(message: str) -> str:
    """The solver's or the network's own words on one line."""
    lines = [_LINE.sub(r"\g<words>", line).strip() for line in readable_lines(message)]
    text = "; ".join(dict.fromkeys(filter(None, lines)))
    if len(text) <= _LONGEST:
        return text
    return f"{text[: _LONGEST // 2]} ... {text[-_LONGEST // 2 :]}"


def _contents(event: Mapping[str, Any], _requirement: Requirement, _channels: list[str]) -> str:
    if event["path"] is None:
        return f"{event['package']} cannot be read ({_brief(event['message'])})"
    return f"{event['package']} has a file that leads out of the environment: {event['path']!r}"


def _file_name(event: Mapping[str, Any], _requirement: Requirement, _channels: list[str]) -> str:
    return f"its channel has a package whose name is no file's: {event['package']!r}"


def _link(event: Mapping[str, Any], _requirement: Requirement, _channels: list[str]) -> str:
    return f"its files cannot be linked ({_brief(event['message'])})"


def _machine(event: Mapping[str, Any], _requirement: Requirement, _channels: list[str]) -> str:
    return (
        f"{event['package']} needs {event['needs']}, and this machine has {event['found']}: the "
        "lock is for another one, lock it again here (`davos lock`)"
    )


def _other(event: Mapping[str, Any], _requirement: Requirement, _channels: list[str]) -> str:
    return _brief(str(event.get("message", "")))


_LONGEST = 320  # characters
_REASONS = {
    "channel": _channel,
    "contents": _contents,
    "download": _download,
    "file name": _file_name,
    "hash": _hash,
    "link": _link,
    "machine": _machine,
    "no digest": _no_digest,
    "offline": _offline,
    "pin": _pin,
    "unsolvable": _unsolvable,
}
