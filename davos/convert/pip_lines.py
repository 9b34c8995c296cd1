"""The lines of a cell that install, as far as onion comments can replace them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from davos.onion.options import Folding
from davos.onion.pip_command import install_lines
from davos.onion.words import quote

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell
    from davos.onion.arguments import OptionUse
    from davos.onion.pip_command import InstallLine, PipCommand
    from davos.onion.words import Word

__all__ = ["PipLine", "pip_lines"]


@dataclass(frozen=True)
class PipLine:
    """A line that installs: its range in the cell, and what it names.

    `head` is what stands before the arguments; `requirements` are the words that name what to
    install, each with the requirement that it states (None: a path, a URL without a name);
    `options` are those that an onion comment keeps.
    """

    start: int
    end: int
    head: str
    command: PipCommand
    requirements: tuple[tuple[Word, Requirement | None], ...]
    options: tuple[str, ...]

    def names(self) -> dict[str, Requirement]:
        """The requirements by their normalised names."""
        return {canonicalize_name(one.name): one for _, one in self.requirements if one}

    def without(self, names: set[str]) -> str | None:
        """The line for what is left, None if nothing is."""
        moved = [
            word for word, one in self.requirements if one and canonicalize_name(one.name) in names
        ]
        if len(moved) == len(self.requirements):
            return None
        return self.head + self.command.without(moved)


def pip_lines(facts: ParsedCell) -> Iterator[PipLine]:
    """The lines of a cell that can be taken apart; others (shell syntax, `-r`) are left out."""
    if facts.cell.removed:
        return
    for line in install_lines(facts.written):
        # what stays as it is in the cell as Python sees it is a line of a string
        is_magic = facts.source.text[line.magic] != facts.written[line.magic]
        if is_magic and line.start == line.magic and line.command.requirements:
            options = _kept(line.command)
            if options is not None:
                yield _pip_line(facts.written, line, options)


def _pip_line(text: str, line: InstallLine, options: tuple[str, ...]) -> PipLine:
    named = tuple((word, _requirement(word)) for word in line.command.requirements)
    head = text[line.start : line.args]
    return PipLine(line.start, line.end, head, line.command, named, options)


def _kept(command: PipCommand) -> tuple[str, ...] | None:
    """The options for the onion comments; None if the line must stay as it is."""
    ways = {use.option.folding for use in command.options}
    if not (command.is_plain and command.is_valid) or Folding.PREVENT in ways:
        return None
    kept = (use for use in command.options if use.option.folding is Folding.KEEP)
    try:
        return tuple(_written(use) for use in kept)
    except ValueError:  # both kinds of quotes
        return None


def _written(use: OptionUse) -> str:
    """An option as an onion comment may hold it, with its value as it was: joined or not."""
    if use.value is None:
        return use.flag
    if not use.value.joined:
        return f"{use.flag} {quote(use.value.text)}"
    return quote(use.flag + "=" * (use.flag[:2] == "--") + use.value.text)


def _requirement(word: Word) -> Requirement | None:
    try:
        return Requirement(word.text)
    except InvalidRequirement:
        return None
