"""A staging environment: where an installer works before anything of a project changes.

It is a virtual environment laid over a project and the project's base (see overlay.py). So
an installer sees what is there, installs only what must change, and writes to the staging
environment alone: pip uninstalls nothing outside of `sys.prefix`. What it has installed is
taken into the project by `commit.commit`; without that, the project has never been touched.

The folder lies beside the project's, on the same file system, because a commit consists of
renames. Its lock file is held by the process that made it and by the installer, which gets
the descriptor: what both of them left behind is deleted by the next one that makes a staging
environment for the project.

Sources: PEP 405 (`pyvenv.cfg`), the documentation of `site` (`.pth` files).
"""

# Search paths are text

from __future__ import annotations

import os
import secrets
import sys
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Iterator, NamedTuple, Sequence

from davos.distributions import index
from davos.distributions.conda_packages import conda_packages
from davos.environments import lock, overlay, trash
from davos.environments.layout import LAYOUT
from davos.environments.pending import beside
from davos.exceptions import DavosProjectError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from davos.distributions.conda_packages import CondaPackage
    from davos.distributions.distribution import Distribution

__all__ = ["ENVIRONMENT", "Staging", "bare_staging", "staging", "sweep"]

ENVIRONMENT = "environment"
_LOCK = "lock"
_ATTEMPTS = 10


class Staging(NamedTuple):
    """An environment over a project, for an installer to write to.

    `folder` holds it, `project_dir` is the prefix of the project, `descriptor` that of the
    lock file, for the installer's `pass_fds`; `sources` is the folder, below either prefix, for the
    repositories of editable installs, `base` the search path below the project.
    """

    folder: Path
    project_dir: Path
    descriptor: int
    sources: str = "src"
    base: tuple[str, ...] = ()

    @property
    def prefix(self) -> Path:
        """`sys.prefix` of its Python."""
        return self.folder / ENVIRONMENT

    @property
    def python(self) -> Path:
        """The interpreter that sees staging environment, project and base together."""
        return self.prefix / LAYOUT.python

    @property
    def site_packages(self) -> Path:
        """Where an installer puts packages."""
        return overlay.site_packages_of(self.prefix)

    @property
    def below(self) -> tuple[str, ...]:
        """The search path of what it is laid over: the project's packages, then the base's."""
        return (str(overlay.site_packages_of(self.project_dir)), *self.base)

    @property
    def final_prefix(self) -> Path:
        """The prefix of the project, whose path installed files are to hold."""
        return self.project_dir

    @property
    def source_folder(self) -> Path:
        """Where an installer puts the repositories of editable installs (`--src`)."""
        return self.prefix / self.sources

    def clear(self) -> None:
        """Take back all that was installed into it. Raises OSError, DavosProjectError."""
        trash.discard(self.prefix, self.folder)
        _lay_over(self)

    def staged(self) -> list[Distribution]:
        """The distributions that were installed, sorted by name."""
        index.forget_unsettled()
        found = index.distributions([str(self.site_packages)])
        return sorted(found, key=lambda distribution: distribution.normalized_name)

    def staged_conda_packages(self) -> list[CondaPackage]:
        """The conda packages that were installed, sorted by name."""
        several = conda_packages(str(self.prefix)).values()
        return [found for same in several for found in same[:1] if found.readable]


@contextmanager
def staging(project_dir: Path, path: Sequence[str] | None = None) -> Iterator[Staging]:
    """Make a staging environment over a project and a search path (default `sys.path`).

    At the end of the block it is deleted, unless it was committed. The project need not
    exist. Raises DavosProjectError if the environment cannot be made.
    """
    with _in_folder(project_dir, path) as made:
        _lay_over(made)
        yield made


@contextmanager
def bare_staging(prefix: Path) -> Iterator[Staging]:
    """A folder for what is to come into an environment, without an interpreter of its own.

    At the end of the block it is deleted, unless it was committed. Raises DavosProjectError.
    """
    with _in_folder(prefix, None) as made:
        made.site_packages.mkdir(parents=True)
        yield made


@contextmanager
def _in_folder(project_dir: Path, path: Sequence[str] | None) -> Iterator[Staging]:
    sweep(project_dir)
    with ExitStack() as stack:
        folder, descriptor = _made(project_dir, stack)
        made = Staging(folder, project_dir, descriptor, base=_below(project_dir, path))
        stack.callback(_discard, folder)
        yield made


def sweep(project_dir: Path) -> None:
    """Delete the staging environments of a project that no process holds any more."""
    pattern = beside(project_dir, "staging")
    with suppress(OSError):
        names = [entry.name for entry in os.scandir(pattern.parent) if entry.is_dir()]
        for name in names:
            if name.startswith(f"{pattern.name}-") and len(name) == len(pattern.name) + 9:
                _delete_if_free(pattern.with_name(name))
    trash.sweep(pattern.parent)


def _delete_if_free(folder: Path) -> None:
    with suppress(DavosProjectError, OSError), _hold_now(folder / _LOCK):
        _discard(folder)


def _discard(folder: Path) -> None:
    with suppress(OSError):
        if os.path.lexists(folder):
            trash.discard(folder, folder.parent)


def _hold_now(path: Path) -> AbstractContextManager[int]:
    def refuse(holder: str) -> None:
        raise DavosProjectError(f"{path.parent} is in use by {holder}")

    return lock.hold(path, on_wait=refuse)


def _made(project_dir: Path, stack: ExitStack) -> tuple[Path, int]:
    """A new folder and the descriptor of its lock; again if `sweep` came in between."""
    place = beside(project_dir, "staging")
    for _ in range(_ATTEMPTS):
        folder = _new_folder(place)
        with ExitStack() as attempt:
            descriptor = attempt.enter_context(_hold_now(folder / _LOCK))
            if _is_file(folder / _LOCK, descriptor):
                stack.enter_context(attempt.pop_all())
                return folder, descriptor
    raise DavosProjectError(f"cannot write to {place.parent}: its folders are deleted at once")


def _new_folder(place: Path) -> Path:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        folder = place.with_name(f"{place.name}-{secrets.token_hex(4)}")
        folder.mkdir()  # with the umask's permissions: another user may have to finish a commit
    except OSError as error:
        reason = error.strerror or error
        raise DavosProjectError(f"cannot write to {place.parent}: {reason}") from error
    return folder


def _is_file(path: Path, descriptor: int) -> bool:
    """Whether an open file is still the one at a path."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


def _below(project_dir: Path, path: Sequence[str] | None) -> tuple[str, ...]:
    """The entries of a search path that are not the project's."""
    own = str(project_dir) + os.sep
    return tuple(entry for entry in index.entries(path) if not entry.startswith(own))


def _lay_over(made: Staging) -> None:
    """Make the environment; the project's own `.pth` file adds the base's folders if it can."""
    others = made.base
    base = index.site_folders(others)
    overlay.refuse_lookalikes(
        made.project_dir, [*map(str, base), *others, sys.prefix, sys.base_prefix]
    )
    packages = overlay.site_packages_of(made.project_dir)
    folders = [packages] if overlay.shows(packages, base) else [packages, *base]
    overlay.ensure(made.prefix, folders, [*others, str(made.project_dir)])
