"""Dependencies that a document declares for uv, juv or nteract."""

import json

import pytest

from davos.convert.forward import convert
from davos.convert.inventory import Inventory
from davos.convert.script_metadata import declared, with_block
from davos.documents.reader import read_document
from davos.exceptions import DavosError

BLOCK = '# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#   "Six<2",\n#\n#   "b[x]>=1 ; python_version>\'3\'",\n# ]\n# ///\n'
UV_LOCK = (
    '[[package]]\nname = "six"\nversion = "1.16.0"\n[[package]]\nname = "b"\nversion = "0.5"\n'
)


def notebook(*sources, **metadata):
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": one} for one in sources]
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4}).encode()


def found(data, name="a.ipynb"):
    return declared(data, read_document(data, name))


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.py", BLOCK.encode(), {"six": "Six<2", "b": 'b[x]>=1; python_version > "3"'}),
        ("a.py", BLOCK.replace("\n", "\r\n").encode(), {"six": "Six<2", "b": 'b[x]>=1; python_version > "3"'}),
        ("a.py", b"# /// script\n# ///\n", {}),
        ("a.py", b'# /// other\n# dependencies = ["six"]\n# ///\n', {}),
        ("a.py", b'# /// script\n# dependencies = ["six"]\nx = 1\n# ///\n', {}),
        ("a.ipynb", notebook("x", '# /// script\n# dependencies = ["six"]\n# ///'), {"six": "six"}),
        ("a.ipynb", notebook(uv={"dependencies": ["six==1.15", 1]}), {"six": "six==1.15"}),
        ("a.ipynb", notebook(uv=1, **{"uv.lock": UV_LOCK}), {}),
        ("a.ipynb", notebook(BLOCK, **{"uv.lock": UV_LOCK}),
         {"six": "Six==1.16.0", "b": 'b[x]>=1; python_version > "3"'}),
    ],
)  # fmt: skip
def test_declarations_are_read_and_a_locked_version_pins_what_it_fits(name, data, expected):
    assert found(data, name) == expected


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (notebook("# /// script\n# dependencies = [\n# ///"), "script metadata .* not valid TOML"),
        (notebook(uv={"dependencies": ["six!"]}), "'six!' is declared .* not a requirement"),
        (notebook(**{"uv.lock": "["}), "uv.lock: not valid TOML"),
    ],
)
def test_a_declaration_that_cannot_be_read_is_an_error(data, message):
    with pytest.raises(DavosError, match=message):
        found(data)


@pytest.mark.parametrize(
    ("inventory", "line"),
    [
        (Inventory([]), "smuggle six    # pip: Six<2"),
        (Inventory([], {"six": "six==1.5"}), "smuggle six    # pip: six==1.5"),
        (Inventory([], pinned=False), "smuggle six"),
    ],
)
def test_convert_takes_versions_from_a_declaration_unless_others_are_given(inventory, line):
    data = f"{BLOCK}import six\n".encode()
    converted = convert(data, "a.py", inventory).data.decode()
    assert converted.splitlines()[-1].split("#")[0].strip() == "smuggle six"
    assert converted.splitlines()[-1].partition("#")[2].strip() == line.partition("#")[2].strip()


def test_what_is_declared_and_not_imported_is_named():
    block = "# /// script\n# dependencies = ['six<2', 'Odd_Thing==1', 'lark']\n# ///\n"
    data = f"{block}import six\nsmuggle lark  # pip: lark\n".encode()
    notes = convert(data, "a.py", Inventory([])).notes
    (note,) = (one for one in notes if "declared" in one)
    assert note.startswith("Odd_Thing==1 is declared for other tools and is not imported: ")
    assert note.endswith("`smuggle` it with `# pip: Odd_Thing==1` to install it")


def test_convert_folds_lines_of_uv_as_those_of_pip():
    data = notebook("%uv pip install six==1.16.0\n", "import six\n")
    converted = convert(data, "a.ipynb", Inventory([])).data
    sources = [cell.source for cell in read_document(converted, "a.ipynb").cells]
    assert "pip: six==1.16.0" in "".join(sources)
    assert "uv pip" not in "".join(sources)


def test_a_block_takes_the_place_of_the_documents_own():
    data = notebook("x = 1", f"# why\n{BLOCK}y = 2")
    sources = [
        c.source for c in read_document(with_block(data, "a.ipynb", "new\n"), "a.ipynb").cells
    ]
    assert sources == ["x = 1", "# why\nnew\ny = 2"]
    percent = f"# %%\nx = 1\n# %%\n{BLOCK}y = 2\n".encode()
    assert with_block(percent, "a.py", "new\n") == b"# %%\nx = 1\n# %%\nnew\ny = 2\n"


def test_a_new_block_keeps_the_encoding_of_a_script():
    data = "# coding: latin-1\nx = 'é'\n".encode("latin-1")
    assert with_block(data, "a.py", "new\n") == "# coding: latin-1\nnew\nx = 'é'\n".encode(
        "latin-1"
    )
