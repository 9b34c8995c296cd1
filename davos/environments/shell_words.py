"""The words of a simple shell script: quotes are undone, and variables are left to be looked up.

What a shell would do more with is refused: command substitution, patterns, pipes, redirections,
backslashes. Source: POSIX, "Shell Command Language" (Token Recognition, Quoting).
"""

from __future__ import annotations

import re
from typing import Iterator, Mapping, NamedTuple, Tuple, Union

__all__ = ["END", "Piece", "ScriptError", "Variable", "Word", "expanded", "words_of"]


class ScriptError(ValueError):
    """What in a script is not understood."""


class Variable(NamedTuple):
    """`${NAME}`, `${NAME:-text}` or `${NAME:+text}`, the latter two with or without the colon."""

    name: str
    operator: str = ""
    text: str = ""


Piece = Union[str, Variable]


class Word(NamedTuple):
    """The pieces of a word.

    `bare` is its text where nothing is quoted or looked up; `starts_bare` says that its first piece
    is not.
    """

    pieces: Tuple[Piece, ...]
    bare: str = ""
    starts_bare: bool = False


END = Word(())
"""Ends a command: a line end or a semicolon."""

_NAME = r"[A-Za-z_]\w*"
_VARIABLE = rf"\$(?:{_NAME}|\{{{_NAME}(?::?[-+][^{{}}$`\\'\"\n]*)?\}})"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r]+|(?<![^\s;])\#[^\n]*)|(?P<end>[\n;])|'(?P<single>[^']*)'"""
    rf"""|"(?P<double>(?:[^"$`\\]|{_VARIABLE})*)"|(?P<variable>{_VARIABLE})"""
    r"""|(?P<plain>[\w./:=@%+,^!\[\]-]+)""",
    re.ASCII,
)
_PART = re.compile(
    rf"\$\{{?(?P<name>{_NAME})(?:(?P<operator>:?[-+])(?P<text>[^}}]*)\}})?\}}?|(?P<plain>[^$]+)",
    re.ASCII,
)


def words_of(text: str) -> Iterator[Word]:
    """The words of a script, with END behind each command. Raises ScriptError."""
    pieces: list[tuple[str, str]] = []
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            line = text[position:].partition("\n")[0].strip()
            raise ScriptError(f"{line[:60]!r} is not understood")
        position = found.end()
        kind = str(found.lastgroup)
        if kind in {"space", "end"}:
            if pieces:
                yield _word(pieces)
                pieces = []
            if kind == "end":
                yield END
        else:
            pieces.append((kind, found[kind]))
    if pieces:
        yield _word(pieces)
    yield END


def _word(found: list[tuple[str, str]]) -> Word:
    is_bare = all(kind == "plain" for kind, _ in found)
    pieces: list[Piece] = []
    for kind, text in found:
        pieces += [text] if kind in {"single", "plain"} else _parts(text)
    bare = "".join(text for _, text in found) if is_bare else ""
    return Word(tuple(pieces) or ("",), bare, found[0][0] == "plain")


def _parts(text: str) -> Iterator[Piece]:
    """The pieces of what stands in double quotes, or of a variable."""
    for part in _PART.finditer(text):
        if part["plain"] is not None:
            yield part["plain"]
        else:
            yield Variable(part["name"], part["operator"] or "", part["text"] or "")


def expanded(pieces: Tuple[Piece, ...], values: Mapping[str, str]) -> str:
    """The text of a word's pieces, with the variables' values."""
    return "".join(one if isinstance(one, str) else _value(one, values) for one in pieces)


def _value(variable: Variable, values: Mapping[str, str]) -> str:
    value = values.get(variable.name)
    is_there = bool(value) if variable.operator.startswith(":") else value is not None
    if variable.operator.endswith("+"):
        return variable.text if is_there else ""
    if variable.operator.endswith("-") and not is_there:
        return variable.text
    return value or ""
