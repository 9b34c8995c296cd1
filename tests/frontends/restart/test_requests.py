"""Requests around a restart in place: none is lost, none is answered twice, all in order."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

TWO = "smuggle dvtc  # pip: dvtc==2.0"
OTHERS = [
    ("complete_request", {"code": "pri", "cursor_pos": 3}),
    ("inspect_request", {"code": "print", "cursor_pos": 3, "detail_level": 0}),
    ("is_complete_request", {"code": "if x:"}),
    ("kernel_info_request", {}),
    ("comm_info_request", {}),
    ("history_request", {"hist_access_type": "tail", "n": 1, "output": False, "raw": True}),
]


def send_mixed(front_end, count):
    """Ask for many executions, other requests among them: two lists of ids."""
    executions, all_ids = [], []
    for number in range(count):
        if number % 5 == 4:
            kind, content = OTHERS[number // 5 % len(OTHERS)]
            all_ids.append(front_end.request(kind, **content))
            continue
        executions.append(front_end.send(f"numbers.append({number}); print({number})"))
        all_ids.append(executions[-1])
    return executions, all_ids


def check_mixed(front_end, executions, all_ids):
    front_end.wait(*all_ids)
    front_end.settle()
    replied = [one for one in front_end.order if one in set(all_ids)]
    assert replied == all_ids
    replies = [front_end.answer(one).reply for one in executions]
    assert {reply["status"] for reply in replies} == {"ok"}
    counts = [reply["execution_count"] for reply in replies]
    assert counts == list(range(counts[0], counts[0] + len(counts)))
    printed = [int(front_end.answer(one).shown) for one in executions]
    assert front_end.run("print(numbers)").shown == f"{printed}\n"
    assert printed == sorted(printed)


def test_500_requests_that_wait_are_answered_once_and_in_order(front_end):
    front_end.run("numbers = []")
    restarting = front_end.send(f"{TWO}\nprint(dvtc.__version__)")
    executions, all_ids = send_mixed(front_end, 500)
    check_mixed(front_end, executions, all_ids)
    assert front_end.order.count(restarting) == 1
    assert front_end.answer(restarting).shown.endswith("2.0\n")
    assert front_end.answer(executions[0]).reply["execution_count"] == 5


def test_requests_wait_through_three_restarts_of_several_cells(front_end):
    """What waits is carried on by a second restart in a later cell, and a third."""
    restarts = [TWO, "smuggle dvtd  # pip: dvtd==2.0", "smuggle dvtc  # pip: dvtc==3.0"]
    front_end.run("smuggle dvtd  # pip: dvtd==1.0\nnumbers = []")
    sent = []
    for number, restart in enumerate(restarts):
        sent.append(front_end.send(restart))
        sent.append(
            front_end.send(f"numbers.append({number}); print(dvtc.__version__, dvtd.__version__)")
        )
    comm = front_end.request("comm_info_request")
    front_end.wait(*sent, comm)
    front_end.settle()
    assert [one for one in front_end.order if one in sent] == sent
    shown = [front_end.answer(one).shown for one in sent[1::2]]
    assert shown == ["2.0 1.0\n", "2.0 2.0\n", "3.0 2.0\n"]
    assert [front_end.answer(one).reply["execution_count"] for one in sent] == list(range(4, 10))
    assert front_end.run("print(numbers)").shown == "[0, 1, 2]\n"


def test_requests_that_arrive_while_the_process_starts_are_answered(front_end, tmp_path):
    """The earlier cell tells that the new process runs: the kernel is not yet listening to all."""
    mark = tmp_path / "mark"
    front_end.run(
        f"import time\nopen({str(mark)!r}, 'a').write('x')\ntime.sleep(0.5)\nnumbers = []"
    )
    restarting = front_end.send(TWO)
    while len(mark.read_text()) < 2:
        front_end.settle(0.01)
    executions, all_ids = send_mixed(front_end, 50)
    check_mixed(front_end, executions, all_ids)
    assert front_end.answer(restarting).reply["status"] == "ok"


def test_requests_that_wait_are_aborted_when_the_cell_fails_after_the_restart(front_end):
    front_end.run("x = 1")
    failing = front_end.send(f"{TWO}\n1 / 0")
    queued = [front_end.send("x = 2") for _ in range(3)]
    info = front_end.request("kernel_info_request")
    front_end.wait(failing, *queued, info)
    assert front_end.answer(failing).reply["ename"] == "ZeroDivisionError"
    assert [front_end.answer(one).reply["status"] for one in queued] == ["aborted"] * 3
    assert front_end.answer(info).reply["status"] == "ok"
    assert front_end.run("print(x, dvtc.__version__)").shown == "1 2.0\n"
