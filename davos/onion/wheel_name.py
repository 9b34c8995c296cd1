"""Whether the name of a wheel is short enough to be read.

A wheel's name holds three sets of tags, and pip-requirements-parser builds every
combination of them (PEP 425, "compressed tag sets"): three times 150 tags take a
gigabyte. A name with more parts than PEP 427 knows takes its pattern polynomial time.
"""

from __future__ import annotations

import re
from math import prod
from typing import Iterator
from urllib.parse import unquote

__all__ = ["fault"]

_SUFFIX = ".whl"
_MOST_COMBINATIONS = 1000
_MOST_PARTS = 6
_BEFORE_TAGS = 2


def fault(requirement: str) -> str | None:
    """What is wrong with the names of wheels in a requirement, None if nothing is."""
    for name in _names(requirement):
        parts = name.split("-")
        if len(parts) > _MOST_PARTS:
            return f"the name of a wheel has at most {_MOST_PARTS} parts (PEP 427)"
        if prod(part.count(".") + 1 for part in parts[_BEFORE_TAGS:]) > _MOST_COMBINATIONS:
            return f"the tags of the wheel have more than {_MOST_COMBINATIONS} combinations"
    return None


def _names(requirement: str) -> Iterator[str]:
    """The file names of wheels, unquoted as often as pip-requirements-parser does it."""
    path = re.split("[?#]", requirement, maxsplit=1)[0]
    for segment in unquote(path).split("/"):
        name, suffix, _ = unquote(segment).rpartition(_SUFFIX)
        if suffix:
            yield name
