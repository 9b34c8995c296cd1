"""davos in a process of a project's Python that a notebook or a script started."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import davos
from davos.environments import overlay
from davos.environments.project import Project
from davos.frontends import detect
from davos.frontends.import_hook import SmuggleLoader, hooked, with_loader

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

__all__ = ["adopted"]


def adopted(name: str, spec: ModuleSpec) -> ModuleSpec:
    """The spec of a module, with davos' loader if it smuggles, for which davos is turned on.

    A process that has a session of its own, and turned davos off, is left as it is.
    """
    if davos.has_session() and not hooked():
        return spec
    found = with_loader(name, spec)
    if isinstance(found.loader, SmuggleLoader) and not hooked():
        _turn_on(Path(sys.prefix))
    return found


def _turn_on(prefix: Path) -> None:
    """Smuggle into the project whose Python runs, as the process that started this one does."""
    # The project joins the search path, which is the parent's, where it belongs.
    folder = str(overlay.site_packages_of(prefix))
    sys.path[:] = [entry for entry in sys.path if entry != folder]
    detect.use_by_default(Project.at(prefix.name).name)
    davos.activate()
