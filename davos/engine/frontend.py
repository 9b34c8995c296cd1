"""What the engine needs of the place it runs in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from davos.engine.screen import Screen

if TYPE_CHECKING:
    from davos.engine.rerun import Restarter

__all__ = ["Frontend"]


class Frontend(Screen, Protocol):
    """What the engine needs of the place it runs in."""

    @property
    def namespace(self) -> dict[str, Any]:
        """Where smuggled names are bound."""

    @property
    def restarter(self) -> Restarter:
        """How to start this interpreter anew."""

    @property
    def document(self) -> str | None:
        """The path of the notebook or script that runs, None if it is not known."""

    @property
    def notebook_text(self) -> bytes | None:
        """The JSON of the notebook that runs, where the front end tells it, but not its path."""

    def present(self, error: BaseException) -> None:
        """Have an error show itself in a few lines, where the front end can."""

    def file_name(self, filename: str) -> str:
        """How messages name a file or cell, by the name that its code has."""
