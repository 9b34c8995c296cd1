"""What an option of an installer's `install` command is, and a table of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Callable, Mapping

if TYPE_CHECKING:
    from davos.onion.requirement_syntax import RequirementSyntax

__all__ = [
    "Effect",
    "Folding",
    "Option",
    "OptionTable",
    "Reach",
    "file_hash",
    "key_value",
    "local_file",
    "python_version",
    "row",
    "seconds",
    "upload_time",
    "whole_number",
    "without_variables",
]


_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)


class Effect(Enum):
    """What davos does with an option that it reads in an onion comment."""

    PASS = "passed on to the installer"  # noqa: S105
    ACT = "passed on, and changes what davos does"
    LOCATION = "passed on, unless a project is active"
    DAVOS = "not passed on: davos does what it says"
    NONE = "accepted, and without effect: the help says why"
    REFUSE = "refused"


class Reach(Enum):
    """What an option lets the installer reach, which decides where davos accepts it.

    Those from INSTALLS on are refused while a project is active
    (`davos.onion.project_options` says for which values), and found by `davos check`.
    """

    NOWHERE = "is refused everywhere"
    PACKAGE = "says which files are installed, and when"
    PROCESS = "changes how the installer works or what it prints, and nothing else"
    SOURCE = "says where packages come from"
    CONNECTION = "changes whom the installer asks or trusts for the time of one install"
    LIMITS = "reads versions from a file, which only davos opens"
    INSTALLS = "installs outside {place}"
    WRITES = "writes outside {place}"
    REMOVES = "deletes, moves or changes folders that are there"
    TRUSTS = "has the installer trust or show a certificate that the notebook chooses"
    PROGRAM = "starts another program"
    PATHS = "has the build use a path outside of it"


class Folding(Enum):
    """What becomes of an option of a `pip install` line when its package is smuggled instead."""

    KEEP = "goes into the onion comment: it says which files are meant"
    DROP = "left out: it says nothing about which package is meant, or davos sees to it"
    PREVENT = "the line stays as it is"


@dataclass(frozen=True)
class Option:
    """One option: how it is written, what its value may be, what davos does with it.

    `dest` is its key in `Onion.options`, `reach` what it lets the installer do. An empty
    `metavar` marks a flag, whose value is True, or with a `step` the sum of the steps (`-vv`
    is 2, `-q` is -1).
    `convert` turns the value's text into what `Onion.options` holds and raises
    ValueError with what it expected. With `many` the values form a list. `dash`
    says that a value in a word of its own may begin with a dash. `folding` is about
    lines of a cell that run `pip install`. `first` and `last` are the installer's
    versions that have it, None if all the supported ones have.
    """

    flags: tuple[str, ...]
    dest: str
    help: str
    reach: Reach
    metavar: str = ""
    convert: Callable[[str], Any] = str
    choices: tuple[str, ...] = ()
    many: bool = False
    step: int = 0
    dash: bool = False
    effect: Effect = Effect.PASS
    folding: Folding = Folding.PREVENT
    reason: str = ""
    first: str | None = None
    last: str | None = None

    @property
    def takes_value(self) -> bool:
        """Whether a value belongs to the option."""
        return bool(self.metavar)

    @property
    def names_requirement(self) -> bool:
        """Whether the option's value is what to install."""
        return self.dest == "editable"

    @property
    def name(self) -> str:
        """The first long spelling: every version of the installer that has the option has it."""
        return next(flag for flag in self.flags if flag[:2] == "--")

    def value(self, text: str) -> Any:
        """The value that a text stands for.

        Raises
        ------
        ValueError
            saying what was expected instead.

        """
        if self.choices and text not in self.choices:
            raise ValueError(f"one of {', '.join(self.choices)}")
        return self.convert(text)


@dataclass(frozen=True)
class OptionTable:
    """All options of one installer, by each of their spellings.

    `syntax` is how its requirements are written, `exclusive` holds pairs of destinations that
    cannot be given together, `needing` pairs of which the first means nothing without the second,
    `abbreviated` says whether the installer takes a unique prefix for a long option, `equals`
    whether the value of a short option may stand behind an equals sign (`-c=x`).
    """

    installer: str
    options: tuple[Option, ...]
    syntax: RequirementSyntax
    exclusive: tuple[tuple[str, str], ...] = ()
    needing: tuple[tuple[str, str], ...] = ()
    abbreviated: bool = True
    equals: bool = False
    by_flag: Mapping[str, Option] = field(init=False, repr=False, compare=False)
    conflicts: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_flag = {flag: option for option in self.options for flag in option.flags}
        rivals: dict[str, set[str]] = {}
        for one, other in self.exclusive:
            rivals.setdefault(one, set()).add(other)
            rivals.setdefault(other, set()).add(one)
        frozen = {dest: frozenset(others) for dest, others in rivals.items()}
        object.__setattr__(self, "by_flag", by_flag)
        object.__setattr__(self, "conflicts", frozen)

    def by_dest(self, dest: str) -> tuple[Option, ...]:
        """The options that write to a destination."""
        return tuple(option for option in self.options if option.dest == dest)

    def candidates(self, prefix: str) -> list[str]:
        """The long spellings that begin with a prefix, as optparse counts them."""
        if not self.abbreviated:
            return []
        return sorted(flag for flag in self.by_flag if flag.startswith(prefix) and flag[:2] == "--")


def row(flags: str, reach: Reach, text: str, **fields: object) -> Option:
    """A row of a table: the destination is the first long spelling, unless `fields` says else."""
    names = tuple(flags.split())
    longest = next(name for name in names if name.startswith("--"))
    fields.setdefault("dest", longest[2:].replace("-", "_"))
    return Option(flags=names, help=text, reach=reach, **fields)  # type: ignore[arg-type]


def seconds(text: str) -> float:
    """A positive number of seconds."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < float("inf"):
        raise ValueError("a number of seconds")
    return number


def whole_number(text: str) -> int:
    """A number without sign, fraction or leading zeros, which pip would read as octal."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,8}", text):
        raise ValueError("a whole number")
    return int(text)


def key_value(text: str) -> str:
    """A setting for the build back end: `KEY=VALUE`."""
    if not re.match(r"[^=]+=", text):
        raise ValueError("KEY=VALUE")
    return text


def local_file(text: str) -> str:
    """A path of a file; pip would also take a URL."""
    if "://" in text or text.lower().startswith("file:"):
        raise ValueError("a file of this machine")
    return text


def without_variables(text: str) -> str:
    """A text without `${NAME}`, which uv would replace by the variable's value."""
    if re.search(r"\$\{\w+\}", text):
        raise ValueError("a value without variables")
    return text


def python_version(text: str) -> str:
    """A Python version with up to three parts: `3`, `3.11`, `3.11.7` or `311`."""
    if not re.fullmatch(r"[0-9]+(\.[0-9]+){0,2}", text, re.ASCII):
        raise ValueError("a version such as 3.11")
    return text


def upload_time(text: str) -> str:
    """A point in time, as an ISO 8601 date, with or without a time, or as days back: `P7D`."""
    day = _ISO_TIME.fullmatch(text)
    try:
        valid = bool(datetime.fromisoformat(text.replace("Z", "+00:00"))) if day else False
    except ValueError:
        valid = False
    if not valid and not re.fullmatch(r"P[0-9]{1,5}D", text):
        raise ValueError("a date such as 2024-12-31, or a number of days such as P7D")
    return text


def file_hash(text: str) -> str:
    """A digest of a file as pip's requirements files write it: `sha256:` and 64 hex digits."""
    match = re.fullmatch(r"(sha256|sha384|sha512):([0-9a-f]+)", text)
    if not match or 4 * len(match[2]) != int(match[1][3:]):
        raise ValueError("ALGORITHM:HEX with sha256, sha384 or sha512")
    return text
