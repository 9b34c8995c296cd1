"""Findings as JSON: ruff's list, GitLab's code quality report, SARIF 2.1.0."""

from __future__ import annotations

import inspect
from collections import Counter
from pathlib import Path
from typing import Any, Iterable, Iterator
from urllib.parse import quote

from davos.documents.diagnostic import Diagnostic, location_json
from davos.escaping import for_json
from davos.lint.registry import RULES

__all__ = ["absolute", "gitlab", "ruff", "sarif"]

STDIN = "-"
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def ruff(found: Iterable[Diagnostic]) -> Iterator[str]:
    """Ruff's list, with absolute file names."""
    yield from _list(_ruff(one) for one in found)


def gitlab(found: Iterable[Diagnostic]) -> Iterator[str]:
    """GitLab's code quality report; a finding's fingerprint does not depend on its row."""
    seen: Counter[str] = Counter()
    yield from _list(_gitlab(one, seen) for one in found)


def sarif(found: Iterable[Diagnostic]) -> Iterator[str]:
    """One run of the Static Analysis Results Interchange Format."""
    driver = {"name": "davos", "rules": [_sarif_rule(code) for code in RULES]}
    yield f'{{"$schema": "{SARIF_SCHEMA}", "version": "2.1.0", "runs": [{{\n'
    yield f'"tool": {for_json({"driver": driver})},\n'
    yield '"columnKind": "unicodeCodePoints",\n"results": '
    yield from _list(_sarif_result(one) for one in found)
    yield "}]}\n"


def absolute(filename: str) -> str:
    """A file's absolute name; standard input has none."""
    return filename if filename == STDIN else str(Path(filename).absolute())


def _list(items: Iterable[Any]) -> Iterator[str]:
    separator = "["
    for item in items:
        yield f"{separator}\n{for_json(item, indent=2)}"
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def _ruff(one: Diagnostic) -> dict[str, Any]:
    return {
        "cell": one.ordinal,
        "code": one.code,
        "end_location": location_json(one.end_location),
        "filename": absolute(one.filename),
        "fix": one.fix_json(),
        "location": location_json(one.location),
        "message": one.message,
        "noqa_row": one.location.row,
        "severity": one.severity,
        "url": None,
    }


def _gitlab(one: Diagnostic, seen: Counter[str]) -> dict[str, Any]:
    path = one.filename.replace("\\", "/")
    identity = "\0".join((path, one.code, str(one.cell), one.message))
    import hashlib  # noqa: PLC0415 - only this report needs it

    seen[identity] += 1
    counted = f"{identity}\0{seen[identity]}".encode("utf-8", "surrogatepass")
    # a notebook's rows are not those of its file
    row = 1 if one.cell is not None else one.location.row
    cell = "" if one.cell is None else f"cell {one.cell}, row {one.location.row}: "
    return {
        "check_name": one.code,
        "description": f"{cell}{one.message}",
        "fingerprint": hashlib.sha256(counted).hexdigest(),
        "severity": "major" if one.severity == "error" else "minor",
        "location": {"path": path, "lines": {"begin": row}},
    }


def _sarif_rule(code: str) -> dict[str, Any]:
    rule = RULES[code]
    summary, _, details = (inspect.getdoc(rule) or "").partition("\n")
    return {
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": summary},
        "help": {"text": details.strip()},
        "defaultConfiguration": {"level": rule.severity},
    }


def _sarif_result(one: Diagnostic) -> dict[str, Any]:
    start, end = one.location, one.end_location
    region = {
        "startLine": start.row,
        "startColumn": start.column,
        "endLine": end.row,
        "endColumn": end.column,
    }
    uri = quote(one.filename.replace("\\", "/"), errors="surrogateescape")
    place: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": uri}, "region": region},
    }
    if one.cell is not None:
        place["logicalLocations"] = [{"name": f"cell {one.cell}"}]
    return {
        "ruleId": one.code,
        "ruleIndex": list(RULES).index(one.code),
        "level": one.severity,
        "message": {"text": one.message},
        "locations": [place],
    }
