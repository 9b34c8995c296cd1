"""What a word of a command line may become: read from the commands' own parsers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Iterable, Iterator, Mapping, Sequence

from davos.cli.commands import COMMANDS, command_module

if TYPE_CHECKING:
    import argparse

    from davos.cli.arguments import Parser

__all__ = ["candidates"]

_DOCUMENTS = (".ipynb", ".py", ".md", ".qmd")
_GLOBAL = ("--help", "--version")


def candidates(words: Sequence[str]) -> list[str]:
    """What the last word may become; `words` are those behind `davos`, the last one unfinished."""
    *before, prefix = _separated(words or [""])
    if not before:
        return _beginning([*COMMANDS, *_GLOBAL], prefix)
    if before[0] not in COMMANDS:
        return []
    parser: Parser = command_module(before[0]).command_parser()
    given: list[str] = []
    for word in before[1:]:
        inner = parser.commands.get(word)
        parser, given = (parser, [*given, word]) if inner is None else (inner, [])
    option, equals, value = prefix.partition("=")
    if equals and option in parser.options:
        return [option + equals + one for one in _values(parser.options[option], parser, value)]
    waiting = parser.options.get(given[-1]) if given else None
    if waiting is not None and waiting.nargs != 0:
        return _values(waiting, parser, prefix)
    if prefix.startswith("-"):
        return _beginning(parser.options, prefix)
    position = sum(not word.startswith("-") for word in given)
    return [*_beginning(parser.commands, prefix), *_positional(parser, position, prefix)]


def _separated(words: Sequence[str]) -> list[str]:
    """The words without the `=` of `--option=value`, which bash makes a word of its own."""
    rest = [word for word in words if word != "="]
    return [*rest, ""] if words[-1] == "=" else rest


def _positional(parser: Parser, position: int, prefix: str) -> list[str]:
    actions = parser.positionals
    return _values(actions[min(position, len(actions) - 1)], parser, prefix) if actions else []


def _values(action: argparse.Action, parser: Parser, prefix: str) -> list[str]:
    """What an argument or the value of an option may be."""
    if action.choices is not None:
        return _beginning(map(str, action.choices), prefix)
    metavar = str(action.metavar)
    if metavar == "CODES":
        earlier, comma, last = prefix.rpartition(",")
        return [f"{earlier}{comma}{code}" for code in _beginning(_codes(), last)]
    of_projects = parser.prog.startswith("davos projects") or "--project" in action.option_strings
    if of_projects and metavar in {"NAME", "OLD"}:
        return _beginning(_projects(), prefix)
    source = _SOURCES.get(metavar)
    return source(prefix) if source else []


def _beginning(words: Iterable[str], prefix: str) -> list[str]:
    return [word for word in words if word.lower().startswith(prefix.lower())]


def _codes() -> list[str]:
    from davos.lint.registry import RULES  # noqa: PLC0415 - few words need it

    return list(RULES)


def _topics() -> list[str]:
    from davos.guide.pages import TOPICS  # noqa: PLC0415 - few words need it

    return [*TOPICS, *_codes()]


def _projects() -> list[str]:
    from davos.environments.project_collection import all_projects  # noqa: PLC0415

    return [project.name for project in all_projects()]


def _documents(prefix: str) -> list[str]:
    return list(_files(prefix, _DOCUMENTS))


def _any_files(prefix: str) -> list[str]:
    return list(_files(prefix, ("",)))


def _files(prefix: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    """Folders, which end with a slash, and files with one of the suffixes."""
    folder, name = os.path.split(prefix)
    start = f"{folder.rstrip('/')}/" if folder else ""
    try:
        entries = sorted(Path(start or ".").expanduser().iterdir())
    except (OSError, RuntimeError):
        return
    for entry in entries:
        is_hidden = entry.name.startswith(".") and not name.startswith(".")
        if is_hidden or not entry.name.startswith(name) or not entry.name.isprintable():
            continue
        if entry.is_dir():
            yield f"{start}{entry.name}/"
        elif entry.name.lower().endswith(suffixes):
            yield f"{start}{entry.name}"


_SOURCES: Mapping[str, Callable[[str], list[str]]] = {
    "CODE": lambda prefix: _beginning(_codes(), prefix),
    "FILE": _any_files,
    "PATH": _documents,
    "PYTHON": _any_files,
    "TOPIC": lambda prefix: _beginning(_topics(), prefix),
}
