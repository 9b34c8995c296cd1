"""From a project's name or a notebook's path to the name of a folder, and no two to one."""

# Search paths are text
# ruff: noqa: PTH100, PTH110, PTH111, PTH112, PTH113

from __future__ import annotations

import hashlib
import ntpath
import os
import re
from pathlib import Path, PurePath, PureWindowsPath
from typing import Iterator

from davos.exceptions import DavosProjectError
from davos.onion.characters import first_refused

__all__ = [
    "TRASH",
    "checked_name",
    "is_notebook_path",
    "legacy_folder",
    "legacy_notebooks",
    "notebook_folder",
    "notebook_path",
]

TRASH = ".davos-"
_LONGEST_NAME = 200
_LONGEST_STEM = 80
_LEGACY_SEPARATOR = "___"
# "Naming Files, Paths, and Namespaces" of Windows: devices, with any ending, and characters.
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:\..*)?", re.IGNORECASE
)
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*]')
_NOTEBOOK_FOLDER = re.compile(r".*\.ipynb-[0-9a-f]{16}", re.DOTALL)


def is_notebook_path(text: str) -> bool:
    """Whether a name means a file: it has a separator, `~`, `$`, `.ipynb` or `.py`."""
    separators = any(mark and mark in text for mark in (os.sep, os.altsep))
    return separators or text.startswith("~") or "$" in text or text.endswith((".ipynb", ".py"))


def notebook_path(path: str | os.PathLike[str]) -> Path:
    """A notebook's path with `~` and variables expanded, absolute and normalised.

    Symbolic links are kept: the path is a notebook's identity, not the file. A file
    without `.ipynb` or `.py` must exist. Raises DavosProjectError, with the reason.
    """
    text = os.fspath(path)
    expanded = os.path.expandvars(os.path.expanduser(text))
    found = Path(os.path.abspath(expanded)) if text.strip() and "\0" not in text else Path(os.sep)
    reason = _path_objection(text, found)
    if reason:
        raise DavosProjectError(f"{text!r} cannot be a project's notebook: {reason}")
    return found


def _path_objection(text: str, path: Path) -> str | None:
    if not text.strip():
        return "it is empty"
    if "\0" in text:
        return "no path holds a zero byte"
    if os.path.isdir(path):
        return "it is a folder"
    if path.suffix in (".ipynb", ".py") or os.path.exists(path):
        return None
    unset = re.search(r"\$\{?\w+", str(path))
    if unset:
        return f"the variable {unset.group()} is not set"
    return (
        "it ends neither in .ipynb nor in .py, and there is no such file "
        "(a name that is not a path contains no separator, ~ or $)"
    )


def legacy_folder(path: Path) -> str:
    """The folder that davos 0.2.3 used for a notebook: `___home___me___nb` for /home/me/nb.ipynb.

    Several paths can have the same one; `legacy_notebooks` tells which.
    """
    return str(path).removesuffix(".ipynb").replace(os.sep, _LEGACY_SEPARATOR)


def legacy_notebooks(folder: str) -> list[Path]:
    """The notebooks that a folder of davos 0.2.3 may belong to.

    Those that exist; if none does, the one that every separator reads. Empty if the
    folder's name is not of that form.
    """
    if not folder.startswith(_LEGACY_SEPARATOR) or not folder.strip("_"):
        return []
    rest = folder[len(_LEGACY_SEPARATOR) :]
    plain = Path(os.sep + rest.replace(_LEGACY_SEPARATOR, os.sep) + ".ipynb")
    return list(_existing(Path(os.sep), rest)) or [plain]


def _existing(parent: Path, rest: str) -> Iterator[Path]:
    """The notebooks below a folder that the rest of a folder name of 0.2.3 can mean."""
    notebook = parent / f"{rest}.ipynb"
    if os.path.isfile(notebook):
        yield notebook
    for match in re.finditer(f"(?={_LEGACY_SEPARATOR})", rest):
        head, tail = rest[: match.start()], rest[match.start() + len(_LEGACY_SEPARATOR) :]
        if head and tail and os.path.isdir(parent / head):
            yield from _existing(parent / head, tail)


def notebook_folder(path: PurePath) -> str:
    """The folder name of a notebook's project: its stem, and 16 hex digits of its path's hash.

    Paths of Windows that differ in case or in the slashes mean one file.
    """
    text = ntpath.normcase(path) if isinstance(path, PureWindowsPath) else path
    digest = hashlib.sha256(os.fsencode(text)).hexdigest()[:16]
    stem = path.name.removesuffix(".ipynb")
    plain = re.sub(r"[^\w.-]+", "_", stem.encode("utf-8", "replace").decode()).strip("._-")
    short = plain.encode()[:_LONGEST_STEM].decode("utf-8", "ignore")
    return f"{short or 'notebook'}.ipynb-{digest}"


def checked_name(name: str) -> str:
    """A named project's name, which is also its folder's.

    Raises DavosProjectError, with the reason, for what is not a plain folder name or
    could be taken for a notebook's folder.
    """
    reason = _objection(name, os.name)
    if reason:
        raise DavosProjectError(f"{name!r} cannot be a project's name: {reason}")
    return name


def _objection(name: str, os_name: str) -> str | None:
    reason = _windows_objection(name) if os_name == "nt" else None
    refused = first_refused(name)
    objections = (
        (not name.strip(), "it is empty"),
        (name in (".", ".."), "it means another folder"),
        (name != name.strip(), "it starts or ends with white space"),
        (name.startswith("-"), "it starts with a dash, like an option"),
        ("/" in name or "\\" in name or os.sep in name, "it holds a path separator"),
        (os.pathsep in name, f"it holds {os.pathsep!r}, which separates the entries of PATH"),
        (name.startswith(TRASH), "davos deletes such folders"),
        (refused is not None, refused and f"it holds {refused.description}"),
        (len(name.encode("utf-8", "replace")) > _LONGEST_NAME, "it is over 200 bytes long"),
        (_is_reserved(name), "it looks like the folder of a notebook's project"),
    )
    return next((words for applies, words in objections if applies), reason)


def _windows_objection(name: str) -> str | None:
    """Why Windows has no folder of a name, or gives it another one."""
    unusable = _NOT_ON_WINDOWS.search(name)
    if unusable:
        return f"on Windows no folder's name holds {unusable[0]!r}"
    if name.endswith("."):
        return "on Windows no folder's name ends with a dot"
    return "on Windows it means a device" if _DEVICES.fullmatch(name) else None


def _is_reserved(name: str) -> bool:
    return bool(_NOTEBOOK_FOLDER.fullmatch(name.casefold()))
