"""A kernel that restarted in place goes on as any other: input, comms, interrupts, restarts."""

from __future__ import annotations

import os
import time

import pytest

pytestmark = pytest.mark.slow

TWO = "smuggle dvtc  # pip: dvtc==2.0"
THREE = "smuggle dvtc  # pip: dvtc==3.0"
VERSIONS = "print(dvtc.__version__)"


def test_input_is_asked_for_before_and_after_and_again_while_cells_run_again(front_end):
    front_end.types = ["a", "b", "a again", "b again", "c", "d"]
    front_end.run("first = input('1? ')")
    again = front_end.run(f"second = input('2? ')\n{TWO}\nthird = input('3? ')")
    assert "restarted the kernel" in again.shown
    assert (
        front_end.run("print(first, second, third, input('4? '))").shown == "a again b again c d\n"
    )
    assert front_end.asked == ["1? ", "2? ", "1? ", "2? ", "3? ", "4? "]


COMM = """
from comm import create_comm, get_comm_manager
heard = []
def opened(comm, message):
    comm.on_msg(lambda message: (heard.append(message["content"]["data"]), comm.send("heard")))
get_comm_manager().register_target("dvt", opened)
"""


def test_comms_open_before_are_gone_and_new_ones_work(front_end):
    pytest.importorskip("comm")
    front_end.run(COMM)
    front_end.run(TWO)
    front_end.request("comm_open", comm_id="1", target_name="dvt", data={})
    front_end.request("comm_msg", comm_id="1", data="hello")
    front_end.request("comm_msg", comm_id="0", data="lost")
    assert front_end.run("print(heard)").shown == "['hello']\n"
    published = [one for answer in front_end.answers.values() for one in answer.published]
    assert [content["data"] for kind, content in published if kind == "comm_msg"] == ["heard"]


def test_the_front_ends_own_restart_gives_a_plain_kernel(front_end):
    front_end.run(TWO)
    front_end.manager.restart_kernel()
    front_end.client.wait_for_ready(timeout=60)
    plain = front_end.run("import sys\nprint('davos_rerun' in sys.modules, 'davos' in globals())")
    assert plain.shown == "False False\n"
    front_end.run("import davos\ndavos.auto_rerun = True")
    front_end.run("smuggle dvtc  # pip: dvtc==1.0")
    assert front_end.run(f"{TWO}\n{VERSIONS}").shown.endswith("ran 3 cells again\n2.0\n")


def test_an_interrupt_afterwards_ends_the_cell_only(front_end):
    front_end.run(TWO)
    busy = front_end.send("import time\nprint('here', flush=True)\ntime.sleep(60)")
    front_end.wait(busy, until=lambda answer: "here" in answer.shown)
    front_end.manager.interrupt_kernel()
    front_end.wait(busy)
    assert front_end.answer(busy).reply["ename"] == "KeyboardInterrupt"
    assert front_end.run(VERSIONS).shown == "2.0\n"


def test_an_interrupt_while_cells_run_again_is_shown_under_the_request(front_end, tmp_path):
    mark = tmp_path / "mark"
    front_end.run(
        f"import os, time\nagain = os.path.exists({str(mark)!r})\nopen({str(mark)!r}, 'a').write('x')\n"
        "if again: time.sleep(60)"
    )
    busy = front_end.send(f"{TWO}\n{VERSIONS}")
    queued = front_end.send("1 + 1")
    end = time.monotonic() + 60
    while not mark.exists() or mark.read_text() != "xx":
        assert time.monotonic() < end
        time.sleep(0.02)
    front_end.manager.interrupt_kernel()
    front_end.wait(busy, queued)
    assert front_end.answer(busy).reply["ename"] == "KeyboardInterrupt"
    assert "running [3] again ended with" in front_end.answer(busy).shown
    assert front_end.answer(queued).reply["status"] == "aborted"
    assert front_end.run("print('alive')").shown == "alive\n"
    assert front_end.run(f"{TWO}\n{VERSIONS}").shown.endswith("2.0\n")


def test_an_awaiting_cell_restarts_and_goes_on(front_end):
    front_end.run("import asyncio\nawait asyncio.sleep(0)\nx = 1")
    again = front_end.run(f"await asyncio.sleep(0)\n{TWO}\nawait asyncio.sleep(0)\n{VERSIONS}")
    assert again.shown.endswith("2.0\n")
    assert front_end.run("print(x)").shown == "1\n"


def test_requests_without_history(front_end):
    front_end.run("x = 1", store_history=False)
    front_end.run("y = 1", silent=True)
    again = front_end.run(f"{TWO}\n{VERSIONS}\nprint('x' in globals())", store_history=False)
    assert again.shown.endswith("ran 2 cells again\n2.0\nFalse\n")
    after = front_end.run("print(len(In))")
    assert after.shown == "4\n"
    assert after.reply["execution_count"] == 3


def test_children_are_ended_and_reaped(front_end):
    front_end.run("import subprocess\nchild = subprocess.Popen(['sleep', '300'])")
    pid = int(front_end.run("print(child.pid)").shown)
    front_end.run(TWO)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


INNER = "shell.run_cell('n += 1', store_history=True)"


def test_cells_that_cells_run_are_run_again_by_them_only(front_end):
    front_end.run("n = 0; shell = get_ipython()")
    front_end.run(f"{INNER}; {INNER}")
    front_end.run("n += 10")
    again = front_end.run(f"{INNER}\n{TWO}\nprint(n)")
    assert again.shown.endswith("ran 5 cells again\n13\n")
    assert again.reply["execution_count"] in (8, 9)
    assert front_end.run(f"{THREE}\nprint(n, len(In))").shown.endswith("ran 6 cells again\n13 11\n")


def test_a_cell_that_fails_before_cells_that_cells_ran_leaves_each_its_place(front_end, tmp_path):
    mark = tmp_path / "mark"
    front_end.run("n = 0; shell = get_ipython()")
    front_end.run(f"import os\nif os.path.exists({str(mark)!r}): 1 / 0\nopen({str(mark)!r}, 'w')")
    front_end.run(INNER)
    front_end.run("n += 10")
    assert front_end.run(TWO).reply["ename"] == "ZeroDivisionError"
    mark.unlink()
    assert front_end.run("print(n, In[5:], len(In))").shown == (
        f"0 [{INNER!r}, '', 'n += 10', {TWO!r}, 'print(n, In[5:], len(In))'] 10\n"
    )
    again = front_end.run(f"{THREE}\nprint(n)")
    assert "[5], [7], [8]" in again.shown
    assert again.shown.endswith("\n0\n")
