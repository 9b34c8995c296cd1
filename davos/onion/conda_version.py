"""The order of conda's versions, which is not that of PEP 440.

conda's documentation of package match specifications states it: a version is split at dots and
underscores, each part into numbers and words. Words sort before numbers, `dev` before all other
words, `post` behind all numbers; parts that are missing count as 0.
"""

from __future__ import annotations

import re
from functools import lru_cache, total_ordering
from itertools import zip_longest
from typing import Iterator, Tuple, Union

__all__ = ["Version", "VersionError", "read_version"]

_VERSION = re.compile(
    r"(?:(?P<epoch>[0-9]{1,18})!)?(?P<main>[a-z0-9_.]+)(?:\+(?P<local>[a-z0-9_.]+))?"
)
_RUN = re.compile(r"[0-9]+|[^0-9]+")
# py-rattler, which solves, keeps a number in 64 bits
_MOST_DIGITS = 18
_MOST_CHARACTERS = 128

Run = Union[int, float, str]
Part = Tuple[Run, ...]


class VersionError(ValueError):
    """A text that is no version of conda."""


@total_ordering
class Version:
    """A version of conda: compared as conda does, so that `1.1` equals `1.1.0`."""

    def __init__(self, text: str, parts: tuple[Part, ...], local: tuple[Part, ...]) -> None:
        self.text = text
        self.parts = parts
        self.local = local

    def __eq__(self, other: object) -> bool:
        """Whether no part differs."""
        if not isinstance(other, Version):
            return NotImplemented
        return next(_differences(self, other), None) is None

    def __lt__(self, other: Version) -> bool:
        """Whether the first part that differs sorts before the other's."""
        first = next(_differences(self, other), None)
        return first is not None and _key(first[0]) < _key(first[1])

    def __hash__(self) -> int:
        """The same for versions that are equal."""
        return hash((_without_zeros(self.parts), _without_zeros(self.local)))

    def starts_with(self, prefix: Version) -> bool:
        """Whether this is a version of the series `PREFIX.*`; a prefix has no local part."""
        return _begins(self.parts, prefix.parts)


@lru_cache(maxsize=1024)
def read_version(text: str) -> Version:
    """The version that a text states.

    Raises
    ------
    VersionError
        with what is wrong about it.

    """
    if len(text) > _MOST_CHARACTERS:
        raise VersionError(f"a version has at most {_MOST_CHARACTERS} characters")
    lower = text.lower()
    found = _VERSION.fullmatch(lower if "_" in lower else lower.replace("-", "_"))
    if found is None or not found["main"][0].isalnum():
        raise VersionError(f"{text!r} is not a version")
    main, local = _split(found["main"], text), _split(found["local"] or "", text)
    return Version(text, ((int(found["epoch"] or "0"),), *main), local)


def _split(text: str, whole: str) -> tuple[Part, ...]:
    if not text:
        return ()
    # an underscore at the end belongs to the last part, as in OpenSSL's versions
    last = "_" if text[-1] == "_" else ""
    names = text[: len(text) - len(last)].replace("_", ".").split(".")
    names[-1] += last
    return tuple(_part(name, whole) for name in names)


def _part(name: str, whole: str) -> Part:
    if not name:
        raise VersionError(f"{whole!r} is not a version: it has an empty part")
    runs = tuple(_run(run, whole) for run in _RUN.findall(name))
    return runs if name[0].isdigit() else (0, *runs)


def _run(text: str, whole: str) -> Run:
    if not text.isdigit():
        return float("inf") if text == "post" else text
    if len(text) > _MOST_DIGITS:
        raise VersionError(f"{whole!r} is not a version: a number has over {_MOST_DIGITS} digits")
    return int(text)


def _differences(one: Version, other: Version) -> Iterator[tuple[Run, Run]]:
    yield from _part_differences(one.parts, other.parts)
    yield from _part_differences(one.local, other.local)


def _part_differences(one: tuple[Part, ...], other: tuple[Part, ...]) -> Iterator[tuple[Run, Run]]:
    for mine, others in zip_longest(one, other, fillvalue=()):
        for pair in zip_longest(mine, others, fillvalue=0):
            if pair[0] != pair[1]:
                yield pair


def _key(run: Run) -> tuple[bool, bool, Run]:
    """Words before numbers, `dev` before other words."""
    return not isinstance(run, str), run != "dev", run


def _without_zeros(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    stripped = [_shortened(part) for part in parts]
    while stripped and not stripped[-1]:
        stripped.pop()
    return tuple(stripped)


def _shortened(part: Part) -> Part:
    while part and part[-1] == 0:
        part = part[:-1]
    return part


def _begins(parts: tuple[Part, ...], prefix: tuple[Part, ...]) -> bool:
    last = len(prefix) - 1
    if any(_part_differences(parts[:last], prefix[:last])):
        return False
    mine = parts[last] if len(parts) > last else ()
    *before, end = prefix[-1]
    if any(_part_differences((mine[: len(before)],), (tuple(before),))):
        return False
    run = mine[len(before)] if len(mine) > len(before) else 0
    if isinstance(end, str):
        return isinstance(run, str) and run.startswith(end)
    return run == end
