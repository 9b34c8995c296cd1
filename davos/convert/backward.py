"""From smuggles to plain imports and the lines of a requirements file."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, canonicalize_version

from davos.convert.cell_changes import NOTHING_LEFT, CellChanges, Converted, Pin
from davos.convert.import_selection import is_foreign, statement_modules
from davos.convert.pip_lines import foldable_lines
from davos.credentials import masked
from davos.documents.edits import apply_edits
from davos.documents.json_cells import remove_cells
from davos.documents.parsed_cell import ParsedCell
from davos.documents.python_source import keyword
from davos.documents.reader import read_document
from davos.source import LINE_BREAK
from davos.translate import SMUGGLE

if TYPE_CHECKING:
    from davos.convert.inventory import Inventory
    from davos.documents.parsed_cell import FoundStatement
    from davos.onion.comment import Onion, Requirement
    from davos.syntax.nodes import Statement

__all__ = ["revert"]

# Options of `pip install` that may also stand in a requirements file, on a line of their own.
_FILE_OPTIONS = frozenset(
    "--index-url --extra-index-url --no-index --find-links --no-binary --only-binary"
    " --prefer-binary --pre --trusted-host".split(),
)
_LOADS_DAVOS = re.compile(r"^%load_ext[ \t]+davos[ \t]*$", re.MULTILINE)
_SPACES = " \t\f"
# IPython replaces $x and {x} in quotes, too, and the shell the others
_NO_SHELL_WORD = re.compile(r"[\"$`\\{}!\r\n]")
_PLAIN_WORD = re.compile(r"[\w./:=,+@%-]+", re.ASCII)
_REST_OF_LINE = re.compile(r"[^\r\n]*")


def revert(data: bytes, filename: str, inventory: Inventory) -> Converted:
    """A notebook or script in which smuggles are imports, and what it requires.

    Raises what `read_document` raises.
    """
    document = read_document(data, filename)
    cells = [ParsedCell(document, cell, n) for n, cell in enumerate(document.cells)]
    changed = [CellChanges(facts) for facts in cells]
    required = _Required(inventory, filename)
    is_json = filename.lower().endswith(".ipynb")
    for changes in changed:
        for found in changes.facts.statements:
            line = _conda_line(changes, found) if is_json else None
            if line is not None:
                _put_before(changes, found, line)
            _as_import(changes, found.statement)
            required.add(found, has_line=line is not None)
        required.note_errors(changes.facts)
    required.notes += _without_davos(changed)
    data = apply_edits(data, filename, [edit for one in changed for edit in one.edits()])
    if is_json:
        left_empty = [c for c in changed if c and NOTHING_LEFT.fullmatch(c.result())]
        data = remove_cells(data, [changes.facts.cell.index or 0 for changes in left_empty])
    return Converted(data, required.notes, required.lines(), required.pins)


def _as_import(changes: CellChanges, statement: Statement) -> None:
    """Turn a statement into an import; take its onion comment away, no other comment."""
    text = changes.text
    word = keyword(text, statement.span.start, statement)
    changes.replace(word, word + len(SMUGGLE), "import")
    if statement.onion is None:
        return
    start, end = statement.onion.span
    rest = _REST_OF_LINE.match(text, end)
    behind = rest[0] if rest else ""
    if behind.strip():
        end += len(behind) - len(behind.lstrip(_SPACES))
    else:
        start = len(text[:start].rstrip(_SPACES))
        end += len(behind)
    changes.replace(start, end, "")


def _conda_line(changes: CellChanges, found: FoundStatement) -> str | None:
    """The line that installs what a conda onion comment asks for, as IPython runs it.

    None where no line can stand in front of the statement, or a word cannot be written in one.
    """
    onion, before = found.onion, changes.text[: found.statement.span.start]
    if onion is None or onion.requirement.match_spec is None:
        return None
    if LINE_BREAK.split(before)[-1].strip(_SPACES):
        return None
    words = [*onion.passed, onion.requirement.text]
    if any(_NO_SHELL_WORD.search(word) for word in words):
        return None
    return " ".join(["%conda install", *(_shell_word(word) for word in words)])


def _shell_word(word: str) -> str:
    return word if _PLAIN_WORD.fullmatch(word) else f'"{word}"'


def _put_before(changes: CellChanges, found: FoundStatement, line: str) -> None:
    start = found.statement.span.start
    changes.replace(start, start, f"{line}{changes.new_line(start)}")


class _Required:
    """Collects the requirements of a document."""

    def __init__(self, inventory: Inventory, filename: str) -> None:
        self._inventory = inventory
        self._filename = filename
        self._options: dict[str, None] = {}
        self._lines: dict[str, str] = {}
        self._unnamed: dict[str, None] = {}
        self.notes: list[str] = []
        self.pins: list[Pin] = []

    def lines(self) -> list[str]:
        """The lines of a requirements file."""
        named = [self._lines[name] for name in sorted(self._lines)]
        return [*self._options, *named, *self._unnamed]

    def note_errors(self, facts: ParsedCell) -> None:
        """Tell about statements and onion comments that cannot be read."""
        for error in facts.errors:
            row = facts.range(error.span).start.row if error.span else 1
            cell = f"cell {facts.cell.index}:" if facts.cell.index else ""
            self.notes.append(f"{cell}{row}: {error.msg}")

    def add(self, found: FoundStatement, *, has_line: bool = False) -> None:
        """Take in what a statement needs; one with a line that installs needs nothing more."""
        for number, module in enumerate(statement_modules(found.statement)):
            if not is_foreign(module, self._filename):
                continue
            if number == 0 and has_line:
                continue
            if number == 0 and found.onion is not None:
                self._add_onion(found.onion, found)
            else:
                self._add_module(module)

    def _add_module(self, module: str) -> None:
        origin = self._inventory.origin(module)
        if origin is None:
            self.notes.append(f"which distribution {module} comes from is unknown")
        else:
            self._lines.setdefault(canonicalize_name(origin.name), origin.name)

    def _add_onion(self, onion: Onion, found: FoundStatement) -> None:
        if onion.requirement.match_spec is not None:
            line = masked(f"conda install {onion.text}")
            self.notes.append(f"no requirements file can name packages of conda: {line}")
            return
        self._options.update(dict.fromkeys(_file_options(onion.passed)))
        required = onion.requirement
        line = onion.requirement_line or " ".join(onion.requirement_words)
        if required.name is None:
            self._unnamed[line] = None
            return
        name = canonicalize_name(required.name)
        version = _pinned(required)
        if version:
            self.pins.append(Pin(name, version, line, self._place(found)))
        known = self._lines.get(name)
        if known in (None, required.name):
            self._lines[name] = line
        elif line not in (known, required.name):
            self.notes.append(f"{line} is ignored: {known} is already required")

    def _place(self, found: FoundStatement) -> str:
        cell = f"cell {found.cell}:" if found.cell else ""
        return f"{self._filename}:{cell}{found.range.start.row}"


def _pinned(required: Requirement) -> str | None:
    """The one version that a requirement allows, or its URL; None if it allows several."""
    if required.url or required.path:
        return required.url or required.path
    for one in SpecifierSet(required.specifier):
        if one.operator in {"==", "==="} and not one.version.endswith(".*"):
            return canonicalize_version(one.version)
    return None


def _file_options(words: tuple[str, ...]) -> Iterator[str]:
    """The options among an onion's, with their values, that a requirements file may have."""
    for number, word in enumerate(words):
        name = word.partition("=")[0]
        following = words[number + 1 : number + 2]
        if name in _FILE_OPTIONS:
            takes = "=" not in word and following and not following[0].startswith("-")
            yield f"{word} {following[0]}" if takes else word


# ---- davos itself ----


def _without_davos(changed: list[CellChanges]) -> list[str]:
    """Take the statements that set davos up out, if nothing else uses it; else a note."""
    ours: list[tuple[CellChanges, ast.stmt]] = []
    uses = 0
    for changes in changed:
        facts = changes.facts
        if "davos" not in facts.cell.source or isinstance(facts.tree, SyntaxError):
            continue
        lonely = _lonely(facts.tree.body)
        ours += [(changes, one) for one in facts.tree.body if one in lonely and _sets_up(one)]
        uses += sum(_names_davos(node) for node, _ in facts.nodes)
    named = sum(any(map(_names_davos, ast.walk(statement))) for _, statement in ours)
    counted = sum(sum(map(_names_davos, ast.walk(statement))) for _, statement in ours)
    if uses > counted or (named and not ours):
        return ["davos is used elsewhere in the document: its import is kept"]
    for changes, statement in ours:
        for row in range(statement.lineno, (statement.end_lineno or statement.lineno) + 1):
            changes.drop_line(changes.facts.source.line_starts[row - 1])
    for changes in changed:
        _drop_magics(changes)
    return []


def _drop_magics(changes: CellChanges) -> None:
    facts = changes.facts
    loading = (match.start() for match in _LOADS_DAVOS.finditer(facts.written))
    for start in loading:
        if facts.source.text[start] != facts.written[start]:
            changes.drop_line(start)
    for line in foldable_lines(facts):
        if line.without({"davos"}) is None and {*line.names()} == {"davos"}:
            changes.drop_line(line.start)


def _lonely(body: list[ast.stmt]) -> set[ast.stmt]:
    """The statements that share no line with another."""
    return {
        one
        for one, before, after in zip(body, [None, *body], [*body[1:], None])
        if (before is None or before.end_lineno != one.lineno)
        and (after is None or after.lineno != one.end_lineno)
    }


def _names_davos(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.partition(".")[0] == "davos" for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return not node.level and (node.module or "").partition(".")[0] == "davos"
    return isinstance(node, ast.Name) and node.id == "davos"


def _sets_up(statement: ast.stmt) -> bool:
    """`import davos`, `davos.config.x = y`, `davos.configure(...)`."""
    if isinstance(statement, ast.Import):
        return [(alias.name, alias.asname) for alias in statement.names] == [("davos", None)]
    if isinstance(statement, ast.Assign):
        return all(isinstance(t, ast.Attribute) and _root(t) == "davos" for t in statement.targets)
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Call) and _root(value.func) == "davos"


def _root(node: ast.AST) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
