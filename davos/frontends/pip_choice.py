"""`davos.config.pip_executable`: the kernel's own pip, or that of another environment."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from davos.configuration import Config
    from davos.installers.base import Installer
    from davos.installers.other_pip import OtherPip

__all__ = ["PipChoice"]


class PipChoice:
    """Which pip installs, and, without a project, where packages are loaded from."""

    def __init__(self, settings: Config) -> None:
        self._settings = settings
        self._other: OtherPip | None = None
        self._on_path: list[str] = []

    @property
    def place(self) -> str:
        """The folder that packages go to without a project."""
        return sys.prefix if self._other is None else self._other.site_packages[0]

    def installer(self, name: str) -> Installer:
        """The installer of a name in an onion comment."""
        from davos.installers import installer_for  # noqa: PLC0415 - only for a smuggle

        return installer_for(name, self._other, self._settings.pip_backend)

    def read(self) -> str:
        """The path of the pip in use, or `<python> -m pip`."""
        from davos.environments.activation import interpreter  # noqa: PLC0415 - only on request
        from davos.installers.pip import executable  # noqa: PLC0415 - likewise

        chosen: str | None = self._settings.chosen("pip_executable")
        return chosen or executable(interpreter())

    def check(self, path: str) -> str:
        """Raise DavosConfigError for a program that is not pip for this Python."""
        from davos.installers.other_pip import look_into  # noqa: PLC0415 - only if one is chosen

        return look_into(os.path.abspath(path)).executable

    def use(self, path: str, *, in_project: bool) -> None:
        """Install with a pip that was checked; `<python> -m pip` is the kernel's own."""
        from davos.installers.other_pip import look_into  # noqa: PLC0415 - only if one is chosen

        chosen = os.path.isfile(path)
        self._other = look_into(path) if chosen else None
        self._settings.establish(pip_executable=path if chosen else None)
        self.load(in_project=in_project)

    def load(self, *, in_project: bool) -> None:
        """Have the other environment's packages on the search path, unless a project is."""
        from davos.environments import extra_site_folders  # noqa: PLC0415 - as above

        extra_site_folders.take_away(self._on_path)
        folders = () if in_project or self._other is None else self._other.site_packages
        self._on_path = extra_site_folders.put_first(folders)
