"""What the onions of this session asked for: no later one silently changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from davos.onion.comment import Requirement

__all__ = ["Entry", "Ledger", "source_of"]


@dataclass(frozen=True)
class Entry:
    """A distribution that an onion asked for, and how it was met; `module` was smuggled."""

    name: str
    version: str
    requirement: Requirement
    module: str = ""

    @property
    def constraint(self) -> str | None:
        """A line for pip's constraints file, None if any version would do.

        A constraint has a name and a specifier only (pip's documentation,
        "Constraints Files"); for what came from a URL, a repository or a folder it
        is the version that was built, so that it is not fetched again.
        """
        if self.requirement.url or self.requirement.path:
            return f"{self.name}=={self.version}"
        specifier = self.requirement.specifier
        return f"{self.name}{specifier}" if specifier else None


class Ledger:
    """The latest onion of each distribution, in the order in which they ran."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def record(self, name: str, version: str, requirement: Requirement, module: str = "") -> None:
        """Note that a requirement was met; it replaces the distribution's older one."""
        key = canonicalize_name(name)
        self._entries.pop(key, None)
        self._entries[key] = Entry(name, version, requirement, module)

    def others(self, requirement: Requirement, module: str = "") -> Iterator[Entry]:
        """The entries that bind an onion: all but that of its own distribution.

        A requirement without a name is taken for the distribution that `module`, which is
        being smuggled, came from so far.
        """
        own = canonicalize_name(requirement.name) if requirement.name else None
        for key, entry in self._entries.items():
            same = key == own if own else module and entry.module == module
            if not same and not _same_source(entry.requirement, requirement):
                yield entry

    def constraints(self, requirement: Requirement, module: str = "") -> list[str]:
        """Lines of a constraints file for the installation of a requirement."""
        lines = (entry.constraint for entry in self.others(requirement, module))
        return [line for line in lines if line is not None]

    def contradicting(self, requirement: Requirement, output: str, module: str = "") -> list[Entry]:
        """The entries that an installer's failing output names as part of the conflict."""
        text = canonicalize_name(output)
        return [
            entry
            for entry in self.others(requirement, module)
            if entry.constraint is not None and canonicalize_name(entry.constraint) in text
        ]


def source_of(requirement: Requirement) -> str:
    """What tells a requirement without a name from others: its folder or repository."""
    return requirement.path or _repository(requirement.url or "")


def _same_source(one: Requirement, other: Requirement) -> bool:
    """Whether two nameless requirements mean the same folder or repository."""
    if one.path or other.path:
        return one.path == other.path
    return bool(one.url and other.url and _repository(one.url) == _repository(other.url))


def _repository(url: str) -> str:
    base = url.partition("#")[0]
    head, at, ref = base.rpartition("@")
    return head if at and "/" not in ref else base
