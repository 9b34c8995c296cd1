"""Validates onion comments: an `Onion`, or an error that points at the word that is wrong."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Callable, ClassVar, Iterator, Mapping, Protocol, Sequence

from davos.exceptions import OnionArgumentError, OnionParserError, ParserNotImplementedError
from davos.onion.arguments import OptionUse, read
from davos.onion.lexer import Tokens
from davos.onion.parser import load as load_parser
from davos.onion.parser import parse
from davos.onion.project_options import refused_options
from davos.onion.words import Problem, split
from davos.source import Source
from davos.span import Span

if TYPE_CHECKING:
    from davos.onion.comment import Onion
    from davos.onion.lexer import Token
    from davos.onion.options import OptionTable

__all__ = [
    "TABLES",
    "Comment",
    "check_installer",
    "load",
    "option_error",
    "refuse_in_project",
    "tokens",
    "validate",
    "validate_text",
    "written_options",
]


@lru_cache(maxsize=1)
def _pip() -> OptionTable:
    from davos.onion.pip import PIP  # noqa: PLC0415 - 4 ms, and not for packages of conda

    return PIP


@lru_cache(maxsize=1)
def _uv() -> OptionTable:
    from davos.onion.uv import UV  # noqa: PLC0415 - few notebooks name it

    return UV


@lru_cache(maxsize=1)
def _conda() -> OptionTable:
    from davos.onion.conda import CONDA  # noqa: PLC0415 - 5 ms, and few notebooks name it

    return CONDA


class _Tables(Mapping[str, "OptionTable"]):
    """The tables by their installers, each made when it is first asked for."""

    _makers: ClassVar[dict[str, Callable[[], OptionTable]]] = {
        "pip": _pip,
        "uv": _uv,
        "conda": _conda,
    }

    def __getitem__(self, installer: str) -> OptionTable:
        return self._makers[installer]()

    def __contains__(self, installer: object) -> bool:
        return installer in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


TABLES: Mapping[str, OptionTable] = _Tables()
"""The installers that davos can use, each with the options of its install command."""


class Comment(Protocol):
    """What the syntax knows of an onion comment; `davos.syntax.nodes.OnionComment` is one."""

    @property
    def installer(self) -> str:
        """The word before the colon."""

    @property
    def args(self) -> str:
        """The text behind the colon."""

    @property
    def span(self) -> Span:
        """The place of the whole comment."""

    @property
    def installer_span(self) -> Span:
        """The place of the installer's name."""

    @property
    def args_span(self) -> Span:
        """The place of the arguments."""


def validate(comment: Comment, source: Source) -> Onion:
    """What an onion comment of a source text says.

    Raises
    ------
    OnionArgumentError
        at the word that pip or davos refuses; `argument_name` is the option.
    ParserNotImplementedError
        at an installer that davos cannot use.
    OnionParserError
        at a quote that nothing closes.

    """
    try:
        return parse(comment.installer, comment.args, TABLES.get(comment.installer))
    except Problem as problem:
        raise _error(problem, comment, source) from None


def tokens(onion: Onion) -> Sequence[Token]:
    """The words of a valid onion comment, with their places in its `text`."""
    return tuple(Tokens(onion.text, TABLES[onion.installer]))


def load() -> None:
    """Import all that `validate` needs, so that no later call does."""
    from davos.onion.requirement import load as load_requirements  # noqa: PLC0415 - see `_pip`

    load_parser()
    load_requirements()
    _pip()


def validate_text(installer: str, args: str) -> Onion:
    """The same for an installer and arguments that stand in no source text."""
    return validate(_Text(installer, args), Source(f"# {installer}: {args}", "<onion comment>"))


def check_installer(installer: str) -> None:
    """Raise ParserNotImplementedError for an installer that davos cannot use."""
    if installer not in TABLES:
        validate_text(installer, "")


def refuse_in_project(onion: Onion, folder: str, place: str) -> None:
    """Raise OnionArgumentError for an option that a project, named `place`, does not allow.

    `folder` is the project's.
    """
    for option, value, reason in refused_options(onion, TABLES[onion.installer], folder):
        written = f"{option.name} {value}" if option.takes_value else option.name
        message = (
            f"{written} {reason.format(place=place)}: leave it out, or set davos.project = "
            "None to install into the environment itself"
        )
        raise option_error(onion, option.dest, value, message, code="DAV102")


def option_error(
    onion: Onion, dest: str, value: str, message: str, *, code: str = "DAV105"
) -> OnionArgumentError:
    """An error about an option of a valid onion comment that has this value, to be raised.

    `dest` is the option's key in `onion.options`; `value` counts where it is given several times.
    """
    error = OnionArgumentError(message)
    error.code = code
    uses = [one for one in written_options(onion) if one.option.dest == dest]
    with_value = (one for one in uses if one.value is not None and one.value.text == value)
    use = next(iter([*with_value, *uses]), None)
    if use is not None:
        end = use.end if use.value is None else use.value.end
        error.argument_name = use.flag
        error.argument_span = Span(use.start, end)
    return error


def written_options(onion: Onion) -> Iterator[OptionUse]:
    """The options of a valid onion comment, in the order in which they are written."""
    found = read(split(onion.text), TABLES[onion.installer])
    return (one for one in found if isinstance(one, OptionUse))


class _Text:
    """An installer and its arguments, as the comment that would hold them."""

    def __init__(self, installer: str, args: str) -> None:
        start = len(f"# {installer}: ")
        self.installer = installer
        self.args = args
        self.span = Span(0, start + len(args))
        self.installer_span = Span(2, 2 + len(installer))
        self.args_span = Span(start, start + len(args))


def _unknown_installer(comment: Comment, source: Source) -> ParserNotImplementedError:
    from difflib import get_close_matches  # noqa: PLC0415 - 6 ms, for errors only

    name, known = comment.installer, ", ".join(TABLES)
    close = get_close_matches(name.lower(), TABLES, n=1)
    message = f"unknown installer {name!r}; supported: {known}"
    message += f"; did you mean {close[0]}?" if close else ""
    span = comment.installer_span
    return source.error(ParserNotImplementedError, message, span, code="DAV106")


def _error(problem: Problem, comment: Comment, source: Source) -> OnionParserError:
    if problem.code == "DAV106":
        return _unknown_installer(comment, source)
    start = comment.args_span.start
    span = Span(start + problem.start, start + problem.end)
    if span.start == span.end:
        span = comment.span
    kind = OnionParserError if problem.code == "DAV107" else OnionArgumentError
    error = source.error(kind, problem.message, span, code=problem.code)
    error.argument_span = Span(problem.start, problem.end)
    if isinstance(error, OnionArgumentError):
        error.argument_name = problem.argument
    return error
