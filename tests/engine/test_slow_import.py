"""An import that takes longer than two seconds is told of, by a clock that the test turns."""

from __future__ import annotations

import importlib
import sys

import pytest

from davos.engine.slow_import import SlowImport


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of four modules; importing one takes a second of the test's clock."""
    folder = tmp_path / "dvlarge"
    folder.mkdir()
    names = [f"part{number}" for number in range(4)]
    for name in names:
        (folder / f"{name}.py").write_text("")
    (folder / "__init__.py").write_text("".join(f"from dvlarge import {one}\n" for one in names))
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in [one for one in sys.modules if one.startswith("dvlarge")]:
        del sys.modules[name]


@pytest.fixture
def clock():
    times = iter(range(100))
    return lambda: next(times) * 0.9


def test_a_slow_import_is_told_of_and_taken_back(package, clock):
    shown, before = [], list(sys.meta_path)
    with SlowImport("dvlarge", shown.append, clock):
        importlib.import_module("dvlarge")
    assert shown == [
        "importing dvlarge (2 s)",
        "importing dvlarge (3 s)",
        "importing dvlarge (4 s)",
        "",
    ]
    assert sys.meta_path == before


def test_a_fast_import_is_not(package):
    shown = []
    with SlowImport("dvlarge", shown.append, lambda: 0.0):
        importlib.import_module("dvlarge")
    assert shown == []


def test_an_import_within_another_is_a_part_of_it(package, clock):
    shown = []
    with SlowImport("outer", shown.append, clock), SlowImport("inner", shown.append, clock):
        importlib.import_module("dvlarge")
    assert {text.partition(" (")[0] for text in shown} == {"importing outer", ""}


def test_a_line_that_cannot_be_shown_fails_no_import(package, clock):
    def fail(text):
        if text:
            raise OSError("the terminal is gone")

    with SlowImport("dvlarge", fail, clock):
        assert importlib.import_module("dvlarge").part3
