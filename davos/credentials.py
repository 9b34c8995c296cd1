"""Credentials in URLs: found, and masked where davos shows or stores them.

What is masked, and how, follows pip's `redact_auth_from_url`: `https://user:****@host/`, and
`https://****@host/` where a token is all there is; the token in the path of a channel of conda is
one, too. The user of an `ssh` URL and the user `git`
are no secrets (PEP 610, "Specification").
"""

from __future__ import annotations

import re
from typing import Callable, Iterator, Sequence

from davos.span import Span

__all__ = ["blanked", "credentials", "masked", "masked_words", "without_credentials"]

# What is behind `://`, up to the path, the query or the fragment (RFC 3986, 3.2). `--proxy`
# also takes `user:password@host:port`.
_AUTHORITY = re.compile(r"""(?:://|--proxy(?:=|\s+)["']?(?![\w+.-]*://))(?P<authority>[^\s/?#]*)""")
_PLACEHOLDER = re.compile(r"\$\{?\w+\}?|%\w+%|\{+\w+\}+|<\w+>|\*+")
# The token of a channel of conda: https://host/t/TOKEN/channel
_CHANNEL_TOKEN = re.compile(r"(://[^\s/?#]+(?:/[^\s/?#]+)*?/t/)(?P<token>[^\s/?#]+)(?=/)")
_PUBLIC = {"", "git"}
_MASK = "****"
_PROXY = "--proxy"


def credentials(text: str) -> Iterator[Span]:
    """Where URLs in a text hold what should be secret: `user:password` or a token.

    A variable in the place of a password, or of a token, is not.
    """
    for span in _userinfos(text):
        secret = text[span.start : span.end].rpartition(":")[2]
        if secret and not _PLACEHOLDER.fullmatch(secret):
            yield span
    for found in _CHANNEL_TOKEN.finditer(text) if "/t/" in text else ():
        if not _PLACEHOLDER.fullmatch(found["token"]):
            yield Span(*found.span("token"))


def masked(text: str) -> str:
    """A text with `****` for each password and token in it."""
    text = _replaced(text, _mask)
    return _CHANNEL_TOKEN.sub(rf"\g<1>{_MASK}", text) if "/t/" in text else text


def masked_words(words: Sequence[str]) -> list[str]:
    """The words of a command line, masked one by one; `--proxy` takes the word behind it."""
    return [
        masked(f"{_PROXY} {word}")[len(_PROXY) + 1 :] if before == _PROXY else masked(word)
        for before, word in zip(("", *words), words)
    ]


def blanked(line: str) -> str:
    """A line of source text with asterisks for secrets; columns stay what they are."""
    line = _replaced(line, lambda userinfo: "*" * len(userinfo))
    return _CHANNEL_TOKEN.sub(lambda found: found[1] + "*" * len(found["token"]), line)


def without_credentials(url: str) -> str:
    """A URL without user and password, as PEP 610 has it recorded."""
    for span in _userinfos(url):
        return url[: span.start] + url[span.end + 1 :]
    return url


def _replaced(text: str, replace: Callable[[str], str]) -> str:
    pieces, end = [], 0
    for span in _userinfos(text):
        pieces += [text[end : span.start], replace(text[span.start : span.end])]
        end = span.end
    return "".join([*pieces, text[end:]]) if pieces else text


def _mask(userinfo: str) -> str:
    user, colon, _ = userinfo.partition(":")
    if not userinfo.strip("*"):
        return userinfo  # masked before
    return f"{user}:{_MASK}" if colon else _MASK


def _userinfos(text: str) -> Iterator[Span]:
    """The parts before the @ of authorities, but for users that are public."""
    for found in _AUTHORITY.finditer(text) if "@" in text else ():
        userinfo, at, _ = found["authority"].rpartition("@")
        start = found.start("authority")
        named = ":" in userinfo
        public = userinfo in _PUBLIC or text[max(found.start() - 3, 0) : found.start()] == "ssh"
        if at and (named or not public):
            yield Span(start, start + len(userinfo))
