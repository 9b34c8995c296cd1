"""An error of a smuggle as its user sees it."""

import linecache
import sys

import pytest

from davos.exceptions import InstallerError, OnionArgumentError, SmugglerError
from davos.frontends.error_display import (
    LONGEST,
    Place,
    lines_of,
    mark,
    place_of,
    without_davos_frames,
)
from davos.onion.validator import option_error, validate_text

# The text of a cell, the row that runs, the arguments of its call, and what the carets mark.
MARKED = {
    "the requirement": ("smuggle a as b  # pip: -U a==1.0", 1, ("a", "-U a==1.0"), "a==1.0"),
    "a quoted one": ("smuggle a  # pip: 'a >= 1' -U", 1, ("a", "'a >= 1' -U"), "'a >= 1'"),
    "the module": ("smuggle a, b.c", 1, ("b.c", ""), "b.c"),
    "the name taken from a module": ("from a smuggle b, c", 1, ("a.c", ""), "c"),
    "the last statement of a line": (
        "smuggle a; smuggle b  # pip: b==2",
        1,
        ("b", "b==2"),
        "b==2",
    ),
    "an onion on another row": (
        "x = 1\nfrom a smuggle (\n    b,\n)  # pip: a==1",
        2,
        ("a.b", "a==1"),
        "a==1",
    ),
    "nothing where the row holds no statement": ("x = f()", 1, ("a", ""), ""),
}


# An onion comment, what the validator or the engine refuses of it, and what the carets mark.
REFUSED_WORDS = {
    "an option with its value": ("a==1 --log f -U", ("log", "f"), "--log f"),
    "an option with a joined value": ("--log=f a==1", ("log", "f"), "--log=f"),
    "the second of one option": ("a -c x  -c y", ("constraint", "y"), "-c y"),
    "a quoted value": ("a --src '../x y'", ("src", "../x y"), "--src '../x y'"),
    "a flag among joined ones": ("-vU a", ("upgrade", "True"), "U"),
    "a short option": ("-e ./x --src ../y", ("src", "../y"), "--src ../y"),
}


class Frame:
    """What of a frame is looked at."""

    def __init__(self, filename, row):
        self.f_code = type("Code", (), {"co_filename": filename})
        self.f_lineno = row
        self.f_globals = {}


@pytest.fixture
def cell():
    """Puts a text into `linecache`, as IPython does; gives its name."""

    def put(text):
        linecache.cache["<a cell>"] = len(text), None, text.splitlines(keepends=True), "<a cell>"
        return "<a cell>"

    yield put
    linecache.cache.pop("<a cell>", None)


@pytest.mark.parametrize("case", MARKED)
def test_the_carets_are_below_the_word_that_it_is_about(cell, case):
    text, row, (name, args), marked = MARKED[case]
    place = place_of(Frame(cell(text), row), name, args)
    assert place.line[place.column : place.column + place.width] == marked
    assert place.line in text


@pytest.mark.parametrize("case", REFUSED_WORDS)
def test_the_carets_are_below_the_option_that_the_engine_refuses(cell, case):
    args, (dest, value), marked = REFUSED_WORDS[case]
    error = option_error(validate_text("pip", args), dest, value, "no")
    name = cell(f"x = 1; smuggle a  #pip:  {args}")
    place = place_of(Frame(name, 1), "a", args, within=error.argument_span)
    assert place.line[place.column : place.column + place.width] == marked


def test_the_carets_are_below_the_word_that_the_validator_refuses():
    with pytest.raises(OnionArgumentError) as raised:
        validate_text("pip", "a==1  --no-such x")
    start, end = raised.value.argument_span
    assert "a==1  --no-such x"[start:end] == "--no-such"


def test_without_its_text_a_place_has_a_row():
    assert place_of(Frame("<nowhere>", 3), "a", "a==1") == Place("<nowhere>", 3)


def test_an_error_shows_line_carets_and_sentence():
    error = SmugglerError("there is no a 2")
    mark(error, Place("Cell In[3]", 2, "\tsmuggle a  # pip: a==2", 19, 4))
    assert lines_of(error) == [
        "  Cell In[3], line 2",
        "    smuggle a  # pip: a==2",
        "                      ^^^^",
        "SmugglerError: there is no a 2",
    ]


def test_the_innermost_statement_counts():
    error = SmugglerError("no")
    mark(error, Place("inner.py", 1))
    mark(error, Place("outer.py", 2))
    assert lines_of(error) == ["  inner.py, line 1", "SmugglerError: no"]


def test_the_end_of_the_installers_output_is_shown_without_its_noise():
    output = "\n".join(["Looking in indexes: x", *(f"row {n}" for n in range(40)), "WARNING: w"])
    error = InstallerError("pip failed", returncode=1, cmd=["pip"], output=output)
    mark(error, Place("s.py", 1, "smuggle a", 8, 1))
    lines = lines_of(error)
    assert len(lines) == LONGEST
    assert lines[3] == "InstallerError: pip failed"
    assert lines[4].startswith("[33 lines more")
    assert lines[-1] == "row 39"


def test_long_lines_of_output_are_cut():
    error = InstallerError("pip failed", returncode=1, cmd=["pip"], output="x" * 10_000)
    assert max(map(len, lines_of(error))) < 300


def test_an_interrupt_is_one_line():
    assert lines_of(KeyboardInterrupt("nothing was changed")) == [
        "KeyboardInterrupt: nothing was changed"
    ]


def test_frames_of_davos_are_taken_away_and_those_of_the_package_stay():
    namespace = {"__name__": "package"}
    exec(compile("def broken():\n    raise OSError('x')", "package.py", "exec"), namespace)
    own = sys.modules["davos.frontends.error_display"].__file__
    scope = {"broken": namespace["broken"]}
    try:
        exec(compile("broken()", own, "exec"), scope)
    except OSError as error:
        inner = without_davos_frames(error.__traceback__.tb_next)
    assert inner.tb_frame.f_code.co_filename == "package.py"


def test_a_syntax_error_does_not_name_a_line_of_the_arguments():
    error = OnionArgumentError("no such option", ("<onion comment>", 1, 1, "# pip: x"))
    mark(error, Place("Cell In[1]", 2, "davos.smuggle('x', args_str='-q')"))
    assert lines_of(error)[-1] == "OnionArgumentError: no such option"
