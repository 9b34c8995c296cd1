"""Asking the user before something is deleted; never where nobody can answer."""

from __future__ import annotations

import sys

from davos.configuration import config
from davos.escaping import for_terminal
from davos.exceptions import DavosProjectError

__all__ = ["ask"]


def ask(question: str, action: str) -> bool:
    """Whether the user answers yes; nothing typed means no.

    Raises DavosProjectError in noninteractive mode and where there is no input: the
    caller then has to say `yes=True`.
    """
    if config.noninteractive:
        raise _unanswerable(action, "in noninteractive mode")
    if not _can_ask():
        raise _unanswerable(action, "without a terminal or notebook to ask in")
    try:
        answer = input(for_terminal(f"{question} [y/N] "))
    except (EOFError, RuntimeError, NotImplementedError) as error:
        # IPython's StdinNotImplementedError: the front end takes no input.
        raise _unanswerable(action, "where no input can be given") from error
    return answer.strip().lower() in ("y", "yes")


def _can_ask() -> bool:
    """Whether `input` reaches a person: a kernel's asks its front end, another one a terminal."""
    if getattr(config.ipython_shell, "kernel", None) is not None:
        return True
    try:
        return sys.stdin.isatty()
    except (AttributeError, ValueError):  # None, or closed
        return False


def _unanswerable(action: str, where: str) -> DavosProjectError:
    return DavosProjectError(f"to {action} {where}, yes=True must be given")
