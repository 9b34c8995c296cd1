"""Import statements rewritten as smuggle statements, in their place.

Only the word `import` changes, and an onion comment is added, where the language
lets one say all. An onion comment belongs to the first name of a statement and
follows its end, so lists of names are split, and so are lines where `;` follows.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Callable, Iterator, Optional, Sequence

from davos.documents.python_source import Import, keyword
from davos.span import Span
from davos.syntax.onion_comment import read_onion_comment

if TYPE_CHECKING:
    from davos.convert.cell_changes import CellChanges

__all__ = ["Asked", "rewrite_imports"]

_END = re.compile(r"[ \t\f]*;?")
# Behind a backslash the line goes on: there is no place for a comment.
_REST = re.compile(r"[ \t\f]*;?[ \t\f]*(?:[#\r\n]|\Z)")
_COMMENT = re.compile(r"[ \t\f]*(#[^\r\n]*)")

Asked = Callable[[Import, ast.alias], Optional[str]]
"""What to ask for to get a name of an import: `INSTALLER: ARGS`, "" for nothing; None: it stays."""


@dataclass
class _Run:
    """Names of an import that can stay together in one statement."""

    asked: str | None
    names: list[ast.alias] = field(default_factory=list)

    @property
    def word(self) -> str:
        return "import" if self.asked is None else "smuggle"

    @property
    def onion(self) -> str:
        return f"  # {self.asked}" if self.asked else ""

    def text(self, node: Import) -> str:
        """The statement."""
        names = ", ".join(
            name.name + (f" as {name.asname}" if name.asname else "") for name in self.names
        )
        if isinstance(node, ast.ImportFrom):
            return f"from {node.module} {self.word} {names}"
        return f"{self.word} {names}"


def rewrite_imports(changes: CellChanges, nodes: set[Import], asked: Asked) -> None:
    """Rewrite imports of a cell whose tree is known."""
    for body in _bodies(changes.facts.tree):
        for line in _lines(body):
            if any(statement in nodes for statement in line):
                _Line(changes, line, nodes, asked).rewrite()


def _bodies(tree: ast.AST | SyntaxError) -> Iterator[list[ast.stmt]]:
    """Every list of statements in a tree."""
    for node in ast.walk(tree) if isinstance(tree, ast.AST) else ():
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body:
                yield body


def _lines(body: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Statements that `;` puts on one line."""
    line: list[ast.stmt] = []
    for statement in body:
        if line and statement.lineno != line[-1].end_lineno:
            yield line
            line = []
        line.append(statement)
    yield line


class _Line:
    def __init__(
        self, changes: CellChanges, line: list[ast.stmt], nodes: set[Import], asked: Asked
    ) -> None:
        self.changes = changes
        self.spans = [changes.facts.span(statement) for statement in line]
        self.line = line
        self.runs = [_runs(one, asked) if one in nodes else [] for one in line]
        self.start = self.spans[0].start
        line_start = changes.facts.source.line_starts[line[0].lineno - 1]
        self.header = changes.text[line_start : self.start]

    def rewrite(self) -> None:
        if not any(run.asked is not None for runs in self.runs for run in runs):
            return
        if not _REST.match(self.changes.text, self.spans[-1].end):
            return
        indent = None
        if self._splits() and self.header.strip():
            indent = self._open_clause()
        for number, runs in enumerate(self.runs):
            if any(run.asked is not None for run in runs):
                self._statement(number, runs, indent)

    def _splits(self) -> bool:
        """Whether one line is not enough: an onion comment must stand before its end."""
        last = len(self.line) - 1
        onions = [
            (number, place == len(runs) - 1)
            for number, runs in enumerate(self.runs)
            for place, run in enumerate(runs)
            if run.onion
        ]
        return any(number < last or not at_end for number, at_end in onions)

    def _open_clause(self) -> str:
        """Put the statements behind a clause's colon on lines of their own; their indentation."""
        lead = self.header[: len(self.header) - len(self.header.lstrip(" \t\f"))]
        indent = lead + ("\t" if lead.endswith("\t") else "    ")
        colon = self.start - (len(self.header) - len(self.header.rstrip()))
        self.changes.replace(colon, self.start, self.changes.new_line(self.start, indent))
        return indent

    def _statement(self, number: int, runs: list[_Run], indent: str | None) -> None:
        node, (start, end) = self.line[number], self.spans[number]
        assert isinstance(node, (ast.Import, ast.ImportFrom))  # noqa: S101 - so `nodes` says
        new_line = self.changes.new_line(self.start, indent)
        on_one_line = indent is None and self.header.strip()  # then no onion is in the way
        if len(runs) == 1:
            word = keyword(self.changes.text, start, node)
            self.changes.replace(word, word + len("import"), runs[0].word)
        else:
            between = "; " if on_one_line else new_line
            texts = [f"{run.text(node)}{run.onion}{between}" for run in runs[:-1]]
            self.changes.replace(start, end, "".join(texts) + runs[-1].text(node))
        if not runs[-1].onion:
            return
        if number + 1 < len(self.line):
            following = self.spans[number + 1].start
            self.changes.replace(end, following, runs[-1].onion + new_line)
        else:
            self._append(end, runs[-1].onion)

    def _append(self, end: int, onion: str) -> None:
        """Put an onion comment in front of the line's comment, unless that is one already."""
        text = self.changes.text
        behind = _END.match(text, end)
        end = behind.end() if behind and behind[0].endswith(";") else end
        comment = _COMMENT.match(text, end)
        if comment and read_onion_comment(text, Span(*comment.span(1))):
            return
        self.changes.replace(end, end, f"{onion} " if text[end : end + 1] == "#" else onion)


def _runs(statement: ast.stmt, asked: Asked) -> list[_Run]:
    """The names of an import, in order, those together that need one onion comment or none."""
    assert isinstance(statement, (ast.Import, ast.ImportFrom))  # noqa: S101 - so `nodes` says
    runs: list[_Run] = []
    for name in statement.names:
        wanted = asked(statement, name)
        if not runs or runs[-1].asked != wanted:
            runs.append(_Run(wanted))
        runs[-1].names.append(name)
    return runs
