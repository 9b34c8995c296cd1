"""Questions to the user, and the answer that is assumed where nobody can be asked.

The only module that calls `input`.
"""

from __future__ import annotations

import sys
from typing import Mapping

from davos.configuration import config
from davos.exceptions import DavosProjectError

__all__ = ["ask", "choose", "confirm_deletion", "has_terminal"]

_YES_OR_NO = {"y": True, "yes": True, "n": False, "no": False}


def ask(question: str) -> bool | None:
    """The user's yes or no; nothing typed means yes. None where nobody can answer."""
    return choose(question, {"": True, **_YES_OR_NO})


def choose(question: str, answers: Mapping[str, bool], attempts: int | None = None) -> bool | None:
    """Ask until one of the answers is typed, at most `attempts` times.

    None after that, and where nobody can answer: standard input is at its end, or the
    kernel's front end takes no input (IPython's `StdinNotImplementedError`), as with
    nbclient, papermill and `davos run`.
    """
    asked = 0
    while attempts is None or asked < attempts:
        asked += 1
        try:
            typed = input(question).strip().lower()
        except (EOFError, RuntimeError, NotImplementedError):
            return None
        if typed in answers:
            return answers[typed]
    return None


def has_terminal() -> bool:
    """Whether standard input is a terminal: else a program would take a script's data."""
    try:
        return sys.stdin is not None and sys.stdin.isatty()
    except (AttributeError, ValueError):  # no file, or closed
        return False


def confirm_deletion(question: str, action: str) -> bool:
    """Whether the user agrees that something is deleted; nothing typed means no.

    Raises DavosProjectError in noninteractive mode and where there is no input: the
    caller then has to pass `yes=True`.
    """
    if config.noninteractive:
        raise _unanswerable(action, "in noninteractive mode")
    if not _can_ask():
        raise _unanswerable(action, "without a terminal or notebook to ask in")
    try:
        typed = input(f"{question} [y/N] ")
    except (EOFError, RuntimeError, NotImplementedError) as error:
        raise _unanswerable(action, "where no input can be given") from error
    return _YES_OR_NO.get(typed.strip().lower(), False)


def _can_ask() -> bool:
    """Whether `input` reaches a person: a kernel's asks its front end, another one a terminal."""
    return getattr(config.ipython_shell, "kernel", None) is not None or has_terminal()


def _unanswerable(action: str, where: str) -> DavosProjectError:
    return DavosProjectError(f"to {action} {where}, yes=True must be given")
