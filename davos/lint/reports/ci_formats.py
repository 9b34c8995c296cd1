"""Findings as GitHub's workflow commands and as a JUnit report."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Iterable, Iterator

from davos.escaping import for_workflow_command, for_xml
from davos.lint.reports.json_formats import absolute

if TYPE_CHECKING:
    from davos.documents.diagnostic import Diagnostic

__all__ = ["github", "junit"]


def github(found: Iterable[Diagnostic]) -> Iterator[str]:
    """Workflow commands; row 1 in notebooks, whose rows are not those of the file."""
    for one in found:
        start, end = one.location, one.end_location
        if one.cell is not None:
            start = end = type(start)(1, 1)
        fields = {
            "title": f"davos ({one.code})",
            "file": absolute(one.filename),
            "line": start.row,
            "col": start.column,
            "endLine": end.row,
            "endColumn": end.column,
        }
        written = ",".join(
            f"{key}={for_workflow_command(str(value), ':,')}" for key, value in fields.items()
        )
        yield f"::{one.severity} {written}::{for_workflow_command(one.line)}\n"


def junit(found: Iterable[Diagnostic]) -> Iterator[str]:
    """A test suite for each file with findings, a failed test case for each finding."""
    yield '<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="davos">\n'
    for filename, group in groupby(found, key=lambda one: one.filename):
        cases = [_case(one) for one in group]
        counts = f'tests="{len(cases)}" failures="{len(cases)}" errors="0"'
        yield f"  <testsuite name={_attribute(filename)} {counts}>\n"
        yield from cases
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _case(one: Diagnostic) -> str:
    place = one.place[len(one.filename) + 1 :]
    name = _attribute(f"{one.code} {place}")
    head = f"name={name} classname={_attribute(one.filename)}"
    failure = f"type={_attribute(one.severity)} message={_attribute(one.message)}"
    body = for_xml(one.line)
    return f"    <testcase {head}>\n      <failure {failure}>{body}</failure>\n    </testcase>\n"


def _attribute(text: str) -> str:
    return f'"{for_xml(text)}"'
