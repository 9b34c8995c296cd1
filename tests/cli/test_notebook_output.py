"""What `davos run` writes of a notebook's outputs: a display that is updated moves on a terminal."""

from __future__ import annotations

import io

import pytest

from davos.cli.notebook_output import OutputScreen

CLEAR = "\x1b[1A\r\x1b[K"


class Terminal(io.StringIO):
    """Text that is written to a terminal."""

    def isatty(self):
        return True


@pytest.fixture(params=[Terminal, io.StringIO], ids=["terminal", "file"])
def written(request, monkeypatch):
    """A function that runs actions on a screen; what is written, and whether to a terminal."""
    monkeypatch.setenv("COLUMNS", "40")

    def written(*actions):
        stream, screen = request.param(), OutputScreen()
        with monkeypatch.context() as patch:  # pytest itself sets it before each test
            patch.setattr("sys.stdout", stream)
            for action in actions:
                if action is None:
                    screen.clear()
                elif isinstance(action, str):
                    screen.update(display(action))
                else:
                    screen.show("stream" if "name" in action else "display_data", action)
            screen.end()
        return stream.getvalue(), stream.isatty()

    return written


def display(text, display_id="a"):
    return {"data": {"text/plain": text}, "transient": {"display_id": display_id}}


PRINTED = {"name": "stdout", "text": "x\n"}
# What is shown and updated, and what is written to a terminal and to a file.
CASES = {
    "moves": ([display("1"), "2", "3"], f"1\n{CLEAR}2\n{CLEAR}3\n", "3\n"),
    "goes": ([display("1"), "", "3"], f"1\n{CLEAR}", ""),
    "is removed": ([display("1"), None, PRINTED], f"1\n{CLEAR}x\n", "x\n"),
    "is not the last": ([display("1"), PRINTED, None], "1\nx\n", "1\nx\n"),
    "has gone by": ([display("1"), PRINTED, "2"], "1\nx\n", "1\nx\n"),
    "another one": ([display("1", "b"), "2"], "1\n", "1\n"),
    "two lines": ([display("1\n2"), "3"], "1\n2\n", "3\n"),
    "wider": ([display("1" * 40), "3"], "1" * 40 + "\n", "3\n"),
    "begins empty": ([display(""), "3"], "", ""),
    "no display": ([{"data": {"text/plain": ""}}, "3"], "\n", "\n"),
    "no transient": ([{"data": {"text/plain": "1"}, "transient": None}, "3"], "1\n", "1\n"),
    "a picture": ([{"data": {"image/png": ""}, "transient": {}}, "3"], "", ""),
}


@pytest.mark.parametrize("case", CASES)
def test_a_line_moves_on_a_terminal_and_is_written_once_to_a_file(written, case):
    actions, terminal, file = CASES[case]
    text, is_terminal = written(*actions)
    assert text == (terminal if is_terminal else file)


def test_control_codes_reach_terminals_only(written):
    text, is_terminal = written({"name": "stdout", "text": "\x1b[31mred\x1b[0m\n"})
    assert text == ("\x1b[31mred\x1b[0m\n" if is_terminal else "red\n")
