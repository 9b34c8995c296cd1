"""Which cells a restart runs again, and how that is said."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from davos.frontends.restart.execution_log import CellLog, listing, summary


def cell(number, code="x", **fields):
    return {"id": None, "failed": False, "skipped": False, "number": number, "code": code, **fields}


def result(number, **errors):
    both = {"error_before_exec": None, "error_in_exec": None, **errors}
    return SimpleNamespace(
        execution_count=number, info=SimpleNamespace(cell_id=f"c{number}"), **both
    )


def shell(*codes, **content):
    return SimpleNamespace(
        history_manager=SimpleNamespace(input_hist_raw=["", *codes]),
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


def test_cells_are_listed_by_number_and_first_line():
    cells = [cell(1, "\n a\nb"), cell(2, "c", skipped=True), cell(3, "d" * 80)]
    assert listing(cells).splitlines()[1:] == ["[1] a ...", f"[3] {'d' * 72} ..."]
    assert listing([]) == "A restart runs no other cell again."
