"""`davos verify`: whether the installed files are what the locks of documents name."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Sequence

from davos.cli.input_files import complain, reason
from davos.cli.locked_documents import named_lock_of, project_of
from davos.distributions import index
from davos.environments.installed_files import known_files
from davos.escaping import for_json, one_line
from davos.exceptions import DavosError, LockError, NotebookError
from davos.resolution.lock_selection import selection
from davos.resolution.lock_verification import Difference, differences

if TYPE_CHECKING:
    from davos.environments.project import Project
    from davos.resolution.lock_document import Lock

__all__ = ["main"]

EXIT_USAGE = 2


def main(arguments: Sequence[str]) -> int:
    """Compare; 0 all is as locked, 1 something differs or there is no lock, 2 unreadable file."""
    options = _parser().parse_args(arguments)
    status, reports = 0, []
    for path in dict.fromkeys(options.paths):
        try:
            found = _compared(named_lock_of(path), project_of(path, options.project))
        except (OSError, NotebookError) as error:
            complain(f"{one_line(path)}: {reason(error)}")
            status = EXIT_USAGE
        except DavosError as error:
            complain(f"{one_line(path)}: {error}")
            status = max(status, 1)
        else:
            reports.append((path, found))
            status = max(status, int(bool(found)))
    print(_json(reports) if options.json else _text(reports), end="")
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="davos verify",
        description="Compare each file of each distribution that the locks of documents "
        "name with what was installed, in their projects and in the environment below.",
        allow_abbrev=False,
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a document with a lock")
    parser.add_argument("--project", metavar="NAME", help="look into this project instead")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _compared(lock: Lock, project: Project) -> list[Difference]:
    chosen = selection(lock)
    if chosen.obstacle:
        raise LockError(chosen.obstacle)
    folder = str(project.site_packages_dir)
    index.clear_caches()
    return list(differences(chosen.files, [folder, *sys.path], known_files(project), folder))


def _text(reports: Sequence[tuple[str, list[Difference]]]) -> str:
    lines = [
        f"{one_line(path)}: {one_line(one.distribution)}: {one.kind}: {one_line(one.message)}\n"
        for path, found in reports
        for one in found
    ]
    lines += [f"{one_line(path)}: as locked\n" for path, found in reports if not found]
    return "".join(lines)


def _json(reports: Sequence[tuple[str, list[Difference]]]) -> str:
    files = [
        {"filename": path, "differences": [asdict(one) for one in found]} for path, found in reports
    ]
    return for_json({"schema": 1, "files": files}, indent=1) + "\n"
