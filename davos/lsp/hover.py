"""What an onion comment asks for, and what its words mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator

from lsprotocol import types
from packaging.utils import canonicalize_name

from davos.distributions.conda_names import is_other_package, pypi_name
from davos.documents.locked_versions import locked_versions
from davos.escaping import for_markdown, for_markdown_code
from davos.lsp.installed_versions import Finder, Found, satisfies
from davos.lsp.typed_statements import Typed, typed_statements
from davos.onion.asked_text import asked_text
from davos.onion.options import Effect
from davos.onion.project_options import REFUSED
from davos.span import Span

if TYPE_CHECKING:
    from davos.documents.locked_versions import LockedVersions
    from davos.lsp.open_cells import OpenCell
    from davos.onion.comment import Onion, Requirement
    from davos.onion.options import Option
    from davos.onion.tolerant_lexer import Piece

__all__ = ["hover"]

KEYWORD = (
    "`smuggle` means what `import` means, and in addition makes sure that the package is there, "
    "in the version that the onion comment behind it asks for."
)


def hover(cell: OpenCell, offset: int, find: Finder) -> types.Hover | None:
    """The page for a place of a cell: the keyword, or a word of an onion comment."""
    for statement in typed_statements(cell):
        if _holds(statement.keyword, offset):
            lines = [KEYWORD, *_statement(cell, statement, find)]
            return _page(cell, statement.keyword, lines)
        onion = statement.onion
        if onion is None or not _holds(onion.span, offset):
            continue
        for piece in statement.pieces():
            span = Span(piece.start, piece.end)
            if piece.kind != "requirement" and _holds(span, offset):
                return _page(cell, span, _option(statement, piece))
        return _page(cell, onion.span, list(_statement(cell, statement, find)))
    return None


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset < span.end


def _page(cell: OpenCell, span: Span, paragraphs: list[str]) -> types.Hover:
    text = "\n\n".join(paragraphs)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), cell.range(span))


# ---- what is asked for ----


def _statement(cell: OpenCell, statement: Typed, find: Finder) -> Iterator[str]:
    if statement.onion is None:
        return
    found = cell.facts.by_start.get(statement.span.start)
    if found is None or found.onion is None:
        yield from _refused(cell, statement)
        return
    onion = found.onion
    yield f"**{onion.installer}** is asked for {for_markdown_code(onion.requirement.shown)}"
    yield from _requirement(onion)
    yield from _installed(cell, onion, find)
    yield from _locked(cell, onion)
    options = [f"- {for_markdown_code(option.name)}: {option.help}" for option in _given(statement)]
    if options:
        yield "\n".join(options)


def _refused(cell: OpenCell, statement: Typed) -> Iterator[str]:
    """What is wrong with an onion comment."""
    onion = statement.onion
    for error in cell.facts.errors:
        if onion and error.span and onion.span.start <= error.span.start < onion.span.end:
            yield f"**{error.code}** {for_markdown(error.msg)}"


def _requirement(onion: Onion) -> Iterator[str]:
    asked = onion.requirement
    if asked.vcs:
        yield (
            f"A {asked.vcs} checkout of {for_markdown_code(asked.ref)}"
            if asked.ref
            else (f"A {asked.vcs} checkout of whatever is newest")
        )
    if asked.editable:
        yield "Installed as editable: from the sources, where they are"
    if asked.marker:
        yield f"Only where {for_markdown_code(asked.marker)}"


def _installed(cell: OpenCell, onion: Onion, find: Finder) -> Iterator[str]:
    asked = onion.requirement
    if asked.name is None:
        yield "Which distribution that is, only its build would tell."
        return
    if asked.match_spec is not None and is_other_package(asked.name):
        return  # PyPI's distribution of this name is another one
    name = asked.name if asked.match_spec is None else pypi_name(asked.name)
    places = find(cell.facts.document.filename, name)
    yield "\n".join(f"- {_place(one, asked.specifier)}" for one in places)


def _locked(cell: OpenCell, onion: Onion) -> Iterator[str]:
    """The version in the document's lock, if it has one."""
    locked = locked_versions(cell.facts.document)
    if locked is None or onion.requirement.name is None:
        return
    version = _locked_version(onion.requirement, locked)
    text = "not in the lock" if version is None else f"locked: {for_markdown_code(version)}"
    if locked.requirements is not None and asked_text(onion) not in locked.requirements:
        text += ", and this onion comment is not what was locked"
    yield text


def _locked_version(asked: Requirement, locked: LockedVersions) -> str | None:
    """The version that a lock has; of a package of conda with its build."""
    if asked.match_spec is not None:
        return locked.of_conda.get(asked.match_spec.name)
    name = canonicalize_name(asked.name or "")
    named = ((pypi_name(one), text) for one, text in locked.of_conda.items())
    of_conda = {canonicalize_name(one): f"{text} of conda" for one, text in named}
    return locked.versions.get(name, of_conda.get(name))


def _place(found: Found, specifier: str) -> str:
    if found.version is None:
        return f"not installed in {for_markdown(found.place)}"
    text = f"{for_markdown_code(found.version)} is installed in {for_markdown(found.place)}"
    if specifier and satisfies(found.version, specifier) is False:
        text += f", which is not {for_markdown_code(specifier)}"
    return text


def _given(statement: Typed) -> list[Option]:
    """The options that are given, once each."""
    options = (piece.option for piece in statement.pieces() if piece.kind == "option")
    return list({option.dest: option for option in options if option}.values())


# ---- what an option means ----


def _option(statement: Typed, piece: Piece) -> list[str]:
    table, option = statement.table, piece.option
    if table is None:
        return []
    if option is None:
        several = ", ".join(map(for_markdown_code, table.candidates(piece.flag)))
        no_option = (
            f"{for_markdown_code(piece.flag)} is not an option of `{table.installer} install`"
        )
        return [f"{for_markdown_code(piece.flag)} may be {several}" if several else no_option]
    lines = [f"{_spelling(option)}", option.help]
    if option.choices:
        lines.append("One of " + ", ".join(map(for_markdown_code, option.choices)))
    if option.effect is Effect.REFUSE:
        lines.append(f"**Refused** in an onion comment: {option.reason}")
    else:
        lines.append(f"davos: {option.effect.value}" + ("; may be repeated" * option.many))
    if option.reach in REFUSED:
        reason = option.reach.value.format(place="the project")
        lines.append(f"Refused while a project is active, if it {reason}.")
    since = [f"since {option.first}"] if option.first else []
    until = [f"until {option.last}"] if option.last else []
    if since or until:
        lines.append(f"{table.installer} has it {' and '.join(since + until)}.")
    return lines


def _spelling(option: Option) -> str:
    flags = ", ".join(for_markdown_code(flag) for flag in option.flags)
    return f"{flags} {for_markdown_code(option.metavar)}" if option.metavar else flags
