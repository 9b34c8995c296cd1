"""Which resolver makes a lock: uv if it is there, else pip."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Mapping

from davos.exceptions import LockError
from davos.installers.uv_command import HOW_TO_GET, find_uv
from davos.resolution.lock_with_pip import resolve_with_pip
from davos.resolution.lock_with_uv import resolve_with_uv

if TYPE_CHECKING:
    from davos.resolution.lock_run import LockRun

__all__ = ["BACKENDS", "resolver"]

BACKENDS = ("auto", "uv", "pip")


def resolver(backend: str) -> Callable[[LockRun], Mapping[str, Any]]:
    """The resolver for a value of `davos.config.pip_backend`: `auto`, `pip` or `uv`.

    Raises `LockError` if uv is wanted and not there.
    """
    uv = None if backend == "pip" else find_uv()
    if uv is not None:
        return partial(resolve_with_uv, uv)
    if backend == "uv":
        message = f"there is no uv: {HOW_TO_GET}"
        raise LockError(message)
    return resolve_with_pip
