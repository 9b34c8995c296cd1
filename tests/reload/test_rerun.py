"""Whether to restart, and what a restart carries over."""

from __future__ import annotations

import json

import pytest

from davos.reload.rerun import MAX_RESTARTS, Choice, Place, Rerun, choose


@pytest.mark.parametrize(
    ("possible", "auto_rerun", "noninteractive", "choice"),
    [
        (True, True, False, Choice.RESTART),
        (True, True, True, Choice.RESTART),
        (True, False, False, Choice.ASK),
        (True, False, True, Choice.REFUSE),
        (False, True, False, Choice.REFUSE),
        (False, False, False, Choice.REFUSE),
    ],
)
def test_the_documented_fields_decide(possible, auto_rerun, noninteractive, choice):
    fields = {"auto_rerun": auto_rerun, "noninteractive": noninteractive}
    assert choose(possible=possible, **fields) is choice


def test_pins_of_an_earlier_restart_stay_and_the_newer_version_wins():
    first = Rerun().then({"numpy": "1"}, Place(1, "numpy==1"), "")
    second = first.answered().then({"numpy": "2", "six": "3"}, Place(1, "numpy==2"), "note")
    assert (second.pins, second.count, second.note) == ({"numpy": "2", "six": "3"}, 1, "note")


def test_a_statement_asks_for_one_restart_of_a_request():
    first = Rerun().then({"numpy": "1"}, Place(1, "numpy==1"), "")
    assert first.then({"numpy": "2"}, Place(2, "numpy==2"), "").count == 2
    assert first.then({"numpy": "1"}, Place(1, "numpy==1"), "") is None
    assert first.answered().then({"numpy": "1"}, Place(1, "numpy==1"), "") is not None


def test_a_program_that_makes_up_statements_ends_all_the_same():
    rerun, count = Rerun(), 0
    while rerun is not None:
        rerun, count = rerun.then({}, Place(count, ""), ""), count + 1
    assert count == MAX_RESTARTS + 1


def test_it_survives_json():
    rerun = Rerun({"numpy": "1"}, (Place(3, "numpy==1 é"),), 2, "installed")
    assert Rerun.from_json(json.loads(json.dumps(rerun.as_json()))) == rerun
