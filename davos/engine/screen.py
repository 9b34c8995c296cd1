"""What the engine shows to the user and asks, through the front end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Protocol

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.environments.project import Project

__all__ = ["Screen", "place_of", "status_of"]


class Screen(Protocol):
    """The part of a front end that shows text and asks questions."""

    @property
    def shows_status(self) -> bool:
        """Whether somebody sees what `status` shows."""

    def show(self, text: str) -> None:
        """Show a line, to stay."""

    def status(self, text: str, *, stays: bool = True) -> None:
        """Show what is going on in place of the last status; an empty text removes it.

        Without `stays` it is shown only where it can be removed without a trace.
        """

    def conclude(self, text: str) -> None:
        """Show a line that stays, in place of the last status."""

    def confirm(self, question: str) -> bool | None:
        """Ask the user; None where nobody can answer."""


def status_of(
    screen: Screen, settings: Config, start: str, *, stays: bool = True
) -> Callable[[str], None]:
    """A function that shows a status that begins with `start`; nothing under `suppress_stdout`.

    It `stays` where it cannot be removed, unless there is to be no summary, either.
    """
    if settings.suppress_stdout:
        return _show_nothing
    return lambda words: screen.status(start + words, stays=stays and settings.summary)


def _show_nothing(_text: str) -> None:
    """Show nothing."""


def place_of(project: Project | None) -> str:
    """How messages name the place that packages are installed into."""
    if project is None:
        return "this environment"
    return f"project {project.notebook.stem if project.notebook else project.name}"
