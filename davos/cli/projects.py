"""`davos projects`: what notebooks installed, and getting rid of it."""

from __future__ import annotations

import argparse
import re
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Callable, Mapping, Sequence

from davos import asking
from davos.cli import projects_report as report
from davos.cli.arguments import Parser
from davos.cli.input_files import complain
from davos.distributions.freeze import frozen, frozen_package
from davos.environments import project_collection, trash
from davos.environments.folder_size import human_size
from davos.environments.project import Project, home_folder
from davos.environments.project_collection import Holding, Survey, prunable, size_of, survey
from davos.environments.used_distributions import used_distributions
from davos.escaping import one_line
from davos.exceptions import DavosProjectError
from davos.near_words import did_you_mean
from davos.resolution.notebook_pins import requirements_of

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution

__all__ = ["ACTIONS", "command_parser", "main"]

EXIT_KEPT = 1
EXIT_USAGE = 2
_RUNNING = f"{sys.version_info[0]}.{sys.version_info[1]}"
_DAYS = {"h": 1 / 24, "d": 1, "w": 7, "y": 365}


class _UsageError(Exception):
    """What the user asked for does not exist or needs `--yes`."""


def main(arguments: Sequence[str]) -> int:
    """Do what is asked; 0 done, 1 something was kept, 2 wrong use or no such project."""
    options = command_parser().parse_args(arguments)
    try:
        return ACTIONS[options.action or "list"](options)
    except _UsageError as error:
        complain(str(error))
        return EXIT_USAGE
    except DavosProjectError as error:
        complain(str(error))
        return EXIT_KEPT


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos projects",
        description="Manage the environments that hold the packages of notebooks and scripts.",
        epilog="NAME is a project's name or the path of its notebook.",
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    _add_reading(actions)
    _add_changing(actions)
    return parser


def _add_reading(actions: argparse._SubParsersAction[Parser]) -> None:
    listing = actions.add_parser("list", help="size, packages, last use (the default)")
    _add_json(listing)
    show = actions.add_parser("show", help="one project and its packages")
    show.add_argument("name", metavar="NAME")
    _add_json(show)
    freeze = actions.add_parser("freeze", help="all that the notebook uses, as requirements")
    freeze.add_argument("name", metavar="NAME")
    freeze.add_argument("--python", metavar="X.Y", help="the packages for this version of Python")
    path = actions.add_parser("path", help="the project's folder")
    path.add_argument("name", metavar="NAME")


def _add_changing(actions: argparse._SubParsersAction[Parser]) -> None:
    rename = actions.add_parser("rename", help="give a project another name or notebook")
    rename.add_argument("old", metavar="OLD")
    rename.add_argument("new", metavar="NEW")
    remove = actions.add_parser("remove", help="delete projects")
    remove.add_argument("names", nargs="+", metavar="NAME")
    prune = actions.add_parser("prune", help="delete the projects whose notebook is gone")
    help_text = "also those not used for so long: 36h, 90d, 12w, 1y"
    prune.add_argument("--unused-for", type=_days, metavar="TIME", help=help_text)
    prune.add_argument("--dry-run", action="store_true", help="print what would be deleted")
    for action in (remove, prune):
        action.add_argument("-y", "--yes", action="store_true", help="do not ask")
    _add_json(prune)


def _add_json(parser: argparse.ArgumentParser) -> None:
    # Without a default: one of its own would undo `davos projects --json list`.
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def _days(text: str) -> float:
    match = re.fullmatch(r"(\d{1,6})([hdwy])", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration such as 36h, 90d, 12w or 1y")
    return int(match[1]) * _DAYS[match[2]]


def _list(options: argparse.Namespace) -> int:
    surveys = [survey(project) for project in project_collection.all_projects()]
    print(report.as_json(surveys) if options.json else report.table(surveys))
    return 0


def _show(options: argparse.Namespace) -> int:
    found = survey(_existing(options.name))
    print(report.as_json([found]) if options.json else _page(found))
    return 0


def _page(found: Survey) -> str:
    from davos.resolution.lock_state import lock_state  # noqa: PLC0415 - for this page only

    return report.page(found, lock_state(found.project))


def _freeze(options: argparse.Namespace) -> int:
    found = survey(_existing(options.name))
    holding = _holding(found.holdings, options.python)
    used = _used(found.project, holding)
    lines = [*map(frozen, used), *map(frozen_package, found.project.libraries())]
    if lines:
        print("\n".join(map(one_line, lines)))
    return 0


def _used(project: Project, holding: Holding | None) -> Sequence[Distribution]:
    """What a project holds; for the running Python, also what its notebook uses besides."""
    packages = holding.packages if holding else []
    if holding is not None and holding.python != _RUNNING:
        return packages
    asked = [one.name for one in requirements_of(project.notebook_text) if one.name]
    path = [str(project.site_packages_dir), *sys.path]
    return used_distributions([*asked, *(one.name for one in packages)], path)


def _holding(holdings: Sequence[Holding], wanted: str | None) -> Holding | None:
    """The packages for the wanted version of Python, for this one, or for the only one."""
    by_version = {holding.python: holding for holding in holdings}
    known = ", ".join(by_version) or "none"
    if wanted is not None:
        if wanted not in by_version:
            raise _UsageError(f"nothing is installed for Python {wanted}; there is: {known}")
        return by_version[wanted]
    if _RUNNING in by_version or not holdings:
        return by_version.get(_RUNNING)
    if len(holdings) > 1:
        raise _UsageError(f"give one of these versions of Python with --python: {known}")
    complain(f"these are the packages for Python {known}")
    return holdings[0]


def _path(options: argparse.Namespace) -> int:
    print(one_line(str(_existing(options.name).project_dir)))
    return 0


def _rename(options: argparse.Namespace) -> int:
    project = _existing(options.old)
    before = project.name
    try:
        Project(options.new)
    except DavosProjectError as error:
        raise _UsageError(str(error)) from error
    project.rename(options.new)
    print(f"renamed {one_line(before)} to {one_line(project.name)}")
    return 0


def _remove(options: argparse.Namespace) -> int:
    unique = dict.fromkeys(map(_existing, options.names))
    return _delete([(project, "") for project in unique], options)


def _prune(options: argparse.Namespace) -> int:
    days = options.unused_for
    since = None if days is None else time.time() - days * 24 * 3600
    chosen = prunable(project_collection.all_projects(), since)
    if options.dry_run:
        print(_pruned_json(chosen) if options.json else _plan(chosen, "would remove"))
        return 0
    with suppress(OSError):
        trash.sweep(home_folder() / "projects")
    return _delete(chosen, options)


def _pruned_json(chosen: Sequence[tuple[Project, str]]) -> str:
    return report.as_json([survey(project) for project, _ in chosen])


def _plan(chosen: Sequence[tuple[Project, str]], verb: str) -> str:
    sizes = [size_of(project) for project, _ in chosen]
    lines = [
        f"{verb} {one_line(project.name)} ({human_size(size)}{one_line(reason and '; ' + reason)})"
        for (project, reason), size in zip(chosen, sizes)
    ]
    total = f"{len(lines)} project{'' if len(lines) == 1 else 's'}, {human_size(sum(sizes))}"
    return "\n".join([*lines, total])


def _delete(chosen: Sequence[tuple[Project, str]], options: argparse.Namespace) -> int:
    as_json = "json" in options and options.json
    surveys = [survey(project) for project, _ in chosen] if as_json else []
    if chosen and not options.yes and not _agreed(chosen):
        print("nothing was removed", file=sys.stderr)
        return EXIT_KEPT
    freed, kept = 0, set()
    for project, _ in chosen:
        size = size_of(project)
        try:
            project.remove(yes=True)
        except DavosProjectError as error:
            complain(str(error))
            kept.add(project)
        else:
            freed += size
    gone = len(chosen) - len(kept)
    if as_json:
        print(report.as_json([one for one in surveys if one.project not in kept]))
    else:
        print(f"removed {gone} project{'' if gone == 1 else 's'}, freed {human_size(freed)}")
    return EXIT_KEPT if kept else 0


def _agreed(chosen: Sequence[tuple[Project, str]]) -> bool:
    print(_plan(chosen, "remove"), file=sys.stderr, flush=True)
    try:
        return asking.confirm_deletion("Go on?", "remove")
    except DavosProjectError as error:
        raise _UsageError("there is no terminal to ask in: give --yes to remove them") from error


def _existing(text: str) -> Project:
    """The project that exists by a name. Raises _UsageError, with the nearest name."""
    try:
        project = project_collection.existing_project(text)
    except DavosProjectError as error:
        raise _UsageError(str(error)) from error
    if project is None:
        known = [project.name for project in project_collection.all_projects()]
        hint = did_you_mean(text, known, lambda name: repr(one_line(name)))
        raise _UsageError(f"there is no project {one_line(text)!r}{hint}")
    return project


ACTIONS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "freeze": _freeze,
    "path": _path,
    "rename": _rename,
    "remove": _remove,
    "prune": _prune,
}
