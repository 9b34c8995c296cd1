"""The contents of console scripts and path files with one folder in place of another; pure.

Sources: "Entry points" (console scripts), PEP 610 (`direct_url.json`), PEP 660 (editable installs).
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PATH_FILES", "in_path_file", "in_script", "programs", "shebang", "with_plain_shebang"]

PATH_FILES = (
    "*.pth",
    "*.egg-link",
    "__editable__*.py",
    "_editable_impl_*.py",
    "*_editable_loader.py",
    "*.dist-info/direct_url.json",
)
"""Patterns, below site-packages, of files in which the path of a project may stand."""

_LONGEST_SHEBANG = 127  # Linux' BINPRM_BUF_SIZE is 128 before 5.1
_HEAD = 4096
_BY_SHELL = re.compile(rb"#!/bin/sh\n'''exec' \"([^\n\"]+)\" \"\$0\" \"\$@\"\n' '''\n")


def programs(prefix: Path) -> bytes:
    """How the paths of an environment's interpreters begin; only scripts of posix have `#!`."""
    return os.fsencode(prefix) + b"/bin/"


def in_script(content: bytes, before: bytes, after: bytes) -> bytes:
    """A console script with another path of its interpreter, in either form that installers write.

    What does not name the interpreter `before` stays as it is.
    """
    if not content.startswith(b"#!") or before not in content[:_HEAD]:
        return content
    first, _, rest = content.partition(b"\n")
    if before not in first:
        return content[:_HEAD].replace(before, after) + content[_HEAD:]
    return shebang(first[2:].strip().replace(before, after)) + rest


def in_path_file(content: bytes, old: Path, new: Path) -> bytes:
    """A text with other paths below a folder, as they are or quoted for URLs.

    What is not UTF-8 stays as it is.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return content
    for before, after in ((str(old), str(new)), (quote(str(old)), quote(str(new)))):
        text = text.replace(before + os.sep, after + os.sep)
    return text.encode("utf-8")


def shebang(interpreter: bytes) -> bytes:
    """The first lines of a script; those of distlib where a path is long or holds a space."""
    if b" " not in interpreter and len(interpreter) + 2 <= _LONGEST_SHEBANG:
        return b"#!" + interpreter + b"\n"
    return b"#!/bin/sh\n'''exec' \"" + interpreter + b'" "$0" "$@"\n\' \'\'\'\n'


def with_plain_shebang(content: bytes) -> bytes:
    """A console script whose interpreter the shell starts, as it is where the path is short."""
    return _BY_SHELL.sub(lambda found: b"#!" + found[1] + b"\n", content, count=1)
