"""What a rerun leaves that ends with its process: the next session of the notebook tells of it.

A process that is killed can answer nothing. Before it restarts, a kernel therefore leaves a
record in `$DAVOS_HOME/reruns`: a line of JSON, to which `davos.frontends.restart.replay` adds the
number of each cell that it begins with. The record goes when the rerun is over, however it ended.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Iterator

from davos.environments.project import home_folder

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["recorded", "sentence", "take"]

_KEPT_SECONDS = 30 * 24 * 3600


@contextmanager
def recorded(connection: str, document: str | None, what: str) -> Iterator[str]:
    """Leave a record, and take it away if the block ends; its path, empty if it cannot be left.

    `connection` is the kernel's connection file, `document` the notebook's path if it is known,
    and `what` is what the restart is for. A block that becomes another process does not end.
    """
    import json  # noqa: PLC0415 - for restarts only

    path = _folder() / f"{os.getpid()}-{time.time_ns()}"
    told = {"pid": os.getpid(), "connection": connection, "document": document, "what": what}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep()
        path.write_text(json.dumps(told) + "\n", "utf-8")
    except OSError:
        yield ""
        return
    try:
        yield str(path)
    finally:
        with suppress(OSError):
            path.unlink()


def take(connection: str, document: str | None) -> str:
    """What to tell of a rerun of this kernel or notebook that ended with its process; else empty.

    It is told once. A front end that starts a kernel again keeps its connection file.
    """
    for path in _records():
        with suppress(OSError, ValueError, LookupError, TypeError):
            record, cells = _read(path)
            same_kernel = record["connection"] == connection
            same_document = document is not None and record["document"] == document
            if same_kernel or (same_document and not _is_alive(int(record["pid"]))):
                path.unlink()
                return sentence(str(record["what"]), cells[-1] if cells else None)
    return ""


def sentence(what: str, at: int | None) -> str:
    """What a user reads of a rerun whose process ended in a cell, or before the first one."""
    did = "restarted" if at is None else f"ran [{at}] again"
    unless = "To need no restart" if at is None else f"If [{at}] cannot run twice"
    return (
        f"The kernel ended while it {did} for {what}: nothing that was defined before is there. "
        f"To go on, run the notebook from its first cell. {unless}, ask for {what} in the first "
        "statement that smuggles it."
    )


def _folder() -> Path:
    return home_folder() / "reruns"


def _records() -> list[Path]:
    """The records, the latest first; none in most homes."""
    try:
        names = os.listdir(_folder())
    except OSError:
        return []
    return sorted((_folder() / name for name in names), key=_age)


def _age(path: Path) -> float:
    with suppress(OSError):
        return time.time() - path.stat().st_mtime
    return 0.0


def _sweep() -> None:
    """Remove the records of notebooks that were not opened again."""
    for path in _records():
        if _age(path) > _KEPT_SECONDS:
            with suppress(OSError):
                path.unlink()


def _read(path: Path) -> tuple[dict[str, Any], list[int]]:
    import json  # noqa: PLC0415 - where there is a record

    first, *cells = path.read_text("utf-8").splitlines()
    return dict(json.loads(first)), [int(cell) for cell in cells]


def _is_alive(pid: int) -> bool:
    """Whether a process runs; not this one, which tells of an earlier one with its number."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
