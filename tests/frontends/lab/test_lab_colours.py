"""The extension's JavaScript colours the words that davos itself reads."""

from __future__ import annotations

import json
import shutil
import subprocess
import textwrap
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from davos.documents.magics import PYTHON_CELL_MAGICS, mask
from davos.onion.validator import TABLES

semantic_tokens = pytest.importorskip("davos.lsp.semantic_tokens", reason="needs the extra lsp")

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / "davos" / "frontends" / "lab" / "src"
NODE = shutil.which("node")
pytestmark = [
    pytest.mark.skipif(NODE is None, reason="no node on PATH"),
    pytest.mark.skipif(not SOURCES.exists(), reason="only a clone has the sources"),
]
KINDS = {
    "keyword": "keyword",
    "namespace": "installer",
    "parameter": "option",
    "string": "value",
    "type": "requirement",
}
STATEMENTS = [
    "smuggle a",
    "smuggle a.b as c, d  # pip: a>=1,<2",
    "smuggle\ta ;smuggle b # uv: b --prerelease allow",
    "smuggle \\\n  a  # pip: a",
    "from a smuggle b",
    "from a.b smuggle *  # pip: a==1.0 # pip: not this",
    "from . smuggle x",
    "from .smuggle smuggle x",
    "from .smuggle import x",
    "from . smuggle smuggle",
    "from smuggle smuggle x",
    "from smuggle import x",
    "from a smuggle (b,  # pip: c\n  d)  # pip: e",
    "from a smuggle (b,\n  d)  # pip: e",
    "from a smuggle (b,  # an ordinary one\n  d)  # pip: e",
    "smuggle a; x = 1  # pip: a",
    "smuggle a;  # pip: a",
    "smuggle a  ## pip: a",
    "smuggle a  # pip install a",
    "smuggle élan  # pip: -e git+https://h.invalid/r@v1#egg=élan --no-deps",
    "smuggle a  # pip: 'a >= 1' -i https://h.invalid/s --extra-index-url=https://h.invalid/t",
    "smuggle a  # pip: --editable=./a  -c file.txt",
    "smuggle a  # pip: a >= 1",
    "smuggle a  # conda: a=1.2 -c conda-forge --override-channels",
    "smuggle a  # conda: 'a >=1,<2' --channel=x -n base",
    "if x: smuggle a",
    "for x in y: smuggle a; smuggle b",
    "else: smuggle a",
    "class A: from a smuggle b",
    "def f(x: int = 1) -> {1: 2}: smuggle a",
    "if (lambda: 1)(): smuggle a",
    "async def f(): smuggle a",
    "if x:\n    smuggle a\n\tsmuggle b",
    "smuggle *",
    "constructor = toString\nsmuggle a",
]
OTHERS = [
    "smuggle = 1",
    "smuggle(x)",
    "smuggle.x",
    "smuggle in y",
    "smuggle is None",
    "smuggle if x else y",
    "smuggle: int",
    "x: smuggle",
    "x = [1, smuggle]",
    "{1: smuggle}",
    "f(x,\nsmuggle, a)",
    "match smuggle:\n  case 1: pass",
    "def smuggle(): pass",
    "smuggled a",
    "my_smuggle a",
    "x.smuggle",
    "# smuggle a",
    "'smuggle a'",
    "'''\nsmuggle a\n'''",
    'r"""\nsmuggle a  # pip: a\n"""',
    "x = '''\nfrom a smuggle b\n'''; y = 1",
    "from a import smuggle",
    "x = 'a' \\\n  'smuggle b'",
]
MAGICS = [
    "%%time\nsmuggle a",
    "%%timeit -n 1\n%%capture\n\nsmuggle a  # pip: a",
    "%%bash\nsmuggle a",
    "%%html\n%%time\nsmuggle a",
    "%time smuggle a  # pip: a",
    "%timeit -n 1 -r 1 from a smuggle b",
    "%time print(1)\nsmuggle a",
    "!echo \"don't\nsmuggle a",
    "!echo \\\nsmuggle a\nsmuggle b",
    "x = !ls '\nsmuggle a",
    "x = %who '\nsmuggle a",
    "smuggle?\nsmuggle a",
    "?smuggle a\nsmuggle b",
    "a?\n\nsmuggle a",
    "/f 'x\n,f 'y\n;f 'z\nsmuggle a",
    "if x:\n    !ls '\n    smuggle a",
    "%%timex\nsmuggle a",
    "\n  \n%%time\nsmuggle a",
]


def cells_of_the_fixtures():
    """Every cell of the notebooks in tests/cases."""
    for file in sorted((ROOT / "tests" / "cases").rglob("*.ipynb")):
        try:
            notebook = nbformat.read(file, 4)
        except Exception:  # noqa: BLE001 - some are broken on purpose
            continue
        yield from (cell.source for cell in notebook.cells if cell.cell_type == "code")


def by_davos(text):
    cell = SimpleNamespace(text=mask(text))
    return [
        [KINDS[kind], text[span.start : span.end]]
        for statement in semantic_tokens.typed_statements(cell)
        for span, kind in semantic_tokens._coloured(statement)
    ]


def run_node(script, given):
    command = [NODE, "--input-type=module", "-e", script]
    done = subprocess.run(
        command, input=json.dumps(given), cwd=SOURCES, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def by_javascript(texts):
    return run_node(
        """
        import { readFileSync } from 'node:fs';
        import { coloured } from './statements.js';
        const words = text =>
          coloured(text, true).map(([start, end, kind]) => [kind, text.slice(start, end)]);
        console.log(JSON.stringify(JSON.parse(readFileSync(0)).map(words)));
        """,
        texts,
    )


def value_options():
    """The text of value-options.js: for each installer the options that take a value."""
    lines = [
        "// The options that take a value: davos' own tables. tests/frontends/lab writes this text."
    ]
    lines += ["", "export default {"]
    for installer, table in TABLES.items():
        flags = sorted(flag for flag, option in table.by_flag.items() if option.takes_value)
        rows = textwrap.wrap(" ".join(flags), 94, break_on_hyphens=False, break_long_words=False)
        texts = " ' +\n    '".join(rows)
        lines += [f"  {installer}: (", f"    '{texts}'", "  ).split(' '),"]
    return "\n".join([*lines, "};", ""])


def test_it_colours_what_the_language_server_colours():
    texts = [*STATEMENTS, *OTHERS, *MAGICS, *cells_of_the_fixtures()]
    assert len(texts) > 100
    expected = [by_davos(text) for text in texts]
    assert sum(map(bool, expected)) > 50
    for text, found, wanted in zip(texts, by_javascript(texts), expected):
        assert found == wanted, text


def test_it_colours_nothing_that_is_no_statement():
    assert by_javascript(OTHERS) == [[]] * len(OTHERS)


def test_a_smuggle_between_unfinished_lines_is_coloured():
    """As a user types, quotes are open for a while."""
    assert by_javascript(["x = 'a\nsmuggle a", "smuggle a  # pip: 'a"]) == [
        [["keyword", "smuggle"]],
        [["keyword", "smuggle"], ["installer", "pip"], ["requirement", "'a"]],
    ]


def test_its_tables_are_those_of_davos():
    magics = run_node(
        """
        import { PYTHON_CELL_MAGICS } from './logical-lines.js';
        console.log(JSON.stringify(PYTHON_CELL_MAGICS));
        """,
        None,
    )
    assert set(magics) == PYTHON_CELL_MAGICS
    written = (SOURCES / "value-options.js").read_text(encoding="utf-8")
    assert written == value_options(), f"put this into value-options.js:\n{value_options()}"
