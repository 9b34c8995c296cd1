"""What a project shows of itself: packages, size, lock. Computed when it is displayed."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence, Tuple

from davos.environments.folder_size import human_size, size_of_folder
from davos.escaping import for_html, html_table, one_line

__all__ = ["facts", "lock_of", "project_html", "project_text"]

Packages = Sequence[Tuple[str, str]]

_MARK = b'"lock-version"'  # a required key of each lock (PEP 751)
_SHOWN = 100


def facts(packages: Packages, folder: str | Path, document: str | Path | None) -> str:
    """One line: `2 packages, 1.5 MB, lock in analysis.ipynb`."""
    count = f"{len(packages)} package{'' if len(packages) == 1 else 's'}"
    lock = lock_of(document)
    size = human_size(size_of_folder(folder))
    return f"{count}, {size}, {f'lock in {lock}' if lock else 'no lock'}"


def lock_of(document: str | Path | None) -> str | None:
    """The name of the file with the lock of a notebook or script, None if there is none."""
    if not document:
        return None
    path = Path(document)
    try:
        beside = path.with_name(f"pylock.{path.stem.replace('.', '_')}.toml")
        if path.suffix == ".ipynb":
            return path.name if _MARK in path.read_bytes() else None
        return beside.name if beside.is_file() else None
    except (OSError, ValueError):
        return None


def project_text(name: str, packages: Packages, line: str) -> str:
    """A project for a terminal: its name, its facts, and a line for each package."""
    rows = [f"  {package} {version}" for package, version in packages[:_SHOWN]]
    rows += [f"  and {len(packages) - _SHOWN} more"] if len(packages) > _SHOWN else []
    return "\n".join(map(one_line, [f"{name}: {line}", *rows]))


def project_html(name: str, packages: Packages, line: str) -> str:
    """A project for a notebook: the same with a table."""
    rows = [(for_html(package), for_html(version)) for package, version in packages]
    table = html_table(("package", "version"), rows or [("nothing installed", "")])
    return f"<p><code>{for_html(name)}</code>: {for_html(line)}</p>{table}"
