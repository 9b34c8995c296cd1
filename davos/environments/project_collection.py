"""All the projects of a davos home: list them, survey them, remove those not needed."""

# Search paths are text

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Iterable, Sequence

from davos import asking
from davos.configuration import config
from davos.distributions import index
from davos.environments import project_names, project_record, search_path, trash
from davos.environments.folder_size import human_size, size_of_folder
from davos.environments.layout import LAYOUT
from davos.environments.project import AbstractProject, Project, home_folder
from davos.environments.project_record import NOTEBOOK_FILE, Base
from davos.escaping import for_terminal
from davos.exceptions import DavosProjectError

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution

__all__ = [
    "Holding",
    "Survey",
    "all_projects",
    "existing_project",
    "get_project",
    "prunable",
    "prune_projects",
    "size_of",
    "survey",
]


@dataclass(frozen=True)
class Holding:
    """What a project holds for one version of Python; `library` is as `python3.11`."""

    library: str
    packages: Sequence[Distribution]
    base: Base | None

    @property
    def python(self) -> str:
        """The version, as `3.11`."""
        return self.library.removeprefix("python")


@dataclass(frozen=True)
class Survey:
    """A project as it is on disk: `size` in bytes, `last_used` in seconds since the epoch."""

    project: Project
    holdings: Sequence[Holding]
    size: int
    last_used: float | None
    notes: Sequence[str]


def all_projects() -> list[Project]:
    """Every project that has a folder or was made in this session, sorted by name."""
    found = {Project.at(folder) for folder in _folders()}
    return sorted(found.union(Project.made))


def get_project(name: str | os.PathLike[str], create: bool = False) -> Project | None:  # noqa: FBT001, FBT002  # 0.2.3's signature
    """The project of a name or a notebook's path, None if there is none and not `create`.

    A new project gets its folder with the first install. Raises DavosProjectError
    for what cannot be a project's name.
    """
    project = Project(name)
    if project.exists or project in Project.made:
        return project
    if not create:
        return None
    Project.made.append(project)
    return project


def existing_project(text: str) -> Project | None:
    """The project that a user means: by its name, its folder's or a notebook's path."""
    for project in all_projects():
        if text in (project.name, project.folder):
            return project
    project = Project(text)
    return project if project.exists else None


def prune_projects(yes: bool = False) -> None:  # noqa: FBT001, FBT002  # 0.2.3's signature
    """Remove the projects whose notebook is gone, asking for each unless `yes`.

    Projects that hold nothing go without a question, the active one and those that
    are being installed into stay. Prints what was freed. Raises DavosProjectError
    if nobody can be asked.
    """
    if not yes and config.noninteractive:
        raise DavosProjectError("to prune projects in noninteractive mode, yes=True must be given")
    trash.sweep(home_folder() / "projects")
    lines, freed, count = [], 0, 0
    for project, reason in prunable(all_projects()):
        size = size_of(project)
        text = f"Remove project {project.name!r} ({human_size(size)}; {reason})?"
        if not (yes or project.is_empty or asking.confirm_deletion(text, "prune projects")):
            continue
        try:
            project.remove(yes=True)
        except DavosProjectError as error:
            lines.append(f"kept: {error}")
            continue
        freed, count = freed + size, count + 1
    if not config.suppress_stdout:
        noun = "project" if count == 1 else "projects"
        lines.append(f"removed {count} {noun}, freed {human_size(freed)}")
        print(for_terminal("\n".join(lines)))


def prunable(
    projects: Iterable[Project],
    unused_since: float | None = None,
) -> list[tuple[Project, str]]:
    """The projects that are no longer needed, with the reason; never the active one.

    With `unused_since`, a time in seconds, also those last used before.
    """
    active = search_path.active_project()
    reasons = ((p, _reason(p, unused_since)) for p in projects if p != active and p.exists)
    return [(project, reason) for project, reason in reasons if reason is not None]


def _reason(project: Project, unused_since: float | None) -> str | None:
    if project.is_empty:
        return "nothing is installed in it"
    if isinstance(project, AbstractProject):
        return "its notebook is gone"
    last = _last_used(project)
    if unused_since is not None and last is not None and last < unused_since:
        return f"not used since {time.strftime('%Y-%m-%d', time.localtime(last))}"
    return None


def survey(project: Project) -> Survey:
    """Read what a project holds; what cannot be read counts as missing."""
    holdings = _holdings(project)
    notes = tuple(_notes(project, holdings))
    return Survey(project, holdings, size_of(project), _last_used(project), notes)


def size_of(project: Project) -> int:
    """The bytes that removing a project frees: those of its files, once each."""
    if project.project_dir.is_symlink():
        return 0
    return size_of_folder(project.project_dir)


def _folders() -> list[str]:
    try:
        with os.scandir(home_folder() / "projects") as entries:
            folders = [entry.name for entry in entries if entry.is_dir()]
    except OSError:
        return []
    return [name for name in folders if not name.startswith(project_names.TRASH)]


def _holdings(project: Project) -> list[Holding]:
    known = project_record.read(project.project_dir)
    bases = known.bases if known else {}
    found = []
    for site_packages in sorted(project.project_dir.glob(LAYOUT.all_site_packages)):
        packages = sorted(
            index.distributions([str(site_packages)]), key=lambda d: d.normalized_name
        )
        library = site_packages.parent.name
        if packages:
            found.append(Holding(library, packages, bases.get(library)))
    return found


def _notes(project: Project, holdings: Sequence[Holding]) -> Iterable[str]:
    """What a user should know of a project, a few words each."""
    if isinstance(project, AbstractProject):
        yield "notebook is gone"
    yield from (f"base of Python {h.python} is gone" for h in holdings if h.base and h.base.is_gone)
    folder = project.project_dir
    if os.path.lexists(folder / NOTEBOOK_FILE) and project_record.read(folder) is None:
        yield "record is unreadable"
    if project_names.legacy_notebooks(project.folder):
        yield "made by davos 0.2"
    if folder.is_symlink():
        yield "symbolic link"


def _last_used(project: Project) -> float | None:
    """When the project was last on a search path; without a record, when it last changed."""
    folder = project.project_dir
    for path in (folder / NOTEBOOK_FILE, *folder.glob(LAYOUT.all_site_packages), folder):
        try:
            return path.stat().st_mtime
        except OSError:
            continue
    return None
