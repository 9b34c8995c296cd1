"""Whether another distribution wrote the files of a distribution anew: `jwt` and `PyJWT`.

Judged by the top-level modules, whose hashes are in RECORD ("Recording installed projects").
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Iterable, Iterator

from davos.distributions.record_hashes import recorded_hash

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution

__all__ = ["is_shared_init", "overwriter"]

# By design each distribution of such a namespace package brings the same file.
_NAMESPACE_MARKS = (b"extend_path", b"declare_namespace")


def is_shared_init(content: bytes) -> bool:
    """Whether an `__init__.py` is a namespace package's, which several distributions bring."""
    return any(mark in content for mark in _NAMESPACE_MARKS)


def overwriter(distribution: Distribution, others: Iterable[Distribution]) -> Distribution | None:
    """The one of some other distributions that replaced a top-level module; None if none did.

    A file that differs from its record and is nobody else's was changed by hand, and counts as
    the distribution's own.
    """
    changed = set(_changed(distribution))
    if not changed:
        return None
    rivals = (one for one in others if one.info != distribution.info)
    return next((one for one in rivals if not changed.isdisjoint(one.files)), None)


def _changed(distribution: Distribution) -> Iterator[str]:
    """The files of top-level modules that are not as they were recorded."""
    wanted = {name for top in distribution.modules for name in (f"{top}/__init__.py", f"{top}.py")}
    for row in csv.reader(distribution.record.splitlines()):
        if row and row[0] in wanted and len(row) > 1 and row[1].startswith("sha256="):
            path = distribution.location / row[0]
            try:
                content = path.read_bytes()
            except OSError:
                continue
            if not is_shared_init(content) and row[1] != recorded_hash(content):
                yield str(path)
