"""The question whether to restart and rerun: two buttons over a box for input.

Source: the stdin channel and `update_display_data` of "Messaging in Jupyter". A button fills
the cell's box for input as if it were typed, so that the front end needs nothing of davos.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING
from uuid import uuid4

from davos.asking import choose
from davos.escaping import for_html, for_terminal, one_line

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["offer_restart"]

_TARGET = "davos.question"
# davos' extension of JupyterLab shows this, others the HTML.
_MIME_TYPE = "application/vnd.davos.question+json"
_BUTTONS = {"r": "Restart and rerun", "c": "Continue"}
_ANSWERS = {"r": True, "restart": True, "c": False, "continue": False}
_CHOSEN = {True: "Chosen: restart and rerun.", False: "Chosen: continue.", None: "Not answered."}
_QUESTION = "Restart and rerun (r) or continue (c)? "
# A program that answers every question must not be asked without end.
_ATTEMPTS = 10

# The box for input comes a moment after the display, in a message of its own, and one that was
# answered goes a moment after the next has come. VS Code's is in another frame, out of reach.
# JupyterLab marks box and cell by these classes.
_ON_CLICK = """
(function answer(button, tries) {
  const cell = button.closest('.jp-Cell');
  const box = cell && [...cell.querySelectorAll('.jp-Stdin-input')].pop();
  const enter = {key: 'Enter', code: 'Enter', keyCode: 13, bubbles: true};
  if (box) {
    box.value = button.value;
    box.dispatchEvent(new KeyboardEvent('keydown', enter));
  } else if (tries) {
    setTimeout(answer, 50, button, tries - 1);
  } else {
    button.replaceWith('Type ' + button.value + ' where input is asked for. ');
  }
})(this, 40)
"""
# Inherited colours suit any theme. Lumino, under JupyterLab, would take Enter and Space on a
# button for its own shortcuts without the attribute.
_BUTTON = (
    '<button type="button" value="{key}" onclick="{script}" style="margin: 0.3em 0.6em 0.3em 0; '
    "padding: 0.3em 0.9em; font: inherit; color: inherit; background: transparent; "
    'border: 1px solid currentColor; border-radius: 3px; cursor: pointer">{label}</button>'
)
_HTML = (
    '<div role="group" aria-label="{message}" data-lm-suppress-shortcuts="true">'
    "<div>{message}</div><div>{preview}</div>{buttons}</div>"
)


def offer_restart(shell: InteractiveShell, message: str, preview: str) -> bool | None:
    """Ask in a notebook with two buttons; True: restart and rerun, False: continue.

    None where nobody can answer: no kernel, a front end without input, the end of input
    (Ctrl-D). After any other input, an empty line too, it asks again, up to ten times:
    a Shift-Enter that steps through cells is not an answer. An interrupt goes through.
    """
    if not _takes_input(shell):
        return None
    answer = None
    prompt = _Prompt(shell, message)
    try:
        prompt.show(preview)
        answer = choose(_QUESTION, _ANSWERS, _ATTEMPTS)
    finally:
        prompt.close(_CHOSEN[answer])
    return answer


def _takes_input(shell: InteractiveShell) -> bool:
    """Whether the request that runs allows input (`allow_stdin` of an execute_request)."""
    kernel = getattr(shell, "kernel", None)
    return bool(getattr(kernel, "_allow_stdin", False))


class _Prompt:
    """The display above the box; closed, nothing that a notebook could run is left of it."""

    def __init__(self, shell: InteractiveShell, message: str) -> None:
        self._publish = shell.display_pub.publish
        # What `comm_info_request` tells, on the control channel too: a page that was reloaded
        # has nothing else to go by. No message is sent.
        kernel = getattr(shell, "kernel", None)
        self._open = getattr(getattr(kernel, "comm_manager", None), "comms", {})
        self._message = message
        self._id = {"display_id": uuid4().hex}

    def show(self, preview: str) -> None:
        """Show the buttons, or the text alone in a front end without HTML."""
        data = {
            "text/plain": for_terminal(f"{self._message}\n{preview}"),
            "text/html": _html(self._message, preview),
            _MIME_TYPE: {
                "id": self._id["display_id"],
                "message": one_line(self._message),
                "preview": one_line(preview),
                "buttons": _BUTTONS,
            },
        }
        self._open[self._id["display_id"]] = SimpleNamespace(target_name=_TARGET)
        self._publish(data, transient=self._id)

    def close(self, chosen: str) -> None:
        """Put what was chosen in the place of the buttons."""
        self._open.pop(self._id["display_id"], None)
        text = for_terminal(f"{self._message}\n{chosen}")
        self._publish({"text/plain": text}, transient=self._id, update=True)


def _html(message: str, preview: str) -> str:
    script = for_html(" ".join(_ON_CLICK.split()))
    buttons = "".join(
        _BUTTON.format(key=key, label=label, script=script) for key, label in _BUTTONS.items()
    )
    return _HTML.format(message=for_html(message), preview=for_html(preview), buttons=buttons)
