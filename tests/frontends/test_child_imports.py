"""Modules that smuggle, in a process of a project's Python: what is looked at, and what is not."""

from __future__ import annotations

import sys
from importlib.machinery import SourceFileLoader

import pytest

import davos
from davos.environments import activation, overlay
from davos.frontends import child_process, import_hook
from davos.frontends.child_imports import ChildFinder, begin
from davos.frontends.import_hook import SmuggleLoader

SMUGGLES = "smuggle six  # pip: six==1.0\n"


@pytest.fixture
def child(tmp_path, monkeypatch):
    """A folder of modules, in a process that a notebook has started."""
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(davos, "has_session", lambda: False)
    turned_on = []
    monkeypatch.setattr(child_process, "_turn_on", turned_on.append)
    import_hook.set_hooked(False)
    begin()

    def find(name, text):
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
        spec = ChildFinder.find_spec(name)
        return type(spec.loader), len(turned_on)

    return find


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (SMUGGLES, (SmuggleLoader, 1)),
        ("print('smuggle')\n", (SourceFileLoader, 0)),
        ("x = 1\n", (SourceFileLoader, 0)),
    ],
)
def test_davos_is_turned_on_for_modules_that_smuggle_only(child, text, found):
    assert child("dv_child_module", text) == found


def test_only_files_with_the_word_are_shown_to_davos(child, monkeypatch):
    monkeypatch.setattr(child_process, "adopted", lambda name, spec: pytest.fail(f"shown: {name}"))
    assert child("dv_plain_module", "x = 1\n") == (SourceFileLoader, 0)
    assert ChildFinder.find_spec("davos") is None
    assert ChildFinder.find_spec("dv_no_such_module") is None


def test_without_davos_modules_are_as_python_finds_them(child, monkeypatch):
    monkeypatch.setitem(sys.modules, "davos.frontends.child_process", None)
    monkeypatch.delattr("davos.frontends.child_process")
    assert child("dv_child_module", SMUGGLES) == (SourceFileLoader, 0)


def test_a_process_that_turned_davos_off_is_left_alone(child, monkeypatch):
    monkeypatch.setattr(davos, "has_session", lambda: True)
    assert child("dv_child_module", SMUGGLES) == (SourceFileLoader, 0)


def test_a_process_that_turned_davos_on_keeps_its_project(child, monkeypatch):
    monkeypatch.setattr(child_process, "hooked", lambda: True)
    assert child("dv_child_module", SMUGGLES) == (SmuggleLoader, 0)


@pytest.mark.parametrize("inherited", [True, False])
def test_a_projects_path_file_looks_at_modules_where_the_variable_is_set(
    tmp_path, monkeypatch, inherited
):
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.delenv(activation.CHILD_IMPORTS, raising=False)
    if inherited:
        monkeypatch.setenv(activation.CHILD_IMPORTS, "1")
    before = len(sys.meta_path)
    overlay.ensure(tmp_path / "project", [], [])
    path_file = next((tmp_path / "project").rglob("*.pth"))
    (line,) = path_file.read_text("ascii").splitlines()
    assert line.startswith("import ")
    exec(line, {})
    assert len(sys.meta_path) - before == inherited


def test_a_finder_is_added_once(child):
    begin()
    assert sys.meta_path.count(ChildFinder) == 1
    assert child("dv_plain_module", "x = 1\n") == (SourceFileLoader, 0)


def test_smuggle_statements_that_are_off_are_off_in_processes_too(monkeypatch):
    monkeypatch.delenv(activation.CHILD_IMPORTS, raising=False)
    activation.translate_in_children(on=True)
    assert activation.CHILD_IMPORTS not in activation.variables()  # no project is active
    monkeypatch.setenv(activation.CHILD_IMPORTS, "1")
    activation.translate_in_children(on=False)
    assert activation.CHILD_IMPORTS not in activation.variables()
