"""Onion comments that mean the same have one text."""

import pytest

from davos.onion.asked_text import DECISIVE, asked_text
from davos.onion.conda import CONDA
from davos.onion.options import Folding
from davos.onion.pip import PIP
from davos.onion.uv import UV
from davos.onion.validator import validate_text


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ("six", "six"),
        ("Foo_Bar >= 1, <2", "foo-bar<2,>=1"),
        ("foo[b,a]==1.0", "foo[a,b]==1.0"),
        ("foo==1 ; sys_platform=='win32'", 'foo==1 ; sys_platform == "win32"'),
        ("-U --force-reinstall -vv --no-cache-dir foo", "foo"),
        ("--pre foo", "foo --pre"),
        ("foo --find-links b --extra-index-url a", "foo --extra-index-url=a --find-links=b"),
        ("foo -i https://me:pw@h/simple", "foo --index-url=https://me:****@h/simple"),
        ("./foo", "./foo"),
        ("-e ./foo", "-e ./foo"),
        ("git+https://h/foo@v1#egg=foo", "git+https://h/foo@v1#egg=foo"),
        ("foo @ https://me:pw@h/foo-1.tar.gz", "foo @ https://me:****@h/foo-1.tar.gz"),
    ],
)
def test_a_text_holds_what_decides_about_the_files_and_no_secret(args, text):
    assert asked_text(validate_text("pip", args)) == text


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ("foo --default-index https://h/", "foo --index-url=https://h/"),
        ("foo --prerelease allow", "foo --pre"),
        ("foo --prerelease if-necessary-or-explicit --resolution highest", "foo"),
        ("foo --prerelease explicit", "foo --prerelease=explicit"),
        ("foo --no-build", "foo --only-binary=:all:"),
        ("foo --exclude-newer 2024-01-01 -U", "foo --exclude-newer=2024-01-01"),
        ("foo --resolution lowest --no-sources", "foo --no-sources --resolution=lowest"),
    ],
)
def test_options_of_uv_are_those_of_pip_where_they_mean_the_same(args, text):
    assert asked_text(validate_text("uv", args)) == text


def test_each_decisive_option_is_one_of_an_installer():
    known = {option.dest for table in (PIP, UV, CONDA) for option in table.options}
    assert set(DECISIVE) - known == set()


def test_each_option_of_uv_about_versions_or_places_is_decisive_or_has_another_spelling():
    """Upgrading is about what is installed, and where passwords are is about connections."""
    about = {option.dest for option in UV.options if option.folding is Folding.KEEP}
    assert about - set(DECISIVE) == {"default_index", "no_build"}


def test_each_option_of_conda_that_is_kept_in_a_lock_is_decisive():
    assert {one.dest for one in CONDA.options if one.folding is Folding.KEEP} <= set(DECISIVE)


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ("six -c b -c a", "conda: six --channel=b --channel=a"),
        ("-c a six=1.16 -y", "conda: six[version='1.16.*'] --channel=a"),
        ("six --strict-channel-priority", "conda: six --strict-channel-priority"),
        ("six -c https://h/t/tk-1/x", "conda: six --channel=https://h/t/****/x"),
        ("six -c https://me:pw@h/x", "conda: six --channel=https://me:****@h/x"),
    ],
)
def test_channels_in_their_order_and_their_priority_are_asked_for(args, text):
    assert asked_text(validate_text("conda", args)) == text
