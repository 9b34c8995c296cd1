"""A local path is installed again when what it holds changed."""

from __future__ import annotations

import os

import pytest

from davos.environments import local_sources
from davos.onion.validator import validate_text


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "src"
    (made / "pkg").mkdir(parents=True)
    (made / "pyproject.toml").write_text("[project]\nname = 'pkg'\n")
    (made / "pkg" / "__init__.py").write_text("v = 1\n")
    return made


CHANGES = {
    "content": (lambda f: (f / "pkg" / "__init__.py").write_text("v = 2\n"), True, False),
    "new file": (lambda f: (f / "pkg" / "b.py").write_text(""), True, False),
    "renamed": (lambda f: (f / "pkg" / "__init__.py").rename(f / "pkg" / "c.py"), True, False),
    "build file": (lambda f: (f / "pyproject.toml").write_text("[project]\n"), True, True),
    "time only": (lambda f: os.utime(f / "pyproject.toml", (1, 1)), False, False),
    "bytecode": (lambda f: (f / "pkg" / "x.pyc").write_text(""), False, False),
    "git": (lambda f: (f / ".git").mkdir(), False, False),
    "build folder": (lambda f: (f / "build").mkdir(), False, False),
    "egg-info": (lambda f: (f / "pkg.egg-info").mkdir(), False, False),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("editable", [False, True])
def test_a_fingerprint_changes_with_what_is_built(folder, name, editable):
    change, changed, changed_editable = CHANGES[name]
    before = local_sources.fingerprint(folder, editable=editable)
    change(folder)
    differs = local_sources.fingerprint(folder, editable=editable) != before
    assert differs == (changed_editable if editable else changed)


def test_a_files_fingerprint_is_its_content(tmp_path):
    file = tmp_path / "a.whl"
    file.write_bytes(b"1")
    before = local_sources.fingerprint(file)
    os.utime(file, (1, 1))
    assert local_sources.fingerprint(file) == before
    file.write_bytes(b"2")
    assert local_sources.fingerprint(file) != before


def test_nothing_is_known_of_a_path_never_installed(folder):
    requirement = validate_text("pip", str(folder)).requirement
    assert local_sources.unchanged(requirement, None) is None
