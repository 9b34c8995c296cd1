"""What uv says while it resolves, and its configuration; uv is played."""

import os

import pytest

from davos import subprocesses
from davos.onion.validator import validate_text
from davos.resolution.asked import Asked
from davos.resolution.lock_run import LockRun
from davos.resolution.lock_with_uv import resolve_with_uv
from davos.resolution.uv_configuration import deciding_files

WARNINGS = b"""Resolved 2 packages in 19ms
warning: `x==2.0` is yanked (reason: "broken")
warning: https://me:pw@h/ is slow
"""


@pytest.fixture
def config(tmp_path, monkeypatch):
    """A function that writes uv's configuration, of the user or of the system."""
    for name, variable in (("user", "XDG_CONFIG_HOME"), ("system", "XDG_CONFIG_DIRS")):
        monkeypatch.setenv(variable, str(tmp_path / name))

    def write(text, whose="user"):
        path = tmp_path / whose / "uv" / "uv.toml"
        path.parent.mkdir(parents=True)
        path.write_text(text)
        return path

    return write


def test_what_uv_warns_of_is_told_once(tmp_path, monkeypatch, config):
    def capture(argv, _env, _folder, _given=None):
        for word in argv:
            if word.startswith("--output-file="):
                with open(word.partition("=")[2], "w", encoding="utf-8") as file:
                    file.write('lock-version = "1.0"\ncreated-by = "uv"\npackages = []\n')
        return subprocesses.Captured(0, b"", WARNINGS)

    monkeypatch.setattr(subprocesses, "capture", capture)
    told = []
    asked = [Asked(validate_text("uv", "x"), "row 1")]
    resolve_with_uv("uv", LockRun("3.11", tmp_path, asked, ["x"]), told.append)
    assert told == ['`x==2.0` is yanked (reason: "broken")', "https://me:****@h/ is slow"]


@pytest.mark.skipif("os.name == 'nt'", reason="the variables are those of POSIX systems")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('prerelease = "allow"\npython-preference = "system"', "prerelease"),
        ("[[index]]\nurl = 'https://h'\n[pip]\nno-deps = true\nuniversal = true", "index, no-deps"),
        ("offline = true", None),
        ("pip = 1", None),
        ("broken = [", None),
        ("", None),
    ],
)
def test_settings_of_uv_that_decide_a_lock_are_named(config, monkeypatch, text, names):
    path = config(text)
    expected = f"{path} counts for this lock, but not when the document runs: {names}"
    assert list(deciding_files(os.environ)) == ([expected] if names else [])


@pytest.mark.skipif("os.name == 'nt'", reason="the variables are those of POSIX systems")
def test_the_configuration_of_the_system_counts_beside_the_users(config):
    paths = [config("resolution = 'lowest'"), config("no-index = true", "system")]
    found = list(deciding_files(os.environ))
    assert [one.split(" counts")[0] for one in found] == list(map(str, paths))
