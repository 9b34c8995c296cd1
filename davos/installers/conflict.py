"""The contradiction that an installer's output explains, in one sentence."""

from __future__ import annotations

from davos.installers import pip_conflict, uv_conflict

__all__ = ["contradiction_in"]


def contradiction_in(output: str) -> str:
    """One sentence that names both sides; empty if the output of pip or uv explains none."""
    causes = pip_conflict.causes_of(output) or uv_conflict.causes_of(output)
    return pip_conflict.contradiction(causes)
