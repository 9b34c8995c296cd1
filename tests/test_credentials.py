"""Credentials in URLs are masked as pip does, and found where they should not be."""

import time

import pytest
from pip._internal.utils.misc import redact_auth_from_url

from davos.credentials import (
    blanked,
    credentials,
    masked,
    masked_words,
    without_credentials,
)

LIKE_PIP = [
    "https://me:secret@x.org/simple",
    "https://token@x.org/simple",
    "https://me:@x.org/",
    "https://:secret@x.org/",
    "https://me:s3@cret@x.org:8443/a?b=c@d#e@f",
    "git+https://me:secret@x.org/a.git@main#egg=a",
    "http://[::1]:8080/a",
    "https://x.org/a@1.0",
    "https://x.org//a@1.0",
    "https://x.org?a@b",
]


def test_a_token_in_the_path_of_a_conda_channel_is_found_and_masked():
    url = "https://me:secret@conda.example/t/ab-12345678/channel"
    assert [url[span.start : span.end] for span in credentials(url)] == ["me:secret", "ab-12345678"]
    assert masked(url) == "https://me:****@conda.example/t/****/channel"
    assert masked(masked(url)) == masked(url)
    assert len(blanked(url)) == len(url)
    assert "12345678" not in blanked(url)
    assert list(credentials("https://x.org/t/$TOKEN/channel")) == []


@pytest.mark.parametrize("url", LIKE_PIP)
def test_urls_are_masked_as_pip_masks_them(url):
    assert masked(url) == redact_auth_from_url(url)
    assert masked(masked(url)) == masked(url)


@pytest.mark.parametrize(
    "text",
    [
        "six==1.16.0",
        "git+ssh://me@x.org/a.git",
        "git+https://git@x.org/a.git",
        "me@x.org",
        "six @ https://x.org/six.whl",
        "'https://x.org' and 'me@x.org'",
        "",
    ],
)
def test_what_holds_no_credentials_stays(text):
    assert masked(text) == blanked(text) == without_credentials(text) == text
    assert list(credentials(text)) == []


def test_all_urls_of_a_text_are_masked():
    text = "-i https://a:b@x.org/ --extra-index-url=https://c@y.org/\n(ftp://d:e@z.org)"
    assert masked(text) == (
        "-i https://a:****@x.org/ --extra-index-url=https://****@y.org/\n(ftp://d:****@z.org)"
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--proxy", "me:pw@x.org:80", "six"], ["--proxy", "me:****@x.org:80", "six"]),
        (["--proxy=me:pw@x.org:80"], ["--proxy=me:****@x.org:80"]),
        (["--proxy", "http://me:pw@x.org"], ["--proxy", "http://me:****@x.org"]),
        (["-i", "https://me:pw@x.org", "a@b"], ["-i", "https://me:****@x.org", "a@b"]),
    ],
)
def test_words_of_a_command_line_are_masked_one_by_one(words, expected):
    assert masked_words(words) == expected
    assert masked(" ".join(words)) == " ".join(expected)


def test_a_line_of_source_keeps_its_columns():
    line = "smuggle six  # pip: six -i https://me:secret@x.org/simple  # why"
    assert len(blanked(line)) == len(line)
    assert "secret" not in blanked(line)
    assert blanked(line).endswith("@x.org/simple  # why")


def test_a_recorded_url_has_no_user_at_all():
    assert without_credentials("https://me:secret@x.org/a") == "https://x.org/a"
    assert without_credentials("https://token@x.org/a") == "https://x.org/a"


@pytest.mark.parametrize(
    "secret", ["${TOKEN}", "$TOKEN", "{token}", "{{token}}", "<token>", "****"]
)
def test_placeholders_are_no_credentials(secret):
    assert list(credentials(f"https://{secret}@x.org/ https://me:{secret}@x.org/")) == []


@pytest.mark.parametrize("part", ["://", "--proxy=", "--proxy ", "@", "://a:b@", "a+", "--proxy=a"])
def test_masking_takes_linear_time(part):
    started = time.process_time()
    masked(part * 100_000 + "@")
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://h/t/to-ken/main broke", "https://h/t/****/main broke"),
        ("https://h:1/conda/t/to-ken/main", "https://h:1/conda/t/****/main"),
        ("https://u:p@h/t/x/main/noarch", "https://u:****@h/t/****/main/noarch"),
        ("https://h/t/last", "https://h/t/last"),
        ("/home/t/x/main", "/home/t/x/main"),
    ],
)
def test_the_token_of_a_conda_channel_is_masked(text, shown):
    assert masked(text) == masked(shown) == shown
