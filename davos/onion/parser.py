"""Parses the tokens of an onion comment by the grammar in `grammar/onion.lark`.

The grammar is loaded with the first onion comment.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from davos.onion.comment import Onion
from davos.onion.lexer import INVALID, UNKNOWN_INSTALLER, Token, Tokens, head
from davos.onion.options import Effect, Option, OptionTable
from davos.onion.words import Problem, unquote
from davos.parsing import Driver, UnexpectedTokenError, grammar_text, kept_trees

if TYPE_CHECKING:
    import lark

    from davos.onion.comment import Requirement

__all__ = ["OnionDriver", "load", "onion_driver", "parse"]


_PYTHON = re.compile(r"python(?![\w.-])")
_NOT_PASSED = (Effect.DAVOS, Effect.NONE)


class _Given(NamedTuple):
    """An option as it was given: `value` is None for a flag."""

    option: Option
    token: Token
    value: Token | None


class _Setting(NamedTuple):
    """The token indices of an option and its value."""

    option: int
    value: Optional[int]


class _Shape(NamedTuple):
    """The token indices of the options and of the requirement."""

    settings: tuple[_Setting, ...]
    requirement: int


OnionDriver = Driver[_Shape]


def load() -> None:
    """Load the grammar, so that no later call does."""
    _installed().load()


def parse(
    installer: str, args: str, table: OptionTable | None, driver: OnionDriver | None = None
) -> Onion:
    """`onion_comment ::= "#" installer ":" install_opt* pkg_spec install_opt*`

    `table` holds the installer's options, None for an unknown installer. `driver` is
    for another grammar.

    Raises
    ------
    Problem
        at the first word that is wrong.

    """
    arguments = Tokens(args, _unknown(installer) if table is None else table)
    tokens = (*head(installer, known=table is not None), *arguments)
    try:
        shape = (driver or _installed()).parse(tuple([token.type for token in tokens]))
    except UnexpectedTokenError as unexpected:
        raise _problem(installer, args, tokens, unexpected) from None
    return _onion(tokens, shape, arguments)


def onion_driver(grammar: str) -> OnionDriver:
    """A parser of onion comments for the text of a grammar with the rules of `onion.lark`."""
    return Driver(grammar, "onion_comment", _Rules, kept_trees("onion", grammar))


@lru_cache(maxsize=1)
def _installed() -> OnionDriver:
    return onion_driver(grammar_text("onion"))


class _Rules:
    """What each rule of the grammar stands for, given the rule's children."""

    @staticmethod
    def onion_comment(children: list[Any]) -> _Shape:
        """`"#" installer ":" install_opt* pkg_spec install_opt*`"""
        settings = tuple(child for child in children if isinstance(child, _Setting))
        return _Shape(settings, next(child for child in children if isinstance(child, int)))

    @staticmethod
    def install_opt(children: list[lark.Token]) -> _Setting:
        """An option with its value, or a flag."""
        option = children[0].start_pos or 0
        return _Setting(option, children[1].start_pos if children[1:] else None)

    @staticmethod
    def pkg_spec(children: list[lark.Token]) -> int:
        """A requirement, or `-e` and a requirement."""
        return children[-1].start_pos or 0


def _unknown(installer: str) -> OptionTable:
    """The table of an installer that davos has none of."""
    from davos.onion.requirement import PEP_508  # noqa: PLC0415 - for an error only

    return OptionTable(installer, (), PEP_508)


def _problem(
    installer: str, args: str, tokens: tuple[Token, ...], unexpected: UnexpectedTokenError
) -> Problem:
    """What is wrong where the grammar does not allow a token, or expects one more."""
    before = tokens[unexpected.index - 1]
    token = tokens[unexpected.index] if unexpected.index < len(tokens) else None
    if unexpected.expected == {"VALUE"}:
        return _without_value(args, before, token)
    if token is None:
        message = f"nothing to install: no package is named for {installer}"
        return Problem("DAV104", message, 0, len(args))
    if token.type == INVALID:
        problem: Problem = token.value
        return problem
    if token.type == "VALUE":
        message = f"{before.text} takes no value"
        return Problem("DAV105", message, token.start, token.end, before.text)
    if token.type == UNKNOWN_INSTALLER:
        return Problem("DAV106", f"unknown installer {installer!r}", 0, 0)
    message = f"an onion comment is about one package; {token.text} would be a second"
    return Problem("DAV104", message + _advice(installer, before, token), token.start, token.end)


def _advice(installer: str, before: Token, token: Token) -> str:
    """What may have been meant where a second package seems to be named."""
    if before.text == "install":
        return "; leave the word install out"
    if installer == "conda" and token.text[:1].isdigit():
        return f"; did you mean NAME=={token.text}?"
    if installer == "conda" and _PYTHON.match(token.text):
        return "; the Python that runs is used, and no other can be asked for"
    return ""


def _without_value(args: str, option: Token, following: Token | None) -> Problem:
    message = f"{option.text} needs a value"
    if following is None:
        message += f": {option.text} {option.value.metavar}"
    else:
        message += f", but {unquote(args[following.start : following.end])} follows"
    return Problem("DAV105", message, option.start, option.end, option.text)


def _onion(tokens: tuple[Token, ...], shape: _Shape, args: Tokens) -> Onion:
    given = [
        _Given(tokens[option].value, tokens[option], None if value is None else tokens[value])
        for option, value in shape.settings
    ]
    options: dict[str, Any] = {}
    passed: list[str] = []
    for one in given:
        _exclude(one, given, options, args.table)
        _collect(one, options, passed)
    requirement = tokens[shape.requirement].value
    if args.table.needing:
        _check_channels(requirement, given, options, args.table)
    words = tuple(args.words)
    onion = Onion(args.table.installer, args.args, words, requirement, options, tuple(passed))
    if "hash" in options:
        _check_hashes(onion, given)
    return onion


def _exclude(one: _Given, given: list[_Given], options: dict[str, Any], table: OptionTable) -> None:
    rivals = table.conflicts.get(one.option.dest)
    if not rivals or rivals.isdisjoint(options):
        return
    rival = next(other for other in given if other.option.dest in rivals)
    message = f"{one.token.text} cannot be combined with {rival.token.text}"
    raise Problem("DAV105", message, one.token.start, one.token.end, one.token.text)


def _collect(one: _Given, options: dict[str, Any], passed: list[str]) -> None:
    option, value = one.option, one.value
    words = [option.name] if value is None else [option.name, value.text]
    if option.effect not in _NOT_PASSED:
        passed += words
    if value is None:
        options[option.dest] = options.get(option.dest, 0) + option.step if option.step else True
    elif option.many:
        options.setdefault(option.dest, []).append(value.value)
    else:
        options[option.dest] = value.value


def _check_channels(
    requirement: Requirement, given: list[_Given], options: dict[str, Any], table: OptionTable
) -> None:
    """Raise Problem for `--override-channels` where nothing names a channel."""
    lonely = {one for one, other in table.needing if one in options and other not in options}
    if not lonely or (requirement.match_spec is not None and requirement.match_spec.channel):
        return
    token = next(one.token for one in given if one.option.dest in lonely)
    message = f"{token.text} leaves no channel to search: name one with -c"
    raise Problem("DAV105", message, token.start, token.end, token.text)


def _check_hashes(onion: Onion, given: list[_Given]) -> None:
    token = next(one.token for one in given if one.option.dest == "hash")
    requirement = onion.requirement
    if requirement.editable or requirement.vcs:
        reason = "there is no file whose digest could be checked"
    elif requirement.path and any(character in requirement.text for character in " \t#"):
        reason = "a path with a space or number sign cannot stand in a requirements file"
    else:
        return
    message = f"--hash does not go with {requirement.text!r}: {reason}"
    raise Problem("DAV105", message, token.start, token.end, token.text)
