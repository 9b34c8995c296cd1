"""conda's half of a lock: what a document asks of conda, solved at once.

What pip is asked for limits what conda brings along; `davos.resolution.conda_beside_pip` has the
other half resolved for what conda provides.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping, Sequence

from packaging.utils import canonicalize_name

from davos.environments.requires_dist import matches
from davos.exceptions import InstallerError, LockError
from davos.installers.conda_channels import is_folder
from davos.installers.conda_locked import current_subdir
from davos.installers.conda_solving import Solving, solved
from davos.onion.match_spec import cannot_both_hold
from davos.resolution.conda_lock import locked_packages
from davos.resolution.lock_request import left_out, shared_options
from davos.resolution.lock_run import absolute, is_mentioned

if TYPE_CHECKING:
    from pathlib import Path

    from davos.onion.comment import Requirement
    from davos.resolution.asked import Asked
    from davos.resolution.lock_document import Lock

__all__ = ["CondaHalf", "CondaRun", "Solver", "make_half", "select_conda"]

Solver = Callable[[Solving], Sequence[Mapping[str, Any]]]
_EMPTY = ("constrains", "noarch", "size")


@dataclass(frozen=True)
class CondaRun:
    """What is solved: the statements for conda, limited by those for pip.

    `python` is the minor version that the lock is for, `folder` the document's, `cutoff` the
    moment after which nothing was published that is taken. The packages of the lock `before` are
    kept where they fit, apart from those of `upgrade_packages`.
    """

    asked: Sequence[Asked]
    besides: Sequence[Asked]
    python: str
    folder: Path
    cutoff: str | None = None
    before: Lock | None = None
    upgrade_packages: Sequence[str] = ()


@dataclass(frozen=True)
class CondaHalf:
    """The entries of `[[tool.davos.conda]]`, and the platform that they are for."""

    entries: Sequence[dict[str, Any]] = ()
    platform: str | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What the table `[tool.davos]` says of it."""
        if not self.entries:
            return {}
        return {"conda-platform": self.platform, "conda": list(self.entries)}


def select_conda(asked: Sequence[Asked]) -> tuple[list[Asked], list[str]]:
    """The statements for conda that are solved together, and notes about those that are not.

    Of two that name versions of a package that exclude each other, the first top-level one counts.
    """
    wanted = [one for one in asked if one.is_of_conda]
    kept: list[Asked] = []
    notes = []
    for one in sorted(wanted, key=lambda one: not one.top_level):
        against = next((other for other in kept if _exclude_each_other(one, other)), None)
        if against is None:
            kept.append(one)
        else:
            notes.append(left_out(one, against))
    return [one for one in wanted if one in kept], notes


def _exclude_each_other(one: Asked, other: Asked) -> bool:
    first, second = one.requirement.match_spec, other.requirement.match_spec
    return first is not None and second is not None and cannot_both_hold(first, second)


def make_half(run: CondaRun, solve: Solver = solved) -> CondaHalf:
    """The packages for what is asked; raises `LockError`, which names the statements."""
    if not run.asked:
        return CondaHalf()
    here = "{}.{}".format(*sys.version_info)
    if run.python != here:
        message = (
            f"packages of conda are solved for the Python that runs davos, which is {here}; the "
            f"lock is for Python {run.python}: run davos with that one, or give "
            f"--python-version {here}"
        )
        raise LockError(message)
    try:
        found = solve(_solving(run))
    except InstallerError as error:
        raise _failed(run, str(error)) from error
    requested = _requested(run.asked)
    entries = [_entry(one, requested) for one in sorted(found, key=lambda one: one["name"])]
    return CondaHalf(entries, current_subdir())


def _solving(run: CondaRun) -> Solving:
    options = shared_options(run.asked)
    if "channel" in options:
        options["channel"] = [_from_root(one, run.folder) for one in options["channel"]]
    limits = list(filter(None, (_limit(one.requirement) for one in run.besides)))
    requirements = [one.requirement for one in run.asked]
    return Solving(requirements, options, limits, run.cutoff, list(_kept(run)))


def _limit(requirement: Requirement) -> str:
    """What a statement for pip limits conda to, as a line; empty for nothing on this machine."""
    if not (requirement.name and requirement.specifier):
        return ""
    applies = not requirement.marker or matches(requirement.marker, "")
    return f"{requirement.name}{requirement.specifier}" if applies else ""


def _from_root(channel: str, folder: Path) -> str:
    """A channel that is a folder begins in the document's."""
    return absolute(channel, folder) if is_folder(channel) else channel


def _kept(run: CondaRun) -> Iterator[tuple[str, str, str, str]]:
    """What an earlier lock has and is not to be upgraded."""
    if run.before is None:
        return
    upgraded = {canonicalize_name(name) for name in run.upgrade_packages}
    for one in locked_packages(run.before):
        if not {one.name, canonicalize_name(one.package)} & upgraded:
            yield one.package, one.version or "", one.build, one.sha256


def _requested(asked: Sequence[Asked]) -> dict[str, str]:
    """The specification of the first statement that asks for a package, by its name."""
    specs = [one.requirement.match_spec for one in reversed(asked)]
    return {spec.name: spec.canonical for spec in specs if spec is not None}


def _entry(package: Mapping[str, Any], requested: Mapping[str, str]) -> dict[str, Any]:
    """A package as it stands in a lock; raises `LockError` for one without a digest."""
    made = {key.replace("_", "-"): value for key, value in package.items()}
    name = made["name"]
    if not made.get("sha256"):
        message = f"{name} {made['version']} cannot be locked: its channel gives no sha256 of it"
        raise LockError(message)
    made = {key: value for key, value in made.items() if value or key not in _EMPTY}
    return {**made, "requested": requested[name]} if name in requested else made


def _failed(run: CondaRun, reason: str) -> LockError:
    lines = [f"the packages of conda cannot be solved: {reason}"]
    about = reason.partition("; did you mean ")[0]
    both = [(one.requirement.name, one) for one in (*run.asked, *run.besides)]
    named = [one for name, one in both if name and is_mentioned(name, about)]
    return LockError("\n".join([*lines, *(f"  {one.shown}" for one in named or run.asked[:1])]))
