"""Compares what davos reads with what Python reads in the same text with `import`."""

from __future__ import annotations

import ast
import re
import sys
import tokenize
import warnings

from davos.source import Source
from davos.syntax.compiler import compile_statements
from davos.syntax.nodes import Smuggle, SmuggleFrom
from davos.syntax.parser import parse


def read(path):
    """The text and its tree, or None where Python itself cannot read the file."""
    try:
        with tokenize.open(path) as file:
            text = file.read()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return text, ast.parse(text)
    except (SyntaxError, UnicodeDecodeError, ValueError):
        return None


def line_starts(text):
    """The offset of each row; `ast` counts columns in UTF-8 bytes."""
    return Source(text).line_starts


def offset(text, starts, row, byte_column):
    start = starts[row - 1]
    line = text[start : start + byte_column]
    if line.isascii():
        return start + byte_column
    return start + len(line.encode()[:byte_column].decode())


IMPORT = re.compile(r"(?<!\w)import(?!\w)")


def import_word(text, position):
    """The offset of the keyword of the import statement at a position."""
    return IMPORT.search(text, position).start()


def smuggling(text, tree):
    """The text with `smuggle` for `import`, and what the statements then are."""
    starts = line_starts(text)
    nodes = [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and getattr(node, "module", None) != "__future__"
    ]
    nodes.sort(key=lambda node: (node.lineno, node.col_offset))
    pieces, position, expected = [], 0, []
    for shift, node in enumerate(nodes):
        spans = [
            span(text, starts, part) for part in (node, *node.names) if hasattr(part, "lineno")
        ]
        word = import_word(text, spans[0][0])
        pieces += [text[position:word], "smuggle"]
        position = word + len("import")
        moved = [(start + shift + (start > word), end + shift + 1) for start, end in spans]
        expected.append((facts(node), moved))
    return "".join([*pieces, text[position:]]), expected


def span(text, starts, node):
    return (
        offset(text, starts, node.lineno, node.col_offset),
        offset(text, starts, node.end_lineno, node.end_col_offset),
    )


def facts(node):
    names = tuple((alias.name, alias.asname) for alias in node.names)
    if isinstance(node, ast.Import):
        return ("smuggle", None, 0, names)
    return ("from", node.module, node.level, names)


def our_facts(node):
    names = tuple((alias.name, alias.asname) for alias in node.names)
    if isinstance(node, Smuggle):
        return ("smuggle", None, 0, names)
    assert isinstance(node, SmuggleFrom)
    return ("from", node.module, node.level, names)


def differences(text, tree, name):
    """How many import statements a text has, and what is not the same with `smuggle`."""
    smuggled, expected = smuggling(text, tree)
    statements = parse(Source(smuggled, name))
    got = [(our_facts(node), places(node)) for node in statements]
    problems = [f"{name}: {a} != {b}" for a, b in zip(expected, got) if a != b]
    if len(expected) != len(got):
        problems.append(f"{name}: {len(expected)} statements, found {len(got)}")
    translated = compile_statements(smuggled, [(node, None) for node in statements])
    if len(Source(translated).line_starts) != len(Source(smuggled).line_starts):
        problems.append(f"{name}: number of lines changed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        problems += other_statements_moved(name, tree, ast.parse(translated))
    if parse(Source(text)):
        problems.append(f"{name}: found smuggle statements where there are none")
    return len(expected), problems


def places(node):
    """The offsets of a statement and, where Python tells them, of its names."""
    spans = [node.span]
    if sys.version_info >= (3, 10):
        spans += [alias.span for alias in node.names]
    return [tuple(span) for span in spans]


def other_statements_moved(name, before, after):
    """Everything but the imports must stand where it stood."""
    rows = [
        sorted(
            (node.lineno, type(node).__name__)
            for node in ast.walk(tree)
            if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Assign, ast.Return, ast.If))
        )
        for tree in (before, after)
    ]
    return [] if rows[0] == rows[1] else [f"{name}: other statements moved"]
