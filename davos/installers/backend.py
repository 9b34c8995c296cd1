"""Which program installs what a `# pip:` onion comment asks for: pip, or uv in its place."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Mapping, NamedTuple, Sequence

from davos.credentials import masked
from davos.distributions import index
from davos.environments import activation
from davos.exceptions import InstallerError
from davos.installers import uv
from davos.installers.base import SILENT, Environment, Listener, Request, Result
from davos.installers.pip_script import find_pip
from davos.installers.pip_settings import SettingsError, read_settings
from davos.installers.uv_command import HOW_TO_GET, find_uv
from davos.installers.uv_equivalents import NoEquivalentError, equivalent

if TYPE_CHECKING:
    from davos.installers.other_pip import OtherPip
    from davos.installers.uv_arguments import UvArguments

__all__ = ["PipBackend", "trusts_system"]

_TRUSTSTORE_SINCE = (24, 2)


class _Choice(NamedTuple):
    """The program uv and its arguments, or why pip is to do it."""

    program: str = ""
    arguments: UvArguments | None = None
    reason: str = ""


class PipBackend:
    """Installs with pip or uv, as `davos.config.pip_backend` says.

    `auto` takes uv for a project, where it is there and can be given all that would influence
    pip; where uv fails for a reason that pip might not have, pip tries, too.
    """

    name = "pip"

    def __init__(self, other_pip: OtherPip | None, backend: str) -> None:
        self._other_pip = other_pip
        self._backend = backend

    def install(
        self,
        request: Request,
        environment: Environment | None,
        *,
        listener: Listener = SILENT,
        descriptors: Sequence[int] = (),
    ) -> Result:
        """See `davos.installers.base.Installer`."""
        choice = self._choice(request, environment)
        if choice.arguments is None:
            if self._backend == "uv":
                raise _refused(request, choice.reason)
            _tell(listener, choice.reason)
            return self._with_pip(request, environment, listener, descriptors)
        try:
            return uv.run(
                choice.program, choice.arguments, request, environment, listener, descriptors
            )
        except InstallerError as error:
            if self._backend == "uv" or _is_enough(error):
                raise
            _tell(listener, f"uv failed ({str(error).partition(chr(10))[0]})")
        return self._with_pip(request, environment, listener, descriptors)

    def _with_pip(
        self,
        request: Request,
        environment: Environment | None,
        listener: Listener,
        descriptors: Sequence[int],
    ) -> Result:
        from davos.installers.pip import Pip  # noqa: PLC0415 - uv does without

        pip = Pip(self._other_pip)
        return pip.install(request, environment, listener=listener, descriptors=descriptors)

    def _choice(self, request: Request, environment: Environment | None) -> _Choice:
        if self._backend == "pip":
            return _Choice()
        if self._other_pip is not None:
            return _Choice(reason="davos.config.pip_executable names the pip to use")
        if environment is None and self._backend == "auto":
            return _Choice(reason="no project is active")
        program = find_uv()
        if program is None:
            wanted = self._backend == "uv"
            return _Choice(reason=f"there is no uv here; {HOW_TO_GET}" if wanted else "")
        try:
            return _Choice(program, _arguments(request, activation.variables()))
        except (NoEquivalentError, SettingsError) as error:
            return _Choice(reason=masked(str(error)))


def _arguments(request: Request, environ: Mapping[str, str]) -> UvArguments:
    return equivalent(request.onion, read_settings(environ), environ, system_certs=trusts_system())


def trusts_system() -> bool:
    """Whether pip trusts the certificates of the system, and there are any.

    pip >= 24.2 does on Python >= 3.10 ("HTTPS Certificates" in its documentation).
    """
    script = find_pip(index.site_folders())
    if script is None or script.version < _TRUSTSTORE_SINCE or sys.version_info < (3, 10):
        return False
    import ssl  # noqa: PLC0415 - takes as long to load as all of this

    paths = ssl.get_default_verify_paths()
    return sys.platform == "darwin" or paths.cafile is not None or paths.capath is not None


def _is_enough(error: InstallerError) -> bool:
    """Whether uv's failure says what is wrong, or pip would fail in the same way."""
    # For errors only.
    from davos.installers.conflict import contradiction_in  # noqa: PLC0415
    from davos.installers.uv_failure import is_final  # noqa: PLC0415

    output = error.output or ""
    return error.returncode < 0 or bool(contradiction_in(output)) or is_final(output)


def _tell(listener: Listener, reason: str) -> None:
    if reason:
        listener.output(f"davos installs with pip: {reason}")


def _refused(request: Request, reason: str) -> InstallerError:
    return InstallerError(
        f"cannot install {request.onion.requirement.shown} with uv: {reason}; "
        "set davos.config.pip_backend to 'auto' or 'pip' to have pip install it",
        returncode=1,
        cmd=["uv", "pip", "install"],
    )
