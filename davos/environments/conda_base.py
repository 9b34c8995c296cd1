"""Changing a conda environment itself, all or nothing, as `davos.project = None` asks for.

Packages are linked into a folder in `conda-meta`, with the paths of the environment in their
files, and are taken into it by a commit, as into a project. So a package that cannot be linked
changes nothing, and what a kill leaves is finished or deleted by the next one who looks.

Only one process that has this `DAVOS_HOME` changes an environment at a time.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Callable, Iterator

from davos.environments import commit, lock
from davos.environments.project import home_folder
from davos.environments.staging import bare_staging

if TYPE_CHECKING:
    from pathlib import Path

    from davos.environments.staging import Staging

__all__ = ["changing", "recover"]


@contextmanager
def changing(prefix: Path, on_wait: Callable[[str], None] | None = None) -> Iterator[Staging]:
    """Hold the lock of a conda environment; what is staged can be committed in the block.

    `on_wait` is called once with who holds the lock, if it is held. Raises DavosProjectError if
    the environment cannot be written to.
    """
    with _held(prefix, on_wait), bare_staging(prefix) as made:
        yield made


def recover(prefix: Path, on_wait: Callable[[str], None] | None = None) -> None:
    """Wait for the commit that changes a conda environment, or finish it; see `changing`."""
    with _held(prefix, on_wait):
        pass


@contextmanager
def _held(prefix: Path, on_wait: Callable[[str], None] | None) -> Iterator[None]:
    digest = hashlib.sha256(os.fsencode(os.path.realpath(prefix))).hexdigest()[:16]
    path = home_folder() / "locks" / f".environment-{digest}.lock"
    with lock.hold(path, holder=f"process {os.getpid()} ({prefix})", on_wait=on_wait):
        commit.recover(prefix)
        yield
