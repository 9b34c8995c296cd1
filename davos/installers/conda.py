"""conda's packages, installed with py-rattler; no conda is needed.

py-rattler runs in a process of its own (`conda_process.py`), started with the base environment's
interpreter. The packages are linked into the prefix of a staging environment, with the project's
path in their files; what the base shows counts as installed. Without a project the kernel's
environment must be one of conda, and is changed the same way (`environments/conda_base.py`).

What is not needed to start the process is imported while it loads py-rattler.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from davos.distributions import index
from davos.distributions.conda_packages import conda_packages
from davos.environments import activation
from davos.environments.conda_environments import is_environment
from davos.environments.project import home_folder
from davos.environments.requirement_check import conflicts
from davos.exceptions import InstallerError
from davos.installers.base import (
    SILENT,
    Environment,
    InstalledDistribution,
    Listener,
    Request,
    Result,
)
from davos.installers.conda_locked import LockedPackage
from davos.installers.conda_process import answer, no_rattler, plan

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.installers.conda_request import Places

__all__ = ["Conda"]

_META = "conda-meta"
_SHOWN = ("conda", "install")
_COMMAND = ("davos", *_SHOWN)  # in the history: conda has no part in it


@dataclass(frozen=True)
class _Run:
    """One install: what is asked for, where, and who hears of it."""

    request: Request
    environment: Environment
    listener: Listener
    descriptors: Sequence[int]


class Conda:
    """Installs what a `# conda:` onion comment asks for."""

    name = "conda"

    def install(
        self,
        request: Request,
        environment: Environment | None,
        *,
        listener: Listener = SILENT,
        descriptors: Sequence[int] = (),
    ) -> Result:
        """See `davos.installers.base.Installer`.

        `request.others` and `request.constraints` may be PEP 508 requirements or conda's match
        specifications. `Result.installed` are the distributions of the packages, and the
        packages that hold none; each with the URL and the sha256 of its package. Of
        `request.locked`, the packages of conda are installed, and nothing is solved.
        """
        reason = _missing(environment)
        if reason:
            raise _refused(request, reason)
        if environment is None:
            return _changed_itself(request, listener)
        return _staged(_Run(request, environment, listener, descriptors))


def _missing(environment: Environment | None) -> str:
    """Why packages of conda cannot be installed here."""
    reason = no_rattler()
    if not reason and environment is None and not is_environment(sys.prefix):
        return f"{sys.prefix} is not an environment of conda: smuggle it into a project"
    return reason


def _changed_itself(request: Request, listener: Listener) -> Result:
    """Install into the kernel's own environment, which is one of conda."""
    from davos.environments import (  # noqa: PLC0415 - seldom needed
        commit,
        conda_base,
        conda_history,
    )

    with conda_base.changing(Path(sys.prefix), listener.wait) as made:
        result = _staged(_Run(request, made, listener, [made.descriptor]))
        if not result.installed:
            return result
        conda_history.stage(made, [*_COMMAND, *request.onion.args])
        committed = commit.commit(made)
    index.clear_caches()
    removed = [InstalledDistribution(*one) for one in committed.removed]
    broken = conflicts([one.name for one in result.installed])
    return result._replace(removed=tuple(removed), warnings=tuple(map(str, broken)))


def _staged(run: _Run) -> Result:
    with TemporaryDirectory(prefix="davos-conda-", dir=run.environment.prefix.parent) as folder:
        return _installed(run, Path(folder))


def _installed(run: _Run, folder: Path) -> Result:
    locked = [one for one in run.request.locked if isinstance(one, LockedPackage)]
    linked, asked, output = _linked(run, folder, locked)
    specs = {one.package: [one.requested] for one in locked if one.requested}
    if not locked:
        specs = {asked["asked"]: asked["specs"][:1]}
    from davos.installers.conda_records import finished  # noqa: PLC0415 - see the module

    prefix = run.environment.prefix
    installed = [one for package in linked for one in finished(prefix, package, specs)]
    index.forget_unsettled()
    return Result(tuple(installed), output=output)


def _linked(
    run: _Run, folder: Path, locked: Sequence[LockedPackage]
) -> tuple[list[dict[str, Any]], Mapping[str, Any], str]:
    """The packages that were linked, what was asked of the process, and what it printed."""
    ready = plan(run.request.onion.requirement)
    request = partial(_asked, run, folder, locked)
    done = answer(ready, request, run.listener, run.descriptors)
    if not done.is_done:
        raise done.failed(ready)
    return done.packages, done.asked, done.printed


def _asked(run: _Run, folder: Path, locked: Sequence[LockedPackage]) -> Mapping[str, Any]:
    """What the process is asked to do."""
    from davos.installers import conda_request, conda_settings  # noqa: PLC0415 - see the module

    places = _places(run.environment, folder)
    try:
        settings = conda_settings.read_settings(activation.variables())
        if locked:
            shown = run.request.onion.requirement.shown
            return conda_request.locked_request(locked, shown, places, settings)
        visible = _visible(run.environment)
        return conda_request.child_request(run.request, places, settings, visible)
    except conda_settings.CondaSettingsError as error:
        raise _refused(run.request, str(error)) from error


def _places(environment: Environment, folder: Path) -> Places:
    from davos.installers.conda_request import Places  # noqa: PLC0415 - see the module

    downloads = folder / "downloads"
    downloads.mkdir()
    cache = home_folder() / "cache" / "conda"
    final = environment.final_prefix
    return Places(environment.prefix, final, downloads, cache, _records(final), _pins(final))


def _records(prefix: Path) -> list[Path]:
    """The records in a prefix, but for those of what is not there or for another Python."""
    several = conda_packages(str(prefix)).values()
    return sorted(one.file for same in several for one in same if one.is_installed)


def _pins(prefix: Path) -> list[str]:
    """The lines of an environment's file of pins, without those that are comments.

    Source: "Preventing packages from updating (pinning)" in conda's documentation.
    """
    try:
        text = (prefix / _META / "pinned").read_text("utf-8", errors="replace")
    except OSError:
        return []
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def _visible(environment: Environment) -> list[Distribution]:
    """What is there without being a package of conda in the prefix."""
    return list(index.distributions(environment.below))


def _refused(request: Request, reason: str) -> InstallerError:
    shown = request.onion.requirement.shown
    return InstallerError(f"cannot install {shown}: {reason}", returncode=1, cmd=_SHOWN)
