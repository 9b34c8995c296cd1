"""The constraints files that an onion comment names, as constraints that davos writes itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Sequence

from davos.onion.constraints import ConstraintError, constraint_lines
from davos.onion.validator import option_error

if TYPE_CHECKING:
    from davos.onion.comment import Onion

__all__ = ["Limits", "read_limits"]


class Limits(NamedTuple):
    """Lines of constraints files: for what is installed, and for what builds it."""

    constraints: Sequence[str]
    build: Sequence[str] = ()


def read_limits(onion: Onion, constraints: Sequence[str]) -> Limits:
    """Some constraints, and those in the files that an onion comment names.

    Relative paths begin in the current folder, as pip's do; a kernel starts in the notebook's.
    Raises OnionArgumentError, with file and row, for what is not a name and versions.
    """
    named, build = (_named(onion, dest) for dest in ("constraint", "build_constraint"))
    return Limits([*constraints, *named], build)


def _named(onion: Onion, dest: str) -> list[str]:
    return [line for file in onion.options.get(dest, ()) for line in _read(onion, dest, file)]


def _read(onion: Onion, dest: str, file: str) -> list[str]:
    path = Path(os.path.expanduser(file))  # noqa: PTH111 - leaves an unknown user's ~ as it is
    try:
        if not path.is_file():  # a device or a pipe would be waited for
            raise FileNotFoundError
        return constraint_lines(path.read_bytes().decode("utf-8-sig"))
    except ConstraintError as error:
        reason = f"{file}:{error.row}: {error}"
    except UnicodeDecodeError:
        reason = f"{file} is not encoded in UTF-8"
    except OSError as error:
        reason = f"{file}: {error.strerror}" if error.strerror else f"there is no file {file}"
    flag = "-c" if dest == "constraint" else "--build-constraint"
    raise option_error(onion, dest, file, f"{flag} cannot be used: {reason}", code="DAV101")
