"""The files that make a folder a virtual environment over another one, written by hand.

`bin/python` and `pyvenv.cfg` are PEP 405's; the base's packages become visible through
one `.pth` file, which is read last because of its name. Nothing is started: `python -m
venv` takes 50 ms, this under one. Every file is replaced in one step, so that
another kernel reads the old or the new one.

The base's pip is visible, too; the scripts `pip` run it with the environment's interpreter.
"""

# Search paths are text
# ruff: noqa: PTH115

from __future__ import annotations

import os
import pkgutil
import sys
from functools import cache
from pathlib import Path
from typing import AbstractSet, Sequence

from davos.distributions.index import BASE_PTH, entries
from davos.environments import activation
from davos.environments.file_errors import reporting
from davos.environments.layout import LAYOUT, Layout, launcher
from davos.exceptions import DavosProjectError
from davos.files import read_own_file, replace_file

__all__ = [
    "GENERATION_FILE",
    "add_pip_scripts",
    "ensure",
    "is_bare",
    "is_laid_over",
    "own_files",
    "refuse_lookalikes",
    "shows",
    "site_packages_of",
    "write",
    "write_bytes",
]

GENERATION_FILE = "davos-generation"
_CHILD_IMPORTS = "frontends/child_imports.py"
_OWN = {LAYOUT.scripts, LAYOUT.top, "lib64", "pyvenv.cfg", "src", GENERATION_FILE}


def site_packages_of(prefix: Path) -> Path:
    """Where the running Python, started in a prefix, looks for packages (site.py)."""
    return prefix / LAYOUT.site_packages


def ensure(prefix: Path, folders: Sequence[Path], path: Sequence[str]) -> None:
    """Make or refresh the environment in `prefix` over the site folders `folders`.

    `path` is the kernel's whole search path: none of its entries may look to pip
    as if it were in the overlay. Raises DavosProjectError for that, and if a file
    cannot be written.
    """
    refuse_lookalikes(prefix, [*map(str, folders), *path, sys.prefix, sys.base_prefix])
    python = _base_interpreter()
    with reporting("write", prefix):
        _write_all(prefix, python, folders)


def _write_all(prefix: Path, python: Path, folders: Sequence[Path]) -> None:
    site_packages = site_packages_of(prefix)
    if not site_packages.is_dir():
        site_packages.mkdir(parents=True, exist_ok=True)
    (prefix / LAYOUT.scripts).mkdir(exist_ok=True)
    for link, target in _links(prefix, python).items():
        _link(link, target)
    for copy, original in _copies(prefix).items():
        write_bytes(copy, original.read_bytes())
    for path, text in _texts(prefix, python, folders).items():
        write(path, text)


def _links(prefix: Path, python: Path) -> dict[Path, str]:
    names = LAYOUT.interpreters if LAYOUT.links else ()
    links = {prefix / LAYOUT.scripts / name: str(python) for name in names}
    if LAYOUT.lib64:
        links[prefix / "lib64"] = LAYOUT.top
    return links


def _copies(prefix: Path, layout: Layout = LAYOUT) -> dict[Path, Path]:
    """The interpreters that are no links, and what they are copies of."""
    original = Path(sys.base_prefix, launcher(sys.version_info[:2]))
    names = () if layout.links else layout.interpreters
    return {prefix / layout.scripts / name: original for name in names}


def _texts(prefix: Path, python: Path, folders: Sequence[Path]) -> dict[Path, str]:
    settings = {
        "home": python.parent,
        "include-system-site-packages": "false",
        "version": ".".join(map(str, sys.version_info[:3])),
    }
    return {
        prefix / "pyvenv.cfg": "".join(f"{k} = {v}\n" for k, v in settings.items()),
        site_packages_of(prefix) / BASE_PTH: _pth(folders),
    }


def is_laid_over(prefix: Path, folders: Sequence[Path]) -> bool:
    """Whether `ensure` would change nothing: another Python may have written it last."""
    try:
        python = _base_interpreter()
        links = _links(prefix, python)
        texts = {path: text.encode() for path, text in _texts(prefix, python, folders).items()}
        texts.update((copy, original.read_bytes()) for copy, original in _copies(prefix).items())
        return {link: os.readlink(link) for link in links} == links and {
            path: read_own_file(path) for path in texts
        } == texts
    except (OSError, DavosProjectError):
        return False


def add_pip_scripts(prefix: Path) -> None:
    """Write the scripts `pip` that run the visible pip for this environment. Raises OSError.

    What is there stays: it is of a pip that was installed into the environment.
    """
    for name in LAYOUT.pips:
        script = prefix / LAYOUT.scripts / name
        if not os.path.lexists(script):
            temporary = script.with_name(f".{name}-{os.getpid()}")
            temporary.unlink(missing_ok=True)
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777)
            with os.fdopen(descriptor, "wb") as file:
                file.write(_pip_script(name))
            temporary.replace(script)


def _pip_script(name: str) -> bytes:
    """What a script of this name holds; it still works when the environment is renamed."""
    if name.endswith(".cmd"):
        return b'@"%~dp0python.exe" -m pip %*\r\n'
    python = name.replace("pip", "python")
    return f'#!/bin/sh\nexec "$(dirname -- "$0")/{python}" -m pip "$@"\n'.encode()


def own_files(prefix: Path) -> set[str]:
    """What `ensure` writes, relative to the prefix, with `/`; no package may bring such a file."""
    base = (site_packages_of(prefix) / BASE_PTH).relative_to(prefix).as_posix()
    interpreters = (f"{LAYOUT.scripts}/{name}" for name in LAYOUT.interpreters)
    return {*interpreters, "lib64", "pyvenv.cfg", GENERATION_FILE, base}


def shows(site_packages: Path, folders: Sequence[Path]) -> bool:
    """Whether an environment is laid over exactly these site folders."""
    try:
        return (site_packages / BASE_PTH).read_text("utf-8") == _pth(folders)
    except (OSError, ValueError):
        return False


def _pth(folders: Sequence[Path]) -> str:
    """The `.pth` file that adds the base's folders, with their own `.pth` files.

    Each folder is added with a fresh set of known paths: pip's isolated builds
    add our folder a second time and drop from sys.path whatever that adds, and so
    the base's packages do not leak into the build.
    """
    lines = (f"import site; site.addsitedir({str(folder)!a}, set())\n" for folder in folders)
    return "".join(lines) + _child_imports()


@cache
def _child_imports() -> str:
    """The line of a `.pth` file that runs `davos.frontends.child_imports`, and needs no other file.

    Source: the `site` documentation, "lines starting with import". `exec` gets a namespace, as
    site.py runs a line in that of a function.
    """
    text = (pkgutil.get_data("davos", _CHILD_IMPORTS) or b"").decode()
    return (
        f"import os; {activation.CHILD_IMPORTS!r} in os.environ and "
        f"exec({text + 'begin()'!a}, {{'__name__': 'davos_child_imports'}})\n"
    )


def is_bare(prefix: Path, besides: AbstractSet[str] = frozenset()) -> bool:
    """Whether nothing is in an environment but what `ensure` writes, and files `besides`."""
    try:
        names = {path.name for path in prefix.iterdir()}
        scripts = [p for p in prefix.glob(f"{LAYOUT.scripts}/*") if not _is_own_script(p)]
    except OSError:
        return False
    found = prefix.glob(f"{LAYOUT.top}/*/**/*")
    packages = (path for path in found if path.name != BASE_PTH and not path.is_dir())
    return not (names - _OWN - besides or scripts or any(packages) or any(prefix.glob("src/*")))


def _is_own_script(path: Path) -> bool:
    if path.is_symlink():
        return True
    is_pip = path.name.startswith("pip")
    if is_pip:
        return read_own_file(path) == _pip_script(path.name)
    return not LAYOUT.links and path.name in LAYOUT.interpreters


def refuse_lookalikes(prefix: Path, paths: Sequence[str]) -> None:
    """Refuse what pip would take for its own: whatever path starts with the prefix, as text.

    Raises DavosProjectError.
    """
    own = os.path.realpath(prefix)
    for path in entries(paths):
        real = os.path.realpath(path)
        if real.startswith(own) and real != own and not real.startswith(own + os.sep):
            raise DavosProjectError(
                f"the project folder {prefix} is the beginning of {path}, which belongs to the "
                "environment that davos must not change: give the project another name",
            )


def _base_interpreter() -> Path:
    """The interpreter that the running one's virtual environment was made from."""
    recorded = Path(getattr(sys, "_base_executable", None) or activation.interpreter())
    folder = Path(sys.base_exec_prefix, LAYOUT.scripts if LAYOUT.links else "")
    candidates = [recorded, *(folder / name for name in reversed(LAYOUT.interpreters))]
    found = next((path for path in candidates if path.is_file()), None)
    if found is None:
        raise DavosProjectError(f"there is no Python interpreter at {recorded}")
    return found


def _link(link: Path, target: str) -> None:
    try:
        if os.readlink(link) == target:
            return
    except OSError:
        pass
    temporary = link.with_name(f".{link.name}-{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(link)


def write(path: Path, text: str) -> None:
    """Replace a file's text in one step, unless it is that already. Raises OSError.

    A new file has the permissions that the process' umask leaves.
    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Replace a file's content as `write` does. Raises OSError."""
    try:
        if read_own_file(path) == data:
            return
    except OSError:
        pass
    replace_file(path, data, follow_link=False)
