"""The variables that conda packages need in the environment: `GDAL_DATA`, `PROJ_DATA`.

`conda activate` takes them from `etc/conda/env_vars.d/*.json`, from `conda-meta/state` and from
what the scripts in `etc/conda/activate.d` set, in this order. Here the scripts are read, and
never run; one that does more than to set variables is passed over, with a warning.

Source: "Managing environments" in conda's documentation (Setting environment variables).
"""

# Search paths are text
# ruff: noqa: PTH116, PTH118, PTH208

from __future__ import annotations

import json
import os
import warnings
from contextlib import suppress
from typing import Iterator, Mapping, NamedTuple, Optional, Tuple

from davos.environments.activation_script import ScriptError, settings_of
from davos.escaping import one_line
from davos.files import read_own_file

__all__ = ["Files", "Settings", "files_of", "settings"]

Settings = Mapping[str, Optional[str]]
"""Variables with their values, None for those that are taken away."""

_SCRIPTS = ("etc", "conda", "activate.d")
_VARIABLES = ("etc", "conda", "env_vars.d")
_STATE = ("conda-meta", "state")
_UNSET = "***unset***"  # as conda writes it
# What `davos.environments.activation` sets itself
_KEPT = frozenset({"PATH", "VIRTUAL_ENV", "PYTHONHOME", "CONDA_PREFIX"})


class _File(NamedTuple):
    """A file with what tells whether it is still the same."""

    path: str
    changed: int
    size: int


class Files(NamedTuple):
    """The files of an environment that say which variables to set, in conda's order."""

    variables: Tuple[_File, ...] = ()
    scripts: Tuple[_File, ...] = ()


def files_of(prefix: str) -> Files:
    """What there is in an environment; nothing is read."""
    variables = [*_in(prefix, _VARIABLES, ".json"), *_files([os.path.join(prefix, *_STATE)])]
    return Files(tuple(variables), tuple(_in(prefix, _SCRIPTS, ".sh")))


def _in(prefix: str, folder: Tuple[str, ...], ending: str) -> Iterator[_File]:
    place = os.path.join(prefix, *folder)
    try:
        names = sorted(name for name in os.listdir(place) if name.endswith(ending))
    except OSError:
        return
    yield from _files([os.path.join(place, name) for name in names])


def _files(paths: list[str]) -> Iterator[_File]:
    for path in paths:
        with suppress(OSError):
            status = os.stat(path)
            yield _File(path, status.st_mtime_ns, status.st_size)


def settings(prefix: str, files: Files, environment: Mapping[str, str]) -> Settings:
    """The variables that are set, and taken away, while an environment is active.

    `environment` holds the variables without it. Warns of a file that cannot be read.
    """
    if files == Files():
        return {}
    found: dict[str, str | None] = {"CONDA_PREFIX": prefix}
    for file in files.variables:
        found.update(_allowed(file, _listed(file.path)))
    for file in files.scripts:
        values = {**environment, **found}
        known = {name: value for name, value in values.items() if value is not None}
        found.update(_allowed(file, _set_by(file.path, known)))
    return found


def _listed(path: str) -> Settings:
    """The variables in a JSON file; those of the state are below a key."""
    try:
        found = json.loads(read_own_file(path))
    except (OSError, ValueError, RecursionError):
        return _passed_over(path, "it cannot be read")
    if path.endswith(_STATE[-1]):
        found = found.get("env_vars", {}) if isinstance(found, dict) else None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        return _passed_over(path, "it does not hold names and texts")
    return {name: None if value == _UNSET else value for name, value in found.items()}


def _set_by(path: str, environment: Mapping[str, str]) -> Settings:
    try:
        return settings_of(read_own_file(path).decode(), environment)
    except (OSError, ValueError) as error:
        reason = str(error) if isinstance(error, ScriptError) else "it cannot be read"
        return _passed_over(path, f"{reason}, and davos runs no shell")


def _allowed(file: _File, found: Settings) -> Settings:
    """What may be set: a name and a value for an environment, and nothing that davos sets."""
    for name, value in found.items():
        is_name = bool(name) and "=" not in name and "\0" not in f"{name}{value}"
        if not is_name or name.upper() in _KEPT:
            return _passed_over(file.path, f"it sets {name or 'no name'}")
    return found


def _passed_over(path: str, reason: str) -> Settings:
    warnings.warn(one_line(f"nothing is set from {path}: {reason}"), RuntimeWarning, stacklevel=2)
    return {}
