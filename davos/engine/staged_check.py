"""Check: whether staged distributions may be committed into the project.

What a resolver cannot know is decided here, before anything of the project changes: the
requirements of all that the project and the session hold, and what the running interpreter
holds live objects of.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, AbstractSet, Mapping, NamedTuple, Sequence

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from davos.distributions.conda_packages import CondaPackage, conda_packages
from davos.environments.requirement_check import conflicts, contains
from davos.exceptions import SmugglerError

if TYPE_CHECKING:
    from pathlib import Path

    from davos.distributions.distribution import Distribution
    from davos.environments.project import Project
    from davos.environments.requirement_check import Conflict
    from davos.environments.staging import Staging

__all__ = ["Checks", "Review", "running_refusal"]


class Checks(NamedTuple):
    """What must hold before a commit.

    `running` are the distributions of which the running interpreter holds live objects, by
    normalised name; `session` the normalised names that the session asked for, and `pins` the
    constraint lines for those that have to stay. `locked` are the names of a lock that is being
    installed: what the project holds besides is not used any more.
    """

    running: Mapping[str, Distribution]
    session: AbstractSet[str]
    locked: AbstractSet[str] | None = None
    pins: Sequence[str] = ()

    def review(self, staging: Staging, project: Project) -> Review:
        """Hold what is staged against the project, the session and the search path."""
        staged = staging.staged()
        own = [str(staging.site_packages), str(project.site_packages_dir)]
        names = [one.normalized_name for one in staged]
        found = conflicts(names, [*own, *sys.path]) if names else []
        found += _of_conda(staging, project)
        ours = [
            one
            for one in found
            if (one.location in own and self._is_used(one)) or self._is_asked_for(one)
        ]
        others = [one for one in found if one not in ours]
        return Review(self, staged, staging.site_packages, ours, others)

    def _is_used(self, conflict: Conflict) -> bool:
        return self.locked is None or canonicalize_name(conflict.name) in self.locked

    def _is_asked_for(self, conflict: Conflict) -> bool:
        return canonicalize_name(conflict.name) in self.session


class Review(NamedTuple):
    """What was staged, and the contradictions that a commit of it would bring.

    `ours` are those to project and session, `others` those to what nothing asked for.
    """

    checks: Checks
    staged: Sequence[Distribution]
    site_packages: Path
    ours: Sequence[Conflict]
    others: Sequence[Conflict]

    @property
    def broken(self) -> list[str]:
        """The distributions of the project whose requirements a commit would break.

        Nothing of this session asked for them: another version of them may go with what does.
        """
        own = {one.normalized_name for one in self.staged} | self.checks.session
        ours = (one for one in self.ours if not one.of_conda)
        names = dict.fromkeys(canonicalize_name(one.name) for one in ours)
        return [name for name in names if name not in own]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What no longer works of the kernel's own environment, where nothing asked for it."""
        return tuple(map(str, self.others))

    def refuse(self) -> None:
        """Raise SmugglerError if what is staged must not be committed."""
        self._refuse_kernel()
        self._refuse_others()
        _refuse_unreadable_pth(self.staged, self.site_packages)
        if self.ours:
            raise SmugglerError(_sentence(self.ours[0], self.staged))

    def _refuse_kernel(self) -> None:
        for one in self.staged:
            known = self.checks.running.get(one.normalized_name)
            if known is not None and known.version != one.version:
                raise SmugglerError(running_refusal(f"{one.name}=={one.version}", known))

    def _refuse_others(self) -> None:
        """Refuse what another version was asked for of: conda may call it by a name of its own."""
        pins = map(Requirement, self.checks.pins)
        pinned: dict[str, Requirement] = {canonicalize_name(one.name): one for one in pins}
        for one in self.staged:
            pin = pinned.get(one.normalized_name)
            if pin is not None and contains(str(pin.specifier), one.version) is False:
                raise SmugglerError(
                    f"{one.name}=={one.version} does not go with {pin}, smuggled earlier in this "
                    "session; nothing was changed"
                )


def _of_conda(staging: Staging, project: Project) -> list[Conflict]:
    """What the conda packages of the project and those staged need, and would not have."""
    packages = staging.staged_conda_packages()
    if not packages and not conda_packages(str(project.prefix)):
        return []
    # With packages of conda only.
    from davos.environments.conda_check import Places, conda_conflicts  # noqa: PLC0415
    from davos.environments.replaced_owners import Present  # noqa: PLC0415

    replaced = Present.of(project.prefix).replaced_by([*staging.staged(), *packages])
    gone = {one.name for one in replaced if isinstance(one, CondaPackage)}
    new = {one.name for one in packages}
    own = [str(staging.site_packages), str(project.site_packages_dir)]
    prefixes = [str(staging.prefix), str(project.prefix), sys.prefix]
    places = Places(prefixes, [*own, *sys.path], frozenset(gone - new))
    changed = {*new, *gone, *(one.normalized_name for one in staging.staged())}
    return conda_conflicts(changed, places, own[-1])


def _sentence(conflict: Conflict, staged: Sequence[Distribution]) -> str:
    """Both sides of a contradiction, as `pip_conflict.contradiction` names them."""
    name = conflict.requirement_name
    new = next((one for one in staged if one.normalized_name == name), None)
    needing = f"{conflict.name} {conflict.version}, which needs {conflict.requirement}"
    if new is not None:
        return f"{new.name}=={new.version} does not go with {needing}; nothing was changed"
    return f"{conflict}; nothing was changed"


def running_refusal(wanted: str, running: Distribution) -> str:
    """Why another version of what runs is refused, and the way out."""
    if running.normalized_name == "davos":
        return f"{wanted} cannot be installed: davos {running.version} is running"
    return (
        f"{wanted} cannot be used in this kernel, which runs on {running.name} {running.version}; "
        f"nothing was changed. Install {wanted} into the kernel's own environment and restart the "
        "kernel, or leave the version out of the onion comment"
    )


def _refuse_unreadable_pth(staged: Sequence[Distribution], site_packages: Path) -> None:
    """Refuse a `.pth` file that `site` cannot read: no Python of the project would start."""
    for file in sorted(site_packages.glob("*.pth")):
        try:
            file.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            owners = [one for one in staged if str(file) in one.files]
            name = f"{owners[0].name} {owners[0].version}" if owners else "a package"
            raise SmugglerError(
                f"{name} brings {file.name}, which is not UTF-8 text: no Python of the project "
                "would start; nothing was changed"
            ) from error
