"""Runs a pip: `python run_pip.py PIP ARGUMENT...`; knows nothing of davos.

PIP is the path of pip's script or folder, or `pip` for the module that the interpreter finds.
When pip is done, the process ends without taking the interpreter apart: that is a sixth
of the time of a small install.
"""

import os
import sys
from typing import NoReturn


def main() -> None:
    """Run pip with the other arguments; does not return from a pip that calls `sys.exit`."""
    # The interpreter puts the script's folder there, with links resolved: its pip.py is not pip.
    here = os.path.dirname(os.path.realpath(__file__))  # noqa: PTH120 - pathlib is not loaded
    # And in the current folder may be anything.
    sys.path[:] = [entry for entry in sys.path if entry not in {"", here}]
    import runpy  # noqa: PLC0415 - from the cleaned path

    del sys.argv[0]
    try:
        if sys.argv[0] == "pip":
            runpy.run_module("pip", run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as ended:
        if not isinstance(ended.code, (int, type(None))):
            raise
        _leave(ended.code or 0)


def _leave(status: int) -> NoReturn:
    """End the process as the interpreter does, without freeing its memory."""
    import atexit  # noqa: PLC0415 - from the cleaned path
    import threading  # noqa: PLC0415 - likewise

    # There is no public interface; these two are what the interpreter itself calls first.
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001
    atexit._run_exitfuncs()  # noqa: SLF001
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
