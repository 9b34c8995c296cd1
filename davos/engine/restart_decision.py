"""When a loaded module cannot be replaced: restart and rerun, continue without, or refuse."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Mapping, NamedTuple, NoReturn, Sequence

from packaging.utils import canonicalize_name

from davos.credentials import masked
from davos.distributions.index import find_distribution
from davos.engine.call_site import warn
from davos.engine.rerun import Choice, choose
from davos.engine.session_requirements import source_of
from davos.environments import extra_site_folders
from davos.exceptions import RestartNeededError, SmugglerError

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.distributions.distribution import Distribution
    from davos.engine.rerun import Restarter
    from davos.onion.comment import Onion, Requirement

__all__ = ["Change", "Restarts"]

_ALL_THERE = (
    "What was defined is still there, and the loaded version stays in memory: restart and run "
    "everything again to use the new one"
)


class Change(NamedTuple):
    """What is on disk now, and cannot all be loaded.

    `asked`: what the onion names; `changed`: what is new besides; `stuck`: those with the
    compiled `modules` that cannot be replaced; `note`: what was installed, for the user;
    `loaded`: the versions that are loaded, by normalised name, as far as they are known.
    """

    asked: Distribution | None
    changed: Sequence[Distribution]
    stuck: Sequence[Distribution]
    modules: Sequence[str]
    note: str
    loaded: Mapping[str, str] = MappingProxyType({})

    @property
    def versions(self) -> dict[str, str]:
        """The versions on disk, by normalised name."""
        found = [*self.changed, *self.stuck, *([self.asked] if self.asked else [])]
        return {dist.normalized_name: dist.version for dist in found}


class Restarts:
    """Decides about restarts of one session; has the pins of the last one."""

    def __init__(self, restarter: Restarter, settings: Config) -> None:
        self._restarter = restarter
        self._settings = settings
        # Versions on disk that the user chose to continue without, by distribution.
        self._declined: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def pinned(self, requirement: Requirement) -> Distribution | None:
        """The installed distribution that a pin prefers to what an onion requires."""
        if not self._restarter.pins_hold:
            return None
        carried = self._restarter.carried
        name = requirement.name or carried.names.get(source_of(requirement))
        pin = carried.pins.get(canonicalize_name(name)) if name else None
        if not name or pin is None:
            return None
        if carried.folder:
            extra_site_folders.move_first(carried.folder)
        found = find_distribution(name)
        return found if found is not None and found.version == pin else None

    def repinned(self, onion: Onion) -> Onion:
        """What to install where a pin holds and is not there any more: the pinned version."""
        requirement = onion.requirement
        pin = self._pins.get(canonicalize_name(requirement.name or ""))
        if pin is None or requirement.url or requirement.path or "hash" in onion.options:
            return onion
        text = requirement.pinned(pin)
        asked = requirement._replace(text=text, specifier=f"=={pin}")
        if requirement.match_spec is not None:
            from davos.onion.match_spec import read_match_spec  # noqa: PLC0415 - for few onions

            asked = asked._replace(match_spec=read_match_spec(text))
        return replace(onion, requirement=asked)

    def constraints(self) -> list[str]:
        """Lines of a constraints file: while pins hold, no install changes what they name."""
        return [f"{name}=={version}" for name, version in self._pins.items()]

    @property
    def _pins(self) -> Mapping[str, str]:
        """The pins that hold where the next install goes."""
        carried = self._restarter.carried
        here = self._restarter.pins_hold and carried.folder == self._folder
        return carried.pins if here else {}

    def note(self, requirement: Requirement, asked: Distribution) -> None:
        """Remember which distribution a requirement without a name turned out to mean."""
        if not requirement.name:
            self._names[source_of(requirement)] = asked.normalized_name

    def reach(self, onion: Onion) -> None:
        """End the pins at the statement that asked for the restart."""
        restarter = self._restarter
        if restarter.pins_hold and not restarter.replaying:
            places = restarter.carried.places
            if places and places[-1] == restarter.place(masked(onion.text)):
                restarter.let_go()

    def decide(self, onion: Onion, change: Change) -> None:
        """Restart, or continue without, as the settings or the user say.

        Returns if the loaded version is to stay, with a warning; restarts, and then does
        not return; or raises SmugglerError.
        """
        message = _message(change)
        if self._restarter.replaying:
            raise SmugglerError(f"{message} It was to be replaced while the rest ran again.")
        if self._is_own(change, message) or self._is_declined(change):
            return
        obstacle = self._restarter.obstacle()
        choice = choose(
            possible=obstacle is None,
            auto_rerun=self._settings.auto_rerun,
            noninteractive=self._settings.noninteractive,
        )
        if choice is Choice.REFUSE:
            raise _refusal(message, obstacle, noninteractive=self._settings.noninteractive)
        answer = self._restarter.offer(message) if choice is Choice.ASK else True
        if answer is None:
            raise _refusal(message, None, noninteractive=False)
        if not answer:
            self._declined.update(change.versions)
            warn(_stays_active(change))
            return
        self._restart(onion, change, message)

    def _is_own(self, change: Change, message: str) -> bool:
        """Whether only packages of the interpreter are stuck, which a restart would not replace."""
        own = self._restarter.own_packages()
        stuck = {dist.normalized_name for dist in change.stuck}
        if change.asked is not None and change.asked.normalized_name in stuck & own:
            name = change.asked.name
            raise SmugglerError(f"{message} No restart would help: the kernel itself uses {name}")
        if not stuck <= own:
            return False
        warn(f"{message} The kernel itself uses it, so the loaded version stays in memory")
        return True

    def _is_declined(self, change: Change) -> bool:
        """Whether the user chose to continue without what is on disk now; then with a warning."""
        if self._settings.auto_rerun:
            return False
        stuck = {dist.normalized_name: dist.version for dist in change.stuck}
        anew = {dist.normalized_name for dist in change.changed} & stuck.keys()
        declined = not anew and stuck.items() <= self._declined.items()
        if declined:
            warn(_stays_active(change))
        return declined

    @property
    def _folder(self) -> str:
        project = self._settings.project
        return "" if project is None else str(project.site_packages_dir)

    def _place(self, onion: Onion, change: Change) -> str:
        """The folder that the pinned versions are in: with `--target` that one."""
        if change.asked is not None and not self._folder and "target" in onion.options:
            return str(change.asked.location)
        return self._folder

    def _restart(self, onion: Onion, change: Change, message: str) -> NoReturn:
        restarter = self._restarter
        if change.asked is not None:
            self.note(onion.requirement, change.asked)
        rerun = restarter.carried.then(
            restarter.place(masked(onion.text)),
            pins={**self._declined, **change.versions},
            folder=self._place(onion, change),
            names=self._names,
            note="" if self._settings.suppress_stdout else change.note,
        )
        if rerun is None:
            raise SmugglerError(
                f"{message} Restarting does not help: {masked(onion.text)!r} asked for it once "
                "already, and what runs before asks for another version again",
            )
        try:
            restarter.go(replace(rerun, what=_names(change)))
        except OSError as error:
            raise SmugglerError(f"{message} Restarting failed: {error}. {_ALL_THERE}") from error


def _message(change: Change) -> str:
    more = f" and {len(change.modules) - 1} more" if len(change.modules) > 1 else ""
    verb = "are" if len(change.stuck) > 1 else "is"
    return (
        f"{_names(change)} {verb} installed, but {_loaded(change)} {verb} loaded, and Python "
        f"cannot replace its compiled modules ({change.modules[0]}{more})."
    )


def _names(change: Change) -> str:
    return ", ".join(f"{dist.name} {dist.version}" for dist in change.stuck)


def _loaded(change: Change) -> str:
    """Which versions are loaded; of one distribution, the version alone."""
    pairs = [(dist, change.loaded.get(dist.normalized_name)) for dist in change.stuck]
    is_one = len(pairs) == 1
    if all(version == dist.version for dist, version in pairs):
        # of a build, or of a project that was deleted meanwhile
        return "another copy of that" if is_one else "other copies of them"
    if any(version in {None, dist.version} for dist, version in pairs):
        return "another version" if is_one else "other versions"
    if is_one:
        return str(pairs[0][1])
    return ", ".join(f"{dist.name} {version}" for dist, version in pairs)


def _refusal(message: str, obstacle: str | None, *, noninteractive: bool) -> RestartNeededError:
    stays = "The loaded version stays in memory:"
    if obstacle is not None:
        return RestartNeededError(message, f"{stays} {obstacle}")
    why = "davos.config.noninteractive is on" if noninteractive else "nobody can be asked here"
    return RestartNeededError(
        message,
        f"{stays} restart and run everything again to use the new one, or set "
        f"davos.config.auto_rerun = True to have davos do that ({why})",
    )


def _stays_active(change: Change) -> str:
    words = (
        "were installed, but the previously loaded versions stay active"
        if len(change.stuck) > 1
        else "was installed, but the previously loaded version stays active"
    )
    return f"{_names(change)} {words} until the next restart"
