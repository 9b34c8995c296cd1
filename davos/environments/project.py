"""A project: the folder with the packages that one notebook, or several by name, smuggled.

`<home>/projects/<folder>/`, where home is `$DAVOS_HOME` or `~/.davos`. Making a
`Project` touches no file; the first install makes the folder.
"""

# Search paths are text
# ruff: noqa: PTH100, PTH111

from __future__ import annotations

import json
import os
import shutil
import sys
from functools import total_ordering
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Sequence

from davos.environments import base, lock, names, overlay
from davos.exceptions import DavosProjectError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from davos.environments.distribution import Distribution

__all__ = ["NOTEBOOK_FILE", "Project", "home_folder"]

NOTEBOOK_FILE = "davos-project.json"


def home_folder() -> Path:
    """`$DAVOS_HOME`, or `.davos` in the user's home folder."""
    home = os.environ.get("DAVOS_HOME") or "~/.davos"
    return Path(os.path.abspath(os.path.expanduser(home)))


@total_ordering
class Project:
    """An environment laid over the kernel's own.

    `name` is the name given, or the notebook's absolute path as text; `notebook`
    that path or None; `folder` the name of the folder in `<home>/projects`.
    """

    def __init__(self, name: str, folder: str, *, notebook: Path | None = None) -> None:
        self.name = name
        self.folder = folder
        self.notebook = notebook
        self.home = home_folder()

    @classmethod
    def find(cls, name: str | os.PathLike[str]) -> Project:
        """The project of a name, or of a notebook if the name is a path.

        A path is what holds a separator, `~`, `$` or ends in `.ipynb`. Raises
        DavosProjectError, with the reason, for a name that cannot be one.
        """
        text = os.fspath(name)
        if isinstance(name, os.PathLike) or names.is_notebook_path(text):
            return cls.for_notebook(text)
        return cls.named(text)

    @classmethod
    def named(cls, name: str) -> Project:
        """The project of a plain name. Raises DavosProjectError, with the reason."""
        return cls(name, names.checked_name(name))

    @classmethod
    def for_notebook(cls, path: str | os.PathLike[str]) -> Project:
        """The project of the notebook at a path, which need not exist."""
        notebook = names.notebook_path(path)
        return cls(str(notebook), names.notebook_folder(notebook), notebook=notebook)

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

    def ensure(self, path: Sequence[str] | None = None) -> None:
        """Make or refresh the environment over a search path (default `sys.path`).

        To be called with the lock held, before an install. Raises DavosProjectError.
        """
        entries = [entry for entry in (sys.path if path is None else path) if entry]
        own = str(self.prefix) + os.sep
        others = [entry for entry in entries if not entry.startswith(own)]
        overlay.ensure(self.prefix, base.site_folders(others), others)
        self._record()

    def discard_if_empty(self) -> None:
        """Remove the folder if nothing was ever installed into it; with the lock held."""
        kept = [*self.prefix.glob("lib/*/site-packages/*"), *self.prefix.glob("src/*")]
        if self.exists and not [path for path in kept if path.name != base.BASE_PTH]:
            shutil.rmtree(self.prefix, ignore_errors=True)

    def lock(
        self,
        on_wait: Callable[[str], None] | None = None,
    ) -> AbstractContextManager[int]:
        """Hold the project's lock; the value is the descriptor for the installer's child."""
        path = self.home / "locks" / f"{self.folder}.lock"
        holder = f"process {os.getpid()} ({self.name})"
        return lock.hold(path, holder=holder, on_wait=on_wait)

    def distributions(self) -> list[Distribution]:
        """What is installed in the project itself, sorted by name."""
        found = base.distributions([str(self.site_packages_dir)])
        return sorted(found, key=lambda distribution: distribution.normalized_name)

    @property
    def installed_packages(self) -> list[tuple[str, str]]:
        """Name and version of each distribution in the project, sorted."""
        return [(found.name, found.version) for found in self.distributions()]

    def freeze(self) -> str:
        """The project's packages as lines of a requirements file, as `pip freeze` writes them."""
        return "\n".join(_frozen(found) for found in self.distributions())

    def __repr__(self) -> str:
        return f"<Project {self.name!r} in {self.project_dir}>"

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

    def _record(self) -> None:
        """Write down whose folder this is: the name alone does not tell a notebook's path."""
        notebook = str(self.notebook) if self.notebook else None
        facts = {"name": self.name, "notebook": notebook}
        text = json.dumps(facts, indent=1, ensure_ascii=True) + "\n"
        try:
            overlay.write(self.project_dir / NOTEBOOK_FILE, text)
        except OSError as error:
            message = f"cannot write the project in {self.project_dir}: {error.strerror}"
            raise DavosProjectError(message) from error


def _frozen(found: Distribution) -> str:
    origin = found.direct_url
    if origin is None:
        return f"{found.name}=={found.version}"
    if origin.editable:
        return f"-e {origin.folder or origin.url}"
    fragment = f"#subdirectory={origin.subdirectory}" if origin.subdirectory else ""
    if origin.vcs:
        return f"{found.name} @ {origin.vcs}+{origin.url}@{origin.commit}{fragment}"
    digests = [f"{algorithm}={digest}" for algorithm, digest in origin.hashes.items()][:1]
    parts = "&".join([*digests, *filter(None, [fragment[1:]])])
    return f"{found.name} @ {origin.url}{'#' if parts else ''}{parts}"
