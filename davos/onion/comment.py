"""What a valid onion comment says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

__all__ = ["Onion", "Requirement"]


@dataclass(frozen=True)
class Requirement:
    """The one thing an onion comment asks its installer for.

    `text` is the requirement as written (`installer_kwargs["spec"]`). `name` is
    the distribution's name, None where only building it would tell. `specifier`
    is the normalised PEP 440 specifier set, empty if any version will do.
    `url` is the direct URL or VCS URL (with `git+`, ref and fragment) as written, `path` a local
    path or file URL's path. `vcs` is `git`, `hg`, ... or None, `ref` its branch, tag or commit.
    """

    text: str
    name: str | None
    extras: tuple[str, ...] = ()
    specifier: str = ""
    marker: str | None = None
    url: str | None = None
    path: str | None = None
    vcs: str | None = None
    ref: str | None = None
    subdirectory: str | None = None
    editable: bool = False


@dataclass(frozen=True)
class Onion:
    """An installer, the arguments of its install command, and what they mean.

    `text` holds the arguments as written, `args` the words with quotes undone.
    `options` maps an option's destination to its value, only for options given.
    """

    installer: str
    text: str
    args: tuple[str, ...]
    requirement: Requirement
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def installer_kwargs(self) -> dict[str, Any]:
        """The documented dict: `editable`, `spec` and the options given."""
        given = {"editable": self.requirement.editable, "spec": self.requirement.text}
        return {**given, **self.options}
