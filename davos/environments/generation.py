"""How often a project was changed: one file, replaced by each commit.

A process that notes `stamp` learns with one look at the file whether another process has
changed the project since.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from davos.environments import overlay

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["number", "stamp", "write"]


def number(project_dir: Path) -> int:
    """The number of commits into a project so far; 0 if that is not known."""
    try:
        return int((project_dir / overlay.GENERATION_FILE).read_text("ascii"))
    except (OSError, ValueError):
        return 0


def stamp(project_dir: Path) -> tuple[int, int] | None:
    """What differs after each commit; None before the first one."""
    try:
        status = os.stat(project_dir / overlay.GENERATION_FILE)  # noqa: PTH116  # every smuggle
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino


def write(project_dir: Path, generation: int) -> None:
    """Note the number of the last commit. Raises OSError."""
    overlay.write(project_dir / overlay.GENERATION_FILE, f"{generation}\n")
