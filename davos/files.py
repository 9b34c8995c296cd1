"""Files replaced in one step: other programs read the old one or the new one."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

__all__ = ["replace_file"]


def replace_file(path: str | Path, data: bytes) -> None:
    """Write a file so that it is never half written; links and permissions are kept.

    Raises OSError; then the file is what it was.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.{os.urandom(8).hex()}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
        with suppress(FileNotFoundError):  # a new file has the usual permissions already
            shutil.copymode(target, temporary)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
