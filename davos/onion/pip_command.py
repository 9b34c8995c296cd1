"""What stands behind `pip install` in a cell, word by word as the shell would read it."""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple

from davos.onion.pip import PIP
from davos.onion.words import Word, unquote

__all__ = ["PipCommand", "read"]

_SPACE = re.compile(r"[ \t]*")
_COMMENT = re.compile(r"#.*")
_QUOTED = r"'[^']*'|\"[^\"]*\""
# `a>=1` without quotes redirects, but that is not what it was written for
_WORD = re.compile(rf"(?:[^\s'\"|&;<>]|[<>](?=[=\d])|{_QUOTED})+")
_REDIRECTION = re.compile(rf"(?:\d*|&)[<>]{{1,2}}[&|]?[ \t]*(?:[^\s'\"|&;<>]|{_QUOTED})*")
_EXPANDED = re.compile(r"[\\`${}()]")  # by the shell or by IPython


class PipCommand(NamedTuple):
    """The arguments of a `pip install`.

    `words` are all of them, `requirements` those that name what to install; `options` holds
    the destinations of the options (of an unknown one its text). `end` is where the last
    word ends. `is_plain` says that nothing but a comment follows, nor is anything expanded.
    """

    words: tuple[Word, ...]
    requirements: tuple[Word, ...]
    options: frozenset[str]
    end: int
    is_plain: bool


def read(args: str) -> PipCommand:
    """The first command of a line, up to a comment or to where the shell goes on with another."""
    words: list[Word] = []
    position, is_plain = _SPACE.match(args).end(), True  # type: ignore[union-attr]
    while position < len(args) and not _COMMENT.match(args, position):
        redirection = _REDIRECTION.match(args, position)
        found = redirection or _WORD.match(args, position)
        is_plain = is_plain and found is not None and redirection is None
        if found is None:
            break
        if not redirection:
            raw = found.group()
            is_plain = is_plain and not _EXPANDED.search(raw)
            words.append(Word(unquote(raw), position, found.end(), raw[0] in "'\""))
        position = _SPACE.match(args, found.end()).end()  # type: ignore[union-attr]
    if args[position : position + 1] in {"'", '"'}:
        words = []  # nothing closes the quote: this is no command
    requirements, options = _sorted(words)
    end = words[-1].end if words else 0
    return PipCommand(tuple(words), tuple(requirements), frozenset(options), end, is_plain)


def _sorted(words: list[Word]) -> tuple[list[Word], list[str]]:
    """The words that name what to install, and the destinations of the options."""
    requirements: list[Word] = []
    options: list[str] = []
    left = iter(words)
    for word in left:
        if word.text[:1] != "-":
            requirements.append(word)
            continue
        for name, needs_value in _options(word.text):
            options.append(name)
            value = next(left, None) if needs_value else None
            if name == "editable" and value is not None:
                requirements.append(value)
    return requirements, options


def _options(text: str) -> Iterator[tuple[str, bool]]:
    """The destinations of the options in a word, and whether the next word is their value."""
    if text[:2] == "--":
        flag, equals, _ = text.partition("=")
        candidates = [flag] if flag in PIP.by_flag else PIP.candidates(flag)
        known = PIP.by_flag[candidates[0]] if len(candidates) == 1 else None
        yield (known.dest, known.takes_value and not equals) if known else (text, False)
        return
    for position, letter in enumerate(text[1:], 2):
        option = PIP.by_flag.get(f"-{letter}")
        if option is None:
            yield text, False
            return
        yield option.dest, option.takes_value and position == len(text)
        if option.takes_value:
            return
