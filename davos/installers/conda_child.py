"""Runs py-rattler for an installation: `python -I conda_child.py REQUEST`.

REQUEST is a JSON file as `conda_request.child_request` describes it; `conda_protocol` says what is
printed. py-rattler runs in a process of its own because it cannot be used in one that has an
event loop already, and may crash when an interpreter ends.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import NoReturn


def leave(status: int) -> NoReturn:
    """End the process without taking the interpreter apart, which can crash py-rattler."""
    sys.stdout.flush()
    os._exit(status)


def main() -> None:
    """Do what the request says; does not return."""
    sys.path.append(str(Path(__file__).parents[2]))  # davos may run from a clone
    from davos.installers.conda_lock_jobs import job_of  # noqa: PLC0415 - from that path
    from davos.installers.conda_protocol import Failure, tell  # noqa: PLC0415 - likewise

    try:
        request = json.loads(Path(sys.argv[1]).read_text("utf-8"))
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
