"""Lines of a cell that run `pip install` or `conda install`, and their arguments.

Arguments are the words that the shell would hand on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, NamedTuple

from davos.onion.arguments import (
    Argument,
    OptionUse,
    OptionValue,
    RequirementWords,
    UnknownOption,
    one_word,
    read,
)
from davos.onion.conda import CONDA
from davos.onion.pip import PIP
from davos.onion.words import Word, unquote

if TYPE_CHECKING:
    from davos.onion.options import OptionTable

__all__ = ["InstallLine", "PipCommand", "conda_lines", "install_lines", "read_command"]

_PIP = re.compile(
    r"^(?P<indent>[ \t]*(?:\#[ \t]*(?=%))?)"
    r"[%!][ \t]*(?:(?:\S*python[\d.]*|\{sys\.executable\})[ \t]+(?:-[A-Za-z]+[ \t]+)*?-m[ \t]+"
    r"|uv[ \t]+)?"
    r"pip[\d.]*[ \t]+(?P<rest>(?:-[^\r\n]*[ \t])?install[ \t]+[^\r\n]*)",
    re.MULTILINE,
)
_CONDA = re.compile(
    r"^(?P<indent>[ \t]*(?:\#[ \t]*(?=%))?)"
    r"[%!][ \t]*(?:conda|mamba|micromamba)[ \t]+install[ \t]+(?P<rest>[^\r\n]*)",
    re.MULTILINE,
)
_INSTALL = re.compile(r"install(?=[ \t])")
_SPACE = re.compile(r"[ \t]*")
_COMMENT = re.compile(r"#.*")
_QUOTED = r"'[^']*'|\"[^\"]*\""
_PART = re.compile(rf"{_QUOTED}|[^'\"]+")
# `a>=1` without quotes redirects, but that is not what it was written for
_WORD = re.compile(rf"(?:[^\s'\"|&;<>]|[<>](?=[=\d])|{_QUOTED})+")
_REDIRECTION = re.compile(rf"(?:\d*|&)[<>]{{1,2}}[&|]?[ \t]*(?:[^\s'\"|&;<>]|{_QUOTED})*")
_BY_IPYTHON = re.compile(r"[${}]")  # in quotes, too
# behind a quote, or outside quotes
_BY_SHELL = {"'": re.compile(r"(?!)"), '"': re.compile(r"[\\`]"), "": re.compile(r"[\\`()]")}


class PipCommand(NamedTuple):
    """The first command of a line, up to a comment or to where the shell goes on with another.

    `text` is what follows `install`, and what all places refer to, but for those of `general`: the
    options before `install`, which pip takes there, too. `is_plain` says that nothing but a
    comment follows the command, nor is anything expanded by the shell or by IPython. `installer`
    is that of the table that the options were read with.
    """

    text: str
    words: tuple[Word, ...]
    arguments: tuple[Argument, ...]
    is_plain: bool
    general: tuple[Argument, ...] = ()
    installer: str = "pip"

    @property
    def end(self) -> int:
        """Where the last word ends."""
        return self.words[-1].end if self.words else 0

    @property
    def options(self) -> list[OptionUse]:
        """The options that the installer has, those before `install` included."""
        found = (*self.general, *self.arguments)
        return [one for one in found if isinstance(one, OptionUse)]

    @property
    def is_valid(self) -> bool:
        """Whether the installer has all the options, and each has a value where it needs one."""
        found = (*self.general, *self.arguments)
        known = not any(isinstance(one, UnknownOption) for one in found)
        return known and not any(one.fault for one in self.options)

    @property
    def requirements(self) -> list[Word]:
        """What names something to install, editable or not; `raw` is how it is written."""
        return [word for one in self.arguments for word in _requirements(one)]

    def without(self, removed: list[Word]) -> str:
        """The words as they are written, and the space before each, but for some of them."""
        before, kept = 0, ""
        for word in self.words:
            if word not in removed:
                kept += self.text[before if kept else word.start : word.end]
            before = word.end
        return kept


class InstallLine(NamedTuple):
    """A line that looks like an installing magic; it may still be a line of a string.

    Places are offsets in the text: `start` and `end` of the line, `magic` of its `%` or `!`,
    `args` of what follows `install`. `is_comment` says that the magic is commented out.
    """

    start: int
    magic: int
    args: int
    end: int
    is_comment: bool
    command: PipCommand


def install_lines(text: str) -> Iterator[InstallLine]:
    """The lines of a cell that start with `%pip install`, `!python -m pip -q install` or so."""
    for match in _PIP.finditer(text) if "pip" in text else ():
        found = _install(match["rest"])
        if found is not None:
            args, command = found
            places = match.start(), match.end("indent"), match.start("rest") + args, match.end()
            yield InstallLine(*places, "#" in match["indent"], command)


def conda_lines(text: str) -> Iterator[InstallLine]:
    """The lines of a cell that start with `%conda install`, `!mamba install` or so."""
    for match in _CONDA.finditer(text) if "install" in text else ():
        places = match.start(), match.end("indent"), match.start("rest"), match.end()
        command = read_command(match["rest"], CONDA)
        yield InstallLine(*places, "#" in match["indent"], command)


def read_command(text: str, table: OptionTable = PIP) -> PipCommand:
    """The arguments of an installer, from the text that follows `install` on its line."""
    words, is_plain = _split(text)
    arguments = tuple(read(words, table, one_word))
    return PipCommand(text, words, arguments, is_plain, installer=table.installer)


def _install(text: str) -> tuple[int, PipCommand] | None:
    """What follows `pip`: where the arguments of `install` begin, and the command.

    None if another word is the command: the value of an option may be `install`.
    """
    general: list[Argument] = []
    name = _INSTALL.match(text)
    end = name.end() if name else None
    if end is None:
        for argument in read(_split(text)[0], PIP, one_word):
            if isinstance(argument, RequirementWords):
                end = argument.end if argument.words[0].raw == "install" else None
                break
            general.append(argument)
    if end is None:
        return None
    _, is_plain = _split(text[: end - len("install")])
    start = _behind_space(text, end)
    command = read_command(text[start:])
    is_plain = is_plain and command.is_plain
    return start, command._replace(is_plain=is_plain, general=tuple(general))


def _split(text: str) -> tuple[tuple[Word, ...], bool]:
    """The words of the first command of a text, and whether that is plain; see `PipCommand`."""
    words: list[Word] = []
    position, is_plain = _behind_space(text, 0), True
    while position < len(text) and not _COMMENT.match(text, position):
        redirection = _REDIRECTION.match(text, position)
        found = redirection or _WORD.match(text, position)
        is_plain = is_plain and found is not None and redirection is None
        if found is None:
            break
        if not redirection:
            raw = found.group()
            is_plain = is_plain and not _is_expanded(raw)
            words.append(Word(unquote(raw), position, found.end(), raw))
        position = _behind_space(text, found.end())
    if text[position : position + 1] in {"'", '"'}:
        words = []  # nothing closes the quote: this is no command
    return tuple(words), is_plain


def _behind_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _is_expanded(raw: str) -> bool:
    """Whether the shell or IPython would make something else of a word."""
    if _BY_IPYTHON.search(raw):
        return True
    parts = (part.group() for part in _PART.finditer(raw))
    return any(_BY_SHELL[part[:1] if part[:1] in _BY_SHELL else ""].search(part) for part in parts)


def _requirements(argument: Argument) -> tuple[Word, ...]:
    """The words of an argument that name something to install."""
    if isinstance(argument, RequirementWords):
        return argument.words
    if isinstance(argument, OptionUse) and argument.option.names_requirement:
        return _value_words(argument.value)
    return ()


def _value_words(value: OptionValue | None) -> tuple[Word, ...]:
    if value is None or not value.joined:
        return value.words if value else ()
    return (Word(value.text, value.start, value.end, value.text),)
