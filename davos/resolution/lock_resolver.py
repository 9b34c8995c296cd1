"""Which resolver makes a lock: uv if it is there and can do what pip would, else pip."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Mapping

from davos.configuration import BACKENDS
from davos.credentials import masked
from davos.exceptions import LockError
from davos.installers.pip_settings import SettingsError
from davos.installers.uv_command import HOW_TO_GET, find_uv
from davos.installers.uv_equivalents import NoEquivalentError
from davos.resolution.lock_with_pip import resolve_with_pip
from davos.resolution.lock_with_uv import resolve_with_uv

if TYPE_CHECKING:
    from davos.resolution.lock_run import LockRun

__all__ = ["resolver"]


def resolver(
    backend: str, tell: Callable[[str], None] = lambda _note: None
) -> Callable[[LockRun], Mapping[str, Any]]:
    """The resolver for a value of `davos.config.pip_backend`: `auto`, `pip` or `uv`.

    `tell` is called with what the program warns of, and with `auto` with the reason if pip resolves
    though there is uv. Raises `LockError` for another value, and if uv is wanted and not there.
    """
    if backend not in BACKENDS:
        known = ", ".join(BACKENDS)
        message = f"DAVOS_PIP_BACKEND is {backend!r}; it has to be one of {known}"
        raise LockError(message)
    uv = None if backend == "pip" else find_uv()
    if uv is not None:
        return partial(_with_uv, uv, tell, backend)
    if backend == "uv":
        message = f"there is no uv: {HOW_TO_GET}"
        raise LockError(message)
    return partial(resolve_with_pip, tell=tell)


def _with_uv(uv: str, tell: Callable[[str], None], backend: str, run: LockRun) -> Mapping[str, Any]:
    """uv, or with `auto` pip for what uv has no equivalent of; else that is an error."""
    try:
        return resolve_with_uv(uv, run, tell)
    except (NoEquivalentError, SettingsError) as error:
        reason = masked(str(error))
    if backend != "auto":
        message = f"uv cannot resolve this: {reason}; `--resolver pip` has pip do it"
        raise LockError(message)
    tell(f"pip resolves this, for this platform only: {reason}")
    return resolve_with_pip(run, tell)
