"""conda's configuration: the files named .condarc, and the variables CONDA_*.

Later files take the place of earlier ones, and variables that of files; lists are joined with
the later ones first, and mappings by key. A key marked `#!final` in a file is not changed by
later ones. Read are the keys of `KEYS`; others are left to conda.

Sources: "Using the .condarc conda configuration file" and "Settings" in conda's documentation.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Iterable, Iterator, Mapping, NamedTuple

__all__ = [
    "KEYS",
    "CondaSettingsError",
    "Place",
    "Setting",
    "Settings",
    "condarc_files",
    "read_settings",
]

_FINAL = re.compile(r"^([\w-]+):[^\n]*#!final", re.MULTILINE)
_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise TypeError("a text")
    return os.path.expandvars(str(value))


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, (str, int)) or str(value).lower() not in _TRUE | _FALSE:
        raise TypeError("true or false")
    return str(value).lower() in _TRUE


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(",") if value else []
    if value is None:
        return ()
    if not isinstance(value, list):
        raise TypeError("a list of texts")
    return tuple(_text(one).strip() for one in value)


def _mapping(value: Any) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError("texts by name")
    return {str(name): _text(one) for name, one in value.items() if one is not None}


def _lists(value: Any) -> dict[str, tuple[str, ...]]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError("lists of texts by name")
    return {str(name): _texts(one) for name, one in value.items()}


def _seconds(value: Any) -> float:
    number = float(value) if isinstance(value, (int, float, str)) else -1.0
    if not 0 < number < float("inf"):
        raise TypeError("a number of seconds")
    return number


def _priority(value: Any) -> str:
    text = str(value).lower()
    known = {**dict.fromkeys(_TRUE, "flexible"), **dict.fromkeys(_FALSE, "disabled")}
    found = known.get(text, text)
    if found not in {"strict", "flexible", "disabled"}:
        raise TypeError("strict, flexible or disabled")
    return found


def _verification(value: Any) -> bool | str:
    try:
        return _flag(value)
    except TypeError:
        return _text(value)


KEYS: Mapping[str, Any] = {
    "allowlist_channels": _texts,
    "channel_alias": _text,
    "channel_priority": _priority,
    "channels": _texts,
    "client_ssl_cert": _text,
    "client_ssl_cert_key": _text,
    "custom_channels": _mapping,
    "custom_multichannels": _lists,
    "default_channels": _texts,
    "denylist_channels": _texts,
    "offline": _flag,
    "pinned_packages": _texts,
    "proxy_servers": _mapping,
    "remote_max_retries": int,
    "remote_read_timeout_secs": _seconds,
    "ssl_verify": _verification,
    "use_index_cache": _flag,
}
"""The keys that davos reads, and what makes a value of each; raises TypeError or ValueError."""

_ALIASES = {"channel": "channels", "whitelist_channels": "allowlist_channels"}
_ALIASES.update(verify_ssl="ssl_verify")
_IN_VARIABLES = frozenset(KEYS) - {"custom_channels", "custom_multichannels", "proxy_servers"}


class CondaSettingsError(Exception):
    """A setting that cannot be used; the text says which, where it stands, and why."""


class Place(NamedTuple):
    """Where a setting stands: a file and its row, or a variable (the row is 0)."""

    name: str
    row: int = 0

    def __str__(self) -> str:
        return f"{self.name}:{self.row}" if self.row else self.name


class Setting(NamedTuple):
    """A value and where it stands."""

    key: str
    value: Any
    place: Place
    final: bool = False


class Settings:
    """What all files and variables say together."""

    def __init__(self, settings: Iterable[Setting]) -> None:
        self._values: dict[str, Any] = {}
        self._places: dict[str, Place] = {}
        final: set[str] = set()
        for one in settings:
            if one.key not in final:
                self._add(one)
            if one.final:
                final.add(one.key)

    def _add(self, one: Setting) -> None:
        before = self._values.get(one.key)
        value = one.value
        if isinstance(before, tuple):
            value = (*value, *(item for item in before if item not in value))
        elif isinstance(before, dict):
            value = {**before, **value}
        self._values[one.key] = value
        self._places[one.key] = one.place

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key of `KEYS`."""
        return self._values.get(key, default)

    def place(self, key: str) -> str:
        """Where the last value stands that counts: `~/.condarc:3`."""
        return str(self._places.get(key, "conda's defaults"))


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of the user; `environ` are the variables of the kernel.

    Raises CondaSettingsError, with file and row, for what cannot be read.
    """
    found = [one for path in condarc_files(environ) for one in _settings_of(path)]
    return Settings([*found, *_variables(environ)])


def condarc_files(environ: Mapping[str, str]) -> list[Path]:
    """The files that are there, in the order of conda's documentation: the last one counts most."""
    home = Path(environ.get("HOME") or Path.home())
    system = (
        [Path("C:/ProgramData/conda")]
        if os.name == "nt"
        else [Path("/etc/conda"), Path("/var/lib/conda")]
    )
    folders = [
        *system,
        *_folders(environ, "CONDA_ROOT"),
        *(folder / "conda" for folder in _folders(environ, "XDG_CONFIG_HOME")),
        home / ".config" / "conda",
        home / ".conda",
    ]
    found = [path for folder in folders for path in _in_folder(folder)]
    found += [home / ".condarc"]
    found += [path for folder in _folders(environ, "CONDA_PREFIX") for path in _in_folder(folder)]
    found += _folders(environ, "CONDARC")
    return [path for path in dict.fromkeys(found) if path.is_file()]


def _folders(environ: Mapping[str, str], name: str) -> list[Path]:
    value = environ.get(name)
    return [Path(value).expanduser()] if value else []


def _in_folder(folder: Path) -> Iterator[Path]:
    yield folder / ".condarc"
    yield folder / "condarc"
    yield from sorted((folder / "condarc.d").glob("*.y*ml"))


def _settings_of(path: Path) -> Iterator[Setting]:
    import yaml  # noqa: PLC0415 - belongs to the extra

    text, node = _composed(path)
    final = set(_FINAL.findall(text))
    loader = yaml.SafeLoader("")
    for key, value in node.value if node is not None else ():
        place = Place(str(path), key.start_mark.line + 1)
        name = _ALIASES.get(str(key.value), str(key.value))
        if name in KEYS:
            try:
                found = loader.construct_object(value, deep=True)
            except yaml.YAMLError as error:
                raise _unreadable(path, place.row, _problem(error)) from error
            yield Setting(name, _converted(name, found, place), place, str(key.value) in final)


def _composed(path: Path) -> tuple[str, Any]:
    """The text of a file, and its settings as YAML's nodes with their rows; None if empty."""
    import yaml  # noqa: PLC0415 - belongs to the extra

    try:
        text = path.read_text("utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as error:
        raise _unreadable(path, 0, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise _unreadable(path, 0, "it is not encoded in UTF-8") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise _unreadable(path, mark.line + 1 if mark else 0, _problem(error)) from error
    if node is not None and not isinstance(node, yaml.MappingNode):
        raise _unreadable(path, 1, "it does not hold settings (KEY: VALUE)")
    return text, node


def _problem(error: Exception) -> str:
    return getattr(error, "problem", None) or "it cannot be read as YAML"


def _variables(environ: Mapping[str, str]) -> Iterator[Setting]:
    for key in sorted(_IN_VARIABLES):
        value = environ.get(f"CONDA_{key.upper()}")
        if value:
            place = Place(f"the variable CONDA_{key.upper()}")
            yield Setting(key, _converted(key, value, place), place)


def _converted(key: str, value: Any, place: Place) -> Any:
    try:
        return KEYS[key](value)
    except TypeError as error:
        reason = f"must be {error}"
    except ValueError:
        reason = "must be a number"
    raise CondaSettingsError(f"{place}: {key} {reason}")


def _unreadable(path: Path, row: int, reason: str) -> CondaSettingsError:
    return CondaSettingsError(f"{Place(str(path), row)}: {reason}")
