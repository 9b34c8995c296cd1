"""What a run of `uv pip install` is given besides what it installs."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Mapping, NamedTuple

from davos.installers.uv_command import environment

if TYPE_CHECKING:
    from davos.onion.comment import Onion

__all__ = ["CONSTRAINTS", "UvArguments", "arguments_of"]

CONSTRAINTS = "--constraints="
"""How the argument begins that names a constraints file of pip's configuration."""


class UvArguments(NamedTuple):
    """Options for uv's command line, lines for its requirements file, variables.

    What holds a password goes into the file, which nobody else can read. `env` is the whole
    environment of the child. `sees_installed` says whether what is installed counts.
    """

    words: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    env: Mapping[str, str] = MappingProxyType({})
    sees_installed: bool = True


def arguments_of(onion: Onion, environ: Mapping[str, str]) -> UvArguments:
    """The arguments that a `# uv:` onion comment gives, and the user's variables for uv."""
    return UvArguments(tuple(onion.option_words), (), environment(environ, own_settings=True))
