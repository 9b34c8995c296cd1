"""The abstract syntax of smuggle statements.

Names, modules and levels are exactly those of Python's own `ast.Import` and
`ast.ImportFrom` for the same statement written with `import`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Union

if TYPE_CHECKING:
    from davos.span import Span

__all__ = ["Alias", "OnionComment", "Smuggle", "SmuggleFrom", "Statement"]


class Alias(NamedTuple):
    """`identifier ["as" identifier]`, or `module ["as" identifier]`, or `"*"`."""

    name: str
    asname: str | None
    span: Span


class OnionComment(NamedTuple):
    """`"#" installer ":" arguments`, not yet looked into.

    `span` runs from the number sign to the end of the last argument,
    `args_span` covers the arguments, as written in `args`.
    """

    installer: str
    args: str
    span: Span
    installer_span: Span
    args_span: Span


@dataclass(frozen=True)
class Smuggle:
    """`"smuggle" module ["as" identifier] ("," module ["as" identifier])*`

    `comments` are those that stand where an onion comment could, if none of them is one.
    """

    names: tuple[Alias, ...]
    span: Span
    onion: OnionComment | None = None
    comments: tuple[Span, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class SmuggleFrom:
    """`"from" relative_module "smuggle" ...`; `module` is None in `from . smuggle x`.

    `comments` are those of `Smuggle`.
    """

    module: str | None
    level: int
    names: tuple[Alias, ...]
    span: Span
    onion: OnionComment | None = None
    comments: tuple[Span, ...] = field(default=(), compare=False)


Statement = Union[Smuggle, SmuggleFrom]
