"""How a document is locked where the command line does not say: as before, or as it ran."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from davos.configuration import BACKENDS, config
from davos.documents.literal_settings import literal_setting
from davos.documents.lock_place import holds_its_lock
from davos.documents.notebook_facts import python_minor
from davos.exceptions import LockError
from davos.files import read_file
from davos.resolution.as_of import read_as_of
from davos.resolution.lock_making import Wishes

if TYPE_CHECKING:
    from davos.documents.document import Document
    from davos.resolution.as_of import AsOf
    from davos.resolution.lock_document import Lock

__all__ = ["OLDEST", "backend_of", "python_of", "wishes_of"]

OLDEST = (3, 9)
"""The oldest version of Python that can be locked for."""


def wishes_of(document: Document, before: Lock | None) -> Wishes:
    """For the Python of `python_of`, and as of the date of the lock that the document has.

    Raises `LockError` if that is no date.
    """
    as_of = _as_of(before) if before is not None and before.as_of else None
    return Wishes(
        python=python_of(document, before),
        as_of=as_of.text if as_of else None,
        cutoff=as_of.cutoff if as_of else None,
    )


def _as_of(lock: Lock) -> AsOf:
    try:
        return read_as_of(lock.as_of or "")
    except ValueError:
        message = f"the date of its lock, {lock.as_of!r}, is none: give --as-of, or --upgrade"
        raise LockError(message) from None


def python_of(document: Document, before: Lock | None) -> str:
    """The Python of an earlier lock, else that of a notebook, else the one that runs davos."""
    noted = before.python if before else None
    if noted is None and holds_its_lock(document.filename):
        noted = python_minor(read_file(document.filename))
    if noted and tuple(map(int, noted.split("."))) >= OLDEST:
        return noted
    return "{}.{}".format(*sys.version_info)


def backend_of(document: Document) -> str:
    """The `pip_backend` that the code of a document sets, else the configured one.

    Raises `LockError` for a text that is none.
    """
    given = literal_setting(document, "pip_backend")
    if given is None:
        return config.pip_backend
    if given not in BACKENDS:
        known = ", ".join(BACKENDS)
        message = f"it sets davos.config.pip_backend to {given!r}; it has to be one of {known}"
        raise LockError(message)
    return given
