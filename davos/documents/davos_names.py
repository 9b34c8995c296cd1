"""What the names of a document stand for in davos."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Iterable, Mapping, Tuple

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell

__all__ = ["Path", "davos_names", "davos_path"]

Path = Tuple[str, ...]


def davos_names(cells: Iterable[ParsedCell]) -> dict[str, Path]:
    """A document's names for davos and its members.

    `import davos as d` gives `{"d": ()}`, `from davos import config` `{"config": ("config",)}`.
    """
    names: dict[str, Path] = {"davos": ()}
    for cell in cells:
        if "davos" not in cell.source.text:
            continue
        for node, _ in cell.import_nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name == "davos" and alias.asname:
                        names[alias.asname] = ()
            elif node.module == "davos":
                names.update({a.asname or a.name: (a.name,) for a in node.names})
    return names


def davos_path(node: ast.AST, names: Mapping[str, Path]) -> Path | None:
    """`("config", "active")` for `davos.config.active`; None for what is not davos'."""
    members: Path = ()
    while isinstance(node, ast.Attribute):
        members = (node.attr, *members)
        node = node.value
    if isinstance(node, ast.Name) and node.id in names:
        return (*names[node.id], *members)
    return None
