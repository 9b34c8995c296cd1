"""Put a project on the running interpreter's search path, and take it off again.

The project's site-packages goes before the first site-packages entry of `sys.path`:
in front of every installed package, behind the standard library. Its `.pth` files
are then read as site.py reads them at start-up, except that an editable install's
finder goes before PathFinder, where it would be shadowed by the base's copy.

As soon as the project has a folder, it is activated for what the process starts, too. It gets one
with the first installation, or with the first module that smuggles (`share_with_processes`).
"""

# Search paths are text
# ruff: noqa: PTH110, PTH116, PTH118

from __future__ import annotations

import importlib
import locale
import os
import sys
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional

from davos.distributions import index
from davos.environments import activation
from davos.environments import generation as generations
from davos.environments.conda_environments import is_environment
from davos.environments.overlay import GENERATION_FILE
from davos.escaping import one_line
from davos.exceptions import DavosProjectError
from davos.files import is_settled

if TYPE_CHECKING:
    from davos.environments.project import Project

__all__ = [
    "Generation",
    "activate",
    "activate_own_environment",
    "active_project",
    "deactivate",
    "generation",
    "refresh",
    "share_with_processes",
]

_Stamp = tuple[int, int]
_Names = tuple[tuple[str, int], ...]
Generation = tuple[Optional[_Stamp], _Names]
_NAMESPACE_PTH = "-nspkg.pth"  # as setuptools names them


@dataclass
class _Effects:
    """What one `.pth` file added to the interpreter."""

    stamp: _Stamp
    entries: list[str] = field(default_factory=list)
    namespaces: list[str] = field(default_factory=list)
    finders: list[Any] = field(default_factory=list)
    hooks: list[Any] = field(default_factory=list)


class _Active:
    """The active project, and what its `.pth` files did."""

    project: Project | None = None
    folder: str = ""
    generation_file: str = ""
    effects: dict[str, _Effects] = {}  # noqa: RUF012  # one per process, as sys.path is


def active_project() -> Project | None:
    """The project that is on the search path."""
    return _Active.project


def generation() -> Generation:
    """What differs after each commit into the active project, and each install by others.

    pip and uv, started by the user, add or remove a metadata folder in site-packages.
    """
    return generations.stamp(_Active.generation_file), _metadata(_Active.folder)


def activate(project: Project) -> None:
    """Put a project on the search path, in place of the one that was there.

    Nothing happens if it is there already. The folder need not exist yet. What an
    commit that was interrupted left is finished first. A project whose base was
    deleted stays off the path, with a warning, until something is installed into it.
    """
    if _Active.project == project and _Active.folder in sys.path:
        return
    deactivate()
    project.recover()
    _Active.project = project
    _Active.folder = str(project.site_packages_dir)
    _Active.generation_file = str(project.project_dir / GENERATION_FILE)
    project.touch()
    lost = project.lost_base
    if lost is not None:
        warnings.warn(
            f"the packages of project {project.name!r} were installed over {one_line(lost.prefix)} "
            f"(Python {lost.version}), which is gone: they are not used, and the next install "
            "into the project starts anew",
            RuntimeWarning,
            stacklevel=2,
        )
    refresh()


def share_with_processes() -> None:
    """Have what the process starts find the project from now on, before it has any package.

    The active project gets its folder for that. Nothing happens without a project, and where
    another process changes it or its folder cannot be written.
    """
    project = _Active.project
    if project is None or project.site_packages_dir.is_dir():
        return
    with suppress(DavosProjectError):
        with project.lock_now():
            project.ensure()
        refresh()


def deactivate(project: Project | None = None) -> None:
    """Take the active project off the search path, with all that its `.pth` files added.

    Nothing happens if `project` is given and is not the active one.
    """
    if project is not None and project != _Active.project:
        return
    for name in list(_Active.effects):
        _undo(name)
    if _Active.project is not None:
        if not _Active.folder.startswith(sys.prefix + os.sep):  # else it is Python's own
            _remove(sys.path, [_Active.folder])
        sys.path_importer_cache.pop(_Active.folder, None)
    activation.leave()
    _Active.project = None
    _Active.folder = _Active.generation_file = ""
    importlib.invalidate_caches()


def refresh(project: Project | None = None) -> None:
    """Make an install into the active project visible: new, changed and gone `.pth` files.

    Nothing happens if `project` is given and is not the active one.
    """
    if _Active.project is None or (project is not None and project != _Active.project):
        return
    if _Active.folder not in sys.path:
        if _Active.project.lost_base is not None:
            return
        sys.path.insert(index.first_site_index(), _Active.folder)
    found = _pth_files(_Active.folder)
    changed = [name for name, known in _Active.effects.items() if found.get(name) != known.stamp]
    for name in changed:
        _undo(name)
    importlib.invalidate_caches()
    sys.path_importer_cache.pop(_Active.folder, None)
    index.forget_unsettled()
    for name, stamp in found.items():
        if name not in _Active.effects:
            _apply(name, stamp)
    _activate_process(_Active.project)


def activate_own_environment() -> None:
    """Activate the kernel's own environment, if it is one of conda, until a project is active.

    Jupyter starts kernels of conda environments that are not activated.
    """
    if _Active.project is None and is_environment(sys.prefix):
        activation.enter(activation.environment_at(sys.prefix)._replace(of_conda=True))


def _activate_process(project: Project) -> None:
    """Have what the process starts find the project, or not while it has no folder."""
    if project.sees_what_we_see():
        activation.enter(activation.environment_at(str(project.prefix)))
    else:
        activation.leave()


class _Listing:
    """The metadata folders of a site-packages folder, as they were when it was `changed`."""

    folder = ""
    changed = 0
    found: _Names = ()


def _metadata(folder: str) -> _Names:
    """Name and inode of each metadata folder, listed again only if the folder may have changed.

    The time alone says too much: Python makes `__pycache__` there when it imports a module.
    """
    try:
        changed = os.stat(folder).st_mtime_ns if folder else 0
    except OSError:
        changed = 0
    if (folder, changed) != (_Listing.folder, _Listing.changed):
        _Listing.found = tuple(_listed(folder)) if changed else ()
        _Listing.folder = folder
        _Listing.changed = changed if is_settled(changed) else -1
    return _Listing.found


def _listed(folder: str) -> list[tuple[str, int]]:
    with suppress(OSError), os.scandir(folder) as entries:
        metadata = (one for one in entries if one.name.endswith(index.METADATA_ENDINGS))
        return sorted((one.name, one.inode()) for one in metadata)
    return []


def _pth_files(folder: str) -> dict[str, _Stamp]:
    """The `.pth` files that count, by name, with time and size."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return {}
    wanted = (e for e in entries if e.name.endswith(".pth") and not e.name.startswith("."))
    found = {entry.name: _stamp(entry.path) for entry in wanted if entry.name != index.BASE_PTH}
    return {name: stamp for name, stamp in found.items() if stamp is not None}


def _stamp(path: str) -> _Stamp | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _apply(name: str, stamp: _Stamp) -> None:
    """Do what a `.pth` file says and note what that added."""
    path, finders, hooks = list(sys.path), list(sys.meta_path), list(sys.path_hooks)
    _forget_finder_modules()
    effects = _Active.effects[name] = _Effects(stamp)
    loaded = set(sys.modules)
    for line in _lines(name):
        _apply_line(name, line)
        effects.entries = [entry for entry in sys.path if entry not in path]
    if name.endswith(_NAMESPACE_PTH):
        effects.namespaces = [one for one in _namespaces() if one not in loaded]
    effects.finders = [finder for finder in sys.meta_path if not _is_in(finder, finders)]
    effects.hooks = [hook for hook in sys.path_hooks if not _is_in(hook, hooks)]
    _move_before_path_finder(effects.finders)


def _lines(name: str) -> list[str]:
    """The lines of a `.pth` file; none, with a warning, of one that cannot be decoded."""
    place = Path(_Active.folder, name)
    try:
        content = place.read_bytes()
    except OSError:
        return []
    try:
        text = _decoded(content)
    except UnicodeDecodeError as error:
        warnings.warn(f"{place} is passed over: {error}", RuntimeWarning, stacklevel=2)
        return []
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def _decoded(content: bytes) -> str:
    """The text of a `.pth` file, in the encodings that site.py tries."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode(locale.getpreferredencoding(do_setlocale=False))


def _apply_line(name: str, line: str) -> None:
    if line.startswith("#"):
        return
    if not line.startswith(("import ", "import\t")):
        _add_entry(os.path.normpath(os.path.join(_Active.folder, line)))
        return
    try:
        _execute(line, _Active.folder, name, set(map(os.path.normcase, filter(_is_text, sys.path))))
    except Exception as error:  # noqa: BLE001  # whatever the line raises, the others count
        place = Path(_Active.folder, name)
        message = one_line(f"error in {place}: {error!r}")
        warnings.warn(message, RuntimeWarning, stacklevel=2)


def _execute(line: str, sitedir: str, name: str, known_paths: set[str]) -> None:
    """Run a line; it may look at its caller's variables, which are those of site.addpackage.

    What setuptools writes into `-nspkg.pth` files reads `sys._getframe(1).f_locals["sitedir"]`.
    """
    fullname = os.path.join(sitedir, name)
    exec(line, {"__name__": "davos.pth"})  # noqa: S102  # as site.addpackage does
    del fullname, known_paths


def _is_text(entry: object) -> bool:
    return isinstance(entry, str)


def _namespaces() -> list[str]:
    """The loaded packages that have no file."""
    loaded = ((name, getattr(module, "__dict__", {})) for name, module in list(sys.modules.items()))
    return [name for name, held in loaded if "__path__" in held and not held.get("__file__")]


def _forget_namespaces(names: list[str]) -> None:
    """Unload namespace packages, innermost first, but for those with modules that are loaded."""
    for name in sorted(names, reverse=True):
        if not any(loaded.startswith(f"{name}.") for loaded in list(sys.modules)):
            sys.modules.pop(name, None)


def _add_entry(entry: str) -> None:
    """Add a folder behind the project's own and those added before it."""
    if entry in sys.path or not os.path.exists(entry):
        return
    added = {_Active.folder}.union(*(known.entries for known in _Active.effects.values()))
    last = max(at for at, known in enumerate(sys.path) if isinstance(known, str) and known in added)
    sys.path.insert(last + 1, entry)


def _forget_finder_modules() -> None:
    """Unload finder modules of editable installs: after a re-install their mapping is old."""
    for name in [name for name in sys.modules if name.startswith("__editable__")]:
        if not any(_module_of(finder) == name for finder in sys.meta_path):
            del sys.modules[name]


def _module_of(finder: Any) -> str:
    return str(getattr(finder, "__module__", type(finder).__module__))


def _move_before_path_finder(finders: list[Any]) -> None:
    if not finders:
        return
    others = [finder for finder in sys.meta_path if not _is_in(finder, finders)]
    at = next((i for i, finder in enumerate(others) if finder is PathFinder), len(others))
    sys.meta_path[:] = [*others[:at], *finders, *others[at:]]


def _undo(name: str) -> None:
    effects = _Active.effects.pop(name)
    _remove(sys.path, effects.entries)
    _remove_all(sys.meta_path, effects.finders)
    _remove_all(sys.path_hooks, effects.hooks)
    _forget_namespaces(effects.namespaces)
    for entry in effects.entries:
        sys.path_importer_cache.pop(entry, None)


def _remove(path: list[str], entries: list[str]) -> None:
    path[:] = [entry for entry in path if entry not in entries]


def _remove_all(found: list[Any] | list[Callable[[str], Any]], gone: list[Any]) -> None:
    found[:] = [one for one in found if not _is_in(one, gone)]


def _is_in(one: Any, many: list[Any]) -> bool:
    return any(one is other for other in many)
