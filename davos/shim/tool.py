"""Runs a tool in the copy and maps its output back."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from typing import Sequence

from davos.shim.masked import shimmed
from davos.shim.mirror import Mirror
from davos.subprocesses import capture

__all__ = ["Done", "run_shimmed"]

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

    Raises FileNotFoundError if there is no such tool.
    """
    folder = os.getcwd()
    named = [os.path.normpath(os.path.join(folder, path)) for path in _paths(command)]
    base = _project(os.path.commonpath([folder, *(_folder(path) for path in named)]))
    with tempfile.TemporaryDirectory(prefix="davos-shim-") as temporary:
        root = os.path.realpath(temporary)
        mirror = Mirror(root, shimmed)
        mirror.add(base, named or [folder])
        arguments = [command[0], *(_mapped(word, root) for word in command[1:])]
        environment = {**os.environ, "PWD": mirror.place(folder)}
        done = capture(arguments, environment, mirror.place(folder))
        changed = [os.path.relpath(path, folder) for path in mirror.changed()]
    gone = os.fsencode(root)
    stdout, stderr = (stream.replace(gone, b"") for stream in (done.stdout, done.stderr))
    return Done(done.returncode, stdout, stderr, changed)


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
