"""What a module comes from, and how an onion comment would ask for just that."""

from __future__ import annotations

import ast
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Mapping, Sequence

from packaging.utils import canonicalize_name

from davos.distributions.freeze import direct_reference
from davos.distributions.import_names import best_first, is_ambiguous, listed
from davos.distributions.index import distributions
from davos.exceptions import DavosError, OnionParserError
from davos.onion.characters import first_refused
from davos.onion.validator import validate_text
from davos.source import LINE_BREAK
from davos.subprocesses import run

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution

__all__ = ["Inventory", "Origin", "read_requirements", "required_name", "search_path_of"]

_COMMENT = re.compile(r"(?:^|\s)#.*")
_MARK = "davos-search-path:"
# Nothing is imported, because the current folder is in front of its search path.
_QUESTION = f"import sys; print({_MARK!r} + repr(sys.path[1:]))"


@dataclass(frozen=True)
class Origin:
    """A distribution and the requirement that gives it again, None if any version will do.

    `version` is the installed one; `folder` the place of what was installed from a folder or file
    of this machine, which no other machine has. The requirement is one of `installer`; one of
    conda has its channels with it.
    """

    name: str
    requirement: str | None = None
    version: str | None = None
    folder: str | None = None
    installer: str = "pip"


class Inventory:
    """Answers by the metadata on a search path, a requirements file and davos' own table.

    `path` is that of another interpreter, None for the running one; `requirements` maps
    normalised names to requirements and then alone decides about versions, and `conda` to
    arguments of conda onion comments; `pinned` false leaves versions out.
    """

    def __init__(
        self,
        path: Sequence[str] | None = None,
        requirements: Mapping[str, str] | None = None,
        *,
        conda: Mapping[str, str] | None = None,
        pinned: bool = True,
    ) -> None:
        self._path = path
        self._conda = conda or {}
        self._requirements = requirements
        self._declared: Mapping[str, str] = {}
        self.pins = pinned
        """Whether requirements name one version, where it is known."""

    def completed(self, declared: Mapping[str, str]) -> Inventory:
        """The same, where what a document declares decides about what no file does."""
        more = Inventory(self._path, self._requirements, conda=self._conda, pinned=self.pins)
        more._declared = declared if self.pins else {}
        return more

    def decides(self, origin: Origin) -> bool:
        """Whether a requirements file, or the document's declaration, decides about it."""
        return canonicalize_name(origin.name) in self._wanted

    def origin(self, module: str) -> Origin | None:
        """Where a dotted module comes from; of the module's own name if nothing is known.

        None in a namespace package of which nothing says whose part the module is.
        """
        found = self._installed(module)
        if found is None and is_ambiguous(module):
            return None
        name = found.name if found else self._named(module)
        version = found.version if found else None
        wanted = self._wanted.get(canonicalize_name(name))
        if canonicalize_name(name) in self._conda:
            return Origin(name, wanted, version, installer="conda")
        if self._requirements is not None or wanted is not None:
            return Origin(name, wanted, version)
        if found is None or not self.pins:
            return Origin(name, None, version)
        return _pinned(found)

    def _named(self, module: str) -> str:
        names = listed(module) or (module.partition(".")[0],)
        return next((name for name in names if canonicalize_name(name) in self._wanted), names[0])

    @property
    def _wanted(self) -> Mapping[str, str]:
        """The requirements by their normalised names, those of a file first."""
        return {**self._declared, **(self._requirements or {}), **self._conda}

    def _installed(self, module: str) -> Distribution | None:
        """The distribution that a module comes from."""
        found = self._by_module.get(module.partition(".")[0], ())
        return next(iter(best_first(module, found)), None)

    @cached_property
    def _by_module(self) -> dict[str, list[Distribution]]:
        index: dict[str, list[Distribution]] = {}
        for distribution in distributions(self._path):
            for top in distribution.modules:
                index.setdefault(top, []).append(distribution)
        return index


def _pinned(found: Distribution) -> Origin:
    url = found.direct_url
    if url is None:
        return Origin(found.name, f"{found.name}=={found.version}", found.version)
    if url.url.startswith("file:"):
        return Origin(found.name, None, found.version, url.url)
    return Origin(found.name, f"{found.name} @ {direct_reference(url)}", found.version)


def search_path_of(python: str) -> list[str]:
    """The search path of another interpreter. Raises `DavosError` if it does not answer."""
    try:
        done = run([python, "-c", _QUESTION], os.environ)
    except OSError as error:
        message = f"{python}: {error.strerror}"
        raise DavosError(message) from None
    try:
        answer = ast.literal_eval(done.output.rpartition(_MARK)[2].strip())
    except (SyntaxError, ValueError):
        answer = None
    if done.returncode or not isinstance(answer, list):
        message = f"{python} is not a working Python interpreter: {done.output.strip()}"
        raise DavosError(message)
    return [str(entry) for entry in answer]


def _refuse_characters(file: str, text: str) -> None:
    """Raise `DavosError` at a line with a character that no requirement can hold."""
    if text.isprintable():
        return
    for row, line in enumerate(LINE_BREAK.split(text), 1):
        refused = first_refused(line)
        if refused:
            raise DavosError(f"{file}:{row}: a requirement cannot hold {refused.description}")


def read_requirements(file: str) -> dict[str, str]:
    """The requirements of a file by their normalised names.

    Raises OSError, and `DavosError` for a line that cannot be read.
    """
    from pip_requirements_parser import RequirementsFile, auto_decode  # noqa: PLC0415 - takes 77 ms

    _refuse_characters(file, auto_decode(Path(file).read_bytes()))
    content = RequirementsFile.from_file(file)
    for line in content.invalid_lines:
        message = f"{file}:{line.line_number}: {line.error_message.splitlines()[0]}"
        raise DavosError(message)
    found: dict[str, str] = {}
    for one in content.requirements:
        line = one.requirement_line
        text = " ".join(_COMMENT.sub("", line.line).split()).replace("--editable", "-e")
        try:
            name = required_name(text)
        except OnionParserError as error:
            message = f"{file}:{line.line_number}: {error.msg}"
            raise DavosError(message) from None
        if name:
            found[name] = text
    return found


def required_name(text: str) -> str | None:
    """The normalised name in a line of a requirements file; None for a path or URL without one.

    Raises OnionParserError for what no onion comment could ask for.
    """
    name = validate_text("pip", text).requirement.name
    return canonicalize_name(name) if name else None
