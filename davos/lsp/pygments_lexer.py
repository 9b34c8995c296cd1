"""A Pygments lexer: IPython's, which also colours smuggle statements and onion comments.

Pygments finds it by its entry point under the names `davos` and `smuggle`. It is
never imported by davos itself; Pygments comes with IPython.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, ClassVar, Iterable, Iterator, Sequence

from pygments.lexer import Lexer
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, String

from davos.documents.magics import mask
from davos.span import Span
from davos.syntax.lexer import Lexer as StatementLexer
from davos.syntax.onion_comment import read_onion_comment
from davos.translate import SMUGGLE, as_imports

if TYPE_CHECKING:
    from pygments.token import _TokenType

    from davos.syntax.nodes import OnionComment

    _Token = tuple[int, _TokenType, str]

__all__ = ["DavosLexer"]


def _python() -> Lexer:
    """IPython's lexer, which knows magics (a package of its own since IPython 9), or Python's."""
    try:
        from ipython_pygments_lexers import IPython3Lexer  # noqa: PLC0415 - IPython >= 9 only
    except ImportError:
        return PythonLexer()
    found: Lexer = IPython3Lexer()
    return found


class DavosLexer(Lexer):
    """Python with IPython's magics, smuggle statements and onion comments.

    `smuggle` is coloured as `import` where it is the statement's word, and as any name
    elsewhere; in an onion comment the installer and its arguments stand out.
    """

    name = "davos"
    aliases: ClassVar[list[str]] = ["davos", "smuggle"]
    filenames: ClassVar[list[str]] = []
    mimetypes: ClassVar[list[str]] = ["text/x-davos"]
    url = "https://pypi.org/project/davos/"

    def get_tokens_unprocessed(self, text: str) -> Iterator[_Token]:
        """The tokens of a text, each with its offset."""
        words, onions = _read(text)
        imports = as_imports(text, words, same_width=True)
        for start, kind, value in _split(_python().get_tokens_unprocessed(imports), words):
            if start in words:
                yield start, Keyword.Namespace, SMUGGLE
            elif start in onions:
                yield from _onion(text, start, value, onions[start])
            else:
                yield start, kind, value


def _split(tokens: Iterable[_Token], words: Sequence[int]) -> Iterator[_Token]:
    """The tokens, each word of a statement (with its space) as one of its own."""
    done = 0
    for token_start, kind, value in tokens:
        end = token_start + len(value)
        start = max(token_start, done)
        for word in words[bisect_left(words, start) : bisect_left(words, end)]:
            if start < word:
                yield start, kind, value[start - token_start : word - token_start]
            yield word, kind, SMUGGLE
            start = done = word + len(SMUGGLE)
        if start < end:
            yield start, kind, value[start - token_start :]


def _read(text: str) -> tuple[list[int], dict[int, OnionComment]]:
    """Where the statements' words are, and the onion comments by their offsets."""
    words, onions = [], {}
    for found in StatementLexer(mask(text)).statements():  # a magic may hold half a string
        words += [token.start for token in found.tokens if token.type == "SMUGGLE"][:1]
        for comment in filter(None, (found.first_comment, found.last_comment)):
            onion = read_onion_comment(text, Span(*comment))
            if onion is not None:
                onions[comment.start] = onion
                break
    return words, onions


def _onion(text: str, start: int, comment: str, onion: OnionComment) -> Iterator[_Token]:
    """`# pip: six==1.16.0 -q # more`, in parts."""
    installer, args = onion.installer_span, onion.args_span
    parts = (
        (start, installer.start, Comment.Single),
        (installer.start, installer.end, Keyword.Pseudo),
        (installer.end, args.start, Comment.Single),
    )
    for begin, end, kind in parts:
        yield begin, kind, text[begin:end]
    position = args.start
    for word in onion.args.split():
        at = text.index(word, position)
        if at > position:
            yield position, Comment.Single, text[position:at]
        yield at, Name.Attribute if word.startswith("-") else String.Other, word
        position = at + len(word)
    end = start + len(comment)
    if position < end:
        yield position, Comment.Single, text[position:end]
