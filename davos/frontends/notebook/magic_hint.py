"""A magic above the statement that smuggles what it needs: a line below IPython's error says so.

`%matplotlib inline` imports matplotlib, which the next statement would have installed. The
error is IPython's and stays as it is. Sources: IPython's `post_run_cell` event,
`InteractiveShell.run_line_magic` and `run_cell_magic`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, Callable, Iterator, NamedTuple

from davos.escaping import for_terminal

if TYPE_CHECKING:
    from types import TracebackType

    from IPython.core.interactiveshell import InteractiveShell

    from davos.documents.document import Document
    from davos.documents.parsed_cell import FoundStatement, ParsedCell

__all__ = ["attend", "hint"]

_MARKS = {"run_line_magic": "%", "run_cell_magic": "%%"}
_WIDEST = 100


def attend(
    shell: InteractiveShell, is_active: Callable[[], bool], document: Callable[[], str | None]
) -> None:
    """Show the hint for each cell of a shell that ends so; `document` is the notebook's path."""

    def tell(result: Any = None) -> None:  # IPython 5 gives none
        error = getattr(result, "error_in_exec", None)
        if error is not None and _may_be_meant(error) and is_active():
            found = hint(error, getattr(result.info, "raw_cell", None) or "", document())
            if found:
                print(for_terminal(found), file=sys.stderr, flush=True)

    shell.events.register("post_run_cell", tell)


def _may_be_meant(error: BaseException) -> bool:
    """A module that is missing; a magic that is, which is IPython's `UsageError`."""
    return isinstance(error, ModuleNotFoundError) or type(error).__name__ == "UsageError"


def hint(error: BaseException, cell: str, document: str | None) -> str:
    """Which statement of the cell below the magic, or of the notebook, brings what is missing.

    Empty if the error is not a magic's that lacks its module, or no statement brings it.
    """
    magic = _failed_magic(error)
    if magic is None:
        return ""
    for place, statement, line in _statements(cell, magic.row, document):
        if _brings(statement, magic.module):
            shown = line if len(line) <= _WIDEST else f"{line[:_WIDEST]} ..."
            words = f"{magic.call} needs {magic.module}: run it after the statement that brings it"
            return f"davos: {words} ({place}): {shown}"
    return ""


class _Magic(NamedTuple):
    """How a magic was called, the module that it needs, and the row of the cell that ran it."""

    call: str
    module: str
    row: int


def _failed_magic(error: BaseException) -> _Magic | None:
    """The magic that lacks its module, by an error's frames: the innermost one."""
    from davos.distributions.magic_modules import needed_module  # noqa: PLC0415 - for errors only

    frames = list(_frames(error.__traceback__))
    rows = [row for name, _, row in frames if name not in {"run_code", "run_ast_nodes"}]
    for name, values, _ in reversed(frames):
        magic, line = values.get("magic_name"), values.get("line")
        if name in _MARKS and isinstance(magic, str) and isinstance(line, str):
            argument = (line.split() or [""])[0]
            module = needed_module(magic, argument)
            if module is None or not _is_missing(module, error):
                return None
            return _Magic(f"{_MARKS[name]}{magic} {argument}".rstrip(), module, rows[0])
    return None


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, dict[str, Any], int]]:
    """The function, the local variables and the row of each frame, IPython's first."""
    for frame, row in walk_tb(traceback):
        name = frame.f_code.co_name
        yield name, frame.f_locals if name in _MARKS else {}, row


def _is_missing(module: str, error: BaseException) -> bool:
    if isinstance(error, ModuleNotFoundError):
        return error.name is not None and f"{module}.".startswith(f"{error.name}.")
    return module.partition(".")[0] not in sys.modules and "not found" in str(error)


def _statements(
    cell: str, row: int, document: str | None
) -> Iterator[tuple[str, FoundStatement, str]]:
    """The statements of a cell below a row, then the notebook's, with their places and lines."""
    from davos.documents import document as documents  # noqa: PLC0415 - for errors only
    from davos.documents.magics import mask  # noqa: PLC0415 - likewise

    own = documents.Document("", "notebook", (documents.Cell(None, cell, mask(cell)),))
    for _, found, line in _found(own):
        if found.range.start.row > row:
            yield f"row {found.range.start.row}", found, line
    notebook = _read(document)
    for parsed, found, line in _found(notebook) if notebook is not None else ():
        if parsed.cell.source.strip() != cell.strip():
            yield f"cell {found.cell}, row {found.range.start.row}", found, line


def _read(path: str | None) -> Document | None:
    from davos.documents.reader import read_document  # noqa: PLC0415 - for errors only
    from davos.exceptions import DavosError  # noqa: PLC0415 - likewise

    try:
        return read_document(Path(path).read_bytes(), path) if path else None
    except (OSError, DavosError):
        return None


def _found(document: Document) -> Iterator[tuple[ParsedCell, FoundStatement, str]]:
    from davos.credentials import blanked  # noqa: PLC0415 - for errors only
    from davos.documents.parsed_cell import ParsedCell  # noqa: PLC0415 - likewise

    for cell in document.cells:
        parsed = ParsedCell(document, cell)
        for found in parsed.statements:
            row = parsed.source.location(found.statement.span.start).row
            yield parsed, found, blanked(parsed.source.line(row).strip())


def _brings(found: FoundStatement, module: str) -> bool:
    """Whether a statement's modules, or the distribution it asks for, bring a module."""
    from davos.distributions.import_names import parts_named  # noqa: PLC0415 - for errors only
    from davos.distributions.magic_modules import provides  # noqa: PLC0415 - likewise
    from davos.syntax.nodes import SmuggleFrom  # noqa: PLC0415 - likewise

    statement = found.statement
    modules = [alias.name for alias in statement.names]
    if isinstance(statement, SmuggleFrom):
        named = statement.module if not statement.level else None
        modules = (parts_named(named, modules) or [named]) if named else []
    asked = found.onion.requirement.name if found.onion else None
    return any(provides(name, None if at else asked, module) for at, name in enumerate(modules))
