"""An OSError of a project's files as the DavosProjectError that names the project.

A conda environment that is changed itself is none, and its messages say so.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Iterator

from davos.environments.conda_environments import is_environment
from davos.exceptions import DavosProjectError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["kind_of", "reporting"]


def kind_of(prefix: Path) -> str:
    """What messages call the environment in a folder: a project, or an environment."""
    return "environment" if is_environment(str(prefix)) else "project"


@contextmanager
def reporting(action: str, project_dir: Path) -> Iterator[None]:
    """Raise DavosProjectError for an OSError in the block.

    `action` is the verb of the message: `write`, `remove`.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        message = f"cannot {action} the {kind_of(project_dir)} in {project_dir}: {reason}"
        raise DavosProjectError(message) from error
