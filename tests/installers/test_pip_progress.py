"""pip's lines become short words for what it is doing."""

from __future__ import annotations

import pytest

from davos.installers.base import Listener
from davos.installers.pip_progress import Progress

LINES = [
    ("Collecting six==1.15.0", "resolving six==1.15.0"),
    ("Collecting numpy>=1.2 (from pandas==2.0)", "resolving numpy>=1.2"),
    ("  Downloading six-1.15.0-py2.py3-none-any.whl.metadata (1.8 kB)", None),
    (
        "Downloading six-1.15.0-py2.py3-none-any.whl (10 kB)",
        "downloading six 1.15.0 (10 kB), file 1",
    ),
    ("Downloading https://host/a/thing-2.0.tar.gz (1 MB)", "downloading thing 2.0 (1 MB), file 1"),
    ("Building wheels for collected packages: thing", "building thing"),
    ("  Building wheel for thing (pyproject.toml): started", "building thing"),
    ("Building editable for x (pyproject.toml): started", None),
    ("Cloning https://host/r.git (to revision v1) to /tmp/x", "cloning https://host/r.git"),
    ("  Cloning file:///r to /tmp/x", "cloning file:///r"),
    ("Installing collected packages: six, attrs", "installing six, attrs"),
    ("  Installing build dependencies: started", None),
    ("Requirement already satisfied: six in /x", None),
    ("", None),
    ("Collecting", "resolving "),
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_a_line_of_pips_becomes_a_status(line, expected):
    heard, statuses = [], []
    Progress(Listener(output=heard.append, status=statuses.append)).hear(line)
    assert heard == [line]
    assert statuses == ([] if expected is None else [expected])


def test_downloads_are_counted():
    statuses = []
    progress = Progress(Listener(status=statuses.append))
    for name in ("a", "b"):
        progress.hear(f"Downloading {name}-1-py3-none-any.whl (1 kB)")
    assert [status[-6:] for status in statuses] == ["file 1", "file 2"]
