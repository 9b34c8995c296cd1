"""The lines of a cell that install, as far as onion comments can replace them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterator, Union

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from davos.distributions.conda_names import is_called_alike, is_other_package, pypi_name
from davos.onion.arguments import OptionUse, UnknownOption
from davos.onion.match_spec import MatchSpec, MatchSpecError, read_match_spec
from davos.onion.options import Folding
from davos.onion.pip_command import conda_lines, install_lines
from davos.onion.words import quote

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell
    from davos.onion.pip_command import InstallLine, PipCommand
    from davos.onion.words import Word

__all__ = ["FoldableLine", "Wanted", "foldable_lines", "unfoldable_conda_lines"]


@dataclass(frozen=True)
class Wanted:
    """What a word of a line asks for; `name` is that of PyPI, normalised."""

    name: str
    installer: str
    text: str
    requirement: Union[Requirement, MatchSpec]

    def narrowed(self, version: str | None) -> str:
        """The requirement as written, or with this version only if that satisfies it.

        One that names an exact version, a build, a file or a URL stays as it is.
        """
        if version is None:
            return self.text
        if isinstance(self.requirement, MatchSpec):
            return _narrowed_spec(self.requirement, version) or self.text
        return _narrowed(self.requirement, version) or self.text


@dataclass(frozen=True)
class FoldableLine:
    """A line that installs: its range in the cell, and what it names.

    `head` is what stands before the arguments; `requirements` are the words that name what to
    install, each with what it asks for (None: a path, a URL without a name);
    `options` are those that an onion comment keeps.
    """

    start: int
    end: int
    head: str
    command: PipCommand
    requirements: tuple[tuple[Word, Wanted | None], ...]
    options: tuple[str, ...]

    def names(self) -> dict[str, Wanted]:
        """What the line asks for, by normalised names."""
        return {one.name: one for _, one in self.requirements if one}

    def without(self, names: set[str]) -> str | None:
        """The line for what is left, None if nothing is."""
        moved = [word for word, one in self.requirements if one and one.name in names]
        if len(moved) == len(self.requirements):
            return None
        return self.head + self.command.without(moved)


def foldable_lines(facts: ParsedCell) -> Iterator[FoldableLine]:
    """The lines of a cell that can be taken apart; others (shell syntax, `-r`) are left out."""
    for installer, line in _magics(facts):
        options = _kept(line.command)
        if options is not None:
            yield _foldable_line(facts.written, installer, line, options)


def unfoldable_conda_lines(facts: ParsedCell) -> Iterator[tuple[int, str]]:
    """Where a `conda install` line stands that cannot be taken apart, and the reason."""
    for installer, line in _magics(facts):
        if installer == "conda" and _kept(line.command) is None:
            yield line.start, _reason(line.command)


def _magics(facts: ParsedCell) -> Iterator[tuple[str, InstallLine]]:
    """The lines that install something by name, with the installer, in their order."""
    if facts.cell.removed:
        return
    found = [("pip", line) for line in install_lines(facts.written)]
    found += [("conda", line) for line in conda_lines(facts.written)]
    for installer, line in sorted(found, key=lambda one: one[1].start):
        # what stays as it is in the cell as Python sees it is a line of a string
        is_magic = facts.source.text[line.magic] != facts.written[line.magic]
        if is_magic and line.start == line.magic and line.command.requirements:
            yield installer, line


def _foldable_line(
    text: str, installer: str, line: InstallLine, options: tuple[str, ...]
) -> FoldableLine:
    read = _spec if installer == "conda" else _requirement
    named = tuple((word, read(word)) for word in line.command.requirements)
    head = text[line.start : line.args]
    return FoldableLine(line.start, line.end, head, line.command, named, options)


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


def _reason(command: PipCommand) -> str:
    """Why a `conda install` line stays as it is."""
    for one in command.arguments:
        if isinstance(one, UnknownOption):
            return f"davos does not know the option {one.flag}"
        if isinstance(one, OptionUse) and one.fault:
            return f"{one.flag}: {one.fault}"
        if isinstance(one, OptionUse) and one.option.folding is Folding.PREVENT:
            return f"{one.flag}: {one.option.reason or 'an onion comment would say less'}"
    return "the shell or IPython would change its words"


def _written(use: OptionUse) -> str:
    """An option as an onion comment may hold it, with its value as it was: joined or not."""
    if use.value is None:
        return use.flag
    if not use.value.joined:
        return f"{use.flag} {quote(use.value.text)}"
    return quote(use.flag + "=" * (use.flag[:2] == "--") + use.value.text)


def _requirement(word: Word) -> Wanted | None:
    try:
        one = Requirement(word.text)
    except InvalidRequirement:
        return None
    return Wanted(canonicalize_name(one.name), "pip", str(one), one)


def _spec(word: Word) -> Wanted | None:
    try:
        one = read_match_spec(word.text)
        if is_other_package(one.name):
            return None  # no import needs it: conda's `zstd` is a library
        return Wanted(canonicalize_name(pypi_name(one.name)), "conda", quote(word.text), one)
    except (MatchSpecError, ValueError):  # the latter: both kinds of quotes
        return None


def _narrowed(required: Requirement, version: str) -> str | None:
    exact = any(one.operator in {"==", "==="} for one in required.specifier)
    if required.url or required.marker or exact:
        return None
    if not required.specifier.contains(version, prereleases=True):
        return None
    extras = f"[{','.join(sorted(required.extras))}]" if required.extras else ""
    return f"{required.name}{extras}=={version}"


def _narrowed_spec(spec: MatchSpec, version: str) -> str | None:
    # PyPI's versions may be other ones: 2.3.0+cpu, or 4.9.0.80 where conda's opencv has 4.9.0.
    if "+" in version or not is_called_alike(spec.name):
        return None
    if spec.is_exact or spec.build or spec.sha256:
        return None
    if spec.versions is not None and not spec.versions.admits(version):
        return None
    return spec.pinned(version)
