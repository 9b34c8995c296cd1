"""The user's line and word that an error of davos comes from."""

import linecache
import sys

import pytest

import davos
from davos.configuration import Config
from davos.engine import call_site
from davos.exceptions import DavosError, DavosProjectError
from davos.frontends.error_display import LONGEST, Place, lines_of, mark
from davos.frontends.user_line import is_missing_name, user_place

# A cell, and what the carets are below; `config` is a configuration of the test's own.
MARKED = {
    "a value of another type": ("config.auto_rerun = 'yes'", "'yes'"),
    "a file that is not there": ("x = 1\nconfig.pip_executable = '/no/such'", "'/no/such'"),
    "a file behind other Unicode": (
        "é = '\u00e9'; config.pip_executable = '/no/\u00e9'",
        "'/no/é'",
    ),
    "a field that does not exist": ("config.supress_stdout = True", "supress_stdout"),
    "a field that does not exist, read": ("print(config.supress_stdout)", "supress_stdout"),
    "a field that is read-only": ("config.environment = 'x'", "environment"),
    "a keyword": ("configure(active=True, debug=1)", "1"),
    "a keyword on another row": ("configure(\n    debug=True,\n    activ=True,\n)", "activ"),
    "several targets": ("y = config.debug = 3", "3"),
    "a value over several rows": ("config.debug = [\n    1,\n]", "["),
    "a project": ("config.project = 'a/../b\\\\x'", "'a/../b\\\\x'"),
    "a project among keywords": ("configure(debug=True, project='a\\\\x')", "'a\\\\x'"),
    "a function of davos": ("get_project('a\\\\x')", "'a\\\\x'"),
    "a line with a magic before it": ("get_ipython()\nconfig.debug = 2", "2"),
    "in a function": ("def f():\n    config.debug = 2\nf()", "2"),
    "a line that says nothing of it": ("setattr(config, name, 2)", ""),
}


@pytest.fixture
def failing(monkeypatch):
    """A function that runs a cell that fails, and returns the error."""

    def refuse(value):
        raise DavosProjectError(f"no project can have this name: {value!r}")

    from davos.configuration import Binding

    config = Config()
    config.bind(project=Binding(lambda: None, lambda _: None, _checking(refuse)))
    scope = {
        "config": config,
        "configure": _in_davos("def configure(config, fields): config.update(fields)")(config),
        "get_project": _checking(refuse),
        "get_ipython": int,
        "name": "debug",
        "smuggle": len,
    }

    def run(text):
        lines = text.splitlines(keepends=True)
        monkeypatch.setitem(linecache.cache, "<cell>", (len(text), None, lines, "<cell>"))
        try:
            exec(compile(text, "<cell>", "exec"), scope)
        except DavosError as error:
            return error
        return pytest.fail("no error")

    return run


def _in_davos(text):
    """A function whose frame is one of davos; its keywords are its last argument."""
    scope = {}
    exec(compile(text, davos.__file__, "exec"), scope)
    function = next(one for name, one in scope.items() if not name.startswith("__"))

    def bound(first):
        inner = "def call(**fields): return function(first, fields)"
        made = {"function": function, "first": first}
        exec(compile(inner, davos.__file__, "exec"), made)
        return made["call"]

    return bound


def _checking(refuse):
    made = {"refuse": refuse}
    exec(compile("def check(value): return refuse(value)", davos.__file__, "exec"), made)
    return made["check"]


@pytest.mark.parametrize("case", MARKED)
def test_the_carets_are_below_the_word(failing, case):
    text, marked = MARKED[case]
    error = failing(text)
    place = user_place(error, error.__traceback__, lambda _: "Cell In[1]")
    assert place.filename == "Cell In[1]"
    assert place.line in text.splitlines()
    assert place.line[place.column : place.column + place.width] == marked


def test_the_whole_error_is_a_few_lines(failing):
    error = failing("config.supress_stdout = True")
    mark(error, user_place(error, error.__traceback__))
    assert lines_of(error) == [
        "  <cell>, line 1",
        "    config.supress_stdout = True",
        "           ^^^^^^^^^^^^^^",
        f"UnknownFieldError: {error}",
    ]
    assert len(lines_of(error)) <= LONGEST


def test_a_name_that_davos_does_not_have_is_marked(monkeypatch):
    lines = ["davos.projct\n"]
    monkeypatch.setitem(linecache.cache, "<cell>", (len(lines[0]), None, lines, "<cell>"))
    with pytest.raises(AttributeError, match="did you mean 'project'") as raised:
        exec(compile(lines[0], "<cell>", "exec"), {"davos": davos})
    error = raised.value
    place = user_place(error, error.__traceback__.tb_next)
    assert is_missing_name(error)
    assert place.line[place.column : place.column + place.width] == "projct"
    assert not is_missing_name(AttributeError("x"))


def test_a_line_that_was_translated_is_shown_as_it_was_written(failing):
    text = "smuggle os; config.debug = 2"
    translated = "smuggle('os'); config.debug = 2"
    call_site.remember_text(translated, text)
    error = failing(translated)
    assert user_place(error, error.__traceback__) == Place("<cell>", 1, text)


def test_an_error_that_no_code_of_a_user_called_has_no_place():
    assert user_place(DavosError("x"), None) is None


def test_without_its_text_a_place_has_a_row(failing, monkeypatch):
    error = failing("config.debug = 2")
    monkeypatch.delitem(linecache.cache, "<cell>")
    place = user_place(error, error.__traceback__)
    assert (place.row, place.line, place.width) == (1, "", 0)


def test_the_innermost_code_of_the_user_counts(failing):
    error = failing("def f(value):\n    config.debug = value\n\nf(3)")
    place = user_place(error, error.__traceback__)
    assert (place.row, place.line) == (2, "    config.debug = value")
    assert "davos" in sys.modules
