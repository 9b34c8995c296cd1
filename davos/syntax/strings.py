"""Where a string literal ends, as the running Python's tokenizer sees it.

Before Python 3.12 every literal ends at its first unescaped closing quote. Since
then (PEP 701) the replacement fields of an f-string hold whole expressions, which
may use the same quotes again; likewise a t-string's since 3.14 (PEP 750).
"""

from __future__ import annotations

import re
import sys

__all__ = [
    "DOUBLE_QUOTED",
    "FORMATTED_PREFIXES",
    "PLAIN",
    "SINGLE_QUOTED",
    "TRIPLE_QUOTED",
    "is_name_character",
    "string_end",
]

# One branch per kind of quote; in raw strings, too, a quote behind a backslash ends nothing.
TRIPLE_QUOTED = (
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
)
DOUBLE_QUOTED = r'"(?!"")[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"'
SINGLE_QUOTED = r"'(?!'')[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'"
PLAIN = f"{TRIPLE_QUOTED}|{DOUBLE_QUOTED}|{SINGLE_QUOTED}"
_PLAIN = re.compile(PLAIN, re.DOTALL)

FORMATTED_PREFIXES = frozenset(
    (("f", "fr", "rf") if sys.version_info >= (3, 12) else ())
    + (("t", "tr", "rt") if sys.version_info >= (3, 14) else ()),
)

# The inside of a formatted string whose fields hold no quote, comment, bracket or field.
_SIMPLE_FIELDS = re.compile(r"""[^{}]*(?:(?:\{\{|\}\}|\{[^{}'"\#\\\r\n]*\})[^{}]*)*""")
_LITERAL_STOP = re.compile(
    r"""\\(?:N\{|\r\n|[^{}]|(?=[{}]))|\{\{|\}\}|[{}]|\"""|'''|["'\r\n]""", re.DOTALL
)
_EXPRESSION_STOP = re.compile(r"""[()\[\]{}:"']|\#[^\r\n]*""")
_OPENERS = {")": "(", "]": "[", "}": "{"}
_FIELD_SPEC = ":"
_BOM = "\ufeff"
_DEEPEST = 600  # more than CPython's 200 brackets and 150 formatted strings within each other
_LONGEST_PREFIX = 2


def is_name_character(character: str) -> bool:
    """Whether a character goes on with a name; CPython first takes in all beyond ASCII."""
    return character.isalnum() or character == "_" or (character >= "\x80" and character != _BOM)


def string_end(text: str, quote: int) -> int:
    """The offset behind the string literal whose first quote stands at an offset, or -1."""
    match = _PLAIN.match(text, quote)
    if not FORMATTED_PREFIXES or _prefix(text, quote) not in FORMATTED_PREFIXES:
        return match.end() if match else -1
    if match:
        width = _quote_width(text, quote)
        if _SIMPLE_FIELDS.fullmatch(text, quote + width, match.end() - width):
            return match.end()
    return _Formatted(text, quote).end()


def _quote_width(text: str, quote: int) -> int:
    return 3 if text.startswith(('"""', "'''"), quote) else 1


def _prefix(text: str, quote: int) -> str:
    """The letters before a quote, lower case; three are no prefix but a word's end."""
    start = quote
    while 0 < start >= quote - _LONGEST_PREFIX and is_name_character(text[start - 1]):
        start -= 1
    return text[start:quote].lower()


class _Formatted:
    """Walks over one formatted string and all that is nested in it.

    The stack holds what is open: quotes of formatted strings, `{` of replacement
    fields, `:` of format specifications, brackets of expressions.
    """

    def __init__(self, text: str, quote: int) -> None:
        self.text = text
        self.position = quote
        self.stack: list[str] = []
        self._open_string(quote)

    def end(self) -> int:
        """The offset behind the closing quote, or -1 if the string is not closed."""
        while self.stack and self.position >= 0:
            if len(self.stack) > _DEEPEST:
                return -1
            top = self.stack[-1]
            if top[0] in "\"'" or top == _FIELD_SPEC:
                self._literal()
            else:
                self._expression()
        return self.position

    def _open_string(self, quote: int) -> None:
        width = _quote_width(self.text, quote)
        self.stack.append(self.text[quote : quote + width])
        self.position = quote + width

    def _literal(self) -> None:
        """One step through literal text or a format specification."""
        match = _LITERAL_STOP.search(self.text, self.position)
        if match is None:
            self.position = -1
            return
        word, top = match[0], self.stack[-1]
        self.position = match.end()
        if word[0] == "\\":
            self._escape(match.start(), word)
        elif word in {"{{", "}}"}:
            self._doubled(word)
        elif word == "{":
            self.stack.append(word)
        elif word == "}":
            self._close_field()
        elif word in "\r\n":
            if len(top) == 1 and top != _FIELD_SPEC:
                self.position = -1
        elif word[0] == (quote := self._quote())[0]:
            self._quote_in_literal(match.start(), quote)

    def _escape(self, start: int, word: str) -> None:
        r"""`\N{DASH}` is no field, except in a raw string, where it is one."""
        if word == "\\N{":
            closing = self.text.find("}", self.position)
            simple = closing >= 0 and not set(self.text[self.position : closing]) & set("'\"{\n")
            self.position = closing + 1 if simple else start + 2

    def _doubled(self, word: str) -> None:
        """`{{` and `}}` are braces in literal text, one brace each in a format specification."""
        if self.stack[-1] == _FIELD_SPEC:
            self.position -= 1
            if word == "{{":
                self.stack.append("{")
            else:
                self._close_field()

    def _close_field(self) -> None:
        if self.stack[-1] != _FIELD_SPEC:
            self.position = -1  # a single "}" in literal text
            return
        del self.stack[-2:]

    def _quote(self) -> str:
        """The quotes of the innermost formatted string."""
        return next(entry for entry in reversed(self.stack) if entry[0] in "\"'")

    def _quote_in_literal(self, start: int, quote: str) -> None:
        if not self.text.startswith(quote, start):
            self.position = start + 1
        elif self.stack[-1] == _FIELD_SPEC:
            self.position = -1
        else:
            self.position = start + len(quote)
            self.stack.pop()

    def _expression(self) -> None:
        """One step through the expression of a replacement field."""
        match = _EXPRESSION_STOP.search(self.text, self.position)
        if match is None:
            self.position = -1
            return
        word, top = match[0], self.stack[-1]
        self.position = match.end()
        if word in "\"'":
            self._string(match.start())
        elif word in "([{":
            self.stack.append(word)
        elif word in _OPENERS:
            self.stack.pop()
            if top != _OPENERS[word]:
                self.position = -1
        elif word == ":" and self._is_field():
            self.stack.append(_FIELD_SPEC)

    def _is_field(self) -> bool:
        """Whether the innermost open bracket is a replacement field's own `{`."""
        below = self.stack[-2]
        return self.stack[-1] == "{" and (below[0] in "\"'" or below == _FIELD_SPEC)

    def _string(self, quote: int) -> None:
        if _prefix(self.text, quote) in FORMATTED_PREFIXES:
            self._open_string(quote)
            return
        match = _PLAIN.match(self.text, quote)
        self.position = match.end() if match else -1
