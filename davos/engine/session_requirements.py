"""The requirements of this session's onion comments: constraints of every later install."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator, Sequence

from packaging.utils import canonicalize_name

from davos.environments.requirement_check import bare_url

if TYPE_CHECKING:
    from davos.onion.comment import Requirement

__all__ = ["Constraints", "Entry", "SessionRequirements", "source_of"]


@dataclass(frozen=True)
class Entry:
    """A requirement, the distribution that satisfies it, and the module that was smuggled."""

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


class SessionRequirements:
    """The latest requirement for each distribution, in the order in which they ran."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def record(self, name: str, version: str, requirement: Requirement, module: str = "") -> None:
        """Add a requirement that is satisfied; it replaces the distribution's older one."""
        key = canonicalize_name(name)
        self._entries.pop(key, None)
        self._entries[key] = Entry(name, version, requirement, module)

    def others(self, requirement: Requirement, module: str = "") -> Iterator[Entry]:
        """The entries that constrain a requirement: all but that of its own distribution.

        A requirement without a name is taken for the distribution that `module`, which is
        being smuggled, came from so far.
        """
        own = canonicalize_name(requirement.name) if requirement.name else None
        for key, entry in self._entries.items():
            same = key == own if own else module and entry.module == module
            if not same and not _same_source(entry.requirement, requirement):
                yield entry

    def constraints(
        self, requirement: Requirement, module: str = "", pins: Sequence[str] = ()
    ) -> Constraints:
        """What the installation of a requirement must not change; `pins` is added to it."""
        others = self.others(requirement, module)
        return Constraints([entry for entry in others if entry.constraint is not None], pins)


@dataclass(frozen=True)
class Constraints:
    """What an installation must not change: requirements of the session, and pins."""

    earlier: Sequence[Entry]
    pins: Sequence[str] = ()

    @property
    def lines(self) -> list[str]:
        """Lines of a constraints file (pip's documentation, "Constraints Files")."""
        return [*(entry.constraint for entry in self.earlier if entry.constraint), *self.pins]

    def contradicting(self, output: str) -> list[Entry]:
        """The requirements that an installer's failing output names as part of the conflict."""
        text = canonicalize_name(output)
        return [
            entry
            for entry in self.earlier
            if entry.constraint is not None and canonicalize_name(entry.constraint) in text
        ]


def source_of(requirement: Requirement) -> str:
    """What distinguishes a requirement without a name: its folder or its repository."""
    return requirement.path or bare_url(requirement.url or "")


def _same_source(one: Requirement, other: Requirement) -> bool:
    """Whether two requirements without a name mean the same folder or repository."""
    if one.path or other.path:
        return one.path == other.path
    return bool(one.url and other.url and bare_url(one.url) == bare_url(other.url))
