"""From a project's name or a notebook's path to the name of a folder, and no two to one."""

# Search paths are text
# ruff: noqa: PTH100, PTH111

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path

from davos.exceptions import DavosProjectError

__all__ = ["checked_name", "is_notebook_path", "notebook_folder", "notebook_path"]

_LONGEST_NAME = 200
_LONGEST_STEM = 80
_NOTEBOOK_FOLDER = re.compile(r".*\.ipynb-[0-9a-f]{16}", re.DOTALL)


def is_notebook_path(text: str) -> bool:
    """Whether a project's name means a notebook: it has a separator, `~`, `$` or `.ipynb`."""
    separators = any(mark and mark in text for mark in (os.sep, os.altsep))
    return separators or text.startswith("~") or "$" in text or text.endswith(".ipynb")


def notebook_path(path: str | os.PathLike[str]) -> Path:
    """A notebook's path with `~` and variables expanded, absolute and normalised.

    Symbolic links are kept: the path is a notebook's identity, not the file. Raises
    DavosProjectError for a path that no file can have.
    """
    text = os.fspath(path)
    if not text.strip() or "\0" in text:
        raise DavosProjectError(f"{text!r} is not the path of a notebook")
    expanded = os.path.expandvars(os.path.expanduser(text))
    return Path(os.path.abspath(expanded))


def notebook_folder(path: Path) -> str:
    """The folder name of a notebook's project: its stem, and 16 hex digits of its path's hash."""
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    stem = path.name.removesuffix(".ipynb")
    plain = re.sub(r"[^\w.-]+", "_", stem.encode("utf-8", "replace").decode()).strip("._-")
    short = plain.encode()[:_LONGEST_STEM].decode("utf-8", "ignore")
    return f"{short or 'notebook'}.ipynb-{digest}"


def checked_name(name: str) -> str:
    """A named project's name, which is also its folder's.

    Raises DavosProjectError, with the reason, for what is no plain folder name or
    could be taken for a notebook's folder.
    """
    reason = _objection(name)
    if reason:
        raise DavosProjectError(f"{name!r} cannot be a project's name: {reason}")
    return name


def _objection(name: str) -> str | None:
    objections = (
        (not name.strip(), "it is empty"),
        (name in (".", ".."), "it means another folder"),
        (name != name.strip(), "it starts or ends with white space"),
        (name.startswith("-"), "it starts with a dash, like an option"),
        ("/" in name or "\\" in name or os.sep in name, "it holds a path separator"),
        (_has_control(name), "it holds a control character or half a character"),
        (len(name.encode("utf-8", "replace")) > _LONGEST_NAME, "it is over 200 bytes long"),
        (_is_reserved(name), "it looks like the folder of a notebook's project"),
    )
    return next((reason for applies, reason in objections if applies), None)


def _has_control(name: str) -> bool:
    return any(unicodedata.category(character) in ("Cc", "Cs") for character in name)


def _is_reserved(name: str) -> bool:
    return bool(_NOTEBOOK_FOLDER.fullmatch(name.casefold()))
