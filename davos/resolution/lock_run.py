"""One resolution of a document: what a resolver is given, and the error if it finds nothing."""

# ruff: noqa: PTH111  # `~` of an unknown user stays as it is, as with pip

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from davos.environments.requirement_check import bare_url
from davos.exceptions import LockError
from davos.installers.constraint_files import read_limits

if TYPE_CHECKING:
    from pathlib import Path

    from davos.onion.comment import Onion, Requirement
    from davos.resolution.asked import Asked

__all__ = [
    "LockRun",
    "absolute",
    "check_paths",
    "is_mentioned",
    "option_words",
    "requirement_lines",
    "run_options",
]

_FILES = ("constraint", "build_constraint")


@dataclass(frozen=True)
class LockRun:
    """What a resolver is given.

    `lines` are requirements, one each (PEP 508, a URL or an absolute path), `options` values by
    the keys of `davos.onion.asked_text.DECISIVE`, for all of them. `folder` is the document's,
    `before` the contents of an earlier lock, whose versions are kept unless they are upgraded.
    """

    python: str
    folder: Path
    asked: Sequence[Asked]
    lines: Sequence[str]
    options: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] | None = None
    upgrade: bool = False
    upgrade_packages: Sequence[str] = ()

    def failed(self, output: str) -> LockError:
        """The error for a resolver that found no solution, with the statements it is about."""
        lines = ["the requirements cannot be resolved together:", output.strip()]
        named = [one for one in self.asked if _is_named(one.requirement, output)]
        return LockError("\n".join([*lines, *(f"  {one.shown}" for one in named)]))


def requirement_lines(asked: Iterable[Asked], folder: Path) -> list[str]:
    """The requirements as a resolver is given them, one line each; paths become absolute.

    Raises `LockError` for a requirement in which a resolver could see an option.
    """
    return list(dict.fromkeys(_checked_line(one, folder) for one in asked))


def check_paths(asked: Iterable[Asked], folder: Path) -> None:
    """Raise `LockError` for a file or folder that is not there.

    One with a marker need not be: here, the marker may be false.
    """
    for one in asked:
        path = one.requirement.path
        place = folder / os.path.expanduser(path) if path else folder
        if not one.requirement.marker and not os.path.lexists(place):
            message = f"{one.shown} cannot be locked: there is no file or folder {place}"
            raise LockError(message)


def run_options(asked: Sequence[Asked], shared: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The options of one resolution: those shared, and those of each requirement by its name.

    `pre` holds the names of the packages whose pre-releases count; `constraint` and
    `build_constraint` hold the lines of the files, not their names; relative paths begin in the
    document's folder. Raises OnionArgumentError for a file that is no constraints file.
    """
    options = {dest: value for dest, value in shared.items() if dest not in _FILES}
    if "find_links" in options:
        options["find_links"] = [absolute(one, folder) for one in options["find_links"]]
    limits = [read_limits(_with_files(one.onion, folder), ()) for one in asked]
    found = {
        "constraint": [line for one in limits for line in one.constraints],
        "build_constraint": [line for one in limits for line in one.build],
        "pre": [one.requirement.name or "" for one in asked if _allows_early(one)],
        "no_binary": [name for one in asked for name in _packages(one, "no_binary")],
        "only_binary": [name for one in asked for name in _packages(one, "only_binary")],
    }
    return {**options, **{dest: list(dict.fromkeys(all_)) for dest, all_ in found.items() if all_}}


def option_words(options: Mapping[str, Any], flags: Mapping[str, str]) -> Iterator[str]:
    """Options as words of a command line, as a table spells them; others are left out."""
    for dest, flag in flags.items():
        value = options.get(dest)
        if value is True:
            yield flag
        elif isinstance(value, str):
            yield f"{flag}={value}"
        elif value:
            yield from (f"{flag}={one}" for one in value)


def _checked_line(one: Asked, folder: Path) -> str:
    line = _line(one, folder)
    if re.search(r"\s-", line):
        message = f"{one.shown} cannot be locked: in a requirements file, it holds an option"
        raise LockError(message)
    return line


def _line(one: Asked, folder: Path) -> str:
    requirement = one.requirement
    if requirement.path and not requirement.url:
        return _local(requirement, folder)
    if requirement.name is None or requirement.url:
        return requirement.text
    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    # pip takes pre-releases of a package alone where a specifier names one (PEP 440).
    early = ">=0.dev0" if _allows_early(one) else ""
    specifier = ",".join(filter(None, [requirement.specifier, early]))
    marker = f" ; {requirement.marker}" if requirement.marker else ""
    return f"{requirement.name}{extras}{specifier}{marker}"


def _local(requirement: Requirement, folder: Path) -> str:
    """An absolute path; a URL where white space would end the path, or begin an option."""
    text, marker = requirement.text, ""
    if requirement.marker:
        text, marker = text.rpartition(";")[0].strip(), f" ; {requirement.marker}"
    path = str(folder / os.path.expanduser(text))
    return (f"file://{quote(path)}" if re.search(r"\s|#", path) else path) + marker


def _allows_early(one: Asked) -> bool:
    return bool(one.options.get("pre") and one.requirement.name)


def _with_files(onion: Onion, folder: Path) -> Onion:
    """An onion whose constraints files are named from the root."""
    given = {dest: onion.options[dest] for dest in _FILES if dest in onion.options}
    found = {dest: [absolute(one, folder) for one in files] for dest, files in given.items()}
    return replace(onion, options={**onion.options, **found})


def absolute(path: str, folder: Path) -> str:
    """A path that begins in a folder, unless it is absolute or a URL."""
    return path if "://" in path else str(folder / os.path.expanduser(path))


def _packages(one: Asked, dest: str) -> Iterator[str]:
    """The packages that an option names; all of them means the one that is asked for."""
    for value in one.options.get(dest, ()):
        for name in value.split(","):
            if name.strip(":") == name:
                yield name
            elif name == ":all:" and one.requirement.name:
                yield one.requirement.name


def _is_named(requirement: Requirement, output: str) -> bool:
    """Whether an output has the name of a requirement, as a word of its own."""
    if requirement.url and bare_url(requirement.url).partition("://")[2] in output:
        return True
    if requirement.name is None:
        return requirement.text in output
    return is_mentioned(requirement.name, output)


def is_mentioned(name: str, output: str) -> bool:
    """Whether an output has the name of a package, as a word of its own."""
    pattern = re.sub(r"[-_.]+", "[-_.]+", name)
    return re.search(rf"(?<![\w.-]){pattern}(?![\w-])", output, re.IGNORECASE) is not None
