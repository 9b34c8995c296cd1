"""Installers: from an onion to an installed distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from davos.exceptions import ParserNotImplementedError

if TYPE_CHECKING:
    from davos.installers.base import Installer

__all__ = ["installer_for"]


def installer_for(name: str, executable: Sequence[str] = ()) -> Installer:
    """The installer of a name in an onion comment.

    `executable` is the command (`("/usr/bin/pip",)`) that installs where no project is
    active, instead of the kernel's own. Raises ParserNotImplementedError.
    """
    from davos.installers.pip import Pip  # noqa: PLC0415  # only a smuggle that installs needs it

    if name != "pip":
        raise ParserNotImplementedError(f"davos cannot install with {name!r} yet; use 'pip'")
    return Pip(executable=tuple(executable))
