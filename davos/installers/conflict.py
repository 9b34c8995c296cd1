"""The contradiction that an installer's output explains, in one sentence."""

from __future__ import annotations

from typing import Callable

from davos.installers import pip_conflict, uv_conflict

__all__ = ["contradiction_in"]


def contradiction_in(output: str, version_of: Callable[[str], str] = lambda _name: "") -> str:
    """One sentence that names both sides; empty if the output of pip or uv explains none.

    `version_of` gives the version of the installed distribution of a name, or an empty text: where
    several versions need the same, uv names none of them.
    """
    causes = pip_conflict.causes_of(output) or uv_conflict.causes_of(output, version_of)
    return pip_conflict.contradiction(causes)
