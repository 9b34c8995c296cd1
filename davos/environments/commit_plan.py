"""Which renames take staged files into a project and replaced ones out of it; pure.

A folder is renamed as a whole where all of it is new, or all that it holds belongs to the
distributions that leave; only folders that others share are compared file by file. So the
number of renames does not depend on the number of files.

The order keeps short the time in which a distribution is neither the old nor the new one:
distributions that share no folder follow each other, and for each one its old metadata goes
out first, then files without a successor go, the others are exchanged, and the new metadata
comes in last. A reader thus never finds metadata whose files are not there.

Sources: "Recording installed projects" (RECORD, `.dist-info`), PEP 376.
"""

from __future__ import annotations

from enum import Enum
from typing import Iterable, Iterator, NamedTuple, Sequence

from davos.distributions.conda_packages import FOLDER as CONDA_FOLDER
from davos.distributions.index import METADATA_ENDINGS
from davos.environments.file_tree import BYTECODE, Entry, Key, Tree, find

__all__ = ["Change", "Claim", "Kind", "Move", "compare", "ordered", "with_bytecode"]

_UNOWNED = ""


class Kind(str, Enum):
    """Where a rename goes: from the project to the trash, or from the staged files in."""

    OUT = "out"
    IN = "in"


class Move(NamedTuple):
    """One rename; paths are relative, with `/`, and a target in the trash is a number."""

    kind: Kind
    source: str
    target: str


class Claim(NamedTuple):
    """The files of one distribution, by its normalised name."""

    name: str
    tree: Tree


class Change(NamedTuple):
    """What happens at one path of the project.

    `new` is the path of what comes in, `old` of what leaves, `overwrites` says that not all
    of the latter was claimed, `in_place` that one file replaces another in one rename.
    """

    target: str
    new: str | None
    old: str | None
    overwrites: bool = False
    in_place: bool = False


def with_bytecode(old: Tree, present: Tree, key: Key) -> Tree:
    """The files that leave, with the bytecode of those that leave or left no source behind."""
    found = {
        name: Entry(entry.name, with_bytecode(entry.children, _children(present.get(name)), key))
        if entry.children is not None
        else entry
        for name, entry in old.items()
    }
    cache = present.get(key(BYTECODE))
    if cache is not None and cache.children is not None:
        staying = set(present) - set(old)
        gone = {
            name: entry
            for name, entry in cache.children.items()
            if entry.children is None and key(f"{entry.name.partition('.')[0]}.py") not in staying
        }
        found[key(BYTECODE)] = Entry(cache.name, gone)
    return found


def compare(staged: Tree, present: Tree, old: Tree) -> list[Change]:
    """The changes that make of a project what it is without `old` and with `staged`.

    All three are trees below the prefix; where `staged` and another file stand at one path,
    the staged one stays.
    """
    return list(_compared("", "", staged, present, old))


def _compared(new: str, here: str, staged: Tree, present: Tree, old: Tree) -> Iterator[Change]:
    """The changes below the staged folder `new` and its counterpart `here`."""
    for name in sorted({*staged, *old}):
        coming, there, gone = staged.get(name), present.get(name), old.get(name)
        source = None if coming is None else new + coming.name
        if there is None:
            if coming is not None:
                yield Change(here + coming.name, source, None)
        elif there.children is None or _is_claimed(there, gone) or _is_file(coming):
            yield _replacement(here, coming, there, gone, source)
        else:
            inside = (_children(coming), there.children, _children(gone))
            yield from _compared(f"{source}/", f"{here}{there.name}/", *inside)


def _replacement(
    here: str,
    coming: Entry | None,
    there: Entry,
    gone: Entry | None,
    source: str | None,
) -> Change:
    overwrites = coming is not None and not _is_claimed(there, gone)
    target = here + (there if coming is None else coming).name
    in_place = _is_file(coming) and there.children is None and target == here + there.name
    return Change(target, source, here + there.name, overwrites, in_place)


def _is_file(entry: Entry | None) -> bool:
    return entry is not None and entry.children is None


def _children(entry: Entry | None) -> Tree:
    return (entry.children if entry is not None else None) or {}


def _is_claimed(there: Entry, gone: Entry | None) -> bool:
    """Whether nothing is at a path but files that leave, and empty folders."""
    if there.children is None:
        return gone is not None
    inside = _children(gone)
    return all(_is_claimed(entry, inside.get(name)) for name, entry in there.children.items())


def ordered(
    changes: Sequence[Change],
    claims: Iterable[Claim],
    site_packages: str,
    key: Key,
) -> list[Move]:
    """The renames for some changes, in the order in which they are to be made.

    `claims` are those of the old and the new distributions, `site_packages` the folder's
    path below the prefix.
    """
    groups = _groups(changes, list(claims), key)
    steps = [
        (group, phase, change.target, move)
        for group, change in zip(groups, changes)
        for phase, move in _steps(change, site_packages)
    ]
    steps.sort(key=lambda step: step[:3])
    return [
        move._replace(target=str(number)) if move.kind is Kind.OUT else move
        for number, (_, _, _, move) in enumerate(steps)
    ]


def _steps(change: Change, site_packages: str) -> Iterator[tuple[int, Move]]:
    """The renames of one change, with their phases: 0 old metadata ... 5 new metadata.

    A conda package's record names the metadata of the distributions that it holds.
    """
    folder, _, name = change.target.rpartition("/")
    is_record = CONDA_FOLDER in {folder, change.target}
    is_metadata = is_record or (folder == site_packages and name.endswith(METADATA_ENDINGS))
    if change.old is not None and not change.in_place:
        phase = 0 if is_metadata else 1 if change.new is None else 2
        yield phase, Move(Kind.OUT, change.old, "")
    if change.new is not None:
        phase = 5 if is_record else 4 if is_metadata else 3 if name.endswith(".pth") else 2
        yield phase, Move(Kind.IN, change.new, change.target)


def _groups(changes: Sequence[Change], claims: list[Claim], key: Key) -> list[str]:
    """For each change the name of its group: distributions that share a change share a group."""
    group = {claim.name: claim.name for claim in claims}
    owners = _owners(changes, claims, key)
    for names in owners:
        roots = sorted({_root(group, name) for name in names})
        group.update(dict.fromkeys(roots[1:], roots[0]) if roots else {})
    return [_root(group, names[0]) if names else _UNOWNED for names in owners]


def _owners(changes: Sequence[Change], claims: Sequence[Claim], key: Key) -> list[list[str]]:
    """For each change the names of the claims that have something at one of its paths."""
    folders: dict[str, dict[str, list[str]]] = {}

    def owners(path: str) -> list[str]:
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            folders[folder] = _claimed_in(folder, claims, key)
        return folders[folder].get(key(name), [])

    paths = [filter(None, (change.new, change.old)) for change in changes]
    return [list({name for path in some for name in owners(path)}) for some in paths]


def _claimed_in(folder: str, claims: Iterable[Claim], key: Key) -> dict[str, list[str]]:
    """By the keys of the names in a folder, the claims of each."""
    claimed: dict[str, list[str]] = {}
    for claim in claims:
        found = find(claim.tree, folder, key) if folder else Entry("", claim.tree)
        for name in (found.children if found is not None else None) or {}:
            claimed.setdefault(name, []).append(claim.name)
    return claimed


def _root(group: dict[str, str], name: str) -> str:
    while group[name] != name:
        name = group[name]
    return name
