"""`davos guide`: a page of the guide, or the list of its topics."""

from __future__ import annotations

import sys
from typing import Sequence

from davos.cli.arguments import Parser
from davos.cli.colors import wants_color
from davos.exceptions import DavosError
from davos.guide.pages import in_shell, markdown

__all__ = ["command_parser", "main"]


def main(arguments: Sequence[str]) -> int:
    """Show a page; 0 done, 2 for an unknown topic."""
    parser = command_parser()
    topic = parser.parse_args(arguments).topic
    try:
        text = markdown(topic, in_shell)
    except DavosError as error:
        parser.error(str(error))
    if not ((sys.stdout.isatty() or wants_color(sys.stdout)) and _rendered(text)):
        sys.stdout.write(text)
    return 0


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos guide",
        description="Show a page of the guide. In a terminal it is rendered if the package rich is "
        "installed; otherwise it is Markdown text.",
        epilog="In a notebook, davos.guide(TOPIC) shows the same page.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "topic", nargs="?", metavar="TOPIC",
        help="a topic, or the code of a rule [the list of topics]",
    )  # fmt: skip
    return parser


def _rendered(text: str) -> bool:
    """Render a page in the terminal; False if rich is missing or the terminal is too simple."""
    try:
        from rich.console import Console  # noqa: PLC0415 - optional
        from rich.markdown import Markdown  # noqa: PLC0415 - optional
    except ImportError:
        return False
    colored = wants_color(sys.stdout)
    console = Console(no_color=not colored, force_terminal=colored or None)
    if console.is_dumb_terminal:
        return False
    # A theme of the terminal's own colours: it can be read on a dark and on a light background.
    console.print(Markdown(text, code_theme="ansi_dark"))
    return True
