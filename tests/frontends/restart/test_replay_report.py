"""What a replay tells: the line that moves, and what is there after one that ended early."""

from __future__ import annotations

import threading

import pytest

from davos.frontends.restart import replay_report
from davos.frontends.restart.replay_report import MovingLine, ended_early, failures, numbers


def cells(count, *, skipped=()):
    return [{"number": n, "skipped": n in skipped} for n in range(1, count + 1)]


class Screen:
    """Keeps what is published; waits until something is."""

    def __init__(self):
        self.shown = []
        self._came = threading.Condition()

    def __call__(self, kind, content):
        with self._came:
            self.shown.append((kind, content["data"]["text/plain"], content["transient"]))
            self._came.notify_all()

    def await_text(self, text):
        with self._came:
            assert self._came.wait_for(lambda: any(text in one[1] for one in self.shown), 30)


@pytest.fixture
def screen(monkeypatch):
    monkeypatch.setattr(replay_report, "_PERIOD_SECONDS", 0.01)
    return Screen()


def test_one_line_moves_while_the_cells_run_and_is_empty_afterwards(screen):
    line = MovingLine(screen, "numpy 1.26.4", cells(4, skipped=[2]))
    with line.moving(quiet=False):
        line.advance()
        screen.await_text("restarting for numpy 1.26.4: cell 1 of 3, ")
        line.advance()
        screen.await_text("restarting for numpy 1.26.4: cell 2 of 3, ")
    first, *others = screen.shown
    assert first[0] == "display_data"
    assert {kind for kind, _, _ in others} == {"update_display_data"}
    assert len({transient["display_id"] for _, _, transient in screen.shown}) == 1
    assert others[-1][1] == ""


@pytest.mark.parametrize(("quiet", "shown"), [(True, False), (False, True)])
def test_a_suppressed_line_comes_after_two_seconds(screen, monkeypatch, quiet, shown):
    began = replay_report.time.monotonic() - 1.0
    monkeypatch.setattr(replay_report, "_BEGAN", began)
    line = MovingLine(screen, "numpy 1.26.4", cells(1))
    with line.moving(quiet=quiet):
        if shown:
            screen.await_text(", 1 s")
    assert bool(screen.shown) == shown


def test_a_line_that_cannot_be_shown_ends_nothing(monkeypatch):
    monkeypatch.setattr(replay_report, "_BEGAN", 0.0)
    tried = threading.Event()

    def publish(kind, content):
        tried.set()
        raise OSError

    with pytest.raises(KeyError), MovingLine(publish, "", cells(1)).moving(quiet=False):
        assert tried.wait(30)
        raise KeyError


OR_ALL = ", or restart the kernel and run all cells."
ALONE = f"No other cell ran again. To go on, run [1] and this cell{OR_ALL}"
SEVERAL = (
    "[1], [3] ran again: what they defined is there; [5], [6] did not run again. "
    f"To go on, run [4] to [6] and this cell{OR_ALL}"
)
EARLY = [(cells(6, skipped=[2]), 4, SEVERAL), (cells(1), 1, ALONE)]


@pytest.mark.parametrize(("found", "at", "words"), EARLY)
def test_what_is_there_and_how_to_go_on_is_said(found, at, words):
    assert ended_early(found, at) == words


NUMBERS = [
    ([1], "[1]"),
    ([1, 2], "[1], [2]"),
    ([1, 2, 3, 5, 7, 8, 9], "[1] to [3], [5], [7] to [9]"),
]


@pytest.mark.parametrize(("found", "words"), NUMBERS)
def test_numbers_are_put_together(found, words):
    assert numbers(found) == words


def test_cells_that_failed_and_may_not_have_failed_before_are_told():
    found = [{"number": n, "failed": n != 2, "unknown": n != 3} for n in (1, 2, 3)]
    assert failures(found) == " ([1] failed, perhaps as before)"
    assert not failures([{"number": 1, "failed": True}])
