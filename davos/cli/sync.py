"""`davos sync`: install what the locks of documents name, without running them."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING, Sequence

from davos.cli.arguments import Parser
from davos.cli.input_files import complain
from davos.cli.locked_documents import status_of
from davos.configuration import Config
from davos.documents.lock_place import holds_its_lock
from davos.engine.installation import Installation
from davos.engine.lock_in_use import LockInUse
from davos.engine.locked_installation import install_lock
from davos.engine.running_kernel import versions_to_run_on
from davos.engine.session_requirements import SessionRequirements
from davos.environments import search_path
from davos.escaping import for_terminal, one_line
from davos.installers import installer_for

if TYPE_CHECKING:
    from davos.environments.project import Project
    from davos.resolution.lock_document import Lock

__all__ = ["command_parser", "main"]


class _Screen:
    """Shows what is installed as lines of standard output; nobody is asked."""

    shows_status = False

    def show(self, text: str) -> None:
        """Print a line."""
        print(for_terminal(text), flush=True)

    def status(self, text: str, *, stays: bool = True) -> None:
        """Print nothing: a log has no line that is replaced."""

    conclude = show

    def confirm(self, question: str) -> bool | None:  # noqa: ARG002 - nothing is asked here
        """Nobody is asked."""
        return None


def main(arguments: Sequence[str]) -> int:
    """Install locks; 0 all is there, 1 a lock is missing or failed, 2 wrong use or bad file."""
    options = command_parser().parse_args(arguments)
    paths = dict.fromkeys(options.paths)
    return max(status_of(path, partial(_synced, path), options.project) for path in paths)


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos sync",
        description="Install what the locks of notebooks and scripts name into their projects, "
        "without running them: for containers, Binder and classes without a network.",
        allow_abbrev=False,
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a document with a lock")
    parser.add_argument(
        "--project", metavar="NAME", help="install into this project, not the document's"
    )
    return parser


def _synced(path: str, lock: Lock, project: Project) -> int:
    """Install the lock of one document; its exit status."""
    with warnings.catch_warnings(record=True) as issued:
        warnings.simplefilter("always")
        changed = _install(lock, project, in_ipython=holds_its_lock(path))
    for warning in issued:
        complain(f"{one_line(path)}: {warning.message}")
    if not changed:
        print(f"{one_line(path)}: nothing had to be installed")
    return 0


def _install(lock: Lock, project: Project, *, in_ipython: bool) -> bool:
    """Install what is missing of a lock; whether there was something."""
    settings = Config()
    settings.establish(project=project)
    search_path.activate(project)
    try:
        installation = Installation(_Screen(), settings, installer_for, lambda _folder: None)
        use = LockInUse.of(lock, None, strict=True)
        running = versions_to_run_on(in_ipython=in_ipython)
        session = SessionRequirements()
        return install_lock(use, installation, session, running, {}).is_change
    finally:
        search_path.deactivate()
