"""Whatever a document holds: no rule raises, places are inside it, fixes come to an end."""

import json
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from davos.documents.parsed_cell import analyse
from davos.lint import Settings, check_document, fix_bytes, read_document
from davos.source import Source

PIECES = [
    *("smuggle six", "smuggle a, b", "from x smuggle (", "moves", ")", "import davos", "import os, b"),
    *("  # pip: six==1", "  # pip: six=1", "# pip: -e .", "  # noqa", "  # noqa: DAV301,DAV999"),
    *("# conda: x", " --upgarde", ' "', "'''", "\\\n", "\n", "\r\n", "\r", "\t", "    ", ";", "é", "😀"),
    *("davos.config.x = 1", "davos.active = False", "%pip install q", "!ls", ">>> ", "# %%\n", "```{python}\n"),
    *("def f():\n    ", "exec('smuggle x')", "lambda: ", "\f", "\x00", "(", "]", "f'{x}'", "%%time\n"),
]  # fmt: skip
SOURCES = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
SETTINGS = Settings()


def checked(data, name):
    document = read_document(data, name)
    found = check_document(document, SETTINGS)
    for one in found:
        texts = [cell.source for cell in document.cells if cell.index == one.cell]
        lines = Source(texts[0] if document.text is None else document.text).lines
        assert one.location <= one.end_location
        for row, column in (one.location, one.end_location):
            assert 1 <= row <= len(lines)
            assert 1 <= column <= len(lines[row - 1]) + 1
    return found


@given(st.lists(SOURCES, max_size=4), st.booleans())
def test_a_notebook_is_checked_and_fixed(sources, as_list):
    made = [
        {"cell_type": "code", "source": source.splitlines(keepends=True) if as_list else source}
        for source in sources
    ]
    data = json.dumps({"cells": made}).encode("utf-8", "surrogatepass")
    checked(data, "a.ipynb")
    fixed = fix_bytes(data, "a.ipynb", SETTINGS, unsafe=True)
    assert not [one for one in fixed.remaining if one.fix and one.code not in {"DAV304", "DAV301"}]
    json.loads(fixed.data)


@given(SOURCES, st.sampled_from(["a.py", "a.qmd"]))
def test_text_is_checked_and_fixed(source, name):
    assume("\x00" not in source)
    checked(source.encode(), name)
    fixed = fix_bytes(source.encode(), name, SETTINGS, unsafe=True)
    assert not [one for one in fixed.remaining if one.fix and one.code not in {"DAV304", "DAV301"}]


@given(SOURCES, st.sampled_from(["a.py", "a.qmd"]))
def test_what_parse_reports_check_reports_too(source, name):
    assume("\x00" not in source and "noqa" not in source)
    document = read_document(source.encode(), name)
    errors = analyse(document).diagnostics
    found = check_document(document, SETTINGS)
    places = [(one.code, one.ordinal, one.location, one.end_location) for one in errors]
    told = [(one.code, one.ordinal, one.location, one.end_location) for one in found]
    assert [place for place in places if place not in told] == []


@pytest.mark.parametrize(
    "piece",
    [
        "smuggle six  # pip: six>=1\n",
        "import numpy\n",
        "# pip: six" + " " * 50 + "\n",
        "smuggle a, b, c  # pip: a==1\n",
        "smuggle json  # noqa: DAV301\n",
        "%pip install x\n",
        "davos.config.x = 1\n",
        "def f():\n    smuggle six  # pip: six==1\n",
    ],
)
def test_time_is_linear_in_the_length(piece):
    """Ten times as much takes about ten times as long; quadratic would be a hundred times."""

    def seconds(count):
        cells = ["import davos", "smuggle os\n" + piece * count]
        data = json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})
        document = read_document(data.encode(), "a.ipynb")
        best = float("inf")
        for _ in range(5):
            started = time.process_time()
            check_document(document, SETTINGS)
            best = min(best, time.process_time() - started)
        return best

    seconds(2)
    assert seconds(1000) < 50 * seconds(100) + 0.1
