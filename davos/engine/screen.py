"""What the engine shows to the user and asks, through the front end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Protocol

from davos.installers.base import SILENT

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.environments.project import Project

__all__ = ["Screen", "place_of", "status_of"]


class Screen(Protocol):
    """The part of a front end that shows text and asks questions."""

    def show(self, text: str) -> None:
        """Show a line, to stay."""

    def status(self, text: str) -> None:
        """Show what is going on in place of the last status; an empty text removes it."""

    def confirm(self, question: str) -> bool | None:
        """Ask the user; None where nobody can answer."""


def status_of(screen: Screen, settings: Config, start: str) -> Callable[[str], None]:
    """A function that shows a status that begins with `start`; nothing under `suppress_stdout`."""
    if settings.suppress_stdout:
        return SILENT.wait
    return lambda words: screen.status(start + words)


def place_of(project: Project | None) -> str:
    """How messages name the place that packages are installed into."""
    if project is None:
        return "this environment"
    return f"project {project.notebook.stem if project.notebook else project.name}"
