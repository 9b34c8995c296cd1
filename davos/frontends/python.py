"""davos outside IPython: scripts, and programs that call `davos.smuggle()`."""

from __future__ import annotations

import os
import sys
import tokenize
from types import ModuleType
from typing import TYPE_CHECKING, Any, Sequence

from davos.frontends import detect
from davos.frontends.session import Session
from davos.frontends.status import status_for
from davos.translate import translate

if TYPE_CHECKING:
    from davos.configuration import Config

__all__ = ["PythonFrontend", "install", "run_script"]


class PythonFrontend:
    """The engine's `Frontend` in plain Python."""

    def __init__(self, module: str = "__main__") -> None:
        self._module = module
        self.status = status_for(kernel=False).show

    @property
    def namespace(self) -> dict[str, Any]:
        """The global namespace of the main module."""
        return vars(sys.modules[self._module])

    def show(self, text: str) -> None:
        """Print a line to standard error: standard output is the script's own."""
        print(text, file=sys.stderr, flush=True)

    def confirm(self, question: str) -> bool:
        """Ask on the terminal; False where there is none."""
        if not sys.stdin or not sys.stdin.isatty():
            return False
        return input(question).strip().lower() in ("", "y", "yes")


def install(settings: Config) -> Session:
    """Make `davos.smuggle()` work in this interpreter."""
    session = Session(PythonFrontend(), settings, detect.FALLBACK_PROJECT)
    session.start()
    return session


def run_script(path: str, args: Sequence[str]) -> int:
    """Run a script as `python path args` does; the exit status.

    The project is the script's own. Raises OSError if it cannot be read, and
    SyntaxError if it is no Python; what the script raises goes through.
    """
    import davos  # noqa: PLC0415 - the module that holds the session

    with tokenize.open(path) as file:
        text = file.read()
    absolute = os.path.abspath(path)
    code = compile(translate(text, filename=path), path, "exec", dont_inherit=True)
    main = ModuleType("__main__")
    vars(main).update(__file__=path, __cached__=None, smuggle=davos.smuggle)
    sys.modules["__main__"] = main
    sys.argv = [path, *args]
    sys.path[0] = os.path.dirname(absolute)
    davos.config.project = absolute
    exec(code, vars(main))  # noqa: S102 - to run it is what was asked
    return 0
