"""What davos' extension of JupyterLab shows of a kernel: requirements, versions, lock, reruns.

The extension asks for it by a silent execution of nothing (`user_expressions` of
"Messaging in Jupyter"), which leaves no trace in the history. No other front end asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterable, Sequence

import davos
from davos.engine.requirements_report import report

if TYPE_CHECKING:
    from davos.environments.project import Project
    from davos.frontends.restart.carried_state import Cell

__all__ = ["ExtensionState", "outdated", "state"]


@dataclass(frozen=True)
class ExtensionState:
    """The answer, which IPython hands on as JSON."""

    content: dict[str, Any]

    def _repr_json_(self) -> dict[str, Any]:
        return self.content

    def __repr__(self) -> str:
        return "the state of davos"


def state() -> ExtensionState:
    """What is to be shown of this kernel's session."""
    session = davos.session()
    frontend: Any = session.frontend
    project = davos.config.project
    return ExtensionState(
        {
            "project": None if project is None else _name(project),
            "outdated": outdated(frontend.cells.replayed, frontend.cells.ran_later),
            **report(session.requirements, frontend.document),
        }
    )


def _name(project: Project) -> str:
    """The project's name; that of a notebook's own is the notebook's."""
    return project.notebook.stem if project.notebook else project.name


def outdated(replayed: Sequence[Cell], later: Iterable[str | None]) -> list[str]:
    """The ids of cells that ran again after a restart and whose shown outputs are older.

    `replayed` are the cells that ran again, `later` the ids of those that ran since.
    """
    since = set(later)
    again = [cell["id"] for cell in replayed if not cell["skipped"]]
    return [one for one in dict.fromkeys(again) if one is not None and one not in since]
