"""What a terminal shows of what a program wrote to it."""

import pytest

from davos.terminal_text import TerminalText

# What was written, for a terminal of ten columns, and what is left there.
CASES = {
    "lines": ("a\nb\n", "a\nb\n"),
    "a line without an end": ("a\nb", "a\nb"),
    "nothing": ("", ""),
    "empty lines": ("a\n\nb\n", "a\n\nb\n"),
    "a bar that is drawn again": ("1 of 3   \r\x1b[2K2 of 3   \r\x1b[2Kdone\n", "done\n"),
    "bars with lines of their own": (
        "all\na 1\nb 1       \x1b[2A\r\x1b[2K\x1b[1B\r\x1b[2K\x1b[1B\r\x1b[2K\x1b[2Aend\n",
        "end\n\n",
    ),
    "bars that fill their rows": (
        "a         b         \x1b[1A\r\x1b[2K\x1b[1B\r\x1b[2K\x1b[1Aend\n",
        "end\n",
    ),
    "what follows a row that is full": ("a         error: no\n", "a\nerror: no\n"),
    "a row that is full and ends": ("0123456789\nb\n", "0123456789\nb\n"),
    "a line that is longer than a row": ("0123456789abcdef\nb\n", "0123456789abcdef\nb\n"),
    "colours, a title and a hidden cursor": (
        "\x1b[1;31mno\x1b[0m\x1b]0;t\x07\x1b[?25l!\n",
        "no!\n",
    ),
    "a carriage return of another program": ("compiling\rfoo\r\nb\n", "compiling\nfoo\nb\n"),
    "more rows up than there are": ("a\n\x1b[9A\x1b[2Kb\n", "b\n\n"),
    "rows that no terminal has": ("a\n\x1b[99999999999B\x1b[99999999999Ab\n", "a\nb\n"),
    "sequences that end nowhere": ("a\x1b[12", "a"),
    "an escape at the end": ("a\n\x1b", "a\n"),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_what_is_erased_is_gone_and_all_else_is_there(case, size):
    written, left = CASES[case]
    screen = TerminalText(10)
    for start in range(0, len(written), size):
        screen.feed(written[start : start + size])
    shown = screen.text()
    assert shown.rstrip("\n") == left.rstrip("\n")
    assert "\x1b" not in shown


def test_the_effort_grows_with_the_length_only():
    """A sequence without an end is not searched for again with each part."""
    screen = TerminalText(100)
    screen.feed("\x1b]0;")
    for _ in range(2_000):
        screen.feed("x" * 1_000)
    assert "x" in screen.text()
