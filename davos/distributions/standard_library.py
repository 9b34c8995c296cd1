"""The standard library's top-level modules."""

from __future__ import annotations

import sys

__all__ = ["is_standard", "names"]


if sys.version_info >= (3, 10):
    _NAMES = sys.stdlib_module_names
else:
    from davos.distributions.standard_library_3_9 import STANDARD_LIBRARY_3_9 as _NAMES


def names() -> frozenset[str]:
    """The top-level modules of this Python's standard library."""
    return _NAMES


def is_standard(module: str) -> bool:
    """Whether a top-level module belongs to this Python's standard library."""
    return module in _NAMES
