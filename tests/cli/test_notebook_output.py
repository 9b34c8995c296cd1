"""What `davos run` writes of a notebook's outputs; a terminal shows what may still change."""

from __future__ import annotations

import io
import sys

import pytest

from davos.cli.notebook_output import OutputScreen

START = "\r\x1b[K"  # of the line in which a status is written over the last one


class Terminal(io.StringIO):
    """Text that is written to a terminal."""

    def isatty(self):
        return True


@pytest.fixture(params=[Terminal, io.StringIO], ids=["terminal", "file"])
def written(request, monkeypatch):
    """A function that runs actions on a screen; stdout, stderr, and whether they are terminals."""
    monkeypatch.setenv("COLUMNS", "40")
    for name in ("rich", "rich.console", "rich.live", "rich.spinner"):
        monkeypatch.setitem(sys.modules, name, None)

    def written(*actions):
        stream, errors, screen = request.param(), request.param(), OutputScreen()
        with monkeypatch.context() as patch:  # pytest itself sets it before each test
            patch.setattr("sys.stdout", stream)
            patch.setattr("sys.stderr", errors)
            for action in actions:
                if action is None:
                    screen.clear()
                elif isinstance(action, str):
                    screen.update(display(action))
                else:
                    screen.show("stream" if "name" in action else "display_data", action)
            screen.end()
        return stream.getvalue(), errors.getvalue(), stream.isatty()

    return written


def display(text, display_id="a"):
    return {"data": {"text/plain": text}, "transient": {"display_id": display_id}}


PRINTED = {"name": "stdout", "text": "x\n"}
# What is shown and updated, what is written to a terminal and to a file, and the terminal's status.
CASES = {
    "moves": ([display("1"), "2", "3"], "3\n", "3\n", "123"),
    "goes": ([display("1"), "", "3"], "", "", "1"),
    "is removed": ([display("1"), None, PRINTED], "x\n", "x\n", "1"),
    "is not the last": ([display("1"), PRINTED, None], "1\nx\n", "1\nx\n", "1"),
    "has gone by": ([display("1"), PRINTED, "2"], "1\nx\n", "1\nx\n", "1"),
    "another one": ([display("1", "b"), "2"], "1\n", "1\n", "1"),
    "two lines": ([display("1\n2"), "3"], "1\n2\n", "3\n", ""),
    "grows": ([display("1"), "2\n3", "4"], "2\n3\n", "4\n", "1"),
    "wider": ([display("1" * 40), "3"], "1" * 40 + "\n", "3\n", ""),
    "begins empty": ([display(""), "3"], "", "", ""),
    "no display": ([{"data": {"text/plain": ""}}, "3"], "\n", "\n", ""),
    "no transient": ([{"data": {"text/plain": "1"}, "transient": None}, "3"], "1\n", "1\n", ""),
    "a picture": ([{"data": {"image/png": ""}, "transient": {}}, "3"], "", "", ""),
}


@pytest.mark.parametrize("case", CASES)
def test_a_display_is_written_once_and_a_terminal_shows_what_it_was_before(written, case):
    actions, terminal, file, status = CASES[case]
    text, shown, is_terminal = written(*actions)
    assert text == (terminal if is_terminal else file)
    assert shown == ("".join(START + one for one in (*status, "") if status) if is_terminal else "")


def test_control_codes_reach_terminals_only(written):
    text, _, is_terminal = written({"name": "stdout", "text": "\x1b[31mred\x1b[0m\n"})
    assert text == ("\x1b[31mred\x1b[0m\n" if is_terminal else "red\n")
