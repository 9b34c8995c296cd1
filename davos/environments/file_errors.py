"""An OSError of a project's files as the DavosProjectError that names the project."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Iterator

from davos.exceptions import DavosProjectError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["reporting"]


@contextmanager
def reporting(action: str, project_dir: Path) -> Iterator[None]:
    """Raise DavosProjectError for an OSError in the block.

    `action` is the verb of the message: `write`, `remove`.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        message = f"cannot {action} the project in {project_dir}: {reason}"
        raise DavosProjectError(message) from error
