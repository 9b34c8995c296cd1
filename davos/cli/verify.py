"""`davos verify`: whether the installed files are what the locks of documents name."""

from __future__ import annotations

import sys
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Mapping, Sequence

from davos.cli.arguments import Parser
from davos.cli.locked_documents import EXIT_FAILED, status_of
from davos.distributions import index
from davos.engine.running_kernel import irreplaceable, versions_to_run_on
from davos.environments.installed_files import known_files
from davos.escaping import for_json, one_line
from davos.exceptions import LockError
from davos.resolution.lock_selection import selection
from davos.resolution.lock_verification import Difference, differences

if TYPE_CHECKING:
    from davos.environments.project import Project
    from davos.resolution.lock_document import Lock

__all__ = ["command_parser", "main"]


def main(arguments: Sequence[str]) -> int:
    """Compare; 0 all is as locked, 1 something differs or there is no lock, 2 unreadable file."""
    options = command_parser().parse_args(arguments)
    reports: dict[str, list[Difference]] = {}

    def verified(path: str, lock: Lock, project: Project) -> int:
        reports[path] = _compared(lock, project)
        return EXIT_FAILED if any(one.is_fault for one in reports[path]) else 0

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
    parser.add_argument("--project", metavar="NAME", help="look into this project instead")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _compared(lock: Lock, project: Project) -> list[Difference]:
    chosen = selection(lock)
    if chosen.obstacle:
        raise LockError(chosen.obstacle)
    folder = str(project.site_packages_dir)
    index.clear_caches()
    running = versions_to_run_on(in_ipython=lock.path.suffix == ".ipynb")
    kept = irreplaceable(chosen.files, running)
    return list(differences(chosen.files, [folder, *sys.path], known_files(project), folder, kept))


def _text(reports: Mapping[str, list[Difference]]) -> str:
    lines = [
        f"{one_line(path)}: {one_line(one.distribution)}: {one.kind}: {one_line(one.message)}\n"
        for path, found in reports.items()
        for one in found
    ]
    good = (path for path, found in reports.items() if not any(one.is_fault for one in found))
    lines += [f"{one_line(path)}: as locked\n" for path in good]
    return "".join(lines)


def _json(reports: Mapping[str, list[Difference]]) -> str:
    files = [
        {"filename": path, "differences": [asdict(one) for one in found]}
        for path, found in reports.items()
    ]
    return for_json({"schema": 1, "files": files}, indent=1) + "\n"
