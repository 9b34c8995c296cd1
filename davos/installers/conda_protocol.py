"""What the process that runs py-rattler says: one JSON object a line, with a key `event`.

`solving` (`package`); `solved` (`packages`: how many are linked); `fetching` (`package`, `bytes`,
`total`, `files`, `all_files`); `linking` (`package`, `files`, `all_files`); at the end `done`
(`installed`: see `conda_job.described`) or `failed` (`kind`, `message` and what `conda_failure`
tells of it).
"""

from __future__ import annotations

import json
import sys
import threading
from typing import Any, Mapping

__all__ = ["Failure", "event_in", "tell"]

_writing = threading.Lock()


class Failure(Exception):  # noqa: N818 - it is no error of davos
    """Something that the user has to be told; `details` depend on `kind` (see `conda_failure`)."""

    def __init__(self, kind: str, message: str = "", **details: object) -> None:
        super().__init__(message)
        self.kind = kind
        self.details = details


def tell(event: str, **details: object) -> None:
    """Write an event to the standard output."""
    line = json.dumps({"event": event, **details})
    with _writing:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def event_in(line: str) -> Mapping[str, Any] | None:
    """The event in a line; None if the line is something else that was printed."""
    if not line.startswith('{"event": '):
        return None
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
