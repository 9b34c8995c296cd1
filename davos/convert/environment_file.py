"""conda's environment files: what an `environment.yml` asks conda and pip for.

Read are `channels` and `dependencies`; the name and the prefix of an environment mean nothing here.
Source: "Managing environments", "Creating an environment file manually", in conda's documentation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from davos.convert.inventory import read_requirements, required_name
from davos.credentials import credentials
from davos.distributions.conda_names import is_other_package, pypi_name
from davos.exceptions import DavosError, OnionParserError
from davos.onion.match_spec import MatchSpecError, read_match_spec
from davos.onion.validator import validate_text
from davos.onion.words import quote

__all__ = ["EnvironmentFile", "is_environment_file", "read_environment"]

_MOST_BYTES = 1_000_000
_NO_YAML = 'reading it needs PyYAML: `pip install "davos[conda]>=0.3"`'
_NOT_READ = {"variables", "platforms", "category"}
_NAME = re.compile(r"(?:\S+::)?\s*([A-Za-z0-9_.-]+)")
_SETUP = {"pip", "setuptools", "wheel"}
_FILE_OPTION = re.compile(r"(?:-r|--requirement)(?:[ \t]+|=|(?<=-r))(?P<file>\S.*)")
_TEXTS = {"str", "int", "float"}


@dataclass
class EnvironmentFile:
    """The arguments of onion comments by the normalised names of PyPI, and what is left out."""

    conda: dict[str, str] = field(default_factory=dict)
    pip: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def is_environment_file(file: str) -> bool:
    """Whether a file is one of conda's by its name."""
    return file.lower().endswith((".yml", ".yaml"))


def read_environment(file: str) -> EnvironmentFile:
    """What an environment file asks for. Raises OSError, and `DavosError` with file and row."""
    return _Reader(file).read()


class _Reader:
    def __init__(self, file: str) -> None:
        self._file = file
        self._found = EnvironmentFile()
        self._options = ""
        self._texts: dict[tuple[str, str], str] = {}

    def read(self) -> EnvironmentFile:
        sections = self._sections(self._composed())
        self._options = self._channels(sections.get("channels"))
        dependencies = sections.get("dependencies")
        if dependencies is None:
            raise self._error(0, "it has no dependencies")
        for node in self._items(dependencies, "dependencies"):
            if _kind(node) == "map":
                self._by_pip(node)
            else:
                self._by_conda(self._text(node), _row(node))
        return self._found

    # ---- YAML ----

    def _composed(self) -> Any:
        """The file as nodes of YAML: no object is made of them, and an alias is no copy."""
        try:
            import yaml  # noqa: PLC0415 - belongs to an extra
        except ImportError:
            raise self._error(0, _NO_YAML) from None
        data = Path(self._file).read_bytes()
        if len(data) > _MOST_BYTES:
            raise self._error(0, f"it is larger than {_MOST_BYTES:,} bytes")
        try:
            return yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
        except UnicodeDecodeError:
            raise self._error(0, "it is not encoded in UTF-8") from None
        except RecursionError:
            raise self._error(0, "it is nested too deeply") from None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or "it cannot be read as YAML"
            raise self._error(mark.line + 1 if mark else 0, problem) from None

    def _sections(self, root: Any) -> dict[str, Any]:
        """The nodes of the file's keys."""
        if root is None:
            raise self._error(0, "it is empty")
        if _kind(root) != "map":
            raise self._error(_row(root), "this is not `dependencies:` and a list below it")
        found: dict[str, Any] = {}
        for key, value in root.value:
            name = str(key.value) if _kind(key) in {*_TEXTS, "merge"} else ""
            if name in found:
                raise self._error(_row(key), f"{name} stands here twice")
            if not name or _kind(key) == "merge":
                raise self._error(_row(key), f"{name or 'this'} is no key of such a file")
            if name in _NOT_READ:
                self._note(_row(key), f"{name} is left out")
            found[name] = value
        return found

    def _items(self, node: Any, name: str) -> list[Any]:
        if _kind(node) != "seq":
            raise self._error(_row(node), f"{name} must be a list, one `- entry` a line")
        entries: list[Any] = node.value
        return entries

    def _text(self, node: Any) -> str:
        if _kind(node) not in _TEXTS or not str(node.value).strip():
            raise self._error(_row(node), "this entry is no text")
        return " ".join(str(node.value).split())

    # ---- conda ----

    def _channels(self, node: Any) -> str:
        """The channels as options: `-c` each, and no others with `nodefaults`."""
        if node is None or _kind(node) == "null":
            return ""
        entries = [(self._text(one), _row(one)) for one in self._items(node, "channels")]
        named = [(text, row) for text, row in entries if text != "nodefaults"]
        if len(named) < len(entries) and not named:
            raise self._error(_row(node), "nodefaults leaves no channel: name one")
        options = dict.fromkeys(self._channel(text, row) for text, row in named)
        return " ".join([*options, *(["--override-channels"] if len(named) < len(entries) else [])])

    def _channel(self, text: str, row: int) -> str:
        if any(credentials(text)):
            raise self._error(row, "this channel holds credentials: keep them in .condarc")
        return f"-c {quote(text)}"

    def _by_conda(self, text: str, row: int) -> None:
        found = _NAME.match(text)
        name = found[1].lower() if found else ""
        if name == "python" or name.startswith("__"):
            self._note(row, f"{text} is left out: the kernel's Python runs the document")
            return
        if name in _SETUP:
            return
        try:
            spec = read_match_spec(text)
            word = quote(text if "'" not in text or '"' not in text else spec.canonical)
            args = " ".join(filter(None, [self._options, word]))
            validate_text("conda", args)
        except (MatchSpecError, OnionParserError, ValueError) as error:
            raise self._error(row, getattr(error, "msg", None) or str(error)) from None
        self._add("conda", spec.name, text, row)
        if is_other_package(spec.name):
            return  # no import needs it: conda's `zstd` is a library
        # the first of several that hold one distribution
        self._found.conda.setdefault(canonicalize_name(pypi_name(spec.name)), args)

    # ---- pip ----

    def _by_pip(self, node: Any) -> None:
        """The section `- pip:` with a list of requirements below it."""
        keys = [str(key.value) for key, _ in node.value]
        if keys != ["pip"]:
            raise self._error(
                _row(node), f"{', '.join(keys) or 'this'} is no entry of dependencies"
            )
        if self._found.pip:
            raise self._error(_row(node), "pip stands here twice")
        for one in self._items(node.value[0][1], "pip"):
            self._required(self._text(one), _row(one))

    def _required(self, text: str, row: int) -> None:
        file = _FILE_OPTION.fullmatch(text)
        if file:
            try:
                self._found.pip.update(read_requirements(str(self._beside(file["file"]))))
            except OSError as error:
                raise self._error(row, f"{file['file']}: {error.strerror}") from None
            return
        if text.startswith("-") and not text.startswith(("-e ", "--editable")):
            option = text.split(maxsplit=1)[0]
            self._note(row, f"{option} is left out: put it into the onion comments")
            return
        try:
            name = required_name(text)
        except OnionParserError as error:
            raise self._error(row, error.msg) from None
        if name is None:
            self._note(row, f"{text} is left out: only its build would tell which package it is")
            return
        if name in self._found.conda:
            if ";" not in text:
                raise self._error(row, f"{name} is asked of conda and of pip")
            self._note(row, f"{text} is left out: conda is asked for {name}")
            return
        self._add("pip", name, text, row)
        self._found.pip[name] = text

    def _beside(self, name: str) -> Path:
        return Path(self._file).parent / name

    # ---- what was found ----

    def _add(self, installer: str, name: str, text: str, row: int) -> None:
        """Refuse a second entry of a package that says something else."""
        if self._texts.setdefault((installer, name), text) != text:
            raise self._error(row, f"{name} stands here twice, in other words")

    def _note(self, row: int, text: str) -> None:
        self._found.notes.append(f"{self._file}:{row}: {text}")

    def _error(self, row: int, reason: str) -> DavosError:
        place = f"{self._file}:{row}" if row else self._file
        return DavosError(f"{place}: {reason}")


def _kind(node: Any) -> str:
    """The type of a node: `str`, `seq`, `map`, or what a tag of the file says."""
    return str(node.tag).rpartition(":")[2]


def _row(node: Any) -> int:
    return int(node.start_mark.line) + 1
