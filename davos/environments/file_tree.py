"""Trees of names: what lies in a folder, and the files that a distribution claims.

A tree maps the key of each name to an entry. On a file system that does not tell `Foo` from
`foo` both have one key (`key_of`), and an entry keeps the name as it is spelled.
"""

# A folder is walked as text: pathlib takes longer than the renames
# ruff: noqa: PTH118, PTH121

from __future__ import annotations

import os
import unicodedata
from typing import Callable, Dict, Iterable, Iterator, NamedTuple

__all__ = ["BYTECODE", "Entry", "Key", "Tree", "add", "find", "key_of", "look", "subtract", "walk"]

BYTECODE = "__pycache__"
Key = Callable[[str], str]


class Entry(NamedTuple):
    """A name in a folder; `children` is None for a file or a link."""

    name: str
    children: Tree | None


Tree = Dict[str, Entry]
_UNKNOWN: Tree = {"": Entry("", None)}  # of a folder not looked into: a file that nobody claims


def key_of(folder: str) -> Key:
    """The function that gives two names of one file the same key, on a folder's file system.

    `folder` exists and has a letter in its name.
    """
    parent, name = os.path.split(os.path.realpath(folder))
    try:
        same = os.path.samefile(folder, os.path.join(parent, name.swapcase()))
    except OSError:
        same = False
    return _folded if same and name != name.swapcase() else str


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def add(tree: Tree, path: str, key: Key) -> None:
    """Add a file, by its path with `/` below the tree's folder."""
    *folders, name = path.split("/")
    for folder in folders:
        entry = tree.get(key(folder))
        if entry is None or entry.children is None:
            tree[key(folder)] = entry = Entry(folder, {})
        assert entry.children is not None  # noqa: S101  # just made
        tree = entry.children
    tree.setdefault(key(name), Entry(name, None))


def find(tree: Tree, path: str, key: Key) -> Entry | None:
    """The entry at a path, or None."""
    entry = Entry("", tree)
    for name in path.split("/"):
        found = (entry.children or {}).get(key(name))
        if found is None:
            return None
        entry = found
    return entry


def walk(folder: str, relative: str) -> Iterator[str]:
    """The paths of the files and links below a folder, each below `relative`."""
    for entry in os.scandir(folder):
        path = f"{relative}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from walk(entry.path, path)
        else:
            yield path


def subtract(tree: Tree, paths: Iterable[str], key: Key) -> None:
    """Take files away from a tree."""
    for path in paths:
        folder, _, name = path.rpartition("/")
        found = find(tree, folder, key) if folder else Entry("", tree)
        if found is not None and found.children is not None:
            found.children.pop(key(name), None)


def look(new: str | None, there: str | None, old: Tree, key: Key) -> tuple[Tree, Tree]:
    """What lies in a staged folder and in its counterpart, as far as a comparison needs it.

    Looked into are the folders of the counterpart that the staged one has, too, or that the
    tree `old` names; what has no counterpart is moved as a whole.
    """
    staged, present = _list(new, key), _list(there, key)
    for name, entry in present.items():
        inside, other = old.get(name), staged.get(name)
        is_shared = other is not None and other.children is not None
        is_old = inside is not None and inside.children is not None
        if entry.children is None or not (is_shared or is_old or entry.name == BYTECODE):
            present[name] = Entry(entry.name, None if entry.children is None else _UNKNOWN)
            continue
        below = (inside.children if inside is not None else None) or {}
        lower = os.path.join(new, other.name) if new and other is not None and is_shared else None
        deeper = look(lower, os.path.join(there or "", entry.name), below, key)
        present[name] = Entry(entry.name, deeper[1])
        if other is not None and is_shared:
            staged[name] = Entry(other.name, deeper[0])
    return staged, present


def _list(folder: str | None, key: Key) -> Tree:
    if folder is None:
        return {}
    return {
        key(entry.name): Entry(entry.name, {} if entry.is_dir(follow_symlinks=False) else None)
        for entry in os.scandir(folder)
    }
