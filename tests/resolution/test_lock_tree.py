"""Who needs what in a lock."""

from pathlib import Path

import pytest

from davos.resolution.lock_document import parse_lock
from davos.resolution.lock_tree import nodes, tree_lines

HASHES = {"sha256": "0" * 64}


def package(name, *needs, version="1", **more):
    file = {"url": f"https://h/{name}-{version}-py3-none-any.whl", "hashes": HASHES}
    return {
        "name": name,
        "version": version,
        "dependencies": [{"name": one} for one in needs],
        **(more or {"wheels": [file]}),
    }


PACKAGES = [
    package("app", "lib", "six"),
    package("lib", "six", "other"),
    package("other", "six"),
    package("other", version="2"),
    package("six"),
    package("repo", vcs={"type": "git", "url": "https://h/r", "commit-id": "a" * 40}),
    package("local", "gone", directory={"path": "./local"}),
]


@pytest.fixture
def known():
    content = {"lock-version": "1.0", "created-by": "x", "packages": PACKAGES}
    return nodes(parse_lock(content, Path("a.py")).pylock)


def test_a_tree_begins_with_what_is_asked_for_and_what_nothing_needs(known):
    assert tree_lines(known, ["six", "app"], upwards=False) == [
        "app 1",
        "  lib 1",
        "    other 1 or 2",
        "      six 1",
        "    six 1",
        "  six 1",
        "local ./local",
        "repo commit aaaaaaaaaaaa",
        "six 1",
    ]


def test_what_was_shown_with_its_needs_is_not_shown_again(known):
    lines = tree_lines(known, ["app", "lib"], upwards=False)
    assert lines[-3] == "lib 1 (*)"
    assert lines.count("  lib 1") == 1


def test_upwards_it_shows_who_needs_a_package(known):
    assert tree_lines(known, ["other"], upwards=True) == ["other 1 or 2", "  lib 1", "    app 1"]


def test_packages_that_need_each_other_end(known):
    packages = [package("a", "b"), package("b", "a")]
    content = {"lock-version": "1.0", "created-by": "x", "packages": packages}
    ring = nodes(parse_lock(content, Path("a.py")).pylock)
    assert tree_lines(ring, ["a"], upwards=False) == ["a 1", "  b 1", "    a 1 (*)"]
