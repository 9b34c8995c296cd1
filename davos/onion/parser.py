"""`grammar/onion.lark` at work: tokens of an onion comment in, an `Onion` out."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional, cast

from davos.onion.comment import Onion
from davos.onion.lexer import Token, Tokens
from davos.onion.options import Effect, Option, OptionTable
from davos.onion.requirement import load as load_requirements
from davos.onion.words import Problem

if TYPE_CHECKING:
    from lark import Lark
    from lark.exceptions import UnexpectedToken
    from lark.parsers.lalr_parser_state import ParserState

__all__ = ["load", "parse"]

_HASH, _COLON, _END = (Token(kind, "", 0, 0) for kind in ("HASH", "COLON", "$END"))


class _Given(NamedTuple):
    """An option as it was given: `value` is None for a flag."""

    option: Option
    token: Token
    value: Token | None


def parse(args: str, table: OptionTable) -> Onion:
    """`onion_comment ::= "#" installer ":" install_opt* pkg_spec install_opt*`

    Raises
    ------
    Problem
        at the first word that is wrong.

    """
    tokens = Tokens(args, table)
    given, spec = _structure(tokens)
    options: dict[str, Any] = {}
    passed: list[str] = []
    for one in given:
        _exclude(one, given, options, table)
        _collect(one, options, passed)
    onion = Onion(table.installer, args, tuple(tokens.words), spec.value, options, tuple(passed))
    if "hash" in options:
        _check_hashes(onion, given)
    return onion


# The options, each with its value or without, and the requirement, as indices of tokens: so
# it holds for every comment with the same token types, and Lark parses each kind once.
_Shape = tuple[tuple[tuple[int, Optional[int]], ...], int]
_MOST_SHAPES = 1000
_shapes: dict[tuple[str, ...], _Shape] = {}


def _structure(tokens: Tokens) -> tuple[list[_Given], Token]:
    read: list[Token] = []
    problem = None
    try:
        read.extend(tokens)
    except Problem as error:
        problem = error
    types = tuple([token.type for token in read])
    shape = None if problem else _shapes.get(types)
    if shape is None:
        shape = _parse(read, tokens, problem)
        if len(_shapes) >= _MOST_SHAPES:
            _shapes.clear()
        _shapes[types] = shape
    options, spec = shape
    given = [
        _Given(read[option].value, read[option], None if value is None else read[value])
        for option, value in options
    ]
    return given, read[spec]


def _parse(read: list[Token], tokens: Tokens, problem: Problem | None) -> _Shape:
    """What Lark makes of the tokens; raises the first problem in their order."""
    begun, refused = _begun(tokens.table.installer)
    stacks = list(begun.state_stack), list(begun.value_stack)
    feed: Callable[..., Any] = type(begun)(begun.parse_conf, begun.lexer, *stacks).feed_token
    try:
        for index, token in enumerate(read):
            feed(token._replace(value=index))
        if problem is not None:
            raise problem
        shape: _Shape = feed(_END, is_end=True)
    except refused as error:
        # typed as Lark's own token, but what was fed is what comes back
        raise _misplaced(cast("Token", error.token), tokens) from None
    return shape


def _misplaced(token: Token, tokens: Tokens) -> Problem:
    if token.type == "$END":
        message = f"nothing to install: no package is named for {tokens.table.installer}"
        return Problem("DAV104", message, 0, len(tokens.args))
    message = f"an onion comment is about one package; {token.text} would be a second"
    return Problem("DAV104", message, token.start, token.end)


def load(installer: str) -> None:
    """Load the grammar and what reads requirements, for good."""
    _begun(installer)
    load_requirements()


@lru_cache
def _begun(installer: str) -> tuple[ParserState[Any], type[UnexpectedToken]]:
    """The parser behind `"#" installer ":"`, and what it raises."""
    from lark.exceptions import UnexpectedToken  # noqa: PLC0415 - 44 ms, with the first onion only

    parser = _grammar().parse_interactive().parser_state
    for token in (_HASH, Token("INSTALLER", installer, 0, 0), _COLON):
        parser.feed_token(cast("Any", token))
    return parser, UnexpectedToken


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    from importlib.resources import files  # noqa: PLC0415 - 4 ms, see below

    from lark import Lark, Transformer  # noqa: PLC0415 - 44 ms, with the first onion only

    class Rules(Transformer[Token, Any]):
        """What each rule makes of its children; a token's value is its index."""

        def onion_comment(self, children: list[Any]) -> _Shape:
            options = tuple(child for child in children if isinstance(child, tuple))
            return options, next(child for child in children if isinstance(child, int))

        def installer(self, children: list[Token]) -> str:
            return str(children[0].value)

        def install_opt(self, children: list[Token]) -> tuple[int, int | None]:
            return children[0].value, children[1].value if children[1:] else None

        def pkg_spec(self, children: list[Token]) -> int:
            return int(children[-1].value)

    text = files("davos.grammar").joinpath("onion.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", start="onion_comment", transformer=Rules())


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
    if option.effect is not Effect.DAVOS:
        passed += words
    if value is None:
        options[option.dest] = options.get(option.dest, 0) + option.step if option.step else True
    elif option.many:
        options.setdefault(option.dest, []).append(value.value)
    else:
        options[option.dest] = value.value


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
