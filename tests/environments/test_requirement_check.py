"""Versions that PEP 440 cannot read, and URLs of one repository."""

import pytest

from davos.environments.requirement_check import bare_url, contains


@pytest.mark.parametrize(
    ("specifier", "version", "found"),
    [
        ("", "1.0", True),
        (">=1", "2.0a1", True),
        ("<1", "2.0", False),
        ("=>1", "1.0", None),
    ],
)
def test_a_specifier_contains_a_version_or_nobody_can_tell(specifier, version, found):
    assert contains(specifier, version) is found


@pytest.mark.parametrize(
    "url",
    [
        "git+https://example.org/x/y.git",
        "git+https://example.org/x/y.git@v1",
        "git+https://example.org/x/y.git@feature/one",
        "git+https://token@Example.org/x/y.git#subdirectory=a",
    ],
)
def test_the_urls_of_one_repository_are_one(url):
    assert bare_url(url) == "https://example.org/x/y.git"


def test_an_archive_keeps_an_at_sign_in_its_name():
    assert bare_url("https://example.org/y@1.zip#sha256=0") == "https://example.org/y@1.zip"
