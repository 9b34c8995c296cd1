"""`davos parse`: the public schema, and a tree for people."""

import ast
import json

import pytest

SOURCE = "smuggle numpy as np, a.b  # pip: numpy[x]>=1.0,<2 -vv\nfrom ..c smuggle *\n"


def place(row, column):
    return {"row": row, "column": column}


def test_json_is_the_public_schema(davos, write):
    write("a.ipynb", [None, SOURCE])
    status, out, err = davos("parse", "--json", "a.ipynb")
    assert (status, err) == (0, "")
    assert json.loads(out) == {
        "schema": 1,
        "files": [
            {
                "filename": "a.ipynb",
                "kind": "notebook",
                "statements": [
                    {
                        "type": "smuggle",
                        "level": 0,
                        "module": None,
                        "names": [
                            {"name": "numpy", "asname": "np"},
                            {"name": "a.b", "asname": None},
                        ],
                        "cell": 2,
                        "location": place(1, 1),
                        "end_location": place(1, 25),
                        "onion": {
                            "installer": "pip",
                            "args": ["numpy[x]>=1.0,<2", "-vv"],
                            "location": place(1, 27),
                            "end_location": place(1, 54),
                            "requirement": {
                                "name": "numpy",
                                "extras": ["x"],
                                "specifier": "<2,>=1.0",
                                "marker": None,
                                "url": None,
                                "editable": False,
                            },
                            "options": {"verbosity": 2},
                        },
                    },
                    {
                        "type": "from",
                        "level": 2,
                        "module": "c",
                        "names": [{"name": "*", "asname": None}],
                        "cell": 2,
                        "location": place(2, 1),
                        "end_location": place(2, 19),
                        "onion": None,
                    },
                ],
                "diagnostics": [],
            }
        ],
    }


def test_a_package_of_conda_says_its_parts_besides(davos, stdin):
    stdin("smuggle numpy  # conda: conda-forge::numpy=1.26.4=py*_0 -y")
    (found,) = json.loads(davos("parse", "--json", "-")[1])["files"][0]["statements"]
    assert found["onion"]["options"] == {"yes": True}
    assert found["onion"]["requirement"] == {
        "name": "numpy",
        "extras": [],
        "specifier": "==1.26.4",
        "marker": None,
        "url": None,
        "editable": False,
        "conda": {
            "version": "==1.26.4",
            "build": "py*_0",
            "channel": "conda-forge",
            "subdir": "",
            "sha256": "",
        },
    }


def test_an_invalid_onion_keeps_its_statement_and_gives_a_diagnostic(davos, write):
    write("a.py", "smuggle a  # pip: a=1\nfrom b smuggle\n")
    status, out, _ = davos("parse", "--json", "a.py")
    (file,) = json.loads(out)["files"]
    assert status == 1
    assert file["kind"] == "script"
    assert [(s["names"][0]["name"], s["cell"], s["onion"]) for s in file["statements"]] == [
        ("a", None, None)
    ]
    assert [(d["code"], d["location"]) for d in file["diagnostics"]] == [
        ("DAV103", place(1, 19)),
        ("DAV001", place(2, 15)),
    ]
    assert set(file["diagnostics"][0]) == {
        "code",
        "severity",
        "message",
        "cell",
        "location",
        "end_location",
        "fix",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "import a.b as c, d",
        "from . import e",
        "from ...f.g import (h as i,\n  j)",
        "from k import *",
    ],
)
def test_names_and_places_are_those_of_pythons_own_ast(davos, stdin, statement):
    (expected,) = ast.parse(statement).body
    stdin(statement.replace("import", "smuggle"))
    (found,) = json.loads(davos("parse", "--json", "-")[1])["files"][0]["statements"]
    longer = len("smuggle") - len("import") if expected.end_lineno == 1 else 0
    assert found["names"] == [{"name": a.name, "asname": a.asname} for a in expected.names]
    assert found["module"] == getattr(expected, "module", None)
    assert found["level"] == getattr(expected, "level", 0)
    assert found["location"] == place(expected.lineno, expected.col_offset + 1)
    assert found["end_location"] == place(expected.end_lineno, expected.end_col_offset + 1 + longer)


def test_standard_input_is_the_default(davos, stdin):
    stdin("smuggle a")
    (file,) = json.loads(davos("parse", "--json")[1])["files"]
    assert file["filename"] == "-"
    assert len(file["statements"]) == 1


def test_the_tree_shows_statements_requirements_options_and_errors(davos, write):
    write("a.ipynb", [SOURCE, "smuggle"])
    write("b.py", "smuggle x as\n")
    status, out, err = davos("parse", "a.ipynb", "b.py")
    assert (status, err) == (1, "")
    assert out.splitlines() == [
        "a.ipynb",
        "  cell 1:1:1 smuggle numpy as np, a.b",
        "    pip: numpy[x]>=1.0,<2",
        "      verbosity = 2",
        "  cell 1:2:1 from ..c smuggle *",
        "b.py",
        "  1:13 DAV001 expected a name after 'as'",
    ]


def test_every_file_is_in_one_document(davos, write):
    for number in range(20):
        write(f"{number}.py", "smuggle a\n")
    assert len(json.loads(davos("parse", "--json", ".")[1])["files"]) == 20


def test_an_onion_comment_for_uv_has_uvs_options(davos, write):
    write("a.py", "smuggle numpy  # uv: numpy==1.26.4 --prerelease allow\n")
    status, out, err = davos("parse", "--json", "a.py")
    assert (status, err) == (0, "")
    (statement,) = json.loads(out)["files"][0]["statements"]
    assert statement["onion"]["installer"] == "uv"
    assert statement["onion"]["args"] == ["numpy==1.26.4", "--prerelease", "allow"]
    assert statement["onion"]["options"] == {"prerelease": "allow"}


def test_an_option_of_pip_alone_is_an_error_in_an_onion_comment_for_uv(davos, write):
    write("a.py", "smuggle numpy  # uv: numpy==1.26.4 --prefer-binary\n")
    status, out, _ = davos("parse", "--json", "a.py")
    assert status == 1
    (found,) = json.loads(out)["files"][0]["diagnostics"]
    assert "--prefer-binary" in found["message"]
