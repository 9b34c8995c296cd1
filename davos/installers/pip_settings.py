"""What pip would read from its configuration files and variables, read without starting it.

Sources: "Configuration" in pip's documentation (the places of the files, their order, and that
a variable goes before all of them), and pip's `ConfigOptionParser` (the sections of a command,
empty values, lists).
"""

from __future__ import annotations

import configparser
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, Mapping, NamedTuple

from davos.installers.pip_environment import environment, is_overruled
from davos.onion.pip import PIP

if TYPE_CHECKING:
    from davos.onion.options import Option

__all__ = ["Setting", "SettingsError", "read_settings"]

_SECTIONS = ("global", "install")
_TRUE = frozenset({"y", "yes", "t", "true", "on", "1"})
_FALSE = frozenset({"n", "no", "f", "false", "off", "0"})


class SettingsError(ValueError):
    """A setting or a file of settings that davos cannot read as pip does."""


class Setting(NamedTuple):
    """An option that pip's configuration gives: its value, as an onion comment would give it."""

    option: Option
    value: Any
    place: str


def read_settings(environ: Mapping[str, str]) -> dict[str, Setting]:
    """The options that count for an install into a project, by destination.

    What davos overrules on pip's command line, or by variables of its own, is left out.
    Raises SettingsError.
    """
    found: dict[str, Setting] = {}
    for key, text, place in _items(environ):
        option = PIP.by_flag.get(f"--{key}")
        if option is None or is_overruled(option) or not text.strip():
            continue
        try:
            found[option.dest] = Setting(option, _value(option, text), place)
        except ValueError as error:
            raise SettingsError(f"{place} says {key} = {text!r}: {error}") from None
    return {dest: setting for dest, setting in found.items() if setting.value is not False}


def _items(environ: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Key, value and place of each setting, the ones that go before others last."""
    sections: dict[str, dict[str, tuple[str, str]]] = {name: {} for name in _SECTIONS}
    for file in _files(environ):
        parser = _parsed(file)
        for section in filter(parser.has_section, _SECTIONS):
            found = {_key(key): (value, str(file)) for key, value in parser.items(section)}
            sections[section].update(found)
    for settings in sections.values():
        yield from ((key, value, place) for key, (value, place) in settings.items())
    for name, value in environment(environ, in_project=True).items():
        if name.startswith("PIP_"):
            yield _key(name[4:]), value, name


def _key(text: str) -> str:
    return text.lower().replace("_", "-").removeprefix("--")


def _files(environ: Mapping[str, str]) -> list[Path]:
    """The files that are there: the system's, the user's, and that of PIP_CONFIG_FILE.

    The environment's own counts for the pip of that environment only.
    """
    chosen = environ.get("PIP_CONFIG_FILE")
    if chosen == os.devnull:
        return []
    has_chosen = chosen is not None and os.path.exists(chosen)  # noqa: PTH110 - as pip asks
    files = [*_system_files(environ), *([] if has_chosen else _user_files(environ))]
    files += [Path(chosen)] if chosen else []
    return [file for file in files if file.is_file()]


def _system_files(environ: Mapping[str, str]) -> list[Path]:
    if sys.platform == "darwin":
        return [Path("/Library/Application Support/pip/pip.conf")]
    folders = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
    return [*(Path(folder, "pip", "pip.conf") for folder in folders), Path("/etc/pip.conf")]


def _user_files(environ: Mapping[str, str]) -> list[Path]:
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - never fails
    folder = Path(environ.get("XDG_CONFIG_HOME") or home / ".config", "pip")
    own = home / "Library" / "Application Support" / "pip"
    if sys.platform == "darwin":
        folder = own if own.is_dir() else home / ".config" / "pip"
    return [home / ".pip" / "pip.conf", folder / "pip.conf"]


def _parsed(file: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(file.read_text("utf-8"))
    except (OSError, ValueError, configparser.Error) as error:
        reason = str(error).partition("\n")[0]
        raise SettingsError(f"{file} cannot be read: {reason}") from None
    return parser


def _value(option: Option, text: str) -> Any:
    if option.step:
        return int(text) if text.isdigit() else int(_truth(text))
    if not option.takes_value:
        if option.dest == "no_cache_dir":  # whatever the value is (pip's `_handle_no_cache_dir`)
            return True
        # pip takes this value for that of `build_isolation`, whose flag is a `store_false`.
        return _truth(text) is not (option.dest == "no_build_isolation")
    if option.many:
        return [option.value(word) for word in text.split()]
    return option.value(text.strip())


def _truth(text: str) -> bool:
    word = text.strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError("yes or no was expected")
    return word in _TRUE
