"""Which cells a restart runs again, and how that is said."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from davos.frontends.restart.execution_log import CellLog, consequences, listing, summary


def cell(number, code="x", **fields):
    return {"id": None, "failed": False, "skipped": False, "number": number, "code": code, **fields}


def result(number, **errors):
    both = {"error_before_exec": None, "error_in_exec": None, **errors}
    return SimpleNamespace(
        execution_count=number, info=SimpleNamespace(cell_id=f"c{number}"), **both
    )


def shell(*codes, exceptions=(), **content):
    errors = {number: {"ename": name} for number, name in exceptions}
    return SimpleNamespace(
        history_manager=SimpleNamespace(input_hist_raw=["", *codes], exceptions=errors),
        kernel=SimpleNamespace(get_parent=lambda channel: {"content": content}),
    )


ENDS = [
    ({}, {}),
    ({"error_in_exec": ValueError()}, {"failed": True}),
    ({"error_before_exec": SyntaxError()}, {"failed": True}),
    ({"error_in_exec": KeyboardInterrupt()}, {"failed": True, "skipped": True}),
]


@pytest.mark.parametrize(("errors", "noted"), ENDS)
def test_how_a_cell_ended_is_noted(errors, noted):
    log = CellLog()
    log.note(result(1, **errors))
    assert log.before(shell("a", "now")) == [cell(1, "a", id="c1", **noted)]


REQUESTS = [
    ({}, ["a", "b"]),
    ({"store_history": True}, ["a", "b"]),
    ({"store_history": False}, ["a", "b", "c"]),
    ({"silent": True}, ["a", "b", "c"]),
]


@pytest.mark.parametrize(("content", "codes"), REQUESTS)
def test_the_present_cell_is_none_of_those_before_it(content, codes):
    found = CellLog().before(shell("a", "b", "c", **content))
    assert found == [cell(number, code) for number, code in enumerate(codes, 1)]


def test_a_cell_without_a_number_is_not_noted():
    log = CellLog()
    log.note(result(None))
    assert log.before(shell("a", "now")) == [cell(1, "a")]


BEFORE_DAVOS = [
    ([], {}),
    ([(1, "ZeroDivisionError")], {"failed": True}),
    ([(1, "KeyboardInterrupt")], {"failed": True, "skipped": True}),
    ([(2, "ZeroDivisionError")], {}),
]


@pytest.mark.parametrize(("exceptions", "noted"), BEFORE_DAVOS)
def test_how_a_cell_ended_before_davos_is_what_ipython_kept(exceptions, noted):
    found = CellLog().before(shell("a", "now", exceptions=exceptions))
    assert found == [cell(1, "a", **noted)]


def test_a_cell_from_before_davos_may_fail_again_where_ipython_keeps_no_errors():
    old = shell("a", "b", "now")
    del old.history_manager.exceptions
    log = CellLog()
    log.note(result(2))
    assert log.before(old) == [
        cell(1, "a", failed=True, unknown=True),
        cell(2, "b", id="c2"),
    ]


def test_how_a_cell_ended_with_davos_counts_more_than_what_ipython_kept():
    log = CellLog()
    log.note(result(1))
    found = log.before(shell("a", "now", exceptions=[(1, "ValueError")]))
    assert found == [cell(1, "a", id="c1")]


def info(*, store_history=True, silent=False):
    return SimpleNamespace(cell_id=None, store_history=store_history, silent=silent)


def ended(which, number):
    both = {"error_before_exec": None, "error_in_exec": None}
    return SimpleNamespace(execution_count=number, info=which, **both)


def numbers(log, *codes, **content):
    return [one["number"] for one in log.before(shell(*codes, **content))]


def test_cells_that_a_cell_runs_are_not_run_again_by_themselves():
    log, outer, inner, unstored, after = (
        CellLog(),
        info(),
        info(),
        info(store_history=False),
        info(),
    )
    log.begin(outer, 1)
    log.begin(inner, 2)
    log.note(ended(inner, 2))
    log.begin(unstored, 3)
    log.note(ended(unstored, 3))
    assert numbers(log, "outer", "inner") == []
    log.note(ended(outer, 1))
    log.begin(after, 3)
    assert numbers(log, "outer", "inner", "after") == [1]
    assert log.present(shell("outer", "inner", "after")) == 3


def test_cells_that_an_unstored_cell_ran_are_run_again_by_themselves():
    log, outer, inner = CellLog(), info(store_history=False), info()
    log.begin(outer, 1)
    log.begin(inner, 1)
    assert numbers(log, "inner") == []
    log.note(ended(inner, 1))
    log.note(ended(outer, 1))
    assert numbers(log, "inner", store_history=False) == [1]


ODD_ENDS = {
    "a blank cell ends without having begun": lambda outer: ended(info(), 9),
    "a cancelled cell ends without a result": lambda outer: None,
}


@pytest.mark.parametrize("way", ODD_ENDS)
def test_the_next_cell_is_none_of_those_that_a_cell_runs(way):
    log, outer, after = CellLog(), info(), info()
    log.begin(outer, 1)
    log.note(ODD_ENDS[way](outer))
    log.note(ended(outer, 1))
    log.begin(after, 2)
    assert numbers(log, "outer", "after") == [1]


def test_a_cell_that_was_not_stored_takes_no_place():
    log, outer, inner, after, last = CellLog(), info(), info(), info(), info()
    log.begin(outer, 1)
    log.begin(inner, 2)  # `exit`
    log.note(ended(inner, 2))
    log.note(ended(outer, 1))
    log.begin(after, 2)
    log.note(ended(after, 2))
    log.begin(last, 3)
    assert numbers(log, "outer", "after", "last") == [1, 2]


SUMMARIES = [
    ([], "0 cells"),
    ([cell(1)], "1 cell"),
    ([cell(1), cell(2, failed=True)], "2 cells"),
    ([cell(1), cell(2, skipped=True)], "1 cell (not [2], which was interrupted)"),
    (
        [cell(1, skipped=True), cell(2), cell(3, skipped=True)],
        "1 cell (not [1], [3], which were interrupted)",
    ),
    (
        [cell(1), cell(2, skipped=True, unreached=True), cell(3, skipped=True, unreached=True)],
        "1 cell (not [2], [3], which the last rerun did not reach)",
    ),
    (
        [cell(1, skipped=True, unreached=True), cell(2, skipped=True)],
        "0 cells (not [2], which was interrupted; not [1], which the last rerun did not reach)",
    ),
]


@pytest.mark.parametrize(("cells", "words"), SUMMARIES)
def test_cells_are_summed_up(cells, words):
    assert summary(cells) == words


def timed(number, seconds, code="x"):
    return cell(number, code, seconds=seconds)


NOT_3 = "not [3], which was interrupted"
TWICE = "[1] holds shell commands, whose effects happen twice."
RUNS_2 = "Restarting runs 2 cells again: [1], [2]"
RUNS_4 = "Restarting runs 4 cells again: [1] to [4]"
CONSEQUENCES = [
    ([], "Restarting runs 0 cells again."),
    (
        [cell(1)],
        "Restarting runs 1 cell again: [1]. How long it took the first time is unknown.",
    ),
    ([timed(1, 0.2)], "Restarting runs 1 cell again: [1]. It took less than 1 s the first time."),
    (
        [timed(1, 3), timed(2, 4.9), cell(3, skipped=True, seconds=9)],
        f"Restarting runs 2 cells ({NOT_3}) again: [1], [2]. They took 7 s the first time.",
    ),
    (
        [cell(1), timed(2, 100), cell(3), timed(4, 25)],
        f"{RUNS_4}. They took 2 min the first time (not counting [1], [3], whose time is unknown).",
    ),
    (
        [timed(1, 3700, "a = 1\n!ls")],
        f"Restarting runs 1 cell again: [1]. It took 1 h 1 min the first time. {TWICE}",
    ),
    (
        [cell(1, "!ls"), cell(2)],
        f"{RUNS_2}. How long they took the first time is unknown. {TWICE}",
    ),
]


@pytest.mark.parametrize(("cells", "words"), CONSEQUENCES)
def test_the_question_says_what_a_restart_would_do(cells, words):
    pytest.importorskip("IPython")
    assert consequences(cells) == words


LISTED = """\
A restart runs 4 cells (not [2], which was interrupted) again, in this order:
[1] a ...  (time unknown)
[3] {}  (less than 1 s)
[4] !ls ...  (1 min, shell commands)
[5] c  (3 s)
They took 1 min the first time (not counting [1], whose time is unknown).
[4] holds shell commands, whose effects happen twice."""


def test_a_preview_lists_the_cells_with_their_times_and_shell_commands():
    pytest.importorskip("IPython")
    cells = [
        cell(1, "\n a\nb"),
        cell(2, "c", skipped=True),
        timed(3, 0.1, "d" * 80),
        timed(4, 61, "!ls\nx"),
        timed(5, 3, "c"),
    ]
    assert listing(cells) == LISTED.format("d" * 72 + " ...")
    assert listing([]) == "A restart runs no other cell again."


COMMANDS = [
    "!ls",
    "found = !ls",
    "%%bash\nls",
    "%pip install x",
    "if x:\n    !ls",
    "import os\nos.system('ls')",
    "subprocess.run(['ls'])",
    "smuggle six  # pip: six==1.0\n!ls",
]
NO_COMMANDS = [
    "x = 1",
    'text = """\n!ls\n"""',
    "a != b",
    "%time f()",
    "# !ls",
    "print('hi'",
    "x = '!ls'",
]


@pytest.mark.parametrize("code", [*COMMANDS, *NO_COMMANDS])
def test_cells_with_shell_commands_are_known(code):
    pytest.importorskip("IPython")
    told = "[1] holds shell commands" in consequences([cell(1, code)])
    assert told == (code in COMMANDS)


def test_the_time_of_the_first_run_is_kept_over_a_restart():
    log, first = CellLog([timed(1, 50.0)]), info()
    for number in (1, 2):
        log.begin(first, number)
        log.note(ended(first, number))
    again, new = log.before(shell("a", "b", "now"))
    assert again["seconds"] == 50.0
    assert 0 <= new["seconds"] < 50
