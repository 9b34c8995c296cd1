"""The rules' pages as files, so that an editor's link to one leads somewhere, also offline."""

from __future__ import annotations

import tempfile
from functools import cache, lru_cache
from pathlib import Path

from davos.lint.registry import page

__all__ = ["page_uri"]


@cache
def page_uri(code: str) -> str | None:
    """The URI of a rule's page, which goes when the server does; None if it cannot be written."""
    try:
        file = Path(_folder().name) / f"{code}.md"
        file.write_text(page(code), encoding="utf-8")
    except OSError:
        return None
    return file.as_uri()


@lru_cache(maxsize=1)
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="davos-rules-")
