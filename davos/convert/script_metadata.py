"""Dependencies that a document declares for other tools: PEP 723 blocks, and juv's and nteract's.

juv keeps a block in a cell of the notebook, and the text of a `uv.lock` in its metadata; nteract
keeps a list in the metadata.
"""

from __future__ import annotations

import hashlib
import re
import sys
from typing import TYPE_CHECKING, Any, Iterator, Mapping

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from davos.documents.edits import Edit, apply_edits
from davos.documents.json_cells import insert_cell
from davos.documents.notebook import load_notebook
from davos.documents.reader import read_document
from davos.exceptions import DavosError
from davos.source import Source

if TYPE_CHECKING:
    from davos.documents.document import Cell, Document

__all__ = ["declared", "with_block"]

# PEP 723, "Specification": the opening line, lines of comments, and the closing line
_BLOCK = re.compile(
    r"^# /// script[ \t]*\r?\n(?P<content>(?:^#(?: [^\r\n]*)?\r?\n)*?)^# ///[ \t]*(?=\r?\n|\Z)",
    re.MULTILINE,
)
_FIRST_LINES = re.compile(r"(?:#![^\n]*\n)?(?:#[^\n]*coding[:=][^\n]*\n)?")


def declared(data: bytes, document: Document) -> dict[str, str]:
    """The requirements that a document declares, by their normalised names.

    An exact version that juv locked stands in the place of a range. Raises `DavosError` for a
    block that is not valid.
    """
    metadata = _metadata(data, document)
    texts = [*_of_blocks(document), *_of_nteract(metadata)]
    locked = _of_juv(metadata)
    found: dict[str, str] = {}
    for text in texts:
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            message = f"{text!r} is declared as a dependency and is not a requirement: {error}"
            raise DavosError(message.splitlines()[0]) from None
        name = canonicalize_name(requirement.name)
        found[name] = _pinned(requirement, locked.get(name))
    return found


def with_block(data: bytes, filename: str, block: str) -> bytes:
    """A script or notebook with a PEP 723 block: in the place of its own, else in front.

    A notebook has it in a cell.
    """
    document = read_document(data, filename)
    for cell in document.cells:
        match = _BLOCK.search(cell.source)
        if match is not None:
            text = block.rstrip("\n")
            return apply_edits(data, filename, [_edit(cell, match.start(), match.end(), text)])
    if filename.lower().endswith(".ipynb"):
        return insert_cell(data, 1, block.rstrip("\n"), hashlib.sha256(data).hexdigest()[:8])
    source = Source(document.text or "")
    head = _FIRST_LINES.match(source.text)
    place = source.location(head.end() if head else 0)
    return apply_edits(data, filename, [Edit(None, place, place, block)])


def _edit(cell: Cell, start: int, end: int, text: str) -> Edit:
    source = Source(cell.source)
    return Edit(
        cell.index, cell.place(source.location(start)), cell.place(source.location(end)), text
    )


def _of_blocks(document: Document) -> Iterator[str]:
    for cell in document.cells:
        for match in _BLOCK.finditer(cell.source) if "# ///" in cell.source else ():
            lines = [line[2:] for line in match["content"].splitlines()]
            content = _toml("\n".join(lines), "the script metadata (PEP 723)")
            yield from _strings(content.get("dependencies"))


def _of_nteract(metadata: Mapping[str, Any]) -> Iterator[str]:
    uv = metadata.get("uv")
    yield from _strings(uv.get("dependencies") if isinstance(uv, dict) else None)


def _of_juv(metadata: Mapping[str, Any]) -> dict[str, str]:
    """The versions in juv's lock, by normalised names."""
    text = metadata.get("uv.lock")
    if not isinstance(text, str):
        return {}
    packages = _toml(text, "the notebook's uv.lock").get("package")
    found = (one for one in packages if isinstance(one, dict)) if isinstance(packages, list) else ()
    pairs = ((one.get("name"), one.get("version")) for one in found)
    return {
        canonicalize_name(name): version
        for name, version in pairs
        if isinstance(name, str) and isinstance(version, str)
    }


def _pinned(requirement: Requirement, version: str | None) -> str:
    if (
        version is None
        or requirement.url
        or not requirement.specifier.contains(version, prereleases=True)
    ):
        return str(requirement)
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = f" ; {requirement.marker}" if requirement.marker else ""
    return f"{requirement.name}{extras}=={version}{marker}"


def _metadata(data: bytes, document: Document) -> Mapping[str, Any]:
    if not document.filename.lower().endswith(".ipynb"):
        return {}
    found = load_notebook(data).get("metadata")
    return found if isinstance(found, dict) else {}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, str))


def _toml(text: str, what: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib  # noqa: PLC0415 - where there is such a text only
    else:
        import tomli as tomllib  # noqa: PLC0415

    try:
        content: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        message = f"{what}: not valid TOML: {error}"
        raise DavosError(message) from None
    return content
