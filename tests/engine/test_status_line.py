"""The status line says what an installer does, how far it is, and how long it took."""

from __future__ import annotations

import sys

import pytest

from davos.engine.status_line import StatusLine, seconds_shown, words_of
from davos.installers.base import Progress

PYTHON = "{}.{}".format(*sys.version_info)
WORDS = [
    (Progress("resolving", "six"), "resolving six"),
    (Progress("resolving"), "resolving"),
    (Progress("downloading", "six 1.15.0"), "downloading six 1.15.0"),
    (Progress("downloading", "six 1.15.0", 0, 10_000, 1), "downloading six 1.15.0: 10 kB"),
    (Progress("downloading", "x 1", 500, 999, 2), "downloading x 1: 500 of 999 bytes, file 2"),
    (
        Progress("downloading", "torch 2.1", 12_345_678, 755_234_567, 2, 9),
        "downloading torch 2.1: 12.3 of 755 MB, file 2 of 9",
    ),
    (Progress("downloading", "x 1", 2_000_000, 0, 1, 1), "downloading x 1: 2 MB"),
    (Progress("downloading", "x 1", 1, 2_500_000_000, 1, 1), "downloading x 1: 0.0 of 2.5 GB"),
    (
        Progress("no wheel", "numpy 1.26.4"),
        f"no wheel of numpy 1.26.4 for Python {PYTHON}: building it, which can take minutes",
    ),
    (Progress("building", "x"), "building x from source, which can take minutes"),
    (Progress("installing", "a, b"), "installing a, b"),
    (Progress("installing", ", ".join(["package"] * 23)), "installing 23 packages"),
]
SECONDS = [(0.9, "0 s"), (59.9, "59 s"), (60, "1:00"), (3599, "59:59"), (3600, "1:00:00")]


@pytest.mark.parametrize(("progress", "words"), WORDS)
def test_what_an_installer_does_is_said_in_words(progress, words):
    assert words_of(progress) == words


@pytest.mark.parametrize(("seconds", "shown"), SECONDS)
def test_durations_are_whole_seconds(seconds, shown):
    assert seconds_shown(seconds) == shown


@pytest.fixture
def line():
    """A line, its clock in a list, and what it showed."""
    clock, shown = [0.0], []
    return StatusLine(shown.append, lambda: clock[0]), clock, shown


def test_the_time_is_told_after_two_seconds_and_each_second_once(line):
    status, clock, shown = line
    status.tick()
    status.hear(Progress("resolving", "x"))
    for clock[0] in (1.9, 2.0, 2.4, 3.1):
        status.tick()
    assert shown == [
        "resolving x",
        "resolving x (2 s)",
        "resolving x (3 s)",
    ]


def test_the_speed_is_that_of_the_present_file(line):
    status, clock, shown = line
    for clock[0], done, index in ((0, 0, 1), (1.5, 3_000_000, 1), (9.0, 0, 2), (11.0, 8_000, 2)):
        status.hear(Progress("downloading", "x 1", done, 6_000_000, index, 2))
    assert [text.partition(" x 1: ")[2] for text in shown] == [
        "6 MB, file 1 of 2",
        "3 of 6 MB, 2 MB/s, file 1 of 2",
        "6 MB, file 2 of 2 (9 s)",
        "0.0 of 6 MB, 4 kB/s, file 2 of 2 (11 s)",
    ]


def test_files_that_end_together_count_from_where_the_first_ended(line):
    status, clock, shown = line
    for clock[0], done, index in ((0, 0, 1), (1.0, 4_000, 2)):
        status.hear(Progress("downloading", "a, b", done, 9_000, index, 2))
    assert shown[-1] == "downloading a, b: 4 of 9 kB, file 2 of 2"


def test_bytes_that_come_often_are_shown_five_times_a_second(line):
    status, clock, shown = line
    for clock[0], done in ((0, 0), (0.1, 1_000), (0.15, 2_000), (0.3, 3_000), (0.4, 4_000)):
        status.hear(Progress("downloading", "x 1", done, 9_000, 1, 1))
    status.tick()
    assert [text.partition(": ")[2] for text in shown] == ["9 kB", "3 of 9 kB", "4 of 9 kB"]
