"""What the server answers about a place: fixes, hover, completion, symbols, colours.

A `|` in a text marks the cursor.
"""

import sys

import pytest
from waiting import wait_for

from davos.lint import Settings, fix_bytes
from davos.onion.validator import TABLES


def cursor(shared, uri, text):
    """Open a text without its mark; the place of the mark in UTF-16."""
    before, _, after = text.partition("|")
    shared.open(before + after, uri)
    line = before.count("\n")
    return line, len(before.rpartition("\n")[2].encode("utf-16-le")) // 2


def hover(shared, uri, text):
    found = shared.ask("hover", uri, *cursor(shared, uri, text))
    return "" if found is None else found["contents"]["value"]


def completed(shared, uri, text):
    """The texts with each suggestion put in, by their labels."""
    place = cursor(shared, uri, text)
    before, _, after = text.partition("|")
    whole = before + after
    found = shared.ask("completion", uri, *place)["items"]
    return {item["label"]: edited(whole, [item["textEdit"]]) for item in found}


def edited(text, edits):
    """A text after edits whose ranges are in its old state."""
    lines = [*text.splitlines(keepends=True), ""]

    def offset(place):
        line = lines[place["line"]].encode("utf-16-le")
        before = line[: 2 * place["character"]].decode("utf-16-le")
        return sum(map(len, lines[: place["line"]])) + len(before)

    for edit in sorted(edits, key=lambda edit: offset(edit["range"]["start"]), reverse=True):
        start, end = (offset(edit["range"][side]) for side in ("start", "end"))
        text = text[:start] + edit["newText"] + text[end:]
    return text


# ---- hover ----

HOVERS = [
    (
        "smuggle six  # p|ip: six==1.16.0 --no-deps",
        ["six==1.16.0", "--no-deps", "dependencies out"],
    ),
    ("smuggle six  # pip: s|ix==1.16.0", ["**pip** is asked for `six==1.16.0`"]),
    ("smuggle six  # pip: six --no-|deps", ["Leave the dependencies out.", "passed on"]),
    ("smuggle six  # pip: six --no-b|u", ["already installed"]),
    ("smuggle six  # pip: six -I|vv", ["More output"]),
    ("smuggle six  # pip: six -|Ivv", ["Install without looking"]),
    ("smuggle six  # pip: six --progress-bar=o|n", ["How downloads are shown", "`ascii`"]),
    ("smuggle six  # pip: six --progress-bar o|n", ["How downloads are shown", "`ascii`"]),
    ("smuggle six  # pip: six -|r x.txt", ["**Refused**", "other packages"]),
    ("smuggle six  # pip: six --dry-r|un", ["**Refused**", "since 22.2"]),
    ("smuggle six  # pip: six --no|pe", ["`--nope` is not an option"]),
    ("smuggle six  # pip: six --no|-d", ["`--no-d` may be `--no-dependencies`, `--no-deps`"]),
    ("smuggle six  # pip: s|ix six", ["**DAV104**"]),
    ("smuggle six  # pip: s|ix 'six", ["**DAV107**"]),
    ("smuggle six  # conda: s|ix=", ["**DAV103**"]),
    ("smuggle six  # conda: six -|k", ["**Refused**", "certificates"]),
    ("smuggle six  # conda: six --pr|une", ["**Refused**", "other packages"]),
    ("smuggle six  # conda: six -|c=forge", ["Search this channel"]),
    ("smuggle six  # conda: six -yc=fo|rge", ["Search this channel"]),
    ("smuggle six  # conda: six --no-p|in", ["Ignore pinned_packages"]),
    ("smuggle six  # conda: six=1.16,pan|das", ["**DAV103**", "pandas would be a second"]),
    ("smuggle six  # conda: x::six >|=1, <2", ["**conda** is asked for `x::six >=1, <2`"]),
    ("'🐍'; smuggle six  # pip: six --no-de|ps", ["Leave the dependencies out."]),
    ("smug|gle six  # pip: six==1.16.0", ["means what `import` means", "six==1.16.0"]),
    ("smug|gle six", ["means what `import` means"]),
    ("smuggle x  # pip: git+https://x|.org/x.git@abc", ["git checkout of `abc`", "only its build"]),
    ("smuggle x  # pip: -e| .", ["development mode"]),
    ("smuggle x  # pip: -e |.", ["editable"]),
    ("smuggle x  # pip: 'x==1; python_version<\"3\"'|", []),
]


@pytest.mark.parametrize(("text", "words"), HOVERS, ids=[text for text, _ in HOVERS])
def test_hover(shared, uri, text, words):
    found = hover(shared, uri, text)
    assert all(word in found for word in words), found
    assert bool(found) == bool(words)


@pytest.mark.parametrize(
    "text", ["x = 1 |# pip: x", "smuggle s|ix  # pip: six", "|", "'smu|ggle x'"]
)
def test_nothing_to_hover_over(shared, uri, text):
    assert hover(shared, uri, text) == ""


def test_hover_tells_what_is_installed(shared, uri):
    found = hover(shared, uri, "smuggle pytest  # pip: pytest<|1")
    assert f"`{pytest.__version__}` is installed in" in found
    assert "which is not `<1`" in found
    assert "not installed in" in hover(shared, uri, "smuggle q  # pip: q-nobody-has|-this")


def test_hover_tells_what_is_installed_of_a_package_of_conda(shared, uri):
    found = hover(shared, uri, "smuggle pytest  # conda: pytest<|1")
    assert f"`{pytest.__version__}` is installed in" in found
    assert "which is not `<1`" in found
    found = hover(shared, uri, "smuggle zstd  # conda: zs|td")
    assert "asked for" in found
    assert "installed" not in found  # of PyPI's zstd, which is another package


def test_hover_tells_what_is_installed_in_the_notebooks_project(start, tmp_path):
    from davos.environments.project import Project

    notebook = tmp_path / "nb.ipynb"
    notebook.write_text("{}")
    client = start()
    client.initialize()
    project = Project.for_notebook(notebook)
    project.ensure()
    info = project.site_packages_dir / "six-1.15.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: six\nVersion: 1.15.0\n")
    uris = client.open_notebook(["smuggle six  # pip: six==1.16.0"], notebook.as_uri())
    found = client.ask("hover", uris[0], 0, 22)["contents"]["value"]
    assert "`1.15.0` is installed in the notebook's project, which is not `==1.16.0`" in found


@pytest.mark.parametrize(
    ("table", "flag"),
    [(table, flag) for table in TABLES.values() for flag in table.by_flag],
    ids=lambda value: getattr(value, "installer", value),
)
def test_every_option_has_its_page(shared, table, flag):
    uri = "file:///nowhere/options.py"
    option = table.by_flag[flag]
    found = hover(shared, uri, f"smuggle six  # {table.installer}: six |{flag} x")
    assert option.help in found
    assert (option.reason or option.effect.value) in found


# ---- completion ----


def test_the_keyword(shared, uri):
    assert completed(shared, uri, "x = 1\n  \nsmu|") == {"smuggle": "x = 1\n  \nsmuggle"}
    assert completed(shared, uri, "x = 1; s|") == {"smuggle": "x = 1; smuggle"}
    assert completed(shared, uri, "if x: s|\ny") == {"smuggle": "if x: smuggle\ny"}
    assert completed(shared, uri, "from a.b smug|") == {"smuggle": "from a.b smuggle"}
    assert completed(shared, uri, "from . smug|") == {"smuggle": "from . smuggle"}


@pytest.mark.parametrize(
    "text", ["x = s|", "'''\ns|", "# s|", "f(\ns|", "import s|", "x.s|", "x|", "|", "smuggle s|"]
)
def test_no_keyword_where_no_statement_starts(shared, uri, text):
    assert completed(shared, uri, text) == {}


def test_installers(shared, uri):
    both = {name: f"smuggle six  # {name}: " for name in ("pip", "uv", "conda")}
    assert completed(shared, uri, "smuggle six  #|") == both
    assert completed(shared, uri, "smuggle six  # p|") == {"pip": "smuggle six  # pip: "}
    assert completed(shared, uri, "smuggle six  # x|") == {}
    assert completed(shared, uri, "import six  # p|") == {}


def test_options(shared, uri):
    found = completed(shared, uri, "smuggle six  # pip: six --no-d|")
    assert found["--no-deps"] == "smuggle six  # pip: six --no-deps"
    assert set(found) == {"--no-deps", "--no-dependencies"}
    found = completed(shared, uri, "smuggle six  # pip: six -| --no-cache-dir")
    assert "--index-url URL" in found
    assert "-v" in found
    assert found["--pre"] == "smuggle six  # pip: six --pre --no-cache-dir"


def test_options_that_would_be_refused_are_not_suggested(shared, uri):
    found = completed(shared, uri, "smuggle six  # pip: six --user --pre -|")
    assert not {"--requirement FILE", "--dry-run", "--pre", "--target DIR"} & set(found)
    assert {"-v", "--extra-index-url URL"} <= set(found)


def test_values(shared, uri):
    found = completed(shared, uri, "smuggle six  # pip: six --progress-bar |")
    assert found["off"] == "smuggle six  # pip: six --progress-bar off"
    assert set(completed(shared, uri, "smuggle six  # pip: six --progress-bar=o|")) == {"on", "off"}
    assert completed(shared, uri, "smuggle six  # pip: six --timeout |") == {}


def test_options_and_values_of_conda(shared, uri):
    found = completed(shared, uri, "smuggle six  # conda: six --ch|")
    assert found["--channel CHANNEL"] == "smuggle six  # conda: six --channel"
    found = completed(shared, uri, "smuggle six  # conda: six --update-deps -|")
    assert {"-c CHANNEL", "-O", "--no-deps"} <= set(found)
    refused = {"--prefix PATH", "--name ENVIRONMENT", "--freeze-installed", "--pre", "--insecure"}
    assert not refused & set(found)
    found = completed(shared, uri, "smuggle six  # conda: six --solver |")
    assert "libmamba" in found


def test_requirements(shared, uri):
    version = f"pytest=={pytest.__version__}"
    found = completed(shared, uri, "smuggle pytest  # pip: |")
    assert found == {version: f"smuggle pytest  # pip: {version}"}
    assert version in completed(shared, uri, "from pytest smuggle raises  # pip: pyt|")
    assert completed(shared, uri, "smuggle pytest  # pip: pytest |") == {}
    found = completed(shared, uri, "smuggle sklearn  # pip: |")
    assert any(label.startswith("scikit-learn") for label in found)


@pytest.fixture
def offering(start, tmp_path, package_index):
    """A client whose server asks an index for versions."""
    for version in ("1.9", "1.10", "2.0rc1"):
        package_index.add("dvlib", version)
    client = start(DAVOS_HOME=str(tmp_path / "home"))
    client.initialize()
    return client


def all_offered(client, uri, text):
    """The answer that is complete."""
    place = cursor(client, uri, text)
    return wait_for(
        lambda: not (found := client.ask("completion", uri, *place))["isIncomplete"] and found
    )


def test_versions_are_those_of_the_index_the_newest_first(offering, uri):
    text = "smuggle dvlib  # pip: dvlib==1.|0 --pre"
    first = offering.ask("completion", uri, *cursor(offering, uri, text))
    assert (first["items"], first["isIncomplete"]) == ([], True)
    items = all_offered(offering, uri, text)["items"]
    assert [item["label"] for item in sorted(items, key=lambda item: item["sortText"])] == [
        "1.10",
        "1.9",
    ]
    assert edited(text.replace("|", ""), [items[1]["textEdit"]]) == (
        "smuggle dvlib  # pip: dvlib==1.9 --pre"
    )
    found = all_offered(offering, f"{uri}b", "from dvlib smuggle x  # uv: dvlib >= 1.9, <|")[
        "items"
    ]
    assert [item["label"] for item in found] == ["1.10", "1.9", "2.0rc1"]


def test_the_installed_version_is_offered_without_an_index(start, uri):
    client = start(PIP_NO_INDEX="1")
    client.initialize()
    (item,) = all_offered(client, uri, "smuggle pytest  # pip: pytest~=|")["items"]
    assert item["label"] == pytest.__version__
    assert item["detail"].startswith("installed in")


# ---- code actions ----


def fixes(shared, uri, text, only=None):
    line, character = cursor(shared, uri, text)
    place = {"line": line, "character": character}
    context = {"diagnostics": [], **({} if only is None else {"only": only})}
    return shared.ask("codeAction", uri, range={"start": place, "end": place}, context=context)


@pytest.mark.parametrize("installer", ["pip", "uv", "conda"])
def test_a_quick_fix(shared, uri, installer):
    text = f"import davos\nsmuggle six  # {installer}: six==1.16.0 --no-dep|z\n"
    uri = f"{uri}.{installer}.py"
    action = fixes(shared, uri, text, ["quickfix"])[0]
    assert action["kind"] == "quickfix"
    assert action["diagnostics"][0]["code"] == "DAV101"
    (change,) = action["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 1}
    assert "--no-deps" in edited(text.replace("|", ""), change["edits"])


SILENCED = [
    "smuggle six  # pip: s|ix",
    "smuggle six  # pip: s|ix  # noqa: DAV999",
    "from six smuggle (  # pip: |six\n  moves)",
    "if x:\n    smuggle |six; smuggle other  # pip: other==1.0\n",
]


@pytest.mark.parametrize("text", SILENCED)
def test_a_warning_is_suppressed(shared, uri, text):
    text = f"import davos\n{text}"
    actions = fixes(shared, uri, text, ["quickfix"])
    (action,) = [one for one in actions if one["title"] == "Suppress DAV301 in this row"]
    (change,) = action["edit"]["documentChanges"]
    after = edited(text.replace("|", ""), change["edits"])
    assert action["diagnostics"][0]["code"] == "DAV301"
    assert "DAV301" not in shared.codes(shared.open(after, f"{uri}.silenced.py"))


def test_what_cannot_be_silenced_there(shared, uri):
    for text in ("smuggle six  # pip: six --no|pe", "smuggle s|ix \\\n    # pip: six"):
        actions = fixes(shared, uri, f"import davos\n{text}", ["quickfix"])
        assert not [one for one in actions if one["title"].startswith("Suppress")]


def test_no_fix_elsewhere(shared, uri):
    text = "import |davos\nsmuggle six  # pip: six==1.16.0 --no-depz\n"
    assert fixes(shared, uri, text, ["quickfix"]) == []
    assert fixes(shared, uri, text, ["refactor"]) == []


def test_fix_all(shared, uri):
    text = (
        "import davos|\nsmuggle six  # pip: six==1.16.0 --no-depz\nsmuggle a  # pip: a==1 --prre\n"
    )
    for only in (["source.fixAll.davos"], ["source.fixAll"], ["source"]):
        (action,) = fixes(shared, uri, text, only)
        assert action["kind"] == "source.fixAll.davos"
    (change,) = action["edit"]["documentChanges"]
    after = edited(text.replace("|", ""), change["edits"])
    assert "--no-deps" in after
    assert "--pre\n" in after


ROUNDS = [
    "smuggle json, a  # pip: json=1  # noqa: DAV401\n",
    "import davos\r\nsmuggle json, a  # pip: json=1  # noqa: DAV401\r\nx = '😀'; smuggle os  # pip: os==1",
    "smuggle json  # pip: json==1\nif x:\n    pass\nsmuggle os  # pip: os==1  # noqa: DAV402",
    "x\rsmuggle a, b  # pip: a=1\r",
]


@pytest.mark.parametrize("text", ROUNDS)
def test_fix_all_goes_on_as_the_command_line_does(shared, uri, text):
    uri = f"{uri}{ROUNDS.index(text)}.py"
    (action,) = fixes(shared, uri, f"|{text}", ["source.fixAll"])
    (change,) = action["edit"]["documentChanges"]
    wanted = fix_bytes(text.encode(), "a.py", Settings()).data.decode()
    assert edited(text, change["edits"]) == wanted
    shared.open(wanted, uri)
    place = {"line": 0, "character": 0}
    context = {"diagnostics": [], "only": ["source.fixAll"]}
    assert not shared.ask("codeAction", uri, range={"start": place, "end": place}, context=context)


def test_fixes_for_clients_without_versions(client):
    uri = client.open("smuggle six  # pip: six==1.16.0 --no-depz\n")
    place = {"line": 0, "character": 35}
    context = {"diagnostics": [], "only": ["quickfix"]}
    found = client.ask("codeAction", uri, range={"start": place, "end": place}, context=context)
    assert [list(action["edit"]["changes"]) for action in found] == [[uri]]


def test_fixes_in_a_notebook(client):
    sources = ["import davos", *["smuggle six  # pip: six==1.16.0 --no-depz"] * 2]
    uris = client.open_notebook(sources)
    place = {"line": 0, "character": 0}
    place = {"start": place, "end": place}

    def edits(kind):
        context = {"diagnostics": [], "only": [kind]}
        (action,) = client.ask("codeAction", uris[1], range=place, context=context)
        return action["edit"]["changes"]

    assert list(edits("source.fixAll.davos")) == [uris[1]]
    changes = edits("notebook.source.fixAll.davos")
    assert sorted(changes) == uris[1:]
    assert edited(sources[1], changes[uris[1]]).endswith("--no-deps")


# ---- symbols, colours ----


def test_symbols(shared, uri):
    shared.open(
        "smuggle numpy as np, a.b  # pip: numpy==1.0\n"
        "def f():\n    from x.y smuggle (z,\n        w as v)\nfrom q smuggle *\nsmuggle (",
        uri,
    )
    found = shared.ask("documentSymbol", uri)
    assert [(one["name"], one.get("detail")) for one in found] == [
        ("np", "pip: numpy==1.0"),
        ("a.b", None),
        ("z", "x.y"),
        ("v", "x.y"),
        ("q.*", "q"),
    ]
    for one in found:
        inner, outer = one["selectionRange"], one["range"]
        assert tuple(outer["start"].values()) <= tuple(inner["start"].values())
        assert tuple(inner["end"].values()) <= tuple(outer["end"].values())


def test_symbols_for_clients_without_outlines(client):
    uri = client.open("smuggle a\n")
    (found,) = client.ask("documentSymbol", uri)
    assert (found["name"], found["location"]["uri"]) == ("a", uri)


LEGEND = ["keyword", "namespace", "parameter", "string", "type"]


def coloured(text, data):
    lines = [line.encode("utf-16-le") for line in text.split("\n")]
    line = start = 0
    found = []
    for ahead, column, length, kind, modifiers in zip(*[iter(data)] * 5):
        assert modifiers == 0
        line, start = line + ahead, column + (0 if ahead else start)
        word = lines[line][2 * start : 2 * (start + length)].decode("utf-16-le")
        found.append((word, LEGEND[kind]))
    return found


def test_colours_of_an_onion_comment_of_conda(shared, uri):
    text = "smuggle a  # conda: a >=1, <2 -c forge --no-deps\n"
    shared.open(text, uri)
    assert coloured(text, shared.ask("semanticTokens/full", uri)["data"]) == [
        ("smuggle", "keyword"),
        ("conda", "namespace"),
        *((word, "type") for word in ("a", ">=1,", "<2")),
        ("-c", "parameter"),
        ("forge", "string"),
        ("--no-deps", "parameter"),
    ]


def test_colours(shared, uri):
    text = (
        "'🐍'; smuggle numpy  # pip: -Iv 🐍 --timeout 5 --nope\n"
        "from .smuggle smuggle x; smuggle = 1; smuggle y  # pip: --timeout=5 y -i 'a b'\n"
    )
    shared.open(text, uri)
    found = coloured(text, shared.ask("semanticTokens/full", uri)["data"])
    first = [
        ("smuggle", "keyword"),
        ("pip", "namespace"),
        ("-I", "parameter"),
        ("v", "parameter"),
        ("🐍", "type"),
        ("--timeout", "parameter"),
        ("5", "string"),
    ]
    second = [
        ("smuggle", "keyword"),
        ("smuggle", "keyword"),
        ("pip", "namespace"),
        ("--timeout", "parameter"),
        ("5", "string"),
        ("y", "type"),
        ("-i", "parameter"),
        ("'a b'", "string"),
    ]
    assert found == first + second
    place = {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 0}}
    data = shared.ask("semanticTokens/range", uri, range=place)["data"]
    assert coloured(text, data) == second


def test_the_servers_python_is_this_one(shared, uri):
    assert sys.executable in hover(shared, uri, "smuggle q  # pip: |q").replace("\\", "")
