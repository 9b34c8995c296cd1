"""Whether to restart, and what a restart carries over."""

from __future__ import annotations

import json

import pytest

from davos.engine.rerun import MAX_RESTARTS, Choice, Place, Rerun, choose


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
    first = Rerun().then(Place(1, "numpy==1"), {"numpy": "1"})
    place = Place(1, "numpy==2")
    second = first.answered().then(place, {"numpy": "2", "six": "3"}, note="note")
    assert (second.pins, second.count, second.note) == ({"numpy": "2", "six": "3"}, 1, "note")


def test_pins_hold_for_one_projects_packages():
    first = Rerun().then(Place(1, "numpy==1"), {"numpy": "1"}, "/p1")
    second = first.then(Place(2, "six==1"), {"six": "1"}, "/p2", {"/folder": "name"})
    assert (second.pins, second.folder, second.names) == ({"six": "1"}, "/p2", {"/folder": "name"})


def test_a_statement_asks_for_one_restart_of_a_request():
    first = Rerun().then(Place(1, "numpy==1"), {"numpy": "1"})
    assert first.then(Place(2, "numpy==2"), {"numpy": "2"}).count == 2
    assert first.then(Place(1, "numpy==1"), {"numpy": "1"}) is None
    assert first.answered().then(Place(1, "numpy==1"), {"numpy": "1"}) is not None


def test_a_program_that_makes_up_statements_ends_all_the_same():
    rerun, count = Rerun(), 0
    while rerun is not None:
        rerun, count = rerun.then(Place(count, ""), {}), count + 1
    assert count == MAX_RESTARTS + 1


def test_it_survives_json():
    rerun = Rerun({"numpy": "1"}, "/p", {"/x": "y"}, (Place(3, "numpy==1 é"),), 2, "installed")
    assert Rerun.from_json(json.loads(json.dumps(rerun.as_json()))) == rerun
