"""What installers have in common: the plan, the result, and the protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Callable, Mapping, NamedTuple, Protocol, Sequence

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

    from davos.onion.comment import Onion, Requirement

__all__ = [
    "HEAD",
    "SILENT",
    "Environment",
    "InstalledDistribution",
    "Installer",
    "Listener",
    "LockedFile",
    "OnOutput",
    "Plan",
    "Progress",
    "Request",
    "Result",
    "may_use_wheels",
]

OnOutput = Callable[[str], None]
"""Called with each line of the installer's output, without its line end."""


@dataclass(frozen=True)
class Progress:
    """What an installer does now.

    `kind` is a verb that messages use; `no wheel` is a build from source because the index has
    no wheel for this Python. `name` is what it is done to (`six 1.15.0`). Of a download `done`
    and `total` are bytes, and it is file `index` of `count`; each is 0 where it is not known.
    """

    kind: Literal["resolving", "downloading", "cloning", "building", "no wheel", "installing"]
    name: str = ""
    done: int = 0
    total: int = 0
    index: int = 0
    count: int = 0


def _ignore(text: str) -> None:
    """Ignore the text."""


def _ignore_progress(progress: Progress) -> None:
    """Ignore what the installer does."""


def _ignore_time() -> None:
    """Ignore that the installer has started, or that time passes."""


class Listener(NamedTuple):
    """Functions that are called while an installer runs, in the thread that called it.

    `output` gets each line that the installer prints, `progress` what it does now, `wait` who
    holds the project, once, if it is in use. `started` is called once the installer's process runs,
    `tick` a few times a second. `seen` says whether a user sees the progress while it is made.
    """

    output: OnOutput = _ignore
    progress: Callable[[Progress], None] = _ignore_progress
    wait: OnOutput = _ignore
    started: Callable[[], None] = _ignore_time
    tick: Callable[[], None] = _ignore_time
    seen: bool = False


SILENT = Listener()


class Plan(NamedTuple):
    """A command that is ready to run. Making one has no effect.

    `env` is the whole environment of the child. `report` is the file that the
    installer writes its structured report to, None if it is too old to do so. `terminal` says
    that the command gets a terminal to write to.
    """

    requirement: Requirement
    argv: tuple[str, ...]
    env: Mapping[str, str]
    report: Path | None = None
    terminal: bool = False


def may_use_wheels(ready: Plan) -> bool:
    """Whether a version of an index is built only because it has no wheel that fits."""
    asked = ready.requirement
    refused = any(word.startswith("--no-binary") for word in ready.argv)
    refused = refused or not {"PIP_NO_BINARY", "UV_NO_BINARY"}.isdisjoint(ready.env)
    return not (refused or asked.url or asked.path)


class InstalledDistribution(NamedTuple):
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


class Result(NamedTuple):
    """What an install did.

    `installed` is empty if everything was there already. `removed` are the versions that
    were in the project before and no longer are. `warnings` are contradictions between
    what is installed now, one line each.
    """

    installed: tuple[InstalledDistribution, ...]
    removed: tuple[InstalledDistribution, ...] = ()
    warnings: tuple[str, ...] = ()
    output: str = ""


HEAD = "HEAD"
"""The `revision` of what a repository has without one."""


@dataclass(frozen=True)
class LockedFile:
    """What a lock names for one distribution: a file, a repository or a folder (PEP 751).

    `kind` is `wheel`, `sdist`, `archive`, `vcs` or `directory`. `url` is absolute, also for a
    path (`file:`); `hashes` maps algorithms to hexadecimal digests of the file. `vcs` is the
    type of a repository, `commit` its full commit id, and `revision` the branch, tag or commit
    that was asked for, `HEAD` if none was; empty if the lock does not tell.
    """

    name: str
    version: str | None
    kind: str
    url: str
    hashes: Mapping[str, str] = field(default_factory=dict)
    filename: str = ""
    vcs: str = ""
    commit: str = ""
    subdirectory: str | None = None
    revision: str = ""

    @property
    def shown(self) -> str:
        """The name and the version, as messages show them: `six 1.16.0`."""
        return f"{self.name} {self.version or self.commit[:12]}".rstrip()


class Request(NamedTuple):
    """What one run of an installer installs.

    `onion` has the options of the run. `others` are further requirements, each one word of
    the command line (PEP 508, for conda a match specification); `constraints` are lines of a pip
    constraints file (requirements without extras): nothing that contradicts them is installed.
    Where there are `locked` files, exactly these are installed, in place of the onion's requirement
    and without what they need.
    """

    onion: Onion
    others: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    locked: tuple[LockedFile, ...] = ()


class Environment(Protocol):
    """A virtual environment that an installer writes to; `staging.Staging` is one."""

    @property
    def python(self) -> Path:
        """Its interpreter, which sees what the environment is laid over."""

    @property
    def prefix(self) -> Path:
        """`sys.prefix` of its interpreter."""

    @property
    def site_packages(self) -> Path:
        """Where packages go."""

    @property
    def below(self) -> Sequence[str]:
        """The search path of what it is laid over."""

    @property
    def final_prefix(self) -> Path:
        """The prefix that its files have when they are used: a commit moves them there."""

    def clear(self) -> None:
        """Take back all that was installed into it."""


class Installer(Protocol):
    """A program that installs what an onion comment asks for."""

    name: str

    def install(
        self,
        request: Request,
        environment: Environment | None,
        *,
        listener: Listener = SILENT,
        descriptors: Sequence[int] = (),
    ) -> Result:
        """Install into an environment, or into the kernel's own if it is None.

        The installer's process inherits `descriptors`: a lock is held as long as it runs. After a
        failure the environment may hold a part; the kernel's own has no protection from that.
        Raises InstallerError if it fails, and KeyboardInterrupt after having ended the installer.
        """
