"""Where davos cannot start the interpreter anew: it says what the user can do."""

from __future__ import annotations

from typing import AbstractSet, NoReturn

from davos.engine.rerun import Place, Rerun

__all__ = ["NoRestarter"]


class NoRestarter:
    """The engine's `Restarter` in a terminal's IPython, in Colab and in plain programs."""

    carried = Rerun()
    pins_hold = False
    replaying = False

    def __init__(self, advice: str) -> None:
        self._advice = advice

    def let_go(self) -> None:
        """See `Restarter`: there are no pins."""

    def own_packages(self) -> AbstractSet[str]:
        """See `Restarter`."""
        return frozenset()

    def obstacle(self) -> str:
        """See `Restarter`."""
        return self._advice

    def place(self, text: str) -> Place:
        """See `Restarter`: never asked for."""
        return Place(0, text)

    def preview(self) -> str:
        """See `Restarter`."""
        return f"davos cannot restart here: {self._advice}."

    def offer(self, message: str) -> None:
        """See `Restarter`: nothing is offered that cannot be done."""

    def go(self, rerun: Rerun) -> NoReturn:
        """See `Restarter`: never asked for."""
        raise NotImplementedError(rerun)
