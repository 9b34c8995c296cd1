"""What a notebook's metadata say about where and when it ran."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any, Iterator

from davos.documents.notebook import load_notebook, member

__all__ = ["last_execution", "python_minor"]

# Where front ends note times: JupyterLab ("Record timing"), Papermill, and the ExecuteTime
# extension write ISO 8601, Colab milliseconds since 1970.
_TIMED = ("execution", "papermill", "ExecuteTime", "executionInfo")
_FRACTION = re.compile(r"\.\d+")


def python_minor(data: bytes) -> str | None:
    """The minor version of the Python that a notebook last ran with, as `3.11`.

    None if it does not say so. Raises `NotebookError`.
    """
    found = member(load_notebook(data), ("metadata", "language_info", "version"))
    match = re.match(r"\d{1,2}\.\d{1,3}(?=\.|$)", found) if isinstance(found, str) else None
    return match[0] if match else None


def last_execution(data: bytes) -> datetime | None:
    """When a cell of a notebook last ran, in UTC, if its front end noted it in the metadata.

    Raises `NotebookError`.
    """
    content = load_notebook(data)
    cells = content.get("cells")
    holders = [content, *(cells if isinstance(cells, list) else ())]
    return max((time for one in holders for time in _times(one)), default=None)


def _times(holder: Any) -> Iterator[datetime]:
    found = holder.get("metadata") if isinstance(holder, dict) else None
    metadata: dict[str, Any] = found if isinstance(found, dict) else {}
    for key in _TIMED:
        noted = metadata.get(key)
        for value in noted.values() if isinstance(noted, dict) else ():
            time = _milliseconds(value) if key == "executionInfo" else _iso(value)
            if time is not None:
                yield time


def _iso(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        # Python 3.9 reads neither Z nor fractions of any length
        time = datetime.fromisoformat(_FRACTION.sub("", value).replace("Z", "+00:00"))
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)


def _milliseconds(value: Any) -> datetime | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    try:
        time = datetime.fromtimestamp(value / 1000, timezone.utc)
    except (OverflowError, ValueError, OSError):
        return None
    return time if time.year > _FIRST_YEAR else None  # other numbers are no times


_FIRST_YEAR = 2000
