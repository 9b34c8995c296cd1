"""Any mixture of imports and other code means the same after `davos convert`, and back."""

import ast
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from davos.convert.backward import revert
from davos.convert.forward import convert
from davos.convert.inventory import Inventory
from davos.documents.parsed_cell import ParsedCell
from davos.documents.reader import read_document

INVENTORY = Inventory(
    [], {"six": "six==1.16.0", "attrs": "attrs>=20", "zope-a": "zope.a @ https://x.org/a.zip"}
)
MODULES = st.sampled_from(["six", "attr", "os", "json", "zope.a", "six.moves", "unknown", "davos"])
ALIASES = st.one_of(MODULES, MODULES.map(lambda name: f"{name} as x_{name[0]}"))
IMPORTS = st.lists(ALIASES, min_size=1, max_size=4).map(lambda names: "import " + ", ".join(names))
FROMS = st.builds(
    "from {}{} import {}".format,
    st.sampled_from(["", "", "."]),
    MODULES,
    st.sampled_from(["a", "a as b, c", "(a)", "(a,\n    b,  # c\n)", "a, \\\n b"]),
)
OTHERS = st.sampled_from(
    ["x = 1", "f('import six')", "y = [1,\n 2]", "s = '''\nimport six\n'''", "é = {}"]
)
STATEMENTS = st.one_of(IMPORTS, FROMS, OTHERS)
TAILS = st.sampled_from(["", "  # c", ";", " ; # c", "# c", "  # pip: other==1"])
LINES = st.builds(
    lambda some, tail: "; ".join(some) + tail, st.lists(STATEMENTS, min_size=1, max_size=3), TAILS
)
CLAUSES = st.builds(
    "{}{}".format, st.sampled_from(["if x: ", "for i in x:", "with y as z: ", "else_ = 1; "]), LINES
)


def indented(head, lines, step):
    body = "\n".join(f"{step}{line}" for line in lines)
    return f"{head}\n{body}"


BLOCKS = st.builds(
    indented,
    st.sampled_from(["if x:", "while x:", "try:\n\tpass\nexcept ImportError:", "def f():"]),
    st.lists(st.one_of(LINES, CLAUSES), min_size=1, max_size=3),
    st.sampled_from(["\t", "  "]),
)
MAGICS = st.sampled_from(
    ["%matplotlib inline", "!ls", "x = !ls", "%pip install -q six attrs other", "!pip install six"]
)
CELLS = st.lists(st.one_of(LINES, CLAUSES, BLOCKS, MAGICS), max_size=5).map("\n".join)
FORMS = st.sampled_from(
    [{"indent": 1}, {"indent": 2, "ensure_ascii": False}, {}, {"separators": (",", ":")}]
)


def notebook(sources, *, listed, **form):
    cells = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [],
         "source": source.splitlines(keepends=True) if listed else source}
        for source in sources
    ]  # fmt: skip
    content = {"cells": cells, "metadata": {"ü": 1}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(content, **form).encode()


def meaning(data):
    """The statements of all cells, imports one by one; without what sets davos up."""
    document = read_document(data, "x.ipynb")
    facts = [ParsedCell(document, cell, number) for number, cell in enumerate(document.cells)]
    trees = [one.tree for one in facts]
    if any(isinstance(tree, SyntaxError) for tree in trees):
        return None
    return [line for tree in trees for line in split(tree) if line not in {DAVOS, MASKED}]


def split(tree):
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list):
                setattr(node, name, [part for one in body for part in alone(one)])
    return [ast.dump(one) for one in tree.body]


def alone(statement):
    if not isinstance(statement, ast.Import):
        return [statement]
    return [ast.Import([name]) for name in statement.names]


DAVOS = ast.dump(ast.Import([ast.alias("davos")]))
MASKED = ast.dump(ast.parse("0").body[0])


@given(st.lists(CELLS, max_size=4), st.booleans(), FORMS)
@settings(deadline=None, max_examples=150)
def test_the_meaning_stays_there_and_back(sources, listed, form):
    data = notebook(sources, listed=listed, **form)
    before = meaning(data)
    there = convert(data, "x.ipynb", INVENTORY).data
    assert meaning(there) == before or before is None
    assert convert(there, "x.ipynb", INVENTORY).data == there
    back = revert(there, "x.ipynb", INVENTORY).data
    assert meaning(back) == before or before is None
    for changed in (there, back):
        json.loads(changed)
        assert ("\n" in changed.decode()) == ("indent" in form)
        assert ("ü" in changed.decode()) == ("ü" in data.decode())


@given(CELLS, st.sampled_from(["\n", "\r\n"]))
@settings(deadline=None, max_examples=100)
def test_scripts_too(source, line_end):
    data = f"{source}\n".replace("\n", line_end).encode()
    there = convert(data, "x.py", INVENTORY).data
    assert convert(there, "x.py", INVENTORY).data == there
    assert there.count(b"\n") - there.count(line_end.encode()) == 0


def test_the_measure_sees_a_difference():
    with pytest.raises(AssertionError):
        assert meaning(notebook(["import a"], listed=True)) == meaning(
            notebook(["import b"], listed=True)
        )
