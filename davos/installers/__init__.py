"""Installers: from an onion to an installed distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from davos.exceptions import ParserNotImplementedError

if TYPE_CHECKING:
    from davos.installers.base import Installer
    from davos.installers.other_pip import OtherPip

__all__ = ["installer_for"]


def installer_for(name: str, other_pip: OtherPip | None = None) -> Installer:
    """The installer of a name in an onion comment; raises ParserNotImplementedError.

    `other_pip` takes the place of the kernel's own pip.
    """
    from davos.installers.pip import Pip  # noqa: PLC0415  # only a smuggle that installs needs it

    if name != "pip":
        raise ParserNotImplementedError(f"davos cannot install with {name!r} yet; use 'pip'")
    return Pip(other_pip)
