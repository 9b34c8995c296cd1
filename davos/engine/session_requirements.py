"""The requirements of this session's onion comments: constraints of every later install."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, NamedTuple, Tuple

from packaging.utils import canonicalize_name

from davos.distributions.conda_names import held_names, pypi_name
from davos.environments.requirement_check import bare_url, contains

if TYPE_CHECKING:
    from davos.onion.comment import Onion, Requirement

__all__ = ["Entry", "SessionRequirements", "Wishes", "source_of"]

Wishes = Tuple["list[Onion]", "list[Requirement]"]
"""What an installation takes along where it can: onions that go into the same run, and
requirements that are tried as constraints."""


class Entry(NamedTuple):
    """A requirement, the distribution that satisfies it, and the module that was smuggled.

    `elsewhere` says that pip does not see it: it was installed into a folder (`--target`), or is
    a package of conda without a distribution;
    `onion` is the whole onion comment, where there was one.
    """

    name: str
    version: str
    requirement: Requirement
    module: str = ""
    elsewhere: bool = False
    onion: Onion | None = None

    @property
    def known_as(self) -> frozenset[str]:
        """The normalised names of the distribution: conda's `pytorch` is `torch`."""
        return _names(self.requirement) | {canonicalize_name(self.name)}

    @property
    def constraint(self) -> str | None:
        """A line for pip's constraints file, None if any version would do or pip knows of none.

        A constraint has a name and a specifier only (pip's documentation,
        "Constraints Files"); for what came from a URL, a repository or a folder it
        is the version that was built, so that it is not fetched again.
        """
        if self.requirement.url or self.requirement.path:
            return f"{self.name}=={self.version}"
        specifier, spec = self.requirement.specifier, self.requirement.match_spec
        if spec is not None and (spec.build or spec.channel or (spec.versions and not specifier)):
            # which only conda could find again, and pip could not read if it is `9e`
            exact = f"=={self.version}"
            return f"{self.name}{exact}" if contains(exact, self.version) else None
        return f"{self.name}{specifier}" if specifier else None

    @property
    def word(self) -> str:
        """The requirement as a word of the installer's command line, with its extras."""
        extras = f"[{','.join(self.requirement.extras)}]" if self.requirement.extras else ""
        return f"{self.name}{extras}{(self.constraint or self.name)[len(self.name) :]}"

    def word_for(self, installer: str) -> str | None:
        """The requirement for the run of an installer; None if it does not concern that one.

        conda sees what pip installed, and keeps to its versions as constraints; pip knows nothing
        of a package of conda that holds no distribution.
        """
        spec = self.requirement.match_spec
        if installer == "conda":
            return None if spec is None else spec.canonical
        return None if self.elsewhere else self.word


class SessionRequirements:
    """The latest requirement for each distribution, in the order in which they ran."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self.revision = 0
        """What is different after each change."""
        self.expected: Wishes | None = None
        """What is asked for next; None where the text of the running cell says so."""

    def record(self, entry: Entry) -> None:
        """Add a requirement that is satisfied; it replaces the distribution's older one."""
        key = canonicalize_name(entry.name)
        if self._entries.pop(key, None) != entry:
            self.revision += 1
            known, names = self._entries.items(), entry.known_as
            self._entries = {other: one for other, one in known if names.isdisjoint(one.known_as)}
        self._entries[key] = entry

    def clear(self) -> None:
        """Forget all of them."""
        self._entries.clear()
        self.revision += 1

    def of(self, name: str) -> Entry | None:
        """The requirement for a distribution, if the session asked for it."""
        return self._entries.get(canonicalize_name(name))

    def others(self, requirement: Requirement, module: str = "") -> Iterator[Entry]:
        """The entries that constrain a requirement: all but that of its own distribution.

        A requirement without a name is taken for the distribution that `module`, which is
        being smuggled, came from so far.
        """
        own = _names(requirement)
        for entry in self._entries.values():
            same = own & entry.known_as if own else module and entry.module == module
            if not same and not _same_source(entry.requirement, requirement):
                yield entry

    @property
    def entries(self) -> list[Entry]:
        """All of them, in the order in which they ran."""
        return list(self._entries.values())

    @property
    def names(self) -> frozenset[str]:
        """The normalised names of all distributions that the session asked for."""
        return frozenset(self._entries)


def _names(requirement: Requirement) -> frozenset[str]:
    """The normalised names that a requirement by name has, on PyPI and in conda's channels."""
    name = requirement.name
    if not name:
        return frozenset()
    if requirement.match_spec is None:
        return frozenset({canonicalize_name(name)})
    of_conda = (name, pypi_name(name), *held_names(name))
    return frozenset(map(canonicalize_name, of_conda))


def source_of(requirement: Requirement) -> str:
    """What distinguishes a requirement without a name: its folder or its repository."""
    return requirement.path or bare_url(requirement.url or "")


def _same_source(one: Requirement, other: Requirement) -> bool:
    """Whether two requirements without a name mean the same folder or repository."""
    if one.path or other.path:
        return one.path == other.path
    return bool(one.url and other.url and bare_url(one.url) == bare_url(other.url))
