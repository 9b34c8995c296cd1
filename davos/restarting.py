"""When a loaded module cannot be replaced: restart and rerun, go on without, or refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Sequence

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion

from davos.environments.base import find_distribution
from davos.exceptions import SmugglerError
from davos.reload.rerun import Choice, choose
from davos.statement import warn

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.environments.distribution import Distribution
    from davos.onion.comment import Onion, Requirement
    from davos.reload.plan import ReloadPlan
    from davos.reload.rerun import Restarter

__all__ = ["Restarting", "agrees"]


class Restarting:
    """Decides about restarts for one session, and knows the pins of the last one."""

    def __init__(self, restarter: Restarter, settings: Config) -> None:
        self._restarter = restarter
        self._settings = settings
        # What the user chose to go on without: distributions and versions.
        self._declined: set[tuple[str, str]] = set()

    def pinned(self, requirement: Requirement) -> Distribution | None:
        """The installed distribution that a pin prefers to what an onion requires."""
        if not requirement.name or not self._restarter.pins_hold:
            return None
        found = find_distribution(requirement.name)
        if found is None:
            return None
        pin = self._restarter.carried.pins.get(found.normalized_name)
        return found if pin == found.version else None

    def constraints(self) -> list[str]:
        """Lines of a constraints file: while pins hold, no install changes what they name."""
        if not self._restarter.pins_hold:
            return []
        return [f"{name}=={version}" for name, version in self._restarter.carried.pins.items()]

    def reach(self, onion: Onion) -> None:
        """End the pins at the statement that asked for the restart."""
        restarter = self._restarter
        if restarter.pins_hold and not restarter.replaying:
            places = restarter.carried.places
            if places and places[-1] == restarter.place(onion.text):
                restarter.let_go()

    def meet(
        self,
        onion: Onion,
        changed: Sequence[Distribution],
        plan: ReloadPlan,
        note: str,
    ) -> None:
        """Do what the user wants about modules that cannot be replaced.

        Returns if the loaded version is to stay, with a warning; restarts, and then does
        not return; or raises SmugglerError.
        """
        key = {(dist.normalized_name, dist.version) for dist in changed}
        message = _message(changed, plan)
        if key <= self._declined:
            return
        obstacle = self._restarter.obstacle()
        choice = choose(
            possible=obstacle is None,
            auto_rerun=self._settings.auto_rerun,
            noninteractive=self._settings.noninteractive,
        )
        if choice is Choice.REFUSE:
            raise _refusal(message, obstacle, noninteractive=self._settings.noninteractive)
        if choice is Choice.ASK:
            answer = self._restarter.offer(message)
            if answer is None:
                raise _refusal(message, None, noninteractive=False)
            if not answer:
                self._declined |= key
                warn(_partly(changed))
                return
        self._restart(onion, changed, message, note)

    def _restart(
        self,
        onion: Onion,
        changed: Sequence[Distribution],
        message: str,
        note: str,
    ) -> NoReturn:
        restarter = self._restarter
        if restarter.replaying:
            raise SmugglerError(f"{message} It was to be replaced while the rest ran again.")
        pins = {dist.normalized_name: dist.version for dist in changed}
        words = "" if self._settings.suppress_stdout else note
        rerun = restarter.carried.then(pins, restarter.place(onion.text), words)
        if rerun is None:
            raise SmugglerError(
                f"{message} Restarting does not help: {onion.text!r} asked for it once already, "
                "and what runs before asks for another version again",
            )
        try:
            restarter.go(rerun)
        except OSError as error:
            raise SmugglerError(f"{message} Restarting failed: {error}") from error


def agrees(requirement: Requirement, version: str) -> bool:
    """Whether a version, pinned or not, is one that a requirement asks for."""
    try:
        return SpecifierSet(requirement.specifier or "").contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):  # pip found the two to agree, by older rules
        return True


def _message(changed: Sequence[Distribution], plan: ReloadPlan) -> str:
    names = ", ".join(f"{dist.name} {dist.version}" for dist in changed)
    more = f" and {len(plan.stuck) - 1} more" if len(plan.stuck) > 1 else ""
    return (
        f"{names} is installed, but another version is loaded, and Python cannot replace its "
        f"compiled modules ({plan.stuck[0]}{more})."
    )


def _refusal(message: str, obstacle: str | None, *, noninteractive: bool) -> SmugglerError:
    stays = "The loaded version stays in memory:"
    if obstacle is not None:
        return SmugglerError(f"{message} {stays} {obstacle}")
    why = "davos.config.noninteractive is on" if noninteractive else "nobody can be asked here"
    return SmugglerError(
        f"{message} {stays} restart and run everything again to use the new one, or set "
        f"davos.config.auto_rerun = True to have davos do that ({why})",
    )


def _partly(changed: Sequence[Distribution]) -> str:
    names = ", ".join(f"{dist.name} {dist.version}" for dist in changed)
    return (
        f"{names} is only partly reloaded: it is on disk, and the version from before stays in "
        "memory until the next restart"
    )
