"""The files that a lock names, as the `pylock.toml` (PEP 751) that uv installs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Iterator, Mapping, Sequence
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from davos.installers.base import LockedFile

__all__ = ["pylock_text"]

_HEAD = 'lock-version = "1.0"\ncreated-by = "davos"\n'


def pylock_text(files: Sequence[LockedFile]) -> str:
    """A lock of nothing but some files."""
    return "\n".join([_HEAD, *("".join(_package(one)) for one in files)])


def _package(file: LockedFile) -> Iterator[str]:
    yield f"[[packages]]\nname = {_text(file.name)}\n"
    if file.version and file.kind in {"wheel", "sdist"}:
        yield f"version = {_text(file.version)}\n"
    source = _table(_source(file))
    yield f"wheels = [{source}]\n" if file.kind == "wheel" else f"{file.kind} = {source}\n"


def _source(file: LockedFile) -> dict[str, str]:
    """The strings of a source; uv takes folders and archives of this machine by path only."""
    known = {
        "name": file.filename,
        "type": file.vcs,
        "commit-id": file.commit,
        "subdirectory": file.subdirectory or "",
        **_place(file),
    }
    found = {key: _text(value) for key, value in known.items() if value}
    return {**found, **({"hashes": _table(_texts(file.hashes))} if file.hashes else {})}


def _place(file: LockedFile) -> dict[str, str]:
    url = urlsplit(file.url)
    if file.kind == "directory" or (file.kind == "archive" and url.scheme == "file"):
        return {"path": unquote(url.path)}
    return {"url": file.url}


def _texts(values: Mapping[str, str]) -> dict[str, str]:
    return {key: _text(value) for key, value in values.items()}


def _table(values: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{key} = {value}" for key, value in values.items()) + " }"


def _text(value: str) -> str:
    """A basic string of TOML; a string of JSON is one."""
    return json.dumps(value, ensure_ascii=False)
