"""What others wrote is escaped in every place where davos shows it."""

import io
import json
import re
import warnings
import xml.etree.ElementTree as ET
from contextlib import redirect_stderr, redirect_stdout
from types import SimpleNamespace

import pytest

from davos import asking, configuration
from davos.cli import input_files, projects_report
from davos.documents.diagnostic import Diagnostic
from davos.engine import call_site
from davos.environments.project import Project
from davos.escaping import (
    for_html,
    for_json,
    for_markdown,
    for_markdown_code,
    for_terminal,
    for_workflow_command,
    for_xml,
    one_line,
)
from davos.frontends import error_display, status
from davos.frontends.notebook import cell_status
from davos.frontends.notebook.ipython import IPythonFrontend
from davos.frontends.restart import prompt
from davos.frontends.script.python import PythonFrontend
from davos.lint.reports.style import Style
from davos.lint.reports.text import FOR_PEOPLE, REPORTERS
from davos.span import Location

HOSTILE = {
    "clear screen": "a\x1b[2Jb",
    "8-bit control": "a\x9b31mb",
    "link": "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "overwritten line": "evil\rgood",
    "backspace and bell": "a\x08\x07b",
    "reversed": "a\u202egpj.exe\u2066b\u2069",
    "marks": "a\u200f\u200e\u061cb",
    "line separator": "a\u2028b\u2029c\x85d\x0b\x0ce\x1cf",
    "github": "a\n::error::b\n  ::add-mask::c",
    "github at once": "::error::b",
    "github version 1": "a ##[error]b",
    "azure": "a ##vso[task.complete]b",
    "teamcity": "##teamcity[buildStop]",
    "end of CDATA": "a]]>b",
    "script": "a<script>alert(1)</script>\"'><b>",
    "markdown": "`a` [b](c) <img src=x>\n# d",
    "no character": "a\udc80\ud83db\ufffe\uffff",
    "null": "a\0b",
    "very long": "a\x1b" * 50_000,
    "credentials": "https://me:hunter2@x.example/simple",
}
CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]"
)
COMMAND = re.compile(r"^\s*::|##[A-Za-z]*\[", re.MULTILINE)
COLORS = re.compile(r"\x1b\[(?:0|1|31|33|34|36)m")
LEGITIMATE = "naïve café 日本語 🏳️‍🌈 שלום שָׁ می‌خواهم a\tb::c # ## é"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def printed(function, *arguments):
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        function(*arguments)
    return out.getvalue()


def reported(text, write):
    places = Location(1, 2), Location(1, 3)
    # no operating system gives half a pair in a name, and no name has two slashes
    filename = "a" if "//" in text else text.replace("\ud83d", "")
    one = Diagnostic(filename, None, *places, "DAV101", "error", text, None, text)
    return "".join(write([one]))


def terminal_status(text):
    stream = Terminal()
    status._PlainLine(stream)
    shown = status.TerminalStatus(stream)
    shown._line = status._PlainLine(stream)
    shown.show(text)
    return stream.getvalue().removeprefix("\r\x1b[K")


def asked(ask, *arguments):
    """What is handed to `input`."""
    prompts = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builtins.input", lambda text: prompts.append(text) or "n")
        patch.setattr(asking, "_can_ask", lambda: True)
        ask(*arguments)
    return "".join(prompts)


def warned(text):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call_site.warn(text)
    return str(caught[0].message)


def config_html(text):
    config = configuration.Config()
    config.establish(smuggled={text: text})
    return config._repr_html_()


class FakeProject:
    """A project with any name and packages."""

    def __init__(self, text):
        self.name = self.notebook = self.project_dir = text
        self.installed_packages = [(text, text)]

    def libraries(self):
        text = self.name
        return [SimpleNamespace(normalized_name=text, name=text, version=text, build=text)]

    def __repr__(self):
        return self.name


def survey(text):
    package = SimpleNamespace(normalized_name=text, name=text, version=text)
    base = SimpleNamespace(prefix=text, is_gone=False)
    held = SimpleNamespace(packages=[package], python="3.11", base=base)
    return SimpleNamespace(
        project=FakeProject(text), holdings=[held], size=1, last_used=None, notes=[]
    )


def error_lines(text):
    error = ValueError(text)
    error_display.mark(error, error_display.Place(text, 1, text, 1, 1))
    return "\n".join(error_display.lines_of(error))


SINKS = {
    "for_terminal": for_terminal,
    "one_line": one_line,
    "complain": lambda text: printed(input_files.complain, text),
    "a file that cannot be read": lambda text: printed(input_files.Files([]).fail, text, text),
    "show in IPython": lambda text: printed(IPythonFrontend.show, None, text),
    "show in a script": lambda text: printed(PythonFrontend().show, text),
    "status in a terminal": terminal_status,
    "status in a notebook": lambda text: cell_status._bundle([text])["text/plain"],
    "question": lambda text: asked(asking.ask, text),
    "question before deletion": lambda text: asked(asking.confirm_deletion, text, "remove"),
    "warning": warned,
    "error": error_lines,
    "projects": lambda text: projects_report.table([survey(text)]),
    "project": lambda text: projects_report.page(survey(text)),
    **{
        name: lambda text, write=write: reported(text, write)
        for name, write in REPORTERS.items()
        if name in {*FOR_PEOPLE, "pylint"}
    },
    **{
        f"{name} in colour": lambda text, write=write: COLORS.sub(
            "", reported(text, lambda found: write(found, Style(colors=True)))
        )
        for name, write in FOR_PEOPLE.items()
    },
}
ONE_LINE = {
    "one_line",
    "a file that cannot be read",
    "status in a terminal",
    "status in a notebook",
    "projects",
    "project",
    "text",
    "full",
    "text in colour",
    "full in colour",
    "concise",
    "concise in colour",
    "pylint",
}
HTML = {
    "for_html": for_html,
    "config": config_html,
    "project": lambda text: Project._repr_html_(FakeProject(text)),
    "prompt": lambda text: prompt._html(text, text),
}
every_text = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


@every_text
@pytest.mark.parametrize("name", SINKS)
def test_no_terminal_or_log_gets_a_control_or_a_command(name, text):
    out = SINKS[name](text)
    assert not CONTROLS.search(out)
    assert not COMMAND.search(out)
    assert "hunter2" not in out
    if name in ONE_LINE - {"a file that cannot be read"}:
        assert out.count("\n") == SINKS[name]("a").count("\n")


@every_text
@pytest.mark.parametrize("name", HTML)
def test_no_html_gets_markup(name, text):
    out = HTML[name](text)
    assert not CONTROLS.search(out)
    assert "<script>" not in out
    assert "hunter2" not in out
    assert re.findall(r"</?\w+", out) == re.findall(r"</?\w+", HTML[name]("a"))


@every_text
def test_github_reads_one_command(text):
    out = reported(text, REPORTERS["github"])
    assert out.count("\n") == 1
    assert out.startswith("::error title=")
    assert not CONTROLS.search(out)
    assert not COMMAND.search(out.removeprefix("::").replace("%0A", "\n"))
    assert "hunter2" not in out


@every_text
def test_junit_is_xml_without_surprises(text):
    out = reported(text, REPORTERS["junit"])
    root = ET.fromstring(out)
    assert not CONTROLS.search(out)
    assert not COMMAND.search(out)
    assert [element.tag for element in root.iter()] == [
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
    ]
    assert "]]>" not in for_xml(text)
    assert "hunter2" not in out


@every_text
@pytest.mark.parametrize("name", ["json", "gitlab", "sarif"])
def test_json_reports_are_ascii_without_commands(name, text):
    out = reported(text, REPORTERS[name])
    assert out.isascii()
    assert not COMMAND.search(out)
    assert "\x1b" not in out
    assert json.loads(for_json({"a": text})) == {"a": text}
    json.loads(out)


@every_text
def test_markdown_shows_letters(text):
    for out in (for_markdown(text), for_markdown_code(text)):
        assert not CONTROLS.search(out)
        assert "\n" not in out
        assert "hunter2" not in out
    code = for_markdown_code(text)
    fence = re.match("`+", code)[0]
    assert fence not in code[len(fence) : -len(fence)]
    assert not re.search(r"(?<!\\)[`\[\]<>#]", for_markdown(text))


def test_legitimate_text_stays():
    for sink in (for_terminal, one_line, for_html, for_xml, for_workflow_command):
        assert sink(LEGITIMATE) == LEGITIMATE
    assert for_terminal("a\n  b\n") == "a\n  b\n"


def test_what_is_escaped_can_be_read():
    assert for_terminal("a\x1b[0m\r\u202e") == "a\\x1b[0m\\r\\u202e"
    assert for_terminal("::error::a\n ::b\n##vso[c]") == "\\x3a:error::a\n \\x3a:b\n\\x23#vso[c]"
    assert one_line("a\nb") == "a\\nb"


def test_carets_stand_under_what_is_escaped():
    place = Location(1, 3), Location(1, 4)
    one = Diagnostic("a.py", None, *place, "DAV101", "error", "m", None, "a\x1b\x1bb")
    lines = "".join(REPORTERS["full"]([one])).splitlines()
    assert lines[1:4] == ["  |", "1 | a\\x1b\\x1bb", "  |      ^^^^"]
