"""Which comments are onion comments."""

from __future__ import annotations

import re

from davos.span import Span
from davos.syntax.nodes import OnionComment

__all__ = ["read_onion_comment"]

# "##" comments an onion comment out; arguments start with anything but "#".
_HEAD = re.compile(r"#[ \t\f]*(pip|uv|conda)[ \t\f]*:[ \t\f]*(?=[^\s#])")
_NEXT_COMMENT = re.compile(r"[ \t\f]#")


def read_onion_comment(text: str, comment: Span) -> OnionComment | None:
    """The onion comment that a comment starts with, or None if it is an ordinary one.

    `onion_comment ::= "#" installer ":" install_opt* pkg_spec install_opt*`, with
    `installer ::= ("pip" | "uv" | "conda")`. White space followed by `#` ends it.
    """
    head = _HEAD.match(text, comment.start, comment.end)
    if head is None:
        return None
    start = head.end()
    following = _NEXT_COMMENT.search(text, start, comment.end)
    args = text[start : following.start() if following else comment.end].rstrip(" \t\f")
    end = start + len(args)
    return OnionComment(
        installer=head[1],
        args=args,
        span=Span(comment.start, end),
        installer_span=Span(*head.span(1)),
        args_span=Span(start, end),
    )
