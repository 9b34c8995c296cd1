"""Whether a lock is what its document asks for, and what changed between two locks."""

import hashlib

import pytest

from davos.documents.reader import read_text
from davos.resolution.lock_check import changes, out_of_date
from davos.resolution.lock_document import parse_lock
from davos.resolution.lock_making import Wishes, make_lock

HASHES = {"sha256": "0" * 64}


def package(name, version="1"):
    file = {"url": f"https://h/{name}-{version}-py3-none-any.whl", "hashes": HASHES}
    return {"name": name, "version": version, "wheels": [file]}


def lock(folder, text, *packages):
    answer = {"lock-version": "1.0", "packages": list(packages)}
    document = read_text(text, str(folder / "a.py"))
    return make_lock(document, Wishes("3.11"), None, lambda _run: answer)


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("smuggle six  # pip: six==1", []),
        ("x = 1\n\nsmuggle Six  # pip: Six == 1 -vv", []),
        ("smuggle six  # pip: six==1\nsmuggle six", []),
        ("smuggle six  # pip: six==2", ["six==2 (row 1) is not what was locked",
                                        "six==1 was locked and is not asked for any more"]),
        ("smuggle six  # pip: six==1 --pre", ["six==1 --pre (row 1) is not what was locked",
                                              "six==1 was locked and is not asked for any more"]),
        ("", ["six==1 was locked and is not asked for any more"]),
        ("smuggle six  # pip: six==1\nsmuggle b", ["b (row 2) is not what was locked"]),
    ],
)  # fmt: skip
def test_other_onion_comments_are_noticed(tmp_path, text, reasons):
    before = lock(tmp_path, "smuggle six  # pip: six==1", package("six"))
    after = read_text(text, str(tmp_path / "a.py"))
    assert out_of_date(after, before, tmp_path) == reasons


@pytest.mark.parametrize(
    ("text", "held", "reasons"),
    [
        ("smuggle six  # pip: six==2", ["1"], ["six==2 (row 1): the lock holds six 1"]),
        ("smuggle six  # pip: six>=2", ["1"], ["six>=2 (row 1): the lock holds six 1"]),
        ("smuggle six  # pip: six>=1", ["1"], []),
        ("smuggle six  # pip: six==2", ["1", "2"], []),
        ("smuggle six  # pip: six==1\nsmuggle six  # pip: six==2", ["1"], []),
        ("smuggle six", ["1"], []),
        ("smuggle six  # pip: six==2; python_version < '3'", [], []),
    ],
)
def test_versions_of_a_lock_that_was_edited_or_merged_are_noticed(tmp_path, text, held, reasons):
    document = read_text(text, str(tmp_path / "a.py"))
    edited = lock(tmp_path, text, *(package("six", version) for version in held))
    assert out_of_date(document, edited, tmp_path) == reasons


def test_a_document_that_asks_for_something_needs_a_lock(tmp_path):
    for text in ("smuggle six", "smuggle six  # conda: six=1.16"):
        assert out_of_date(read_text(text, "a.py"), None, tmp_path) == ["it has no lock"]
    assert out_of_date(read_text("import six", "a.py"), None, tmp_path) == []


def test_a_local_folder_that_changed_is_noticed(tmp_path):
    (tmp_path / "lib").mkdir()
    text = "smuggle lib  # pip: ./lib"
    before = lock(tmp_path, text, {"name": "lib", "directory": {"path": "lib"}})
    document = read_text(text, str(tmp_path / "a.py"))
    assert out_of_date(document, before, tmp_path) == []
    (tmp_path / "lib" / "new.py").touch()
    assert out_of_date(document, before, tmp_path) == [
        "the folder lib has changed since it was locked"
    ]


def test_a_marker_that_is_never_true_needs_no_lock(tmp_path):
    document = read_text("smuggle six  # pip: six ; python_version < '3.10'", "a.py")
    assert out_of_date(document, None, tmp_path, "3.11") == []
    assert out_of_date(document, None, tmp_path, "3.9") == ["it has no lock"]


def test_a_local_file_that_changed_is_noticed(tmp_path):
    path = tmp_path / "lib-1.0.zip"
    path.write_bytes(b"one")
    archive = {"path": path.name, "hashes": {"sha256": hashlib.sha256(b"one").hexdigest()}}
    text = f"smuggle lib  # pip: ./{path.name}"
    before = lock(tmp_path, text, {"name": "lib", "archive": archive})
    document = read_text(text, str(tmp_path / "a.py"))
    assert out_of_date(document, before, tmp_path) == []
    changed = ["the file lib-1.0.zip has changed since it was locked"]
    path.write_bytes(b"two")
    assert out_of_date(document, before, tmp_path) == changed
    path.unlink()
    assert out_of_date(document, before, tmp_path) == changed


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("smuggle six  # pip: six==1", []),
        ("smuggle six  # pip: Six>=0.5,<2 --pre\nsmuggle lib  # uv: lib[a]", []),
        ("smuggle six", []),
        ("", []),
        ("smuggle six  # pip: six==2", ["six==2 (row 1): the lock holds six 1"]),
        ("smuggle b  # pip: b", ["b (row 1): the lock does not hold it"]),
        ("smuggle b", ["b (row 1): the lock does not hold it"]),
        ("smuggle b  # conda: b", ["conda: b (row 1): the lock does not hold it"]),
        ("smuggle six  # conda: six", ["conda: six (row 1): the lock does not hold it"]),
        ("smuggle b  # pip: b; python_version < '3'", []),
        ("smuggle vcs  # pip: git+https://h/vcs@main#egg=vcs", []),
        (
            "smuggle vcs  # pip: git+https://h/other#egg=vcs",
            [
                "git+https://h/other#egg=vcs (row 1): the lock holds vcs aaaaaaaaaaaa from https://h/vcs"
            ],
        ),
    ],
)
def test_of_a_lock_of_another_program_the_packages_count(tmp_path, text, reasons):
    vcs = {"type": "git", "url": "https://h/vcs", "commit-id": "a" * 40}
    packages = [package("six"), package("lib"), {"name": "vcs", "vcs": vcs}]
    content = {"lock-version": "1.0", "created-by": "uv", "packages": packages}
    foreign = parse_lock(content, tmp_path / "pylock.a.toml")
    assert out_of_date(read_text(text, str(tmp_path / "a.py")), foreign, tmp_path) == reasons


def test_a_lock_of_another_program_for_another_python_is_out_of_date(tmp_path):
    content = {"lock-version": "1.0", "created-by": "uv", "requires-python": "<3", "packages": []}
    foreign = parse_lock(content, tmp_path / "pylock.a.toml")
    (reason,) = out_of_date(read_text("smuggle six", str(tmp_path / "a.py")), foreign, tmp_path)
    assert reason.startswith("the lock of pylock.a.toml is for Python <3, and this is Python 3.")


def test_changes_are_those_of_versions_and_of_files(tmp_path):
    other = package("files")
    other["wheels"][0]["hashes"] = {"sha256": "1" * 64}
    vcs = {"type": "git", "url": "https://h/vcs", "commit-id": "a" * 40}
    old = [package("same"), package("gone"), package("newer"), package("files")]
    new = [package("same"), package("newer", "2"), other, {"name": "vcs", "vcs": vcs}]
    found = changes(lock(tmp_path, "smuggle a", *old), lock(tmp_path, "smuggle a", *new))
    assert [str(change) for change in found] == [
        "  files 1 (other files)",
        "- gone 1",
        "  newer 1 -> 2",
        "+ vcs commit aaaaaaaaaaaa",
    ]
