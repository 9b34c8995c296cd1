"""What may be typed next: `smuggle`, an installer, an option, its value, a requirement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Callable, Iterator, NamedTuple

from lsprotocol import types
from packaging.utils import canonicalize_name as normalized

from davos.distributions.import_names import providers
from davos.lsp.typed_statements import Typed, typed_statements
from davos.onion.options import Effect, Option, OptionTable
from davos.onion.tolerant_lexer import Piece, pieces
from davos.onion.typed_version import TypedVersion, typed_version
from davos.onion.validator import TABLES
from davos.span import Span
from davos.syntax.lexer import Lexer
from davos.syntax.nodes import SmuggleFrom

if TYPE_CHECKING:
    from davos.distributions.available_versions import OfferedVersions
    from davos.lsp.installed_versions import Finder, Found
    from davos.lsp.open_cells import OpenCell

__all__ = ["TRIGGERS", "completions"]

TRIGGERS = ["#", "-", ":", "=", "<", ">", " "]

_SMUGGLE = "smuggle"
_WORD = re.compile(r"[A-Za-z]*\Z")
_INSTALLER = re.compile(r"#[ \t]*(?P<word>[A-Za-z]*)\Z")
_ARGUMENTS = re.compile(r"#[ \t\f]*(?P<installer>\w+)[ \t\f]*:[ \t\f]*(?P<args>.*)\Z", re.DOTALL)
_LAST_WORD = re.compile(r"[^ \t\f]*\Z")


class Suggestion(NamedTuple):
    """What may stand in a span of a cell."""

    span: Span
    label: str
    text: str
    kind: types.CompletionItemKind
    detail: str = ""
    documentation: str = ""


def completions(
    cell: OpenCell, offset: int, find: Finder, offered: OfferedVersions
) -> types.CompletionList:
    """The suggestions for a place of a cell, the best first."""
    version = _version(cell, offset)
    if version is None:
        found, complete = list(_suggestions(cell, offset, find)), True
    else:
        found, complete = _versions_typed(cell, version, find, offered)
    items = [_item(cell, one, number) for number, one in enumerate(found)]
    return types.CompletionList(is_incomplete=not complete, items=items)


def _item(cell: OpenCell, one: Suggestion, number: int) -> types.CompletionItem:
    return types.CompletionItem(
        label=one.label,
        kind=one.kind,
        detail=one.detail or None,
        documentation=one.documentation or None,
        sort_text=f"{number:04}",
        filter_text=one.text,
        text_edit=types.TextEdit(cell.range(one.span), one.text),
    )


def _suggestions(cell: OpenCell, offset: int, find: Finder) -> Iterator[Suggestion]:
    for statement in typed_statements(cell):
        for comment in statement.comments:
            if comment.start < offset <= comment.end:
                yield from _in_comment(cell, statement, Span(comment.start, offset), find)
                return
    yield from _keyword(cell.text, offset)


# ---- a version ----


def _version(cell: OpenCell, offset: int) -> TypedVersion | None:
    """The version at a place, with offsets in the cell."""
    for statement in typed_statements(cell):
        onion, table = statement.onion, statement.table
        if onion is not None and table is not None:
            start = onion.args_span.start
            if start <= offset <= onion.args_span.end:
                found = typed_version(onion.args, offset - start, table)
                return found and found._replace(start=found.start + start, end=found.end + start)
    return None


def _versions_typed(
    cell: OpenCell, typed: TypedVersion, find: Finder, offered: OfferedVersions
) -> tuple[list[Suggestion], bool]:
    """Versions that begin with what is typed, and whether these are all."""
    versions, complete = offered(typed)
    installed = {
        one.version: f"installed in {one.place}"
        for one in find(cell.facts.document.filename, typed.name)
        if one.version
    }
    span, kind = Span(typed.start, typed.end), types.CompletionItemKind.Constant
    found = [
        Suggestion(span, version, version, kind, installed.get(version, ""))
        for version in dict.fromkeys((*versions, *installed))
        if version.startswith(typed.text)
    ]
    return found, complete


# ---- the keyword ----


def _keyword(text: str, offset: int) -> Iterator[Suggestion]:
    """`smuggle` where it would be one: a statement is put there, and the lexer asked."""
    start = offset - len(_before(_WORD, text, offset))
    if start == offset or not _SMUGGLE.startswith(text[start:offset]):
        return
    for statement in Lexer(f"{text[:start]}{_SMUGGLE} x").statements():
        for token in statement.tokens:
            if token.type == "SMUGGLE" and token.start == start:
                kind = types.CompletionItemKind.Keyword
                yield Suggestion(
                    Span(start, offset), _SMUGGLE, _SMUGGLE, kind, "import, or install"
                )


def _before(pattern: re.Pattern[str], text: str, offset: int) -> str:
    """What of a line's part before an offset a pattern matches at its end."""
    line = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    match = pattern.search(text[line:offset])
    return match.group() if match else ""


# ---- the comment ----


def _in_comment(
    cell: OpenCell, statement: Typed, typed: Span, find: Finder
) -> Iterator[Suggestion]:
    text = cell.text[typed.start : typed.end]
    installer = _INSTALLER.match(text)
    if installer is not None:
        start = typed.start + installer.start("word")
        yield from _installers(installer["word"], Span(start, typed.end), glued=text == "#")
    arguments = _ARGUMENTS.match(text)
    if arguments is None or arguments["installer"] not in TABLES:
        return
    line = _Line(cell, statement, arguments["args"], typed.end, TABLES[arguments["installer"]])
    yield from line.suggestions(find)


def _installers(word: str, span: Span, *, glued: bool) -> Iterator[Suggestion]:
    for name in TABLES:
        if name.startswith(word):
            text = f"{' ' * glued}{name}: "
            yield Suggestion(
                span, name, text, types.CompletionItemKind.Keyword, "installer of the onion comment"
            )


class _Line:
    """An onion comment's arguments up to the cursor."""

    def __init__(
        self, cell: OpenCell, statement: Typed, args: str, end: int, table: OptionTable
    ) -> None:
        self.cell = cell
        self.statement = statement
        self.end = end
        self.table = table
        match = _LAST_WORD.search(args)
        self.word = match.group() if match else ""
        # What stands behind the cursor is given, too; the word under it is not.
        given = [*pieces(args[: len(args) - len(self.word)], table)]
        self.before = given
        start = end - len(self.word)
        self.given = given + [
            piece for piece in statement.pieces() if not piece.start <= end and piece.start >= start
        ]

    def suggestions(self, find: Finder) -> Iterator[Suggestion]:
        waiting = self._waiting()
        if waiting is not None:
            yield from self._values(waiting, self.word)
        elif self.word.startswith("-"):
            yield from self._options()
        elif not any(piece.kind == "requirement" for piece in self.given):
            yield from self._requirements(find)

    def _waiting(self) -> Option | None:
        """The option whose value the word is."""
        last: Piece | None = self.before[-1] if self.before else None
        if last and last.kind == "option" and last.option and last.option.takes_value:
            return last.option
        return None

    def _values(self, option: Option, typed: str) -> Iterator[Suggestion]:
        for choice in option.choices:
            if choice.startswith(typed):
                span = Span(self.end - len(typed), self.end)
                kind = types.CompletionItemKind.EnumMember
                yield Suggestion(span, choice, choice, kind, f"{option.name} {option.metavar}")

    def _options(self) -> Iterator[Suggestion]:
        value = next((p for p in pieces(self.word, self.table) if p.kind == "value"), None)
        if value is not None and value.option is not None:
            yield from self._values(value.option, self.word[value.start :])
            return
        span = Span(self.end - len(self.word), self.end)
        for flag, option in self.table.by_flag.items():
            if flag.startswith(self.word) and self._possible(option):
                label = f"{flag} {option.metavar}".rstrip()
                kind = types.CompletionItemKind.Property
                yield Suggestion(span, label, flag, kind, option.help, option.effect.value)

    def _possible(self, option: Option) -> bool:
        """Not refused, not given already, not excluded by what is given."""
        given = {piece.option.dest for piece in self.given if piece.option}
        rivals = self.table.conflicts.get(option.dest, frozenset())
        again = option.many or option.step
        return (
            option.effect is not Effect.REFUSE
            and not rivals & given
            and (bool(again) or option.dest not in given)
        )

    def _requirements(self, find: Finder) -> Iterator[Suggestion]:
        """The distributions that the module is known to come from, with their versions."""
        span = Span(self.end - len(self.word), self.end)
        names = list(_distributions(self.cell, self.statement))
        filename = self.cell.facts.document.filename
        for name, version in _versions(names, lambda one: find(filename, one)):
            text = f"{name}=={version}" if version else name
            if text.startswith(self.word):
                detail = "the installed version" if version else "a distribution of the module"
                yield Suggestion(span, text, text, types.CompletionItemKind.Module, detail)


def _distributions(cell: OpenCell, statement: Typed) -> Iterator[str]:
    found = cell.facts.by_start.get(statement.span.start)
    if found is None:
        return
    parsed = found.statement
    if isinstance(parsed, SmuggleFrom):
        module = "" if parsed.level else parsed.module or ""
    else:
        module = parsed.names[0].name
    if module:
        known = providers(module)
        yield from known or (normalized(module.partition(".")[0]),)


def _versions(
    names: list[str], find: Callable[[str], list[Found]]
) -> Iterator[tuple[str, str | None]]:
    """Each name with the first version that is installed, those that are installed first."""
    found = [(name, next((v for _, v in find(name) if v), None)) for name in names]
    return iter(sorted(found, key=lambda pair: pair[1] is None))
