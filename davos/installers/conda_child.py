"""Runs py-rattler for an installation: `python -I conda_child.py`.

The standard input is JSON as `conda_request` and `conda_solving` make it, and may come while
py-rattler is loaded; `conda_protocol` says what is printed. py-rattler runs in a process of its own
because it cannot be used in one that has an event loop already, and may crash when an interpreter
ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from typing import NoReturn


def leave(status: int) -> NoReturn:
    """End the process without taking the interpreter apart, which can crash py-rattler."""
    sys.stdout.flush()
    os._exit(status)


def _make_packages() -> None:
    """Make the packages of the modules needed here, without what davos itself loads."""
    for name, folder in zip(("davos.installers", "davos"), Path(__file__).parents):
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(folder)]
        sys.modules[name] = module_from_spec(spec)


def main() -> None:
    """Do what the request says; does not return."""
    _make_packages()
    from davos.installers.conda_lock_jobs import job_of  # noqa: PLC0415 - once these are made
    from davos.installers.conda_protocol import Failure, tell  # noqa: PLC0415 - likewise

    try:
        request = json.loads(sys.stdin.buffer.read())
        for name, value in request["variables"].items():  # which py-rattler reads
            os.putenv(name, value)
        tell("done", installed=asyncio.run(job_of(request).run()))
    except Failure as error:
        tell("failed", kind=error.kind, message=str(error), **error.details)
        leave(1)
    except KeyboardInterrupt:
        leave(130)
    except Exception as error:  # noqa: BLE001 - the parent shows it
        tell("failed", kind="other", message=f"{type(error).__name__}: {error}")
        leave(1)
    leave(0)


if __name__ == "__main__":
    main()
