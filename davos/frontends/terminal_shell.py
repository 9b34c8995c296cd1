"""IPython in a terminal, started by davos.

Source: `IPython.terminal.ipapp.TerminalIPythonApp`, which `ipython` starts.
"""

from __future__ import annotations

from typing import Sequence

from IPython.terminal.ipapp import TerminalIPythonApp

__all__ = ["DavosIPythonApp", "run_shell"]


class DavosIPythonApp(TerminalIPythonApp):  # type: ignore[misc]  # IPython has no types
    """The program `ipython`, which loads the extension davos behind the user's own."""

    def init_extensions(self) -> None:
        """Load the extensions that the user configured, then davos."""
        super().init_extensions()
        self.shell.extension_manager.load_extension("davos")


def run_shell(arguments: Sequence[str]) -> None:
    """Run IPython with command line arguments until it ends, with smuggle statements on.

    Raises SystemExit as IPython does, with its exit status.
    """
    DavosIPythonApp.launch_instance(argv=list(arguments))
