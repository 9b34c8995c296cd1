"""What a valid onion comment says."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Mapping, NamedTuple

from davos.credentials import masked

if TYPE_CHECKING:
    from davos.onion.match_spec import MatchSpec

__all__ = ["Onion", "Requirement"]


class Requirement(NamedTuple):
    """The one thing an onion comment asks its installer for.

    `text` is the requirement as written (`installer_kwargs["spec"]`). `name` is
    the distribution's name, None where only building it would tell. `specifier`
    is the normalised PEP 440 specifier set, empty if any version will do.
    `url` is the direct URL or VCS URL (with `git+`, ref and fragment) as written, `path` a local
    path or file URL's path. `vcs` is `git`, `hg`, ... or None, `ref` its branch, tag or commit.
    `match_spec` says it all for a package of conda, and is None for others: `name` is then conda's
    name, and `specifier` the versions as PEP 440 has them, empty where it cannot say them.
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
    match_spec: MatchSpec | None = None

    @property
    def shown(self) -> str:
        """The text without the credentials of its URL, for messages."""
        return masked(self.text)

    def pinned(self, version: str) -> str:
        """The text that asks for one version instead, with the same extras, marker, channel."""
        if self.match_spec is not None:
            return self.match_spec.pinned(version)
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        marker = f";{self.marker}" if self.marker else ""
        return f"{self.name}{extras}=={version}{marker}"


@dataclass(frozen=True)
class Onion:
    """An installer, the arguments of its install command, and what they mean.

    `text` holds the arguments as written, `args` the words with quotes undone,
    a requirement with white space in it as one word. `options` maps an option's
    destination to its value, only for options given. `passed` are the options
    for the installer in full spelling: without the requirement, its `-e`, and
    what pip takes in requirements files only (`--hash`).
    """

    installer: str
    text: str
    args: tuple[str, ...]
    requirement: Requirement
    options: Mapping[str, Any] = field(default_factory=dict)
    passed: tuple[str, ...] = ()

    @property
    def installer_kwargs(self) -> dict[str, Any]:
        """The documented dict: `editable`, `spec` and the options given."""
        given = {"editable": self.requirement.editable, "spec": self.requirement.text}
        return {**given, **self.options}

    @property
    def option_words(self) -> list[str]:
        """The options for the installer's command line; `~` is expanded, as a shell would."""
        return [_expand_user(word) for word in self.passed]

    @property
    def requirement_words(self) -> list[str]:
        """The requirement for the installer's command line: one word, or `-e` and a word."""
        target = _expand_user(self.requirement.text)
        return ["-e", target] if self.requirement.editable else [target]

    @property
    def requirement_line(self) -> str | None:
        """A line for a requirements file; None if the command line can say it all.

        pip takes `--hash` in requirements files only.
        """
        hashes = self.options.get("hash")
        if not hashes:
            return None
        target = _expand_user(self.requirement.text)
        return " ".join([target, *(f"--hash={digest}" for digest in hashes)])


def _expand_user(word: str) -> str:
    # not pathlib: it would drop the slash at the end, and the dot of ./x
    return os.path.expanduser(word) if word.startswith("~") else word  # noqa: PTH111
