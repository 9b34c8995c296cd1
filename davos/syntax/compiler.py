"""Replaces each smuggle statement by calls of `smuggle()`, on the same number of lines."""

from __future__ import annotations

import re
from typing import Any, Iterable, Iterator, Literal, Mapping, Optional, Protocol

from davos.source import LINE_BREAK
from davos.span import Span
from davos.syntax.nodes import Alias, Smuggle, SmuggleFrom, Statement

__all__ = ["Binding", "ValidOnion", "compile_statements"]

# The namespace in which a smuggled name is bound: the global one, or the one `import` would use.
Binding = Literal["global", "local"]

# White space for `str.strip`, but not for CPython's tokenizer, which refuses it outside comments.
_NOT_PYTHONS = re.compile(r"[^\S\r\n]*[^\S \t\f\r\n]")


class ValidOnion(Protocol):
    """What the call says about a validated onion comment (`davos.onion.comment.Onion`)."""

    @property
    def installer(self) -> str:
        """The installer's name."""

    @property
    def text(self) -> str:
        """The arguments as written."""

    @property
    def installer_kwargs(self) -> Mapping[str, Any]:
        """What the arguments mean, as a dict of literals."""


def compile_statements(
    text: str,
    statements: Iterable[tuple[Statement, Optional[ValidOnion]]],
    *,
    binding: Binding = "global",
) -> str:
    """The text with each statement replaced by calls of `smuggle()`.

    Line breaks inside a statement move into the parentheses of its last call, so that all
    other code keeps its line. The onion comment that took effect is dropped. With `binding`
    "local" the calls bind nothing, and the import statement behind each does.
    """
    write = _calls if binding == "global" else _calls_and_imports
    pieces = []
    position = 0
    for statement, onion in statements:
        span = statement.span
        pieces += [text[position : span.start], write(text, statement, onion)]
        position = span.end
        dropped = _dropped_comment(text, statement)
        if dropped is not None:
            pieces.append(text[position : dropped.start])
            position = dropped.end
    pieces.append(text[position:])
    return "".join(pieces)


def _dropped_comment(text: str, statement: Statement) -> Span | None:
    """The onion comment behind a statement, with the white space before it.

    One alone on a continuation line stays: without it the text might end after a backslash.
    """
    if statement.onion is None or statement.onion.span.start < statement.span.end:
        return None
    start, end = statement.onion.span
    while text[start - 1] in " \t\f":
        start -= 1
    if text[start - 1] in "\r\n":
        return None
    blank = _NOT_PYTHONS.match(text, end)
    return Span(start, blank.end() if blank else end)


def _calls(text: str, statement: Statement, onion: Optional[ValidOnion]) -> str:
    """The calls, joined by `; ` so that they fit into a one-line compound clause."""
    onion_arguments = "" if onion is None else _onion_arguments(onion)
    calls = []
    for arguments in _arguments(statement):
        calls.append(f"smuggle({arguments[0]}{onion_arguments}{arguments[1]}")
        onion_arguments = ""
    line_breaks = LINE_BREAK.findall(text, *statement.span)
    return "); ".join(calls) + _joined(line_breaks) + ")"


def _calls_and_imports(text: str, statement: Statement, onion: Optional[ValidOnion]) -> str:
    """For each name the call, and behind it Python's own statement, which binds."""
    line_breaks = LINE_BREAK.findall(text, *statement.span)
    if isinstance(statement, SmuggleFrom) and statement.level:
        return _relative_imports(statement, line_breaks)
    onion_arguments = "" if onion is None else _onion_arguments(onion)
    pieces = []
    for alias, (named, how) in zip(statement.names, _arguments(statement)):
        call = f"smuggle({named}{onion_arguments}{how}, bind=False{_joined(line_breaks)})"
        pieces.append(f"{call}; {_import(statement, alias)}")
        onion_arguments, line_breaks = "", []
    return "; ".join(pieces)


def _joined(line_breaks: list[str]) -> str:
    """The line breaks in a row; a space keeps a lone CR apart from an LF that follows."""
    return (" " if "\r" in line_breaks else "").join(line_breaks)


def _relative_imports(statement: SmuggleFrom, line_breaks: list[str]) -> str:
    """Relative imports need no installation. Line breaks are kept as backslash continuations."""
    imports = [_import(statement, alias) for alias in statement.names]
    continued = "".join(f" \\{line_break}" for line_break in line_breaks)
    return "; ".join(imports).replace(" import ", f"{continued} import ", 1)


def _import(statement: Statement, alias: Alias) -> str:
    """The import statement that binds one name."""
    as_ = f" as {alias.asname}" if alias.asname else ""
    if isinstance(statement, Smuggle):
        return f"import {alias.name}{as_}"
    return f"from {'.' * statement.level}{statement.module or ''} import {alias.name}{as_}"


def _arguments(statement: Statement) -> Iterator[tuple[str, str]]:
    """For each name the arguments before and behind those of the onion comment."""
    if isinstance(statement, Smuggle):
        for alias in statement.names:
            submodule = alias.asname is not None and "." in alias.name
            yield _named(alias.name, alias.asname), ", submodule=True" if submodule else ""
    else:
        for alias in statement.names:
            yield _from_arguments(statement, alias)


def _from_arguments(statement: SmuggleFrom, alias: Alias) -> tuple[str, str]:
    level = f", level={statement.level}" if statement.level else ""
    if alias.name == "*":
        return _named(statement.module or "", None), f"{level}, star=True"
    name = f"{statement.module}.{alias.name}" if statement.module else alias.name
    return _named(name, alias.asname or alias.name), level


def _named(name: str, as_: str | None) -> str:
    """Names hold nothing but identifiers and dots, so quotes are all they need."""
    return f'name="{name}", as_=None' if as_ is None else f'name="{name}", as_="{as_}"'


def _onion_arguments(onion: ValidOnion) -> str:
    kwargs = onion.installer_kwargs
    items = ", ".join([f"{key!r}: {kwargs[key]!r}" for key in sorted(kwargs)])
    return (
        f', installer="{onion.installer}", args_str={_triple_quoted(onion.text)}'
        f", installer_kwargs={{{items}}}"
    )


def _triple_quoted(text: str) -> str:
    """A literal in triple quotes if nothing in the text could end it or be changed by it."""
    if "\\" in text or '"""' in text or text.endswith('"') or not text.isprintable():
        return ascii(text)
    return f'"""{text}"""'
