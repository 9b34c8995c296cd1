"""An installed distribution: what its metadata folder says about it.

Sources: the "Recording installed projects" specification (dist-info, RECORD,
INSTALLER), PEP 503 (names), PEP 610 (direct_url.json), and for `.egg-info` what
setuptools and Debian write. Everything is read when it is asked for, and a file
that cannot be read counts as missing: a broken neighbour never breaks a smuggle.
"""

# Search paths are text
# ruff: noqa: PTH118

from __future__ import annotations

import csv
import io
import json
import os
import posixpath
import re
from functools import cached_property
from pathlib import Path
from typing import Any, Iterator, Mapping
from urllib.parse import unquote, urlsplit

from packaging.utils import canonicalize_name

from davos.credentials import without_credentials
from davos.distributions.conda_packages import CondaPackage, holder_of

__all__ = ["DirectUrl", "Distribution"]

_MODULE = re.compile(r"^(?P<name>[^\W\d]\w*)(?:/.|\.py$|\.(?:[\w-]+\.)*(?:so|pyd)$)")
_HEADER = re.compile(r"(?P<name>[!-9;-~]+):[ \t]*(?P<value>.*(?:\n[ \t].*)*)(?:\n|\Z)")
_CONTENT = r'(?m)^"?{}(?:/|\.py,|\.(?:[\w-]+\.)*(?:so|pyd),)'


class DirectUrl:
    """Where a distribution came from, if not from an index (PEP 610)."""

    def __init__(self, recorded: Mapping[str, Any]) -> None:
        self._recorded = recorded

    @property
    def url(self) -> str:
        """The repository, archive or `file://` folder, without credentials."""
        return without_credentials(str(self._recorded.get("url", "")))

    @property
    def vcs(self) -> str | None:
        """`git`, `hg`, ... for a distribution built from a repository."""
        return _string(self._info("vcs_info").get("vcs"))

    @property
    def commit(self) -> str | None:
        """The full id of the commit that was built."""
        return _string(self._info("vcs_info").get("commit_id"))

    @property
    def revision(self) -> str | None:
        """The branch, tag or commit that was asked for."""
        return _string(self._info("vcs_info").get("requested_revision"))

    @property
    def editable(self) -> bool:
        """Whether the folder itself is imported."""
        return bool(self._info("dir_info").get("editable"))

    @property
    def subdirectory(self) -> str | None:
        """The folder inside the repository or archive."""
        return _string(self._recorded.get("subdirectory"))

    @property
    def folder(self) -> Path | None:
        """The local folder of a `file://` URL with `dir_info`."""
        parts = urlsplit(self.url)
        if "dir_info" not in self._recorded or parts.scheme != "file":
            return None
        return Path(unquote(parts.path))

    @property
    def hashes(self) -> dict[str, str]:
        """Algorithm to hexadecimal digest, of an archive."""
        archive = self._info("archive_info")
        hashes = archive.get("hashes")
        found = {str(k): str(v) for k, v in hashes.items()} if isinstance(hashes, dict) else {}
        algorithm, equals, digest = str(archive.get("hash", "")).partition("=")
        return {algorithm: digest, **found} if equals else found

    def _info(self, key: str) -> Mapping[str, Any]:
        info = self._recorded.get(key)
        return info if isinstance(info, dict) else {}


class Distribution:
    """A distribution found on disk: its metadata folder (or `.egg-info` file).

    `location` is the folder that its modules are in.
    """

    def __init__(self, info: Path) -> None:
        self.info = info
        self.location = info.parent

    def __repr__(self) -> str:
        return f"<Distribution {self.name} {self.version} in {self.location}>"

    @cached_property
    def _headers(self) -> dict[str, list[str]]:
        names = ("METADATA", "PKG-INFO", "")
        texts = (self.read(name) for name in names)
        return _headers_of(next(filter(None, texts), ""))

    @cached_property
    def name(self) -> str:
        """The name as its author spells it."""
        return self._first("name")

    @cached_property
    def normalized_name(self) -> str:
        """The name in the form that PEP 503 compares."""
        return canonicalize_name(self.name)

    @cached_property
    def version(self) -> str:
        """The version as recorded."""
        return self._first("version")

    @property
    def readable(self) -> bool:
        """Whether the metadata names a distribution at all."""
        return bool(self.name and self.version)

    @property
    def requires(self) -> list[str]:
        """Requirements as written, those of the extras with their marker (PEP 508)."""
        if self.info.suffix == ".dist-info":
            return list(self._headers.get("requires-dist", ()))
        # Only what setuptools and Debian left without METADATA is read by it: it imports `email`.
        from importlib import metadata  # noqa: PLC0415

        try:
            return list(metadata.Distribution.at(self.info).requires or [])
        except (OSError, ValueError, KeyError, AttributeError):
            return []

    @cached_property
    def direct_url(self) -> DirectUrl | None:
        """The recorded origin, None for what came from an index.

        conda records the folder in which the package was built, on another machine.
        """
        if self.installer == "conda":
            return None
        try:
            recorded = json.loads(self.read("direct_url.json"))
        except ValueError:
            return None
        return DirectUrl(recorded) if isinstance(recorded, dict) else None

    @property
    def installer(self) -> str:
        """What installed it: `pip`, `uv`, `conda`, `debian` or an empty text."""
        return self.read("INSTALLER").strip() or ("conda" if self.conda_package else "")

    @property
    def record(self) -> str:
        """The text of RECORD; of a conda package without one, its files in that form.

        That of one distribution is kept: several questions need it.
        """
        owner, text = _Latest.record
        if owner is not self:
            text = self.read("RECORD") or self._record_of_conda
            _Latest.record = self, text
        return text

    @cached_property
    def conda_package(self) -> CondaPackage | None:
        """The conda package that holds it, if one does."""
        return holder_of(self.info)

    @cached_property
    def _record_of_conda(self) -> str:
        """What RECORD would say, without digests; empty if the files of no conda package."""
        if self.conda_package is None:
            return ""
        folder = self.location.relative_to(self.conda_package.prefix)
        text = io.StringIO()
        names = (posixpath.relpath(file, folder.as_posix()) for file in self.conda_package.files)
        csv.writer(text, lineterminator="\n").writerows([name, "", ""] for name in names)
        return text.getvalue()

    def read(self, name: str) -> str:
        """The text of a metadata file, empty if it is missing or unreadable."""
        path = self.info / name if name else self.info
        try:
            return path.read_text("utf-8", "replace")
        except OSError:
            return ""

    @cached_property
    def files(self) -> set[str]:
        """Absolute paths of the installed files, from the records of pip, conda or setuptools.

        Without any, the files below the names in top_level.txt.
        """
        if self.record:
            names = [row[0] for row in csv.reader(self.record.splitlines()) if row]
            return {self._absolute(name, self.location) for name in names}
        listed = self.read("installed-files.txt").splitlines()
        if listed:
            return {self._absolute(name, self.info) for name in listed}
        return {path for name in self._top_level for path in self._walk(name)}

    @property
    def is_elsewhere(self) -> bool:
        """Whether its modules lie outside `location`, or nobody knows where: editable, eggs."""
        origin = self.direct_url
        return not self.files or bool(origin and origin.editable)

    @cached_property
    def modules(self) -> list[str]:
        """Top-level import names, sorted; for an editable one what it declares."""
        recorded = self.record.splitlines()
        matches = (_MODULE.match(row[0]) for row in csv.reader(recorded) if row)
        names = {match["name"] for match in matches if match}
        shown = {name for name in names if not name.startswith(("__pycache__", "__editable__"))}
        return sorted(shown or self._top_level)

    def provides(self, module: str) -> bool:
        """Whether a module (dotted for a part of a namespace) is among its files."""
        path = re.escape(module.replace(".", "/"))
        record = self.record
        if re.search(_CONTENT.format(path), record):
            return True
        if self.direct_url is not None and self.direct_url.editable:
            return self._editable_provides(module)
        return not record and module.partition(".")[0] in self._top_level

    def _first(self, header: str) -> str:
        return next(iter(self._headers.get(header, ())), "")

    @property
    def _top_level(self) -> list[str]:
        return [name for name in self.read("top_level.txt").split() if name]

    def _editable_provides(self, module: str) -> bool:
        folder = self.direct_url.folder if self.direct_url else None
        relative = module.replace(".", "/")
        roots = [folder, folder / "src"] if folder else []
        found = any((r / relative).is_dir() or (r / f"{relative}.py").is_file() for r in roots)
        return found or module in self._top_level

    def _walk(self, name: str) -> Iterator[str]:
        yield from (str(path) for path in self.location.glob(f"{name}.*") if path.is_file())
        for folder, _, files in os.walk(self.location / name):
            yield from (os.path.join(folder, file) for file in files)

    @staticmethod
    def _absolute(name: str, folder: Path) -> str:
        return os.path.normpath(os.path.join(folder, name))


class _Latest:
    record: tuple[Distribution | None, str] = (None, "")


def _headers_of(text: str) -> dict[str, list[str]]:
    """Header name in lower case -> values, of a message's head (RFC 822).

    `email.parser` reads the same, in ten times as long: a check of a project reads hundreds.
    """
    headers: dict[str, list[str]] = {}
    line = _HEADER.match(text)
    while line is not None:
        headers.setdefault(line["name"].lower(), []).append(line["value"])
        line = _HEADER.match(text, line.end())
    return headers


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
