"""`davos verify`: whether the installed files are what the locks of documents name."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from functools import partial
from shlex import quote
from typing import TYPE_CHECKING, Mapping, NamedTuple, Sequence

from davos.cli.arguments import Parser
from davos.cli.locked_documents import EXIT_FAILED, status_of
from davos.distributions import index
from davos.documents.lock_place import holds_its_lock
from davos.engine.look import conda_prefixes
from davos.engine.running_kernel import irreplaceable, versions_to_run_on
from davos.engine.screen import place_of
from davos.environments.installed_files import known_files
from davos.escaping import for_json, one_line
from davos.exceptions import LockError
from davos.resolution.conda_verification import conda_differences
from davos.resolution.lock_selection import selection
from davos.resolution.lock_verification import Difference, differences

if TYPE_CHECKING:
    from davos.environments.project import Project
    from davos.resolution.lock_document import Lock

__all__ = ["command_parser", "main"]


class _Report(NamedTuple):
    """What was compared with the lock of a document, and what differs."""

    project: Project
    differences: list[Difference]

    @property
    def is_good(self) -> bool:
        return not any(one.is_fault for one in self.differences)

    @property
    def is_damaged(self) -> bool:
        """Whether files of the project itself are not what was installed."""
        folder = str(self.project.site_packages_dir) + os.sep
        return any((one.file or "").startswith(folder) for one in self.differences)


def main(arguments: Sequence[str]) -> int:
    """Compare; 0 all is as locked, 1 something differs or there is no lock, 2 unreadable file."""
    options = command_parser().parse_args(arguments)
    reports: dict[str, _Report] = {}

    def verified(path: str, lock: Lock, project: Project) -> int:
        reports[path] = _Report(project, _compared(path, lock, project))
        return 0 if reports[path].is_good else EXIT_FAILED

    paths = dict.fromkeys(options.paths)
    status = max(status_of(path, partial(verified, path), options.project) for path in paths)
    print(_json(reports) if options.json else _text(reports), end="")
    return status


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos verify",
        description="Compare each file of each distribution that the locks of documents "
        "name with what was installed, in their projects and in the environment below.",
        allow_abbrev=False,
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a document with a lock")
    parser.add_argument(
        "--project", metavar="NAME", help="compare this project, not the document's"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _compared(path: str, lock: Lock, project: Project) -> list[Difference]:
    chosen = selection(lock)
    if chosen.obstacle:
        raise LockError(chosen.obstacle)
    folder = str(project.site_packages_dir)
    index.clear_caches()
    running = versions_to_run_on(in_ipython=holds_its_lock(path))
    kept = irreplaceable((*chosen.files, *chosen.packages), running)
    known = known_files(project)
    return [
        *differences(chosen.files, [folder, *sys.path], known, folder, kept),
        *conda_differences(chosen.packages, conda_prefixes(project), known, kept),
    ]


def _text(reports: Mapping[str, _Report]) -> str:
    lines = [
        f"{one_line(path)}: {one_line(one.distribution)}: {one.kind}: {one_line(one.message)}\n"
        for path, report in reports.items()
        for one in report.differences
    ]
    for path, report in reports.items():
        words = "as locked" if report.is_good else "not as locked"
        lines.append(f"{one_line(path)}: {words} ({one_line(place_of(report.project))})\n")
        if report.is_damaged:
            words = f"`davos projects remove {quote(report.project.name)}` and `davos sync "
            lines.append(one_line(f"{path}: {words}{quote(path)}` install it anew") + "\n")
    return "".join(lines)


def _json(reports: Mapping[str, _Report]) -> str:
    files = [
        {
            "filename": path,
            "project": report.project.name,
            "differences": [asdict(one) for one in report.differences],
        }
        for path, report in reports.items()
    ]
    return for_json({"schema": 1, "files": files}, indent=1) + "\n"
