"""What a conversion gives back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["NOTHING_LEFT", "Converted"]

NOTHING_LEFT = re.compile(r"\s*(?:%%capture\b[^\r\n]*)?\s*")
"""The text of a cell that a conversion has emptied, and that is taken out."""


@dataclass
class Converted:
    """The new bytes, what the user should know, and (of the way back) what is required."""

    data: bytes
    notes: list[str] = field(default_factory=list)
    requirements: list[str] = field(default_factory=list)
