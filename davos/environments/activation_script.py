"""What the activation script of a conda package sets, read without a shell.

Understood are assignments, `export`, `unset`, and `if` with tests of variables and files. A
script with anything else is not read at all: half of what it sets could be worse than nothing.

Source: POSIX, "Shell Command Language"; `conda activate` runs the scripts in the user's shell.
"""

from __future__ import annotations

import os
import re
from typing import Callable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from davos.environments.shell_words import (
    END,
    Piece,
    ScriptError,
    Word,
    expanded,
    words_of,
)

__all__ = ["ScriptError", "settings_of"]

_LONGEST = 65536
_DEEPEST = 10
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?P<rest>.*)", re.ASCII | re.DOTALL)
_CLOSING = {"[": "]", "[[": "]]", "test": ""}
_KEYWORDS = frozenset({"then", "elif", "else", "fi"})
_UNARY: Mapping[str, Callable[[str], bool]] = {
    "-n": bool,
    "-z": lambda text: not text,
    "-d": os.path.isdir,
    "-f": os.path.isfile,
    "-e": os.path.exists,
}


class _Assign(NamedTuple):
    """A variable gets a value, None for the one it has; `export` makes it the environment's."""

    name: str
    value: Optional[Tuple[Piece, ...]]
    export: bool


class _Unset(NamedTuple):
    name: str


class _Test(NamedTuple):
    """`[ -d X ]` has one operand, `[ X = Y ]` two; `negated` for `!` and `!=`."""

    operator: str
    operands: Tuple[Word, ...]
    negated: bool


class _If(NamedTuple):
    """Each branch with its test; that of `else` has none."""

    branches: List[Tuple[Optional[_Test], List[_Command]]]


_Command = Union[_Assign, _Unset, _If]


def settings_of(text: str, environment: Mapping[str, str]) -> dict[str, str | None]:
    """The variables that a script sets in an environment; None for those that it takes away.

    Raises ScriptError for a script that holds anything else.
    """
    if len(text) > _LONGEST:
        raise ScriptError("it is too long")
    reader = _Reader(_commands(text))
    commands = list(reader.commands())
    if reader.rest:
        raise ScriptError(f"{_shown(reader.rest[0])} is not understood")
    run = _Run(environment)
    run.all(commands)
    names = run.exported.keys() | environment.keys()
    changed = (name for name in sorted(names) if run.exported.get(name) != environment.get(name))
    return {name: run.exported.get(name) for name in changed}


def _commands(text: str) -> list[list[Word]]:
    """The words of each command; behind `then` and `else`, another one begins."""
    found: list[list[Word]] = [[]]
    for word in words_of(text):
        if word is END:
            found.append([])
            continue
        found[-1].append(word)
        if word.bare in {"then", "else"} and len(found[-1]) == 1:
            found.append([])
    return [command for command in found if command]


class _Reader:
    """Reads commands; `rest` are those that are not read yet."""

    def __init__(self, rest: list[list[Word]]) -> None:
        self.rest = rest
        self._depth = 0

    def commands(self) -> Iterator[_Command]:
        """All commands up to a keyword of the `if` around them."""
        while self.rest and self.rest[0][0].bare not in _KEYWORDS:
            command = self.rest.pop(0)
            if command[0].bare == "if":
                yield self._if(command)
            else:
                yield from _simple(command)

    def _if(self, command: list[Word]) -> _If:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ScriptError("too many `if` in one another")
        branches: list[tuple[_Test | None, list[_Command]]] = []
        keyword = "if"
        while keyword in {"if", "elif"}:
            self._take("then")
            branches.append((_test(command[1:]), list(self.commands())))
            command = self._next()
            keyword = command[0].bare
        if keyword == "else":
            branches.append((None, list(self.commands())))
            command = self._next()
        if [word.bare for word in command] != ["fi"]:
            raise ScriptError(f"{_shown(command)} is not understood")
        self._depth -= 1
        return _If(branches)

    def _take(self, keyword: str) -> None:
        command = self._next()
        if [word.bare for word in command] != [keyword]:
            raise ScriptError(f"{_shown(command)} is not understood")

    def _next(self) -> list[Word]:
        if not self.rest:
            raise ScriptError("an `if` has no end")
        return self.rest.pop(0)


def _simple(command: Sequence[Word]) -> Iterator[_Command]:
    first, *others = command
    if first.bare in {"export", "unset"} and others:
        for word in others:
            if first.bare == "export":
                yield _assignment(word, command, export=True)
            elif _NAME.fullmatch(word.bare):
                yield _Unset(word.bare)
            else:
                raise ScriptError(f"{_shown(command)} is not understood")
    elif first.bare != ":" or others:
        yield from [_assignment(word, command, export=False) for word in command]


def _assignment(word: Word, command: Sequence[Word], *, export: bool) -> _Assign:
    if export and _NAME.fullmatch(word.bare):
        return _Assign(word.bare, None, export)
    first, *others = word.pieces
    found = _ASSIGNMENT.fullmatch(first) if isinstance(first, str) and word.starts_bare else None
    if found is None:
        raise ScriptError(f"{_shown(command)} is not understood")
    return _Assign(found["name"], (found["rest"], *others), export)


def _test(words: Sequence[Word]) -> _Test:
    closing = _CLOSING.get(words[0].bare) if words else None
    if closing is None or (closing and words[-1].bare != closing):
        raise ScriptError(f"the test {_shown(words)} is not understood")
    inside = list(words[1 : -1 if closing else None])
    negated = bool(inside) and inside[0].bare == "!"
    inside = inside[negated:]
    bare = [word.bare for word in inside]
    if len(inside) == 2 and bare[0] in _UNARY:  # noqa: PLR2004  # operator, operand
        return _Test(bare[0], (inside[1],), negated)
    if len(inside) == 3 and bare[1] in {"=", "==", "!="}:  # noqa: PLR2004
        return _Test("=", (inside[0], inside[2]), negated != (bare[1] == "!="))
    raise ScriptError(f"the test {_shown(words)} is not understood")


class _Run:
    """Variables while commands run: those of the environment, and the script's own."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.exported = dict(environment)
        self._own: dict[str, str] = {}

    def all(self, commands: Sequence[_Command]) -> None:
        """Run commands in their order."""
        for command in commands:
            if isinstance(command, _Assign):
                self._assign(command)
            elif isinstance(command, _Unset):
                self.exported.pop(command.name, None)
                self._own.pop(command.name, None)
            else:
                holding = (body for test, body in command.branches if self._holds(test))
                self.all(next(holding, []))

    @property
    def _values(self) -> dict[str, str]:
        return {**self._own, **self.exported}

    def _assign(self, command: _Assign) -> None:
        name, pieces, export = command
        value = self._values.get(name) if pieces is None else expanded(pieces, self._values)
        if value is None:
            return
        if export or name in self.exported:
            self._own.pop(name, None)
            self.exported[name] = value
        else:
            self._own[name] = value

    def _holds(self, test: _Test | None) -> bool:
        if test is None:
            return True
        texts = [expanded(word.pieces, self._values) for word in test.operands]
        found = texts[0] == texts[1] if test.operator == "=" else _UNARY[test.operator](texts[0])
        return found != test.negated


def _shown(words: Sequence[Word]) -> str:
    texts = (
        "".join(one if isinstance(one, str) else f"${one.name}" for one in word.pieces)
        for word in words
    )
    return repr(" ".join(texts)[:60])
