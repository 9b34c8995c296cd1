"""What `davos.project` may be set to, and what is said of it."""

import sys

import lark
import pytest

from davos.configuration import Config
from davos.environments import search_path
from davos.environments.project import Project
from davos.exceptions import DavosConfigError, DavosProjectError, ProjectNotebookNotFoundError
from davos.frontends.session import Session


class Frontend:
    def __init__(self):
        self.shown = []

    def show(self, text):
        self.shown.append(text)


@pytest.fixture
def session(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    session = Session(Frontend(), Config(), "default")
    session.start()
    yield session
    search_path.deactivate()


def test_none_is_told_once(session):
    for value in (None, "x", None):
        session.settings.project = value
    assert session.frontend.shown == [
        f"davos installs into the environment itself now: {sys.prefix}"
    ]
    assert session.settings.project is None


def test_none_is_not_told_when_nothing_is_to_be_shown(session):
    session.settings.suppress_stdout = True
    session.settings.project = None
    assert session.frontend.shown == []


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("/x/gone.ipynb", ProjectNotebookNotFoundError),
        (Project("/x/gone.ipynb"), ProjectNotebookNotFoundError),
        ("", DavosProjectError),
        (3, DavosConfigError),
    ],
)
def test_what_cannot_be_used_changes_nothing(session, value, error):
    with pytest.raises(error):
        session.settings.project = value
    assert session.settings.project == Project("default")
    assert session.frontend.shown == []


def test_a_notebook_that_has_come_back_can_be_used(session, tmp_path):
    project = Project(tmp_path / "a.ipynb")
    (tmp_path / "a.ipynb").write_text("")
    session.settings.project = project
    assert repr(session.settings.project) == f"Project({str(tmp_path / 'a.ipynb')!r})"


def test_a_notebook_whose_path_is_not_on_this_machine_still_has_its_default_project():
    session = Session(Frontend(), Config(), "/x/gone.ipynb")
    session.start()
    assert session.settings.project.name == "/x/gone.ipynb"
    search_path.deactivate()


def test_a_freeze_lists_what_was_smuggled_from_the_environment_and_what_that_needs(session):
    session.settings.smuggled.update(lark="pip;lark", json="pip;", unknown_module="pip;")
    assert session.freeze() == f"lark=={lark.__version__}"


@pytest.mark.parametrize("call", [(3,), (None,), (["six"],), ("six", 3), ("six", None, 3)])
def test_a_call_with_something_else_than_text_says_how_a_statement_is_written(session, call):
    session.settings.debug = True  # the front end here presents no errors
    with pytest.raises(TypeError, match="it is usually written as a statement, like import: `smug"):
        session.smuggle(*call)
