"""Runs a tool in the copy and maps its output back."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from typing import Sequence

from davos.shim.masked import restored, shimmed
from davos.shim.mirror import Mirror
from davos.subprocesses import capture

__all__ = ["Done", "run_shimmed"]

# Of ruff and black, and of flake8.
_INPUT_NAMES = ("--stdin-filename", "--stdin-display-name")
_PROJECT_FILES = (".git", "pyproject.toml", "setup.cfg", "setup.py")


@dataclass(frozen=True)
class Done:
    """How a tool ended: its exit status, its output, and which copies it changed."""

    returncode: int
    stdout: bytes
    stderr: bytes
    changed: list[str]


def run_shimmed(command: Sequence[str]) -> Done:
    """Run a tool on a copy of the files and folders among its arguments, else of this folder.

    If it is to read its standard input, that is what it gets a copy of: what it makes of it
    has the smuggle statements again. Raises FileNotFoundError if there is no such tool.
    """
    folder = os.getcwd()
    tool = _executable(command[0])
    name = _name_of_input(command)
    data = None if name is None else sys.stdin.buffer.read()
    named = [os.path.normpath(os.path.join(folder, path)) for path in _paths(command)]
    base = _project(os.path.commonpath([folder, *(_folder(path) for path in named)]))
    with tempfile.TemporaryDirectory(prefix="davos-shim-") as temporary:
        root = os.path.realpath(temporary)
        mirror = Mirror(root, shimmed)
        mirror.add(base, named or ([folder] if name is None else []))
        arguments = [tool, *(_mapped(word, root) for word in command[1:])]
        environment = {**os.environ, "PWD": mirror.place(folder)}
        given = None if data is None or name is None else shimmed(name, data)
        done = capture(arguments, environment, mirror.place(folder), given)
        changed = [os.path.relpath(path, folder) for path in mirror.changed()]
    gone = os.fsencode(root)
    stdout, stderr = (stream.replace(gone, b"") for stream in (done.stdout, done.stderr))
    if data is not None and name is not None:
        stdout = restored(name, data, stdout) or stdout
    return Done(done.returncode, stdout, stderr, changed)


def _executable(name: str) -> str:
    """The absolute path of a tool: in the copy, relative ones would lead elsewhere."""
    found = shutil.which(name)
    if found is None:
        raise FileNotFoundError(name)
    return os.path.abspath(found)


def _name_of_input(command: Sequence[str]) -> str | None:
    """The file that standard input stands for, if a tool is told to read it; else None."""
    for word, following in zip(command[1:], [*command[2:], ""]):
        option, equals, value = word.partition("=")
        if option in _INPUT_NAMES:
            return value if equals else following
    return "stdin.py" if "-" in command[1:] else None


def _paths(command: Sequence[str]) -> list[str]:
    """The arguments that name files or folders, as far as one can see."""
    return [word for word in command[1:] if not word.startswith("-") and os.path.exists(word)]


def _project(folder: str) -> str:
    """The nearest folder from a folder upwards that looks like a project's, else the folder."""
    place = folder
    while place != os.path.dirname(place):
        if any(os.path.exists(os.path.join(place, name)) for name in _PROJECT_FILES):
            return place
        place = os.path.dirname(place)
    return folder


def _folder(path: str) -> str:
    return path if os.path.isdir(path) else os.path.dirname(path)


def _mapped(word: str, root: str) -> str:
    """An argument with an absolute path that exists as one below the root."""
    is_path = os.path.isabs(word) and os.path.exists(word)
    return root + os.path.normpath(word) if is_path else word
