"""Which rules count in which files: `[tool.davos.check]` of the nearest pyproject.toml."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Mapping

from davos.documents.path_patterns import Patterns
from davos.exceptions import DavosError
from davos.files import read_file
from davos.lint.registry import Selection, matching, unknown
from davos.near_words import did_you_mean

__all__ = ["Settings", "SettingsError", "forget", "load", "read"]

_LISTS = ("select", "ignore", "extend-select", "exclude")
_REQUIRE_LOCK = "require-lock"
_KEYS = (*_LISTS, "per-file-ignores", _REQUIRE_LOCK)


class SettingsError(DavosError):
    """A configuration file that cannot be read, or says something unknown."""


@dataclass(frozen=True)
class Settings:
    """Which codes (or prefixes of codes) are reported, and in which files.

    `select` is None for all codes. `require_lock` makes a missing lock a finding (DAV311).
    `folder` is what patterns are relative to. Raises
    `ValueError` for an unknown code.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    folder: str = "."
    require_lock: bool = False

    def __post_init__(self) -> None:
        for prefix in (code for codes in self.per_file_ignores.values() for code in codes):
            if not matching(prefix):
                raise ValueError(unknown(prefix))
        self.selected  # noqa: B018 - computed now, so that unknown codes are told now

    @cached_property
    def selected(self) -> frozenset[str]:
        """The codes that are reported in files without settings of their own."""
        return Selection(self.select, self.ignore, self.extend_select).codes

    def selection(self, filename: str) -> frozenset[str]:
        """The codes that are reported in a file."""
        selected = self.selected
        for patterns, codes in self._per_file:
            if patterns.match(filename):
                selected -= codes
        return selected

    @cached_property
    def excluded(self) -> Patterns:
        """The patterns of files and folders to leave out of a walk."""
        return Patterns(self.exclude, self.folder)

    @cached_property
    def _per_file(self) -> list[tuple[Patterns, frozenset[str]]]:
        return [
            (Patterns((pattern,), self.folder), frozenset().union(*map(matching, codes)))
            for pattern, codes in self.per_file_ignores.items()
        ]

    def overridden(
        self, select: tuple[str, ...], ignore: tuple[str, ...], extend_select: tuple[str, ...]
    ) -> Settings:
        """The settings with those of a command line, where `select` starts anew."""
        key = (select, ignore, extend_select)
        if key not in self._overridden:
            more = replace(
                self,
                select=select or self.select,
                ignore=ignore if select else (*self.ignore, *ignore),
                extend_select=extend_select if select else (*self.extend_select, *extend_select),
            )
            self._overridden[key] = more
        return self._overridden[key]

    @cached_property
    def _overridden(self) -> dict[tuple[tuple[str, ...], ...], Settings]:
        return {}


def load(path: str | Path) -> Settings:
    """The settings for a file or folder: of the nearest pyproject.toml with our table.

    Raises `SettingsError`.
    """
    place = os.path.abspath(path)  # noqa: PTH100 - speed
    return _nearest(place if os.path.isdir(place) else os.path.dirname(place))  # noqa: PTH112, PTH120


def forget() -> None:
    """Read the files again when they are asked for: they were changed."""
    _nearest.cache_clear()


@lru_cache(maxsize=1024)
def _nearest(folder: str) -> Settings:
    file = Path(folder) / "pyproject.toml"
    if file.is_file():
        table = _table(file)
        if table is not None:
            return _settings(table, file)
    parent = str(Path(folder).parent)
    return Settings() if parent == folder else _nearest(parent)


def read(path: str | Path) -> Settings:
    """The settings of a file that is named; raises `SettingsError`."""
    file = Path(path).absolute()
    return _settings(_table(file) or {}, file)


def _table(file: Path) -> dict[str, Any] | None:
    if sys.version_info >= (3, 11):
        import tomllib  # noqa: PLC0415 - where there is a file only
    else:
        import tomli as tomllib  # noqa: PLC0415

    try:
        content = tomllib.loads(read_file(file).decode("utf-8"))
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: not valid TOML: {error}") from None
    table: Any = content
    for key in ("tool", "davos", "check"):
        table = table.get(key)
        if table is None:
            return None
        if not isinstance(table, dict):
            raise SettingsError(f"{file}: {key!r} must be a table")
    return dict(table)


def _settings(table: dict[str, Any], file: Path) -> Settings:
    for key in table:
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS, repr, otherwise=f"; there are {', '.join(_KEYS)}")
            raise SettingsError(f"{file}: tool.davos.check has no key {key!r}{hint}")
    per_file = table.get("per-file-ignores", {})
    if not isinstance(per_file, dict):
        raise SettingsError(f"{file}: 'per-file-ignores' must be a table of lists of codes")
    requires = table.get(_REQUIRE_LOCK, False)
    if not isinstance(requires, bool):
        raise SettingsError(f"{file}: {_REQUIRE_LOCK!r} must be true or false")
    lists = {key: _strings(table.get(key, []), key, file) for key in _LISTS}
    exclude = lists.pop("exclude")
    codes = {key.replace("-", "_"): _upper(lists[key]) for key in lists if key in table}
    ignores = {key: _upper(_strings(value, key, file)) for key, value in per_file.items()}
    try:
        return Settings(
            **codes,
            per_file_ignores=ignores,
            exclude=exclude,
            folder=str(file.parent),
            require_lock=requires,
        )
    except ValueError as error:
        raise SettingsError(f"{file}: {error}") from None


def _strings(value: Any, key: str, file: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise SettingsError(f"{file}: {key!r} must be a list of strings")
    return tuple(value)


def _upper(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code.upper() for code in codes)
