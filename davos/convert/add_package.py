"""`davos add`: a smuggle statement for a distribution, put into a document."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Sequence

from packaging.utils import canonicalize_name

from davos.convert.cell_changes import CellChanges, Converted
from davos.convert.davos_cell import loads_davos, with_cell
from davos.convert.forward import convert
from davos.convert.inventory import Inventory, Origin
from davos.convert.named_statements import Use, blocks, named_statements, place_of, take_out
from davos.distributions.conda_names import pypi_name
from davos.distributions.import_names import listed
from davos.documents.edits import apply_edits
from davos.documents.parsed_cell import ParsedCell
from davos.documents.reader import read_document
from davos.exceptions import DavosError
from davos.onion.comment import Requirement
from davos.onion.validator import tokens

if TYPE_CHECKING:
    from davos.documents.document import Document
    from davos.syntax.nodes import Alias

__all__ = ["Package", "add_package"]

_TO_LINE_END = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?=[\r\n]|\Z)")
_SEMICOLON = re.compile(r"[ \t\f]*;[ \t\f]*(?:#[^\r\n]*)?")


@dataclass(frozen=True)
class Package:
    """What is added: the distribution's name, a module of it, and the onion comment.

    `requirement` is the onion comment's only word but for options; `options` are those.
    """

    name: str
    module: str
    requirement: str
    options: str = ""

    @property
    def onion(self) -> str:
        """The arguments of the onion comment."""
        return f"{self.requirement} {self.options}".strip()

    @property
    def normalized(self) -> str:
        """The name as the index has it."""
        return canonicalize_name(self.name)

    @property
    def statement(self) -> str:
        """The statement that brings it."""
        return f"smuggle {self.module}  # pip: {self.onion}"


def add_package(data: bytes, filename: str, package: Package) -> Converted:
    """A document that smuggles a distribution, in the version that is asked for.

    Statements that ask for it get the new requirement; else its imports become smuggle
    statements; else there is a new one, behind the smuggle statements, else behind the
    imports, else in a cell of its own. Every other byte stays. Raises what `read_document`
    raises, and `DavosError` where there is no place for the statement.
    """
    uses = _uses(data, filename, package)
    if uses:
        return _changed(data, filename, package, uses)
    data = convert(data, filename, _Only(package)).data
    uses = _uses(data, filename, package)
    if uses:
        places = dict.fromkeys(place_of(use.facts, _start(use)) for use in uses)
        notes = [f"added {package.requirement} to an import ({place})" for place in places]
        return Converted(_changed(data, filename, package, uses).data, notes)
    data = _Addition(data, filename, package).run()
    (use,) = _uses(data, filename, package)
    return Converted(data, [f"added {package.requirement} ({place_of(use.facts, _start(use))})"])


def _uses(data: bytes, filename: str, package: Package) -> list[Use]:
    """The statements of a document that ask for a package, under conda's name too."""
    return [
        one
        for one in named_statements(_cells(read_document(data, filename)))
        if package.normalized in {canonicalize_name(one.distribution), _on_pypi(one)}
    ]


def _on_pypi(use: Use) -> str:
    return pypi_name(use.distribution) if _is_of_conda(use) else ""


def _is_of_conda(use: Use) -> bool:
    onion = use.found.onion
    return use.number == 0 and onion is not None and onion.installer == "conda"


def _cells(document: Document) -> list[ParsedCell]:
    return [ParsedCell(document, cell, number) for number, cell in enumerate(document.cells)]


def _start(use: Use) -> int:
    return use.found.statement.span.start


class _Only(Inventory):
    """Knows one distribution only, so that nothing else is converted."""

    def __init__(self, package: Package) -> None:
        super().__init__(requirements={package.normalized: package.onion})
        self._package = package

    def completed(self, declared: object) -> Inventory:
        """The same: what a document declares does not count against what is asked for."""
        del declared
        return self

    def origin(self, module: str) -> Origin | None:
        """Where a module comes from, if that is the one distribution."""
        names = [canonicalize_name(name) for name in listed(module)[:1]]
        main = self._package.module
        if self._package.normalized in names or f"{module}.".startswith(f"{main}."):
            return Origin(self._package.name, self._package.onion)
        return None


# ---- statements that ask for it ----


def _changed(data: bytes, filename: str, package: Package, uses: Sequence[Use]) -> Converted:
    changed: dict[int, CellChanges] = {}
    notes = []
    for _, found in groupby(uses, key=lambda use: (use.facts.number, _start(use))):
        of_statement = list(found)
        facts = of_statement[0].facts
        changes = changed.setdefault(facts.number, CellChanges(facts))
        _change(changes, of_statement, package)
        place = place_of(facts, _start(of_statement[0]))
        notes.append(f"changed to {package.requirement} ({place})")
    edits = [edit for changes in changed.values() for edit in changes.edits()]
    return Converted(apply_edits(data, filename, edits), notes)


def _change(changes: CellChanges, uses: Sequence[Use], package: Package) -> None:
    """Have the names of one statement that ask for a package ask for it as it is wanted.

    An onion comment is about the first name, which brings what later ones need of the same
    package; without it, they get statements of their own.
    """
    if _is_of_conda(uses[0]):
        place = place_of(uses[0].facts, _start(uses[0]))
        message = f"{place}: conda brings {package.name} there: change that onion comment"
        raise DavosError(message)
    if uses[0].number:
        _split_off(changes, uses, package)
    elif uses[0].found.statement.onion is None:
        _append_onion(changes, uses[0], package)
    elif not _has(uses[0], package):
        _rewrite_onion(changes, uses[0], package)


def _has(use: Use, package: Package) -> bool:
    return use.found.onion is not None and use.found.onion.text == package.onion


def _rewrite_onion(changes: CellChanges, use: Use, package: Package) -> None:
    """Change the requirement; the options stay, but for hashes, which are another version's."""
    comment, onion = use.found.statement.onion, use.found.onion
    assert comment is not None  # noqa: S101 - so `_changed` says
    start, end = comment.args_span
    if onion is None or package.options:
        changes.replace(start, end, package.onion)
        return
    if onion.requirement.editable or "hash" in onion.options:
        kept = [f'"{word}"' if " " in word else word for word in onion.passed]
        changes.replace(start, end, " ".join([package.requirement, *kept]))
        return
    word = next(token for token in tokens(onion) if isinstance(token.value, Requirement))
    changes.replace(start + word.start, start + word.end, package.requirement)


def _append_onion(changes: CellChanges, use: Use, package: Package) -> None:
    """Put an onion comment behind a statement that has none."""
    text, end = changes.text, use.found.statement.span.end
    onion = f"  # pip: {package.onion}"
    if _TO_LINE_END.match(text, end):
        changes.replace(end, end, onion)
        return
    rest = _SEMICOLON.match(text, end)
    if rest is None or _before(use).strip():
        place = place_of(use.facts, end)
        message = (
            f"{place}: put the statement on a line of its own: its onion comment ends the line"
        )
        raise DavosError(message)
    changes.replace(end, rest.end(), onion + changes.new_line(_start(use)))


def _split_off(changes: CellChanges, uses: Sequence[Use], package: Package) -> None:
    """Give later names of a list statements of their own."""
    first = uses[0]
    statement = first.found.statement
    place = _start(first)
    line_end = _TO_LINE_END.match(changes.text, statement.span.end)
    if line_end is None or _is_in_clause(first):
        names = " and ".join(statement.names[use.number].name for use in uses)
        message = f"{place_of(first.facts, place)}: give {names} a smuggle statement of its own"
        raise DavosError(message)
    take_out(changes, first.found, [use.number for use in uses])
    lines = (
        f"{changes.new_line(place)}{_alone(statement.names[use.number])}  # pip: {package.onion}"
        for use in uses
    )
    changes.replace(line_end.end(), line_end.end(), "".join(lines))


def _alone(alias: Alias) -> str:
    named = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
    return f"smuggle {named}"


def _is_in_clause(use: Use) -> bool:
    """Whether a statement is on the line of the `if` or `def` that it is in."""
    facts, row = use.facts, use.facts.row(_start(use))
    start = facts.source.line_starts[row - 1]
    return any(
        one.lineno == row and facts.source.text[start : facts.offset(one)].strip()
        for one, *_ in blocks(facts)
    )


def _before(use: Use) -> str:
    """What is in front of a statement on its line."""
    facts = use.facts
    return facts.source.text[facts.source.line_starts[facts.row(_start(use)) - 1] : _start(use)]


# ---- a new statement ----


class _Addition:
    def __init__(self, data: bytes, filename: str, package: Package) -> None:
        self.data = data
        self.document = read_document(data, filename)
        self.cells = _cells(self.document)
        self.package = package
        self.is_notebook = self.document.kind == "notebook"
        self.davos = next((facts.number for facts in self.cells if loads_davos(facts)), None)

    def run(self) -> bytes:
        """The document with the statement in its place."""
        found = self._beside()
        if found is None:
            return self._in_new_cell()
        facts, row = found
        data = self._with_line(facts, row)
        if self.is_notebook and self.davos is None:
            data = with_cell(data, self._read(data), "import davos", facts.number)
        return data

    def _beside(self) -> tuple[ParsedCell, int] | None:
        """The cell with the smuggle statements, else with the imports; the row above the new one.

        In a notebook the cell comes after the one that imports davos.
        """
        first = 0 if self.davos is None or not self.is_notebook else self.davos + 1
        cells = [facts for facts in self.cells[first:] if isinstance(facts.tree, ast.Module)]
        for last in (_last_smuggle, _last_import):
            for facts in cells:
                row = last(facts)
                if row is not None:
                    return facts, row
        if self.is_notebook:
            return None
        (script,) = self.cells
        if isinstance(script.tree, SyntaxError):
            message = f"row {script.tree.lineno or 1}: not valid Python: {script.tree.msg}"
            raise DavosError(message)
        return script, _before_code(script)

    def _with_line(self, facts: ParsedCell, row: int) -> bytes:
        changes = CellChanges(facts)
        starts = facts.source.line_starts
        if row == 0 or (row >= len(starts) and not facts.source.line(row)):
            newline = facts.line_break(1)
            place = starts[row] if row < len(starts) else len(facts.source.text)
            changes.replace(place, place, self.package.statement + newline)
        else:
            end = starts[row - 1] + len(facts.source.line(row))
            changes.replace(end, end, changes.new_line(end, "") + self.package.statement)
        return apply_edits(self.data, self.document.filename, changes.edits())

    def _in_new_cell(self) -> bytes:
        statement = self.package.statement
        if self.davos is not None:
            return with_cell(self.data, self.document, statement, self.davos, behind=True)
        first = self._first_with_code()
        data = with_cell(self.data, self.document, statement, first)
        return with_cell(data, self._read(data), "import davos", first)

    def _first_with_code(self) -> int:
        """The first cell, but for the header that Jupytext writes in front of the first."""
        header = bool(self.cells) and self.document.text is not None and _is_comment(self.cells[0])
        return 1 if header and len(self.cells) > 1 else 0

    def _read(self, data: bytes) -> Document:
        return read_document(data, self.document.filename)


def _last_smuggle(facts: ParsedCell) -> int | None:
    """The row in which the last top-level smuggle statement of a cell ends, with its line."""
    starts = [node for node in _top_level(facts) if facts.offset(node) in facts.by_start]
    return _line_end(facts, starts[-1]) if starts else None


def _last_import(facts: ParsedCell) -> int | None:
    """The row in which the last import of the first run of imports ends."""
    last = None
    for node in _top_level(facts):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            last = node
        elif last is not None:
            break
    return None if last is None else _line_end(facts, last)


def _before_code(facts: ParsedCell) -> int:
    """The row above the first statement of a script, but for its docstring."""
    body = _top_level(facts)
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        return _line_end(facts, body[0])
    if body:
        decorators = getattr(body[0], "decorator_list", [])
        rows: list[int] = [one.lineno for one in (body[0], *decorators)]
        return min(rows) - 1
    return len(facts.source.line_starts)


def _top_level(facts: ParsedCell) -> list[ast.stmt]:
    return facts.tree.body if isinstance(facts.tree, ast.Module) else []


def _line_end(facts: ParsedCell, node: ast.stmt) -> int:
    """The row in which a statement ends, and all that begin in its last row."""
    row = node.end_lineno or node.lineno
    for other in _top_level(facts):
        if other.lineno <= row:
            row = max(row, other.end_lineno or row)
    return row


def _is_comment(facts: ParsedCell) -> bool:
    marked = facts.source.text.lstrip().startswith(("# %%", "#%%"))
    return not marked and isinstance(facts.tree, ast.Module) and not facts.tree.body
