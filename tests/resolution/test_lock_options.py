"""What pip and uv are given for the options and the settings of a document."""

from pathlib import Path

import pytest

from davos.exceptions import LockError
from davos.installers.uv_equivalents import NoEquivalentError
from davos.onion.uv import UV
from davos.onion.validator import validate_text
from davos.resolution.asked import Asked
from davos.resolution.lock_options import arguments_for_uv, words_for_pip
from davos.resolution.lock_request import shared_options
from davos.resolution.lock_run import LockRun, run_options

FOLDER = Path("/doc")
QUIET = {"PIP_CONFIG_FILE": "/dev/null"}
PYPI = "https://pypi.org/simple"


def run(*comments):
    """A run for comments such as `uv: six --no-deps`."""
    onions = [validate_text(*comment.split(": ", 1)) for comment in comments]
    asked = [Asked(onion, f"row {row}") for row, onion in enumerate(onions, 1)]
    return LockRun("3.11", FOLDER, asked, [], run_options(asked, shared_options(asked), FOLDER))


def for_uv(*comments, **environ):
    return arguments_for_uv(run(*comments), {**QUIET, **environ})


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("six", []),
        ("six -U --reinstall --offline", []),
        ("six --prerelease allow", ["--prerelease-package=six=allow"]),
        ("six --pre", ["--prerelease-package=six=allow"]),
        ("six --prerelease disallow", ["--prerelease=disallow"]),
        ("six --index-url https://a/", ["--default-index=https://a/"]),
        ("six --default-index https://a/", ["--default-index=https://a/"]),
        ("six --index https://a/ --index https://b/", ["--index=https://a/", "--index=https://b/"]),
        ("six -f wheels", ["--find-links=/doc/wheels"]),
        ("six --no-build", ["--only-binary=six"]),
        ("six --exclude-newer 2024-01-01", ["--exclude-newer=2024-01-01"]),
        ("six --index-strategy first-index", ["--index-strategy=first-index"]),
        ("six --resolution lowest-direct", ["--resolution=lowest-direct"]),
        ("six --no-sources --no-deps", ["--no-deps", "--no-sources"]),
        ("six --torch-backend cpu", ["--torch-backend=cpu"]),
        ("six --trusted-host h", ["--allow-insecure-host=h"]),
    ],
)
def test_a_document_for_uv_gives_its_options_to_uv(comment, words):
    found = for_uv(f"uv: {comment}")
    assert list(found.words) == words
    assert {word.partition("=")[0] for word in words} <= set(UV.by_flag)


def test_uvs_variables_count_for_a_document_for_uv_and_pips_do_not():
    found = for_uv("uv: six", UV_DEFAULT_INDEX="https://u/", PIP_INDEX_URL="https://p/")
    assert (found.lines, found.env["UV_DEFAULT_INDEX"]) == ((), "https://u/")


def test_pips_settings_count_for_any_other_document_and_uvs_variables_do_not(tmp_path):
    (tmp_path / "pip.conf").write_text("[global]\nno-binary = six\n[install]\nretries = 7\n")
    environ = {
        "PIP_CONFIG_FILE": str(tmp_path / "pip.conf"),
        "PIP_INDEX_URL": "https://me:pw@p/",
        "PIP_EXTRA_INDEX_URL": "https://q/",
        "PIP_CONSTRAINT": "limits.txt",
        "PIP_UPGRADE": "1",
        "UV_DEFAULT_INDEX": "https://u/",
    }
    found = for_uv("pip: numpy", "uv: six", **environ)
    assert found.lines == ("--extra-index-url https://me:pw@p/", "--index-url https://q/")
    assert found.words[:2] == ("--index-strategy", "unsafe-best-match")
    assert {"--no-binary=six", "--constraints=/doc/limits.txt"} == set(found.words[2:])
    assert found.env["UV_HTTP_RETRIES"] == "7"
    assert "UV_DEFAULT_INDEX" not in found.env


def test_options_of_both_installers_go_together():
    found = for_uv("pip: numpy --pre --extra-index-url https://a/", "uv: six --index https://b/")
    assert found.words[2:] == ("--index=https://b/", "--prerelease-package=numpy=allow")
    assert found.lines == (f"--extra-index-url {PYPI}", "--index-url https://a/")


@pytest.mark.parametrize(
    ("comment", "what"),
    [("six --ignore-requires-python", "--ignore-requires-python"), ("hg+https://h/r", "hg")],
)
def test_what_uv_cannot_do_is_named(comment, what):
    with pytest.raises(NoEquivalentError, match=what):
        for_uv(f"pip: {comment}")


def test_pip_is_not_given_what_only_uv_has():
    assert list(words_for_pip(run("uv: six --default-index https://a/ --no-build"))) == [
        "--only-binary=six",
        "--index-url=https://a/",
    ]
    message = (
        r"pip has no --resolution, which six --resolution=lowest \(row 1\) gives: uv is needed"
    )
    with pytest.raises(LockError, match=message):
        list(words_for_pip(run("uv: six --resolution lowest")))
