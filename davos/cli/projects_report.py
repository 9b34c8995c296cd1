"""Projects on the terminal and as JSON (schema 1: additions only)."""

from __future__ import annotations

import json
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Sequence

from davos.environments.project import AbstractProject
from davos.environments.project_collection import human_size

if TYPE_CHECKING:
    from davos.environments.project_collection import Holding, Survey

__all__ = ["as_json", "page", "printable", "table"]

_HEAD = ("PROJECT", "PACKAGES", "SIZE", "PYTHON", "LAST USE", "")
_RIGHT = (1, 2)  # columns of numbers


def printable(text: str) -> str:
    """A name without what a terminal would obey or cannot show."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def table(surveys: Sequence[Survey]) -> str:
    """One line per project."""
    if not surveys:
        return "no projects"
    rows = [_HEAD, *map(_row, surveys)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join(_line(row, widths) for row in rows)


def _row(found: Survey) -> tuple[str, ...]:
    names = {package.normalized_name for held in found.holdings for package in held.packages}
    pythons = ", ".join(held.python for held in found.holdings) or "-"
    used = "-" if found.last_used is None else _date(found.last_used)
    notes = ", ".join(found.notes)
    size = human_size(found.size)
    return printable(found.project.name), str(len(names)), size, pythons, used, notes


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if index in _RIGHT else cell.ljust(width)
        for index, (cell, width) in enumerate(zip(row, widths))
    ]
    return "  ".join(cells).rstrip()


def page(found: Survey) -> str:
    """All about one project."""
    project = found.project
    facts = [
        ("project", project.name),
        ("notebook", str(project.notebook or "-")),
        ("folder", str(project.project_dir)),
        ("size", human_size(found.size)),
        ("last use", "-" if found.last_used is None else _date(found.last_used)),
        *(("note", note) for note in found.notes),
    ]
    lines = [f"{key + ':':10}{printable(value)}" for key, value in facts]
    return "\n".join([*lines, *(line for held in found.holdings for line in _packages(held))])


def _packages(held: Holding) -> list[str]:
    base = f", over {printable(held.base.prefix)}" if held.base else ""
    names = [printable(f"  {one.name} {one.version}") for one in held.packages]
    return ["", f"Python {held.python}{base}:", *names]


def as_json(surveys: Sequence[Survey]) -> str:
    """The document: `{"schema": 1, "projects": [...]}`; sizes in bytes, times in UTC."""
    facts = {"schema": 1, "projects": [_facts(found) for found in surveys]}
    return json.dumps(facts, indent=2)


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
