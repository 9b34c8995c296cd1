"""Where davos keeps what belongs to a project and is not in it, and whether a commit is there.

For a conda environment that is changed itself that is the folder of its records: what lies beside
the environment may be on another file system, or belong to others.

Every smuggle asks; what makes a commit (commit.py) is loaded where there is one to make.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from davos.distributions.conda_packages import FOLDER as CONDA_FOLDER
from davos.environments.conda_environments import is_environment
from davos.environments.project_names import TRASH

__all__ = ["beside", "commit_folder", "is_pending"]

_LONGEST = 200  # bytes of a project's name in the name of a folder beside it


def beside(project_dir: Path, kind: str) -> Path:
    """The path of a folder of davos that belongs to a project, on the same file system."""
    real = Path(os.path.realpath(project_dir))
    if is_environment(str(real)):
        return real / CONDA_FOLDER / f"{TRASH}{kind}"
    name = real.name
    if len(os.fsencode(name)) > _LONGEST:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return real.with_name(f"{TRASH}{kind}-{name}")


def commit_folder(project_dir: Path) -> Path:
    """The folder of the commit that is being made, or was interrupted."""
    return beside(project_dir, "commit")


def is_pending(project_dir: Path) -> bool:
    """Whether a commit is being made, or was interrupted."""
    return os.path.lexists(commit_folder(project_dir))
