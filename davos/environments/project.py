"""A project: the folder with the packages that one notebook, or several by name, smuggled.

`<home>/projects/<folder>/`, where home is `$DAVOS_HOME` or `~/.davos`. Making a
`Project` touches no file; the first install makes the folder.
"""

# Search paths are text; a project is also made from its folder
# ruff: noqa: PTH100, PTH111, PTH112, SLF001

from __future__ import annotations

import errno
import os
import shutil
import sys
from contextlib import contextmanager, suppress
from functools import total_ordering
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Iterator, Sequence

from davos.distributions import index
from davos.environments import (
    lock,
    overlay,
    pending,
    project_names,
    project_record,
    relocate,
    trash,
)
from davos.environments.file_errors import reporting
from davos.environments.layout import LAYOUT
from davos.environments.project_record import NOTEBOOK_FILE, Base, Record
from davos.exceptions import DavosProjectError, ProjectNotebookNotFoundError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from davos.distributions.conda_packages import CondaPackage
    from davos.distributions.distribution import Distribution

__all__ = ["NOTEBOOK_FILE", "AbstractProject", "Project", "home_folder", "projects_folder"]


def home_folder() -> Path:
    """`$DAVOS_HOME`, or `.davos` in the user's home folder."""
    home = os.environ.get("DAVOS_HOME") or "~/.davos"
    return Path(os.path.abspath(os.path.expanduser(home)))


def projects_folder() -> Path:
    """The folder that holds a folder for each project."""
    return home_folder() / "projects"


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
        return self.prefix / LAYOUT.python

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

        Such packages may need what was deleted: they are never imported,
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

        To be called with the lock held, before an install.
        What another, deleted environment left is removed. Raises DavosProjectError.
        """
        own = str(self.prefix) + os.sep
        others = [entry for entry in index.entries(path) if not entry.startswith(own)]
        with reporting("write", self.project_dir):
            if self.lost_base is not None:
                self._drop_library()
            found = project_record.read(self.project_dir)
            if found is not None and found.moved_from:
                relocate.project(Path(found.moved_from), self.project_dir)
        bases = dict(found.bases if found else {})
        if not self._is_own_environment:  # which is there, and knows what is below
            overlay.ensure(self.prefix, index.site_folders(others), others)
            version = ".".join(map(str, sys.version_info[:3]))
            bases[self._library] = Base(sys.prefix, version)
        with reporting("write", self.project_dir):
            overlay.add_pip_scripts(self.prefix)
            project_record.write(self.project_dir, Record(self.name, self.notebook_text, bases))

    @property
    def _is_own_environment(self) -> bool:
        """Whether this process runs in the project's Python."""
        return os.path.realpath(sys.prefix) == os.path.realpath(self.prefix)

    def sees_what_we_see(self) -> bool:
        """Whether its Python finds what this process finds; its files are put right for that.

        They are not if it was last used over another environment and is being changed now, or
        cannot be written. False without a folder for the running Python.
        """
        if self._is_own_environment:
            return True
        if not self.site_packages_dir.is_dir() or self.lost_base is not None:
            return False
        folders = index.site_folders()
        if not overlay.is_laid_over(self.prefix, folders):
            with suppress(DavosProjectError), self.lock_now():
                self.ensure()
        with suppress(OSError):  # another user's project
            overlay.add_pip_scripts(self.prefix)
        return overlay.is_laid_over(self.prefix, folders)

    def _drop_library(self) -> None:
        library = self.site_packages_dir.parent
        inside = library.resolve().parent == self.project_dir.resolve() / LAYOUT.top
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
        """The same project if its notebook exists; without it, it cannot be used, as in 0.2.3.

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
        """Hold the project's lock; the value is its descriptor.

        A commit that was interrupted is brought to its end.
        """
        path = self.home / "locks" / f"{self.folder}.lock"
        holder = f"process {os.getpid()} ({self.name})"
        with lock.hold(path, holder=holder, on_wait=on_wait) as descriptor:
            if pending.is_pending(self.project_dir):
                from davos.environments.commit import recover  # noqa: PLC0415 - seldom needed

                recover(self.project_dir)
            yield descriptor

    def recover(self) -> None:
        """Bring an interrupted commit to its end; nothing if one is being made."""
        if pending.is_pending(self.project_dir):
            with suppress(DavosProjectError), self.lock_now():
                pass

    def lock_now(self) -> AbstractContextManager[int]:
        """Hold the lock, or raise DavosProjectError at once if someone else does."""

        def refuse(holder: str) -> None:
            raise DavosProjectError(f"project {self.name!r} is being changed by {holder}")

        return self.lock(refuse)

    def distributions(self) -> list[Distribution]:
        """What is installed in the project itself, sorted by name."""
        found = index.distributions([str(self.site_packages_dir)])
        return sorted(found, key=lambda distribution: distribution.normalized_name)

    def libraries(self) -> list[CondaPackage]:
        """The conda packages in the project that hold no distribution, sorted by name."""
        from davos.distributions import conda_packages  # noqa: PLC0415 - only on request

        several = conda_packages.conda_packages(str(self.prefix)).values()
        found = (package for same in several for package in same[:1] if package.readable)
        here = (package for package in found if package.is_for_this_python)
        return sorted((one for one in here if not one.distribution_names), key=lambda one: one.name)

    @property
    def installed_packages(self) -> list[tuple[str, str]]:
        """Name and version of each distribution, and each other conda package, in the project."""
        found: list[Distribution | CondaPackage] = [*self.distributions(), *self.libraries()]
        found.sort(key=lambda one: one.normalized_name)
        return [(one.name, one.version) for one in found]

    def freeze(self) -> str:
        """The project's packages and all that they need, as `pip freeze` writes them.

        What the environment below provides of that is among them. Conda packages that hold no
        distribution are comments.
        """
        from davos.environments.used_distributions import (  # noqa: PLC0415 - only on request
            frozen_lines,
            used_distributions,
        )

        names = [one.name for one in self.distributions()]
        path = [str(self.site_packages_dir), *sys.path]
        return frozen_lines(used_distributions(names, path), self.libraries())

    def remove(self, yes: bool = False) -> None:  # noqa: FBT001, FBT002  # 0.2.3's signature
        """Delete the project's folder, after asking unless `yes`.

        The active project stays active, empty; loaded modules stay loaded. Raises
        DavosProjectError if nobody can be asked, or someone is installing into it.
        """
        from davos.environments import lifecycle  # noqa: PLC0415  # which is built on projects

        lifecycle.remove(self, yes=yes)

    def rename(self, new_name: str | os.PathLike[str]) -> None:
        """Give the project another name or notebook, with all that is installed in it.

        Raises DavosProjectError if a project has that name already, or someone is
        installing into either. A cell that runs again finds it renamed.
        """
        from davos.environments import lifecycle  # noqa: PLC0415  # which is built on projects

        lifecycle.rename(self, new_name)

    def become(self, target: Project) -> None:
        """Take the name and the folder of another project, whose files are in place."""
        self._set(target.name, target.folder, target.notebook)

    @property
    def notebook_text(self) -> str | None:
        """The path of its notebook as text, for the record."""
        return str(self.notebook) if self.notebook else None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def _repr_html_(self) -> str:
        from davos.environments import project_view  # noqa: PLC0415 - only on display

        packages = self.installed_packages
        line = project_view.facts(packages, self.project_dir, self.notebook)
        return project_view.project_html(repr(self), packages, line)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002, FBT001 - IPython's
        """In IPython: in full where it is the value of a cell, by its name in a list."""
        from davos.environments import project_view  # noqa: PLC0415 - only on display

        if len(printer.stack) > 1:
            printer.text(repr(self))
            return
        packages = self.installed_packages
        line = project_view.facts(packages, self.project_dir, self.notebook)
        printer.text(project_view.project_text(repr(self), packages, line))

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
    """Whether a file does not exist, as opposed to one that cannot be accessed."""
    try:
        notebook.lstat()
    except OSError as error:
        return error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)
    return False
