"""Projects on the terminal and as JSON (schema 1: additions only)."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Sequence

from davos.environments.folder_size import human_size
from davos.environments.project import AbstractProject
from davos.escaping import for_json, one_line

if TYPE_CHECKING:
    from davos.environments.project_collection import Holding, Survey

__all__ = ["as_json", "page", "table"]

_HEAD = ("PROJECT", "PACKAGES", "SIZE", "PYTHON", "LAST USE", "")
_RIGHT = (1, 2)  # columns of numbers


def table(surveys: Sequence[Survey]) -> str:
    """One line per project."""
    if not surveys:
        return "no projects"
    rows = [_HEAD, *map(_row, surveys)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join(_line(row, widths) for row in rows)


def _row(found: Survey) -> tuple[str, ...]:
    names = {package.normalized_name for held in found.holdings for package in held.packages}
    names |= {one.normalized_name for one in found.project.libraries()}
    pythons = one_line(", ".join(held.python for held in found.holdings)) or "-"
    used = "-" if found.last_used is None else _date(found.last_used)
    notes = ", ".join(found.notes)
    size = human_size(found.size)
    return one_line(found.project.name), str(len(names)), size, pythons, used, notes


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if index in _RIGHT else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(row, widths))
    ]
    return "  ".join(cells).rstrip()


def page(found: Survey, lock: str = "") -> str:
    """All about one project; `lock` is a line about the lock of its notebook."""
    project = found.project
    facts = [
        ("project", project.name),
        ("notebook", str(project.notebook or "-")),
        ("folder", str(project.project_dir)),
        ("size", human_size(found.size)),
        ("last use", "-" if found.last_used is None else _date(found.last_used)),
        *([("lock", lock)] if lock else []),
        *(("note", note) for note in found.notes),
    ]
    lines = [f"{key + ':':10}{one_line(value)}" for key, value in facts]
    lines += [line for held in found.holdings for line in _packages(held)]
    libraries = [one_line(f"  {one.name} {one.version}") for one in project.libraries()]
    return "\n".join([*lines, *(["", "conda packages:", *libraries] if libraries else [])])


def _packages(held: Holding) -> list[str]:
    base = f", over {one_line(held.base.prefix)}" if held.base else ""
    names = [one_line(f"  {one.name} {one.version}") for one in held.packages]
    return ["", f"Python {one_line(held.python)}{base}:", *names]


def as_json(surveys: Sequence[Survey]) -> str:
    """The document: `{"schema": 1, "projects": [...]}`; sizes in bytes, times in UTC."""
    facts = {"schema": 1, "projects": [_facts(found) for found in surveys]}
    return for_json(facts, indent=2)


def _facts(found: Survey) -> dict[str, Any]:
    project, used = found.project, found.last_used
    return {
        "name": project.name,
        "notebook": str(project.notebook) if project.notebook else None,
        "notebook_exists": not isinstance(project, AbstractProject) if project.notebook else None,
        "project_dir": str(project.project_dir),
        "size": found.size,
        "last_used": used and datetime.fromtimestamp(used, timezone.utc).isoformat(),
        "notes": list(found.notes),
        "pythons": [_python(held) for held in found.holdings],
        "conda_packages": [
            {"name": one.name, "version": one.version, "build": one.build}
            for one in project.libraries()
        ],
    }


def _python(held: Holding) -> dict[str, Any]:
    return {
        "version": held.python,
        "base": held.base.prefix if held.base else None,
        "base_exists": not held.base.is_gone if held.base else None,
        "packages": [{"name": one.name, "version": one.version} for one in held.packages],
    }


def _date(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds))
