"""What the notebook or script that runs still asks for: read from its text, never executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from davos.engine.call_site import user_text
from davos.resolution.later_statements import onions_after, onions_in
from davos.resolution.notebook_pins import requirements_of

if TYPE_CHECKING:
    from types import FrameType

    from davos.onion.comment import Onion, Requirement

__all__ = ["wishes_of"]


def wishes_of(frame: FrameType, document: str | None) -> tuple[list[Onion], list[Requirement]]:
    """The onions of later top-level statements of the cell, and all requirements around them.

    `frame` runs the statement; `document` is the path of its notebook or script. What cannot
    be read asks for nothing.
    """
    text = user_text(frame)
    later = onions_after(text, frame.f_lineno) if text else []
    around = [onion.requirement for onion in onions_in(text)]
    return later, [*around, *requirements_of(document)]
