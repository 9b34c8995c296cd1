"""Commits of staged distributions: what is there afterwards, whatever came in between."""

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from distributions_on_disk import (
    A1,
    A2,
    B1,
    NAMESPACE_A1,
    NAMESPACE_A2,
    NAMESPACE_B,
    SITE,
    Killed,
    beside,
    committed,
    environment,
    expected,
    kill_at,
    packages,
    write_distribution,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from davos.environments import commit_plan, file_tree, journal
from davos.environments.commit import is_pending, recover
from davos.environments.commit_plan import Kind

PATH_CODE = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)"

# What is there, what is staged, what is there afterwards
CASES = {
    "a new one": ([], [A1], [A1]),
    "beside another": ([B1], [A1], [B1, A1]),
    "a new version": ([B1, A1], [A2], [B1, A2]),
    "the same version": ([A1], [A1], [A1]),
    "two at once": ([B1, A1], [A2, ("c", "1", {"c.py": ""})], [B1, A2, ("c", "1", {"c.py": ""})]),
    "a module": (
        [("m", "1", {"m.py": "1"})],
        [("m", "2", {"m.py": "2"})],
        [("m", "2", {"m.py": "2"})],
    ),
    "a folder for a module": (
        [("m", "1", {"m.py": "1"})],
        [("m", "2", {"m/__init__.py": "2"})],
        [("m", "2", {"m/__init__.py": "2"})],
    ),
    "a folder for a file of that name": (
        [("m", "1", {"p/m": "1", "p/x": ""})],
        [("m", "2", {"p/m/__init__.py": "2", "p/x": ""})],
        [("m", "2", {"p/m/__init__.py": "2", "p/x": ""})],
    ),
    "a file for a folder of that name": (
        [("m", "1", {"m/x/y": "1"})],
        [("m", "2", {"m/x": "2"})],
        [("m", "2", {"m/x": "2"})],
    ),
    "a part of a namespace": (
        [NAMESPACE_A1, NAMESPACE_B],
        [NAMESPACE_A2],
        [NAMESPACE_A2, NAMESPACE_B],
    ),
    "another part of a namespace": ([NAMESPACE_A1], [NAMESPACE_B], [NAMESPACE_A1, NAMESPACE_B]),
    "the last part leaves a namespace": (
        [NAMESPACE_A1, NAMESPACE_B],
        [("n-a", "2", {"other.py": ""})],
        [("n-a", "2", {"other.py": ""}), NAMESPACE_B],
    ),
    "scripts and data": (
        [("s", "1", {"../../../bin/s": "1", "../../../share/s/x": "1", "../../../bin/gone": ""})],
        [("s", "2", {"../../../bin/s": "2", "../../../etc/s": "2"})],
        [("s", "2", {"../../../bin/s": "2", "../../../etc/s": "2"})],
    ),
    "the files of another distribution": (
        [("PyJWT", "2", {"jwt/__init__.py": "2", "jwt/algorithms.py": "2"}), B1],
        [("jwt", "1", {"jwt/__init__.py": "1", "jwt/jwk.py": "1"})],
        [("jwt", "1", {"jwt/__init__.py": "1", "jwt/jwk.py": "1"}), B1],
    ),
    "the same file of another distribution": (
        [("x", "1", {"n/__init__.py": "same", "n/x.py": ""})],
        [("y", "1", {"n/__init__.py": "same", "n/y.py": ""})],
        [
            ("x", "1", {"n/__init__.py": "same", "n/x.py": ""}),
            ("y", "1", {"n/__init__.py": "same", "n/y.py": ""}),
        ],
    ),
    "a file that stays another's": (
        [
            ("x", "1", {"n/__init__.py": "same", "n/x.py": ""}),
            ("y", "1", {"n/__init__.py": "same", "n/y.py": ""}),
        ],
        [("y", "2", {"z.py": ""})],
        [("x", "1", {"n/__init__.py": "same", "n/x.py": ""}), ("y", "2", {"z.py": ""})],
    ),
    "a folder that stays another's": (
        [("x", "1", {"n/__init__.py": "same"}), ("y", "1", {"n/__init__.py": "same"})],
        [("y", "2", {"z.py": ""})],
        [("x", "1", {"n/__init__.py": "same"}), ("y", "2", {"z.py": ""})],
    ),
    "another spelling of the name": (
        [("A.b_c", "1", {"abc.py": "1"})],
        [("a-b-c", "2", {"abc.py": "2"})],
        [("a-b-c", "2", {"abc.py": "2"})],
    ),
    "a path that is written in a roundabout way": (
        [("m", "1", {"m/./x.py": "1", "m//y.py": "1", "m/../m/z.py": "1"})],
        [("m", "2", {"m/x.py": "2"})],
        [("m", "2", {"m/x.py": "2"})],
    ),
}


@pytest.mark.parametrize(("before", "staged", "after"), CASES.values(), ids=CASES)
def test_what_is_there_after_a_commit(project, tmp_path, before, staged, after):
    for one in before:
        write_distribution(project, *one)
    committed(project, *staged)
    assert packages(project) == expected(tmp_path, *after)
    assert not is_pending(project)
    assert beside(project) == []


def test_a_commit_says_what_came_and_what_left(project):
    for one in (A1, B1, ("PyJWT", "2", {"jwt.py": "2"})):
        write_distribution(project, *one)
    answer = committed(project, A2, ("jwt", "1", {"jwt.py": "1"}))
    assert answer.installed == (("a", "2"), ("jwt", "1"))
    assert answer.removed == (("PyJWT", "2"), ("a", "1"))


def test_namespace_code_that_differs_is_no_conflict(project, tmp_path):
    x = ("x", "1", {"n/__init__.py": PATH_CODE, "n/x.py": ""})
    y = ("y", "1", {"n/__init__.py": f"# y\n{PATH_CODE}", "n/y.py": ""})
    write_distribution(project, *x)
    assert committed(project, y).removed == ()
    assert (project / SITE / "n" / "x.py").is_file()


def test_tests_beside_the_modules_are_no_conflict(project):
    write_distribution(project, "x", "1", {"x.py": "", "tests/conftest.py": "x"})
    assert committed(project, ("y", "1", {"y.py": "", "tests/conftest.py": "y"})).removed == ()


def test_bytecode_leaves_with_its_source_and_other_files_stay(project, tmp_path):
    write_distribution(project, *A1)
    write_distribution(project, "m", "1", {"m.py": "1"})
    write_distribution(project, "other", "1", {"other.py": "1"})
    for path in (
        "a/__pycache__/old.cpython-311.pyc",
        "a/data/of the user",
        "__pycache__/m.cpython-311.opt-1.pyc",
        "__pycache__/other.cpython-311.pyc",
    ):
        (project / SITE / path).parent.mkdir(exist_ok=True)
        (project / SITE / path).write_text("")
    committed(project, A2, ("m", "2", {"m/__init__.py": "2"}))
    assert packages(project) == expected(
        tmp_path,
        A2,
        ("m", "2", {"m/__init__.py": "2"}),
        ("other", "1", {"other.py": "1"}),
        extra=["a/data/of the user", "__pycache__/other.cpython-311.pyc"],
    )


def test_one_rename_takes_a_folder_whatever_it_holds(project, monkeypatch):
    many = {f"a/f{number // 50}/{number}.py": "" for number in range(500)}
    write_distribution(project, "a", "1", many)
    moves = recorded_moves(monkeypatch)
    committed(project, ("a", "2", {**many, "a/more.py": ""}))
    assert [(move.kind, move.source) for move in moves] == [
        (Kind.OUT, f"{SITE}/a-1.dist-info"),
        (Kind.OUT, f"{SITE}/a"),
        (Kind.IN, f"{SITE}/a"),
        (Kind.IN, f"{SITE}/a-2.dist-info"),
    ]


def recorded_moves(monkeypatch):
    moves = []
    write = journal.write

    def recording(folder, content):
        moves.extend(content.moves)
        write(folder, content)

    monkeypatch.setattr(journal, "write", recording)
    return moves


def test_distributions_follow_each_other_and_metadata_frames_each(project, monkeypatch):
    for one in (A1, B1, NAMESPACE_A1, NAMESPACE_B):
        write_distribution(project, *one)
    moves = recorded_moves(monkeypatch)
    committed(
        project,
        A2,
        ("b", "2", {"b/__init__.py": "2", "b.pth": ""}),
        NAMESPACE_A2,
        ("n-b", "2", {"n/b/__init__.py": "2"}),
    )
    names = [f"{move.kind.value} {move.source.removeprefix(SITE + '/')}" for move in moves]
    assert names == [
        "out a-1.dist-info",
        "out a",
        "in a",
        "in a-2.dist-info",
        "out b-1.dist-info",
        "out b",
        "in b",
        "in b.pth",
        "in b-2.dist-info",
        # one folder is exchanged for both
        "out n-a-1.dist-info",
        "out n-b-1.dist-info",
        "out n",
        "in n",
        "in n-a-2.dist-info",
        "in n-b-2.dist-info",
    ]


NAMES = st.sampled_from(
    [
        "m.py",
        "p/__init__.py",
        "p/m.py",
        "p/q/m.py",
        "p/q/n.py",
        "p",
        "q/m.py",
        "../../../bin/m",
        "../../../share/m/x",
        "p/q",
    ]
)
FILES = st.lists(NAMES, max_size=6, unique=True).filter(
    lambda paths: not any(b.startswith(f"{a}/") for a in paths for b in paths)
)
DISTRIBUTIONS = st.dictionaries(st.sampled_from(["a", "b", "c"]), FILES, max_size=3)


def consistent(distributions, version):
    """Distributions of which no two claim one path, or a file and a folder of a name."""
    taken, found = set(), []
    for name, paths in distributions.items():
        free = [
            p
            for p in paths
            if not any(p == t or p.startswith(f"{t}/") or t.startswith(f"{p}/") for t in taken)
        ]
        taken.update(free)
        found.append((name, version, {path: f"{name} {version} {path}" for path in free}))
    return found


def clash(one, other):
    return any(
        a == b or a.startswith(f"{b}/") or b.startswith(f"{a}/") for a in one[2] for b in other[2]
    )


def check_every_kill(before, staged, twice):
    """Kill a commit before each of its renames; the recovery, too, if `twice`.

    Staged distributions replace those of their name, and those whose files they overwrite.
    """
    before, staged = consistent(before, "1"), consistent(staged, "2")
    names = {name for name, _, _ in staged}
    staying = [
        one for one in before if one[0] not in names and not any(clash(one, new) for new in staged)
    ]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        wanted = expected(folder, *staying, *staged)
        for number in range(40):
            project = environment(Path(folder) / f"project {number}")
            for one in before:
                write_distribution(project, *one)
            made = kill_at(patch, number)
            try:
                committed(project, *staged)
                patch.undo()
            except Killed:
                patch.undo()
                if twice:
                    kill_at(patch, 1)
                    with suppress(Killed):
                        recover(project)
                    patch.undo()
                assert recover(project) or not is_pending(project)
            assert packages(project) == wanted
            assert not is_pending(project)
            if len(made) < number:
                return
        raise AssertionError("too many renames")


@settings(max_examples=8)
@given(DISTRIBUTIONS, DISTRIBUTIONS, st.booleans())
def test_a_kill_at_any_rename_is_made_good(before, staged, twice):
    check_every_kill(before, staged, twice)


@pytest.mark.slow
@settings(max_examples=80)
@given(DISTRIBUTIONS, DISTRIBUTIONS, st.booleans())
def test_a_kill_at_any_rename_is_made_good_for_many(before, staged, twice):
    check_every_kill(before, staged, twice)


def folded(paths):
    """A tree on a file system that does not tell `A` from `a`."""
    found = {}
    for path in paths:
        file_tree.add(found, path, str.casefold)
    return found


def test_names_that_a_file_system_takes_for_one_are_one():
    present = folded(["PIL/Image.py", "PIL/other.py", "Six.py"])
    old = folded(["PIL/image.py", "six.py"])
    changes = commit_plan.compare(folded(["pil/Image.py", "six.py"]), present, old)
    moves = commit_plan.ordered(changes, [], "", str.casefold)
    assert [tuple(move) for move in moves] == [
        ("in", "pil/Image.py", "PIL/Image.py"),
        ("out", "Six.py", "1"),
        ("in", "six.py", "six.py"),
    ]
