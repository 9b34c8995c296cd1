"""The bars that uv draws on a terminal, and what davos reads from them."""

from __future__ import annotations

import os
import sys

import pytest

from davos import subprocesses
from davos.installers.base import Listener, Plan, Progress
from davos.installers.uv_bars import with_bars, without_bars
from davos.installers.uv_command import environment
from davos.installers.uv_progress import UvOutput
from davos.onion.validator import validate_text
from davos.terminal_text import TerminalText

KIB, MIB = 1024, 1024**2
WIDTH = 250
DASHES = "-" * 30
CLEAR = "\r\x1b[2K"


def filled(row):
    return row.ljust(WIDTH)


def erased(rows):
    """What erases rows, as indicatif writes it."""
    up = f"\x1b[{rows - 1}A" if rows > 1 else ""
    return up + "\x1b[1B".join([CLEAR] * rows) + up


def frame_of_013(*rows):
    """Rows that fill the width, without line ends between them."""
    return "".join(map(filled, rows)) + erased(len(rows))


def frame_of_04(*rows):
    """Rows with line ends between them; the last one fills the width."""
    return "\n".join([*rows[:-1], filled(rows[-1])]) + erased(len(rows))


def bar(name, done, total="2.00 MiB"):
    return f"{name:20} {DASHES} {done:>8}/{total}"


BUILDING = "   \x1b[36m\x1b[1mBuilding\x1b[0m\x1b[39m x\x1b[2m @ file:///x\x1b[0m"
BOTH = pytest.mark.parametrize("frame", [frame_of_04, frame_of_013])


def screen_of(written):
    screen = TerminalText(WIDTH)
    screen.feed(written)
    return screen.text()


def told_of(written):
    told, lines = [], []
    uv = UvOutput(Listener(output=lines.append, progress=told.append))
    for line in written.replace("\r", "\n").split("\n"):
        uv.hear(line)
    return list(dict.fromkeys(told))


@BOTH
def test_each_frame_tells_the_bytes_of_all_files(frame):
    kept = bar("b.c", "512 B", "1.50 KiB"), bar("a", "1.00 MiB")
    written = "".join(
        [
            frame("⠋ Resolving dependencies..."),
            "Resolved 3 packages in 5ms\n",
            frame("⠋ Preparing packages... (0/3)"),
            frame("⠙ Preparing packages... (0/3)", bar("a", "0 B")),
            frame("⠙ Preparing packages... (0/3)", *kept),
            frame("⠙ Preparing packages... (1/3)", bar("a", "1.50 MiB")),
            frame("⠙ Preparing packages... (1/3)", bar("a", "2.00 MiB")),
            frame("⠙ Preparing packages... (3/3)"),
            "Prepared 3 packages in 1s\n",
            frame("░░░░░░ [0/3] Installing wheels..."),
            "Installed 3 packages in 4ms\n + a==1\n",
        ]
    )
    total = 2 * MIB + 1536
    told = told_of(written)
    assert [one for one in told if one.done != 512] == [  # each row of uv 0.4 is told by itself
        Progress("installing", "3 packages"),
        Progress("downloading", "a", 0, 2 * MIB, 1, 3),
        Progress("downloading", "a, b.c", MIB + 512, total, 1, 3),
        Progress("downloading", "a, b.c", MIB + MIB // 2 + 512, total, 1, 3),
        Progress("downloading", "a", 2 * MIB + 1536, total, 2, 3),
    ]
    assert screen_of(written) == (
        "Resolved 3 packages in 5ms\nPrepared 3 packages in 1s\nInstalled 3 packages in 4ms\n + a==1\n"
    )


@BOTH
def test_a_build_is_told_unless_something_is_downloaded_meanwhile(frame):
    count = "⠙ Preparing packages... (0/2)"
    written = frame(BUILDING, count) + frame(BUILDING, count, bar("a", "1.00 MiB")) * 2
    assert [one.kind for one in told_of(written)] == ["building", "downloading"]
    assert [one.kind for one in told_of(written + frame(BUILDING, count) * 3)][-1] != "building"


def test_an_error_below_bars_that_stay_is_a_line_of_its_own():
    written = filled("   Updating https://h/r.git (HEAD)") + filled("⠙ Resolving dependencies...")
    assert "error: Git operation failed" in screen_of(
        f"{written}error: Git operation failed\n"
    ).split("\n")


@pytest.mark.parametrize(
    "written",
    [
        "⠙ Preparing packages... (0/9)",
        f"a  {DASHES} 1.00 MiB/? MiB",
        f"a  {DASHES} 1.0.0 MiB/2.00 MiB",
        f"a  {DASHES} 1.00 TiB/2.00 TiB",
        f"a  {DASHES} {'9' * 5_000} MiB/2.00 MiB",
        f"Preparing packages... (0/{'9' * 5_000})",
        "a ━━━━━━━━━━━━ 1.00 MiB/2.00 MiB",
        f"{DASHES} 1.00 MiB/2.00 MiB",
        "-" * 100_000,
        f"{'a' * 50_000}{' ' * 50_000}",
        "\x1b[999999999A\x1b[2K\x1b]0;",
    ],
)
def test_what_is_unknown_is_no_event_and_no_error(written):
    assert told_of(written) == []


def plan(*words, env=()):
    return Plan(validate_text("uv", "six").requirement, ("uv", "pip", "install", *words), dict(env))


def test_the_terminal_is_given_where_bars_are_read_only():
    ready = with_bars(plan("six", env={"TERM": "dumb", "A": "1", "JPY_SESSION_NAME": "n"}))
    assert ready.terminal
    assert ready.env == {"TERM": "xterm", "UV_NO_WRAP": "1", "A": "1"}
    assert "--no-progress" not in ready.argv
    assert without_bars(plan("six")) == plan("six", "--no-progress")


def test_uv_gets_no_terminal_on_which_it_would_ask():
    assert with_bars(plan("requirements.txt")) == plan("requirements.txt", "--no-progress")
    assert with_bars(plan("-c", "/x/constraints.txt", "six")).terminal


def test_the_users_variable_against_bars_is_uvs():
    assert environment({"UV_NO_PROGRESS": "1"}, own_settings=False) == {"UV_NO_PROGRESS": "1"}


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_a_command_on_a_terminal_writes_as_there_and_nobody_can_type(tmp_path):
    code = """
import os, sys
print(sys.stdin.isatty(), sys.stdout.isatty(), sys.stderr.isatty(), *os.get_terminal_size(2))
print("1 of 2\\r\\x1b[2K2 of 2\\r\\x1b[2Kdone", file=sys.stderr)
try:
    open("/dev/tty")
except OSError:
    print("nobody")
sys.exit(3)
"""
    heard = []
    done = subprocesses.run(
        [sys.executable, "-uc", code], os.environ, on_output=heard.append, terminal=True
    )
    assert done.output == f"False True True {WIDTH} 100\ndone\nnobody\n"
    assert done.returncode == 3
    assert [line for line in heard if "of 2" in line] == ["1 of 2", "\x1b[2K2 of 2"]
