"""A module's source with smuggle statements as Python's syntax tree.

The tree imports `smuggle` itself, so that it runs wherever it is executed: by an import, by
`runpy`, by IPython's `%run` or by pytest.
"""

from __future__ import annotations

import ast
from functools import partial
from importlib.util import decode_source
from typing import Union

from davos.engine.call_site import warn_at
from davos.frontends.error_display import mark, syntax_error_place
from davos.translate import as_imports, keyword_offsets, translate

__all__ = ["has_statements", "module_tree"]


def has_statements(data: bytes) -> bool:
    """Whether a source file holds smuggle statements; False if it cannot be decoded."""
    text = _decoded(data)
    return text is not None and bool(keyword_offsets(text))


def module_tree(data: bytes, file: str) -> Union[ast.Module, bytes]:
    """The tree of a source file; without smuggle statements the file's content as it is.

    Raises SyntaxError, which knows its place in the file (`error_display.mark`).
    """
    text = _decoded(data)
    if text is None:  # Python says why
        return data
    try:
        return _tree(text, file) or data
    except SyntaxError as error:
        mark(error, syntax_error_place(error, f'File "{file}"'))
        raise error.with_traceback(None) from None


def _tree(text: str, file: str) -> ast.Module | None:
    """The tree of a text; None without smuggle statements."""
    translated = translate(text, filename=file, binding="local", tell=partial(warn_at, file))
    if translated is text:
        return None
    tree = _parsed(translated, text, file)
    tree.body.insert(_first(tree), _import_of_smuggle(tree))
    return tree


def _decoded(data: bytes) -> str | None:
    try:
        return decode_source(data)
    except (SyntaxError, UnicodeDecodeError):
        return None


def _parsed(translated: str, text: str, file: str) -> ast.Module:
    try:
        return ast.parse(translated, file)
    except SyntaxError as error:
        raise _in_users_text(text, file) or error from None


def _in_users_text(text: str, file: str) -> SyntaxError | None:
    """Python's error about a text, with the place that it has where `smuggle` is written."""
    try:
        ast.parse(as_imports(text, same_width=True), file)
    except SyntaxError as error:
        lines = text.splitlines(keepends=True)
        if error.lineno and error.lineno <= len(lines):
            error.text = lines[error.lineno - 1]
        return error
    return None


def _first(tree: ast.Module) -> int:
    """Where a statement may stand first: behind the docstring and `from __future__ import`."""
    start = 0 if ast.get_docstring(tree, clean=False) is None else 1
    for at, statement in enumerate(tree.body[start:], start):
        if not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            return at
    return len(tree.body)


def _import_of_smuggle(tree: ast.Module) -> ast.stmt:
    found = ast.ImportFrom("davos", [ast.alias("smuggle")], 0)
    behind = tree.body[min(_first(tree), len(tree.body) - 1)]
    return ast.fix_missing_locations(ast.copy_location(found, behind))
