"""The digests in RECORD of files that got the new path of a project.

A file that was changed by something else keeps the digest it had: it tells of that.

Source: "Recording installed projects" (RECORD).
"""

# Paths in RECORD are text
# ruff: noqa: PTH118

from __future__ import annotations

import csv
import io
import os
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Callable, Collection, Iterator

from davos.distributions.index import distributions
from davos.distributions.record_hashes import recorded_hash
from davos.environments import installed_files, overlay
from davos.environments.layout import LAYOUT
from davos.environments.relocated_contents import (
    PATH_FILES,
    in_path_file,
    in_script,
    programs,
    with_plain_shebang,
)

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution

__all__ = ["files", "write_digests"]


def files(old: Path, new: Path) -> None:
    """Record the files of a renamed project that differ from RECORD by its path alone.

    They lie in `new`, and have their new contents. Doing it again changes nothing. Raises OSError.
    """
    for site_packages in new.glob(LAYOUT.all_site_packages):
        for distribution in distributions([str(site_packages)]):
            note = partial(installed_files.renew, new, distribution.normalized_name)
            write_digests(distribution, set(_moved(distribution, old, new)), note)


def write_digests(
    distribution: Distribution,
    changed: Collection[str],
    note: Callable[[bytes, bytes], None] = lambda _before, _after: None,
) -> None:
    """Have RECORD name the digests and sizes that the changed files have now. Raises OSError.

    `changed` are absolute paths. `note` is called with RECORD as it is and as it is going to be.
    """
    known = distribution.read("RECORD")
    rows = _rows(known)
    renewed = [_renewed(row, distribution.location, changed) for row in rows]
    if renewed != rows:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(renewed)
        note(known.encode("utf-8"), text.getvalue().encode("utf-8"))
        overlay.write(distribution.info / "RECORD", text.getvalue())


def _rows(record: str) -> list[list[str]]:
    return [row for row in csv.reader(record.splitlines()) if row]


def _renewed(row: list[str], folder: Path, changed: Collection[str]) -> list[str]:
    """A row of RECORD as it is for a file that has changed."""
    path = _place(folder, row)
    if path not in changed or len(row) < 2 or not row[1]:  # noqa: PLR2004  # path, hash, size
        return row
    content = Path(path).read_bytes()
    return [row[0], recorded_hash(content), str(len(content))]


def _moved(distribution: Distribution, old: Path, new: Path) -> Iterator[str]:
    """The files that have their recorded digest once their new path is the old one again."""
    for row in _rows(distribution.read("RECORD")):
        path = _place(distribution.location, row)
        if len(row) > 1 and row[1] and _may_hold_path(row[0], path, new):
            contents = _earlier(_content(path), old, new)
            if row[1] in map(recorded_hash, contents):
                yield path


def _place(folder: Path, row: list[str]) -> str:
    return os.path.normpath(os.path.join(folder, row[0]))


def _may_hold_path(name: str, path: str, prefix: Path) -> bool:
    """Whether a file, `name` in RECORD, is a script or one in which paths are written."""
    parts = PurePath(name).parts
    return path.startswith(os.path.join(prefix, LAYOUT.scripts, "")) or any(
        len(parts) == len(PurePath(pattern).parts) and PurePath(name).match(pattern)
        for pattern in PATH_FILES
    )


def _earlier(content: bytes, old: Path, new: Path) -> Iterator[bytes]:
    """What a file with the new path may have been: a path file, or a script of either form."""
    before, after = programs(old), programs(new)
    yield in_path_file(content, new, old)
    for form in (content, with_plain_shebang(content)):
        yield in_script(form, after, before)


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""
