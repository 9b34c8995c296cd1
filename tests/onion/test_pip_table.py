"""The table of pip's options, and the pip that is installed here."""

import re

import pytest

from davos.onion.options import Effect
from davos.onion.pip import PIP

commands = pytest.importorskip("pip._internal.commands")
metadata = pytest.importorskip("importlib.metadata")

# callbacks without a type: optparse says that they take a value, but gives them none
FLAGS_BY_CALLBACK = {"no_cache_dir", "no_use_pep517"}


def version(text):
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


@pytest.fixture(scope="module")
def pip_options():
    """pip's own options of `pip install`, as its parser holds them."""
    return commands.create_command("install").parser.option_list_all


def spellings(option):
    return {*option._short_opts, *option._long_opts}


def test_every_option_of_the_installed_pip_is_in_the_table(pip_options):
    known = set(PIP.by_flag)
    unknown = set().union(*map(spellings, pip_options)) - known
    assert not unknown, f"add a row for each to davos/onion/pip.py: {sorted(unknown)}"


def test_each_spelling_means_one_option(pip_options):
    for theirs in pip_options:
        ours = {PIP.by_flag[flag] for flag in spellings(theirs)}
        assert len(ours) == 1, spellings(theirs)


def test_values_types_and_choices_are_those_of_the_installed_pip(pip_options):
    for theirs in pip_options:
        ours = PIP.by_flag[next(iter(spellings(theirs)))]
        where = ours.flags
        takes_value = theirs.type is not None and ours.dest not in FLAGS_BY_CALLBACK
        assert ours.takes_value == takes_value, where
        assert bool(ours.step) == (theirs.action == "count"), where
        assert set(theirs.choices or ()) <= set(ours.choices), where
        assert bool(theirs.choices) == bool(ours.choices), where
        assert ours.many or theirs.action != "append", where
        if theirs.type in {"int", "float"}:
            assert type(ours.value("3")).__name__ == theirs.type, where


def test_options_of_this_pip_version_are_there(pip_options):
    """Rows that claim to exist in this version of pip do exist in it."""
    here = version(metadata.version("pip"))
    theirs = set().union(*map(spellings, pip_options))
    for option in PIP.options:
        since, until = version(option.first or "0"), version(option.last or "999")
        if since <= here <= until and option.effect is not Effect.DAVOS:
            assert theirs & set(option.flags), option.flags
        if here > until and option.dest != "version":
            assert not theirs & set(option.flags), option.flags


def test_rows_are_complete():
    for option in PIP.options:
        assert option.help.endswith((".", ").")), option.flags
        assert bool(option.reason) == (option.effect is Effect.REFUSE), option.flags
        assert not (option.choices and option.convert is not str), option.flags


def test_spellings_are_unique():
    flags = [flag for option in PIP.options for flag in option.flags]
    assert len(flags) == len(set(flags))


def test_destinations_are_unique_but_for_the_verbosity():
    dests = [option.dest for option in PIP.options if not option.step]
    assert len(dests) == len(set(dests))
    assert [option.flags for option in PIP.by_dest("verbosity")] == [
        ("-v", "--verbose"),
        ("-q", "--quiet"),
    ]


def test_exclusive_destinations_exist():
    for pair in PIP.exclusive:
        assert all(PIP.by_dest(dest) for dest in pair)


@pytest.mark.parametrize(
    "flag",
    "-h -V -r --requirements-from-script --group --only-deps --dry-run --report --python".split(),
)
def test_what_installs_something_else_or_nothing_is_refused(flag):
    assert PIP.by_flag[flag].effect is Effect.REFUSE


def test_locations():
    dests = {option.dest for option in PIP.options if option.effect is Effect.LOCATION}
    assert dests == {"target", "user", "root", "prefix"}
