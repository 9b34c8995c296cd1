"""What installers have in common: the plan, the result, and the protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Mapping, Protocol, Sequence

if TYPE_CHECKING:
    from pathlib import Path

    from davos.environments.project import Project
    from davos.onion.comment import Onion, Requirement

__all__ = [
    "SILENT",
    "InstalledDistribution",
    "Installer",
    "Listener",
    "OnOutput",
    "Plan",
    "Result",
]

OnOutput = Callable[[str], None]
"""Called with each line of the installer's output, without its line end."""


def _ignore(text: str) -> None:
    """Ignore the text."""


@dataclass(frozen=True)
class Listener:
    """Functions that are called while an installer runs.

    `output` gets each line that the installer prints, `status` short words for what it
    does now (`downloading six 1.15.0`), `wait` who holds the project, once, if it is in use.
    """

    output: OnOutput = _ignore
    status: OnOutput = _ignore
    wait: OnOutput = _ignore


SILENT = Listener()


@dataclass(frozen=True)
class Plan:
    """A command that is ready to run. Making one has no effect.

    `env` is the whole environment of the child. `report` is the file that the
    installer writes its structured report to, None if it is too old to do so.
    """

    requirement: Requirement
    argv: tuple[str, ...]
    env: Mapping[str, str]
    report: Path | None = None


@dataclass(frozen=True)
class InstalledDistribution:
    """A distribution that an install added or replaced.

    `url` and `sha256` are those of the archive, where the installer says so; `commit` that of a
    repository. `direct` says that it came from a URL, repository or path, not from an index.
    """

    name: str
    version: str
    url: str | None = None
    sha256: str | None = None
    commit: str | None = None
    direct: bool = False
    editable: bool = False


@dataclass(frozen=True)
class Result:
    """What an install did.

    `installed` is empty if everything was there already. `removed` are the versions that
    were in the project before and no longer are. `warnings` are contradictions between
    what is installed now, one line each.
    """

    installed: tuple[InstalledDistribution, ...]
    removed: tuple[InstalledDistribution, ...] = ()
    warnings: tuple[str, ...] = ()
    output: str = ""


class Installer(Protocol):
    """A program that installs what an onion comment asks for."""

    name: str

    def install(
        self,
        onion: Onion,
        project: Project | None,
        *,
        constraints: Sequence[str] = (),
        listener: Listener = SILENT,
        descriptors: Sequence[int] = (),
    ) -> Result:
        """Install into a project, or into the kernel's environment if it is None.

        To be called with the project's lock held, in a block that puts the project back after
        a failure (`lifecycle.changing`). The installer's process inherits `descriptors`: the lock
        is held as long as it runs. The environment itself has no such protection.

        `constraints` are lines of a pip constraints file (PEP 508 requirements without
        extras): nothing that contradicts them is installed.
        Raises InstallerError if it fails, DavosProjectError if the project cannot be
        written, KeyboardInterrupt after having ended the installer.
        """
