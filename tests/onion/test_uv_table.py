"""The table of uv's options, and the uv that is installed here."""

import os
import re
import subprocess

import pytest

from davos.exceptions import OnionArgumentError
from davos.installers.uv_command import find_uv
from davos.onion.options import Effect, Reach
from davos.onion.uv import UV
from davos.onion.validator import refuse_in_project, validate_text

_ROW = re.compile(
    r"^ {2,6}(?:(?P<short>-\w), )?(?P<long>--[\w-]+)(?P<count>\.\.\.)?(?: <(?P<value>[^>]+)>)?",
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def uv_options():
    """Option -> its short spelling, its value's name, and the text below it, by uv's help."""
    uv = find_uv()
    if uv is None:
        pytest.skip("there is no uv here")
    wide = {**os.environ, "COLUMNS": "200"}  # of a narrow terminal the choices are broken
    command = [uv, "pip", "install", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, env=wide)
    rows = list(_ROW.finditer(shown.stdout))
    ends = [row.start() for row in rows[1:]] + [len(shown.stdout)]
    return {row["long"]: (row, shown.stdout[row.end() : end]) for row, end in zip(rows, ends)}


def test_every_option_of_the_installed_uv_is_in_the_table(uv_options):
    assert len(uv_options) > 60, "the help is read by halves"
    shorts = {row["short"] for row, _ in uv_options.values() if row["short"]}
    unknown = {*uv_options, *shorts} - set(UV.by_flag)
    assert not unknown, f"add a row for each to davos/onion/uv.py: {sorted(unknown)}"


def test_short_spellings_values_and_repetition_are_those_of_the_installed_uv(uv_options):
    for flag, (row, _) in uv_options.items():
        ours = UV.by_flag[flag]
        assert row["short"] is None or row["short"] in ours.flags, flag
        assert ours.takes_value == bool(row["value"]), flag
        assert bool(ours.step) == bool(row["count"]), flag


def test_choices_are_among_those_of_the_installed_uv(uv_options):
    for flag, (_, text) in uv_options.items():
        listed = re.search(r"\[possible\s+values: ([^\]]+)\]", text)
        theirs = {word.strip() for word in listed[1].split(",")} if listed else set()
        assert set(UV.by_flag[flag].choices) <= theirs, flag


def test_rows_of_every_version_exist_in_this_one(uv_options):
    for option in UV.options:
        if option.first is None and option.effect is not Effect.DAVOS and option.dest != "pre":
            assert set(option.flags) & set(uv_options), option.flags


def test_rows_are_complete():
    for option in UV.options:
        assert option.help.endswith((".", ").")), option.flags
        assert bool(option.reason) == (option.effect is Effect.REFUSE), option.flags
        assert (option.reach is Reach.NOWHERE) == (option.effect is Effect.REFUSE), option.flags


def test_spellings_and_destinations_are_unique():
    flags = [flag for option in UV.options for flag in option.flags]
    dests = [option.dest for option in UV.options if not option.step]
    assert len(flags) == len(set(flags))
    assert len(dests) == len(set(dests))


def test_exclusive_destinations_exist():
    assert all(UV.by_dest(dest) for pair in UV.exclusive for dest in pair)


@pytest.mark.parametrize(
    "words",
    [
        *("-r x", "--group x", "--overrides x", "--excludes x", "--dry-run", "--check", "--exact"),
        *("--python x", "--system", "--user", "--project .", "--directory .", "--config-file x"),
        *("--no-verify-hashes", "--managed-python", "--output-format json", "--all-extras"),
    ],
)
def test_what_installs_something_else_or_elsewhere_is_refused(words):
    with pytest.raises(OnionArgumentError, match="is not allowed in an onion comment"):
        validate_text("uv", f"six {words}")


@pytest.mark.parametrize(
    "words",
    [
        *(
            "--target x",
            "--prefix x",
            "--cache-dir /x",
            "--cert x",
            "--keyring-provider subprocess",
        ),
        *("-C a=../x", "--config-settings-package six:a=/x"),
    ],
)
def test_what_reaches_out_of_a_project_is_refused_there(words):
    with pytest.raises(OnionArgumentError, match=r"leave it out, or set davos\.project"):
        refuse_in_project(validate_text("uv", f"six {words}"), "/project", "the project")


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ("--prerelease allow", {"prerelease": "allow"}),
        ("-P six -U", {"upgrade_package": ["six"], "upgrade": True}),
        ("-vvq", {"verbosity": 1}),
        ("-i=https://h/simple -f=x", {"index_url": "https://h/simple", "find_links": ["x"]}),
        ("--index-strategy=unsafe-best-match", {"index_strategy": "unsafe-best-match"}),
        ("--force-reinstall", {"force_reinstall": True}),
    ],
)
def test_options_mean_what_uv_takes_them_for(words, options):
    assert validate_text("uv", f"six {words}").options == options


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--prereleas allow", "uv install has no option --prereleas; did you mean --prerelease?"),
        ("--prerelease maybe", "--prerelease takes one of disallow, allow, if-necessary"),
        ("--link-mode symlink", "--link-mode takes one of clone, copy, hardlink"),
        ("--index https://h/${HOME}", "--index takes a value without variables"),
        ("-f ${HOME}", "-f takes a value without variables"),
        ("--proxy x", "uv install has no option --proxy"),
    ],
)
def test_what_uv_does_not_take_is_an_error_at_the_word(words, message):
    with pytest.raises(OnionArgumentError) as caught:
        validate_text("uv", f"six {words}")
    assert message in str(caught.value)
