"""Taking what was staged into a project: either all of it, or nothing.

Everything that can fail happens in the staging environment: paths are put right, the renames
are planned, the journal is written. Then the staging folder gets the name of a commit, in one
rename, and from there the commit is made to its end: by this process, or, after a kill, by
the next one that calls `recover`. The old files are kept in the commit's folder until all
renames are made.

All functions are called with the project's lock held. In place of a project they also take a
conda environment, with what `conda_base` staged for it; it has no generation.

Sources: "Recording installed projects" (RECORD), "Entry points" (console scripts), PEP 610
(`direct_url.json`), PEP 660 (editable installs).
"""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Mapping, NamedTuple

from davos.environments import commit_contents, generation, journal, overlay, trash
from davos.environments.conda_environments import is_environment
from davos.environments.file_errors import reporting
from davos.environments.pending import commit_folder, is_pending
from davos.exceptions import DavosProjectError

if TYPE_CHECKING:
    from davos.environments.commit_plan import Move
    from davos.environments.replaced_owners import Names
    from davos.environments.staging import Staging

__all__ = ["Committed", "commit", "is_pending", "recover"]

_NO_GENERATION = 0


class Committed(NamedTuple):
    """The names and versions of the distributions and conda packages that came and that left."""

    installed: Names = ()
    removed: Names = ()


def commit(staging: Staging, digests: Mapping[str, str] = MappingProxyType({})) -> Committed:
    """Take what an installer put into a staging environment into its project.

    `digests` has, by normalised name, the sha256 of the files that the distributions came from,
    empty where it is unknown; it is noted with them (`installed_files`).

    Distributions and conda packages that have the name of a staged one leave the project, and so
    do those of whose files a staged one overwrites some. Raises DavosProjectError, and the
    project is as it was; if a rename fails, the next `recover` goes on.
    """
    project = staging.project_dir
    recover(project)
    if not overlay.site_packages_of(project).is_dir():
        raise DavosProjectError(f"there is no environment in {project}")
    with reporting("change", project):
        contents = commit_contents.prepared(staging, digests)
        if not contents.moves:
            return Committed()
        _check_file_system(contents.moves, staging)
        is_project = not is_environment(str(project))
        number = generation.number(project) + 1 if is_project else _NO_GENERATION
        journal.write(staging.folder, journal.Journal(number, tuple(contents.moves)))
        _publish(staging)
    try:
        recover(project)
    except KeyboardInterrupt:
        recover(project)
        raise
    return Committed(contents.installed, contents.removed)


def recover(project_dir: Path) -> bool:
    """Bring an interrupted commit to its end; whether there was one.

    Interrupted itself, it is called again. Raises DavosProjectError.
    """
    if not is_pending(project_dir):
        return False
    place = commit_folder(project_dir)
    with reporting("change", project_dir):
        known = None if place.is_symlink() else journal.read(place)
        is_made = known is not None and project_dir.is_dir()
        if known is not None and is_made:
            journal.replay(known, place, Path(os.path.realpath(project_dir)))
            if known.generation != _NO_GENERATION:
                generation.write(project_dir, known.generation)
        trash.discard(place, place.parent)
    return is_made


def _publish(staging: Staging) -> None:
    """The moment of the commit."""
    place = commit_folder(staging.project_dir)
    staging.folder.rename(place)
    journal.sync_folder(place.parent)


def _check_file_system(moves: list[Move], staging: Staging) -> None:
    """Refuse renames from one file system to another. Raises DavosProjectError."""
    project = Path(os.path.realpath(staging.project_dir))
    here = staging.folder.stat().st_dev
    for folder in sorted({(project / move.target).parent for move in moves} | {project}):
        if folder.is_dir() and folder.stat().st_dev != here:
            raise DavosProjectError(f"{folder} is on another file system than {staging.folder}")
