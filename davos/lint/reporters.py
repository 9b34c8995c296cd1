"""How findings are written: text, json, github, sarif (the names of `--output-format`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Iterable, Sequence
from urllib.parse import quote

from davos.lint.diagnostic import Diagnostic, location_json
from davos.lint.registry import RULES

__all__ = ["REPORTERS"]

STDIN = "-"


def text(found: Sequence[Diagnostic]) -> str:
    """One line for each finding, and a summary."""
    count = len(found)
    summary = f"Found {count} error{'s' * (count != 1)}." if count else "All checks passed!"
    return _lines([*(diagnostic.line for diagnostic in found), summary])


def as_json(found: Sequence[Diagnostic]) -> str:
    """Ruff's list, with absolute file names."""
    return json.dumps([_ruff(diagnostic) for diagnostic in found], indent=2) + "\n"


def github(found: Sequence[Diagnostic]) -> str:
    """Workflow commands; a notebook's rows are not those of its file, so row 1 stands for them."""
    return _lines(_command(diagnostic) for diagnostic in found)


def sarif(found: Sequence[Diagnostic]) -> str:
    """One run of the Static Analysis Results Interchange Format, 2.1.0."""
    run = {
        "tool": {"driver": {"name": "davos", "rules": _sarif_rules(found)}},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(diagnostic) for diagnostic in found],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


REPORTERS: dict[str, Callable[[Sequence[Diagnostic]], str]] = {
    "text": text,
    "json": as_json,
    "github": github,
    "sarif": sarif,
}


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _absolute(filename: str) -> str:
    return filename if filename == STDIN else str(Path(filename).absolute())


def _ruff(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "cell": diagnostic.cell,
        "code": diagnostic.code,
        "end_location": location_json(diagnostic.end_location),
        "filename": _absolute(diagnostic.filename),
        "fix": None,
        "location": location_json(diagnostic.location),
        "message": diagnostic.message,
        "noqa_row": diagnostic.location.row,
        "severity": diagnostic.severity,
        "url": None,
    }


def _command(diagnostic: Diagnostic) -> str:
    start, end = diagnostic.location, diagnostic.end_location
    if diagnostic.cell is not None:
        start = end = type(start)(1, 1)
    fields = {
        "title": f"davos ({diagnostic.code})",
        "file": _absolute(diagnostic.filename),
        "line": start.row,
        "col": start.column,
        "endLine": end.row,
        "endColumn": end.column,
    }
    written = ",".join(f"{key}={_escape(str(value), ':,')}" for key, value in fields.items())
    return f"::{diagnostic.severity} {written}::{_escape(diagnostic.line)}"


def _escape(value: str, also: str = "") -> str:
    """Percent-encode what would end a workflow command, or a property of one."""
    for character in "%\r\n" + also:
        value = value.replace(character, f"%{ord(character):02X}")
    return value


def _sarif_rules(found: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    rules = [RULES[code] for code in sorted({diagnostic.code for diagnostic in found})]
    return [
        {
            "id": rule.code,
            "name": rule.name,
            "shortDescription": {"text": (rule.__doc__ or "").partition("\n")[0]},
        }
        for rule in rules
    ]


def _sarif_result(diagnostic: Diagnostic) -> dict[str, Any]:
    start, end = diagnostic.location, diagnostic.end_location
    region = {
        "startLine": start.row,
        "startColumn": start.column,
        "endLine": end.row,
        "endColumn": end.column,
    }
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(diagnostic.filename.replace("\\", "/"))},
            "region": region,
        },
    }
    if diagnostic.cell is not None:
        place["logicalLocations"] = [{"name": f"cell {diagnostic.cell}"}]
    return {
        "ruleId": diagnostic.code,
        "level": diagnostic.severity,
        "message": {"text": diagnostic.message},
        "locations": [place],
    }
