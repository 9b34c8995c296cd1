"""What holds for any onion comment."""

from functools import cache, lru_cache

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from onion_cases import EDITABLES, OPTIONS
from pip_requirements_parser import PipError

from davos.exceptions import OnionParserError
from davos.onion import requirement as module
from davos.onion.options import Effect
from davos.onion.pip import PIP
from davos.onion.requirement_syntax import RequirementError
from davos.onion.validator import validate_text
from davos.onion.words import split

FRAGMENTS = [
    *("numpy", "==1.0", ">=", "1", "six", "@", "https://h/x.zip", "git+https://h/r@v#egg=a"),
    *("[", "]", ",", ";", "python_version", '"3"', "'3'", "and", "(", ")", "~", "=", "-e", "."),
    *("'", '"', "--", "-", "-r", "-v", "-U", "--target", "--log=a", "=", "--timeout", "3"),
    *("${X}", "&&", "rm", "\\", "#", "\u00a0", "\ud800", "\x00", "foo.whl", "a/b", "~/c", "é"),
]
SPACE = st.sampled_from(["", " ", "  ", "\t"])
ARGS = st.lists(st.tuples(st.sampled_from(FRAGMENTS), SPACE), max_size=9).map(
    lambda pairs: "".join(piece + space for piece, space in pairs)
)
ANY = st.one_of(st.text(max_size=60), ARGS)


@given(ANY)
@example("((((((((((" * 20)
@example("x;" + "(" * 3000 + "'a'=='a'" + ")" * 3000)
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_an_onion_or_an_error_of_its_family(args):
    onion, error = attempt(args)
    if onion is None:
        start, end = error.span
        assert 0 <= start < end <= len("# pip: ") + max(1, len(args))
        return
    assert onion.requirement.text
    assert not onion.requirement.text.lstrip().startswith("-")
    assert not onion.requirement_words[-1].startswith("-")


def attempt(args):
    try:
        return validate_text("pip", args), None
    except OnionParserError as error:
        return None, error


REQUIREMENT = st.sampled_from(
    ["numpy", "six==1.0", "foo >= 1", "a[b]", "https://h/x.zip", "a @ https://h/x.zip", "./d", "/d"]
)


@given(REQUIREMENT, REQUIREMENT, st.sampled_from(["", "-v", "-U --pre", "--timeout 3"]))
def test_two_requirements_are_never_accepted(one, other, options):
    with pytest.raises(OnionParserError):
        validate_text("pip", f"{one} {options} {other}")


WORD_TEXT = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=8
)


@given(st.lists(WORD_TEXT.filter(lambda text: "'" not in text), max_size=5))
def test_quoting_a_word_keeps_its_text(words):
    assert [word.text for word in split(" ".join(f"'{word}'" for word in words))] == words


@given(ANY)
def test_words_are_where_they_say(args):
    try:
        words = split(args)
    except ValueError:
        return
    if "'" not in args and '"' not in args:
        assert [args[word.start : word.end] for word in words] == [word.text for word in words]
    assert all(one.end < other.start for one, other in zip(words, words[1:]))


NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,4}[A-Za-z0-9])?", fullmatch=True)
EXTRAS = st.sampled_from(["", "[a]", "[b,A]", "[a,a]"])
VERSIONS = st.sampled_from(["1", "1.0.0", "1!2", "1.0+cu118", "2.*", "1.0rc1", "x", "1.0.zip", ""])
CLAUSES = st.tuples(st.sampled_from("== === >= <= ~= != < > =".split()), VERSIONS).map("".join)
PLAIN = st.tuples(NAMES, EXTRAS, st.lists(CLAUSES, max_size=3).map(",".join)).map("".join)


@given(PLAIN)
@example("foo.zip")
@example("foo==1.0.tar.gz")
@settings(max_examples=300, deadline=None)
def test_plain_requirements_are_read_as_pip_reads_them(text):
    """The short way through packaging and the long way through pip's code say the same."""
    assert outcome(text) == outcome(text, short=False)


def outcome(text, *, short=True):
    refusals = RequirementError if short else (RequirementError, ValueError, PipError)
    try:
        if short:
            return module.parse(text)
        return module._requirement(text, module._build(text, editable=False), editable=False)
    except refusals:
        return None


def rows():
    usable = [row for row in PIP.options if row.effect not in {Effect.REFUSE, Effect.DAVOS}]
    # pip takes --no-use-pep517 only where setuptools and wheel are installed
    return [row for row in usable if row.dest not in {"editable", "no_use_pep517"}]


VALUES = {
    "retries": "3",
    "resume_retries": "3",
    "timeout": "2.5",
    "config_settings": "a=b",
    "python_version": "3.11",
    "uploaded_prior_to": "2024-12-31",
}


@lru_cache(maxsize=1)
def pip_parser():
    """The option parser of the installed pip's install command."""
    return pytest.importorskip("pip._internal.commands").create_command("install").parser


@cache
def choices_here(row):
    """The choices of an option that the installed pip has, too."""
    options = pip_parser().option_list_all
    theirs = {c for o in options if names(o) & {*row.flags} for c in o.choices or ()}
    return [choice for choice in row.choices if choice in theirs or not theirs] or ["a/b"]


@st.composite
def option_words(draw):
    row = draw(st.sampled_from(rows()))
    flag = draw(st.sampled_from(row.flags))
    if not row.takes_value:
        return [flag]
    value = VALUES.get(row.dest) or draw(st.sampled_from(choices_here(row)))
    glue = draw(st.sampled_from(["word", "glued"]))
    if glue == "word":
        return [flag, value]
    return [f"{flag}={value}" if flag.startswith("--") else flag + value]


@given(st.lists(option_words(), max_size=4), st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_pip_reads_the_words_as_we_do(options, data):
    """What we accept, pip's own parser accepts, with one requirement and the same options."""
    place = data.draw(st.integers(0, len(options)))
    pieces = [*options[:place], ["six==1.16.0"], *options[place:]]
    onion, error = attempt(" ".join(word for piece in pieces for word in piece))
    if onion is None:
        assert "cannot be combined" in error.msg
        return
    parser = pip_parser()
    if not all(pip_has(parser, dest, value) for dest, value in onion.options.items()):
        return
    for words in (list(onion.args), [*onion.option_words, *onion.requirement_words]):
        values, positional = parse(parser, words)
        assert positional == ["six==1.16.0"]
        check_values(parser, values, onion.options)


BY_DAVOS = {row.dest for row in PIP.options if row.effect is Effect.DAVOS}


@pytest.mark.parametrize("args", [*OPTIONS, *EDITABLES])
def test_pip_finds_one_requirement_where_we_do(args):
    onion = validate_text("pip", args)
    parser = pip_parser()
    ours = {dest: value for dest, value in onion.options.items() if dest not in BY_DAVOS}
    if not all(pip_has(parser, dest, value) for dest, value in ours.items()):
        pytest.skip("an option or a value that this pip does not have")
    values, positional = parse(parser, [*onion.option_words, *onion.requirement_words])
    assert [*positional, *values.editables] == [onion.requirement.text]
    check_values(parser, values, ours)


def pip_has(parser, dest, value):
    """Whether this version of pip knows the option, all its spellings and the value's choice."""
    theirs = [
        o for row in PIP.by_dest(dest) for o in parser.option_list_all if names(o) & {*row.flags}
    ]
    known = set().union(*map(names, theirs))
    choices = theirs[0].choices if theirs else None
    values = value if isinstance(value, list) else [value]
    spelled = {flag for row in PIP.by_dest(dest) for flag in row.flags}
    return spelled == known and value != "P7D" and (not choices or {*values} <= {*choices})


def names(option):
    return {*option._short_opts, *option._long_opts}


def parse(parser, words):
    from optparse import OptionParser

    # pip's own class adds defaults from its configuration; the grammar is optparse's
    plain = OptionParser(add_help_option=False)
    for group in [parser, *parser.option_groups]:
        for option in group.option_list:
            plain.add_option(option)
    # a list that is a default is shared by all parses
    for dest, default in parser.defaults.items():
        plain.defaults[dest] = list(default) if isinstance(default, list) else default
    return plain.parse_args(words)


def check_values(parser, values, options):
    theirs = {flag: o for o in parser.option_list_all for flag in o._short_opts + o._long_opts}
    for dest, value in options.items():
        if dest == "verbosity":
            assert values.verbose - values.quiet == value
            continue
        option = next(
            theirs[flag] for row in PIP.by_dest(dest) for flag in row.flags if flag in theirs
        )
        if option.action in {"store", "append"}:
            assert getattr(values, option.dest) == value
