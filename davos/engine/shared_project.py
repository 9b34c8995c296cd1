"""What a statement asks for when another process has changed the project meanwhile.

What this session asked for of the changed distributions still holds: it is installed again. What it
did not care about is taken as it is on disk. Either way the user is told, with both versions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, AbstractSet, Sequence

from davos.distributions.index import distributions_providing
from davos.engine.call_site import warn
from davos.engine.project_changes import ProjectChanges
from davos.engine.screen import place_of
from davos.environments.requirement_check import contains
from davos.onion.validator import validate_text

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.distributions.distribution import Distribution
    from davos.engine.look import Look
    from davos.engine.replacement import LoadedVersions
    from davos.engine.session_requirements import Entry, SessionRequirements
    from davos.environments.search_path import Generation
    from davos.onion.comment import Onion, Requirement

__all__ = ["SharedProject"]


class SharedProject:
    """The project of a session, which other processes may change."""

    def __init__(
        self, settings: Config, requirements: SessionRequirements, loaded: LoadedVersions
    ) -> None:
        """Keep what the session asked for, and which versions it has loaded."""
        self._settings = settings
        self._requirements = requirements
        self._loaded = loaded
        self._changes = ProjectChanges(loaded)

    @property
    def stamp(self) -> Generation:
        """The generation of the project at the last look; see `search_path.generation`."""
        return self._changes.stamp

    def look(self, own: Sequence[Distribution] = ()) -> None:
        """Note what is in the project now; `own` is what this session has just changed."""
        self._changes.look(self._settings.project, own)

    def again(self, part: str) -> Onion | None:
        """What a statement without an onion comment asks for, if its distribution is outdated.

        The onion comment of the session for that distribution, else the distribution itself.
        """
        self._tell()
        if not self._changes.outdated():
            return None
        asked = next(iter(distributions_providing(part)), None)
        if asked is None or not self._changes.outdated_of(asked):
            return None
        entry = self._requirements.of(asked.name)
        known = None if entry is None else entry.onion
        return known or validate_text("pip", asked.name)

    def with_session(self, found: Look) -> Look:
        """What was looked for, or what the session asked for where that is not there any more."""
        asked = found.verdict.distribution
        outdated = self._changes.outdated_of(asked)
        if asked is None or found.is_unmet or found.verdict.ignored:
            self._tell(outdated.keys())
            return found
        self._tell()
        broken = [entry for one in outdated.values() for entry in self._broken(one)]
        own = [entry for entry in broken if _is_of(entry, asked)]
        if own and not _allows(found.onion.requirement, own[0].version):
            broken.remove(own[0])  # the statement asks for something else now
            own = []
        wanted = found.wanted
        if own:
            wanted = replace(wanted, requirement=_both(wanted.requirement, own[0].requirement))
        return found._replace(wanted=wanted, forced=True) if broken else found

    def stale(
        self, found: Sequence[Distribution], asked: Distribution | None
    ) -> tuple[Sequence[Distribution], Sequence[Distribution]]:
        """Some stale distributions with the outdated ones of what was asked for; the latter."""
        return self._changes.stale(found, asked), list(self._changes.outdated_of(asked).values())

    def _broken(self, there: Distribution) -> list[Entry]:
        """The session's requirement that what is on disk now does not satisfy."""
        entry = self._requirements.of(there.name)
        return (
            [entry] if entry is not None and not _allows(entry.requirement, there.version) else []
        )

    def _tell(self, besides: AbstractSet[str] = frozenset()) -> None:
        """Warn of what is loaded in another version than is in the project now, once.

        Not of what the statement itself replaces (`besides`).
        """
        for name, there in self._changes.unsaid(besides).items():
            broken = self._broken(there)
            what = f"installs {broken[0].requirement.shown} again" if broken else "uses that one"
            warn(
                f"another process changed {place_of(self._settings.project)}: it has {there.name} "
                f"{there.version}, while {self._loaded.versions[name]} is loaded here; "
                f"a smuggle of {there.name} {what}"
            )


def _is_of(entry: Entry, distribution: Distribution) -> bool:
    return entry.name == distribution.name


def _allows(requirement: Requirement, version: str) -> bool:
    """Whether a version may be what a requirement asks for; a URL or a path names another one."""
    if requirement.url or requirement.path:
        return False
    return contains(requirement.specifier, version) is not False


def _both(requirement: Requirement, earlier: Requirement) -> Requirement:
    """A requirement together with the session's earlier one for the same distribution."""
    if earlier.url or earlier.path:
        return earlier
    if requirement.match_spec or earlier.match_spec:
        of_conda = requirement.match_spec and earlier.match_spec
        return earlier if of_conda else requirement
    specifier = ",".join(filter(None, (earlier.specifier, requirement.specifier)))
    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    marker = f";{requirement.marker}" if requirement.marker else ""
    text = f"{requirement.name}{extras}{specifier}{marker}"
    return requirement._replace(text=text, specifier=specifier)
