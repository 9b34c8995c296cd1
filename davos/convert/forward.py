"""From imports to smuggles pinned to what is installed, or asked for."""

from __future__ import annotations

import ast
import hashlib
from functools import partial
from typing import TYPE_CHECKING, Iterator, Mapping

from packaging.utils import canonicalize_name

from davos.convert.cell_changes import NOTHING_LEFT, CellChanges, Converted
from davos.convert.davos_cell import loads_davos
from davos.convert.import_rewriter import rewrite_imports
from davos.convert.import_selection import Imports, is_foreign
from davos.convert.magic_imports import early_magics
from davos.convert.pip_lines import foldable_lines, unfoldable_conda_lines
from davos.convert.script_metadata import declared
from davos.distributions.import_names import parts_named
from davos.documents.edits import Edit, apply_edits
from davos.documents.json_cells import insert_cell, remove_cells
from davos.documents.parsed_cell import ParsedCell
from davos.documents.reader import read_document
from davos.documents.text_notebooks import MARKDOWN
from davos.exceptions import DavosParserError
from davos.onion.validator import validate_text
from davos.span import Location

if TYPE_CHECKING:
    from davos.convert.inventory import Inventory, Origin
    from davos.convert.magic_imports import EarlyMagic
    from davos.convert.pip_lines import FoldableLine, Wanted
    from davos.documents.document import Document

__all__ = ["convert"]

# In quotes: IPython hands what follows %pip to a shell, where > redirects.
_INSTALL_DAVOS = '%pip install "davos>=0.3"\n'


def convert(
    data: bytes, filename: str, inventory: Inventory, *, install_davos: bool = False
) -> Converted:
    """A notebook or script in which third-party imports are smuggles.

    `install_davos` puts a `%pip install` of davos in front of `import davos`, where that is added.
    What the document declares for other tools (PEP 723) decides about versions, unless a
    requirements file does. Raises what `read_document` raises, and `DavosError` for a declaration
    that cannot be read.
    """
    document = read_document(data, filename)
    wanted = declared(data, document)
    conversion = _Conversion(data, document, inventory.completed(wanted))
    converted = conversion.run(install_davos=install_davos)
    return Converted(converted.data, [*converted.notes, *conversion.not_imported(wanted)])


class _Conversion:
    def __init__(self, data: bytes, document: Document, inventory: Inventory) -> None:
        self.data = data
        self.document = document
        self.inventory = inventory
        self.notes: list[str] = []
        self.cells = [ParsedCell(document, cell, n) for n, cell in enumerate(document.cells)]
        self.imports = {facts.number: self._imports(facts) for facts in self.cells}
        self.lines = {facts.number: list(foldable_lines(facts)) for facts in self.cells}
        self.asked_for: dict[str, tuple[Wanted, FoldableLine]] = {
            name: (one, line)
            for lines in self.lines.values()
            for line in lines
            for name, one in line.names().items()
        }
        self.folded: set[str] = set()
        onions = (found.onion for facts in self.cells for found in facts.statements)
        self.provided = {canonicalize_name(one.requirement.name or "") for one in onions if one}

    def run(self, *, install_davos: bool) -> Converted:
        changed = [CellChanges(facts) for facts in self.cells]
        for changes in changed:
            found = self.imports[changes.facts.number]
            rewrite_imports(changes, found.nodes, partial(self._asked, found))
        for magic in early_magics(self.cells, self.imports, self.document.filename):
            self._smuggle_first(changed[magic.facts.number], magic)
        smuggling = self._smuggling(changed)
        for changes in changed:
            self._fold(changes)
        before = self._needs_davos(smuggling)
        imports_davos = (_INSTALL_DAVOS if install_davos else "") + "import davos"
        edits = [edit for one in changed for edit in one.edits()]
        is_json = self.document.filename.lower().endswith(".ipynb")
        if before is not None and not is_json:
            edits += self._text_cell(before, imports_davos)
        data = apply_edits(self.data, self.document.filename, edits)
        if is_json:
            data = self._with_cells(data, changed, before, imports_davos)
        return Converted(data, self.notes)

    def not_imported(self, wanted: Mapping[str, str]) -> Iterator[str]:
        """A sentence about each declared requirement that no statement is about."""
        for name, text in wanted.items():
            if name not in self.provided:
                yield (
                    f"{text} is declared for other tools and is not imported: "
                    f"no statement asks for it; `smuggle` it with `# pip: {text}` to install it"
                )

    # ---- imports ----

    def _imports(self, facts: ParsedCell) -> Imports:
        if isinstance(facts.tree, SyntaxError) and "import" in facts.source.text:
            self._note(facts, facts.tree.lineno or 1, "not valid Python: left unchanged")
        found = Imports(facts)
        for node in found.kept:
            row = facts.source.location(facts.offset(node)).row
            self._note(facts, row, "import in a function or class kept: smuggle binds globally")
        for start, reason in unfoldable_conda_lines(facts):
            self._note(facts, facts.row(start), f"installing line left unchanged: {reason}")
        return found

    def _asked(
        self, found: Imports, node: ast.Import | ast.ImportFrom, name: ast.alias
    ) -> str | None:
        """The onion comment for a name; see `davos.convert.import_rewriter.Asked`."""
        module = name.name
        if isinstance(node, ast.ImportFrom):
            module = next(iter(parts_named(node.module or "", [name.name])), "")
        if not is_foreign(module, self.document.filename):
            return None
        return self._arguments(module, optional=node in found.optional)

    def _arguments(self, module: str, *, optional: bool) -> str | None:
        """The onion comment for a module, "" for none; None if it cannot be smuggled.

        An `optional` one is not, if nothing tells its version.
        """
        origin = self.inventory.origin(module)
        if origin is None:
            self._say(f"{module} is not converted: which distribution it comes from is unknown")
            return None
        self.provided.add(canonicalize_name(origin.name))
        folded = self._folded(origin)
        known = folded or origin.version or self.inventory.decides(origin)
        if not known and optional:
            return None  # what is missing on the author's machine, too, is not required
        if folded is not None:
            return folded
        if origin.folder:
            self._say(f"{module} is not converted: {origin.name} is installed from {origin.folder}")
            return None
        return self._unfolded(origin, module)

    def _unfolded(self, origin: Origin, module: str) -> str:
        """The onion comment for what no line of the document installs."""
        if origin.requirement is None and self.inventory.pins:
            self._say(f"{origin.name} is not pinned: its version is unknown")
        installer, args = origin.installer, origin.requirement or origin.name
        is_top = canonicalize_name(args) == canonicalize_name(module.partition(".")[0])
        says_nothing = is_top and installer == "pip"
        return "" if says_nothing or not _holds(installer, args) else f"{installer}: {args}"

    def _folded(self, origin: Origin) -> str | None:
        """The onion comment for what an installing line says about a distribution."""
        name = canonicalize_name(origin.name)
        if name not in self.asked_for or self.inventory.decides(origin):
            if name in self.asked_for:
                self.folded.add(name)
            return None
        required, line = self.asked_for[name]
        version = origin.version if self.inventory.pins else None
        args = " ".join([*line.options, required.narrowed(version)])
        if not _holds(required.installer, args):
            return None
        self.folded.add(name)
        return f"{required.installer}: {args}"

    # ---- magics ----

    def _smuggle_first(self, changes: CellChanges, magic: EarlyMagic) -> None:
        """Put a smuggle in front of a magic that needs a module before it is imported."""
        facts, use, module = magic.facts, magic.use, magic.module
        if use.begins_cell:
            call = f"{use.marks}{use.name}"
            row = facts.row(use.span.start)
            self._note(facts, row, f"{call} needs {module}: smuggle it in an earlier cell")
            return
        args = self._arguments(module, optional=not magic.is_imported)
        if args is not None:
            onion = f"  # {args}" if args else ""
            line = f"smuggle {module}{onion}{changes.new_line(use.span.start)}"
            changes.replace(use.span.start, use.span.start, line)

    # ---- lines ----

    def _fold(self, changes: CellChanges) -> None:
        for line in self.lines[changes.facts.number]:
            if not self.folded & set(line.names()):
                continue
            left = line.without(self.folded)
            if left is None:
                changes.drop_line(line.start)
            else:
                changes.replace(line.start, line.end, left)

    # ---- cells ----

    def _smuggling(self, changed: list[CellChanges]) -> int | None:
        """The number of the first cell with a smuggle statement, old or new."""
        return next((c.facts.number for c in changed if c or c.facts.statements), None)

    def _needs_davos(self, smuggling: int | None) -> int | None:
        """The number of the cell that needs an `import davos` in front of it."""
        if smuggling is None or self.document.kind != "notebook":
            return None
        earlier = self.cells[:smuggling]
        return None if any(loads_davos(facts) for facts in earlier) else smuggling

    def _text_cell(self, before: int, source: str) -> Iterator[Edit]:
        """The cell that imports davos in a percent script."""
        facts = self.cells[before]
        is_markdown = self.document.filename.lower().endswith(MARKDOWN)
        if facts.source.text.startswith("#") and not is_markdown:
            place = facts.cell.place(Location(1, 1))
            magics = source.replace("%pip", "# %pip")
            yield Edit(None, place, place, f"# %%\n{magics}\n\n")
        else:
            self._say("add a cell with `import davos` before the first smuggle statement")

    def _with_cells(
        self, data: bytes, changed: list[CellChanges], before: int | None, source: str
    ) -> bytes:
        """Put the cell that imports davos in; take those out whose every line was folded."""
        if before is not None:
            identifier = hashlib.sha256(self.data).hexdigest()[:8]
            data = insert_cell(data, self._index(before), source, identifier)
        shift = self._index(before) if before is not None else len(data)
        empty = [
            self._index(changes.facts.number)
            for changes in changed
            if changes and NOTHING_LEFT.fullmatch(changes.result())
        ]
        return remove_cells(data, [index + (index >= shift) for index in empty])

    def _index(self, number: int) -> int:
        return self.document.cells[number].index or 0

    # ---- notes ----

    def _note(self, facts: ParsedCell, row: int, text: str) -> None:
        cell = f"cell {facts.cell.index}:" if facts.cell.index else ""
        self._say(f"{cell}{row}: {text}")

    def _say(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def _holds(installer: str, args: str) -> bool:
    """Whether davos understands an onion comment."""
    try:
        validate_text(installer, args)
    except DavosParserError:
        return False
    return True
