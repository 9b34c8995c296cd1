"""davos outside IPython: scripts, the modules they import, calls of `davos.smuggle()`."""

from __future__ import annotations

import os
import sys
import tokenize
from types import ModuleType
from typing import TYPE_CHECKING, Any, Sequence

from davos.configuration import Binding
from davos.frontends import detect
from davos.frontends.asking import ask, has_terminal
from davos.frontends.import_hook import SmuggleFinder
from davos.frontends.session import Session
from davos.frontends.status import status_for

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.reload.rerun import Restarter

__all__ = ["PythonFrontend", "install", "run_script"]


class PythonFrontend:
    """The engine's `Frontend` in plain Python."""

    def __init__(self) -> None:
        self.status = status_for(None).show

    @property
    def namespace(self) -> dict[str, Any]:
        """The global namespace of the main module."""
        return vars(sys.modules["__main__"])

    def show(self, text: str) -> None:
        """Print a line to standard error: standard output is the program's own."""
        print(text, file=sys.stderr, flush=True)

    def confirm(self, question: str) -> bool | None:
        """Ask on the terminal; None where there is none."""
        return ask(question) if has_terminal() else None

    @property
    def restarter(self) -> Restarter:
        """How to start this program anew."""
        from davos.frontends import no_restart, script_restart  # noqa: PLC0415 - seldom so early

        advice = "restart the program to use the new one"
        return script_restart.running() or no_restart.NoRestarter(advice)


def install(settings: Config) -> Session:
    """Make `davos.smuggle()` work in this interpreter; `davos.active` smuggles in modules."""
    session = Session(PythonFrontend(), settings, detect.FALLBACK_PROJECT)
    finder = SmuggleFinder(session.smuggle)
    settings.bind(active=Binding(lambda: finder.active, finder.set))
    session.start()
    return session


def run_script(path: str, args: Sequence[str]) -> int:
    """Run a script as `python path args` does; the exit status.

    The project is the script's own; modules that it imports may smuggle, too. Raises
    OSError if it cannot be read, and SyntaxError if it is no Python; what the script
    raises goes through.
    """
    import davos  # noqa: PLC0415 - the module that holds the session
    from davos.frontends import script_restart  # noqa: PLC0415 - programs that only call do without
    from davos.translate import translate  # noqa: PLC0415 - programs that only call do without

    script_restart.begin(path, args)
    with tokenize.open(path) as file:
        text = file.read()
    translated = translate(text, filename=path, binding="local")
    code = compile(translated, path, "exec", dont_inherit=True)
    davos.configure(active=True, project=os.path.abspath(path))
    main = ModuleType("__main__")
    vars(main).update(__file__=path, __cached__=None, smuggle=davos.smuggle)
    sys.modules["__main__"] = main
    sys.argv = [path, *args]
    sys.path[0] = os.path.dirname(os.path.abspath(path))
    exec(code, vars(main))  # noqa: S102 - to run it is what was asked
    return 0
