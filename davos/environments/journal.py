"""The journal of a commit: which renames are to be made, and making those that are not yet.

It is written and synchronised with the disk before the first rename. Each rename is
recognised as made by what lies in the commit's own folder: the staged file is gone, or the
replaced one is in the trash. So replaying it again, after a kill at any moment, makes the
rest and nothing twice.

Inside the folder are `journal`, `environment/` with the staged files, and `trash/`.
"""

# Renames are made by the thousand: paths are text
# ruff: noqa: PTH101, PTH103, PTH104, PTH117, PTH118, PTH120

from __future__ import annotations

import errno
import json
import os
import secrets
import stat
from typing import TYPE_CHECKING, NamedTuple, Sequence, Tuple

from davos.environments.commit_plan import Kind, Move
from davos.environments.staging import ENVIRONMENT

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Journal", "read", "replay", "write"]

_NAME = "journal"
_TRASH = "trash"
_VERSION = 1
_END = "end"
_OCCUPIED = frozenset({errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR, errno.EISDIR})
_ATTEMPTS = 10
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class Journal(NamedTuple):
    """The renames of one commit, and the project's generation after it."""

    generation: int
    moves: tuple[Move, ...]


def write(folder: Path, journal: Journal) -> None:
    """Write a journal that is complete on the disk when this returns. Raises OSError."""
    (folder / _TRASH).mkdir()
    lines = [[_VERSION, journal.generation], *journal.moves, _END]
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK
    with os.fdopen(os.open(folder / _NAME, flags, 0o666), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder written to the disk, where a folder can be opened.

    Raises OSError.
    """
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(folder: Path) -> Journal | None:
    """The journal in a folder; None if it is not complete, or of an unknown version.

    Raises OSError if there is one that cannot be read.
    """
    try:
        descriptor = os.open(folder / _NAME, os.O_RDONLY | _NO_LINK)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
        return _parsed(file.read())


def _parsed(text: str) -> Journal | None:
    try:
        lines = [json.loads(line) for line in text.splitlines()]
        (version, generation), *moves, end = lines
        known = tuple(Move(Kind(kind), source, target) for kind, source, target in moves)
    except (ValueError, TypeError):
        return None
    is_complete = version == _VERSION and end == _END and all(map(_stays_inside, known))
    return Journal(int(generation), known) if is_complete else None


def _stays_inside(move: Move) -> bool:
    return not any(
        os.path.isabs(path) or ".." in path.split("/") or not path
        for path in (move.source, move.target)
    )


def replay(journal: Journal, folder: Path, project: Path) -> None:
    """Make the renames that are not made yet, in order. Raises OSError.

    `folder` is the commit's, `project` the prefix that the project has.
    """
    trash = os.path.join(folder, _TRASH)
    places = [_places(move, str(folder), trash, str(project)) for move in journal.moves]
    for move, (source, target) in zip(*_rest(journal.moves, places)):
        if os.path.lexists(source):
            _make(move, source, target, trash)


_Places = Tuple[str, str]


def _places(move: Move, folder: str, trash: str, project: str) -> _Places:
    """Where a move's source and target are."""
    if move.kind is Kind.OUT:
        return os.path.join(project, move.source), os.path.join(trash, move.target)
    source = os.path.join(folder, ENVIRONMENT, move.source)
    return source, os.path.join(project, move.target)


def _rest(
    moves: Sequence[Move],
    places: Sequence[_Places],
) -> tuple[Sequence[Move], Sequence[_Places]]:
    """The moves behind the last one that was made: they are made one after the other."""
    made = [
        os.path.lexists(target) if move.kind is Kind.OUT else not os.path.lexists(source)
        for move, (source, target) in zip(moves, places)
    ]
    first = len(made) - made[::-1].index(True) if True in made else 0
    return moves[first:], places[first:]


def _make(move: Move, source: str, target: str, trash: str) -> None:
    """Make one rename.

    An import that was going on when a folder went out may have made it again, for its
    bytecode: that goes to the trash, too.
    """
    for _ in range(_ATTEMPTS):
        try:
            return _rename(source, target)
        except PermissionError:
            _allow(source, os.path.dirname(source), os.path.dirname(target))
        except FileNotFoundError:
            os.makedirs(os.path.dirname(target))  # someone deleted it, or else this raises
        except OSError as error:
            if move.kind is Kind.OUT or error.errno not in _OCCUPIED:
                raise
            _rename(target, os.path.join(trash, secrets.token_hex(8)))
    return _rename(source, target)


def _allow(*folders: str) -> None:
    """Let the owner of read-only folders rename them and what they hold."""
    for folder in folders:
        mode = os.lstat(folder).st_mode
        if stat.S_ISDIR(mode):
            os.chmod(folder, stat.S_IMODE(mode) | stat.S_IRWXU)


def _rename(source: str, target: str) -> None:
    os.rename(source, target)
