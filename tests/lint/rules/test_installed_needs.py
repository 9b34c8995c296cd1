"""Pins that do not go together, by the metadata of what is installed."""

import sys

import pytest

from davos.distributions import index
from davos.lint import Settings, check_document, read_document
from davos.lint.rules import installed_needs


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A function that makes a distribution look installed."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    def add(name, version, *requires):
        info = tmp_path / f"{name}-{version}.dist-info"
        info.mkdir()
        needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}"
        (info / "METADATA").write_text(text)
        index.clear_caches()
        installed_needs._needs.cache_clear()

    yield add
    index.clear_caches()
    installed_needs._needs.cache_clear()


def found(*cells):
    """The rows and the messages of DAV303."""
    text = "".join(f"# %%\n{cell}\n" for cell in ("import davos", *cells))
    document = read_document(text.encode(), "case.py")
    diagnostics = check_document(document, Settings(select=("DAV303",)))
    return [(text.split("\n")[one.location.row - 1], one.message) for one in diagnostics]


PANDAS = "smuggle pandas  # pip: pandas==2.1.4"
NUMPY = "smuggle numpy  # pip: numpy==2.1.0"
MESSAGE = "numpy==2.1.0 does not go with pandas 2.1.4, which needs numpy<2,>=1.22 "


@pytest.mark.parametrize("cells", [(PANDAS, NUMPY), (NUMPY, PANDAS), (f"{PANDAS}\n{NUMPY}",)])
def test_both_sides_are_named_at_the_pin_that_is_ruled_out(installed, cells):
    installed("pandas", "2.1.4", 'numpy<2,>=1.22; python_version > "3"', "pytz")
    ((row, message),) = found(*cells)
    assert row == NUMPY
    assert message.startswith(MESSAGE)


SILENT = [
    ("pandas", "2.1.3", ("numpy<2",), (PANDAS, NUMPY)),  # another version is installed
    ("pandas", "2.1.4", ("numpy<3",), (PANDAS, NUMPY)),
    ("pandas", "2.1.4", ("numpy",), (PANDAS, NUMPY)),
    ("pandas", "2.1.4", ('numpy<2; python_version < "3"',), (PANDAS, NUMPY)),
    ("pandas", "2.1.4", ('numpy<2; extra == "all"',), (PANDAS, NUMPY)),
    ("pandas", "2.1.4", ("not a requirement",), (PANDAS, NUMPY)),
    ("pandas", "2.1.4", ("numpy<2",), (PANDAS, "smuggle numpy  # pip: numpy>=2.1")),
    ("pandas", "2.1.4", ("numpy<2",), ("smuggle pandas  # pip: pandas>=2", NUMPY)),
    ("pandas", "2.1.4", ("numpy<2",), (PANDAS, f"{NUMPY};python_version>'3'")),
    ("pandas", "2.1.4", ("numpy<2",), (f"if x:\n    {PANDAS}\nelse:\n    {NUMPY}",)),
    ("pandas", "2.1.4", ("numpy<2",), (NUMPY,)),
]


@pytest.mark.parametrize(("name", "version", "requires", "cells"), SILENT)
def test_silent_where_metadata_does_not_say_so(installed, name, version, requires, cells):
    installed(name, version, *requires)
    assert found(*cells) == []


def test_what_an_extra_needs_counts_with_the_extra(installed):
    installed("pandas", "2.1.4", 'numpy<2; extra == "all"')
    ((_, message),) = found("smuggle pandas  # pip: pandas[all]==2.1.4", NUMPY)
    assert message.startswith("numpy==2.1.0 does not go with pandas 2.1.4, which needs numpy<2 (")


def test_a_document_with_one_pin_looks_at_no_metadata(monkeypatch):
    def look(name, version, extras):
        raise AssertionError(name)

    monkeypatch.setattr(installed_needs, "_needs", look)
    assert found(PANDAS, PANDAS, "smuggle numpy") == []
    with pytest.raises(AssertionError):
        found(PANDAS, NUMPY)
