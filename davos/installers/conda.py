"""conda's packages, installed with py-rattler; no conda is needed.

py-rattler runs in a process of its own (`conda_process.py`), started with the base environment's
interpreter. The packages are linked into the prefix of a staging environment, with the project's
path in their files; what the base shows counts as installed. Without a project the kernel's
environment must be one of conda, and is changed the same way (`environments/conda_base.py`).

The records in `conda-meta` of the prefix say what was installed. `url` and `channel` in them have
no credentials, and `requested_specs` is what an onion comment asked for.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Iterator, Mapping, Sequence

from davos.credentials import without_credentials
from davos.distributions import index
from davos.distributions.conda_packages import conda_packages
from davos.distributions.distribution import Distribution
from davos.distributions.metadata_names import metadata_with
from davos.environments import activation
from davos.environments.conda_environments import is_environment
from davos.environments.project import home_folder
from davos.environments.requirement_check import conflicts
from davos.exceptions import InstallerError
from davos.files import replace_file
from davos.installers.base import (
    SILENT,
    Environment,
    InstalledDistribution,
    Listener,
    Request,
    Result,
)
from davos.installers.conda_channels import without_secrets
from davos.installers.conda_locked import LockedPackage
from davos.installers.conda_process import answer, no_rattler, plan
from davos.installers.conda_request import Places, child_request, locked_request
from davos.installers.conda_settings import CondaSettingsError, read_settings

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
    places = _places(run.environment, folder)
    locked = [one for one in run.request.locked if isinstance(one, LockedPackage)]
    linked, asked, output = _linked(run, places, locked)
    specs = {one.package: [one.requested] for one in locked if one.requested}
    if not locked:
        specs = {asked["asked"]: asked["specs"][:1]}
    installed = [one for package in linked for one in _finished(places.prefix, package, specs)]
    index.forget_unsettled()
    return Result(tuple(installed), output=output)


def _linked(
    run: _Run, places: Places, locked: Sequence[LockedPackage]
) -> tuple[list[dict[str, Any]], Mapping[str, Any], str]:
    """The packages that were linked, what was asked of the process, and what it printed."""
    requirement = run.request.onion.requirement

    def request() -> Mapping[str, Any]:
        settings = read_settings(activation.variables())
        if locked:
            return locked_request(locked, requirement.shown, places, settings)
        return child_request(run.request, places, settings, _visible(run.environment))

    ready = plan(requirement)
    try:
        done = answer(ready, request, run.listener, run.descriptors)
    except CondaSettingsError as error:
        raise _refused(run.request, str(error)) from error
    if not done.is_done:
        raise done.failed(ready)
    return done.packages, done.asked, done.printed


def _places(environment: Environment, folder: Path) -> Places:
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


def _finished(
    prefix: Path, package: Mapping[str, Any], specs: Mapping[str, Sequence[str]]
) -> Iterator[InstalledDistribution]:
    """Put a package's record right; the distributions in it, or the package itself.

    `specs` are what was asked for, by the package's name.
    """
    url, channel = (
        without_credentials(without_secrets(package[key])) for key in ("url", "channel")
    )
    file = prefix / _META / package["record"]
    record = json.loads(file.read_text("utf-8"))
    infos = sorted(set(filter(None, map(metadata_with, record["files"]))))
    record.update(url=url, channel=channel, requested_specs=specs.get(package["name"], []))
    replace_file(file, json.dumps(record).encode(), follow_link=False)
    found = [Distribution(prefix / info) for info in infos]
    named = [(one.name, one.version) for one in found if one.readable]
    for name, version in named or [(package["name"], package["version"])]:
        yield InstalledDistribution(name, version, url=url, sha256=package["sha256"])


def _refused(request: Request, reason: str) -> InstallerError:
    shown = request.onion.requirement.shown
    return InstallerError(f"cannot install {shown}: {reason}", returncode=1, cmd=_SHOWN)
