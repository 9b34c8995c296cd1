"""`davos rules`: what `davos check` can find."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Sequence

from davos.cli.arguments import Parser
from davos.escaping import for_json
from davos.lint.registry import RULES

if TYPE_CHECKING:
    from davos.lint.registry import Rule

__all__ = ["command_parser", "main"]


def main(arguments: Sequence[str]) -> int:
    """Print the rules: a table, or JSON for programs."""
    if command_parser().parse_args(arguments).json:
        print(for_json([_row(rule) for rule in RULES.values()], indent=2))
        return 0
    width = max(len(rule.name) for rule in RULES.values())
    print(f"{'code':6}  {'name':{width}}  severity  fix     finds")
    for rule in RULES.values():
        summary = _row(rule)["summary"]
        print(f"{rule.code}  {rule.name:{width}}  {rule.severity:8}  {rule.fixable:6}  {summary}")
    return 0


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos rules",
        description="List the rules of `davos check`.",
        epilog="`davos check --explain CODE` prints the whole page of a rule.",
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="one JSON list, for programs")
    return parser


def _row(rule: type[Rule]) -> dict[str, str]:
    page = inspect.getdoc(rule) or ""
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "fixable": rule.fixable,
        "summary": page.partition("\n")[0],
        "explanation": page,
    }
