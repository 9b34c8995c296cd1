"""pip's lines become what it does."""

from __future__ import annotations

import pytest

from davos.installers.base import Listener, Progress
from davos.installers.pip_progress import PipOutput, bar_option, without_bars

P = Progress
WHEEL = "six-1.15.0-py2.py3-none-any.whl"

LINES = [
    ("Collecting six==1.15.0", P("resolving", "six==1.15.0")),
    ("Collecting numpy>=1.2 (from pandas==2.0)", P("resolving", "numpy>=1.2")),
    (f"  Downloading {WHEEL}.metadata (1.8 kB)", None),
    (f"Downloading {WHEEL} (10 kB)", P("downloading", "six 1.15.0", 0, 10_000, 1)),
    (f"Downloading {WHEEL}", P("downloading", "six 1.15.0", 0, 0, 1)),
    (
        "Downloading https://host/a/my-thing-2.0.tar.gz (1.5 MB)",
        P("downloading", "my-thing 2.0", 0, 1_500_000, 1),
    ),
    ("Downloading https://host/main.bin", P("downloading", "main.bin", 0, 0, 1)),
    (f"Using cached {WHEEL} (10 kB)", None),
    (f"Processing /index/{WHEEL}", None),
    ("Building wheels for collected packages: thing", None),
    ("  Building wheel for thing (pyproject.toml): started", P("building", "thing")),
    ("  Building wheel for thing (pyproject.toml): finished with status 'done'", None),
    ("Building editable for x (pyproject.toml): started", P("building", "x")),
    ("Cloning https://host/r.git (to revision v1) to /tmp/x", P("cloning", "https://host/r.git")),
    ("  Cloning file:///r to /tmp/x", P("cloning", "file:///r")),
    ("Installing collected packages: six, attrs", P("installing", "six, attrs")),
    ("  Installing build dependencies: started", None),
    ("Requirement already satisfied: six in /x", None),
    ("Progress 1 of 2", None),
    ("", None),
    ("Collecting", P("resolving", "")),
]


def heard(lines, **kwargs):
    output, told = [], []
    pip = PipOutput(Listener(output=output.append, progress=told.append), **kwargs)
    for line in lines:
        pip.hear(line)
    return output, told


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_a_line_of_pips_becomes_what_it_does(line, expected):
    output, told = heard([line])
    assert output == ([] if line.startswith("Progress") else [line])
    assert told == ([] if expected is None else [expected])


def test_files_are_counted_where_the_index_serves_metadata():
    lines = [f"Using cached {name}-1-py3-none-any.whl.metadata (1 kB)" for name in "abc"]
    lines += [f"Using cached {name}-1-py3-none-any.whl (1 kB)" for name in "b"]
    _, told = heard([*lines, *(f"Downloading {name}-1-py3-none-any.whl" for name in "ac")])
    assert [(one.index, one.count) for one in told] == [(2, 3), (3, 3)]


def test_without_metadata_nobody_knows_how_many_files_there_are():
    _, told = heard(f"Downloading {name}-1-py3-none-any.whl (1 kB)" for name in "ab")
    assert [(one.index, one.count) for one in told] == [(1, 0), (2, 0)]


def test_bytes_belong_to_the_file_before_them():
    _, told = heard([f"Downloading {WHEEL} (600 kB)", "Progress 0 of 614400", "Progress 5 of 0"])
    assert [(one.name, one.done, one.total) for one in told] == [
        ("six 1.15.0", 0, 600_000),
        ("six 1.15.0", 0, 614_400),
        ("six 1.15.0", 5, 614_400),
    ]


BUILD = [
    "  Preparing metadata (pyproject.toml): started",
    "  Building wheel for x (setup.py): started",
]


@pytest.mark.parametrize(
    ("before", "wheels", "expected"),
    [
        ("  Downloading x-1.0.tar.gz (25 kB)", True, [P("no wheel", "x 1.0")] * 2),
        ("  Using cached x-1.0.tar.gz (25 kB)", True, [P("no wheel", "x 1.0")] * 2),
        ("Processing /index/x-1.0.zip", True, [P("no wheel", "x 1.0")] * 2),
        ("  Downloading x-1.0.tar.gz (25 kB)", False, [P("building", "x 1.0")] * 2),
        ("  Cloning file:///r to /t", True, [P("building", "file:///r"), P("building", "x")]),
        ("Processing ./folder", True, [P("building", "folder"), P("building", "x")]),
        (f"  Downloading {WHEEL}", True, [P("building", "x")]),
    ],
)
def test_a_build_says_whether_there_is_no_wheel(before, wheels, expected):
    _, told = heard([before, *BUILD], wheels=wheels)
    assert [one for one in told if one.kind in ("no wheel", "building")] == expected


@pytest.mark.parametrize(
    ("version", "style"), [((24, 0), "off"), ((24, 1), "raw"), ((18, 1), "off"), ((26, 3), "raw")]
)
def test_bytes_are_asked_for_where_pip_can_tell_them(version, style):
    assert bar_option(version) == f"--progress-bar={style}"


def test_errors_show_no_bytes():
    assert without_bars("a\nProgress 0 of 1\nProgress 1 of 1\nb Progress 1 of 1\n") == (
        "a\nb Progress 1 of 1\n"
    )
