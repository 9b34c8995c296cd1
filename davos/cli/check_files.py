"""Checks many files, in several processes where that pays, and in the order of the files."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Iterable, Iterator

from davos.cli.input_files import reason
from davos.documents.reader import read_document
from davos.exceptions import DavosError
from davos.files import read_file, replace_file
from davos.lint.checker import check_document, fix_bytes
from davos.lint.reports.fix_diff import with_diffs
from davos.lint.settings import Settings, load

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

    from davos.documents.diagnostic import Diagnostic
    from davos.documents.document import Document

__all__ = ["Checked", "Job", "check_all", "check_data", "check_file"]

# So much work by one process says that there is enough for several: to start one takes 20 ms.
WORTH_SECONDS = 0.2
CHUNK = 8
MOST_PROCESSES = 8


@dataclass(frozen=True)
class Job:
    """What to do with each file; without `settings` those of its own pyproject.toml hold.

    `write` puts fixes into the file, `fix` only computes them; `diffs` says that the
    rows which a fix changes are to be shown.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    settings: Settings | None = None
    fix: bool = False
    unsafe: bool = False
    write: bool = False
    diffs: bool = False

    def settings_for(self, path: str) -> Settings:
        """The settings for a file, the command line's on top."""
        settings = load(path) if self.settings is None else self.settings
        given = (self.select, self.ignore, self.extend_select)
        return settings.overridden(*given) if any(given) else settings


@dataclass
class Checked:
    """What came of a file: findings, what was fixed, or why it could not be read.

    `before` and `after` are its bytes where fixes changed them.
    """

    path: str
    diagnostics: list[Diagnostic] = field(default_factory=list)
    fixed: int = 0
    before: bytes = b""
    after: bytes = b""
    failure: str | None = None

    def keep_only_findings(self) -> Checked:
        """Without the bytes, for the way to another process."""
        self.before = self.after = b""
        return self


def check_all(paths: Iterable[str], job: Job) -> Iterator[Checked]:
    """Check files; the results come in the order of the paths."""
    paths = iter(paths)
    workers = min(usable_cores(), MOST_PROCESSES)
    started = time.process_time()
    for path in paths:
        yield check_file(path, job)
        if workers > 1 and time.process_time() - started >= WORTH_SECONDS:
            break
    yield from _by_workers(paths, job, workers)


def _by_workers(paths: Iterator[str], job: Job, workers: int) -> Iterator[Checked]:
    """Check the files that are left; the processes inherit what the first files had loaded."""
    first = list(islice(paths, CHUNK))
    if len(first) < CHUNK:
        for path in first:
            yield check_file(path, job)
        return
    with _context().Pool(workers, _prepare, (job,)) as pool:
        yield from pool.imap(_check_in_worker, chain(first, paths), CHUNK)


def usable_cores() -> int:
    """The processors that this process may use: in a container fewer than there are."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def check_file(path: str, job: Job) -> Checked:
    """Check a file, and fix it if that is the job."""
    try:
        checked = check_data(path, read_file(path), job)
        if job.write and checked.after != checked.before:
            replace_file(path, checked.after)
    except (OSError, DavosError) as error:
        return Checked(path, failure=reason(error))
    return checked


def check_data(path: str, data: bytes, job: Job) -> Checked:
    """Check the bytes of a file; raises `OSError` or `DavosError`."""
    settings = job.settings_for(path)
    if not job.fix:
        document = read_document(data, path)
        return Checked(path, _shown(check_document(document, settings), document, job))
    fixed = fix_bytes(data, path, settings, unsafe=job.unsafe)
    remaining = _shown(fixed.remaining, read_document(fixed.data, path), job)
    return Checked(path, remaining, len(fixed.fixed), data, fixed.data)


def _shown(found: list[Diagnostic], document: Document, job: Job) -> list[Diagnostic]:
    return with_diffs(document, found) if job.diffs and found else found


# ---- processes ----

_job = Job()


def _prepare(job: Job) -> None:
    global _job  # noqa: PLW0603 - each worker process has its one job
    _job = job


def _check_in_worker(path: str) -> Checked:
    checked = check_file(path, _job)
    return checked if _job.fix and not _job.write else checked.keep_only_findings()


def _context() -> BaseContext:
    """Forking is quick and safe here: there are no threads."""
    import multiprocessing  # noqa: PLC0415 - few files need none

    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
