"""`davos guide`: Markdown in a pipe, rendered in a terminal."""

import re
import sys

import pytest

from davos.cli.main import main
from davos.guide.pages import TOPICS, in_shell, markdown
from davos.lint.registry import page


class Terminal:
    """A terminal that keeps what is written to it."""

    encoding = "utf-8"

    def __init__(self):
        self.text = ""

    def isatty(self):
        return True

    def write(self, text):
        self.text += text

    def flush(self):
        pass


@pytest.fixture
def terminal(monkeypatch):
    """Run a command in a terminal: `terminal("guide") -> what it shows`."""
    monkeypatch.setenv("TERM", "xterm")
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments):
        terminal = Terminal()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", terminal)
            assert main(arguments) == 0
        return terminal.text

    return run


@pytest.mark.parametrize("topic", TOPICS)
def test_a_pipe_gets_the_markdown(davos, topic):
    assert davos("guide", topic) == (0, markdown(topic, in_shell), "")


def test_without_a_topic_the_topics_are_listed(davos):
    status, out, err = davos("guide")
    assert (status, err) == (0, "")
    assert all(f"**{topic}**: " in out for topic in TOPICS)


def test_a_rule_is_explained_as_check_does(davos):
    assert (
        davos("guide", "dav301") == davos("check", "--explain", "DAV301") == (0, page("DAV301"), "")
    )


def test_an_unknown_topic_is_wrong_use(davos):
    status, out, err = davos("guide", "projcts")
    assert (status, out) == (2, "")
    assert err.endswith("the guide has no page 'projcts'; did you mean projects?\n")


def test_a_terminal_gets_the_page_rendered(terminal, monkeypatch):
    pytest.importorskip("rich")
    monkeypatch.setenv("COLUMNS", "100")
    shown = terminal("guide", "projects")
    assert "\x1b[" in shown
    assert "Projects" in shown
    assert "# Projects" not in shown
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert max(map(len, plain.splitlines())) <= 100


@pytest.mark.parametrize("topic", TOPICS)
def test_tables_are_complete_in_a_terminal_of_80_columns(terminal, topic, monkeypatch):
    pytest.importorskip("rich")
    monkeypatch.setenv("COLUMNS", "80")
    assert "\N{HORIZONTAL ELLIPSIS}" not in terminal("guide", topic)


def test_without_rich_a_terminal_gets_the_markdown(terminal, monkeypatch):
    for name in ("rich", "rich.console", "rich.markdown"):
        monkeypatch.setitem(sys.modules, name, None)
    assert terminal("guide", "projects") == markdown("projects", in_shell)


def test_a_dumb_terminal_gets_the_markdown(terminal, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    assert terminal("guide", "projects") == markdown("projects", in_shell)
