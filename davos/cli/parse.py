"""`davos parse`: the statements and the errors of files, for people and for editors."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Iterator, Sequence

from davos.cli.arguments import Parser
from davos.cli.input_files import STDIN, Files
from davos.documents.diagnostic import location_json
from davos.documents.parsed_cell import Analysis, FoundStatement, Range, analyse
from davos.escaping import for_json, one_line
from davos.syntax.nodes import SmuggleFrom

if TYPE_CHECKING:
    from davos.onion.comment import Onion
    from davos.onion.match_spec import MatchSpec
    from davos.span import Location

__all__ = ["command_parser", "main"]

SCHEMA = 1


def main(arguments: Sequence[str]) -> int:
    """Parse files; 0 no errors in them, 1 errors, 2 wrong use or unreadable file."""
    options = command_parser().parse_args(arguments)
    files = Files(options.paths or [STDIN], options.stdin_filename or STDIN)
    analyses = [analyse(document) for document in files]
    if options.json:
        content = {"schema": SCHEMA, "files": [_file(analysis) for analysis in analyses]}
        print(for_json(content))
    else:
        sys.stdout.writelines(
            f"{one_line(line)}\n" for analysis in analyses for line in _tree(analysis)
        )
    if files.failed:
        return 2
    return int(any(analysis.diagnostics for analysis in analyses))


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos parse",
        description="Print the smuggle statements of files and the errors in them.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="notebooks, scripts, folders, or - for stdin [-]")
    add("--json", action="store_true", help="one JSON document, for programs")
    add("--stdin-filename", metavar="NAME", help="the file name that stdin stands for")
    return parser


# ---- JSON, schema 1: additions only ----


def _file(analysis: Analysis) -> dict[str, Any]:
    return {
        "filename": analysis.document.filename,
        "kind": analysis.document.kind,
        "statements": [_statement(found) for found in analysis.statements],
        "diagnostics": [diagnostic.json() for diagnostic in analysis.diagnostics],
    }


def _statement(found: FoundStatement) -> dict[str, Any]:
    statement = found.statement
    is_from = isinstance(statement, SmuggleFrom)
    return {
        "type": "from" if is_from else "smuggle",
        "level": statement.level if isinstance(statement, SmuggleFrom) else 0,
        "module": statement.module if isinstance(statement, SmuggleFrom) else None,
        "names": [{"name": alias.name, "asname": alias.asname} for alias in statement.names],
        "cell": found.ordinal,
        **_range(found.range),
        "onion": _onion(found.onion, found.onion_range),
    }


def _range(place: Range) -> dict[str, Any]:
    return {"location": location_json(place.start), "end_location": location_json(place.end)}


def _onion(onion: Onion | None, place: Range | None) -> dict[str, Any] | None:
    if onion is None or place is None:
        return None
    requirement = onion.requirement
    return {
        "installer": onion.installer,
        "args": list(onion.args),
        **_range(place),
        "requirement": {
            "name": requirement.name,
            "extras": list(requirement.extras),
            "specifier": requirement.specifier,
            "marker": requirement.marker,
            "url": requirement.url,
            "editable": requirement.editable,
            **_match_spec(requirement.match_spec),
        },
        "options": dict(onion.options),
    }


def _match_spec(spec: MatchSpec | None) -> dict[str, Any]:
    """What a package of conda says besides; nothing for the packages of other installers."""
    if spec is None:
        return {}
    version = spec.versions.text if spec.versions else ""
    told = {"version": version, "build": spec.build, "channel": spec.channel}
    return {"conda": {**told, "subdir": spec.subdir, "sha256": spec.sha256}}


# ---- text ----


def _tree(analysis: Analysis) -> Iterator[str]:
    yield analysis.document.filename
    for found in analysis.statements:
        yield f"  {_place(found.cell, found.range.start)} {_written(found)}"
        if found.onion is not None:
            yield from _onion_lines(found.onion)
    for diagnostic in analysis.diagnostics:
        place = _place(diagnostic.cell, diagnostic.location)
        yield f"  {place} {diagnostic.code} {diagnostic.message}"


def _place(cell: int | None, location: Location) -> str:
    return f"{'' if cell is None else f'cell {cell}:'}{location.row}:{location.column}"


def _written(found: FoundStatement) -> str:
    """The statement in its plainest form."""
    statement = found.statement
    names = ", ".join(
        alias.name if alias.asname is None else f"{alias.name} as {alias.asname}"
        for alias in statement.names
    )
    if isinstance(statement, SmuggleFrom):
        return f"from {'.' * statement.level}{statement.module or ''} smuggle {names}"
    return f"smuggle {names}"


def _onion_lines(onion: Onion) -> Iterator[str]:
    yield f"    {onion.installer}: {onion.requirement.shown}"
    for name, value in onion.options.items():
        yield f"      {name} = {value!r}"
