"""A question to the user, and what stands in for an answer where there is none."""

from __future__ import annotations

import sys

from davos.escaping import for_terminal

__all__ = ["ask", "has_terminal"]

_ANSWERS = {"": True, "y": True, "yes": True, "n": False, "no": False}


def ask(question: str) -> bool | None:
    """The user's yes or no; nothing typed means yes. None where nobody can answer.

    Nobody can where standard input is at its end, or where a kernel's front end takes no
    input (IPython's `StdinNotImplementedError`): nbclient, papermill, `davos run`.
    """
    answer: bool | None = None
    while answer is None:
        try:
            typed = input(for_terminal(question))
        except (EOFError, RuntimeError, NotImplementedError):
            return None
        answer = _ANSWERS.get(typed.strip().lower())
    return answer


def has_terminal() -> bool:
    """Whether standard input is a terminal: else a program would take a script's data."""
    try:
        return sys.stdin is not None and sys.stdin.isatty()
    except ValueError:  # closed
        return False
