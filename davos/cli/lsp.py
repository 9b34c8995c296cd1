"""`davos lsp`: the language server for editors."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Sequence

from packaging.utils import canonicalize_name

from davos import __version__
from davos.cli.arguments import Parser
from davos.environments.project import Project
from davos.exceptions import DavosError
from davos.installers.offered_versions import offered_versions

if TYPE_CHECKING:
    from davos.lsp.installed_versions import Found

__all__ = ["command_parser", "main"]

EXIT_USAGE = 2


def main(arguments: Sequence[str]) -> int:
    """Serve; 0 after the client shut the server down, 1 if it went without, 2 for wrong use."""
    command_parser().parse_args(arguments)
    try:
        from davos.lsp.features import serve  # noqa: PLC0415 - pygls is an extra
    except ImportError as error:
        print(
            "davos lsp: the language server needs pygls 2: "
            f"pip install 'davos[lsp]>=0.3' ({error})",
            file=sys.stderr,
        )
        return EXIT_USAGE
    return serve(__version__, _find, offered_versions)


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos lsp",
        description="Serve the Language Server Protocol on standard input and output.",
        epilog="Editors start it. It needs the extra lsp: pip install 'davos[lsp]>=0.3'",
        allow_abbrev=False,
    )
    # Some clients add it to every server they start.
    parser.add_argument(
        "--stdio", action="store_true", help="use standard input and output (always on)"
    )
    return parser


def _find(filename: str, name: str) -> list[Found]:
    """Where a distribution is installed: the notebook's project, this Python."""
    from davos.lsp.installed_versions import Found, here  # noqa: PLC0415 - pygls is an extra

    if not filename.lower().endswith(".ipynb"):
        return here(filename, name)
    try:
        project = Project.for_notebook(filename)
        installed = dict(project.installed_packages) if project.exists else {}
    except (DavosError, OSError):
        return here(filename, name)
    versions = {canonicalize_name(one): version for one, version in installed.items()}
    version = versions.get(canonicalize_name(name))
    return [Found("the notebook's project", version), *here(filename, name)]
