"""Installers: from an onion to an installed distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from davos.configuration import BACKENDS
from davos.exceptions import DavosConfigError, ParserNotImplementedError

if TYPE_CHECKING:
    from davos.installers.base import Installer
    from davos.installers.other_pip import OtherPip

__all__ = ["installer_for"]


def installer_for(name: str, other_pip: OtherPip | None = None, backend: str = "auto") -> Installer:
    """The installer of a name in an onion comment; raises ParserNotImplementedError.

    `other_pip` takes the place of the kernel's own pip; `backend` is `davos.config.pip_backend`.
    """
    if backend not in BACKENDS:
        known = ", ".join(map(repr, BACKENDS))
        reason = f"must be one of {known}, not {backend!r} (in DAVOS_PIP_BACKEND)"
        raise DavosConfigError("pip_backend", reason)
    # Only a smuggle that installs needs them, and each takes time to load.
    if name == "uv":
        from davos.installers.uv import Uv  # noqa: PLC0415

        return Uv()
    if name == "conda":
        from davos.installers.conda import Conda  # noqa: PLC0415

        return Conda()
    if name != "pip":
        message = f"davos cannot install with {name!r}; use 'pip', 'uv' or 'conda'"
        raise ParserNotImplementedError(message)
    from davos.installers.backend import PipBackend  # noqa: PLC0415

    return PipBackend(other_pip, backend)
