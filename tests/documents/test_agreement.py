"""What `davos parse`, `davos check` and the language server say about one file, side by side."""

import json

import pytest
from lsprotocol import types

from davos.cli.main import main
from davos.lint.settings import Settings
from davos.lsp.open_cells import notebook_file, script_file
from davos.lsp.open_documents import Documents

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": "smuggle text"},
        {
            "cell_type": "code",
            "source": "!ls\nsmuggle six  # pip: six -zz\nsmuggle a as",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        },
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 4,
}
PERCENT = """# ---
# jupyter:
# ---
# %%
import davos
# %% [markdown]
# smuggle nothing
# %%
%matplotlib inline
smuggle six  # pip: six -zz
# %% name
x = 1; smuggle a as
"""
HEADED = """import davos

# %%
smuggle six  # pip: six -zz

#%%
smuggle a as
"""
MARKDOWN = """---
jupytext: {}
---

smuggle text

```python
smuggle six  # pip: six -zz
```

  ```python
  smuggle a as
  ```
"""
SCRIPT = "import davos\nsmuggle six  # pip: six -zz\nsmuggle a as\n"

# name, text, kind, [(cell, row, column) of the statements], [... of the errors]
FILES = [
    ("a.ipynb", json.dumps(NOTEBOOK), "notebook", [(2, 2, 1)], [(2, 2, 25), (2, 3, 13)]),
    ("a.py", PERCENT, "notebook", [(3, 10, 1)], [(3, 10, 25), (4, 12, 20)]),
    ("headed.py", HEADED, "notebook", [(2, 4, 1)], [(2, 4, 25), (3, 7, 13)]),
    ("percent", HEADED, "notebook", [(2, 4, 1)], [(2, 4, 25), (3, 7, 13)]),
    ("crlf.py", HEADED.replace("\n", "\r\n"), "notebook", [(2, 4, 1)], [(2, 4, 25), (3, 7, 13)]),
    ("a.md", MARKDOWN, "notebook", [(None, 8, 1)], [(None, 8, 25), (None, 12, 15)]),
    ("a.qmd", MARKDOWN.replace("```python", "```{python}"), "notebook",
     [(None, 8, 1)], [(None, 8, 25), (None, 12, 15)]),
    ("script.py", SCRIPT, "script", [(None, 2, 1)], [(None, 2, 25), (None, 3, 13)]),
]  # fmt: skip


@pytest.fixture(params=FILES, ids=[row[0] for row in FILES])
def case(request, tmp_path):
    name, text, *expected = request.param
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path, text, *expected


def answer(capsys, *arguments):
    main([*arguments])
    return json.loads(capsys.readouterr().out)


def places(found):
    return [(one["cell"], *one["location"].values()) for one in found]


def opened(path, text):
    """The file as an editor has it open."""
    documents = Documents("utf-32")
    if path.suffix != ".ipynb":
        documents.open(types.TextDocumentItem(path.as_uri(), types.LanguageKind.Python, 1, text))
        return script_file(documents.text(path.as_uri()), str(path))
    cells = [
        types.NotebookCell(types.NotebookCellKind(1 + (cell["cell_type"] == "code")), f"c:{n}")
        for n, cell in enumerate(json.loads(text)["cells"])
    ]
    documents.open_notebook(
        types.DidOpenNotebookDocumentParams(
            types.NotebookDocument(path.as_uri(), "jupyter-notebook", 1, cells),
            [
                types.TextDocumentItem(f"c:{n}", types.LanguageKind.Python, 1, cell["source"])
                for n, cell in enumerate(json.loads(text)["cells"])
            ],
        )
    )
    return notebook_file(documents.notebook(path.as_uri()), documents, str(path))


def test_parse_says_what_the_file_is_and_where_its_statements_and_errors_are(case, capsys):
    path, _, kind, statements, errors = case
    (parsed,) = answer(capsys, "parse", "--json", str(path))["files"]
    assert parsed["kind"] == kind
    assert places(parsed["statements"]) == statements
    assert places(parsed["diagnostics"]) == errors


def test_check_finds_the_same_errors_in_the_same_places(case, capsys):
    path, *_, errors = case
    found = answer(capsys, "check", "--isolated", "--output-format", "json", str(path))
    assert places(one for one in found if one["code"] in {"DAV001", "DAV101"}) == errors


def test_the_language_server_finds_them_there_too(case, capsys):
    path, text, _, statements, errors = case
    file = opened(path, text)
    found = [one for one in file.diagnostics(Settings()) if one.code in {"DAV001", "DAV101"}]
    assert [(one.ordinal, *one.location) for one in found] == errors
    known = [one for cell in file.cells for one in cell.facts.statements]
    assert [(one.ordinal, *one.range.start) for one in known] == statements
    shown = [cell.range(one.statement.span).start for cell in file.cells
             for one in cell.facts.statements]  # fmt: skip
    assert [(place.line + 1, place.character + 1) for place in shown] == [
        place[1:] for place in statements
    ]


def test_the_text_of_parse_and_check_names_cells_where_rows_are_those_of_cells(case, capsys):
    path, *_, errors = case
    main(["check", "--isolated", "--select", "DAV001,DAV101", str(path)])
    checked = capsys.readouterr().out.splitlines()
    main(["parse", str(path)])
    parsed = [line for line in capsys.readouterr().out.splitlines() if " DAV" in line]
    rows = [
        (f"cell {cell}:" if path.suffix == ".ipynb" else "") + f"{row}:{column}"
        for cell, row, column in errors
    ]
    assert [line.split(" DAV")[0].strip() for line in parsed] == rows
    assert [line.split(": DAV")[0] for line in checked if " DAV" in line] == [
        f"{path}:{row}" for row in rows
    ]
