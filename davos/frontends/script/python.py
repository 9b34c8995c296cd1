"""davos outside IPython: the modules that scripts import, calls of `davos.smuggle()`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from davos.asking import ask, has_terminal
from davos.configuration import Binding
from davos.escaping import for_terminal
from davos.frontends import detect, import_hook
from davos.frontends.session import Session
from davos.frontends.status import TerminalStatus

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.engine.rerun import Restarter

__all__ = ["PythonFrontend", "install"]


class PythonFrontend:
    """The engine's `Frontend` in plain Python."""

    spawned: dict[str, Any] | None = None
    """The main module's namespace in a process that a script spawned."""

    def __init__(self) -> None:
        self._status = TerminalStatus()
        self.status = self._status.show

    @property
    def namespace(self) -> dict[str, Any]:
        """The global namespace of the main module."""
        return vars(sys.modules["__main__"]) if self.spawned is None else self.spawned

    @property
    def document(self) -> str | None:
        """The script, if the main module is one."""
        file = self.namespace.get("__file__")
        return file if isinstance(file, str) else None

    notebook_text = None
    """A script has a path."""

    def present(self, error: BaseException) -> None:
        """An error shows itself as `sys.excepthook` does; see `davos.frontends.script.runner`."""

    def file_name(self, filename: str) -> str:
        """How messages name a file."""
        return f'File "{filename}"'

    @property
    def shows_status(self) -> bool:
        """Whether standard error is a terminal."""
        return self._status.is_seen

    def show(self, text: str) -> None:
        """Print a line to standard error: standard output is the program's own."""
        print(for_terminal(text), file=sys.stderr, flush=True)

    def conclude(self, text: str) -> None:
        """Remove the status line and print a line."""
        self.status("")
        self.show(text)

    def confirm(self, question: str) -> bool | None:
        """Ask on the terminal; None where there is none."""
        return ask(question) if has_terminal() else None

    @property
    def restarter(self) -> Restarter:
        """How to start this program anew."""
        from davos.frontends.restart import script, unavailable  # noqa: PLC0415 - seldom so early

        advice = "restart the program to use the new one"
        return script.running() or unavailable.NoRestarter(advice)


def install(settings: Config) -> Session:
    """Make `davos.smuggle()` work in this interpreter; `davos.active` smuggles in modules."""
    session = Session(PythonFrontend(), settings, detect.default_project(None))
    settings.bind(active=Binding(import_hook.hooked, import_hook.set_hooked))
    session.start()
    return session
