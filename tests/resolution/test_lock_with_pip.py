"""What pip's report says, as a lock has it; pip and hg are played."""

import json
import sys
from pathlib import Path

import pytest

from davos import subprocesses
from davos.exceptions import LockError
from davos.onion.validator import validate_text
from davos.resolution.asked import Asked
from davos.resolution.lock_run import LockRun
from davos.resolution.lock_with_pip import resolve_with_pip

NODE = "0123456789abcdef" * 2 + "01234567"
WHERE = {"sys_platform": "linux", "platform_machine": "x", "platform_system": "Linux"}


@pytest.fixture
def played(monkeypatch):
    """A function that sets what pip reports of a package, and what hg answers."""

    def play(source, answer=(0, f"{NODE}\n"), output=""):
        commands = []

        def capture(argv, _env, _folder, _given=None):
            commands.append(list(argv))
            if argv[0] == "hg":
                return subprocesses.Captured(answer[0], answer[1].encode(), b"abort")
            (report,) = (word for word in argv if word.startswith("--report="))
            metadata = {"name": "x", "version": "1"}
            item = {"metadata": metadata, "download_info": source, "is_direct": True}
            text = json.dumps({"environment": WHERE, "install": [item]})
            Path(report.partition("=")[2]).write_text(text)
            return subprocesses.Captured(0, b"", output.encode())

        monkeypatch.setattr(subprocesses, "capture", capture)
        return commands

    return play


def resolved(tmp_path, tell=lambda _: None):
    asked = [Asked(validate_text("pip", "hg+https://h/x"), "row 1")]
    here = "{}.{}".format(*sys.version_info)
    (package,) = resolve_with_pip(LockRun(here, tmp_path, asked, ["x"]), tell)["packages"]
    return package["vcs"]


def source(commit, revision=None):
    info = {"vcs": "hg", "commit_id": commit}
    if revision:
        info["requested_revision"] = revision
    return {"url": "https://h/x", "vcs_info": info}


@pytest.mark.parametrize(
    ("commit", "revision", "asked"),
    [("12", None, "default"), ("12", "stable", "stable"), ("12", NODE, None), (NODE, "a", None)],
)
def test_a_changeset_of_mercurial_has_its_full_id(tmp_path, played, commit, revision, asked):
    commands = played(source(commit, revision))
    assert resolved(tmp_path)["commit-id"] == NODE
    words = ["hg", "identify", "--debug", "--id", f"--rev={asked}", "--", "https://h/x"]
    assert commands[1:] == ([words] if asked else [])


@pytest.mark.parametrize("answer", [(255, ""), (0, "12"), (0, f"{NODE}+")])
def test_a_changeset_without_a_full_id_is_an_error(tmp_path, played, answer):
    played(source("12"), answer)
    with pytest.raises(
        LockError, match=r"the changeset of https://h/x is not known: give its full id"
    ):
        resolved(tmp_path)


OUTPUT = """Collecting x
WARNING: x 1 does not provide the extra 'y'
WARNING: Running pip as the 'root' user can result in broken permissions
WARNING: The candidate selected for download or install is a yanked version: 'x' candidate
Reason for being yanked: broken
WARNING: Location 'https://me:pw@h/w' is ignored: it is either a non-existing path or lacks a scheme
"""


def test_what_pip_warns_of_the_packages_is_told(tmp_path, played):
    told = []
    played(source(NODE), output=OUTPUT)
    resolved(tmp_path, told.append)
    assert [one.split(":")[0] for one in told] == [
        "x 1 does not provide the extra 'y'",
        "The candidate selected for download or install is a yanked version",
        "Location 'https",
    ]
    assert told[1].endswith("'x' candidate Reason for being yanked: broken")
    assert "pw" not in told[2]
