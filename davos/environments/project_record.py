"""`davos-project.json`: whose project a folder is, and which Pythons it was laid over.

One file per project, replaced in one step. Its time is the project's last use.
"""

# Search paths are text
# ruff: noqa: PTH112

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Mapping

from davos.environments import overlay
from davos.files import read_own_file

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NOTEBOOK_FILE", "Base", "Record", "read", "touch", "write"]

NOTEBOOK_FILE = "davos-project.json"


@dataclass(frozen=True)
class Base:
    """The environment that packages were installed over: `sys.prefix` and Python's version."""

    prefix: str
    version: str

    @property
    def is_gone(self) -> bool:
        """Whether the environment was deleted."""
        return not os.path.isdir(self.prefix)


@dataclass(frozen=True)
class Record:
    """What the file says.

    `bases` has one row per folder in `lib`, as `python3.11`. While a project is
    being renamed, `moved_from` is its old prefix and `old_notebook` its old notebook.
    """

    name: str
    notebook: str | None = None
    bases: Mapping[str, Base] = field(default_factory=dict)
    moved_from: str | None = None
    old_notebook: str | None = None

    @property
    def notebooks(self) -> list[str]:
        """The notebooks that the folder may belong to: one, or two in mid-rename."""
        return [path for path in (self.notebook, self.old_notebook) if path]


def read(project_dir: Path) -> Record | None:
    """A project's record, None if there is none or it makes no sense."""
    path = project_dir / NOTEBOOK_FILE
    try:
        return _parsed(json.loads(read_own_file(path)))
    except (OSError, ValueError, RecursionError):
        return None


def write(project_dir: Path, record: Record) -> None:
    """Replace a project's record. Raises OSError."""
    facts: dict[str, Any] = {"name": record.name, "notebook": record.notebook}
    facts["bases"] = {
        library: {"prefix": base.prefix, "version": base.version}
        for library, base in sorted(record.bases.items())
    }
    if record.moved_from:
        facts.update(moved_from=record.moved_from, old_notebook=record.old_notebook)
    text = json.dumps(facts, indent=1, ensure_ascii=True) + "\n"
    overlay.write(project_dir / NOTEBOOK_FILE, text)


def touch(project_dir: Path) -> None:
    """Note that the project is used now; nothing is made, and no failure matters."""
    with suppress(OSError):
        os.utime(project_dir / NOTEBOOK_FILE, follow_symlinks=False)


def _parsed(facts: object) -> Record | None:
    if not isinstance(facts, dict) or not isinstance(facts.get("name"), str):
        return None
    bases = facts.get("bases")
    rows = bases.items() if isinstance(bases, dict) else ()
    return Record(
        name=facts["name"],
        notebook=_text(facts.get("notebook")),
        bases={str(key): base for key, row in rows if (base := _base(row)) is not None},
        moved_from=_text(facts.get("moved_from")),
        old_notebook=_text(facts.get("old_notebook")),
    )


def _base(row: object) -> Base | None:
    if not isinstance(row, dict):
        return None
    prefix, version = _text(row.get("prefix")), _text(row.get("version"))
    return Base(prefix, version) if prefix and version else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value and "\0" not in value else None
