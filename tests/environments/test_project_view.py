"""A project shows its packages, its size and its lock where it is displayed, its name in lists."""

from __future__ import annotations

import pytest

from davos.environments.project import Project
from davos.environments.project_view import lock_of, project_text

FILES = {
    "nb.ipynb": ('{"metadata": {"davos": {"lock": {"lock-version": "1.0"}}}}', "nb.ipynb"),
    "plain.ipynb": ("{}", None),
    "s.py": ("", "pylock.s.toml"),
    "other.py": ("", None),
}


@pytest.mark.parametrize("name", FILES)
def test_the_lock_is_the_notebooks_or_beside_the_script(name, tmp_path):
    text, expected = FILES[name]
    (tmp_path / name).write_text(text)
    (tmp_path / "pylock.s.toml").write_text("")
    (tmp_path / "pylock.nb.toml").write_text("")
    assert lock_of(tmp_path / name) == expected


def test_no_document_and_no_file_have_no_lock(tmp_path):
    assert lock_of(None) is None
    assert lock_of(tmp_path / "gone.ipynb") is None


def test_ipython_shows_a_project_in_full_and_its_name_in_a_list(fill):
    pretty = pytest.importorskip("IPython.lib.pretty").pretty
    project = fill(Project("x"), "six", "1.0")
    first, *rest = pretty(project).splitlines()
    assert first.startswith("Project('x'): 1 package, ")
    assert first.endswith("B, no lock")
    assert rest == ["  six 1.0"]
    assert pretty([project]) == "[Project('x')]"
    assert "1 package, " in project._repr_html_()
    assert repr(project) == "Project('x')"


def test_a_hundred_packages_are_named():
    text = project_text("p", [("a", "1")] * 102, "facts")
    assert text.splitlines()[::100] == ["p: facts", "  a 1"]
    assert text.endswith("\n  and 2 more")
