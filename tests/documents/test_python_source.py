"""A cell as Python's own parser sees it."""

import ast
import sysconfig
from pathlib import Path

import pytest

from davos.documents.python_source import imports, scopes

NESTED = """
import a
def f():
    import b
    class C:
        from c import d
    return lambda: 1
if a: import e
elif b:
    import f
else:
    for x in y:
        import g
    else: import h
try: import i
except ImportError:
    import j
except (ValueError, TypeError): import k
else: import l
finally: import m
with a: import n
while a: import o
async def g():
    async with a: import p
    async for x in y: import q
    [import_ for import_ in y]
"""
MATCH = "match a:\n    case 1: import b\n    case _:\n        import c\n"


def all_imports(tree):
    return [(n, s) for n, s in scopes(tree) if isinstance(n, (ast.Import, ast.ImportFrom))]


def test_import_statements_are_found_with_what_is_around_them_in_the_order_of_the_text():
    tree = ast.parse(NESTED)
    found = list(imports(tree))
    assert found == all_imports(tree)
    assert [node.names[0].name for node, _ in found] == list("abdefghijklmnopq")


@pytest.mark.skipif(not hasattr(ast, "Match"), reason="match statements are new in Python 3.10")
def test_import_statements_in_the_cases_of_a_match_statement_are_found():
    tree = ast.parse(MATCH)
    assert list(imports(tree)) == all_imports(tree) != []


def test_import_statements_of_the_standard_library_are_found():
    files = sorted(Path(sysconfig.get_path("stdlib")).glob("[a-e]*.py"))
    assert len(files) > 20
    for file in files:
        tree = ast.parse(file.read_bytes())
        assert list(imports(tree)) == all_imports(tree)
