"""What a project's files and loaded modules know of its folder, changed when it is renamed.

Console scripts name their interpreter, editable installs the folder of their source.
The environment itself holds no path of its own (see overlay.py).
"""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Iterator

from davos.distributions.index import BASE_PTH
from davos.environments import overlay
from davos.environments.layout import LAYOUT
from davos.environments.relocated_contents import PATH_FILES, in_path_file, in_script, programs

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["files", "interpreters", "modules", "project"]


def project(old: Path, new: Path) -> None:
    """Write `new` for `old` in all files of a project that has moved, conda's among them.

    The digests in their records follow. Doing it again changes nothing. Raises OSError.
    """
    from davos.environments import (  # noqa: PLC0415 - for moves only
        conda_relocation,
        record_relocation,
    )

    files(old, new)
    record_relocation.files(old, new)
    conda_relocation.files(old, new)


def files(old: Path, new: Path, prefix: Path | None = None) -> list[Path]:
    """Write `new` for `old` in the files of a project that has moved; those that changed.

    They lie in `new`, or in the folder `prefix` if it has not moved yet. Doing it again
    changes nothing. Symbolic links are left alone. Raises OSError.
    """
    prefix = new if prefix is None else prefix
    scripts = (
        path
        for path in prefix.glob(f"{LAYOUT.scripts}/*")
        if path.is_file() and not path.is_symlink()
    )
    texts = (path for folder in prefix.glob(LAYOUT.all_site_packages) for path in _texts(folder))
    changed = [path for path in scripts if _script(path, programs(old), programs(new))]
    return [*changed, *(path for path in texts if _text(path, old, new))]


def interpreters(prefix: Path, old: Path, new: Path) -> None:
    """Have the console scripts of an environment that name one interpreter name another.

    Raises OSError.
    """
    for path in prefix.glob(f"{LAYOUT.scripts}/*"):
        if path.is_file() and not path.is_symlink():
            _script(path, os.fsencode(old), os.fsencode(new))


def _texts(site_packages: Path) -> Iterator[Path]:
    found = (path for pattern in PATH_FILES for path in site_packages.glob(pattern))
    return (path for path in found if path.name != BASE_PTH and not path.is_symlink())


def _text(path: Path, old: Path, new: Path) -> bool:
    """Write the new path into a text; whether it held the old one."""
    try:
        known = path.read_bytes()
    except OSError:
        return False
    content = in_path_file(known, old, new)
    if content != known:
        overlay.write(path, content.decode("utf-8"))
    return content != known


def _script(path: Path, before: bytes, after: bytes) -> bool:
    """Give a console script its interpreter's new path; whether it had the old one.

    It is replaced by a new file: the old one may be in an installer's cache, too.
    """
    known = path.read_bytes()
    content = in_script(known, before, after)
    if content == known:
        return False
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    temporary.write_bytes(content)
    temporary.chmod(path.stat().st_mode)
    temporary.replace(path)
    return True


def modules(old: Path, new: Path) -> None:
    """Let the loaded modules of a project that has moved find their submodules and files."""
    before, after = str(old) + os.sep, str(new) + os.sep
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType):
            _module(module, before, after)


def _module(module: ModuleType, before: str, after: str) -> None:
    def moved(path: object) -> object:
        is_old = isinstance(path, str) and path.startswith(before)
        return after + str(path)[len(before) :] if is_old else path

    contents = vars(module)
    file, places, spec = (contents.get(name) for name in ("__file__", "__path__", "__spec__"))
    if moved(file) is not file:
        contents["__file__"] = moved(file)
    # A namespace package computes its path anew; a list is the spec's own.
    if isinstance(places, list):
        places[:] = map(moved, places)
    origin = getattr(spec, "origin", None)
    if spec is not None and moved(origin) is not origin:
        spec.origin = moved(origin)
