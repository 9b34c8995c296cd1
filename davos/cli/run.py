"""`davos run`: a notebook in a real kernel, or a script."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import traceback
from contextlib import contextmanager
from typing import Callable, Iterator, Sequence

from davos.cli.arguments import Parser
from davos.cli.input_files import complain, reason
from davos.cli.main import EXIT_INTERRUPTED
from davos.configuration import config
from davos.escaping import for_terminal
from davos.exceptions import DavosError, LockError, NotebookError
from davos.files import check_readable

__all__ = ["command_parser", "main"]

EXIT_USAGE = 2
# JupyterLab brings it along. jsonschema, which nbformat imports, loads it if it is there, and then
# it makes 38 parsers, which takes more than a second. No schema of notebooks has an IRI.
_GRAMMARS_OF_IRIS = "rfc3987_syntax"


def main(arguments: Sequence[str]) -> int:
    """Run a file; 0 done, 1 the run failed, 2 wrong use or unreadable file."""
    parser = command_parser()
    if arguments[:1] == ["-m"] and len(arguments) > 1:  # what follows is the module's
        return _run_module(arguments[1], arguments[2:])
    options = parser.parse_args(arguments)
    if options.module is not None:
        parser.error("-m MODULE stands before everything else")
    if not options.path.lower().endswith(".ipynb"):
        return _run_script(options, parser)
    # Behind a notebook come options, not the arguments that a script would get.
    path = options.path
    options = parser.parse_args([*options.args, path], options)
    if options.path != path or options.args:
        parser.error("a notebook takes no arguments")
    missing = [name for name in ("nbclient", "ipykernel") if not importlib.util.find_spec(name)]
    if missing:
        complain(f"running a notebook needs {missing[0]}: pip install 'davos[run]>=0.3'")
        return EXIT_USAGE
    status = _lock_status(options)
    if status:
        return status
    with _hidden(_GRAMMARS_OF_IRIS):
        from davos.cli.run_notebook import run_notebook  # noqa: PLC0415 - an optional dependency

    return run_notebook(options)


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    """Have imports fail that ask for a module of a name, unless it is loaded."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos run",
        usage=(
            "davos run [OPTION...] NOTEBOOK.ipynb | davos run SCRIPT [ARG...] | "
            "davos run -m MODULE [ARG...]"
        ),
        description="Run a notebook in a kernel of this Python, or a script or a module.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("path", metavar="PATH", help="a notebook (.ipynb), or a script")
    add(
        "args",
        nargs=argparse.REMAINDER,
        metavar="ARG",
        help="the sys.argv[1:] of a script or a module",
    )
    add("-m", dest="module", metavar="MODULE", help="run a module, as `python -m MODULE` does")
    locked = "smuggle nothing but what the document's lock holds; also DAVOS_LOCKED=1"
    add("--locked", action="store_true", help=locked)
    notebooks = parser.add_argument_group("for notebooks")
    add = notebooks.add_argument
    add("--inplace", action="store_true", help="write the outputs into the notebook")
    add("--output", metavar="FILE", help="write the notebook with its outputs to a file")
    add("--timeout", type=_seconds, metavar="SECONDS", help="the longest that a cell may take")
    add("--allow-errors", action="store_true", help="continue after a cell that fails")
    return parser


def _lock_status(options: argparse.Namespace) -> int:
    """With `--locked`: have the run keep to the lock; the exit status if there is none, else 0."""
    if not options.locked:
        return 0
    from davos.cli.locked_documents import (  # noqa: PLC0415 - for `--locked` only
        lock_of,
        sets_its_lock,
    )
    from davos.engine.notebook_lock import VARIABLE  # noqa: PLC0415 - likewise

    try:
        lock_of(options.path)
    except (OSError, NotebookError) as error:
        complain(f"{options.path}: {reason(error)}")
        return EXIT_USAGE
    except LockError as error:
        if not sets_its_lock(options.path):  # else the first smuggle tells
            complain(f"{options.path}: {error}")
            return 1
    os.environ[VARIABLE] = "1"
    return 0


def _seconds(text: str) -> int:
    seconds = int(text)
    if seconds <= 0:
        raise ValueError
    return seconds


_seconds.__name__ = "number of seconds"


def _run_script(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    if options.inplace or options.output or options.timeout or options.allow_errors:
        parser.error("--inplace, --output, --timeout and --allow-errors are for notebooks")
    try:
        check_readable(options.path)
    except OSError as error:
        complain(f"{options.path}: {error.strerror}")
        return EXIT_USAGE
    status = _lock_status(options)
    if status:
        return status
    from davos.frontends.script.runner import run_script  # noqa: PLC0415 - loads the engine

    return _reported(lambda: run_script(options.path, options.args))


def _run_module(name: str, args: Sequence[str]) -> int:
    from davos.frontends.script.runner import NoSuchModuleError, run_module  # noqa: PLC0415 - likewise

    try:
        return _reported(lambda: run_module(name, args))
    except NoSuchModuleError as error:
        complain(str(error))
        return EXIT_USAGE


def _reported(run: Callable[[], int]) -> int:
    """Run a script or a module; its uncaught error is shown as Python shows it."""
    from davos.frontends.script.runner import NoSuchModuleError  # noqa: PLC0415 - likewise

    try:
        return run()
    except NoSuchModuleError:
        raise
    except KeyboardInterrupt as error:
        if not error.args:
            raise
        _print_traceback(error)
        return EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever the script raises
        sys.stdout.flush()
        _print_traceback(error)
        return 1


def _print_traceback(error: BaseException) -> None:
    """Print a traceback from the program's first frame on, as `python script` would.

    An error of a smuggle is shown as the user's own line.
    """
    from davos.frontends.error_display import (  # noqa: PLC0415 - for errors only
        lines_of,
        mark,
        without_davos_frames,
    )
    from davos.frontends.missing_module import advice  # noqa: PLC0415 - likewise
    from davos.frontends.user_line import user_place  # noqa: PLC0415 - likewise

    if isinstance(error, DavosError) and not config.debug:
        place = user_place(error, error.__traceback__)
        if place is not None:
            mark(error, place)
    if getattr(error, "davos_place", None) is not None:
        print("\n".join(lines_of(error)), file=sys.stderr)
        return
    frame = without_davos_frames(error.__traceback__)
    if isinstance(error, DavosError):
        lines = traceback.format_exception(type(error), error, frame)
        sys.stderr.write(for_terminal("".join(lines)))
    else:
        traceback.print_exception(type(error), error, frame)
        advised = advice(error)
        if advised:
            print(for_terminal(advised), file=sys.stderr)
