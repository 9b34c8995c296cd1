"""One table of pip lines, and every reader of their words: see `pip_line_cases`."""

import json
import shlex

import pytest
from packaging.requirements import Requirement
from pip_line_cases import CASES, MARK

from davos.convert.pip_lines import foldable_lines
from davos.documents.parsed_cell import ParsedCell
from davos.documents.reader import read_document
from davos.exceptions import OnionParserError
from davos.lint.checker import check_document
from davos.lint.settings import Settings
from davos.onion.arguments import OptionUse
from davos.onion.options import Effect, Folding
from davos.onion.pip import PIP
from davos.onion.pip_command import install_lines, read_command
from davos.onion.validator import validate_text

SMUGGLES = "".join(f"smuggle {name}\n" for name in ("numpy", "six", "rich", "pandas", "tool"))
PREFIXES = [
    *("%pip", "!pip", "!pip3", "!python -m pip", "!{sys.executable} -m pip", "!uv pip"),
    *(
        "%pip -q",
        "!pip --no-input  -qq",
        "!python3 -I -m pip -v",
        "%pip --progress-bar off",
    ),
]


def written(case):
    return case.args.replace(MARK, "", 1)


def document(*sources):
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    cells = [{**code, "source": source} for source in sources]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return read_document(json.dumps(content).encode(), "a.ipynb")


every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: written(case))


@every_case
def test_the_validator(case):
    args = written(case)
    try:
        onion = validate_text("pip", args)
    except OnionParserError as error:
        start, end = error.span
        assert (error.code, f"# pip: {args}"[start:end]) == case.strict
    else:
        assert (onion.requirement.text, dict(onion.options)) == case.strict


def findings(line):
    smuggling = document(f"{line}\nimport davos", SMUGGLES)
    return check_document(smuggling, Settings(select=("DAV308",)))


def converted(line):
    cells = document(line)
    return list(foldable_lines(ParsedCell(cells, cells.cells[0])))


@every_case
def test_check(case):
    found = findings(f"!pip install {written(case)}")
    assert len(found) == (case.check is not None)
    if case.check is not None:
        assert found[0].message.endswith(f" {', '.join(case.check)}")
        assert (found[0].fix is not None) is case.fix


@every_case
def test_convert(case):
    lines = converted(f"!pip install {written(case)}")
    assert len(lines) == (case.convert is not None)
    if case.convert is not None:
        requirements, options = case.convert
        found = [one.text for _, one in lines[0].requirements if one]
        assert found == [str(Requirement(text)) for text in requirements]
        assert list(lines[0].options) == options


@pytest.mark.parametrize("prefix", PREFIXES)
def test_check_and_convert_read_each_spelling_of_the_command(prefix):
    line = f"{prefix} install -Uq numpy==1.26.4"
    assert [found.message.rpartition(" ")[2] for found in findings(line)] == ["numpy==1.26.4"]
    assert [one.names()["numpy"].text for one in converted(line)] == ["numpy==1.26.4"]


@pytest.mark.parametrize(
    "line", ["!pip uninstall numpy", "!pipx install numpy", "!echo pip install numpy"]
)
def test_check_and_convert_leave_other_commands_alone(line):
    assert findings(line) == []
    assert converted(line) == []


@pytest.mark.parametrize(
    ("before", "options"),
    [
        ("-q", ["-q"]),
        ("--proxy http://h:1 -v", ["--proxy", "-v"]),
        ("--log install", ["--log"]),
        ("--log 'a install b'", ["--log"]),
        ("", []),
    ],
)
def test_options_before_install_are_options_of_the_command(before, options):
    (line,) = install_lines(f"x = 1\n%pip {before} install -U numpy  # why")
    assert [use.flag for use in line.command.options] == [*options, "-U"]
    assert [word.text for word in line.command.requirements] == ["numpy"]
    assert line.command.is_plain


@pytest.mark.parametrize(
    "line",
    ["%pip -q uninstall install numpy", "%pip --log install numpy", "%pip -q show x install y"],
)
def test_a_word_install_that_is_not_the_command_is_left_alone(line):
    assert list(install_lines(line)) == []


def test_what_prevents_the_conversion_prevents_it_before_install_too():
    assert converted("%pip --target lib install numpy") == []
    assert converted("%pip --log $HOME/x install numpy") == []
    assert converted("%pip --no-such install numpy") == []
    assert converted("%pip -q > log install numpy") == []


def test_convert_leaves_the_other_words_as_they_are_written():
    (line,) = converted("!pip install -qU  'numpy>=1'  \"rich[a]\" --pre six  # why")
    assert line.without({"numpy"}) == '!pip install -qU  "rich[a]" --pre six'
    assert line.without({"numpy", "six", "rich"}) is None
    (line,) = converted("%pip -q  install numpy six")
    assert line.without({"numpy"}) == "%pip -q  install six"


# ---- the editor ----


def asked(case):
    """A cell with the case as an onion comment, and the offset of the marked place."""
    pytest.importorskip("lsprotocol", reason="the language server is an extra: davos[lsp]")
    from davos.lsp.open_cells import script_file
    from davos.lsp.open_documents import OpenText
    from davos.lsp.positions import Text

    text = f"smuggle numpy  # pip: {case.args}"
    offset = text.index(MARK)
    opened = OpenText("file:///a.py", 1, "python", Text(text.replace(MARK, "", 1), "utf-16"))
    return script_file(opened, "a.py").cells[0], offset


@pytest.mark.parametrize("case", [case for case in CASES if case.hover], ids=written)
def test_hover(case):
    cell, offset = asked(case)
    from davos.lsp.hover import hover

    assert hover(cell, offset, lambda *_: []).contents.value.startswith(case.hover)


def completed(cell, offset):
    """The suggestions where nothing is installed, and no index offers anything."""
    from davos.distributions.available_versions import Offer
    from davos.lsp.completion import completions

    return completions(cell, offset, lambda *_: [], lambda _typed: Offer(())).items


@pytest.mark.parametrize("case", [case for case in CASES if case.completes], ids=written)
def test_completion(case):
    cell, offset = asked(case)
    labels = [one.label for one in completed(cell, offset)]
    assert sorted(labels) == sorted(case.completes)


@pytest.mark.parametrize("start", ["-", "--", "--no"])
def test_completion_of_what_is_not_yet_an_option(start):
    cell, offset = asked(CASES[0]._replace(args=f"numpy {start}{MARK}"))
    labels = {one.label for one in completed(cell, offset)}
    assert {"--no-deps", "--no-index"} <= labels


# ---- pip itself ----


def options_here(parser, args):
    """Whether the installed pip knows what davos takes for options, and all their spellings."""
    uses = [one for one in read_command(args).arguments if isinstance(one, OptionUse)]
    theirs = {flag for one in parser.option_list_all for flag in one._short_opts + one._long_opts}
    return all(theirs >= set(use.option.flags) - {"--pypi-url"} for use in uses)


PLAIN = [case for case in CASES if read_command(written(case)).is_plain]


@pytest.mark.parametrize("case", PLAIN, ids=written)
def test_pip_finds_the_same_words_and_refuses_the_same_options(case):
    args = written(case)
    command = read_command(args)
    words = shlex.split(args, comments=True)
    assert [word.text for word in command.words] == words
    commands = pytest.importorskip("pip._internal.commands")
    parser = commands.create_command("install").parser
    if not options_here(parser, args):
        pytest.skip("an option that this pip does not have")
    try:
        values, positional = parser.parse_args(words)
    except SystemExit:
        assert not command.is_valid
        return
    assert command.is_valid
    named = [*positional, *values.editables]
    assert sorted(word.text for word in command.requirements) == sorted(named)


def test_what_an_onion_comment_refuses_prevents_the_folding_of_a_line():
    refused = [option for option in PIP.options if option.effect is Effect.REFUSE]
    assert refused
    assert {option.folding for option in refused} == {Folding.PREVENT}
