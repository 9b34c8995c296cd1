"""Notebooks: findings that depend on other cells, and cells that come and go."""

import pytest

pytestmark = pytest.mark.slow  # a server for each test


def codes(client, uris):
    """The codes of all cells, after each was published."""
    found = {}
    while set(uris) - set(found):
        message = client.next()
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            found[params["uri"]] = [one["code"] for one in params["diagnostics"]]
    return [found[uri] for uri in uris]


def item(uri, text):
    return {"uri": uri, "languageId": "python", "version": 1, "text": text}


def test_cells_are_seen_in_order(client):
    uris = client.open_notebook(["smuggle six  # pip: six==1.16.0", None, "import davos"])
    first, third = codes(client, [uris[0], uris[2]])
    assert first == ["DAV204"]
    assert third == []
    assert uris[1] not in client.diagnostics


def test_a_cell_that_moves_changes_another(client):
    uris = client.open_notebook(["smuggle six  # pip: six==1.16.0", "import davos"])
    assert codes(client, uris)[0] == ["DAV204"]
    cells = [{"kind": 2, "document": uri} for uri in reversed(uris)]
    array = {"start": 0, "deleteCount": 2, "cells": cells}
    client.change_notebook({"structure": {"array": array}})
    assert codes(client, uris) == [[], []]


def test_cells_are_added_edited_and_removed(client):
    uris = client.open_notebook(["import davos"])
    assert codes(client, uris) == [[]]
    new = "vscode-notebook-cell:///nowhere/nb.ipynb#new"
    array = {"start": 1, "deleteCount": 0, "cells": [{"kind": 2, "document": new}]}
    opened = [item(new, "smuggle six  # pip: six==1.16.0 --nope")]
    client.change_notebook({"structure": {"array": array, "didOpen": opened}})
    assert codes(client, [new]) == [["DAV101"]]

    place = {"start": {"line": 0, "character": 32}, "end": {"line": 0, "character": 38}}
    content = {
        "document": {"uri": new, "version": 2},
        "changes": [{"range": place, "text": "--pre"}],
    }
    client.change_notebook({"textContent": [content]}, version=3)
    assert codes(client, [new]) == [["DAV305"]]

    array = {"start": 1, "deleteCount": 1}
    client.change_notebook({"structure": {"array": array, "didClose": [{"uri": new}]}}, version=4)
    assert codes(client, [new]) == [[]]
    client.notify(
        "notebookDocument/didClose",
        {
            "notebookDocument": {"uri": "file:///nowhere/nb.ipynb"},
            "cellTextDocuments": [{"uri": uris[0]}],
        },
    )
    assert codes(client, uris) == [[]]
    assert client.ask("documentSymbol", uris[0]) == []
    assert client.end() == 0
    assert not client.log


def test_a_cell_of_another_language_or_kind_is_left_alone(client):
    uris = client.open_notebook(["import davos", "smuggle a as"])
    assert codes(client, uris)[1] == ["DAV001"]
    cell = {"kind": 1, "document": uris[1]}
    client.change_notebook({"data": [cell]})
    assert codes(client, uris[:1]) == [[]]
    assert client.ask("semanticTokens/full", uris[1])["data"] == []


def test_a_cell_that_python_refuses_hides_no_other(client):
    uris = client.open_notebook(
        [
            "import davos",
            "def (\nimport os",
            "%%bash\nsmuggle",
            "smuggle six  # pip: six==1.16.0 --nope",
        ]
    )
    found = codes(client, uris)
    assert found[1] == ["DAV002"]
    assert found[2] == []
    assert found[3] == ["DAV101"]


def test_magics_and_prompts_move_no_position(client):
    uris = client.open_notebook(["import davos", "%time 1\n>>> smuggle six  # pip: six --nope"])
    codes(client, uris)
    (found,) = [one for one in client.diagnostics[uris[1]] if one["code"] == "DAV101"]
    assert found["range"]["start"] == {"line": 1, "character": 28}
    hover = client.ask("hover", uris[1], 1, 30)
    assert "not an option" in hover["contents"]["value"]
    assert hover["range"]["start"] == {"line": 1, "character": 28}


def test_notebooks_are_published_to_clients_that_pull(start):
    client = start()
    client.initialize(textDocument={"diagnostic": {}})
    uris = client.open_notebook(["smuggle six  # pip: six --nope", "import davos"])
    assert "DAV101" in codes(client, uris)[0]
    assert client.ask("diagnostic", uris[0])["items"] == []


def test_a_cell_may_be_edited_as_a_text(client):
    uris = client.open_notebook(["import davos", "smuggle six  # pip: six==1.16.0 --nope"])
    assert codes(client, uris)[1] == ["DAV101"]
    client.edit(uris[1], (0, 31), (0, 38), "")
    assert codes(client, uris)[1] == []
    client.notify("textDocument/didClose", {"textDocument": {"uri": uris[0]}})
    client.edit(uris[1], (0, 0), (0, 7), "import", 3)
    assert codes(client, uris[1:]) == [[]]
