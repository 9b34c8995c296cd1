"""A project: the folder with the packages that one notebook, or several by name, smuggled.

`<home>/projects/<folder>/`, where home is `$DAVOS_HOME` or `~/.davos`. Making a
`Project` touches no file; the first install makes the folder.
"""

# Search paths are text; a project is also made from its folder, and by a rename
# ruff: noqa: PTH100, PTH111, PTH112, SLF001

from __future__ import annotations

import errno
import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import replace
from functools import total_ordering
from pathlib import Path
from typing import TYPE_CHECKING, Callable, ClassVar, Iterator, Sequence

from davos.distributions import index
from davos.distributions.freeze import frozen
from davos.environments import (
    lock,
    overlay,
    project_names,
    project_record,
    question,
    relocate,
    search_path,
    snapshot,
    trash,
)
from davos.environments.project_record import NOTEBOOK_FILE, Base, Record
from davos.escaping import for_html
from davos.exceptions import DavosProjectError, ProjectNotebookNotFoundError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from davos.distributions.distribution import Distribution

__all__ = ["NOTEBOOK_FILE", "AbstractProject", "Project", "home_folder"]


def home_folder() -> Path:
    """`$DAVOS_HOME`, or `.davos` in the user's home folder."""
    home = os.environ.get("DAVOS_HOME") or "~/.davos"
    return Path(os.path.abspath(os.path.expanduser(home)))


@total_ordering
class Project:
    """An environment laid over the kernel's own.

    `Project("name")` is one that notebooks can share; a path (it holds a separator,
    `~`, `$` or ends in `.ipynb` or `.py`) means the one of that notebook or script, an
    `AbstractProject` if the file is not there. `name` is the name, or the absolute
    path as text; `notebook` that path or None. Raises DavosProjectError, with the
    reason, for what can be neither.
    """

    name: str
    folder: str
    notebook: Path | None
    made: ClassVar[list[Project]] = []
    """Those of `get_project(create=True)`, which get a folder with their first install."""

    def __init__(self, name: str | os.PathLike[str]) -> None:
        if not isinstance(name, (str, os.PathLike)):
            kind = type(name).__name__
            raise TypeError(f"a project's name must be a str or a pathlib.Path, not {kind}")
        self.home = home_folder()
        text = os.fspath(name)
        legacy = project_names.legacy_notebooks(text)
        if isinstance(name, os.PathLike) or project_names.is_notebook_path(text):
            self._set_notebook(project_names.notebook_path(text))
        elif legacy:
            self._set_notebook(legacy[0])
        else:
            self._set(project_names.checked_name(text), text, None)

    @classmethod
    def find(cls, name: str | os.PathLike[str]) -> Project:
        """The same as `Project(name)`."""
        return Project(name)

    @classmethod
    def named(cls, name: str) -> Project:
        """The project of a plain name, never of a path. Raises DavosProjectError."""
        return Project(project_names.checked_name(name))

    @classmethod
    def for_notebook(cls, path: str | os.PathLike[str]) -> Project:
        """The project of the notebook at a path, which need not exist."""
        return Project(Path(path))

    @classmethod
    def at(cls, folder: str) -> Project:
        """The project that a folder in `<home>/projects` is, by its record and its name.

        A notebook's folder whose record is lost keeps the folder's name as its own.
        """
        project = cls.__new__(Project)
        project.home = home_folder()
        found = project_record.read(project.home / "projects" / folder)
        recorded = [Path(path) for path in (found.notebooks if found else ())]
        for notebook in (*recorded, *project_names.legacy_notebooks(folder)):
            if folder in (
                project_names.notebook_folder(notebook),
                project_names.legacy_folder(notebook),
            ):
                project._set(str(notebook), folder, notebook)
                return project
        project._set(folder, folder, None)
        return project

    def _set_notebook(self, notebook: Path) -> None:
        """Take a notebook's folder: what 0.2.3 left for it, unless there is a newer one."""
        folder, legacy = (
            project_names.notebook_folder(notebook),
            project_names.legacy_folder(notebook),
        )
        projects = self.home / "projects"
        if os.path.isdir(projects / legacy) and not os.path.lexists(projects / folder):
            found = project_record.read(projects / legacy)
            owners = [Path(path) for path in found.notebooks] if found else []
            if (owners or project_names.legacy_notebooks(legacy)) == [notebook]:
                folder = legacy
        self._set(str(notebook), folder, notebook)

    def _set(self, name: str, folder: str, notebook: Path | None) -> None:
        self.name, self.folder, self.notebook = name, folder, notebook
        self.__class__ = AbstractProject if notebook and _is_gone(notebook) else Project

    @property
    def project_dir(self) -> Path:
        """The project's folder, which is also the environment's prefix."""
        return self.home / "projects" / self.folder

    @property
    def prefix(self) -> Path:
        """`sys.prefix` of the project's Python."""
        return self.project_dir

    @property
    def python(self) -> Path:
        """The interpreter that sees project and base together."""
        return self.prefix / "bin" / "python"

    @property
    def site_packages_dir(self) -> Path:
        """Where the running Python's version of the project keeps its packages."""
        return overlay.site_packages_of(self.prefix)

    @property
    def exists(self) -> bool:
        """Whether something was installed into it."""
        return self.project_dir.is_dir()

    @property
    def lost_base(self) -> Base | None:
        """The environment that the running Python's packages were installed over, if it is gone.

        Such packages may need what is no longer there: they are never imported,
        and the next install starts anew.
        """
        found = project_record.read(self.project_dir)
        base_then = found.bases.get(self._library) if found else None
        return base_then if base_then is not None and base_then.is_gone else None

    @property
    def _library(self) -> str:
        """The name of the folder in `lib`: `python3.11`."""
        return self.site_packages_dir.parent.name

    def ensure(self, path: Sequence[str] | None = None) -> None:
        """Make or refresh the environment over a search path (default `sys.path`).

        To be called with the lock held, before an install and before a snapshot.
        What another, deleted environment left is removed. Raises DavosProjectError.
        """
        own = str(self.prefix) + os.sep
        others = [entry for entry in index.entries(path) if not entry.startswith(own)]
        with self._reporting("write"):
            if self.lost_base is not None:
                self._drop_library()
            found = project_record.read(self.project_dir)
            if found is not None and found.moved_from:
                relocate.files(Path(found.moved_from), self.project_dir)
        overlay.ensure(self.prefix, index.site_folders(others), others)
        version = ".".join(map(str, sys.version_info[:3]))
        bases = {**(found.bases if found else {}), self._library: Base(sys.prefix, version)}
        with self._reporting("write"):
            project_record.write(self.project_dir, Record(self.name, self._notebook_text, bases))

    def _drop_library(self) -> None:
        library = self.site_packages_dir.parent
        inside = library.resolve().parent == self.project_dir.resolve() / "lib"
        if library.is_dir() and inside:
            trash.discard(library, self.project_dir)

    def discard_if_empty(self) -> None:
        """Remove the folder if nothing was ever installed into it; with the lock held."""
        if self.exists and self.is_empty:
            shutil.rmtree(self.prefix, ignore_errors=True)

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing but what `ensure` writes, for no version of Python."""
        return overlay.is_bare(self.prefix, besides={NOTEBOOK_FILE})

    def with_notebook(self) -> Project:
        """The same project, if its notebook is there: else it cannot be used, as in 0.2.3.

        Raises ProjectNotebookNotFoundError.
        """
        self._set(self.name, self.folder, self.notebook)
        if isinstance(self, AbstractProject):
            raise ProjectNotebookNotFoundError(
                f"there is no notebook {self.name!r}. If it was moved, "
                f"davos.get_project({self.name!r}).rename(NEW_PATH) moves the project's packages "
                "along; .remove() deletes them",
            )
        return self

    def touch(self) -> None:
        """Note that the project is used now, if it has a folder."""
        project_record.touch(self.project_dir)

    @contextmanager
    def lock(self, on_wait: Callable[[str], None] | None = None) -> Iterator[int]:
        """Hold the project's lock; the value is the descriptor for the installer's child.

        What an install that was killed left is put back to what was there before it.
        """
        path = self.home / "locks" / f"{self.folder}.lock"
        holder = f"process {os.getpid()} ({self.name})"
        with lock.hold(path, holder=holder, on_wait=on_wait) as descriptor:
            if snapshot.restore(self.project_dir):
                self.discard_if_empty()
            yield descriptor

    def lock_now(self) -> AbstractContextManager[int]:
        """Hold the lock, or raise DavosProjectError at once if someone else does."""

        def refuse(holder: str) -> None:
            raise DavosProjectError(f"project {self.name!r} is being changed by {holder}")

        return self.lock(refuse)

    def distributions(self) -> list[Distribution]:
        """What is installed in the project itself, sorted by name."""
        found = index.distributions([str(self.site_packages_dir)])
        return sorted(found, key=lambda distribution: distribution.normalized_name)

    @property
    def installed_packages(self) -> list[tuple[str, str]]:
        """Name and version of each distribution in the project, sorted."""
        return [(found.name, found.version) for found in self.distributions()]

    def freeze(self) -> str:
        """The project's packages as lines of a requirements file, as `pip freeze` writes them."""
        return "\n".join(frozen(found) for found in self.distributions())

    def remove(self, yes: bool = False) -> None:  # noqa: FBT001, FBT002  # 0.2.3's signature
        """Delete the project's folder, after asking unless `yes`.

        The active project stays active, empty; modules in memory stay there. Raises
        DavosProjectError if nobody can be asked, or someone is installing into it.
        """
        if not yes:
            count = len(self.installed_packages)
            packages = f"{count} package{'' if count == 1 else 's'}"
            if not question.ask(f"Remove project {self.name!r} ({packages})?", "remove a project"):
                return
        Project.made[:] = [project for project in Project.made if project != self]
        if not os.path.lexists(self.project_dir):
            return
        with self.lock_now(), self._reporting("remove"):
            # Taking the lock may have put back that nothing was there.
            if self.exists or self.project_dir.is_symlink():
                trash.discard(self.project_dir, self.home / "projects")
            elif os.path.lexists(self.project_dir):
                raise DavosProjectError(f"{self.project_dir} is a file, not a project: not removed")
        search_path.refresh(self)

    def rename(self, new_name: str | os.PathLike[str]) -> None:
        """Give the project another name or notebook, with all that is installed in it.

        Raises DavosProjectError if a project has that name already, or someone is
        installing into either. A cell that runs again finds it renamed.
        """
        target = Project(new_name)
        if target == self:
            return
        old = self.project_dir
        in_use = search_path.active_project()
        with self.lock_now(), target.lock_now(), self._reporting("rename"):
            again = target._was_in_use
            if os.path.lexists(target.project_dir) and not again:
                raise DavosProjectError(f"there is a project {target.name!r} already")
            if self.exists and not again:
                self._move(target)
        if in_use == self:
            search_path.deactivate()
        for project in (self, in_use) if in_use == self and in_use is not None else (self,):
            project._set(target.name, target.folder, target.notebook)
        if in_use == self and in_use is not None:
            relocate.modules(old, self.project_dir)
            search_path.activate(in_use)

    def _move(self, target: Project) -> None:
        """Rename the folder; killed at any moment, its record still tells whose it is."""
        old, new = self.project_dir, target.project_dir
        known = project_record.read(old) or Record(self.name, self._notebook_text)
        after = replace(known, name=target.name, notebook=target._notebook_text)
        between = replace(after, moved_from=str(old), old_notebook=self._notebook_text)
        project_record.write(old, between)
        old.rename(new)
        relocate.files(old, new)
        project_record.write(new, after)

    @property
    def _was_in_use(self) -> bool:
        """Whether a kernel that restarted with it runs cells again."""
        replay = sys.modules.get("davos_rerun")
        if replay is None or replay.phase == "done":
            return False
        return bool(replay.state["rerun"]["folder"] == str(self.site_packages_dir))

    @property
    def _notebook_text(self) -> str | None:
        return str(self.notebook) if self.notebook else None

    @contextmanager
    def _reporting(self, action: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or error
            message = f"cannot {action} the project in {self.project_dir}: {reason}"
            raise DavosProjectError(message) from error

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{for_html(name)}</td><td>{for_html(version)}</td></tr>"
            for name, version in self.installed_packages
        )
        head = "<tr><th>package</th><th>version</th></tr>"
        body = rows or '<tr><td colspan="2">nothing installed</td></tr>'
        table = f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"
        return f"<p><code>{for_html(repr(self))}</code></p>{table}"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Project):
            return NotImplemented
        return self.project_dir == other.project_dir

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Project):
            return NotImplemented
        return (self.name, self.project_dir) < (other.name, other.project_dir)

    def __hash__(self) -> int:
        return hash(self.project_dir)


class AbstractProject(Project):
    """A project whose notebook was moved, renamed or deleted.

    It can be looked at, removed and renamed; renaming it to the notebook's new path
    makes it a `Project` again.
    """


def _is_gone(notebook: Path) -> bool:
    """Whether there is no such file, as opposed to one that cannot be looked at."""
    try:
        notebook.lstat()
    except OSError as error:
        return error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)
    return False
