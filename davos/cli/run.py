"""`davos run`: a notebook in a real kernel, or a script."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import traceback
from typing import Sequence

from davos.cli.input_files import complain
from davos.cli.main import EXIT_INTERRUPTED
from davos.escaping import for_terminal
from davos.exceptions import DavosError
from davos.files import check_readable

__all__ = ["main"]

EXIT_USAGE = 2


def main(arguments: Sequence[str]) -> int:
    """Run a file; 0 done, 1 the run failed, 2 wrong use or unreadable file."""
    parser = _parser()
    options = parser.parse_args(arguments)
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
    from davos.cli.run_notebook import run_notebook  # noqa: PLC0415 - an optional dependency

    return run_notebook(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="davos run",
        usage="davos run [OPTION...] NOTEBOOK.ipynb | davos run SCRIPT [ARG...]",
        description="Run a notebook in a kernel of this Python, or a script.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("path", metavar="PATH", help="a notebook (.ipynb), or a script")
    add("args", nargs=argparse.REMAINDER, metavar="ARG", help="the script's sys.argv[1:]")
    notebooks = parser.add_argument_group("for notebooks")
    add = notebooks.add_argument
    add("--inplace", action="store_true", help="write the outputs into the notebook")
    add("--output", metavar="FILE", help="write the notebook with its outputs to a file")
    add("--timeout", type=_seconds, metavar="SECONDS", help="the longest that a cell may take")
    add("--allow-errors", action="store_true", help="continue after a cell that fails")
    return parser


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
    from davos.frontends.script.runner import main_file, run_script  # noqa: PLC0415 - loads the engine

    file = main_file(options.path)
    try:
        return run_script(options.path, options.args)
    except KeyboardInterrupt as error:
        if not error.args:
            raise
        _print_traceback(error, file)
        return EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever the script raises
        sys.stdout.flush()
        _print_traceback(error, file)
        return 1


def _print_traceback(error: BaseException, script: str) -> None:
    """Print a traceback from the script's own first frame on, as `python script` would.

    An error of a smuggle is shown as the user's own line.
    """
    if getattr(error, "davos_place", None) is not None:
        from davos.frontends.error_display import lines_of  # noqa: PLC0415 - for errors only

        print("\n".join(lines_of(error)), file=sys.stderr)
        return
    frame = error.__traceback__
    while frame is not None and frame.tb_frame.f_code.co_filename != script:
        frame = frame.tb_next
    if isinstance(error, DavosError):
        lines = traceback.format_exception(type(error), error, frame)
        sys.stderr.write(for_terminal("".join(lines)))
    else:
        traceback.print_exception(type(error), error, frame)
