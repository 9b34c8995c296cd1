"""`%pip install` and `!pip install` lines of a cell, word by word."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell

__all__ = ["PipLine", "pip_lines"]

_INSTALL = re.compile(
    r"^(?P<head>[%!][ \t]*"
    r"(?:(?:\{sys\.executable\}|\S*python[\d.]*)[ \t]+-m[ \t]+)?pip[\d.]*[ \t]+install)"
    r"(?P<words>[ \t][^\r\n]*)",
    re.MULTILINE,
)
_WORD = re.compile(r"(?:[^\s'\"]|'[^']*'|\"[^\"]*\")+")
_SHELL = re.compile(r"[&|;`${}\\*?~]|(?:^|\s)\d?[<>]|[<>](?:\s|$)")
_MARKER = re.compile(r"(['\"])[^'\"]*;[^'\"]*\1")

# What says nothing about which package is meant, or what davos sees to.
_DROPPED = frozenset(
    "-q -qq -qqq --quiet -v -vv --verbose -U --upgrade --user --no-cache-dir --no-input"
    " --disable-pip-version-check --no-warn-script-location --no-warn-conflicts -y"
    " --progress-bar=off --root-user-action=ignore --upgrade-strategy=only-if-needed".split()
)
_KEPT_FLAGS = frozenset({"--pre", "--no-deps", "--prefer-binary"})
_KEPT_VALUES = frozenset(
    {"-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--no-binary", "--only-binary"}
)


@dataclass(frozen=True)
class PipLine:
    """A line that installs: its range in the cell, and what it names.

    `requirements` maps the words, as written, to the requirements that they state (None: a
    path, a URL without a name); `options` are those that an onion comment keeps.
    """

    start: int
    end: int
    head: str
    requirements: dict[str, Requirement | None]
    options: tuple[str, ...]
    written_options: tuple[str, ...]

    def names(self) -> dict[str, Requirement]:
        """The requirements by their normalised names."""
        return {canonicalize_name(one.name): one for one in self.requirements.values() if one}

    def without(self, names: set[str]) -> str | None:
        """The line for what is left, None if nothing is."""
        left = [
            word
            for word, one in self.requirements.items()
            if one is None or canonicalize_name(one.name) not in names
        ]
        return " ".join([self.head, *self.written_options, *left]) if left else None


def pip_lines(facts: ParsedCell) -> Iterator[PipLine]:
    """The lines of a cell that can be taken apart; others (shell syntax, `-r`) are left out."""
    if "pip" not in facts.cell.source or facts.cell.removed:
        return
    for match in _INSTALL.finditer(facts.written):
        is_magic = facts.source.text[match.start()] != match[0][0]
        line = _read(match) if is_magic else None
        if line is not None and line.requirements:
            yield line


def _read(match: re.Match[str]) -> PipLine | None:
    text = re.split(r"[ \t]#", match["words"])[0]
    if _SHELL.search(_MARKER.sub("", text)):
        return None
    words = iter(_WORD.findall(text))
    requirements: dict[str, Requirement | None] = {}
    options: list[str] = []
    written: list[str] = []
    for word in words:
        if not word.startswith("-"):
            requirements[word] = _requirement(word)
            continue
        name, equals, _ = word.partition("=")
        taken = [word]
        if name in _KEPT_VALUES and not equals:
            taken.append(next(words, ""))
        written += taken
        if name in _KEPT_VALUES or word in _KEPT_FLAGS:
            options += taken
        elif word not in _DROPPED:
            return None
    return PipLine(*match.span(), match["head"], requirements, tuple(options), tuple(written))


def _requirement(word: str) -> Requirement | None:
    try:
        return Requirement("".join(shlex.split(word)))
    except (InvalidRequirement, ValueError):
        return None
