"""Finds the smuggle statements of a text, and their tokens, as CPython's tokenizer would.

Three steps, each linear: `davos.syntax.skimmer` runs over the text in bulk and
stops at each logical line that holds the word `smuggle`; the lexer splits that line
into tokens and follows where a statement can start; the tokens of a smuggle
statement go to the parser. What CPython's tokenizer would refuse ends the search:
Python itself reports the error there.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import Iterator, NamedTuple

from davos.source import LINE_BREAK
from davos.span import Span
from davos.syntax.skimmer import NAME, next_candidate
from davos.syntax.strings import string_end

__all__ = ["END", "FUTURE", "KEYWORD", "OTHER", "Lexer", "StatementTokens", "Token"]

END = "$END"
FUTURE = "FUTURE"
KEYWORD = "KEYWORD"
OTHER = "OTHER"

_SPACE = rf"[ \t\f]*(?:\\(?:{LINE_BREAK.pattern})[ \t\f]*)*"
# No branch can be tried twice: each but the last begins with another character.
_TOKEN = re.compile(
    _SPACE + rf"(?:(?P<NAME>{NAME})"
    rf"|(?P<NEWLINE>{LINE_BREAK.pattern})"
    r"|(?P<COMMENT>#[^\r\n]*)"
    r"|(?P<NUMBER>[0-9][0-9A-Za-z_]*)"
    r"|(?P<QUOTE>[\"'])"
    r"|(?P<OP>:=|.)"
    r"|(?P<EOF>\Z))",
    re.DOTALL,
)
_KINDS = ("", *_TOKEN.groupindex)
_COMMENT = re.compile(rf"{_SPACE}(#[^\r\n]*)")
_NAME_OR_STAR = re.compile(rf"{_SPACE}(?:({NAME})|\*{_SPACE}(?=[#;\r\n]|\Z))")
_PUNCTUATION = {".": "DOT", ",": "COMMA", "(": "LPAR", ")": "RPAR", "*": "STAR"}
_GRAMMAR_WORDS = {**dict.fromkeys(keyword.kwlist, KEYWORD), "as": "AS"}
# `smuggle if x else y` and the like go on with an expression.
_OPERATOR_WORDS = frozenset({"and", "if", "in", "is", "not", "or"})
_CLAUSE_WORDS = frozenset(
    "async case class def elif else except finally for if try while with".split(),
)
_ALIENS = frozenset({OTHER, KEYWORD})
_LONG_NAME = 200
_LINE_KINDS = frozenset({"NEWLINE", "COMMENT", "EOF"})


class Token(NamedTuple):
    """A token: its type in the grammar (or the lexer's own), its text, its offsets."""

    type: str
    value: str
    start: int
    end: int


@dataclass
class StatementTokens:
    """The tokens of one smuggle statement, `$END` included, and the comments on its lines.

    `first_comment` is the first one on the statement's first physical line,
    `last_comment` the one behind its end if no other statement follows on the line.
    """

    tokens: list[Token]
    first_comment: Span | None = None
    last_comment: Span | None = None
    ends_line: bool = False

    @property
    def span(self) -> Span:
        """From the first token to the end of the last."""
        return Span(self.tokens[0].start, self.tokens[-1].end)


class _RefusedError(Exception):
    """CPython's tokenizer would refuse the text here."""


class _StatementStarts:
    """Follows a logical line's tokens: can a statement start at the next one?

    It can at the line's start, behind `;` and behind the colon that ends the
    header of a compound statement's clause, all at bracket depth 0. The colons
    of lambdas, slices, annotations and dicts are no such colons.
    """

    open = True
    _depth = 0
    _lambdas = 0
    _in_header = False

    def follow(self, token: Token, *, forgiving: bool) -> None:
        """Take one token of the line in."""
        value, at_start, self.open = token.value, self.open, False
        if value in {"(", "[", "{"}:
            self._depth += 1
        elif value in {")", "]", "}"}:
            if not self._depth and not forgiving:
                raise _RefusedError
            self._depth = max(self._depth - 1, 0)
        elif not self._depth:
            self._follow_outside_brackets(value, at_start=at_start)

    def _follow_outside_brackets(self, value: str, *, at_start: bool) -> None:
        if at_start:
            self._lambdas = 0
            self._in_header = value in _CLAUSE_WORDS
        elif value == "lambda":
            self._lambdas += 1
        elif value == ":" and self._lambdas:
            self._lambdas -= 1
        elif value == ":" and self._in_header:
            self.open, self._in_header = True, False
        if value == ";":
            self.open = True

    def ends_line(self, token: Token) -> bool:
        """Whether a token ends the logical line."""
        return token.type == "EOF" or (token.type == "NEWLINE" and not self._depth)


class Lexer:
    """The smuggle statements of a text, one after the other.

    Behind a malformed one, `recover` says where to go on.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._position = 1 if text.startswith("\ufeff") else 0
        self._forgiving = False
        self._starts: _StatementStarts

    def statements(self) -> Iterator[StatementTokens]:
        """The tokens of each statement, in order."""
        while True:
            start = next_candidate(self.text, self._position, forgiving=self._forgiving)
            if start is None:
                return
            self._position = start
            self._starts = _StatementStarts()
            try:
                yield from self._logical_line()
            except _RefusedError:
                return

    def recover(self, statement: StatementTokens, error: Token) -> None:
        """Go on behind a malformed statement.

        Outside parentheses at the next `;`; inside them at the next physical line,
        because where they should have ended is unknown.
        """
        before = [token for token in statement.tokens if token.start < error.start]
        self._forgiving = True
        statement.ends_line = False
        if sum((token.type == "LPAR") - (token.type == "RPAR") for token in before) <= 0:
            self._position = error.start
            return
        self._starts = _StatementStarts()
        if LINE_BREAK.search(self.text, before[0].start, error.start):
            start = before[0].start
            last = [self.text.rfind(line_break, start, error.start) for line_break in "\r\n"]
            self._position = max(last) + 1
        else:
            line_break = LINE_BREAK.search(self.text, error.end)
            self._position = line_break.end() if line_break else len(self.text)

    def _logical_line(self) -> Iterator[StatementTokens]:
        while True:
            token = self._scan()
            if self._starts.open and token.type == "NAME":
                statement = self._statement(token)
                if statement is not None:
                    self._starts.open = False
                    yield statement
                    if statement.ends_line:
                        return
                    continue
            if self._starts.ends_line(token):
                return
            if token.type not in _LINE_KINDS:
                self._starts.follow(token, forgiving=self._forgiving)

    def _scan(self) -> Token:
        """The next token; a string is one token, without its prefix."""
        match = _TOKEN.match(self.text, self._position)
        kind = match.lastgroup if match else None
        if match is None or kind is None:
            raise AssertionError(self._position)  # the pattern matches everything
        start, end = match.span(kind)
        if kind == "QUOTE":
            end = string_end(self.text, start)
        if end < 0 or (kind == "OP" and self.text[start] == "\\"):
            raise _RefusedError
        self._position = end
        return Token(kind, self.text[start:end], start, end)

    def _statement(self, first: Token) -> StatementTokens | None:
        """The smuggle statement that starts with a name, or None."""
        if first.value == "smuggle":
            tokens = [Token("SMUGGLE", *first[1:])] if self._goes_on_as_statement() else None
        elif first.value == "from":
            tokens = self._from_clause(first)
        else:
            return None
        if tokens is None:
            self._position = first.end
            return None
        return self._rest(tokens)

    def _goes_on_as_statement(self) -> bool:
        """Whether the keyword `smuggle` stands here: a name follows, or a lone star."""
        match = _NAME_OR_STAR.match(self.text, self._position)
        if match is None:
            return False
        name = match[1]
        return name is None or (name not in _OPERATOR_WORDS and name.isidentifier())

    def _from_clause(self, first: Token) -> list[Token] | None:
        """`"from" relative_module "smuggle"`, where either may be called "smuggle" too."""
        tokens = [Token("FROM", *first[1:])]
        has_name = False
        while True:
            token = self._scan()
            if token.type != "NAME":
                if token.value != ".":
                    return None
            elif tokens[-1].type not in {"FROM", "DOT"}:
                if token.value != "smuggle":
                    return None
                return [*_without_future(tokens), Token("SMUGGLE", *token[1:])]
            elif token.value == "smuggle" and not has_name and self._is_keyword(tokens[-1]):
                return [*tokens, Token("SMUGGLE", *token[1:])]
            else:
                has_name = True
            tokens.append(_grammar_token(*token))

    def _is_keyword(self, before: Token) -> bool:
        """Whether a `smuggle` behind `from`, or behind dots alone, is the keyword.

        Behind dots it may be either, and what follows decides: `from .smuggle import
        x`, `from . smuggle x`, `from .smuggle smuggle x`, `from . smuggle smuggle`.
        """
        if before.type != "DOT":
            return False
        position = self._position
        follower, second = self._scan(), self._scan()
        self._position = position
        if follower.value != "smuggle":
            return follower.value not in {"import", "."}
        is_module = second.type == "NAME" and second.value != "as"
        return not is_module and second.value not in {"(", "*"}

    def _rest(self, tokens: list[Token]) -> StatementTokens:
        """Collect up to the statement's end, or to the first token no statement can have."""
        inside: Span | None = None
        parenthesis = 0
        ending, end = "", 0
        for match in _TOKEN.finditer(self.text, tokens[-1].end):
            group = match.lastindex or 0  # by number: a group's name costs a look-up each time
            kind, value = _KINDS[group], match[group]
            start, end = match.span(group)
            if kind in _LINE_KINDS or value == ";":
                if not parenthesis or kind == "EOF":
                    ending = kind
                    break
                if kind == "COMMENT":
                    inside = inside or Span(start, end)
                if kind != "OP":
                    continue
            token = _grammar_token(kind, value, start, end)
            tokens.append(token)
            if token.type in _ALIENS or (token.type == "LPAR" and parenthesis):
                break
            parenthesis += (value == "(") - (value == ")")
        statement = StatementTokens(tokens)
        if ending in {"NEWLINE", "EOF"}:
            self._position, statement.ends_line = end, True
        else:
            self._position = tokens[-1].end
            statement.last_comment = self._last_comment(ending, end)
        self._finish(statement, inside or statement.last_comment)
        return statement

    def _last_comment(self, ending: str, end: int) -> Span | None:
        """The comment behind a statement, or behind the `;` that ends it."""
        if not ending:
            return None
        comment = _COMMENT.match(self.text, end if ending == "OP" else self._position)
        return Span(*comment.span(1)) if comment else None

    def _finish(self, statement: StatementTokens, first: Span | None) -> None:
        """Add `$END`, and the first comment if it is on the first physical line."""
        tokens = statement.tokens
        end = tokens[-1].end
        tokens.append(Token(END, "", end, end))
        if first and not LINE_BREAK.search(self.text, tokens[0].start, first.start):
            statement.first_comment = first


def _without_future(tokens: list[Token]) -> list[Token]:
    """A from clause, where `__future__` has a type of its own: only `import` may follow it."""
    if len(tokens) == 2 and tokens[1].value == "__future__":  # noqa: PLR2004  # from __future__
        return [tokens[0], tokens[1]._replace(type=FUTURE)]
    return tokens


def _grammar_token(kind: str, value: str, start: int, end: int) -> Token:
    """The token as the grammar calls it; names are NFKC-normalised, as `ast`'s are."""
    if kind != "NAME":
        return Token(_PUNCTUATION.get(value, OTHER), value, start, end)
    if value.isascii():
        return Token(_GRAMMAR_WORDS.get(value, "IDENTIFIER"), value, start, end)
    # CPython normalises names only after it has looked for keywords.
    kind = "IDENTIFIER" if value.isidentifier() else OTHER
    return Token(kind, _normalized(value), start, end)


def _normalized(name: str) -> str:
    """NFKC of a name, in linear time.

    CPython puts combining characters into their order (Unicode, D109) by insertion sort; it
    has nothing to do where they are in order already.
    """
    if len(name) < _LONG_NAME:
        return unicodedata.normalize("NFKC", name)
    decomposed = "".join([unicodedata.normalize("NFKD", character) for character in name])
    pieces: list[str] = []
    for _, run in groupby(decomposed, key=lambda character: unicodedata.combining(character) > 0):
        pieces += sorted(run, key=unicodedata.combining)
    return unicodedata.normalize("NFKC", "".join(pieces))
