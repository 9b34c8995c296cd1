"""What a `%pip install` or `%conda install` line asks for, as onion comments on statements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

from packaging.utils import canonicalize_name as normalized

from davos.distributions.conda_names import is_other_package, pypi_name
from davos.distributions.import_names import candidates, comes_with_kernel, imported_modules
from davos.documents.import_statements import is_for_types
from davos.lint.rule import Change, Repair
from davos.onion.match_spec import MatchSpecError, read_match_spec
from davos.onion.options import Effect, Folding
from davos.span import Span

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell
    from davos.lint.context import Context, Target
    from davos.onion.options import Option
    from davos.onion.pip_command import InstallLine, PipCommand
    from davos.onion.words import Word
    from davos.syntax.nodes import Statement

__all__ = ["distributions", "end_of_code", "fold", "packages", "wanted"]

# Distributions, where `comes_with_kernel` knows modules.
_RUN_NOTEBOOKS = frozenset(
    "ipython jupyter jupyter-server jupyterlab jupyterlab-server notebook pyzmq"
    " setuptools uv wheel".split()
)
_DAVOS = re.compile(
    r"davos\b(?!-)|\S*/davos(?:-\d|(?:\.git)?/?(?:[@#]|\Z)|/(?:archive|releases|tarball|zipball)/)",
    re.IGNORECASE,
)
_NAME = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?(?:(?:===?|[<>!~]=|[<>]).+)?", re.ASCII)
_NAMED = re.compile(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?=[\[=<>!~@;\s]|\Z)", re.ASCII)
_PLACE = re.compile(r"\.\Z|[\w.~-]*/|[A-Za-z0-9+]+:")
_EGG = re.compile(r"#(?:.*&)?egg=([\w.-]+)", re.ASCII)
_LAST_PART = re.compile(r"([A-Za-z0-9][\w.]*(?:-[A-Za-z_][\w.]*)*)", re.ASCII)
_REVISION = re.compile(r"@[^@/]*\Z")
_ENDING = re.compile(r"\.(?:git|whl|zip|tar(?:\.\w+)?)\Z")


def wanted(command: PipCommand, asked_for: frozenset[str]) -> list[str]:
    """The packages of a command that a statement of the document could bring.

    `asked_for` holds the distributions that statements may need.
    """
    found = _foldable(command)
    return [word.text for word in found if _distribution(_by_pip(command, word)) in asked_for]


def packages(command: PipCommand) -> list[str]:
    """The packages that a command names and davos could install; none if it reads a file."""
    return [word.text for word in _foldable(command)]


def distributions(context: Context) -> frozenset[str]:
    """The normalised names of what the document's imports and smuggles may come from.

    What is installed here has no say: the findings are the same on every machine. Modules of
    the folder come from no distribution.
    """
    named = {target.module for target in context.targets} | set(_imported(context))
    return frozenset(normalized(name) for module in named for name in candidates(module))


def _imported(context: Context) -> Iterator[str]:
    for cell in context.cells:
        for node, scope in cell.import_nodes if "import" in cell.source.text else ():
            if not is_for_types(scope):
                for module in imported_modules(node):
                    if not context.is_local(module.partition(".")[0]):
                        yield module


def _distribution(text: str) -> str | None:
    """The normalised name of a requirement; of a place without one, what its last part says."""
    found = _NAMED.match(text) or _EGG.search(text)
    if found is None:
        path = _REVISION.sub("", re.split(r"[?#]", text)[0].rstrip("/"))
        found = _LAST_PART.match(_ENDING.sub("", path).rpartition("/")[2])
    return normalized(found[1]) if found else None


def _by_pip(command: PipCommand, word: Word) -> str:
    """How pip names what a word names; empty for a package of conda that PyPI does not have."""
    if command.installer == "pip":
        return word.text
    try:
        name = read_match_spec(word.text).name
    except MatchSpecError:
        return ""
    return "" if is_other_package(name) else pypi_name(name)


def fold(context: Context, cell: ParsedCell, line: InstallLine) -> Repair | None:
    """The line without the packages, each of them in an onion comment; None if one has no place.

    Lines of conda stay: their channels and builds are options of each onion comment.
    """
    command = line.command
    if (
        command.installer != "pip"
        or not command.is_plain
        or not command.is_valid
        or not _is_harmless(command)
    ):
        return None
    args = Span(line.args, line.end)
    changes: list[Change] = []
    moved = _foldable(command)
    for word in moved:
        place = _place(context, word.text)
        if place is None:
            return None
        changes += place
    if len(moved) < len(command.requirements):
        kept = command.without(moved) + command.text[command.end :].rstrip()
        changes.append(Change(cell, args, kept))
    else:
        comment = command.text[command.end :].strip()
        changes.append(Change(cell, Span(line.start, line.end), comment))
    return Repair("Fold into onion comments", "unsafe", tuple(changes))


def end_of_code(cell: ParsedCell, statement: Statement) -> int | None:
    """Where an onion comment can be put: behind a one-line statement that ends its line."""
    return None if cell.behind(statement.span) is None else statement.span.end


def _foldable(command: PipCommand) -> list[Word]:
    """The requirements that an onion comment could bring."""
    if any(_says_more(use.option) for use in command.options):
        return []
    return [word for word in command.requirements if _is_foldable(_by_pip(command, word))]


def _says_more(option: Option) -> bool:
    """Whether an option installs something else, installs nothing, or reads a file of limits."""
    return option.effect is Effect.REFUSE or option.dest == "constraint"


def _is_harmless(command: PipCommand) -> bool:
    return all(use.option.folding is Folding.DROP for use in command.options)


def _is_foldable(text: str) -> bool:
    if _DAVOS.match(text):
        return False
    named = _NAMED.match(text)
    if named is None:
        return _PLACE.match(text) is not None
    name = normalized(named[1])
    return name not in _RUN_NOTEBOOKS and not comes_with_kernel(name.replace("-", "_"))


def _place(context: Context, word: str) -> list[Change] | None:
    """The change that puts a requirement where it belongs, none if it is there already."""
    match = _NAME.fullmatch(word)
    if match is None:
        return None
    name = normalized(match[1])
    for target in context.targets:
        if name not in map(normalized, candidates(target.module)):
            continue
        if target.onion is not None:
            return []
        statement = target.found.statement
        at = end_of_code(target.cell, statement)
        if statement.onion is None and at is not None and _is_first(target):
            return [Change(target.cell, Span(at, at), f"  # pip: {word}")]
    return None


def _is_first(target: Target) -> bool:
    """Whether an onion comment on the statement would be about this module."""
    names = target.found.statement.names
    return hasattr(target.found.statement, "module") or len(names) == 1
