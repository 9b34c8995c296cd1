"""A lock from a resolver's answer; nothing is resolved here."""

import pytest

from davos.documents.reader import read_text
from davos.environments.local_sources import fingerprint
from davos.exceptions import LockError
from davos.resolution.lock_making import Wishes, make_lock

HASHES = {"sha256": "0" * 64}
WHEEL = {"url": "https://me:pw@h/six-1-py3-none-any.whl", "hashes": HASHES}
SIX = {"name": "six", "version": "1", "wheels": [WHEEL]}
WISHES = Wishes("3.11")


@pytest.fixture
def made(tmp_path):
    """Lock a text whose resolver answers with some packages; what it was asked is in `runs`."""

    def make(text, *packages, wishes=WISHES, before=None, tool=None):
        def resolve(run):
            made_.runs.append(run)
            answer = {"lock-version": "1.0", "packages": list(packages)}
            return {**answer, "tool": tool} if tool else answer

        return make_lock(read_text(text, str(tmp_path / "a.py")), wishes, before, resolve)

    made_ = make
    made_.runs = []
    return make


def test_a_document_without_requirements_has_no_lock(made):
    assert made("import six") is None
    assert made("smuggle os") is None
    assert made.runs == []


def test_a_lock_says_what_was_locked_and_how(made):
    wishes = Wishes("3.11", as_of="2023-10-01", cutoff="2023-10-02T00:00:00Z")
    text = (
        "smuggle six  # pip: six --pre\nsmuggle a\nsmuggle b  # pip: b==1\nsmuggle b  # pip: b==2"
    )
    lock = made(text, SIX, wishes=wishes, tool={"davos": {"platform": "Linux x86_64"}})
    assert lock.requirements == ("six --pre", "b==1", "b==2")
    assert (lock.python, lock.as_of, lock.platform) == ("3.11", "2023-10-01", "Linux x86_64")
    assert len(lock.notes) == 1
    assert str(lock.pylock.requires_python) in {"<3.12,>=3.11", ">=3.11,<3.12"}
    assert made.runs[0].options == {"pre": ["six"], "uploaded_prior_to": "2023-10-02T00:00:00Z"}
    assert made.runs[0].lines == ["six>=0.dev0", "a", "b==1"]


def test_what_was_locked_before_goes_to_the_resolver(made):
    lock = made("smuggle six", SIX)
    made("smuggle six", SIX, before=lock, wishes=Wishes("3.11", upgrade_packages=("six",)))
    assert made.runs[1].before == lock.pylock.to_dict()
    assert made.runs[1].upgrade_packages == ("six",)


def test_no_secret_comes_into_a_lock(made):
    vcs = {"type": "git", "url": "https://me:pw@h/b", "commit-id": "1" * 40}
    index = {**SIX, "index": "https://me:pw@h/simple"}
    lock = made(
        "smuggle six  # pip: six -i https://me:pw@h/simple", index, {"name": "b", "vcs": vcs}
    )
    assert "pw" not in str(lock.pylock.to_dict())
    assert lock.pylock.packages[0].wheels[0].url == "https://h/six-1-py3-none-any.whl"


def test_files_below_the_document_are_named_from_there(made, tmp_path):
    file = {"url": (tmp_path / "w" / "six-1-py3-none-any.whl").as_uri(), "hashes": HASHES}
    lock = made("smuggle six", {**SIX, "wheels": [file]})
    assert lock.pylock.packages[0].wheels[0].path == "w/six-1-py3-none-any.whl"
    assert lock.notes == ()


def test_files_of_this_machine_are_noted(made):
    file = {"url": "file:///opt/w/six-1-py3-none-any.whl", "hashes": HASHES}
    lock = made("smuggle six", {**SIX, "wheels": [file]})
    assert lock.pylock.packages[0].wheels[0].path == "/opt/w/six-1-py3-none-any.whl"
    assert lock.notes == (
        (
            "files of this machine, which others may not have, are in the lock: "
            "/opt/w/six-1-py3-none-any.whl"
        ),
    )


def test_the_contents_of_a_local_folder_are_remembered(made, tmp_path):
    folder = tmp_path / "lib"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    lock = made("smuggle lib  # pip: ./lib", {"name": "lib", "directory": {"path": str(folder)}})
    assert lock.pylock.packages[0].directory.path == "lib"
    assert lock.trees == {"lib": fingerprint(folder)}


@pytest.mark.parametrize(("digit", "count"), [("0", 1), ("1", 1), ("2", None)])
def test_only_files_with_the_hashes_of_an_onion_comment_are_locked(made, digit, count):
    other = {"url": "https://h/six-1-cp311-cp311-win_amd64.whl", "hashes": {"sha256": "1" * 64}}
    text = f"smuggle six  # pip: six --hash=sha256:{digit * 64}"
    package = {**SIX, "wheels": [WHEEL, other]}
    if count is None:
        with pytest.raises(LockError, match=r"no file of six 1 has a hash of six .*\(row 1\)"):
            made(text, package)
    else:
        (file,) = made(text, package).pylock.packages[0].wheels
        assert file.hashes == {"sha256": digit * 64}


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        ("if x:\n    smuggle six", 'sys_platform == "win32"'),
        ("smuggle six", None),
        ("if x:\n    smuggle six\nsmuggle six", None),
    ],
)
def test_a_package_for_one_system_in_a_branch_is_limited_to_it(made, text, marker):
    file = {"url": "https://h/six-1-cp311-cp311-win_amd64.whl", "hashes": HASHES}
    lock = made(text, {**SIX, "wheels": [file]})
    found = lock.pylock.packages[0].marker
    assert (None if found is None else str(found)) == marker
