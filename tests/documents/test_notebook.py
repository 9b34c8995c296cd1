"""Notebooks and scripts as text whose positions are the file's own."""

import json

import pytest

from davos.documents.magics import mask
from davos.documents.reader import read_document
from davos.exceptions import DavosError, NotebookError
from davos.span import Location

MASKS = {
    "no magic": ("x = 1\n", "x = 1\n"),
    "line magic": ("%matplotlib inline\nx = 1", "0                 \nx = 1"),
    "magic of one character": ("%\n!\n?", "0\n0\n0"),
    "shell": ("!ls\n", "0  \n"),
    "two shell signs": ("!!ls\n", "0   \n"),
    "shell continued": ("!pip install \\\n  six\nx", "0             \n     \nx"),
    "shell continued, CRLF": ("!a \\\r\n  b\r\nx", "0   \r\n   \r\nx"),
    "in a block": ("if x:\n    !ls\n\t%cd\n", "if x:\n    0  \n\t0  \n"),
    "assigned shell": ("a, b = !ls -l  # x\ny", "a, b = 0          \ny"),
    "assigned magic": ("x =%time f()\n", "x =0        \n"),
    "assigned in a one-line clause": ("if x: y = !ls\n", "if x: y = 0  \n"),
    "help": ("obj?\nx.y??\n?obj\n%time?\n", "0   \n0    \n0   \n0     \n"),
    "help in a block": ("if x:\n  a.b?  \n", "if x:\n  0     \n"),
    "automatic calls": ("/f x\n,f a b\n;f a\n", "0   \n0     \n0   \n"),
    "modulo and not-equal stay": ("x = y % z\na = b != c\nx %= 2\n",) * 2,
    "comparison with a modulo line": ("x = (\n  a\n  % b\n)\n",) * 2,
    "in a string": ('x = """\n%time\n!ls\nwhat?\n"""\n',) * 2,
    "in an unterminated string": ('x = """\n%time\n',) * 2,
    "in brackets": ("f(a\n, b\n)\n",) * 2,
    "brackets in strings and comments": ('f = "("  # ((\n%x\n', 'f = "("  # ((\n0 \n'),
    "question in a comment": ("x  # why?\n",) * 2,
    "question in a string": ("x = 'why?'\n",) * 2,
    "behind a continued line": ("x = 1 + \\\n  %time\n",) * 2,
    "timed statement": ("%time smuggle six\n", "0;    smuggle six\n"),
    "timed statement with options": (
        "%timeit -n 1 -r 2 from a smuggle b\n",
        "0;                from a smuggle b\n",
    ),
    "timed expression": ("%time f()\n", "0        \n"),
    "python cell magic": ("%%time\nsmuggle six\n", "      \nsmuggle six\n"),
    "cell magic behind blank lines": ("\n\n%%capture out\nx\n", "\n\n             \nx\n"),
    "magic in a python cell magic": ("%%time\n!ls\n", "      \n0  \n"),
    "cell magics nested": ("%%time\n%%capture\nx\n", "      \n         \nx\n"),
    "foreign cell magic": ("%%bash\nsmuggle x\n", "      \n         \n"),
    "foreign in a python cell magic": ("%%time\n%%html\n<b>\n", "      \n      \n   \n"),
    "help on a cell magic": ("%%time?\nx\n", "0      \nx\n"),
    "cell magic not at the start": ("x\n%%bash\n", "x\n0     \n"),
    "lone CR": ("%a\rx\r!b\r", "0 \rx\r0 \r"),
    "wide characters": ("!écho 日本\nx", "0       \nx"),
}


@pytest.mark.parametrize(("text", "masked"), MASKS.values(), ids=list(MASKS))
def test_a_magic_is_masked_without_moving_a_column(text, masked):
    assert mask(text) == masked


def make(*cells, **extra):
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, **extra}).encode()


def code(source):
    return {"cell_type": "code", "source": source, "outputs": [], "metadata": {}}


MARKDOWN = {"cell_type": "markdown", "source": "smuggle x"}
RAW = {"cell_type": "raw", "source": "smuggle x"}


def texts(data):
    return [(cell.index, cell.text) for cell in read_document(data, "a.ipynb").cells]


def test_cells_are_counted_among_all_cells():
    assert texts(make(MARKDOWN, code("a"), RAW, code(["b\n", "c"]))) == [(2, "a"), (4, "b\nc")]


def test_format_3_has_worksheets_and_input():
    sheets = [
        {"cells": [MARKDOWN, {"cell_type": "code", "input": ["a\n", "b"], "language": "python"}]},
        {"cells": [{"cell_type": "heading"}, {"cell_type": "code", "input": "c"}]},
    ]
    data = json.dumps({"worksheets": sheets, "nbformat": 3, "metadata": {"name": ""}}).encode()
    assert texts(data) == [(2, "a\nb"), (4, "c")]


@pytest.mark.parametrize(
    ("metadata", "count"),
    [
        ({}, 1),
        ({"kernelspec": {"language": "python", "name": "python3"}}, 1),
        ({"kernelspec": {"language": "R"}}, 0),
        ({"language_info": {"name": "julia"}}, 0),
        ({"language_info": {"name": "python"}, "kernelspec": {"language": "R"}}, 1),
        ({"language_info": {"name": "ipython"}}, 1),
        ({"language_info": 3}, 1),
        ([], 1),
    ],
)
def test_a_notebook_of_another_language_has_no_cells(metadata, count):
    assert len(texts(make(code("x"), metadata=metadata))) == count


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a notebook: the file is empty"),
        (b" \n", "not a notebook: the file is empty"),
        (
            b"{\n  'a': 1}",
            "not valid JSON: Expecting property name enclosed in double quotes at row 2, column 3",
        ),
        (b'{"cells": [\n', "not valid JSON: Expecting value at row 2, column 1"),
        (b"\xef\xbb\xbf{}", "not a notebook: it starts with a byte order mark, which JSON forbids"),
        (b'{\n"\xff": 1}', "not a notebook: byte 0xff in row 2 is not UTF-8"),
        (b"[]", "not a notebook: its JSON is not an object"),
        (b"3", "not a notebook: its JSON is not an object"),
        (b"{}", 'not a notebook: it has no "cells"'),
        (b'{"cells": {}}', 'not a notebook: its "cells" are not a list'),
        (b'{"worksheets": [{"cells": 3}]}', 'not a notebook: its "cells" are not a list'),
        (b'{"cells": [3]}', "not a notebook: cell 1 is not an object"),
        (
            b'{"cells": [{"cell_type": "code"}]}',
            'not a notebook: the "source" of cell 1 is not text',
        ),
        (
            b'{"cells": [{"cell_type": "code", "source": [1]}]}',
            'not a notebook: the "source" of cell 1 is not text',
        ),
        (b"\x00\x01\x02", "not valid JSON: Expecting value at row 1, column 1"),
    ],
)
def test_what_is_no_notebook_is_one_clear_error(data, message):
    with pytest.raises(NotebookError) as caught:
        read_document(data, "a.ipynb")
    assert str(caught.value).startswith(message)


def test_endless_nesting_is_a_notebook_error():
    with pytest.raises(NotebookError):
        read_document(b"[" * 200_000, "a.ipynb")


@pytest.mark.parametrize(
    ("source", "text", "place"),
    [
        ("  x\n  y\nz", "x\ny\nz", Location(2, 3)),
        (">>> x\n... y\n", "x\ny\n", Location(2, 5)),
        ("\n  >>> x\n", "\nx\n", Location(2, 7)),
        ("In [12]: x\n    ...: y\n", "x\ny\n", Location(2, 10)),
        ("x\ny\n", "x\ny\n", Location(2, 1)),
        ("\tx\n\ty", "x\ny", Location(2, 2)),
    ],
)
def test_what_ipython_strips_in_front_is_added_to_the_column(source, text, place):
    (cell,) = read_document(make(code(source)), "a.ipynb").cells
    assert cell.source == source
    assert cell.text == text
    assert cell.place(Location(2, 1)) == place


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"x\r\n", "x\r\n"),
        (b"\xef\xbb\xbfx", "x"),
        (b"# coding: latin-1\n# \xe9", "# coding: latin-1\n# \xe9"),
        ("é = 1".encode(), "é = 1"),
        (b"", ""),
    ],
)
def test_a_script_is_decoded_as_python_decodes_it(data, text):
    (cell,) = read_document(data, "a.py").cells
    assert (cell.index, cell.text) == (None, text)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        b"# coding: nonsense\n",
        b"# coding: rot13\n",
        b"# coding: hex\n",
        b"# coding: undefined\n",
        b"# coding: idna\n\xe9",
        b"x\0y",
        b"x = '\xe9'",
    ],
)
def test_a_script_that_is_no_text_is_an_error(data):
    with pytest.raises(DavosError, match="not a Python script"):
        read_document(data, "a.py")


def test_masking_is_linear_in_the_length_of_a_hostile_cell():
    for hostile in (
        "'" * 100_001,
        "\\" * 100_000,
        '"""' + "\\" * 100_000,
        "?" * 100_000,
        "(" * 100_000,
        " " * 100_000,
        "x?\n" * 30_000,
        "...: " * 30_000,
    ):
        text = hostile + "\n%x\n"
        assert len(mask(text)) == len(text)
