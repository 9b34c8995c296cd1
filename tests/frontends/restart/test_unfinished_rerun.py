"""A rerun whose process ends: the next session says that nothing is there, and how to go on."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from davos.frontends.restart.replay_report import note_cell, remove_record
from davos.frontends.restart.unfinished_rerun import recorded, sentence, take

IN_CELL = (
    "The kernel ended while it ran [4] again for dvtc 2.0: nothing that was defined before is "
    "there. To go on, run the notebook from its first cell. If [4] cannot run twice, ask for dvtc "
    "2.0 in the first statement that smuggles it."
)
IN_START = (
    "The kernel ended while it restarted for dvtc 2.0: nothing that was defined before is there. "
    "To go on, run the notebook from its first cell. To need no restart, ask for dvtc 2.0 in the "
    "first statement that smuggles it."
)


@pytest.mark.parametrize(("at", "words"), [(4, IN_CELL), (None, IN_START)])
def test_what_is_not_there_and_how_to_go_on_is_said(at, words):
    assert sentence("dvtc 2.0", at) == words


@pytest.fixture
def ended(davos_home):
    """A function that leaves what a rerun leaves whose process ends."""

    def ended(connection="/c", document="/n.ipynb", *, pid=None, cells=()):
        with recorded(connection, document, "dvtc 2.0") as record:
            for number in cells:
                note_cell(record, number)
            path = davos_home / "reruns" / os.path.basename(record)
            text = path.read_text()
        path.write_text(text.replace(str(os.getpid()), str(pid or os.getpid())))
        return path

    return ended


@pytest.fixture(scope="module")
def dead():
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_it_is_told_once_with_the_last_cell_that_began(ended):
    ended(cells=[2, 4])
    assert take("/c", None) == IN_CELL
    assert take("/c", None) == ""


ASKING = [
    ("/c", None, "alive", True),  # the ports are free: that kernel has ended
    ("/d", "/n.ipynb", "dead", True),
    ("/d", "/n.ipynb", "alive", False),
    ("/d", "/m.ipynb", "dead", False),
    ("/d", None, "dead", False),
]


@pytest.mark.parametrize(("connection", "document", "state", "told"), ASKING)
def test_the_same_kernel_and_the_next_of_the_notebook_are_told(
    ended, dead, connection, document, state, told
):
    path = ended(pid={"alive": os.getppid(), "dead": dead}[state])
    assert bool(take(connection, document)) == told
    assert path.exists() != told


def test_notebooks_whose_paths_are_not_known_are_not_taken_for_one_another(ended, dead):
    ended(document=None, pid=dead)
    assert take("/d", None) == ""


def test_a_rerun_that_ends_in_any_other_way_leaves_nothing(davos_home):
    with recorded("/c", None, "dvtc 2.0") as record:
        remove_record(record)
    with pytest.raises(OSError, match="no"), recorded("/c", None, "dvtc 2.0"):
        raise OSError("no")
    assert list((davos_home / "reruns").iterdir()) == []


def test_a_home_that_cannot_be_written_keeps_no_rerun_from_going_on(davos_home):
    (davos_home / "reruns").write_text("")
    with recorded("/c", None, "dvtc 2.0") as record:
        note_cell(record, 1)
        remove_record(record)
    assert record == ""
    assert take("/c", None) == ""


@pytest.mark.parametrize("text", ["", "[]", "{}", "1", "{", '{"connection": "/c"}', "\x00\n1"])
def test_a_record_that_cannot_be_read_tells_nothing(davos_home, text):
    (davos_home / "reruns").mkdir()
    (davos_home / "reruns" / "1").write_text(text)
    assert take("/c", "/n.ipynb") == ""


def test_records_of_notebooks_that_nobody_opened_again_go_after_a_month(ended, monkeypatch):
    old, new = ended(), ended(connection="/d")
    month = 31 * 24 * 3600
    os.utime(old, (time.time() - month, time.time() - month))
    with recorded("/e", None, "dvtc 2.0"):
        pass
    assert not old.exists()
    assert new.exists()


TWO = "smuggle dvtc  # pip: dvtc==2.0"
DIES = "import os\nif os.path.exists({0!r}): os.kill(os.getpid(), 9)\nopen({0!r}, 'w').close()"
DIES_EARLY = """
import os
if "davos-rerun" in os.environ.get("PYTHONPATH", "") and os.path.exists({!r}): os._exit(3)
"""


@pytest.mark.slow
def test_the_session_after_a_killed_kernel_says_so(start_front_end, tmp_path):
    mark, early = str(tmp_path / "mark"), tmp_path / "early"
    (tmp_path / "startup").mkdir()
    (tmp_path / "startup" / "sitecustomize.py").write_text(DIES_EARLY.format(str(early)))
    front_end = start_front_end(PYTHONPATH=str(tmp_path / "startup"))
    assert front_end.run("import davos\ndavos.auto_rerun = True").shown == ""
    for told in (IN_CELL, IN_START):
        front_end.run("smuggle dvtc  # pip: dvtc==1.0")
        front_end.run("1 + 1")
        front_end.run(DIES.format(mark))
        asked = front_end.send(TWO)
        front_end.wait(asked, until=lambda _: not front_end.manager.is_alive())
        front_end.settle()
        # What is published in the moment before a kill may be lost.
        line = front_end.answer(asked).line
        assert line.startswith("restarting for dvtc 2.0: cell " if told is IN_CELL else "")
        front_end.manager.restart_kernel()
        front_end.client.wait_for_ready(timeout=60)
        assert front_end.run("import davos\ndavos.auto_rerun = True").shown == f"{told}\n"
        os.remove(mark)
        early.touch()


ENDS = {
    "exit": "exit()",
    "SystemExit": "raise SystemExit",
    "no input": "input('? ')",
    "closed output": "os.closerange(0, 3); raise ValueError",
}


@pytest.mark.slow
def test_a_rerun_that_a_cell_ends_says_what_is_there(front_end, tmp_path):
    way = tmp_path / "way"
    front_end.run("kept = 7")
    for at, (name, code) in enumerate(ENDS.items()):
        way.write_text("pass")
        front_end.run(f"import os; exec(open({str(way)!r}).read())")
        front_end.run("later = 1")
        way.write_text(code)
        smuggle = f"smuggle dvtc  # pip: dvtc=={3 - at % 2}.0"
        ended = front_end.wait(front_end.send(smuggle, allow_stdin=False))[0].shown
        number = 4 + at * 3
        assert f"running [{number}] again ended with:" in ended, name
        assert f"again: what they defined is there; [{number + 1}] did not run again" in ended
        assert "and this cell, or restart the kernel and run all cells." in ended
        time.sleep(0.2)  # ipykernel's `exit` ends it after a tenth of a second
        front_end.wait(front_end.request("kernel_info_request"))
        after = front_end.run("print(kept, 'later' in globals())", store_history=False)
        assert after.shown == "7 False\n", name


BREAKS = """
import os
if os.path.exists({0!r}): get_ipython().run_cell = get_ipython().run_cell_async = 1
open({0!r}, 'w').close()
"""


@pytest.mark.slow
def test_a_rerun_that_a_broken_shell_ends_says_what_is_there(front_end, tmp_path):
    front_end.run(BREAKS.format(str(tmp_path / "mark")))
    front_end.run("later = 1")
    ended = front_end.run(TWO)
    assert "running [4] again ended with:" in ended.shown
    assert "TypeError: " in ended.shown
    assert "[1] to [3] ran again: what they defined is there." in ended.shown
